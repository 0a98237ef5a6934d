"""Reductions and shapes of array text: terms left to right, so that runs and blocks never change a sum's order.

numpy only; generated code calls these. Arrays end with the run axis.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def terms(x: Any, outer: int, sizes: tuple[int, ...]) -> Array:
    """The terms of a reduction first: (count, outer dims..., runs), missing axes broadcast."""
    shape = np.broadcast_shapes(np.shape(x), (*(1 for _ in range(outer)), *sizes, 1))
    wide = np.broadcast_to(x, shape)
    count = int(np.prod(sizes))
    return np.moveaxis(wide.reshape(*shape[:outer], count, shape[-1]), outer, 0)


def _left_to_right(operation: np.ufunc) -> Callable[[Any, int, tuple[int, ...]], Array]:
    """`accumulate` goes term by term whatever the memory layout; `reduce` may sum in pairs."""

    def over(x: Any, outer: int, sizes: tuple[int, ...]) -> Array:
        found = terms(x, outer, sizes)
        if len(found) > 16:
            return np.array(operation.accumulate(found, axis=0)[-1])
        total = found[0]
        for term in found[1:]:
            total = operation(total, term)
        return np.array(total)

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
