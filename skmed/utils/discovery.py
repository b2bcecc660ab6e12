"""Discovery of skmed's estimators."""

from importlib import import_module
from inspect import isclass

__all__ = ["all_estimators"]

_MIXINS = {
    "classifier": "ClassifierMixin",
    "regressor": "RegressorMixin",
    "transformer": "TransformerMixin",
}


def all_estimators(type_filter=None):
    """Return the names and classes of skmed's estimators.

    Counterpart of :func:`sklearn.utils.discovery.all_estimators`. It imports all
    families, and therefore Keras.

    Parameters
    ----------
    type_filter : {"classifier", "regressor", "transformer"} or list of these, \
            default=None
        Kinds of estimators to return. None returns all of them.

    Returns
    -------
    estimators : list of tuple
        Pairs ``(name, class)``, sorted by name.

    Raises
    ------
    ValueError
        If `type_filter` has another value.

    Examples
    --------
    >>> from skmed.utils import all_estimators
    >>> [name for name, _ in all_estimators("regressor")]
    ['CNNRegressor'...]
    """
    import sklearn.base

    import skmed

    filters = [type_filter] if isinstance(type_filter, str) else list(type_filter or [])
    unknown = sorted(str(kind) for kind in filters if kind not in _MIXINS)
    if unknown:
        raise ValueError(
            f"type_filter must be None or made of {sorted(_MIXINS)}, got {unknown}."
        )
    mixins = tuple(getattr(sklearn.base, _MIXINS[kind]) for kind in filters)

    found = []
    for name, submodule in sorted(skmed._PUBLIC_NAMES.items()):
        value = getattr(import_module(f"skmed.{submodule}"), name)
        if not (isclass(value) and issubclass(value, sklearn.base.BaseEstimator)):
            continue
        if not hasattr(value, "fit"):  # NLTKTokenizer isn't fitted
            continue
        if not filters or issubclass(value, mixins):
            found.append((name, value))
    return found
