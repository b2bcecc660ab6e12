"""Tools around the estimators: discovery and version reports."""

from ._versions import show_versions
from .discovery import all_estimators

__all__ = ["all_estimators", "show_versions"]
