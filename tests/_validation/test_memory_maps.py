"""Training from memory maps: the same model, read in chunks."""

import keras
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skmed import CNNClassifier, CNNEncoder, CNNRegressor
from skmed._keras.data import normalization
from skmed._keras.graphs import prediction_program
from skmed._validation import memory_maps
from skmed._validation.memory_maps import MemmapArray, is_large_memmap

SMALL = {"filters": (2,), "dense_units": (), "epochs": 2, "batch_size": 4}
SOURCE = keras.Sequential(
    [keras.Input((21, 1)), keras.layers.Conv1D(2, 3), keras.layers.Flatten()]
)


@pytest.fixture
def read_sizes(monkeypatch):
    """Make chunks of a few samples, and record how many bytes each read returns."""
    sizes = []
    read = MemmapArray.__getitem__

    def spy(self, rows):
        values = read(self, rows)
        sizes.append(values.nbytes)
        return values

    monkeypatch.setattr(memory_maps, "CHUNK_BYTES", 400)
    monkeypatch.setattr(normalization, "_CHUNK_VALUES", 100)
    monkeypatch.setattr(prediction_program, "_PREDICT_VALUES", 100)
    monkeypatch.setattr(MemmapArray, "__getitem__", spy)
    return sizes


def save_memmap(tmp_path, X, mode="r"):
    np.save(tmp_path / "X.npy", X)
    return np.load(tmp_path / "X.npy", mmap_mode=mode)


def make_data(dtype, shape=(21,)):
    rng = np.random.default_rng(0)
    X = (100 * rng.random((37, *shape))).astype(dtype)
    return X, rng.integers(0, 3, 37)


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
@pytest.mark.parametrize(
    "estimator",
    [
        CNNClassifier(early_stopping=True, class_weight="balanced", **SMALL),
        CNNRegressor(precision="float64", **SMALL),
        CNNRegressor(image_shape=(7, 3), **SMALL),
        CNNEncoder(n_components=2, **SMALL),
        CNNClassifier(
            architecture="resnet", depth=1, augment=("shift", "mixup"), **SMALL
        ),
        CNNClassifier(init_from=SOURCE, freeze="features", epochs=2, batch_size=4),
    ],
    ids=["classifier", "regressor", "images", "encoder", "deep", "fine-tuned"],
)
def test_same_model_as_from_memory(estimator, dtype, tmp_path, read_sizes):
    X, y = make_data(dtype)
    weight = np.arange(37) % 4
    estimator.set_params(random_state=0)
    in_memory = estimator.fit(X, y, sample_weight=weight)
    expected = in_memory.model_.get_weights()
    expected_outputs = in_memory._outputs(X)
    history = in_memory.history_
    assert not read_sizes

    file = save_memmap(tmp_path, X)
    from_file = estimator.fit(file, y, sample_weight=weight)
    for a, b in zip(expected, from_file.model_.get_weights()):
        assert_array_equal(a, b)
    assert_array_equal(from_file._outputs(file), expected_outputs)
    for name, values in history.items():
        np.testing.assert_allclose(from_file.history_[name], values, rtol=1e-5)
    assert read_sizes
    # no read is larger than a batch
    assert max(read_sizes) <= 4 * 21 * 8


def test_validation_data_and_partial_fit_from_files(tmp_path, read_sizes):
    X, y = make_data("uint8")
    file = save_memmap(tmp_path, X)

    def fitted(X):
        model = CNNClassifier(random_state=0, **SMALL)
        return model.fit(X, y, X_val=X, y_val=y).partial_fit(X, y)

    a, b = fitted(X), fitted(file)
    assert_array_equal(a.predict_proba(X), b.predict_proba(X))
    assert a.history_["val_loss"] == pytest.approx(b.history_["val_loss"])
    assert read_sizes


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_every_chunk_is_validated(bad, tmp_path, read_sizes):
    X, y = make_data("float32")
    X[-1, -1] = bad
    model = CNNClassifier(**SMALL)
    with pytest.raises(ValueError, match="Input X contains"):
        model.fit(save_memmap(tmp_path, X), y)
    assert not hasattr(model, "n_features_in_")


def test_too_few_targets_and_too_many_axes(tmp_path, read_sizes):
    X, y = make_data("float32")
    file = save_memmap(tmp_path, X)
    with pytest.raises(ValueError, match="X and y must have the same number of rows"):
        CNNClassifier(**SMALL).fit(file, y[:-1])
    with pytest.raises(ValueError, match="y"):
        CNNClassifier(**SMALL).fit(file, None)
    with pytest.raises(ValueError, match="Reshape your data"):
        CNNClassifier(**SMALL).fit(file.reshape(-1), np.resize(y, file.size))


def test_values_beyond_the_range_of_float32(tmp_path, read_sizes):
    X, y = make_data("float64")
    X[-1, -1] = 1e300
    with pytest.raises(ValueError, match="infinity"):
        CNNClassifier(**SMALL).fit(save_memmap(tmp_path, X), y)


def test_copy_on_write_map_keeps_written_values(tmp_path, read_sizes):
    X, y = make_data("float32")
    file = save_memmap(tmp_path, X, mode="c")
    file[:] = 0
    file[::2] = 1
    CNNClassifier(**SMALL).fit(file, y)
    assert_array_equal(file[::2], 1)


def test_selecting_and_reshaping_reads_nothing(tmp_path, read_sizes):
    X, _ = make_data("uint8", (5, 4))
    array = MemmapArray(save_memmap(tmp_path, X), "float32").reshape(37, 20, 1)
    selected = array.select(np.arange(37) % 2 == 0).select(np.array([5, 0, 3]))
    assert not read_sizes
    assert selected.shape == (3, 20, 1)
    assert_array_equal(selected[:2], X[[10, 0]].reshape(2, 20, 1))
    assert_array_equal(selected[np.array([2])], X[[6]].reshape(1, 20, 1))
    assert selected[:].dtype == np.float32


def test_only_large_memory_maps_are_read_in_chunks(tmp_path, monkeypatch):
    X, _ = make_data("float32")
    file = save_memmap(tmp_path, X)
    assert not is_large_memmap(file)
    monkeypatch.setattr(memory_maps, "CHUNK_BYTES", 400)
    assert is_large_memmap(file)
    assert is_large_memmap(np.asarray(file)[:, ::2])
    assert not is_large_memmap(X)
    assert not is_large_memmap(file[np.arange(37)])
