"""Expressions and targets at one place of their axes: what follows an axis becomes a fixed element.

It knows indices only; values and slots are not its matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from stockflow.ir.expr import Along, Axis, Element, Expr, Name, Number, Positions, Vector
from stockflow.ir.plan import Target, indices
from stockflow.ir.walk import rebuild

Place = Mapping[Axis, int]


def expr_at(expr: Expr, place: Place) -> Expr:
    """The expression with the axes of `place` fixed; other axes, such as those of reductions, stay."""

    def change(item: Expr) -> Expr:
        if isinstance(item, Name) and item.subscripts:
            parts = tuple(part_at(part, place) if isinstance(part, Along) else part for part in item.subscripts)
            return Name(item.key, item.label, parts, item.span)
        if isinstance(item, Positions) and item.axis in place:
            return Number(item.values[place[item.axis]])
        if isinstance(item, Vector):
            at = item.at or tuple(Along(axis) for axis in item.result if axis in place)
            return replace(item, at=tuple(part_at(part, place) for part in at))
        return item

    return rebuild(expr, change) if place else expr


def part_at(part: Element | Along, place: Place) -> Element | Along:
    if isinstance(part, Along) and part.axis in place:
        at = place[part.axis]
        return Element(at if part.table is None else part.table[at])
    return part


def cell_at(target: Target, place: Place) -> tuple[int, ...]:
    """The cell that a target means at a place which fixes all of its axes."""
    made = (part_at(part, place) for part in target)
    return tuple(part.index for part in made if isinstance(part, Element))


def overlaps(name: Name, target: Target) -> bool:
    """Whether a reference can touch a cell of a target."""
    for read, written in zip(name.subscripts, target, strict=True):
        if isinstance(read, Along) and read.table is None and isinstance(written, Along) and written.table is None:
            continue
        if isinstance(read, (Element, Along)) and not set(indices(read)) & set(indices(written)):
            return False
    return True
