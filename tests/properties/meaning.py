"""Models made at random together with what they mean: each expression has a text in the language and a plain value.

The meaning is computed here on its own, cell by cell, from the rules of the language; nothing of the engine is used.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field

# Core is a part of Region; Shop maps to Region one to one, Zone many to one; Twin is Region under another name.
RANGES = {
    "Region": ("r1", "r2", "r3"),
    "Core": ("r1", "r2"),
    "Edge": ("r3",),
    "Twin": ("r1", "r2", "r3"),
    "Product": ("p1", "p2"),
    "Shop": ("s1", "s2", "s3"),
    "Zone": ("z1", "z2"),
}
DEFINITIONS = (
    "Region: r1, r2, r3",
    "Core: r1, r2",
    "Edge: r3",
    "Product: p1, p2",
    "Twin <-> Region",
    "Shop: s1, s2, s3 -> (Region: r2, r3, r1)",
    "Zone: z1, z2 -> (Region: Core, Edge)",
)
FAMILY = {"Core": "Region", "Edge": "Region", "Twin": "Region"}
# Element of Region -> element of the range that is mapped to it.
TO_REGION = {
    "Shop": {"r2": "s1", "r3": "s2", "r1": "s3"},
    "Zone": {"r1": "z1", "r2": "z1", "r3": "z2"},
}
SHAPES = (
    (),
    (),
    ("Region",),
    ("Region",),
    ("Product",),
    ("Region", "Product"),
    ("Zone",),
    ("Shop",),
    ("Region", "Twin"),
)

At = dict[str, str]
Key = tuple[int, tuple[tuple[str, str], ...]]
Cell = tuple[str, ...]


@dataclass
class World:
    """The values of one moment: stocks and constants by cell; auxiliaries are computed when asked for."""

    model: Model
    time: float
    state: dict[tuple[str, Cell], float]
    memory: dict[Key, float | list[float]] = field(default_factory=dict)
    known: dict[tuple[str, Cell], float] = field(default_factory=dict)

    def recall(self, memory: Memory, at: At) -> float:
        """What a memory shows; it begins when it is first asked, which is at the start of the run."""
        key = (memory.number, tuple(sorted(at.items())))
        if key not in self.memory:
            self.memory[key] = memory.first(self, at)
            self.model.memories[key] = (memory, at)
        return memory.shown(self, at, self.memory[key])

    def get(self, name: str, cell: Cell) -> float:
        key = (name, cell)
        if key in self.state:
            return self.state[key]
        if key not in self.known:
            self.known[key] = self.model.variables[name].value(self, cell)
        return self.known[key]


@dataclass
class Node:
    text: str
    value: Callable[[World, At], float]


@dataclass
class Memory:
    """A call that remembers: SMOOTH, DELAY1, DELAY FIXED or SAMPLE IF TRUE, one state for each element."""

    number: int
    kind: str
    given: Node
    span: float
    test: Node | None = None

    @property
    def text(self) -> str:
        match self.kind:
            case "SMOOTH" | "DELAY1":
                return f"{self.kind}({self.given.text}, {self.span:g})"
            case "DELAY FIXED":
                return f"DELAY FIXED({self.given.text}, {self.span:g}, 7)"
            case _:
                assert self.test is not None
                return f"SAMPLE IF TRUE({self.test.text}, {self.given.text}, 7)"

    def first(self, world: World, at: At) -> float | list[float]:
        match self.kind:
            case "SMOOTH":
                return self.given.value(world, at)
            case "DELAY1":
                return self.given.value(world, at) * self.span
            case "DELAY FIXED":
                return [7.0] * max(1, math.floor(self.span / world.model.step + 0.5))
            case _:
                return 7.0

    def shown(self, world: World, at: At, state: float | list[float]) -> float:
        if isinstance(state, list):
            return state[0]
        if self.kind == "DELAY1":
            return state / self.span
        if self.test is not None:
            now = self.given.value(world, at)
            return now if _true(self.test.value(world, at)) else state
        return state

    def following(self, world: World, at: At, state: float | list[float]) -> float | list[float]:
        given = self.given.value(world, at)
        if isinstance(state, list):
            return [*state[1:], given]
        if self.kind == "SMOOTH":
            return state + world.model.step * ((given - state) / self.span)
        if self.kind == "DELAY1":
            return state + world.model.step * (given - state / self.span)
        return self.shown(world, at, state)


@dataclass
class Entry:
    """A variable: blocks of its definition, each with left-hand words and an expression."""

    name: str
    shape: tuple[str, ...]
    blocks: list[tuple[tuple[str, ...], Node]]
    start: Node | None = None
    excepts: str = ""

    def cells(self) -> list[Cell]:
        return list(itertools.product(*(RANGES[dimension] for dimension in self.shape)))

    def value(self, world: World, cell: Cell) -> float:
        node, at = self.block(cell)
        return node.value(world, at)

    def block(self, cell: Cell) -> tuple[Node, At]:
        """The last block whose words hold the cell: exceptions are written before what they leave to others."""
        for words, node in reversed(self.blocks):
            if all(
                element == word or element in RANGES.get(word, ()) for word, element in zip(words, cell, strict=True)
            ):
                return node, {word: element for word, element in zip(words, cell, strict=True) if word in RANGES}
        raise KeyError(cell)

    def texts(self) -> list[str]:
        made = []
        for number, (words, node) in enumerate(self.blocks):
            left = f"{self.name}[{', '.join(words)}]" if words else self.name
            left += self.excepts if number == 0 else ""
            right = f"INTEG({node.text}, {self.start.text})" if self.start else node.text
            made.append(f"{left} = {right}")
        return made


@dataclass
class Model:
    variables: dict[str, Entry] = field(default_factory=dict)
    tables: dict[str, dict[Cell, list[tuple[float, float]]]] = field(default_factory=dict)
    memories: dict[Key, tuple[Memory, At]] = field(default_factory=dict)
    count: int = 0
    order: list[int] = field(default_factory=list)
    step: float = 1.0

    @property
    def text(self) -> str:
        equations = [text for entry in self.variables.values() for text in entry.texts()]
        equations += [
            f"{name}[{', '.join(cell)}]{_points(points)}" if cell else f"{name}{_points(points)}"
            for name, table in self.tables.items()
            for cell, points in table.items()
        ]
        shuffled = [
            equations[place % len(equations)] for place in dict.fromkeys(n % len(equations) for n in self.order)
        ]
        shuffled += [one for one in equations if one not in shuffled]
        controls = ("INITIAL TIME = 0", "FINAL TIME = 3", f"TIME STEP = {self.step}", "SAVEPER = TIME STEP")
        return "{UTF-8}\n" + "".join(f"{one}\n\t~~|\n" for one in (*DEFINITIONS, *shuffled, *controls))

    def run(self) -> dict[str, list[dict[Cell, float]]]:
        """Euler's method, cell by cell: the rows of every variable."""
        stocks = [entry for entry in self.variables.values() if entry.start is not None]
        self.memories.clear()
        memory: dict[Key, float | list[float]] = {}
        begin = World(_Starting(self), 0.0, {})
        state = {(entry.name, cell): begin.get(entry.name, cell) for entry in stocks for cell in entry.cells()}
        rows: dict[str, list[dict[Cell, float]]] = {name: [] for name in self.variables}
        for step in range(round(3 / self.step) + 1):
            world = World(self, step * self.step, state, memory)
            for entry in self.variables.values():
                rows[entry.name].append({cell: world.get(entry.name, cell) for cell in entry.cells()})
            following = {
                (entry.name, cell): state[entry.name, cell] + self.step * entry.value(world, cell)
                for entry in stocks
                for cell in entry.cells()
            }
            found: dict[Key, float | list[float]] = {}
            while len(found) < len(self.memories):
                for key, (kept, at) in list(self.memories.items()):
                    found[key] = kept.following(world, at, memory[key])
            state, memory = following, found
        return rows


