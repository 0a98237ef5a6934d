"""The expression tree that parsers make and every analysis reads.

Nodes are frozen and compared by identity; facts about them live in side tables. Walks are in `ir.walk`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stockflow.source import Span


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Axis:
    """A loop of an equation or of a reduction, known by identity: the elements that it runs over.

    `dimension` is the key of the range as written, `elements` the element keys, `positions` their
    0-based places in that range (a subset where `:EXCEPT:` took some away).
    """

    dimension: str
    elements: tuple[str, ...]
    positions: tuple[int, ...]

    @property
    def size(self) -> int:
        return len(self.elements)


# Subscripts as written. Analysis closes them into Element, Along and At.


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Word:
    """A name in brackets: an element, a dimension, or (XMILE) a variable used as an index."""

    key: str
    label: str
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Every:
    """`Dimension!` (Vensim) or, with an empty key, `*` (XMILE): all elements, for the call around it."""

    key: str
    label: str
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Between:
    """`first:last` (XMILE), by index or by element name."""

    first: Expr
    last: Expr
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Place:
    """`@n` (XMILE): the n-th dimension of the left-hand side, counted from 1."""

    number: int
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class At:
    """An index that is computed, counted from 1 as the modeller wrote it."""

    expr: Expr
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Element:
    """Closed: one fixed 0-based index."""

    index: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Along:
    """Closed: follows an axis; `table[i]` is the 0-based index for the axis's i-th element, None the identity."""

    axis: Axis
    table: tuple[int, ...] | None = None


Subscript = Word | Every | Between | Place | At | Element | Along


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Number:
    value: float
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Missing:
    """`:NA:`, the finite value -2^109 (Vensim reference, :NA:)."""

    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Text:
    """A string literal, such as a file's name in GET XLS DATA."""

    value: str
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Name:
    """A reference to a variable, lookup, dimension or element by key."""

    key: str
    label: str
    subscripts: tuple[Subscript, ...] = ()
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Unary:
    op: Literal["-", "+", "not"]
    operand: Expr
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Binary:
    """`op` is one of + - * / ^ < <= > >= = <> and or; also mod (XMILE: floored)."""

    op: str
    left: Expr
    right: Expr
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class If:
    condition: Expr
    then: Expr
    otherwise: Expr
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Call:
    """A call by name: as parsed, `key` is the spelling's key; after resolving, the key of a function row.

    `subscripts` belong to a call of an arrayed lookup, `f[sub](x)`. `outputs` are variables that the call of a macro
    defines beside its value, `m(a : y)`; they are no parts of the expression.
    """

    key: str
    label: str
    args: tuple[Expr, ...]
    subscripts: tuple[Subscript, ...] = ()
    span: Span | None = None
    outputs: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Let:
    """`body` with the name `key` bound to `value`, which is computed once."""

    key: str
    value: Expr
    body: Expr
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Table:
    """The points of a lookup (graphical function). `mode`: interpolate, extrapolate or discrete."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    mode: str = "interpolate"
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Values:
    """A list of numbers for an arrayed constant, row-major; `rows` counts the `;` separated rows (1 if none)."""

    values: tuple[float, ...]
    rows: int = 1
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Interpolate:
    """A lookup read at `args`. `mode`: table (the table's own), or another way that a row of kind table names."""

    table: Expr
    args: tuple[Expr, ...]
    mode: str = "table"
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reduce:
    """`op` (sum, prod, vmin, vmax, ...) of `body` over the axes, which are bound in it."""

    op: str
    axes: tuple[Axis, ...]
    body: Expr
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Vector:
    """`op` of whole arrays: the axes `loops[n]` are bound in `args[n]`.

    It is an array over the axes of `result`, which are axes of their own, read at `at` (one subscript for each); a
    single number where there are none. Lowering gives every array a slot of its own, which an assignment without `at`
    fills.
    """

    op: str
    args: tuple[Expr, ...]
    loops: tuple[tuple[Axis, ...], ...]
    result: tuple[Axis, ...] = ()
    at: tuple[Element | Along, ...] = ()
    span: Span | None = None

    @property
    def bound(self) -> tuple[Axis, ...]:
        """All axes of the loops, each once."""
        return tuple(dict.fromkeys(axis for loops in self.loops for axis in loops))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Draw:
    """A random number of each TIME STEP; `slot` names the stream that it comes from.

    `args` are the least and the largest value, a shift, a stretch, two numbers of the distribution, the number of the
    stream, the seed and the number of the run.
    """

    kind: str
    slot: str
    args: tuple[Expr, ...]
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Ask:
    """What a memory answers to a question within a step, which does not change it.

    `memory` reads the slot that the memory keeps; `question` names a method of its class, which takes the values of
    `args`. Lowering gives every answer a slot of its own.
    """

    memory: Expr
    question: str
    args: tuple[Expr, ...]
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Positions:
    """Closed: a number for each element of an axis, such as the 1-based position of a bare range name."""

    axis: Axis
    values: tuple[float, ...]
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Broken:
    """What could not be understood; the report says why."""

    span: Span | None = None


Expr = (
    Number | Missing | Text | Name | Unary | Binary | If | Call | Let | Table | Values | Interpolate | Reduce
    | Vector | Draw | Ask | Positions | Broken
)
