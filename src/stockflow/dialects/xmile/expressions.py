"""Equations of XMILE as expression trees, with spans that point into the file.

It knows the spellings of operators and names (XMILE 1.0, section 3.3); it must not know what any function means.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from stockflow.diagnostics.model import Report
from stockflow.dialects.xmile.document import Node
from stockflow.ir.expr import (
    Ask,
    At,
    Binary,
    Call,
    Expr,
    If,
    Name,
    Number,
    Subscript,
    Unary,
    Values,
    Word,
)
from stockflow.ir.names import key_of, label_of
from stockflow.ir.walk import preorder, rebuild
from stockflow.source import Source, Span

if TYPE_CHECKING:
    from stockflow.language.parser import Parser

_NUMBER = r"[-+]?\s*(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_PLAIN = re.compile(r"(?P<sign>-?)\s*(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)", re.ASCII)
_LIST = re.compile(rf"\s*{_NUMBER}(?:\s*[,;]\s*{_NUMBER})*+\s*[,;]?\s*")
_LISTED = re.compile(r"\"(?:[^\"\\]|\\.)*+\"|[()\[\],]", re.DOTALL)
_LOOSER_THAN_A_TIGHT_NOT = frozenset({"*", "/", "mod", "+", "-", "<", "<=", ">", ">=", "=", "<>"})
_NOTHING = "? \t\r\n\u00a0"
_FORMULAS = frozenset({
    "eqn", "init_eqn", "inflow", "outflow", "start", "stop", "dt", "len", "capacity", "in_limit", "sample", "arrest",
    "leak", "multiplier",
})
_DOTTED = re.compile(r"\"(?:[^\"\\]|\\.)*+\"|[^.\"]+", re.DOTALL)
Elements = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Formulas:
    """What reading an expression needs: the text of each file as the parser sees it, element numbers by dimension.

    `root_mark` is what a name of the root model begins with: nothing in the root model, a dot in others. `carried` are
    the conveyors and queues of the model at hand, with the number of their dimensions.
    """

    texts: Mapping[Source, str]
    elements: Elements
    report: Report
    root_mark: str = ""
    carried: Mapping[str, int] = field(default_factory=dict)

    def is_empty(self, node: Node) -> bool:
        """Whether an element holds nothing but blanks and comments, or `???`, which translators leave behind."""
        return not self.texts[node.source][node.extent.inner : node.extent.outer].strip(_NOTHING)

    def read(self, node: Node, owner: str) -> Expr:
        """The expression in an element, which is not empty."""
        return self._read(node.content, owner)

    def read_list(self, node: Node, owner: str) -> list[Expr]:
        """The expressions in an element, which is not empty: one, or several between commas."""
        inner, text = node.extent.inner, self.texts[node.source]
        places = [(start + inner, stop + inner) for start, stop in _between_commas(text[inner : node.extent.outer])]
        filled = [(start, stop) for start, stop in places if text[start:stop].strip(_NOTHING)]
        if len(filled) < 2:
            return [self.read(node, owner)]
        return [self._read(_trimmed(node.source, text, start, stop), owner) for start, stop in filled]

    def _read(self, span: Span, owner: str) -> Expr:
        number = self._number(span)
        if number is not None:
            return number
        expr = parser().expression(
            span.source, self.report, span.start, span.stop, self.texts[span.source], owner
        )
        self._warn_of_nots(expr, owner)
        self._warn_of_missing_elses(expr, owner)
        if self.carried and "[" in span.text:
            expr = rebuild(expr, self._item)
        return rebuild(expr, self._settle) if "." in span.text else expr

    def _item(self, expr: Expr) -> Expr:
        """A conveyor or queue with one subscript more than dimensions: a slat or batch of it."""
        match expr:
            case Name(key=key, subscripts=subscripts) if len(subscripts) == self.carried.get(key, -2) + 1:
                number = _index(subscripts[-1])
                return expr if number is None else Ask(
                    replace(expr, subscripts=subscripts[:-1]), "item", (number,), expr.span
                )
            case _:
                return expr

    def read_values(self, node: Node) -> Values | None:
        """A list of numbers, one for each element of an arrayed variable; None for anything else."""
        text = self.texts[node.source][node.extent.inner : node.extent.outer]
        if not ("," in text or ";" in text) or _LIST.fullmatch(text) is None:
            return None
        rows = [row for row in text.split(";") if row.strip()]
        numbers = [float("".join(part.split())) for row in rows for part in row.split(",") if part.strip()]
        return Values(tuple(numbers), len(rows), node.content)

    def _number(self, span: Span) -> Expr | None:
        """A bare number, which most equations of large files are: it needs no parser."""
        found = _PLAIN.fullmatch(self.texts[span.source], span.start, span.stop)
        value = float(found["number"]) if found is not None else math.inf
        if found is None or math.isinf(value):
            return None
        number = Number(value, span.source.span(*found.span("number")))
        return Unary("-", number, span) if found["sign"] else number

    def _warn_of_nots(self, expr: Expr, owner: str) -> None:
        for node in preorder(expr):
            match node:
                case Unary(op="not", operand=inside) if self._stands_after(node, inside):
                    self.report.warn(
                        "SF117", f"NOT after '{_shown(inside)}' is read as NOT {_shown(inside)}, in the equation of"
                        f" '{owner}'", node.span, hint="write NOT before what it negates", variable=owner,
                    )
                case Unary(op="not", operand=Binary(op=op, left=left) as inside) if (
                    op in _LOOSER_THAN_A_TIGHT_NOT and _start(inside) == _start(left)
                ):
                    self.report.warn(
                        "SF105", f"NOT is read as NOT ({_shown(inside)}), in the equation of '{owner}'", node.span,
                        notes=(f"By the text of XMILE it would be (NOT {_shown(left)}) {op} ...",),
                        hint="put what is meant in parentheses", variable=owner,
                    )
                case _:
                    pass

    def _warn_of_missing_elses(self, expr: Expr, owner: str) -> None:
        for node in preorder(expr):
            if isinstance(node, If) and node.otherwise.span is not None and not node.otherwise.span.text:
                self.report.warn(
                    "SF105", f"an IF without ELSE is 0 where its condition does not hold, in the equation of '{owner}'",
                    node.span, hint="write ELSE 0, or what is meant", variable=owner,
                )

    def _stands_after(self, negation: Unary, operand: Expr) -> bool:
        """Whether the operator of a negation is written behind its operand."""
        assert negation.span is not None
        return "not" not in self.texts[negation.span.source][negation.span.start : _start(operand)].lower()

    def _settle(self, expr: Expr) -> Expr:
        """Names with dots: `Dimension.element` is a number, a leading dot means the root model."""
        match expr:
            case Name(subscripts=subscripts) | Call(subscripts=subscripts) if subscripts:
                expr = replace(expr, subscripts=tuple(self._settle_subscript(part) for part in subscripts))
            case _:
                pass
        match expr:
            case Name(key=key, span=span) if "." in key and not _quoted(span):
                number = self._number_of(key)
                if number is not None and not expr.subscripts:
                    return Number(number, span)
                return replace(expr, key=self.of_root(key), label=expr.label.removeprefix("."))
            case _:
                return expr

    def _settle_subscript(self, subscript: Subscript) -> Subscript:
        match subscript:
            case Word(key=key, label=label, span=span) if "." in key and not _quoted(span):
                if self._number_of(key) is None:
                    return replace(subscript, key=self.of_root(key), label=label.removeprefix("."))
                return Word(key.partition(".")[2], label.partition(".")[2], span)
            case _:
                return subscript

    def of_root(self, key: str) -> str:
        """A key without the leading dot of a name of the root model, or with the mark in its place."""
        return self.root_mark + key[1:] if key.startswith(".") else key

    def _number_of(self, key: str) -> int | None:
        dimension, _, element = key.removeprefix(".").partition(".")
        return self.elements.get(dimension, {}).get(element)


def _index(subscript: Subscript) -> Expr | None:
    """A subscript that is one number, as an expression."""
    match subscript:
        case At(expr=expr):
            return expr
        case Word(key=key, label=label, span=span):
            return Name(key, label, (), span)
        case _:
            return None


def _trimmed(source: Source, text: str, start: int, stop: int) -> Span:
    """A place without the blanks around it."""
    part = text[start:stop]
    return source.span(start + len(part) - len(part.lstrip()), stop - len(part) + len(part.rstrip()))


def _between_commas(text: str) -> list[tuple[int, int]]:
    """The places of the parts of a list, whose commas stand in no parentheses and no quoted name."""
    places, start, depth = [], 0, 0
    for found in _LISTED.finditer(text):
        sign = found.group()
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            places.append((start, found.start()))
            start = found.end()
    return [*places, (start, len(text))]


def _start(expr: Expr) -> int:
    return expr.span.start if expr.span is not None else 0


def _shown(expr: Expr) -> str:
    """A part of an equation as the modeller wrote it, shortened."""
    text = " ".join(html.unescape(expr.span.text).split()) if expr.span is not None else ""
    return text if len(text) <= 40 else text[:39] + "…"


def _quoted(span: Span | None) -> bool:
    """Whether a name was written in quotes as a whole; they may be entities."""
    text = html.unescape(span.text.partition("[")[0]).strip() if span is not None else ""
    return text.startswith('"') and _DOTTED.fullmatch(text) is not None


def parser_texts(root: Node, plain: Callable[[str], str]) -> dict[Source, str]:
    """The text of every file of a document with all equations in it made plain, at the same offsets."""
    cuts: dict[Source, list[tuple[int, int]]] = {root.source: []}
    for node in root.below():
        found = cuts.setdefault(node.source, [])
        if node.tag in _FORMULAS and node.extent.inner < node.extent.outer:
            found.append((node.extent.inner, node.extent.outer))
    return {source: _plain_in(source.text, sorted(found), plain) for source, found in cuts.items()}


def _plain_in(text: str, cuts: list[tuple[int, int]], plain: Callable[[str], str]) -> str:
    ends = [(0, 0), *cuts, (len(text), len(text))]
    return "".join(
        plain(text[start:stop]) + text[stop:following] for (start, stop), (following, _) in pairwise(ends)
    )


@cache
def parser() -> Parser:
    """The parser of XMILE's expressions, made at the first use."""
    from stockflow.language.nodes import Nodes, start_of, stop_of
    from stockflow.language.parser import Parser

    class XmileNodes(Nodes):
        """What XMILE spells in its own way."""

        def binary(self, parts: tuple[Expr, Any, Expr]) -> Expr:
            """`a // b` is isee's short form of SAFEDIV(a, b), not verified."""
            made = super().binary(parts)
            match made:
                case Binary(op="//", left=left, right=right, span=span):
                    return Call("safediv", "SAFEDIV", (left, right), (), span)
                case _:
                    return made

        def negated_after(self, parts: tuple[Expr, Any]) -> Unary:
            """`a NOT`: an operator on the wrong side, which whoever reads the equation warns of."""
            return Unary("not", parts[0], self.span(start_of(parts[0]), parts[1].end_pos))

        def inner(self, parts: tuple[Expr, Any, Expr]) -> Call:
            left, _, right = parts
            return Call("*.*", "*.*", (left, right), (), self.span(start_of(left), stop_of(right)))

        def turned(self, parts: tuple[Name, Any]) -> Call:
            return Call("'", "'", (parts[0],), (), self.span(start_of(parts[0]), parts[1].end_pos))

        def name(self, parts: Sequence[Any]) -> Name:
            """A name; one of several parts loses the quotes of each."""
            made = super().name(parts)
            if parts[0].type != "QUALIFIED":
                return made
            label = ".".join(label_of(part) for part in _DOTTED.findall(parts[0].value) if part.strip())
            label = f".{label}" if parts[0].value.startswith(".") else label
            return replace(made, key=key_of(label), label=label)

        def slat(self, parts: Sequence[Any]) -> Name:
            """NAME [ subscripts ] [ subscript ]: what lies at a place of a conveyor or queue."""
            word, opening, subscripts, _, _, place, closing = parts
            return self.name((word, opening, (*subscripts, *place), closing))

        def conditional(self, parts: Sequence[Any]) -> If:
            """`IF c THEN a ELSE b`; a missing ELSE stands for 0."""
            word, condition, _, then, *rest = parts
            stop = stop_of(rest[1] if rest else then)
            otherwise = rest[1] if rest else Number(0.0, self.span(stop, stop))
            return If(condition, then, otherwise, self.span(word.start_pos, stop))

        def call(self, parts: tuple[Name, Any, tuple[Expr, ...], Any]) -> Expr:
            """The function form of IF: `if_then_else(c, a, b)`."""
            made = super().call(parts)
            match made:
                case Call(key="if then else", args=(condition, then, otherwise), span=span):
                    return If(condition, then, otherwise, span)
                case _:
                    return made
    return Parser(("expression.lark", "xmile.lark"), nodes=XmileNodes())
