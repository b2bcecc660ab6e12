"""Look-up of an item, a column of X, by name or by index."""

from difflib import get_close_matches
from numbers import Integral

import numpy as np


def item_index(names, item, argument="item"):
    """Return the column index of an item.

    Parameters
    ----------
    names : ndarray of shape (n_items,)
        Names of the items, or their column indices where they have no names.
    item : str or int
        Name or column index of the item.
    argument : str
        Name of the checked argument, used in error messages.

    Returns
    -------
    int
        Column index.

    Raises
    ------
    ValueError
        If there is no such item.
    """
    has_names = names.dtype.kind not in "iu"
    if has_names and isinstance(item, str):
        matches = np.flatnonzero(names == item)
        if len(matches):
            return int(matches[0])
        close = get_close_matches(item, [str(name) for name in names], n=1)
        hint = f"did you mean {close[0]!r}?" if close else "give a name of X's columns."
        raise ValueError(f"{argument} {item!r} isn't among the items; {hint}")
    is_integer = isinstance(item, Integral) and not isinstance(item, bool)
    if not is_integer or not 0 <= item < len(names):
        accepted = "the name or the number" if has_names else "the number"
        raise ValueError(
            f"{argument} {item!r} isn't among the items; give {accepted} of a column "
            f"of X, numbers from 0 to {len(names) - 1}."
        )
    return int(item)
