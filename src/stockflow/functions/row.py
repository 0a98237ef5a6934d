"""The shape of a function row: one function with all its facts side by side.

A row knows its meaning as text in the model language, or that it is a primitive; it must not know any backend.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

Kind = Literal[
    "pure", "macro", "primitive", "table", "points", "series", "reduce", "vector", "draw", "state", "memory",
    "question", "special", "external", "refused",
]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument: its units as a letter ("a", "1" for dimensionless, "time", "*" for any), its default as text."""

    name: str
    units: str
    default: str | None = None
    many: bool = False


@dataclass(frozen=True, slots=True)
class Memory:
    """A class of the runtime that remembers batches, and what it gets: expressions over the row's parameters.

    `settings` are read once, after the first value of the variable itself; `sources` once per TIME STEP. `tables` are
    parameters for which a lookup is given, by its name; the class gets them before the settings. `answers` are the
    questions that it answers within a step, each a method of the class. `array` is a parameter for which an array is
    given by its first element; the class gets all elements from there on, after the settings.
    """

    kind: str
    settings: tuple[str, ...]
    sources: tuple[str, ...]
    tables: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    array: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an external row takes from a table, and what a cell of an axis without a number does to the rest."""

    what: Literal["constants", "series", "subscript"]
    blanks: Literal["skip", "stop"]


@dataclass(frozen=True, slots=True)
class Example:
    """A call with what was calculated by hand or published for it, in a model of its own from time 0.

    value   the number at the start, FINAL TIME being 10; of several numbers, those at times 0, `step`, 2 `step`, ...,
            or, where `over` names a range, those of its elements at the start
    given   further lines of the model in Vensim's notation ("range: a, b", "x[range] = 1, 2", "y = 3 + Time"); for a
            call in XMILE's spelling too
    step    TIME STEP
    unit    the unit of time, where the call asks for it
    files   outside tables by name, each as comma-separated text; of ".xlsx" the only sheet is called "data"
    spelling    the language of the call, where it is not the first that has the row
    """

    call: str
    value: float | tuple[float, ...]
    given: tuple[str, ...] = ()
    over: str = ""
    step: float = 1.0
    unit: str = ""
    files: tuple[tuple[str, str], ...] = ()
    spelling: str = ""


@dataclass(frozen=True)
class Function:
    """A function of a modelling language.

    key         the row's own name, by which a resolved Call knows it; of kind primitive, table, points or reduce: the
                name of the primitive, the mode of `Interpolate`, the op of `Reduce`
    parameters  "name: units, name: units = default"; "name...: units" takes any number
    result      units of the result: an expression over the letters, such as "a/b"
    body        its meaning: an expression (pure), or lines `name = expression` ending with `result = ...` (macro);
                empty where a backend or a stage knows it
    spellings   by "vensim", "xmile", "stella", "ventana" (XMILE written by Vensim): calls as the modeller writes them,
                arguments by parameter name, those that may be left out in brackets, "SMTH1(input, delay[, initial])"
    kind        pure, macro: expanded from `body`; primitive: backends know it; table: the first argument is a lookup;
                points: the first argument is a data variable, whose points are read within a step; series: a whole
                data series made of another before the run;
                reduce: over the axes of `!` or `*`; vector: of whole arrays, by `loops`; draw: a random number;
                state: a native state (integ, hold, ring, shift); memory: a native state that the class `memory` of the
                runtime keeps, `body` is its value at the start; question: the answer of the memory that its first
                argument is, to `question`, with the other arguments, and :NA: where there is no such memory; special:
                a stage handles it (initial, active initial, elmcount ...); external: numbers from a table, as `reads`
                says; refused: `refusal` says why and what to do
    outputs     hidden lines that a caller may bind to variables, `DELAYP(input, time : pipeline)`
    loops       of kind vector: for each parameter what it runs over, then ":" and the axes of the result. Letters are
                the last subscripts (p: a profile of four numbers), "!" all that `!` or `*` marks, "*" what it marks in
                this argument, "@" a variable from an element on, "-" nothing; what "?" marks has no part in the value
    of_array    in XMILE, the row that takes an argument which runs over elements: MIN(A[*], 3) is MIN(VMIN(A[*]), 3)
    tables      parameters of a body for which a lookup is given by its name
    undefined   why its value may be no number, as a clause
    otherwise   of kind primitive: its meaning said by other rows, for languages that have no word for it
    examples    calls in Vensim's spelling, or in XMILE's where there is none or the example says so, run on every
                backend: an `Example`, or (call, value) for short
    source      where the meaning comes from
    caution     what a call does not do that it does in its tool, after the function's name: a warning at each call
    interval    two parameters of which the first is not to be above the second, "low high"
    changes     a parameter that names a stock which a call changes beside giving a value
    differs     how what it gives is known to differ from the tool it comes from, as a sentence
    """

    key: str
    parameters: str = ""
    result: str = "1"
    body: str = ""
    spellings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    kind: Kind = "pure"
    doc: str = ""
    examples: tuple[tuple[str, float] | Example, ...] = ()
    source: str = ""
    differs: str = ""
    caution: str = ""
    refusal: str = ""
    outputs: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    undefined: str = ""
    otherwise: str = ""
    loops: str = ""
    memory: Memory | None = None
    question: str = ""
    changes: str = ""
    reads: Reading | None = None
    of_array: str = ""
    interval: str = ""

    @cached_property
    def signature(self) -> tuple[Parameter, ...]:
        return tuple(_parameter(part) for part in self.parameters.split(",") if part.strip())

    @cached_property
    def lookups(self) -> tuple[int, ...]:
        """The places of the arguments for which a lookup is given by its name."""
        if self.kind == "table":
            return (0,)
        taken = (*self.tables, *(self.memory.tables if self.memory is not None else ()))
        return tuple(place for place, parameter in enumerate(self.signature) if parameter.name in taken)

    @property
    def worked(self) -> tuple[Example, ...]:
        """`examples` in their full form."""
        return tuple(one if isinstance(one, Example) else Example(*one) for one in self.examples)

    @cached_property
    def marks(self) -> tuple[tuple[str, ...], str]:
        """`loops` taken apart: the mark of each parameter, the letters of the result."""
        marks, _, result = self.loops.partition(":")
        return tuple(marks.split()), result.strip()


def _parameter(text: str) -> Parameter:
    text, _, default = text.partition("=")
    name, _, units = text.partition(":")
    name = name.strip()
    many = name.endswith("...")
    return Parameter(name.removesuffix("..."), units.strip() or "1", default.strip() or None, many)
