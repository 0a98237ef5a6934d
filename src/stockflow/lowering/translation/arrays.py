"""How arrays are written in XMILE's way: one equation for all elements where references only follow the left-hand
side, else one equation for each element; sums over `*`, or written out.

It turns closed references into words in brackets; it must not know functions beside those that reduce.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from stockflow.analysis.dimensions import Range
from stockflow.functions import table as functions
from stockflow.ir.expr import (
    Along,
    At,
    Axis,
    Binary,
    Call,
    Element,
    Every,
    Expr,
    Interpolate,
    Name,
    Number,
    Positions,
    Reduce,
    Subscript,
    Values,
    Word,
)
from stockflow.ir.model import Equation
from stockflow.ir.names import key_of
from stockflow.ir.walk import preorder, rebuild, size
from stockflow.lowering.translation.drafts import Draft, Part
from stockflow.lowering.translation.names import Names

_JOINED = {"sum": "+", "prod": "*"}
_PAIRED = {"vmin": "min", "vmax": "max"}
Fixed = Mapping[Axis, int]


class TooLarge(Exception):
    """Written out, the model would have more parts than the limit allows."""


@dataclass(slots=True)
class Arrays:
    """`homes` are the ranges of every variable, by key; `left` counts down what may still be written."""

    homes: Mapping[str, tuple[Range, ...]]
    ranges: Mapping[str, Range]
    names: Names
    spelling: str
    left: int

    def equations(self, draft: Draft) -> tuple[Equation, ...]:
        """The equations of a variable. Raises TooLarge."""
        own = frozenset(home.key for home in draft.ranges)
        parts = [self.reduced_part(part, own) for part in draft.parts]
        if len(parts) == 1 and self.is_whole(draft, parts[0]):
            words = tuple(Word(home.key, home.label) for home in draft.ranges)
            return (self.equation(words, parts[0], {}),)
        return tuple(equation for part in parts for equation in self.cells(draft, part))

    # One equation for all elements, or one for each.

    def is_whole(self, draft: Draft, part: Part) -> bool:
        """Whether a part defines all of a variable, and all that it reads follows the dimensions by name."""
        if len({home.key for home in draft.ranges}) < len(draft.ranges):
            return False
        if not all(_follows(one, home) for one, home in zip(part.target, draft.ranges, strict=True)):
            return False
        return all(self.is_plain(node) for expr in _exprs(part) for node in preorder(expr))

    def is_plain(self, node: Expr) -> bool:
        match node:
            case Positions():
                return False
            case Values(values=values):
                return len(values) == 1
            case Name(key=key, subscripts=subscripts) if subscripts:
                pairs = zip(subscripts, self.homes[key], strict=True)
                return all(not isinstance(one, Along) or _follows(one, home) for one, home in pairs)
            case _:
                return True

    def cells(self, draft: Draft, part: Part) -> Iterator[Equation]:
        sizes = [range(axis.size) for axis in part.axes]
        for number, places in enumerate(itertools.product(*sizes)):
            at = dict(zip(part.axes, places, strict=True))
            indices = [_index(one, at) for one in part.target]
            words = tuple(_element(home, index) for home, index in zip(draft.ranges, indices, strict=True))
            yield self.equation(words, _numbered(part, number), at)

    def equation(self, words: tuple[Subscript, ...], part: Part, at: Fixed) -> Equation:
        expr, initial = self.written(part.expr, at), self.written(part.initial, at)
        if part.table is not None:
            expr = part.table if expr is None else Interpolate(part.table, (expr,))
        assert expr is not None
        return Equation(words, expr, part.span, initial=initial, non_negative=part.non_negative)

    def written(self, expr: Expr | None, at: Fixed) -> Expr | None:
        if expr is None:
            return None
        self.spend(size(expr))
        return rebuild(expr, lambda node: self.worded(_fixed(node, at)))

    def spend(self, nodes: int) -> None:
        self.left -= nodes
        if self.left < 0:
            raise TooLarge

    # Words in brackets.

    def worded(self, node: Expr) -> Expr:
        match node:
            case Name(key=key) if key in self.names.labels:
                words = tuple(map(self.word, node.subscripts, self.homes[key]))
                return Name(self.names.key(key), self.names.labels[key], words, node.span)
            case Values(values=values):
                return Number(values[0], node.span)
            case Interpolate(table=table, args=args):
                bound = functions.spelled(functions.ROWS["table"], self.spelling)
                assert bound is not None
                return Call(key_of(bound.label), bound.label, (table, *args), (), node.span)
            case _:
                return node

    def word(self, subscript: Subscript, home: Range) -> Subscript:
        match subscript:
            case Element(index=index):
                return _element(home, index)
            case Along(axis=axis):
                return Word(axis.dimension, self.ranges[axis.dimension].label)
            case _:
                return subscript

    # Sums and the like.

    def reduced_part(self, part: Part, own: frozenset[str]) -> Part:
        return replace(
            part, expr=self.reduced(part.expr, own), initial=self.reduced(part.initial, own)
        )

    def reduced(self, expr: Expr | None, own: frozenset[str]) -> Expr | None:
        if expr is None or not any(isinstance(node, Reduce) for node in preorder(expr)):
            return expr
        return rebuild(expr, lambda node: self.reduction(node, own) if isinstance(node, Reduce) else node)

    def reduction(self, node: Reduce, own: frozenset[str]) -> Expr:
        bound = functions.spelled(functions.ROWS[node.op], self.spelling)
        if bound is not None and self.is_starred(node, own):
            starred = rebuild(node.body, lambda item: _starred(item, node.axes))
            return Call(key_of(bound.label), bound.label, (starred,), (), node.span)
        return self.spread(node)

    def is_starred(self, node: Reduce, own: frozenset[str]) -> bool:
        """Whether `*` says the same: a product or the like of arrays, each loop over all of a dimension of its own."""
        dimensions = [axis.dimension for axis in node.axes]
        if len(set(dimensions)) < len(dimensions) or own & set(dimensions):
            return False
        return all(self.is_starrable(item, node.axes) for item in preorder(node.body))

    def is_starrable(self, item: Expr, axes: Sequence[Axis]) -> bool:
        match item:
            case Call() | Interpolate() | Reduce():
                return False
            case Positions(axis=axis):
                return axis not in axes
            case Name(key=key, subscripts=subscripts) if subscripts:
                pairs = zip(subscripts, self.homes[key], strict=True)
                looped = [one.axis for one in subscripts if isinstance(one, Along) and one.axis in axes]
                # Two stars are two loops, so that a diagonal is written out.
                return len(set(looped)) == len(looped) and all(
                    not isinstance(one, Every | At) and (not _is_along(one, axes) or _follows(one, home))
                    for one, home in pairs
                )
            case _:
                return True

    def spread(self, node: Reduce) -> Expr:
        """The terms written out, joined in the order of the elements."""
        cells = list(itertools.product(*(range(axis.size) for axis in node.axes)))
        self.spend(len(cells) * size(node.body))
        terms = [rebuild(node.body, _fixing(dict(zip(node.axes, places, strict=True)))) for places in cells]
        total = terms[0]
        for term in terms[1:]:
            total = self.joined(node.op, total, term)
        return total

    def joined(self, op: str, one: Expr, other: Expr) -> Expr:
        if op in _JOINED:
            return Binary(_JOINED[op], one, other)
        bound = functions.spelled(functions.ROWS[_PAIRED[op]], self.spelling)
        assert bound is not None
        return Call(key_of(bound.label), bound.label, (one, other))


def _exprs(part: Part) -> Iterator[Expr]:
    yield from (expr for expr in (part.expr, part.initial) if expr is not None)


def _follows(subscript: object, home: Range) -> bool:
    """Whether a subscript is the loop over a range by its own name, element by element."""
    return isinstance(subscript, Along) and subscript.table is None and subscript.axis.dimension == home.key


def _is_along(subscript: Subscript, axes: Sequence[Axis]) -> bool:
    return isinstance(subscript, Along) and subscript.axis in axes


def _index(part: Element | Along, at: Fixed) -> int:
    if isinstance(part, Element):
        return part.index
    place = at[part.axis]
    return place if part.table is None else part.table[place]


def _element(home: Range, index: int) -> Subscript:
    return At(Number(index + 1.0)) if home.numbered else Word(home.elements[index], home.labels[index])


def _numbered(part: Part, number: int) -> Part:
    """Of a list of numbers, the one for a cell."""
    if isinstance(part.expr, Values) and len(part.expr.values) > 1:
        return replace(part, expr=Number(part.expr.values[number], part.span))
    return part


def _fixing(at: Fixed) -> Callable[[Expr], Expr]:
    return lambda node: _fixed(node, at)


def _fixed(node: Expr, at: Fixed) -> Expr:
    """A node for one element of each axis in `at`."""
    match node:
        case Name(subscripts=subscripts) if subscripts:
            made = tuple(Element(_index(s, at)) if isinstance(s, Along) and s.axis in at else s for s in subscripts)
            return replace(node, subscripts=made)
        case Positions(axis=axis, values=values) if axis in at:
            return Number(values[at[axis]], node.span)
        case _:
            return node


def _starred(node: Expr, axes: Sequence[Axis]) -> Expr:
    if not isinstance(node, Name) or not node.subscripts:
        return node
    return replace(node, subscripts=tuple(Every("", "*") if _is_along(s, axes) else s for s in node.subscripts))
