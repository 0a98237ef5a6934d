"""Ranges of elements in a subscript, `first:last` (XMILE), by number or by name.

It knows the dimension that a range is a part of; it must not know what runs over it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from stockflow.analysis.dimensions import Range
from stockflow.diagnostics.model import Report
from stockflow.ir.expr import Between, Expr, Name, Number


@dataclass(frozen=True, slots=True)
class Bounds:
    """`stored` are the dimensions of the variables, `owner` is whose equation it is."""

    stored: dict[str, tuple[Range, ...]]
    owner: str
    report: Report

    def written(self, expr: Expr) -> Expr:
        """A reference whose ranges have numbers for the names of elements of its dimension; all else as it is."""
        if not isinstance(expr, Name) or not any(isinstance(part, Between) for part in expr.subscripts):
            return expr
        homes = self.stored.get(expr.key, ())
        if len(homes) != len(expr.subscripts):
            return expr
        parts = zip(expr.subscripts, homes, strict=True)
        return replace(expr, subscripts=tuple(
            self._numbered(part, home) if isinstance(part, Between) else part for part, home in parts
        ))

    def _numbered(self, part: Between, home: Range) -> Between:
        first, last = (self._bound(end, home, part) + 1 for end in (part.first, part.last))
        return replace(part, first=Number(float(first), part.span), last=Number(float(last), part.span))

    def elements(self, part: Between, home: Range) -> tuple[str, ...]:
        """The elements from the first bound to the last."""
        low, high = (self._bound(end, home, part) for end in (part.first, part.last))
        if high < low:
            self._error(f"this range of '{home.label}' ends before it begins", part, "write the smaller bound first")
        return home.elements[low : high + 1]

    def _bound(self, end: Expr, home: Range, where: Between) -> int:
        match end:
            case Number(value=value) if value == int(value) and 1 <= value <= home.size:
                return int(value) - 1
            case Name(key=key) if key in home.index:
                return home.index[key]
            case _:
                self._error(f"a bound of this range is not an element of '{home.label}'", where,
                            f"write numbers from 1 to {home.size}, or element names")
                return 0

    def _error(self, message: str, where: Between, hint: str) -> None:
        self.report.error("SF302", message, where.span, hint=hint, variable=self.owner)
