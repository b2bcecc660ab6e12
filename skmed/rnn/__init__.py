"""Recurrent networks for sequences of any length."""

from ._estimators import RNNClassifier, RNNEncoder, RNNRegressor

__all__ = ["RNNClassifier", "RNNEncoder", "RNNRegressor"]
