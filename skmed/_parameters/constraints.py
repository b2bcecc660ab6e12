"""Parameter constraints that scikit-learn doesn't have."""

from sklearn.utils._param_validation import HasMethods, make_constraint


# make_constraint only accepts scikit-learn's own constraint classes, hence the base
class ListOf(HasMethods):
    """Constraint: a tuple or list whose items all satisfy another constraint.

    It is used like the constraints of scikit-learn, for parameters such as the numbers
    of units of several layers.

    Parameters
    ----------
    item : object
        A constraint of scikit-learn's parameter validation, for each item.
    least : int, default=0
        Minimum number of items.
    most : int or None, default=None
        Maximum number of items; None for no maximum.

    See Also
    --------
    parameter : Declaration of a constructor parameter with its constraints.

    Examples
    --------
    >>> from skmed.base import ListOf
    >>> units = ListOf(int, 1)
    >>> units.is_satisfied_by((32, 16))
    True
    >>> units.is_satisfied_by(())
    False
    >>> units.is_satisfied_by(32)
    False
    """

    def __init__(self, item: object, least: int = 0, most: int | None = None) -> None:
        super().__init__("__len__")
        self._item = make_constraint(item)
        self._least = least
        self._most = most

    def is_satisfied_by(self, val: object) -> bool:
        """Return whether ``val`` satisfies the constraint; bool items never do.

        Parameters
        ----------
        val : object
            Value of a parameter.

        Returns
        -------
        bool
            Whether it is a tuple or list with the right number of valid items.
        """
        return (
            isinstance(val, tuple | list)
            and self._least <= len(val)
            and (self._most is None or len(val) <= self._most)
            and all(
                self._item.is_satisfied_by(item) and not isinstance(item, bool)
                for item in val
            )
        )

    def __str__(self) -> str:
        number = ""
        if self._most is not None:
            number = f" of {self._least} to {self._most} items"
        elif self._least:
            number = f" of at least {self._least} item(s)"
        return f"a tuple or list{number}, each {self._item}"
