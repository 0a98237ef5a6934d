"""Tables on a console: rows of a run, and columns that differ.

It lays out numbers that others chose; it must not know where they come from.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from stockflow.cli.endings import encoding_of, visible

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from stockflow.simulate.compare import Difference
    from stockflow.simulate.result import Array

ENDS = 4
"""Rows shown at each end of a long run."""

WIDEST = 18
"""Columns of the console that a header or number takes at most; a longer header goes on below."""

LINE = "\u2500"
"""The one sign of the tables that is not ASCII."""


def number_table(times: Array, columns: Mapping[str, Array]) -> str:
    """The first and last rows of a run."""
    table = _table(["Time", *columns])
    rows = [[_number(column[at]) for column in (times, *columns.values())] for at in _ends(len(times))]
    if len(rows) < len(times):
        rows.insert(ENDS, ["..."] * len(rows[0]))
    for row in rows:
        table.add_row(*row)
    return _printed(table)


def room() -> int:
    """How many columns of numbers fit beside the time, at least one and at most six."""
    return max(1, min(6, (shutil.get_terminal_size((100, 24)).columns - WIDEST) // (WIDEST + 2)))


def _ends(count: int) -> list[int]:
    places = list(range(count))
    return places if count <= 2 * ENDS + 1 else places[:ENDS] + places[-ENDS:]


def difference_table(columns: Sequence[Difference]) -> str:
    """The worst point of each column that differs, the worst column first."""
    table = _table(["worst at time", "expected", "found", "times allowed"])
    table.add_column("column", justify="left", overflow="fold")
    for column in sorted(columns, key=lambda item: item.excess, reverse=True):
        worst = [_number(column.time), _number(column.expected, 8), _number(column.found, 8), _number(column.excess, 3)]
        table.add_row(*(worst if column.points else ["no common time", "", "", ""]), _text(column.label))
    return _printed(table)


def _number(value: float, digits: int = 6) -> str:
    from stockflow.simulate.cells import MISSING

    return ":NA:" if value == MISSING else f"{float(value):.{digits}g}"


def _text(label: str) -> Text:
    """The label as text that holds no mark-up."""
    from rich.text import Text

    return Text(visible(label))


def _table(headers: Sequence[str]) -> Table:
    """A table of numbers with these headers."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for header in headers:
        table.add_column(_text(header), justify="right", overflow="fold", max_width=WIDEST)
    return table


def _printed(table: Table) -> str:
    from rich.console import Console

    file = io.StringIO()
    Console(file=file, width=240, color_system=None, legacy_windows=False).print(table)
    printed = file.getvalue()
    if not encoding_of().lower().startswith("utf"):
        printed = printed.replace(LINE, "-")
    return "\n".join(line.rstrip() for line in printed.rstrip().splitlines())
