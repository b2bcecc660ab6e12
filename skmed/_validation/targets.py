"""Checks of y: labels or numbers, one or several per sample."""

import numpy as np
from scipy.sparse import issparse
from sklearn.utils import check_array

from .messages import translate_errors


def check_targets(y, name="y"):
    """Return targets as a dense array of one or two axes, without NaN.

    Parameters
    ----------
    y : array-like
        Labels or numbers.
    name : str
        Name of the argument, for errors.

    Returns
    -------
    ndarray of shape (n_samples,) or (n_samples, n_outputs)
        Targets of any dtype.
    """
    with translate_errors(name):
        if isinstance(y, list | tuple):
            # numpy would turn a list with some text into text only
            _refuse_mixed(np.asarray(y, dtype=object), name)
        y = check_array(
            y,
            accept_sparse="csr",
            allow_nd=True,
            dtype=None,
            ensure_2d=False,
            ensure_min_samples=0,
            ensure_min_features=0,
            input_name=name,
        )
    if issparse(y):
        y = y.toarray()
    if y.ndim not in (1, 2) or y.shape[1:] == (0,):
        raise ValueError(
            f"{name} must have one entry per row, shape (n,), or one column per "
            f"output, shape (n, n_outputs); got shape {y.shape}."
        )
    if y.dtype == object:
        _refuse_mixed(y, name)
    return y


def _refuse_mixed(y, name):
    others = [label for label in y.ravel() if not isinstance(label, str)]
    if others and len(others) < y.size:
        raise ValueError(
            f"{name} mixes text with {others[0]!r}; make all labels text or none, and "
            "leave out rows without a label."
        )


def format_labels(labels):
    """Return the first few labels as text, for errors."""
    labels = labels.tolist()
    return ", ".join(map(repr, labels[:5])) + (", ..." if len(labels) > 5 else "")
