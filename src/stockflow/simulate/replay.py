"""A run done again with every slot kept, at the steps that are asked for.

It knows engines, clocks and cells; what makes a value bad, and why, is asked of others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from stockflow.ir.plan import Belt, Plan, Scan, Step
from stockflow.simulate.clock import Clock
from stockflow.simulate.engine import Engine, Values
from stockflow.simulate.result import Array

KEPT_CELLS = 4_000_000
FEWEST = 4

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Values by slot at some steps, in order; what never changes has one row."""

    steps: NDArray[np.int64]
    values: Mapping[str, Array]
    times: Array

    def at(self, step: int) -> dict[str, Array]:
        """The values of one of the steps."""
        place = int(np.searchsorted(self.steps, step))
        return {key: array[min(place, len(array) - 1)] for key, array in self.values.items()}

    def time(self, step: int) -> float:
        return float(self.times[int(np.searchsorted(self.steps, step))])

    def has(self, step: int) -> bool:
        place = int(np.searchsorted(self.steps, step))
        return place < len(self.steps) and int(self.steps[place]) == step


@dataclass(slots=True)
class Replay:
    """One run, single or taken out of a batch. Where TIME STEP moves, steps are the numbers of the saved rows."""

    engine: Engine
    values: Values
    clock: Clock
    method: str
    kept: Rows | None = None
    begin: dict[str, Array] = field(default_factory=dict)

    @property
    def plan(self) -> Plan:
        return self.engine.plan

    def rows(self, first: int, last: int) -> Rows:
        """Rows from one step to another: all of them, or as many as there is room for, both ends among them."""
        if self.kept is None or not self.covers(first, last):
            self.kept = self.made(self.sample(first, last))
        return self.kept

    def covers(self, first: int, last: int) -> bool:
        assert self.kept is not None
        low, high = np.searchsorted(self.kept.steps, (first, last))
        return self.kept.has(first) and self.kept.has(last) and int(high - low) == last - first

    def sample(self, first: int, last: int) -> NDArray[np.int64]:
        cells = sum(int(np.prod(self.plan.slots[key].shape)) for key in self.plan.outputs)
        room = max(FEWEST, KEPT_CELLS // max(1, cells))
        if last < room:
            return np.arange(last + 1)
        return np.unique(np.linspace(first, last, min(room, last - first + 1)).astype(np.int64))

    def made(self, steps: NDArray[np.int64]) -> Rows:
        moving = self.plan.varying_clock
        clock = self.clock if moving else replace(self.clock, steps=int(steps[-1]), saves=steps)
        made = self.engine.run(self.values, clock, self.method)
        values = {
            key: array[..., 0] if array.ndim > len(self.plan.slots[key].shape) + 1 else array
            for key, array in made.values.items()
        }
        return Rows(np.arange(len(made.times)) if moving else steps, values, made.times)

    def began(self, last: int, bad: Callable[[Rows], Mask]) -> int | None:
        """The first step up to `last` at which rows are bad; None where none is."""
        low, high = -1, last
        while high - low > 1:
            rows = self.rows(low + 1, high)
            hits = np.flatnonzero(bad(rows) & (rows.steps > low) & (rows.steps <= high))
            if not len(hits):
                return None
            place = int(hits[0])
            high = int(rows.steps[place])
            low = max(low, int(rows.steps[place - 1])) if place else low
        return high

    def start(self) -> dict[str, Array]:
        """What the start computes, before the first step: what is run once, and first values with all they need."""
        if not self.begin:
            slots = tuple(dict.fromkeys(_slot(step) for step in (*self.plan.once, *self.plan.initial)))
            belts = tuple(replace(state, sources=()) for state in self.plan.states if isinstance(state, Belt))
            plan = replace(
                self.plan, states=belts, step=(), report=(), rates=(), outputs=(), fixed=slots, varying_clock=False
            )
            engine = Engine(plan, self.engine.tables, self.engine.floats, self.engine.limits)
            clock = replace(self.clock, steps=0, saves=np.zeros(1, dtype=np.int64))
            made = engine.run(self.values, clock, "euler")
            self.begin = {key: array.reshape(plan.slots[key].shape) for key, array in made.values.items()}
        return self.begin


def one_run(values: Values, plan: Plan, run: int) -> Values:
    """The inputs of one run of a batch, as a batch of one."""

    def cut(found: Mapping[str, Array], extra: int) -> dict[str, Array]:
        return {
            key: array[..., run : run + 1] if key in plan.slots and array.ndim > len(plan.slots[key].shape) + extra
            else array
            for key, array in found.items()
        }

    return Values(cut(values.constants, 0), cut(values.series, 1), values.tables, 1)


def _slot(step: Step) -> str:
    return step.assign.slot if isinstance(step, Scan) else step.slot
