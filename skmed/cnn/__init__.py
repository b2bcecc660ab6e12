"""Convolutional networks for signals, images and volumes."""

from ._estimators import CNNClassifier, CNNEncoder, CNNRegressor

__all__ = ["CNNClassifier", "CNNEncoder", "CNNRegressor"]
