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

    Targets validate and encode y, build the output layer, choose the loss, and decode
    outputs. A subclass implements at least `encode`, `output` and `keras_loss`, and
    ``_make_targets`` of an estimator returns an object of it.

    Attributes
    ----------
    kind : str
        Name of the kind of target, for error messages.
    losses : tuple of str
        Names of the losses for this kind, the default first.

    See Also
    --------
    ReconstructionTargets : Targets of an autoencoder.
    Classifier : Estimator with labels as targets.
    Regressor : Estimator with numbers as targets.

    Examples
    --------
    A regressor of positive numbers that is trained on their logarithm:

    >>> import numpy as np
    >>> from skmed.base import KerasEstimator, Regressor, Targets, keras, layers
    >>> class LogTargets(Targets):
    ...     kind = "positive numbers"
    ...     losses = ("squared_error",)
    ...
    ...     def encode(self, y, dtype):
    ...         return np.log(y).reshape(-1, 1).astype(dtype)
    ...
    ...     def decode(self, outputs):
    ...         return np.exp(outputs[:, 0])
    ...
    ...     def output(self, features, x, precision):
    ...         dtype = "float64" if precision == "float64" else "float32"
    ...         return layers.Dense(1, dtype=dtype)(features)
    ...
    ...     def keras_loss(self, dtype):
    ...         reduction = "mean_with_sample_weight"
    ...         return keras.losses.MeanSquaredError(reduction, dtype=dtype)
    >>> class LogRegressor(Regressor, KerasEstimator):
    ...     def _make_targets(self, inputs):
    ...         return LogTargets()
    ...
    ...     def _build_features(self, x, inputs):
    ...         return layers.Dense(8, activation="relu")(x)
    >>> X = np.random.default_rng(0).normal(size=(20, 3))
    >>> regressor = LogRegressor(epochs=1, random_state=0).fit(X, np.exp(X[:, 0]))
    >>> bool((regressor.predict(X[:2]) > 0).all())
    True
    """

    kind = ""
    losses = ()

    def check(self, y):
        """Raise if y is not a target of this kind.

        Parameters
        ----------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Targets without missing values, of any dtype.
        """

    def check_same(self, other):
        """Raise if training would continue with targets of another kind.

        Parameters
        ----------
        other : Targets
            Unfitted targets of the present parameters of the estimator.
        """
        if self.kind != other.kind:
            raise ValueError(
                f"objective and loss ask for {other.kind}, but the first fit learned "
                f"{self.kind}; set them back, or fit anew with warm_start=False."
            )

    def check_known(self, y):
        """Raise if y has other labels or columns than in the first fit.

        Parameters
        ----------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Targets that `check` accepts.
        """

    def fit(self, y, weight):
        """Learn the encoding from targets and sample weights.

        Parameters
        ----------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Targets of the training samples.
        weight : ndarray of shape (n_samples,) or None
            Sample weights above zero; None for weights of one.

        Returns
        -------
        Targets
            The fitted targets themselves.
        """
        return self

    def weights(self, y, weight):
        """Return sample weights, multiplied by those of the classes.

        Parameters
        ----------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        weight : ndarray of shape (n_samples,) or None
            Sample weights; None for weights of one.

        Returns
        -------
        ndarray of shape (n_samples,) or None
            Weights for training.
        """
        return weight

    def strata(self, y):
        """Return the classes by which a split is stratified, or None.

        Parameters
        ----------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Targets.

        Returns
        -------
        ndarray of int, shape (n_samples,), or None
            Index of the class of each sample; None for a random split.
        """
        return None

    def encode(self, y, dtype):
        """Return the targets with which the loss compares the network's output.

        Parameters
        ----------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        dtype : str
            Dtype of the loss.

        Returns
        -------
        ndarray of shape (n_samples, ...)
            Encoded targets.
        """
        raise NotImplementedError

    def decode(self, outputs):
        """Return the network's outputs in the units of y.

        Parameters
        ----------
        outputs : ndarray of shape (n_samples, ...)
            Outputs of the network.

        Returns
        -------
        ndarray of shape (n_samples, ...)
            Predictions.
        """
        return outputs

    def output(self, features, x, precision):
        """Return the output of the network.

        Parameters
        ----------
        features : KerasTensor of shape (batch, n_features)
            Features of the backbone.
        x : KerasTensor or object
            Input of the backbone, from `Inputs.preprocess`.
        precision : {"float32", "float64", "mixed"}
            Precision of the estimator. With "mixed" the output is float32.

        Returns
        -------
        KerasTensor of shape (batch, ...)
            Output.
        """
        raise NotImplementedError

    def keras_loss(self, dtype):
        """Return the Keras loss, computed in ``dtype``.

        Parameters
        ----------
        dtype : str
            Dtype of the loss.

        Returns
        -------
        keras.losses.Loss
            Loss with the reduction "mean_with_sample_weight", so that a sample of
            weight two equals a repeated sample.
        """
        raise NotImplementedError

    def serving_model(self, network):
        """Return the part of a trained network that makes predictions.

        Parameters
        ----------
        network : keras.Model
            Trained network.

        Returns
        -------
        keras.Model
            Model from inputs to outputs, the ``model_`` of the estimator.
        """
        return network

    def decoder(self, network):
        """Return the model from codes to inputs, or None.

        Parameters
        ----------
        network : keras.Model
            Trained network.

        Returns
        -------
        keras.Model or None
            The ``decoder_`` of the estimator; None if the network has no decoder.
        """
