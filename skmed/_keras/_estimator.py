"""The life cycle of a fit, the same for every family and task."""

import contextlib
import math
from collections.abc import Sequence
from numbers import Integral, Real

import keras
import numpy as np
from sklearn.base import _fit_context
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted, validate_data

from ._cache import optimizer_key
from ._callbacks import Callbacks
from ._early_stopping import EarlyStopping
from ._naming import fresh_names
from ._normalization import normalizer, set_statistics
from ._optimizers import NAMES, SCHEDULES, Rates, make_optimizer
from ._parameters import Parameterized, parameter
from ._persistence import pack, unpack_network
from ._precision import layer_dtype, variable_dtype
from ._program import (
    Data,
    State,
    prediction_program,
    read,
    training_program,
    write,
)
from ._progress import Progress
from ._scikeras import RepairedWrapper
from ._seeding import draw_seed, seeded
from ._training import train
from ._validation import check_groups, check_weights, hold_out

# small numbers stay as they are in memory and are cast batch by batch
_SMALL_DTYPES = [np.uint8, np.int8, np.uint16, np.int16, np.float16]


class KerasEstimator(RepairedWrapper, Parameterized):
    """Base of all deep estimators.

    A family says how X becomes an array of inputs (``_shape`` and back,
    ``_unshape``) and which features its network computes (``_features``); a task
    mixed in from the left says what is learned from them. Don't add here what
    only one family or task needs.
    """

    epochs: int = parameter(
        10,
        "int",
        "Passes over the training rows.",
        Interval(Integral, 1, None, closed="left"),
    )
    batch_size: int = parameter(
        32,
        "int",
        "Rows per gradient step. The last batch of an epoch may be smaller.",
        Interval(Integral, 1, None, closed="left"),
    )
    optimizer: str | keras.optimizers.Optimizer = parameter(
        "adam",
        "str or keras.optimizers.Optimizer",
        f"""One of {", ".join(NAMES)}, or a Keras optimizer, whose settings are copied
        and whose state is not.""",
        StrOptions(set(NAMES)),
        keras.optimizers.Optimizer,
    )
    learning_rate: float | None = parameter(
        None,
        "float or None",
        "Size of a step; None for the optimizer's own (0.001 for Adam).",
        Interval(Real, 0, None, closed="neither"),
        None,
    )
    learning_rate_schedule: str = parameter(
        "constant",
        "{'constant', 'cosine', 'one_cycle'}",
        """How the learning rate changes from the first step to the last:
        'cosine' falls to zero (Loshchilov & Hutter, 2017), 'one_cycle' rises for
        30% of the steps and then falls (Smith & Topin, 2018).""",
        StrOptions(set(SCHEDULES)),
    )
    weight_decay: float | None = parameter(
        None,
        "float or None",
        """Decoupled weight decay (Loshchilov & Hutter, 2019), as a fraction of the
        learning rate; None for the optimizer's own (0.004 for AdamW, else 0).""",
        Interval(Real, 0, None, closed="left"),
        None,
    )
    early_stopping: bool = parameter(
        False,
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
    )
    validation_fraction: float = parameter(
        0.1,
        "float",
        "Part of the rows (or patients) that early stopping holds out.",
        Interval(Real, 0, 1, closed="neither"),
    )
    n_iter_no_change: int = parameter(
        10,
        "int",
        "Epochs without improvement after which early stopping stops.",
        Interval(Integral, 1, None, closed="left"),
    )
    tol: float = parameter(
        1e-4,
        "float",
        "Decrease of the validation loss that counts as improvement.",
        Interval(Real, 0, None, closed="left"),
    )
    normalize: str | None = parameter(
        "channel",
        "{'channel'} or None",
        """Standardise each channel with the mean and variance of the training rows,
        learned inside fit and part of `model_`; None to leave X as it is.""",
        StrOptions({"channel"}),
        None,
    )
    callbacks: Sequence | None = parameter(
        None,
        "list of keras.callbacks.Callback or None",
        """Called during fit with the true weights in place. Each fit works on
        copies of them.""",
        list,
        tuple,
        None,
    )
    warm_start: bool = parameter(
        False,
        "bool",
        "Go on from the weights of the last fit instead of starting anew.",
        "boolean",
    )
    precision: str = parameter(
        "float32",
        "{'float32', 'float64', 'mixed'}",
        """Dtype of weights, layers, losses and predictions. 'mixed' computes layers
        in float16 with a scaled loss, which pays on a GPU.""",
        StrOptions({"float32", "float64", "mixed"}),
    )
    verbose: int | bool = parameter(
        0,
        "int",
        "1 shows a progress bar with the loss and the time left.",
        "verbose",
    )
    random_state: int | np.random.RandomState | None = parameter(
        None,
        "int, RandomState instance or None",
        """Seeds first weights, order of rows, dropout and what is held out. An int
        gives the same model on every fit.""",
        "random_state",
    )

    _attribute_docs = {
        "model_": (
            "keras.Model",
            "The fitted network, an ordinary Keras model: call `summary()`, save it.",
        ),
        "history_": ("dict of list", "`loss`, and `val_loss` where watched, by epoch."),
        "n_iter_": ("int", "Epochs run so far."),
        "n_features_in_": ("int", "Length of the second axis of X."),
        "feature_names_in_": (
            "ndarray of shape (n_features_in_,)",
            "Names of the columns of X, where X is a frame with names.",
        ),
    }

    # under metadata routing fit asks for patients without being told to
    __metadata_request__fit = {"groups": True}

    # ----- fitting -----

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self,
        X,
        y=None,
        sample_weight=None,
        groups=None,
        X_val=None,
        y_val=None,
        sample_weight_val=None,
    ):
        """Train the network.

        Parameters
        ----------
        X : array-like
            Training rows.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets. Ignored by an encoder that reconstructs.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows; a weight of zero leaves a row out.
        groups : array-like of shape (n_samples,), default=None
            Patients. With early stopping, none is on both sides of the split.
        X_val, y_val : array-like, default=None
            Rows and targets whose loss is watched.
        sample_weight_val : array-like, default=None
            Weights of those rows.

        Returns
        -------
        object
            The fitted estimator itself.
        """
        with self._unharmed():
            return self._fit(
                X,
                y,
                sample_weight,
                groups=groups,
                validation=(X_val, y_val, sample_weight_val),
                continues=self.warm_start and hasattr(self, "_network"),
                epochs=self.epochs,
            )

    def _partial_fit(self, X, y, sample_weight, **kwargs):
        with self._unharmed():
            continues = hasattr(self, "_network")
            return self._fit(
                X,
                y,
                sample_weight,
                continues=continues,
                epochs=1,
                partial=True,
                **kwargs,
            )

    @contextlib.contextmanager
    def _unharmed(self):
        """Leave the estimator as it was when fitting fails or is interrupted."""
        before = dict(vars(self))
        network = before.get("_network")
        if network is not None:
            optimizer, variables = network.optimizer, read(network.variables)
        try:
            yield
        except BaseException:
            vars(self).clear()
            vars(self).update(before)
            if network is not None:
                network.optimizer = optimizer
                write(network.variables, variables)
            raise

    def _fit(
        self,
        X,
        y,
        sample_weight,
        *,
        groups=None,
        validation=(None, None, None),
        continues,
        epochs,
        partial=False,
        classes=None,
    ):
        X, y, weight = self._check_rows(X, y, sample_weight, reset=not continues)
        groups = check_groups(groups, X)
        if weight is not None and not weight.all():
            # an absent row teaches nothing: no label, no vocabulary, no mean
            X, y, weight, groups = _take(weight > 0, X, y, weight, groups)
        self._learn_targets(y, weight, classes, continues)
        weight = self._row_weights(y, weight, self._targets)
        if weight is not None and not weight.all():
            X, y, weight, groups = _take(weight > 0, X, y, weight, groups)
        if not continues:
            self._seed = draw_seed(self.random_state)

        early_stopping = self.early_stopping and not partial
        held_out = self._check_validation(*validation)
        if early_stopping and held_out is None:
            train_rows, rows = hold_out(
                len(X),
                self.validation_fraction,
                self._seed,
                self._targets.strata(y),
                groups,
            )
            held_out = _take(rows, X, y, weight)
            X, y, weight = _take(train_rows, X, y, weight)

        if not continues:
            self._network = self._build()
            set_statistics(self._network, X, weight)
        network, loss = self._network, self._loss()
        optimizer, rate, decay = self._make_optimizer()
        program = training_program(network, self._build, loss, optimizer, X.dtype)
        slots = program.first_slots
        if continues and optimizer_key(optimizer) == optimizer_key(network.optimizer):
            slots = read(network.optimizer.variables)
        # compiled as it is trained, ready for callbacks and a user's own fine-tuning
        network.compile(optimizer, loss, auto_scale_loss=False)
        state = State(read(network.variables), slots)
        first_epoch = self.n_iter_ if continues else 0
        n_steps = math.ceil(len(X) / self.batch_size)
        callbacks = Callbacks(
            self.callbacks, network, {"epochs": epochs, "steps": n_steps, "verbose": 0}
        )
        with Progress(self.verbose, epochs, type(self).__name__) as progress:
            state, history = train(
                program,
                state,
                self._data(program, X, y, weight),
                epochs=epochs,
                first_epoch=first_epoch,
                batch_size=self.batch_size,
                seed=self._seed,
                rates=Rates(rate, self.learning_rate_schedule, epochs * n_steps, decay),
                validation=held_out and self._data(program, *held_out),
                stopping=(
                    EarlyStopping(self.tol, self.n_iter_no_change)
                    if early_stopping
                    else None
                ),
                callbacks=callbacks,
                progress=progress,
            )
        write(network.variables, state.variables)
        with fresh_names():
            optimizer.build(network.trainable_variables)
        write(optimizer.variables, state.slots)
        self._expose(network)
        before = self.history_ if continues else {}
        self.history_ = {
            name: before.get(name, []) + values for name, values in history.items()
        }
        self.n_iter_ = len(self.history_["loss"])
        return self

    def _learn_targets(self, y, weight, classes, continues):
        targets = self._make_targets()
        targets.check(y)
        if not continues:
            keywords = {} if classes is None else {"classes": classes}
            self._set_targets(targets.fit(y, weight, **keywords))
        elif classes is not None and not np.array_equal(
            np.unique(classes), self.classes_
        ):
            raise ValueError(
                f"classes={list(classes)!r} are not the classes of the first call, "
                f"{self.classes_.tolist()!r}; leave classes out, or fit anew."
            )

    def _row_weights(self, y, weight, targets):
        return weight

    def _check_validation(self, X_val, y_val, sample_weight_val):
        """Check the rows to watch; None where there are none."""
        if X_val is None:
            if y_val is not None or sample_weight_val is not None:
                raise ValueError("y_val and sample_weight_val need X_val; pass it too.")
            return None
        if y_val is None and self.__sklearn_tags__().target_tags.required:
            raise ValueError("X_val needs y_val; pass it too.")
        X, y, weight = self._check_rows(
            X_val, y_val, sample_weight_val, reset=False, names=("X_val", "y_val")
        )
        self._targets.check(y)
        return X, y, self._row_weights(y, weight, self._targets)

    def _data(self, program, X, y, weight):
        y = self._targets.encode(y, self._loss_name(), program.dtype)
        return Data.from_arrays(X, y, weight, program.dtype)

    # ----- networks -----

    def _build(self):
        """Build the network; every call with the same seed gives the same one."""
        with seeded(self._seed), layer_dtype(self.precision), fresh_names():
            return self._build_keras_model()

    def _keras_build_fn(self):
        inputs = keras.Input(
            self._input_shape, dtype=variable_dtype(self.precision), name="input"
        )
        normalized = inputs if self.normalize is None else normalizer()(inputs)
        features = self._features(normalized)
        output = self._network_output(inputs, normalized, features)
        return keras.Model(inputs, output)

    def _network_output(self, inputs, normalized, features):
        return self._targets.output(features, self.precision)

    def _loss_name(self):
        return self.loss

    def _loss(self):
        dtype = variable_dtype(self.precision)
        return self._targets.loss(self._loss_name(), dtype)

    def _make_optimizer(self):
        return make_optimizer(
            self.optimizer,
            self.learning_rate,
            self.weight_decay,
            mixed=self.precision == "mixed",
        )

    def _expose(self, network):
        self.model_ = network

    # ----- rows -----

    def _check_rows(self, X, y, sample_weight, *, reset, names=("X", "y")):
        """Check X, y and weights; return inputs in the network's shape."""
        X, y = self._check_X(X, y, reset=reset)
        weight = check_weights(sample_weight, X)
        return X, y, weight

    def _check_X(self, X, y="no_validation", *, reset):
        X = self._before_validation(X)
        supervised = not (isinstance(y, str) and y == "no_validation")
        tags = self.__sklearn_tags__()
        if supervised and not tags.target_tags.required:
            # a Pipeline passes y to every step; a reconstruction has no use for it
            y = "no_validation"
        keywords = {}
        if not isinstance(y, str):
            keywords = {
                "multi_output": True,
                "y_numeric": tags.estimator_type == "regressor",
            }
        with np.errstate(over="ignore"):
            checked = validate_data(
                self,
                X,
                y,
                reset=reset,
                allow_nd=True,
                dtype=[np.dtype(variable_dtype(self.precision)), *_SMALL_DTYPES],
                **keywords,
            )
        X, y = checked if isinstance(checked, tuple) else (checked, None)
        X = self._shape(X, reset=reset)
        return X, (np.zeros(len(X)) if y is None else y)

    def _before_validation(self, X):
        return X

    # ----- predicting -----

    def _outputs(self, X):
        """Return what ``model_`` gives for X."""
        check_is_fitted(self)
        X, _ = self._check_X(X, reset=False)
        return self._run(self.model_, X)

    @staticmethod
    def _run(network, x):
        return prediction_program(network)(read(network.variables), x)

    # ----- pickling -----

    def __getstate__(self):
        state = pack(super().__getstate__())
        for name in ("model_", "decoder_"):
            state.pop(name, None)
        return state

    def __setstate__(self, state):
        super().__setstate__(state)
        if "_network" in state:
            self._network = unpack_network(state["_network"])
            self._expose(self._network)


def _take(rows, *arrays):
    return tuple(None if array is None else array[rows] for array in arrays)
