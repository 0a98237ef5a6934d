"""Small facts and changes of closed expressions: the axes that one follows, its numbers, bound names of its own.

It knows expressions and cells, no model.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from stockflow.ir.expr import Along, Axis, Expr, Let, Name, Number, Positions, Table, Unary, Values, Vector
from stockflow.ir.plan import Target
from stockflow.ir.walk import preorder, rebuild_scoped
from stockflow.lowering.flat import Points


def free_axes(expr: Expr, order: Iterable[Axis]) -> tuple[Axis, ...]:
    """The axes of `order` that an expression follows."""
    used: set[Axis] = set()
    for item in preorder(expr):
        if isinstance(item, Name):
            used.update(part.axis for part in item.subscripts if isinstance(part, Along))
        elif isinstance(item, Positions):
            used.add(item.axis)
        elif isinstance(item, Vector):
            used.update(part.axis for part in item.at if isinstance(part, Along))
    return tuple(axis for axis in order if axis in used)


def rename_lets(expr: Expr) -> Expr:
    """Give every bound name in an expression a number of its own, so that no backend needs scopes."""
    if not any(isinstance(item, Let) for item in preorder(expr)):
        return expr
    count = iter(range(1 << 62))

    def enter(item: Expr, names: dict[str, str]) -> dict[str, str]:
        return {**names, item.key: f"#{next(count)}"} if isinstance(item, Let) else names

    def leave(item: Expr, names: dict[str, str], inner: dict[str, str]) -> Expr:
        if isinstance(item, Let):
            return replace(item, key=inner[item.key])
        if isinstance(item, Name) and item.key in names and not item.subscripts:
            return replace(item, key=names[item.key])
        return item

    nothing: dict[str, str] = {}
    return rebuild_scoped(expr, nothing, enter, leave)


def follower(key: str, axes: tuple[Axis, ...]) -> Name:
    """A reference to a slot whose dimensions are the axes."""
    return Name(key, "", tuple(Along(axis) for axis in axes))


def cell_of(target: Target, axes: tuple[Axis, ...], cell: tuple[int, ...]) -> tuple[int, ...]:
    """The index of a slot's cell for one combination of axis indices."""
    at = dict(zip(axes, cell, strict=True))
    return tuple(
        (at[part.axis] if part.table is None else part.table[at[part.axis]]) if isinstance(part, Along) else part.index
        for part in target
    )


def numbers_of(expr: Expr) -> tuple[float, ...] | None:
    """The numbers that an expression is; None where it is something else."""
    match expr:
        case Number(value=value):
            return (value,)
        case Values(values=values):
            return values
        case Unary(op="-", operand=Number(value=value)):
            return (-value,)
        case Unary(op="+", operand=Number(value=value)):
            return (value,)
        case _:
            return None


def points_of(table: Table) -> Points:
    return Points(np.array(table.x, dtype=np.float64), np.array(table.y, dtype=np.float64), table.mode)
