"""What is done to signals before they are learned from, on numpy and scipy alone."""

from skmed.preprocessing._windows import pool_windows, sliding_windows

__all__ = ["pool_windows", "sliding_windows"]
