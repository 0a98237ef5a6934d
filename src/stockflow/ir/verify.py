"""The invariants of a plan, as a check that names every breach; tests hold the plans of real models to them.

It reads the plan alone: it must not know how a plan is made, and no run pays for it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stockflow.ir.expr import (
    Along,
    Ask,
    At,
    Axis,
    Binary,
    Call,
    Draw,
    Element,
    Expr,
    If,
    Interpolate,
    Let,
    Missing,
    Name,
    Number,
    Positions,
    Reduce,
    Unary,
    Vector,
)
from stockflow.ir.model import TIME
from stockflow.ir.place import expr_at, part_at
from stockflow.ir.plan import (
    Assign,
    Belt,
    Hold,
    Level,
    Plan,
    Ring,
    Scan,
    Shift,
    Step,
    Target,
    filled,
    indices,
    sources_of,
)
from stockflow.ir.walk import postorder, preorder, rebuild_scoped

CLOCK = (TIME, "step time")
MOST_SCANNED = 2_000
_RUNNABLE = (Number, Missing, Name, Unary, Binary, If, Call, Let, Interpolate, Reduce, Vector, Draw, Ask, Positions)

Cells = dict[str, NDArray[np.bool_]]


def breaches(plan: Plan) -> list[str]:
    """What is wrong with a plan, one line each; empty for a sound one."""
    check = _Check(plan)
    check.inputs()
    check.states()
    check.phases()
    check.outputs()
    return check.found


@dataclass(slots=True)
class _Check:
    plan: Plan
    found: list[str] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)

    def wrong(self, where: str, what: str) -> None:
        self.found.append(f"{where}: {what}")

    # Inputs and states.

    def inputs(self) -> None:
        for item in self.plan.inputs:
            if item.slot not in self.plan.slots:
                self.wrong(item.slot, "an input without a slot")
            if item.slot in self.given | self.tables:
                self.wrong(item.slot, "two inputs for one slot")
            (self.tables if item.kind == "table" else self.given).add(item.slot)

    def states(self) -> None:
        for state in self.plan.states:
            if state.slot not in self.plan.slots:
                self.wrong(state.slot, "a state without a slot")
                continue
            match state:
                case Level(slot=slot, axes=axes, target=target, rate=rate):
                    self.target(slot, axes, target)
                    if rate not in self.plan.slots or self.shape(rate) != tuple(axis.size for axis in axes):
                        self.wrong(slot, f"the rate {rate} has not the shape of the level's cells")
                case Hold(slot=slot, source=source):
                    self.same_shape(slot, source)
                case Ring(slot=slot, source=source, delay=delay, initial=initial):
                    for other in (source, delay, initial):
                        self.same_shape(slot, other)
                case Belt(slot=slot, sources=sources, settings=settings):
                    for other in (*sources, *settings):
                        self.same_shape(slot, other)
                    self.given_tables(state)
                case _:
                    for other in sources_of(state):
                        self.same_shape(state.slot, other)
                    self.moved(state)

    def moved(self, shift: Shift) -> None:
        moves = shift.moves
        if moves.level not in (state.slot for state in self.plan.states if isinstance(state, Level)):
            self.wrong(shift.slot, f"moves {moves.level}, which is no stock")
            return
        shape = self.shape(moves.level)
        fits = len(moves.part) == len(shape) - 1 and moves.size > 0 and 0 <= moves.first <= shape[-1] - moves.size
        if not fits or not all(_inside(indices(p), size) for p, size in zip(moves.part, shape, strict=False)):
            self.wrong(shift.slot, f"moves elements that {moves.level} has not")
        followed = {part.axis for part in moves.part if isinstance(part, Along)}
        if not followed <= set(shift.axes) or self.shape(shift.slot) != tuple(axis.size for axis in shift.axes):
            self.wrong(shift.slot, "moves elements along an axis that is not its own")

    def given_tables(self, belt: Belt) -> None:
        if belt.tables and tuple(axis.size for axis in belt.axes) != self.shape(belt.slot):
            self.wrong(belt.slot, "the axes of a memory are not its dimensions")
        for table in belt.tables:
            if table.key not in self.tables:
                self.wrong(belt.slot, f"is given {table.key}, which is no table input")
            if any(axis not in belt.axes for axis in _followed(table)):
                self.wrong(belt.slot, f"is given {table.key} along an axis that is not its own")

    def same_shape(self, slot: str, other: str) -> None:
        if other not in self.plan.slots:
            self.wrong(slot, f"reads {other}, which is no slot")
        elif self.shape(other) not in ((), self.shape(slot)):
            self.wrong(slot, f"{other} has another shape")

    def shape(self, key: str) -> tuple[int, ...]:
        return self.plan.slots[key].shape

    def target(self, slot: str, axes: Sequence[Axis], target: Target) -> bool:
        """Whether a target fits its slot and its axes, each of which it must follow."""
        shape = self.shape(slot)
        before = len(self.found)
        if len(target) != len(shape):
            self.wrong(slot, f"{len(target)} subscripts are written into {len(shape)} dimensions")
            return False
        for part, size in zip(target, shape, strict=True):
            if isinstance(part, Along) and part.axis not in axes:
                self.wrong(slot, "the target follows an axis that is not the assignment's")
            elif not _inside(indices(part), size):
                self.wrong(slot, "the target leaves the slot's shape")
        if {part.axis for part in target if isinstance(part, Along)} < set(axes):
            self.wrong(slot, "an axis of the assignment is not in the target")
        return len(self.found) == before

    # Phases: what is written before it is read.

    def phases(self) -> None:
        plan = self.plan
        start = self.cells(plan.once, plan.initial)
        once = self.run(plan.once, {}, start)
        begun = self.run(plan.initial, once, start)
        for state in plan.states:
            if not begun.get(state.slot, np.zeros(1, bool)).any():
                self.wrong(state.slot, "a state without a first value")
        again = {_assign(step).slot for step in (*plan.step, *plan.report)}
        kept = {key: cells for key, cells in begun.items() if key not in again or key in {s.slot for s in plan.states}}
        moving = self.cells(plan.step, plan.report)
        stepped = self.run(plan.step, {**once, **kept}, moving)
        self.run(plan.rates, stepped, self.cells(plan.rates))
        for state in plan.states:
            for source in () if isinstance(state, Level) else sources_of(state):
                if source not in stepped and source not in self.given:
                    self.wrong(state.slot, f"its source {source} has no value in a step")
        self.run(plan.report, stepped, moving)
        for level in plan.states:
            if isinstance(level, Level) and level.rate not in {_assign(step).slot for step in plan.rates}:
                self.wrong(level.slot, "a level without a rate")

    def cells(self, *blocks: Iterable[Step]) -> Cells:
        """The cells that the blocks write in all, by slot."""
        written: Cells = {}
        for step in itertools.chain(*blocks):
            assign = _assign(step)
            if assign.slot in self.plan.slots and len(assign.target) == len(self.shape(assign.slot)):
                self.write(written, assign.slot, assign.target)
        return written

    def write(self, written: Cells, slot: str, target: Target) -> bool:
        """Mark the cells of a target; whether one of them was marked before."""
        cells = written.setdefault(slot, np.zeros(self.shape(slot), bool))
        if not all(_inside(indices(part), size) for part, size in zip(target, cells.shape, strict=True)):
            return False
        block = _block(target)
        twice = bool(np.any(cells[block]))
        cells[block] = True
        return twice

    def run(self, steps: Iterable[Step], written: Cells, final: Cells) -> Cells:
        """Go through a block in order; `final` are all cells that its phase will have written."""
        written = {key: cells.copy() for key, cells in written.items()}
        done: Cells = {}
        for step in steps:
            assign = _assign(step)
            if assign.slot not in self.plan.slots:
                self.wrong(assign.slot, "an assignment without a slot")
                continue
            if not self.target(assign.slot, (*assign.axes, *filled(assign.expr)), assign.target):
                continue
            self.expression(assign)
            if isinstance(step, Scan):
                self.scan(step, written, final)
            else:
                self.reads(assign, assign.expr, written, final)
            if self.write(done, assign.slot, assign.target):
                self.wrong(assign.slot, "a cell is written twice in a block")
            self.write(written, assign.slot, assign.target)
            self.claims(assign)
        return written

    def scan(self, step: Scan, written: Cells, final: Cells) -> None:
        """Element by element: each sees what the elements before it have written."""
        assign = step.assign
        wanted = itertools.product(*(range(axis.size) for axis in assign.axes))
        if sorted(step.order) != sorted(wanted):
            self.wrong(assign.slot, "the order of a scan does not hold each element once")
            return
        for at in step.order[:MOST_SCANNED]:
            here = dict(zip(assign.axes, at, strict=True))
            self.reads(assign, expr_at(assign.expr, here), written, final)
            self.write(written, assign.slot, tuple(part_at(part, here) for part in assign.target))

    def reads(self, assign: Assign, expr: Expr, written: Cells, final: Cells) -> None:
        """Cells that a later assignment of the phase writes must not be read yet; others must have a source."""
        for item in preorder(expr):
            if isinstance(item, Ask) and isinstance(item.memory, Name):
                self.begun(assign, item.memory.key, written)
        for name in _names(expr):
            if name.key in self.given or name.key in self.tables or name.key not in self.plan.slots:
                continue
            block = _block_of(name, self.shape(name.key))
            if block is None:
                continue
            if name.key not in written:
                self.wrong(assign.slot, f"reads {name.key}, which has no value yet")
            elif name.key in final and np.any(final[name.key][block] & ~written[name.key][block]):
                self.wrong(assign.slot, f"reads a cell of {name.key} before it is written")

    def begun(self, assign: Assign, key: str, written: Cells) -> None:
        """A memory may be asked when all cells of its slot have their first values."""
        if key in written and not np.all(written[key]):
            self.wrong(assign.slot, f"asks {key} before it has begun")

    # One assignment.

    def expression(self, assign: Assign) -> None:
        lets = {item.key for item in preorder(assign.expr) if isinstance(item, Let)}
        for item in postorder(assign.expr):
            if not isinstance(item, _RUNNABLE):
                self.wrong(assign.slot, f"{type(item).__name__} cannot be run")
            elif isinstance(item, Interpolate) and not (isinstance(item.table, Name) and item.table.key in self.tables):
                self.wrong(assign.slot, "a lookup is read that is no table input")
            elif isinstance(item, Ask) and not self.is_memory(item.memory):
                self.wrong(assign.slot, "asks what is no memory")
            elif isinstance(item, Positions) and len(item.values) != item.axis.size:
                self.wrong(assign.slot, "positions do not fit their axis")
            elif isinstance(item, Name) and item.key not in lets and item.key not in CLOCK:
                self.name(assign, item)
        self.axes(assign)

    def is_memory(self, memory: Expr) -> bool:
        belts = (state.slot for state in self.plan.states if isinstance(state, Belt))
        return isinstance(memory, Name) and memory.key in belts

    def name(self, assign: Assign, name: Name) -> None:
        if name.key not in self.plan.slots:
            self.wrong(assign.slot, f"reads {name.key}, which is no slot")
            return
        shape = self.shape(name.key)
        if len(name.subscripts) != len(shape):
            found = len(name.subscripts)
            self.wrong(assign.slot, f"reads {name.key} with {found} subscripts for {len(shape)} dimensions")
            return
        for part, size in zip(name.subscripts, shape, strict=True):
            if not isinstance(part, (Element, Along, At)):
                self.wrong(assign.slot, f"a subscript of {name.key} is not closed")
            elif not isinstance(part, At) and not _inside(indices(part), size):
                self.wrong(assign.slot, f"a subscript of {name.key} leaves its shape")
        if self.plan.slots[name.key].varies and not self.plan.slots[assign.slot].varies:
            self.wrong(assign.slot, f"differs between runs through {name.key} and is not marked so")

    def axes(self, assign: Assign) -> None:
        """Every axis that is followed is the assignment's, or one of a reduction around it."""

        def enter(item: Expr, scope: frozenset[Axis]) -> frozenset[Axis]:
            return scope.union(item.axes) if isinstance(item, Reduce) else scope

        def part(item: Expr, scope: frozenset[Axis], place: int) -> frozenset[Axis]:
            return scope.union(item.loops[place]) if isinstance(item, Vector) else scope

        def leave(item: Expr, scope: frozenset[Axis], _: frozenset[Axis]) -> Expr:
            if any(axis not in scope for axis in _followed(item)):
                self.wrong(assign.slot, "follows an axis that nothing around it runs over")
            return item

        rebuild_scoped(assign.expr, frozenset(assign.axes), enter, leave, part)

    def claims(self, assign: Assign) -> None:
        """`whole` promises that the target is the slot, in order."""
        plain = all(isinstance(part, Along) and part.table is None for part in assign.target)
        sizes = tuple(indices(part).size for part in assign.target)
        if assign.whole and not (plain and sizes == self.shape(assign.slot)):
            self.wrong(assign.slot, "an assignment of a part is marked as whole")

    # Outputs.

    def outputs(self) -> None:
        plan = self.plan
        moving = {_assign(step).slot for step in (*plan.step, *plan.report)} | {state.slot for state in plan.states}
        still = {_assign(step).slot for step in (*plan.once, *plan.initial)}
        for key in plan.outputs:
            if key not in moving:
                self.wrong(key, "an output that no step gives")
        for key in plan.fixed:
            if key not in still:
                self.wrong(key, "a fixed output that the start does not give")
            if key in moving:
                self.wrong(key, "a fixed output that changes")


