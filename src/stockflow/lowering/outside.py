"""Data from outside: which definitions are fed from files, and which data equations cannot be run.

It knows definitions only; files and series come with a run.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from stockflow.analysis.closed import Closed, Definition
from stockflow.diagnostics.model import Report
from stockflow.ir.expr import Broken, Missing, Number, Unary, Values
from stockflow.ir.plan import indices
from stockflow.ir.walk import preorder

_PREFIX = "#data of "


def data_slot(key: str) -> str:
    """The hidden slot of the elements that are fed from outside where others have equations."""
    return f"{_PREFIX}{key}"


def data_owner(slot: str) -> str:
    """The variable that a slot of data belongs to."""
    return slot.removeprefix(_PREFIX)


def is_fed(definition: Definition) -> bool:
    """Whether the values come from outside; a `:NA:` that is written as an equation has no keyword."""
    return isinstance(definition.expr, Missing) and definition.keyword != ""


def fed_cells(closed: Closed) -> Iterator[tuple[tuple[int, ...], str]]:
    """The cells that come from outside, each with its rule for gaps."""
    for definition in closed.definitions:
        if is_fed(definition):
            for cell in itertools.product(*(indices(part).tolist() for part in definition.target)):
                yield cell, definition.keyword


def refuse_equations(closed: Closed, report: Report) -> None:
    """Report what `:=` computes: Vensim does that at the times of the data, which a run does not have."""
    if closed.variable.kind != "data":
        return
    label = closed.variable.label
    for definition in closed.definitions:
        if is_fed(definition) or isinstance(definition.expr, Number | Values | Unary | Missing):
            continue
        if not any(isinstance(item, Broken) for item in preorder(definition.expr)):
            report.error("SF114", f"'{label}' is computed from data with ':=', which is not supported", definition.span,
                         hint="write '=' to compute it at every TIME STEP", variable=label)
