"""Lookups that are read beyond their points, where their end values are held: each variable and lookup is told once.

It is worked out after a run from the kept values, so that no step pays for it. Hence it sees saved times only, and no
argument that needs what a run does not keep: variables that were not asked for, or what a memory or a draw gives.
(Vensim reference: a lookup used outside its range warns; XMILE 1.0 section 3.1.4: continuous ones hold their ends.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stockflow.analysis.closed import Closed
from stockflow.diagnostics.model import Report
from stockflow.ir.expr import Axis, Expr, If, Interpolate, Name, Reduce
from stockflow.ir.place import cell_at
from stockflow.ir.plan import Assign, Plan, Scan
from stockflow.ir.walk import children, preorder
from stockflow.lowering.flat import points_slot
from stockflow.runtime import numeric
from stockflow.simulate.kept import Formula, Kept, along, can_follow, formula, known
from stockflow.simulate.ranges import excursions
from stockflow.simulate.result import Array

CODE = "SF705"
MOST = 10
"""Lookups that are told one by one; of those after them the number is."""

HOLDING = ("interpolate", "discrete")
SLACK = 1e-6
"""The part of a lookup's width that an argument may be beyond it, since times and shares are rounded."""

Mask = NDArray[np.bool_]
Condition = tuple[Expr, bool]


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """The first and the last x of a lookup, infinite where it holds no end, in the shape (1, axes..., 1)."""

    low: Array
    high: Array
    slack: Array

    def outside(self, values: Array) -> Mask:
        found: Mask = (values < self.low - self.slack) | (values > self.high + self.slack)
        return found

    def left_by(self, values: Array) -> bool:
        """One look at the smallest and the largest value for a single lookup, since most stay inside."""
        if self.low.size > 1:
            return bool(self.outside(values).any())
        least, most, slack = self.low.item(), self.high.item(), self.slack.item()
        return bool(
            np.fmin.reduce(values, axis=None) < least - slack or np.fmax.reduce(values, axis=None) > most + slack
        )


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A place where a lookup is read: in what, over which axes, and under which conditions (that hold, or do not).

    `cells` are the lookup's points in the model, `bounds` theirs; a run may be given others.
    """

    assign: Assign
    node: Interpolate
    table: Name
    axes: tuple[Axis, ...]
    argument: Formula
    conditions: tuple[tuple[Formula, bool], ...]
    cells: NDArray[Any]
    bounds: Bounds


def reads(plan: Plan, tables: Mapping[str, NDArray[Any]]) -> tuple[Read, ...]:
    """Every place at which a plan reads a lookup in the lookup's own way, with an argument that can be worked out."""
    if not any(found.kind == "table" for found in plan.inputs):
        return ()
    slots = known(plan)
    steps = (step for block in (plan.once, plan.step, plan.report, plan.rates) for step in block)
    assigns = (step.assign if isinstance(step, Scan) else step for step in steps)
    made = (_read(assign, *place, slots, tables) for assign in assigns for place in _places_in(assign))
    return tuple(read for read in made if read is not None)


def _places_in(assign: Assign) -> Iterator[tuple[Interpolate, tuple[Axis, ...], tuple[Condition, ...]]]:
    if not any(isinstance(item, Interpolate) for item in preorder(assign.expr)):
        return
    todo: list[tuple[Expr, tuple[Axis, ...], tuple[Condition, ...]]] = [(assign.expr, assign.axes, ())]
    while todo:
        node, axes, conditions = todo.pop()
        match node:
            case If(condition=condition, then=then, otherwise=otherwise):
                todo += [(condition, axes, conditions), (then, axes, (*conditions, (condition, True))),
                         (otherwise, axes, (*conditions, (condition, False)))]
                continue
            case Reduce(body=body, axes=more):
                todo.append((body, (*axes, *more), conditions))
                continue
            case Interpolate(mode="table"):
                yield node, axes, conditions
            case _:
                pass
        todo += [(part, axes, conditions) for part in children(node)]


def _read(
    assign: Assign, node: Interpolate, axes: tuple[Axis, ...], conditions: tuple[Condition, ...],
    slots: frozenset[str], tables: Mapping[str, NDArray[Any]],
) -> Read | None:
    table, argument = node.table, formula(node.args[0], axes, slots)
    if argument is None or not isinstance(table, Name) or table.key not in tables or not can_follow(table, axes):
        return None
    bounds = _bounds(tables[table.key], table, axes)
    made = [(formula(expr, axes, slots), wanted) for expr, wanted in conditions]
    guards = tuple((holds, wanted) for holds, wanted in made if holds is not None)
    if len(guards) < len(made) or not np.isfinite(bounds.low).any():
        return None
    return Read(assign, node, table, axes, argument, guards, tables[table.key], bounds)


