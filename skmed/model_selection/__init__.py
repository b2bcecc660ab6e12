"""Splitters of tables of events, for cross-validation of recommenders.

The rows of recommenders are patients, so scikit-learn's splitters test on new
patients. The splitters of this module split the events of known patients.
"""

from ._split import InteractionKFold, InteractionTimeSplit

__all__ = ["InteractionKFold", "InteractionTimeSplit"]
