"""What classifying, regressing and encoding each add to a network."""

from numbers import Integral, Real

import keras
import numpy as np
from sklearn.base import (
    ClassifierMixin,
    ClassNamePrefixFeaturesOutMixin,
    RegressorMixin,
    TransformerMixin,
    _fit_context,
)
from sklearn.utils import check_array
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from .._parameters import Parameterized, parameter
from .._sentences import in_one_sentence
from ._ensemble import Ensemble
from ._normalization import unstandardise
from ._precision import variable_dtype
from ._targets import ClassTargets, InputTargets, NumberTargets


class ClassifierTask(ClassifierMixin, Ensemble):
    """Classify: labels of any kind, or a multilabel indicator."""

    loss: str = parameter(
        "cross_entropy",
        "{'cross_entropy', 'focal'}",
        """What training minimises. The focal loss (Lin et al., 2017) gives less
        weight to rows that are already classified well.""",
        StrOptions(set(ClassTargets.losses)),
    )
    class_weight: dict | str | list | None = parameter(
        None,
        "dict, 'balanced', list of dict or None",
        """Weights of the classes, multiplied with `sample_weight`. 'balanced'
        weighs them inversely to their frequency. For a multilabel y, a list with
        one dict ``{0: ..., 1: ...}`` per label, whose weights are multiplied.""",
        dict,
        list,
        StrOptions({"balanced"}),
        None,
    )
    label_smoothing: float = parameter(
        0.0,
        "float",
        """Part of each label's certainty that training spreads evenly over all classes
        (Szegedy et al., 2016). `loss` and `history_` are of the smoothed labels.""",
        Interval(Real, 0, 1, closed="left"),
    )

    _attribute_docs = {
        "classes_": (
            "ndarray of shape (n_classes,)",
            "The labels; for a multilabel y, the numbers of its columns.",
        )
    }

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags

    def _make_targets(self):
        return ClassTargets(self.label_smoothing, soft=self._mixes())

    def _set_targets(self, targets):
        self._targets = targets
        self.classes_ = targets.classes

    def _weigh(self, rows):
        weight = self._targets.row_weights(rows.y, self.class_weight, rows.weight)
        return rows.weighted(weight)

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """Train one more epoch on a part of the data.

        Parameters
        ----------
        X : array-like
            Part of the rows, as for ``fit``.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Their labels.
        classes : array-like of shape (n_classes,), default=None
            All labels that will ever come; the first call needs them.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.

        Returns
        -------
        object
            The estimator itself.
        """
        if classes is None and not hasattr(self, "classes_"):
            raise ValueError(
                "classes must be passed on the first call to partial_fit: the list of "
                "all labels that will ever come."
            )
        return self._partial_fit(X, y, sample_weight, classes=classes)

    def predict_proba(self, X):
        """Predict the probability of each class.

        Parameters
        ----------
        X : array-like
            Rows, as for ``fit``.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Probabilities, columns in the order of ``classes_``.
        """
        return self._outputs(X)

    def predict(self, X):
        """Predict the most probable class, or each label above one half.

        Parameters
        ----------
        X : array-like
            Rows, as for ``fit``.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_labels)
            Labels.
        """
        probabilities = self.predict_proba(X)
        if self._targets.multilabel:
            return (probabilities > 0.5).astype(self._targets.dtype)
        return self.classes_[probabilities.argmax(axis=1)]

    def sample_proba(self, X, n_samples=1, random_state=None):
        """Draw probabilities with dropout left on (Monte Carlo dropout).

        The spread over the draws says how sure the network is of a row
        (Gal and Ghahramani, ICML 2016).

        Parameters
        ----------
        X : array-like
            Rows, as for ``fit``.
        n_samples : int, default=1
            How many draws.
        random_state : int, RandomState instance or None, default=None
            An int gives the same draws each time.

        Returns
        -------
        ndarray of shape (n_rows, n_classes, n_samples)
            Probabilities, classes in the order of ``classes_``.

        Raises
        ------
        ValueError
            If the network has no dropout.
        """
        return np.stack([*self._draw_outputs(X, n_samples, random_state)], axis=-1)


class RegressorTask(RegressorMixin, Ensemble):
    """Regress: one or several numbers per row."""

    loss: str = parameter(
        "squared_error",
        "{'squared_error', 'absolute_error', 'huber', 'poisson'}",
        """What training minimises. 'poisson' is for counts: predictions are
        never negative. For the others the targets are standardised during training, and
        'huber' turns linear at one standard deviation.""",
        StrOptions(set(NumberTargets.losses)),
    )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def _make_targets(self):
        return NumberTargets(self.loss)

    def _set_targets(self, targets):
        self._targets = targets

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X, y, sample_weight=None):
        """Train one more epoch on a part of the data.

        Parameters
        ----------
        X : array-like
            Part of the rows, as for ``fit``. The first part sets the scale of
            inputs and targets.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Their targets.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.

        Returns
        -------
        object
            The estimator itself.
        """
        return self._partial_fit(X, y, sample_weight)

    def predict(self, X):
        """Predict the targets.

        Parameters
        ----------
        X : array-like
            Rows, as for ``fit``.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_targets)
            Predictions in the units of y.
        """
        return self._decoded(self._outputs(X))

    def _decoded(self, outputs):
        return self._targets.decode(outputs)

    def sample_y(self, X, n_samples=1, random_state=None):
        """Draw predictions with dropout left on (Monte Carlo dropout).

        The spread over the draws says how sure the network is of a row
        (Gal and Ghahramani, ICML 2016); the noise of y itself isn't part of it.

        Parameters
        ----------
        X : array-like
            Rows, as for ``fit``.
        n_samples : int, default=1
            How many draws.
        random_state : int, RandomState instance or None, default=None
            An int gives the same draws each time.

        Returns
        -------
        ndarray of shape (n_rows, n_samples) or (n_rows, n_targets, n_samples)
            Predictions in the units of y.

        Raises
        ------
        ValueError
            If the network has no dropout.
        """
        outputs = self._draw_outputs(X, n_samples, random_state)
        return np.stack([self._targets.decode(each) for each in outputs], axis=-1)


