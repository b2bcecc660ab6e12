"""X, y and sample weights of a wrapper."""

from pathlib import Path
from runpy import run_path

import keras
import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    OneHotEncoder,
)

from skmed._keras.wrapping import data_validation

SHARED = run_path(
    str(Path(__file__).parents[2] / "wrappers/test_documented_programs.py")
)
regressor = SHARED["regressor"]


@pytest.mark.parametrize("limit", [2**25, 0], ids=["small", "large"])
def test_sparse_inputs(limit, monkeypatch):
    monkeypatch.setattr(data_validation, "_MAX_DENSE_VALUES", limit)
    X = np.arange(20).reshape(-1, 1)
    y = np.random.default_rng(0).uniform(size=20)
    predictions = []
    for sparse in (True, False):
        encoder = OneHotEncoder(sparse_output=sparse)
        pipe = make_pipeline(encoder, regressor(epochs=2, batch_size=8)).fit(X, y)
        predictions.append(pipe.predict(X))
    np.testing.assert_allclose(*predictions, atol=1e-5)


def test_large_numbers_of_words_are_exact():
    """Ids above 2**24 would change on their way through single precision."""
    top = 2**24 + 1

    def model():
        inputs = keras.Input((1,), dtype="int32")
        x = keras.layers.Lambda(lambda i: keras.ops.cast(i - 2**24, "float32"))(inputs)
        return keras.Model(inputs, keras.layers.Dense(1, kernel_initializer="ones")(x))

    X = np.array([[top], [top + 1]])
    reg = regressor(model, optimizer="sgd", optimizer__learning_rate=0.0).fit(X, [1, 2])
    np.testing.assert_allclose(reg.predict(X), [1, 2])
    assert reg.history_["loss"] == [0.0]
