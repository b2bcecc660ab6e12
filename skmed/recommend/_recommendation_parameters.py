"""Parameters of ``recommend``, which all recommenders share."""

from numbers import Integral, Real

from sklearn.utils._param_validation import Interval, StrOptions

from skmed._parameters import Parameterized, parameter
from skmed._validation.conflicts import check_conflicts

_DEFAULT_PENALTY = 2.0


class RecommendationParameters(Parameterized):
    """Mixin for estimators with a ``recommend`` method."""

    conflicts: object = parameter(
        "array-like of shape (n_items, n_items), list of pairs or None",
        """Items that must not be combined, such as interacting drugs: a symmetric
        matrix, sparse or dense, above zero where two items conflict (the value is the
        severity, used by ``conflict_policy='penalize'``), or pairs of items, each by
        the name or the index of its column. ``recommend`` then never returns two
        items that conflict, nor an item that conflicts with a known one.""",
        "array-like",
        "sparse matrix",
        list,
        tuple,
        set,
        None,
        default=None,
    )
    conflict_policy: str = parameter(
        "{'exclude', 'penalize'}",
        """'exclude' never recommends items that conflict. 'penalize' lowers their
        scores only; it needs ``conflicts``.""",
        StrOptions({"exclude", "penalize"}),
        default="exclude",
    )
    conflict_penalty: float | None = parameter(
        "float or None",
        """Reduction of the score per conflict of severity 1, as a fraction of the
        range of the scores of a row; above 1, items with a conflict rank behind all
        items without one. None for 2. Only with ``conflict_policy='penalize'``.""",
        Interval(Real, 0, None, closed="left"),
        None,
        default=None,
    )
    n_jobs: int | None = parameter(
        "int or None",
        """Number of threads. None means 1 unless in a :func:`joblib.parallel_config`
        context. -1 means using all cores. The results do not depend on it.""",
        Integral,
        None,
        default=None,
    )

    def _check_conflicts(self, item_names):
        """Validate the parameters about conflicts, and return the conflicts.

        Parameters
        ----------
        item_names : ndarray of shape (n_items,)
            Names of the items, or their column indices where they have no names.

        Returns
        -------
        csr_array of shape (n_items, n_items) or None
            Severity of each conflict.

        Raises
        ------
        ValueError
            If the conflicts are invalid, or if a parameter has no effect.
        """
        if self.conflict_policy == "penalize" and self.conflicts is None:
            raise ValueError(
                "conflict_policy='penalize' needs conflicts; give them, or leave "
                "conflict_policy='exclude'."
            )
        if self.conflict_policy == "exclude" and self.conflict_penalty is not None:
            raise ValueError(
                f"conflict_penalty={self.conflict_penalty} needs "
                "conflict_policy='penalize'; set it, or leave conflict_penalty=None."
            )
        return check_conflicts(self.conflicts, item_names)

    def _relative_penalty(self):
        """Return the penalty of a conflict of severity 1, infinite to exclude."""
        if self.conflict_policy == "exclude":
            return float("inf")
        penalty = self.conflict_penalty
        return _DEFAULT_PENALTY if penalty is None else float(penalty)
