"""A user's Keras callbacks, called between compiled epochs."""

import copy

import keras

from skmed._keras.compat.global_state import fresh_names
from skmed._keras.graphs.state import (
    State,
    get_slots,
    get_values,
    set_slots,
    set_values,
)

_BATCH_HOOKS = ("on_batch_begin", "on_batch_end", "on_train_batch_begin")
_BATCH_HOOKS += ("on_train_batch_end",)
# methods that Keras calls around validation
_TEST_HOOKS = ("on_test_begin", "on_test_end")
_TEST_HOOKS += ("on_test_batch_begin", "on_test_batch_end")
_PREDICT_HOOKS = ("on_predict_begin", "on_predict_end")
_PREDICT_HOOKS += ("on_predict_batch_begin", "on_predict_batch_end")


def acts_on_batches(callback):
    """Return whether a callback overrides a method that is called for each batch."""
    if type(callback) is keras.callbacks.ModelCheckpoint:
        return callback.save_freq != "epoch"
    return _overrides(callback, _BATCH_HOOKS)


def acts_on_validation(callback):
    """Return whether a callback overrides a method that validation calls."""
    return _overrides(callback, _TEST_HOOKS)


def acts_on_prediction(callback):
    """Return whether a callback overrides a method that prediction calls."""
    return _overrides(callback, _PREDICT_HOOKS)


def _overrides(callback, hooks):
    base = keras.callbacks.Callback
    if isinstance(callback, keras.callbacks.History):
        return False
    return any(
        name in vars(callback)
        or getattr(type(callback), name) is not getattr(base, name)
        for name in hooks
    )


class Callbacks:
    """Copies of a user's callbacks, which find the current state in the model.

    Weights and optimizer state are written to the model before a callback is called,
    and read again afterwards. Changes of the learning rate and of ``stop_training``
    take effect too.

    Parameters
    ----------
    callbacks : list of keras.callbacks.Callback or None
        Callbacks, which are copied: no fit changes those of the user.
    model : keras.Model
        The compiled network of the estimator.
    epochs : int
        Number of epochs.
    rates : Rates
        Learning rates, which determine the number of steps.
    last_epoch : int or None
        Number of the last epoch if the first isn't 0.
    """

    def __init__(self, callbacks, model, epochs, rates, last_epoch=None):
        self._model = model
        self._variables = model.variables
        self._list = None
        if callbacks:
            self._list = keras.callbacks.CallbackList(
                copy.deepcopy(list(callbacks)),
                model=model,
                epochs=last_epoch or epochs,
                steps=rates.n_steps // epochs,
                verbose=0,
            )
            if not model.optimizer.built:
                with fresh_names():
                    model.optimizer.build(model.trainable_variables)

    def __bool__(self):
        return self._list is not None

    def set_trained_network(self, network):
        """Set the part of the model whose variables the state holds.

        Parameters
        ----------
        network : keras.Model
            The model, or a model of some of its layers.
        """
        self._variables = network.variables

    @property
    def act_on_batches(self):
        """Whether a callback acts on batches."""
        return bool(self) and any(map(acts_on_batches, self._list.callbacks))

    def call(self, hook, state, rate, *args):
        """Call one method of all callbacks.

        Parameters
        ----------
        hook : str
            Name of the method.
        state : State
            Current state, which is written to the model.
        rate : float or LearningRateSchedule
            Learning rate, which becomes ``model.optimizer.learning_rate``.
        *args : object
            Number of the epoch or batch, and logs.

        Returns
        -------
        state : State
            State with the changes of the callbacks.
        rate : float or LearningRateSchedule
            Learning rate of the next steps.
        stop : bool
            Whether a callback set ``model.stop_training``.
        """
        if not self:
            return state, rate, False
        model, optimizer = self._model, self._model.optimizer
        set_values(self._variables, state.variables)
        set_slots(optimizer, state.slots)
        if not callable(rate):
            optimizer.learning_rate = rate
        if hook == "on_train_begin":
            model.stop_training = False
        getattr(self._list, hook)(*args)
        state = State(get_values(self._variables), get_slots(optimizer))
        if not callable(rate):
            rate = float(optimizer.learning_rate.numpy())
        return state, rate, bool(model.stop_training)
