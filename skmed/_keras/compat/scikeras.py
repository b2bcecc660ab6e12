"""What is used of scikeras. Its own classes are never changed."""

from scikeras._utils import route_params, unflatten_params
from scikeras.utils.transformers import (
    ClassifierLabelEncoder,
    RegressorTargetEncoder,
)
from scikeras.wrappers import BaseWrapper
from sklearn.base import BaseEstimator

__all__ = [
    "ClassifierLabelEncoder",
    "RegressorTargetEncoder",
    "ScikerasWrapper",
    "build_with_scikeras",
    "route_params",
    "unflatten_params",
]


class ScikerasWrapper(BaseEstimator):
    """The part of scikeras's ``BaseWrapper`` that builds and compiles a model.

    The methods are taken over one by one, not inherited. ``BaseWrapper`` defines
    ``_more_tags`` without ``__sklearn_tags__``, and scikit-learn's
    ``check_estimator_tags_renamed`` refuses every estimator with such a class among
    its bases. To inherit from it, ``BaseWrapper`` itself would have to be patched,
    which would change how programs that use scikeras behave after ``import skmed``.
    The price is that ``isinstance(estimator, scikeras.wrappers.BaseWrapper)`` is
    False. Names, tags and ``repr`` are scikit-learn's own.
    """

    __name__ = vars(BaseWrapper)["__name__"]

    # which parameters go to which method of Keras
    _fit_kwargs = BaseWrapper._fit_kwargs
    _predict_kwargs = BaseWrapper._predict_kwargs
    _compile_kwargs = BaseWrapper._compile_kwargs
    _wrapper_params = BaseWrapper._wrapper_params
    _routing_prefixes = BaseWrapper._routing_prefixes

    # without it, scikeras doesn't seed: it may leave op determinism switched on
    _random_state = None

    _build_keras_model = BaseWrapper._build_keras_model
    _get_compile_kwargs = BaseWrapper._get_compile_kwargs
    _check_model_compatibility = BaseWrapper._check_model_compatibility
    _get_metadata = BaseWrapper._get_metadata


class _Builder(BaseWrapper):
    # set by scikeras when a fit begins; seeds are set by ``compat.building``
    _random_state = None


def build_with_scikeras(build):
    """Return the model that a function builds, driven by scikeras's wrapper.

    Parameters
    ----------
    build : callable
        Without arguments.

    Returns
    -------
    keras.Model
        Not compiled.
    """
    return _Builder(model=build)._build_keras_model()
