"""Models made at random together with what they mean: each expression has a text in the language and a plain value.

The meaning is computed here on its own, cell by cell, from the rules of the language; nothing of the engine is used.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import strategies as st

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
    "Region: r1, r2, r3", "Core: r1, r2", "Edge: r3", "Product: p1, p2", "Twin <-> Region",
    "Shop: s1, s2, s3 -> (Region: r2, r3, r1)", "Zone: z1, z2 -> (Region: Core, Edge)",
)
FAMILY = {"Core": "Region", "Edge": "Region", "Twin": "Region"}
# Element of Region -> element of the range that is mapped to it.
TO_REGION = {
    "Shop": {"r2": "s1", "r3": "s2", "r1": "s3"},
    "Zone": {"r1": "z1", "r2": "z1", "r3": "z2"},
}
SHAPES = ((), (), ("Region",), ("Region",), ("Product",), ("Region", "Product"), ("Zone",), ("Shop",), ("Region", "Twin"))

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
            if all(element == word or element in RANGES.get(word, ()) for word, element in zip(words, cell, strict=True)):
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
            for name, table in self.tables.items() for cell, points in table.items()
        ]
        shuffled = [equations[place % len(equations)] for place in dict.fromkeys(n % len(equations) for n in self.order)]
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
                for entry in stocks for cell in entry.cells()
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
        super().__init__({
            name: Entry(name, entry.shape, [(words, entry.start or node) for words, node in entry.blocks])
            for name, entry in model.variables.items()
        }, step=model.step)


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
    "SUM": lambda a, b: a + b, "PROD": _times, "VMIN": _least, "VMAX": _most,
}

NUMBERS = st.one_of(st.integers(-9, 9).map(float), st.sampled_from([0.5, 0.25, 1.5, 0.1]))


def literal(value: float) -> Node:
    return Node(f"{value:g}" if value >= 0 else f"({value:g})", lambda _, at: value)


@dataclass
class Maker:
    """Draws expressions for one equation: `axes` are the ranges on its left, `loops` those marked with `!`."""

    draw: Callable[..., object]
    model: Model
    names: list[str]
    axes: tuple[str, ...]
    loops: tuple[str, ...] = ()

    def expression(self, depth: int) -> Node:
        kind = self.draw(st.integers(0, 12)) if depth > 0 else self.draw(st.integers(0, 3))
        match kind:
            case 0:
                return literal(self.draw(NUMBERS))
            case 1 if self.loops or self.axes:
                return self.position()
            case 0 | 1 | 2 | 3:
                return self.reference()
            case 4 | 5 | 6:
                return self.binary(depth)
            case 7:
                text = self.draw(st.sampled_from(list(UNARY)))
                inner, function = self.expression(depth - 1), UNARY[text]
                return Node(text.format(f"({inner.text})"), lambda world, at: function(inner.value(world, at)))
            case 8:
                return self.condition(depth)
            case 9:
                return self.lookup(depth)
            case 10:
                return self.memory(depth)
            case _:
                return self.reduction(depth)

    def position(self) -> Node:
        """The bare name of a left-hand range is the place of the element in its family, from 1."""
        if not self.axes:
            return Node("Time", lambda world, _: world.time)
        axis = self.draw(st.sampled_from(self.axes))
        family = RANGES[FAMILY.get(axis, axis)]
        return Node(axis, lambda _, at: float(family.index(at[axis]) + 1))

    def reference(self) -> Node:
        if not self.names:
            return Node("Time", lambda world, _: world.time)
        name = self.draw(st.sampled_from(self.names))
        words = [self.word(dimension) for dimension in self.model.variables[name].shape]
        text = f"{name}[{', '.join(word.text for word in words)}]" if words else name
        # A word's value is an element here, not a number.
        return Node(text, lambda world, at: world.get(name, tuple(word.value(world, at) for word in words)))  # type: ignore[misc]

    def word(self, dimension: str) -> Node:
        """One subscript: a fixed element, a range of the left, a mapped one, or a loop's range with `!`."""
        choices: list[Node] = [_fixed(element) for element in RANGES[dimension]]
        for axis in self.axes:
            if set(RANGES[axis]) <= set(RANGES[dimension]):
                choices += [_follow(axis, axis)] * 3
            if dimension in TO_REGION and FAMILY.get(axis, axis) == "Region" and axis != "Twin":
                choices += [_mapped(dimension, axis)] * 3
        for loop in self.loops:
            if set(RANGES[loop]) <= set(RANGES[dimension]):
                choices += [_follow(f"{loop}!", f"{loop}!")] * 4
        return self.draw(st.sampled_from(choices))  # type: ignore[return-value]

    def binary(self, depth: int) -> Node:
        text = self.draw(st.sampled_from(list(BINARY)))
        left, right, function = self.expression(depth - 1), self.expression(depth - 1), BINARY[text]
        return Node(
            text.format(f"({left.text})", f"({right.text})"),
            lambda world, at: function(left.value(world, at), right.value(world, at)),
        )

    def condition(self, depth: int) -> Node:
        """Both branches are worked out, so that a memory in either begins at the start of the run."""
        test, then, otherwise = (self.expression(depth - 1) for _ in range(3))

        def value(world: World, at: At) -> float:
            one, other = then.value(world, at), otherwise.value(world, at)
            return one if _true(test.value(world, at)) else other

        return Node(f"IF THEN ELSE({test.text}, {then.text}, {otherwise.text})", value)

    def memory(self, depth: int) -> Node:
        self.model.count += 1
        kind = self.draw(st.sampled_from(["SMOOTH", "DELAY1", "DELAY FIXED", "SAMPLE IF TRUE"]))
        test = self.expression(depth - 1) if kind == "SAMPLE IF TRUE" else None
        span = self.draw(st.sampled_from([1.0, 2.0, 1.3, 0.4]))
        made = Memory(self.model.count, kind, self.expression(depth - 1), span, test)
        return Node(made.text, lambda world, at: world.recall(made, at))

    def lookup(self, depth: int) -> Node:
        inner = self.expression(depth - 1)
        name = self.draw(st.sampled_from(["Curve", "Curves", "WITH"]))
        if name == "WITH":
            points = self.model.tables["Curve"][()]
            return Node(f"WITH LOOKUP({inner.text}, {_points(points)})", lambda w, at: interpolate(points, inner.value(w, at)))
        if name == "Curve":
            points = self.model.tables["Curve"][()]
            return Node(f"Curve({inner.text})", lambda w, at: interpolate(points, inner.value(w, at)))
        word = self.word("Region")
        tables = self.model.tables["Curves"]
        return Node(
            f"Curves[{word.text}]({inner.text})",
            lambda w, at: interpolate(tables[(word.value(w, at),)], inner.value(w, at)),  # type: ignore[index]
        )

    def reduction(self, depth: int) -> Node:
        loops = [name for name in ("Region", "Core", "Product", "Zone") if f"{name}!" not in self.loops]
        free = [name for name in loops if name not in self.loops and self.carriers(name)]
        if not free:
            return self.reference()
        loop = self.draw(st.sampled_from(free))
        inner = Maker(self.draw, self.model, self.names, self.axes, (*self.loops, loop))
        carrier = self.draw(st.sampled_from(self.carriers(loop)))
        anchor, body = inner.anchored(carrier, loop), inner.expression(min(depth - 1, 1))
        name = self.draw(st.sampled_from(list(REDUCTIONS)))
        function, elements = REDUCTIONS[name], RANGES[loop]

        def value(world: World, at: At) -> float:
            terms = []
            for element in elements:
                bound = {**at, f"{loop}!": element}
                terms.append(anchor.value(world, bound) + body.value(world, bound))
            total = terms[0]
            for term in terms[1:]:
                total = function(total, term)
            return total

        return Node(f"{name}({anchor.text} + ({body.text}))", value)

    def carriers(self, loop: str) -> list[str]:
        """Variables that have a dimension which the loop can run over."""
        return [
            name for name in self.names
            if any(set(RANGES[loop]) <= set(RANGES[dimension]) for dimension in self.model.variables[name].shape)
        ]

    def anchored(self, name: str, loop: str) -> Node:
        """A reference that is sure to be marked with the loop."""
        shape = self.model.variables[name].shape
        place = next(n for n, dimension in enumerate(shape) if set(RANGES[loop]) <= set(RANGES[dimension]))
        words = [_follow(f"{loop}!", f"{loop}!") if n == place else self.word(d) for n, d in enumerate(shape)]
        text = f"{name}[{', '.join(word.text for word in words)}]"
        return Node(text, lambda world, at: world.get(name, tuple(word.value(world, at) for word in words)))  # type: ignore[misc]


