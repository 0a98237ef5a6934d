"""Functions of whole arrays, given as lists of numbers, the last subscript fastest (language reference 2.8 and 2.9)."""

from __future__ import annotations

import math
from collections.abc import Callable

from conformance.evaluator import curves
from conformance.evaluator.allocation import (
    allocate_available,
    allocate_by_curves,
    allocate_by_priority,
    demand_at_price,
    find_market_price,
    market_price,
    supply_at_price,
)
from conformance.evaluator.curves import Curve
from conformance.evaluator.numbers import MISSING, NAN, greatest, least, nearest, power, product, total, true

Numbers = list[float]


def order(array: Numbers, direction: Numbers) -> list[int]:
    """Places in sorted order; equal elements stay in theirs, what is no number comes last."""
    up = direction[0] > 0
    return sorted(range(len(array)), key=lambda at: (array[at] != array[at], array[at] if up else -array[at]))


def sort_order(array: Numbers, direction: Numbers) -> Numbers:
    return [float(at) for at in order(array, direction)]


def rank(array: Numbers, direction: Numbers) -> Numbers:
    found = order(array, direction)
    return [found.index(at) + 1.0 for at in range(len(array))]


def rank_index(array: Numbers, number: Numbers, ties: Numbers) -> Numbers:
    apart = ties * len(array) if len(ties) == 1 else ties
    found = sorted(range(len(array)), key=lambda at: (array[at] != array[at], array[at], apart[at]))
    place = nearest(number[0]) - 1
    return [found[int(place)] + 1.0 if 0 <= place < len(found) else 0.0]


def element(array: Numbers, start: Numbers, offset: Numbers) -> Numbers:
    place = nearest(start[0] + offset[0])
    return [array[int(place)] if 0 <= place < len(array) else MISSING]


def reorder(array: Numbers, places: Numbers) -> Numbers:
    return [element(array, [0.0], [place])[0] for place in places]


def mean(values: Numbers) -> float:
    return total(values) / len(values)


PLAIN = (total, product, least, greatest, mean)


def select(selection: Numbers, array: Numbers, missing: Numbers, action: Numbers, check: Numbers) -> Numbers:
    longest = max(len(selection), len(array))
    pairs = list(zip(*(one * longest if len(one) == 1 else one for one in (selection, array)), strict=True))
    chosen = [(sel, value) for sel, value in pairs if true(sel)]
    if (check[0] in (1, 3) and not chosen) or (check[0] in (2, 3) and len(chosen) > 1):
        return [NAN]
    if not chosen:
        return [missing[0]]
    if action[0] not in range(11):
        return [NAN]
    number = int(action[0])
    if number == 5:
        return [product([power(value, sel) for sel, value in chosen])]
    values = [sel * value for sel, value in chosen] if number < 5 else [value for _, value in chosen]
    return [PLAIN[number % 6](values)]


def invert_matrix(matrix: Numbers, size: Numbers) -> Numbers:
    """Gauss and Jordan, with the largest pivot of a column."""
    count = math.isqrt(len(matrix))
    if count * count != len(matrix) or size[0] != count:
        return [NAN] * len(matrix)
    rows = [
        [*matrix[at * count : (at + 1) * count], *(float(at == other) for other in range(count))]
        for at in range(count)
    ]
    for at in range(count):
        pivot = max(range(at, count), key=lambda row: abs(rows[row][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        if not true(rows[at][at]):
            return [NAN] * len(matrix)
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for other in range(count):
            if other != at:
                factor = rows[other][at]
                rows[other] = [value - factor * mine for value, mine in zip(rows[other], rows[at], strict=True)]
    return [value for row in rows for value in row[count:]]


def vector_lookup(array: Numbers, x: Numbers, low: Numbers, high: Numbers, mode: Numbers) -> Numbers:
    count = len(array)
    if not low[0] < high[0] or mode[0] not in range(10) or count < 2:
        return [NAN]
    width = (high[0] - low[0]) / (count - 1)
    places = [low[0] + at * width for at in range(count - 1)] + [high[0]]
    return [LOOKUPS[int(mode[0])](Curve(tuple(places), tuple(array)), x[0])]


def _extended_area(curve: Curve, x: float) -> float:
    inside = min(max(x, curve.x[0]), curve.x[-1])
    ends = curves.extrapolate(curve, inside) + curves.extrapolate(curve, x)
    return curves.area(curve, curve.x[0], inside) + (x - inside) * ends / 2


def _extended_inverse(curve: Curve, y: float) -> float:
    """Where the curve is y: inside, else on what goes on before it, else after it."""
    found = curves.invert(curve, y)
    if found != MISSING:
        return found
    before, after = curve.slope_from(0), curve.slope_from(len(curve.x) - 2)
    if before and (y - curve.y[0]) / before < 0:
        return curve.x[0] + (y - curve.y[0]) / before
    if after and (y - curve.y[-1]) / after > 0:
        return curve.x[-1] + (y - curve.y[-1]) / after
    return MISSING


LOOKUPS: tuple[Callable[[Curve, float], float], ...] = (
    curves.interpolate, lambda curve, x: curves.area(curve, curve.x[0], x), curves.backward, curves.extrapolate,
    curves.forward, curves.invert, lambda curve, x: curves.slope(curve, x, 0.0), _extended_area, _extended_inverse,
    lambda curve, x: curves.slope(curve, x, 1.0),
)

FUNCTIONS: dict[str, Callable[..., Numbers]] = {
    "sort order": sort_order, "rank": rank, "rank index": rank_index, "element": element, "reorder": reorder,
    "vector select": select, "invert matrix": invert_matrix, "vector lookup": vector_lookup,
    "allocate available": allocate_available, "allocate by priority": allocate_by_priority,
    "allocate by curves": allocate_by_curves, "find market price": find_market_price,
    "market price": market_price, "demand at price": demand_at_price, "supply at price": supply_at_price,
}
