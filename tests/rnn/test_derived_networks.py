"""Codes of every step."""

from pathlib import Path
from runpy import run_path

import pytest
from numpy.testing import assert_allclose

from skmed import RNNEncoder

SHARED = run_path(str(Path(__file__).with_name("sequences.py")))
LABELS, LENGTHS, SMALL = SHARED["LABELS"], SHARED["LENGTHS"], SHARED["SMALL"]
X = SHARED["X"]


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_the_last_steps_code_is_that_of_the_sequence(cell):
    encoder = RNNEncoder(n_components=3, cell=cell, **SMALL).fit(X)
    steps = encoder.transform_steps(X)
    assert [codes.shape for codes in steps] == [(length, 3) for length in LENGTHS]
    last = [codes[-1] for codes in steps]
    assert_allclose(last, encoder.transform(X), atol=1e-5)
    early = encoder.transform([x[:2] for x in X])
    assert_allclose([codes[1] for codes in steps], early, atol=1e-5)


def test_steps_of_a_code_that_is_a_mean():
    encoder = RNNEncoder(
        n_components=3,
        bidirectional=True,
        pooling="avg",
        objective="classification",
        **SMALL,
    ).fit(X, LABELS)
    # a mean of features, and so a mean of codes
    means = [codes.mean(axis=0) for codes in encoder.transform_steps(X)]
    assert_allclose(means, encoder.transform(X), atol=1e-5)


def test_steps_after_convolutions_stand_for_several():
    encoder = RNNEncoder(
        n_components=3, filters=(4, 4), pooling="attention", pool_size=3, **SMALL
    ).fit(X)
    n_steps = [len(codes) for codes in encoder.transform_steps(X)]
    assert n_steps == [-(-length // 9) for length in LENGTHS]
