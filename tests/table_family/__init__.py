"""TableClassifier, TableRegressor and TableEncoder."""

from skmed.base import Classifier, Encoder, Regressor

from ._base import Table


class TableClassifier(Classifier, Table):
    """Dense network that classifies the rows of a table."""


class TableRegressor(Regressor, Table):
    """Dense network that predicts numbers from the rows of a table."""


class TableEncoder(Encoder, Table):
    """Dense network that encodes the rows of a table."""
