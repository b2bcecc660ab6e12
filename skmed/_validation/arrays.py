"""Checks of arrays that scikit-learn's own validation lacks."""


def check_numeric_dtype(X):
    """Raise if X holds text or dates, which numpy would convert to numbers.

    Parameters
    ----------
    X : array-like or DataFrame
        Array whose dtype, or whose columns' dtypes, are checked.

    Raises
    ------
    ValueError
        If a dtype is that of text, dates or time differences.
    """
    # the dtypes of a Series are a single dtype, not one per column
    columns = getattr(X, "dtypes", ()) if getattr(X, "ndim", 1) == 2 else ()
    dtypes = [getattr(X, "dtype", None), *columns]
    for dtype in dtypes:
        if getattr(dtype, "kind", "") in ("U", "S", "m", "M"):
            raise ValueError(
                f"X must hold numbers, not {dtype}; turn text and dates into numbers "
                "first."
            )
