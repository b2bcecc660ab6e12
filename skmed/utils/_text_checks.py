"""Counterparts, for text, of checks that are about matrices of numbers."""

import contextlib
import warnings

import numpy as np
import pandas as pd
from sklearn.base import clone, is_regressor
from sklearn.utils import get_tags
from sklearn.utils._testing import set_random_state

METHODS = ("predict", "transform", "decision_function", "predict_proba")
_KINDS = ("cough and fever", "denies chest pain", "fever since monday", "chest clear")


def _notes(n_samples=20):
    """Return notes of which all words occur several times, and targets."""
    notes = [f"{_KINDS[i % 4]} {_KINDS[(i // 4) % 4]}" for i in range(n_samples)]
    return notes, np.arange(n_samples) % 4 // 2


def new(estimator):
    estimator = clone(estimator)
    set_random_state(estimator)
    return estimator


def fitted(estimator, X, y):
    return new(estimator).fit(X, y.astype(float) if is_regressor(estimator) else y)


def outputs(estimator, X):
    return [getattr(estimator, name)(X) for name in METHODS if hasattr(estimator, name)]


@contextlib.contextmanager
def refuses(name, what, errors=(TypeError, ValueError)):
    try:
        with warnings.catch_warnings():
            # of what is refused anyway nothing more needs to be said
            warnings.filterwarnings("ignore", "X (does not have valid|has) feature")
            yield
    except errors as error:
        if not str(error):
            raise AssertionError(f"{name} refuses {what} without a word.") from error
        return
    except Exception as error:
        raise AssertionError(
            f"{name} fails on {what} with {type(error).__name__} where a ValueError or "
            "TypeError should say what is wrong."
        ) from error
    raise AssertionError(f"{name} takes {what} without an error.")


def check_refused(name, estimator, data, X, what, *, in_fit=True):
    """See that X is refused by a fit, and by what follows a fit on good data."""
    good, y = data
    if in_fit:
        with refuses(name, f"{what} in fit"):
            fitted(estimator, X, y)
    model = fitted(estimator, good, y)
    for method in METHODS:
        if hasattr(model, method):
            with refuses(name, f"{what} in {method}"):
                getattr(model, method)(X)


def check_bytes(name, estimator):
    """Bytes are refused: nothing says which characters they stand for."""
    notes, _ = _notes()
    encoded = [note.encode() for note in notes]
    check_refused(name, estimator, _notes(), encoded, "bytes")
    check_refused(name, estimator, _notes(), np.array(encoded), "an array of bytes")


def check_objects(name, estimator):
    """Arrays of objects are taken where all are text, and refused otherwise."""
    notes, y = _notes()
    as_list = outputs(fitted(estimator, notes, y), notes)
    for X in (np.array(notes, dtype=object), np.array(notes), pd.Series(notes)):
        for got, expected in zip(outputs(fitted(estimator, X, y), X), as_list):
            np.testing.assert_allclose(
                got, expected, err_msg=f"{name} on {type(X).__name__}"
            )
    for other in ({"foo": "bar"}, 3, 2.5, ["a", "b"]):
        X = np.array(notes, dtype=object)
        X[1] = other
        check_refused(name, estimator, _notes(), X, f"a note that is {other!r}")


def check_empty_list(name, estimator):
    """No rows at all are an error, in any form."""
    empty = [[], np.array([], dtype=object)]
    if get_tags(estimator).input_tags.string:
        empty.append(pd.Series([], dtype=object))
    for X in empty:
        with refuses(name, "an empty list", ValueError):
            new(estimator).fit(X, [])


def check_missing_notes(name, estimator):
    """A missing note is an error, or, with a warning, a note without words."""
    notes, y = _notes()
    for missing in (None, np.nan):
        X = [missing, *notes[1:]]
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            try:
                got = outputs(fitted(estimator, X, y), X)
            except (TypeError, ValueError):
                continue
        assert said, f"{name} takes {missing} for a note without a warning."
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = outputs(fitted(estimator, ["", *X[1:]], y), ["", *X[1:]])
        for one, other in zip(got, expected):
            np.testing.assert_allclose(
                one, other, err_msg=f"{name}: {missing} isn't a note without words"
            )


def check_single_note(name, estimator):
    """A text that is no list is an error: its characters aren't notes."""
    notes, _ = _notes()
    check_refused(name, estimator, _notes(), notes[0], "a single text")


def check_one_column(name, estimator):
    """A frame with one column of text gives what the list gives, and is remembered."""
    notes, y = _notes()
    frame = pd.DataFrame({"note": notes})
    assert not hasattr(new(estimator), "n_features_in_")
    model = fitted(estimator, frame, y)
    assert model.n_features_in_ == 1, f"{name}.n_features_in_ isn't 1."
    assert list(model.feature_names_in_) == ["note"]
    expected = outputs(fitted(estimator, notes, y), notes)
    for got, other in zip(outputs(model, frame), expected):
        np.testing.assert_allclose(got, other, err_msg=f"{name} on a frame")


def check_two_columns(name, estimator):
    """Text in two columns is refused: which one are the notes?"""
    notes, _ = _notes()
    array = np.array([notes, notes], dtype=object).T
    check_refused(name, estimator, _notes(), array, "text in two columns")
    check_refused(name, estimator, _notes(), array.tolist(), "lists of two texts")
    frame = pd.DataFrame(array, columns=["note", "letter"])
    check_refused(name, estimator, _notes(), frame, "a frame with two columns")


def check_renamed_column(name, estimator):
    """A column with another name than that of fit is refused."""
    notes, y = _notes()
    model = fitted(estimator, pd.DataFrame({"note": notes}), y)
    renamed = pd.DataFrame({"letter": notes})
    for method in METHODS:
        if hasattr(model, method):
            with refuses(name, f"a renamed column in {method}", ValueError):
                getattr(model, method)(renamed)


def check_names_of_output(name, estimator):
    """Output columns have names, one each, whether or not the input had one."""
    notes, y = _notes()
    for X in (notes, pd.DataFrame({"note": notes})):
        model = fitted(estimator, X, y)
        names = model.get_feature_names_out()
        assert isinstance(names, np.ndarray)
        assert names.dtype == object
        assert len(set(names)) == model.transform(X).shape[1]
    with refuses(name, "input_features that aren't the column of fit", ValueError):
        model.get_feature_names_out(["letter"])
