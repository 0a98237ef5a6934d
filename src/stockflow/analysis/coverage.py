"""Missing cells and missing equations: a reference to an element that no equation defines is named.

It reads closed references only; dimensions and names are settled before it.
"""

from __future__ import annotations

import itertools

import numpy as np

from stockflow.analysis.closed import Closed, ClosedModel
from stockflow.diagnostics.model import Report
from stockflow.ir.expr import Along, Axis, Element, Name
from stockflow.ir.plan import indices
from stockflow.ir.walk import preorder


def check_coverage(model: ClosedModel, report: Report) -> None:
    """Report each reference that can meet a cell without an equation."""
    partial = {key: closed for key, closed in model.variables.items() if closed.defined is not None}
    if not partial:
        return
    for closed in model.variables.values():
        for definition in closed.definitions:
            for expr in (definition.expr, definition.initial):
                for item in preorder(expr) if expr is not None else ():
                    if isinstance(item, Name) and item.key in partial and item.subscripts:
                        _check(item, partial[item.key], closed, report)


def _check(name: Name, read: Closed, owner: Closed, report: Report) -> None:
    parts = [part for part in name.subscripts if isinstance(part, (Element, Along))]
    if len(parts) != len(name.subscripts) or read.defined is None or not read.variable.equations:
        return
    cells = [indices(part) for part in parts]
    missing = ~read.defined[np.ix_(*cells)]
    # Two subscripts along one axis meet only on its diagonal.
    for at in itertools.islice(zip(*np.nonzero(missing), strict=True), 1000):
        axes: dict[Axis, int] = {}
        together = True
        for part, place in zip(parts, at, strict=True):
            if isinstance(part, Along):
                together &= axes.setdefault(part.axis, place) == place
        if together:
            labels = [home.labels[cell[i]] for home, cell, i in zip(read.ranges, cells, at, strict=True)]
            report.error("SF304", f"{read.variable.label}[{', '.join(labels)}] has no equation and is used in "
                         f"{owner.variable.label}", name.span, variable=owner.variable.label,
                         hint=f"add an equation for {read.variable.label}[{', '.join(labels)}]")
            return
