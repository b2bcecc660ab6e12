"""scikit-learn's checks for estimators of text and of sequences.

scikit-learn's checks feed matrices of numbers. An estimator of text says by its tags
that it takes none, and so ``check_estimator`` runs one check instead of sixty. Here
rows of numbers become rows of words, or sequences, and the whole suite runs. The few
checks that are about matrices as such are named below, each with its counterpart.
"""

from functools import partial
from unittest import SkipTest

from sklearn.utils import estimator_checks

from . import _sequence_checks, _text_checks
from ._adapted import adapted

__all__ = [
    "check_sequence_estimator",
    "check_text_estimator",
    "sequence_estimator_checks_generator",
    "text_estimator_checks_generator",
]

# What scikit-learn asks of matrices -> what is asked of text in its place. Errors over
# the number of columns are asked for all the same: a matrix that has too few becomes
# text in two columns.
TEXT_COUNTERPARTS = {
    "check_complex_data": _text_checks.check_bytes,
    "check_dtype_object": _text_checks.check_objects,
    "check_estimators_empty_data_messages": _text_checks.check_empty_list,
    "check_estimators_nan_inf": _text_checks.check_missing_notes,
    "check_fit2d_predict1d": _text_checks.check_single_note,
    "check_n_features_in": _text_checks.check_one_column,
    "check_n_features_in_after_fitting": _text_checks.check_two_columns,
}
# Of the checks that scikit-learn keeps for its own estimators.
OWN_TEXT_COUNTERPARTS = {
    "check_dataframe_column_names_consistency": _text_checks.check_renamed_column,
    "check_transformer_get_feature_names_out": _text_checks.check_names_of_output,
    "check_transformer_get_feature_names_out_pandas": (
        _text_checks.check_names_of_output
    ),
}
# A sequence has no number of columns, so nothing is said about it by name.
SEQUENCE_COUNTERPARTS = {
    "check_complex_data": _sequence_checks.check_complex_sequences,
    "check_dtype_object": _sequence_checks.check_objects_in_sequences,
    "check_estimators_empty_data_messages": _sequence_checks.check_no_sequences,
    "check_fit2d_predict1d": _sequence_checks.check_single_sequence,
    "check_n_features_in": _sequence_checks.check_lengths,
    "check_n_features_in_after_fitting": _sequence_checks.check_other_channels,
}


def text_estimator_checks_generator(estimator):
    """Yield scikit-learn's checks, and the estimator of text to run them on.

    Parameters
    ----------
    estimator : estimator
        Takes a list, array or Series of text.

    Yields
    ------
    estimator : estimator
        The same, taking matrices of numbers, each row of which becomes a text; or,
        where the check is a counterpart that has text of its own, the estimator
        itself.
    check : callable
        To be called with that estimator.

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
    """Yield scikit-learn's checks, and the estimator of sequences to run them on.

    Parameters
    ----------
    estimator : estimator
        Takes a list of arrays of shape (length, n_channels), of unequal length.

    Yields
    ------
    estimator : estimator
        The same, taking matrices of numbers, each row of which becomes a sequence with
        one channel; or, for a counterpart, the estimator itself.
    check : callable
        To be called with that estimator.

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
    """Run scikit-learn's whole suite on an estimator of text.

    Parameters
    ----------
    estimator : estimator
        Takes a list, array or Series of text. Small and exact, as scikit-learn compares
        to 1e-7; it must learn from twenty rows of ten words.

    Returns
    -------
    list of dict
        What ran, with the keys ``check_name`` and ``status``: "passed", or "skipped"
        where scikit-learn says that a check isn't for such an estimator.

    Raises
    ------
    Exception
        Of the first check that fails.

    See Also
    --------
    text_estimator_checks_generator : The same, check by check, for pytest.
    sklearn.utils.estimator_checks.check_estimator : For matrices.
    """
    return _run(text_estimator_checks_generator(estimator))


def check_sequence_estimator(estimator):
    """Run scikit-learn's whole suite on an estimator of sequences of unequal length.

    Parameters
    ----------
    estimator : estimator
        Takes a list of arrays of shape (length, n_channels). Small and exact.

    Returns
    -------
    list of dict
        What ran, with the keys ``check_name`` and ``status``.

    Raises
    ------
    Exception
        Of the first check that fails.

    See Also
    --------
    sequence_estimator_checks_generator : The same, check by check, for pytest.
    """
    return _run(sequence_estimator_checks_generator(estimator))


def check_name(check):
    """Return the name of a check.

    Parameters
    ----------
    check : callable
        As the generators yield it.

    Returns
    -------
    str
        The name of the function that it stands for.
    """
    while not hasattr(check, "__name__"):
        check = check.func
    return check.__name__


def _generate(estimator, form, counterparts):
    name = type(estimator).__name__
    generator = estimator_checks.estimator_checks_generator(adapted(estimator, form))
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
