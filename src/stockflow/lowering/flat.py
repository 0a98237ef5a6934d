"""The flat model: slots, constants, lookup tables and rules, with macros, hidden stocks and names expanded.

It is what scheduling orders; it has no order of its own and knows no backend.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from stockflow.analysis.closed import Closed, Definition
from stockflow.ir.expr import Axis, Expr, Name
from stockflow.ir.plan import Moves, Target
from stockflow.limits import USUAL, Limits
from stockflow.source import Span

POINT_TIME = "#time of a point"

RuleKind = Literal["assign", "level", "hold", "ring", "belt", "shift", "kept"]


def points_slot(key: str) -> str:
    """The hidden slot with the points of a variable that is called as if it were a lookup."""
    return f"#points of {key}"


@dataclass(frozen=True, slots=True, eq=False)
class FlatSlot:
    key: str
    label: str
    shape: tuple[int, ...]
    hidden: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """How cells of a slot get their values.

    assign  `run` in every step, `start` in the initial phase
    level   `run` is the net rate, `start` the initial value
    hold    the value of the slot `source` one TIME STEP ago; `start` at first
    ring    the slot `source`, `delay` ago; the slots `delay` and `first` are read at the start
    belt    what the memory `memory` answers to the slots `sources`; `start` at first, `tables` and `settings` are read
            at the start
    shift   what is lost when elements of a stock move up as `moves` says, where the first of `sources` holds; `start`
            at first
    kept    `start`, computed once in the initial phase
    """

    slot: str
    axes: tuple[Axis, ...]
    target: Target
    kind: RuleKind
    run: Expr | None = None
    start: Expr | None = None
    origin: Span | None = None
    frozen: bool = False
    source: str = ""
    delay: str = ""
    first: str = ""
    owner: str = ""
    memory: str = ""
    sources: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    tables: tuple[Name, ...] = ()
    moves: Moves | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """A lookup's points as arrays; `mode` is interpolate, extrapolate or discrete."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    mode: str


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """How a data equation makes points of the cells of `owner` that it defines, before the run.

    `operation`: the key of a row that makes a series of another, which the call's first argument names. Else it is
    empty, and `flat` computes the slot `value` at one time after the other: data are series, `POINT_TIME` is the time.
    """

    owner: Closed
    definition: Definition
    operation: str = ""
    flat: FlatModel | None = None
    value: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class FlatModel:
    """`tables[key]` is an object array of Points in the slot's shape; `data` are slots fed from outside.

    `structural` are variables whose values decided how many hidden stocks there are: a run cannot set them.
    `recipes` are those of data equations, each after the ones whose points it reads.
    `requests` are the slots of the equations of limited flows, whose own slots hold what the stocks let pass.
    `limits` are those of the model.
    """

    slots: dict[str, FlatSlot]
    constants: dict[str, NDArray[np.float64]]
    tables: dict[str, NDArray[Any]]
    data: frozenset[str]
    rules: tuple[Rule, ...]
    structural: frozenset[str] = frozenset()
    requests: dict[str, str] = field(default_factory=dict)
    recipes: tuple[Recipe, ...] = ()
    limits: Limits = USUAL
