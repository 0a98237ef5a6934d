"""Data from outside a run: definitions that files feed, data equations, and the slots that take their values.

It knows definitions only; files and series come with a run.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from stockflow.analysis.closed import Closed, ClosedModel, Definition
from stockflow.diagnostics.model import Report
from stockflow.ir.expr import Broken, Call, Interpolate, Missing, Name
from stockflow.ir.place import overlaps
from stockflow.ir.plan import indices
from stockflow.ir.walk import preorder

_PREFIX = "#data of "
_POINTS = "#series of "


def data_slot(key: str) -> str:
    """The hidden slot of the elements that come from series where others have equations."""
    return f"{_PREFIX}{key}"


def data_owner(slot: str) -> str:
    """The variable that a slot of data belongs to."""
    return slot.removeprefix(_PREFIX)


def series_slot(key: str) -> str:
    """The hidden slot of the points of a data variable, which functions of data read within a step."""
    return f"{_POINTS}{key}"


def series_owner(slot: str) -> str | None:
    """The data variable whose points a slot holds."""
    return slot.removeprefix(_POINTS) if slot.startswith(_POINTS) else None


def is_fed(definition: Definition) -> bool:
    """Whether the values come from outside; a `:NA:` that is written as an equation has no keyword."""
    return isinstance(definition.expr, Missing) and definition.keyword != ""


def is_computed(definition: Definition) -> bool:
    """Whether it is a data equation that reads something; one of numbers alone is a number."""
    return definition.keyword != "" and any(
        isinstance(item, Name | Call | Interpolate) for item in preorder(definition.expr)
    )


def is_series(definition: Definition) -> bool:
    """Whether the values are known before the run, as a series of points."""
    return is_fed(definition) or is_computed(definition)


def data_argument(call: Call, model: ClosedModel, owner: str, report: Report) -> Name | None:
    """The data variable that the first argument of a call names; None after a report."""
    data = call.args[0]
    found = model.variables.get(data.key) if isinstance(data, Name) else None
    if isinstance(data, Name) and found is not None:
        met = [one for one in found.definitions if overlaps(data, one.target)]
        if met and all(map(is_series, met)):
            return data
    report.error("SF208", f"the first argument of {call.label} must be a data variable", call.span, variable=owner,
                 hint="give the name of a variable that is fed from outside or defined with ':='")
    return None


def refused_in_a_step(call: Call, owner: str, report: Report) -> Broken:
    """What stands for a function of whole series outside a data equation, which is reported."""
    report.error("SF208", f"{call.label} makes a data series of another, which a run cannot do step by step",
                 call.span, hint=f"define '{owner}' with ':='", variable=owner)
    return Broken(call.span)


def series_cells(closed: Closed) -> Iterator[tuple[tuple[int, ...], Definition]]:
    """The cells whose values are series, each with its definition."""
    for definition in closed.definitions:
        if is_series(definition):
            for cell in cells_of(definition):
                yield cell, definition


def cells_of(definition: Definition) -> Iterator[tuple[int, ...]]:
    """The cells of a definition in the order of its axes."""
    yield from itertools.product(*(indices(part).tolist() for part in definition.target))
