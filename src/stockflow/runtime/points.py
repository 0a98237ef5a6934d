"""Reading the points of a data series within a step: at a time, between points, and their statistics.

Each reader has a form for floats, which takes a `Curve`, and one for arrays, which takes `Curves`; times are never
searched exactly, since steps are sums: within a millionth of a TIME STEP two times are the same.
Sources: Vensim reference, GET DATA AT TIME, BETWEEN TIMES, FIRST TIME, LAST TIME, MAX, MIN, MEAN, MEDIAN, STDV and
TOTAL POINTS.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from stockflow.runtime.lookup import Curve, Curves, interpolate, interpolate_array
from stockflow.runtime.numeric import INFINITY, MISSING, NAN

ROUNDING = 1e-6


# One time at a time.


def data_at(points: Curve, time: float, step: float) -> float:
    """The point nearest to a time within half a step, one in the middle belonging to the later time; else :NA:."""
    xs, ys, _ = points
    if time != time:
        return NAN
    found, nearest = MISSING, INFINITY
    after = bisect_left(xs, time)
    for place in range(max(after - 1, 0), min(after + 1, len(xs))):
        gap = xs[place] - time
        if _belongs(gap, step) and abs(gap) <= nearest:
            found, nearest = ys[place], abs(gap)
    return found


def _belongs(gap: Any, step: Any) -> Any:
    """Whether a point so far after a time is a point of that time."""
    return (gap >= (-0.5 - ROUNDING) * step) & (gap < (0.5 - ROUNDING) * step)


def data_between(points: Curve, time: float, mode: float, step: float) -> float:
    """Linear for mode 0; the next point for 1 and the last one for -1, at the whole number below the time.

    :NA: before the first point and after the last.
    """
    xs, ys, _ = points
    slack = ROUNDING * step
    if time != time:
        return NAN
    if abs(mode) >= 0.5:
        time = math.floor(time + slack) if math.isfinite(time) else time
    if time < xs[0] - slack or time > xs[-1] + slack:
        return MISSING
    if mode >= 0.5:
        return ys[min(bisect_left(xs, time - slack), len(xs) - 1)]
    if mode <= -0.5:
        return ys[max(bisect_right(xs, time + slack) - 1, 0)]
    return interpolate(points, time)


def data_first(points: Curve) -> float:
    return points[0][0]


def data_last(points: Curve) -> float:
    return points[0][-1]


# Statistics of the points from one time to another, both included.

Statistic = Callable[[Sequence[float]], float]


def _over(statistic: Statistic) -> Callable[[Curve, float, float, float], float]:
    def read(points: Curve, start: float, stop: float, step: float) -> float:
        xs, ys, _ = points
        slack = ROUNDING * step
        if start != start or stop != stop:
            return NAN
        return statistic(ys[bisect_left(xs, start - slack) : bisect_right(xs, stop + slack)])

    return read


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else MISSING


def _median(values: Sequence[float]) -> float:
    if not values:
        return MISSING
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _deviation(values: Sequence[float]) -> float:
    """The standard deviation of a sample; 0 for a single value."""
    if len(values) < 2:
        return 0.0 if values else MISSING
    mean = _mean(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))


FLOAT: dict[str, Callable[..., float]] = {
    "data_at": data_at, "data_between": data_between, "data_first": data_first, "data_last": data_last,
    "data_max": _over(lambda values: max(values, default=MISSING)),
    "data_min": _over(lambda values: min(values, default=MISSING)),
    "data_mean": _over(_mean), "data_median": _over(_median), "data_deviation": _over(_deviation),
    "data_count": _over(lambda values: float(len(values))),
}


# Many times at once.


def data_at_array(points: Curves, time: Any, step: Any) -> Any:
    """`data_at` for every element of time."""
    after = np.minimum(points.below(time), points.ends)
    found: Any = np.full(np.shape(time), MISSING)
    nearest: Any = np.full(np.shape(time), INFINITY)
    for place in (np.maximum(after - 1, 0), after):
        gap = points.pick(points.x, place) - time
        nearer = _belongs(gap, step) & (np.abs(gap) <= nearest)
        found, nearest = np.where(nearer, points.pick(points.y, place), found), np.where(nearer, np.abs(gap), nearest)
    return np.where(np.isnan(time), time, found)


def data_between_array(points: Curves, time: Any, mode: Any, step: Any) -> Any:
    """`data_between` for every element of time."""
    slack = np.multiply(ROUNDING, step)
    at = np.where(np.abs(mode) >= 0.5, np.floor(time + slack), time)
    forward = points.pick(points.y, np.minimum(points.below(at - slack), points.ends))
    backward = points.pick(points.y, points.place_before(at + slack))
    sided = np.where(np.greater_equal(mode, 0.5), forward, backward)
    inside = np.where(np.abs(mode) >= 0.5, sided, interpolate_array(points, at))
    outside = (at < points.of(points.x, 0) - slack) | (at > points.pick(points.x, points.ends) + slack)
    return np.where(np.isnan(time), time, np.where(outside, MISSING, inside))


def data_first_array(points: Curves) -> Any:
    return points.of(points.x, 0)


def data_last_array(points: Curves) -> Any:
    return points.pick(points.x, points.ends)


def _each(read: Callable[..., float]) -> Callable[..., Any]:
    """A reader of arrays that reads one element after the other: ranges of points differ in length."""

    def over(points: Curves, *given: Any) -> Any:
        cells = points.one[..., None] if points.x.ndim > 1 else _boxed(points.one)
        series, *wide = np.broadcast_arrays(cells, *given)
        made = np.empty(series.shape)
        for at in np.ndindex(*series.shape):
            made[at] = read(series[at], *(float(one[at]) for one in wide))
        return made

    return over


def _boxed(curve: Curve) -> Any:
    box = np.empty((), dtype=object)
    box[()] = curve
    return box


ARRAY: dict[str, Callable[..., Any]] = {
    **{name: _each(read) for name, read in FLOAT.items()},
    "data_at": data_at_array, "data_between": data_between_array,
    "data_first": data_first_array, "data_last": data_last_array,
}
