"""Conveyors: material that travels along a belt, one slat per TIME STEP, leaks on its way and leaves at the end.

A conveyor is one memory of one element in one run. Its questions say what leaves, leaks and fits in a step, and change
nothing; `push` moves the belt. numpy only; generated code makes and calls these.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from stockflow.runtime.budget import Budget
from stockflow.runtime.numeric import NAN

Parcels = NDArray[np.float64]

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


class Taking(NamedTuple):
    """What a step takes, what it leaves of each parcel, and what each leak of whole units is owed then."""

    gone: Gone
    left: Parcels
    owed: list[float]


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
    def put(self, amount: float, due: int, entry: int, length: int, bases: Sequence[float], /) -> None: ...
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

    def put(self, amount: float, due: int, _entry: int, _length: int, _bases: Sequence[float]) -> None:
        if amount:
            self.amounts[due] = self.amounts.get(due, 0.0) + amount
            self.total.add(amount)

    def at(self, due: int) -> float:
        return self.amounts.get(due, 0.0)

    @property
    def value(self) -> float:
        return self.total.value if self.amounts else 0.0


class LeakySlats:
    """A belt with leaks: what came in together stays a parcel, which leaks in the steps in which it is in a zone.

    A linear leak takes its fraction, 1 at most, of what came into its zone, in equal parts over the slats of the zone;
    the first leak goes first. An exponential one takes its fraction of what is left, per unit of time; several share
    where they want more than there is. Of a leak of whole units, what is due adds up until it makes a whole; that is
    taken where the exit is nearest.
    """

    def __init__(self, zones: Sequence[Zone], exponential: bool, time_step: float) -> None:
        self.zones, self.exponential, self.time_step = tuple(zones), exponential, time_step
        # Parcels in the order in which they came: those before `start` are gone, and `passed` are not kept any more.
        self.start = self.stop = self.passed = 0
        self.due, self.amount = np.zeros(16, dtype=np.int64), np.zeros(16)
        shape = (len(self.zones), 16)
        self.begin, self.end = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        self.portion = np.zeros(shape)
        self.owed = [0.0] * len(self.zones)
        self.leaving_in: dict[int, list[int]] = {}
        self.known: tuple[tuple[int, tuple[float, ...]], Taking] | None = None

    @property
    def here(self) -> slice:
        return slice(self.start, self.stop)

    def taking(self, step: int, fractions: Sequence[float]) -> Taking:
        """What a step takes; worked out once for all questions of it."""
        asked = (step, tuple(fractions))
        if self.known is None or self.known[0] != asked:
            wanted = self.wanted(step, fractions)
            left, taken, owed = self.amount[self.here], [], []
            for zone, want, carry in zip(self.zones, wanted, self.owed, strict=True):
                due = carry + float(want.sum()) if zone.whole else math.inf
                part = self.nearest(left * (want > 0), math.floor(due + NEARLY)) if math.isfinite(due) else want
                taken.append(np.maximum(np.minimum(part, left), 0.0))
                owed.append(due - float(taken[-1].sum()) if math.isfinite(due) else 0.0)
                left = left - taken[-1]
            exit_ = sum(float(left[place - self.start]) for place in self.places(step))
            self.known = asked, Taking(Gone(exit_, tuple(float(part.sum()) for part in taken)), left, owed)
        return self.known[1]

    def wanted(self, step: int, fractions: Sequence[float]) -> list[Parcels]:
        """What each leak would take of each parcel."""
        amount = self.amount[self.here]
        inside = (self.begin[:, self.here] <= step) & (self.end[:, self.here] > step)
        if not self.exponential:
            self.begun(step)
            limited = [fraction if math.isnan(fraction) else min(fraction, 1.0) for fraction in fractions]
            return [portion * fraction for portion, fraction in zip(self.portion[:, self.here] * inside, limited,
                                                                    strict=True)]
        shares = [on * (fraction * self.time_step) for on, fraction in zip(inside, fractions, strict=True)]
        scale = 1 / np.maximum(sum(shares), 1.0)
        return [amount * scale * share for share in shares]

    def begun(self, step: int) -> None:
        """Note what parcels bring into the zones that they come into in this step."""
        first = self.begin[:, self.here] == step
        if first.any():
            spans = self.end[:, self.here] - self.begin[:, self.here]
            self.portion[:, self.here] = np.where(first, self.amount[self.here] / spans, self.portion[:, self.here])

    def nearest(self, there: Parcels, amount: float) -> Parcels:
        """An amount out of parcels, the one nearest to the exit first."""
        order = np.argsort(self.due[self.here], kind="stable")
        before = np.cumsum(there[order]) - there[order]
        found = np.empty_like(there)
        found[order] = np.clip(amount - before, 0.0, there[order])
        return found

    def places(self, due: int) -> list[int]:
        """Where the parcels are that are at the exit in a step."""
        return [number - self.passed for number in self.leaving_in.get(due, ())]

    def leaving(self, step: int, fractions: Sequence[float]) -> Gone:
        return self.taking(step, fractions).gone

    def leave(self, step: int, fractions: Sequence[float]) -> None:
        taking = self.taking(step, fractions)
        self.owed = taking.owed
        self.amount[self.here] = taking.left
        self.amount[self.places(step)] = 0.0
        self.leaving_in.pop(step, None)
        while self.start < self.stop and self.due[self.start] <= step:
            self.start += 1
        self.known = None

    def put(self, amount: float, due: int, entry: int, length: int, bases: Sequence[float]) -> None:
        """A parcel whose first step on the belt is `entry`; `bases` are what it brought into the zones it is in."""
        if not amount:
            return
        if self.stop == len(self.due):
            self.make_room()
        at = self.stop
        self.stop += 1
        self.due[at], self.amount[at] = due, amount
        for number, (zone, base) in enumerate(zip(self.zones, bases, strict=True)):
            first, last = bounds(zone, length)
            self.begin[number, at], self.end[number, at] = entry + first, entry + last
            self.portion[number, at] = base / (last - first)
        self.leaving_in.setdefault(due, []).append(self.passed + at)
        self.known = None

    def make_room(self) -> None:
        """Forget the parcels that are gone, and take twice the room of the others."""
        kept = self.stop - self.start
        for name in ("due", "amount", "begin", "end", "portion"):
            old = getattr(self, name)
            new = np.zeros((*old.shape[:-1], max(16, 2 * kept)), dtype=old.dtype)
            new[..., :kept] = old[..., self.start : self.stop]
            setattr(self, name, new)
        self.passed += self.start
        self.start, self.stop = 0, kept

    def at(self, due: int) -> float:
        return float(sum(self.amount[place] for place in self.places(due)))

    @property
    def value(self) -> float:
        return float(self.amount[self.here].sum())


def bounds(zone: Zone, length: int) -> tuple[int, int]:
    """The first slat of a zone, counted from the entrance, and the one after its last: all whose middle is in it.

    At least one slat is.
    """
    first = min(max(math.ceil(zone.start * length - 0.5 - NEARLY), 0), length - 1)
    return first, min(max(math.floor(zone.end * length + 0.5 + NEARLY), first + 1), length)


class Steady(NamedTuple):
    """What a constant inflow of 1 leaves on each slat, from the entrance, and what of it came into each zone."""

    left: list[float]
    bases: tuple[float, ...]


def shared(amount: float, weights: Sequence[float]) -> list[float]:
    """An amount in the proportions of weights; in equal parts where there are none."""
    total = math.fsum(weights)
    return [amount * (weight / total) for weight in weights] if total else [amount / len(weights)] * len(weights)


def steady(
    length: int, zones: Sequence[Zone], fractions: Sequence[float], exponential: bool, time_step: float
) -> Steady:
    """The belt under a constant inflow, where all leaks stay as they are."""
    places = [bounds(zone, length) for zone in zones]
    bases = [0.0] * len(zones)
    left = [1.0]
    for at in range(length - 1):
        lost = 0.0
        for number, ((first, last), fraction) in enumerate(zip(places, fractions, strict=True)):
            if at == first:
                bases[number] = left[-1]
            if first <= at < last and exponential:
                lost += left[-1] * max(fraction, 0.0) * time_step
            elif first <= at < last:
                lost += bases[number] * min(max(fraction, 0.0), 1.0) / (last - first)
        left.append(max(left[-1] - lost, 0.0))
    return Steady(left, tuple(bases))


def proportion(first: float, values: Sequence[float]) -> float:
    """What to multiply a list of contents by, where the content was set to another sum."""
    known = sum(values)
    return 1.0 if known == first else first / known if known else 0.0


def given(values: Sequence[float]) -> list[float]:
    """A list without the places that another element's longer list left it: those are no numbers."""
    return [value for value in values if not math.isnan(value)]


