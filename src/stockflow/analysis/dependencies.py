"""Causes and uses: which variables read which, by name, for people and for loop reports.

It reads closed expressions; hidden stocks do not exist yet here.
"""

from __future__ import annotations

from stockflow.analysis.closed import ClosedModel
from stockflow.ir.expr import Name
from stockflow.ir.graph import without
from stockflow.ir.walk import preorder


class Links:
    """The graph of a model's variables; each list is in the order of the equations or of the file."""

    def __init__(self, model: ClosedModel) -> None:
        self._labels = {key: closed.variable.label for key, closed in model.variables.items()}
        self.graph: dict[str, tuple[str, ...]] = {}
        self._uses: dict[str, list[str]] = {key: [] for key in model.variables}
        for key, closed in model.variables.items():
            found: dict[str, None] = {}
            for definition in closed.definitions:
                for expr in (definition.expr, definition.initial):
                    for item in preorder(expr) if expr is not None else ():
                        if isinstance(item, Name) and item.key in model.variables:
                            found[item.key] = None
            found.update((other, None) for other in closed.variable.governed_by if other in model.variables)
            self.graph[key] = tuple(found)
        # Copies of a macro's variables, and what is beside a variable, give way to what they read, so that the causes
        # of others are of the file.
        beside = {key for key, closed in model.variables.items() if key.startswith("#") or closed.variable.is_beside}
        self.graph = without(self.graph, beside) if beside else self.graph
        for key, found_causes in self.graph.items():
            for cause in found_causes:
                self._uses[cause].append(key)

    def causes(self, key: str) -> tuple[str, ...]:
        return tuple(self._labels[cause] for cause in self.graph.get(key, ()))

    def uses(self, key: str) -> tuple[str, ...]:
        return tuple(self._labels[use] for use in self._uses[key])
