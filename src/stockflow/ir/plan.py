"""The flat program that backends read: slots, inputs, states and assignments in order.

Nothing here is a text of a model except labels for people; every reference is a slot key with closed subscripts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, assert_never

import numpy as np
from numpy.typing import NDArray

from stockflow.ir.expr import Along, Axis, Element, Expr, Name, Vector
from stockflow.source import Span

Target = tuple[Element | Along, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """Storage for one variable: a number, or a dense array with one length per dimension (trailing run axis apart).

    `varies` says whether its values differ between the runs of a batch.
    """

    key: str
    shape: tuple[int, ...]
    label: str = ""
    hidden: bool = False
    varies: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Input:
    """A value from outside the plan. `kind`: constant, series (one value per time step) or table (lookup points)."""

    slot: str
    kind: Literal["constant", "series", "table"]


@dataclass(frozen=True, slots=True, eq=False)
class Assign:
    """`slot[target] = expr` for every element of the axes, which `target` and `expr` follow.

    `frozen`: computed once per TIME STEP and left alone in the later stages of Runge-Kutta. `whole`: the target
    covers the slot in order, so that the value can stand for the slot. Where `expr` is a function of whole arrays,
    `target` follows the axes of its result too: they are filled at once.
    """

    slot: str
    axes: tuple[Axis, ...]
    target: Target
    expr: Expr
    origin: Span | None = None
    frozen: bool = False
    whole: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """An assignment whose elements depend on each other: done one by one, in the given order of axis indices."""

    assign: Assign
    order: tuple[tuple[int, ...], ...]


Step = Assign | Scan


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """A stock's cells: `rate` assigns to the slot named by it; the state is `slot[target]`."""

    slot: str
    axes: tuple[Axis, ...]
    target: Target
    rate: str


@dataclass(frozen=True, slots=True, eq=False)
class Hold:
    """A memory of one TIME STEP: after each step the slot takes the value of `source` (same shape)."""

    slot: str
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class Ring:
    """A pipeline delay: the slot shows `source` as it was n steps ago, n = max(1, floor(delay/step + 0.5)).

    `delay` and `initial` are slots read once, at the start; all have the slot's shape or none.
    """

    slot: str
    source: str
    delay: str
    initial: str


@dataclass(frozen=True, slots=True, eq=False)
class Belt:
    """A memory of batches, kept by the class `kind` of the runtime: after each step the slot takes what it answers.

    `sources` are slots that it is told at the end of each step, `settings` slots read once, at the start, after the
    slot's own first value; all have the slot's shape or none. `tables` are lookups that it is given before the
    settings; they may follow `axes`, which are the slot's dimensions. The memory begins as soon as its slot has its
    first value, so that the rest of the initial phase may `Ask` it.
    """

    slot: str
    kind: str
    sources: tuple[str, ...]
    settings: tuple[str, ...]
    axes: tuple[Axis, ...] = ()
    tables: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """Elements of the stock `level` that move up by one: `size` along its last dimension, from `first` on.

    `part` are the other subscripts of the elements.
    """

    level: str
    part: Target
    first: int
    size: int


@dataclass(frozen=True, slots=True, eq=False)
class Shift:
    """Elements of a stock that move up by one at the end of a step in which `condition` holds, after its integration.

    The first element takes `entering`. What the last one held is added to what comes to it where `collects` holds;
    else the slot takes it, and 0 in all other cases. The three are slots; all have the slot's shape or none, and the
    elements follow `axes`, which are the slot's dimensions.
    """

    slot: str
    axes: tuple[Axis, ...]
    moves: Moves
    condition: str
    collects: str
    entering: str


State = Level | Hold | Ring | Belt | Shift


def sources_of(state: State) -> tuple[str, ...]:
    """The slots that make a state's next value."""
    match state:
        case Level(rate=rate):
            return (rate,)
        case Hold(source=source) | Ring(source=source):
            return (source,)
        case Belt(sources=sources):
            return sources
        case Shift(condition=condition, collects=collects, entering=entering):
            return (condition, collects, entering)
        case _:
            assert_never(state)


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A scheduled model.

    once      what depends on constants alone: computed before the first step
    initial   in order: every state's first value, then what depends on kept initial values alone
    step      auxiliaries and flows that the next state or another step needs; each stage of each step
    report    what only the outputs need: computed at saved times
    rates     net rates of the levels, each stage
    outputs   slots whose values are kept at each saved time; `fixed` are those that never change after the start
    """

    slots: dict[str, Slot]
    inputs: tuple[Input, ...]
    states: tuple[State, ...]
    once: tuple[Step, ...]
    initial: tuple[Step, ...]
    step: tuple[Step, ...]
    report: tuple[Step, ...]
    rates: tuple[Step, ...]
    outputs: tuple[str, ...]
    fixed: tuple[str, ...] = ()
    varying_clock: bool = False


def filled(expr: Expr | None) -> tuple[Axis, ...]:
    """The axes of a target that an assignment of this expression fills at once, beside its own."""
    return expr.result if isinstance(expr, Vector) and not expr.at else ()


def indices(part: Element | Along) -> NDArray[np.intp]:
    """The 0-based indices that a closed subscript takes along its axis."""
    match part:
        case Element(index=index):
            return np.array([index])
        case Along(axis=axis, table=table):
            return np.arange(axis.size) if table is None else np.array(table)
        case _:
            assert_never(part)
