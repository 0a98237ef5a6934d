"""From grammar rules to expression nodes: one short callback per rule of `expression.lark`, called while parsing.

It builds `ir.expr` with spans; it must not know what any function means or which dialect calls it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Literal, Protocol

from stockflow.ir.expr import (
    At,
    Between,
    Binary,
    Call,
    Every,
    Expr,
    If,
    Interpolate,
    Missing,
    Name,
    Number,
    Place,
    Subscript,
    Table,
    Text,
    Unary,
    Word,
)
from stockflow.ir.names import key_of, label_of
from stockflow.language.faults import Unreadable
from stockflow.source import Source, Span

ANONYMOUS_LOOKUP = "with lookup"
Point = tuple[float, float, Span]


class Token(Protocol):
    """What the callbacks use of a lexer's token: a string with its offsets."""

    @property
    def value(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def start_pos(self) -> int: ...
    @property
    def end_pos(self) -> int: ...


class Spanned(Protocol):
    @property
    def span(self) -> Span | None: ...


def start_of(node: Spanned) -> int:
    return node.span.start if node.span is not None else 0


def stop_of(node: Spanned) -> int:
    return node.span.stop if node.span is not None else 0


class Nodes:
    """Callbacks by rule name; `source` is set for each text before it is parsed."""

    source: Source

    def span(self, start: int, stop: int) -> Span:
        return Span(self.source, start, stop)

    def token_span(self, token: Token) -> Span:
        return Span(self.source, token.start_pos, token.end_pos)

    # Atoms

    def number(self, parts: Sequence[Token]) -> Number:
        token = parts[0]
        value = float(token.value)
        if math.isinf(value):
            raise Unreadable(
                "SF105", f"the number {token.value[:40]} is too large", token.start_pos, token.end_pos,
                "the largest number is about 1.8e308",
            )
        return Number(value, self.token_span(token))

    def missing(self, parts: Sequence[Token]) -> Missing:
        return Missing(self.token_span(parts[0]))

    def text(self, parts: Sequence[Token]) -> Text:
        return Text(parts[0].value[1:-1], self.token_span(parts[0]))

    def name(self, parts: Sequence[object]) -> Name:
        """NAME, or NAME [ subscripts ]."""
        word: Token = parts[0]  # type: ignore[assignment]
        if len(parts) == 1:
            return Name(key_of(word.value), label_of(word.value), (), self.token_span(word))
        _, _, subscripts, closing = parts
        span = self.span(word.start_pos, closing.end_pos)  # type: ignore[attr-defined]
        return Name(key_of(word.value), label_of(word.value), subscripts, span)  # type: ignore[arg-type]

    def grouped(self, parts: tuple[Token, Expr, Token]) -> Expr:
        """Parentheses widen the span of an operation; a single thing keeps its own."""
        opening, inner, closing = parts
        if isinstance(inner, Binary | Unary | If):
            return replace(inner, span=self.span(opening.start_pos, closing.end_pos))
        return inner

    # Operators

    def binary(self, parts: tuple[Expr, Token, Expr]) -> Expr:
        left, token, right = parts
        return Binary(token.value, left, right, self.span(start_of(left), stop_of(right)))

    def modulo(self, parts: tuple[Expr, Token, Expr]) -> Binary:
        left, _, right = parts
        return Binary("mod", left, right, self.span(start_of(left), stop_of(right)))

    def logical(self, parts: tuple[Expr, Token, Expr]) -> Binary:
        left, token, right = parts
        return Binary("and" if token.type == "AND" else "or", left, right, self.span(start_of(left), stop_of(right)))

    def signed(self, parts: tuple[Token, Expr]) -> Unary:
        sign, operand = parts
        op: Literal["-", "+"] = "-" if sign.value == "-" else "+"
        return Unary(op, operand, self.span(sign.start_pos, stop_of(operand)))

    def negated(self, parts: tuple[Token, Expr]) -> Unary:
        return Unary("not", parts[1], self.span(parts[0].start_pos, stop_of(parts[1])))

    # Calls and lookups

    def arguments(self, parts: Sequence[Expr]) -> tuple[Expr, ...]:
        return tuple(parts)

    def call(self, parts: tuple[Name, Token, tuple[Expr, ...], Token]) -> Expr:
        name, _, args, closing = parts
        span = self.span(start_of(name), closing.end_pos)
        if name.key == ANONYMOUS_LOOKUP and len(args) == 2 and isinstance(args[1], Table):
            return Interpolate(args[1], (args[0],), span=span)
        return Call(name.key, name.label, args, name.subscripts, span)

    def call_binding(self, parts: tuple[Name | Token | tuple[Expr, ...], ...]) -> Call:
        """`m(a, b : y, z)`: the names after the colon are defined by the call."""
        name, _, args, *outputs, closing = parts
        span = self.span(start_of(name), closing.end_pos)  # type: ignore[arg-type, union-attr]
        bound = tuple(part for part in outputs if isinstance(part, Name))
        return Call(name.key, name.label, args, name.subscripts, span, bound)  # type: ignore[arg-type, union-attr]

    def point(self, parts: tuple[Token, Expr, Expr, Token]) -> Point:
        opening, x, y, closing = parts
        return constant(x), constant(y), self.span(opening.start_pos, closing.end_pos)

    def range(self, parts: Sequence[object]) -> None:
        """The drawing range of a lookup has no part in its values."""

    def points(self, parts: Sequence[Point | None]) -> Table:
        points = [point for point in parts if point is not None]
        span = self.span(points[0][2].start, points[-1][2].stop)
        return table_of([(x, y) for x, y, _ in points], span)

    def table(self, parts: tuple[Token, Table, Token]) -> Table:
        return parts[1]

    # Subscripts

    def subscripts(self, parts: Sequence[Subscript]) -> tuple[Subscript, ...]:
        return tuple(parts)

    def subscript(self, parts: tuple[Expr]) -> Subscript:
        match parts[0]:
            case Name(key=key, label=label, subscripts=(), span=span):
                return Word(key, label, span)
            case other:
                return At(other, other.span)

    def every(self, parts: Sequence[Token]) -> Every:
        """`Dimension!`, `*`, or `*:Dimension`."""
        span = self.span(parts[0].start_pos, parts[-1].end_pos)
        names = [token.value for token in parts if token.type in ("NAME", "QUOTED")]
        return Every(key_of(names[0]), label_of(names[0]), span) if names else Every("", "*", span)

    def between(self, parts: tuple[Expr, Expr]) -> Between:
        first, last = parts
        return Between(first, last, self.span(start_of(first), stop_of(last)))

    def place(self, parts: Sequence[Token]) -> Place:
        token = parts[0]
        if not token.value.isdecimal() or len(token.value) > 9 or int(token.value) < 1:
            raise Unreadable("SF105", "after '@' stands a whole number from 1", token.start_pos, token.end_pos)
        return Place(int(token.value), self.token_span(token))


def table_of(points: Sequence[tuple[float, float]], span: Span) -> Table:
    """The points ordered by x, as Vensim reads them (recorded: SDXorg test subscripted_lookups, lookup2dim[B,E])."""
    excess = span.source.limits.excess("lookup-points", len(points), "the lookup has", "points", "leave points out")
    if excess is not None:
        raise Unreadable("SF109", excess.message, span.start, span.stop, excess.hint)
    ordered = sorted(points, key=itemgetter(0))
    return Table(tuple(x for x, _ in ordered), tuple(y for _, y in ordered), span=span)


def constant(expr: Expr) -> float:
    """The value of a number with its signs; anything else is a fault of the lookup's points."""
    sign = 1.0
    at = expr
    while isinstance(at, Unary) and at.op in ("-", "+"):
        sign = -sign if at.op == "-" else sign
        at = at.operand
    if not isinstance(at, Number):
        raise Unreadable(
            "SF108", "a point needs two numbers '(x,y)'", start_of(expr), stop_of(expr),
            "a lookup's points cannot hold variables",
        )
    return sign * at.value
