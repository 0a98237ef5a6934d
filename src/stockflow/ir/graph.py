"""Order in a directed graph: strong components in dependency order, and a short cycle to show.

A graph maps each node to what it depends on; nothing here knows what the nodes mean.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

CYCLE_BUDGET = 2_000_000


def strong_components(graph: Mapping[K, Iterable[K]]) -> list[list[K]]:
    """Groups of nodes that depend on each other, each group after all that it depends on (Tarjan 1972).

    A node on no cycle is a group of its own. Neighbours that are not keys of the graph are outside it and ignored.
    The order follows the graph's own order of keys and neighbours; so do the members of a group.
    """
    search = _Search(graph)
    for root in graph:
        if root not in search.number:
            search.run(root)
    place = {node: number for number, node in enumerate(graph)}
    return [sorted(group, key=place.__getitem__) for group in search.groups]


def without(graph: Mapping[K, Iterable[K]], gone: Container[K]) -> dict[K, tuple[K, ...]]:
    """The graph without some nodes: what leads to one of them leads to all that it leads to."""
    made: dict[K, tuple[K, ...]] = {}
    for node in (node for node in graph if node not in gone):
        found: dict[K, None] = {}
        seen: set[K] = set()
        stack = list(reversed(tuple(graph[node])))
        while stack:
            at = stack.pop()
            if at not in gone:
                found[at] = None
            elif at not in seen:
                seen.add(at)
                stack.extend(reversed(tuple(graph.get(at, ()))))
        made[node] = tuple(found)
    return made


def is_cyclic(component: Sequence[K], graph: Mapping[K, Iterable[K]]) -> bool:
    """Whether a strong component holds a cycle: more than one node, or one that depends on itself."""
    return len(component) > 1 or component[0] in graph[component[0]]


def shortest_cycle(component: Sequence[K], graph: Mapping[K, Iterable[K]]) -> list[K]:
    """A shortest cycle inside a strong component: each node depends on the next, the last one on the first.

    The first of equally short cycles, by the component's order. Past a budget of visited edges the best cycle so far
    is returned, which need not be the shortest. Empty where there is no cycle.
    """
    inside = set(component)
    best: list[K] = []
    budget = CYCLE_BUDGET
    for start in component:
        found, spent = _cycle_through(start, graph, inside, len(best))
        best = found or best
        budget -= spent
        if len(best) == 1 or (best and budget <= 0):
            break
    return best


def _cycle_through(start: K, graph: Mapping[K, Iterable[K]], inside: set[K], below: int) -> tuple[list[K], int]:
    """The shortest cycle through `start`, if shorter than `below` (0: any), and the number of edges visited."""
    parent: dict[K, K] = {}
    level = {start: 1}
    queue = deque([start])
    spent = 0
    while queue:
        node = queue.popleft()
        if below and level[node] >= below:
            break
        for near in graph[node]:
            spent += 1
            if near == start:
                return _path(parent, start, node), spent
            if near in inside and near not in level:
                parent[near], level[near] = node, level[node] + 1
                queue.append(near)
    return [], spent


def _path(parent: Mapping[K, K], start: K, end: K) -> list[K]:
    path = [end]
    while path[-1] != start:
        path.append(parent[path[-1]])
    return path[::-1]


@dataclass(slots=True)
class _Search(Generic[K]):
    """The state of Tarjan's depth-first search, with a stack of its own in place of recursion."""

    graph: Mapping[K, Iterable[K]]
    number: dict[K, int] = field(default_factory=dict)
    low: dict[K, int] = field(default_factory=dict)
    open: list[K] = field(default_factory=list)
    is_open: set[K] = field(default_factory=set)
    groups: list[list[K]] = field(default_factory=list)

    def run(self, root: K) -> None:
        trail = [(root, self._enter(root))]
        while trail:
            node, rest = trail[-1]
            near = self._next_new(node, rest)
            if near is not None:
                trail.append((near[0], self._enter(near[0])))
                continue
            trail.pop()
            self._leave(node)
            if trail:
                above = trail[-1][0]
                self.low[above] = min(self.low[above], self.low[node])

    def _enter(self, node: K) -> Iterator[K]:
        self.number[node] = self.low[node] = len(self.number)
        self.open.append(node)
        self.is_open.add(node)
        return iter(self.graph[node])

    def _next_new(self, node: K, rest: Iterator[K]) -> tuple[K] | None:
        """The next neighbour that is not numbered yet, in a tuple so that None may be a node."""
        for near in rest:
            if near in self.is_open:
                self.low[node] = min(self.low[node], self.number[near])
            elif near in self.graph and near not in self.number:
                return (near,)
        return None

    def _leave(self, node: K) -> None:
        if self.low[node] != self.number[node]:
            return
        group: list[K] = []
        while not group or group[-1] != node:
            group.append(self.open.pop())
            self.is_open.discard(group[-1])
        self.groups.append(group)
