"""Exported runs and series from .csv, .tab, .tsv and .dat files, as times and values by name.

Every fault of a file becomes a diagnostic with its line; it must not know what the series are used for.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stockflow.data.formulas import restored
from stockflow.diagnostics.model import Report
from stockflow.ir.names import key_of
from stockflow.limits import USUAL, Excess, Limits
from stockflow.reading import source_of
from stockflow.source import Source, Span

SUFFIXES = (".csv", ".tab", ".tsv", ".txt", ".dat")

_BLANK = {"", "-", "?"}
_WORDS = {"true": 1.0, "false": 0.0, "∞": math.inf, "-∞": -math.inf, "infinity": math.inf, "-infinity": -math.inf}
_SUBSCRIPTS = re.compile(r'((?:"[^"]*"|[^"\[\]])*)\[(.*)\]\s*', re.DOTALL)
_PARTS = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[^,]*)\s*(?:,|$)')


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """The points of one name, blank cells left out; `label` is the name as written, `line` where it stands."""

    label: str
    times: NDArray[np.float64]
    values: NDArray[np.float64]
    line: int = 1


class _ReadError(Exception):
    """A place in the file that cannot be read; `found` is the text to blame, where there is one."""

    def __init__(self, line: int, why: str, found: str = "") -> None:
        self.line, self.why, self.found = line, why, found
        super().__init__(why)


class _TooLarge(Exception):
    """A place in the file where a limit is passed."""

    def __init__(self, line: int, excess: Excess) -> None:
        self.line, self.found, self.excess = line, "", excess
        super().__init__(excess.message)


def column_key(name: str) -> str:
    """The key of a column's name: key of the variable, then the keys of its subscripts.

    >>> column_key('Net_Flow[ North , "a,b" ]')
    'net flow[north,a,b]'
    """
    name = name.strip().removeprefix("\ufeff")
    if len(name) >= 2 and name[0] == '"' == name[-1] and name.endswith(']"'):
        name = name[1:-1]
    head, parts = name_and_elements(name)
    return f"{key_of(head)}[{','.join(key_of(part) for part in parts)}]" if parts is not None else key_of(name)


def name_and_elements(name: str) -> tuple[str, list[str] | None]:
    """A name and what stands in the brackets behind it, None where it has none; quoted brackets do not count.

    >>> name_and_elements('"a[b]"[ North, South ]')
    ('"a[b]"', ['North', 'South'])
    """
    found = _SUBSCRIPTS.fullmatch(name)
    if found is None or not found[1].strip():
        return name, None
    return found[1].strip(), split_subscripts(found[2])


def split_subscripts(text: str) -> list[str]:
    """The parts between commas; a comma inside double quotes does not part."""
    return [found[1].strip() for found in _PARTS.finditer(text) if found[0]]


def read(path: str | Path, report: Report, limits: Limits = USUAL) -> dict[str, Series]:
    """The series of a file by `column_key`, in the file's order; empty after an error, which the report then holds."""
    source = open_table(Path(path), report, limits)
    return {} if source is None else series_of(source, report)


