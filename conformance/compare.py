"""Differences of a run from a table, as one number for each column: by the comparator of the package.

It must not know which engine made a table.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from stockflow.data.tabular import Series, read
from stockflow.diagnostics.model import Report
from stockflow.simulate.compare import compare
from stockflow.simulate.result import Result

Table = Mapping[str, Series]
"""Series by canonical name, `name[sub1,sub2]`."""


def read_table(path: Path) -> dict[str, Series]:
    """The series of a table. Raises ValueError where it cannot be read."""
    report = Report()
    series = read(path, report)
    if report.failed:
        raise ValueError(f"{path}: {report.items[0].message}")
    return series


def differences(expected: Table, result: Result, *, floor: float = 0.0, run: int = 0) -> dict[str, float]:
    """The largest relative difference of every column of `expected`; infinite where the run lacks it or a time.

    A difference is held against its own value, made larger by `floor` times the largest value of its column.
    """
    found = compare(expected, result, rtol=1.0, floor=floor, run=run)
    sizes = {column.label: column.excess if column.points else float("inf") for column in found.columns}
    lacking = dict.fromkeys(sizes if found.absent_times else (), float("inf"))
    return {**sizes, **dict.fromkeys(found.missing, float("inf")), **lacking}


def beyond(found: Mapping[str, float], tolerance: float) -> dict[str, float]:
    """The columns that differ by more than `tolerance`, worst first."""
    too_large = [(size, name) for name, size in found.items() if not size <= tolerance]
    return {name: size for size, name in sorted(too_large, reverse=True)}
