"""Constraints that scikit-learn doesn't have."""

from numbers import Integral

import pytest
from sklearn.utils._param_validation import Interval

from skmed._parameters import ListOf


@pytest.mark.parametrize(
    ("constraint", "good", "bad"),
    [
        (
            ListOf(Interval(Integral, 1, None, closed="left")),
            [(), [], (1,), [1, 2, 3]],
            [None, 1, "12", {1}, (0,), (1.0,), ("1",), (True,), [[1]]],
        ),
        (ListOf(str, 1), [("a",), ["a", "b"]], [(), [], (1,), "a"]),
        (ListOf(str, 1, 2), [("a",), ["a", "b"]], [(), ["a", "b", "c"]]),
    ],
    ids=str,
)
def test_list_constraint(constraint, good, bad):
    assert all(constraint.is_satisfied_by(value) for value in good)
    assert not any(constraint.is_satisfied_by(value) for value in bad)


def test_list_constraint_in_words():
    assert str(ListOf(str)) == "a tuple or list, each an instance of 'str'"
    assert str(ListOf(str, 1)).startswith("a tuple or list of at least 1 item(s), each")
    assert str(ListOf(str, 2, 4)).startswith("a tuple or list of 2 to 4 items, each")
