"""Estimator checks: correct estimators pass them, and broken ones fail."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.utils import estimator_checks
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    _check_feature_names,
    _check_sample_weight,
    _check_y,
    check_consistent_length,
    check_is_fitted,
)

from skmed.utils._matrix_adapter import _as_sequences, _as_text, adapt_to_matrices
from skmed.utils.estimator_checks import (
    OWN_TEXT_COUNTERPARTS,
    SEQUENCE_COUNTERPARTS,
    TEXT_COUNTERPARTS,
    check_name,
    check_sequence_estimator,
    check_text_estimator,
    text_estimator_checks_generator,
)


class WordClassifier(ClassifierMixin, BaseEstimator):
    """A correct classifier of text, as of a third party."""

    def __init__(self, C=1.0):
        self.C = C

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        tags.input_tags.string = True
        return tags

    def fit(self, X, y, sample_weight=None):
        notes = self._notes(X, reset=True)
        if y is None:
            raise ValueError("requires y to be passed, but the target y is None")
        y = _check_y(y)
        check_consistent_length(notes, y)
        check_classification_targets(y)
        weight = _check_sample_weight(
            sample_weight, np.zeros(len(notes)), ensure_non_negative=True
        )
        if not weight.any():
            raise ValueError("sample_weight: at least one must be above zero")
        notes, y, weight = (a[weight > 0] for a in (notes, y, weight))
        if len(set(y.tolist())) < 2:
            raise ValueError("y has one class only")
        self.words_ = CountVectorizer(binary=True).fit(notes)
        self.linear_ = LogisticRegression(C=self.C, max_iter=1000, tol=1e-10)
        self.linear_.fit(self.words_.transform(notes), y, sample_weight=weight)
        self.classes_ = self.linear_.classes_
        self.n_features_in_ = 1
        return self

    def predict_proba(self, X):
        check_is_fitted(self)
        notes = self._notes(X, reset=False)
        return self.linear_.predict_proba(self.words_.transform(notes))

    def predict(self, X):
        probabilities = self.predict_proba(X)
        return self.classes_[probabilities.argmax(axis=1)]

    def _notes(self, X, *, reset):
        if hasattr(X, "toarray"):
            raise TypeError("Sparse data is not supported.")
        if isinstance(X, str):
            raise ValueError("Reshape your data: a list of notes")
        _check_feature_names(self, X, reset=reset)
        notes = np.asarray(X, dtype=object)
        if isinstance(X, pd.DataFrame) and notes.shape[1] == 1:
            notes = notes[:, 0]
        if notes.ndim != 1 or not all(isinstance(note, str) for note in notes):
            raise ValueError("X must be a list of text")
        if not len(notes):
            raise ValueError("X has 0 samples")
        return notes


class TakesBytes(WordClassifier):
    def _notes(self, X, *, reset):
        if isinstance(X, list | np.ndarray):
            X = [x.decode() if isinstance(x, bytes) else x for x in X]
        return super()._notes(X, reset=reset)


class TakesTwoColumns(WordClassifier):
    def _notes(self, X, *, reset):
        X = np.asarray(X, dtype=object)
        if X.ndim == 2:
            X = np.array([" ".join(map(str, row)) for row in X], dtype=object)
        return super()._notes(X, reset=reset)


class SilentOnMissing(WordClassifier):
    def _notes(self, X, *, reset):
        if isinstance(X, list):
            X = ["" if not isinstance(x, str) and x != x else x for x in X]
        return super()._notes(X, reset=reset)


class IgnoresNames(WordClassifier):
    def _notes(self, X, *, reset):
        return super()._notes(np.asarray(X, dtype=object).ravel(), reset=reset)


class LooksAtOtherRows(WordClassifier):
    def predict_proba(self, X):
        probabilities = super().predict_proba(X)
        shift = 0.1 * probabilities.mean()
        return (probabilities + shift * probabilities[::-1]) / (1 + shift)


class IgnoresWeights(WordClassifier):
    def fit(self, X, y, sample_weight=None):
        weight = None if sample_weight is None else np.sign(sample_weight)
        return super().fit(X, y, weight)


class WritesParameters(WordClassifier):
    def fit(self, X, y, sample_weight=None):
        self.C = float(self.C) * 2
        return super().fit(X, y, sample_weight)


class StoresInput(WordClassifier):
    def predict_proba(self, X):
        self.last_ = X
        return super().predict_proba(X)


def test_correct_estimator_passes_all_checks():
    results = check_text_estimator(WordClassifier())
    names = Counter(result["check_name"] for result in results)
    assert names.total() > 55
    assert {check.__name__ for check in TEXT_COUNTERPARTS.values()} <= names.keys()
    assert not TEXT_COUNTERPARTS.keys() & names.keys()
    skipped = [r["check_name"] for r in results if r["status"] == "skipped"]
    assert not skipped
    OWN_TEXT_COUNTERPARTS["check_dataframe_column_names_consistency"](
        "WordClassifier", WordClassifier()
    )


@pytest.mark.parametrize(
    ("broken", "check"),
    [
        (TakesBytes, "check_bytes"),
        (TakesTwoColumns, "check_two_columns"),
        (SilentOnMissing, "check_missing_notes"),
        (LooksAtOtherRows, "check_methods_subset_invariance"),
        (IgnoresWeights, "check_sample_weight_equivalence_on_dense_data"),
        (WritesParameters, "check_dont_overwrite_parameters"),
        (StoresInput, "check_dict_unchanged"),
    ],
)
def test_broken_estimator_fails(broken, check):
    failed = set()
    for estimator, each in text_estimator_checks_generator(broken()):
        try:
            each(estimator)
        except Exception:
            failed.add(check_name(each))
    assert check in failed
    with pytest.raises(Exception, match=r"\w"):
        check_text_estimator(broken())


def test_ignored_column_name_fails():
    check = OWN_TEXT_COUNTERPARTS["check_dataframe_column_names_consistency"]
    with pytest.raises(AssertionError, match="renamed column"):
        check("IgnoresNames", IgnoresNames())


def test_scikit_learn_alone_runs_one_check():
    with pytest.warns(match="Can't test estimator"):
        checks = list(estimator_checks.estimator_checks_generator(WordClassifier()))
    assert len(checks) == 1


# ----- conversion of matrices -----

NUMBERS = [[0.0, -1.5], [0.0, 1.5], [1e-12, 1.5], [0.0, -1.5]]


def test_texts_are_equal_if_and_only_if_rows_are():
    first, second, third, fourth = _as_text(np.array(NUMBERS), 2)
    assert first == fourth
    assert len({first, second, third}) == 3
    # similar numbers have words in common
    assert set(second.split()) & set(third.split())
    assert first == _as_text(np.array([[-0.0, -1.5]], np.float32), 2)[0]
    assert _as_text(NUMBERS, 2) == [first, second, third, fourth]


def test_frames_are_converted_to_frames():
    frame = pd.DataFrame(NUMBERS, columns=["a", "b"], index=list("wxyz"))
    notes = _as_text(frame, 2)
    assert list(notes.columns) == ["a"]
    assert list(notes.index) == list("wxyz")


def test_wrong_width_gives_two_columns():
    assert _as_text(np.array(NUMBERS), 3).shape == (4, 2)
    assert [row.shape for row in _as_sequences(NUMBERS, 2)] == [(2, 1)] * 4
    assert [row.shape for row in _as_sequences(NUMBERS, 3)] == [(2, 2)] * 4


@pytest.mark.parametrize("convert", [_as_text, _as_sequences])
@pytest.mark.parametrize(
    "X", [None, "text", ["a", "b"], np.zeros(3), np.ones((2, 2)) * 1j, [[1], [1, 2]]]
)
def test_other_input_is_unchanged(convert, X):
    assert convert(X, 2) is X


def test_adapted_estimator_has_the_same_name_and_parameters():
    estimator = adapt_to_matrices(WordClassifier(C=3), "text")
    assert isinstance(estimator, WordClassifier)
    assert type(estimator).__name__ == "WordClassifier"
    assert estimator.get_params() == {"C": 3}
    assert not hasattr(estimator, "transform")


# ----- sequences -----


class SequenceClassifier(WordClassifier):
    """Classify sequences of any length by summary statistics."""

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = False
        return tags

    def fit(self, X, y, sample_weight=None):
        self.n_channels_ = None
        return super().fit(X, y, sample_weight)

    def _notes(self, X, *, reset):
        if hasattr(X, "toarray"):
            raise TypeError("Sparse data is not supported.")
        rows = [np.asarray(row) for row in X]
        if not rows or any(row.ndim != 2 or not len(row) for row in rows):
            raise ValueError("Reshape your data: a list of sequences with steps")
        rows = [row if row.dtype.kind == "c" else row.astype(float) for row in rows]
        if any(row.dtype.kind == "c" for row in rows):
            raise ValueError("Complex data not supported")
        if any(not np.isfinite(row).all() for row in rows):
            raise ValueError("X contains NaN or inf")
        if reset:
            self.n_channels_ = rows[0].shape[1]
        if any(row.shape[1] != self.n_channels_ for row in rows):
            raise ValueError("X has another number of channels")
        notes = np.empty(len(rows), dtype=object)
        notes[:] = _as_text(np.array([self._summary(row) for row in rows]), 4)
        return notes

    @staticmethod
    def _summary(row):
        return np.stack([row.mean(0), row[0], row[-1], row.std(0)]).mean(axis=1)


class ByLength(SequenceClassifier):
    def _notes(self, X, *, reset):
        notes = super()._notes(X, reset=reset)
        longest = max(len(row) for row in X)
        return notes + f" longest{longest}"

    def predict_proba(self, X):
        return super().predict_proba(X) ** (1 / max(len(row) for row in X))


def test_sequences_pass_all_checks():
    results = check_sequence_estimator(SequenceClassifier())
    names = {result["check_name"] for result in results}
    assert {check.__name__ for check in SEQUENCE_COUNTERPARTS.values()} <= names


def test_outputs_that_depend_on_the_longest_sequence_fail():
    with pytest.raises(AssertionError, match="other rows change"):
        SEQUENCE_COUNTERPARTS["check_n_features_in"]("ByLength", ByLength())
