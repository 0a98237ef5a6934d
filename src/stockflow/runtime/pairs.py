"""Reading points that two arrays give, x and y: in one form for floats and one for arrays, with the same values.

numpy only; generated code calls these. Array arguments have the shape (outer..., count, runs).
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stockflow.runtime.numeric import NAN

Array = NDArray[Any]

COUNT = -2  # the axis of an array's elements


def points_of_floats(x: tuple[float, ...], xs: tuple[float, ...], ys: tuple[float, ...]) -> tuple[float, ...]:
    """Linear between points, held at the ends; at equal x the last. NaN where the x fall or the counts differ."""
    at_x = x[0]
    if len(xs) != len(ys) or not all(a <= b for a, b in pairwise(xs)) or xs[0] != xs[0] or at_x != at_x:
        return (NAN,)
    at = bisect_right(xs, at_x) - 1
    if at < 0:
        return (ys[0],)
    if at == len(xs) - 1:
        return (ys[-1],)
    return (ys[at] + (at_x - xs[at]) * ((ys[at + 1] - ys[at]) / (xs[at + 1] - xs[at])),)


def points_of_arrays(x: Array, xs: Array, ys: Array) -> Array:
    """`points_of_floats` for every x."""
    if xs.shape[COUNT] != ys.shape[COUNT]:
        return np.full(np.broadcast_shapes(x.shape, xs[..., :1, :].shape, ys[..., :1, :].shape), NAN)
    last = xs.shape[COUNT] - 1
    place = np.sum(xs <= x, axis=COUNT, keepdims=True) - 1
    low = np.minimum(np.maximum(place, 0), max(last - 1, 0))
    high = np.minimum(low + 1, last)
    x_low, x_high, y_low, y_high = (_at(part, where) for part in (xs, ys) for where in (low, high))
    inside = y_low + (x - x_low) * ((y_high - y_low) / (x_high - x_low))
    found = np.where(place < 0, ys[..., :1, :], np.where(place >= last, ys[..., -1:, :], inside))
    rising = np.all(xs[..., :-1, :] <= xs[..., 1:, :], axis=COUNT, keepdims=True) & (xs[..., :1, :] == xs[..., :1, :])
    return np.where(rising & (x == x), found, NAN)


def _at(values: Array, places: Array) -> Array:
    """Elements at places that are all inside; outer dimensions and runs broadcast."""
    outer = np.broadcast_shapes(values.shape[:COUNT], places.shape[:COUNT])
    runs = np.broadcast_shapes(values.shape[-1:], places.shape[-1:])
    values = np.broadcast_to(values, (*outer, values.shape[COUNT], *runs))
    return np.take_along_axis(values, np.broadcast_to(places, (*outer, 1, *runs)), COUNT)
