"""What is wrong with an outside table, in words, on its way to the report.

It carries facts and hints; which variable asked for the table, and where, is added by who catches it.
"""

from __future__ import annotations

from stockflow.limits import Excess


class TableFault(Exception):
    """A table, a place in it or a path to it that cannot be used. `sheet`: the message goes on from the file's name."""

    def __init__(self, message: str, hint: str = "", code: str = "SF601", *, sheet: bool = False) -> None:
        self.message, self.hint, self.code, self.sheet = message, hint, code, sheet
        super().__init__(message)


def hold(excess: Excess | None) -> None:
    """Raise a TableFault for what is beyond a limit."""
    if excess is not None:
        raise TableFault(excess.message, excess.hint, "SF109")
