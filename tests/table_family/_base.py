"""Table: what the estimators of tables share."""

from skmed.base import KerasEstimator, ListOf, ReconstructionTargets, layers, parameter


class Table(KerasEstimator):
    """What the estimators of tables share."""

    units: tuple = parameter(
        "tuple of int", "Units of each dense layer.", ListOf(int, 1), default=(32,)
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
