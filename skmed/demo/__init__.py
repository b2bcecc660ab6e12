"""Worked examples, run by the command ``skmed demo``.

Modules are imported when they are needed, so that the command starts quickly.
"""

__all__ = []