def open_table(path: Path, report: Report, limits: Limits = USUAL) -> Source | None:
    """The text of a file of series, or None where the report says why there is none."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        report.error(
            "SF601", f"cannot read {path.name!r}: {suffix or 'a name without suffix'} is not a format of series",
            hint=f"export it as one of {', '.join(SUFFIXES)}",
        )
        return None
    try:
        excess = limits.excess("series-bytes", path.stat().st_size, f"{path.name!r} has", "bytes")
        if excess is not None:
            report.error("SF109", excess.message, hint=excess.hint)
            return None
        data = path.read_bytes()
    except OSError as fault:
        report.error("SF601", f"cannot read {path.name!r}: {(fault.strerror or str(fault)).lower()}")
        return None
    return _source(data, path, report, limits)


def _source(data: bytes, path: Path, report: Report, limits: Limits) -> Source | None:
    """The text; exports name no encoding, so falling back to Windows-1252 is no reason for a warning."""
    if not data.strip():
        report.error("SF601", f"cannot read {path.name!r}: it is empty")
        return None
    found = Report()
    source = source_of(data, path.name, found, path, limits)
    for item in found.errors:
        report.error("SF601", f"cannot read {path.name!r}: {item.message}")
    return source


def series_of(source: Source, report: Report) -> dict[str, Series]:
    """The series in a text, by `column_key`.

    .dat is Vensim's text export: a name, then lines of time and value. In the others the times run down the first
    column (or the one called Time) or across the first row. Constants need a value in the first row only.
    """
    suffix = Path(source.name).suffix.lower()
    try:
        return _by_key(_dat(source.text) if suffix == ".dat" else _table(source, suffix), source, report)
    except _ReadError as fault:
        report.error("SF601", f"cannot read {source.name!r}: {fault.why}", _span(source, fault))
    except _TooLarge as fault:
        report.error("SF109", fault.excess.message, _span(source, fault), hint=fault.excess.hint)
    return {}


def _span(source: Source, fault: _ReadError | _TooLarge) -> Span | None:
    if not 1 <= fault.line <= len(source.starts):
        return None
    text, start = source.line_text(fault.line), source.starts[fault.line - 1]
    at = text.find(fault.found) if fault.found else 0
    return source.span(start + max(at, 0), start + max(at, 0) + len(fault.found or text))


def _by_key(pairs: Iterator[Series], source: Source, report: Report) -> dict[str, Series]:
    found: dict[str, Series] = {}
    for series in pairs:
        key = column_key(series.label)
        if key in found:
            report.warn("SF602", f"{source.name!r} has {series.label!r} twice; the first one is used")
            continue
        found[key] = series
    if not found:
        raise _ReadError(0, "it holds no series")
    return found


def number(cell: str) -> float | None:
    """The number in a cell, NaN for a blank, None where it is something else."""
    cell = cell.strip()
    if cell in _BLANK:
        return math.nan
    try:
        return float(cell) if "_" not in cell else None
    except ValueError:
        pass
    low = cell.lower()
    if low in _WORDS:
        return _WORDS[low]
    scale, low = (0.01, low[:-1]) if low.endswith("%") else (1.0, low)
    try:
        return float(low.replace(",", "")) * scale if re.fullmatch(r"[-+]?[\d,]*\.?\d*(e[-+]?\d+)?", low) else None
    except ValueError:
        return None


def is_number(cell: str) -> bool:
    value = number(cell)
    return value is not None and not math.isnan(value)


def _needed(cell: str, line: int, what: str) -> float:
    value = number(cell)
    if value is None:
        raise _ReadError(line, f"{cell.strip()[:40]!r} in {what} is not a number", cell.strip())
    return value


def _dat(text: str) -> Iterator[Series]:
    label, line = "", 0
    points: list[tuple[float, float]] = []
    for place, content in enumerate(text.split("\n"), 1):
        cells = content.split("\t") if "\t" in content.strip() else content.split()
        if not content.strip():
            continue
        if len(cells) == 2 and is_number(cells[0]):
            if not label:
                raise _ReadError(place, "a time and a value stand before the first name")
            points.append((float(number(cells[0]) or 0.0), _needed(cells[1], place, f"the series {label!r}")))
            continue
        if points:
            yield _series(label, line, points)
        label, line, points = content.strip(), place, []
    if points:
        yield _series(label, line, points)


def _series(label: str, line: int, points: Sequence[tuple[float, float]]) -> Series:
    pairs = np.array(points, dtype=np.float64).reshape(-1, 2)
    pairs = pairs[~np.isnan(pairs).any(axis=1)]
    pairs = pairs[np.argsort(pairs[:, 0], kind="stable")]
    return Series(label, pairs[:, 0], pairs[:, 1], line)


def _table(source: Source, suffix: str) -> Iterator[Series]:
    text = source.text
    first = text.partition("\n")[0]
    delimiter = _delimiter(first, suffix)
    rows: list[tuple[int, list[str]]] = []
    reader = csv.reader(text.split("\n"), delimiter=delimiter)
    size = 0
    try:
        for row in reader:
            size += len(row)
            excess = source.limits.excess("series-cells", size, f"{source.name!r} has at least", "cells")
            if excess is not None:
                raise _TooLarge(reader.line_num, excess)
            if any(cell.strip() for cell in row):
                rows.append((reader.line_num, row))
    except csv.Error as fault:
        raise _ReadError(reader.line_num, str(fault)) from fault
    if not rows:
        raise _ReadError(0, "it is empty")
    if delimiter == ";":
        rows = [(line, [_with_point(cell) for cell in row]) for line, row in rows]
    return _across(rows) if _runs_across(rows[0][1]) else _down(rows)


def _delimiter(first: str, suffix: str) -> str:
    if "\t" in first or suffix in {".tab", ".tsv"}:
        return "\t"
    return ";" if ";" in first and "," not in first else ","


def _with_point(cell: str) -> str:
    """A number as written where ';' parts the cells: with a comma for the point."""
    return cell.replace(",", ".") if re.fullmatch(r"\s*[-+]?\d*,\d+([eE][-+]?\d+)?\s*", cell) else cell


def _first_time(head: Sequence[str]) -> int:
    """The column of the first time when times run across: the name of the run may stand between."""
    return 2 if len(head) > 2 and not is_number(head[1]) and is_number(head[2]) else 1


def _runs_across(head: Sequence[str]) -> bool:
    times = [cell for cell in head[_first_time(head) :] if cell.strip()]
    return bool(times) and all(is_number(cell) for cell in times)


def _across(rows: list[tuple[int, list[str]]]) -> Iterator[Series]:
    line, head = rows[0]
    start = _first_time(head)
    times = [_needed(cell, line, "the times") for cell in head[start:]]
    for line, row in rows[1:]:
        cells = row[start : start + len(times)]
        values = [_needed(cell, line, f"the row {row[0]!r}") for cell in cells]
        yield _series(restored(row[0]), line, list(zip(times, values, strict=False)))


def _down(rows: list[tuple[int, list[str]]]) -> Iterator[Series]:
    line, head = rows[0]
    body = rows[1:]
    clock = next((place for place, name in enumerate(head) if key_of(name) == "time"), 0)
    columns = list(zip_longest(*(row for _, row in body), fillvalue="")) if body else []
    if clock >= len(columns):
        raise _ReadError(line, "it has no rows of numbers")
    times = [_needed(cell, at, "the times") for (at, _), cell in zip(body, columns[clock], strict=True)]
    for place, name in enumerate(head):
        if place == clock or not name.strip() or place >= len(columns):
            continue
        values = [
            _needed(cell, at, f"the column {name!r}") for (at, _), cell in zip(body, columns[place], strict=True)
        ]
        yield _series(restored(name.strip()), line, list(zip(times, values, strict=True)))