def _fixed(element: str) -> Node:
    return Node(element, lambda _, at: element)  # type: ignore[arg-type, return-value]


def _follow(text: str, key: str) -> Node:
    return Node(text, lambda _, at: at[key])  # type: ignore[arg-type, return-value]


def _mapped(dimension: str, axis: str) -> Node:
    return Node(dimension, lambda _, at: TO_REGION[dimension][at[axis]])  # type: ignore[arg-type, return-value]


@st.composite
def points(draw: Callable[..., object]) -> list[tuple[float, float]]:
    xs = sorted(draw(st.sets(st.integers(-9, 9), min_size=2, max_size=4)))  # type: ignore[type-var]
    return [(float(x), float(draw(st.integers(-5, 5)))) for x in xs]  # type: ignore[arg-type]


@st.composite
def models(draw: Callable[..., object]) -> Model:
    """A model of some constants, stocks and auxiliaries; an auxiliary reads stocks and what was made before it."""
    model = Model(step=draw(st.sampled_from([1.0, 0.5, 0.25])), order=draw(st.lists(st.integers(0, 40), max_size=40)))
    model.tables["Curve"] = {(): draw(points())}
    model.tables["Curves"] = {(element,): draw(points()) for element in RANGES["Region"]}
    for number in range(draw(st.integers(1, 3))):
        constant(draw, model, f"constant {number}")
    stocks = [f"stock {number}" for number in range(draw(st.integers(1, 3)))]
    for name in stocks:
        shape = draw(st.sampled_from(SHAPES))
        start = Maker(draw, model, [n for n in model.variables if not n.startswith("stock")], shape).expression(1)
        model.variables[name] = Entry(name, shape, [(shape, literal(0.0))], start)
    for number in range(draw(st.integers(1, 4))):
        auxiliary(draw, model, f"aux {number}")
    if draw(st.booleans()):
        chains(draw, model)
    for name in stocks:
        entry = model.variables[name]
        entry.blocks = [(entry.shape, Maker(draw, model, list(model.variables), entry.shape).expression(2))]
    return model


