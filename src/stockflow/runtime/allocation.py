"""Sharing out a supply: demand and supply curves by priority profile, and the price at which they meet.

numpy only; arrays have the shape (outer..., count, runs) as in `runtime.vectors`. Curves are those of Vensim's
reference (ALLOCATE AVAILABLE, priority profiles): the part of a quantity that is asked for falls as the price rises.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stockflow.runtime.numeric import NAN

Array = NDArray[Any]
Profile = tuple[Array, Array, Array, Array]

FIXED, RECTANGULAR, TRIANGULAR, NORMAL, EXPONENTIAL = range(5)
WHOLE = 10  # added to a kind: the allocation is in whole units

# The bracket of a price is halved so often; a straight line inside what is left then makes the sum exact. Of few
# numbers, five halvings are made by one look at all 31 prices: they cost the calls of numpy, and many cost the numbers.
HALVINGS, AT_ONCE, FEW = 50, 5, 200
# Beyond so many widths from its priority a curve is flat to the last bit.
REACH = {FIXED: 0.0, RECTANGULAR: 0.5, TRIANGULAR: 0.5, NORMAL: 12.0, EXPONENTIAL: 40.0}

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
    return _parts(profile)(price)


def _parts(profile: Profile) -> Callable[[Array], Array]:
    """The curves of a profile as one function of the price."""
    kind, priority, width, _ = profile
    width = _positive(width, priority)
    kind = _curve(kind)
    chosen = {number: kind == number for number in (FIXED, *_CURVES)}
    present = [number for number in chosen if np.any(chosen[number])]
    if len(present) == 1 and present[0] in _CURVES and np.all(chosen[present[0]]):
        only = _CURVES[present[0]]
        return lambda price: only((price - priority) / width)

    def mixed(price: Array) -> Array:
        z = (price - priority) / width
        found = np.where(chosen[FIXED], 1.0, np.full_like(z, NAN))
        for number in present:
            if number in _CURVES:
                found = np.where(chosen[number], _CURVES[number](z), found)
        return found

    return mixed


def _curve(kind: Array) -> Array:
    return np.where(kind >= WHOLE, kind - WHOLE, kind)


def _positive(width: Array, priority: Array) -> Array:
    """A width of 0 is a step, drawn as a slope too steep to see."""
    return np.maximum(width, 1e-9 * (1.0 + np.abs(priority)))


def _bracket(*sides: tuple[Array, Profile]) -> tuple[Array, Array]:
    """Prices below and above all that the curves of quantities do; those of no quantity count only where all are."""
    low, high = [], []
    for quantity, (kind, priority, width, _) in sides:
        curve = _curve(kind)
        widths = sum(np.where(curve == number, reach, 0.0) for number, reach in REACH.items())
        reach = widths * _positive(width, priority)
        counted = (quantity > 0) | ~np.any(quantity > 0, axis=-2, keepdims=True)
        low.append(np.min(np.where(counted, priority - reach, np.inf), axis=-2, keepdims=True))
        high.append(np.max(np.where(counted, priority + reach, -np.inf), axis=-2, keepdims=True))
    return reduce(np.minimum, low), reduce(np.maximum, high)


def _total(quantity: Array) -> Array:
    """The sum along the elements, one after the other."""
    return np.add.accumulate(quantity, axis=-2)[..., -1:, :]


def _narrowed(
    too_low: Callable[[Array], NDArray[np.bool_]], low: Array, high: Array, size: int
) -> tuple[Array, Array]:
    """The bracket of a price, where `too_low` tells of prices that they lie below the one looked for.

    `size` is how many numbers that takes for one price. Prices are counted from the bracket's low end, so that how many
    are looked at together changes nothing.
    """
    halvings = AT_ONCE if size <= FEW else 1
    inside = np.arange(1.0, 2**halvings).reshape(-1, *(1 for _ in low.shape))
    count, step, whole = np.zeros(low.shape), 2.0**HALVINGS, 2.0**HALVINGS
    for _ in range(HALVINGS // halvings):
        step /= 2**halvings
        prices = low + (high - low) * ((count + step * inside) / whole)
        count = count + step * too_low(prices).sum(axis=0)
    return low + (high - low) * (count / whole), low + (high - low) * ((count + step) / whole)


def _prices(request: Array, profile: Profile, supply: Array) -> tuple[Array, Array]:
    """Prices between which the requests buy all of a supply."""
    asked = _parts(profile)
    low, high, _ = np.broadcast_arrays(*_bracket((request, profile)), supply)
    size = low.size * request.shape[-2]
    return _narrowed(lambda price: _total(request * asked(price)) > supply, low, high, size)


def allocate_available(
    request: Array, kind: Array, priority: Array, width: Array, extra: Array, supply: Array
) -> Array:
    """What each request gets of the supply; where fixed requests alone exceed it, they share by their size."""
    request, supply = np.maximum(request, 0.0), np.maximum(supply, 0.0)
    profile = (kind, priority, width, extra)
    total = _total(request)
    found = _shares(request, profile, supply, total)
    found = np.where(supply <= 0, found * 0.0, np.where(supply >= total, request + found * 0.0, found))
    found = np.where(request == 0, 0.0, found)
    return _in_whole_units(found, request, kind >= WHOLE)


def _shares(request: Array, profile: Profile, supply: Array, total: Array) -> Array:
    """What each request buys at the price at which all of the supply is sold; of one for all or none, anything."""
    scarce = np.any((supply > 0) & (supply < total))
    low, high = _prices(request, profile, supply) if scarce else _bracket((request, profile))
    asked = _parts(profile)
    more, less = request * asked(low), request * asked(high)
    most, least = _total(more), _total(less)
    between = np.where(most > least, np.clip((supply - least) / (most - least), 0.0, 1.0), 0.0)
    return np.where(least > supply, less * (supply / least), less + between * (more - less))


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


def market_price(request: Array, priority: Array, size: Array, width: Array, supply: Array) -> Array:
    """The price at which ALLOCATE BY PRIORITY sells all of the supply; that of the lowest request where all is met."""
    kind = np.full_like(priority, float(RECTANGULAR))
    low, high = _prices(np.maximum(request, 0.0), (kind, priority, width, 0.0 * size), supply)
    return low + 0.5 * (high - low)


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

    wants, offers = _parts(wanted), _parts(offered)
    priority = offered[1]

    def excess(price: Array) -> Array:
        return _total(demand * wants(price)) - _total(supply * offers(2.0 * priority - price))

    low, high = np.broadcast_arrays(*_bracket((demand, wanted), (supply, offered)))
    meets = (excess(low) >= 0) & (excess(high) <= 0)
    size = low.size * (demand.shape[-2] + supply.shape[-2])
    low, high = _narrowed(lambda price: excess(price) > 0, low, high, size)
    return np.where(meets, low + 0.5 * (high - low), NAN)


ARRAY: dict[str, Callable[..., Array]] = {
    "allocate_available": allocate_available, "allocate_by_priority": allocate_by_priority,
    "allocate_by_curves": allocate_by_curves, "market_price": market_price,
    "demand_at_price": demand_at_price, "supply_at_price": supply_at_price, "find_market_price": find_market_price,
}
