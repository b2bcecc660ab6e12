"""Constructor parameters declared once: default, constraint, documentation, order."""

from .constraints import ListOf
from .declare import Parameterized, parameter, parameter_of
from .documentation import add_sections
from .names import check_param_names, did_you_mean

__all__ = [
    "ListOf",
    "Parameterized",
    "add_sections",
    "check_param_names",
    "did_you_mean",
    "parameter",
    "parameter_of",
]
