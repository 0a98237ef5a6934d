"""Loops of a reduction by name, and what a single subscript may follow while it is closed.

It knows dimensions and axes; it must not know expressions.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from stockflow.analysis.dimensions import Range, along
from stockflow.analysis.left import Here
from stockflow.ir.expr import Along, Element, Every, Subscript

Loop = tuple[str, tuple[str, ...], str, tuple[int, ...]]
"""The key of a loop, its elements, the key of its dimension, and their places in it."""


@dataclass(frozen=True, slots=True, eq=False)
class Closing:
    """One subscript to be closed: the dimension it stands for, what of the left it follows, the loop of its `*`."""

    subscript: Subscript
    home: Range
    here: Here | None = None
    star: str = ""


@dataclass(slots=True)
class Numbers:
    """Names of the loops of `*` in one reference: a second one of the same dimension is another loop."""

    seen: dict[str, int] = field(default_factory=dict)

    def star(self, home: Range) -> str:
        number = self.seen[home.key] = self.seen.get(home.key, 0) + 1
        return f"* {home.key}" if number == 1 else f"* {home.key} {number}"


def is_star(part: Subscript) -> bool:
    return isinstance(part, Every) and not part.key


def following(here: Here | None, home: Range) -> Element | Along | None:
    if isinstance(here, str):
        return Element(home.index[here])
    return None if here is None else along(here, here.elements, home)


def loop_over(key: str, home: Range, elements: tuple[str, ...]) -> Loop:
    return key, elements, home.key, tuple(home.index[e] for e in elements)


def between_key(elements: tuple[str, ...], home: Range) -> str:
    return f"{home.key} {elements[0] if elements else ''} : {elements[-1] if elements else ''}"
