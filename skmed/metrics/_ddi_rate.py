"""Rate of drug-drug interactions in prescriptions."""

import numpy as np
from scipy import sparse
from sklearn.utils import check_array

from skmed._validation.conflicts import check_conflicts
from skmed._validation.messages import translate_errors


def ddi_rate_score(y_pred, conflicts) -> float:
    """Compute the drug-drug interaction (DDI) rate of prescriptions.

    The number of conflicting pairs of items prescribed in the same row, divided by the
    number of all pairs prescribed in the same row. Lower is better; compare it with
    the rate of the prescriptions that doctors made.

    Parameters
    ----------
    y_pred : {array-like, sparse matrix, DataFrame} of shape (n_samples, n_items)
        Prescribed items, such as an indicator matrix: above zero where an item is
        prescribed.
    conflicts : {array-like, sparse matrix} of shape (n_items, n_items) or list of pairs
        A symmetric matrix, above zero where two items conflict, or pairs of items,
        each by the name or the index of its column.

    Returns
    -------
    float
        DDI rate between 0 and 1; 0 if no row has two items.

    Raises
    ------
    ValueError
        If `y_pred` or `conflicts` is invalid, for example has NaN or an unknown item.

    References
    ----------
    Shang, J., Xiao, C., Ma, T., Li, H. & Sun, J. (2019). GAMENet: graph augmented
    memory networks for recommending medication combination. AAAI 2019, 1126-1133.
    https://doi.org/10.1609/aaai.v33i01.33011126

    Examples
    --------
    >>> from skmed.metrics import ddi_rate_score
    >>> ddi_rate_score([[1, 1, 0], [0, 1, 1]], conflicts=[(0, 1)])
    0.5
    """
    columns = getattr(y_pred, "columns", None)
    with translate_errors("y_pred"):
        y_pred = check_array(
            y_pred, accept_sparse="csr", dtype=None, input_name="y_pred"
        )
    names = np.arange(y_pred.shape[1])
    if columns is not None and all(isinstance(name, str) for name in columns):
        names = np.asarray(columns, dtype=object)
    if conflicts is None:
        raise ValueError("conflicts is None; give a matrix or pairs of items.")
    conflicts = check_conflicts(conflicts, names) > 0
    indicator = y_pred > 0
    if sparse.issparse(indicator):
        indicator = sparse.csr_array(indicator, dtype=np.float32)
        cooccurrence = (indicator.T @ indicator).toarray()
    else:
        indicator = indicator.astype(np.float32)
        cooccurrence = indicator.T @ indicator  # counts below 2**24 are exact
    counts = np.asarray(indicator.sum(axis=1), dtype=np.float64).ravel()
    n_pairs = counts @ (counts - 1)  # in both orders, as in the matrix of conflicts
    if n_pairs == 0:
        return 0.0
    return float(conflicts.multiply(cooccurrence).sum(dtype=np.float64) / n_pairs)
