"""Split tables of events: single interactions, or before and after a time."""

from numbers import Integral

import numpy as np
import pandas as pd
from sklearn.model_selection import BaseCrossValidator
from sklearn.utils import check_random_state, check_scalar


class InteractionKFold(BaseCrossValidator):
    """K-fold cross-validation of single interactions of known patients.

    The items of each patient are spread over the folds, so that every training table
    knows something of every patient whose items are tested. All events of a patient
    with the same item stay together. Patients with a single item are never tested.

    Parameters
    ----------
    n_splits : int, default=5
        Number of folds, at least 2.
    patient : str, default="patient"
        The column of the events that says whose an event is.
    item : str, default="item"
        The column that says what it is.
    random_state : int, RandomState instance or None, default=None
        Spreads the items. Pass an int for the same folds each time.

    See Also
    --------
    InteractionTimeSplit : Trains on what was before what it tests.
    sklearn.model_selection.KFold : On rows of patients; tests on new ones.

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
    >>> whole = interaction_matrix(events, **names)
    >>> for train, test in InteractionKFold(2, **names, random_state=0).split(events):
    ...     axes = {"patients": whole.index, "items": whole.columns}
    ...     X = interaction_matrix(events.iloc[train], **names, **axes)
    ...     y_true = interaction_matrix(events.iloc[test], **names, **axes)
    ...     scores = EASERecommender().fit(X).decision_function(X)
    ...     assert not ((X > 0) & (y_true > 0)).any(axis=None)
    """

    def __init__(
        self, n_splits=5, *, patient="patient", item="item", random_state=None
    ):
        check_scalar(n_splits, "n_splits", Integral, min_val=2)
        self.n_splits = n_splits
        self.patient = patient
        self.item = item
        self.random_state = random_state

    def get_n_splits(self, X=None, y=None, groups=None):
        """Return the number of folds.

        Parameters
        ----------
        X, y, groups : Ignored
            Not used.

        Returns
        -------
        int
            The same as ``n_splits``.
        """
        return self.n_splits

    def split(self, X, y=None, groups=None):
        """Yield training and test events of each fold.

        Parameters
        ----------
        X : DataFrame of shape (n_events, n_columns)
            The events.
        y, groups : Ignored
            Not used.

        Yields
        ------
        train, test : ndarray of int
            Numbers of lines of `X`.
        """
        yield from super().split(X, y, groups)

    def _iter_test_indices(self, X=None, y=None, groups=None):
        events = _named(X, patient=self.patient, item=self.item)
        pairs = pd.MultiIndex.from_frame(events[["patient", "item"]])
        pair, distinct = pd.factorize(pairs)
        patient, _ = pd.factorize(distinct.get_level_values(0))
        rng = check_random_state(self.random_state)
        order = np.lexsort((rng.uniform(size=len(patient)), patient))
        number = np.bincount(patient)
        place = np.empty(len(patient), int)
        place[order] = np.arange(len(patient)) - np.repeat(
            np.cumsum(number) - number, number
        )
        # where a patient's first item goes, so that no fold gets all of them
        start = rng.randint(self.n_splits, size=len(number))
        fold = (place + start[patient]) % self.n_splits
        fold[number[patient] < 2] = -1
        for test in range(self.n_splits):
            yield np.flatnonzero(fold[pair] == test)


class InteractionTimeSplit(BaseCrossValidator):
    """Train on the events before a time, test on those after it.

    The events are cut by time into ``n_splits + 1`` parts of about the same size.
    Each part but the first is tested once, by what was learned from all before it.
    Events at the same time stay together.

    Parameters
    ----------
    n_splits : int, default=5
        Number of splits, at least 1.
    time : str, default="time"
        The column of the events that says when an event was.

    See Also
    --------
    InteractionKFold : Where times aren't known.
    sklearn.model_selection.TimeSeriesSplit : On rows that are sorted by time.

    Examples
    --------
    >>> import pandas as pd
    >>> from skmed.model_selection import InteractionTimeSplit
    >>> events = pd.DataFrame({"day": [5, 1, 2, 3], "drug": list("abca")})
    >>> for train, test in InteractionTimeSplit(1, time="day").split(events):
    ...     print(train, test)
    [1 2] [0 3]
    """

    def __init__(self, n_splits=5, *, time="time"):
        check_scalar(n_splits, "n_splits", Integral, min_val=1)
        self.n_splits = n_splits
        self.time = time

    def get_n_splits(self, X=None, y=None, groups=None):
        """Return the number of splits.

        Parameters
        ----------
        X, y, groups : Ignored
            Not used.

        Returns
        -------
        int
            The same as ``n_splits``.
        """
        return self.n_splits

    def split(self, X, y=None, groups=None):
        """Yield training and test events of each split.

        Parameters
        ----------
        X : DataFrame of shape (n_events, n_columns)
            The events.
        y, groups : Ignored
            Not used.

        Yields
        ------
        train, test : ndarray of int
            Numbers of lines of `X`.
        """
        times = _named(X, time=self.time)["time"].to_numpy()
        order = np.sort(times)
        cuts = [
            order[round(part * len(order) / (self.n_splits + 1))]
            for part in range(1, self.n_splits + 1)
        ]
        for cut, end in zip(cuts, [*cuts[1:], None]):
            train = np.flatnonzero(times < cut)
            later = times >= cut
            test = np.flatnonzero(later if end is None else later & (times < end))
            if not len(train) or not len(test):
                raise ValueError(
                    f"{len(np.unique(times))} different times can't be cut into "
                    f"n_splits={self.n_splits} parts and one to begin with; use fewer "
                    "splits."
                )
            yield train, test


def _named(frame, **columns):
    """Return some columns of events, without gaps, under names of ours."""
    taken = {}
    for name, column in columns.items():
        if column not in getattr(frame, "columns", ()):
            raise ValueError(
                f"{name}={column!r} isn't a column of X, which must be a table of "
                "events; name one of its columns."
            )
        taken[name] = np.asarray(frame[column])
    events = pd.DataFrame(taken)
    if events.isna().any(axis=None):
        raise ValueError(
            f"The columns {list(columns.values())} must have a value in every event; "
            "leave the others out."
        )
    return events