_OBJECTIVES = {
    "reconstruction": InputTargets,
    "classification": ClassTargets,
    "regression": NumberTargets,
}


def _reconstructs(encoder):
    if encoder._objectives is not _OBJECTIVES:
        raise AttributeError(
            "inverse_transform can't rebuild inputs: a code doesn't hold all of a row."
        )
    if encoder.objective != "reconstruction":
        raise AttributeError(
            "inverse_transform needs objective='reconstruction'; this encoder has "
            f"objective={encoder.objective!r}."
        )
    return True


class EncoderTask(ClassNamePrefixFeaturesOutMixin, TransformerMixin, Parameterized):
    """Encode: a short code for each row."""

    n_components: int = parameter(
        32,
        "int",
        "Numbers in a row's code.",
        Interval(Integral, 1, None, closed="left"),
    )
    objective: str = parameter(
        "reconstruction",
        "{'reconstruction', 'classification', 'regression'}",
        """What the code is learned for: to rebuild the input (y is ignored), or to
        predict y. Codes of the rows that a supervised encoder was trained on look
        better than those of new rows: let cross-validation encode, in a Pipeline.""",
        StrOptions(set(_OBJECTIVES)),
    )
    loss: str | None = parameter(
        None,
        "str or None",
        """What training minimises; None for the objective's usual loss.
        Reconstruction: 'squared_error', 'absolute_error', 'huber'. Classification:
        'cross_entropy', 'focal'. Regression: 'squared_error', 'absolute_error',
        'huber', 'poisson'.""",
        StrOptions({*InputTargets.losses, *ClassTargets.losses, *NumberTargets.losses}),
        None,
    )

    # what the code may be learned for; a family may rebuild its rows in its own way
    _objectives = _OBJECTIVES

    _attribute_docs = {
        "decoder_": (
            "keras.Model",
            "From codes to standardised inputs; only with reconstruction.",
        )
    }

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = self.objective != "reconstruction"
        tags.target_tags.multi_output = self.objective == "regression"
        tags.transformer_tags.preserves_dtype = [variable_dtype(self.precision)]
        return tags

    def _make_targets(self):
        kind = self._objectives[self.objective]
        if self._loss_name() not in kind.losses:
            raise ValueError(
                f"loss={self.loss!r} doesn't go with objective={self.objective!r}; use "
                f"one of {list(kind.losses)}."
            )
        if kind is NumberTargets:
            return kind(self.loss)
        return kind(soft=self._mixes()) if kind is ClassTargets else kind()

    def _loss_name(self):
        return self.loss or self._objectives[self.objective].losses[0]

    def _set_targets(self, targets):
        self._targets = targets

    def _network_output(self, inputs, normalized, features):
        code = self._code(features)
        if self.objective != "reconstruction":
            return self._targets.output(code, self.precision)
        return self._rebuild(code, normalized)

    def _code(self, features):
        # codes and losses are given in full precision
        dtype = variable_dtype(self.precision)
        return keras.layers.Dense(self.n_components, dtype=dtype, name="code")(features)

    def _rebuild(self, code, normalized):
        """Return what a reconstruction compares with zero."""
        dtype = variable_dtype(self.precision)
        shape = normalized.shape[1:]
        decoder_input = keras.Input((self.n_components,), dtype=normalized.dtype)
        decoder = keras.Model(
            decoder_input, self._decode(decoder_input, shape), name="decoder"
        )
        difference = keras.layers.Subtract()([decoder(code), normalized])
        return keras.layers.Flatten(dtype=dtype, name="output")(difference)

    def _expose(self, network):
        super()._expose(network)
        self.model_ = keras.Model(network.inputs[0], network.get_layer("code").output)
        if self.objective == "reconstruction":
            self.decoder_ = self._decoder(network.get_layer("decoder"))

    def _decoder(self, layer):
        """Return a network from codes to inputs."""
        return layer

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X, y=None, sample_weight=None):
        """Train one more epoch on a part of the data.

        Parameters
        ----------
        X : array-like
            Part of the rows, as for ``fit``. The first part sets the scale of
            inputs and targets.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
            Their targets, for a supervised objective; the first part must hold
            all classes.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.

        Returns
        -------
        object
            The estimator itself.
        """
        return self._partial_fit(X, y, sample_weight)

    @property
    def _n_features_out(self):
        return self.model_.output.shape[1]

    def transform(self, X):
        """Encode rows.

        Parameters
        ----------
        X : array-like
            Rows, as for ``fit``.

        Returns
        -------
        ndarray of shape (n_samples, n_components)
            Codes.
        """
        return self._outputs(X)

    @available_if(_reconstructs)
    def inverse_transform(self, X):
        """Rebuild inputs from their codes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_components)
            Codes.

        Returns
        -------
        ndarray
            Inputs in their own units, of the shape of the X that fit was given.
        """
        check_is_fitted(self, "decoder_")
        dtype = self.decoder_.outputs[0].dtype
        with in_one_sentence(), np.errstate(over="ignore"):
            codes = check_array(X, dtype=np.dtype(dtype), input_name="X")
        if codes.shape[1] != self._n_features_out:
            raise ValueError(
                f"X must hold codes of shape (n, {self._n_features_out}); got "
                f"{codes.shape}."
            )
        rebuilt = self._run(self.decoder_, codes)
        return self._unshape(unstandardise(self._network, rebuilt))
