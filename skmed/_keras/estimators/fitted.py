"""What a fit has learned, as one object, and the public attributes read from it."""

import operator
from dataclasses import dataclass, field

import keras

from skmed._keras.data.inputs import Inputs
from skmed._keras.data.targets import Targets

from .serialization import pack_network, unpack_network


@dataclass(frozen=True, eq=False)
class Fitted:
    """What one fit has learned.

    An estimator gets it as ``_fitted`` when the fit has ended, so that a failed fit
    leaves no trace.

    Parameters
    ----------
    inputs : Inputs
        Knows how X becomes the network's input.
    targets : Targets
        Knows how y is encoded and outputs are decoded.
    network : keras.Model
        The trained network.
    history : dict of list of float
        Losses by epoch, those of earlier fits included.
    seed : int
        Seed of the fit.
    parameters : dict
        Constructor parameters that the network was built from.
    n_features_in : int
        As ``n_features_in_`` of scikit-learn.
    feature_names_in : ndarray of str or None
        As ``feature_names_in_`` of scikit-learn.

    Attributes
    ----------
    model : keras.Model
        The part of the network that predicts.
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

    # only ensembles have members
    members = None

    def __post_init__(self):
        object.__setattr__(self, "model", self.targets.serving_model(self.network))
        # an encoder's decoder
        object.__setattr__(self, "decoder", self.targets.decoder(self.network))

    @property
    def n_iter(self):
        """Number of epochs run, those of earlier fits included."""
        return len(self.history["loss"])

    def __getstate__(self):
        state = {**vars(self), "network": pack_network(self.network)}
        del state["model"], state["decoder"]
        return state

    def __setstate__(self, state):
        vars(self).update(state, network=unpack_network(state["network"]))
        self.__post_init__()


class FittedAttribute:
    """Public attribute of an estimator that is read from its ``_fitted``.

    It has no setter, so that scikit-learn may record the number and names of features
    on a copy of an unfitted estimator.

    Parameters
    ----------
    path : str
        Attribute of ``Fitted``, with dots.
    kind, doc : str
        Type and description for the docstring.
    """

    def __init__(self, path, kind, doc):
        self._read = operator.attrgetter(path)
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
            value = self._read(estimator._fitted)
        if value is None:
            raise AttributeError(
                f"{type(estimator).__name__!r} object has no attribute {self._name!r}"
            )
        return value
