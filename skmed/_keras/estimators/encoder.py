"""What encoding adds to a network."""

from numbers import Integral

import keras
import numpy as np
from sklearn.base import (
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    _fit_context,
)
from sklearn.utils import check_array
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from skmed._keras.compat.precision import variable_dtype
from skmed._keras.data.class_targets import ClassTargets
from skmed._keras.data.normalization import unstandardise
from skmed._keras.data.number_targets import NumberTargets
from skmed._keras.data.reconstruction import InputTargets
from skmed._parameters import Parameterized, parameter
from skmed._validation.messages import translate_errors

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
        "int",
        "Numbers in a row's code.",
        Interval(Integral, 1, None, closed="left"),
        default=32,
    )
    objective: str = parameter(
        "{'reconstruction', 'classification', 'regression'}",
        """What the code is learned for: to rebuild the input (y is ignored), or to
        predict y. Codes of the rows that a supervised encoder was trained on look
        better than those of new rows: let cross-validation encode, in a Pipeline.""",
        StrOptions(set(_OBJECTIVES)),
        default="reconstruction",
    )
    loss: str | None = parameter(
        "str or None",
        """What training minimises; None for the objective's usual loss.
        Reconstruction: 'squared_error', 'absolute_error', 'huber'. Classification:
        'cross_entropy', 'focal'. Regression: 'squared_error', 'absolute_error',
        'huber', 'poisson'.""",
        StrOptions({*InputTargets.losses, *ClassTargets.losses, *NumberTargets.losses}),
        None,
        default=None,
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
        with translate_errors(), np.errstate(over="ignore"):
            codes = check_array(X, dtype=np.dtype(dtype), input_name="X")
        if codes.shape[1] != self._n_features_out:
            raise ValueError(
                f"X must hold codes of shape (n, {self._n_features_out}); got "
                f"{codes.shape}."
            )
        rebuilt = self._run(self.decoder_, codes)
        return self._unshape(unstandardise(self._network, rebuilt))
