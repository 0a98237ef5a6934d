"""A plan with every array taken apart: one slot per element, reductions written out.

Float text is made from it; it knows plans and no text.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce as left_fold

from stockflow.ir.expr import (
    Along,
    At,
    Axis,
    Binary,
    Call,
    Draw,
    Element,
    Expr,
    Name,
    Number,
    Positions,
    Reduce,
    Vector,
)
from stockflow.ir.plan import Assign, Belt, Hold, Level, Plan, Ring, Shift, Slot, State, Step, filled, sources_of
from stockflow.ir.walk import preorder, rebuild
from stockflow.runtime import noise

Cell = tuple[int, ...]

_JOINED: Mapping[str, Callable[[Expr, Expr], Expr]] = {
    "sum": lambda a, b: Binary("+", a, b), "prod": lambda a, b: Binary("*", a, b),
    "vmin": lambda a, b: Call("min", "", (a, b)), "vmax": lambda a, b: Call("max", "", (a, b)),
}


def cell_key(key: str, cell: Cell) -> str:
    """The scalar slot of one element; counted from 1, as modellers do."""
    return f"{key}[{','.join(str(i + 1) for i in cell)}]" if cell else key


@dataclass(frozen=True, slots=True, eq=False)
class ScalarInput:
    """One number, series or curve of an input, at a cell of its array."""

    key: str
    slot: str
    cell: Cell
    kind: str


@dataclass(frozen=True, slots=True, eq=False)
class ScalarDraw:
    """A random number: the scalar slot that it fills, its distribution, its place in the model and its element."""

    key: str
    kind: str
    site: str
    cell: int


@dataclass(frozen=True, slots=True, eq=False)
class ScalarShift:
    """As Shift, of element slots; `sources` are the condition, whether the last one collects, and what enters."""

    slot: str
    elements: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ScalarPlan:
    """As Plan, with scalars only; `outputs` and `fixed` are element slots in row-major order of each variable."""

    inputs: tuple[ScalarInput, ...]
    states: tuple[State | ScalarShift, ...]
    once: tuple[Assign, ...]
    initial: tuple[Assign, ...]
    step: tuple[Assign, ...]
    report: tuple[Assign, ...]
    rates: tuple[Assign, ...]
    outputs: tuple[str, ...]
    fixed: tuple[str, ...]
    varying_clock: bool
    draws: tuple[ScalarDraw, ...] = ()


def scalarise(plan: Plan) -> ScalarPlan:
    """The plan element by element; at most a few dozen elements per slot are meant."""
    taken = _Apart(plan.slots)
    return ScalarPlan(
        tuple(ScalarInput(cell_key(found.slot, cell), found.slot, cell, found.kind)
              for found in plan.inputs for cell in cells(plan.slots[found.slot].shape)),
        tuple(state for found in plan.states for state in taken.state(found)),
        taken.block(plan.once), taken.block(plan.initial), taken.block(plan.step), taken.block(plan.report),
        taken.block(plan.rates),
        tuple(cell_key(key, cell) for key in plan.outputs for cell in cells(plan.slots[key].shape)),
        tuple(cell_key(key, cell) for key in plan.fixed for cell in cells(plan.slots[key].shape)),
        plan.varying_clock, tuple(taken.draws.values()),
    )


def cells(shape: tuple[int, ...]) -> Iterator[Cell]:
    return itertools.product(*(range(size) for size in shape))


def cell_of(target: tuple[Element | Along, ...], bound: dict[Axis, int]) -> Cell:
    return tuple(part.index if isinstance(part, Element) else follow(part, bound[part.axis]) for part in target)


def follow(part: Along, at: int) -> int:
    return at if part.table is None else part.table[at]


@dataclass(slots=True)
class _Apart:
    slots: dict[str, Slot]
    draws: dict[str, ScalarDraw] = field(default_factory=dict)

    def block(self, steps: tuple[Step, ...]) -> tuple[Assign, ...]:
        return tuple(assign for step in steps for assign in self.assigns(step))

    def assigns(self, step: Step) -> Iterator[Assign]:
        assign = step if isinstance(step, Assign) else step.assign
        order = cells(tuple(axis.size for axis in assign.axes)) if isinstance(step, Assign) else step.order
        for at in order:
            bound = dict(zip(assign.axes, at, strict=True))
            if filled(assign.expr):
                yield from self.filling(assign, bound)
                continue
            key = cell_key(assign.slot, cell_of(assign.target, bound))
            expr = self.bind(assign.expr, bound)
            if isinstance(expr, Draw):
                cell = noise.cell_of([axis.elements[n] for axis, n in zip(assign.axes, at, strict=True)])
                self.draws[key] = ScalarDraw(key, expr.kind, expr.slot, cell)
                expr = replace(expr, slot=key)
            yield replace(assign, slot=key, axes=(), target=(), expr=expr, whole=True)

    def filling(self, assign: Assign, bound: dict[Axis, int]) -> Iterator[Assign]:
        """The tuple of all elements that a function gives at once, then each element out of it."""
        axes = filled(assign.expr)
        scalar = replace(assign, axes=(), target=(), whole=True)
        key = ""
        for number, at in enumerate(cells(tuple(axis.size for axis in axes))):
            cell = cell_of(assign.target, {**bound, **dict(zip(axes, at, strict=True))})
            if not key:
                key = f"{cell_key(assign.slot, cell)} and on"
                yield replace(scalar, slot=key, expr=self.bind(assign.expr, bound))
            yield replace(scalar, slot=cell_key(assign.slot, cell), expr=Call("#item", str(number), (Name(key, ""),)))

    def state(self, state: State) -> Iterator[State | ScalarShift]:
        match state:
            case Level():
                for at in cells(tuple(axis.size for axis in state.axes)):
                    bound = dict(zip(state.axes, at, strict=True))
                    slot = cell_key(state.slot, cell_of(state.target, bound))
                    yield Level(slot, (), (), cell_key(state.rate, at))
            case Hold():
                for at in cells(self.slots[state.slot].shape):
                    yield Hold(cell_key(state.slot, at), cell_key(state.source, at))
            case Ring():
                for at in cells(self.slots[state.slot].shape):
                    keys = (cell_key(key, at) for key in (state.slot, state.source, state.delay, state.initial))
                    yield Ring(*keys)
            case Belt():
                for at in cells(self.slots[state.slot].shape):
                    sources = tuple(cell_key(key, at) for key in state.sources)
                    settings = tuple(cell_key(key, at) for key in state.settings)
                    bound = dict(zip(state.axes, at, strict=False))
                    tables = tuple(self.fixed(table, bound) for table in state.tables)
                    yield Belt(cell_key(state.slot, at), state.kind, sources, settings, (), tables)
            case _:
                yield from self.shift(state)

    def shift(self, state: Shift) -> Iterator[ScalarShift]:
        for at in cells(self.slots[state.slot].shape):
            before = cell_of(state.moves.part, dict(zip(state.axes, at, strict=True)))
            places = range(state.moves.first, state.moves.first + state.moves.size)
            elements = tuple(cell_key(state.moves.level, (*before, place)) for place in places)
            sources = tuple(cell_key(key, at) for key in sources_of(state))
            yield ScalarShift(cell_key(state.slot, at), elements, sources)

    def fixed(self, table: Name, bound: dict[Axis, int]) -> Name:
        """The lookup of one element."""
        found = self.name(table, bound)
        assert isinstance(found, Name)
        return found

    def bind(self, expr: Expr, bound: dict[Axis, int]) -> Expr:
        """Axes replaced by elements; reductions, innermost first, by their terms."""
        if not any(isinstance(item, (Reduce, Vector, Positions, Name)) for item in preorder(expr)):
            return expr
        return rebuild(expr, lambda item: self.node(item, bound))

    def node(self, item: Expr, bound: dict[Axis, int]) -> Expr:
        match item:
            case Positions(axis=axis, values=values) if axis in bound:
                return Number(values[bound[axis]])
            case Name(subscripts=subscripts) if subscripts:
                return self.name(item, bound)
            case Reduce():
                return self.terms(item)
            case Vector():
                return self.vector(item)
            case _:
                return item

    def name(self, name: Name, bound: dict[Axis, int]) -> Expr:
        made = tuple(
            Element(follow(part, bound[part.axis])) if isinstance(part, Along) and part.axis in bound else part
            for part in name.subscripts
        )
        if all(isinstance(part, Element) for part in made):
            return Name(cell_key(name.key, tuple(p.index for p in made if isinstance(p, Element))), name.label)
        if any(isinstance(part, Along) for part in made):
            return replace(name, subscripts=made)
        return self.computed(replace(name, subscripts=made))

    def vector(self, item: Vector) -> Expr:
        """A call with a tuple for each argument; it gives a tuple, of one number where the function gives a number."""
        tuples = []
        for arg, loops in zip(item.args, item.loops, strict=True):
            places = cells(tuple(axis.size for axis in loops))
            parts = tuple(self.bind(arg, dict(zip(loops, at, strict=True))) for at in places)
            tuples.append(Call("#tuple", "", parts))
        made = Call("#vector", item.op, tuple(tuples))
        return made if item.result else Call("#item", "0", (made,))

    def computed(self, name: Name) -> Expr:
        """A computed index picks one of all elements that the fixed indices leave."""
        shape = self.slots[name.key].shape
        free = [n for n, part in enumerate(name.subscripts) if isinstance(part, At)]
        choices = [range(shape[n]) if n in free else (_fixed(part),) for n, part in enumerate(name.subscripts)]
        values = tuple(Name(cell_key(name.key, cell), name.label) for cell in itertools.product(*choices))
        parts = tuple(part.expr for part in name.subscripts if isinstance(part, At))
        sizes = tuple(Number(float(shape[n])) for n in free)
        return Call("#pick", str(len(parts)), (*parts, *sizes, *values))

    def terms(self, item: Reduce) -> Expr:
        places = cells(tuple(axis.size for axis in item.axes))
        return left_fold(
            _JOINED[item.op], (self.bind(item.body, dict(zip(item.axes, at, strict=True))) for at in places)
        )


def _fixed(part: object) -> int:
    assert isinstance(part, Element)
    return part.index


