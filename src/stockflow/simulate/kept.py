"""Expressions of a plan at all saved times at once, from the values that a run kept.

What the kept values do not tell (a draw, an answer of a memory, a hidden slot) has no formula. A formula is made once
for a plan and used for each of its runs; it must not know what is done with the values.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from stockflow.ir.expr import Along, Axis, Binary, Call, Element, Expr, If, Let, Missing, Name, Number, Unary
from stockflow.ir.model import TIME
from stockflow.ir.plan import Plan
from stockflow.ir.walk import fold, postorder
from stockflow.runtime import numeric
from stockflow.simulate.clock import Clock
from stockflow.simulate.engine import Values
from stockflow.simulate.result import Array

TIMES = (TIME, "step time")


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """The values of a run that has ended: what it was given and what it found, by slot."""

    plan: Plan
    given: Values
    found: Mapping[str, Array]
    clock: Clock
    times: Array

    def slot(self, key: str) -> Array:
        """The values of a slot that `known` holds, in the shape (rows, dims..., runs); rows and runs may be 1."""
        if key in TIMES:
            return self.times[:, None]
        if key in self.found:
            made = self.found[key]
        elif key in self.given.series:
            made = self.given.series[key][self.clock.saves]
        else:
            made = np.asarray(self.given.constants[key])[None]
        return made[..., None] if made.ndim == len(self.plan.slots[key].shape) + 1 else made


Formula = Callable[[Kept], Array]
"""Values in the shape (rows, axes..., runs), each part of which may be 1."""

_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": numeric.ARRAY["power"],
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "=": np.equal, "<>": np.not_equal,
    "and": lambda a, b: numeric.truth(a) & numeric.truth(b), "or": lambda a, b: numeric.truth(a) | numeric.truth(b),
}
_CALLS: dict[str, Callable[..., Any]] = {
    "min": lambda *given: functools.reduce(np.minimum, given),
    "max": lambda *given: functools.reduce(np.maximum, given),
    **{key: form for key, form in numeric.ARRAY.items() if key in numeric.SAFE},
}


def known(plan: Plan) -> frozenset[str]:
    """The slots of a plan whose values a run keeps or was given; data over time have no rows where TIME STEP moves."""
    kinds = ("constant",) if plan.varying_clock else ("constant", "series")
    given = (found.slot for found in plan.inputs if found.kind in kinds)
    return frozenset((*TIMES, *plan.outputs, *plan.fixed, *given))


def formula(expr: Expr, axes: tuple[Axis, ...], slots: frozenset[str]) -> Formula | None:
    """How the expression follows from those slots; None where it does not.

    A part of an IF is worked out whether or not it is chosen.
    """
    return fold(expr, _Making(axes, slots, _bound_in(expr)).formula)


def along(values: Any, name: Name, axes: tuple[Axis, ...]) -> Any:
    """An array (rows, dims..., runs) read by a name's subscripts, as (rows, axes..., runs)."""
    if not name.subscripts and not axes:
        return values
    left: list[Axis] = []
    for part in name.subscripts:
        place = 1 + len(left)
        if isinstance(part, Element):
            values = np.take(values, part.index, axis=place)
        elif isinstance(part, Along):
            values = values if part.table is None else np.take(values, part.table, axis=place)
            left.append(part.axis)
    order = [1 + left.index(axis) for axis in axes if axis in left]
    spread = tuple(slice(None) if axis in left else None for axis in axes)
    return values.transpose(0, *order, values.ndim - 1)[(slice(None), *spread)]


def can_follow(name: Name, axes: tuple[Axis, ...]) -> bool:
    """Whether the subscripts are fixed, or follow each its own axis of these."""
    followed = [part.axis for part in name.subscripts if isinstance(part, Along)]
    fixed = sum(isinstance(part, Element) for part in name.subscripts)
    own = len(set(followed)) == len(followed) and all(axis in axes for axis in followed)
    return own and fixed + len(followed) == len(name.subscripts)


def _bound_in(expr: Expr) -> dict[int, list[str]]:
    """By node, the names that its value is bound to."""
    found: dict[int, list[str]] = {}
    for item in postorder(expr):
        if isinstance(item, Let):
            found.setdefault(id(item.value), []).append(item.key)
    return found


@dataclass(slots=True)
class _Making:
    """One walk; `lets` are the names of bound values by node, `bound` their formulas so far."""

    axes: tuple[Axis, ...]
    slots: frozenset[str]
    lets: dict[int, list[str]]
    bound: dict[str, Formula | None] = field(default_factory=dict)

    def formula(self, node: Expr, parts: tuple[Formula | None, ...]) -> Formula | None:
        made = self.name(node) if isinstance(node, Name) else self.whole(node, parts)
        for key in self.lets.get(id(node), ()):
            self.bound[key] = made
        return made

    def name(self, name: Name) -> Formula | None:
        if name.key in self.bound:
            return self.bound[name.key]
        if name.key not in self.slots or not can_follow(name, self.axes):
            return None
        axes = self.axes
        return lambda kept: along(kept.slot(name.key), name, axes)

    def whole(self, node: Expr, parts: tuple[Formula | None, ...]) -> Formula | None:
        ready = [part for part in parts if part is not None]
        if len(ready) < len(parts):
            return None
        match node:
            case Number(value=value):
                return self.number(value)
            case Missing():
                return self.number(numeric.MISSING)
            case Let():
                return ready[1]
            case If():
                return _applied(lambda which, one, other: np.where(numeric.truth(which), one, other), ready)
            case Unary(op="+"):
                return ready[0]
            case Unary(op=op):
                return _applied(np.negative if op == "-" else lambda one: ~numeric.truth(one), ready)
            case Binary(op=op) if op in _SIGNS:
                return _applied(_SIGNS[op], ready)
            case Call(key=key) if key.replace(" ", "_") in _CALLS:
                return _applied(_CALLS[key.replace(" ", "_")], ready)
            case _:
                return None

    def number(self, value: float) -> Formula:
        array = np.full((1,) * (2 + len(self.axes)), value)
        return lambda _: array


def _applied(function: Callable[..., Any], parts: list[Formula]) -> Formula:
    if len(parts) == 2:
        one, other = parts
        return lambda kept: function(one(kept), other(kept))
    return lambda kept: function(*(part(kept) for part in parts))
