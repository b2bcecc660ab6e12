"""How the network of a fit is trained: program, stages, rates and what is watched."""

import math

from skmed._keras.compat.naming import fresh_names
from skmed._keras.graphs.cache import optimizer_key
from skmed._keras.graphs.padding import is_padded, lengths_of
from skmed._keras.graphs.programs import training_program
from skmed._keras.graphs.state import Data, State, read, write
from skmed._validation.memory_maps import MemmapArray

from .callbacks import Callbacks
from .early_stopping import EarlyStopping
from .epochs import LEAST, train
from .optimizers import Rates, make_optimizer, scaled
from .progress import Progress


class NetworkTraining:
    """The part of an estimator that moves the weights of ``_network``."""

    def _train(self, rows, held_out, *, epochs, history, stops, partial):
        """Train the network, stage by stage; return the history."""
        network, callbacks, best_loss = self._network, None, math.inf
        n_before = len(history.get("loss", ()))
        with Progress(self.verbose, epochs, type(self).__name__) as progress:
            for n_epochs, factor in self._stages(epochs, n_before, partial):
                # a stage trains the network, or what follows its frozen part
                trained, *parts = self._part_to_train(rows, held_out)
                program, state, rates = self._start(trained, parts[0], n_epochs, factor)
                callbacks = callbacks or Callbacks(
                    self.callbacks, network, n_epochs, rates, last_epoch=epochs
                )
                callbacks.follow(trained)
                stopping = None
                if stops:
                    # the stage before may have been better than all of this one
                    best = (best_loss, state) if best_loss < math.inf else ()
                    stopping = EarlyStopping(self.tol, self.n_iter_no_change, *best)
                state, history = train(
                    program,
                    state,
                    self._data(program, parts[0]),
                    history=history,
                    epochs=n_epochs,
                    batch_size=self.batch_size,
                    seed=self._seed,
                    rates=rates,
                    validation=parts[1] and self._data(program, parts[1]),
                    stopping=stopping,
                    callbacks=callbacks,
                    progress=progress,
                    first_epoch=len(history.get("loss", ())) - n_before,
                    settles=True,
                    augmentation=self._augmentation(),
                    lengths=self._lengths(trained, parts[0].X),
                )
                write(trained.variables, state.variables)
                write(network.optimizer.variables, state.slots)
                best_loss = stopping.best_loss if stops else best_loss
        return history

    def _stages(self, epochs, n_before, partial):
        """Yield the epochs of each stage of a fit, and a factor on the learning rate.

        ``n_before`` epochs were run by earlier fits.
        """
        yield epochs, 1.0

    def _part_to_train(self, rows, held_out):
        """Return the network to train, and rows as that network takes them."""
        return self._network, rows, held_out

    def _start(self, trained, rows, epochs, factor):
        """Return a stage's program, where training starts, and its rates."""
        network, loss = self._network, self._loss()
        optimizer, rate, decay = make_optimizer(
            self.optimizer,
            self.learning_rate,
            self.weight_decay,
            mixed=self.precision == "mixed",
        )
        program = training_program(
            trained,
            loss,
            optimizer,
            rows.X.dtype,
            weighs_batches=True,
            augments=getattr(self._augmentation(), "names", ()),
        )
        slots = program.first_slots
        if network.compiled and _goes_on(network.optimizer, optimizer, slots):
            slots = read(network.optimizer.variables)
        # compiled as it is trained, ready for callbacks and a user's own fine-tuning
        network.compile(optimizer, loss, auto_scale_loss=False)
        with fresh_names():
            optimizer.build(network.trainable_variables)
        n_steps = math.ceil(len(rows) / self.batch_size)
        rates = Rates(
            scaled(rate, factor), self.learning_rate_schedule, epochs * n_steps, decay
        )
        return program, State(read(trained.variables), slots), rates

    @staticmethod
    def _lengths(network, X):
        """Return the lengths of padded sequences in memory, None of all else."""
        if not is_padded(network) or isinstance(X, MemmapArray):
            return None
        return lengths_of(X, network.inputs[0].dtype)

    def _least_training(self):
        """Return what epochs="auto" makes at least."""
        return LEAST

    def _augmentation(self):
        """Return how training rows are changed at random, if they are."""

    def _mixes(self):
        return getattr(self._augmentation(), "mixes", False)

    def _data(self, program, rows):
        y = self._targets.encode(rows.y, self._loss_name(), program.dtype)
        return Data.from_arrays(rows.X, y, rows.weight, program.dtype)


def _goes_on(before, optimizer, slots):
    """Tell whether an optimizer can take over the state of another."""
    return optimizer_key(before) == optimizer_key(optimizer) and [
        tuple(variable.shape) for variable in before.variables
    ] == [tuple(slot.shape) for slot in slots]
