"""Texts that stand where a number is needed: a string constant or a text in quotes that no function has taken.

It knows expressions only.
"""

from __future__ import annotations

from collections.abc import Container

from stockflow.diagnostics.model import Report
from stockflow.ir.expr import Broken, Expr, Name, Text
from stockflow.ir.walk import rebuild
from stockflow.source import Span


def without_texts(expr: Expr, texts: Container[str], owner: str, span: Span | None, report: Report) -> Expr:
    """The expression with `Broken` in the place of each text that is left, which is reported.

    `texts` are the keys of string constants, `owner` is whose equation it is and `span` where that stands, for what
    stands nowhere itself.
    """

    def change(item: Expr) -> Expr:
        match item:
            case Text():
                return _no_number("a text in quotes", item, owner, span, report)
            case Name(key=key, label=label) if key in texts:
                return _no_number(f"'{label}' is a text and", item, owner, span, report)
            case _:
                return item

    return rebuild(expr, change)


def _no_number(what: str, expr: Text | Name, owner: str, span: Span | None, report: Report) -> Broken:
    report.error("SF208", f"{what} has no value in the equation of '{owner}'", expr.span or span, variable=owner,
                 hint="texts are arguments of functions that read files")
    return Broken(expr.span)
