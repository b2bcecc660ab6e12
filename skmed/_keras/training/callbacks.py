"""Keras callbacks around compiled epochs."""

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
# what Keras calls around a validation
_TEST_HOOKS = ("on_test_begin", "on_test_end")
_TEST_HOOKS += ("on_test_batch_begin", "on_test_batch_end")
_PREDICT_HOOKS = ("on_predict_begin", "on_predict_end")
_PREDICT_HOOKS += ("on_predict_batch_begin", "on_predict_batch_end")


def acts_on_batches(callback):
    """Tell whether a callback does something at each batch."""
    if type(callback) is keras.callbacks.ModelCheckpoint:
        return callback.save_freq != "epoch"
    return _overrides(callback, _BATCH_HOOKS)


def acts_on_validation(callback):
    """Tell whether a callback does something while Keras validates."""
    return _overrides(callback, _TEST_HOOKS)


def acts_on_prediction(callback):
    """Tell whether a callback does something while Keras predicts."""
    return _overrides(callback, _PREDICT_HOOKS)


def _overrides(callback, hooks):
    plain = keras.callbacks.Callback
    if isinstance(callback, keras.callbacks.History):
        return False
    return any(
        name in vars(callback)
        or getattr(type(callback), name) is not getattr(plain, name)
        for name in hooks
    )


class Callbacks:
    """Copies of a user's callbacks, which see the model as Keras would show it.

    The weights are in the compiled network whenever a callback runs, and
    what a callback does to weights, learning rate or ``stop_training`` counts.

    Parameters
    ----------
    callbacks : list of keras.callbacks.Callback or None
        Copied, so that a second fit finds them as they were.
    model : keras.Model
        The estimator's own network, compiled.
    epochs : int
        Epochs to come.
    rates : Rates
        Knows how many steps they have.
    last_epoch : int or None
        The number of the last epoch, where the first isn't 0.
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

    def set_trained_network(self, trained):
        """Take note that from here on a part of the model is trained, or all of it."""
        self._variables = trained.variables

    @property
    def act_on_batches(self):
        """Whether some callback acts on batches."""
        return bool(self) and any(map(acts_on_batches, self._list.callbacks))

    def call(self, hook, state, rate, *args):
        """Run one hook of all callbacks.

        Parameters
        ----------
        hook : str
            Name of the method.
        state : State
            The training's state, shown to the callbacks.
        rate : float
            The learning rate, shown as ``model.optimizer.learning_rate``.
        *args : object
            Epoch or batch number, and logs.

        Returns
        -------
        state : State
            With what the callbacks changed.
        rate : float
            The rate to go on with.
        stop : bool
            Whether a callback asked to stop.
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
