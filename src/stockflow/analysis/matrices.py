"""The operators on whole arrays written out: inner products as sums, transpositions as subscripts, flat elements.

It makes references as a modeller could write them, which are closed like all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

from stockflow.analysis.dimensions import Range
from stockflow.analysis.left import Left
from stockflow.diagnostics.model import Report
from stockflow.ir.expr import At, Binary, Broken, Call, Element, Every, Expr, If, Let, Name, Number, Place, Subscript

INNER, TURNED = "*.*", "'"
_FLAT = "#flat"


@dataclass(frozen=True, slots=True, eq=False)
class _Operand:
    """An array, its subscripts as far as they are fixed, and the free places in the order of its dimensions."""

    name: Name
    subscripts: tuple[Subscript, ...]
    homes: tuple[Range, ...]
    free: tuple[int, ...]

    def with_free(self, subscripts: Sequence[Subscript]) -> Name:
        found = list(self.subscripts)
        for place, subscript in zip(self.free, subscripts, strict=True):
            found[place] = subscript
        return replace(self.name, subscripts=tuple(found))

    @property
    def dimensions(self) -> tuple[Range, ...]:
        return tuple(self.homes[place] for place in self.free)


@dataclass(frozen=True, slots=True)
class Matrices:
    """`stored` are the dimensions of the variables, `left` is the left-hand side of the equation."""

    stored: dict[str, tuple[Range, ...]]
    left: Left
    owner: str
    report: Report

    def inner(self, call: Call) -> Expr:
        """`A *.* B`: the sum over the last dimension of A and the first of B."""
        operands = [self._operand(arg) for arg in call.args]
        if None in operands:
            return Broken(call.span)
        left, right = (operand for operand in operands if operand is not None)
        over, other = left.dimensions[-1], right.dimensions[0]
        if over.key != other.key:
            return self._refuse("SF302", f"the inner product runs over '{over.label}' on its left and over"
                                f" '{other.label}' on its right", call, "give both the same dimension there")
        outer = (*left.dimensions[:-1], *right.dimensions[1:])
        places = self._followed(outer, call)
        if places is None:
            return Broken(call.span)
        every, cut = Every("", "*", call.span), len(left.dimensions) - 1
        first, second = left.with_free([*places[:cut], every]), right.with_free([every, *places[cut:]])
        return Call("sum", "SUM", (Binary("*", first, second, call.span),), (), call.span)

    def turned(self, call: Call) -> Expr:
        """`A'`: the dimensions of A in reverse order follow the left-hand side."""
        operand = self._operand(call)
        if operand is None:
            return Broken(call.span)
        places = self._followed(operand.dimensions, call)
        return Broken(call.span) if places is None else operand.with_free(places)

    def _operand(self, expr: Expr) -> _Operand | None:
        turned = isinstance(expr, Call) and expr.key == TURNED
        name = expr.args[0] if isinstance(expr, Call) and turned else expr
        if not isinstance(name, Name) or len(self.stored.get(name.key, ())) == 0:
            hint = "give the inner operation an array of its own, and use that"
            self._refuse("SF208", "an operator on whole arrays needs the name of an array on each side", expr, hint)
            return None
        homes = self.stored[name.key]
        every: tuple[Subscript, ...] = tuple(Every("", "*", name.span) for _ in homes)
        subscripts = name.subscripts or every
        free = tuple(place for place, one in enumerate(subscripts) if isinstance(one, Every) and not one.key)
        if len(subscripts) != len(homes) or not free:
            self._refuse("SF303", f"'{name.label}' has {len(homes)} dimensions, of which one must be left free here",
                         expr, "write * for it")
            return None
        return _Operand(name, subscripts, homes, free[::-1] if turned else free)

    def _followed(self, outer: Sequence[Range], call: Call) -> list[Place] | None:
        """The places of the left-hand side that the dimensions of a result follow: by name, else one by one."""
        found = self.left.places([home.key for home in outer])
        if None in found and len(outer) == len(self.left.spots):
            found = list(range(len(outer)))
        if None not in found:
            return [Place(place + 1, call.span) for place in found if place is not None]
        missing = next(home.label for home, place in zip(outer, found, strict=True) if place is None)
        self._refuse("SF301", f"this array has the dimension '{missing}', which '{self.owner}' has not", call,
                     f"give '{self.owner}' the dimensions {' and '.join(home.label for home in outer)}")
        return None

    def _refuse(self, code: str, message: str, where: Expr, hint: str) -> Broken:
        self.report.error(code, message, where.span, hint=hint, variable=self.owner)
        return Broken(where.span)


def guarded(name: Name, homes: Sequence[Range], otherwise: float) -> Expr:
    """A reference with computed indices that is `otherwise` where one of them, rounded, is outside its dimension."""
    held: list[tuple[str, Expr]] = []
    subscripts: list[Subscript] = []
    fits: list[Expr] = []
    for place, (part, home) in enumerate(zip(name.subscripts, homes, strict=True)):
        if isinstance(part, At):
            index = Name(f"#index {place}", name.label, (), part.span)
            held.append((index.key, part.expr))
            part = At(index, part.span)
            fits.append(Binary("and", Binary(">=", index, Number(0.5)), Binary("<", index, Number(home.size + 0.5))))
        subscripts.append(part)
    inside = reduce(lambda one, other: Binary("and", one, other), fits)
    result: Expr = If(inside, replace(name, subscripts=tuple(subscripts)), Number(otherwise, name.span), name.span)
    for key, value in reversed(held):
        result = Let(key, value, result, name.span)
    return result


def flat(call: Call, homes: Sequence[Range]) -> Expr:
    """`a(n)`: the n-th element of an array, the last dimension fastest; an index like any other."""
    index = call.args[0]
    match index:
        case Number() | Name():
            return _cell(call, index, homes)
        case _:
            return Let(_FLAT, index, _cell(call, Name(_FLAT, call.label, (), index.span), homes), call.span)


def _cell(call: Call, index: Expr, homes: Sequence[Range]) -> Name:
    subscripts: list[Subscript] = []
    below = 1
    for place, home in reversed(list(enumerate(homes))):
        subscripts.insert(0, _digit(index, below, home.size if place else 0))
        below *= home.size
    return Name(call.key, call.label, tuple(subscripts), call.span)


def _digit(index: Expr, below: int, size: int) -> At | Element:
    """One index of a flat one. The first dimension's is not cut off, so that what is outside stays outside."""
    match index:
        case Number(value=value):
            at = (round(value) - 1) // below
            return At(Number(float((at % size if size else at) + 1), index.span), index.span)
        case _:
            from_zero = Binary("-", _floor(Binary("+", index, Number(0.5))), Number(1.0))
            at_ = _floor(Binary("/", from_zero, Number(float(below)))) if below > 1 else from_zero
            if size:
                whole = _floor(Binary("/", at_, Number(float(size))))
                at_ = Binary("-", at_, Binary("*", whole, Number(float(size))))
            return At(Binary("+", at_, Number(1.0)), index.span)


def _floor(expr: Expr) -> Call:
    return Call("floor", "INT", (expr,))
