"""Optimizers: copies, and settings that only private attributes hold."""

import keras

from .global_state import fresh_names

_EXCLUDED = ("_exclude_from_weight_decay", "_exclude_from_weight_decay_pattern")
# learning rate of a copy that gets the rate of each step from a program
_PLACEHOLDER_RATE = 1e-3


def copy_optimizer(optimizer, learning_rate=None, *, exact=False):
    """Return an unbuilt optimizer with the same settings.

    Parameters
    ----------
    optimizer : keras.optimizers.Optimizer
        The optimizer, which is not changed.
    learning_rate : float, LearningRateSchedule or None
        Learning rate of the copy. Anything but a float becomes 0.001: compiled
        programs read the rate of each step from a variable. Ignored if ``exact``.
    exact : bool
        Keep the name, the learning rate or its schedule, and the variables that are
        excluded from weight decay.

    Returns
    -------
    keras.optimizers.Optimizer
        The copy.
    """
    cls, config = type(optimizer), optimizer.get_config()
    with fresh_names():
        if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
            config["inner_optimizer"] = copy_optimizer(
                optimizer.inner_optimizer, learning_rate, exact=exact
            )
            return cls(**config)
        if not exact:
            is_rate = isinstance(learning_rate, float)
            config["learning_rate"] = learning_rate if is_rate else _PLACEHOLDER_RATE
            config["name"] = cls.__name__.lower()
        elif callable(optimizer._learning_rate):
            # Keras can't deserialize a custom schedule that isn't registered
            config["learning_rate"] = optimizer._learning_rate
        no_decay = "weight_decay" in config and config["weight_decay"] is None
        if no_decay:
            # AdamW doesn't accept None
            del config["weight_decay"]
        copied = cls.from_config(config)
    if no_decay:
        copied.weight_decay = None
    for name in _EXCLUDED if exact else ():
        if hasattr(optimizer, name):
            setattr(copied, name, getattr(optimizer, name))
    return copied


def inner_optimizer(optimizer):
    """Return the optimizer inside a ``LossScaleOptimizer``, or the optimizer itself."""
    return getattr(optimizer, "inner_optimizer", optimizer)


def learning_rate_of(optimizer):
    """Return an optimizer's schedule, its learning rate's variable, or None."""
    # a LossScaleOptimizer has none of its own
    return getattr(optimizer, "_learning_rate", None)


def excludes_from_weight_decay(optimizer):
    """Return whether some variables are excluded from weight decay."""
    return any(getattr(optimizer, name, None) for name in _EXCLUDED)
