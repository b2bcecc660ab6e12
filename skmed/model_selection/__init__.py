"""Ways to split data of patients that scikit-learn doesn't have.

Rows of the recommenders are patients, so that its own splitters of rows test on new
patients. The splitters here divide the events of patients who are known.
"""

from ._interactions import InteractionKFold, InteractionTimeSplit

__all__ = ["InteractionKFold", "InteractionTimeSplit"]
