"""Start from the layers of another network: ``init_from`` and ``freeze``."""

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

# features of a frozen part are kept in memory up to this size
_MAX_BYTES = 2**30


class FineTuningParameters(Parameterized):
    """Parameters of a family whose networks can start from another one."""

    init_from: object = parameter(
        "estimator, keras.Model, path, str or None",
        """What to start from instead of `architecture`: a fitted deep estimator of any
        task, a Keras model, the path of a ``.keras`` file (read without running code
        from it), or the name of a network of ``keras.applications`` such as
        'MobileNetV2', with `init_weights`. It is only read. Its last dense layer gives
        way to those of the new task; a network that ends in something else is kept
        whole. With ``normalize='channel'`` the new rows are standardised by their own
        statistics, in place of the network's; a network by name gets them in the units
        that it was trained on, and grey images as three equal channels. With
        ``normalize=None`` the network gets X as it is (by name, values from 0 to 255)
        and keeps a standardiser of its own.""",
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
        """Layers of `init_from` that training leaves alone: so many with weights,
        counted from the input, or 'features' for all. Frozen batch normalisation keeps
        its statistics. What the frozen layers compute is computed once per fit, up to
        the first that draws at random, where rows aren't augmented. New layers that
        are trained alone learn faster at a higher `learning_rate`, such as 0.01.""",
        Interval(Integral, 1, None, closed="left"),
        StrOptions({"features"}),
        None,
        default=None,
    )
    unfreeze_after: int | None = parameter(
        "int or None",
        """Epochs after which the frozen layers are trained too, but for batch
        normalisation, in a second stage with early stopping and schedule of its own
        and a learning rate multiplied by `unfreeze_factor`. None keeps them frozen.""",
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
        # init_from is only read; a clone of a fitted estimator would be unfitted
        without = type(self).__new__(type(self))
        vars(without).update(vars(self), init_from=None)
        clone = super(FineTuningParameters, without).__sklearn_clone__()
        clone.init_from = self.init_from
        return clone


@dataclass(frozen=True, eq=False)
class FineTuning:
    """Layers of another network: copied, frozen, and trained in stages.

    Parameters
    ----------
    init_from, init_weights, freeze, unfreeze_after, unfreeze_factor
        As the parameters of the estimator.
    standardized : bool
        Whether the network gets standardised inputs.
    """

    init_from: object
    init_weights: object = None
    freeze: int | str | None = None
    unfreeze_after: int | None = None
    unfreeze_factor: float = 0.1
    standardized: bool = True

    def check(self):
        """Raise if the parameters don't go together."""
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
        """Return the features that the copied layers compute.

        Parameters
        ----------
        x : KerasTensor of shape (batch, ...)
            Preprocessed input.
        inputs : Inputs
            Fitted.

        Returns
        -------
        KerasTensor
            Input of the last dense layer of the network that was copied.
        """
        source = read_source(
            self.init_from, self.init_weights, inputs.shape, self.standardized
        )
        # new layers get the same initial weights, whatever is copied
        with seeded(inputs.seed):
            if source.mixing is not None:
                x = _mix_channels(x, *source.mixing)
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
            Epochs to train.
        n_before : int
            Epochs of earlier fits.
        can_continue : bool
            Whether a later call may train further, so that the second stage may have
            no epochs yet.

        Returns
        -------
        list of Stage
            One or two.
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
        """Return the part of a network after its frozen layers, and their features.

        Parameters
        ----------
        network : keras.Model
            The network.
        samples, held_out : Samples
            Training and validation samples (or None).

        Returns
        -------
        network : keras.Model
            All of it where there is nothing frozen, or features would be too large.
        samples, held_out : Samples
            With what that network takes.
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


def _mix_channels(x, matrix, offset):
    """Convert channels into the units of a network, in a fixed layer."""
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
