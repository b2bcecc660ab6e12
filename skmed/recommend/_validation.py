"""Validation of tables of patients by items, and their row and column names."""

import warnings

import numpy as np
from scipy import sparse
from sklearn.utils import check_array
from sklearn.utils.validation import validate_data

from skmed._validation.arrays import check_numeric_dtype
from skmed._validation.items import item_index
from skmed._validation.messages import translate_errors

# values are squared in single precision
_MAX_VALUE = float(np.sqrt(np.finfo(np.float32).max))
_MAX_INTERACTIONS = np.iinfo(np.int32).max


def check_interactions(estimator, X, *, reset):
    """Validate a table of patients by items and return it in CSR format.

    Parameters
    ----------
    estimator : BaseEstimator
        Its ``n_features_in_`` and ``feature_names_in_`` are set or compared with X.
    X : {array-like, sparse matrix, DataFrame} of shape (n_patients, n_items)
        The items of each patient.
    reset : bool
        Whether to set the attributes, as in `fit`, or to compare them with X.

    Returns
    -------
    csr_array of shape (n_patients, n_items)
        In canonical format, without explicit zeros, with 32-bit indices.

    Raises
    ------
    ValueError
        If X is not such a table.
    """
    check_numeric_dtype(X)
    # validate_data compares the names of a DataFrame; those of a csr_array are lost
    with translate_errors():
        try:
            checked = validate_data(
                estimator,
                X,
                accept_sparse="csr",
                dtype=[np.float64, np.float32],
                reset=reset,
            )
        except ValueError as error:
            if reset or not _looks_transposed(estimator, X, error):
                raise error from None
            raise ValueError(
                f"{str(error).rstrip('.')}; a row is a patient and a column an item: "
                "X looks transposed, pass X.T."
            ) from None
    return convert_interactions(checked, type(estimator).__name__)


def convert_interactions(X, estimator_name):
    """Convert a validated matrix to the CSR format that all recommenders expect.

    Parameters
    ----------
    X : {ndarray, sparse matrix} of shape (n_patients, n_items)
        Not changed; its arrays are shared with the result where possible.
    estimator_name : str
        Name of the estimator, used in error messages.

    Returns
    -------
    csr_array of shape (n_patients, n_items)
        In canonical format, without explicit zeros, with 32-bit indices.

    Raises
    ------
    ValueError
        If X has negative or too large values, or too many of them.
    """
    X = sparse.csr_array(X)
    if X.nnz > _MAX_INTERACTIONS:
        raise ValueError(
            f"X holds {X.nnz} interactions, and {estimator_name} takes at most "
            f"{_MAX_INTERACTIONS}; fit it on a fraction of the patients."
        )
    if not X.has_canonical_format or np.any(X.data == 0):
        X = X.copy()  # the arrays of the caller must not change
        X.sum_duplicates()
        X.eliminate_zeros()
    if X.nnz:
        if X.data.min() < 0:
            raise ValueError(
                f"Negative values in data passed to {estimator_name}: X says how often "
                "a patient had an item, so make all values zero or more."
            )
        if X.data.max() > _MAX_VALUE:
            raise ValueError(
                f"X has values up to {X.data.max():.3g}, and {estimator_name} takes "
                f"values up to {_MAX_VALUE:.3g}; give X in a larger unit."
            )
    if X.indices.dtype != np.int32 or X.indptr.dtype != np.int32:
        X = sparse.csr_array(
            (X.data, X.indices.astype(np.int32), X.indptr.astype(np.int32)),
            shape=X.shape,
        )
    return X


def _looks_transposed(estimator, X, error):
    """Return whether X has the wrong number of columns, but the right one of rows."""
    shape = getattr(X, "shape", ())
    return (
        " features, but " in str(error)
        and len(shape) == 2
        and shape[0] == estimator.n_features_in_
    )


def warn_about_empty_rows(X):
    """Warn about rows without items, on behalf of the caller of the caller.

    Parameters
    ----------
    X : csr_array of shape (n_patients, n_items)
        The validated items of each patient.
    """
    empty = np.flatnonzero(np.diff(X.indptr) == 0)
    if len(empty):
        warnings.warn(
            f"{len(empty)} of {X.shape[0]} rows of X have no item (the first is row "
            f"{empty[0]}); their scores are the frequencies of the items.",
            UserWarning,
            stacklevel=3,
        )


def check_mask(mask, shape, names, argument="contraindications"):
    """Validate a mask of rows by items and return it as a sparse indicator.

    Parameters
    ----------
    mask : {array-like, sparse matrix, DataFrame} of shape (n_rows, n_items) or None
        Non-zero where an item is marked. A DataFrame may have a subset of the items.
    shape : tuple of int
        The expected shape.
    names : ndarray of shape (n_items,)
        Names of the items, or their column indices where they have no names.
    argument : str
        Name of the checked argument, used in error messages.

    Returns
    -------
    csr_array of shape (n_rows, n_items) or None
        1 where an item is marked.

    Raises
    ------
    ValueError
        If the mask has another shape, unknown columns or missing values.
    """
    if mask is None:
        return None
    if hasattr(mask, "columns") and names.dtype.kind not in "iu":
        for name in mask.columns:
            item_index(names, name, f"{argument}: the column")
        mask = mask.reindex(columns=names, fill_value=0)
    with translate_errors(argument):
        mask = check_array(
            mask,
            accept_sparse="csr",
            dtype=np.float64,
            ensure_min_samples=0,
            input_name=argument,
        )
    if mask.shape != shape:
        raise ValueError(
            f"{argument} must be a mask with a row for each of the {shape[0]} rows of "
            f"X and a column for each of the {shape[1]} items; got shape {mask.shape}."
        )
    return sparse.csr_array(mask != 0, dtype=np.float64)


def as_table(row):
    """Return a Series or a 1-D array as a table with one row."""
    if hasattr(row, "to_frame"):
        return row.to_frame().T
    if np.ndim(row) == 1:
        return np.asarray(row)[np.newaxis]
    return row


def row_names(X):
    """Return the index of a DataFrame, or the row numbers of any other table."""
    index = getattr(X, "index", None)
    if index is not None and not callable(index):
        return np.asarray(index)
    return np.arange(X.shape[0] if hasattr(X, "shape") else len(X))


def item_names(estimator):
    """Return the names of the fitted items, or their column indices without names."""
    names = getattr(estimator, "feature_names_in_", None)
    return np.arange(estimator.n_features_in_) if names is None else names
