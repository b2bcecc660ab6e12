"""Checks of what a user gives: numpy, scipy and scikit-learn only."""
