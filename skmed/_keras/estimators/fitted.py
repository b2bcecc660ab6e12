"""The result of a fit as one object, and public attributes that are read from it."""

import operator
from dataclasses import dataclass, field

import keras

from skmed._keras.data.inputs import Inputs
from skmed._keras.data.targets import Targets

from .serialization import pack_network, unpack_network


@dataclass(frozen=True, eq=False)
class Fitted:
    """Result of a fit.

    It becomes ``_fitted`` of an estimator at the end of a successful fit, so that a
    failed fit doesn't change the estimator.

    Parameters
    ----------
    inputs : Inputs
        Validation and conversion of X.
    targets : Targets
        Encoding of y, and decoding of outputs.
    network : keras.Model
        The trained network.
    history : dict of list of float
        Losses by epoch, earlier fits included.
    seed : int
        Seed of the fit.
    parameters : dict
        Parameters of the estimator that can't change while the network is kept.
    n_features_in : int
        As ``n_features_in_`` of scikit-learn.
    feature_names_in : ndarray of str or None
        As ``feature_names_in_`` of scikit-learn.

    Attributes
    ----------
    model : keras.Model
        The part of the network that makes predictions.
    decoder : keras.Model or None
        The decoder of an autoencoder.
    """

    inputs: Inputs
    targets: Targets
    network: keras.Model
    history: dict
    seed: int
    parameters: dict
    n_features_in: int
    feature_names_in: object
    model: keras.Model = field(init=False)

    # estimators of an ensemble
    members = None

    def __post_init__(self):
        object.__setattr__(self, "model", self.targets.serving_model(self.network))
        object.__setattr__(self, "decoder", self.targets.decoder(self.network))

    @property
    def n_iter(self):
        """Number of epochs, earlier fits included."""
        return len(self.history["loss"])

    def __getstate__(self):
        state = {**vars(self), "network": pack_network(self.network)}
        del state["model"], state["decoder"]
        return state

    def __setstate__(self, state):
        vars(self).update(state, network=unpack_network(state["network"]))
        self.__post_init__()


class FittedAttribute:
    """Descriptor of a public fitted attribute, which is read from ``_fitted``.

    It has no ``__set__``: scikit-learn can set ``n_features_in_`` and
    ``feature_names_in_`` on a copy of an unfitted estimator.

    Parameters
    ----------
    path : str
        Dotted path of an attribute of ``Fitted``.
    kind, doc : str
        Type and description for the docstring.

    See Also
    --------
    KerasEstimator : The base class, which has ``model_`` and ``history_``.
    parameter : Declaration of a constructor parameter.

    Examples
    --------
    An attribute that exists in fitted estimators only. The path starts at the result of
    the fit, which has ``inputs``, ``targets``, ``network``, ``model`` and ``history``:

    >>> import numpy as np
    >>> from skmed.base import FittedAttribute, KerasEstimator, Regressor, layers
    >>> class Table(KerasEstimator):
    ...     sample_shape_ = FittedAttribute(
    ...         "inputs.shape", "tuple of int", "Shape of a sample."
    ...     )
    ...
    ...     def _build_features(self, x, inputs):
    ...         return layers.Dense(8, activation="relu")(x)
    >>> class TableRegressor(Regressor, Table):
    ...     pass
    >>> regressor = TableRegressor(epochs=1, random_state=0)
    >>> hasattr(regressor, "sample_shape_")
    False
    >>> X = np.random.default_rng(0).normal(size=(20, 3))
    >>> regressor.fit(X, X[:, 0]).sample_shape_
    (3,)
    """

    def __init__(self, path, kind, doc):
        self._get = operator.attrgetter(path)
        self._entry = kind, doc

    def __set_name__(self, owner, name):
        self._name = name
        documented = vars(owner).get("_attribute_docs", {})
        owner._attribute_docs = {**documented, name: self._entry}

    def __get__(self, estimator, owner=None):
        if estimator is None:
            return self
        value = None
        if estimator._fitted is not None:
            value = self._get(estimator._fitted)
        if value is None:
            raise AttributeError(
                f"{type(estimator).__name__!r} object has no attribute {self._name!r}"
            )
        return value
