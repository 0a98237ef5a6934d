"""Sheets of cells and the ways to name places in them: B2, b2*, a column, a row, a name that a workbook defines.

It knows rows and columns; it must not know file formats or what the cells are for.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Literal

from stockflow.data.faults import TableFault

Cell = float | str | None
# What stands where a value should, by row and column.
Flaws = dict[tuple[int, int], str]
ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})
MAX_COLUMN, MAX_ROW = 16_384, 1_048_576
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_COLUMN = re.compile(r"\$?([A-Za-z]{1,3})")
_ROW = re.compile(r"\$?([0-9]{1,7})")
# Spreadsheets count days from this date, which makes 1 March 1900 and all later days right.
_DAY_ZERO = dt.date(1899, 12, 30)
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Area:
    """Cells from (top, left) to (bottom, right), counted from 0, ends included."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        first, last = cell_name(self.top, self.left), cell_name(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as a model names it. `star`: the name ended in '*'. Of a column or row, the other ends are 0."""

    kind: Literal["cell", "column", "row", "name"]
    area: Area
    star: bool
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Cells from (`top`, `left`) on as they were read; `label` says whose, `names` are areas by name in lower case.

    `flaws` are cells that hold an error of the spreadsheet, which are blank; a text such as #N/A is one, too.
    """

    label: str
    rows: Sequence[Sequence[Any]]
    top: int = 0
    left: int = 0
    names: Mapping[str, Area] | None = None
    flaws: Mapping[tuple[int, int], str] = field(default_factory=dict)

    @property
    def bottom(self) -> int:
        """The last row with cells; -1 where there is none."""
        return self.top + len(self.rows) - 1

    @property
    def right(self) -> int:
        return self.left + max((len(row) for row in self.rows), default=0) - 1

    @property
    def extent(self) -> str:
        """The area that is filled, for people."""
        return str(Area(self.top, self.left, self.bottom, self.right)) if self.rows else "nothing"

    def at(self, row: int, column: int) -> Cell:
        """The value of a cell: a number, a text, None for a blank, an error or for what is beyond the filled cells."""
        found = self._raw(row, column)
        return None if found in ERRORS else found

    def _raw(self, row: int, column: int) -> Cell:
        if not (self.top <= row <= self.bottom and column >= self.left):
            return None
        cells = self.rows[row - self.top]
        return value(cells[column - self.left]) if column - self.left < len(cells) else None

    def flaw(self, row: int, column: int) -> str:
        """The error that a cell holds, for people; empty where it holds none."""
        found = self._raw(row, column)
        told = found if isinstance(found, str) and found in ERRORS else self.flaws.get((row, column), "")
        return f"{cell_name(row, column)} ({told})" if told else ""

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell lies among the filled ones, blank or not."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def spot(self, text: str) -> Spot:
        """The place that a text names; what the workbook defines comes first. Raises TableFault."""
        plain = text.strip().rstrip("*").strip()
        star = text.strip().endswith("*")
        named = self.names.get(plain.lower()) if self.names else None
        if named is not None:
            return Spot("name", named, star, plain)
        if cell := _CELL.fullmatch(plain):
            row, column = int(cell[2]) - 1, column_number(cell[1])
            if 0 <= row < MAX_ROW and column < MAX_COLUMN:
                return Spot("cell", Area(row, column, row, column), star, plain)
        if (letters := _COLUMN.fullmatch(plain)) and column_number(letters[1]) < MAX_COLUMN:
            return Spot("column", Area(0, column_number(letters[1]), 0, column_number(letters[1])), star, plain)
        if (number := _ROW.fullmatch(plain)) and 0 < int(number[1]) <= MAX_ROW:
            return Spot("row", Area(int(number[1]) - 1, 0, int(number[1]) - 1, 0), star, plain)
        raise self._unknown(plain)

    def _unknown(self, plain: str) -> TableFault:
        if self.names is None:
            return TableFault(
                f"'{plain}' is not a cell of {self.label}",
                "write a cell such as B2; names of areas are read from .xlsx and .ods files only",
            )
        near = get_close_matches(plain.lower(), list(self.names), n=1)
        hint = f"did you mean '{near[0]}'?" if near else "write a cell such as B2, or a name that the workbook defines"
        return TableFault(f"'{plain}' is neither a cell nor a name of {self.label}", hint)


def value(found: Any) -> Cell:
    """What a cell holds, dates as the day numbers that spreadsheets count."""
    match found:
        case None:
            return None
        case bool() | int() | float():
            return None if math.isnan(found) else float(found)
        case str():
            return found.strip() or None
        case dt.datetime():
            return (found.date() - _DAY_ZERO).days + share_of_day(found)
        case dt.date():
            return float((found - _DAY_ZERO).days)
        case dt.time():
            return share_of_day(found)
        case dt.timedelta():
            return found / dt.timedelta(days=1)
        case _:
            return str(found)


def share_of_day(clock: dt.time | dt.datetime) -> float:
    seconds = clock.hour * 3600 + clock.minute * 60 + clock.second
    return (seconds + clock.microsecond / 1e6) / _DAY


def column_number(letters: str) -> int:
    """The place of a column, from 0.

    >>> column_number("A"), column_number("xfd")
    (0, 16383)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def column_letters(number: int) -> str:
    letters, rest = "", number + 1
    while rest:
        rest, place = divmod(rest - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """
    >>> cell_name(1, 1)
    'B2'
    """
    return f"{column_letters(column)}{row + 1}"
