"""What the three recurrent estimators share."""

import dataclasses
from numbers import Integral, Real

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from skmed._keras.compat.precision import variable_dtype
from skmed._keras.estimators.base import KerasEstimator
from skmed._keras.graphs.padding import PADDED, lengths_of
from skmed._parameters import ListOf, parameter
from skmed._validation.memory_maps import MemmapArray
from skmed._validation.sequences import check_sequences, is_sequences

from . import _networks
from ._padded import cut, handle_missing, pad

_SIZE = Interval(Integral, 1, None, closed="left")


class RNN(KerasEstimator):
    """What the three recurrent estimators share."""

    cell: str = parameter(
        "{'lstm', 'gru'}",
        """Long short-term memory (Hochreiter & Schmidhuber, 1997) or gated recurrent
        units (Cho et al., 2014).""",
        StrOptions(set(_networks.CELLS)),
        default="lstm",
    )
    units: tuple = parameter(
        "tuple of int",
        "Units of each recurrent layer; as many layers as numbers.",
        ListOf(_SIZE, 1),
        default=(64,),
    )
    bidirectional: bool = parameter(
        "bool",
        "Read each sequence backwards too (Schuster & Paliwal, 1997).",
        "boolean",
        default=False,
    )
    pooling: str = parameter(
        "{'last', 'mean', 'max', 'attention'}",
        """How the outputs of all steps become one row: that of the last step, their
        mean or maximum, or a mean with weights that the network learns (Ilse et al.,
        2018).""",
        StrOptions(set(_networks.POOLINGS)),
        default="last",
    )
    dropout: float = parameter(
        "float",
        "Part of the outputs of each recurrent layer left out at random in training.",
        Interval(Real, 0, 1, closed="left"),
        default=0.0,
    )
    conv_filters: tuple = parameter(
        "tuple of int",
        """Filters of each convolution before the recurrent layers, which shorten long
        signals; ``()`` for none.""",
        ListOf(_SIZE),
        default=(),
    )
    kernel_size: int = parameter(
        "int", "Width of these convolutions.", _SIZE, default=5
    )
    pool_size: int = parameter(
        "int",
        "By how much max-pooling after each of them shortens a sequence.",
        _SIZE,
        default=2,
    )
    missing: str = parameter(
        "{'error', 'mask', 'forward_fill'}",
        """What to do with NaN within a sequence. 'error' refuses it. 'mask' skips steps
        without any value, and counts a single missing value as the channel's mean (as
        zero with ``normalize=None``). 'forward_fill' repeats a channel's last value,
        and does the same as 'mask' with what is missing before the first. NaN in all
        channels of the last steps is padding, except in X of two axes, which may have
        NaN only where this parameter allows it.""",
        StrOptions({"error", "mask", "forward_fill"}),
        default="error",
    )
    max_length: int | None = parameter(
        "int or None",
        "Steps of a sequence that are read; what is longer is cut, with a warning.",
        _SIZE,
        None,
        default=None,
    )

    _attribute_docs = {
        "n_features_in_": (
            "int",
            """Length of the second axis of X of shape ``(n, length)``; else the
            number of channels.""",
        ),
    }

    _input_name = PADDED

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = self.missing != "error"
        return tags

    # ----- rows -----

    def _before_validation(self, X, *, reset):
        """Pad sequences of unequal length."""
        if is_sequences(X, rows=True):
            sequences = check_sequences(X, allow_nan=True)
            return pad(sequences, variable_dtype(self.precision))
        if not hasattr(X, "shape"):
            X = np.asarray(X)
        shape = X.shape
        if shape == (0,):
            return np.zeros((0, 1))
        if len(shape) > 3:
            raise ValueError(
                f"X has {len(shape)} axes; sequences must have shape (n, length) or (n,"
                " length, channels), or be a list of arrays (length, channels)."
            )
        if len(shape) == 3 and 0 in shape[1:]:
            raise ValueError(f"X of shape {shape} has empty sequences; leave them out.")
        if not reset and len(shape) == 2 and not self._is_table:
            # one channel, whose lengths are open
            return np.asarray(X)[..., np.newaxis]
        return X

    def _validation_options(self, X):
        gaps = len(X.shape) == 3 or self.missing != "error"
        return {
            # a table has a fixed number of columns, sequences have none
            "ensure_2d": len(X.shape) != 3,
            "ensure_all_finite": "allow-nan" if gaps else True,
        }

    def _shape(self, X, *, reset):
        """Return X as ``(n, length, channels)``, padded with NaN."""
        is_table = X.ndim == 2
        if is_table:
            X = X.reshape(*X.shape, 1)
        n_channels = X.shape[2]
        if not reset and n_channels != self._input_shape[1]:
            raise ValueError(
                f"X has sequences of {n_channels} channel(s), but "
                f"{type(self).__name__} was fitted on {self._input_shape[1]}."
            )
        X = self._check_sequences(X)
        if reset:
            if X.shape[1] == 1:
                raise ValueError(
                    "X has sequences of one step only (n_features=1), from which "
                    "nothing can be learned over time; give longer ones."
                )
            self._is_table = is_table
            self._input_shape = (None, n_channels)
            self._longest = X.shape[1]
            if not is_table:
                self.n_features_in_ = n_channels
        return X

    def _check_sequences(self, X):
        if isinstance(X, MemmapArray):
            if self.max_length is not None and X.shape[1] > self.max_length:
                raise ValueError(
                    f"X in a file has {X.shape[1]} steps, more than max_length="
                    f"{self.max_length}; pass X[:, :{self.max_length}]."
                )
            return X
        lengths = lengths_of(X, "float32")
        X = cut(X, self.max_length, lengths)
        return handle_missing(X, self.missing, np.minimum(lengths, X.shape[1]))

    def _unshape(self, X):
        """Return sequences in the form in which fit was given X."""
        return X[..., 0] if self._is_table else X

    # ----- networks -----

    def _sizes(self):
        names = (field.name for field in dataclasses.fields(_networks.Sizes))
        sizes = {name: getattr(self, name) for name in names}
        return _networks.Sizes(**sizes)

    def _features(self, inputs):
        return _networks.encode(inputs, self._sizes(), self.pooling)
