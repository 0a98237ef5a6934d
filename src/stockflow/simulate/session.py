"""One run from overrides to a Result: inputs, plan by the kinds asked for, clock, engine, facts.

Plans are kept by the kinds of overrides, so that a second run with other numbers compiles nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from stockflow._version import __version__
from stockflow.analysis.closed import Closed, ClosedModel
from stockflow.diagnostics.model import Report
from stockflow.ir.model import CONTROLS, FINAL_TIME, INITIAL_TIME, SAVEPER, TIME_STEP
from stockflow.ir.plan import Plan
from stockflow.lowering.flat import FlatModel
from stockflow.lowering.overrides import initial_slot, with_inputs
from stockflow.runtime.states import RunLimit
from stockflow.schedule import Request, schedule
from stockflow.simulate.clock import Clock, clock
from stockflow.simulate.engine import Engine, Values, fits_floats
from stockflow.simulate.overrides import Override, read
from stockflow.simulate.result import Array, Column, Result

MAX_CELLS = 500_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """What a run asks for besides overrides; None takes the model's own."""

    initial_time: float | None = None
    final_time: float | None = None
    time_step: float | None = None
    saveper: float | None = None
    method: str | None = None
    outputs: tuple[str, ...] | None = None
    progress: Callable[[int, int], None] | None = None
    data: tuple[Any, ...] = ()
    on_nan: str = "warn"


@dataclass(frozen=True, slots=True)
class _Kinds:
    """The structure of a plan: which inputs are series, differ by run, replace an equation or an initial value."""

    outputs: tuple[str, ...]
    series: frozenset[str]
    varying: frozenset[str]
    replaced: frozenset[str]
    initials: frozenset[str]
    batch: bool


