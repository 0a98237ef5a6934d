"""Values over time for a run: data variables from files and overrides over time, at every step of the clock.

It turns series into arrays in the model's order of elements; reading files is `data.series`, running is the engine's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from stockflow.analysis.closed import Closed
from stockflow.data.series import Library, at_times
from stockflow.diagnostics.model import Report
from stockflow.limits import Limits
from stockflow.lowering.outside import data_owner, is_fed, series_cells
from stockflow.simulate.clock import Clock
from stockflow.simulate.overrides import Override
from stockflow.simulate.result import Array
from stockflow.simulate.sources import Cell, Sources, column_of, interpolated, step_times
from stockflow.source import Span

# Overrides over time.


def over_time(
    overrides: Iterable[Override], clock: Clock, report: Report, limits: Limits
) -> dict[str, Array]:
    """By slot each override that is a series, at every step: linear between its times, the ends held and told."""
    made: dict[str, Array] = {}
    for found in overrides:
        if found.times is None or found.array is None or found.what == "data":
            continue
        if not is_held(found.label, clock.steps + 1, found.array[0].size, limits, report):
            continue
        times = step_times(clock)
        array = interpolated(found.array, found.times, times)
        made[found.slot] = array if found.by_run else array[..., 0]
        _tell_ends(found.label, found.times, times, report)
    return made


def _tell_ends(label: str, given: Array, times: Array, report: Report) -> None:
    """Say where a run goes beyond a series; a millionth of the run's length is forgiven."""
    slack = 1e-6 * float(times[-1] - times[0])
    if given[0] <= times[0] + slack and given[-1] >= times[-1] - slack:
        return
    covered, run = (f"{ends[0]:g} to {ends[-1]:g}" for ends in (given, times))
    message = f"the series for '{label}' covers {covered}, the run {run}; beyond the series its end values are held"
    report.note("SF212", message, variable=label)


def is_held(label: str, times: int, cells: int, limits: Limits, report: Report, span: Span | None = None) -> bool:
    """Whether the numbers of a series over time keep the limit, which is asked before any memory is taken."""
    said, unit = f"the data of '{label}' would be", f"numbers ({times:,} times of {cells:,})"
    excess = limits.excess("series-numbers", times * cells, said, unit, "raise TIME STEP (--time-step)")
    if excess is not None:
        report.error("SF702", excess.message, span, hint=excess.hint, variable=label)
    return excess is None


# Data variables.


@dataclass(frozen=True, slots=True, eq=False)
class Feeder:
    """Data variables at the steps of a clock. `given` are overrides of some of their elements."""

    sources: Sources
    given: Mapping[str, Override]
    clock: Clock
    report: Report
    limits: Limits

    def feed(self, read: Iterable[str], shown: Iterable[str]) -> dict[str, Array]:
        """Arrays (steps + 1, dims..., perhaps runs) by slot.

        What is `read` must have data. What is only `shown` is left out without them, which is noted.
        """
        made = {slot: self.slot(slot, needed=True) for slot in read}
        made |= {slot: self.slot(slot, needed=False) for slot in shown if slot not in made}
        return {slot: array for slot, array in made.items() if array is not None}

    def slot(self, slot: str, *, needed: bool) -> Array | None:
        closed = self.sources.variables[data_owner(slot)]
        given = self.given.get(slot)
        variable, cells = closed.variable, math.prod(closed.shape)
        if not is_held(variable.label, self.clock.steps + 1, cells, self.limits, self.report, variable.span):
            return None
        times = step_times(self.clock)
        array = np.full((len(times), *closed.shape), np.nan)
        absent: list[Cell] = []
        for cell, definition in series_cells(closed):
            if given is not None and (given.mask is None or given.mask[cell]):
                continue
            series = self.sources.series(closed, cell)
            if series is None:
                absent.append(cell)
            else:
                place: tuple[slice | int, ...] = (slice(None), *cell)
                array[place] = at_times(series, times, self.clock.step, definition.keyword)
        if absent:
            self.tell_absent(closed, absent, needed=needed)
            return None
        return array if given is None else self.overlaid(array, given, times)

    def tell_absent(self, closed: Closed, absent: list[Cell], *, needed: bool) -> None:
        """Report the cells; of a data equation it is told already what is missing."""
        if closed.variable.key not in self.sources.computed:
            self.sources.tell_absent(closed, absent, needed=needed)
        elif not needed:
            label = closed.variable.label
            message = f"'{label}' is left out, since the data that it is computed from are not given"
            self.report.note("SF602", message, variable=label)

    @staticmethod
    def overlaid(array: Array, given: Override, times: Array) -> Array:
        """The data with the elements of an override in their place."""
        assert given.array is not None
        values = given.array[None] if given.times is None else interpolated(given.array, given.times, times)
        if given.mask is not None:
            values = np.where(given.mask[..., None], values, array[..., None])
        values = np.broadcast_to(values, (len(times), *values.shape[1:]))
        return values if given.by_run else values[..., 0]


def tell_unused(slots: Iterable[str], variables: Mapping[str, Closed], library: Library, report: Report) -> None:
    """Warn of each file that holds nothing that the model takes from outside."""
    if not library.files:
        return
    owners = [variables[data_owner(slot)] for slot in slots]
    wanted = {column_of(closed, cell) for closed in owners for cell, one in series_cells(closed) if is_fed(one)}
    for file in library.files:
        if wanted.isdisjoint(file.series):
            report.warn("SF602", f"{file.name} feeds nothing: it has no column of a data variable of this model")
