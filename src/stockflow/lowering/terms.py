"""Small facts and changes of closed expressions: the axes that one follows, bound names of its own.

It knows expressions alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from stockflow.ir.expr import Along, Axis, Expr, Let, Name, Positions, Vector
from stockflow.ir.walk import preorder, rebuild_scoped


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
