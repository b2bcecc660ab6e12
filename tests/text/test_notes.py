"""Validation of notes in any form, and its error messages."""

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse

from skmed import TokenSequencer

NOTES = ["no chest pain", "chest pain", "pain at night"]


@pytest.mark.parametrize(
    "X",
    [
        NOTES,
        tuple(NOTES),
        np.array(NOTES),
        np.array(NOTES, dtype=object),
        np.array(NOTES, dtype=object)[:, np.newaxis],
        pd.Series(NOTES),
        pd.Series(NOTES, index=[7, 8, 9], dtype="string"),
        pd.Series(NOTES, dtype="category"),
        pd.DataFrame({"note": NOTES}),
        pl.Series(NOTES),
        pl.DataFrame({"note": NOTES}),
    ],
    ids=lambda X: f"{type(X).__module__}.{type(X).__name__}",
)
def test_forms_of_X(X):
    expected = TokenSequencer().fit(NOTES)
    sequencer = TokenSequencer().fit(X)
    assert sequencer.vocabulary_ == expected.vocabulary_
    assert sequencer.n_features_in_ == 1
    np.testing.assert_array_equal(sequencer.transform(X), expected.transform(NOTES))


@pytest.mark.parametrize(
    "X",
    [
        [*NOTES, None, float("nan"), "", " \n\t"],
        np.array([*NOTES, None, np.nan, "", "  "], dtype=object),
        pd.Series([*NOTES, None, None, "", " "], dtype="string"),
        pd.Series([*NOTES, None, np.nan, "", " "]),
        [*NOTES, pd.NA, pd.NaT, "", " "],
        pl.Series([*NOTES, None, None, "", " "]),
    ],
)
def test_missing_notes(X):
    message = r"4 of 7 notes have no words .* the first is row 3"
    with pytest.warns(UserWarning, match=message) as caught:
        sequencer = TokenSequencer().fit(X)
    assert len(caught) == 1
    with pytest.warns(UserWarning, match=message) as caught:
        ids = sequencer.transform(X)
    assert len(caught) == 1
    assert not ids[3:].any()
    assert sequencer.vocabulary_ == TokenSequencer().fit(NOTES).vocabulary_
    with pytest.raises(ValueError, match=rf"{message}.*leave them out"):
        TokenSequencer(missing="error").fit(X)


def test_zero_weight_notes_are_ignored():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        TokenSequencer(missing="error").fit([*NOTES, None], sample_weight=[1, 1, 1, 0])


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        ("no pain", ValueError, r"single str; put it in a list, \[note\]"),
        (b"no pain", ValueError, r"single bytes; put it in a list"),
        ([], ValueError, r"0 sample\(s\).*at least one note"),
        ([b"pain", b"pain"], ValueError, r"row 0 is of type bytes; decode it first"),
        (np.array([b"pain"]), ValueError, r"row 0 is of type bytes; decode it first"),
        (["pain", 3], ValueError, r"row 1 is of type int; choose the column"),
        ([1.5, 2.5], ValueError, r"row 0 is of type float; choose the column"),
        (np.eye(3), ValueError, r"one column of notes and has shape \(3, 3\)"),
        (np.ones((3, 1)), ValueError, r"row 0 is of type float"),
        (
            np.full((2, 2), "a"),
            ValueError,
            r"one column of notes and has shape \(2, 2\)",
        ),
        ([["pain", "cough"]], ValueError, r"row 0 is of type list; X must be one-dim"),
        (pd.DataFrame({"a": NOTES, "b": NOTES}), ValueError, "one column .* and has 2"),
        (pd.DataFrame({"a": [1, 2]}), ValueError, "row 0 is of type int"),
        (pl.DataFrame({"a": NOTES, "b": NOTES}), ValueError, "one column .* and has 2"),
        (pd.DataFrame({"a": []}), ValueError, r"0 sample\(s\)"),
        (sparse.csr_array(np.eye(2)), TypeError, "text, and is a sparse matrix"),
        (7, TypeError, "must be a list, array, Series or one-column table"),
        (None, TypeError, "must be a list, array, Series or one-column table"),
        (iter(NOTES), TypeError, "must be a list, array, Series or one-column table"),
        (np.array("pain"), ValueError, r"one column of notes and has shape \(\)"),
    ],
)
def test_invalid_notes(X, error, message):
    sequencer = TokenSequencer()
    with pytest.raises(error, match=message):
        sequencer.fit(X)
    assert not [name for name in vars(sequencer) if name.endswith("_")]
    with pytest.raises(error, match=message):
        TokenSequencer().fit(NOTES).transform(X)


def test_name_of_the_column():
    frame = pd.DataFrame({"note": NOTES})
    sequencer = TokenSequencer().fit(frame)
    assert sequencer.feature_names_in_.tolist() == ["note"]
    with pytest.raises(ValueError, match="feature names should match"):
        sequencer.transform(frame.rename(columns={"note": "text"}))
    # a list has no column name, and none is compared
    assert sequencer.transform(NOTES).shape == (3, 3)
    assert not hasattr(TokenSequencer().fit(NOTES), "feature_names_in_")
