"""What scikeras's wrapper does wrong on current scikit-learn, repaired in one place."""

from scikeras.wrappers import BaseWrapper
from sklearn.base import BaseEstimator

from skmed._parameters import did_you_mean

# scikit-learn refuses a class that defines the old tags without the new ones, and
# scikeras's own class is in the inheritance; what it inherits anyway is named here
BaseWrapper.__sklearn_tags__ = BaseEstimator.__sklearn_tags__


class _Absent:
    """Hide a method that scikeras gives to every wrapper.

    An encoder must not seem to predict: scikit-learn asks with ``hasattr``.
    """

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner=None):
        raise AttributeError(f"{owner.__name__!r} has no attribute {self.name!r}")


class RepairedWrapper(BaseWrapper):
    """scikeras's ``BaseWrapper`` with scikit-learn's own behaviour put back.

    What stays of scikeras is how a network comes to be: ``_keras_build_fn`` is
    called with routed parameters and compiled with ``_get_compile_kwargs``.
    """

    # scikeras's constructor is not called: constructors here only store
    model = None
    build_fn = None
    # seeding is done by _seeding: scikeras's may leave op determinism switched on
    _random_state = None

    # tags, names of parameters and repr: scikeras replaces scikit-learn's own
    __repr__ = BaseEstimator.__repr__
    _get_param_names = classmethod(BaseEstimator._get_param_names.__func__)

    predict = _Absent()
    partial_fit = _Absent()
    score = _Absent()
    scorer = _Absent()
    initialize = _Absent()
    current_epoch = _Absent()
    initialized_ = _Absent()
    target_encoder = _Absent()
    feature_encoder = _Absent()

    def set_params(self, **params):
        """Set parameters; a misspelt name is answered with the nearest one.

        Parameters
        ----------
        **params : dict
            Parameters by name.

        Returns
        -------
        object
            The estimator itself.
        """
        known = self._get_param_names()
        cls = type(self).__name__
        for name in params:
            own, nested, _ = name.partition("__")
            if own not in known:
                raise ValueError(
                    f"Invalid parameter {own!r} for {cls}; {did_you_mean(own, known)}"
                )
            value = params.get(own, getattr(self, own))
            if nested and not hasattr(value, "set_params"):
                raise ValueError(
                    f"Invalid parameter {name!r} for {cls}; set {own!r} itself, which "
                    "has no parameters of its own."
                )
        return BaseEstimator.set_params(self, **params)


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
