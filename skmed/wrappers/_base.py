"""The base of the wrapped classifier and regressor, and of a user's own wrappers."""

import contextlib
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import _fit_context
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_is_fitted

from skmed._keras.compat.scikeras import route_params
from skmed._keras.estimators.serialization import pack, unpack_network
from skmed._keras.training.order import draw_seed
from skmed._keras.training.restore import restore_model_on_failure
from skmed._keras.wrapping import building, data_validation
from skmed._keras.wrapping.batches import cast_floats, target_dtype
from skmed._keras.wrapping.copies import copy_model
from skmed._keras.wrapping.outputs import predict_arguments, predict_outputs
from skmed._keras.wrapping.training_run import (
    extend_history,
    fit_arguments,
    plan_run,
    train,
)
from skmed._restore import restore_on_failure
from skmed._validation.messages import prefix_errors

from ._parameters import WrapperParameters

# attributes of a model that a model function isn't told
_NOT_METADATA = ("model_", "history_")


class BaseWrapper(WrapperParameters):
    """A Keras model as an estimator of no kind: a base for transformers.

    Use `KerasClassifier` and `KerasRegressor` where they fit. A subclass of this one
    defines ``_keras_build_fn`` and methods such as ``transform``, and may override
    ``target_encoder``, ``feature_encoder`` and ``scorer``. Private methods that
    scikeras has too may be overridden as there.

    See Also
    --------
    KerasClassifier : Classify with any Keras model.
    KerasRegressor : Regress with any Keras model.

    References
    ----------
    A. Garcia Badaracco. SciKeras: Scikit-Learn API wrapper for Keras. 2020.

    Examples
    --------
    >>> import keras, numpy as np
    >>> from skmed.wrappers import BaseWrapper
    >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(3)])
    >>> X = np.ones((5, 3))
    >>> BaseWrapper(model, loss="mse").fit(X, X).predict(X).shape
    (5, 3)
    """

    if TYPE_CHECKING:
        # type checkers don't see that the generated constructor accepts **kwargs
        def __init__(self, model: Any = None, **kwargs: Any) -> None: ...

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def __sklearn_is_fitted__(self):
        return self.initialized_

    @property
    def initialized_(self):
        """Whether there is a model, trained or not."""
        return hasattr(self, "model_")

    @property
    def current_epoch(self):
        """Number of epochs trained so far."""
        return len(getattr(self, "history_", {}).get("loss", ()))

    @property
    def target_encoder(self):
        """The transformer of y, unfitted; override it to encode y for the model."""
        return FunctionTransformer()

    @property
    def feature_encoder(self):
        """The transformer of X, unfitted; override it to encode X for the model."""
        return FunctionTransformer()

    # ----- fitting -----

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y, sample_weight=None, **kwargs) -> Self:
        """Build the model and train it.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, ...)
            Training samples.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Sample weights. Samples with a weight of zero are dropped.
        **kwargs : dict
            Arguments of ``Model.fit`` for this call only. Prefer the constructor:
            ``fit__name=value``.

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
    def partial_fit(self, X, y, sample_weight=None, **kwargs) -> Self:
        """Train for one more epoch.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, ...)
            Training samples.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Sample weights. Samples with a weight of zero are dropped.
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
        kwargs.update(epochs=1, initial_epoch=self.current_epoch)
        with self._restore_on_failure():
            self._fit(X, y, sample_weight=sample_weight, warm_start=True, **kwargs)
        return self

    def initialize(self, X, y=None):
        """Build the model without training it, for example one that is pretrained.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, ...)
            Samples, of which the shape and dtype matter.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
            Targets, of which the labels or the shape matter.

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
        model = vars(self).get("model_")
        with restore_on_failure(self), restore_model_on_failure(model):
            yield

    def _fit(self, X, y, sample_weight, warm_start, epochs, initial_epoch, **kwargs):
        X, y, sample_weight = data_validation.drop_zero_weight_samples(
            X, y, sample_weight
        )
        if warm_start and self.initialized_:
            X, y = self._validate_data(X, y)
        else:
            X, y = self._initialize(X, y)
        if self.model_ is self.model or self.model_ is self.build_fn:
            self.model_ = copy_model(self.model_)
        sample_weight = self._apply_class_weight(y, sample_weight)
        y = self.target_encoder_.transform(y)
        X = self.feature_encoder_.transform(X)
        building.build_sequential(self.model_, X, self._seed)
        self._ensure_compiled_model()
        self._check_model_compatibility(y)
        self._fit_keras_model(
            X,
            y,
            sample_weight=sample_weight,
            warm_start=warm_start,
            epochs=epochs,
            initial_epoch=initial_epoch,
            **kwargs,
        )

    def _initialize(self, X, y=None):
        """Build all that a fit starts from; return validated X and y."""
        for name in ("model_", "history_"):
            vars(self).pop(name, None)
        self._seed = draw_seed(self.random_state)
        self._n_epochs_trained = 0
        X, y = self._validate_data(X, y, reset=True)
        self.target_encoder_ = self.target_encoder.fit(y)
        vars(self).update(getattr(self.target_encoder_, "get_metadata", dict)())
        self.feature_encoder_ = self.feature_encoder.fit(X)
        vars(self).update(getattr(self.feature_encoder_, "get_metadata", dict)())
        self.model_ = self._build_keras_model()
        return X, y

    def _validate_data(self, X=None, y=None, reset=False, y_numeric=False):
        """Validate X and y; with ``reset`` learn their form, else compare with it."""
        if y is not None:
            y = data_validation.check_y(y, numeric=y_numeric)
            if reset:
                self.target_type_ = self._type_of_target(y)
                self.y_dtype_ = y.dtype
                self.y_ndim_ = y.ndim
            elif y.ndim != self.y_ndim_:
                raise ValueError(
                    f"y must have {self.y_ndim_} axes as in fit; got {y.ndim}."
                )
        if X is not None:
            X = data_validation.check_X(self, X, y, reset=reset)
            if reset:
                self.X_dtype_ = X.dtype
                self.X_shape_ = X.shape
        return X, y

    def _type_of_target(self, y):
        return type_of_target(y)

    def _apply_class_weight(self, y, sample_weight):
        """Return the sample weights of the training; classifiers weight classes."""
        return sample_weight

    # ----- building and training the model -----

    def _check_model_param(self):
        """Return the function that builds the model."""
        return building.model_function(self)

    def _get_metadata(self):
        """Return the fitted attributes that a model function may ask for."""
        metadata = super()._get_metadata()
        return {k: v for k, v in metadata.items() if k not in _NOT_METADATA}

    def _get_compile_kwargs(self):
        """Return the arguments of ``Model.compile``."""
        return building.compile_arguments(super()._get_compile_kwargs)

    def _build_keras_model(self):
        """Return a new model."""
        return building.build_model(super()._build_keras_model, self._seed)

    def _ensure_compiled_model(self):
        """Compile the model, if its function didn't."""
        building.ensure_compiled(self.model_, self._get_compile_kwargs)

    def _check_model_compatibility(self, y):
        """Check the outputs and the loss of the model."""
        if hasattr(self.model_, "outputs"):
            with prefix_errors("model"):
                super()._check_model_compatibility(y)

    def _fit_keras_model(
        self, X, y, sample_weight, warm_start, epochs, initial_epoch, **kwargs
    ):
        """Train ``model_`` by a program that others share, or by ``Model.fit``."""
        model, params = self.model_, self.get_params()
        callbacks, arguments = fit_arguments(params, self._fit_kwargs, kwargs)
        held_out = arguments.pop("validation_data", None)
        dtype = target_dtype(model)
        run = plan_run(
            model,
            (
                data_validation.model_inputs(model, X),
                cast_floats(y, dtype),
                sample_weight,
            ),
            data_validation.encode_validation_data(self, held_out, dtype),
            callbacks,
            arguments,
            epochs=epochs,
            initial_epoch=initial_epoch,
            seed=self._seed,
            n_epochs_trained=self._n_epochs_trained,
            name=type(self).__name__,
        )
        history, reason = train(run)
        self._n_epochs_trained += len(history.get("loss", ()))
        before = getattr(self, "history_", {}) if warm_start and initial_epoch else {}
        self.history_ = extend_history(before, history)
        # which path was taken, and why if it was Model.fit
        self._fast_path, self._fallback_reason = reason is None, reason

    # ----- predicting -----

    def _predict_raw(self, X, **kwargs):
        """Return the outputs of the model."""
        check_is_fitted(self)
        X, _ = self._validate_data(X)
        X = data_validation.model_inputs(
            self.model_, self.feature_encoder_.transform(X)
        )
        arguments = predict_arguments(
            self.get_params(), X, self._predict_kwargs, kwargs
        )
        return predict_outputs(self.model_, X, arguments)

    def predict(self, X, **kwargs) -> np.ndarray:
        """Predict targets.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, ...)
            Samples, as for ``fit``.
        **kwargs : dict
            Arguments of ``Model.predict`` for this call only.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_outputs)
            Predictions, in the units of y.
        """
        outputs = self._predict_raw(X, **kwargs)
        return self.target_encoder_.inverse_transform(outputs)

    @staticmethod
    def scorer(y_true, y_pred, **kwargs):
        """Return the score of predictions; to be overridden.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,) or (n_samples, n_outputs)
            True targets.
        y_pred : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Predicted targets.
        **kwargs : dict
            Parameters that begin with ``score__``, and ``sample_weight``.

        Returns
        -------
        float
            The score.
        """
        raise NotImplementedError(
            "BaseWrapper has no score; override scorer in the subclass."
        )

    def score(self, X, y, sample_weight=None) -> float:
        """Return the ``scorer``'s score of the predictions for X.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_samples, ...)
            Samples, as for ``fit``.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            True targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Sample weights.

        Returns
        -------
        float
            The score.
        """
        check_is_fitted(self)
        y = data_validation.check_y(y)
        arguments = route_params(self.get_params(), "score", set())
        return self.scorer(y, self.predict(X), sample_weight=sample_weight, **arguments)

    # ----- pickling -----

    def __getstate__(self):
        return pack(super().__getstate__(), "model_")

    def __setstate__(self, state):
        super().__setstate__(state)
        if isinstance(state.get("model_"), dict):
            self.model_ = unpack_network(state["model_"])
