"""Validation of user input, with numpy, scipy and scikit-learn only."""
