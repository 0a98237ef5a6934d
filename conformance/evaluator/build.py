"""Closed equations as functions of a moment: every element of every variable a cell, every memory a state.

Expressions are read as they stand after analysis; nothing is moved, shared or put in order.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from conformance.evaluator import curves
from conformance.evaluator.curves import Curve
from conformance.evaluator.moments import Cell, Moment, Node, UnknownFunction, constant
from conformance.evaluator.numbers import BINARY, MISSING, NAN, REDUCTIONS, UNARY, nearest, true
from conformance.evaluator.states import State
from stockflow.analysis.closed import Closed, ClosedModel, Definition
from stockflow.ir.expr import (
    Along,
    At,
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
    Positions,
    Reduce,
    Subscript,
    Table,
    Text,
    Unary,
    Values,
    Vector,
)

Place = tuple[int, ...]

LAST_BIT = 2.0**-52
Bound = tuple[tuple[Definition, dict[Axis, int], int], ...]


@dataclass(frozen=True)
class Scope:
    """Where an expression stands: the places of its loops, the names that only it knows.

    `body`: it is the meaning of a function, whose calls are by rows' words.
    """

    at: Mapping[Axis, int]
    names: Mapping[str, Node]
    body: bool = False


class Builder:
    """Makes the cells of a model. `given` are numbers that take the place of constants."""

    def __init__(self, model: ClosedModel, given: Mapping[str, float], shaken: int = 0) -> None:
        self.model, self.given = model, given
        self.chance = random.Random(shaken) if shaken else None  # noqa: S311 - no secret
        self.states: list[State] = []
        self.cells = {
            (key, place): Cell(partial(self.element, closed, place), f"{key}{list(place)}")
            for key, closed in model.variables.items()
            if closed.variable.kind != "lookup"
            for place in places(closed.shape)
        }
        self.curves = {
            (key, place): self.curve(closed, place)
            for key, closed in model.variables.items()
            for place in places(closed.shape)
        }

    def state(self, made: State) -> State:
        self.states.append(made)
        return made

    # Variables.

    def element(self, closed: Closed, place: Place) -> Node:
        """The last equation that writes an element says what it is."""
        key = closed.variable.key
        if key in self.given:
            return constant(self.given[key])
        found = list(writing(closed, place))
        if not found:
            return constant(NAN)
        definition, at, number = found[-1]
        self.refuse(closed, definition)
        if isinstance(definition.expr, Values):
            values = definition.expr.values
            return constant(values[number] if len(values) > 1 else values[0])
        scope = Scope(at, {})
        run = self.node(definition.expr, scope)
        return run if definition.initial is None else starting_with(run, self.node(definition.initial, scope))

    @staticmethod
    def refuse(closed: Closed, definition: Definition) -> None:
        if closed.variable.kind == "data" or definition.keyword:
            raise UnknownFunction("data")
        if closed.variable.kind == "stock" and definition.non_negative:
            raise UnknownFunction("non-negative stock")

    @staticmethod
    def curve(closed: Closed, place: Place) -> Curve | None:
        """The points of a lookup, or of a variable that goes through points of its own."""
        for definition, _, _ in writing(closed, place):
            expr = definition.expr
            table = expr.table if isinstance(expr, Interpolate) else expr
            if isinstance(table, Table):
                return Curve(table.x, table.y, table.mode)
        return curves.NOTHING if closed.variable.kind == "lookup" else None

    def control(self, key: str) -> Node:
        return self.cells[key, ()]

    # Expressions.

    def node(self, expr: Expr, scope: Scope) -> Node:
        match expr:
            case Number(value=value):
                return constant(value)
            case Missing():
                return constant(MISSING)
            case Text():
                return constant(NAN)
            case Positions(axis=axis, values=values):
                return constant(values[scope.at[axis]])
            case Name():
                return self.name(expr, scope)
            case Unary(op=op, operand=operand):
                one, inner = UNARY[op], self.node(operand, scope)
                return lambda moment: one(inner(moment))
            case Binary(op=op, left=left, right=right):
                return self.binary(op, self.node(left, scope), self.node(right, scope))
            case If(condition=condition, then=then, otherwise=otherwise):
                return self.choice([self.node(part, scope) for part in (condition, then, otherwise)])
            case Let(key=key, value=value, body=body):
                kept = self.cell(value, scope, key)
                return self.node(body, replace(scope, names={**scope.names, key: kept}))
            case Reduce(op=op, axes=axes, body=body):
                reduction, terms = REDUCTIONS[op], self.terms(body, axes, scope)
                return lambda moment: reduction([term(moment) for term in terms])
            case Interpolate(table=table, args=args, mode=mode):
                return self.reading(table, mode, args, scope)
            case Vector() | Call():
                from conformance.evaluator.calls import called, of_arrays

                return of_arrays(self, expr, scope) if isinstance(expr, Vector) else called(self, expr, scope)
            case _:
                raise UnknownFunction(type(expr).__name__)

    def cell(self, expr: Expr, scope: Scope, name: str = "") -> Cell:
        """An expression that is worked out once in each moment; its states begin now."""
        node = self.node(expr, scope)
        return Cell(lambda: node, name)

    def binary(self, op: str, left: Node, right: Node) -> Node:
        two = BINARY[op]
        found: Node = lambda moment: two(left(moment), right(moment))  # noqa: E731
        return self.rounded(found) if op in "+-*/^" else found

    def rounded(self, node: Node) -> Node:
        """The value of some arithmetic, its last bits moved where the evaluator is shaken."""
        if self.chance is None:
            return node
        chance = self.chance
        return lambda moment: node(moment) * (1 + chance.choice((-2, -1, 1, 2)) * LAST_BIT)

    @staticmethod
    def choice(parts: Sequence[Node]) -> Node:
        """Only the chosen branch is worked out; both have been made, so that their states begin."""
        condition, then, otherwise = parts
        return lambda moment: then(moment) if true(condition(moment)) else otherwise(moment)

    def terms(self, body: Expr, axes: Sequence[Axis], scope: Scope) -> list[Node]:
        """The body for every combination of the axes, the last one fastest."""
        return [
            self.node(body, replace(scope, at={**scope.at, **dict(zip(axes, place, strict=True))}))
            for place in places([axis.size for axis in axes])
        ]

    # References.

    def name(self, name: Name, scope: Scope) -> Node:
        if name.key in scope.names:
            return scope.names[name.key]
        if name.key == "time":
            return lambda moment: moment.time
        if name.key == "step time":
            return lambda moment: moment.base.time
        if name.key not in self.model.variables:
            from conformance.evaluator.calls import called

            return called(self, Call(name.key, name.label, ()), scope)
        return self.reference(name, scope)

    def reference(self, name: Name, scope: Scope) -> Node:
        if any(isinstance(part, At) for part in name.subscripts):
            return self.computed(name, scope)
        return self.cells[name.key, self.place(name.subscripts, scope)]

    @staticmethod
    def place(subscripts: Sequence[Subscript], scope: Scope) -> Place:
        return tuple(at(part, scope.at) for part in subscripts)

    def computed(self, name: Name, scope: Scope) -> Node:
        """An index that is worked out, counted from 1 and rounded; 0 outside (language reference 3.2)."""
        shape = self.model.variables[name.key].shape
        parts = [
            self.node(part.expr, scope) if isinstance(part, At) else constant(float(at(part, scope.at) + 1))
            for part in name.subscripts
        ]

        def value(moment: Moment) -> float:
            found = [nearest(part(moment)) for part in parts]
            if not all(1 <= index <= size for index, size in zip(found, shape, strict=True)):
                return 0.0
            return self.cells[name.key, tuple(int(index) - 1 for index in found)](moment)

        return value

    # Lookups.

    def points(self, table: Expr, scope: Scope) -> Curve:
        match table:
            case Table(x=x, y=y, mode=mode):
                return Curve(x, y, mode)
            case Name(key=key, subscripts=subscripts):
                found = self.curves.get((key, self.place(subscripts, scope)))
                if found is not None:
                    return found
        raise UnknownFunction("a lookup that is no table")

    def reading(self, table: Expr, mode: str, args: Sequence[Expr], scope: Scope) -> Node:
        curve, nodes = self.points(table, scope), [self.node(arg, scope) for arg in args]
        return lambda moment: curves.read(curve, mode, *(node(moment) for node in nodes))


def starting_with(run: Node, start: Node) -> Node:
    """One node while initial values are asked for, another in the run."""
    return lambda moment: start(moment) if moment.starting else run(moment)


def places(shape: Sequence[int]) -> Iterator[Place]:
    return itertools.product(*(range(size) for size in shape))


def at(part: Subscript, loops: Mapping[Axis, int]) -> int:
    """The 0-based index that a closed subscript means."""
    match part:
        case Element(index=index):
            return index
        case Along(axis=axis, table=table):
            return loops[axis] if table is None else table[loops[axis]]
        case _:
            raise UnknownFunction(type(part).__name__)


def writing(closed: Closed, place: Place) -> Iterator[tuple[Definition, dict[Axis, int], int]]:
    """The equations that write an element, with the places of their loops and which one in row it is."""
    for definition in closed.definitions:
        for number, found in enumerate(places([axis.size for axis in definition.axes])):
            loops = dict(zip(definition.axes, found, strict=True))
            if tuple(at(part, loops) for part in definition.target) == place:
                yield definition, loops, number
