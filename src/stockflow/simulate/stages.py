"""The points inside a Runge-Kutta step, worked out again from the values at its start.

A stage leaves no trace in saved rows, so a fault in one can only be found by computing it; it must not know what is
looked for there.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from stockflow.ir.expr import Ask, Axis
from stockflow.ir.model import TIME
from stockflow.ir.place import Place, cell_at
from stockflow.ir.plan import Assign, Level, Plan, Scan, Step, filled
from stockflow.lowering.flat import Points
from stockflow.runtime import lookup
from stockflow.simulate.causes import Cell, explain
from stockflow.simulate.engine import curve_of
from stockflow.simulate.replay import Replay
from stockflow.simulate.result import Array

STEP_TIME = "step time"
MOST_CELLS = 20_000

# By method: for each stage, how far into the step it lies, on the slope of the stage before.
STAGES = {"rk2": (0.5,), "rk2_heun": (1.0,), "rk4": (0.5, 0.5, 1.0)}


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """What expressions read at one point of a run. `step` tells it from other moments."""

    replay: Replay
    values: Mapping[str, Array]
    step: int
    row: int
    time: float
    step_time: float

    def value(self, key: str, cell: Cell) -> float:
        """A value by slot and cell; 0 for a lookup, which has none."""
        if key in (TIME, STEP_TIME):
            return self.time if key == TIME else self.step_time
        given = self.replay.values
        if key in self.values:
            return float(self.values[key][cell])
        if key in given.series:
            return float(np.ravel(given.series[key][self.row][cell])[0])
        if key in given.constants:
            return float(np.ravel(given.constants[key][cell])[0])
        return 0.0 if key in given.tables else np.nan

    def shape(self, key: str) -> tuple[int, ...]:
        slot = self.replay.plan.slots.get(key)
        return slot.shape if slot is not None else ()

    def curve(self, key: str, cell: Cell) -> tuple[lookup.Curve, str] | None:
        points = self.replay.values.tables[key][cell]
        return (curve_of(points), points.mode) if isinstance(points, Points) else None


def stages(before: Moment, first_number: int) -> Iterator[Moment]:
    """The later stages of the step that begins at a moment, numbered downwards; none where that is too much work."""
    plan, clock = before.replay.plan, before.replay.clock
    if _work(plan) > MOST_CELLS or plan.varying_clock:
        return
    at = before
    for count, share in enumerate(STAGES.get(before.replay.method, ())):
        values = {key: np.array(array) for key, array in before.values.items()}
        for slot, cell, slope in _slopes(plan, at):
            values[slot][cell] = before.values[slot][cell] + share * clock.step * slope
        time = before.time + share * clock.step
        at = Moment(before.replay, values, first_number - count, before.row, time, before.step_time)
        _compute(plan, at, values)
        yield at


def _work(plan: Plan) -> int:
    return sum(int(np.prod([axis.size for axis in _assign(step).axes])) for step in (*plan.step, *plan.rates))


def _slopes(plan: Plan, at: Moment) -> Iterator[tuple[str, Cell, float]]:
    rates = {_assign(step).slot: _assign(step) for step in plan.rates}
    for level in plan.states:
        if isinstance(level, Level):
            for place in places(level.axes):
                yield level.slot, cell_at(level.target, place), explain(rates[level.rate].expr, place, at).value


def _compute(plan: Plan, at: Moment, values: Mapping[str, Array]) -> None:
    """Do what a later stage does again, in the order of the plan; what a memory answered at the start stands."""
    for step in plan.step:
        assign = _assign(step)
        if assign.frozen or isinstance(assign.expr, Ask):
            continue
        for place in places((*assign.axes, *filled(assign.expr))) if isinstance(step, Assign) else _ordered(step):
            values[assign.slot][cell_at(assign.target, place)] = explain(assign.expr, place, at).value


def places(axes: tuple[Axis, ...]) -> Iterator[Place]:
    for at in itertools.product(*(range(axis.size) for axis in axes)):
        yield dict(zip(axes, at, strict=True))


def _ordered(step: Scan) -> Iterator[Place]:
    for at in step.order:
        yield dict(zip(step.assign.axes, at, strict=True))


def _assign(step: Step) -> Assign:
    return step.assign if isinstance(step, Scan) else step
