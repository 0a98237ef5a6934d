"""Memories that spread what they are given over later times: a conveyor, a response profile, depreciation.

Each class is one memory of one element in one run, as in `runtime.belts`. numpy only; generated code makes and tells
these.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stockflow.runtime.budget import Budget
from stockflow.runtime.lookup import Curve, area
from stockflow.runtime.states import BadValue

Array = NDArray[np.float64]

# A few roundings are forgiven where lengths and times that are whole numbers of steps are compared.
NEARLY = 1e-6

# Below this the common factor of a leaking belt is put into its parts.
SMALLEST = 1e-150

# As many shapes of depreciation are kept as a fiscal period may have steps; then they are made anew.
MOST_SHAPES = 1000

FLAT = "give a lookup such as (0,1),(1,1), which is above zero"


class ConveyorDelay:
    """A belt whose speed and leakage may change: what enters leaves when it has gone the whole length.

    Sources: the input, the delay time, the fraction that is lost per unit of time. A new delay time moves the belt from
    the step after; until the first it moves at the speed of the initial time. Lengths are parts of the belt, which is
    full from end to end; `parts` are (length, quantity over the common `factor` of leakage), next to leave first.
    """

    def __init__(
        self, time_step: float, _first: float, profile: Curve, total: float, initial_time: float,
        budget: Budget | None = None,
    ) -> None:
        self.time_step, self.factor, self.budget = time_step, 1.0, budget or Budget()
        self.speed = self.speed_of(initial_time)
        self.parts: deque[tuple[float, float]] = deque(loaded(profile, total, self.speed) if total else [(1.0, 0.0)])
        self.leave()

    def speed_of(self, delay: float) -> float:
        """The part of the belt that goes by in one step; all of it where the delay is shorter than a step."""
        self.budget.ring_length(delay, self.time_step)
        return self.time_step / delay if delay > self.time_step else 1.0

    def push(self, *sources: float) -> float:
        given, delay, leakage = sources
        self.parts.append((self.speed, given * self.time_step / self.factor))
        self.leak(max(1.0 - leakage * self.time_step, 0.0))
        self.speed = self.speed_of(delay)
        return self.leave() / self.time_step

    def leak(self, kept: float) -> None:
        self.factor *= kept
        if not self.factor > SMALLEST:
            self.parts = deque((length, quantity * self.factor) for length, quantity in self.parts)
            self.factor = 1.0

    def leave(self) -> float:
        """Take off what goes by in a step."""
        left, gone = self.speed, 0.0
        while self.parts and left > NEARLY * self.speed:
            length, quantity = self.parts.popleft()
            if length > left + NEARLY * self.speed:
                share = left / length
                self.parts.appendleft((length - left, quantity * (1 - share)))
                return (gone + quantity * share) * self.factor
            gone += quantity
            left -= length
        return gone * self.factor


def loaded(profile: Curve, total: float, speed: float) -> list[tuple[float, float]]:
    """The parts of a belt, by the profile stretched from its entry to its exit; the ones at the exit first."""
    start, end = profile[0][0], profile[0][-1]
    whole = area(profile, start, end)
    if not 0 < whole < math.inf:
        raise BadValue("the profile of a conveyor must have an area above zero", FLAT)
    count = math.ceil(1 / speed - NEARLY)
    ends = [max(1 - place * speed, 0.0) for place in range(count)] + [0.0]
    found = [start + (end - start) * place for place in ends]
    return [
        (ends[place] - ends[place + 1], total * area(profile, found[place + 1], found[place]) / whole)
        for place in range(count)
    ]


class Coming:
    """What is to come out in the next steps, added up: at first a shape of one height, in which 0 is nothing of it."""

    def __init__(self, shape: Array, height: float) -> None:
        with np.errstate(invalid="ignore"):
            self.values, self.at = np.where(shape == 0, 0.0, height * shape), 0

    def add(self, given: Array, height: float) -> None:
        """Add a shape that begins with the next step."""
        end = self.at + len(given)
        if end > len(self.values):
            room = np.zeros(2 * len(given))
            rest = self.values[self.at :]
            room[: len(rest)] = rest
            self.values, self.at, end = room, 0, len(given)
        if math.isfinite(height):
            self.values[self.at : end] += height * given
        else:
            with np.errstate(invalid="ignore"):
                self.values[self.at : end] += height

    def next(self) -> float:
        self.at += 1
        return float(self.values[self.at - 1])


class ProfileDelay:
    """A delay whose response to a pulse is a profile, scaled to the area 1 and to the delay time as its mean.

    Sources: the input, the delay time, which each input keeps. Before the start the input grew by `growth` per unit of
    time, so that `first` comes out at the start.
    """

    def __init__(
        self, time_step: float, first: float, profile: Curve, delay: float, growth: float, budget: Budget | None = None
    ) -> None:
        self.delay, self.response = delay, Response(profile, time_step, budget or Budget())
        self.shares = self.response.shares(delay)
        self.coming = Coming(before(self.shares, 1 + growth * time_step), first)

    def push(self, *sources: float) -> float:
        given, delay = sources
        if delay != self.delay:
            self.delay, self.shares = delay, self.response.shares(delay)
        self.coming.add(self.shares, given)
        return self.coming.next()


class Response:
    """A profile as a response to a pulse, cut into steps for a delay time."""

    def __init__(self, profile: Curve, time_step: float, budget: Budget) -> None:
        self.time_step, self.budget = time_step, budget
        self.x, self.y, self.slopes = (np.array(one) for one in profile)
        x, y = self.x, self.y
        sizes = np.diff(x) * (y[1:] + y[:-1]) / 2
        moments = np.diff(x) * (x[1:] * (2 * y[1:] + y[:-1]) + x[:-1] * (2 * y[:-1] + y[1:])) / 6
        self.sums, self.moment = np.append(0.0, np.cumsum(sizes)), float(moments.sum())
        if not (x[0] >= 0 and 0 < self.sums[-1] < math.inf and self.moment > 0):
            raise BadValue("the profile of a delay must have an area above zero, and no times below zero", FLAT)

    def shares(self, delay: float) -> Array:
        """What comes out after 1, 2 ... steps of 1: each part of the profile after the nearest number of steps."""
        scale = delay * float(self.sums[-1]) / self.moment
        count = self.budget.ring_length(scale * float(self.x[-1]) + 0.5 * self.time_step, self.time_step)
        if count == 1:
            return np.ones(1)
        ends = np.arange(1.5, count) * (self.time_step / scale)
        at = np.minimum(np.maximum(self.x.searchsorted(ends, "right") - 1, 0), len(self.x) - 2)
        gap = np.minimum(np.maximum(ends, self.x[0]), self.x[-1]) - self.x[at]
        areas = self.sums[at] + gap * (self.y[at] + gap * self.slopes[at] / 2)
        made: Array = np.diff(np.concatenate([[0.0], areas / self.sums[-1], [1.0]]))
        return made


def before(shares: Array, growth: float) -> Array:
    """What comes out in the next steps of inputs that grew by a factor in each step, where 1 comes out now."""
    places = np.arange(1, len(shares) + 1)
    with np.errstate(all="ignore"):
        left = np.cumsum((shares * growth**-places)[::-1])[::-1]
        made: Array = np.append(growth ** places[:-1] * left[1:], 0.0) / left[0]
    if not (growth > 0 and np.all(np.isfinite(made))):
        raise BadValue(f"an input cannot have grown {growth:g} times in each TIME STEP before the start",
                       "give a growth rate nearer to 0")
    return made


class StraightLine:
    """A stream spread evenly over the steps of a time, which each part of it keeps.

    Sources: the stream, the time. `first` was the stream before the start.
    """

    def __init__(
        self, time_step: float, first: float, time: float, period: float, budget: Budget | None = None
    ) -> None:
        if period != 1:
            found = f"the fiscal period of a straight-line depreciation is {period:g}"
            raise BadValue(f"{found}; only 1, which is none, can be worked with", "write 1")
        self.time_step, self.budget = time_step, budget or Budget()
        count = self.steps(time)
        self.shape = np.full(count, 1 / count)
        self.coming = Coming(np.arange(count - 1.0, -1.0, -1.0) / count, first)

    def steps(self, time: float) -> int:
        self.budget.ring_length(time, self.time_step)
        return max(1, math.ceil(time / self.time_step - NEARLY))

    def push(self, *sources: float) -> float:
        stream, time = sources
        count = self.steps(time)
        if count != len(self.shape):
            self.shape = np.full(count, 1 / count)
        self.coming.add(self.shape, stream)
        return self.coming.next()


class ScheduledDepreciation:
    """A stream that is spread by a schedule over fiscal periods, one for each share, which together make up a time.

    Sources: the stream, the time, which each part of the stream keeps. The first share falls on what is left of the
    fiscal period, the others on the periods after it. `first` was the stream before the start.
    """

    def __init__(
        self, time_step: float, first: float, time: float, begin: float, start: float, *schedule: float,
        budget: Budget | None = None,
    ) -> None:
        total = math.fsum(schedule)
        if not (0 < total < math.inf and min(schedule) >= 0):
            raise BadValue("the shares of a depreciation schedule must be 0 or more, and not all 0",
                           "give shares such as 0.5, 0.3, 0.2")
        self.time_step, self.step, self.begin = time_step, 0, start - begin
        self.budget = budget or Budget()
        self.shares = np.array(schedule) / total
        self.shapes: dict[tuple[float, float], Array] = {}
        self.coming = Coming(self.past(time), first)

    def gone(self, period: float) -> float:
        """How much of the fiscal period is over."""
        over = math.fmod(self.begin + self.step * self.time_step, period)
        over += period if over < 0 else 0.0
        return 0.0 if over > period - NEARLY * self.time_step else over

    def period(self, time: float) -> float:
        self.budget.ring_length(time, self.time_step)
        return max(time, self.time_step) / len(self.shares)

    def per_step(self, amounts: Array, period: float, gone: float) -> Array:
        """The amounts of this fiscal period, of which a part is gone, and of those after it, step by step."""
        ends = period * np.arange(1, len(amounts) + 1) - gone
        count = max(1, math.ceil(ends[-1] / self.time_step - NEARLY))
        totals = np.append(0.0, np.cumsum(amounts))
        sums = np.interp(self.time_step * np.arange(count + 1), np.append(0.0, ends), totals)
        sums[-1] = totals[-1]
        made: Array = np.diff(sums)
        return made

    def past(self, time: float) -> Array:
        """What is still to come, step by step, of a stream of 1 in every step before the start."""
        period, count = self.period(time), len(self.shares)
        gone = self.gone(period)
        # Steps before the start in this fiscal period, in the one before it, and so on.
        reached = np.floor((gone + period * np.arange(count)) / self.time_step + NEARLY)
        steps = np.diff(reached, prepend=0.0)
        amounts = np.correlate(self.shares, steps, "full")[count - 1 :]
        # Of what falls on this period a part is over, for each step of it since that step.
        bought = gone - self.time_step * np.arange(1, steps[0] + 1)
        first = float(np.sum((period - gone) / (period - bought)))
        amounts[0] = float(steps[1:] @ self.shares[1:]) * (1 - gone / period) + self.shares[0] * first
        # The last period is reached by steps of this one only.
        amounts = amounts if steps[0] else amounts[:-1]
        return self.per_step(amounts, period, gone) if amounts.size else amounts

    def push(self, *sources: float) -> float:
        stream, time = sources
        period = self.period(time)
        key = (period, round(self.gone(period) / self.time_step, 6))
        if key not in self.shapes:
            if len(self.shapes) >= MOST_SHAPES:
                self.shapes.clear()
            self.shapes[key] = self.per_step(self.shares, period, self.gone(period))
        self.coming.add(self.shapes[key], stream)
        self.step += 1
        return self.coming.next()


KINDS: dict[str, Callable[..., Any]] = {
    kind.__name__: kind for kind in (ConveyorDelay, ProfileDelay, StraightLine, ScheduledDepreciation)
}
