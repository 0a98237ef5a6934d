"""Stocks that a memory keeps: the memory, what it is told and given, and the stock, as rules.

It knows keepers as the model describes them, never what one of them remembers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from stockflow.analysis.closed import Closed, ClosedModel
from stockflow.diagnostics.model import Report
from stockflow.ir.expr import Along, Ask, Axis, Call, Expr, Name, Number
from stockflow.ir.model import Project, Variable
from stockflow.lowering.flat import FlatSlot, Rule


def memory_slot(key: str) -> str:
    """The hidden slot of the memory that keeps a stock."""
    return f"#memory of {key}"


def start_slot(key: str) -> str:
    """The hidden slot of a kept stock's first value, on which what its memory is given may depend."""
    return f"#start of {key}"


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """`placed` are rules whose expressions are to be lowered, `made` those that are ready."""

    slots: tuple[FlatSlot, ...]
    placed: tuple[Rule, ...]
    made: tuple[Rule, ...]


def axes_of(closed: Closed) -> tuple[Axis, ...]:
    """Axes over all of a variable."""
    return tuple(Axis(home.key, home.elements, tuple(range(home.size))) for home in closed.ranges)


def kept(closed: Closed) -> Kept:
    """The rules of a stock with a keeper: the stock shows its first value, then what the memory holds."""
    keeper, key, span = closed.variable.keeper, closed.variable.key, closed.variable.span
    assert keeper is not None
    axes = axes_of(closed)
    target = tuple(Along(axis) for axis in axes)
    start, memory = Name(start_slot(key), "", target), Name(memory_slot(key), "", target)
    sources = _values("source", keeper.sources, key, axes)
    settings = _values("setting", keeper.settings, key, axes)
    told, given = (tuple(rule.slot for rule in rules) for rules in (sources, settings))
    made = (
        Rule(memory.key, axes, target, "belt", None, start, span, owner=key, memory=keeper.kind, sources=told,
             settings=given),
        Rule(key, axes, target, "assign", memory, start, span, owner=key),
    )
    hidden = (start.key, memory.key, *told, *given)
    slots = tuple(FlatSlot(slot, closed.variable.label, closed.shape, hidden=True) for slot in hidden)
    return Kept(slots, (*_starts(closed), *sources, *(replace(rule, run=_once(rule.run)) for rule in settings)), made)


def _starts(closed: Closed) -> Iterator[Rule]:
    """The first values, which each equation has for its cells."""
    for found in closed.definitions:
        whole = found.expr
        first = _once(found.initial or whole.args[1]) if isinstance(whole, Call) else whole
        yield Rule(start_slot(closed.variable.key), found.axes, found.target, "assign", first)


def _values(what: str, given: Iterable[str | float], key: str, axes: tuple[Axis, ...]) -> tuple[Rule, ...]:
    """What a memory is told or given, each in a slot of its own."""
    target = tuple(Along(axis) for axis in axes)
    exprs = (Name(one, "", target) if isinstance(one, str) else Number(one) for one in given)
    return tuple(
        Rule(f"#{what} {number} of {key}", axes, target, "assign", expr) for number, expr in enumerate(exprs, start=1)
    )


def by_euler(project: Project, report: Report) -> Project:
    """The project with Euler's method where something is kept that moves once per TIME STEP."""
    method = euler(project.method, project.variables, report)
    return project if method == project.method else replace(project, method=method)


def euler(method: str, variables: Iterable[Variable], report: Report) -> str:
    """The method that is asked for, or Euler's where a stock with a keeper lets no other be; that is told."""
    carried = [variable for variable in variables if variable.keeper is not None]
    if not carried or method.lower() == "euler":
        return method
    names = ", ".join(f"'{variable.label}'" for variable in carried[:8])
    more = f" and {len(carried) - 8} more" if len(carried) > 8 else ""
    report.warn("SF406", f"Euler's method is used instead of {method}, for the conveyors and queues {names}{more}",
                carried[0].span, hint="choose euler", variable=carried[0].label)
    return "euler"


def _once(expr: Expr | None) -> Expr:
    assert expr is not None
    return Call("initial", "INITIAL", (expr,))


def asked_of(ask: Ask, model: ClosedModel) -> Ask:
    """A question to a kept stock as one to its memory."""
    found = model.variables.get(ask.memory.key) if isinstance(ask.memory, Name) else None
    if found is None or found.variable.keeper is None or not isinstance(ask.memory, Name):
        return ask
    return replace(ask, memory=replace(ask.memory, key=memory_slot(ask.memory.key)))
