"""Reading lookups (graphical functions): one point's search for floats, many at once for arrays.

A `Curve` holds the points of one lookup ready for both; every way of reading one is here and nowhere else.
Sources: Vensim reference (lookups, LOOKUP EXTRAPOLATE, FORWARD, BACKWARD, INVERT, AREA, SLOPE);
XMILE 1.0 section 3.1.4.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from stockflow.runtime import density
from stockflow.runtime.numeric import INFINITY, MISSING, NAN

Array = NDArray[np.float64]

# Lookups with more points than this are searched by halving when each element has its own.
MANY_POINTS = 16

# A bound of this size stands for the end of the points.
OPEN = 1e300

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
    """The integral from start to stop, ends held: trapezoids, of which the outer ones end at start and at stop."""
    xs, ys, _ = points
    if start != start or stop != stop:
        return NAN
    if stop < start:
        return -area(points, stop, start)
    first, last = bisect_left(xs, start), bisect_left(xs, stop)
    left, right = _height(points, first - 1, start), _height(points, last - 1, stop)
    if first == last:
        return (stop - start) * (left + right) / 2
    before = (xs[first] - start) * (left + ys[first]) / 2
    return before + _area_between(points, first, last - 1) + (stop - xs[last - 1]) * (ys[last - 1] + right) / 2


def average(points: Curve, start: float, stop: float) -> float:
    """The mean from start to stop, ends held; a bound beyond 1e300 or -1e300 stands for the last or first point."""
    xs = points[0]
    low, high = _within(start, xs[0], xs[-1]), _within(stop, xs[0], xs[-1])
    if low == high:
        return interpolate(points, low)
    return area(points, low, high) / (high - low)


def _within(x: float, first: float, last: float) -> float:
    return first if x <= -OPEN else last if x >= OPEN else x


def _height(points: Curve, place: int, x: float) -> float:
    """The y at an x that lies between a point and the next one, held beyond both ends."""
    xs, ys, slopes = points
    at = max(place, 0)
    return ys[at] + (min(max(x, xs[0]), xs[-1]) - xs[at]) * slopes[at]


def _area_between(points: Curve, first: int, last: int) -> float:
    """The integral from one point to another: what lies before the last less what lies before the first."""
    xs, ys, _ = points
    total = before = 0.0
    for at in range(last):
        before = total if at == first else before
        total += (xs[at + 1] - xs[at]) * (ys[at] + ys[at + 1]) / 2
    return total - before if first < last else 0.0


def slope(points: Curve, x: float, outside: float) -> float:
    """The slope at x: the segment's, at a point the mean of both sides, :NA: on a vertical step.

    Outside the points: 0 for `outside` 0, the end segment's for 1, :NA: for -1.
    """
    xs, _, slopes = points
    if x != x:
        return x
    if x < xs[0] or x > xs[-1]:
        inner = slopes[0] if x < xs[0] else slopes[len(xs) - 2]
        return 0.0 if outside == 0 else inner if outside > 0 else MISSING
    low, high = bisect_left(xs, x), bisect_right(xs, x)
    if high - low > 1:
        return MISSING
    if high == low:
        return slopes[low - 1]
    sides = [slopes[at] for at in (low - 1, low) if 0 <= at < len(xs) - 1]
    return sum(sides) / len(sides) if sides else 0.0


FLOAT: dict[str, Callable[..., float]] = {
    "interpolate": interpolate, "extrapolate": extrapolate, "discrete": backward, "backward": backward,
    "forward": forward, "invert": invert, "area": area, "average": average, "slope": slope, **density.FLOAT,
}


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Lookups for reading many values at once: points in the shape (cells..., points), no cells for a single lookup.

    Short lookups are filled up with x at infinity. `rising`: a single lookup whose x grow at every point.
    """

    x: Array
    y: Array
    slopes: Array
    last: NDArray[np.intp]
    one: Any
    rising: bool
    starts: Any

    def at(self, index: tuple[Any, ...]) -> Curves:
        """The lookups at an index of the cells, which may repeat and reorder them."""
        return _together(self.x[index], self.y[index], self.slopes[index], self.last[index], self.one[index])

    def up_to(self, x: Any) -> Any:
        """How many points are at or below each x; shaped (cells..., runs) as the readers' results are."""
        return self._count(x, "right", np.less_equal)

    def place_before(self, x: Any) -> Any:
        """The place of the last point at or below each x; the first where there is none."""
        return np.minimum(np.maximum(self.up_to(x) - 1, 0), self.ends)

    def below(self, x: Any) -> Any:
        """How many points are below each x."""
        return self._count(x, "left", np.less)

    def _count(self, x: Any, side: Literal["left", "right"], before: np.ufunc) -> Any:
        if self.x.ndim == 1:
            return np.searchsorted(self.x, x, side)
        points = self.x.shape[-1]
        if points > MANY_POINTS:
            return self._bisected(x, before)
        count = before(self.x[..., :1], x).astype(np.intp)
        for place in range(1, points):
            count += before(self.x[..., place, None], x)
        return count

    def _bisected(self, x: Any, before: np.ufunc) -> Any:
        points = self.x.shape[-1]
        count: Any = np.zeros(np.broadcast_shapes(np.shape(x), (*self.x.shape[:-1], 1)), dtype=np.intp)
        step = 1 << points.bit_length() - 1
        while step:
            further = count + step
            fits = (further <= points) & before(self.pick(self.x, np.minimum(further, points) - 1), x)
            count = np.where(fits, further, count)
            step >>= 1
        return count

    def pick(self, values: Array, place: Any) -> Any:
        """The value of each cell's lookup at a place among its points."""
        return values.take(self.starts + place)

    @property
    def ends(self) -> NDArray[np.intp]:
        """The place of the last point, shaped like a result."""
        return self.last[..., None] if self.x.ndim > 1 else self.last

    def of(self, values: Array, place: int) -> Any:
        """The value at one place, the same for all cells, shaped like a result."""
        return values[..., place, None] if values.ndim > 1 else values[place]


