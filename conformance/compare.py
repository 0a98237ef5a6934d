"""One comparator for tables of results: columns by name, rows by time, the largest relative difference of each.

It must not know which engine made a table.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stockflow.ir.names import key_of

if TYPE_CHECKING:
    import xarray as xr

Columns = dict[str, NDArray[np.float64]]
"""Values by canonical name, `name[sub1,sub2]`; `time` among them."""


def column_key(text: str) -> str:
    """The canonical name of a column: name and subscripts folded one by one.

    >>> column_key("Children_in_Care[ IFA ]")
    'children in care[ifa]'
    """
    name, bracket, rest = text.partition("[")
    if not bracket or text.startswith('"'):
        return key_of(text)
    return f"{key_of(name)}[{','.join(key_of(part) for part in rest.rstrip(']').split(','))}]"


def read_table(path: Path) -> Columns:
    """The columns of a CSV table; cells that hold no number are NaN."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        names = next(rows)
        cells = np.array([[_number(cell) for cell in row] for row in rows])
    return {column_key(name): cells[:, place] for place, name in enumerate(names)}


def from_lists(table: Mapping[str, Iterable[float]]) -> Columns:
    return {column_key(name): np.array(list(values), dtype=float) for name, values in table.items()}


def from_dataset(dataset: xr.Dataset, run: str | None = None) -> Columns:
    """The columns of a Dataset, or of one of its runs; what has no time axis is repeated."""
    one = dataset.sel(run=run) if run is not None else dataset
    times = one["time"].to_numpy().astype(float)
    columns: Columns = {"time": times}
    for name, variable in one.data_vars.items():
        label = str(variable.attrs.get("long_name", name))
        axes = [dim for dim in variable.dims if dim != "time"]
        values = variable.transpose(*axes, ...).to_numpy()
        labels = [[str(item) for item in variable[dim].to_numpy()] for dim in axes]
        for place in product(*(range(len(items)) for items in labels)):
            subscripts = ",".join(items[index] for items, index in zip(labels, place, strict=True))
            full = f"{label}[{subscripts}]" if subscripts else label
            columns[column_key(full)] = np.broadcast_to(np.asarray(values[place], dtype=float), times.shape)
    return columns


def differences(expected: Columns, actual: Columns, *, floor: float = 0.0) -> dict[str, float]:
    """The largest relative difference of every column of `expected`; infinite where `actual` lacks it or a time.

    Values smaller than `floor` times the largest of their column are held against that size instead of their own.
    """
    rows = _matching_rows(expected["time"], actual["time"])
    if rows is None:
        return dict.fromkeys(expected, float("inf"))
    return {
        name: _largest(values, actual[name][rows], floor) if name in actual else float("inf")
        for name, values in expected.items()
    }


def beyond(found: Mapping[str, float], tolerance: float) -> dict[str, float]:
    """The columns that differ by more than `tolerance`, worst first."""
    too_large = [(size, name) for name, size in found.items() if not size <= tolerance]
    return {name: size for size, name in sorted(too_large, reverse=True)}


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")


def _matching_rows(expected: NDArray[np.float64], actual: NDArray[np.float64]) -> NDArray[np.intp] | None:
    """Rows of `actual` at the times of `expected`, None where one is missing (times agree to 1e-9 of the step)."""
    rows = np.clip(np.searchsorted(actual, expected - 1e-9), 0, len(actual) - 1)
    return rows if np.allclose(actual[rows], expected, rtol=1e-12, atol=1e-9) else None


def _largest(expected: NDArray[np.float64], actual: NDArray[np.float64], floor: float) -> float:
    known = ~np.isnan(expected)
    wanted, found = expected[known], actual[known]
    if not wanted.size:
        return 0.0
    with np.errstate(invalid="ignore", divide="ignore"):
        size = np.maximum(np.abs(wanted), floor * np.max(np.abs(wanted)))
        relative = np.where(wanted == found, 0.0, np.abs(wanted - found) / size)
    return float(np.max(np.where(np.isnan(relative), np.inf, relative)))
