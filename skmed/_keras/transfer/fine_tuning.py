"""Fine-tuning: parameters, frozen layers and stages of training."""

import math
import os
from dataclasses import dataclass
from numbers import Integral, Real

import keras
import numpy as np
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions

from skmed._keras.compat.global_state import fresh_names, seeded
from skmed._keras.graphs.programs import prediction_program
from skmed._keras.graphs.state import get_values
from skmed._keras.training.trainer import Stage
from skmed._parameters import Parameterized, parameter
from skmed._validation.messages import first_sentence

from .layer_copies import (
    CHANNEL_CONVERSION,
    LayerCopyError,
    copy_layers,
    is_frozen,
    last_frozen,
    unfreeze,
)
from .sources import is_name, read_source

# maximum size in bytes of features of frozen layers that are kept in memory
_MAX_BYTES = 2**30


class FineTuningParameters(Parameterized):
    """Parameters of families whose networks can be initialised from another network."""

    init_from: object = parameter(
        "estimator, keras.Model, path, str or None",
        """Pretrained network to use instead of `architecture`: a fitted deep estimator
        of any task, a Keras model, the path of a ``.keras`` file (read without running
        code from it), or the name of a network of ``keras.applications`` such as
        'MobileNetV2', with `init_weights`. It is not changed. Its last dense layer is
        replaced by those of the new task; a network that doesn't end in a dense layer
        is copied as a whole. With ``normalize='channel'`` the new samples are
        standardised with their own statistics, not those of the network; a network by
        name gets them in the units that it was trained on, and grey images as three
        equal channels. With ``normalize=None`` the network gets X as it is (by name,
        values from 0 to 255) and keeps its normalisation layer.""",
        str,
        os.PathLike,
        keras.Model,
        HasMethods("get_params"),
        None,
        default=None,
    )
    init_weights: str | os.PathLike | None = parameter(
        "path or None",
        """File with the weights of a network by name, without its last layers
        (``include_top=False``). Nothing is downloaded.""",
        str,
        os.PathLike,
        None,
        default=None,
    )
    freeze: int | str | None = parameter(
        "int, 'features' or None",
        """Layers of `init_from` that are not trained: a number of layers with weights,
        counted from the input, or 'features' for all. Frozen batch normalisation keeps
        its statistics. Without `augment`, the features of frozen layers are computed
        once per fit, up to the first random layer. If only new layers are trained, a
        higher `learning_rate` such as 0.01 is faster.""",
        Interval(Integral, 1, None, closed="left"),
        StrOptions({"features"}),
        None,
        default=None,
    )
    unfreeze_after: int | None = parameter(
        "int or None",
        """Epochs after which frozen layers are trained too, except batch normalisation:
        in a second stage with its own early stopping and schedule, and the learning
        rate multiplied by `unfreeze_factor`. None keeps them frozen.""",
        Interval(Integral, 1, None, closed="left"),
        None,
        default=None,
    )
    unfreeze_factor: float = parameter(
        "float",
        "Factor on the learning rate of the second stage.",
        Interval(Real, 0, None, closed="neither"),
        default=0.1,
    )

    def __sklearn_clone__(self):
        # init_from is not cloned, since a clone would not be fitted
        without = type(self).__new__(type(self))
        vars(without).update(vars(self), init_from=None)
        clone = super(FineTuningParameters, without).__sklearn_clone__()
        clone.init_from = self.init_from
        return clone


