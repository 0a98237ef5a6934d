"""Conveyors: material that travels along a belt, one slat per TIME STEP, leaks on its way and leaves at the end.

A conveyor is one memory of one element in one run. Its questions say what leaves, leaks and fits in a step, and change
nothing; `push` moves the belt. numpy only; generated code makes and calls these.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from stockflow.runtime.states import RunLimit

MAX_SLATS = 1_000_000

# A whole number that was missed by rounding.
NEARLY = 1e-9


class Zone(NamedTuple):
    """Where a leak is, as parts of the way from the entrance; `whole`: only whole units leak."""

    start: float
    end: float
    whole: bool


class Gone(NamedTuple):
    """What a step takes from the belt: at the exit, and through each leak."""

    exit: float
    leaks: tuple[float, ...]


class Total:
    """A running sum that keeps what rounding would lose, so that an emptied belt holds exactly nothing."""

    def __init__(self) -> None:
        self.sum, self.lost = 0.0, 0.0

    def add(self, amount: float) -> None:
        made = self.sum + amount
        larger, smaller = (self.sum, amount) if abs(self.sum) >= abs(amount) else (amount, self.sum)
        self.lost += (larger - made) + smaller
        self.sum = made

    @property
    def value(self) -> float:
        return self.sum + self.lost


class Slats(Protocol):
    """What lies on a belt. A step is the belt's own; `due` is the step in which a slat is at the exit."""

    def leaving(self, step: int, fractions: Sequence[float], /) -> Gone: ...
    def leave(self, step: int, fractions: Sequence[float], /) -> None: ...
    def put(self, amount: float, due: int, length: int, entered: float, /) -> None: ...
    def at(self, due: int) -> float: ...
    @property
    def value(self) -> float: ...


class TightSlats:
    """A belt without leaks."""

    def __init__(self) -> None:
        self.amounts: dict[int, float] = {}
        self.total = Total()

    def leaving(self, step: int, _fractions: Sequence[float]) -> Gone:
        return Gone(self.amounts.get(step, 0.0), ())

    def leave(self, step: int, _fractions: Sequence[float]) -> None:
        self.total.add(-self.amounts.pop(step, 0.0))

    def put(self, amount: float, due: int, _length: int, _entered: float) -> None:
        if amount:
            self.amounts[due] = self.amounts.get(due, 0.0) + amount
            self.total.add(amount)

    def at(self, due: int) -> float:
        return self.amounts.get(due, 0.0)

    @property
    def value(self) -> float:
        return self.total.value if self.amounts else 0.0


class LeakySlats:
    """A belt with leaks: what came in together stays a parcel, with the amount that came in and its way in slats.

    A linear leak takes its fraction of what came in, in equal parts over the slats of its zone; an exponential one its
    fraction of what is left, per unit of time. No leak takes more than there is; the first goes first.
    """

    def __init__(self, zones: Sequence[Zone], exponential: bool, time_step: float) -> None:
        self.zones, self.exponential, self.time_step = tuple(zones), exponential, time_step
        self.amount, self.entered = np.zeros(0), np.zeros(0)
        self.due, self.length = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        self.owed = np.zeros((len(self.zones), 0))
        self.known: tuple[tuple[int, tuple[float, ...]], Gone, list[NDArray[np.float64]]] | None = None

    def takes(self, step: int, fractions: Sequence[float]) -> tuple[Gone, list[NDArray[np.float64]]]:
        """What leaves, and what each leak takes of each parcel; worked out once for all questions of a step."""
        asked = (step, tuple(fractions))
        if self.known is None or self.known[0] != asked:
            left, taken = self.amount, []
            for zone, fraction, owed in zip(self.zones, fractions, self.owed, strict=True):
                wanted = self.wanted(zone, fraction, step)
                wanted = np.floor(owed + wanted + NEARLY) if zone.whole else wanted
                taken.append(np.maximum(np.minimum(wanted, left), 0.0))
                left = left - taken[-1]
            gone = Gone(float(left[self.due == step].sum()), tuple(float(part.sum()) for part in taken))
            self.known = asked, gone, taken
        return self.known[1], self.known[2]

    def wanted(self, zone: Zone, fraction: float, step: int) -> NDArray[np.float64]:
        """What a leak would take of each parcel."""
        first, last = bounds(zone, self.length)
        passed = self.length - 1 - (self.due - step)
        if self.exponential:
            share = self.amount * (fraction * self.time_step)
        else:
            share = self.entered * fraction / (last - first)
        found: NDArray[np.float64] = np.where((passed >= first) & (passed < last), share, 0.0)
        return found

    def leaving(self, step: int, fractions: Sequence[float]) -> Gone:
        return self.takes(step, fractions)[0]

    def leave(self, step: int, fractions: Sequence[float]) -> None:
        _, taken = self.takes(step, fractions)
        for number, (zone, fraction) in enumerate(zip(self.zones, fractions, strict=True)):
            if zone.whole:
                self.owed[number] += self.wanted(zone, fraction, step) - taken[number]
        for part in taken:
            self.amount = self.amount - part
        self.keep(self.due > step)

    def keep(self, kept: NDArray[np.bool_]) -> None:
        self.amount, self.entered = self.amount[kept], self.entered[kept]
        self.due, self.length, self.owed = self.due[kept], self.length[kept], self.owed[:, kept]
        self.known = None

    def put(self, amount: float, due: int, length: int, entered: float) -> None:
        if amount:
            self.amount, self.entered = np.append(self.amount, amount), np.append(self.entered, entered)
            self.due, self.length = np.append(self.due, due), np.append(self.length, length)
            self.owed = np.append(self.owed, np.zeros((len(self.zones), 1)), axis=1)
            self.known = None

    def at(self, due: int) -> float:
        return float(self.amount[self.due == due].sum())

    @property
    def value(self) -> float:
        return float(self.amount.sum())


