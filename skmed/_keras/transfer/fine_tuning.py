"""Begin with what another network has learned: ``init_from=``, ``freeze=``."""

import math
import os
from dataclasses import replace
from numbers import Integral, Real

import keras
import numpy as np
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions

from skmed._keras.compat.naming import fresh_names
from skmed._keras.compat.seeding import seeded
from skmed._keras.graphs.programs import prediction_program
from skmed._keras.graphs.state import read
from skmed._parameters import Parameterized, parameter
from skmed._validation.messages import first_sentence

from .layers import MIXING, NotCopied, is_frozen, last_frozen, thaw, transplant
from .sources import is_name, read_source

# features of a frozen part are kept in memory up to this size
_MOST_BYTES = 2**30


class FineTuning(Parameterized):
    """Take over the layers of another network, but for its last ones.

    A family puts this on its left and says with ``_head`` how features become one
    row for the new task's layers, and with ``_shaping`` which of its parameters say
    what ``init_from`` brings along.
    """

    init_from: object = parameter(
        "estimator, keras.Model, path, str or None",
        """What to begin with instead of `architecture`: a fitted deep estimator of any
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

    # parameters of a network that is built, which one that is taken over has already
    _shaping = ()

    def __sklearn_clone__(self):
        # only read; a clone of a fitted estimator would have forgotten its fit
        without = type(self).__new__(type(self))
        vars(without).update(vars(self), init_from=None)
        made = super(FineTuning, without).__sklearn_clone__()
        made.init_from = self.init_from
        return made

    def _fit(self, *arguments, **keywords):
        self._check_fine_tuning()
        return super()._fit(*arguments, **keywords)

    def _check_fine_tuning(self):
        if self.init_from is None:
            for name in ("init_weights", "freeze"):
                if getattr(self, name) is not None:
                    raise ValueError(
                        f"{name} needs init_from=, the network to begin with; pass it "
                        "too."
                    )
        else:
            self._check_source()
        if self.unfreeze_after is not None and self.freeze is None:
            raise ValueError(
                "unfreeze_after needs freeze=, the layers that are trained from then "
                "on; pass it too."
            )

    def _check_source(self):
        if is_name(self.init_from) and self.init_weights is None:
            raise ValueError(
                f"init_from={self.init_from!r} needs init_weights=, a file with its "
                "weights; for the path of a model write one that ends in .keras."
            )
        if self.init_weights is not None and not is_name(self.init_from):
            raise ValueError(
                "init_weights is for a network by name; what init_from gives has "
                "weights already."
            )
        defaults = type(self)()
        for name in self._shaping:
            if getattr(self, name) != getattr(defaults, name):
                raise ValueError(
                    f"{name} is of a network that is built anew; leave it at "
                    f"{getattr(defaults, name)!r}, since init_from brings its own "
                    "layers."
                )

    # ----- the network -----

    def _body(self, normalized):
        if self.init_from is None:
            return super()._body(normalized)
        standardised = self.normalize is not None
        source = read_source(
            self.init_from, self.init_weights, self._input_shape, standardised
        )
        # however the network was read, the new task's layers begin alike
        with seeded(self._seed):
            if source.mixing is not None:
                normalized = _mixed(normalized, *source.mixing)
            try:
                features, layers = transplant(source.network, normalized, standardised)
            except NotCopied as error:
                raise ValueError(
                    "init_from has a layer that can't be made again from its "
                    f"configuration ({first_sentence(str(error.__cause__))}); use "
                    "Keras's own layers, or give yours a get_config."
                ) from error
        for layer in self._frozen(layers):
            layer.trainable = False
        return self._head(features)

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

    def _stages(self, epochs, n_before, partial):
        if self.unfreeze_after is None:
            yield epochs, 1.0
            return
        n_first = 0
        if is_frozen(self._network):
            n_first = min(max(self.unfreeze_after - n_before, 0), epochs)
        if n_first == epochs and not (partial or self.warm_start):
            raise ValueError(
                f"unfreeze_after={self.unfreeze_after} leaves none of the {epochs} "
                "epochs for the second stage; use fewer, or more epochs."
            )
        if n_first:
            yield n_first, 1.0
        if n_first < epochs:
            thaw(self._network)
            yield epochs - n_first, self.unfreeze_factor

    def _part_to_train(self, rows, held_out):
        network = self._network
        # rows that change in every epoch have no features of their own
        if self.init_from is None or self._augmentation() is not None:
            return super()._part_to_train(rows, held_out)
        end = last_frozen(network)
        if end is None or _size(end, rows, held_out) > _MOST_BYTES:
            return super()._part_to_train(rows, held_out)
        with fresh_names():
            frozen = keras.Model(network.inputs[0], end)
            rest = keras.Model(end, network.outputs[0])
        program, weights = prediction_program(frozen), read(frozen.variables)

        def features(rows):
            return rows and replace(rows, X=program(weights, rows.X))

        return rest, features(rows), features(held_out)


def _mixed(x, matrix, offset):
    """Bring channels into the units of a network, in a layer that isn't trained."""
    layer = keras.layers.Dense(matrix.shape[1], trainable=False, name=MIXING)
    x = layer(x)
    layer.set_weights([matrix, offset])
    return x


def _size(tensor, *parts):
    n_rows = sum(len(rows) for rows in parts if rows)
    n_bytes = np.dtype(tensor.dtype).itemsize
    return n_rows * math.prod(tensor.shape[1:]) * n_bytes