def curves(cells: NDArray[Any]) -> Curves:
    """Lookups in common arrays, from an object array of `Curve`; a cell that has none reads as NaN."""
    shape = cells.shape
    found = [one if one is not None else _NONE for one in cells.ravel()]
    longest = max(len(one[0]) for one in found)
    arrays = [
        np.array([part + (fill if fill is not None else part[-1],) * (longest - len(part)) for part in parts])
        for parts, fill in zip(zip(*found, strict=True), (INFINITY, None, 0.0), strict=True)
    ]
    x, y, slopes = (array.reshape((*shape, longest)) for array in arrays)
    last = np.array([len(one[0]) - 1 for one in found], dtype=np.intp).reshape(shape)
    return _together(x, y, slopes, last, cells if shape else cells[()])


def _together(x: Array, y: Array, slopes: Array, last: NDArray[np.intp], one: Any) -> Curves:
    rising = isinstance(one, tuple) and all(a < b for a, b in pairwise(one[0]))
    starts = np.arange(0, x.size, x.shape[-1]).reshape((*x.shape[:-1], 1)) if x.ndim > 1 else 0
    return Curves(x, y, slopes, last, one, rising, starts)


_NONE: Curve = ((0.0,), (NAN,), (0.0,))


def interpolate_array(points: Curves, x: Any) -> Any:
    """`interpolate` for every element of x."""
    if points.rising:
        return np.interp(x, points.x, points.y)
    at = points.starts + points.place_before(x)
    x_there = points.x.take(at)
    held = np.minimum(np.maximum(x, points.of(points.x, 0)), points.pick(points.x, points.ends))
    return points.y.take(at) + (held - x_there) * points.slopes.take(at)


def extrapolate_array(points: Curves, x: Any) -> Any:
    """`extrapolate` for every element of x."""
    ends = points.ends
    first, last = points.of(points.x, 0), points.pick(points.x, ends)
    below = points.of(points.y, 0) + (x - first) * points.of(points.slopes, 0)
    slope_there = points.pick(points.slopes, np.maximum(ends - 1, 0))
    above = points.pick(points.y, ends) + (x - last) * slope_there
    outside = np.where(x < first, below, above)
    return np.where((ends > 0) & ((x < first) | (x >= last)), outside, interpolate_array(points, x))


def backward_array(points: Curves, x: Any) -> Any:
    """`backward` for every element of x."""
    return np.where(np.isnan(x), x, points.pick(points.y, points.place_before(x)))


