"""Limits of flows: one that drains a non-negative stock, or for which there is no room at its end, is split into its
request and the actual flow that all readers take.

It knows rules of stocks and flows by their keys, and no dialect; what a request is made of it never looks into.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal, assert_never

import numpy as np

from stockflow.analysis.closed import Closed, ClosedModel
from stockflow.diagnostics.model import Report
from stockflow.ir.expr import Along, Binary, Broken, Call, Element, Expr, Name, Number, Unary
from stockflow.ir.graph import strong_components
from stockflow.ir.model import TIME_STEP
from stockflow.ir.plan import Target, indices
from stockflow.ir.walk import preorder
from stockflow.lowering.flat import FlatModel, FlatSlot, Rule
from stockflow.lowering.keepers import axes_of

Cells = frozenset[tuple[int, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class _Drain:
    """A flow as the equation of a non-negative stock reads it, or by itself under a ceiling.

    `stock` is the rule of the stock, or of the ceiling. `way`: the flow leaves the stock, is an inflow that may turn,
    or is to stay under the ceiling.
    """

    name: Name
    stock: Rule
    way: Literal["leaving", "turning", "under"]

    @property
    def target(self) -> Target:
        return tuple(part for part in self.name.subscripts if isinstance(part, (Element, Along)))


def limit_flows(model: ClosedModel, flat: FlatModel, report: Report) -> FlatModel:
    """The model in which no step takes more out of a non-negative stock than it holds.

    A stock serves its outflows in the order of the file, then those of its inflows that turned negative: each gets at
    most what the stock holds at the start of the step and those before have left, over TIME STEP. What flows in
    during the step is not given out in the same step (isee's help says which flows are limited, XMILE 1.0 gives the
    formula; that inflows wait a step is not verified in Stella).
    """
    stocks = [rule for rule in flat.rules if _is_limited(rule, model)]
    lists = [_drains(rule, model) for rule in stocks]
    under = [_under(closed) for closed in model.variables.values() if closed.variable.ceiling]
    if not (any(lists) or under):
        return flat
    unfit = _unfit(lists, model, report)
    if unfit:
        flat = _broken(flat, unfit)
        lists = [drains for drains in lists if not any(drain.stock.slot in unfit for drain in drains)]
    lists = _in_working_order(lists, model, flat, report)
    rooms = {drain.name.key: [(drain, _ceiling(drain))] for drain in under}
    for drains in lists:
        for place, drain in enumerate(drains):
            rooms.setdefault(drain.name.key, []).append((drain, _room(drain, drains[:place])))
    return _split(flat, rooms, model)


def _is_limited(rule: Rule, model: ClosedModel) -> bool:
    found = model.variables.get(rule.slot)
    return rule.kind == "level" and found is not None and any(
        definition.non_negative and definition.target == rule.target for definition in found.definitions
    )


def _under(flow: Closed) -> _Drain:
    """A flow and its ceiling, cell by cell."""
    axes = axes_of(flow)
    target = tuple(Along(axis) for axis in axes)
    name = Name(flow.variable.key, flow.variable.label, target)
    return _Drain(name, Rule(flow.variable.ceiling, axes, target, "assign"), "under")


def _ceiling(drain: _Drain) -> Expr:
    return Name(drain.stock.slot, "", drain.target)


def _drains(rule: Rule, model: ClosedModel) -> list[_Drain]:
    """The flows that can drain a stock, by priority; flows that are never negative cannot as inflows."""
    assert rule.run is not None
    variable = model.variables[rule.slot].variable
    read = {item.key: item for item in preorder(rule.run) if isinstance(item, Name)}
    turning = [key for key in variable.inflows if key in model.variables and not _is_uniflow(model.variables[key])]
    leaving = [_Drain(read[key], rule, "leaving") for key in dict.fromkeys(variable.outflows) if key in read]
    return leaving + [_Drain(read[key], rule, "turning") for key in dict.fromkeys(turning) if key in read]


def _is_uniflow(flow: Closed) -> bool:
    return all(definition.non_negative for definition in flow.definitions)


def _unfit(lists: Iterable[Iterable[_Drain]], model: ClosedModel, report: Report) -> set[str]:
    """The stocks, a cell of which has not a cell of each flow for itself, and those flows; each flow is reported."""
    found: set[str] = set()
    for drain in (drain for drains in lists for drain in drains):
        followed = [part.axis for part in drain.name.subscripts if isinstance(part, Along)]
        if len(followed) != len(drain.stock.axes) or set(followed) != set(drain.stock.axes):
            flow, stock = (model.variables[key].variable.label for key in (drain.name.key, drain.stock.slot))
            report.error(
                "SF114", f"'{flow}' drains several elements of the non-negative stock '{stock}' at once",
                drain.name.span, variable=flow,
                hint="give the flow the stock's dimensions, or the stock <non_negative>false</non_negative>",
            )
            found |= {drain.name.key, drain.stock.slot}
    return found


def _broken(flat: FlatModel, keys: set[str]) -> FlatModel:
    """The model in which these variables have no values, so that none is taken for one without limits."""
    broken = [replace(rule, run=Broken(), start=Broken()) if rule.slot in keys else rule for rule in flat.rules]
    return replace(flat, rules=tuple(broken))


# The order of the limits.


def _in_working_order(
    lists: list[list[_Drain]], model: ClosedModel, flat: FlatModel, report: Report
) -> list[list[_Drain]]:
    """The lists, changed where a flow of high priority is computed from one of lower priority.

    Such a circle is reported, and worked through in the order of the file as far as the equations let it.
    """
    reads = _reads(flat, model)
    graph = {key: dict.fromkeys(found) for key, found in reads.items()}
    for drains in lists:
        for before, after in pairwise(drains):
            graph[after.name.key][before.name.key] = None
    limited = dict.fromkeys(drain.name.key for drains in lists for drain in drains)
    for group in strong_components(graph):
        inside = set(group)
        flows = [key for key in limited if key in inside] if len(group) > 1 else []
        rank = _ranks(flows, {key: [other for other in reads[key] if other in inside] for key in group})
        changed = [_ranked(drains, rank) for drains in lists] if rank else lists
        if changed != lists:
            _tell(flows, rank, model, report)
        lists = changed
    return lists


def _reads(flat: FlatModel, model: ClosedModel) -> dict[str, dict[str, None]]:
    """What each slot's value rests on at the same moment, ceilings included."""
    graph: dict[str, dict[str, None]] = {key: {} for key in flat.slots}
    for rule in flat.rules:
        if rule.kind == "assign" and rule.run is not None:
            graph[rule.slot].update(dict.fromkeys(item.key for item in preorder(rule.run) if isinstance(item, Name)))
    for key, closed in model.variables.items():
        if closed.variable.ceiling:
            graph[key][closed.variable.ceiling] = None
    return graph