class _Starting(Model):
    """The model as it is before the first step: a stock is its initial value."""

    def __init__(self, model: Model) -> None:
        super().__init__(
            {
                name: Entry(name, entry.shape, [(words, entry.start or node) for words, node in entry.blocks])
                for name, entry in model.variables.items()
            },
            step=model.step,
        )


def _points(points: list[tuple[float, float]]) -> str:
    return f"({', '.join(f'({x:g},{y:g})' for x, y in points)})"


# Arithmetic by IEEE 754, as the language reference asks for.


def divide(a: float, b: float) -> float:
    if b:
        return a / b
    return math.nan if not a or a != a else math.copysign(math.inf, a) * math.copysign(1.0, b)


def interpolate(points: list[tuple[float, float]], x: float) -> float:
    if x != x:
        return x
    if x < points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        if x0 <= x < x1:
            return y0 + (x - x0) * ((y1 - y0) / (x1 - x0))
    return points[-1][1]


def _least(a: float, b: float) -> float:
    return math.nan if a != a or b != b else min(a, b)


def _most(a: float, b: float) -> float:
    return math.nan if a != a or b != b else max(a, b)


def _true(x: float) -> bool:
    return x < 0 or x > 0


def _whole(x: float) -> float:
    return float(math.trunc(x)) if math.isfinite(x) else x


def _times(a: float, b: float) -> float:
    return a * b


BINARY: dict[str, Callable[[float, float], float]] = {
    "{} + {}": lambda a, b: a + b,
    "{} - {}": lambda a, b: a - b,
    "{} * {}": _times,
    "{} / {}": divide,
    "MIN({}, {})": _least,
    "MAX({}, {})": _most,
    "ZIDZ({}, {})": lambda a, b: 0.0 if abs(b) < 1e-6 else divide(a, b),
    "({} > {})": lambda a, b: float(a > b),
    "({} <= {})": lambda a, b: float(a <= b),
    "({} <> {})": lambda a, b: float(a < b or a > b),
    "({} :AND: {})": lambda a, b: float(_true(a) and _true(b)),
    "({} :OR: {})": lambda a, b: float(_true(a) or _true(b)),
}
UNARY: dict[str, Callable[[float], float]] = {
    "-{}": lambda a: -a,
    "ABS({})": abs,
    "INTEGER({})": _whole,
    "({} ^ 2)": lambda a: a * a,
    "(:NOT: {})": lambda a: float(not _true(a)),
    "EXP(-ABS({}))": lambda a: math.exp(-abs(a)),
}
REDUCTIONS: dict[str, Callable[[float, float], float]] = {
    "SUM": lambda a, b: a + b,
    "PROD": _times,
    "VMIN": _least,
    "VMAX": _most,
}
