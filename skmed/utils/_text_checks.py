"""Checks of text, in place of scikit-learn's checks of numeric matrices."""

import warnings

import numpy as np
import pandas as pd
from sklearn.utils import get_tags

from ._check_helpers import (
    METHODS,
    all_outputs,
    assert_raises,
    check_invalid,
    clone_seeded,
    fit_clone,
)

_PHRASES = ("cough and fever", "denies chest pain", "fever since monday", "chest clear")


def _notes(n_samples=20):
    """Return notes whose words all occur several times, and targets."""
    notes = [f"{_PHRASES[i % 4]} {_PHRASES[(i // 4) % 4]}" for i in range(n_samples)]
    return notes, np.arange(n_samples) % 4 // 2


def check_bytes(name, estimator):
    """Check that bytes, whose encoding is unknown, are refused."""
    notes, _ = _notes()
    encoded = [note.encode() for note in notes]
    check_invalid(name, estimator, _notes(), encoded, "bytes")
    check_invalid(name, estimator, _notes(), np.array(encoded), "an array of bytes")


def check_objects(name, estimator):
    """Check that object arrays are valid if all values are text, and else refused."""
    notes, y = _notes()
    as_list = all_outputs(fit_clone(estimator, notes, y), notes)
    for X in (np.array(notes, dtype=object), np.array(notes), pd.Series(notes)):
        for got, expected in zip(all_outputs(fit_clone(estimator, X, y), X), as_list):
            np.testing.assert_allclose(
                got, expected, err_msg=f"{name} on {type(X).__name__}"
            )
    for other in ({"foo": "bar"}, 3, 2.5, ["a", "b"]):
        X = np.array(notes, dtype=object)
        X[1] = other
        check_invalid(name, estimator, _notes(), X, f"a note that is {other!r}")


def check_empty_list(name, estimator):
    """Check that X without samples is refused, in any form."""
    empty = [[], np.array([], dtype=object)]
    if get_tags(estimator).input_tags.string:
        empty.append(pd.Series([], dtype=object))
    for X in empty:
        with assert_raises(name, "an empty list", ValueError):
            clone_seeded(estimator).fit(X, [])


def check_missing_notes(name, estimator):
    """Check that a missing note is refused, or handled as empty, with a warning."""
    notes, y = _notes()
    for missing in (None, np.nan):
        X = [missing, *notes[1:]]
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                got = all_outputs(fit_clone(estimator, X, y), X)
            except (TypeError, ValueError):
                continue
        assert caught, f"{name} takes {missing} as a note without a warning."
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = all_outputs(fit_clone(estimator, ["", *X[1:]], y), ["", *X[1:]])
        for one, other in zip(got, expected):
            np.testing.assert_allclose(
                one, other, err_msg=f"{name}: {missing} isn't a note without words"
            )


def check_single_note(name, estimator):
    """Check that a single text is refused."""
    notes, _ = _notes()
    check_invalid(name, estimator, _notes(), notes[0], "a single text")


def check_one_column(name, estimator):
    """Check that a frame of one column equals a list, and that its name is stored."""
    notes, y = _notes()
    frame = pd.DataFrame({"note": notes})
    assert not hasattr(clone_seeded(estimator), "n_features_in_")
    model = fit_clone(estimator, frame, y)
    assert model.n_features_in_ == 1, f"{name}.n_features_in_ isn't 1."
    assert list(model.feature_names_in_) == ["note"]
    expected = all_outputs(fit_clone(estimator, notes, y), notes)
    for got, other in zip(all_outputs(model, frame), expected):
        np.testing.assert_allclose(got, other, err_msg=f"{name} on a frame")


def check_two_columns(name, estimator):
    """Check that two columns of text are refused."""
    notes, _ = _notes()
    array = np.array([notes, notes], dtype=object).T
    check_invalid(name, estimator, _notes(), array, "text in two columns")
    check_invalid(name, estimator, _notes(), array.tolist(), "lists of two texts")
    frame = pd.DataFrame(array, columns=["note", "letter"])
    check_invalid(name, estimator, _notes(), frame, "a frame with two columns")


def check_renamed_column(name, estimator):
    """Check that a column with another name than in fit is refused."""
    notes, y = _notes()
    model = fit_clone(estimator, pd.DataFrame({"note": notes}), y)
    renamed = pd.DataFrame({"letter": notes})
    for method in METHODS:
        if hasattr(model, method):
            with assert_raises(name, f"a renamed column in {method}", ValueError):
                getattr(model, method)(renamed)


def check_names_of_output(name, estimator):
    """Check that output columns have unique names, whether or not the input had one."""
    notes, y = _notes()
    for X in (notes, pd.DataFrame({"note": notes})):
        model = fit_clone(estimator, X, y)
        names = model.get_feature_names_out()
        assert isinstance(names, np.ndarray)
        assert names.dtype == object
        assert len(set(names)) == model.transform(X).shape[1]
    with assert_raises(
        name, "input_features that aren't the column of fit", ValueError
    ):
        model.get_feature_names_out(["letter"])
