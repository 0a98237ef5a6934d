"""Queues: levels that know since when each part of them has been there, and with what attribute it came.

A queue is one memory of one element in one run, as in `runtime.belts`. numpy only; generated code makes, tells and
asks these.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from stockflow.runtime.budget import Budget
from stockflow.runtime.lookup import Curve, interpolate
from stockflow.runtime.numeric import MISSING, NAN
from stockflow.runtime.states import BadValue

# A few roundings are forgiven where ages that are whole numbers of steps are compared.
NEARLY = 1e-6

# What an outflow leaves of a part by rounding alone is not left; nor is an attribute outside a range by it.
REMAINDER = 1e-9

FLAT = "give a lookup such as (0,1),(1,1), by which all ages have the same share"


@dataclass(slots=True)
class Part:
    """Units that came together: when, how many, and their attribute less what all have gained since the start."""

    born: float
    quantity: float
    attribute: float


class Queue:
    """A level whose parts wait in the order in which they came; what flows out is the oldest.

    Sources: inflow, outflow, TIME STEP, and for a queue with attributes that of what comes in and what every unit gains
    per unit of time, those too that come in. A negative flow counts as the other. What came in during a step is one
    TIME STEP old at its end. A level below zero has no parts; what comes in fills it up first. At the start the parts
    are TIME STEP, 2 TIME STEP ... old and have the `shares` of the level.
    """

    def __init__(
        self, time_step: float, first: float, shares: Sequence[float], attributes: Sequence[float], budget: Budget
    ) -> None:
        self.time_step, self.value, self.budget = time_step, first, budget
        self.now, self.carry, self.gained = 0.0, 0.0, 0.0
        self.owed = max(-first, 0.0)
        made = [
            Part(-(place + 1) * time_step, first * share, attribute)
            for place, (share, attribute) in enumerate(zip(shares, attributes, strict=True))
            if first * share > 0
        ]
        self.parts: deque[Part] = deque(reversed(made))

    # One step.

    def push(self, *sources: float) -> float:
        inflow, outflow, time_step, attribute, gain = sources if len(sources) > 3 else (*sources, 0.0, 0.0)
        self.value += time_step * (inflow - outflow)
        self.time_step = time_step
        self.take(time_step * (max(outflow, 0.0) + max(-inflow, 0.0)))
        self.add(time_step * (max(inflow, 0.0) + max(-outflow, 0.0)), attribute)
        self.gained += gain * time_step
        self.advance()
        return self.value

    def take(self, amount: float) -> None:
        least = amount * REMAINDER
        while self.parts and amount > least:
            part = self.parts[0]
            if part.quantity > amount + least:
                part.quantity -= amount
                return
            amount -= part.quantity
            self.parts.popleft()
        self.owed += amount if amount > least else 0.0

    def add(self, amount: float, attribute: float) -> None:
        paid = min(self.owed, amount)
        self.owed -= paid
        if amount - paid > amount * REMAINDER:
            self.parts.append(Part(self.now, amount - paid, attribute - self.gained))
        self.budget.hold_parts(len(self.parts))

    def advance(self) -> None:
        """The clock of the ages, as a compensated sum."""
        added = self.time_step - self.carry
        later = self.now + added
        self.carry = (later - self.now) - added
        self.now = later

    # Questions. Nothing is known of a level that is no number.

    def oldest(self, count: float) -> Iterator[tuple[Part, float]]:
        """The parts that hold the oldest `count` units, and how much of each; all where that is no part of them."""
        total = sum([part.quantity for part in self.parts])
        left = count if 0 < count <= total else total
        for part in self.parts:
            if left <= 0:
                return
            yield part, min(part.quantity, left)
            left -= part.quantity

    def age(self, part: Part) -> float:
        return self.now - part.born

    def attribute(self, part: Part) -> float:
        return part.attribute + self.gained

    def known(self, value: float) -> float:
        return value if math.isfinite(self.value) else NAN

    def sum_over(self, count: float, what: Callable[[Part], float]) -> float:
        return self.known(sum(what(part) * taken for part, taken in self.oldest(count)))

    def mean(self, count: float, what: Callable[[Part], float]) -> float:
        """The mean over the oldest units; 0 where there is none."""
        total = amount = 0.0
        for part, taken in self.oldest(count):
            total += what(part) * taken
            amount += taken
        return self.known(total / amount if amount > 0 else 0.0)

    def within(self, low: float, high: float, slack: float, what: Callable[[Part], float]) -> float:
        """How much is from `low` to `high`, but for `slack`; a missing end is open."""
        least = low - slack if low != MISSING else -math.inf
        greatest = high + slack if high != MISSING else math.inf
        return self.known(sum(part.quantity for part in self.parts if least <= what(part) <= greatest))

    def average_age(self, count: float) -> float:
        return self.mean(count, self.age)

    def age_in_range(self, low: float, high: float) -> float:
        return self.within(low, high, NEARLY * self.time_step, self.age)

    def oldest_age(self) -> float:
        return self.known(self.age(self.parts[0]) if self.parts else 0.0)

    def average_attribute(self, count: float) -> float:
        return self.mean(count, self.attribute)

    def attribute_quantity(self, count: float) -> float:
        return self.sum_over(count, self.attribute)

    def greatest_attribute(self, count: float) -> float:
        return self.known(max((self.attribute(part) for part, _ in self.oldest(count)), default=0.0))

    def least_attribute(self, count: float) -> float:
        return self.known(min((self.attribute(part) for part, _ in self.oldest(count)), default=0.0))

    def attribute_in_range(self, low: float, high: float) -> float:
        sizes = [abs(end) for end in (low, high, self.gained) if end != MISSING]
        return self.within(low, high, REMAINDER * max(sizes), self.attribute)


def plain(time_step: float, first: float, profile: Curve, reach: float, budget: Budget | None = None) -> Queue:
    """A queue whose oldest unit is `reach` + TIME STEP old at the start, with quantities by `profile`."""
    budget = budget or Budget()
    shares = spread(profile, reach, time_step, budget)
    return Queue(time_step, first, shares, [0.0] * len(shares), budget)


def with_attribute(
    time_step: float, first: float, profile: Curve, heights: Curve, reach: float, attribute: float,
    budget: Budget | None = None,
) -> Queue:
    """A queue whose units start with `attribute` times the height of `heights` at their age."""
    budget = budget or Budget()
    shares = spread(profile, reach, time_step, budget)
    return Queue(time_step, first, shares, [attribute * height for height in along(heights, len(shares))], budget)


def spread(profile: Curve, reach: float, time_step: float, budget: Budget) -> list[float]:
    """The shares of what is TIME STEP, 2 TIME STEP ... `reach` + TIME STEP old, by a profile stretched over them."""
    count = budget.ring_length(reach, time_step) + 1 if reach >= time_step / 2 else 1
    heights = along(profile, count)
    total = sum(heights)
    if not (0 < total < math.inf and min(heights) >= 0):
        raise BadValue("the profile of a queue must be above zero somewhere and below it nowhere", FLAT)
    return [height / total for height in heights]


def along(profile: Curve, count: int) -> list[float]:
    """The heights of a profile at so many places from its beginning to its end."""
    first, last = profile[0][0], profile[0][-1]
    return [interpolate(profile, first + (last - first) * place / max(count - 1, 1)) for place in range(count)]


KINDS: dict[str, Callable[..., Queue]] = {"Queue": plain, "AttributeQueue": with_attribute}
