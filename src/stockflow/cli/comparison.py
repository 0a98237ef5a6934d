"""What `stockflow run --compare` prints: a summary, the columns that differ, the names that only one side has.

It shows a comparison that was made elsewhere; it must not know how.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from stockflow.cli.endings import visible
from stockflow.cli.tables import difference_table

if TYPE_CHECKING:
    from stockflow.simulate.compare import Comparison


def lines(comparison: Comparison, file: Path, rtol: float) -> Iterator[str]:
    differing = [column for column in comparison.columns if not column.agrees]
    agreeing = len(comparison.columns) - len(differing)
    yield visible(
        f"{file}: {agreeing} columns agree, {len(differing)} differ, {len(comparison.missing)} missing from the run,"
        f" {len(comparison.extra)} only in the run (relative tolerance {rtol:g})"
    )
    if differing:
        yield difference_table(differing)
    if comparison.missing:
        yield visible(f"missing from the run: {_some(comparison.missing, 40)}")
    if comparison.extra:
        yield visible(f"only in the run: {_some(comparison.extra, 8)}")
    if comparison.absent_times:
        yield f"{comparison.absent_times} times of the file were not saved by the run"


def _some(names: Sequence[str], most: int) -> str:
    left = len(names) - most
    return ", ".join(names[:most]) + (f" and {left} more" if left > 0 else "")


def values(comparison: Comparison) -> dict[str, object]:
    """The comparison for `--json`."""
    return {
        "agrees": comparison.agrees,
        "columns": [
            {
                "name": item.label, "agrees": item.agrees, "points": item.points, "excess": finite(item.excess),
                "time": finite(item.time), "expected": finite(item.expected), "found": finite(item.found),
            }
            for item in comparison.columns
        ],
        "missing": list(comparison.missing),
        "extra": list(comparison.extra),
        "absent_times": comparison.absent_times,
    }


def finite(value: float) -> float | None:
    """The number, or None for :NA: and for what JSON cannot hold."""
    from stockflow.simulate.cells import MISSING

    return value if math.isfinite(value) and value != MISSING else None
