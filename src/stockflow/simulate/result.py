"""What a run returns inside the house: arrays by key and the facts of each variable, before xarray.

It must not import xarray; `simulate.dataset` and `simulate.store` read it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """The facts of one variable of a result.

    `dimensions`: (label, element labels) in order; one label may stand twice. `defined`: a boolean array over the
    dimensions, None where every element has an equation (others hold NaN).
    """

    key: str
    label: str
    kind: str
    dimensions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    defined: NDArray[np.bool_] | None = None
    units: str = ""
    doc: str = ""
    equation: str = ""
    line: int | None = None
    limits: tuple[float | None, float | None, float | None] = (None, None, None)


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A run, or a batch of runs.

    `values[key]` has the shape (time, dimensions..., run); the time axis may be a broadcast view (constants), the run
    axis is there only in a batch and has length 1 where the runs share the values. `runs` are the labels of the runs
    (None for a single run). `attrs` are the global facts, ready for a Dataset.
    """

    times: Array
    columns: tuple[Column, ...]
    values: dict[str, Array]
    runs: Array | None = None
    attrs: dict[str, str] = field(default_factory=dict)
    time_units: str = ""
