"""Reductions and shapes of array text: terms left to right, so that runs and blocks never change a sum's order.

numpy only; generated code calls these. Arrays end with the run axis.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def terms(x: Any, outer: int, sizes: tuple[int, ...]) -> Array:
    """The terms of a reduction along the axis before the runs: (outer dims..., count, runs)."""
    shape = np.shape(x)
    if len(sizes) == 1 and len(shape) == outer + 2 and shape[-2] == sizes[0]:
        return np.asarray(x)
    whole = np.broadcast_shapes(shape, (*(1 for _ in range(outer)), *sizes, 1))
    return np.broadcast_to(x, whole).reshape((*whole[:outer], math.prod(sizes), whole[-1]))


def _left_to_right(operation: np.ufunc) -> Callable[[Any, int, tuple[int, ...]], Array]:
    """numpy adds in pairs along an axis that lies innermost in memory, and in order along any other."""

    def over(x: Any, outer: int, sizes: tuple[int, ...]) -> Array:
        found = terms(x, outer, sizes)
        if found.shape[-1] > 1 and 0 < found.strides[-1] < found.strides[-2]:
            return np.asarray(operation.reduce(found, axis=-2))
        return np.asarray(operation.accumulate(found, axis=-2)[..., -1, :])

    return over


OVER: dict[str, Callable[[Any, int, tuple[int, ...]], Array]] = {
    "sum_over": _left_to_right(np.add), "prod_over": _left_to_right(np.multiply),
    "vmin_over": _left_to_right(np.minimum), "vmax_over": _left_to_right(np.maximum),
}


def empty(shape: tuple[int, ...]) -> Array:
    """A buffer whose cells are NaN until they are written."""
    return np.full(shape, np.nan)


def full(x: Any, sizes: tuple[int, ...]) -> Array:
    """A value spread over all elements, in memory of its own."""
    return np.array(np.broadcast_to(x, np.broadcast_shapes(np.shape(x), (*sizes, 1))))


def copied(x: Any) -> Any:
    """A copy, where later writes into the original must not show."""
    return np.array(x)
