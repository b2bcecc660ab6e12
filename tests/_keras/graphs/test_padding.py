"""Padded sequences: what is cut off, which rows meet, and what stays the same."""

import keras
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skmed._keras.graphs.padding import PADDED, is_padded, sequence_lengths
from skmed._keras.graphs.programs import (
    PredictionProgram,
    prediction_program,
    training_program,
)
from skmed._keras.graphs.state import Data, State, get_values
from skmed._keras.training.optimizers import make_optimizer
from skmed._keras.training.order import epoch_order

LENGTHS = np.array([5, 1, 9, 3, 9, 2, 40, 7])
ops = keras.ops


@pytest.fixture
def sequences():
    """Eight sequences of two channels, padded to fifty steps."""
    X = np.random.default_rng(0).normal(size=(8, 50, 2)).astype("float32")
    X[np.arange(50) >= LENGTHS[:, np.newaxis]] = np.nan
    return X


def recurrent(dtype="float32"):
    """A network that skips what is missing."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((None, 2), dtype=dtype, name=PADDED)
    missing = ops.isnan(inputs)
    x = ops.where(missing, 0.0, inputs)
    x = keras.layers.LSTM(3)(x, mask=ops.logical_not(ops.all(missing, axis=-1)))
    return keras.Model(inputs, keras.layers.Dense(1)(x))


def counting(name=PADDED, dtype="float32", shape=(None,)):
    """A network that tells how many steps it sees."""
    inputs = keras.Input(shape, dtype=dtype, name=name)
    steps = ops.sum(ops.ones_like(inputs, dtype="float32"), axis=1)
    return keras.Model(inputs, ops.reshape(steps, (-1, 1)))


# ----- what is padding -----


def test_lengths_leave_out_trailing_missing_steps(sequences):
    assert_array_equal(sequence_lengths(sequences, "float32"), LENGTHS)
    sequences[0, 4, 0] = np.nan  # one channel of two
    sequences[2, 3] = np.nan  # a gap
    assert_array_equal(sequence_lengths(sequences, "float32"), LENGTHS)


def test_lengths_are_those_of_all_pieces(sequences, monkeypatch):
    monkeypatch.setattr("skmed._keras.graphs.padding._CHUNK_VALUES", 1)
    assert_array_equal(sequence_lengths(sequences, "float32"), LENGTHS)


def test_lengths_leave_out_trailing_zeros_of_integers():
    ids = np.array([[3, 0, 2, 0, 0], [0, 0, 0, 0, 0], [1, 1, 1, 1, 1]])
    assert sequence_lengths(ids, "int32").tolist() == [3, 0, 5]
    # where the network computes with floats, a zero is a measurement
    assert sequence_lengths(ids.astype("uint8"), "float32").tolist() == [5, 5, 5]


# ----- programs -----


def test_the_name_of_the_input_says_that_rows_are_padded():
    assert is_padded(counting())
    assert not is_padded(counting("signals"))
    x = np.array([[1, 1, 1, np.nan, np.nan]], "float32")
    for name, seen in ((PADDED, 3), ("signals", 5), (PADDED, 3)):
        # the two have the same structure, and programs of their own
        network = counting(name)
        assert prediction_program(network)([], x).tolist() == [[seen]]


def test_a_batch_of_a_prediction_is_cut_to_its_longest_row(sequences):
    program = PredictionProgram(counting())
    got = program([], sequences[..., 0], batch_size=4)
    # sorted by length 1 2 3 5 | 7 9 9 40, and given back in the order of rows
    assert got.ravel().tolist() == [5, 5, 40, 5, 40, 5, 40, 40]
    assert program.n_traces == {"predict": 1}


def test_a_batch_of_nothing_keeps_one_step():
    program = PredictionProgram(counting(dtype="int32"))
    assert program([], np.zeros((2, 6), "int32")).tolist() == [[1], [1]]


def test_predictions_by_step_come_back_padded(sequences):
    inputs = keras.Input((None, 2), name=PADDED)
    program = PredictionProgram(keras.Model(inputs, ops.multiply(inputs, 2.0)))
    got = program([], sequences, batch_size=3)
    assert_array_equal(got, 2 * sequences[:, :40])


def test_predictions_do_not_depend_on_padding_or_company(sequences):
    network = recurrent()
    program = PredictionProgram(network)
    weights = get_values(network.variables)
    expected = program(weights, sequences)
    for i, length in enumerate(LENGTHS):
        alone = program(weights, sequences[i : i + 1, :length])
        assert_allclose(alone, expected[i : i + 1], atol=1e-6)
    shuffled = np.random.default_rng(0).permutation(8)
    got = program(weights, sequences[shuffled], batch_size=3)
    assert_allclose(got, expected[shuffled], atol=1e-6)


def test_training_does_not_depend_on_padding(sequences):
    network = recurrent("float32")
    optimizer, rate, _ = make_optimizer("adam", None, None)
    loss = keras.losses.MeanSquaredError(reduction="mean_with_sample_weight")
    program = training_program(network, loss, optimizer, "float32")
    start = State(get_values(network.variables), program.initial_slots)
    y = np.arange(8, dtype="float32").reshape(8, 1)
    wider = np.pad(sequences, [(0, 0), (0, 9), (0, 0)], constant_values=np.nan)
    arrived = []
    for x in (sequences, wider):
        data = Data.from_arrays(x, y, None, "float32")
        order = epoch_order(0, 0, 8, LENGTHS, 3)
        state, logs, _ = program.train(start, data, order, 3, [rate] * 3, 0.0)
        logs |= {"val_loss": program.evaluate(state, data, 3)["loss"]}
        arrived.append((state.variables, logs))
    (variables, logs), (others, other_logs) = arrived
    assert np.isfinite([*logs.values()]).all()
    assert logs == pytest.approx(other_logs, rel=1e-6)
    for got, expected in zip(variables, others, strict=True):
        assert_allclose(got, expected, atol=1e-7)
    # batches of three lengths, and of other widths
    assert program.n_traces == {"train": 1, "evaluate": 1}