def constant(draw: Callable[..., object], model: Model, name: str) -> None:
    shape = draw(st.sampled_from(SHAPES))
    cells = list(itertools.product(*(RANGES[dimension] for dimension in shape)))
    values = {cell: draw(NUMBERS) for cell in cells}
    model.variables[name] = Entry(name, shape, [(cell, literal(value)) for cell, value in values.items()])


def chains(draw: Callable[..., object], model: Model) -> None:
    """Two variables whose elements read elements before them, of either variable: no loop, though the names make one."""
    names, made = list(model.variables), ("up", "down")
    blocks: dict[str, list[tuple[tuple[str, ...], Node]]] = {name: [] for name in made}
    past: list[tuple[str, str]] = []
    for element in RANGES["Region"]:
        for name in made:
            body = Maker(draw, model, names, ("Product",)).expression(1)
            if past:
                before, where = draw(st.sampled_from(past))
                body = _plus(before, where, body)
            blocks[name].append(((element, "Product"), body))
            past.append((name, element))
    for name in made:
        model.variables[name] = Entry(name, ("Region", "Product"), blocks[name])


def _plus(before: str, where: str, body: Node) -> Node:
    return Node(
        f"{before}[{where}, Product] * 0.5 + ({body.text})",
        lambda world, at: world.get(before, (where, at["Product"])) * 0.5 + body.value(world, at),
    )


def auxiliary(draw: Callable[..., object], model: Model, name: str) -> None:
    """One equation for all elements, one for each element of the first dimension, or a part and its exception."""
    shape, names = draw(st.sampled_from(SHAPES)), list(model.variables)
    kind = draw(st.sampled_from(["whole", "whole", "elements", "except"])) if shape else "whole"
    heads: list[tuple[str, ...]] = [shape]
    excepts = ""
    if kind == "elements":
        heads = [(element, *shape[1:]) for element in RANGES[shape[0]]]
    elif kind == "except":
        apart = "Core" if shape[0] == "Region" and draw(st.booleans()) else RANGES[shape[0]][-1]
        excepts = f" :EXCEPT: [{', '.join((apart, *shape[1:]))}]"
        heads = [shape, (apart, *shape[1:])]
    blocks = [
        (head, Maker(draw, model, names, tuple(word for word in head if word in RANGES)).expression(3)) for head in heads
    ]
    model.variables[name] = Entry(name, shape, blocks, None, excepts)
