"""Tools around the estimators: discovery and version reports."""

from skmed.utils._versions import show_versions
from skmed.utils.discovery import all_estimators

__all__ = ["all_estimators", "show_versions"]
