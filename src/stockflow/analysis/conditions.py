"""Conditions of reality checks: what they join, which test inputs can make them true, and their truth over time.

Truth has three values, 1, 0 and 1/2 where a comparison is not made. It knows logic only, no model and no run.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from stockflow.ir.expr import Binary, Expr, Name, Unary

Array = NDArray[np.float64]
Clause = frozenset[int]

# Above this number of alternatives a condition asks for too many runs.
MAX_CLAUSES = 64
COMPARISONS = ("=", "<>", "<", "<=", ">", ">=", "crossing")

# Two sides that differ by less, in relation to the larger, count as equal: so much is lost by rounding in a long run.
TOLERANCE = 1e-6
UNKNOWN = 0.5


class TooMany(ValueError):
    """A condition has more alternatives than the limit."""


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """One thing that a condition joins: a comparison, the name of a test input, or a value that is true unless 0."""

    kind: Literal["comparison", "input", "value"]
    op: str
    sides: tuple[Expr, ...]
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """A logical expression in the order of its computation: numbers of leaves, then "and", "or" and "not"."""

    steps: tuple[int | str, ...]
    leaves: tuple[Leaf, ...]


def condition_of(expr: Expr, inputs: Collection[str]) -> Condition:
    """The condition of an expression; `inputs` are the keys of test inputs."""
    steps: list[int | str] = []
    leaves: list[Leaf] = []
    stack: list[Expr | str] = [expr]
    while stack:
        match stack.pop():
            case str() as op:
                steps.append(op)
            case Binary(op="and" | "or" as op, left=left, right=right):
                stack += (op, right, left)
            case Unary(op="not", operand=operand):
                stack += ("not", operand)
            case item:
                steps.append(len(leaves))
                leaves.append(_leaf(item, inputs))
    return Condition(tuple(steps), tuple(leaves))


def _leaf(expr: Expr, inputs: Collection[str]) -> Leaf:
    match expr:
        case Binary(op=op, left=left, right=right) if op in COMPARISONS:
            return Leaf("comparison", op, (left, right), _text(expr))
        case Name(key=key) if key in inputs:
            return Leaf("input", "", (expr,), _text(expr))
        case _:
            return Leaf("value", "<>", (expr,), _text(expr))


def _text(expr: Expr) -> str:
    """The expression as written, on one line."""
    return "" if expr.span is None else " ".join(expr.span.text.replace("\\", " ").split())


# Which test inputs.


def clauses(condition: Condition) -> list[Clause]:
    """The sets of leaves that are test inputs, each of which can make the condition true with the rest left off.

    Raises TooMany.
    """
    stack: list[tuple[list[Clause], list[Clause]]] = []
    nothing: list[Clause] = [frozenset()]
    for step in condition.steps:
        match step:
            case int():
                is_input = condition.leaves[step].kind == "input"
                stack.append(([frozenset((step,))] if is_input else nothing, nothing))
            case "not":
                true, false = stack.pop()
                stack.append((false, true))
            case _:
                right, left = stack.pop(), stack.pop()
                both, either = (0, 1) if step == "and" else (1, 0)
                pair = [_joined(left[both], right[both]), _distinct((*left[either], *right[either]))]
                stack.append((pair[0], pair[1]) if step == "and" else (pair[1], pair[0]))
    return stack[0][0]


def _joined(left: Sequence[Clause], right: Sequence[Clause]) -> list[Clause]:
    return _distinct(one | other for one, other in itertools.product(left, right))


def _distinct(found: Iterable[Clause]) -> list[Clause]:
    kept = list(dict.fromkeys(found))
    if len(kept) > MAX_CLAUSES:
        raise TooMany(f"its condition has more than {MAX_CLAUSES} alternatives")
    return kept


# Truth.


def truth(condition: Condition, values: Sequence[Array]) -> Array:
    """The truth of a condition by that of its leaves."""
    stack: list[Array] = []
    for step in condition.steps:
        match step:
            case int():
                stack.append(values[step])
            case "not":
                stack.append(1.0 - stack.pop())
            case "and":
                stack.append(np.minimum(stack.pop(), stack.pop()))
            case _:
                stack.append(np.maximum(stack.pop(), stack.pop()))
    return stack[0]


def compared(op: str, left: Array, right: Array) -> Array:
    """The truth of a comparison at each time; sides that are nearly equal are equal."""
    with np.errstate(invalid="ignore", over="ignore"):
        gap = left - right
        near = np.isfinite(gap) & (np.abs(gap) <= TOLERANCE * np.maximum(np.abs(left), np.abs(right)))
        equal = (left == right) | near
        match op:
            case "=":
                found = equal
            case "<>":
                found = ~equal
            case "<" | "<=":
                found = (left < right) & ~equal if op == "<" else (left < right) | equal
            case ">" | ">=":
                found = (left > right) & ~equal if op == ">" else (left > right) | equal
            case _:
                found = _crossing(np.where(equal, 0.0, np.sign(gap)))
    truth_values: Array = found.astype(np.float64)
    return truth_values


def _crossing(sign: Array) -> NDArray[np.bool_]:
    """Where one side has passed the other since the time before; sides that meet and part as they came do not cross."""
    last = 0.0
    found = np.zeros(len(sign), dtype=np.bool_)
    for place, now in enumerate(sign):
        found[place] = now * last < 0
        last = now or last
    return found
