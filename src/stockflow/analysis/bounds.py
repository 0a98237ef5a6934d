"""Ranges of elements in a subscript, `first:last` (XMILE), by number or by name.

It knows the dimension that a range is a part of; it must not know what runs over it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from stockflow.analysis.dimensions import Range
from stockflow.diagnostics.model import Report
from stockflow.ir.expr import Between, Broken, Expr, Name, Number


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
        return replace(expr, subscripts=tuple(
            self._numbered(part, homes[place]) if isinstance(part, Between) and place < len(homes) else part
            for place, part in enumerate(expr.subscripts)
        ))

    def _numbered(self, part: Between, home: Range) -> Between:
        """The range with numbers as bounds; with all elements after a report."""
        first, last = (self._bound(end, home, part) for end in (part.first, part.last))
        if first is not None and last is not None and last < first:
            self._error(f"this range of '{home.label}' ends before it begins", part, "write the smaller bound first")
        if first is None or last is None or last < first:
            first, last = 1, home.size
        return replace(part, first=Number(float(first), part.span), last=Number(float(last), part.span))

    def _bound(self, end: Expr, home: Range, where: Between) -> int | None:
        """The 1-based place of a bound; None after a report."""
        match end:
            case Number(value=value) if value == int(value) and 1 <= value <= home.size:
                return int(value)
            case Name(key=key) if key in home.index:
                return home.index[key] + 1
            case Broken():
                return None
            case _:
                self._error(f"a bound of this range is not an element of '{home.label}'", where,
                            f"write numbers from 1 to {home.size}, or element names")
                return None

    def _error(self, message: str, where: Between, hint: str) -> None:
        self.report.error("SF302", message, where.span, hint=hint, variable=self.owner)


def elements_of(part: Between, home: Range) -> tuple[str, ...]:
    """The elements from the first bound to the last, which are numbers."""
    assert isinstance(part.first, Number) and isinstance(part.last, Number)
    return home.elements[int(part.first.value) - 1 : int(part.last.value)]
