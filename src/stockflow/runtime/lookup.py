"""Reading lookups (graphical functions): one point's search for floats, many at once for arrays.

A `Curve` holds the points of one lookup ready for both; every way of reading one is here and nowhere else.
Sources: Vensim reference (lookups, LOOKUP EXTRAPOLATE, FORWARD, BACKWARD, INVERT, AREA, SLOPE), XMILE 1.0 section 3.1.4.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stockflow.runtime.numeric import MISSING, NAN

Array = NDArray[np.float64]

# x, y and the slope from each point to the next (0 where x does not grow), as tuples for floats.
Curve = tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]


def curve(x: Array, y: Array) -> Curve:
    """The curve through points whose x do not decrease."""
    width = np.diff(x)
    rise = np.diff(y)
    slopes = np.divide(rise, width, out=np.zeros_like(rise), where=width > 0)
    return tuple(x.tolist()), tuple(y.tolist()), (*slopes.tolist(), 0.0)


def interpolate(points: Curve, x: float) -> float:
    """Linear between points, held at the ends; at a vertical step the last of the equal points."""
    xs, ys, slopes = points
    if x < xs[0]:
        return ys[0]
    if x >= xs[-1]:
        return ys[-1]
    if x != x:
        return x
    at = bisect_right(xs, x) - 1
    return ys[at] + (x - xs[at]) * slopes[at]


def extrapolate(points: Curve, x: float) -> float:
    """Linear between points; the first and last segments go on outside."""
    xs, ys, slopes = points
    if len(xs) < 2 or xs[0] <= x < xs[-1] or x != x:
        return interpolate(points, x)
    if x < xs[0]:
        return ys[0] + (x - xs[0]) * slopes[0]
    return ys[-1] + (x - xs[-1]) * slopes[-2]


def backward(points: Curve, x: float) -> float:
    """The y of the last point at or below x; the first one's before it."""
    xs, ys, _ = points
    return x if x != x else ys[max(bisect_right(xs, x) - 1, 0)]


def forward(points: Curve, x: float) -> float:
    """The y of the next point at or above x; the last one's after it."""
    xs, ys, _ = points
    return x if x != x else ys[min(bisect_left(xs, x), len(xs) - 1)]


def invert(points: Curve, y: float) -> float:
    """The smallest x at which the curve is y; :NA: where it never is."""
    xs, ys, _ = points
    for at in range(len(xs)):
        if ys[at] == y:
            return xs[at]
        if at + 1 < len(xs) and (ys[at] < y < ys[at + 1] or ys[at] > y > ys[at + 1]):
            return xs[at] + (y - ys[at]) * (xs[at + 1] - xs[at]) / (ys[at + 1] - ys[at])
    return MISSING


def area(points: Curve, start: float, stop: float) -> float:
    """The integral from start to stop, ends held."""
    if start != start or stop != stop:
        return NAN
    return _area_to(points, stop) - _area_to(points, start)


def _area_to(points: Curve, x: float) -> float:
    """The integral from the first point's x to x."""
    xs, ys, _ = points
    if x <= xs[0]:
        return (x - xs[0]) * ys[0]
    total = 0.0
    for at in range(len(xs) - 1):
        if x <= xs[at + 1]:
            return total + (x - xs[at]) * (ys[at] + interpolate_on(points, at, x)) / 2
        total += (xs[at + 1] - xs[at]) * (ys[at] + ys[at + 1]) / 2
    return total + (x - xs[-1]) * ys[-1]


def interpolate_on(points: Curve, at: int, x: float) -> float:
    xs, ys, slopes = points
    return ys[at] + (x - xs[at]) * slopes[at]


def slope(points: Curve, x: float, outside: float) -> float:
    """The slope at x: the segment's, at a point the mean of both sides, :NA: on a vertical step.

    Outside the points: 0 for `outside` 0, the end segment's for 1, :NA: for -1.
    """
    xs, _, slopes = points
    if x < xs[0] or x > xs[-1]:
        inner = slopes[0] if x < xs[0] else slopes[len(xs) - 2]
        return 0.0 if outside == 0 else inner if outside > 0 else MISSING
    low, high = bisect_left(xs, x), bisect_right(xs, x)
    if high - low > 1:
        return MISSING
    if high == low:
        return slopes[low - 1]
    sides = [slopes[at] for at in (low - 1, low) if 0 <= at < len(xs) - 1]
    return sum(sides) / len(sides)


FLOAT: dict[str, Callable[..., float]] = {
    "interpolate": interpolate, "extrapolate": extrapolate, "discrete": backward, "backward": backward,
    "forward": forward, "invert": invert, "area": area, "slope": slope,
}


def interpolate_array(points: Curve, x: Any) -> Any:
    """`interpolate` for every element of x."""
    xs, ys, _ = points
    if len(xs) == 1 or all(a < b for a, b in zip(xs, xs[1:], strict=False)):
        return np.interp(x, xs, ys)
    return _each(interpolate)(points, x)


def _each(function: Callable[..., float]) -> Callable[..., Any]:
    def array(points: Curve, *args: Any) -> Any:
        return np.vectorize(lambda *values: function(points, *values), otypes=[float])(*args)

    return array


ARRAY: dict[str, Callable[..., Any]] = {
    name: interpolate_array if name == "interpolate" else _each(function) for name, function in FLOAT.items()
}


def per_element(kind: str) -> Callable[..., Any]:
    """A reader of an object array of curves: each element of the array has its own points, runs share them."""
    single = ARRAY[kind]

    def read(curves: NDArray[Any], *args: Any) -> Any:
        shape = np.broadcast_shapes(curves.shape + (1,), *(np.shape(arg) for arg in args))
        spread = [np.broadcast_to(arg, shape) for arg in args]
        out = np.empty(shape)
        found = np.broadcast_to(curves[..., None], (*shape[:-1], 1))
        for cell in np.ndindex(*shape[:-1]):
            out[cell] = single(found[cell][0], *(part[cell] for part in spread))
        return out

    return read


PER_ELEMENT: dict[str, Callable[..., Any]] = {name: per_element(name) for name in FLOAT}