@dataclass(slots=True)
class Session:
    """A lowered model with its compiled plans."""

    closed: ClosedModel
    flat: FlatModel
    facts: dict[str, str]
    plan: Plan | None = None
    engines: dict[_Kinds, Engine] = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)

    def run(self, given: Mapping[str, Any], options: Options, report: Report) -> Result | None:
        """The result, or None where the report says what does not fit."""
        overrides, labels = read(given, self.closed.variables, report)
        overrides += self.controls(options)
        self.refuse_structural(overrides, report)
        if report.failed:
            return None
        runs = len(labels) if labels is not None else 1
        kinds = self.kinds(overrides, options, labels is not None)
        engine = self.engine(kinds, report)
        if engine is None:
            return None
        values = self.values(overrides, runs, report)
        grid = self.clock(values, kinds, report)
        if grid is None or report.failed:
            return None
        if engine.plan.varying_clock:
            if kinds.series:
                report.error("SF211", "series over time need a TIME STEP that does not change", hint="set TIME STEP to a number")
                return None
            grid = replace(grid, steps=MAX_CELLS // max(1, 8 * len(engine.plan.outputs)))
        elif not self.fits(engine, grid, runs, report):
            return None
        values = replace(values, series=self.series(overrides, grid))
        method = self.method(options)
        progress = options.progress
        steps = grid.steps
        tell = (lambda step: progress(step, steps)) if progress is not None else None
        try:
            found = engine.run(replace(values, runs=runs), grid, method, tell)
        except RunLimit as fault:
            report.error("SF702", str(fault), hint="shorten the delay or raise TIME STEP")
            return None
        return self.result(found, values, kinds, grid, labels, method, given, engine)

    # Inputs.

    def refuse_structural(self, overrides: Sequence[Override], report: Report) -> None:
        for found in overrides:
            if found.key in self.flat.structural:
                label = self.closed.variables[found.key].variable.label
                report.error("SF211", f"'{label}' decides the order of a delay or smooth, which no run can change",
                             hint=f"change {label} in the model's file", variable=label)

    def controls(self, options: Options) -> list[Override]:
        chosen = {INITIAL_TIME: options.initial_time, FINAL_TIME: options.final_time, TIME_STEP: options.time_step,
                  SAVEPER: options.saveper}
        return [
            Override(key, "constant" if key in self.flat.constants else "replace", np.array([float(value)]))
            for key, value in chosen.items() if value is not None
        ]

    def kinds(self, overrides: Sequence[Override], options: Options, batch: bool) -> _Kinds:
        outputs = options.outputs if options.outputs is not None else self.all_outputs()
        return _Kinds(
            outputs,
            frozenset(o.key for o in overrides if o.times is not None),
            frozenset(_slot(o) for o in overrides if o.runs > 1),
            frozenset(o.key for o in overrides if o.what == "replace"),
            frozenset(o.key for o in overrides if o.what == "initial"),
            batch,
        )

    def plain(self) -> _Kinds:
        """The kinds of a run in which only numbers are set, for which loading made the plan."""
        none: frozenset[str] = frozenset()
        return _Kinds(self.all_outputs(), none, none, none, none, False)

    def all_outputs(self) -> tuple[str, ...]:
        return tuple(k for k, c in self.closed.variables.items() if c.variable.kind != "lookup" and not c.variable.hidden)

    def engine(self, kinds: _Kinds, report: Report) -> Engine | None:
        if kinds not in self.engines:
            flat = with_inputs(self.flat, kinds.replaced, kinds.initials)
            plan = self.plan if kinds == self.plain() else None
            plan = plan or schedule(flat, Request(kinds.outputs, kinds.series, kinds.varying), report)
            if plan is None:
                return None
            self.engines[kinds] = Engine(plan, flat.tables, fits_floats(plan) and not kinds.batch)
        return self.engines[kinds]

    def default_engine(self, report: Report) -> Engine | None:
        """What runs where nothing is asked for but numbers."""
        return self.engine(self.plain(), report)

    def values(self, overrides: Sequence[Override], runs: int, report: Report) -> Values:
        constants = dict(self.flat.constants)
        tables = dict(self.flat.tables)
        for found in overrides:
            if found.points is not None:
                old = tables[found.key]
                made = np.empty(old.shape, dtype=object)
                for cell in np.ndindex(*old.shape):
                    mode = old[cell].mode if old[cell] is not None else "interpolate"
                    made[cell] = replace(found.points, mode=mode)
                tables[found.key] = made
            elif found.times is None and found.array is not None:
                constants[_slot(found)] = self.filled(found)
        return Values(constants, {}, tables, runs)

    def filled(self, found: Override) -> Array:
        """Elements that the override leaves out keep the model's own values."""
        assert found.array is not None
        array = found.array if found.runs > 1 else found.array[..., 0]
        own = self.flat.constants.get(found.key)
        if own is None or not np.isnan(array).any():
            return array
        return np.where(np.isnan(array), own if found.runs == 1 else own[..., None], array)

    def series(self, overrides: Iterable[Override], grid: Clock) -> dict[str, Array]:
        """Each series at every step: linear between its times, the ends held."""
        made: dict[str, Array] = {}
        steps = grid.start + np.arange(grid.steps + 1) * grid.step
        for found in overrides:
            if found.times is not None and found.array is not None:
                flat = found.array.reshape(len(found.times), -1)
                columns = [np.interp(steps, found.times, column) for column in flat.T]
                shape = (len(steps), *found.array.shape[1:])
                made[found.key] = np.stack(columns, axis=1).reshape(shape)
                if found.runs == 1:
                    made[found.key] = made[found.key][..., 0]
        return made

    # The clock.

    def clock(self, values: Values, kinds: _Kinds, report: Report) -> Clock | None:
        numbers = self.control_values(values, kinds, report)
        missing = [self.closed.variables[key].variable.label for key in CONTROLS[:3] if np.isnan(numbers[key])]
        if missing:
            names = ", ".join(missing[:-1]) + f" and {missing[-1]}" if len(missing) > 1 else missing[0]
            report.error("SF202", f"{names} {'are' if len(missing) > 1 else 'is'} missing",
                         hint="add them, or give " + ", ".join(f"--{name.lower().replace(' ', '-')}" for name in missing))
            return None
        saveper = numbers[SAVEPER] if not np.isnan(numbers[SAVEPER]) else numbers[TIME_STEP]
        return clock(numbers[INITIAL_TIME], numbers[FINAL_TIME], numbers[TIME_STEP], saveper, report)

    def control_values(self, values: Values, kinds: _Kinds, report: Report) -> dict[str, float]:
        """The four control variables at the start: constants, or computed by a plan of their own."""
        if all(key in values.constants for key in CONTROLS):
            return {key: float(np.max(values.constants[key])) for key in CONTROLS}
        asked = replace(kinds, outputs=CONTROLS, batch=False, varying=frozenset(), series=frozenset())
        engine = self.engine(asked, report)
        if engine is None:
            return dict.fromkeys(CONTROLS, np.nan)
        start = values.constants.get(INITIAL_TIME)
        begin = float(np.max(start)) if start is not None else 0.0
        step = values.constants.get(TIME_STEP)
        grid = Clock(begin, float(np.max(step)) if step is not None else 1.0, 0, np.zeros(1, dtype=np.int64))
        found = engine.run(values, grid, "euler")
        return {key: float(found[key][0]) if key in found else float(np.max(values.constants[key])) for key in CONTROLS}

    def method(self, options: Options) -> str:
        asked = (options.method or self.closed.project.method).lower().replace(" ", "_").replace("-", "_")
        return "rk2_heun" if asked == "rk2" and self.closed.project.dialect.rk2 == "heun" else asked

    def fits(self, engine: Engine, grid: Clock, runs: int, report: Report) -> bool:
        """Whether the rows fit the limit, estimated before any memory is taken."""
        slots = engine.plan.slots
        cells = sum(int(np.prod(slots[k].shape)) * (runs if slots[k].varies else 1) for k in engine.plan.outputs)
        total = cells * len(grid.saves)
        if total <= MAX_CELLS:
            return True
        report.error("SF702", f"the run would keep {total:,} numbers ({len(grid.saves):,} rows of {cells:,}); the limit is "
                     f"{MAX_CELLS:,}", hint="ask for fewer outputs (--variable) or raise SAVEPER (--saveper)")
        return False

    # The result.

    def result(
        self, found: dict[str, Array], values: Values, kinds: _Kinds, grid: Clock, labels: Sequence[Any] | None,
        method: str, given: Mapping[str, Any], engine: Engine,
    ) -> Result:
        rows = len(engine.times)
        series = self.saved_series(values, grid)
        arrays: dict[str, Array] = {}
        for key in kinds.outputs:
            shape = self.flat.slots[key].shape
            if key in found:
                array = found[key]
            elif key in series:
                array = series[key]
            elif key in values.constants:
                array = values.constants[key][None]
            else:
                continue
            if labels is not None and array.ndim == len(shape) + 1:
                array = array[..., None]
            elif labels is None and array.ndim == len(shape) + 2:
                array = array[..., 0]
            arrays[key] = np.broadcast_to(array, (rows, *array.shape[1:])) if len(array) != rows else array
        attrs = {
            **self.facts, "stockflow_version": __version__, "backend": "float" if engine.floats else "numpy",
            "method": method, "overrides": json.dumps({str(k): _plain(v) for k, v in given.items()}),
        }
        columns = tuple(self.column(key) for key in arrays)
        runs = None if labels is None else np.array(labels)
        return Result(engine.times, columns, arrays, runs, attrs, self.closed.project.time_units)

    def saved_series(self, values: Values, grid: Clock) -> dict[str, Array]:
        return {key: array[grid.saves] for key, array in values.series.items()}

    def column(self, key: str) -> Column:
        if key not in self.columns:
            self.columns[key] = column(self.closed.variables[key])
        return self.columns[key]


def column(closed: Closed) -> Column:
    """The facts of a variable for a result."""
    variable = closed.variable
    equation = "; ".join(e.text for e in variable.equations if e.text)
    dimensions = tuple((home.label, home.labels) for home in closed.ranges)
    line = variable.span.line if variable.span else None
    return Column(variable.key, variable.label, variable.kind, dimensions, closed.defined, variable.units, variable.doc,
                  equation, line, variable.limits)


def _slot(found: Override) -> str:
    return initial_slot(found.key) if found.what == "initial" else found.key


def _plain(value: Any) -> Any:
    """An override as JSON can hold it."""
    if hasattr(value, "value") and type(value).__name__ in ("Replace", "Initial"):
        return {type(value).__name__.lower(): _plain(value.value)}
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if hasattr(value, "to_dict") and not hasattr(value, "dims"):
        return {str(k): float(v) for k, v in value.to_dict().items()}
    array = np.asarray(getattr(value, "values", value))
    return array.tolist()
