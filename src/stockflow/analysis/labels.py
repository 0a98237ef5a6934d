"""Slots and elements of a plan by the names that the file gives them, for texts that people read.

Hidden slots keep the name that the house gave them; it must not know what is shown or where.
"""

from __future__ import annotations

from collections.abc import Mapping

from stockflow.analysis.closed import Closed
from stockflow.ir.expr import Along, Call, Name
from stockflow.ir.model import TIME
from stockflow.ir.show import Spelling, name_text, own_along, own_element, own_label, shortened


class Labels:
    """The names of one model; `spelling` is what `show` asks."""

    def __init__(self, variables: Mapping[str, Closed]) -> None:
        self._variables = variables
        self.spelling = Spelling(self.name, self.element, self.along)

    def name(self, node: Name | Call) -> str:
        if isinstance(node, Name) and node.key in self._variables:
            return name_text(self._variables[node.key].variable.label)
        if isinstance(node, Name) and node.key == TIME:
            return "Time"
        return node.key if node.key.startswith("#") else own_label(node)

    def element(self, key: str, place: int, index: int) -> str:
        labels = self.labels(key, place)
        return name_text(labels[index]) if labels else own_element(key, place, index)

    def along(self, key: str, place: int, part: Along) -> str:
        """The range, with the elements that it leads to where they have other names."""
        labels = self.labels(key, place)
        if not labels:
            return own_along(key, place, part)
        elements = self._variables[key].ranges[place].elements
        reached = range(part.axis.size) if part.table is None else part.table
        name = name_text(part.axis.dimension)
        if tuple(elements[index] for index in reached) == part.axis.elements:
            return name
        return f"{name}({shortened(','.join(labels[index] for index in reached))})"

    def labels(self, key: str, place: int) -> tuple[str, ...]:
        """The labels of the elements at a place of a variable; none for a hidden slot."""
        closed = self._variables.get(key)
        return closed.ranges[place].labels if closed is not None and place < len(closed.ranges) else ()
