"""What comes from outside over time, for one run: series at every step, and the points that are read as such.

It puts together what `feeds`, `sources` and `computed` give; overrides and files are read before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from numpy.typing import NDArray

from stockflow.ir.plan import Plan
from stockflow.lowering.flat import FlatModel, Recipe
from stockflow.lowering.outside import data_owner, series_owner
from stockflow.lowering.recipes import read_by
from stockflow.simulate.clock import Clock
from stockflow.simulate.computed import Computing, closure
from stockflow.simulate.engine import Engine, Values
from stockflow.simulate.feeds import Feeder, over_time
from stockflow.simulate.overrides import Override
from stockflow.simulate.sources import Cell, Sources


def points_differ(flat: FlatModel, overrides: Sequence[Override]) -> bool:
    """Whether points that are read as such, or data equations, depend on what differs between the runs of a batch."""
    varying = {data_owner(found.key) for found in overrides if found.by_run}
    points = {series_owner(slot) for slot in flat.tables}
    return bool(varying) and not varying.isdisjoint({*points, *read_by(flat.recipes)})


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """`engine` gives what computes the expression of a data equation."""

    flat: FlatModel
    sources: Sources
    overrides: Sequence[Override]
    engine: Callable[[Recipe], Engine | None]

    def added(
        self, values: Values, plan: Plan, grid: Clock, asked: Iterable[str], shown: Iterable[str]
    ) -> Values | None:
        """The values with series and points; None after an error.

        What the plan reads and what is `asked` for must have data; what is only `shown` is left out without them.
        """
        made = over_time(self.overrides, grid, self.sources.report, self.flat.limits)
        read = {found.slot for found in plan.inputs if found.kind == "series"} | (set(asked) & self.flat.data)
        replaced = {found.key for found in self.overrides if found.what == "replace"}
        data = [slot for slot in self.flat.slots if slot in self.flat.data and slot not in replaced]
        needed = [slot for slot in data if slot in read]
        also = [slot for slot in data if slot in set(shown) - read]
        points = {found.slot: key for found in plan.inputs if (key := series_owner(found.slot)) is not None}
        self.compute(values, {*map(data_owner, needed), *points.values()}, also)
        tables = {slot: self.points(key) for slot, key in points.items()}
        given = {found.key: found for found in self.overrides if found.what == "data"}
        made |= Feeder(self.sources, given, grid, self.sources.report, self.flat.limits).feed(needed, also)
        return None if self.sources.report.failed else replace(values, series=made, tables=values.tables | tables)

    def compute(self, values: Values, needed: Iterable[str], also: Iterable[str]) -> None:
        """Work out the data equations that a run reads or shows, and tell of the data that they lack."""
        recipes = self.flat.recipes
        given = {found.key for found in self.overrides if found.what == "replace" and found.mask is None}
        read = closure(needed, recipes, given)
        computing = Computing(self.sources, values, self.engine, self.flat.limits)
        computing.run(recipes, (read | closure(map(data_owner, also), recipes, given)) - given)
        for key, absent in computing.absent.items():
            if key in read:
                self.sources.tell_absent(self.sources.variables[key], absent, needed=True)

    def points(self, key: str) -> NDArray[Any]:
        """The points of a data variable, as a table for functions that read them within a step."""
        closed = self.sources.variables[key]
        absent: list[Cell] = []
        made = self.sources.table(closed, absent)
        if absent and key not in self.sources.computed:
            self.sources.tell_absent(closed, absent, needed=True)
        return made
