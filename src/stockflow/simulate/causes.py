"""Why an expression gives infinity or no number: the part of it that was the first to, in words.

It evaluates one expression of a plan at one place, with the primitives that generated code calls; it must not know
where the values come from, nor what is done about the find.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce as left_fold
from typing import Protocol

from stockflow.functions import table as functions
from stockflow.ir.expr import (
    Ask,
    Axis,
    Binary,
    Call,
    Element,
    Expr,
    If,
    Interpolate,
    Let,
    Missing,
    Name,
    Number,
    Reduce,
    Unary,
    Vector,
)
from stockflow.ir.place import expr_at
from stockflow.ir.show import Spelling, shortened, show
from stockflow.ir.walk import fold, postorder, preorder, rebuild
from stockflow.runtime import lookup, numeric, points, vectors

Cell = tuple[int, ...]

# Results that are infinite because they outgrow the largest number, not because of a pole.
_READERS = lookup.FLOAT | points.FLOAT
_GROWING = frozenset({"exp", "sinh", "cosh", "power", "product"})
# As a run does it, in which NaN is neither true nor unequal.
_SIGNS: dict[str, Callable[[float, float], float]] = {
    **numeric.OPERATORS,
    "<>": lambda a, b: float(a < b or a > b),
    "and": lambda a, b: float(_true(a) and _true(b)),
    "or": lambda a, b: float(_true(a) or _true(b)),
}
_REDUCED: dict[str, Callable[[Expr, Expr], Expr]] = {
    "sum": lambda a, b: Binary("+", a, b),
    "prod": lambda a, b: Binary("*", a, b),
    "vmin": lambda a, b: Call("min", "MIN", (a, b)),
    "vmax": lambda a, b: Call("max", "MAX", (a, b)),
}


class Reader(Protocol):
    """The values that an expression sees."""

    def value(self, key: str, cell: Cell) -> float: ...
    def shape(self, key: str) -> tuple[int, ...]: ...
    def curve(self, key: str, cell: Cell) -> tuple[lookup.Curve, str] | None: ...


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The value of a node; where it is not finite, the node that was the first not to be, and what went into it.

    `known` is False where a node is no primitive that can be evaluated here.
    """

    value: float
    why: Expr | None = None
    given: tuple[float, ...] = ()
    known: bool = True


def explain(expr: Expr, place: Mapping[Axis, int], reader: Reader) -> Part:
    """Evaluate an expression at a place; parts of an IF that is not chosen say nothing."""
    unrolled = written_out(expr_at(expr, place))
    return fold(unrolled, _Evaluation(reader, _let_keys(unrolled)).part)


def written_out(expr: Expr) -> Expr:
    """The expression with reductions as their terms, inner ones first; so are arrays that a function takes whole."""

    def change(item: Expr) -> Expr:
        if isinstance(item, Vector):
            pairs = zip(item.args, item.loops, strict=True)
            return replace(item, args=tuple(term for arg, loops in pairs for term in _terms(arg, loops)))
        if not isinstance(item, Reduce) or item.op not in _REDUCED:
            return item
        return left_fold(_REDUCED[item.op], _terms(item.body, item.axes))

    return rebuild(expr, change)


def _terms(body: Expr, axes: tuple[Axis, ...]) -> list[Expr]:
    places = itertools.product(*(range(axis.size) for axis in axes))
    return [expr_at(body, dict(zip(axes, at, strict=True))) for at in places]


def read_names(expr: Expr, place: Mapping[Axis, int]) -> Iterator[Name]:
    """The references of an expression at a place, each cell once, in the order read."""
    unrolled = written_out(expr_at(expr, place))
    bound = {item.key for item in preorder(unrolled) if isinstance(item, Let)}
    seen: set[tuple[str, Cell | None]] = set()
    for item in preorder(unrolled):
        if isinstance(item, Name) and item.key not in bound and (item.key, cell_of(item)) not in seen:
            seen.add((item.key, cell_of(item)))
            yield item


def cell_of(name: Name) -> Cell | None:
    """The cell of a reference whose indices are all fixed."""
    found = tuple(part.index for part in name.subscripts if isinstance(part, Element))
    return found if len(found) == len(name.subscripts) else None


def _let_keys(expr: Expr) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for item in postorder(expr):
        if isinstance(item, Let):
            found.setdefault(id(item.value), []).append(item.key)
    return found


def _true(value: float) -> bool:
    return value < 0 or value > 0


