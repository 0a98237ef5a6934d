"""The points of data variables in one run: what a user gives, what files hold, what data equations compute.

It answers for single cells; feeding a run step by step is `feeds`, working equations out is `computed`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stockflow.analysis.closed import Closed
from stockflow.data.series import Library, at_points, usable
from stockflow.data.tabular import Series
from stockflow.diagnostics.model import Report
from stockflow.lowering.flat import Points
from stockflow.lowering.outside import data_slot, is_fed, series_cells
from stockflow.runtime.numeric import MISSING
from stockflow.simulate.cells import header
from stockflow.simulate.clock import Clock
from stockflow.simulate.overrides import Override
from stockflow.simulate.result import Array

Cell = tuple[int, ...]

_SHOWN = 5
_NO_POINTS = Points(np.full(1, MISSING), np.full(1, MISSING), "interpolate")


def step_times(clock: Clock) -> Array:
    return clock.start + np.arange(clock.steps + 1, dtype=np.float64) * clock.step


def interpolated(array: Array, given: Array, times: Array) -> Array:
    """An array (given times, dims..., runs) at other times."""
    columns = [np.interp(times, given, column) for column in array.reshape(len(given), -1).T]
    return np.stack(columns, axis=1).reshape(len(times), *array.shape[1:])


def tell_moving(report: Report) -> None:
    """Say, once, that a run needs its steps before it begins."""
    message = "data and series over time need a clock that is known before the run"
    if message not in (item.message for item in report.items):
        report.error("SF114", message, hint="give numbers: --time-step, --final-time, --saveper")


@dataclass(slots=True)
class Sources:
    """`given` are the overrides by slot; `computed` are series by cell of the variables with data equations.

    `moving`: how many steps the clock has shows in the run only.
    """

    variables: Mapping[str, Closed]
    library: Library
    given: Mapping[str, Override]
    clock: Clock
    report: Report
    moving: bool = False
    computed: dict[str, NDArray[Any]] = field(default_factory=dict)
    found: dict[tuple[str, Cell], Series | None] = field(default_factory=dict)
    rules: dict[str, dict[Cell, str]] = field(default_factory=dict)

    def keywords(self, closed: Closed) -> dict[Cell, str]:
        """The cells of a variable that are series, each with the rule for its gaps."""
        key = closed.variable.key
        if key not in self.rules:
            self.rules[key] = {cell: definition.keyword for cell, definition in series_cells(closed)}
        return self.rules[key]

    def series(self, closed: Closed, cell: Cell) -> Series | None:
        """The points of a cell but for overrides: computed, or those of a file."""
        key = closed.variable.key
        if key in self.computed and self.computed[key][cell] is not None:
            made: Series = self.computed[key][cell]
            return made
        if (key, cell) not in self.found:
            self.found[key, cell] = self.of_file(closed, cell)
        return self.found[key, cell]

    def of_file(self, closed: Closed, cell: Cell) -> Series | None:
        """The points of a cell in files: those that the model's own file has for it come first."""
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

    def points(self, closed: Closed, cell: Cell) -> tuple[Series, str] | None:
        """The points of a cell and the rule for its gaps: an override first, which is linear between its times."""
        key = closed.variable.key
        for slot in (key, data_slot(key)):
            given = self.given.get(slot)
            if given is not None and given.array is not None and (given.mask is None or given.mask[cell]):
                return self.of_override(given, cell), "interpolate"
        found = self.series(closed, cell)
        return None if found is None else (found, self.keywords(closed)[cell])

    def of_override(self, given: Override, cell: Cell) -> Series:
        """The series that is given, or the number at every step of the run."""
        assert given.array is not None
        if given.times is not None:
            place: tuple[slice | int, ...] = (slice(None), *cell, 0)
            return Series(given.label, given.times, given.array[place])
        times = self.steps()
        return Series(given.label, times, np.full(len(times), given.array[(*cell, 0)]))

    def steps(self) -> Array:
        """The times of all steps, at which a number stands that is given or computed from none but numbers."""
        if self.moving:
            tell_moving(self.report)
        return step_times(self.clock)

    def columns(self, closed: Closed, times: Array) -> Array:
        """All cells at points of time, (times, dims...); no number where a cell has no series."""
        array = np.full((len(times), *closed.shape), np.nan)
        for cell in self.keywords(closed):
            found = self.points(closed, cell)
            if found is not None:
                place: tuple[slice | int, ...] = (slice(None), *cell)
                array[place] = at_points(found[0], times, self.clock.step, found[1])
        return array

    def table(self, closed: Closed, absent: list[Cell]) -> NDArray[Any]:
        """The points by cell, as lookups are given to a run; cells that have none are added to `absent`."""
        made = np.full(closed.shape, None, dtype=object)
        for cell in self.keywords(closed):
            found = self.points(closed, cell)
            if found is None:
                absent.append(cell)
            elif len(found[0].times):
                made[cell] = Points(found[0].times, found[0].values, "interpolate")
        for cell in np.ndindex(*closed.shape):
            made[cell] = made[cell] or _NO_POINTS
        return made

    def tell_absent(self, closed: Closed, absent: list[Cell], *, needed: bool) -> None:
        """Report cells without points: an error where the run needs them, else a note."""
        variable = closed.variable
        if not needed:
            shown = _named(closed, absent)
            message = f"there are no data for {shown}, which nothing reads; '{variable.label}' is left out"
            self.report.note("SF602", message, variable=variable.label)
            return
        message, hint = absence(closed, absent, self.library)
        self.report.error("SF601", message, variable.span, hint=hint, variable=variable.label)


def absent_cells(closed: Closed, library: Library, given: Override | None) -> list[Cell]:
    """The cells that are to be fed from outside and that no file and no override holds."""
    return [
        cell for cell, definition in series_cells(closed)
        if is_fed(definition) and not (given is not None and (given.mask is None or given.mask[cell]))
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
    return f"there are no data for {_named(closed, absent)} in {library.names}", hint


def _named(closed: Closed, cells: list[Cell]) -> str:
    names = [header(closed.variable.label, labels_of(closed, cell)) for cell in cells]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(f"'{name}'" for name in names[:_SHOWN]) + more


def labels_of(closed: Closed, cell: Cell) -> tuple[str, ...]:
    return tuple(home.labels[at] for home, at in zip(closed.ranges, cell, strict=True))


def column_of(closed: Closed, cell: Cell) -> str:
    """The key of the column that holds a cell."""
    elements = ",".join(home.elements[at] for home, at in zip(closed.ranges, cell, strict=True))
    return f"{closed.variable.key}[{elements}]" if elements else closed.variable.key
