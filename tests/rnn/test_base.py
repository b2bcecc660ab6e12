"""Parameters of recurrent networks that don't go together."""

import numpy as np
import pytest

from skmed.rnn import RNNClassifier


@pytest.mark.parametrize("name", ["kernel_size", "pool_size"])
def test_a_size_of_convolutions_needs_convolutions(name):
    X, y = np.random.default_rng(0).normal(size=(6, 8)), np.arange(6) % 2
    classifier = RNNClassifier(units=(2,), epochs=1, **{name: 3})
    with pytest.raises(ValueError, match=f"^{name} needs filters="):
        classifier.fit(X, y)
    classifier.set_params(filters=(2,)).fit(X, y)
    layers = [layer.name for layer in classifier.model_.layers]
    assert any("conv1d" in layer for layer in layers)


def test_default_sizes_of_convolutions():
    X, y = np.random.default_rng(0).normal(size=(6, 8)), np.arange(6) % 2
    classifier = RNNClassifier(units=(2,), filters=(3,), epochs=1).fit(X, y)
    convolution = classifier.model_.get_layer("conv1d")
    pooling = classifier.model_.get_layer("max_pooling1d")
    assert convolution.kernel_size == (5,)
    assert pooling.pool_size == (2,)
