"""Changes to a model that a file of the user gives for a run, as they were read.

They name variables and elements by key; whether a model has these is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from stockflow.ir.expr import Table, Word
from stockflow.source import Span


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """One variable, or those elements of it that `subscripts` name, with new numbers, new points or a new text."""

    key: str
    label: str
    span: Span
    subscripts: tuple[Word, ...] = ()
    values: tuple[float, ...] = ()
    points: Table | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """The changes of all files in order, a later one before an earlier; `hashes` are sha256 by file name."""

    found: tuple[Change, ...] = ()
    hashes: dict[str, str] = field(default_factory=dict)
