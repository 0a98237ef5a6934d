"""Data equations worked out before a run: each at the times of the series that it reads, in the order of the recipes.

Expressions are run as models are, one point after the other; gaps of what they read are filled by each series' rule.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from stockflow.analysis.closed import Closed
from stockflow.data.series import SERIES, distinct, usable, within
from stockflow.data.tabular import Series
from stockflow.ir.expr import Along, Call, Element, Expr, Name, Number, Unary
from stockflow.ir.place import Place, cell_at, part_at
from stockflow.ir.plan import indices
from stockflow.ir.walk import preorder
from stockflow.limits import Limits
from stockflow.lowering.flat import POINT_TIME, Recipe
from stockflow.lowering.outside import data_owner, series_owner
from stockflow.simulate.clock import Clock
from stockflow.simulate.engine import Engine, Values
from stockflow.simulate.feeds import is_held
from stockflow.simulate.result import Array
from stockflow.simulate.sources import Cell, Sources, interpolated


def closure(keys: Iterable[str], recipes: Sequence[Recipe], given: set[str]) -> set[str]:
    """The variables of `keys` and all that their data equations read, directly or through others.

    What is `given` for the run needs no equation.
    """
    found = set(keys)
    for recipe in reversed(recipes):
        if recipe.owner.variable.key in found - given:
            found.update(item.key for item in preorder(recipe.definition.expr) if isinstance(item, Name))
    return found


@dataclass(slots=True)
class Computing:
    """Works out recipes into `sources.computed`; `absent` are cells that have no points, by variable."""

    sources: Sources
    values: Values
    engine: Callable[[Recipe], Engine | None]
    limits: Limits
    absent: dict[str, list[Cell]] = field(default_factory=dict)

    def run(self, recipes: Sequence[Recipe], wanted: set[str]) -> None:
        for recipe in recipes:
            closed = recipe.owner
            if closed.variable.key not in wanted:
                continue
            self.sources.computed.setdefault(closed.variable.key, np.full(closed.shape, None, dtype=object))
            if recipe.operation:
                self.made_of_another(recipe)
            else:
                self.evaluated(recipe)

    # A series made of another one.

    def made_of_another(self, recipe: Recipe) -> None:
        call = recipe.definition.expr
        assert isinstance(call, Call)
        data, *rest = call.args
        assert isinstance(data, Name)
        for place in places(recipe):
            found = self.points(data, place)
            if found is None:
                continue
            amounts = (self.amount(arg, place) for arg in rest)
            made = SERIES[recipe.operation](found[0][0], *amounts)
            self.keep(recipe, place, made.times, made.values)

    def amount(self, expr: Expr, place: Place) -> float:
        """A number, or the value of a constant in this run."""
        sign = 1.0
        while isinstance(expr, Unary):
            sign, expr = (-sign if expr.op == "-" else sign), expr.operand
        if isinstance(expr, Name):
            given = self.sources.given.get(expr.key)
            if given is not None and given.moving:
                message = f"'{given.label}' moves a whole series, and so cannot change over time"
                self.sources.report.error("SF211", message, hint="give a number", variable=given.label)
            cell = cell_at(closed_parts(expr), place)
            return sign * float(np.ravel(self.values.constants[expr.key][cell])[0])
        assert isinstance(expr, Number)
        return sign * expr.value

    # An expression at the times of all series that it reads.

    def evaluated(self, recipe: Recipe) -> None:
        engine = self.engine(recipe)
        if engine is None:
            return
        pairs = [(place, self.times(recipe, place)) for place in places(recipe)]
        known = [(place, found) for place, found in pairs if found is not None]
        if not known:
            return
        step = self.sources.clock.step
        union = distinct((own for _, own in known), step)
        label, cells = recipe.owner.variable.label, math.prod(recipe.owner.shape)
        report, span = self.sources.report, recipe.definition.span
        if not is_held(label, len(union), cells, self.limits, report, span):
            return
        values = self.at(recipe, engine, union)
        for place, own in known:
            cell: tuple[slice | int, ...] = (slice(None), *cell_at(recipe.definition.target, place))
            here = within(union, own, step)
            self.keep(recipe, place, union[here], values[cell][here])

    def times(self, recipe: Recipe, place: Place) -> Array | None:
        """The times of all points that one element reads: the steps of the run where there is no series among them."""
        found: list[Array] = []
        complete = True
        for name in names_of_data(recipe, self.sources):
            points = self.points(name, place)
            complete &= points is not None
            found += [series.times for series, _ in points or ()]
        if not complete:
            return None
        return distinct(found, self.sources.clock.step) if found else self.sources.steps()

    def points(self, name: Name, place: Place) -> list[tuple[Series, str]] | None:
        """The series that a reference reads at one place, or None where one of them is not there."""
        closed = self.sources.variables[name.key]
        known = self.sources.keywords(closed)
        found: list[tuple[Series, str]] = []
        for cell in cells(name, place):
            points = self.sources.points(closed, cell) if cell in known else None
            if points is not None:
                found.append(points)
            elif cell in known:
                self.lacks(closed, cell)
                return None
        return found

    def lacks(self, closed: Closed, cell: Cell) -> None:
        """Remember a cell without points; one of a data equation lacks what is remembered already."""
        if closed.variable.key not in self.sources.computed:
            missing = self.absent.setdefault(closed.variable.key, [])
            missing += [cell] if cell not in missing else []

    def at(self, recipe: Recipe, engine: Engine, times: Array) -> Array:
        """The values of the recipe's slot, (times, dims...)."""
        flat = recipe.flat
        assert flat is not None
        own = {key for key, slot in flat.slots.items() if slot.hidden}
        constants = self.values.constants | {key: flat.constants[key] for key in own & flat.constants.keys()}
        tables = self.values.tables | {key: flat.tables[key] for key in own & flat.tables.keys()}
        series: dict[str, Array] = {}
        for found in engine.plan.inputs:
            owner = series_owner(found.slot)
            if found.kind == "series":
                series[found.slot] = self.column(found.slot, times)
            elif found.kind == "table" and owner is not None:
                tables[found.slot] = self.sources.table(self.sources.variables[owner], [])
        grid = Clock(0.0, 1.0, len(times) - 1, np.arange(len(times), dtype=np.int64))
        made = engine.run(Values(constants, series, tables), grid, "euler").values[recipe.value]
        shape = recipe.owner.shape
        return np.broadcast_to(made.reshape(len(made), *shape), (len(times), *shape))

    def column(self, slot: str, times: Array) -> Array:
        if slot == POINT_TIME:
            return times
        given = self.sources.given.get(slot)
        owner = data_owner(slot)
        closed = self.sources.variables[owner]
        if closed.variable.kind == "constant" and given is not None and given.array is not None:
            assert given.times is not None
            return interpolated(given.array, given.times, times)[..., 0]
        return self.sources.columns(closed, times)

    def keep(self, recipe: Recipe, place: Place, times: Array, values: Array) -> None:
        closed = recipe.owner
        label = closed.variable.label
        made = usable(Series(label, times, np.array(values)), self.sources.report)
        empty = np.empty(0)
        cell = cell_at(recipe.definition.target, place)
        self.sources.computed[closed.variable.key][cell] = made or Series(label, empty, empty)


def places(recipe: Recipe) -> Iterator[Place]:
    """The places of the axes of a recipe's definition."""
    axes = recipe.definition.axes
    for at in itertools.product(*(range(axis.size) for axis in axes)):
        yield dict(zip(axes, at, strict=True))


def names_of_data(recipe: Recipe, sources: Sources) -> Iterator[Name]:
    for item in preorder(recipe.definition.expr):
        read = sources.variables.get(item.key) if isinstance(item, Name) else None
        if isinstance(item, Name) and read is not None and read.variable.kind == "data":
            yield item


def closed_parts(name: Name) -> tuple[Element | Along, ...]:
    return tuple(part for part in name.subscripts if isinstance(part, Element | Along))


def cells(name: Name, place: Place) -> Iterator[Cell]:
    """The cells that a reference reads at one place: all of an axis that a function runs over."""
    parts = (indices(part_at(part, place)).tolist() for part in closed_parts(name))
    yield from itertools.product(*parts)
