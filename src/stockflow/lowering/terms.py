"""Small facts and changes of closed expressions: the axes that one follows, its numbers, bound names of its own.

It knows expressions and cells, no model.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stockflow.analysis.closed import Closed, Definition
from stockflow.analysis.vectors import followed
from stockflow.functions import table as functions
from stockflow.ir.expr import (
    Along,
    Axis,
    Broken,
    Call,
    Expr,
    Interpolate,
    Let,
    Name,
    Number,
    Table,
    Unary,
    Values,
)
from stockflow.ir.plan import Target, indices
from stockflow.ir.walk import preorder, rebuild_scoped
from stockflow.lowering.flat import Points, Rule


def free_axes(expr: Expr, order: Iterable[Axis]) -> tuple[Axis, ...]:
    """The axes of `order` that an expression follows."""
    used = followed(expr)
    return tuple(axis for axis in order if axis in used)


def is_graph(found: Closed | None) -> bool:
    """Whether a variable has points of its own (XMILE), so that it may be called as if it were a lookup."""
    return found is not None and found.variable.kind != "lookup" and all(
        isinstance(one.expr, Interpolate) and isinstance(one.expr.table, Table) for one in found.definitions
    )


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


def complete(cells: NDArray[Any]) -> None:
    """Give the cells of a table that no equation defines a point that is no number, read as the others are."""
    mode = next((points.mode for points in cells.ravel() if points is not None), "interpolate")
    for cell in np.ndindex(*cells.shape):
        if cells[cell] is None:
            cells[cell] = Points(np.zeros(1), np.full(1, np.nan), mode)


def fill(cells: NDArray[Any], definition: Definition, points: Points) -> None:
    """Put points into the cells of a table that a definition defines."""
    for cell in np.ndindex(*(axis.size for axis in definition.axes)):
        cells[cell_of(definition.target, definition.axes, cell)] = points


def table_by_cell(closed: Closed) -> NDArray[Any]:
    """The points of a lookup."""
    cells = np.empty(closed.shape, dtype=object)
    for definition in closed.definitions:
        if isinstance(definition.expr, Table):
            fill(cells, definition, points_of(definition.expr))
    complete(cells)
    return cells


def numbers_by_cell(closed: Closed) -> NDArray[np.float64]:
    """The numbers of a variable all of whose definitions are numbers; NaN where there are none."""
    values = np.full(closed.shape, np.nan)
    for definition in closed.definitions:
        found = numbers_of(definition.expr)
        assert found is not None
        block = np.ix_(*[indices(part) for part in definition.target]) if definition.target else ()
        shape = values[block].shape
        if len(found) in (1, int(np.prod(shape))):
            values[block] = np.reshape(found, shape) if len(found) > 1 else found[0]
    return values


def is_unknown(closed: Closed) -> bool:
    """Whether an equation of a variable could not be understood, so that nobody knows what it remembers."""
    return not closed.definitions or any(isinstance(definition.expr, Broken) for definition in closed.definitions)


def assigned(key: str, axes: tuple[Axis, ...], expr: Expr) -> Rule:
    """The rule of a hidden slot over its axes, whose kind the root of the expression will decide."""
    return Rule(key, axes, tuple(Along(axis) for axis in axes), "assign", expr)


def is_memory(call: Call) -> bool:
    """Whether a call is kept by a state of its own that holds for all cells of a slot."""
    return call.key in ("hold", "ring", "shift") or functions.ROWS[call.key].kind == "memory"
