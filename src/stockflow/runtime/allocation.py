"""Sharing out a supply: demand and supply curves by priority profile, and the price at which they meet.

numpy only; arrays have the shape (outer..., count, runs) as in `runtime.vectors`. Curves are those of Vensim's
reference (ALLOCATE AVAILABLE, priority profiles): the part of a quantity that is asked for falls as the price rises.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stockflow.runtime.numeric import NAN

Array = NDArray[Any]
Profile = tuple[Array, Array, Array, Array]

FIXED, RECTANGULAR, TRIANGULAR, NORMAL, EXPONENTIAL = range(5)
WHOLE = 10  # added to a kind: the allocation is in whole units

# The bracket is halved so often; a straight line inside what is left then makes the sum exact.
HALVINGS = 48
# Beyond so many widths from its priority a curve is flat to the last bit.
REACH = 40.0

# Abramowitz and Stegun 1964, 26.2.17: the normal distribution to 7.5e-8, which is what Vensim computes (recorded in
# SDEverywhere's issue 841).
_NORMAL = (1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.319381530)
_NORMAL_SCALE = 0.2316419


def normal_beyond(z: Array) -> Array:
    """The part of a normal distribution above z."""
    t = 1.0 / (1.0 + _NORMAL_SCALE * np.abs(z))
    series = np.zeros_like(t)
    for factor in _NORMAL:
        series = (series + factor) * t
    tail = np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi) * series
    found: Array = np.where(z < 0, 1.0 - tail, tail)
    return found


def _rectangular(z: Array) -> Array:
    return np.clip(0.5 - z, 0.0, 1.0)


def _triangular(z: Array) -> Array:
    low, high = np.clip(z + 0.5, 0.0, 0.5), np.clip(0.5 - z, 0.0, 0.5)
    return np.where(z < 0, 1.0 - 2.0 * low * low, 2.0 * high * high)


def _exponential(z: Array) -> Array:
    tail = 0.5 * np.exp(-np.abs(z))
    return np.where(z < 0, 1.0 - tail, tail)


_CURVES: dict[int, Callable[[Array], Array]] = {
    RECTANGULAR: _rectangular, TRIANGULAR: _triangular, NORMAL: normal_beyond, EXPONENTIAL: _exponential,
}


def part_asked(price: Array, profile: Profile) -> Array:
    """The part of a quantity that is asked for at a price; NaN for a kind that has no curve here."""
    kind, priority, width, _ = profile
    kind = np.where(kind >= WHOLE, kind - WHOLE, kind)
    z = (price - priority) / _positive(width, priority)
    found = np.where(kind == FIXED, 1.0, np.full_like(z, NAN))
    for number, curve in _CURVES.items():
        chosen = kind == number
        if np.all(chosen):
            return curve(z)
        if np.any(chosen):
            found = np.where(chosen, curve(z), found)
    return found


def _positive(width: Array, priority: Array) -> Array:
    """A width of 0 is a step, drawn as a slope too steep to see."""
    return np.maximum(width, 1e-9 * (1.0 + np.abs(priority)))


def _bracket(*profiles: Profile) -> tuple[Array, Array]:
    """Prices below and above all that the curves do."""
    low, high = [], []
    for _, priority, width, _ in profiles:
        reach = REACH * _positive(width, priority)
        low.append(np.min(priority - reach, axis=-2, keepdims=True))
        high.append(np.max(priority + reach, axis=-2, keepdims=True))
    return _least(low, np.minimum), _least(high, np.maximum)


def _least(found: list[Array], of: Callable[[Any, Any], Any]) -> Array:
    best = found[0]
    for other in found[1:]:
        best = of(best, other)
    return best


def _total(quantity: Array) -> Array:
    """The sum along the elements, one after the other."""
    return np.add.accumulate(quantity, axis=-2)[..., -1:, :]


def _halved(too_low: Callable[[Array], NDArray[np.bool_]], low: Array, high: Array) -> tuple[Array, Array]:
    """The bracket of a price, where `too_low` tells of a price that it lies below the one looked for."""
    for _ in range(HALVINGS):
        middle = low + 0.5 * (high - low)
        below = too_low(middle)
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return low, high


def allocate_available(
    request: Array, kind: Array, priority: Array, width: Array, extra: Array, supply: Array
) -> Array:
    """What each request gets of the supply; where fixed requests alone exceed it, they share by their size."""
    request, supply = np.maximum(request, 0.0), np.maximum(supply, 0.0)
    profile = (kind, priority, width, extra)
    low, high = _bracket(profile)
    shape = np.broadcast_shapes(low.shape, supply.shape)
    low, high = np.broadcast_to(low, shape), np.broadcast_to(high, shape)
    low, high = _halved(lambda price: _total(request * part_asked(price, profile)) > supply, low, high)
    more, less = request * part_asked(low, profile), request * part_asked(high, profile)
    most, least = _total(more), _total(less)
    between = np.where(most > least, np.clip((supply - least) / (most - least), 0.0, 1.0), 0.0)
    found = np.where(least > supply, less * (supply / least), less + between * (more - less))
    total = _total(request)
    found = np.where(supply <= 0, found * 0.0, np.where(supply >= total, request + found * 0.0, found))
    found = np.where(request == 0, 0.0, found)
    return _in_whole_units(found, request, kind >= WHOLE)


def _in_whole_units(found: Array, request: Array, whole: NDArray[np.bool_]) -> Array:
    """Rounded down, then what is left over in units to the largest remainders, in order."""
    if not np.any(whole):
        return found
    down = np.where(whole, np.floor(found + 1e-9), found)
    rest = np.where(whole & (down + 1.0 <= request), found - down, -1.0)
    units = np.floor(_total(np.where(whole, found - down, 0.0)) + 1e-9)
    place = np.argsort(np.argsort(-rest, axis=-2, kind="stable"), axis=-2, kind="stable")
    return down + np.where((place < units) & (rest >= 0), 1.0, 0.0)


def allocate_by_priority(request: Array, priority: Array, size: Array, width: Array, supply: Array) -> Array:
    """Rectangular curves of one width around each priority; `size` is told by the arrays already."""
    kind = np.full_like(priority, float(RECTANGULAR))
    return allocate_available(request, kind, priority, width, 0.0 * size, supply)


def allocate_by_curves(supply: Array, request: Array, priority: Array, width: Array, kind: Array) -> Array:
    """As `allocate_available`, in the order of isee's arguments."""
    return allocate_available(request, kind, priority, width, 0.0 * width, supply)


