"""Feedback loops for people: labels in place of keys, with the lines on which the variables stand.

It finds no loop itself and prints nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stockflow.analysis import feedback
from stockflow.ir.model import Project


@dataclass(frozen=True, slots=True)
class Loop:
    """A feedback loop: each variable acts on the next and the last on the first; it starts at a stock if it can.

    `lines` are those of `labels`, None where a variable stands on no line of the file.
    """

    labels: tuple[str, ...]
    lines: tuple[int | None, ...]
    stocks: tuple[str, ...]

    def __str__(self) -> str:
        return " -> ".join((*self.labels, self.labels[0]))


@dataclass(frozen=True, slots=True)
class Loops:
    """Loops, shortest first. `complete` says that there are no others."""

    found: tuple[Loop, ...]
    complete: bool

    def __iter__(self) -> Iterator[Loop]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def __getitem__(self, place: int) -> Loop:
        return self.found[place]


def named_loops(project: Project, limit: int) -> Loops:
    """The shortest loops of a model, at most `limit`."""
    variables = {variable.key: variable for variable in project.variables}
    labels = {key: variable.label for key, variable in variables.items()}
    lines = {key: variable.span.line if variable.span else None for key, variable in variables.items()}
    found = feedback.project_loops(project, limit)
    return Loops(
        tuple(
            Loop(
                tuple(labels[key] for key in loop.keys), tuple(lines[key] for key in loop.keys),
                tuple(labels[key] for key in loop.stocks),
            )
            for loop in found.found
        ),
        found.complete,
    )
