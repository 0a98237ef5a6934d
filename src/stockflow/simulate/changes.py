"""Changes from files, held against the model: each becomes what a user could set, the last one of an element counting.

What does not fit is told with its line in the file; how a value acts on a run is the matter of `overrides`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import numpy as np

from stockflow.analysis.closed import Closed, ClosedModel
from stockflow.diagnostics.model import Report
from stockflow.ir.changes import Change, Changes
from stockflow.ir.expr import Word
from stockflow.ir.model import CONTROLS
from stockflow.simulate.forms import some

Cell = tuple[int, ...]
_KINDS = {"constant": "constant", "lookup": "lookup", "string": "text"}
_FORMS = {
    "constant": ("a constant", " = number"), "lookup": ("a lookup", "((x,y), (x,y))"),
    "text": ("a string", " :IS: 'text'"),
}


def settings_of(changes: Changes, model: ClosedModel, report: Report) -> list[tuple[str, Any]]:
    """The changes as values by name, in the order of their first change."""
    setter = _Setter(model, report)
    for change in changes.found:
        setter.take(change)
    return list(setter.settings())


@dataclass(slots=True)
class _Setter:
    model: ClosedModel
    report: Report
    numbers: dict[str, dict[Cell, float]] = field(default_factory=dict)
    points: dict[str, dict[Cell, list[tuple[float, float]]]] = field(default_factory=dict)

    def take(self, change: Change) -> None:
        closed = self.model.variables.get(change.key)
        if closed is None or closed.variable.key.startswith("#"):
            self.tell_unknown(change)
            return
        cells = self.cells(change, closed) if self.fits(change, closed) else None
        if cells is None:
            return
        if change.points is not None:
            pairs = list(zip(change.points.x, change.points.y, strict=True))
            self.points.setdefault(change.key, {}).update(dict.fromkeys(cells, pairs))
        elif change.text is None and self.counted(change, len(cells)):
            values = change.values if len(change.values) > 1 else change.values * len(cells)
            self.numbers.setdefault(change.key, {}).update(zip(cells, values, strict=True))

    def settings(self) -> Iterator[tuple[str, Any]]:
        for found in (self.numbers, self.points):
            for key, cells in found.items():
                closed = self.model.variables[key]
                if not closed.ranges:
                    yield key, cells[()]
                else:
                    yield key, {self.elements(closed, cell): value for cell, value in cells.items()}

    @staticmethod
    def elements(closed: Closed, cell: Cell) -> tuple[str, ...]:
        return tuple(home.elements[at] for home, at in zip(closed.ranges, cell, strict=True))

    # What does not fit.

    def tell(self, change: Change, message: str, hint: str = "", *, at: Word | None = None) -> None:
        span = change.span if at is None else at.span or change.span
        self.report.error("SF211", message, span, hint=hint, variable=change.label)

    def tell_unknown(self, change: Change) -> None:
        labels = {key: closed.variable.label for key, closed in self.model.variables.items() if not key.startswith("#")}
        near = get_close_matches(change.key, list(labels), n=1)
        self.tell(change, f"there is no variable '{change.label}' to change",
                  f"did you mean '{labels[near[0]]}'?" if near else "`stockflow info MODEL` lists the names")

    def fits(self, change: Change, closed: Closed) -> bool:
        """Whether the variable can take what the change gives."""
        wanted = _kind(closed)
        given = "text" if change.text is not None else "lookup" if change.points is not None else "constant"
        label = closed.variable.label
        if not wanted:
            kind = closed.variable.kind
            self.tell(change, f"'{label}' is {'an' if kind[0] in 'aeiou' else 'a'} {kind}; a changes file changes"
                      " constants, lookups and strings", f"--replace {label}=VALUE takes the place of its equation")
        elif wanted != given:
            name, form = _FORMS[wanted]
            self.tell(change, f"'{label}' is {name}", f"write {label}{form}")
        elif not closed.variable.changeable:
            self.tell(change, f"'{label}' is an unchangeable constant (==)")
        else:
            return True
        return False

    def cells(self, change: Change, closed: Closed) -> list[Cell] | None:
        """The cells in order, the last subscript fastest; all of them where no subscript is written."""
        words = change.subscripts
        if words and len(words) != len(closed.ranges):
            self.tell(change, f"'{closed.variable.label}' has {len(closed.ranges)} subscripts; {len(words)} are given")
            return None
        if not words:
            return list(np.ndindex(*closed.shape))
        places: list[list[int]] = []
        for word, home in zip(words, closed.ranges, strict=True):
            ranged = self.model.space.ranges.get(word.key)
            members = (word.key,) if word.key in home.index or ranged is None else ranged.elements
            if not all(member in home.index for member in members):
                self.tell(change, f"'{word.label}' is not an element of '{home.label}'",
                          f"its elements are {some(home.labels)}", at=word)
                return None
            places.append([home.index[member] for member in members])
        return list(itertools.product(*places))

    def counted(self, change: Change, wanted: int) -> bool:
        given = len(change.values)
        if given not in (1, wanted):
            self.tell(change, f"{given} values are given for {wanted} elements of '{change.label}'",
                      f"give {wanted} numbers, or one for all")
        return given in (1, wanted)


def _kind(closed: Closed) -> str:
    """What a change must give: a constant, a lookup or a text; empty where none will do."""
    variable = closed.variable
    return "constant" if variable.key in CONTROLS else _KINDS.get(variable.kind, "")
