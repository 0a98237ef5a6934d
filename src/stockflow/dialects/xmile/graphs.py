"""Graphical functions of XMILE as tables of points.

It knows the spellings of `<gf>` (XMILE 1.0, section 3.1.4); it must not know which variable reads the table.
"""

from __future__ import annotations

import re
from itertools import pairwise

from stockflow.diagnostics.model import Report
from stockflow.dialects.xmile.document import Node
from stockflow.ir.expr import Broken, Table
from stockflow.source import Span

NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_MODES = {"": "interpolate", "continuous": "interpolate", "extrapolate": "extrapolate", "discrete": "discrete"}


class _Malformed(ValueError):
    """Why the points of one graphical function cannot be used, and where."""

    def __init__(self, message: str, span: Span, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.hint = hint


def read_table(node: Node, owner: str, report: Report) -> Table | Broken:
    """The points of a `<gf>`; where they are malformed the report says why."""
    try:
        y = _points(node, "ypts")
        x = _points(node, "xpts") if node.child("xpts") is not None else _spaced(node, len(y))
        _check(node, x, y)
        said, limits = f"the graphical function of '{owner}' has", node.source.limits
        excess = limits.excess("lookup-points", len(x), said, "points", "leave points out")
        if excess is not None:
            report.error("SF109", excess.message, node.span, hint=excess.hint, variable=owner)
            return Broken(node.span)
        return Table(x, y, _mode(node), node.span)
    except _Malformed as fault:
        report.error(
            "SF108", f"{fault.message}, in the graphical function of '{owner}'", fault.span, hint=fault.hint,
            variable=owner,
        )
        return Broken(node.span)


def _mode(node: Node) -> str:
    kind = node.attr("type").strip().lower()
    if not kind and node.attr("discrete").strip().lower() == "true":
        kind = "discrete"
    if kind not in _MODES:
        raise _Malformed(f"unknown type '{kind}'", node.span, "the types are continuous, extrapolate and discrete")
    return _MODES[kind]


def _points(node: Node, tag: str) -> tuple[float, ...]:
    child = node.child(tag)
    parts: list[str] = []
    if child is not None:
        separator = child.attr("sep").strip() or ("," if not child.attr("sep") else None)
        parts = [part.strip() for part in child.text.split(separator)]
    while parts and not parts[-1]:
        parts.pop()
    if child is None or not parts:
        raise _Malformed(f"<{tag}> is missing or empty", node.span, f"write <{tag}>0,1,2</{tag}>")
    return tuple(_number(part, child.content, f"in <{tag}>") for part in parts)


def _number(text: str, span: Span, where: str) -> float:
    if NUMBER.fullmatch(text) is None:
        hint = "another separator than the comma is named by the attribute sep"
        raise _Malformed(f"'{text[:40]}' {where} is not a number", span, hint)
    return float(text)


def _spaced(node: Node, count: int) -> tuple[float, ...]:
    """Points spaced evenly over `<xscale>`."""
    scale = node.child("xscale")
    if scale is None:
        raise _Malformed("neither <xscale> nor <xpts> gives the inputs", node.span, 'write <xscale min="0" max="1"/>')
    low = _number(scale.attr("min").strip(), scale.span, "as min of <xscale>")
    high = _number(scale.attr("max").strip(), scale.span, "as max of <xscale>")
    if count > 1 and not low < high:
        raise _Malformed(f"<xscale> runs from {low:g} to {high:g}", scale.span, "min must be below max")
    return (low, *(low + (high - low) * at / (count - 1) for at in range(1, count - 1)), high)[:count]


def _check(node: Node, x: tuple[float, ...], y: tuple[float, ...]) -> None:
    if len(x) != len(y):
        raise _Malformed(f"{len(x)} x values stand against {len(y)} y values", node.span, "give as many of each")
    for earlier, later in pairwise(x):
        if later < earlier:
            raise _Malformed(f"x decreases from {earlier:g} to {later:g}", node.span, "order the points by x")
