"""Which cells of an arrayed variable an `<element>` of XMILE means, and how equations share them.

It knows dimensions and their elements; it must not know expressions.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stockflow.diagnostics.model import Report
from stockflow.dialects.xmile.document import Node
from stockflow.ir.expr import Subscript, Word
from stockflow.ir.model import Dimension
from stockflow.ir.names import key_of

_PARTS = re.compile(r"(?:\"(?:[^\"\\]|\\.)*+\"|[^,])++", re.DOTALL)
Cell = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One equation's worth of a variable: all of it, or one cell."""

    node: Node
    formula: Node | None
    graph: Node | None
    start: Node | None
    cell: Cell | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """The declared dimensions of one variable, with the number from 1 of each element."""

    owner: str
    dimensions: tuple[Dimension, ...]
    numbers: Mapping[str, Mapping[str, int]]
    report: Report

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(dimension.key for dimension in self.dimensions)

    @property
    def size(self) -> int:
        return math.prod(len(dimension.items) for dimension in self.dimensions)

    def words(self, node: Node) -> tuple[Subscript, ...]:
        """The left-hand side of an equation for all cells."""
        return tuple(Word(dimension.key, dimension.label, node.span) for dimension in self.dimensions)

    def cell(self, node: Node) -> Cell | None:
        """The cell that an `<element>` names, by element names or by numbers from 1."""
        parts = _PARTS.findall(node.attr("subscript"))
        if len(parts) != len(self.dimensions):
            self.report.error(
                "SF303",
                f"an element of '{self.owner}' has {len(parts)} subscripts; the variable has "
                f"{len(self.dimensions)} dimensions", node.span, variable=self.owner,
            )
            return None
        found = [self._element(part, at, node) for part, at in zip(parts, self.dimensions, strict=True)]
        cell = tuple(part for part in found if part is not None)
        return cell if len(cell) == len(parts) else None

    def _element(self, part: str, dimension: Dimension, node: Node) -> str | None:
        key, known = key_of(part), self.numbers[dimension.key]
        key = key if key in known else key.removeprefix(f"{dimension.key}.")
        if key in known:
            return key
        if key.isdecimal() and 1 <= int(key[:12]) <= len(dimension.items):
            return dimension.items[int(key[:12]) - 1]
        self.report.error(
            "SF302", f"'{part.strip()}' is not an element of '{dimension.label}', in '{self.owner}'", node.span,
            hint=f"its elements are {_listed(dimension.labels)}", variable=self.owner,
        )
        return None

    def cell_words(self, cell: Cell, node: Node) -> tuple[Subscript, ...]:
        """The left-hand side of an equation for one cell."""
        return tuple(
            Word(key, dimension.labels[self.numbers[dimension.key][key] - 1], node.span)
            for key, dimension in zip(cell, self.dimensions, strict=True)
        )

    def left(self, part: Part) -> tuple[Subscript, ...]:
        """The left-hand side of the equation of a part."""
        return self.words(part.node) if part.cell is None else self.cell_words(part.cell, part.node)

    def at(self, number: int) -> Cell:
        """The cell of a row-major number from 0."""
        cell: list[str] = []
        for dimension in reversed(self.dimensions):
            number, place = divmod(number, len(dimension.items))
            cell.append(dimension.items[place])
        return tuple(reversed(cell))


def _listed(labels: Sequence[str]) -> str:
    shown = ", ".join(labels[:6])
    return shown if len(labels) <= 6 else f"{shown} and {len(labels) - 6} more"


def elements_by_dimension(dimensions: Sequence[Dimension]) -> Mapping[str, Mapping[str, int]]:
    """The number from 1 of each element, by dimension and element key."""
    return {item.key: {key: at for at, key in enumerate(item.items, 1)} for item in dimensions}
