"""How often drugs that must not be given together are."""

import numpy as np
from scipy import sparse
from sklearn.utils import check_array

from skmed._validation.items import check_conflicts
from skmed._validation.messages import translate_errors


def ddi_rate_score(y_pred, conflicts):
    """Compute the rate of drug-drug interactions in prescriptions.

    The number of pairs that conflict, among the drugs given together in a row, divided
    by the number of all pairs given together. Lower is better; the rate of what
    doctors prescribed is the one to compare with.

    Parameters
    ----------
    y_pred : {array-like, sparse matrix, DataFrame} of shape (n_samples, n_items)
        Above zero where an item is given.
    conflicts : array-like of shape (n_items, n_items) or list of pairs
        A symmetric matrix, above zero where two items conflict, or pairs of items,
        each by its column's name or number.

    Returns
    -------
    float
        From 0 to 1; 0 where no row has two items.

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
    given = y_pred > 0
    if sparse.issparse(given):
        given = sparse.csr_array(given, dtype=np.float32)
        together = (given.T @ given).toarray()
    else:
        given = given.astype(np.float32)
        together = given.T @ given  # counts below 2**24 are exact
    number = np.asarray(given.sum(axis=1), dtype=np.float64).ravel()
    pairs = number @ (number - 1)
    if pairs == 0:
        return 0.0
    return float(conflicts.multiply(together).sum(dtype=np.float64) / pairs)
