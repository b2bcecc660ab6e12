"""The constructor parameters that all deep estimators share."""

from collections.abc import Sequence
from numbers import Integral, Real

import keras
import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from skmed._keras.training.epochs import LEAST
from skmed._keras.training.optimizers import NAMES, SCHEDULES
from skmed._parameters import ListOf, Parameterized, parameter


class TrainingParameters(Parameterized):
    """How a network is trained, whatever its family and task."""

    epochs: int | str = parameter(
        "int or 'auto'",
        f"""Passes over the training rows. 'auto' makes {LEAST.epochs}, and more where
        rows are few: enough for {LEAST.steps} gradient steps.""",
        Interval(Integral, 1, None, closed="left"),
        StrOptions({"auto"}),
        default="auto",
    )
    batch_size: int = parameter(
        "int",
        "Rows per gradient step. The last batch of an epoch may be smaller.",
        Interval(Integral, 1, None, closed="left"),
        default=32,
    )
    optimizer: str | keras.optimizers.Optimizer = parameter(
        "str or keras.optimizers.Optimizer",
        f"""One of {", ".join(NAMES)}, or a Keras optimizer, whose settings are copied
        and whose state is not.""",
        StrOptions(set(NAMES)),
        keras.optimizers.Optimizer,
        default="adam",
    )
    learning_rate: float | None = parameter(
        "float or None",
        "Size of a step; None for the optimizer's own (0.001 for Adam).",
        Interval(Real, 0, None, closed="neither"),
        None,
        default=None,
    )
    learning_rate_schedule: str = parameter(
        "{'constant', 'cosine', 'one_cycle'}",
        """How the learning rate changes from the first step to the last:
        'cosine' falls to zero (Loshchilov & Hutter, 2017), 'one_cycle' rises for
        30% of the steps and then falls (Smith & Topin, 2018).""",
        StrOptions(set(SCHEDULES)),
        default="constant",
    )
    weight_decay: float | None = parameter(
        "float or None",
        """Decoupled weight decay (Loshchilov & Hutter, 2019), as a fraction of the
        learning rate; None for the optimizer's own (0.004 for AdamW, else 0).""",
        Interval(Real, 0, None, closed="left"),
        None,
        default=None,
    )
    early_stopping: bool = parameter(
        "bool",
        """Hold out `validation_fraction` of the rows, stop when their loss has not
        become better for `n_iter_no_change` epochs, and keep the best weights.
        Rows are held out by class, or by patient when `groups` is given to fit.
        fit requests `groups` by default, but scikit-learn passes it on only under
        metadata routing::

            sklearn.set_config(enable_metadata_routing=True)
            cross_validate(estimator, X, y, cv=GroupKFold(), params={"groups": groups})

        With `X_val` given to fit, that is watched and nothing is held out. Without
        early stopping all `epochs` are run.""",
        "boolean",
        default=False,
    )
    validation_fraction: float = parameter(
        "float",
        "Part of the rows (or patients) that early stopping holds out.",
        Interval(Real, 0, 1, closed="neither"),
        default=0.1,
    )
    n_iter_no_change: int = parameter(
        "int",
        "Epochs without improvement after which early stopping stops.",
        Interval(Integral, 1, None, closed="left"),
        default=10,
    )
    tol: float = parameter(
        "float",
        "Decrease of the validation loss that counts as improvement.",
        Interval(Real, 0, None, closed="left"),
        default=1e-4,
    )
    normalize: str | None = parameter(
        "{'channel'} or None",
        """Standardise each channel with the mean and variance of the training rows,
        learned inside fit and part of `model_`; None to leave X as it is.""",
        StrOptions({"channel"}),
        None,
        default="channel",
    )
    callbacks: Sequence | None = parameter(
        "list of keras.callbacks.Callback or None",
        """Called during fit with the true weights in place. Each fit works on
        copies of them.""",
        ListOf(keras.callbacks.Callback),
        None,
        default=None,
    )
    warm_start: bool = parameter(
        "bool",
        "Go on from the weights of the last fit instead of starting anew.",
        "boolean",
        default=False,
    )
    precision: str = parameter(
        "{'float32', 'float64', 'mixed'}",
        """Dtype of weights, layers, losses and predictions. 'mixed' computes layers
        in float16 with a scaled loss, which pays on a GPU.""",
        StrOptions({"float32", "float64", "mixed"}),
        default="float32",
    )
    verbose: int | bool = parameter(
        "int",
        "1 shows a progress bar with the loss and the time left.",
        "verbose",
        default=0,
    )
    random_state: int | np.random.RandomState | None = parameter(
        "int, RandomState instance or None",
        """Seeds first weights, order of rows, dropout and what is held out. An int
        gives the same model on every fit.""",
        "random_state",
        default=None,
    )
