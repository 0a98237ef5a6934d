"""Queues: levels that know since when each part of them has been there.

Each class is one memory of one element in one run, as in `runtime.belts`. numpy only; generated code makes, tells and
asks these.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator

from stockflow.runtime.lookup import Curve, interpolate
from stockflow.runtime.numeric import MISSING, NAN
from stockflow.runtime.states import MAX_RING, RunLimit, ring_length

# A few roundings are forgiven where ages that are whole numbers of steps are compared.
NEARLY = 1e-6

# What an outflow leaves of a part by rounding alone is not left.
REMAINDER = 1e-9


class Queue:
    """A level whose parts wait in the order in which they came; what flows out is the oldest.

    Sources: inflow, outflow, TIME STEP; a negative one counts as the other. What came in during a step is one TIME STEP
    old at its end. At the start the parts are TIME STEP to `reach` + TIME STEP old, with quantities by `profile`. A
    level below zero has no parts; what comes in fills it up first.
    """

    def __init__(self, time_step: float, first: float, profile: Curve, reach: float) -> None:
        self.time_step, self.value = time_step, first
        self.now, self.carry = 0.0, 0.0
        self.parts: deque[list[float]] = deque()
        self.owed = max(-first, 0.0)
        shares = spread(profile, reach, time_step)
        for place in reversed(range(len(shares))):
            if first * shares[place] > 0:
                self.parts.append([-(place + 1) * time_step, first * shares[place]])

    def push(self, *sources: float) -> float:
        inflow, outflow, time_step = sources
        self.value += time_step * (inflow - outflow)
        self.time_step = time_step
        self.take(time_step * (max(outflow, 0.0) + max(-inflow, 0.0)))
        self.add(time_step * (max(inflow, 0.0) + max(-outflow, 0.0)))
        self.advance(time_step)
        return self.value

    def take(self, amount: float) -> None:
        least = amount * REMAINDER
        while self.parts and amount > least:
            part = self.parts[0]
            if part[1] > amount + least:
                part[1] -= amount
                return
            amount -= part[1]
            self.parts.popleft()
        self.owed += amount if amount > least else 0.0

    def add(self, amount: float) -> None:
        paid = min(self.owed, amount)
        self.owed -= paid
        if amount - paid > amount * REMAINDER:
            self.parts.append([self.now, amount - paid])
        if len(self.parts) > MAX_RING:
            raise RunLimit(f"a queue has more than {MAX_RING:,} parts, the limit")

    def advance(self, time_step: float) -> None:
        """The clock of the ages, as a compensated sum."""
        added = time_step - self.carry
        later = self.now + added
        self.carry = (later - self.now) - added
        self.now = later

    def oldest(self, count: float) -> Iterator[tuple[list[float], float]]:
        """The parts that hold the oldest `count` units, and how much of each; all where that is no part of them."""
        total = sum(part[1] for part in self.parts)
        left = count if 0 < count <= total else total
        for part in self.parts:
            if left <= 0:
                return
            yield part, min(part[1], left)
            left -= part[1]

    def average_age(self, count: float) -> float:
        found = [(self.now - part[0], taken) for part, taken in self.oldest(count)]
        return self.mean(found)

    def mean(self, found: list[tuple[float, float]]) -> float:
        """The mean by quantity; 0 where there is nothing."""
        total = sum(taken for _, taken in found)
        mean = sum(value * taken for value, taken in found) / total if total > 0 else 0.0
        return mean if math.isfinite(self.value) else NAN

    def age_in_range(self, low: float, high: float) -> float:
        """How much is from `low` to `high` old; a missing end is open."""
        slack = NEARLY * self.time_step
        oldest = self.now - (low - slack if low != MISSING else -math.inf)
        youngest = self.now - (high + slack if high != MISSING else math.inf)
        found = sum(quantity for born, quantity in self.parts if youngest <= born <= oldest)
        return found if math.isfinite(self.value) else NAN

    def oldest_age(self) -> float:
        if not math.isfinite(self.value):
            return NAN
        return self.now - self.parts[0][0] if self.parts else 0.0


def spread(profile: Curve, reach: float, time_step: float) -> list[float]:
    """The shares of what is TIME STEP, 2 TIME STEP ... `reach` + TIME STEP old, by a profile stretched over them."""
    count = ring_length(reach, time_step) + 1 if reach >= time_step / 2 else 1
    first, last = profile[0][0], profile[0][-1]
    shares = [interpolate(profile, first + (last - first) * place / max(count - 1, 1)) for place in range(count)]
    total = sum(shares)
    if not (total > 0 and min(shares) >= 0):
        raise RunLimit("the profile of a queue must be above zero somewhere and below it nowhere")
    return [share / total for share in shares]


KINDS = {kind.__name__: kind for kind in (Queue,)}
