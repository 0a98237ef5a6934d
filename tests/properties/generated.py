"""Random models for the properties: hypothesis draws their parts, `meaning` says what they are worth.

Only the drawing is here; what an expression means is not.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.properties.meaning import (
    BINARY,
    FAMILY,
    RANGES,
    REDUCTIONS,
    SHAPES,
    TO_REGION,
    UNARY,
    At,
    Entry,
    Memory,
    Model,
    Node,
    World,
    _points,
    _true,
    interpolate,
)

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
        number = self.model.count
        kind = self.draw(st.sampled_from(["SMOOTH", "DELAY1", "DELAY FIXED", "SAMPLE IF TRUE"]))
        test = self.expression(depth - 1) if kind == "SAMPLE IF TRUE" else None
        span = self.draw(st.sampled_from([1.0, 2.0, 1.3, 0.4]))
        made = Memory(number, kind, self.expression(depth - 1), span, test)
        return Node(made.text, lambda world, at: world.recall(made, at))

    def lookup(self, depth: int) -> Node:
        inner = self.expression(depth - 1)
        name = self.draw(st.sampled_from(["Curve", "Curves", "WITH"]))
        if name == "WITH":
            points = self.model.tables["Curve"][()]
            return Node(
                f"WITH LOOKUP({inner.text}, {_points(points)})", lambda w, at: interpolate(points, inner.value(w, at))
            )
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
            name
            for name in self.names
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
    """Two variables whose elements read elements before them, of either: no loop, though the names make one."""
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
        (head, Maker(draw, model, names, tuple(word for word in head if word in RANGES)).expression(3))
        for head in heads
    ]
    model.variables[name] = Entry(name, shape, blocks, None, excepts)
