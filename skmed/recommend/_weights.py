"""How much each interaction counts."""

import numpy as np
from sklearn.utils._param_validation import StrOptions

from skmed._parameters import Parameterized, parameter

from ._rows import with_data


class Weighted(Parameterized):
    """The parameter of the recommenders that use how often an item was had."""

    weighting: str = parameter(
        "{'log', 'linear', 'binary'}",
        """What becomes of the values of X: 'log' takes ``log(1 + x)``, so that the
        tenth prescription says less than the first, 'linear' takes them as they are,
        'binary' takes 1.""",
        StrOptions({"log", "linear", "binary"}),
        default="log",
    )

    def _weighted(self, X, dtype=np.float64):
        """Return the weights of the interactions."""
        if self.weighting == "binary":
            data = np.ones(X.nnz, dtype)
        else:
            data = X.data.astype(dtype)
        return with_data(X, np.log1p(data) if self.weighting == "log" else data)