def forward_array(points: Curves, x: Any) -> Any:
    """`forward` for every element of x."""
    at = np.minimum(points.below(x), points.ends)
    return np.where(np.isnan(x), x, points.pick(points.y, at))


def invert_array(points: Curves, y: Any) -> Any:
    """`invert` for every element of y: segments from last to first, so that the first that fits stands."""
    found: Any = np.full(np.shape(y), MISSING)
    for at in reversed(range(points.x.shape[-1])):
        x_here, y_here = points.of(points.x, at), points.of(points.y, at)
        if at + 1 < points.x.shape[-1]:
            x_next, y_next = points.of(points.x, at + 1), points.of(points.y, at + 1)
            between = ((y_here < y) & (y < y_next)) | ((y_here > y) & (y > y_next))
            found = np.where(between, x_here + (y - y_here) * (x_next - x_here) / (y_next - y_here), found)
        found = np.where(y_here == y, x_here, found)
    return found


def area_array(points: Curves, start: Any, stop: Any) -> Any:
    """`area` for every pair of start and stop."""
    low, high = np.minimum(start, stop), np.maximum(start, stop)
    first, last, ends = points.below(low), points.below(high), points.ends
    left, right = _heights(points, first - 1, low), _heights(points, last - 1, high)
    begin, end = np.minimum(first, ends), np.minimum(np.maximum(last - 1, 0), ends)
    sizes = np.diff(points.x) * (points.y[..., :-1] + points.y[..., 1:]) / 2
    totals = np.concatenate([np.zeros((*sizes.shape[:-1], 1)), np.add.accumulate(sizes, axis=-1)], axis=-1)
    before = (points.pick(points.x, begin) - low) * (left + points.pick(points.y, begin)) / 2
    after = (high - points.pick(points.x, end)) * (points.pick(points.y, end) + right) / 2
    apart = before + (points.pick(totals, end) - points.pick(totals, begin)) + after
    found = np.where(first == last, (high - low) * (left + right) / 2, apart)
    return np.where(np.less(stop, start), -found, found)


def average_array(points: Curves, start: Any, stop: Any) -> Any:
    """`average` for every pair of start and stop."""
    first, last = points.of(points.x, 0), points.pick(points.x, points.ends)
    low, high = (np.where(x <= -OPEN, first, np.where(x >= OPEN, last, x)) for x in map(np.asarray, (start, stop)))
    single = low == high
    return np.where(single, interpolate_array(points, low), area_array(points, low, high) / (high - low))


def _heights(points: Curves, place: Any, x: Any) -> Any:
    """`_height` for every element of x."""
    at = np.minimum(np.maximum(place, 0), points.ends)
    held = np.minimum(np.maximum(x, points.of(points.x, 0)), points.pick(points.x, points.ends))
    return points.pick(points.y, at) + (held - points.pick(points.x, at)) * points.pick(points.slopes, at)


def slope_array(points: Curves, x: Any, outside: Any) -> Any:
    """`slope` for every element of x."""
    ends, low, high = points.ends, points.below(x), points.up_to(x)
    before = points.pick(points.slopes, np.minimum(np.maximum(low - 1, 0), ends))
    after = points.pick(points.slopes, np.minimum(low, ends))
    at_point = np.where(low == 0, after, np.where(low == ends, before, (before + after) / 2))
    inside = np.where(high - low > 1, MISSING, np.where(high == low, before, at_point))
    first, last = points.of(points.x, 0), points.pick(points.x, ends)
    end_slope = np.where(
        x < first, points.of(points.slopes, 0), points.pick(points.slopes, np.maximum(ends - 1, 0))
    )
    beyond = np.where(np.equal(outside, 0), 0.0, np.where(np.greater(outside, 0), end_slope, MISSING))
    found = np.where((x < first) | (x > last), beyond, inside)
    return np.where(np.isnan(x), x, found)


ARRAY: dict[str, Callable[..., Any]] = {
    "interpolate": interpolate_array, "extrapolate": extrapolate_array, "discrete": backward_array,
    "backward": backward_array, "forward": forward_array, "invert": invert_array, "area": area_array,
    "average": average_array, "slope": slope_array, **density.ARRAY,
}