def _ranks(flows: list[str], reads: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Places of the flows of a circle: each after those that its equation reads, otherwise as in the file."""
    needed = {key: (_below(key, reads) & set(flows)) - {key} for key in flows}
    placed: list[str] = []
    while len(placed) < len(flows):
        waiting = [key for key in flows if key not in placed]
        free = [key for key in waiting if needed[key] <= set(placed)]
        placed.append((free or waiting)[0])
    return {key: number for number, key in enumerate(placed)}


def _below(key: str, graph: Mapping[str, Iterable[str]]) -> set[str]:
    seen: set[str] = set()
    stack = list(graph[key])
    while stack:
        found = stack.pop()
        if found not in seen:
            seen.add(found)
            stack.extend(graph[found])
    return seen


def _ranked(drains: list[_Drain], rank: Mapping[str, int]) -> list[_Drain]:
    """The list with those that have a rank in its order; the others keep their places."""
    moved = iter(sorted((d for d in drains if d.name.key in rank), key=lambda d: rank[d.name.key]))
    return [next(moved) if drain.name.key in rank else drain for drain in drains]


def _tell(flows: list[str], rank: Mapping[str, int], model: ClosedModel, report: Report) -> None:
    labels = {key: model.variables[key].variable.label for key in flows}
    order = ", ".join(f"'{labels[key]}'" for key in sorted(flows, key=rank.__getitem__))
    report.warn(
        "SF404", f"the limits of non-negative stocks wait for each other; they are applied in the order {order}",
        model.variables[flows[0]].variable.span, hint="change the order of the outflows, or compute none from another",
        variable=labels[flows[0]],
    )


# The split.


def _room(drain: _Drain, before: Iterable[_Drain]) -> Expr:
    """What a stock can still give per unit of time; a flow that brings something back leaves more."""
    stock = drain.stock
    room: Expr = Binary("/", Name(stock.slot, "", stock.target), Name(TIME_STEP, ""))
    for other in before:
        if other.way == "leaving":
            room = Binary("-", room, other.name)
        else:
            room = Binary("+", room, Call("min", "MIN", (other.name, Number(0.0))))
    return Call("max", "MAX", (room, Number(0.0)))


def _limited(request: Expr, drain: _Drain, room: Expr) -> Expr:
    match drain.way:
        case "leaving":
            return Call("min", "MIN", (request, room))
        case "turning":
            return Call("max", "MAX", (request, Unary("-", room)))
        case "under":
            return Call("max", "MAX", (Call("min", "MIN", (request, room)), Number(0.0)))
        case _:
            assert_never(drain.way)


def _split(flat: FlatModel, rooms: Mapping[str, list[tuple[_Drain, Expr]]], model: ClosedModel) -> FlatModel:
    slots, constants = dict(flat.slots), dict(flat.constants)
    requests = {key: f"#request of {key}" for key in rooms}
    rules = [replace(rule, slot=requests.get(rule.slot, rule.slot)) for rule in flat.rules]
    for key, found in rooms.items():
        slots[requests[key]] = replace(slots[key], key=requests[key], hidden=True)
        if key in constants:
            constants[requests[key]] = constants.pop(key)
        stages = _stages(found)
        source = requests[key]
        for number, stage in enumerate(stages, start=1):
            slot = key if number == len(stages) else f"#limit {number} of {key}"
            slots.setdefault(slot, FlatSlot(slot, slots[key].label, slots[key].shape, hidden=True))
            rules.extend(_stage_rules(slot, source, stage, slots[key].shape, model.variables[key]))
            source = slot
    return replace(flat, slots=slots, constants=constants, rules=tuple(rules), requests={**flat.requests, **requests})


def _stages(found: Iterable[tuple[_Drain, Expr]]) -> list[list[tuple[_Drain, Expr, Cells]]]:
    """Limits of different cells side by side; a second limit of a cell is a stage of its own."""
    stages: list[list[tuple[_Drain, Expr, Cells]]] = []
    for drain, room in found:
        cells = _cells(drain.target, drain.stock)
        stage = next((one for one in stages if all(not cells & taken for _, _, taken in one)), None)
        if stage is None:
            stages.append(stage := [])
        stage.append((drain, room, cells))
    return stages


def _stage_rules(
    slot: str, source: str, stage: list[tuple[_Drain, Expr, Cells]], shape: tuple[int, ...], owner: Closed
) -> Iterator[Rule]:
    covered: set[tuple[int, ...]] = set()
    for drain, room, cells in stage:
        covered |= cells
        expr = _limited(replace(drain.name, key=source), drain, room)
        yield _rule(slot, drain.stock.axes, drain.target, expr, owner)
    for cell in np.ndindex(*shape):
        if cell not in covered:
            target = tuple(Element(index) for index in cell)
            yield _rule(slot, (), target, Name(source, "", target), owner)


def _rule(slot: str, axes: tuple[Any, ...], target: Target, expr: Expr, owner: Closed) -> Rule:
    span = next((definition.span for definition in owner.definitions), owner.variable.span)
    return Rule(slot, axes, target, "assign", expr, expr, span, owner=owner.variable.key)


def _cells(target: Target, stock: Rule) -> Cells:
    """The cells of a flow that a target names, one for each combination of the stock's axes."""
    combinations = np.ndindex(*(axis.size for axis in stock.axes))
    bound = (dict(zip(stock.axes, at, strict=True)) for at in combinations)
    places = [indices(part) for part in target]
    return frozenset(
        tuple(
            int(place[at[part.axis]]) if isinstance(part, Along) else part.index
            for part, place in zip(target, places, strict=True)
        )
        for at in bound
    )
