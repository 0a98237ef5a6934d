"""An expression as text for people, in Vensim's spelling with the fewest parentheses.

What the neutral parser read comes back unchanged when it is parsed again; closed nodes, which no text has, are shown
in the nearest spelling. It must not know functions, models or how text is laid out on a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import assert_never

from stockflow.ir.expr import (
    Along,
    Ask,
    At,
    Axis,
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
from stockflow.ir.walk import preorder

# Binding powers of the language's operators, loosest first.
OR, AND, NOT, EQUAL, RELATION, SUM, PRODUCT, SIGN, POWER, ATOM = range(10)

_OPERATORS = {
    "or": (OR, ":OR:"), "and": (AND, ":AND:"), "=": (EQUAL, "="), "<>": (EQUAL, "<>"), "<": (RELATION, "<"),
    "<=": (RELATION, "<="), ">": (RELATION, ">"), ">=": (RELATION, ">="), "+": (SUM, "+"), "-": (SUM, "-"),
    "*": (PRODUCT, "*"), "/": (PRODUCT, "/"), "mod": (PRODUCT, "MOD"),
}
_MARKS = r"\u0300-\u036f\u0483-\u0487\u0591-\u1fff\u200c\u200d"
_BARE = re.compile(rf"[^\W\d][\w$'\u2019{_MARKS}]*(?: [\w$][\w$'\u2019{_MARKS}]*)*")
_SPECIAL = re.compile(r'(["\\])')
LONGEST = 60

Item = tuple[Expr, int] | str


def own_label(node: Name | Call) -> str:
    return name_text(node.label or node.key)


def own_element(_key: str, _place: int, index: int) -> str:
    """A fixed element by its number, counted from 1."""
    return str(index + 1)


def own_along(_key: str, _place: int, part: Along) -> str:
    """The range that a subscript follows, with the numbers of the elements that it leads to where they differ."""
    name = name_text(part.axis.dimension)
    if part.table is None or part.table == part.axis.positions:
        return name
    return f"{name}({shortened(','.join(str(index + 1) for index in part.table))})"


@dataclass(frozen=True, slots=True, eq=False)
class Spelling:
    """How things are called. `element` and `along` are asked with the slot and the place of the subscript in it."""

    name: Callable[[Name | Call], str] = own_label
    element: Callable[[str, int, int], str] = own_element
    along: Callable[[str, int, Along], str] = own_along


PLAIN = Spelling()


def name_text(label: str) -> str:
    """A name as an equation has to spell it: in quotes where signs in it would be read as something else."""
    if _BARE.fullmatch(label):
        return label
    return '"' + _SPECIAL.sub(r"\\\1", label) + '"'


def number_text(value: float) -> str:
    """The shortest text that reads back as the same number."""
    text = repr(float(value))
    return text.removesuffix(".0")


def show(expr: Expr, spelling: Spelling = PLAIN) -> str:
    """The expression on one line."""
    return text_of(expr, OR, _Printer(spelling, _bound_axes(expr)).parts)


def text_of(expr: Expr, loosest: int, parts_of: Callable[[Expr], tuple[int, list[Item]]]) -> str:
    """The text that `parts_of` gives node by node: its binding power, and pieces of text and nodes to be shown.

    A node stands in parentheses where it binds looser than its place asks for.
    """
    out: list[str] = []
    stack: list[Item] = [(expr, loosest)]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            out.append(item)
            continue
        power, parts = parts_of(item[0])
        wrapped = parts if power >= item[1] else ["(", *parts, ")"]
        stack.extend(reversed(wrapped))
    return "".join(out)


def shortened(text: str, longest: int = LONGEST) -> str:
    """The text, or its beginning where it is long."""
    return text if len(text) <= longest else text[: longest - 3].rstrip() + "..."


def points_text(table: Table) -> str:
    points = (f"({number_text(x)},{number_text(y)})" for x, y in zip(table.x, table.y, strict=True))
    return f"({','.join(points)})"


def _bound_axes(expr: Expr) -> frozenset[Axis]:
    reduced = (axis for item in preorder(expr) if isinstance(item, Reduce) for axis in item.axes)
    whole = (axis for item in preorder(expr) if isinstance(item, Vector) for axis in item.bound)
    return frozenset((*reduced, *whole))


@dataclass(frozen=True, slots=True)
class _Printer:
    """Texts and parts of one node at a time; `bound` are the axes of reductions, shown with `!`."""

    spelling: Spelling
    bound: frozenset[Axis]

    def parts(self, expr: Expr) -> tuple[int, list[Item]]:
        """The binding power of a node, and its text with the parts that are still to be shown."""
        match expr:
            case Number(value=value):
                text = number_text(value)
                return SIGN if text.startswith("-") else ATOM, [text]
            case Missing():
                return ATOM, [":NA:"]
            case Text(value=value):
                return ATOM, [f"'{value}'"]
            case Table():
                return ATOM, [points_text(expr)]
            case Values():
                return ATOM, [_values_text(expr)]
            case Positions():
                return ATOM, [self.positions(expr)]
            case Broken():
                return ATOM, ["?"]
            case Name():
                return ATOM, self.reference(expr, expr.subscripts)
            case _:
                return self.whole(expr)

    def whole(
        self, expr: Unary | Binary | If | Call | Let | Interpolate | Reduce | Vector | Draw | Ask
    ) -> tuple[int, list[Item]]:
        match expr:
            case Unary(op="not", operand=operand):
                return NOT, [":NOT: ", (operand, NOT)]
            case Unary(op=op, operand=operand):
                return SIGN, [op, (operand, SIGN)]
            case Binary(op="^", left=left, right=right):
                return POWER, [(left, ATOM), "^", (right, SIGN)]
            case Binary(op=op, left=left, right=right):
                power, sign = _OPERATORS[op]
                return power, [(left, power), f" {sign} ", (right, power + 1)]
            case If(condition=condition, then=then, otherwise=otherwise):
                return ATOM, call_of(["IF THEN ELSE"], [condition, then, otherwise])
            case Call(args=args, subscripts=subscripts):
                return ATOM, call_of(self.reference(expr, subscripts), args)
            case Let(key=key, value=value, body=body):
                return ATOM, call_of(["LET"], [Name(key, ""), value, body])
            case Interpolate():
                return ATOM, self.lookup(expr)
            case Reduce(op=op, body=body):
                return ATOM, call_of([op.upper()], [body])
            case Vector(op=op, args=args):
                return ATOM, call_of([op.upper()], list(args))
            case Draw(kind=kind, args=args):
                return ATOM, call_of([f"RANDOM {kind.upper()}"], list(args))
            case Ask(memory=memory, question=question, args=args):
                return ATOM, call_of([question.upper()], [memory, *args])
            case _:
                assert_never(expr)

    def lookup(self, expr: Interpolate) -> list[Item]:
        match expr.table, expr.mode:
            case Name() as table, "table":
                return call_of(self.reference(table, table.subscripts), expr.args)
            case table, "table":
                return call_of(["WITH LOOKUP"], [*expr.args, table])
            case _:
                return call_of([f"LOOKUP {expr.mode.upper()}"], [expr.table, *expr.args])

    def reference(self, node: Name | Call, subscripts: Sequence[Subscript]) -> list[Item]:
        name = self.spelling.name(node)
        if not subscripts:
            return [name]
        inner = [self.subscript(node.key, place, part) for place, part in enumerate(subscripts)]
        return [f"{name}[", *joined(inner), "]"]

    def subscript(self, key: str, place: int, part: Subscript) -> list[Item]:
        match part:
            case Word(label=label):
                return [name_text(label)]
            case Every(key="", label=label):
                return ["*"]
            case Every(label=label):
                return [f"{name_text(label)}!"]
            case Between(first=first, last=last):
                return [(first, OR), " : ", (last, OR)]
            case Place(number=number):
                return [f"@{number}"]
            case At(expr=expr):
                return [(expr, OR)]
            case Element(index=index):
                return [self.spelling.element(key, place, index)]
            case Along():
                mark = "!" if part.axis in self.bound else ""
                return [self.spelling.along(key, place, part) + mark]
            case _:
                assert_never(part)

    @staticmethod
    def positions(expr: Positions) -> str:
        if expr.values == tuple(position + 1.0 for position in expr.axis.positions):
            return name_text(expr.axis.dimension)
        return "(" + shortened(",".join(map(number_text, expr.values))) + ")"


def call_of(head: list[Item], args: Iterable[Expr], loosest: int = OR) -> list[Item]:
    """The pieces of a call; its arguments stand alone between commas."""
    made: list[list[Item]] = [[(arg, loosest)] for arg in args]
    return [*head, "(", *joined(made), ")"]


def joined(groups: Sequence[Sequence[Item]]) -> list[Item]:
    """The groups with commas between them."""
    made: list[Item] = []
    for group in groups:
        made += [", ", *group] if made else group
    return made


def _values_text(expr: Values) -> str:
    width = max(1, len(expr.values) // max(1, expr.rows))
    rows = [expr.values[start : start + width] for start in range(0, len(expr.values), width)]
    return "; ".join(",".join(map(number_text, row)) for row in rows)
