"""Functions of whole arrays: sorting, choosing, reading at computed places, inverting.

numpy only; generated code calls these. Every argument has the shape (outer..., count, runs), numbers a count of 1;
so has every result. Float text calls the same functions with tuples.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stockflow.runtime import allocation, calendar, lookup
from stockflow.runtime.numeric import INFINITY, MISSING, NAN
from stockflow.runtime.pairs import points_of_arrays, points_of_floats

Array = NDArray[Any]

EPSILON = float(np.finfo(float).eps)
COUNT = -2  # the axis of an array's elements


def sort_order(array: Array, direction: Array) -> Array:
    """0-based places of the elements in sorted order; equal ones stay as they stand."""
    return _order(array, direction).astype(float)


def _order(array: Array, direction: Array) -> NDArray[np.intp]:
    up = np.argsort(array, axis=COUNT, kind="stable")
    down = np.argsort(-array, axis=COUNT, kind="stable")
    return np.where(direction > 0, up, down)


def rank(array: Array, direction: Array) -> Array:
    """The 1-based place that each element takes in sorted order."""
    return np.argsort(_order(array, direction), axis=COUNT, kind="stable") + 1.0


def rank_index(array: Array, number: Array, ties: Array) -> Array:
    """The 1-based place, as it stands, of the number-th smallest element; 0 where there is none."""
    array, ties = np.broadcast_arrays(array, ties)
    order = np.lexsort((ties, array), axis=COUNT)
    return element(order + 1.0, number - 1.0, np.zeros((1, 1)), otherwise=0.0)


def element(array: Array, start: Array, offset: Array, otherwise: float = MISSING) -> Array:
    """The element at a computed 0-based place, rounded; `:NA:` outside."""
    place = np.floor(start + offset + 0.5)
    fits = (place >= 0) & (place < array.shape[COUNT])
    found = _taken(array, np.where(fits, place, 0))
    return np.where(fits, found, otherwise)


def _taken(array: Array, places: Array) -> Array:
    """Elements at whole places that are all inside; outer dimensions and runs broadcast."""
    outer = np.broadcast_shapes(array.shape[:COUNT], places.shape[:COUNT])
    runs = np.broadcast_shapes(array.shape[-1:], places.shape[-1:])
    array = np.broadcast_to(array, (*outer, array.shape[COUNT], *runs))
    places = np.broadcast_to(places, (*outer, places.shape[COUNT], *runs))
    return np.take_along_axis(array, places.astype(np.intp), COUNT)


def reorder(array: Array, order: Array) -> Array:
    """The elements in the order of 0-based places."""
    return element(array, np.zeros((1, 1)), order)


def invert(matrix: Array, size: Array) -> Array:
    """The inverse of a square matrix given row by row; NaN where it has none, or is not of this size."""
    count = math.isqrt(matrix.shape[COUNT])
    if count * count != matrix.shape[COUNT]:
        return np.full_like(matrix, NAN)
    rows = np.moveaxis(matrix, -1, COUNT)
    rows = rows.reshape((*rows.shape[:-1], count, count))
    flat = rows.reshape(-1, count, count)
    made = np.stack([_inverse(one) for one in flat]).reshape((*rows.shape[:-2], count * count))
    return np.where(size == count, np.moveaxis(made, -1, COUNT), NAN)


def _inverse(matrix: Array) -> Array:
    """NaN also where rounding alone makes an inverse, none of whose digits could be right.

    How far each product with the inverse cancels tells that, whatever the units of rows and columns.
    """
    try:
        found = np.linalg.inv(matrix)
    except np.linalg.LinAlgError:
        return np.full_like(matrix, NAN)
    cancelled = (np.abs(found) * np.abs(matrix).T).sum(axis=1).max()
    return found if cancelled < 1.0 / EPSILON else np.full_like(matrix, NAN)


# VECTOR SELECT's actions: on products with the selection, on powers (5), on the elements themselves.
_SUM, _PRODUCT, _SMALLEST, _LARGEST, _MEAN = range(5)
_POWER, _PLAIN = 5, 6


def select(selection: Array, array: Array, missing: Array, action: Array, check: Array) -> Array:
    """One number made of the elements whose selection is not 0; NaN where the check fails or the action is unknown."""
    selection, array = np.broadcast_arrays(selection, array)
    chosen = np.abs(selection) > 0
    found = np.full(np.broadcast_shapes(selection[..., :1, :].shape, action.shape), NAN)
    for number in np.unique(action):
        if number in range(11):
            found = np.where(action == number, _selected(int(number), selection, array, chosen), found)
    count = chosen.sum(axis=COUNT, keepdims=True)
    failed = ((check == 1) | (check == 3)) & (count == 0) | ((check == 2) | (check == 3)) & (count > 1)
    return np.where(failed, NAN, np.where(count == 0, missing, found))


def _selected(action: int, selection: Array, array: Array, chosen: NDArray[np.bool_]) -> Array:
    if action == _POWER:
        return _reduced(_PRODUCT, np.power(array, selection), chosen)
    if action < _POWER:
        return _reduced(action, selection * array, chosen)
    return _reduced(action - _PLAIN, array, chosen)


def _reduced(action: int, values: Array, chosen: NDArray[np.bool_]) -> Array:
    """Terms are taken one after the other, so that the runs beside a run change nothing."""
    match action:
        case 1:
            return np.multiply.accumulate(np.where(chosen, values, 1.0), axis=COUNT)[..., -1:, :]
        case 2:
            return np.asarray(np.min(np.where(chosen, values, INFINITY), axis=COUNT, keepdims=True))
        case 3:
            return np.asarray(np.max(np.where(chosen, values, -INFINITY), axis=COUNT, keepdims=True))
    total = np.add.accumulate(np.where(chosen, values, 0.0), axis=COUNT)[..., -1:, :]
    return total / chosen.sum(axis=COUNT, keepdims=True) if action == _MEAN else total


def read_points(array: Array, x: Array, low: Array, high: Array, mode: Array) -> Array:
    """An array as a lookup whose points are equally far from each other from low to high."""
    parts = np.broadcast_arrays(x, low, high, mode, np.empty((*array.shape[:COUNT], 1, array.shape[-1])))
    curves = np.broadcast_to(array, (*parts[0].shape[:COUNT], array.shape[COUNT], parts[0].shape[-1]))
    ys = np.moveaxis(curves, COUNT, -1).reshape(-1, array.shape[COUNT])
    numbers = zip(*(part.ravel().tolist() for part in parts[:4]), strict=True)
    found = [_read(y, *given) for y, given in zip(ys, numbers, strict=True)]
    return np.reshape(found, parts[0].shape)


def _read(ys: Array, x: float, low: float, high: float, mode: float) -> float:
    if not (low < high and mode in range(10)) or len(ys) < 2:
        return NAN
    points = lookup.curve(np.linspace(low, high, len(ys)), ys)
    match int(mode):
        case 1:
            return lookup.area(points, low, x)
        case 5:
            return lookup.invert(points, x)
        case 6 | 9:
            return lookup.slope(points, x, 0.0 if mode == 6 else 1.0)
        case 7:
            return _extended_area(points, low, high, x)
        case 8:
            return _extended_inverse(points, x)
        case plain:
            return lookup.FLOAT[_PLAIN_READINGS[plain]](points, x)


_PLAIN_READINGS = {0: "interpolate", 2: "backward", 3: "extrapolate", 4: "forward"}


def _extended_area(points: lookup.Curve, low: float, high: float, x: float) -> float:
    inside = min(max(x, low), high)
    beyond = (x - inside) * (lookup.extrapolate(points, inside) + lookup.extrapolate(points, x)) / 2
    return lookup.area(points, low, inside) + beyond


def _extended_inverse(points: lookup.Curve, y: float) -> float:
    found = lookup.invert(points, y)
    if found != MISSING:
        return found
    xs, ys, slopes = points
    ends = ((xs[0], ys[0], slopes[0], -1), (xs[-1], ys[-1], slopes[-2], 1))
    beyond = (x + (y - at) / slope for x, at, slope, side in ends if slope and (y - at) / slope * side > 0)
    return next(beyond, MISSING)


ARRAY: dict[str, Callable[..., Array]] = {
    "sort_order": sort_order, "rank": rank, "rank_index": rank_index, "element": element, "reorder": reorder,
    "invert_matrix": invert, "vector_select": select, "vector_lookup": read_points,
    "time_value": calendar.time_value, "points_of_arrays": points_of_arrays, **allocation.ARRAY,
}


def shaped(found: Array, sizes: tuple[int, ...]) -> Array:
    """A result with its own dimensions in place of the count."""
    return found.reshape((*found.shape[:COUNT], *sizes, found.shape[-1]))


def _of_tuples(function: Callable[..., Array]) -> Callable[..., tuple[float, ...]]:
    def called(*args: tuple[float, ...]) -> tuple[float, ...]:
        with np.errstate(all="ignore"):
            found = function(*(np.array(arg, dtype=float)[:, None] for arg in args))
        made: Any = found[:, 0].tolist()
        return tuple(made)

    return called


FLOAT: dict[str, Callable[..., tuple[float, ...]]] = {
    **{name: _of_tuples(one) for name, one in ARRAY.items()}, "points_of_arrays": points_of_floats,
}
