"""Splitters of events: by single interactions, or by time."""

from abc import abstractmethod
from collections.abc import Iterator
from numbers import Integral

import numpy as np
import pandas as pd
from sklearn.model_selection import BaseCrossValidator
from sklearn.utils import check_random_state, check_scalar


class _InteractionSplitter(BaseCrossValidator):
    """Base class for splitters of events, which sets ``n_splits``.

    A subclass implements `_split_events`.
    """

    @abstractmethod
    def _split_events(self, X):
        """Generate the indices of the training and test events of each split.

        Parameters
        ----------
        X : DataFrame of shape (n_events, n_columns)
            The events.

        Yields
        ------
        train, test : ndarray of int
            Positions of the events in `X`.
        """

    def get_n_splits(self, X=None, y=None, groups=None) -> int:
        """Return the number of splits.

        Parameters
        ----------
        X, y, groups : Ignored
            Not used, present for API consistency by convention.

        Returns
        -------
        int
            The value of ``n_splits``.
        """
        return self.n_splits

    def split(self, X, y=None, groups=None) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Generate indices to split events into training and test set.

        Parameters
        ----------
        X : DataFrame of shape (n_events, n_columns)
            The events.
        y, groups : Ignored
            Not used, present for API consistency by convention.

        Yields
        ------
        train, test : ndarray of int
            Positions of the events in `X`.

        Raises
        ------
        ValueError
            If a column does not exist or has missing values, or if the events can't
            be split.
        """
        yield from self._split_events(X)


class InteractionKFold(_InteractionSplitter):
    """K-fold cross-validation of the interactions of known patients.

    The items of each patient are distributed over the folds, so that each training
    set has items of all patients in the test set. All events of a patient with the
    same item are in the same fold. Patients with a single item are never in a test
    set.

    Parameters
    ----------
    n_splits : int, default=5
        Number of folds, at least 2.
    patient : str, default="patient"
        Column with the patient of each event.
    item : str, default="item"
        Column with the item of each event.
    random_state : int, RandomState instance or None, default=None
        Seed of the distribution over the folds. Pass an int for reproducible folds.

    See Also
    --------
    InteractionTimeSplit : Tests on events after those of the training set.
    sklearn.model_selection.KFold : Splits rows of patients; tests on new patients.

    Examples
    --------
    >>> import pandas as pd
    >>> from skmed.model_selection import InteractionKFold
    >>> from skmed.recommend import EASERecommender, interaction_matrix
    >>> events = pd.DataFrame(
    ...     {
    ...         "patient": ["ann"] * 3 + ["bob"] * 3 + ["cy"] * 2,
    ...         "drug": list("abcabdab"),
    ...     }
    ... )
    >>> names = {"patient": "patient", "item": "drug"}
    >>> full = interaction_matrix(events, **names)
    >>> for train, test in InteractionKFold(2, **names, random_state=0).split(events):
    ...     axes = {"patients": full.index, "items": full.columns}
    ...     X = interaction_matrix(events.iloc[train], **names, **axes)
    ...     y_true = interaction_matrix(events.iloc[test], **names, **axes)
    ...     scores = EASERecommender().fit(X).decision_function(X)
    ...     assert not ((X > 0) & (y_true > 0)).any(axis=None)
    """

    def __init__(
        self,
        n_splits: int = 5,
        *,
        patient: str = "patient",
        item: str = "item",
        random_state=None,
    ):
        check_scalar(n_splits, "n_splits", Integral, min_val=2)
        self.n_splits = n_splits
        self.patient = patient
        self.item = item
        self.random_state = random_state

    def _split_events(self, X):
        events = _select_columns(X, patient=self.patient, item=self.item)
        pairs = pd.MultiIndex.from_frame(events[["patient", "item"]])
        interaction, unique_pairs = pd.factorize(pairs)
        patient, _ = pd.factorize(unique_pairs.get_level_values(0))
        rng = check_random_state(self.random_state)
        order = np.lexsort((rng.uniform(size=len(patient)), patient))
        n_items = np.bincount(patient)
        position = np.empty(len(patient), int)
        position[order] = np.arange(len(patient)) - np.repeat(
            np.cumsum(n_items) - n_items, n_items
        )
        # a random fold for the first item of each patient, for folds of similar size
        first_fold = rng.randint(self.n_splits, size=len(n_items))
        fold = (position + first_fold[patient]) % self.n_splits
        fold[n_items[patient] < 2] = -1
        event_fold = fold[interaction]
        for test_fold in range(self.n_splits):
            is_test = event_fold == test_fold
            yield np.flatnonzero(~is_test), np.flatnonzero(is_test)


class InteractionTimeSplit(_InteractionSplitter):
    """Cross-validation that trains on the events before those of the test set.

    The events are sorted by time and divided into ``n_splits + 1`` sets of about the
    same size. Each set but the first is the test set once, with all earlier events as
    the training set. Events at the same time are in the same set.

    Parameters
    ----------
    n_splits : int, default=5
        Number of splits, at least 1.
    time : str, default="time"
        Column with the time of each event.

    See Also
    --------
    InteractionKFold : For events without a time.
    sklearn.model_selection.TimeSeriesSplit : Splits rows that are sorted by time.

    Examples
    --------
    >>> import pandas as pd
    >>> from skmed.model_selection import InteractionTimeSplit
    >>> events = pd.DataFrame({"day": [5, 1, 2, 3], "drug": list("abca")})
    >>> for train, test in InteractionTimeSplit(1, time="day").split(events):
    ...     print(train, test)
    [1 2] [0 3]
    """

    def __init__(self, n_splits: int = 5, *, time: str = "time"):
        check_scalar(n_splits, "n_splits", Integral, min_val=1)
        self.n_splits = n_splits
        self.time = time

    def _split_events(self, X):
        times = _select_columns(X, time=self.time)["time"].to_numpy()
        sorted_times = np.sort(times)
        starts = [
            sorted_times[round(i * len(times) / (self.n_splits + 1))]
            for i in range(1, self.n_splits + 1)
        ]
        for start, stop in zip(starts, [*starts[1:], None]):
            is_test = times >= start
            if stop is not None:
                is_test &= times < stop
            train, test = np.flatnonzero(times < start), np.flatnonzero(is_test)
            if not len(train) or not len(test):
                raise ValueError(
                    f"{len(np.unique(times))} different times can't be divided into "
                    f"n_splits={self.n_splits} test sets and a first training set; use "
                    "fewer splits."
                )
            yield train, test


def _select_columns(frame, **columns):
    """Return columns of a table of events, renamed to the names of the arguments.

    Parameters
    ----------
    frame : DataFrame of pandas or polars
        The events.
    **columns : str
        New name and existing column.

    Returns
    -------
    DataFrame of shape (n_events, len(columns))
        The columns, without missing values.

    Raises
    ------
    ValueError
        If a column does not exist or has missing values.
    """
    selected = {}
    for name, column in columns.items():
        if column not in getattr(frame, "columns", ()):
            raise ValueError(
                f"{name}={column!r} isn't a column of X, which must be a table of "
                "events; name one of its columns."
            )
        selected[name] = np.asarray(frame[column])
    events = pd.DataFrame(selected)
    if events.isna().any(axis=None):
        raise ValueError(
            f"The columns {list(columns.values())} must have a value in every event; "
            "leave the others out."
        )
    return events