def bounds(zone: Zone, length: Any) -> tuple[Any, Any]:
    """The first slat of a zone, counted from the entrance, and the one after its last; at least one is in it."""
    first = np.minimum(np.floor(zone.start * length + 0.5), length - 1)
    return first, np.minimum(np.maximum(np.floor(zone.end * length + 0.5), first + 1), length)


def surviving(
    length: int, zones: Sequence[Zone], fractions: Sequence[float], exponential: bool, time_step: float
) -> NDArray[np.float64]:
    """The part of what came in that is left on each slat, from the entrance, where all leaks stay as they are."""
    lost = np.zeros(length)
    for zone, fraction in zip(zones, fractions, strict=True):
        first, last = (int(place) for place in bounds(zone, length))
        lost[first:last] += max(fraction, 0.0) * (time_step if exponential else 1 / (last - first))
    before = np.concatenate(([0.0], lost[:-1]))
    if exponential:
        return np.cumprod(np.maximum(1 - before, 0.0))
    found: NDArray[np.float64] = np.maximum(1 - np.cumsum(before), 0.0)
    return found


def slats_of(length: float, time_step: float) -> int:
    """The number of slats: the nearest, at least one."""
    steps = length / time_step
    if not steps <= MAX_SLATS:
        raise RunLimit(f"a conveyor with a transit time of {length:g} has {steps:.3g} slats; the limit is"
                       f" {MAX_SLATS:,}")
    return max(1, math.floor(steps + 0.5)) if steps > 0 else 1


def is_on(switch: float) -> bool:
    """Not zero; NaN is off."""
    return switch < 0.0 or switch > 0.0


