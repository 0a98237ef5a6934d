"""A memory of all past values of a variable, which can be asked for one of them and for a rate of return.

Made for each element in one run, told its sources once per TIME STEP. numpy only; generated code makes and calls it.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stockflow.runtime.budget import Budget, hold

# A few roundings are forgiven where times are compared.
NEARLY = 1e-6

# The logarithms of 1 + rate that are searched: rates from -99.9999 percent to a million.
LEAST, MOST = math.log(1e-6), math.log(1e6)
# Where rates are looked for, from 0 outwards: the distances from 0, as logarithms of 1 + rate.
DISTANCES = (*(0.01 * 1.25**n for n in range(33)), MOST)
MOST_STEPS = 200


class Past:
    """Values with their times. Sources: the value and the time of a step."""

    def __init__(self, time_step: float, _: float, budget: Budget | None = None) -> None:
        self.budget = budget or Budget()
        self.nearly = NEARLY * time_step
        self.times, self.values = array("d"), array("d")
        self.room = self.budget.limits.past_values
        self.guess = 0.0

    def push(self, *sources: float) -> float:
        value, time = sources
        if len(self.values) >= self.room:
            said, advice = "a variable whose past is asked for has", "raise TIME STEP"
            hold(self.budget.limits.stopped("past-values", said, "values in all elements and runs", advice))
        self.values.append(value)
        self.times.append(time)
        return value

    def recall(self, time: float) -> float:
        """The value of the last step up to a time; 0 before the first step."""
        if time != time:
            return time
        place = bisect_right(self.times, time + self.nearly)
        return self.values[place - 1] if place else 0.0

    def internal_rate(self, now: float, time: float, missing: float) -> float:
        """The rate per unit of time at which all values, the present one included, are worth nothing.

        Of several rates the one nearest to 0, `missing` where there is none; NaN where a value is no number.
        """
        values, after = np.append(np.array(self.values), now), np.append(np.array(self.times), time)
        if not np.isfinite(values).all():
            return math.nan
        signs = np.sign(values[values != 0])
        if not (signs != signs[:1]).any():
            return missing
        single = np.count_nonzero(np.diff(signs)) == 1
        found = _root(values, after - after[0], self.guess if single else 0.0)
        if found is None:
            return missing
        self.guess = found
        return math.expm1(found)


def _worth(values: NDArray[Any], after: NDArray[Any], growth: float) -> tuple[float, float]:
    """The worth of values after some times, and its slope, by the logarithm of 1 + rate."""
    # Seen from the end where the rate is negative, so that no power is too large.
    terms = values * np.exp(-growth * (after if growth >= 0 else after - after[-1]))
    return float(terms.sum()), float(-(terms * after).sum())


def _root(values: NDArray[Any], after: NDArray[Any], guess: float) -> float | None:
    """The logarithm of 1 + rate at which the worth is 0, in the bracket nearest to a guess."""
    ends = [(guess, _worth(values, after, guess)[0])] * 2
    if ends[0][1] == 0:
        return guess
    for distance in DISTANCES:
        for side, sign in enumerate((-1, 1)):
            near, worth = ends[side]
            far = min(max(guess + sign * distance, LEAST), MOST)
            there = _worth(values, after, far)[0]
            if there == 0 or (there > 0) != (worth > 0):
                return _within(values, after, (near, worth), far)
            ends[side] = far, there
    return None


def _within(values: NDArray[Any], after: NDArray[Any], low: tuple[float, float], high: float) -> float:
    """The root between two places of different signs: Newton's steps, halved intervals where they lead outside."""
    (near, sign), far = low, high
    place = (near + far) / 2
    for _ in range(MOST_STEPS):
        worth, slope = _worth(values, after, place)
        if worth == 0:
            return place
        if (worth > 0) == (sign > 0):
            near = place
        else:
            far = place
        step = place - worth / slope if slope else math.inf
        following = step if min(near, far) < step < max(near, far) else (near + far) / 2
        if abs(following - place) <= 1e-15 * max(1.0, abs(place)):
            return following
        place = following
    return place
