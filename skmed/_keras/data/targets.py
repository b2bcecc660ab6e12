"""What the kinds of targets share.

Each kind knows how to encode y, which output layer and loss it asks for, and what its
labels are when rows are held out by class.
"""

import keras

# the weighted mean, so that a row of weight two is a row given twice
REDUCTION = "mean_with_sample_weight"


def output_layer(features, units, activation, precision):
    """Return an output layer whose activation keeps full precision."""
    scores = keras.layers.Dense(units, name="scores")(features)
    dtype = "float32" if precision == "mixed" else precision
    return keras.layers.Activation(activation, dtype=dtype, name="output")(scores)


class Targets:
    """What a network learns to give: classes, numbers, or its own input."""

    def check_same(self, other):
        """Refuse to go on with targets of another kind."""
        if self.kind != other.kind:
            raise ValueError(
                f"objective and loss ask for {other.kind}, but the first fit learned "
                f"{self.kind}; set them back, or fit anew with warm_start=False."
            )