@dataclass(slots=True)
class _Evaluation:
    """One walk; `lets` are the keys of bound values by node, `bound` the values so far."""

    reader: Reader
    lets: dict[int, list[str]]
    bound: dict[str, Part] = field(default_factory=dict)

    def part(self, node: Expr, parts: tuple[Part, ...]) -> Part:
        made = self.node(node, parts)
        for key in self.lets.get(id(node), ()):
            self.bound[key] = made
        return made

    def node(self, node: Expr, parts: tuple[Part, ...]) -> Part:
        match node:
            case Number(value=value):
                return _part(value, node, ())
            case Missing():
                return Part(numeric.MISSING)
            case Name():
                return self.name(node, parts)
            case If():
                return parts[1] if _true(parts[0].value) else parts[2]
            case Let():
                return parts[1]
            case _:
                return self.whole(node, parts)

    def name(self, name: Name, parts: tuple[Part, ...]) -> Part:
        if name.key in self.bound:
            return self.bound[name.key]
        cell = self.cell(name, parts)
        if cell is None:
            return Part(0.0)
        return _part(self.reader.value(name.key, cell), _fixed(name, cell), ())

    def cell(self, name: Name, parts: tuple[Part, ...]) -> Cell | None:
        """The cell that is read; None for an index outside, which reads 0."""
        computed = iter(parts)
        cell = []
        for part, size in zip(name.subscripts, self.reader.shape(name.key), strict=True):
            if isinstance(part, Element):
                cell.append(part.index)
                continue
            index = next(computed).value
            at = math.floor(index + 0.5) if math.isfinite(index) else 0
            if not 1 <= at <= size:
                return None
            cell.append(at - 1)
        return tuple(cell)

    def whole(self, node: Expr, parts: tuple[Part, ...]) -> Part:
        if isinstance(node, Ask):
            return _answer(node, parts)
        given = tuple(part.value for part in parts)
        value = self.value(node, given)
        if value is None:
            return Part(math.nan, node, given, known=False)
        if math.isfinite(value):
            return Part(value)
        inherited = next((part for part in parts if not math.isfinite(part.value)), None)
        if inherited is not None:
            return Part(value, inherited.why, inherited.given, inherited.known)
        return _part(value, node, given)

    def value(self, node: Expr, given: tuple[float, ...]) -> float | None:
        match node:
            case Unary(op="not"):
                return float(not _true(given[0]))
            case Unary(op=op):
                return -given[0] if op == "-" else given[0]
            case Binary(op=op) if op in _SIGNS:
                return _SIGNS[op](*given)
            case Call(key="min" | "max" as key):
                return math.nan if any(map(math.isnan, given)) else min(given) if key == "min" else max(given)
            case Call(key=key) if key.replace(" ", "_") in numeric.SAFE:
                return numeric.SAFE[key.replace(" ", "_")](*given)
            case Vector():
                return _of_arrays(node, given)
            case Interpolate(table=Name() as table, mode=mode):
                return self.lookup(table, mode, given[1:])
            case _:
                return None

    def lookup(self, table: Name, mode: str, given: tuple[float, ...]) -> float | None:
        found = self.reader.curve(table.key, cell_of(table) or ())
        if found is None:
            return None
        curve, own = found
        return _READERS[(own if mode == "table" else mode).replace(" ", "_")](curve, *given)


def _answer(node: Ask, parts: tuple[Part, ...]) -> Part:
    """An answer that is no number, as this is asked only then: through an argument, or what the memory holds."""
    bad = next((part for part in parts if not math.isfinite(part.value)), None)
    return Part(math.nan, node.memory) if bad is None else Part(math.nan, bad.why, bad.given, bad.known)


def _of_arrays(node: Vector, given: tuple[float, ...]) -> float:
    """One number of what a function makes of arrays, whose elements are `given` one after the other."""
    rest = iter(given)
    sizes = [math.prod(axis.size for axis in loops) for loops in node.loops]
    found = vectors.FLOAT[node.op.replace(" ", "_")](*(tuple(itertools.islice(rest, size)) for size in sizes))
    place = 0
    for part, axis in zip(node.at, node.result, strict=True):
        place = place * axis.size + (part.index if isinstance(part, Element) else 0)
    return found[place]


def _part(value: float, node: Expr, given: tuple[float, ...]) -> Part:
    return Part(value) if math.isfinite(value) else Part(value, node, given)


def _fixed(name: Name, cell: Cell) -> Name:
    return Name(name.key, name.label, tuple(Element(index) for index in cell), name.span)


# Words.


def number(value: float) -> str:
    return f"{value + 0.0:.9g}"  # -0 is shown as 0


def outcome(value: float) -> str:
    return "is infinite" if math.isinf(value) else "is not a number"


def words(owner: str, part: Part, spelling: Spelling) -> str:
    """What went wrong in the variable `owner`, which is quoted already: `'x' divides by zero (z = 0)`."""
    match part.why:
        case Binary(op="/", right=right) if part.given[1] == 0:
            return f"{owner} divides by zero{_named(right, spelling)}"
        case Binary(op="^", right=right) if part.given[0] == 0:
            return f"{owner} divides by zero (0^{number(part.given[1])})"
        case Binary(op="^"):
            text = f"{_base(part.given[0])}^{number(part.given[1])}"
            return f"{text} in {owner} {_outgrown(part.value)}"
        case Binary(op=op):
            return f"{number(part.given[0])} {op} {number(part.given[1])} in {owner} {_outgrown(part.value)}"
        case Call(key=key, label=label):
            text = f"{(label or key).upper()}({', '.join(map(number, part.given))})"
            return f"{text} in {owner} {_outgrown(part.value) if key in _GROWING else outcome(part.value)}"
        case Name() as name:
            return f"{owner} reads {show(name, spelling)}, which {outcome(part.value)}"
        case Vector(op=op):
            row = functions.ROWS[op]
            reason = f": {row.undefined}" if row.undefined else ""
            return f"{functions.name_of(row)} in {owner} {outcome(part.value)}{reason}"
        case Interpolate() as read:
            return f"{shortened(show(read, spelling))} in {owner} {outcome(part.value)}"
        case _:
            return f"{owner} {outcome(part.value)}"


def _outgrown(value: float) -> str:
    return "is too large for a number" if math.isinf(value) else "is not a number"


def _base(value: float) -> str:
    return number(value) if value >= 0 else f"({number(value)})"


def _named(expr: Expr, spelling: Spelling) -> str:
    """The divisor, where it says something and is short."""
    text = show(expr, spelling)
    return "" if isinstance(expr, Number) or "#" in text or text != shortened(text) else f" ({text} = 0)"