def _assign(step: Step) -> Assign:
    return step.assign if isinstance(step, Scan) else step


def _inside(found: NDArray[np.intp], size: int) -> bool:
    return bool(np.all((found >= 0) & (found < size)))


def _names(expr: Expr) -> Iterator[Name]:
    lets = {item.key for item in preorder(expr) if isinstance(item, Let)}
    names = (item for item in preorder(expr) if isinstance(item, Name))
    return (name for name in names if name.key not in lets and name.key not in CLOCK)


def _followed(item: Expr) -> Iterator[Axis]:
    if isinstance(item, Positions):
        yield item.axis
    elif isinstance(item, Name):
        yield from (part.axis for part in item.subscripts if isinstance(part, Along))


def _block(target: Target) -> tuple[NDArray[np.intp], ...]:
    """An index for all cells of a target; an axis that stands twice is taken along its diagonal."""
    followed = list(dict.fromkeys(part.axis for part in target if isinstance(part, Along)))
    return tuple(
        indices(part).reshape([-1 if axis is part.axis else 1 for axis in followed]) if isinstance(part, Along)
        else indices(part).reshape([1] * len(followed))
        for part in target
    )


def _block_of(name: Name, shape: tuple[int, ...]) -> tuple[NDArray[np.intp], ...] | None:
    """The cells that a reference may touch; a computed index may touch all. None where it does not fit."""
    if len(name.subscripts) != len(shape):
        return None
    parts: list[NDArray[np.intp]] = []
    for part, size in zip(name.subscripts, shape, strict=True):
        found = indices(part) if isinstance(part, (Element, Along)) else np.arange(size)
        if not _inside(found, size):
            return None
        parts.append(found)
    return np.ix_(*parts) if parts else ()
