"""What a new family of deep estimators is made of.

A family is a subclass of `KerasEstimator` that declares its parameters and builds the
features of its networks; where X is not a table of numbers, an `Inputs` object checks
and converts it. A classifier, a regressor and an encoder are then a docstring each.
The whole of a family for tables, of which ``TableClassifier().fit(X, y)`` clones, is
searched, cross-validated and pickled like any other estimator of skmed::

    from skmed.base import Classifier, Encoder, KerasEstimator, ListOf
    from skmed.base import ReconstructionTargets, Regressor, layers, parameter


    class Table(KerasEstimator):
        \"\"\"What the estimators of tables share.\"\"\"

        units: tuple = parameter(
            "tuple of int",
            "Units of each dense layer.",
            ListOf(int, 1),
            default=(32,),
        )

        def _build_features(self, x, inputs):
            for units in self.units:
                x = layers.Dense(units, activation="relu")(x)
            return x

        def _make_reconstruction(self, inputs):
            return ReconstructionTargets(self.loss, self._decode)

        def _decode(self, code, shape):
            for units in self.units[::-1]:
                code = layers.Dense(units, activation="relu")(code)
            return layers.Dense(shape[0])(code)


    class TableClassifier(Classifier, Table):
        \"\"\"Dense network that classifies the rows of a table.\"\"\"


    class TableRegressor(Regressor, Table):
        \"\"\"Dense network that predicts numbers from the rows of a table.\"\"\"


    class TableEncoder(Encoder, Table):
        \"\"\"Dense network that encodes the rows of a table.\"\"\"
"""

from skmed._keras import keras, layers, ops
from skmed._keras.data.inputs import Inputs
from skmed._keras.data.reconstruction import ReconstructionTargets
from skmed._keras.data.targets import Targets
from skmed._keras.estimators.base import KerasEstimator
from skmed._keras.estimators.classifier import Classifier
from skmed._keras.estimators.encoder import Encoder
from skmed._keras.estimators.fitted import FittedAttribute
from skmed._keras.estimators.regressor import Regressor
from skmed._parameters import ListOf, parameter, parameter_of

__all__ = [
    "Classifier",
    "Encoder",
    "FittedAttribute",
    "Inputs",
    "KerasEstimator",
    "ListOf",
    "ReconstructionTargets",
    "Regressor",
    "Targets",
    "keras",
    "layers",
    "ops",
    "parameter",
    "parameter_of",
]
