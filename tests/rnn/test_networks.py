"""Networks over padded sequences: padding and company change nothing."""

import functools
import itertools

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from skmed._keras.graphs.padding import PADDED
from skmed._keras.graphs.programs import PredictionProgram, prediction_program
from skmed._keras.graphs.recurrent.fusion import is_fusible
from skmed._keras.graphs.state import get_values
from skmed.rnn import _networks
from skmed.rnn._networks import CELLS, POOLINGS, Sizes

NAN = np.nan
ARCHITECTURES = list(itertools.product(CELLS, POOLINGS, (False, True), (False, True)))


def complete_sizes(cell="lstm", bidirectional=False, convolutional=False, units=(3, 2)):
    filters = (3, 2) if convolutional else ()
    return Sizes(cell, units, bidirectional, 0.0, filters, 3, 3)


@functools.cache
def programs(cell, pooling, bidirectional, convolutional):
    """A network's weights, and its programs: fused, and in ordinary layers."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((None, 2), name=PADDED)
    sizes = complete_sizes(cell, bidirectional, convolutional)
    network = keras.Model(inputs, _networks.encode(inputs, sizes, pooling))
    rng = np.random.default_rng(0)
    network.set_weights([rng.normal(0, 0.7, w.shape) for w in network.get_weights()])
    assert is_fusible(network)
    both = prediction_program(network), PredictionProgram(network)
    return get_values(network.variables), both


@st.composite
def padded(draw):
    """Some sequences with gaps, in no order of length."""
    lengths = draw(st.lists(st.integers(1, 40), min_size=1, max_size=20))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    longest = max(lengths) + draw(st.integers(0, 30))
    X = rng.normal(size=(len(lengths), longest, 2)).astype("float32")
    X[rng.random(X.shape) < draw(st.sampled_from([0, 0.3]))] = NAN
    for row, length in zip(X, lengths):
        # a sequence ends with a value
        row[length - 1, 0] = 1.0
        row[length:] = NAN
    return X, lengths


@settings(max_examples=60, deadline=None, derandomize=True)
@given(architecture=st.sampled_from(ARCHITECTURES), batch=padded(), data=st.data())
def test_padding_and_company_change_no_feature(architecture, batch, data):
    weights, both = programs(*architecture)
    X, lengths = batch
    i = data.draw(st.integers(0, len(X) - 1))
    expected = both[0](weights, X)
    for program in both:
        alone = program(weights, X[i : i + 1, : lengths[i]])
        among = program(weights, X, batch_size=data.draw(st.integers(1, 20)))
        assert_allclose(alone, expected[i : i + 1], atol=1e-5)
        assert_allclose(among, expected, atol=1e-5)


def test_every_architecture_is_among_those():
    assert len(ARCHITECTURES) == 32
    for architecture in ARCHITECTURES[:: len(ARCHITECTURES) - 1]:
        weights, (fused, ordinary) = programs(*architecture)
        X = np.random.default_rng(1).normal(size=(3, 12, 2)).astype("float32")
        outputs = fused(weights, X)
        assert_allclose(outputs, ordinary(weights, X), atol=1e-6)
        assert np.ptp(outputs, axis=0).min() > 1e-3


# ----- each pooling -----


@pytest.mark.parametrize(
    ("pooling", "expected"),
    [("avg", [[2, 3], [5, 6]]), ("max", [[3, 4], [5, 6]])],
)
def test_pooling_leaves_out_what_does_not_count(pooling, expected):
    x = np.array([[[1, 2], [9, 9], [3, 4]], [[5, 6], [9, 9], [9, 9]]], "float32")
    mask = np.array([[True, False, True], [True, False, False]])
    assert_allclose(POOLINGS[pooling](x, mask), expected)


def test_attention_weighs_only_what_counts():
    x = keras.Input((None, 2))
    mask = keras.Input((None,), dtype="bool")
    model = keras.Model([x, mask], POOLINGS["attention"](x, mask))
    weights = keras.Model([x, mask], model.get_layer("attention").output)
    batch = [
        np.random.default_rng(0).normal(size=(1, 3, 2)),
        np.array([[1, 0, 1]], bool),
    ]
    got = weights(batch).numpy()[0, :, 0]
    assert_allclose([got[1], got.sum()], [0, 1], atol=1e-6)
    assert_allclose(model(batch), (got[:, None] * batch[0][0]).sum(axis=0)[None], 1e-5)


# ----- gaps, and the convolutions before -----


def test_a_single_missing_value_counts_as_zero_and_an_empty_step_not_at_all():
    values, mask = _networks.split_missing(np.array([[[1, NAN], [NAN, NAN], [0, 3]]]))
    assert_allclose(values, [[[1, 0], [0, 0], [0, 3]]])
    assert np.array(mask).tolist() == [[True, False, True]]


@pytest.mark.parametrize(("length", "steps"), [(1, 1), (9, 1), (10, 2), (27, 3)])
def test_convolutions_shorten_each_sequence_by_its_own_length(length, steps):
    inputs = keras.Input((None, 2))
    x, mask = _networks.convolutional(
        *_networks.split_missing(inputs), complete_sizes(convolutional=True)
    )
    model = keras.Model(inputs, [x, mask])
    X = np.full((1, 40, 2), NAN, "float32")
    X[:, :length] = 1.0
    features, mask = model(X)
    assert features.shape == (1, 5, 2)
    assert np.array(mask).sum() == steps


# ----- the way back -----


@pytest.mark.parametrize(
    ("loss", "of_one", "of_three"),
    [("squared_error", 1, 9), ("absolute_error", 1, 3), ("huber", 0.5, 2.5)],
)
def test_the_loss_of_a_row_leaves_out_what_is_missing(loss, of_one, of_three):
    x = np.array([[[1, NAN], [3, 1]], [[1, 1], [NAN, NAN]]])
    got = _networks.mean_loss(x, np.zeros_like(x), loss, "float64")
    assert_allclose(got, [[(of_one + of_three + of_one) / 3], [of_one]])