def _bounds(cells: NDArray[Any], table: Name, axes: tuple[Axis, ...]) -> Bounds:
    ends = np.empty((2, *cells.shape))
    for place, points in np.ndenumerate(cells):
        holds = points is not None and points.mode in HOLDING and len(points.x) > 1
        ends[(slice(None), *place)] = (points.x[0], points.x[-1]) if holds else (-np.inf, np.inf)
    low, high = (along(ends[side][None, ..., None], table, axes) for side in (0, 1))
    width = high - low
    return Bounds(low, high, np.where(np.isfinite(width), SLACK * width, 0.0))


# After a run.


@dataclass(frozen=True, slots=True, eq=False)
class Excursion:
    """Where a lookup was read beyond its points; all arrays are over (rows, axes..., runs)."""

    read: Read
    outside: Mask
    values: Array
    low: Array
    high: Array


def tell_beyond(
    found: tuple[Read, ...], kept: Kept, variables: Mapping[str, Closed], runs: Any, report: Report
) -> None:
    """A warning for each variable and lookup: where it begins, and how often and how long it goes on."""
    with np.errstate(all="ignore"):
        made = [excursion for read in found if (excursion := _excursion(read, kept)) is not None]
    told: set[tuple[str, str]] = set()
    for excursion in made:
        read = excursion.read
        owner, table = kept.plan.slots[read.assign.slot].label, _table_label(read, variables)
        if (owner, table) in told:
            continue
        told.add((owner, table))
        if len(told) <= MOST:
            report.warn(CODE, _words(excursion, kept, variables, runs), read.node.span or read.assign.origin,
                        hint="give the lookup points that far, or keep its argument between them", variable=owner)
    more = len(told) - MOST
    if more > 0:
        report.warn(CODE, "1 more lookup is read beyond its points" if more == 1
                    else f"{more} more lookups are read beyond their points")


def _excursion(read: Read, kept: Kept) -> Excursion | None:
    cells = kept.given.tables[read.table.key]
    bounds = read.bounds if cells is read.cells else _bounds(cells, read.table, read.axes)
    values = read.argument(kept)
    if not bounds.left_by(values):
        return None
    outside = bounds.outside(values) & (values != numeric.MISSING)
    for holds, wanted in read.conditions:
        outside = outside & (numeric.truth(holds(kept)) == wanted)
    if not outside.any():
        return None
    values, low, high = (np.broadcast_to(one, outside.shape) for one in (values, bounds.low, bounds.high))
    return Excursion(read, outside, values, low, high)


# Words.


def _words(excursion: Excursion, kept: Kept, variables: Mapping[str, Closed], runs: Any) -> str:
    outside, read = excursion.outside, excursion.read
    rows = np.broadcast_to(outside.reshape(len(outside), -1).any(axis=1), len(kept.times))
    stretches = list(excursions(rows))
    first, last = stretches[0]
    row = first if len(outside) > 1 else 0
    place = (row, *(int(at) for at in np.argwhere(outside[row])[0]))
    owner = kept.plan.slots[read.assign.slot].label + _elements(read, place[1:-1], variables)
    run = f" of run {runs[place[-1]]}" if runs is not None and outside.shape[-1] > 1 else ""
    span = f"[{excursion.low[place]:g},{excursion.high[place]:g}]"
    end = "first" if excursion.values[place] < excursion.low[place] else "last"
    times = f"at time {kept.times[first]:g}"
    if last > first:
        times = f"from time {kept.times[first]:g} to {kept.times[last]:g}"
    more = f" ({len(stretches)} times in all, {int(rows.sum())} saved times)" if len(stretches) > 1 else ""
    table = _table_label(read, variables)
    what = f"the lookup '{table}'" if table else "its lookup"
    return (f"'{owner}'{run} reads {what} beyond its points {span} {times}{more}: at {excursion.values[place]:.6g} the"
            f" {end} point's value is held")


def _table_label(read: Read, variables: Mapping[str, Closed]) -> str:
    """The name of a lookup; empty where the variable has points of its own."""
    closed = variables.get(read.table.key.removeprefix(points_slot("")))
    return "" if closed is None else closed.variable.label


def _elements(read: Read, place: tuple[int, ...], variables: Mapping[str, Closed]) -> str:
    """The element of the variable, in brackets; empty where it has none, or none with a name."""
    closed = variables.get(read.assign.slot)
    if closed is None or not closed.ranges:
        return ""
    cell = cell_at(read.assign.target, dict(zip(read.axes, place, strict=True)))
    return f"[{', '.join(home.labels[index] for home, index in zip(closed.ranges, cell, strict=True))}]"
