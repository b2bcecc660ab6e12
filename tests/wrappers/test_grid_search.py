"""One compiled program, whatever is searched."""

from pathlib import Path
from runpy import run_path

import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn.model_selection import GridSearchCV

from skmed._keras.wrapping import outputs

SHARED = run_path(str(Path(__file__).with_name("test_documented_programs.py")))
classifier = SHARED["classifier"]


def text_bag():
    return keras.Sequential(
        [
            keras.Input((7,), dtype="int32"),
            keras.layers.Embedding(50, 4),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(1, "sigmoid"),
        ]
    )


def lstm():
    return keras.Sequential(
        [
            keras.Input((7,)),
            keras.layers.Reshape((7, 1)),
            keras.layers.LSTM(3),
            keras.layers.Dense(1, "sigmoid"),
        ]
    )


def cnn():
    return keras.Sequential(
        [
            keras.Input((7,)),
            keras.layers.Reshape((7, 1)),
            keras.layers.Conv1D(3, 3, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(1, "sigmoid"),
        ]
    )


@pytest.mark.parametrize("model", [text_bag, lstm, cnn])
def test_a_grid_search_compiles_one_program(programs, model):
    X = np.random.default_rng(0).integers(0, 50, size=(31, 7))
    y = np.arange(31) % 2
    clf = classifier(
        model,
        metrics=["accuracy"],
        optimizer="adam",
        batch_size=9,
        validation_split=0.2,
    )
    grid = {"optimizer__learning_rate": [0.01, 0.1], "random_state": [0, 1]}
    search = GridSearchCV(clf, grid, cv=3).fit(X, y)
    assert len(programs) == 4 * 3 + 1
    assert len(set(map(id, programs))) == 1
    assert programs[0].n_traces == {"train": 1, "evaluate": 1}
    assert search.best_estimator_._fast_path


def test_nothing_grows_with_the_number_of_fits(rows, programs):
    names = set()
    for seed in range(3):
        clf = classifier(random_state=seed).fit(*rows)
        names.add(tuple(v.path for v in clf.model_.variables))
    assert len(names) == 1
    assert len(set(map(id, programs))) == 1


def test_one_row_takes_no_new_graph(rows):
    clf = classifier().fit(*rows)
    program = outputs.prediction_program(clf.model_)
    for n in (1, 5, 40):
        clf.predict(rows[0][:n])
    assert program.n_traces == {"predict": 1}
    assert tf.executing_eagerly()
