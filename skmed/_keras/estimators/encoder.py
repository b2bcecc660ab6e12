"""Encoder, the task of encoding samples as vectors."""

from numbers import Integral

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import check_array
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from skmed._keras.compat.global_state import variable_dtype
from skmed._keras.data.class_targets import ClassTargets
from skmed._keras.data.normalization import inverse_standardize
from skmed._keras.data.number_targets import NumberTargets
from skmed._keras.data.reconstruction import CodeTargets, ReconstructionTargets
from skmed._parameters import parameter
from skmed._validation.messages import translate_errors

from .base import KerasEstimator
from .fitted import FittedAttribute
from .prediction import run_network


def _can_invert(encoder):
    if not encoder._invertible:
        raise AttributeError(
            "inverse_transform can't rebuild inputs: a code doesn't hold all of a row."
        )
    if encoder.objective != "reconstruction":
        raise AttributeError(
            "inverse_transform needs objective='reconstruction'; this encoder has "
            f"objective={encoder.objective!r}."
        )
    return True


class Encoder(ClassNamePrefixFeaturesOutMixin, TransformerMixin, KerasEstimator):
    """Task of encoding: a code of a few numbers for each sample.

    An encoder derives from this class and a family, in this order. The family builds
    the features of the network; this class adds the layer of the code and
    ``transform``. A family whose encoder can be trained without y defines
    ``_make_reconstruction``.

    See Also
    --------
    ReconstructionTargets : What ``_make_reconstruction`` returns.
    Classifier : The task of classification.
    KerasEstimator : The base class of a family.

    References
    ----------
    .. [1] G. E. Hinton and R. R. Salakhutdinov, "Reducing the dimensionality of data
       with neural networks", Science, 2006.

    Examples
    --------
    An encoder that is trained to predict y:

    >>> from sklearn.datasets import load_iris
    >>> from skmed.base import Encoder, KerasEstimator, layers
    >>> class Table(KerasEstimator):
    ...     def _build_features(self, x, inputs):
    ...         return layers.Dense(8, activation="relu")(x)
    >>> class TableEncoder(Encoder, Table):
    ...     pass
    >>> X, y = load_iris(return_X_y=True)
    >>> encoder = TableEncoder(
    ...     n_components=2, objective="classification", epochs=1, random_state=0
    ... )
    >>> encoder.fit(X, y).transform(X[:3]).shape
    (3, 2)
    """

    _parameter_group = "task"

    n_components: int = parameter(
        "int",
        "Size of the code.",
        Interval(Integral, 1, None, closed="left"),
        default=32,
    )
    objective: str = parameter(
        "{'reconstruction', 'classification', 'regression'}",
        """What the code is trained for: reconstruction of the input (y is ignored), or
        prediction of y. Codes of the samples that a supervised encoder was trained on
        are more accurate than those of new samples: cross-validate it in a Pipeline,
        together with the estimator that uses the codes.""",
        StrOptions({"reconstruction", "classification", "regression"}),
        default="reconstruction",
    )
    loss: str | None = parameter(
        "str or None",
        """Loss that training minimises; None for the first of its objective.
        Reconstruction: 'squared_error', 'absolute_error', 'huber'. Classification:
        'log_loss', 'focal'. Regression: 'squared_error', 'absolute_error',
        'huber', 'poisson'.""",
        StrOptions(
            {
                *ReconstructionTargets.losses,
                *ClassTargets.losses,
                *NumberTargets.losses,
            }
        ),
        None,
        default=None,
    )

    # whether there is an inverse_transform
    _invertible = True

    decoder_ = FittedAttribute(
        "decoder",
        "keras.Model",
        "Model from codes to standardised inputs; only with reconstruction.",
    )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.required = self.objective != "reconstruction"
        tags.target_tags.multi_output = self.objective == "regression"
        tags.transformer_tags.preserves_dtype = [variable_dtype(self.precision)]
        return tags

    def _make_targets(self, inputs):
        if self.objective == "reconstruction":
            targets = self._make_reconstruction(inputs)
        elif self.objective == "regression":
            targets = NumberTargets(self.loss)
        else:
            augmentation = self._make_augmentation(inputs)
            mixes = augmentation is not None and augmentation.mixes
            targets = ClassTargets(self.loss, soft=mixes)
        if self.loss is None:
            targets.loss = targets.losses[0]
        elif self.loss not in targets.losses:
            raise ValueError(
                f"loss={self.loss!r} doesn't go with objective={self.objective!r}; use "
                f"one of {list(targets.losses)}."
            )
        return CodeTargets(targets, self.n_components)

    @property
    def _n_features_out(self):
        return self.model_.output.shape[1]

    def transform(self, X) -> np.ndarray:
        """Encode samples.

        Parameters
        ----------
        X : array-like
            Samples, as for ``fit``.

        Returns
        -------
        ndarray of shape (n_samples, n_components)
            Codes.
        """
        return self._outputs(X)

    @available_if(_can_invert)
    def inverse_transform(self, X) -> np.ndarray:
        """Reconstruct inputs from codes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_components)
            Codes.

        Returns
        -------
        ndarray
            Inputs in the units and the shape of X in fit.
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
        inputs = run_network(self.decoder_, codes)
        fitted = self._fitted
        inputs = inverse_standardize(fitted.network, inputs)
        return fitted.inputs.inverse_transform(inputs)
