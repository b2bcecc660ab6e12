"""Targets of a recurrent autoencoder."""

from skmed._keras.compat.global_state import fresh_names, layer_dtype, variable_dtype
from skmed._keras.data.number_targets import NumberTargets
from skmed._keras.data.reconstruction import ReconstructionTargets

from . import _networks


class SequenceReconstruction(ReconstructionTargets):
    """Targets of a recurrent autoencoder: its standardised input.

    The output of the network is the loss of each sequence, averaged over its values
    without padding and missing values.

    Parameters
    ----------
    loss : str
        One of ``losses``.
    sizes : Sizes
        Sizes of the encoder.
    inputs : SequenceInputs
        Fitted inputs, with the length of the longest training sequence.
    precision : str
        Precision of the estimator.
    """

    def __init__(self, loss, sizes, inputs, precision):
        super().__init__(loss, decode=None)
        self._sizes = sizes
        self._inputs = inputs
        self._precision = precision

    def keras_loss(self, dtype):
        """Return a Keras loss that is the mean of the network's output."""
        return NumberTargets("absolute_error").keras_loss(dtype)

    def output(self, features, x, precision):
        """Return the reconstruction loss of each sequence."""
        decoder = _networks.decoder(
            features.shape[-1], self._sizes, x.shape[-1], x.dtype
        )
        reconstructed = decoder(_networks.repeat_code(features, x))
        return _networks.mean_loss(
            x, reconstructed, self.loss, variable_dtype(precision)
        )

    def decoder(self, network):
        """Return the model from codes to sequences of the maximum training length."""
        with layer_dtype(self._precision), fresh_names():
            return _networks.fixed_length_decoder(
                network.get_layer("decoder"), self._inputs.longest
            )
