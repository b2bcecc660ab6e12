"""Targets of encoders: the input itself, or targets that are predicted from a code."""

import keras
import numpy as np

from skmed._keras.compat.global_state import variable_dtype

from .number_targets import NumberTargets
from .targets import Targets


class ReconstructionTargets(Targets):
    """The targets of an autoencoder: its standardised input.

    The output of the network is the difference between reconstruction and input, so
    that the input need not be copied as targets. ``_make_reconstruction`` of a family
    returns this object for its encoder.

    Parameters
    ----------
    loss : str
        One of ``losses``.
    decode : callable
        Returns reconstructions, given codes (KerasTensor of shape (batch,
        n_components)) and the shape of a sample.

    See Also
    --------
    Encoder : The estimator with a code.
    Targets : The base class, for other targets.

    Examples
    --------
    >>> import numpy as np
    >>> from skmed.base import Encoder, KerasEstimator, ReconstructionTargets, layers
    >>> class Table(KerasEstimator):
    ...     def _build_features(self, x, inputs):
    ...         return layers.Dense(8, activation="relu")(x)
    ...
    ...     def _make_reconstruction(self, inputs):
    ...         return ReconstructionTargets(self.loss, self._decode)
    ...
    ...     def _decode(self, code, shape):
    ...         return layers.Dense(shape[0])(code)
    >>> class TableEncoder(Encoder, Table):
    ...     pass
    >>> X = np.random.default_rng(0).normal(size=(20, 3))
    >>> encoder = TableEncoder(n_components=2, epochs=1, random_state=0).fit(X)
    >>> encoder.inverse_transform(encoder.transform(X[:4])).shape
    (4, 3)
    """

    kind = "the input"
    losses = ("squared_error", "absolute_error", "huber")

    def __init__(self, loss, decode):
        self.loss = loss
        self._decode = decode

    def encode(self, y, dtype):
        """Return zeros, the targets of the difference.

        Parameters
        ----------
        y : ndarray of shape (n_samples,)
            Ignored, except for its length.
        dtype : str
            Dtype of the loss.

        Returns
        -------
        ndarray of shape (n_samples, 1)
            Zeros.
        """
        return np.zeros((len(y), 1), dtype)

    def keras_loss(self, dtype):
        """Return the Keras loss, computed in ``dtype``.

        Parameters
        ----------
        dtype : str
            Dtype of the loss.

        Returns
        -------
        keras.losses.Loss
            Loss that is averaged over the values of a sample.
        """
        return NumberTargets(self.loss).keras_loss(dtype)

    def output(self, features, x, precision):
        """Return the difference between reconstruction and input, flattened.

        Parameters
        ----------
        features : KerasTensor of shape (batch, n_components)
            Codes.
        x : KerasTensor of shape (batch, ...)
            Standardised input, from `Inputs.preprocess`.
        precision : {"float32", "float64", "mixed"}
            Precision of the estimator.

        Returns
        -------
        KerasTensor of shape (batch, n_values)
            Differences for all values of a sample.
        """
        decoder_input = keras.Input(features.shape[1:], dtype=x.dtype)
        decoder = keras.Model(
            decoder_input, self._decode(decoder_input, x.shape[1:]), name="decoder"
        )
        difference = keras.layers.Subtract()([decoder(features), x])
        dtype = variable_dtype(precision)
        return keras.layers.Flatten(dtype=dtype, name="output")(difference)

    def decoder(self, network):
        """Return the model from codes to standardised inputs.

        Parameters
        ----------
        network : keras.Model
            Trained network.

        Returns
        -------
        keras.Model
            The decoder.
        """
        return network.get_layer("decoder")

    def __getstate__(self):
        # the network contains the decoder, and the function may not be picklable
        return {**vars(self), "_decode": None}


class CodeTargets:
    """Targets that are predicted from a code of a few numbers.

    Attributes that aren't defined here are those of ``targets``.

    Parameters
    ----------
    targets : Targets
        The targets of the encoder's objective.
    n_components : int
        Size of the code.
    """

    def __init__(self, targets, n_components):
        self.targets = targets
        self.n_components = n_components

    def __getattr__(self, name):
        # during unpickling there are no attributes yet
        if name == "targets":
            raise AttributeError(name)
        return getattr(self.targets, name)

    def fit(self, y, weight):
        """Learn the encoding of y."""
        self.targets.fit(y, weight)
        return self

    def code(self, features, precision):
        """Return the code of features, a dense layer in full precision."""
        dtype = variable_dtype(precision)
        return keras.layers.Dense(self.n_components, dtype=dtype, name="code")(features)

    def output(self, features, x, precision):
        """Return the output of the targets, computed from the code of features."""
        return self.targets.output(self.code(features, precision), x, precision)

    def serving_model(self, network):
        """Return the model from inputs to codes."""
        return keras.Model(network.inputs[0], network.get_layer("code").output)
