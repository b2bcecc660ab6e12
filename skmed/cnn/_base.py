"""CNN, the base class of the convolutional estimators."""

import dataclasses
from collections.abc import Callable
from numbers import Integral, Real

from sklearn.utils._param_validation import Interval, StrOptions

from skmed._keras.data.inputs import NORMALIZE_DOC
from skmed._keras.data.reconstruction import ReconstructionTargets
from skmed._keras.estimators.base import KerasEstimator
from skmed._keras.estimators.network import call_architecture
from skmed._keras.graphs.augmentation.augmentation import DEFAULTS, make_augmentation
from skmed._keras.transfer.fine_tuning import FineTuning, FineTuningParameters
from skmed._parameters import ListOf, parameter

from . import _architectures
from ._architectures import ARCHITECTURES, MIN_SIGNAL_STEPS
from ._inputs import ArrayInputs
from ._pooling import POOLINGS, add_dense

_SIZE = Interval(Integral, 1, None, closed="left")
# parameters that only apply to networks that are built, not to copied ones
_ARCHITECTURE_PARAMETERS = (
    *("architecture", "filters", "depth", "kernel_size", "pool_size"),
    "stochastic_depth",
)


class CNN(FineTuningParameters, KerasEstimator):
    """Base class of the convolutional estimators."""

    architecture: str | Callable = parameter(
        "{'plain', 'resnet', 'inception'} or callable",
        r"""'plain' is convolutions with max-pooling between them, then dense layers
        (LeCun et al., 1998). 'resnet' is a residual network (He et al., 2016) and
        'inception' InceptionTime (Ismail Fawaz et al., 2020), both with batch
        normalisation, for signals, images and volumes. These are the default sizes,
        which `filters`, `depth`, `kernel_size`, `pool_size`, `pooling` and
        `dense_units` override:

        =============== ============= ==================== =========================
        \               plain         resnet               inception
        =============== ============= ==================== =========================
        filters         (32, 64, 128) (16, 32, 64);        (16, 16); images (16, 32,
                                      signals (32, 64,     64); volumes (8, 16, 32)
                                      128)
        depth           1             1                    2; images, volumes 1
        kernel_size     3             3; signals 7         40; images 7; volumes 5
        pool_size       2             2                    1; images, volumes 2
        pooling         'flatten'     'avg'                'avg'
        dense_units     (128,)        ()                   ()
        =============== ============= ==================== =========================

        ``epochs="auto"`` trains 'inception' on signals for at least 1000 steps. The
        published InceptionTime has ``filters=(32, 32)`` and ``depth=3``. 'resnet'
        first downsamples axes longer than 64 (signals: 1024) by average pooling, by a
        power of `pool_size`.

        A callable gets a Keras tensor of shape ``(batch, *sizes, channels)`` and
        returns features of shape ``(batch, n_features)``, to which the output layers
        are added.""",
        StrOptions(set(ARCHITECTURES)),
        callable,
        default="plain",
    )
    image_shape: tuple | None = parameter(
        "tuple of int or None",
        """Shape of a sample: ``(height, width)``, ``(height, width, channels)``,
        ``(depth, height, width)`` or ``(depth, height, width, channels)``. X may then
        be flattened. The last of three numbers is channels if it is at most 4; give
        four numbers for a volume of that width. With None, X of shape ``(n, length)``
        or ``(n, length, channels)`` is signals, ``(n, height, width, channels)`` images
        and ``(n, depth, height, width, channels)`` volumes.""",
        ListOf(_SIZE, 2, 4),
        None,
        default=None,
    )
    filters: tuple | None = parameter(
        "tuple of int or None",
        """Number of filters in each stage: of each convolution ('plain'), of the blocks
        ('resnet'), of each of the four branches of a module ('inception').""",
        ListOf(_SIZE, 1),
        None,
        default=None,
    )
    depth: int | None = parameter(
        "int or None",
        "Convolutions, residual blocks or inception modules in each stage.",
        _SIZE,
        None,
        default=None,
    )
    kernel_size: int | None = parameter(
        "int or None",
        """Size of the convolutions along each axis; in an inception module the largest
        of three, the others being a half and a quarter of it.""",
        _SIZE,
        None,
        default=None,
    )
    pool_size: int | None = parameter(
        "int or None",
        """Factor of downsampling along each axis between stages, by max-pooling or
        ('resnet') by strides; 1 for none.""",
        _SIZE,
        None,
        default=None,
    )
    pooling: str | None = parameter(
        "{'flatten', 'avg', 'max', 'attention'} or None",
        """How features by position are pooled into one vector: concatenation, mean or
        maximum over positions, or a mean with learned weights (Ilse et al., 2018).""",
        StrOptions(set(POOLINGS)),
        None,
        default=None,
    )
    dense_units: tuple | None = parameter(
        "tuple of int or None",
        "Units of each dense layer after the convolutions; ``()`` for none.",
        ListOf(_SIZE),
        None,
        default=None,
    )
    activation: str = parameter(
        "str",
        "Activation of convolutions and dense layers: relu, elu, gelu, silu or tanh.",
        StrOptions({"relu", "elu", "gelu", "silu", "tanh"}),
        default="relu",
    )
    dropout: float = parameter(
        "float",
        "Dropout rate before each dense layer and after the last.",
        Interval(Real, 0, 1, closed="left"),
        default=0.0,
    )
    stochastic_depth: float = parameter(
        "float",
        """Rate at which a sample skips the layers of the last residual connection in
        training, growing linearly from the first (Huang et al., 2016). Only for
        'resnet' and 'inception'.""",
        Interval(Real, 0, 1, closed="left"),
        default=0.0,
    )

    augment: str | tuple | dict | None = parameter(
        "str, tuple of str, dict of str to float or None",
        """Random transforms of the training samples, new ones in each epoch; a dict
        gives their strengths: 'shift' (0.1 of the size), 'rotation' (10 degrees; images
        and volumes), 'zoom' (0.1), 'flip' (mirror with probability 0.5, left to right
        or in time), 'warp' (0.05 of the length; signals), 'contrast' (0.2), 'noise'
        (0.1 standard deviations of the sample), 'cutout' (0.25 of each size), 'mixup'
        (0.2, Zhang et al., 2018). Volumes are transformed within their slices.""",
        str,
        ListOf(StrOptions(set(DEFAULTS))),
        dict,
        None,
        default=None,
    )
    test_time_augmentation: int = parameter(
        "int",
        """Number of views of each sample over which predictions are averaged: the
        sample itself, and transforms of it by `augment` except 'cutout' and
        'mixup'.""",
        _SIZE,
        default=1,
    )
    normalize: str | None = parameter(
        "{'channel'} or None",
        NORMALIZE_DOC,
        StrOptions({"channel"}),
        None,
        default="channel",
    )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags

    # ----- hooks -----

    def _check_parameters(self):
        if self.stochastic_depth and self.architecture not in ("resnet", "inception"):
            raise ValueError(
                "stochastic_depth needs residual connections to skip; use architecture="
                "'resnet' or 'inception', or leave stochastic_depth at 0."
            )
        if callable(self.architecture):
            self._check_own_architecture()
        options = self.init_from, self.init_weights, self.freeze, self.unfreeze_after
        if all(option is None for option in options):
            return
        self._fine_tuning().check()
        if self.init_from is None:
            return
        for name in _ARCHITECTURE_PARAMETERS:
            default = type(self).__dataclass_fields__[name].default
            if getattr(self, name) != default:
                raise ValueError(
                    f"{name} is of a network that is built anew; leave it at "
                    f"{default!r}, since init_from brings its own layers."
                )

    def _check_own_architecture(self):
        """Raise if sizes are given that only networks by name have."""
        # an encoder's decoder has sizes, whatever encodes
        if getattr(self, "objective", None) == "reconstruction":
            return
        given = {**self._sizes(), "dropout": self.dropout or None}
        for name, value in given.items():
            if value is not None and self.init_from is None:
                raise ValueError(
                    f"{name} is of the networks by name and has no effect on an "
                    "architecture of your own; leave it at its default."
                )

    def _make_inputs(self):
        return ArrayInputs(self.image_shape, self.precision, self.normalize)

    def _make_augmentation(self, inputs):
        if not self.augment and self.test_time_augmentation == 1:
            return None
        rank = len(inputs.shape) - 1
        return make_augmentation(self.augment, rank, self.test_time_augmentation)

    def _make_fine_tuning(self):
        return None if self.init_from is None else self._fine_tuning()

    def _fine_tuning(self):
        names = [field.name for field in dataclasses.fields(FineTuningParameters)]
        options = {name: getattr(self, name) for name in names}
        return FineTuning(**options, standardized=self.normalize is not None)

    def _min_training(self, inputs):
        minimum = super()._min_training(inputs)
        if len(inputs.shape) > 2 or callable(self.architecture):
            return minimum
        steps = MIN_SIGNAL_STEPS.get(self.architecture, minimum.steps)
        return minimum._replace(steps=steps)

    def _build_features(self, x, inputs):
        if self.init_from is not None:
            return self._head(self._fine_tuning().features(x, inputs))
        if callable(self.architecture):
            return call_architecture(self.architecture, x)
        return _architectures.encode(
            x,
            self.architecture,
            self._sizes(),
            self.activation,
            self.dropout,
            self.stochastic_depth,
        )

    def _head(self, features):
        """Pool the features of copied layers, and add dense layers."""
        if len(features.shape) > 2:
            features = POOLINGS[self.pooling or "avg"](features)
        elif self.pooling is not None:
            raise ValueError(
                f"pooling={self.pooling!r} has nothing to do, since the features of "
                "init_from are one row already; leave it None."
            )
        units = self.dense_units or ()
        return add_dense(features, units, self.activation, self.dropout)

    def _sizes(self):
        """Return the sizes that the user gave; None for default sizes."""
        names = [field.name for field in dataclasses.fields(_architectures.Sizes)]
        return {name: getattr(self, name) for name in names}

    def _make_reconstruction(self, inputs):
        # a custom architecture has no decoder: use that of the plain network
        name = "plain" if callable(self.architecture) else self.architecture

        def decode(code, shape):
            return _architectures.decode(
                code, shape, name, self._sizes(), self.activation
            )

        return ReconstructionTargets(self.loss, decode)
