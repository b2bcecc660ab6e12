"""scikeras's wrapper of any Keras model, repaired, and trained by shared programs."""

import contextlib
import copy
import warnings
from numbers import Integral, Real

import keras
import numpy as np
from scikeras._utils import route_params, unflatten_params
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, _fit_context
from sklearn.utils import _safe_indexing
from sklearn.utils._param_validation import Interval, Options, StrOptions
from sklearn.utils.validation import check_is_fitted, validate_data

from ._callbacks import acts_on_prediction
from ._fast_path import is_array, prediction_fallback
from ._model_copies import copied, copy_model
from ._model_fit import as_keras, n_rows, split_off
from ._naming import fresh_names
from ._parameters import did_you_mean
from ._persistence import pack, unpack_network
from ._program import full_dtype, prediction_program
from ._scikeras import BaseWrapper
from ._seeding import draw_seed, epoch_order, seeded
from ._state import read, write, write_slots
from ._validation import (
    check_kind,
    check_targets,
    check_weights,
    in_one_sentence,
    telling,
)
from ._wrapped_training import Job, run, state_of

# what Keras takes where none is given
_BATCH_SIZE = 32
# rows that go through a network at once, which keeps what is between its layers small
_PREDICT_ROWS = 1024
# numbers in a sparse matrix that is made dense
_DENSE_VALUES = 2**25
# stay as they are in memory and are cast batch by batch
_SMALL_DTYPES = ("uint8", "int8", "uint16", "int16", "float16")
_BATCH = [Interval(Integral, 1, None, closed="left"), Options(Integral, {-1}), None]


