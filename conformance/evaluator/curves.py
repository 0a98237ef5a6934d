"""Lookups read point by point, in each of their ways (language reference 1.8 and 2.6, XMILE's graphical functions)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from conformance.evaluator.numbers import MISSING, NAN, divide


@dataclass(frozen=True)
class Curve:
    """Points whose x do not decrease, and the way in which a plain call reads them."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    mode: str = "interpolate"

    @property
    def points(self) -> list[tuple[float, float]]:
        return list(zip(self.x, self.y, strict=True))

    def slope_from(self, place: int) -> float:
        """The slope from a point to the next; 0 where they stand above each other."""
        width = self.x[place + 1] - self.x[place]
        return divide(self.y[place + 1] - self.y[place], width) if width > 0 else 0.0

    def last_at(self, x: float) -> int:
        """The last point at or below x, -1 before the first."""
        return sum(1 for at in self.x if at <= x) - 1


NOTHING = Curve((0.0,), (NAN,))


def interpolate(curve: Curve, x: float) -> float:
    """Linear between points, ends held; on a vertical step the last of the points there."""
    if x != x:
        return x
    at = curve.last_at(x)
    if at < 0:
        return curve.y[0]
    if at == len(curve.x) - 1:
        return curve.y[-1]
    return curve.y[at] + (x - curve.x[at]) * curve.slope_from(at)


def extrapolate(curve: Curve, x: float) -> float:
    count = len(curve.x)
    if count > 1 and x < curve.x[0]:
        return curve.y[0] + (x - curve.x[0]) * curve.slope_from(0)
    if count > 1 and x >= curve.x[-1]:
        return curve.y[-1] + (x - curve.x[-1]) * curve.slope_from(count - 2)
    return interpolate(curve, x)


def backward(curve: Curve, x: float) -> float:
    """Of the last point at or below x; the first one's before it."""
    return x if x != x else curve.y[max(curve.last_at(x), 0)]


def forward(curve: Curve, x: float) -> float:
    """Of the next point at or above x; the last one's after it."""
    if x != x:
        return x
    return next((y for at, y in curve.points if at >= x), curve.y[-1])


def invert(curve: Curve, y: float) -> float:
    """The smallest x at which the curve is y."""
    for (x0, y0), (x1, y1) in pairwise(curve.points):
        if y0 == y:
            return x0
        if min(y0, y1) < y < max(y0, y1):
            return x0 + (y - y0) * (x1 - x0) / (y1 - y0)
    return curve.x[-1] if curve.y[-1] == y else MISSING


def area(curve: Curve, start: float, stop: float) -> float:
    """The integral from start to stop, ends held: trapezoids between all points that lie between."""
    if start != start or stop != stop:
        return NAN
    if stop < start:
        return -area(curve, stop, start)
    first, last = curve.x[0], curve.x[-1]
    before = (min(stop, first) - start) * curve.y[0] if start < first else 0.0
    after = (stop - max(start, last)) * curve.y[-1] if stop > last else 0.0
    return before + sum(_part(curve, place, start, stop) for place in range(len(curve.x) - 1)) + after


def _part(curve: Curve, place: int, start: float, stop: float) -> float:
    """What a segment gives to the area from start to stop."""
    low, high = max(start, curve.x[place]), min(stop, curve.x[place + 1])
    if not low < high:
        return 0.0
    slope, base = curve.slope_from(place), curve.y[place]
    left, right = (base + (x - curve.x[place]) * slope for x in (low, high))
    return (high - low) * (left + right) / 2


def slope(curve: Curve, x: float, outside: float) -> float:
    """The slope at x; at a point the mean of both sides, :NA: on a vertical step."""
    last = len(curve.x) - 2
    if x != x:
        return x
    if x < curve.x[0] or x > curve.x[-1]:
        end = curve.slope_from(0 if x < curve.x[0] else last) if last >= 0 else 0.0
        return 0.0 if outside == 0 else end if outside > 0 else MISSING
    here = [place for place, at in enumerate(curve.x) if at == x]
    if len(here) > 1:
        return MISSING
    if not here:
        return curve.slope_from(curve.last_at(x))
    sides = [curve.slope_from(place) for place in (here[0] - 1, here[0]) if 0 <= place <= last]
    return sum(sides) / len(sides) if sides else 0.0


# Bounds that no one has given (XMILE's LOOKUPMEAN), or that are as far away: the last point or the first is meant.
WITHOUT_END = 1e300


def average(curve: Curve, start: float, stop: float) -> float:
    """The area over the width; at a single x the lookup there."""
    low, high = (curve.x[0] if x <= -WITHOUT_END else curve.x[-1] if x >= WITHOUT_END else x for x in (start, stop))
    return interpolate(curve, low) if low == high else divide(area(curve, low, high), high - low)


READINGS: dict[str, Callable[..., float]] = {
    "interpolate": interpolate, "extrapolate": extrapolate, "discrete": backward, "forward": forward,
    "backward": backward, "invert": invert, "area": area, "average": average, "slope": slope,
}


def read(curve: Curve, mode: str, *args: float) -> float:
    """A lookup in one of the modes of `Interpolate`."""
    return READINGS[curve.mode if mode == "table" else mode](curve, *args)
