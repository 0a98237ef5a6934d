"""Values outside the range that a model's units give them: each time that a variable leaves it is told once.

It reads a result; a range never changes a value (Vensim reference: units ranges warn and do not clamp).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from stockflow.analysis.closed import Closed
from stockflow.diagnostics.model import Report
from stockflow.simulate.result import Array, Column, Result

CODE = "SF704"
MOST = 3
"""Excursions that are told one by one; of those after them the number is."""

NO_LIMITS = (None, None, None)

Stretch = tuple[int, int]
"""The first and the last saved row of an excursion."""


def tell_excursions(result: Result, variables: Mapping[str, Closed], report: Report) -> None:
    """A warning for each excursion of each variable that has a range."""
    for column in result.columns:
        values = result.values[column.key]
        if column.limits == NO_LIMITS or not values.size or not _leaves(values, column.limits):
            continue
        outside = _outside(values, column.limits)
        rows_outside: NDArray[np.bool_] = np.array(outside.reshape(len(values), -1).any(axis=1))
        found = excursions(rows_outside)
        variable = variables[column.key].variable
        for rows in islice(found, MOST):
            report.warn(CODE, _told(column, result, rows, outside), variable.units_span or variable.span,
                        hint="correct the equation, or the range in the units", variable=column.label)
        left = sum(1 for _ in found)
        if left:
            report.warn(CODE, f"'{column.label}' leaves its range {_range(column.limits)} {left} more times",
                        variable.units_span or variable.span, variable=column.label)


def _leaves(values: Array, limits: tuple[float | None, float | None, float | None]) -> bool:
    """One look at the smallest and the largest value, since nearly every variable stays inside; NaN is neither."""
    low, high, _ = limits
    rows = values[:1] if values.strides[0] == 0 else values
    below = low is not None and np.fmin.reduce(rows, axis=None) < low
    return bool(below or (high is not None and np.fmax.reduce(rows, axis=None) > high))


def _outside(values: Array, limits: tuple[float | None, float | None, float | None]) -> NDArray[np.bool_]:
    low, high, _ = limits
    with np.errstate(invalid="ignore"):
        below = values < low if low is not None else np.zeros(values.shape, dtype=bool)
        above = values > high if high is not None else np.zeros(values.shape, dtype=bool)
    return below | above


def excursions(rows: NDArray[np.bool_]) -> Iterator[Stretch]:
    """The stretches of rows that are outside."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], rows, [False])).astype(np.int8)))
    for start, stop in edges.reshape(-1, 2).tolist():
        yield start, stop - 1


def _told(column: Column, result: Result, rows: Stretch, outside: NDArray[np.bool_]) -> str:
    first, last = rows
    place = tuple(int(at) for at in np.argwhere(outside[first])[0])
    value = result.values[column.key][(first, *place)]
    elements = ", ".join(labels[at] for (_, labels), at in zip(column.dimensions, place, strict=False))
    name = f"{column.label}[{elements}]" if elements else column.label
    run = f" of run {result.runs[place[-1]]}" if result.runs is not None else ""
    times = f"at time {result.times[first]:g}"
    if last > first:
        times = f"from time {result.times[first]:g} to {result.times[last]:g}"
    return f"'{name}'{run} is outside its range {_range(column.limits)} {times}: it is {value:.6g}"


def _range(limits: tuple[float | None, float | None, float | None]) -> str:
    low, high, _ = limits
    return f"[{'?' if low is None else f'{low:g}'},{'?' if high is None else f'{high:g}'}]"
