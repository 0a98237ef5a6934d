"""Numbers from tables outside the model, put in the place of the calls that ask for them.

The left-hand side tells the shape: numbers become lists of values, points tables, series the data of single cells.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray

from stockflow.analysis.closed import Closed, ClosedModel, Definition
from stockflow.analysis.dimensions import Space
from stockflow.analysis.external import Wanted, external_row, strings_of, tell, wanted
from stockflow.data import blocks
from stockflow.data.cells import Sheet
from stockflow.data.faults import TableFault
from stockflow.data.tables import Tables
from stockflow.data.tabular import Series
from stockflow.diagnostics.model import Report
from stockflow.functions.row import Reading
from stockflow.ir.expr import Axis, Broken, Element, Expr, Missing, Number, Table, Values
from stockflow.ir.walk import preorder, rebuild
from stockflow.lowering.outside import cells_of

LINEAR = "interpolate"
_SHOWN = 5


def bind(model: ClosedModel, tables: Tables, report: Report) -> ClosedModel:
    """The model with all tables read; faults are reported and stand as `Broken`."""
    binder = _Binder(tables, strings_of(model.project), model.space, report)
    return replace(model, variables={key: binder.variable(closed) for key, closed in model.variables.items()})


def _calls(definition: Definition) -> bool:
    exprs = (definition.expr, definition.initial)
    return any(external_row(item) is not None for expr in exprs if expr is not None for item in preorder(expr))


@dataclass(slots=True)
class _Binder:
    tables: Tables
    strings: Mapping[str, str]
    space: Space
    report: Report

    def variable(self, closed: Closed) -> Closed:
        if not any(_calls(definition) for definition in closed.definitions):
            return closed
        series: NDArray[Any] = np.empty(closed.shape, dtype=object)
        made: list[Definition] = []
        for definition in closed.definitions:
            if _calls(definition):
                made.extend(self.definition(closed, definition, series))
            else:
                made.append(definition)
        fed = any(one is not None for one in series.ravel())
        return replace(closed, definitions=tuple(made), series=series if fed else None)

    def definition(self, closed: Closed, definition: Definition, series: NDArray[Any]) -> Iterator[Definition]:
        row = external_row(definition.expr)
        if row is None or row.reads is None or definition.initial is not None:
            yield self.alone(closed, definition)
            return
        found = wanted(definition.expr, row, self.strings, closed.variable.label, self.report)  # type: ignore[arg-type]
        if found is None:
            yield replace(definition, expr=Broken(definition.span))
            return
        try:
            yield from self.read(closed, definition, found, row.reads, series)
        except TableFault as fault:
            tell(fault, found, self.report)
            yield replace(definition, expr=Broken(definition.span))

    def alone(self, closed: Closed, definition: Definition) -> Definition:
        """A call inside an expression is refused, as Vensim does."""
        label = closed.variable.label

        def change(item: Expr) -> Expr:
            if external_row(item) is None:
                return item
            self.report.error("SF208", f"{item.label} must stand alone on the right of '='", item.span,  # type: ignore[union-attr]
                              hint=f"give it a variable of its own and use that in '{label}'", variable=label)
            return Broken(item.span)

        return replace(definition, expr=rebuild(definition.expr, change))

    def read(
        self, closed: Closed, definition: Definition, found: Wanted, reads: Reading, series: NDArray[Any]
    ) -> Iterator[Definition]:
        sheet = self.tables.sheet(found.texts["file"], found.texts["tab"])
        match reads.what:
            case "constants":
                yield replace(definition, expr=self.numbers(closed, definition, found, sheet))
            case "series" if closed.variable.kind == "lookup":
                yield from self.lookups(definition, found, reads, sheet)
            case "series":
                self.data(closed, definition, found, reads, sheet, series)
                yield replace(definition, expr=Missing(definition.span), keyword=definition.keyword or LINEAR)
            case "subscript":
                raise TableFault("it gives names, not numbers", "use it to define a subscript range", "SF208")
            case _:
                assert_never(reads.what)

    def numbers(self, closed: Closed, definition: Definition, found: Wanted, sheet: Sheet) -> Expr:
        if closed.variable.kind == "lookup":
            raise TableFault("it gives numbers, not points", "use GET DIRECT LOOKUPS for a lookup", "SF208")
        offsets = [axis.positions for axis in definition.axes]
        values, blanks, flaws = blocks.constants(sheet, found.texts["cell"], offsets)
        self.doubt(found, sheet, blanks, ("is blank and counts as 0", "are blank and count as 0"))
        self.doubt(found, sheet, flaws, ("holds no number and counts as 0", "hold no numbers and count as 0"))
        span = definition.span
        return Values(tuple(values), 1, span) if definition.axes else Number(values[0], span)

    def doubt(self, found: Wanted, sheet: Sheet, cells: Sequence[str], what: tuple[str, str]) -> None:
        """Warn of cells in which a number is missing."""
        if cells:
            more = f" and {len(cells) - _SHOWN} more" if len(cells) > _SHOWN else ""
            shown = ", ".join(cells[:_SHOWN]) + more
            self.report.warn(
                "SF602", f"'{found.owner}' reads {sheet.label}: {shown} {what[len(cells) > 1]}", found.call.span,
                hint="write the numbers there", variable=found.owner,
            )

    def lookups(
        self, definition: Definition, found: Wanted, reads: Reading, sheet: Sheet
    ) -> Iterator[Definition]:
        """A definition for each element, whose points are its own."""
        for cell, points in zip(cells_of(definition), self.points(definition, found, reads, sheet), strict=True):
            if any(after < before for before, after in itertools.pairwise(points.x)):
                raise TableFault(f"the x of the points at {points.place} decrease", "sort the axis", "SF108")
            target = tuple(Element(at) for at in cell)
            table = Table(points.x, points.y, span=definition.span)
            yield replace(definition, axes=(), target=target, expr=table)

    def data(
        self, closed: Closed, definition: Definition, found: Wanted, reads: Reading, sheet: Sheet, series: NDArray[Any]
    ) -> None:
        for cell, points in zip(cells_of(definition), self.points(definition, found, reads, sheet), strict=True):
            order = np.argsort(points.x, kind="stable")
            times, values = np.array(points.x)[order], np.array(points.y)[order]
            series[cell] = Series(closed.variable.label, times, values)

    def points(
        self, definition: Definition, found: Wanted, reads: Reading, sheet: Sheet
    ) -> list[blocks.Points]:
        lanes = list(self.lanes(definition.axes))
        made = blocks.series(sheet, found.texts["axis"], found.texts["cell"], lanes, reads.blanks)
        flaws = list(dict.fromkeys(flaw for points in made for flaw in points.flaws))
        self.doubt(found, sheet, flaws, ("holds no number and is left out", "hold no numbers and are left out"))
        return made

    def lanes(self, axes: tuple[Axis, ...]) -> Iterator[int]:
        """The place of each element's series beside the first, the last subscript fastest, excepted ones counted."""
        sizes = [self.space.ranges[axis.dimension].size for axis in axes]
        for places in itertools.product(*(axis.positions for axis in axes)):
            lane = 0
            for size, place in zip(sizes, places, strict=True):
                lane = lane * size + place
            yield lane
