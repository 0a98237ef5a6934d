"""A run held against an exported one, column by column, at the times that both have.

It knows series and results only; it must not know any file format or how differences are printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stockflow.data.tabular import Series, column_key
from stockflow.ir.model import CONTROLS
from stockflow.simulate.cells import MISSING, cells_of, rows_of
from stockflow.simulate.result import Array, Result

RTOL = 1e-3
SINGLE = 1e-6
"""Exports hold about six digits, so a value is also free within this share of its column's largest one."""

SAME_TIME = 1e-6
"""Times agree within this share of the span, since exports round them as well."""


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """One column of the export beside the run. `excess` is the worst difference in units of what is allowed.

    `points` times were compared; `time`, `expected` and `found` are those of the worst.
    """

    label: str
    points: int
    excess: float
    time: float
    expected: float
    found: float

    @property
    def agrees(self) -> bool:
        return self.points > 0 and self.excess <= 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """`missing`: names that only the export has; `extra`: headers that only the run has.

    `absent_times` counts the times of the export that the run did not save.
    """

    columns: tuple[Difference, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    absent_times: int

    @property
    def agrees(self) -> bool:
        return bool(self.columns) and not self.missing and all(column.agrees for column in self.columns)


def compare(
    expected: Mapping[str, Series], result: Result, *, rtol: float = RTOL, floor: float = SINGLE, run: int = 0
) -> Comparison:
    """Hold one run against series by key (from `data.tabular.read`, or `series_of` another run).

    A value is free within `rtol` of itself and `floor` of the largest one of its column together. Control variables
    that the run lacks do not count as missing, nor do the inner levels of Vensim's delays (#name#). A name that the
    run has inside a module only may stand without it.
    """
    found = series_of(result, run)
    inside = _without_modules(found)
    columns, missing, absent = [], [], 0
    for key, series in expected.items():
        if not len(series.times) or key == "time":
            continue
        own = found.pop(key if key in found else inside.get(key, key), None)
        if own is None:
            missing += [] if key in CONTROLS or key.startswith("#") else [series.label]
            continue
        difference, lacking = _difference(series, own, rtol, floor)
        columns.append(difference)
        absent = max(absent, lacking)
    extra = tuple(series.label for series in found.values())
    return Comparison(tuple(columns), tuple(missing), extra, absent)


def series_of(result: Result, run: int = 0) -> dict[str, Series]:
    """One run as series by key, a column for every defined element."""
    columns = {}
    for column in result.columns:
        cells = cells_of(column)
        table = rows_of(result, cells, run)
        for place, header in enumerate(cells.headers):
            columns[column_key(header)] = Series(header, result.times, table[:, place])
    return columns


def _without_modules(columns: Mapping[str, object]) -> dict[str, str]:
    """The columns of variables in modules by their names alone, the first of each name."""
    inside: dict[str, str] = {}
    for key in columns:
        name, bracket, rest = key.partition("[")
        if "." in name:
            inside.setdefault(name.rpartition(".")[2] + bracket + rest, key)
    return inside


def _difference(series: Series, own: Series, rtol: float, floor: float) -> tuple[Difference, int]:
    """The worst point of a column, and how many of its times the run lacks."""
    places, common = _nearest(own.times, series.times)
    expected, found = series.values[common], own.values[places[common]]
    if not len(expected):
        nothing = float("nan")
        return Difference(series.label, 0, nothing, nothing, nothing, nothing), len(series.times)
    excess = _excess(expected, found, rtol, floor)
    worst = int(np.argmax(excess))
    at = float(series.times[common][worst])
    difference = Difference(
        series.label, len(expected), float(excess[worst]), at, float(expected[worst]), float(found[worst])
    )
    return difference, int((~common).sum())


def _nearest(times: Array, wanted: Array) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """For every wanted time the place of the nearest saved one, and whether the two are the same time."""
    after = np.clip(np.searchsorted(times, wanted), 0, len(times) - 1)
    before = np.maximum(after - 1, 0)
    places = np.where(np.abs(times[before] - wanted) < np.abs(times[after] - wanted), before, after)
    span = max(abs(float(wanted[0])), abs(float(wanted[-1])), 1.0)
    return places, np.abs(times[places] - wanted) <= SAME_TIME * span


def _excess(expected: Array, found: Array, rtol: float, floor: float) -> Array:
    """Differences in units of what is allowed: 0 where equal, infinity where one is no number and the other is."""
    missing = _is_missing(expected)
    finite = expected[np.isfinite(expected) & ~missing]
    largest = float(np.abs(finite).max()) if len(finite) else 0.0
    allowed = rtol * np.abs(expected) + floor * (largest or 1.0)
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        excess = np.abs(found - expected) / allowed
    excess = np.where(np.isnan(excess), np.inf, excess)
    alike = (found == expected) | (missing & _is_missing(found))
    return np.where(alike, 0.0, excess)


def _is_missing(values: Array) -> NDArray[np.bool_]:
    return np.isnan(values) | np.isclose(values, MISSING, rtol=1e-5)
