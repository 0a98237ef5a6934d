"""Order inside a circle of rules: element by element, fused back to runs of one rule, or reported as a loop.

Vensim sorts per element, so `x[t2] = x[t1] + 1` is no loop; it knows rules and cells, no functions.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from stockflow.diagnostics.model import Report
from stockflow.ir.expr import Along, Ask, At, Axis, Draw, Element, Expr, Name, Number
from stockflow.ir.graph import shortest_cycle
from stockflow.ir.model import TIME
from stockflow.ir.plan import Assign, Scan, Step
from stockflow.ir.walk import preorder
from stockflow.lowering.flat import FlatModel, Rule

Cell = tuple[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Reads:
    """The references of an expression, and whether it reads the time."""

    names: tuple[Name, ...]
    time: bool


def reads_of(expr: Expr | None) -> Reads:
    if expr is None:
        return Reads((), False)
    items = list(preorder(expr))
    names = [item for item in items if isinstance(item, Name)]
    names += [_whole(item.memory) for item in items if isinstance(item, Ask)]
    timed = any(name.key in (TIME, "step time") for name in names) or any(isinstance(item, Draw) for item in items)
    return Reads(tuple(names), timed)


def _whole(memory: Expr) -> Name:
    """A reading of every cell, by an index that may be any: the memories of a slot begin together."""
    assert isinstance(memory, Name)
    return replace(memory, subscripts=tuple(At(Number(1.0)) for _ in memory.subscripts))


class Scheduled(Protocol):
    """What ordering needs of a schedule."""

    flat: FlatModel
    runs: list[Reads]
    starts: list[Reads]
    by_slot: dict[str, list[int]]

    def assign(self, number: int, phase: str) -> Assign: ...


def ordered(group: list[int], owner: Scheduled, phase: str) -> list[Step] | None:
    """The rules of a circle as scans in an order that works for each element; None where there is none."""
    if cells_of(group, owner.flat) > owner.flat.limits.ordered_cells:
        return None
    order = sequence(cell_graph(group, owner, phase))
    if order is None:
        return None
    steps: list[Step] = []
    for number, cells in itertools.groupby(order, key=lambda cell: cell[0]):
        assign = owner.assign(number, phase)
        indices = tuple(cell[1] for cell in cells)
        steps.append(Scan(assign, indices) if assign.axes else assign)
    return steps


def cell_graph(group: list[int], owner: Scheduled, phase: str) -> dict[Cell, list[Cell]]:
    rules = owner.flat.rules
    homes: dict[tuple[str, tuple[int, ...]], Cell] = {}
    for number in group:
        rule = rules[number]
        written = Name(rule.slot, "", rule.target)
        for at in _cells(rule):
            for index in _touched(written, _bind(rule.axes, at), owner.flat):
                homes[(rule.slot, index)] = (number, at)
    slots = {rules[number].slot for number in group}
    reads = owner.runs if phase == "run" else owner.starts
    graph: dict[Cell, list[Cell]] = {}
    for number in group:
        names = [name for name in reads[number].names if name.key in slots]
        begins = (rules[number].delay, rules[number].first, *rules[number].settings)
        names += [Name(key, "", tuple(Along(a) for a in rules[number].axes)) for key in begins if key in slots]
        for at in _cells(rules[number]):
            bound = _bind(rules[number].axes, at)
            touched = (homes.get((name.key, index)) for name in names for index in _touched(name, bound, owner.flat))
            graph[(number, at)] = list(dict.fromkeys(cell for cell in touched if cell is not None))
    return graph


def cells_of(group: list[int], flat: FlatModel) -> int:
    """How many elements of rules are to be ordered."""
    return sum(math.prod(axis.size for axis in flat.rules[number].axes) for number in group)


def _cells(rule: Rule) -> Iterator[tuple[int, ...]]:
    return itertools.product(*(range(axis.size) for axis in rule.axes))


def _bind(axes: tuple[Axis, ...], at: tuple[int, ...]) -> dict[Axis, int]:
    return dict(zip(axes, at, strict=True))


def _touched(name: Name, bound: dict[Axis, int], flat: FlatModel) -> Iterator[tuple[int, ...]]:
    """The cells of a reference or target when the axes are bound; a free axis or computed index takes all."""
    choices: list[tuple[int, ...]] = []
    for place, part in enumerate(name.subscripts):
        if isinstance(part, Element):
            choices.append((part.index,))
        elif isinstance(part, Along) and part.axis in bound:
            at = bound[part.axis]
            choices.append((at if part.table is None else part.table[at],))
        elif isinstance(part, Along):
            choices.append(part.table or tuple(range(part.axis.size)))
        else:
            choices.append(tuple(range(flat.slots[name.key].shape[place])))
    return itertools.product(*choices)


def sequence(graph: dict[Cell, list[Cell]]) -> list[Cell] | None:
    """A topological order that stays with one rule as long as it can, lowest element first."""
    waiting = {cell: len(reads) for cell, reads in graph.items()}
    readers: dict[Cell, list[Cell]] = {cell: [] for cell in graph}
    for cell, reads in graph.items():
        for read in reads:
            readers[read].append(cell)
    ready: dict[int, list[tuple[int, ...]]] = {}
    for (number, at), count in waiting.items():
        if count == 0:
            heapq.heappush(ready.setdefault(number, []), at)
    order: list[Cell] = []
    while ready:
        number = min(ready)
        while ready.get(number):
            cell = (number, heapq.heappop(ready[number]))
            order.append(cell)
            for reader in readers[cell]:
                waiting[reader] -= 1
                if waiting[reader] == 0:
                    heapq.heappush(ready.setdefault(reader[0], []), reader[1])
        del ready[number]
    return order if len(order) == len(graph) else None


def loop_report(group: list[int], owner: Scheduled, phase: str, report: Report) -> None:
    """Say which variables, at which lines, depend on each other."""
    said, cells = "equations that depend on each other in a circle have", cells_of(group, owner.flat)
    excess = owner.flat.limits.excess("ordered-cells", cells, said, "elements", "break the circle with a stock")
    if excess is not None:
        report.error("SF109", excess.message, owner.flat.rules[group[0]].origin, hint=excess.hint)
        return
    graph = cell_graph(group, owner, phase)
    cycle = shortest_cycle(list(graph), graph)
    rules = owner.flat.rules
    owners = [rules[number].owner or rules[number].slot for number, _ in cycle]
    labels = list(dict.fromkeys(owner.flat.slots[key].label for key in owners))
    origins = [rules[number].origin for number, _ in cycle]
    lines = sorted({span.line for span in origins if span is not None})
    chain = " -> ".join([*labels, labels[0]])
    where = f" (line{'s' if len(lines) != 1 else ''} {', '.join(str(line) for line in lines)})" if lines else ""
    if phase == "run":
        report.error("SF401", f"simultaneous equations: {chain}{where}", origins[0], variable=labels[0],
                     hint="a loop needs a stock or a delay in it")
    else:
        names = " and ".join(labels) if len(labels) < 3 else ", ".join(labels[:-1]) + f" and {labels[-1]}"
        said = f"values of {names} depend on each other" if len(labels) > 1 else f"value of {names} depends on itself"
        report.error("SF402", f"the initial {said}: {chain}{where}", origins[0], variable=labels[0],
                     hint="break it with a number or ACTIVE INITIAL")
