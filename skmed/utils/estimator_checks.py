"""scikit-learn's checks for estimators of text and of sequences.

scikit-learn's checks pass numeric matrices. The tags of an estimator of text exclude
these, so ``check_estimator`` runs one check instead of sixty. Here the rows of matrices
are converted to text or to sequences, and all checks run. The few checks that are about
matrices as such are listed below, each with its counterpart.
"""

from functools import partial
from unittest import SkipTest

from sklearn.utils import estimator_checks

from . import _sequence_checks, _text_checks
from ._matrix_adapter import adapt_to_matrices

__all__ = [
    "check_sequence_estimator",
    "check_text_estimator",
    "sequence_estimator_checks_generator",
    "text_estimator_checks_generator",
]

# scikit-learn's check of matrices -> check of text that replaces it. Checks of a wrong
# number of columns aren't replaced: such matrices are converted to two columns of text.
TEXT_COUNTERPARTS = {
    "check_complex_data": _text_checks.check_bytes,
    "check_dtype_object": _text_checks.check_objects,
    "check_estimators_empty_data_messages": _text_checks.check_empty_list,
    "check_estimators_nan_inf": _text_checks.check_missing_notes,
    "check_fit2d_predict1d": _text_checks.check_single_note,
    "check_n_features_in": _text_checks.check_one_column,
    "check_n_features_in_after_fitting": _text_checks.check_two_columns,
}
# The same, for the checks that scikit-learn runs on its own estimators only.
OWN_TEXT_COUNTERPARTS = {
    "check_dataframe_column_names_consistency": _text_checks.check_renamed_column,
    "check_transformer_get_feature_names_out": _text_checks.check_names_of_output,
    "check_transformer_get_feature_names_out_pandas": (
        _text_checks.check_names_of_output
    ),
}
# Sequences have no columns, so there are no checks of their names.
SEQUENCE_COUNTERPARTS = {
    "check_complex_data": _sequence_checks.check_complex_sequences,
    "check_dtype_object": _sequence_checks.check_objects_in_sequences,
    "check_estimators_empty_data_messages": _sequence_checks.check_no_sequences,
    "check_fit2d_predict1d": _sequence_checks.check_single_sequence,
    "check_n_features_in": _sequence_checks.check_lengths,
    "check_n_features_in_after_fitting": _sequence_checks.check_other_channels,
}


def text_estimator_checks_generator(estimator):
    """Generate scikit-learn's checks for an estimator of text.

    Parameters
    ----------
    estimator : estimator
        Estimator whose X is a list, array or Series of text.

    Yields
    ------
    estimator : estimator
        The estimator, adapted to numeric matrices whose rows are converted to text.
        For checks that replace one of scikit-learn, the estimator itself.
    check : callable
        Check, to be called with the yielded estimator.

    Examples
    --------
    In a test module, with pytest:

    >>> import pytest
    >>> from sklearn.feature_extraction.text import HashingVectorizer
    >>> from skmed.utils.estimator_checks import text_estimator_checks_generator
    >>> checks = list(text_estimator_checks_generator(HashingVectorizer()))
    >>> @pytest.mark.parametrize(("estimator", "check"), checks)
    ... def test_text_estimator(estimator, check):
    ...     check(estimator)
    """
    yield from _generate(estimator, "text", TEXT_COUNTERPARTS)


def sequence_estimator_checks_generator(estimator):
    """Generate scikit-learn's checks for an estimator of sequences.

    Parameters
    ----------
    estimator : estimator
        Estimator whose X is a list of arrays of shape (length_i, n_channels).

    Yields
    ------
    estimator : estimator
        The estimator, adapted to numeric matrices whose rows are converted to sequences
        with one channel. For checks that replace one of scikit-learn, the estimator
        itself.
    check : callable
        Check, to be called with the yielded estimator.

    Examples
    --------
    >>> from sklearn.dummy import DummyClassifier
    >>> from skmed.utils.estimator_checks import sequence_estimator_checks_generator
    >>> checks = list(sequence_estimator_checks_generator(DummyClassifier()))
    >>> len(checks) > 40
    True
    """
    yield from _generate(estimator, "sequences", SEQUENCE_COUNTERPARTS)


def check_text_estimator(estimator):
    """Run all of scikit-learn's checks on an estimator of text.

    Parameters
    ----------
    estimator : estimator
        Estimator whose X is a list, array or Series of text. It must be reproducible to
        1e-7, and learn from twenty rows of ten words.

    Returns
    -------
    list of dict
        Results with the keys ``check_name`` and ``status``, "passed" or "skipped".
        scikit-learn skips checks that don't apply to an estimator.

    Raises
    ------
    Exception
        Error of the first check that fails.

    See Also
    --------
    text_estimator_checks_generator : Generate the checks, for pytest.
    sklearn.utils.estimator_checks.check_estimator : Checks with matrices.
    """
    return _run(text_estimator_checks_generator(estimator))


def check_sequence_estimator(estimator):
    """Run all of scikit-learn's checks on an estimator of sequences.

    Parameters
    ----------
    estimator : estimator
        Estimator whose X is a list of arrays of shape (length_i, n_channels). It must
        be reproducible to 1e-7.

    Returns
    -------
    list of dict
        Results as of `check_text_estimator`.

    Raises
    ------
    Exception
        Error of the first check that fails.

    See Also
    --------
    sequence_estimator_checks_generator : Generate the checks, for pytest.
    """
    return _run(sequence_estimator_checks_generator(estimator))


def check_name(check):
    """Return the name of a check.

    Parameters
    ----------
    check : callable
        A function, or a partial object of one, as the generators yield it.

    Returns
    -------
    str
        Name of the function.
    """
    while not hasattr(check, "__name__"):
        check = check.func
    return check.__name__


def _generate(estimator, form, counterparts):
    name = type(estimator).__name__
    generator = estimator_checks.estimator_checks_generator(
        adapt_to_matrices(estimator, form)
    )
    for instance, check in generator:
        counterpart = counterparts.get(check_name(check))
        if counterpart is None:
            yield instance, check
        else:
            yield estimator, partial(counterpart, name)


def _run(checks):
    results = []
    for estimator, check in checks:
        status = "passed"
        try:
            check(estimator)
        except SkipTest:
            status = "skipped"
        results.append({"check_name": check_name(check), "status": status})
    return results
