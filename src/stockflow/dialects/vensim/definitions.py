"""One statement's equation field in nodes: the callbacks for the rules of `vensim.lark`.

A definition keeps what the file says; it must not know the other definitions of the model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from stockflow.ir.expr import Binary, Broken, Call, Expr, Missing, Name, Number, Subscript, Table, Text, Unary, Values
from stockflow.ir.model import Dimension, Mapping
from stockflow.ir.names import key_of, label_of
from stockflow.language.faults import POINTS, Unreadable
from stockflow.language.nodes import Nodes, Token, constant, start_of, stop_of, table_of
from stockflow.language.parser import Parser, check_nodes
from stockflow.source import Source, Span

MISSING_VALUE = -(2.0**109)
UNFINISHED = "a function of"
INTERPOLATE = "interpolate"
_DIGITS = 18
Form = Literal["equation", "lookup", "data", "string", "incomplete"]
_TRAILING_NUMBER = re.compile(r"(.*?)([0-9]+)", re.DOTALL)
_LEFT_ENDS = re.compile(r'"(?:[^"\\\n]|\\.)*"?|:EXCEPT:|(?P<sign>:=|[=(:])', re.IGNORECASE | re.DOTALL)
_SIMPLE = re.compile(
    r"""\s*(?P<name>[^\W\d][\w$]*(?:\s+[\w$]+)*|"[^"\\\n]*")\s*(?P<sign>==?)"""
    r"""\s*(?P<minus>[+-]?)\s*(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\s*"""
)


