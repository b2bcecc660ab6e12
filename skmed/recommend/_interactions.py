"""A table of events as a table of patients by items."""

from difflib import get_close_matches

import numpy as np
import pandas as pd
from scipy import sparse


def interaction_matrix(
    frame, *, patient, item, weight=None, time=None, patients=None, items=None
):
    """Turn a table of events into a table of patients by items, with names kept.

    Parameters
    ----------
    frame : DataFrame of pandas or polars
        One event per line, such as one prescription.
    patient : str
        The column that says whose it is: a patient, a visit or a diagnosis.
    item : str
        The column that says what it is.
    weight : str, default=None
        The column that says how much it counts, zero or more. By default each event
        counts 1. Events of the same patient and item are added up.
    time : str, default=None
        The column that says when it was. Rows are then in the order of the patients'
        first events, so that :class:`~sklearn.model_selection.TimeSeriesSplit` tests
        on patients who came later. By default they are sorted by name.
    patients, items : array-like, default=None
        The rows and columns to have, in this order, for example those of another
        table. Events of others are left out. By default all that occur.

    Returns
    -------
    DataFrame of shape (n_patients, n_items)
        Sparse columns of float64, named by item as text; the index names the patients.

    See Also
    --------
    skmed.model_selection.InteractionKFold : Splits events before this.

    Examples
    --------
    >>> import pandas as pd
    >>> from skmed.recommend import interaction_matrix
    >>> events = pd.DataFrame(
    ...     {
    ...         "patient": ["ann", "ann", "bob", "ann"],
    ...         "drug": ["aspirin", "insulin", "aspirin", "aspirin"],
    ...     }
    ... )
    >>> interaction_matrix(events, patient="patient", item="drug").astype(int)
             aspirin  insulin
    patient
    ann            2        1
    bob            1        0
    """
    who = _column(frame, patient, "patient")
    what = _column(frame, item, "item").astype(str)
    counts = np.ones(len(who)) if weight is None else _weights(frame, weight)
    rows = pd.Index(np.unique(who) if patients is None else patients, name=patient)
    if time is not None:
        if patients is not None:
            raise ValueError(
                "time and patients both say in which order rows are; give one of them."
            )
        first = pd.Series(_column(frame, time, "time")).groupby(who).min()
        rows = pd.Index(first.sort_values(kind="stable").index, name=patient)
    columns = np.unique(what) if items is None else np.asarray(items).astype(str)
    columns = pd.Index(columns, dtype=object)
    for axis, argument in ((rows, "patients"), (columns, "items")):
        if axis.has_duplicates:
            double = axis[axis.duplicated()][0]
            raise ValueError(f"{argument} names {double!r} twice; name each once.")
    row, column = rows.get_indexer(who), columns.get_indexer(what)
    kept = (row >= 0) & (column >= 0)
    table = sparse.coo_matrix(
        (counts[kept], (row[kept], column[kept])), shape=(len(rows), len(columns))
    ).tocsc()
    return pd.DataFrame.sparse.from_spmatrix(table, index=rows, columns=columns)


def _column(frame, name, argument):
    """Return a column of events that has no gaps."""
    columns = list(getattr(frame, "columns", ()))
    if name not in columns:
        close = get_close_matches(str(name), map(str, columns), n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"it has {columns}."
        raise ValueError(f"{argument}={name!r} isn't a column of frame; {hint}")
    values = np.asarray(frame[name])
    missing = pd.isna(values)
    if missing.any():
        raise ValueError(
            f"{argument}: the column {name!r} has no value in line "
            f"{np.flatnonzero(missing)[0]} and {missing.sum() - 1} others; leave such "
            "events out."
        )
    return values


def _weights(frame, name):
    values = _column(frame, name, "weight")
    if values.dtype.kind not in "biuf":
        raise ValueError(f"weight: the column {name!r} must hold numbers.")
    values = values.astype(np.float64)
    if not np.isfinite(values).all() or values.min(initial=0) < 0:
        raise ValueError(
            f"weight: the column {name!r} must hold finite numbers of zero or more."
        )
    return values