class KerasWrapper(BaseWrapper):
    """What the wrapped classifier and regressor have in common.

    The methods that scikeras documents for subclasses keep their names and do what
    they did; this class changes how a fit comes about.
    """

    _parameter_constraints = {
        "model": [callable, keras.Model, None],
        "build_fn": [callable, keras.Model, None],
        "warm_start": ["boolean"],
        "random_state": ["random_state"],
        "optimizer": [str, keras.optimizers.Optimizer, callable, dict, list],
        "loss": [str, keras.losses.Loss, callable, list, tuple, dict, None],
        "metrics": [str, keras.metrics.Metric, callable, list, tuple, dict, None],
        "batch_size": _BATCH,
        "validation_batch_size": _BATCH,
        "verbose": ["verbose", StrOptions({"auto"})],
        "callbacks": [list, tuple, dict, keras.callbacks.Callback, type, None],
        "validation_split": [Interval(Real, 0, 1, closed="left")],
        "shuffle": ["boolean"],
        "run_eagerly": ["boolean"],
        "epochs": [Interval(Integral, 0, None, closed="left")],
    }

    # scikeras's seeding may leave op determinism switched on
    _random_state = None
    _routing_prefixes = BaseWrapper._routing_prefixes | {"callbacks", "score"}
    __repr__ = BaseEstimator.__repr__

    def __init__(
        self,
        model=None,
        *,
        build_fn=None,
        warm_start=False,
        random_state=None,
        optimizer="rmsprop",
        loss=None,
        metrics=None,
        batch_size=None,
        validation_batch_size=None,
        verbose=0,
        callbacks=None,
        validation_split=0.0,
        shuffle=True,
        run_eagerly=False,
        epochs=1,
        **kwargs,
    ):
        super().__init__(
            model,
            build_fn=build_fn,
            warm_start=warm_start,
            random_state=random_state,
            optimizer=optimizer,
            loss=loss,
            metrics=metrics,
            batch_size=batch_size,
            validation_batch_size=validation_batch_size,
            verbose=verbose,
            callbacks=callbacks,
            validation_split=validation_split,
            shuffle=shuffle,
            run_eagerly=run_eagerly,
            epochs=epochs,
            **kwargs,
        )

    @property
    def current_epoch(self):
        """Epochs trained so far."""
        return len(getattr(self, "history_", {}).get("loss", ()))

    # ----- parameters -----

    def _get_param_names(self):
        return sorted(super()._get_param_names())

    def set_params(self, **params):
        """Set parameters, those routed by a prefix included.

        Parameters
        ----------
        **params : dict
            Parameters by name.

        Returns
        -------
        object
            The estimator itself.
        """
        known = self._get_param_names()
        routed = {}
        for name in params:
            own, nested, _ = name.partition("__")
            if nested and (own in self._routing_prefixes or name in known):
                routed[name] = params[name]
            elif own not in known or (
                nested
                and not hasattr(params.get(own, getattr(self, own)), "set_params")
            ):
                cls = type(self).__name__
                raise ValueError(
                    f"Invalid parameter {name!r} for estimator {cls}: parameters of "
                    f"the model function must be given to {cls}(...) first, or as "
                    f"model__{name}; {did_you_mean(own, known)}"
                )
        vars(self).update(routed)
        others = {name: params[name] for name in params if name not in routed}
        return BaseEstimator.set_params(self, **others)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    # ----- fitting -----

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y, sample_weight=None, **kwargs):
        """Build the model and train it.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, ...)
            Training rows.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows; a weight of zero leaves a row out.
        **kwargs : dict
            Arguments of ``Model.fit`` for this call only; rather give them to the
            constructor, as ``fit__name=value``.

        Returns
        -------
        object
            The estimator itself.
        """
        kwargs.setdefault("epochs", getattr(self, "fit__epochs", self.epochs))
        kwargs.setdefault("initial_epoch", getattr(self, "fit__initial_epoch", 0))
        with self._unharmed():
            self._fit(
                X, y, sample_weight=sample_weight, warm_start=self.warm_start, **kwargs
            )
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X, y, sample_weight=None, **kwargs):
        """Train for one more epoch.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, ...)
            Training rows.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows; a weight of zero leaves a row out.
        **kwargs : dict
            Arguments of ``Model.fit`` for this call only.

        Returns
        -------
        object
            The estimator itself.
        """
        for name in ("epochs", "initial_epoch"):
            if name in kwargs:
                raise TypeError(
                    f"partial_fit takes no {name}: it trains one epoch, the next one."
                )
        with self._unharmed():
            self._fit(
                X,
                y,
                sample_weight=sample_weight,
                warm_start=True,
                epochs=1,
                initial_epoch=self.current_epoch,
                **kwargs,
            )
        return self

    def initialize(self, X, y=None):
        """Build the model without training it, as for one that is trained already.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, ...)
            Rows, whose form matters.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
            Targets, whose labels or form matter.

        Returns
        -------
        object
            The estimator itself.
        """
        with self._unharmed():
            self._initialize(X, y)
        return self

    @contextlib.contextmanager
    def _unharmed(self):
        """Leave the estimator as it was when fitting fails or is interrupted."""
        before = dict(vars(self))
        model = before.get("model_")
        state = None if model is None else state_of(model)
        try:
            yield
        except BaseException:
            vars(self).clear()
            vars(self).update(before)
            if model is not None and len(state.variables) == len(model.variables):
                write(model.variables, state.variables)
                if state.slots:
                    write_slots(model.optimizer, state.slots)
            raise

    def _fit(self, X, y, sample_weight, warm_start, epochs, initial_epoch, **kwargs):
        continues = warm_start and self.initialized_
        X, y, sample_weight = self._present(X, y, sample_weight)
        if continues:
            X, y = self._validate_data(X, y)
        else:
            X, y = self._initialize(X, y)
        if self.model_ is self.model or self.model_ is self.build_fn:
            # a model that was handed over is trained in a copy
            self.model_ = copy_model(self.model_)
        weight = self._weigh(y, sample_weight)
        y = self.target_encoder_.transform(y)
        X = self.feature_encoder_.transform(X)
        self._build_sequential(X)
        self._ensure_compiled_model()
        self._check_model_compatibility(y)
        self._fit_keras_model(
            X,
            y,
            sample_weight=weight,
            warm_start=warm_start,
            epochs=epochs,
            initial_epoch=initial_epoch,
            **kwargs,
        )

    def _present(self, X, y, sample_weight):
        """Leave out the rows whose weight is zero, before anything is learned."""
        if sample_weight is None:
            return X, y, None
        if isinstance(sample_weight, np.ndarray) and sample_weight.dtype.kind == "f":
            # what boosting has all but given up is zero in single precision
            tiny = np.finfo(np.float32).tiny
            sample_weight = np.where(np.abs(sample_weight) < tiny, 0, sample_weight)
        weight = check_weights(sample_weight, X)
        if weight.all():
            return X, y, weight
        rows = np.flatnonzero(weight)
        taken = (_safe_indexing(data, rows) for data in (X, y) if data is not None)
        X, y = (*taken, None)[:2]
        return X, y, weight[rows]

    def _weigh(self, y, weight):
        """Give rows what a task adds to their weights."""
        return weight

    def _initialize(self, X, y=None):
        """Build everything that a fit starts from; return checked X and y."""
        for name in ("model_", "history_"):
            vars(self).pop(name, None)
        self._seed = draw_seed(self.random_state)
        self._n_orders = 0
        X, y = self._validate_data(X, y, reset=True)
        self.target_encoder_ = self.target_encoder.fit(y)
        vars(self).update(getattr(self.target_encoder_, "get_metadata", dict)())
        self.feature_encoder_ = self.feature_encoder.fit(X)
        vars(self).update(getattr(self.feature_encoder_, "get_metadata", dict)())
        self.model_ = self._build_keras_model()
        return X, y

    # ----- the model -----

    def _check_model_param(self):
        """Return the function that builds the model."""
        model = self.model
        if model is None and self.build_fn is not None:
            warnings.warn(
                "build_fn is the old name of model; rename it.",
                FutureWarning,
                stacklevel=2,
            )
            model = self.build_fn
        own = getattr(self, "_keras_build_fn", None)
        if isinstance(model, keras.Model):
            return lambda: model
        if model is None and own is None:
            raise ValueError(
                "model is missing: give a function that returns a Keras model, or a "
                "Keras model, or define _keras_build_fn in a subclass."
            )
        if model is not None and own is not None:
            raise ValueError(
                f"{type(self).__name__} defines _keras_build_fn, which takes the place "
                "of model; leave model out."
            )
        return own or model

    def _build_keras_model(self):
        """Build the model; every call with the same seed gives the same one."""
        with seeded(self._seed):
            try:
                with fresh_names():
                    return super()._build_keras_model()
            except ValueError as error:
                # a model on top of one that was built elsewhere: names meet
                if "unique" not in str(error):
                    raise
        with seeded(self._seed):
            return super()._build_keras_model()

    def _get_compile_kwargs(self):
        """Return what ``Model.compile`` is given: objects of this fit's own."""
        with fresh_names():
            return {
                name: copied(value)
                for name, value in super()._get_compile_kwargs().items()
            }

    def _ensure_compiled_model(self):
        model = self.model_
        if not model.compiled:
            with fresh_names():
                model.compile(**self._get_compile_kwargs())
        if not model.loss:
            raise ValueError(
                "loss is missing: give one, or compile the model in its function."
            )
        if not model.optimizer:
            raise ValueError(
                "optimizer is missing: give one, or compile the model in its function."
            )

    def _build_sequential(self, X):
        """Build a model that doesn't say what its input is, as Keras would."""
        model = self.model_
        if isinstance(model, keras.Sequential) and not model.built and is_array(X):
            with seeded(self._seed), fresh_names(), contextlib.suppress(Exception):
                model.build((None, *X.shape[1:]))

    def _get_metadata(self):
        metadata = super()._get_metadata()
        return {k: v for k, v in metadata.items() if k not in ("model_", "history_")}

    def _check_model_compatibility(self, y):
        if not hasattr(self.model_, "outputs"):
            return
        with telling("model"):
            super()._check_model_compatibility(y)

    # ----- rows -----

    def _validate_data(self, X=None, y=None, reset=False, y_numeric=False):
        """Check X and y; with ``reset`` note their form, else compare with it."""
        if y is not None:
            y = self._check_y(y, y_numeric)
            if reset:
                self.target_type_ = self._type_of_target(y)
                self.y_dtype_ = y.dtype
                self.y_ndim_ = y.ndim
            elif y.ndim != self.y_ndim_:
                raise ValueError(
                    f"y must have {self.y_ndim_} axes as in fit; got {y.ndim}."
                )
        if X is None:
            return X, y
        required = self.__sklearn_tags__().target_tags.required
        with in_one_sentence():
            check_kind(X)
            checked = validate_data(
                self,
                X,
                y if y is not None or (reset and required) else "no_validation",
                reset=reset,
                accept_sparse="csr",
                allow_nd=True,
                **({} if y is None else {"multi_output": True}),
            )
        X = checked[0] if isinstance(checked, tuple) else checked
        if reset:
            self.X_dtype_ = X.dtype
            self.X_shape_ = X.shape
        elif X.shape[1:] != self.X_shape_[1:]:
            raise ValueError(
                f"X must have rows of shape {self.X_shape_[1:]} as in fit; got "
                f"{X.shape[1:]}."
            )
        return X, y

    def _check_y(self, y, y_numeric):
        y = check_targets(y)
        if y_numeric and y.dtype.kind not in "biuf":
            with in_one_sentence("y"):
                y = y.astype(np.float64)
        return y

    def _as_inputs(self, X):
        """Return encoded X as the model gets it."""
        inputs = getattr(self.model_, "inputs", None) or ()
        dtype = inputs[0].dtype if len(inputs) == 1 else keras.config.floatx()
        if not dtype.startswith("float"):
            floats = keras.config.floatx()
        else:
            floats = dtype if dtype == "float64" else "float32"
        X = as_keras(X, floats)
        if issparse(X) and len(inputs) == 1 and not inputs[0].sparse:
            # a small matrix is as well dense; a large one is so batch by batch
            X = X.toarray() if np.prod(X.shape) <= _DENSE_VALUES else X
        if len(inputs) == 1 and isinstance(X, np.ndarray) and X.dtype.kind in "biuf":
            if X.dtype.name not in _SMALL_DTYPES and dtype != "bfloat16":
                X = X.astype(dtype, copy=False)
            if X.dtype.kind == "f" and not np.isfinite(X).all():
                raise ValueError(
                    f"X has values too large for {dtype}; rescale X, for example with "
                    "sklearn.preprocessing.StandardScaler."
                )
        return X

    # ----- training -----

    def _fit_keras_model(
        self, X, y, sample_weight, warm_start, epochs, initial_epoch, **kwargs
    ):
        """Train ``model_`` by a program that others share, or by ``Model.fit``."""
        arguments = route_params(self.get_params(), "fit", self._fit_kwargs)
        callbacks = self._make_callbacks("fit", kwargs.pop("callbacks", None))
        arguments = {
            name: value
            for name, value in {**arguments, **kwargs}.items()
            if not name.startswith("callbacks")
            and name not in ("epochs", "initial_epoch", "sample_weight")
        }
        model = self.model_
        dtype = full_dtype(model) if getattr(model, "outputs", None) else None
        dtype = dtype if dtype == "float64" else keras.config.floatx()
        data = self._as_inputs(X), as_keras(y, dtype), sample_weight
        validation = self._watched(arguments, dtype)
        split = arguments.pop("validation_split", 0.0)
        if validation is None and split and n_rows(data[0]) is not None:
            data, validation = split_off(data, split)
        shuffle = arguments.pop("shuffle", True)
        batch_size = arguments.pop("batch_size", None) or _BATCH_SIZE
        if n_rows(data[0]) is not None:
            if batch_size == -1:
                batch_size = n_rows(data[0])
            if arguments.get("validation_batch_size") == -1 and validation is not None:
                arguments["validation_batch_size"] = n_rows(validation[0])
        arguments = {k: v for k, v in arguments.items() if v is not None}

        n_samples, n_before = n_rows(data[0]), self._n_orders

        def order(epoch):
            if not shuffle:
                return np.arange(n_samples, dtype=np.int32)
            return epoch_order(self._seed, n_before + epoch, n_samples)

        history, why = run(
            Job(
                model,
                *data,
                validation=validation,
                callbacks=callbacks,
                arguments=arguments,
                batch_size=batch_size,
                order=order,
                epochs=epochs,
                first_epoch=initial_epoch,
                name=type(self).__name__,
            )
        )
        self._n_orders = n_before + len(history.get("loss", ()))
        kept = {}
        if warm_start and initial_epoch and hasattr(self, "history_"):
            kept = {name: list(values) for name, values in self.history_.items()}
        for name, values in history.items():
            kept.setdefault(name, []).extend(values)
        self.history_ = kept
        # which path ran, and why where it was Model.fit
        self._fast_path, self._fallback_reason = why is None, why

    def _watched(self, arguments, dtype):
        """Return the rows to watch, encoded as those to train on, or None."""
        given = arguments.pop("validation_data", None)
        if given is None:
            return None
        if not isinstance(given, tuple | list) or len(given) not in (2, 3):
            # a data set of Keras's or TensorFlow's own
            return given
        X, y, weight = (*given, None)[:3]
        with telling("validation_data"):
            if hasattr(X, "shape") or hasattr(X, "iloc"):
                X, _ = self._validate_data(X)
                X = self.feature_encoder_.transform(X)
            if np.ndim(y) == self.y_ndim_ and not isinstance(y, dict):
                _, y = self._validate_data(y=y)
                y = self.target_encoder_.transform(y)
            if weight is not None:
                weight = check_weights(weight, X)
        return self._as_inputs(X), as_keras(y, dtype), weight

    def _make_callbacks(self, method, given=None):
        """Return the callbacks of ``fit`` or ``predict``, those of classes made."""
        params = self.get_params()
        made = []
        for destination in ("callbacks", f"{method}__callbacks"):
            callbacks = params.get(destination)
            if callbacks is None:
                continue
            routed = route_params(params, destination=destination, pass_filter=set())
            made.append(unflatten_params(items=callbacks, params=routed))
        return _flat_callbacks([*made, [] if given is None else given])

    # ----- predicting -----

    def __sklearn_is_fitted__(self):
        return self.initialized_

    def _predict_raw(self, X, **kwargs):
        """Return what the model gives for X."""
        check_is_fitted(self)
        X, _ = self._validate_data(X)
        X = self._as_inputs(self.feature_encoder_.transform(X))
        arguments = route_params(
            self.get_params(), "predict", self._predict_kwargs, strict=True
        )
        arguments = {
            name: value
            for name, value in {**arguments, **kwargs}.items()
            if value is not None and not name.startswith("callbacks")
        }
        callbacks = self._make_callbacks("predict", kwargs.get("callbacks"))
        arguments["callbacks"] = copy.deepcopy(
            [callback for callback in callbacks if acts_on_prediction(callback)]
        )
        if arguments.get("batch_size") == -1:
            arguments["batch_size"] = n_rows(X)
        model = self.model_
        if prediction_fallback(model, X, arguments) is None:
            rows = arguments.get("batch_size") or _PREDICT_ROWS
            return prediction_program(model)(
                read(model.variables), X, max(rows, _BATCH_SIZE)
            )
        with fresh_names():
            return model.predict(X, **{"verbose": 0, **arguments})

    def predict(self, X, **kwargs):
        """Predict.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, ...)
            Rows, as for ``fit``.
        **kwargs : dict
            Arguments of ``Model.predict`` for this call only.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Predictions, in the units of y.
        """
        outputs = self._predict_raw(X, **kwargs)
        return self.target_encoder_.inverse_transform(outputs)

    def score(self, X, y, sample_weight=None):
        """Score predictions with ``scorer``.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, ...)
            Rows, as for ``fit``.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            True targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.

        Returns
        -------
        float
            The score.
        """
        check_is_fitted(self)
        y = check_targets(y)
        arguments = route_params(self.get_params(), "score", set())
        return self.scorer(y, self.predict(X), sample_weight=sample_weight, **arguments)

    # ----- pickling -----

    def __getstate__(self):
        return pack(super().__getstate__(), "model_")

    def __setstate__(self, state):
        super().__setstate__(state)
        if isinstance(state.get("model_"), dict):
            self.model_ = unpack_network(state["model_"])


def _flat_callbacks(callbacks):
    """Return callbacks out of lists and dicts of them."""
    if isinstance(callbacks, keras.callbacks.Callback):
        return [callbacks]
    if isinstance(callbacks, dict):
        callbacks = callbacks.values()
    elif not isinstance(callbacks, list | tuple):
        raise TypeError(
            "callbacks must be a keras.callbacks.Callback, a class of these, or a list "
            f"or dict of them; got {callbacks!r}."
        )
    return [single for item in callbacks for single in _flat_callbacks(item)]