@dataclass(frozen=True, eq=False)
class FineTuning:
    """Layers of another network that are copied, frozen, and trained in stages.

    Parameters
    ----------
    init_from, init_weights, freeze, unfreeze_after, unfreeze_factor
        Parameters of the estimator.
    standardized : bool
        Whether the input of the network is standardised.
    """

    init_from: object
    init_weights: object = None
    freeze: int | str | None = None
    unfreeze_after: int | None = None
    unfreeze_factor: float = 0.1
    standardized: bool = True

    def check(self):
        """Raise if parameters contradict each other."""
        if self.init_from is None:
            for name in ("init_weights", "freeze"):
                if getattr(self, name) is not None:
                    raise ValueError(
                        f"{name} needs init_from=, the network to begin with; pass it "
                        "too."
                    )
        elif is_name(self.init_from):
            if self.init_weights is None:
                raise ValueError(
                    f"init_from={self.init_from!r} needs init_weights=, a file with "
                    "its weights; for the path of a model write one that ends in "
                    ".keras."
                )
        elif self.init_weights is not None:
            raise ValueError(
                "init_weights is for a network by name; what init_from gives has "
                "weights already."
            )
        if self.unfreeze_after is not None and self.freeze is None:
            raise ValueError(
                "unfreeze_after needs freeze=, the layers that are trained from then "
                "on; pass it too."
            )

    # ----- the network -----

    def features(self, x, inputs):
        """Return the features of the copied layers.

        Parameters
        ----------
        x : KerasTensor of shape (batch, ...)
            Preprocessed input.
        inputs : Inputs
            Fitted inputs.

        Returns
        -------
        KerasTensor
            Input of the last dense layer of the copied network.
        """
        source = read_source(
            self.init_from, self.init_weights, inputs.shape, self.standardized
        )
        # the initial weights of new layers don't depend on what is copied
        with seeded(inputs.seed):
            if source.channel_conversion is not None:
                x = _convert_channels(x, *source.channel_conversion)
            try:
                features, layers = copy_layers(source.network, x, self.standardized)
            except LayerCopyError as error:
                raise ValueError(
                    "init_from has a layer that can't be made again from its "
                    f"configuration ({first_sentence(str(error.__cause__))}); use "
                    "Keras's own layers, or give yours a get_config."
                ) from error
        for layer in self._frozen(layers):
            layer.trainable = False
        return features

    def _frozen(self, layers):
        if self.freeze is None or self.freeze == "features":
            return layers if self.freeze else []
        if self.freeze > len(layers):
            raise ValueError(
                f"freeze={self.freeze} is more than the {len(layers)} layers with "
                "weights that init_from has; use fewer, or 'features' for all."
            )
        return layers[: self.freeze]

    # ----- training -----

    def stages(self, network, epochs, n_before, can_continue):
        """Return the stages of a training.

        Parameters
        ----------
        network : keras.Model
            The network, built.
        epochs : int
            Number of epochs.
        n_before : int
            Number of epochs of earlier fits.
        can_continue : bool
            Whether a later fit may train further, so that the second stage may start
            later.

        Returns
        -------
        list of Stage
            One or two stages.
        """
        if self.unfreeze_after is None:
            return [Stage(epochs)]
        n_first = 0
        if is_frozen(network):
            n_first = min(max(self.unfreeze_after - n_before, 0), epochs)
        if n_first == epochs and not can_continue:
            raise ValueError(
                f"unfreeze_after={self.unfreeze_after} leaves none of the {epochs} "
                "epochs for the second stage; use fewer, or more epochs."
            )
        stages = [Stage(n_first)] if n_first else []
        if n_first < epochs:
            n_second = epochs - n_first
            stages.append(Stage(n_second, self.unfreeze_factor, prepare=unfreeze))
        return stages

    @staticmethod
    def trained_part(network, samples, held_out):
        """Return the part of a network after its frozen layers, and its samples.

        Parameters
        ----------
        network : keras.Model
            The network.
        samples, held_out : Samples
            Training samples, and validation samples or None.

        Returns
        -------
        network : keras.Model
            The layers after the frozen ones; the whole network if none are frozen, or
            if their features need too much memory.
        samples, held_out : Samples
            Samples with the inputs of that network.
        """
        end = last_frozen(network)
        if end is None or _n_bytes(end, samples, held_out) > _MAX_BYTES:
            return network, samples, held_out
        with fresh_names():
            frozen = keras.Model(network.inputs[0], end)
            rest = keras.Model(end, network.outputs[0])
        program, weights = prediction_program(frozen), get_values(frozen.variables)

        def features(part):
            return part and part.with_inputs(program(weights, part.X))

        return rest, features(samples), features(held_out)


def _convert_channels(x, matrix, offset):
    """Convert channels to the units of a network by a fixed dense layer."""
    layer = keras.layers.Dense(
        matrix.shape[1], trainable=False, name=CHANNEL_CONVERSION
    )
    x = layer(x)
    layer.set_weights([matrix, offset])
    return x


def _n_bytes(tensor, *parts):
    n_samples = sum(len(part) for part in parts if part)
    itemsize = np.dtype(tensor.dtype).itemsize
    return n_samples * math.prod(tensor.shape[1:]) * itemsize
