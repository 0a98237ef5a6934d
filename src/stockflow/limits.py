"""The limits that untrusted input is held to: one table, the values of one loading, and the words for an excess.

What is counted against a limit is known where it is counted; this holds numbers and words only.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from typing import Any

# libxml2 allows 256 elements in each other and a text of 10^7 signs, and where it is told to 2,048 and 10^9.
_LIBXML2 = "the XML library reads no more"
# Up to here figures are written out and limits can be raised.
_WRITTEN_OUT = 1e15


class UnknownLimit(ValueError):
    """A limit that does not exist, or a value that it cannot have; the message says what is right."""


@dataclass(frozen=True, slots=True)
class Row:
    """One limit: its name, what it is unless asked otherwise, what it counts, and what it can be raised to, and why."""

    name: str
    default: int
    counts: str
    ceiling: int | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Excess:
    """The words for something that is beyond a limit."""

    message: str
    hint: str


def _row(default: int, counts: str, ceiling: int | None = None, because: str = "") -> Any:
    row = {"default": default, "counts": counts, "ceiling": ceiling, "because": because}
    return field(default=default, metadata=row)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one loading and its runs may take. Each field is a row of the table; its name has `-` for `_`."""

    file_bytes: int = _row(200_000_000, "bytes of a model file, or of a file of changes or names beside it")
    included_files: int = _row(100, "files of a model that includes others, itself one of them")
    included_characters: int = _row(50_000_000, "characters of these files together")
    xml_depth: int = _row(256, "XML elements in each other", 2_000, _LIBXML2)
    xml_text: int = _row(10_000_000, "characters of one text, name or tag in XML", 900_000_000, _LIBXML2)
    xml_attributes: int = _row(1_000, "attributes of one XML element, each of which is looked up among all")
    expression_depth: int = _row(2_000, "brackets in each other")
    expression_nodes: int = _row(200_000, "numbers, names, operators and calls of one equation")
    completed_parts: int = _row(50_000, "parts that arguments which calls leave out add to one equation")
    lookup_points: int = _row(1_000_000, "points of one lookup")
    elements: int = _row(1_000_000, "elements of one dimension")
    all_elements: int = _row(2_000_000, "elements of all dimensions of a model together")
    cells: int = _row(10_000_000, "cells of one variable: its dimensions multiplied")
    expression_cells: int = _row(
        100_000_000, "cells of one equation: the dimensions on its left and those that its sums go over, multiplied"
    )
    model_cells: int = _row(100_000_000, "cells of all variables of a model")
    stages: int = _row(1_000, "stages of one delay or smooth, each a hidden stock")
    macro_copies: int = _row(50_000, "copies of variables that the calls of macros need")
    macro_depth: int = _row(200, "calls of a recursive macro in each other")
    macro_calls: int = _row(2_000, "calls of recursive macros")
    module_depth: int = _row(200, "modules in each other")
    module_variables: int = _row(100_000, "modules and variables of them")
    conveyor_contents: int = _row(1_000, "numbers that the first content of a conveyor or queue is given by")
    conveyor_leaks: int = _row(20, "leaks of one conveyor")
    mixed_dimensions: int = _row(
        8, "dimensions that one call reads between the elements of", 16, "each doubles the terms of the equation"
    )
    ordered_cells: int = _row(200_000, "elements of equations that depend on each other in a circle")
    written_parts: int = _row(5_000_000, "parts of equations that a converted model is written in")
    table_bytes: int = _row(64 * 2**20, "bytes of a table that a model names")
    table_unpacked_bytes: int = _row(128 * 2**20, "bytes of a workbook once it is unpacked")
    table_members: int = _row(10_000, "files packed in a workbook, and sheets of it")
    table_ratio: int = _row(250, "bytes that one byte of a packed workbook stands for")
    table_cells: int = _row(4_000_000, "cells of one sheet of a table")
    series_bytes: int = _row(256 * 2**20, "bytes of a file of values over time")
    series_cells: int = _row(20_000_000, "cells of a file of values over time")
    steps: int = _row(200_000_000, "steps of a run")
    moving_steps: int = _row(2_000_000, "steps of a run in which TIME STEP, FINAL TIME or SAVEPER changes")
    moving_numbers: int = _row(10_000_000, "numbers that such a run keeps: its rows are not counted before it")
    saved_numbers: int = _row(500_000_000, "numbers that a run keeps: rows, variables, elements and runs multiplied")
    run_cells: int = _row(500_000_000, "cells of all variables of all runs at once, hidden stocks included")
    series_numbers: int = _row(500_000_000, "numbers of one series of data at the steps of a run")
    delay_steps: int = _row(10_000_000, "steps that a delay is long")
    delay_cells: int = _row(100_000_000, "numbers that all fixed delays of a run hold")
    slats: int = _row(100_000, "steps that a conveyor is long")
    all_slats: int = _row(5_000_000, "slats of all conveyors, elements and runs")
    queue_parts: int = _row(10_000_000, "parts that wait in one queue")
    past_values: int = _row(20_000_000, "past values of one variable that are kept for a function")
    reality_runs: int = _row(10_000, "runs that the reality checks of a model need")

    def excess(self, name: str, found: float, said: str, unit: str, advice: str = "") -> Excess | None:
        """None where `found` keeps a limit, else the words: `said` so many `unit`, and how it can be raised."""
        if found <= self[name]:
            return None
        return self._told(name, found, found, f"{said} {figure(found)} {unit}".rstrip(), advice)

    def stopped(self, name: str, said: str, unit: str, advice: str = "") -> Excess:
        """The words for what was not counted to its end, but only up to a limit."""
        limit = self[name]
        return self._told(name, limit, 2 * limit, f"{said} more than {figure(limit)} {unit}".rstrip(), advice)

    def _told(self, name: str, found: float, wanted: float, said: str, advice: str) -> Excess:
        row, joined = ROWS[name], f"{advice}, or " if advice else ""
        message = f"{said}; the limit is {self[name]:,}"
        if not wanted < _WRITTEN_OUT:
            return Excess(message, advice)
        if row.ceiling is not None and (found > row.ceiling or self[name] >= row.ceiling):
            fixed = f"the limit cannot be more than {row.ceiling:,}: {row.because}"
            return Excess(message, f"{advice}; {fixed}" if advice else fixed)
        enough = _rounded_up(wanted) if row.ceiling is None else min(_rounded_up(wanted), row.ceiling)
        return Excess(message, f'{joined}raise the limit with --limit {name}={enough}'
                               f' (limits={{"{name}": {enough}}} in Python)')

    def __getitem__(self, name: str) -> int:
        value: int = getattr(self, name.replace("-", "_"))
        return value

    def changed(self) -> Iterator[tuple[str, int]]:
        """The limits that are not the usual ones."""
        return ((name, self[name]) for name, row in ROWS.items() if self[name] != row.default)


