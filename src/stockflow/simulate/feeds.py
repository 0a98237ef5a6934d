"""Values over time for a run: data variables from files and overrides over time, at every step of the clock.

It turns series into arrays in the model's order of elements; reading files is `data.series`, running is the engine's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from stockflow.analysis.closed import Closed
from stockflow.data.series import Library, at_times, usable
from stockflow.data.tabular import Series
from stockflow.diagnostics.model import Report
from stockflow.lowering.outside import data_owner, fed_cells
from stockflow.simulate.cells import header
from stockflow.simulate.clock import Clock
from stockflow.simulate.overrides import Override
from stockflow.simulate.result import Array

Cell = tuple[int, ...]

MAX_CELLS = 500_000_000
_SHOWN = 5


def step_times(clock: Clock) -> Array:
    return clock.start + np.arange(clock.steps + 1, dtype=np.float64) * clock.step


# Overrides over time.


def over_time(overrides: Iterable[Override], clock: Clock, report: Report) -> dict[str, Array]:
    """By slot each override that is a series, at every step: linear between its times, the ends held and told."""
    made: dict[str, Array] = {}
    times = step_times(clock)
    for found in overrides:
        if found.times is None or found.array is None or found.what == "data":
            continue
        if len(times) * found.array[0].size > MAX_CELLS:
            _too_large(found.label, len(times), found.array[0].size, report)
            continue
        array = _interpolated(found.array, found.times, times)
        made[found.slot] = array if found.by_run else array[..., 0]
        _tell_ends(found.label, found.times, times, report)
    return made


def _interpolated(array: Array, given: Array, times: Array) -> Array:
    columns = [np.interp(times, given, column) for column in array.reshape(len(given), -1).T]
    return np.stack(columns, axis=1).reshape(len(times), *array.shape[1:])


def _tell_ends(label: str, given: Array, times: Array, report: Report) -> None:
    """Say where a run goes beyond a series; a millionth of the run's length is forgiven."""
    slack = 1e-6 * float(times[-1] - times[0])
    if given[0] <= times[0] + slack and given[-1] >= times[-1] - slack:
        return
    covered, run = (f"{ends[0]:g} to {ends[-1]:g}" for ends in (given, times))
    message = f"the series for '{label}' covers {covered}, the run {run}; beyond the series its end values are held"
    report.note("SF212", message, variable=label)


def _too_large(label: str, steps: int, cells: int, report: Report) -> None:
    size = f"{steps * cells:,} numbers ({steps:,} steps of {cells:,})"
    report.error("SF702", f"the data of '{label}' would be {size}; the limit is {MAX_CELLS:,}",
                 hint="raise TIME STEP (--time-step)", variable=label)


# Data variables.


