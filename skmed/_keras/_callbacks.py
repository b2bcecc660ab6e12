"""Keras callbacks around compiled epochs."""

import copy

import keras

from ._program import State, read, write

_BATCH_HOOKS = ("on_batch_begin", "on_batch_end", "on_train_batch_begin")
_BATCH_HOOKS += ("on_train_batch_end",)


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
    """

    def __init__(self, callbacks, model, epochs, rates):
        self._model = model
        self._list = None
        if callbacks:
            self._list = keras.callbacks.CallbackList(
                copy.deepcopy(list(callbacks)),
                model=model,
                epochs=epochs,
                steps=rates.n_steps // epochs,
                verbose=0,
            )
            model.stop_training = False

    def __bool__(self):
        return self._list is not None

    @property
    def by_batch(self):
        """Whether some callback acts on batches."""
        if not self:
            return False
        plain = keras.callbacks.Callback
        return any(
            getattr(type(callback), hook) is not getattr(plain, hook)
            for callback in self._list.callbacks
            if not isinstance(callback, keras.callbacks.History)
            for hook in _BATCH_HOOKS
        ) or any(
            isinstance(callback, keras.callbacks.LambdaCallback)
            and (callback.on_train_batch_begin or callback.on_train_batch_end)
            for callback in self._list.callbacks
        )

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
        write(model.variables, state.variables)
        write(optimizer.variables, state.slots)
        if not callable(rate):
            optimizer.learning_rate = rate
        getattr(self._list, hook)(*args)
        state = State(read(model.variables), read(optimizer.variables))
        if not callable(rate):
            rate = float(optimizer.learning_rate.numpy())
        return state, rate, bool(model.stop_training)
