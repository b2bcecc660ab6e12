"""RNN, the base class of the recurrent estimators."""

import dataclasses
from numbers import Integral, Real

from sklearn.utils._param_validation import Interval, StrOptions

from skmed._keras.data.inputs import NORMALIZE_DOC
from skmed._keras.estimators.base import KerasEstimator
from skmed._keras.estimators.fitted import FittedAttribute
from skmed._parameters import ListOf, parameter

from . import _networks
from ._inputs import SequenceInputs
from ._reconstruction import SequenceReconstruction

_SIZE = Interval(Integral, 1, None, closed="left")


class RNN(KerasEstimator):
    """Base class of the recurrent estimators."""

    cell: str = parameter(
        "{'lstm', 'gru'}",
        """Recurrent layers: long short-term memory (Hochreiter & Schmidhuber, 1997) or
        gated recurrent units (Cho et al., 2014).""",
        StrOptions(set(_networks.CELLS)),
        default="lstm",
    )
    units: tuple = parameter(
        "tuple of int",
        "Units of each recurrent layer.",
        ListOf(_SIZE, 1),
        default=(64,),
    )
    bidirectional: bool = parameter(
        "bool",
        "Also read each sequence backwards (Schuster & Paliwal, 1997).",
        "boolean",
        default=False,
    )
    pooling: str = parameter(
        "{'last', 'avg', 'max', 'attention'}",
        """How the outputs of all time steps are pooled into one vector: the last one,
        their mean or maximum, or a mean with learned weights (Ilse et al., 2018).""",
        StrOptions(set(_networks.POOLINGS)),
        default="last",
    )
    dropout: float = parameter(
        "float",
        "Dropout rate after each recurrent layer.",
        Interval(Real, 0, 1, closed="left"),
        default=0.0,
    )
    filters: tuple = parameter(
        "tuple of int",
        """Number of filters of each convolution before the recurrent layers, which
        shorten long signals; ``()`` for none.""",
        ListOf(_SIZE),
        default=(),
    )
    kernel_size: int | None = parameter(
        "int or None",
        "Size of these convolutions in time steps; None for 5.",
        _SIZE,
        None,
        default=None,
    )
    pool_size: int | None = parameter(
        "int or None",
        """Factor by which max-pooling after each convolution shortens a sequence; None
        for 2.""",
        _SIZE,
        None,
        default=None,
    )
    missing: str = parameter(
        "{'error', 'mask', 'forward_fill'}",
        """How NaN within a sequence is handled. 'error' raises. 'mask' skips time steps
        without any value, and replaces single missing values by the mean of their
        channel (by zero with ``normalize=None``). 'forward_fill' repeats the last value
        of a channel, and does the same as 'mask' before its first value. NaN in all
        channels of the last time steps is padding, except in X of two dimensions, where
        'error' refuses any NaN.""",
        StrOptions({"error", "mask", "forward_fill"}),
        default="error",
    )
    max_length: int | None = parameter(
        "int or None",
        "Maximum length in time steps; longer sequences are truncated, with a warning.",
        _SIZE,
        None,
        default=None,
    )
    normalize: str | None = parameter(
        "{'channel'} or None",
        NORMALIZE_DOC,
        StrOptions({"channel"}),
        None,
        default="channel",
    )

    n_features_in_ = FittedAttribute(
        "n_features_in",
        "int",
        """Length of the second axis of X of shape ``(n, length)``; otherwise
            the number of channels.""",
    )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = self.missing != "error"
        return tags

    # ----- hooks -----

    def _check_parameters(self):
        for name in ("kernel_size", "pool_size"):
            if getattr(self, name) is not None and not self.filters:
                raise ValueError(
                    f"{name} needs filters=, the convolutions before the recurrent "
                    f"layers; pass it too, or leave {name} at None."
                )

    def _make_inputs(self):
        return SequenceInputs(
            self.missing, self.max_length, self.precision, self.normalize
        )

    def _build_features(self, x, inputs):
        return _networks.encode(x, self._sizes(), self.pooling)

    def _make_reconstruction(self, inputs):
        return SequenceReconstruction(self.loss, self._sizes(), inputs, self.precision)

    def _sizes(self):
        names = [field.name for field in dataclasses.fields(_networks.Sizes)]
        given = {name: getattr(self, name) for name in names}
        defaults = {"kernel_size": 5, "pool_size": 2}
        return _networks.Sizes(
            **{k: defaults.get(k) if v is None else v for k, v in given.items()}
        )
