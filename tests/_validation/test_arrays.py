"""Dtypes of arrays and frames."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy.sparse import csr_matrix

from skmed._validation.arrays import check_numeric_dtype


@pytest.mark.parametrize("dtype", ["U3", "S3", "M8[D]", "m8[s]"])
def test_text_and_dates_are_no_numbers(dtype):
    X = np.zeros((3, 2), dtype="i8").astype(dtype)
    with pytest.raises(ValueError, match="X must hold numbers, not"):
        check_numeric_dtype(X)
    if X.dtype.kind in "mM":
        with pytest.raises(ValueError, match="X must hold numbers, not"):
            check_numeric_dtype(
                pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": X[:, 0].astype("M8[s]")})
            )


@pytest.mark.parametrize("dtype", ["u1", "f2", "f8", "?", "O"])
def test_numbers_are_numbers(dtype):
    X = np.ones((3, 2), dtype=dtype)
    for rows in (X, X.tolist(), pd.DataFrame(X), csr_matrix(X.astype(float)), None, 3):
        check_numeric_dtype(rows)
    check_numeric_dtype(pl.DataFrame({"a": [1, 2]}))