ROWS = {row.name: row for row in (Row(one.name.replace("_", "-"), **one.metadata) for one in fields(Limits))}
USUAL = Limits()


def limits_of(given: Mapping[str, float]) -> Limits:
    """The usual limits but for those given by name. Raises UnknownLimit."""
    return Limits(**{name.replace("-", "_"): checked(name, value)[1] for name, value in given.items()})


def checked(name: str, value: float) -> tuple[str, int]:
    """A limit as its table spells it, and its value as a whole number. Raises UnknownLimit."""
    row = ROWS.get(name)
    if row is None:
        near = get_close_matches(name.replace("_", "-"), ROWS, n=1)
        names = f"did you mean '{near[0]}'?" if near else f"the limits are {', '.join(ROWS)}"
        raise UnknownLimit(f"there is no limit '{name}'; {names}")
    if not (math.isfinite(value) and value >= 1 and value == int(value)):
        raise UnknownLimit(f"the limit '{name}' is a whole number from 1 (it counts {row.counts}); found {value:g}")
    if row.ceiling is not None and value > row.ceiling:
        raise UnknownLimit(f"the limit '{name}' cannot be more than {row.ceiling:,}: {row.because}")
    return row.name, int(value)


def figure(value: float) -> str:
    """A count as people read it."""
    return f"{value:,.0f}" if abs(value) < _WRITTEN_OUT else f"{value:.3g}"


def _rounded_up(value: float) -> int:
    """A number of two digits and zeros that is not below a value."""
    whole = math.ceil(value)
    unit: int = 10 ** max(0, len(str(whole)) - 2)
    return -(-whole // unit) * unit