@dataclass(frozen=True, slots=True, eq=False)
class Feeder:
    """Data variables fed from files at the steps of a clock. `given` are overrides of some of their elements."""

    variables: Mapping[str, Closed]
    library: Library
    given: Mapping[str, Override]
    clock: Clock
    report: Report

    def feed(self, read: Iterable[str], shown: Iterable[str]) -> dict[str, Array]:
        """Arrays (steps + 1, dims..., perhaps runs) by slot.

        What is `read` must have data. What is only `shown` is left out without them, which is noted.
        """
        made = {slot: self.slot(slot, needed=True) for slot in read}
        made |= {slot: self.slot(slot, needed=False) for slot in shown if slot not in made}
        return {slot: array for slot, array in made.items() if array is not None}

    def slot(self, slot: str, *, needed: bool) -> Array | None:
        closed = self.variables[data_owner(slot)]
        given = self.given.get(slot)
        times = step_times(self.clock)
        cells = int(np.prod(closed.shape))
        if len(times) * cells > MAX_CELLS:
            _too_large(closed.variable.label, len(times), cells, self.report)
            return None
        array = np.full((len(times), *closed.shape), np.nan)
        absent: list[Cell] = []
        for cell, keyword in fed_cells(closed):
            if given is not None and (given.mask is None or given.mask[cell]):
                continue
            series = self.series(closed, cell)
            if series is None:
                absent.append(cell)
            else:
                place: tuple[slice | int, ...] = (slice(None), *cell)
                array[place] = at_times(series, times, self.clock.step, keyword)
        if absent:
            self.tell_absent(closed, absent, needed)
            return None
        return array if given is None else self.overlaid(array, given, times)

    def series(self, closed: Closed, cell: Cell) -> Series | None:
        """The points of a cell: those that the model's own file has for it come first."""
        own: Series | None = closed.series[cell] if closed.series is not None else None
        found = self.library.find(column_of(closed, cell))
        if own is not None:
            if found is not None:
                message = f"'{found[1].label}' is in {found[0].name}, too; the table that the model names is used"
                self.report.note("SF602", message, variable=closed.variable.label)
            return usable(own, self.report)
        if found is None:
            return None
        file, series = found
        holders = self.library.holders(column_of(closed, cell))
        if len(holders) > 1:
            message = f"'{series.label}' is in {', '.join(holders)}; {file.name}, the last one given, is used"
            self.report.note("SF602", message, variable=closed.variable.label)
        return usable(series, self.report)

    @staticmethod
    def overlaid(array: Array, given: Override, times: Array) -> Array:
        """The data with the elements of an override in their place."""
        assert given.array is not None
        values = given.array[None] if given.times is None else _interpolated(given.array, given.times, times)
        if given.mask is not None:
            values = np.where(given.mask[..., None], values, array[..., None])
        values = np.broadcast_to(values, (len(times), *values.shape[1:]))
        return values if given.by_run else values[..., 0]

    def tell_absent(self, closed: Closed, absent: list[Cell], needed: bool) -> None:
        variable = closed.variable
        if not needed:
            shown = _shown(closed, absent)
            message = f"there are no data for {shown}, which nothing reads; '{variable.label}' is left out"
            self.report.note("SF602", message, variable=variable.label)
            return
        message, hint = absence(closed, absent, self.library)
        self.report.error("SF601", message, variable.span, hint=hint, variable=variable.label)


def absent_cells(closed: Closed, library: Library, given: Override | None) -> list[Cell]:
    """The cells that are to be fed from outside and that no file and no override holds."""
    return [
        cell for cell, _ in fed_cells(closed)
        if not (given is not None and (given.mask is None or given.mask[cell]))
        and (closed.series is None or closed.series[cell] is None)
        and library.find(column_of(closed, cell)) is None
    ]


def absence(closed: Closed, absent: list[Cell], library: Library) -> tuple[str, str]:
    """What to say of cells without data, and the hint."""
    label = closed.variable.label
    if not library.files:
        return f"'{label}' is fed from outside, and no data are given", "give its file: --data FILE"
    near = library.near(column_of(closed, absent[0]))
    first = header(label, labels_of(closed, absent[0]))
    hint = f"did you mean the column '{near}'?" if near else f"add '{first}', or give another file: --data FILE"
    return f"there are no data for {_shown(closed, absent)} in {library.names}", hint


def _shown(closed: Closed, cells: list[Cell]) -> str:
    names = [header(closed.variable.label, labels_of(closed, cell)) for cell in cells]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(f"'{name}'" for name in names[:_SHOWN]) + more


def labels_of(closed: Closed, cell: Cell) -> tuple[str, ...]:
    return tuple(home.labels[at] for home, at in zip(closed.ranges, cell, strict=True))


def column_of(closed: Closed, cell: Cell) -> str:
    """The key of the column that holds a cell."""
    elements = ",".join(home.elements[at] for home, at in zip(closed.ranges, cell, strict=True))
    return f"{closed.variable.key}[{elements}]" if elements else closed.variable.key


def tell_unused(slots: Iterable[str], variables: Mapping[str, Closed], library: Library, report: Report) -> None:
    """Warn of each file that holds nothing that the model takes from outside."""
    if not library.files:
        return
    owners = [variables[data_owner(slot)] for slot in slots]
    wanted = {column_of(closed, cell) for closed in owners for cell, _ in fed_cells(closed)}
    for file in library.files:
        if wanted.isdisjoint(file.series):
            report.warn("SF602", f"{file.name} feeds nothing: it has no column of a data variable of this model")
