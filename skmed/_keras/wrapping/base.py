"""scikeras's wrapper of any Keras model, repaired, and trained by shared programs."""

import contextlib
import copy

import keras
import numpy as np
from scikeras._utils import route_params
from sklearn.base import _fit_context
from sklearn.utils.validation import check_is_fitted

from skmed._keras.compat.building import fresh_names
from skmed._keras.estimators.serialization import pack, unpack_network
from skmed._keras.graphs.programs import prediction_program
from skmed._keras.graphs.state import read, write, write_slots
from skmed._keras.graphs.train.program import full_dtype
from skmed._keras.training.callbacks import acts_on_prediction
from skmed._keras.training.order import draw_seed, epoch_order
from skmed._validation.targets import check_targets

from .building import ModelBuilding
from .checks import RowChecks
from .copies import copy_model
from .fallbacks import prediction_fallback
from .jobs import Job, run, state_of
from .keras_fit import as_keras, n_rows, split_off

# what Keras takes where none is given
_BATCH_SIZE = 32
# rows that go through a network at once, which keeps what is between its layers small
_PREDICT_ROWS = 1024


class KerasWrapper(RowChecks, ModelBuilding):
    """What the wrapped classifier and regressor have in common.

    The methods that scikeras documents for subclasses keep their names and do what
    they did; this class changes how a fit comes about.
    """

    @property
    def current_epoch(self):
        """Epochs trained so far."""
        return len(getattr(self, "history_", {}).get("loss", ()))

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
        with self._restore_on_failure():
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
        with self._restore_on_failure():
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
        with self._restore_on_failure():
            self._initialize(X, y)
        return self

    @contextlib.contextmanager
    def _restore_on_failure(self):
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
