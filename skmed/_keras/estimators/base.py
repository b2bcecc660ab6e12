"""KerasEstimator, the base class of all deep estimators."""

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Literal, Self

import keras
import numpy as np
from sklearn.base import BaseEstimator, _fit_context
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skmed._keras.data.inputs import Inputs
from skmed._keras.data.targets import Targets
from skmed._keras.training.optimizers import NAMES, SCHEDULES
from skmed._keras.training.options import MIN_TRAINING
from skmed._parameters import ListOf, Parameterized, parameter

from .ensemble import fit_ensemble
from .fitted import FittedAttribute
from .fitting import FitArguments, fit_network
from .prediction import predict
from .serialization import check_picklable


class KerasEstimator(Parameterized, BaseEstimator):
    """Base class of all deep estimators.

    A family (`CNN`, `RNN`, `Text`) defines `_build_features`, and `_make_inputs` if X
    is not a table of numbers. A task (`Classifier`, `Regressor`, `Encoder`) defines
    `_make_targets`. An estimator derives from a task and a family, in this order.

    See Also
    --------
    Classifier : The task of classification.
    Regressor : The task of regression.
    Encoder : The task of encoding.
    parameter : Declaration of a constructor parameter.

    References
    ----------
    .. [1] I. Loshchilov and F. Hutter, "SGDR: Stochastic gradient descent with warm
       restarts", ICLR, 2017.
    .. [2] L. N. Smith and N. Topin, "Super-convergence: Very fast training of neural
       networks using large learning rates", arXiv:1708.07120, 2018.
    .. [3] I. Loshchilov and F. Hutter, "Decoupled weight decay regularization", ICLR,
       2019.

    Examples
    --------
    A family for tables, and one of its estimators:

    >>> from sklearn.datasets import load_iris
    >>> from skmed.base import Classifier, KerasEstimator, layers, parameter
    >>> class Table(KerasEstimator):
    ...     units: int = parameter("int", "Units of the layer.", int, default=32)
    ...
    ...     def _build_features(self, x, inputs):
    ...         return layers.Dense(self.units, activation="relu")(x)
    >>> class TableClassifier(Classifier, Table):
    ...     pass
    >>> X, y = load_iris(return_X_y=True)
    >>> classifier = TableClassifier(units=8, epochs=1, random_state=0).fit(X, y)
    >>> classifier.predict_proba(X[:2]).shape
    (2, 3)
    """

    _parameter_group = "shared"

    epochs: int | Literal["auto"] = parameter(
        "int or 'auto'",
        f"""Passes over the training samples. 'auto' is {MIN_TRAINING.epochs}, or more
        for small data sets: enough for {MIN_TRAINING.steps} gradient steps.""",
        Interval(Integral, 1, None, closed="left"),
        StrOptions({"auto"}),
        default="auto",
    )
    batch_size: int = parameter(
        "int",
        "Samples per gradient step. The last batch of an epoch may be smaller.",
        Interval(Integral, 1, None, closed="left"),
        default=32,
    )
    optimizer: str | keras.optimizers.Optimizer = parameter(
        "str or keras.optimizers.Optimizer",
        f"""One of {", ".join(NAMES)}, or a Keras optimizer, whose settings but not
        state are copied.""",
        StrOptions(set(NAMES)),
        keras.optimizers.Optimizer,
        default="adam",
    )
    learning_rate: float | None = parameter(
        "float or None",
        "Step size; None for the optimizer's default (0.001 for Adam).",
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
        """Hold out `validation_fraction` of the samples, stop when their loss has not
        improved for `n_iter_no_change` epochs, and keep the best weights. Samples are
        held out by class, or by patient when `groups` is given to fit. fit requests
        `groups` by default, but scikit-learn passes it on only under metadata routing::

            sklearn.set_config(enable_metadata_routing=True)
            cross_validate(estimator, X, y, cv=GroupKFold(), params={"groups": groups})

        With `X_val` given to fit, its loss decides and nothing is held out. Without
        early stopping all `epochs` are run.""",
        "boolean",
        default=False,
    )
    validation_fraction: float = parameter(
        "float",
        "Fraction of the samples (or patients) that early stopping holds out.",
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
    callbacks: Sequence | None = parameter(
        "list of keras.callbacks.Callback or None",
        """Called during fit, with the current weights in their model. Each fit uses
        copies of the callbacks.""",
        ListOf(keras.callbacks.Callback),
        None,
        default=None,
    )
    warm_start: bool = parameter(
        "bool",
        "Continue training from the weights of the last fit.",
        "boolean",
        default=False,
    )
    precision: str = parameter(
        "{'float32', 'float64', 'mixed'}",
        """Dtype of weights, layers, losses and predictions. 'mixed' computes layers
        in float16 with a scaled loss, which is faster on a GPU.""",
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
        """Seed of initial weights, order of samples, dropout and the samples that are
        held out. An int gives the same model in every fit.""",
        "random_state",
        default=None,
    )

    # ----- state -----

    # result of the last successful fit
    _fitted = None

    # number of networks; classifiers and regressors have a parameter of this name
    n_estimators = 1

    # metadata routing passes groups to fit by default
    __metadata_request__fit = {"groups": True}

    model_ = FittedAttribute(
        "model",
        "keras.Model",
        "The fitted network, an ordinary Keras model that can be saved.",
    )
    history_ = FittedAttribute(
        "history",
        "dict of list",
        "`loss`, and `val_loss` of validation samples, by epoch.",
    )
    n_iter_ = FittedAttribute("n_iter", "int", "Number of epochs run.")
    n_features_in_ = FittedAttribute(
        "n_features_in", "int", "Length of the second axis of X."
    )
    feature_names_in_ = FittedAttribute(
        "feature_names_in",
        "ndarray of shape (n_features_in_,)",
        "Names of the columns of X, where X is a frame with names.",
    )

    # ----- hooks -----

    def _make_inputs(self) -> Inputs:
        """Return an unfitted object that validates and converts X (family)."""
        return Inputs(self.precision)

    def _build_features(self, x, inputs):
        """Return the features that the backbone computes (family).

        Parameters
        ----------
        x : KerasTensor of shape (batch, ...)
            Output of ``inputs.preprocess``.
        inputs : Inputs
            Fitted inputs.

        Returns
        -------
        KerasTensor of shape (batch, n_features)
            Features.
        """
        raise NotImplementedError

    def _make_reconstruction(self, inputs) -> Targets:
        """Return the targets of an encoder that is trained without y (family)."""
        raise ValueError(
            f"{type(self).__name__} can't rebuild its input; use another objective."
        )

    def _make_targets(self, inputs) -> Targets:
        """Return unfitted targets (task)."""
        raise NotImplementedError

    def _make_augmentation(self, inputs):
        """Return the `Augmentation` of training samples, or None (family)."""

    def _make_fine_tuning(self):
        """Return the `FineTuning` of another network, or None (family)."""

    def _min_training(self, inputs):
        """Return the minimum training of ``epochs="auto"`` (family)."""
        return MIN_TRAINING

    def _check_parameters(self):
        """Raise if parameters contradict each other (family)."""

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
    ) -> Self:
        """Train the network.

        Parameters
        ----------
        X : array-like
            Training samples. A memory map (``numpy.load(..., mmap_mode="r")``) larger
            than 64 MB is read in chunks of that size; the model is the same.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets. Ignored by an encoder that reconstructs.
        sample_weight : array-like of shape (n_samples,), default=None
            Sample weights; samples of zero weight are dropped.
        groups : array-like of shape (n_samples,), default=None
            Patients. Early stopping holds out whole patients.
        X_val, y_val : array-like, default=None
            Validation samples and their targets.
        sample_weight_val : array-like, default=None
            Sample weights of the validation samples.

        Returns
        -------
        object
            The fitted estimator itself.
        """
        arguments = FitArguments(
            X,
            y,
            sample_weight,
            groups,
            validation=(X_val, y_val, sample_weight_val),
            epochs=self.epochs,
        )
        return self._fit(arguments, self._fitted if self.warm_start else None)

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X, y=None, sample_weight=None) -> Self:
        """Train for one epoch on the given samples.

        Parameters
        ----------
        X : array-like
            Samples, as for ``fit``. The first call learns the scale of inputs and
            targets.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets. For an encoder with ``objective="classification"``, the first call
            must contain all classes.
        sample_weight : array-like of shape (n_samples,), default=None
            Sample weights.

        Returns
        -------
        object
            The fitted estimator itself.
        """
        arguments = FitArguments(X, y, sample_weight, partial=True)
        return self._fit(arguments, self._fitted)

    def _fit(self, arguments, previous):
        fit = fit_network if self.n_estimators == 1 else fit_ensemble
        self._fitted = fit(self, arguments, previous)
        return self

    # ----- predicting -----

    def _outputs(self, X):
        """Return the outputs of the network for X."""
        return predict(self, *self._prepare(X))

    def _prepare(self, X):
        """Return the `Fitted`, and X in the form of the network's input."""
        check_is_fitted(self)
        X, _ = self._fitted.inputs.check(self, X, reset=False)
        return self._fitted, self._fitted.inputs.transform(X)

    # ----- scikit-learn and Python -----

    def __sklearn_is_fitted__(self):
        return self._fitted is not None

    def __getstate__(self):
        state = super().__getstate__()
        check_picklable(state)
        return state

    def __dir__(self):
        # completion and the HTML repr shall show existing fitted attributes only
        return [
            name
            for name in super().__dir__()
            if not isinstance(getattr(type(self), name, None), FittedAttribute)
            or hasattr(self, name)
        ]
