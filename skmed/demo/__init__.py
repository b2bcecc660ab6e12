"""The worked examples behind the command ``skmed demo``.

Nothing here is imported before it is needed: the command answers ``--help`` at once.
"""

__all__ = []
