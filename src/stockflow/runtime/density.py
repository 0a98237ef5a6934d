"""Lookups as densities: the share of the area up to an x, and the x up to which a share lies.

numpy for many at once; a density is linear between its points and nothing outside them, and a y below 0 counts as 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

Points = tuple[tuple[float, ...], ...]
Point = tuple[float, float]


def cumulated(points: Points, x: float) -> float:
    """The share of the whole area that lies below x; NaN where there is no area."""
    areas = _areas(points)
    total, below = sum(areas), 0.0
    for (start, high), (stop, _), area, slope in _segments(points, areas):
        if x >= stop:
            below += area
        elif x > start:
            below += (x - start) * (high + high + (x - start) * slope) / 2
    return min(below / total, 1.0) if total > 0 and x == x else math.nan


def quantile(points: Points, share: float) -> float:
    """The smallest x below which a share of the whole area lies; NaN where there is no area, or no such share."""
    areas = _areas(points)
    rest = share * sum(areas)
    if not (0 <= share <= 1 and sum(areas) > 0):
        return math.nan
    found = math.nan
    for (start, high), (stop, _), area, slope in _segments(points, areas):
        if rest <= area and area > 0:
            root = high + math.sqrt(max(high * high + 2 * slope * rest, 0.0))
            return min(start + 2 * rest / root, stop) if root > 0 else start
        rest -= area
        found = stop if area > 0 else found
    return found


def _areas(points: Points) -> list[float]:
    xs, ys, _ = points
    high = [max(y, 0.0) for y in ys]
    return [(x1 - x0) * (y0 + y1) / 2 for (x0, x1), (y0, y1) in zip(pairwise(xs), pairwise(high), strict=True)]


def _segments(points: Points, areas: Sequence[float]) -> Iterator[tuple[Point, Point, float, float]]:
    """Each segment: its two points, its area, its slope (0 where it is a vertical step)."""
    xs, ys, _ = points
    places = list(zip(xs, (max(y, 0.0) for y in ys), strict=True))
    for (first, last), area in zip(pairwise(places), areas, strict=True):
        wide = last[0] > first[0]
        yield first, last, area, (last[1] - first[1]) / (last[0] - first[0]) if wide else 0.0


def one_by_one(function: Callable[[Points, float], float]) -> Callable[[Any, Any], Any]:
    """A reading of many curves at many x, made of single ones."""

    def read(curves: Any, x: Any) -> Any:
        if curves.x.ndim == 1:
            return np.array([function(curves.one, one) for one in np.ravel(x).tolist()]).reshape(np.shape(x))
        shape = np.broadcast_shapes(np.shape(x), (*curves.x.shape[:-1], 1))
        found = np.broadcast_to(x, shape).reshape(-1, shape[-1]).tolist()
        cells = np.broadcast_to(curves.one[..., None], (*shape[:-1], 1)).ravel()
        return np.array([
            [function(cell, one) for one in row] if cell is not None else [math.nan] * shape[-1]
            for cell, row in zip(cells, found, strict=True)
        ]).reshape(shape)

    return read


FLOAT: dict[str, Callable[..., float]] = {"cumulated": cumulated, "quantile": quantile}
ARRAY: dict[str, Callable[..., Any]] = {name: one_by_one(function) for name, function in FLOAT.items()}
