"""The parts of scikeras that are used; its classes are not patched."""

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

    The methods are copied, not inherited: ``BaseWrapper`` defines ``_more_tags``
    without ``__sklearn_tags__``, and scikit-learn's ``check_estimator_tags_renamed``
    rejects estimators with such a base class. To inherit, ``BaseWrapper`` would have to
    be patched, which would affect programs that use scikeras beside skmed. Hence
    ``isinstance(estimator, scikeras.wrappers.BaseWrapper)`` is False. Names, tags and
    ``repr`` are those of scikit-learn's ``BaseEstimator``.
    """

    __name__ = vars(BaseWrapper)["__name__"]

    # names of the parameters that are routed to methods of Keras
    _fit_kwargs = BaseWrapper._fit_kwargs
    _predict_kwargs = BaseWrapper._predict_kwargs
    _compile_kwargs = BaseWrapper._compile_kwargs
    _wrapper_params = BaseWrapper._wrapper_params
    _routing_prefixes = BaseWrapper._routing_prefixes

    # None: scikeras must not seed, as it may leave op determinism enabled
    _random_state = None

    _build_keras_model = BaseWrapper._build_keras_model
    _get_compile_kwargs = BaseWrapper._get_compile_kwargs
    _check_model_compatibility = BaseWrapper._check_model_compatibility
    _get_metadata = BaseWrapper._get_metadata


class _Builder(BaseWrapper):
    # BaseWrapper.fit would set it; seeds are set by `global_state.seeded`
    _random_state = None


def build_with_scikeras(build):
    """Return the model that a function builds, called by scikeras's ``BaseWrapper``.

    Parameters
    ----------
    build : callable
        Returns a keras.Model, and takes no arguments.

    Returns
    -------
    keras.Model
        The model, not compiled.
    """
    return _Builder(model=build)._build_keras_model()