def demand_at_price(
    quantity: Array, kind: Array, priority: Array, width: Array, extra: Array, price: Array
) -> Array:
    return quantity * part_asked(price, (kind, priority, width, extra))


def supply_at_price(
    quantity: Array, kind: Array, priority: Array, width: Array, extra: Array, price: Array
) -> Array:
    """The curve of the demand mirrored at the priority: it rises with the price."""
    return quantity * part_asked(2.0 * priority - price, (kind, priority, width, extra))


def find_market_price(demand: Array, *rest: Array) -> Array:
    """The price at which demand meets supply; NaN where they do not meet."""
    wanted: Profile = rest[:4]  # type: ignore[assignment]
    supply = rest[4]
    offered: Profile = rest[5:]  # type: ignore[assignment]

    def excess(price: Array) -> Array:
        return _total(demand_at_price(demand, *wanted, price)) - _total(supply_at_price(supply, *offered, price))

    low, high = _bracket(wanted, offered)
    meets = (excess(low) >= 0) & (excess(high) <= 0)
    low, high = _halved(lambda price: excess(price) > 0, *np.broadcast_arrays(low, high))
    return np.where(meets, low + 0.5 * (high - low), NAN)


ARRAY: dict[str, Callable[..., Array]] = {
    "allocate_available": allocate_available, "allocate_by_priority": allocate_by_priority,
    "allocate_by_curves": allocate_by_curves,
    "demand_at_price": demand_at_price, "supply_at_price": supply_at_price, "find_market_price": find_market_price,
}