def place_of(number: float) -> int | None:
    """The whole number nearest to an index, 0 where that is infinite; None where it is no number."""
    if math.isnan(number):
        return None
    return math.floor(number + 0.5) if math.isfinite(number) else 0


def is_on(switch: float) -> bool:
    """Not zero; NaN is off."""
    return switch < 0.0 or switch > 0.0


class Conveyor:
    """The belt of a stock.

    At the start: the content; the transit time; whether the belt is discrete; whether leaks are exponential; the number
    of leaks, and for each where its zone starts and ends, whether only whole units leak, and its fraction; then, where
    the modeller gave them, the contents from the exit on (see `listed`); what is no number is left out.

    Sources: what comes in at the entrance and what is spread evenly over the belt, both per unit of time; the transit
    time, whether it is sampled, whether the belt is arrested, the fractions of the leaks.
    """

    def __init__(self, time_step: float, first: float, *settings: float, budget: Budget | None = None) -> None:
        length, discrete, exponential, count = settings[:4]
        leaks = [settings[at : at + 4] for at in range(4, 4 + 4 * int(count), 4)]
        zones = [Zone(start, end, is_on(whole)) for start, end, whole, _ in leaks]
        self.time_step, self.discrete, self.leaks = time_step, is_on(discrete), len(zones)
        self.step, self.ticks, self.admitted = 0, 0, 0.0
        self.per_unit = max(1, math.floor(1 / time_step + 0.5))
        self.budget = budget or Budget()
        self.length = self.budget.belt(length, time_step)
        self.slats: Slats = LeakySlats(zones, is_on(exponential), time_step) if zones else TightSlats()
        profile = steady(self.length, zones, [leak[3] for leak in leaks], is_on(exponential), time_step)
        self.fill(first, given(settings[4 + 4 * int(count) :]), profile)

    # The start.

    def fill(self, first: float, values: Sequence[float], profile: Steady) -> None:
        """Put the first content on the belt; what lies together in a time unit of a discrete belt leaves together.

        A number lies as a constant inflow would have left it; a list is what came into the zones where it lies.
        """
        from_exit = profile.left[::-1]
        amounts = self.listed(first, values) if values else shared(first, from_exit)
        for place, amount in enumerate(amounts):
            whole = amount / from_exit[place] if from_exit[place] > 0 else amount
            bases = [amount] * len(profile.bases) if values else [whole * base for base in profile.bases]
            unit = self.unit_of(place)
            self.slats.put(amount, unit[-1] if self.discrete else place, place - self.length + 1, self.length, bases)

    def unit_of(self, place: int) -> range:
        """The slats of the time unit that a slat belongs to, counted from the exit."""
        start = place - place % self.per_unit
        return range(start, min(start + self.per_unit, self.length))

    def listed(self, first: float, values: Sequence[float]) -> list[float]:
        """The contents that the modeller listed, slat by slat: one for each slat, or else one for each time unit.

        The last one is that of all further units, and what is too many is left out; in proportion where the content
        was set to another sum.
        """
        if len(values) == self.length:
            found = list(values)
        else:
            units = (self.unit_of(place) for place in range(self.length))
            found = [values[min(unit[0] // self.per_unit, len(values) - 1)] / len(unit) for unit in units]
        scale = proportion(first, found)
        return found if scale == 1.0 else [scale * value for value in found]

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
        return NAN if math.isnan(free) or math.isnan(budget) else max(0.0, min(free, budget))

    def item(self, number: float) -> float:
        """What lies on one slat; the one at the exit is 1."""
        place = place_of(number)
        return NAN if place is None else self.slats.at(self.step + place - 1) if place >= 1 else 0.0

    # A step.

    def push(self, *sources: float) -> float:
        given, spread, length, sample, arrest, *fractions = sources
        if not is_on(arrest):
            if is_on(sample):
                self.length = self.budget.slats_of(length, self.time_step)
            self.slats.leave(self.step, fractions)
            self.step += 1
        amount = given * self.time_step
        self.put(amount, self.length - 1)
        if spread:
            self.spread(spread * self.time_step)
        self.count(amount + spread * self.time_step)
        return self.slats.value

    def spread(self, amount: float) -> None:
        """The same on each slat."""
        each = amount / self.length
        for place in range(self.length):
            self.put(each, place)

    def put(self, amount: float, place: int) -> None:
        """Lay an amount on a slat, counted from the exit; all of it counts for the leaks of the zones it lies in."""
        entry = self.step + place - self.length + 1
        bases = [amount] * self.leaks
        self.slats.put(amount, self.step + place, entry, self.length, bases)

    def count(self, amount: float) -> None:
        """What came in so far in the time unit of the next step."""
        self.ticks += 1
        self.admitted = self.admitted + amount if self.ticks % self.per_unit else 0.0


KINDS = {kind.__name__: kind for kind in (Conveyor,)}
