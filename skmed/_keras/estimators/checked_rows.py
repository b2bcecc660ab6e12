"""Rows that an estimator is given: checked, and in the shape of its network."""

import numpy as np
from sklearn.utils.validation import validate_data

from skmed._keras.compat.precision import variable_dtype
from skmed._keras.data.checks import check_targets
from skmed._keras.data.training_set import Rows
from skmed._validation.memory_maps import check_memmap, is_large_memmap
from skmed._validation.messages import check_numeric_dtype, translate_errors
from skmed._validation.sample_props import check_groups, check_weights

# small numbers stay as they are in memory and are cast batch by batch
_SMALL_DTYPES = [np.uint8, np.int8, np.uint16, np.int16, np.float16]


class CheckedRows:
    """What fit and predict do with X before anything is learned.

    A family says how X gets a form that scikit-learn validates (``_before_validation``)
    and from there that of its network (``_shape``).
    """

    def _check_rows(self, X, y, sample_weight, groups=None, *, reset):
        """Check what fit is given; inputs come in the network's shape."""
        X, y = self._check_X(X, y, reset=reset)
        return Rows(X, y, check_weights(sample_weight, X), check_groups(groups, X))

    def _check_X(self, X, y="no_validation", *, reset):
        supervised = not (isinstance(y, str) and y == "no_validation")
        if supervised and not self.__sklearn_tags__().target_tags.required:
            # a Pipeline passes y to every step; a reconstruction has no use for it
            y, supervised = "no_validation", False
        if supervised and y is not None:
            y = check_targets(y)
        X, y = self._validate(X, y, reset=reset)
        X = self._shape(X, reset=reset)
        return X, (np.zeros(len(X)) if y is None else y)

    def _validate(self, X, y, *, reset):
        """Validate as scikit-learn does; y may be None or "no_validation"."""
        supervised = not isinstance(y, str)
        with translate_errors(), np.errstate(over="ignore", invalid="ignore"):
            check_numeric_dtype(X)
            X = self._before_validation(X, reset=reset)
            check = check_memmap if is_large_memmap(X) else validate_data
            checked = check(
                self,
                X,
                y,
                reset=reset,
                allow_nd=True,
                dtype=[np.dtype(variable_dtype(self.precision)), *_SMALL_DTYPES],
                **({"multi_output": True} if supervised else {}),
                **self._validation_options(X),
            )
        return checked if isinstance(checked, tuple) else (checked, None)

    def _before_validation(self, X, *, reset):
        """Bring X into a form that scikit-learn's validation knows."""
        return X

    def _validation_options(self, X):
        """Return options of scikit-learn's validation that a family's X needs."""
        return {}
