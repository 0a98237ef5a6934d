"""Feedback: which variable reads which, and the loops that this makes, shortest first.

It reads equations as written and knows nothing of subscripts, order or values.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field

from stockflow.functions import table
from stockflow.ir.expr import Call, Expr, Name
from stockflow.ir.graph import strong_components, without
from stockflow.ir.model import Project, Variable
from stockflow.ir.walk import children, subscript_children

LOOP_LIMIT = 1000
# Beyond these the search ends with what it has: nodes visited for distances, distances kept, partial loops, and the
# nodes on all of them.
VISIT_BUDGET = 5_000_000
DISTANCE_BUDGET = 500_000
PATH_BUDGET = 200_000
LENGTH_BUDGET = 10_000_000
START_ONLY = "initial"


@dataclass(frozen=True, slots=True)
class Loop:
    """A feedback loop by keys, each acting on the next and the last on the first; it starts at a stock if it can."""

    keys: tuple[str, ...]
    stocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Loops:
    """Loops in order of length; `complete` where there are no more than these."""

    found: tuple[Loop, ...]
    complete: bool


def dependencies(project: Project) -> dict[str, tuple[str, ...]]:
    """What each variable reads while the model runs, in the order read; what only its start needs is left out."""
    known = {variable.key for variable in project.variables}
    beside = {variable.key for variable in project.variables if variable.is_beside}
    found = {variable.key: _read_by(variable, project.spelling_of(variable), known) for variable in project.variables}
    return without(found, beside) if beside else found


def readers(key: str, reads: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """All variables that depend on `key`, directly or through others, in the order of `reads`."""
    users: dict[str, list[str]] = {}
    for reader, names in reads.items():
        for name in names:
            users.setdefault(name, []).append(reader)
    seen: set[str] = set()
    todo = [key]
    while todo:
        for user in users.get(todo.pop(), ()):
            if user not in seen:
                seen.add(user)
                todo.append(user)
    return tuple(reader for reader in reads if reader in seen)


def project_loops(project: Project, limit: int = LOOP_LIMIT) -> Loops:
    """The feedback loops of a model, each starting at a stock where it holds one."""
    stocks = {variable.key for variable in project.variables if variable.kind == "stock"}
    return loops(dependencies(project), stocks, limit)


def loops(
    reads: Mapping[str, Iterable[str]], stocks: Container[str] = (), limit: int = LOOP_LIMIT,
    longest: int | None = None,
) -> Loops:
    """The shortest `limit` loops of a graph, of at most `longest` variables; equal lengths in the graph's order."""
    search = _Search.of(reads, longest)
    found: list[Loop] = []
    complete = True
    while len(found) < limit and (path := search.next()) is not None:
        found.append(_loop([search.names[place] for place in path], stocks))
    if len(found) == limit:
        complete = search.next() is None
    return Loops(tuple(found), complete and not search.cut)


def _loop(keys: list[str], stocks: Container[str]) -> Loop:
    start = next((place for place, key in enumerate(keys) if key in stocks), 0)
    turned = (*keys[start:], *keys[:start])
    return Loop(turned, tuple(key for key in turned if key in stocks))


@dataclass(slots=True)
class _Search:
    """Best-first search for loops: a partial loop is worth its length and the shortest way back to its first node.

    Nodes are numbers in the graph's order, with edges inside strong components only. A loop is found from its
    smallest node, through larger ones.
    """

    names: list[str]
    causes: list[list[int]]
    effects: list[list[int]]
    longest: int
    back: dict[int, dict[int, int]] = field(default_factory=dict)
    heap: list[tuple[int, tuple[int, ...], bool]] = field(default_factory=list)
    pushed: int = 0
    length: int = 0
    visited: int = 0
    kept: int = 0
    cut: bool = False

    @classmethod
    def of(cls, reads: Mapping[str, Iterable[str]], longest: int | None) -> _Search:
        names = list(reads)
        causes = _inner_edges(reads, names)
        effects: list[list[int]] = [[] for _ in names]
        for reader, found in enumerate(causes):
            for cause in found:
                effects[cause].append(reader)
        search = cls(names, causes, effects, len(names) if longest is None else longest)
        for root in range(len(names)):
            search.start(root)
        return search

    def start(self, root: int) -> None:
        """Take up the loops whose smallest node is `root`, if there are any."""
        if not self.causes[root]:
            return
        if self.kept > DISTANCE_BUDGET or self.visited > VISIT_BUDGET:
            self.cut = True
            return
        distances = self.distances(root)
        self.visited += len(distances)
        if any(node in distances for node in self.effects[root]):
            self.back[root] = distances
            self.kept += len(distances)
            self.push(1, (root,), closed=False)

    def distances(self, root: int) -> dict[int, int]:
        """Steps from each larger node back to `root`; 0 for `root` itself."""
        found = {root: 0}
        queue = deque([root])
        while queue:
            node = queue.popleft()
            for cause in self.causes[node]:
                if cause > root and cause not in found:
                    found[cause] = found[node] + 1
                    queue.append(cause)
        return found

    def push(self, bound: int, path: tuple[int, ...], *, closed: bool) -> None:
        if bound > self.longest:
            return
        self.pushed += 1
        self.length += len(path)
        heapq.heappush(self.heap, (bound, path, closed))

    def next(self) -> tuple[int, ...] | None:
        """The next loop, or None where there is no more or the budget is spent."""
        while self.heap:
            if self.pushed > PATH_BUDGET or self.length > LENGTH_BUDGET:
                self.cut = True
                return None
            _, path, closed = heapq.heappop(self.heap)
            if closed:
                return path
            self.extend(path)
        return None

    def extend(self, path: tuple[int, ...]) -> None:
        back = self.back[path[0]]
        for node in self.effects[path[-1]]:
            if node == path[0]:
                self.push(len(path), path, closed=True)
            elif node in back and node not in path:
                self.push(len(path) + back[node], (*path, node), closed=False)


def _inner_edges(reads: Mapping[str, Iterable[str]], names: list[str]) -> list[list[int]]:
    """For each node the nodes that it reads within its own strong component, each once, in order."""
    number = {name: place for place, name in enumerate(names)}
    group: dict[str, int] = {}
    for place, members in enumerate(strong_components(reads)):
        group |= dict.fromkeys(members, place)
    return [
        sorted({number[cause] for cause in reads[name] if cause in group and group[cause] == group[name]})
        for name in names
    ]


def _read_by(variable: Variable, spelling: str, known: Container[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for equation in variable.equations:
        todo: list[Expr] = [equation.expr]
        while todo:
            expr = todo.pop()
            if isinstance(expr, Name | Call) and expr.key in known:
                found[expr.key] = None
            todo.extend(reversed(_running_parts(expr, spelling)))
    found.update((key, None) for key in variable.governed_by if key in known)
    return tuple(found)


def _running_parts(expr: Expr, spelling: str) -> tuple[Expr, ...]:
    """The parts of a node that are read at every step; arguments for the start alone are left out."""
    if not isinstance(expr, Call):
        return children(expr)
    bound = table.resolve(spelling, expr.key, len(expr.args))
    if bound is None or START_ONLY not in bound.arguments:
        return children(expr)
    place = bound.arguments.index(START_ONLY)
    return (*expr.args[:place], *expr.args[place + 1 :], *subscript_children(expr.subscripts))
