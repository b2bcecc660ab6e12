"""Targets: encoding of y, output layer, loss, and decoding of outputs."""

import keras

# weighted mean: a sample of weight two equals a repeated sample
REDUCTION = "mean_with_sample_weight"


def output_layer(features, units, activation, precision):
    """Return an output layer whose activation is computed in full precision."""
    scores = keras.layers.Dense(units, name="scores")(features)
    dtype = "float32" if precision == "mixed" else precision
    return keras.layers.Activation(activation, dtype=dtype, name="output")(scores)


class Targets:
    """Base class of targets, which define what a network learns to predict.

    Attributes
    ----------
    kind : str
        Name of the kind of target, for error messages.
    losses : tuple of str
        Names of the losses for this kind, the default first.
    """

    kind = ""
    losses = ()

    def check(self, y):
        """Raise if y is not a target of this kind."""

    def check_same(self, other):
        """Raise if training would continue with targets of another kind."""
        if self.kind != other.kind:
            raise ValueError(
                f"objective and loss ask for {other.kind}, but the first fit learned "
                f"{self.kind}; set them back, or fit anew with warm_start=False."
            )

    def check_known(self, y):
        """Raise if y has other labels or columns than in the first fit."""

    def fit(self, y, weight):
        """Learn the encoding from targets and sample weights."""
        return self

    def weights(self, y, weight):
        """Return sample weights, multiplied by those of the classes."""
        return weight

    def strata(self, y):
        """Return the classes by which a split is stratified, or None."""
        return None

    def encode(self, y, dtype):
        """Return the targets with which the loss compares the network's output."""
        raise NotImplementedError

    def decode(self, outputs):
        """Return the network's outputs in the units of y."""
        return outputs

    def output(self, features, x, precision):
        """Return the output of the network.

        Parameters
        ----------
        features : KerasTensor of shape (batch, n_features)
            Features of the backbone.
        x : KerasTensor or object
            Input of the backbone, from `Inputs.preprocess`.
        precision : str
            Precision of the estimator.

        Returns
        -------
        KerasTensor of shape (batch, ...)
            Output.
        """
        raise NotImplementedError

    def keras_loss(self, dtype):
        """Return the Keras loss, computed in ``dtype``."""
        raise NotImplementedError

    def serving_model(self, network):
        """Return the part of a trained network that makes predictions."""
        return network

    def decoder(self, network):
        """Return the model from codes to inputs, or None."""
