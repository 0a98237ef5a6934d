"""A lookup that a computed index chooses out of an array: no text can index lookups, so all are read and one is taken.

It knows readings of lookups and shapes; slots are made by the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from stockflow.ir.expr import Along, At, Axis, Expr, Interpolate, Name
from stockflow.lowering.flat import FlatSlot


def is_chosen(expr: Expr) -> bool:
    """Whether an expression reads a lookup at a computed index."""
    return isinstance(expr, Interpolate) and isinstance(expr.table, Name) and any(
        isinstance(part, At) for part in expr.table.subscripts
    )


def all_readings(expr: Expr, slots: Mapping[str, FlatSlot]) -> tuple[Expr, tuple[Axis, ...], tuple[At, ...]]:
    """The reading along new axes in place of the computed indices, those axes, and the indices."""
    assert isinstance(expr, Interpolate) and isinstance(expr.table, Name)
    subscripts, axes, indices = [], [], []
    for part, size in zip(expr.table.subscripts, slots[expr.table.key].shape, strict=True):
        if isinstance(part, At):
            axes.append(Axis("index", tuple(map(str, range(1, size + 1))), tuple(range(size))))
            indices.append(part)
            part = Along(axes[-1])
        subscripts.append(part)
    return replace(expr, table=replace(expr.table, subscripts=tuple(subscripts))), tuple(axes), tuple(indices)
