"""Parsers made of grammars: text of a source in, nodes with spans out, faults as values.

`Parser` serves any grammar that extends `expression.lark`, and `parse_expression` the neutral language; neither knows
a dialect, a function or a model.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from threading import Lock
from typing import Any

from lark import Lark, TextSlice
from lark.exceptions import UnexpectedInput
from lark.lexer import LexerState, LexerThread, LineCounter

from stockflow.diagnostics.model import Report
from stockflow.ir.expr import Broken, Expr
from stockflow.ir.walk import size
from stockflow.language.faults import Known, Unreadable, explain, learn
from stockflow.language.nodes import Nodes
from stockflow.source import Source, grammar

SYNTAX = frozenset({"SF105", "SF106", "SF107", "SF108"})
_BRACKET = re.compile(r"[^\W\d][\w$'\u2019]*|\"(?:[^\"\\\n]|\\.)*\"?|'[^'\n]*'|[()\[\]]", re.DOTALL)


class Parser:
    """An LALR parser over the concatenated grammars; `nodes` makes the results while it parses.

    One parser serves many sources and threads: a parse holds the lock while `nodes.source` is its own.
    """

    def __init__(
        self, grammars: tuple[str, ...] = ("expression.lark",), starts: tuple[str, ...] = ("expression",),
        nodes: Nodes | None = None,
    ) -> None:
        self.starts = starts
        self._nodes = nodes if nodes is not None else Nodes()
        self._lock = Lock()
        self._lark = Lark(
            "\n".join(grammar(name) for name in grammars), parser="lalr", lexer="contextual", start=list(starts),
            transformer=self._nodes, maybe_placeholders=False, _plugins={"LexerThread": _Thread},
        )

    def parse(
        self, start: str, source: Source, begin: int = 0, stop: int | None = None, text: str | None = None
    ) -> Any:
        """What the rule `start` makes of source[begin:stop].

        `text` stands in for the source's text: of the same length, with comments blanked out, so that offsets agree.
        Raises Unreadable.
        """
        text = source.text if text is None else text
        stop = len(text) if stop is None else stop
        _check_nesting(source, text, begin, stop)
        with self._lock:
            self._nodes.source = source
            try:
                return self._lark.parse(TextSlice(text, begin, stop), start=start)
            except UnexpectedInput as error:
                failure = error
        raise explain(failure, text, begin, stop, self._known) from None

    def expression(
        self, source: Source, report: Report, begin: int = 0, stop: int | None = None, text: str | None = None,
        variable: str = "",
    ) -> Expr:
        """The expression in source[begin:stop]; where it cannot be read, the report says why and Broken stands in."""
        try:
            expr: Expr = self.parse("expression", source, begin, stop, text)
            check_nodes(expr, source, begin, len(source.text) if stop is None else stop)
        except Unreadable as fault:
            tell(report, source, fault, variable)
            return Broken(source.span(begin, len(source.text) if stop is None else stop))
        return expr

    @cached_property
    def _known(self) -> Known:
        """The mistakes of `errors.toml` as states of this parser; made at the first fault."""
        with self._lock:
            return learn(self.starts, self._attempt)

    def _attempt(self, start: str, text: str) -> object:
        self._nodes.source = Source("sample", text)
        return self._lark.parse(text, start=start)


def _check_nesting(source: Source, text: str, begin: int, stop: int) -> None:
    most = source.limits.expression_depth
    if text.count("(", begin, stop) + text.count("[", begin, stop) <= most:
        return
    depth = deepest = 0
    at = begin
    for found in _BRACKET.finditer(text, begin, stop):
        if found.group() in ("(", "["):
            depth += 1
            deepest = max(deepest, depth)
            at = found.start() if deepest == depth == most + 1 else at
        elif found.group() in (")", "]"):
            depth -= 1
    advice = "put inner parts of the expression into variables of their own"
    excess = source.limits.excess("expression-depth", deepest, "brackets are nested", "deep", advice)
    if excess is not None:
        raise Unreadable("SF109", excess.message, at, at + 1, excess.hint)


def check_nodes(expr: Expr, source: Source, begin: int, stop: int) -> None:
    """Hold an expression from source[begin:stop] to the limit of parts, of which it has fewer than characters."""
    if stop - begin <= source.limits.expression_nodes:
        return
    advice = "put parts of the expression into variables of their own"
    excess = source.limits.excess("expression-nodes", size(expr), "the expression has", "parts", advice)
    if excess is not None:
        raise Unreadable("SF109", excess.message, begin, stop, excess.hint)


class _Thread(LexerThread):
    """A lexer that begins inside a file without counting the lines before: a `Source` knows lines by offset.

    With the count, reading a file would take its size times the number of its statements.
    """

    @classmethod
    def from_text(cls, lexer: Any, text_or_slice: Any) -> _Thread:
        text = TextSlice.cast_from(text_or_slice)
        counter = LineCounter("\n")  # type: ignore[no-untyped-call]
        counter.char_pos = text.start
        return cls(lexer, LexerState(text, counter))


def tell(report: Report, source: Source, fault: Unreadable, variable: str = "") -> None:
    """Add a fault to a report; `variable` names the equation that it is in."""
    where = f" in the equation of '{variable}'" if variable and fault.code in SYNTAX else ""
    report.error(
        fault.code, fault.message + where, source.span(fault.start, fault.stop), hint=fault.hint, variable=variable
    )


@cache
def neutral() -> Parser:
    """The parser of the neutral language, in which bodies of function rows are written."""
    return Parser()


def parse_expression(text: str, name: str = "expression") -> Expr:
    """An expression of the neutral language. Raises Unreadable (a ValueError)."""
    expr: Expr = neutral().parse("expression", Source(name, text))
    return expr
