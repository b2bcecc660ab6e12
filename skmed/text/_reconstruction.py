"""Targets of a text encoder that is trained without labels."""

from skmed._keras import keras
from skmed._keras.compat.global_state import variable_dtype
from skmed._keras.data.number_targets import NumberTargets
from skmed._keras.data.reconstruction import ReconstructionTargets

from . import _networks


class HeldOutWords(ReconstructionTargets):
    """The words of a note that word dropout drops.

    The output of the network is their log loss.

    Parameters
    ----------
    loss : str
        One of ``losses``.
    inputs : NotesInputs
        Fitted inputs.
    """

    kind = "held-out words"
    losses = ("log_loss",)

    def __init__(self, loss, inputs):
        super().__init__(loss, decode=None)
        self._inputs = inputs

    def keras_loss(self, dtype):
        """Return a Keras loss that is the mean of the network's output."""
        return NumberTargets("absolute_error").keras_loss(dtype)

    def output(self, features, x, precision):
        """Return the log loss of the held-out words of each note."""
        dtype = variable_dtype(precision)
        n_words = self._inputs.indexer.n_words_
        decoder_input = keras.Input(features.shape[1:], dtype=features.dtype)
        scores = keras.layers.Dense(n_words, dtype=dtype)(decoder_input)
        decoder = keras.Model(decoder_input, scores, name="decoder")
        loss = _networks.held_out_loss(decoder(features), self._inputs.words(x))
        return keras.layers.Identity(dtype=dtype, name="output")(loss)
