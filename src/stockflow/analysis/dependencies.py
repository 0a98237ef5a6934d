"""Causes and uses: which variables read which, by name, for people and for loop reports.

It reads closed expressions; hidden stocks do not exist yet here.
"""

from __future__ import annotations

from stockflow.analysis.closed import ClosedModel
from stockflow.ir.expr import Name
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
            self.graph[key] = tuple(found)
        self._hide({key for key in model.variables if key.startswith("#")})
        for key, found_causes in self.graph.items():
            for cause in found_causes:
                self._uses[cause].append(key)

    def _hide(self, copies: set[str]) -> None:
        """Copies of a macro's variables give way to what they read, so that a caller's causes are of the file."""
        for key in [key for key in self.graph if copies and key not in copies]:
            causes: dict[str, None] = {}
            seen: set[str] = set()
            stack = list(reversed(self.graph[key]))
            while stack:
                cause = stack.pop()
                if cause not in copies:
                    causes[cause] = None
                elif cause not in seen:
                    seen.add(cause)
                    stack.extend(reversed(self.graph[cause]))
            self.graph[key] = tuple(causes)
        for key in copies:
            del self.graph[key]

    def causes(self, key: str) -> tuple[str, ...]:
        return tuple(self._labels[cause] for cause in self.graph[key])

    def uses(self, key: str) -> tuple[str, ...]:
        return tuple(self._labels[use] for use in self._uses[key])
