"""Find skmed's estimators by what they do."""

from importlib import import_module
from inspect import isclass

__all__ = ["all_estimators"]

_MIXINS = {
    "classifier": "ClassifierMixin",
    "regressor": "RegressorMixin",
    "transformer": "TransformerMixin",
}


def all_estimators(type_filter=None):
    """List the estimators that skmed offers.

    Works as :func:`sklearn.utils.discovery.all_estimators` does. Calling it loads
    every family, and so loads Keras.

    Parameters
    ----------
    type_filter : {"classifier", "regressor", "transformer"} or list of these, \
            default=None
        Which kinds of estimators to list. ``None`` lists all of them.

    Returns
    -------
    estimators : list of tuple
        Pairs ``(name, class)``, sorted by name.

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
    wanted = tuple(getattr(sklearn.base, _MIXINS[kind]) for kind in filters)

    found = []
    for name, submodule in sorted(skmed._PUBLIC_NAMES.items()):
        value = getattr(import_module(f"skmed.{submodule}"), name)
        if not (isclass(value) and issubclass(value, sklearn.base.BaseEstimator)):
            continue
        if not hasattr(value, "fit"):  # a tokenizer has parameters and learns nothing
            continue
        if not filters or issubclass(value, wanted):
            found.append((name, value))
    return found
