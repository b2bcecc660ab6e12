"""scikeras's wrappers of any Keras model, with its errors fixed, and faster.

Change ``from scikeras.wrappers import KerasClassifier`` to ``from skmed.wrappers
import KerasClassifier``; ``docs/migrating_from_scikeras.md`` lists every difference.
"""

from ._base import BaseWrapper
from ._classifier import KerasClassifier
from ._regressor import KerasRegressor

__all__ = ["BaseWrapper", "KerasClassifier", "KerasRegressor"]