@dataclass(frozen=True, slots=True, eq=False)
class Left:
    """What a definition defines."""

    key: str
    label: str
    span: Span
    subscripts: tuple[Subscript, ...] = ()
    excepts: tuple[tuple[Subscript, ...], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """`keyword` is how a data variable fills gaps; a data variable fed from outside has `Missing` as expression."""

    left: Left
    form: Form
    expr: Expr
    changeable: bool = True
    keyword: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class InputParts:
    """A test input: its name, the variable that it changes, and how."""

    left: Left
    target: Left
    expr: Expr


@dataclass(frozen=True, slots=True, eq=False)
class ConstraintParts:
    """A constraint: its name, its condition, and what follows from it, at some time (`once`) or always."""

    left: Left
    condition: Expr
    consequence: Expr
    once: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A token made by hand, for statements that need no parser."""

    value: str
    type: str
    start_pos: int
    end_pos: int


@dataclass(frozen=True, slots=True)
class Run:
    """A numeric range, not yet written out: its size is checked first."""

    prefix: str
    first: int
    last: int
    width: int
    start_pos: int
    end_pos: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1

    def labels(self) -> list[str]:
        return [f"{self.prefix}{number:0{self.width}d}" for number in range(self.first, self.last + 1)]


class DefinitionNodes(Nodes):
    """Callbacks for `definition` and `left`."""

    def group(self, parts: tuple[Token, tuple[Subscript, ...], Token]) -> tuple[Subscript, ...]:
        return parts[1]

    def left(self, parts: Sequence[object]) -> Left:
        word: Token = parts[0]  # type: ignore[assignment]
        tuples = [part for part in parts[1:] if isinstance(part, tuple)]
        bare = len(parts) < 2 or getattr(parts[1], "type", "") == "EXCEPT"
        subscripts = () if bare else tuples.pop(0)
        return Left(key_of(word.value), label_of(word.value), self.token_span(word), subscripts, tuple(tuples))

    # Right-hand sides

    def row(self, parts: Sequence[Expr]) -> tuple[Expr, ...]:
        return tuple(parts)

    def right(self, parts: Sequence[tuple[Expr, ...] | Token]) -> Expr:
        rows = [part for part in parts if isinstance(part, tuple)]
        if len(parts) == 1 and len(rows[0]) == 1:
            return rows[0][0]
        values = tuple(_value(expr) for row in rows for expr in row)
        _check_even([len(row) for row in rows], rows)
        return Values(values, len(rows), self.span(start_of(rows[0][0]), stop_of(rows[-1][-1])))

    def tabbed(self, parts: Sequence[Token]) -> Values:
        """TABBED ARRAY: numbers between blanks, a row on each line."""
        values: list[float] = []
        lines: set[int] = set()
        sign = 1.0
        for token in parts[2:-1]:
            if token.type == "NUMBER":
                values.append(sign * float(token.value))
                lines.add(self.source.place(token.start_pos)[0])
                sign = 1.0
            else:
                sign = -sign if token.value == "-" else sign
        rows = len(lines) if len(values) % max(1, len(lines)) == 0 else 1
        return Values(tuple(values), max(1, rows), self.span(parts[0].start_pos, parts[-1].end_pos))

    # Definitions of variables

    def equation(self, parts: tuple[Left, Token, Expr]) -> Definition:
        return Definition(parts[0], "equation", parts[2])

    def fixed(self, parts: tuple[Left, Token, Expr]) -> Definition:
        return Definition(parts[0], "equation", parts[2], changeable=False)

    def incomplete(self, parts: tuple[Left, Token]) -> Definition:
        end = parts[1].end_pos
        return Definition(parts[0], "incomplete", Broken(self.span(end, end + 1)))

    def data(self, parts: tuple[Left, Token, Expr]) -> Definition:
        return Definition(parts[0], "data", _written(parts[2]), keyword=INTERPOLATE)

    def filled(self, parts: tuple[Left, Token] | tuple[Left, Token, Token, Expr]) -> Definition:
        """Data with a keyword, which says how gaps between points are filled."""
        left, word = parts[:2]
        keyword = " ".join(word.value.strip(":").lower().split())
        expr = _written(parts[3]) if len(parts) == 4 else Missing(left.span)
        return Definition(left, "data", expr, keyword=keyword)

    def outside(self, parts: tuple[Left]) -> Definition:
        return Definition(parts[0], "data", Missing(parts[0].span), keyword=INTERPOLATE)

    def string(self, parts: tuple[Left, Token, Token]) -> Definition:
        return Definition(parts[0], "string", Text(parts[2].value[1:-1], self.token_span(parts[2])))

    def lookup(self, parts: tuple[Left, Token, Table | tuple[Expr, ...], Token]) -> Definition:
        left, opening, body, closing = parts
        span = self.span(opening.start_pos, closing.end_pos)
        if isinstance(body, Table):
            return Definition(left, "lookup", replace(body, span=span))
        if len(body) == 1 and isinstance(body[0], Call):
            return Definition(left, "lookup", body[0])
        return Definition(left, "lookup", _halves(body, span))

    def pointless(self, parts: Sequence[object]) -> Definition:
        opening, closing = parts[1], parts[-1]
        raise Unreadable(
            POINTS, "the lookup has no points", opening.start_pos, closing.end_pos,  # type: ignore[attr-defined]
            "add its points: (x,y), (x,y)",
        )

    # Definitions of subscript ranges

    def alias(self, parts: tuple[Token, Token, Token]) -> Dimension:
        name, _, other = parts
        return Dimension(
            key_of(name.value), label_of(name.value), (), (), alias_of=key_of(other.value), span=self.token_span(name)
        )

    def dimension(self, parts: tuple[Token, tuple[str, ...], tuple[Mapping, ...]]) -> Dimension:
        name, labels, maps = parts
        keys = tuple(key_of(label) for label in labels)
        _check_distinct(name, keys)
        shown = tuple(label_of(label) for label in labels)
        return Dimension(key_of(name.value), label_of(name.value), keys, shown, maps, span=self.token_span(name))

    def outer(self, parts: tuple[Token, Token, tuple[Expr, ...], Token]) -> Call:
        word, _, args, closing = parts
        return Call(key_of(word.value), label_of(word.value), args, (), self.span(word.start_pos, closing.end_pos))

    def imported(self, parts: tuple[Token, Call, tuple[Mapping, ...]]) -> Dimension:
        """A range whose elements stand in a table, read before anything is resolved."""
        name, call, maps = parts
        return Dimension(
            key_of(name.value), label_of(name.value), (), (), maps, span=self.token_span(name), outside=call
        )

    def items(self, parts: Sequence[Token | Run]) -> tuple[str, ...]:
        """Elements and names of ranges, numeric ranges written out."""
        total = sum(part.count if isinstance(part, Run) else 1 for part in parts)
        excess = self.source.limits.excess("elements", total, "the range has", "elements", "use fewer elements")
        if excess is not None:
            raise Unreadable("SF109", excess.message, parts[0].start_pos, parts[-1].end_pos, excess.hint)
        labels: list[str] = []
        for part in parts:
            labels += part.labels() if isinstance(part, Run) else (part.value,)
        return tuple(labels)

    def numbered(self, parts: tuple[Token, Token, Token, Token, Token]) -> Run:
        """`(A1-A10)`: one prefix, both ends included."""
        opening, first, _, last, closing = parts
        start, stop = opening.start_pos, closing.end_pos
        low, high = _TRAILING_NUMBER.fullmatch(first.value), _TRAILING_NUMBER.fullmatch(last.value)
        if low is None or high is None or key_of(low[1]) != key_of(high[1]):
            raise Unreadable(
                "SF308", f"a numeric range needs one prefix and two numbers; found '{first.value}' and '{last.value}'",
                start, stop, "write it like (Age1-Age10)",
            )
        if max(len(low[2]), len(high[2])) > _DIGITS:
            raise Unreadable("SF109", f"the numbers of the range have more than {_DIGITS} digits", start, stop)
        run = Run(low[1], int(low[2]), int(high[2]), len(low[2]) if low[2][0] == "0" else 1, start, stop)
        if run.count < 1:
            raise Unreadable("SF308", "the numeric range is empty: it ends before it starts", start, stop)
        return run

    def maps(self, parts: Sequence[Mapping | Token]) -> tuple[Mapping, ...]:
        return tuple(part for part in parts if isinstance(part, Mapping))

    def map_to(self, parts: Sequence[Token | tuple[str, ...]]) -> Mapping:
        tokens = [part for part in parts if not isinstance(part, tuple)]
        names = [token for token in tokens if token.type in ("NAME", "QUOTED")]
        items = next((part for part in parts if isinstance(part, tuple)), ())
        span = self.span(tokens[0].start_pos, tokens[-1].end_pos)
        return Mapping(key_of(names[0].value), tuple(key_of(item) for item in items), span)


    # Reality checks

    def crossing(self, parts: tuple[Expr, Token, Expr]) -> Binary:
        left, _, right = parts
        return Binary("crossing", left, right, self.span(start_of(left), stop_of(right)))

    def test_input(self, parts: tuple[Left, Token, Left, Token, Expr]) -> InputParts:
        return InputParts(parts[0], parts[2], parts[4])

    def constraint(self, parts: Sequence[Left | Token | Expr]) -> ConstraintParts:
        left, _, condition, *rest = parts
        (consequence,) = (part for part in rest if not hasattr(part, "type"))
        return ConstraintParts(left, condition, consequence, once=len(rest) > 2)  # type: ignore[arg-type]


def _check_distinct(name: Token, keys: tuple[str, ...]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise Unreadable(
                "SF201", f"'{key}' stands twice in the range '{label_of(name.value)}'", name.start_pos, name.end_pos,
                "remove one",
            )
        seen.add(key)


def _written(expr: Expr) -> Expr:
    """The right side of a data equation, where `:NA:` is a number: `Missing` says that the values are not there."""
    return Number(MISSING_VALUE, expr.span) if isinstance(expr, Missing) else expr


def _value(expr: Expr) -> float:
    """A number of a list, with its signs, or :NA:."""
    if isinstance(expr, Missing):
        return MISSING_VALUE
    at: Expr = expr
    while isinstance(at, Unary) and at.op in ("-", "+"):
        at = at.operand
    if isinstance(at, Number):
        return constant(expr)
    found = f"found '{at.label}'" if isinstance(at, Name | Call) else "found an expression"
    raise Unreadable(
        "SF105", f"a list of values holds only numbers; {found}", start_of(expr), stop_of(expr),
        "give each element an equation of its own, or remove the comma",
    )


def _check_even(lengths: list[int], rows: Sequence[tuple[Expr, ...]]) -> None:
    for length, row in zip(lengths, rows, strict=True):
        if length != lengths[0]:
            raise Unreadable(
                "SF307", f"the number of values in this row is {length}, in the first {lengths[0]}",
                start_of(row[0]), stop_of(row[-1]), "give every row as many values",
            )


def _halves(body: tuple[Expr, ...], span: Span) -> Table:
    """A lookup written as all x, then all y."""
    numbers = tuple(constant(expr) for expr in body)
    if len(numbers) % 2 or len(numbers) < 4:
        raise Unreadable(
            POINTS, f"a lookup as a list needs as many x as y, at least two of each; found {len(numbers)} numbers",
            span.start, span.stop, "write its points: (x,y), (x,y)",
        )
    half = len(numbers) // 2
    return table_of(tuple(zip(numbers[:half], numbers[half:], strict=True)), span)


@cache
def parser() -> Parser:
    """The parser of .mdl definitions, made at its first use."""
    return Parser(("expression.lark", "vensim.lark"), ("definition", "left", "expression", "check"), DefinitionNodes())


def define(source: Source, text: str, begin: int, stop: int) -> Definition | Dimension:
    """The definition in text[begin:stop]. Raises Unreadable."""
    simple = _SIMPLE.fullmatch(text, begin, stop)
    if simple is not None:
        return _simple_constant(source, simple)
    made: Definition | Dimension = parser().parse("definition", source, begin, stop, text)
    if isinstance(made, Definition):
        check_nodes(made.expr, source, begin, stop)
    return made


def define_check(source: Source, text: str, begin: int, stop: int) -> InputParts | ConstraintParts:
    """The reality check in text[begin:stop]. Raises Unreadable."""
    made: InputParts | ConstraintParts = parser().parse("check", source, begin, stop, text)
    return made


def left_of(source: Source, text: str, begin: int, stop: int) -> Left | None:
    """What a definition whose right side cannot be read would define; None where that is unclear or a range."""
    for found in _LEFT_ENDS.finditer(text, begin, stop):
        if found["sign"]:
            return _left(source, text, begin, found.start()) if found["sign"] != ":" else None
    return None


def is_range(text: str, begin: int, stop: int) -> bool:
    """Whether a definition that cannot be read would be that of a range."""
    signs = (found["sign"] for found in _LEFT_ENDS.finditer(text, begin, stop) if found["sign"])
    return next(signs, "") == ":"


def _left(source: Source, text: str, begin: int, stop: int) -> Left | None:
    try:
        left: Left = parser().parse("left", source, begin, stop, text)
    except Unreadable:
        return None
    return left


def _simple_constant(source: Source, found: re.Match[str]) -> Definition:
    """`name = number`, by the same callbacks as the parser's: large files are mostly this."""
    nodes = DefinitionNodes()
    nodes.source = source
    quoted = found["name"].startswith('"')
    name = Piece(found["name"], "QUOTED" if quoted else "NAME", found.start("name"), found.end("name"))
    number = Piece(found["number"], "NUMBER", found.start("number"), found.end("number"))
    expr: Expr = nodes.number((number,))
    if found["minus"]:
        expr = nodes.signed((Piece(found["minus"], "SIGN", found.start("minus"), found.end("minus")), expr))
    return Definition(nodes.left((name,)), "equation", expr, changeable=found["sign"] == "=")
