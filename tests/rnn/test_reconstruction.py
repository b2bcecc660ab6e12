"""Sequences that an encoder rebuilds."""

from pathlib import Path
from runpy import run_path

import numpy as np
import pytest

from skmed import RNNEncoder

SMALL = run_path(str(Path(__file__).with_name("sequences.py")))["SMALL"]


@pytest.mark.parametrize("loss", ["squared_error", "absolute_error", "huber"])
def test_reconstruction_is_of_whole_sequences(loss):
    rng = np.random.default_rng(0)
    # a wave of each frequency, some of them cut short
    waves = [
        np.stack([np.sin(f * np.arange(24)), np.cos(f * np.arange(24))], axis=1)
        for f in rng.uniform(0.1, 0.3, size=60)
    ]
    short = [wave[: 24 - i % 10] for i, wave in enumerate(waves)]
    encoder = RNNEncoder(
        n_components=4,
        units=(24,),
        loss=loss,
        epochs=80,
        learning_rate=0.01,
        random_state=0,
    )
    codes = encoder.fit_transform(short)
    assert codes.shape == (60, 4)
    rebuilt = encoder.inverse_transform(codes)
    assert rebuilt.shape == (60, 24, 2)
    errors = [np.mean((r[: len(s)] - s) ** 2) for r, s in zip(rebuilt, short)]
    assert np.mean(errors) < 0.3 * np.var(np.concatenate(short))


def test_a_table_is_rebuilt_as_a_table():
    table = np.random.default_rng(0).normal(size=(20, 9))
    encoder = RNNEncoder(n_components=3, **SMALL).fit(table)
    assert encoder.inverse_transform(encoder.transform(table)).shape == (20, 9)
