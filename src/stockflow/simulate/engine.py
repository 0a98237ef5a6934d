"""Running a plan: inputs laid out, the text compiled once per method, rows taken back as arrays by slot.

It knows plans, clocks and numbers; overrides, names and Datasets are above it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stockflow.backends import compiled
from stockflow.backends.numpy import array_program, assign_of, layout
from stockflow.backends.numpy import namespace as array_namespace
from stockflow.backends.numpy import slot_names as array_names
from stockflow.backends.pytext import float_text, namespace, slot_names
from stockflow.backends.scalar import ScalarPlan, cell_key, cells, scalarise
from stockflow.ir.plan import Plan
from stockflow.ir.walk import widest
from stockflow.limits import Limits
from stockflow.lowering.flat import Points
from stockflow.runtime import lookup
from stockflow.runtime.budget import Budget
from stockflow.simulate.clock import Clock
from stockflow.simulate.result import Array

MAX_UNROLLED = 32
MAX_SCALARS = 60_000
MAX_TERMS = 200_000
TOLERANCES = (1e-3, 1e-3)
# The name of the memory of a slot, in generated text.
_MEMORY = re.compile(r"(\w+)_LINE\b")


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """What a run is given: constants (dims..., and runs last where they vary), series over steps, lookup points."""

    constants: dict[str, Array]
    series: dict[str, Array]
    tables: dict[str, NDArray[Any]]
    runs: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """What a run made: values by slot (rows, dims..., runs), of one row where they never change; times of the rows."""

    values: dict[str, Array]
    times: Array


@dataclass(slots=True)
class Engine:
    """One plan, ready to run. `tables` give the lookups' ways of reading, known when the text is made."""

    plan: Plan
    tables: dict[str, NDArray[Any]]
    floats: bool
    limits: Limits
    texts: dict[tuple[str, bool], str] = field(default_factory=dict)
    functions: dict[tuple[str, bool], Callable[..., None]] = field(default_factory=dict)
    scalars: ScalarPlan | None = None
    pool: dict[str, Any] = field(default_factory=dict)
    budget: Budget = field(init=False)

    def __post_init__(self) -> None:
        self.budget = Budget(self.limits)

    def text(self, method: str, *, guarded: bool = False) -> str:
        """The generated program, as people may read it."""
        key = (method, guarded)
        if key not in self.texts:
            self.texts[key] = self.make(method, guarded)
        return self.texts[key]

    def make(self, method: str, guarded: bool) -> str:
        if self.floats:
            plan = self.scalar_plan()
            read = [found for found in plan.inputs if found.kind == "table"]
            modes = {found.key: self.tables[found.slot][found.cell].mode for found in read}
            return float_text(plan, modes, method, guarded=guarded)
        made = array_program(self.plan, self.tables, method)
        self.pool = made.pool
        return made.text

    def scalar_plan(self) -> ScalarPlan:
        if self.scalars is None:
            self.scalars = scalarise(self.plan)
        return self.scalars

    def function(self, method: str, guarded: bool) -> Callable[..., None]:
        key = (method, guarded)
        if key not in self.functions:
            if self.floats:
                names = namespace(len(self.scalar_plan().outputs), self.budget, guarded=guarded)
            else:
                names = array_namespace(self.budget)
            text = self.text(method, guarded=guarded)
            self.functions[key] = compiled.function(text, {**names, **self.pool})
        return self.functions[key]

    def run(
        self, values: Values, clock: Clock, method: str, progress: Callable[[int], None] | None = None
    ) -> Made:
        """Values by slot at the clock's saves."""
        return self.run_floats(values, clock, method, progress) if self.floats else self.run_arrays(
            values, clock, method, progress
        )

    def remembering(self, fault: BaseException) -> str:
        """The slot whose memory raised a fault; empty where it was none."""
        found = _MEMORY.search(compiled.line_of(fault))
        if found is None:
            return ""
        if not self.floats:
            return next((slot for slot, name in array_names(self.plan).items() if name == found[1]), "")
        key = next((key for key, name in slot_names(self.scalar_plan()).items() if name == found[1]), "")
        slots = self.plan.slots.items()
        return next((slot for slot, one in slots if any(cell_key(slot, at) == key for at in cells(one.shape))), "")

    # Float text.

    def run_floats(
        self, values: Values, clock: Clock, method: str, progress: Callable[[int], None] | None
    ) -> Made:
        plan = self.scalar_plan()
        constants, series, tables = [], [], []
        for found in plan.inputs:
            is_constant, is_series = found.kind == "constant", found.kind == "series"
            constants.append(float(values.constants[found.slot][found.cell]) if is_constant else None)
            series.append(values.series[found.slot].T[found.cell[::-1]].tolist() if is_series else None)
            tables.append(curve_of(values.tables[found.slot][found.cell]) if found.kind == "table" else None)
        fixed = np.empty(len(plan.fixed))
        given = (constants, series, tables)
        try:
            rows, times = self.attempt(given, fixed, clock, method, progress, guarded=False)
        except (ArithmeticError, ValueError, TypeError):
            # The bare text met 1/0, ln(-1) or the like: the guarded text gives the IEEE value and goes on.
            rows, times = self.attempt(given, fixed, clock, method, progress, guarded=True)
        return Made(self.taken_apart(np.ascontiguousarray(rows.T), fixed), times)

    def attempt(
        self, given: tuple[Any, ...], fixed: Array, clock: Clock, method: str, progress: Callable[[int], None] | None,
        *, guarded: bool,
    ) -> tuple[Array, Array]:
        """One run of the float text: its rows and their times."""
        outputs = len(self.scalar_plan().outputs)
        run = self.function(method, guarded)
        self.budget.renew()
        tail = (clock.start, clock.step, clock.steps, TOLERANCES, 1)
        if self.plan.varying_clock:
            made: list[Any] = []
            times: list[float] = []
            run(*given, made, fixed, times, *tail)
            return np.array(made, dtype=np.float64).reshape(len(times), outputs), np.array(times)
        rows = np.empty((len(clock.saves), outputs))
        run(*given, rows, fixed, telling(clock, progress), *tail)
        return rows, clock.times

    def taken_apart(self, rows: Array, fixed: Array) -> dict[str, Array]:
        found: dict[str, Array] = {}
        for keys, block in ((self.plan.outputs, rows), (self.plan.fixed, fixed[:, None])):
            place = 0
            for key in keys:
                shape = self.plan.slots[key].shape
                size = int(np.prod(shape))
                part = block[place : place + size]
                found[key] = part[0] if not shape else np.moveaxis(part.reshape(*shape, -1), -1, 0)
                place += size
        return found

    # Array text.

    def run_arrays(
        self, values: Values, clock: Clock, method: str, progress: Callable[[int], None] | None
    ) -> Made:
        given = (values.constants, values.series, values.tables)
        arguments, found = layout(self.plan, *given, len(clock.saves), values.runs)
        saves: Any = telling(clock, progress)
        moving = self.plan.varying_clock
        if moving:
            arguments[3], saves = [[] for _ in self.plan.outputs], []
        self.budget.renew()
        with np.errstate(all="ignore"):
            self.function(method, False)(
                *arguments, saves, clock.start, clock.step, clock.steps, TOLERANCES, values.runs
            )
        if moving:
            shapes = {key: found[key].shape[1:] for key in self.plan.outputs}
            kept = zip(shapes.items(), arguments[3], strict=True)
            found |= {key: np.array([np.broadcast_to(row, shape) for row in rows]) for (key, shape), rows in kept}
        return Made(found, np.array(saves) if moving else clock.times)


def telling(clock: Clock, progress: Callable[[int], None] | None) -> Iterator[int]:
    """The steps to save, as generated text takes them; each is told to `progress` when it has been saved."""
    saves = clock.saves.tolist()
    return iter(saves) if progress is None else _told(saves, progress)


def _told(saves: list[int], progress: Callable[[int], None]) -> Iterator[int]:
    for step in saves:
        yield step
        progress(step)


def curve_of(points: Points) -> lookup.Curve:
    return lookup.curve(points.x, points.y)


def fits_floats(plan: Plan) -> bool:
    """Whether float text suits a plan: small arrays only, and not too many elements and terms of sums in all."""
    sizes = [math.prod(slot.shape) for slot in plan.slots.values()]
    if any(size > MAX_UNROLLED for size in sizes) or sum(sizes) > MAX_SCALARS:
        return False
    return len(sizes) == sum(sizes) or _terms(plan) <= MAX_TERMS


def _terms(plan: Plan) -> int:
    """How many terms the sums of a plan have, each written out."""
    blocks = (plan.once, plan.initial, plan.step, plan.report, plan.rates)
    assigns = [assign_of(step) for block in blocks for step in block]
    return sum(math.prod(axis.size for axis in one.axes) * widest(one.expr) for one in assigns)
