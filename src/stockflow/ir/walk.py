"""Iterative walks over expression trees: children, post-order, rebuilding bottom-up.

No function here recurses: a sum of 20,000 terms is one tree 20,000 deep.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar, assert_never

from stockflow.ir.expr import (
    Along,
    Ask,
    At,
    Between,
    Binary,
    Broken,
    Call,
    Draw,
    Element,
    Every,
    Expr,
    If,
    Interpolate,
    Let,
    Missing,
    Name,
    Number,
    Place,
    Positions,
    Reduce,
    Subscript,
    Table,
    Text,
    Unary,
    Values,
    Vector,
    Word,
)

T = TypeVar("T")


def subscript_children(subscripts: Sequence[Subscript]) -> tuple[Expr, ...]:
    found: list[Expr] = []
    for subscript in subscripts:
        match subscript:
            case At(expr=expr):
                found.append(expr)
            case Between(first=first, last=last):
                found += (first, last)
            case Word() | Every() | Place() | Element() | Along():
                pass
            case _:
                assert_never(subscript)
    return tuple(found)


# Most nodes are leaves: asked first, they spare the match, which walks of large models feel.
_LEAVES = frozenset({Number, Missing, Text, Table, Values, Positions, Broken})


def children(expr: Expr) -> tuple[Expr, ...]:
    """The direct parts of a node, in the order read."""
    if type(expr) in _LEAVES:
        return ()
    match expr:
        case Number() | Missing() | Text() | Table() | Values() | Positions() | Broken():
            raise AssertionError("a leaf, which was asked for before")
        case Name(subscripts=subscripts):
            return subscript_children(subscripts) if subscripts else ()
        case Unary(operand=operand):
            return (operand,)
        case Binary(left=left, right=right):
            return (left, right)
        case If(condition=condition, then=then, otherwise=otherwise):
            return (condition, then, otherwise)
        case Call(args=args, subscripts=subscripts):
            return args + subscript_children(subscripts)
        case Let(value=value, body=body):
            return (value, body)
        case Interpolate(table=table, args=args):
            return (table, *args)
        case Reduce(body=body):
            return (body,)
        case Vector(args=args) | Draw(args=args):
            return args
        case Ask(memory=memory, args=args):
            return (memory, *args)
        case _:
            assert_never(expr)


def _with_subscripts(subscripts: tuple[Subscript, ...], parts: Iterator[Expr]) -> tuple[Subscript, ...]:
    made: list[Subscript] = []
    for subscript in subscripts:
        match subscript:
            case At():
                made.append(replace(subscript, expr=next(parts)))
            case Between():
                made.append(replace(subscript, first=next(parts), last=next(parts)))
            case _:
                made.append(subscript)
    return tuple(made)


def with_children(expr: Expr, parts: Sequence[Expr]) -> Expr:
    """The node with other direct parts, in the order of `children`."""
    match expr:
        case Number() | Missing() | Text() | Table() | Values() | Positions() | Broken():
            return expr
        case Name(subscripts=subscripts):
            return replace(expr, subscripts=_with_subscripts(subscripts, iter(parts)))
        case Unary():
            return replace(expr, operand=parts[0])
        case Binary():
            return replace(expr, left=parts[0], right=parts[1])
        case If():
            return replace(expr, condition=parts[0], then=parts[1], otherwise=parts[2])
        case Call(args=args, subscripts=subscripts):
            rest = iter(parts[len(args) :])
            return replace(expr, args=tuple(parts[: len(args)]), subscripts=_with_subscripts(subscripts, rest))
        case Let():
            return replace(expr, value=parts[0], body=parts[1])
        case Interpolate():
            return replace(expr, table=parts[0], args=tuple(parts[1:]))
        case Reduce():
            return replace(expr, body=parts[0])
        case Vector() | Draw():
            return replace(expr, args=tuple(parts))
        case Ask():
            return replace(expr, memory=parts[0], args=tuple(parts[1:]))
        case _:
            assert_never(expr)


def postorder(expr: Expr) -> Iterator[Expr]:
    """Every node, parts before wholes, left to right."""
    stack: list[tuple[Expr, bool]] = [(expr, False)]
    while stack:
        item, ready = stack.pop()
        if ready:
            yield item
            continue
        parts = children(item)
        if not parts:
            yield item
            continue
        stack.append((item, True))
        stack.extend((part, False) for part in reversed(parts))


def preorder(expr: Expr) -> Iterator[Expr]:
    """Every node, wholes before parts, left to right."""
    stack = [expr]
    while stack:
        item = stack.pop()
        yield item
        stack.extend(reversed(children(item)))


def fold(expr: Expr, make: Callable[[Expr, tuple[T, ...]], T]) -> T:
    """Bottom-up: `make(node, results of its parts)`; the result for the root."""
    return _bottom_up(expr, lambda item, _, parts: make(item, parts))


def rebuild(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """Bottom-up: each node, its parts already changed, is given to `change`; unchanged parts are kept as they are."""
    return _bottom_up(expr, lambda item, old, new: change(_with_parts(item, old, new)))


def _bottom_up(expr: Expr, make: Callable[[Expr, tuple[Expr, ...], tuple[T, ...]], T]) -> T:
    """The result for the root of `make(node, its parts, their results)`."""
    results: list[T] = []
    stack: list[tuple[Expr, tuple[Expr, ...] | None]] = [(expr, None)]
    while stack:
        item, parts = stack.pop()
        if parts is None and (parts := children(item)):
            stack.append((item, parts))
            stack.extend((part, None) for part in reversed(parts))
            continue
        results.append(make(item, parts, _last(results, len(parts))))
    return results[0]


def _last(results: list[T], count: int) -> tuple[T, ...]:
    """The last so many results, taken off."""
    if not count:
        return ()
    parts = tuple(results[-count:])
    del results[-count:]
    return parts


def _with_parts(item: Expr, old: tuple[Expr, ...], new: tuple[Expr, ...]) -> Expr:
    """The node itself where its parts are the same ones."""
    for part, was in zip(new, old, strict=True):
        if part is not was:
            return with_children(item, new)
    return item


def size(expr: Expr) -> int:
    return sum(1 for _ in postorder(expr))


def walked_size(expr: Expr) -> int:
    """As `size`, told without the walk: what stands in several places is looked at once."""
    sizes: dict[int, int] = {}
    stack = [expr]
    while stack:
        item = stack[-1]
        waiting = [part for part in children(item) if id(part) not in sizes]
        if waiting:
            stack.extend(waiting)
            continue
        sizes[id(item)] = 1 + sum(sizes[id(part)] for part in children(item))
        stack.pop()
    return sizes[id(expr)]


def widest(expr: Expr) -> int:
    """How many cells the widest sum inside an expression goes over, sums in sums multiplied; 1 where there is none."""

    def cells(item: Expr, parts: tuple[int, ...]) -> int:
        over = math.prod(axis.size for axis in item.axes) if isinstance(item, Reduce) else 1
        return over * max(parts, default=1)

    return fold(expr, cells) if any(isinstance(item, Reduce) for item in preorder(expr)) else 1


def depth(expr: Expr) -> int:
    """Height of the tree; a leaf counts 1."""
    return fold(expr, lambda _, parts: 1 + max(parts, default=0))


S = TypeVar("S")


def _whole(_: Expr, scope: S, __: int) -> S:
    return scope


def rebuild_scoped(
    expr: Expr, scope: S, enter: Callable[[Expr, S], S], leave: Callable[[Expr, S, S], Expr],
    part: Callable[[Expr, S, int], S] = _whole,
) -> Expr:
    """Rebuild with a scope handed down: `enter(node, scope)` gives the scope of its parts.

    `part(node, the scope of its parts, n)` gives that of its part n, where they differ.
    `leave(node with new parts, its scope, the scope of its parts)` gives the new node.
    """
    results: list[Expr] = []
    stack: list[tuple[Expr, S, S | None]] = [(expr, scope, None)]
    while stack:
        item, outer, inner = stack.pop()
        parts = children(item)
        if inner is None:
            inner = enter(item, outer)
            if parts:
                stack.append((item, outer, inner))
                stack.extend((parts[n], part(item, inner, n), None) for n in reversed(range(len(parts))))
                continue
        else:
            item = _with_parts(item, parts, _last(results, len(parts)))
        results.append(leave(item, outer, inner))
    return results[0]


def substitute(expr: Expr, values: dict[str, Expr]) -> Expr:
    """Names that stand for other expressions, replaced."""

    def change(node: Expr) -> Expr:
        if isinstance(node, Name) and not node.subscripts and node.key in values:
            return values[node.key]
        return node

    return rebuild(expr, change)


def signed_terms(expr: Expr) -> Iterator[tuple[Expr, int]]:
    """What a sum adds (+1) or subtracts (-1), in the order written; an expression that is no sum is its one term."""
    stack: list[tuple[Expr, int]] = [(expr, 1)]
    while stack:
        item, sign = stack.pop()
        match item:
            case Binary(op="+" | "-" as op, left=left, right=right):
                stack += ((right, sign if op == "+" else -sign), (left, sign))
            case Unary(op="-" | "+" as op, operand=operand):
                stack.append((operand, sign if op == "+" else -sign))
            case _:
                yield item, sign
