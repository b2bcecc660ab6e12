"""Pivot of a table of events to a table of patients by items."""

from difflib import get_close_matches

import numpy as np
import pandas as pd
from scipy import sparse


def interaction_matrix(
    frame,
    *,
    patient: str,
    item: str,
    weight: str | None = None,
    time: str | None = None,
    patients=None,
    items=None,
) -> pd.DataFrame:
    """Pivot a table of events to a table of patients by items.

    Parameters
    ----------
    frame : DataFrame of pandas or polars
        One event per line, such as one prescription.
    patient : str
        Column with the patient (or the visit, or the diagnosis) of each event.
    item : str
        Column with the item of each event.
    weight : str, default=None
        Column with the weight of each event, zero or more. By default each event has
        weight 1. The weights of events of the same patient and item are summed.
    time : str, default=None
        Column with the time of each event. Rows are then sorted by the patients'
        first events, so that :class:`~sklearn.model_selection.TimeSeriesSplit` tests
        on later patients. By default rows are sorted by patient.
    patients, items : array-like, default=None
        Rows and columns of the result, in this order, for example those of another
        table. Events of other patients or items are ignored. By default all that
        occur in `frame`, sorted.

    Returns
    -------
    DataFrame of shape (n_patients, n_items)
        Sparse columns of float64, named by item as text; the index holds the patients.

    Raises
    ------
    ValueError
        If a column does not exist or has missing values, if weights are not finite
        non-negative numbers, if `patients` or `items` has duplicates, or if both
        `time` and `patients` are given.

    See Also
    --------
    skmed.model_selection.InteractionKFold : Cross-validation of events.

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
    event_patients = _check_column(frame, patient, "patient")
    event_items = _check_column(frame, item, "item").astype(str)
    if weight is None:
        weights = np.ones(len(event_patients))
    else:
        weights = _check_weights(frame, weight)
    rows = np.unique(event_patients) if patients is None else patients
    rows = pd.Index(rows, name=patient)
    if time is not None:
        if patients is not None:
            raise ValueError(
                "time and patients both set the order of the rows; give one of them."
            )
        times = pd.Series(_check_column(frame, time, "time"))
        first = times.groupby(event_patients).min()
        rows = pd.Index(first.sort_values(kind="stable").index, name=patient)
    columns = np.unique(event_items) if items is None else np.asarray(items).astype(str)
    columns = pd.Index(columns, dtype=object)
    for axis, argument in ((rows, "patients"), (columns, "items")):
        if axis.has_duplicates:
            duplicate = axis[axis.duplicated()][0]
            raise ValueError(f"{argument} names {duplicate!r} twice; name each once.")
    row, column = rows.get_indexer(event_patients), columns.get_indexer(event_items)
    is_kept = (row >= 0) & (column >= 0)
    table = sparse.coo_matrix(
        (weights[is_kept], (row[is_kept], column[is_kept])),
        shape=(len(rows), len(columns)),
    ).tocsc()
    return pd.DataFrame.sparse.from_spmatrix(table, index=rows, columns=columns)


def _check_column(frame, name, argument):
    """Return a column as an array, or raise if it does not exist or has gaps."""
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


def _check_weights(frame, name):
    """Return a column of weights as float64, or raise if they are invalid."""
    values = _check_column(frame, name, "weight")
    if values.dtype.kind not in "biuf":
        raise ValueError(f"weight: the column {name!r} must hold numbers.")
    values = values.astype(np.float64)
    if not np.isfinite(values).all() or values.min(initial=0) < 0:
        raise ValueError(
            f"weight: the column {name!r} must hold finite numbers of zero or more."
        )
    return values
