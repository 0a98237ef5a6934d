"""One run from overrides to a Result: inputs, plan by the kinds asked for, clock, engine, facts.

Plans are kept by the kinds of overrides, so that a second run with other numbers compiles nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stockflow._version import __version__
from stockflow.analysis.closed import Closed, ClosedModel
from stockflow.data.series import Library, Shelf
from stockflow.diagnostics.model import Report
from stockflow.ir.changes import Changes
from stockflow.ir.model import (
    CONTROLS,
    FINAL_TIME,
    INITIAL_TIME,
    NOISE_SEED,
    NUMBERLESS,
    RUN_NUMBER,
    SAVEPER,
    TIME_STEP,
)
from stockflow.ir.names import key_of
from stockflow.ir.plan import Assign, Plan
from stockflow.lowering.flat import FlatModel, Recipe
from stockflow.lowering.keepers import euler
from stockflow.lowering.overrides import mask_slot, with_inputs
from stockflow.lowering.partial import without
from stockflow.runtime.budget import BadClock, RunLimit
from stockflow.runtime.states import BadValue
from stockflow.schedule import Request, schedule
from stockflow.simulate import faults
from stockflow.simulate.attributes import plain, seed
from stockflow.simulate.beyond import Read, reads, tell_beyond
from stockflow.simulate.changes import settings_of
from stockflow.simulate.clock import Clock, clock, tell_missing
from stockflow.simulate.engine import Engine, Made, Values, fits_floats
from stockflow.simulate.feeds import tell_unused
from stockflow.simulate.forms import Labels
from stockflow.simulate.inputs import Inputs, points_differ
from stockflow.simulate.kept import Kept
from stockflow.simulate.members import share_of, tell_of, together
from stockflow.simulate.overrides import Override, What, read
from stockflow.simulate.partial import Partial
from stockflow.simulate.ranges import tell_excursions
from stockflow.simulate.result import Array, Column, Result
from stockflow.simulate.room import Room, holds_runs, moving_steps, row_size
from stockflow.simulate.sources import Sources, tell_moving
from stockflow.source import Span

NO_DATA = Library()
NO_CHANGES = Changes()


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
    seed: int | None = None
    changes: Changes = NO_CHANGES


@dataclass(frozen=True, slots=True)
class _Kinds:
    """The structure of a plan: which inputs are series, differ by run, replace an equation or an initial value.

    `lacking` are the variables that have no value, where the rest is to run without them.
    """

    outputs: tuple[str, ...]
    series: frozenset[str]
    varying: frozenset[str]
    replaced: frozenset[str]
    initials: frozenset[str]
    batch: bool
    partly: frozenset[str] = frozenset()
    lacking: frozenset[str] = frozenset()


@dataclass(slots=True)
class Session:
    """A lowered model with its compiled plans."""

    closed: ClosedModel
    flat: FlatModel
    facts: dict[str, str]
    plan: Plan | None = None
    hashes: Mapping[str, str] = field(default_factory=dict)
    engines: dict[_Kinds, Engine] = field(default_factory=dict)
    reads: dict[_Kinds, tuple[Read, ...]] = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)
    shelf: Shelf = field(default_factory=Shelf)
    partial: Partial | None = None
    left_out: dict[_Kinds, dict[str, str]] = field(default_factory=dict)
    recipe_engines: dict[tuple[Any, ...], Engine] = field(default_factory=dict)

    def run(self, given: Mapping[str, Any], options: Options, report: Report) -> Result | None:
        """The result, or None where the report says what does not fit."""
        if options.method is not None:
            variables = (closed.variable for closed in self.closed.variables.values())
            options = replace(options, method=euler(options.method, variables, report))
        asked = (*given.items(), *self.controls(options))
        changed = settings_of(options.changes, self.closed, report)
        overrides, labels = read(asked, self.closed.variables, self.flat, report, changed)
        overrides += self.numbered(overrides, options, labels)
        self.refuse_structural(overrides, report)
        library = self.shelf.library(options.data, report, self.flat.limits)
        tell_unused(self.flat.data, self.closed.variables, library, report)
        if report.failed:
            return None
        kinds = self.kinds(overrides, options, library, labels is not None)
        if self.partial is not None:
            self.partial.tell(self.gone(kinds), options.outputs or (), overrides, library, report)
        engine = None if report.failed else self.engine(kinds, report)
        if engine is None:
            return None
        separate = labels is not None and (
            self.method(options).endswith("_auto") or self.clocks_differ(engine) or points_differ(self.flat, overrides)
        )
        if labels is not None and separate:
            result = self.apart(overrides, labels, options, library, given, report)
        else:
            result = self.computed(overrides, labels, options, library, given, report)
        if result is not None:
            tell_excursions(result, self.closed.variables, report)
        return result

    def clocks_differ(self, engine: Engine) -> bool:
        """Whether a control variable depends on what differs between the runs of a batch."""
        return any(engine.plan.slots[key].varies for key in CONTROLS)

    def apart(
        self, overrides: Sequence[Override], labels: Labels, options: Options, library: Library,
        given: Mapping[str, Any], report: Report,
    ) -> Result | None:
        """The runs of a batch one after the other, since they do not take the same steps."""
        results: list[Result] = []
        for place, label in enumerate(labels):
            own = Report(file=report.file)
            alone = replace(options, progress=share_of(options.progress, place, len(labels)))
            found = self.computed([one.member(place) for one in overrides], None, alone, library, given, own)
            tell_of(label, own, report)
            if found is None or report.failed:
                return None
            results.append(found)
        return together(results, labels, report)

    def computed(
        self, overrides: Sequence[Override], labels: Labels | None, options: Options, library: Library,
        given: Mapping[str, Any], report: Report,
    ) -> Result | None:
        """The result of runs that share a clock."""
        runs = len(labels) if labels is not None else 1
        kinds = self.kinds(overrides, options, library, labels is not None)
        engine = self.engine(kinds, report)
        if engine is None:
            return None
        if not holds_runs(engine.plan, runs, self.flat.limits, report):
            return None
        values = self.values(overrides, runs)
        grid = self.clock(values, kinds, report, overrides, library, row_size(engine.plan, runs))
        if grid is None or report.failed:
            return None
        if engine.plan.varying_clock:
            self.refuse_moving_steps(engine.plan, report)
            shown = set(kinds.outputs) & (self.flat.data - kinds.replaced)
            if shown or any(found.kind == "series" for found in engine.plan.inputs):
                tell_moving(report)
                return None
            grid = replace(grid, steps=moving_steps(engine.plan, runs, self.flat.limits))
        fed = self.fed(values, engine, overrides, library, grid, kinds, kinds.outputs, options, report)
        if fed is None:
            return None
        values = fed
        method = self.method(options)
        progress = options.progress
        steps = grid.steps
        tell = (lambda step: progress(step, steps)) if progress is not None else None
        try:
            made = engine.run(replace(values, runs=runs), grid, method, tell)
        except (RunLimit, BadValue) as fault:
            faults.of_memory(fault, engine, self.flat, report)
            return None
        given_values = replace(values, runs=runs)
        if not self.may_go_on(made, given_values, kinds, grid, labels, method, engine, options, report):
            return None
        if kinds not in self.reads:
            self.reads[kinds] = reads(engine.plan, self.flat.tables)
        kept = Kept(engine.plan, values, made.values, grid, made.times)
        tell_beyond(self.reads[kinds], kept, self.closed.variables, labels, report)
        return self.result(made, values, kinds, grid, labels, method, given, engine, library)

    def may_go_on(
        self, made: Made, values: Values, kinds: _Kinds, grid: Clock, labels: Labels | None, method: str,
        engine: Engine, options: Options, report: Report,
    ) -> bool:
        """False where a value is infinite or NaN and the run is to stop at it; the causes are reported either way."""
        if faults.all_finite(made.values.values()):
            return True
        division = "ZIDZ" if self.closed.project.dialect.spelling == "vensim" else "SAFEDIV"

        def replay(outputs: tuple[str, ...]) -> Engine | None:
            return self.engine(replace(kinds, outputs=outputs), Report())

        ran = faults.Ran(
            engine.plan, values, grid, made.times, method, made.values, labels, self.closed.variables, division, replay
        )
        faults.first(ran, report, options.on_nan)
        return not report.failed

    # Inputs.

    def refuse_structural(self, overrides: Sequence[Override], report: Report) -> None:
        for found in overrides:
            if found.key in self.flat.structural:
                label = self.closed.variables[found.key].variable.label
                report.error("SF211", f"'{label}' decides how the model is built, which no run can change",
                             hint=f"change {label} in the model's file", variable=label)

    def refuse_moving_steps(self, plan: Plan, report: Report) -> None:
        """A belt has one slat for each TIME STEP, so that no step may be longer than another."""
        moving = any(isinstance(step, Assign) and step.slot == TIME_STEP for step in plan.step)
        carried = [found.variable for found in self.closed.variables.values() if found.variable.keeper is not None]
        if moving and carried:
            report.error("SF114", f"'{carried[0].label}' is a conveyor or queue, and TIME STEP changes during the run",
                         carried[0].span, hint="give a number: --time-step", variable=carried[0].label)

    @staticmethod
    def controls(options: Options) -> list[tuple[str, Any]]:
        """The control variables that are set as options, as overrides by name."""
        chosen = ((INITIAL_TIME, options.initial_time), (FINAL_TIME, options.final_time),
                  (TIME_STEP, options.time_step), (SAVEPER, options.saveper))
        return [(key, value) for key, value in chosen if value is not None]

    def numbered(self, overrides: Sequence[Override], options: Options, labels: Labels | None) -> list[Override]:
        """What random numbers need: the seed, and the number of each run where all have the same seed."""
        if RUN_NUMBER not in self.flat.constants:
            return []
        made = []
        if options.seed is not None:
            what: What = "constant" if NOISE_SEED in self.flat.constants else "replace"
            made.append(Override(NOISE_SEED, what, np.array([float(options.seed)])))
        if labels is not None and not any(found.key == NOISE_SEED and found.by_run for found in overrides):
            made.append(Override(RUN_NUMBER, "constant", np.arange(float(len(labels))), by_run=True))
        return made

    def kinds(self, overrides: Sequence[Override], options: Options, library: Library, batch: bool) -> _Kinds:
        made = _Kinds(
            options.outputs or (),
            frozenset(o.slot for o in overrides if o.moving and o.what != "data"),
            frozenset(o.slot for o in overrides if o.by_run),
            frozenset(o.key for o in overrides if o.what == "replace"),
            frozenset(o.key for o in overrides if o.what == "initial"),
            batch,
            frozenset(o.key for o in overrides if o.mask is not None and o.what in ("replace", "initial")),
            frozenset() if self.partial is None else self.partial.lacking(overrides, library),
        )
        return made if options.outputs is not None else self.with_outputs(made)

    def plain(self) -> _Kinds:
        """The kinds of a run in which only numbers are set, for which loading made the plan."""
        none: frozenset[str] = frozenset()
        lacking = none if self.partial is None else frozenset(self.partial.faults)
        return self.with_outputs(_Kinds((), none, none, none, none, False, lacking=lacking))

    def with_outputs(self, kinds: _Kinds) -> _Kinds:
        """All that can be computed as outputs."""
        gone = self.gone(kinds)
        variables = (closed.variable for key, closed in self.closed.variables.items() if key not in gone)
        return replace(kinds, outputs=tuple(v.key for v in variables if v.kind not in NUMBERLESS and not v.hidden))

    def gone(self, kinds: _Kinds) -> dict[str, str]:
        """What cannot be computed, each with the variable that it is left out for; nothing in an ordinary session."""
        if self.partial is None:
            return {}
        alike = replace(kinds, outputs=(), series=frozenset(), varying=frozenset(), batch=False)
        if alike not in self.left_out:
            self.left_out[alike] = self.partial.left_out(self.with_inputs(kinds), kinds.lacking)
        return self.left_out[alike]

    def with_inputs(self, kinds: _Kinds) -> FlatModel:
        return with_inputs(self.flat, kinds.replaced, kinds.initials, kinds.partly)

    def engine(self, kinds: _Kinds, report: Report) -> Engine | None:
        if kinds not in self.engines:
            flat = without(self.with_inputs(kinds), self.gone(kinds))
            plan = self.plan if kinds == self.plain() else None
            plan = plan or schedule(flat, Request(kinds.outputs, kinds.series, kinds.varying), report)
            if plan is None:
                return None
            self.engines[kinds] = Engine(plan, flat.tables, fits_floats(plan) and not kinds.batch, flat.limits)
        return self.engines[kinds]

    def default_engine(self, report: Report) -> Engine | None:
        """What runs where nothing is asked for but numbers."""
        return self.engine(self.plain(), report)

    def values(self, overrides: Sequence[Override], runs: int) -> Values:
        constants = dict(self.flat.constants)
        tables = dict(self.flat.tables)
        for found in overrides:
            if found.what == "table":
                tables[found.key] = self.table(found)
            if found.mask is not None and found.what != "data":
                constants[mask_slot(found.key)] = found.mask.astype(np.float64)
            if found.array is not None and not found.moving and found.what != "data":
                constants[found.slot] = found.array if found.by_run else found.array[..., 0]
        return Values(constants, {}, tables, runs)

    def table(self, found: Override) -> NDArray[Any]:
        """The points of a lookup with those of the override in their places; how they are read stays."""
        made = self.flat.tables[found.key].copy()
        for cell, points in found.points.items():
            made[cell] = points if made[cell] is None else replace(points, mode=made[cell].mode)
        return made

    def fed(
        self, values: Values, engine: Engine, overrides: Sequence[Override], library: Library, grid: Clock,
        kinds: _Kinds, shown: Iterable[str], options: Options, report: Report,
    ) -> Values | None:
        """The values with what comes from outside over time: overrides first, then data; None after an error."""
        moving = engine.plan.varying_clock
        known = replace(grid, steps=0) if moving else grid
        sources = Sources(self.closed.variables, library, {one.key: one for one in overrides}, known, report, moving)
        inputs = Inputs(self.flat, sources, overrides, lambda recipe: self.recipe_engine(recipe, kinds, report))
        return inputs.added(values, engine.plan, grid, options.outputs or (), shown)

    def recipe_engine(self, recipe: Recipe, kinds: _Kinds, report: Report) -> Engine | None:
        """What computes a data equation, kept by the kinds of what it reads."""
        assert recipe.flat is not None
        own = recipe.flat.slots.keys() - recipe.flat.data
        replaced, partly, series = kinds.replaced & own, kinds.partly & own, kinds.series & own
        asked = (recipe, frozenset(replaced), frozenset(partly), frozenset(series))
        if asked not in self.recipe_engines:
            flat = with_inputs(recipe.flat, replaced, (), partly)
            plan = schedule(flat, Request((recipe.value,), frozenset(series)), report)
            if plan is None:
                return None
            self.recipe_engines[asked] = Engine(plan, flat.tables, fits_floats(plan), flat.limits)
        return self.recipe_engines[asked]

    # The clock.

    def clock(
        self, values: Values, kinds: _Kinds, report: Report, overrides: Sequence[Override] = (),
        library: Library = NO_DATA, cells: int = 0,
    ) -> Clock | None:
        empty = [key for key in CONTROLS[:3] if np.isnan(values.constants.get(key, 0.0)).any()]
        without = [key for key in empty if not self.place(key)]
        numbers, moving = ({}, False) if without else self.control_values(values, kinds, overrides, library, report)
        if report.failed:
            return None
        without = without or [key for key in CONTROLS[:3] if key not in numbers]
        if without:
            tell_missing([self.closed.variables[key].variable for key in without], report)
            return None
        saveper = numbers.get(SAVEPER, np.nan)
        saveper = numbers[TIME_STEP] if np.isnan(saveper) and not self.place(SAVEPER) else saveper
        given = {found.key for found in overrides}
        return clock(
            numbers[INITIAL_TIME], numbers[FINAL_TIME], numbers[TIME_STEP], saveper, report,
            lambda key: None if key in given else self.place(key), Room(self.flat.limits, cells), moving,
        )

    def place(self, key: str) -> Span | None:
        """Where the value of a control variable stands in the file."""
        equations = self.closed.variables[key].variable.equations
        return equations[0].expr.span or equations[0].span if equations else None

    def check_clock(self, report: Report) -> None:
        """Report what the model's own control variables would not let run; files of data are not asked for yet."""
        found = Report(file=report.file)
        cells = 0 if self.plan is None else row_size(self.plan, 1)
        self.clock(Values(self.flat.constants, {}, self.flat.tables), self.plain(), found, cells=cells)
        report.items += [item for item in found if item.code != "SF601"]

    def control_values(
        self, values: Values, kinds: _Kinds, overrides: Sequence[Override], library: Library, report: Report
    ) -> tuple[dict[str, float], bool]:
        """The control variables that have a value at the start, of a plan of their own, and whether one may change."""
        if all(key in values.constants for key in CONTROLS):
            return {key: float(np.max(values.constants[key])) for key in CONTROLS}, False
        asked = replace(kinds, outputs=CONTROLS, batch=False, varying=frozenset())
        engine = self.engine(asked, report)
        if engine is None:
            return {}, True
        start = values.constants.get(INITIAL_TIME)
        begin = float(np.max(start)) if start is not None else 0.0
        step = values.constants.get(TIME_STEP)
        grid = Clock(begin, float(np.max(step)) if step is not None else 1.0, 0, np.zeros(1, dtype=np.int64))
        first = Report(file=report.file)
        fed = self.fed(values, engine, overrides, library, grid, kinds, (), Options(), first)
        if fed is None:
            report.items += first.items
            return {}, True
        try:
            found = values.constants | engine.run(fed, grid, "euler").values
        except BadClock as fault:
            report.error("SF209", str(fault), self.place(key_of(fault.control)), hint=fault.hint,
                         variable=fault.control)
            return {}, True
        except (RunLimit, BadValue) as fault:
            report.error("SF209", str(fault), self.place(TIME_STEP), hint="give the control variables other equations")
            return {}, True
        return {key: float(np.max(found[key])) for key in CONTROLS if key in found}, engine.plan.varying_clock

    def method(self, options: Options) -> str:
        asked = (options.method or self.closed.project.method).lower().replace(" ", "_").replace("-", "_")
        return "rk2_heun" if asked == "rk2" and self.closed.project.dialect.rk2 == "heun" else asked

    # The result.

    def result(
        self, made: Made, values: Values, kinds: _Kinds, grid: Clock, labels: Sequence[Any] | None,
        method: str, given: Mapping[str, Any], engine: Engine, library: Library,
    ) -> Result:
        rows = len(made.times)
        series = self.saved_series(values, grid)
        arrays: dict[str, Array] = {}
        for key in kinds.outputs:
            shape = self.flat.slots[key].shape
            if key in made.values:
                array = made.values[key]
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
            "method": method, "overrides": json.dumps({str(k): plain(v) for k, v in given.items()}),
            "data_sha256": json.dumps({**self.hashes, **library.hashes}), "seed": seed(values),
        }
        if self.partial is not None:
            attrs["left_out"] = json.dumps(self.partial.labels(self.gone(kinds)))
        columns = tuple(self.column(key) for key in arrays)
        runs = None if labels is None else np.array(labels)
        return Result(made.times, columns, arrays, runs, attrs, self.closed.project.time_units)

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
