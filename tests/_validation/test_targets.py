"""Targets of every kind as arrays."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy.sparse import csr_matrix

from skmed._validation.targets import check_targets


@pytest.mark.parametrize(
    "y",
    [
        [0, 1, 1],
        ["a", "b", "b"],
        [True, False, True],
        pd.Series(["a", "b", "b"]),
        pd.Series(["a", "b", "b"], dtype="category"),
        pd.Series(["a", "b", "b"], dtype=object),
        pl.Series(["a", "b", "b"]),
        [[0, 1], [1, 1], [0, 0]],
        pd.DataFrame({"a": [0, 1, 0], "b": [0, 0, 1]}),
        csr_matrix([[0, 1], [1, 1], [0, 0]]),
    ],
    ids=lambda y: type(y).__name__,
)
def test_targets_of_any_kind(y):
    dense = y.toarray() if isinstance(y, csr_matrix) else np.asarray(y)
    checked = check_targets(y)
    assert isinstance(checked, np.ndarray)
    assert checked.tolist() == dense.tolist()


@pytest.mark.parametrize(
    ("y", "says"),
    [
        (["a", 1], "mixes text with 1"),
        (["a", np.nan], "mixes text with nan"),
        (pl.Series(["a", None]), "mixes text with None"),
        (np.array([1, "a"], dtype=object), "mixes text with 1"),
        (pd.Series([1, None], dtype="Int64"), "contains NaN"),
        (1, r"got shape \(\)"),
        (np.zeros((2, 1, 1)), r"got shape \(2, 1, 1\)"),
        (np.zeros((2, 0)), r"got shape \(2, 0\)"),
    ],
)
def test_targets_of_no_kind(y, says):
    with pytest.raises(ValueError, match=f"my labels .*{says}"):
        check_targets(y, "my labels")
