"""The cells of a result: a header for every defined element of every variable, in the order of the file.

Shared by the writers of tables and by the comparison of runs; it must not know any file format.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from stockflow.simulate.result import Array, Column, Result

MISSING = -(2.0**109)
"""`:NA:`, a finite number inside a model; it becomes "no value" where results leave the house."""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The defined cells of one column: `places` are flat and 0-based, None where all are defined."""

    column: Column
    headers: tuple[str, ...]
    places: NDArray[np.intp] | None = None


def header(label: str, elements: Sequence[str] = ()) -> str:
    """`name[sub1,sub2]`, with quotes around a part that would otherwise read as another name.

    >>> header("stock", ("north", "a,b"))
    'stock[north,"a,b"]'
    """
    head = _quoted(label, "[]")
    return f"{head}[{','.join(_quoted(element, '[],') for element in elements)}]" if elements else head


def _quoted(text: str, signs: str) -> str:
    return f'"{text}"' if any(sign in text for sign in signs) else text


def cells_of(column: Column) -> Cells:
    combinations = product(*(elements for _, elements in column.dimensions))
    headers = tuple(header(column.label, elements) for elements in combinations)
    if column.defined is None or column.defined.all():
        return Cells(column, headers)
    places = np.flatnonzero(column.defined)
    return Cells(column, tuple(headers[place] for place in places), places)


def rows_of(result: Result, cells: Cells, run: int, start: int = 0, stop: int | None = None) -> Array:
    """Values of the cells at the saved times start..stop, as (time, cell), for one run of the result."""
    values = result.values[cells.column.key][start:stop]
    if result.runs is not None:
        values = values[..., min(run, values.shape[-1] - 1)]
    flat = values.reshape(len(values), -1)
    return flat if cells.places is None else flat[:, cells.places]


def run_count(result: Result) -> int:
    return 1 if result.runs is None else len(result.runs)
