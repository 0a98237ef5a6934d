"""Runs of a batch that cannot share a clock: each is run alone, and their results are put together.

It knows results and reports; how a run is made is not its matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from stockflow.diagnostics.model import Diagnostic, Report, Severity
from stockflow.simulate.forms import Labels
from stockflow.simulate.result import Array, Result

SAME_TIME = 1e-9
"""Times of members with other TIME STEPs are products with other roundings; within this share they are the same."""

Progress = Callable[[int, int], None]


def together(results: Sequence[Result], labels: Labels, report: Report) -> Result | None:
    """One result with a run axis, or None where the members saved other times, which is reported."""
    first = results[0]
    for label, other in zip(labels, results, strict=True):
        if not _same(first.times, other.times):
            report.error("SF211", f"the runs save different times: run {labels[0]} {_shown(first.times)}, run {label} "
                         f"{_shown(other.times)}", hint="give all runs one SAVEPER and one span of time (saveper=..., "
                         "initial_time=..., final_time=...), or run them one by one")
            return None
    values = {key: _stacked([result.values[key] for result in results]) for key in first.values}
    return replace(first, values=values, runs=np.array(labels))


def _same(one: Array, other: Array) -> bool:
    if len(one) != len(other):
        return False
    span = max(float(np.abs(one).max()), 1.0)
    return bool((np.abs(one - other) <= SAME_TIME * span).all())


def _shown(times: Array) -> str:
    return f"{len(times)} from {times[0]:g} to {times[-1]:g}"


def _stacked(arrays: Sequence[Array]) -> Array:
    """The run axis last; what never changes stays one row that is shown at all times."""
    if all(len(array) > 1 and array.strides[0] == 0 for array in arrays):
        row = np.stack([array[0] for array in arrays], axis=-1)
        return np.broadcast_to(row, (len(arrays[0]), *row.shape))
    return np.stack(arrays, axis=-1)


def tell_of(label: object, found: Report, report: Report) -> None:
    """Add what one member found, once for all members that found the same: of warnings, at the same place."""
    known = {_found(item) for item in report}
    report.items += [
        replace(item, notes=(*item.notes, f"This was found in run {label}.")) for item in found
        if _found(item) not in known
    ]


def _found(item: Diagnostic) -> tuple[object, ...]:
    if item.severity is Severity.WARNING and item.span is not None:
        return item.code, item.variable, item.span.start
    return item.code, item.message


def share_of(progress: Progress | None, place: int, count: int) -> Progress | None:
    """The progress of one member as a part of the whole."""
    if progress is None:
        return None
    told = progress
    return lambda step, steps: told(place * steps + step, count * steps)