class Conveyor:
    """The belt of a stock.

    At the start: the content; the transit time; whether the belt is discrete; whether leaks are exponential; the number
    of leaks, and for each where its zone starts and ends, whether only whole units leak, and its fraction; then, where
    the modeller gave them, the contents from the exit on, one for each time unit or, where there are more of them than
    units, one for each slat.

    Sources: what comes in at the entrance and what is spread evenly over the belt, both per unit of time; the transit
    time, whether it is sampled, whether the belt is arrested, the fractions of the leaks.
    """

    def __init__(self, time_step: float, first: float, *settings: float) -> None:
        length, discrete, exponential, count = settings[:4]
        leaks = [settings[at : at + 4] for at in range(4, 4 + 4 * int(count), 4)]
        zones = [Zone(start, end, is_on(whole)) for start, end, whole, _ in leaks]
        self.time_step, self.discrete = time_step, is_on(discrete)
        self.step, self.ticks, self.admitted = 0, 0, 0.0
        self.per_unit = max(1, math.floor(1 / time_step + 0.5))
        self.length = slats_of(length, time_step)
        self.slats: Slats = LeakySlats(zones, is_on(exponential), time_step) if zones else TightSlats()
        left = surviving(self.length, zones, [leak[3] for leak in leaks], is_on(exponential), time_step)
        self.fill(first, settings[4 + 4 * int(count) :], left)

    # The start.

    def fill(self, first: float, values: Sequence[float], left: NDArray[np.float64]) -> None:
        """Put the first content on the belt; each parcel has lost what a journey so far would have taken."""
        from_exit = left[::-1]
        for place, amount in self.listed(first, values) if values else self.steady(first, from_exit):
            share = float(from_exit[place])
            self.slats.put(amount, place, self.length, amount / share if share > 0 else amount)

    def steady(self, first: float, left: NDArray[np.float64]) -> list[tuple[int, float]]:
        """The content that a constant inflow would have left behind: place from the exit, amount."""
        places = np.arange(0, self.length, self.per_unit if self.discrete else 1)
        weights = left[places]
        amounts = first * (weights / weights.sum()) if weights.any() else np.full(len(places), first / len(places))
        return list(zip(places.tolist(), amounts.tolist(), strict=True))

    def listed(self, first: float, values: Sequence[float]) -> list[tuple[int, float]]:
        """The contents that the modeller listed, in proportion where the content was set to another sum."""
        known = sum(values)
        scale = 1.0 if known == first else first / known if known else 0.0
        starts = range(0, self.length, self.per_unit)
        units = [range(at, min(at + self.per_unit, self.length)) for at in starts]
        if len(values) > self.length:
            raise RunLimit(f"a conveyor of {self.length:,} slats is given {len(values):,} initial values")
        if len(values) > len(units):
            return [(place, scale * value) for place, value in enumerate(values)]
        places: list[tuple[int, float]] = []
        for unit, value in zip(units, values, strict=False):
            taken = unit[:1] if self.discrete else unit
            places += [(place, scale * value / len(taken)) for place in taken]
        return places

    # Questions.

    def outflow(self, arrest: float, *fractions: float) -> float:
        """What leaves at the exit, per unit of time."""
        return 0.0 if is_on(arrest) else self.slats.leaving(self.step, fractions).exit / self.time_step

    def leakage(self, number: float, arrest: float, *fractions: float) -> float:
        """What one leak takes, per unit of time; leaks are counted from 0."""
        return 0.0 if is_on(arrest) else self.slats.leaving(self.step, fractions).leaks[int(number)] / self.time_step

    def room(self, arrest: float, capacity: float, limit: float, *fractions: float) -> float:
        """What may come in, per unit of time: what the capacity leaves after exit and leaks, within the limit.

        A continuous belt takes `limit` in each step; a discrete one takes what the time unit allows at any time in it.
        """
        if is_on(arrest):
            return 0.0
        gone = self.slats.leaving(self.step, fractions)
        free = (capacity - (self.slats.value - gone.exit - sum(gone.leaks))) / self.time_step
        budget = (limit - self.admitted) / self.time_step if self.discrete else limit
        return max(0.0, min(free, budget))

    def item(self, number: float) -> float:
        """What lies on one slat; the one at the exit is 1."""
        place = math.floor(number + 0.5) if math.isfinite(number) else 0
        return self.slats.at(self.step + place - 1) if place >= 1 else 0.0

    # A step.

    def push(self, *sources: float) -> float:
        given, spread, length, sample, arrest, *fractions = sources
        if not is_on(arrest):
            if is_on(sample):
                self.length = slats_of(length, self.time_step)
            self.slats.leave(self.step, fractions)
            self.step += 1
        amount = given * self.time_step
        self.slats.put(amount, self.step - 1 + self.length, self.length, amount)
        if spread:
            self.spread(spread * self.time_step)
        self.count(amount + spread * self.time_step)
        return self.slats.value

    def spread(self, amount: float) -> None:
        """The same on each slat."""
        each = amount / self.length
        for place in range(self.length):
            self.slats.put(each, self.step + place, self.length, each)

    def count(self, amount: float) -> None:
        """What came in so far in the time unit of the next step."""
        self.ticks += 1
        self.admitted = self.admitted + amount if self.ticks % self.per_unit else 0.0
