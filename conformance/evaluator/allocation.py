"""A supply shared among requests by priority profiles: the published curves, and a price found by halving (2.9)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from conformance.evaluator.moments import UnknownFunction
from conformance.evaluator.numbers import NAN

Numbers = list[float]

# So many times a bracket is halved: to the last bit.
HALVINGS = 200

# Prices that are so many widths away from all priorities are beyond every curve.
REACH = 40.0


def normal_above(z: float) -> float:
    """Abramowitz and Stegun 26.2.17, which Vensim's normal distribution is (language reference 2.9)."""
    t = 1 / (1 + 0.2316419 * abs(z))
    series = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
    tail = math.exp(-z * z / 2) / math.sqrt(2 * math.pi) * series
    return 1 - tail if z < 0 else tail


def rectangular(z: float) -> float:
    return min(max(0.5 - z, 0.0), 1.0)


def triangular(z: float) -> float:
    if z < 0:
        return 1 - 2 * min(max(z + 0.5, 0.0), 0.5) ** 2
    return 2 * min(max(0.5 - z, 0.0), 0.5) ** 2


def exponential(z: float) -> float:
    return 1 - 0.5 * math.exp(z) if z < 0 else 0.5 * math.exp(-z)


CURVES: dict[float, Callable[[float], float]] = {
    0: lambda _: 1.0, 1: rectangular, 2: triangular, 3: normal_above, 4: exponential,
}


def asked(price: float, kind: float, priority: float, width: float) -> float:
    """The part of a quantity that is asked for at a price."""
    if kind >= 10:
        raise UnknownFunction("allocation in whole units")
    if not width > 0:
        raise UnknownFunction("a priority profile without a width")
    return CURVES[kind]((price - priority) / width) if kind in CURVES else NAN


def bracket(priorities: Numbers, widths: Numbers) -> tuple[float, float]:
    pairs = list(zip(priorities, widths, strict=True))
    return min(p - REACH * w for p, w in pairs), max(p + REACH * w for p, w in pairs)


def narrowed(low: float, high: float, enough: Callable[[float], bool]) -> tuple[float, float]:
    """The lowest price that is high enough, after the one next to it that is not."""
    for _ in range(HALVINGS):
        middle = low + (high - low) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return low, high


def buying(wanted: Numbers, profiles: Sequence[tuple[float, float, float]]) -> Callable[[float], Numbers]:
    """What each request buys at a price."""
    return lambda price: [
        quantity * asked(price, *profile) for quantity, profile in zip(wanted, profiles, strict=True)
    ]


def market_price(request: Numbers, priority: Numbers, _: Numbers, width: Numbers, supply: Numbers) -> Numbers:
    """The price at which requests of one width buy the supply, or, where all is bought, the highest one."""
    wanted = [max(one, 0.0) for one in request]
    if not (0 < supply[0] < sum(wanted)):
        asking = [at for at, one in zip(priority, wanted, strict=True) if one > 0] or priority
        return [min(asking) - width[0] / 2 if supply[0] >= sum(wanted) else max(asking) + width[0] / 2]
    bought = buying(wanted, [(1.0, at, width[0]) for at in priority])
    low, high = bracket(priority, width * len(wanted))
    return [narrowed(low, high, lambda price: sum(bought(price)) <= supply[0])[1]]


def allocate_available(
    request: Numbers, kind: Numbers, priority: Numbers, width: Numbers, _: Numbers, supply: Numbers
) -> Numbers:
    """Each request gets what it buys at the price at which all is sold; fixed ones above the supply share by size."""
    wanted, offered = [max(one, 0.0) for one in request], max(supply[0], 0.0)
    bought = buying(wanted, list(zip(kind, priority, width, strict=True)))
    low, high = bracket(priority, width)
    if offered <= 0:
        return [0.0 * one if quantity else 0.0 for one, quantity in zip(bought(low), wanted, strict=True)]
    if offered >= sum(wanted):
        return [one + 0.0 * part if one else 0.0 for one, part in zip(wanted, bought(low), strict=True)]
    before, after = (bought(price) for price in narrowed(low, high, lambda price: sum(bought(price)) <= offered))
    if sum(after) > offered:
        return [one * offered / sum(after) for one in after]
    # Where a curve jumps at the price, all get the same part of their jump: nothing of the supply is left.
    jump = sum(before) - sum(after)
    part = min(max((offered - sum(after)) / jump, 0.0), 1.0) if jump > 0 else 0.0
    return [less + part * (more - less) for more, less in zip(before, after, strict=True)]


def allocate_by_priority(
    request: Numbers, priority: Numbers, _: Numbers, width: Numbers, supply: Numbers
) -> Numbers:
    count = len(request)
    return allocate_available(request, [1.0] * count, priority, width * count, [0.0] * count, supply)


def allocate_by_curves(
    supply: Numbers, request: Numbers, priority: Numbers, width: Numbers, kind: Numbers
) -> Numbers:
    return allocate_available(request, kind, priority, width, [0.0] * len(request), supply)


def demand_at_price(
    quantity: Numbers, kind: Numbers, priority: Numbers, width: Numbers, _: Numbers, price: Numbers
) -> Numbers:
    return [quantity[0] * asked(price[0], kind[0], priority[0], width[0])]


def supply_at_price(
    quantity: Numbers, kind: Numbers, priority: Numbers, width: Numbers, _: Numbers, price: Numbers
) -> Numbers:
    """The demand mirrored at the priority."""
    return [quantity[0] * asked(2 * priority[0] - price[0], kind[0], priority[0], width[0])]


def find_market_price(demand: Numbers, *rest: Numbers) -> Numbers:
    """The lowest price at which no more is asked for than is offered."""
    kind, priority, width, _, supply, kind_offered, priority_offered, width_offered, _ = rest
    wants = list(zip(demand, kind, priority, width, strict=True))
    offers = list(zip(supply, kind_offered, priority_offered, width_offered, strict=True))

    def excess(price: float) -> float:
        wanted = sum(quantity * asked(price, *profile) for quantity, *profile in wants)
        return wanted - sum(q * asked(2 * p - price, k, p, w) for q, k, p, w in offers)

    low, high = bracket([*priority, *priority_offered], [*width, *width_offered])
    if not (excess(low) >= 0 and excess(high) <= 0):
        return [NAN]
    return [narrowed(low, high, lambda price: not excess(price) > 0)[1]]
