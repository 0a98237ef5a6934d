"""What spreads its input over later times: a conveyor, a delay by a profile, depreciation, by the rows' documents.

Each remembers all that it was given and adds up anew, in every step, what of it comes out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from conformance.evaluator import curves
from conformance.evaluator.curves import Curve
from conformance.evaluator.moments import Moment
from conformance.evaluator.numbers import BadArgument, divide
from conformance.evaluator.states import Given, State, Told

# Whole numbers of steps are met with rounding errors.
NEARLY = 1e-6


class Conveyor(Told):
    """DELAY CONVEYOR: a belt of length 1, full from end to end; parts are (length, quantity), next to leave first."""

    def __init__(self, given: Given) -> None:
        super().__init__(self.at_first, given.several("input, delay time, leakage, step"))
        self.given = given
        self.belt: list[tuple[float, float]] = []
        self.speed = 1.0

    def at_first(self, moment: Moment) -> float:
        total, initial, step = (one(moment) for one in self.given.several("total, initial time, step"))
        return divide(total, max(initial, step))

    def begin(self, start: Moment) -> None:
        super().begin(start)
        total, initial, step = (one(start) for one in self.given.several("total, initial time, step"))
        self.speed = speed_of(initial, step)
        self.belt = [(1.0, 0.0)]
        if total != 0:
            self.belt = loaded(self.given.curves["profile"], total, self.speed)
        self.leave()

    def following(self, *heard: float) -> float:
        given, delay, leakage, step = heard
        kept = max(1.0 - leakage * step, 0.0)
        self.belt = [(length, held * kept) for length, held in (*self.belt, (self.speed, given * step))]
        self.speed = speed_of(delay, step)
        return divide(self.leave(), step)

    def leave(self) -> float:
        """Take off what goes by in a step, of a part that reaches beyond it a share."""
        left, gone, rest = self.speed, 0.0, []
        for length, held in self.belt:
            taken = min(left, length)
            if abs(length - taken) < NEARLY * self.speed:
                taken = length
            share = taken / length if length > 0 else 1.0
            gone += held * share if taken > 0 else 0.0
            left = max(left - taken, 0.0)
            if taken < length:
                rest.append((length - taken, held * (1 - share)))
        self.belt = rest
        return gone


def speed_of(delay: float, step: float) -> float:
    """The part of the belt that goes by in a step: all of it where the delay is no longer than one."""
    return step / delay if delay > step else 1.0


def loaded(profile: Curve, total: float, speed: float) -> list[tuple[float, float]]:
    """The belt at the start: what leaves in the first step, in the second ..., by the area of the profile there."""
    first, width = profile.x[0], profile.x[-1] - profile.x[0]
    whole = curves.area(profile, profile.x[0], profile.x[-1])
    if not 0 < whole < math.inf:
        raise BadArgument("the profile of a conveyor")
    made: list[tuple[float, float]] = []
    end = 1.0
    while end > 0:
        begin = max(1 - (len(made) + 1) * speed, 0.0)
        begin = 0.0 if begin < NEARLY * speed else begin
        part = curves.area(profile, first + width * begin, first + width * end)
        made.append((end - begin, total * part / whole))
        end = begin
    return made


class Spreading(Told):
    """Each input comes out over the steps after it, by shares that it keeps; `shares[0]` one step later."""

    def __init__(self, given: Given, sources: str) -> None:
        super().__init__(given["initial"], given.several(sources))
        self.given, self.now = given, 0
        self.past: list[tuple[int, float, Sequence[float]]] = []
        self.rest: Callable[[int], float] = lambda step: 0.0

    def added(self, given: float, shares: Sequence[float]) -> float:
        """What comes out in the next step, when this has come in."""
        self.past.append((self.now, given, shares))
        self.now += 1
        coming = [
            amount * shares[self.now - when - 1] for when, amount, shares in self.past if self.now - when <= len(shares)
        ]
        return sum(coming, self.rest(self.now))


class ByProfile(Spreading):
    """DELAY PROFILE: the response to a pulse is a lookup, scaled to the area 1 and to the delay as its mean."""

    def __init__(self, given: Given) -> None:
        super().__init__(given, "input, delay time, step")

    def begin(self, start: Moment) -> None:
        super().begin(start)
        delay, growth, step = (one(start) for one in self.given.several("delay time, growth, step"))
        shares, factor = self.shares(delay, step), 1 + growth * step
        if not factor > 0:
            raise BadArgument("the growth before the start")
        # What came in one step before the start, so that the shares of all before it add up to the first value.
        before = divide(self.value, sum(share * factor ** -(place + 1) for place, share in enumerate(shares)))

        def rest(now: int) -> float:
            later = range(now, len(shares))
            return sum((shares[place] * before * factor ** (now - place - 1) for place in later), 0.0)

        self.rest = rest

    def shares(self, delay: float, step: float) -> Sequence[float]:
        """Each part of the profile after the nearest whole number of steps, at least one."""
        profile = self.given.curves["profile"]
        whole = curves.area(profile, profile.x[0], profile.x[-1])
        mean = divide(moment_of(profile), whole)
        if not (profile.x[0] >= 0 and 0 < whole < math.inf and mean > 0):
            raise BadArgument("the profile of a delay")
        scale = delay / mean
        if scale <= 0:
            return [1.0]
        found: list[float] = []
        end = profile.x[0]
        while end < profile.x[-1]:
            begin, end = end, min(max((len(found) + 1.5) * step / scale, end), profile.x[-1])
            found.append(curves.area(profile, begin, end) / whole)
        return found

    def following(self, *heard: float) -> float:
        given, delay, step = heard
        return self.added(given, self.shares(delay, step))


def moment_of(profile: Curve) -> float:
    """The integral of x times the height: of x * (y0 + s * (x - x0)) in each segment."""
    found = 0.0
    for place in range(len(profile.x) - 1):
        (x0, y0), slope = profile.points[place], profile.slope_from(place)
        x1 = profile.x[place + 1]
        found += (y0 - slope * x0) * (x1**2 - x0**2) / 2 + slope * (x1**3 - x0**3) / 3
    return found


class StraightLine(Spreading):
    """DEPRECIATE STRAIGHTLINE: each step's stream spread evenly over a time, in whole steps, rounded up."""

    def __init__(self, given: Given) -> None:
        super().__init__(given, "stream, time, step")

    def begin(self, start: Moment) -> None:
        super().begin(start)
        time, period, step = (one(start) for one in self.given.several("time, fiscal period, step"))
        if period != 1:
            raise BadArgument("a fiscal period")
        shares = self.shares(time, step)
        first = self.value
        # Of a stream of `first` in every step before the start.
        self.rest = lambda now: first * sum(shares[now:]) if now < len(shares) else 0.0

    @staticmethod
    def shares(time: float, step: float) -> Sequence[float]:
        count = max(1, math.ceil(divide(time, step) - NEARLY))
        return [1 / count] * count

    def following(self, *heard: float) -> float:
        stream, time, step = heard
        return self.added(stream, self.shares(time, step))


class Scheduled(Spreading):
    """DEPRECIATE BY SCHEDULE: the first share falls on the rest of the fiscal period, the others on those after it."""

    def __init__(self, given: Given) -> None:
        super().__init__(given, "stream, time, step")
        self.parts: list[float] = []
        self.begins = 0.0

    def begin(self, start: Moment) -> None:
        super().begin(start)
        found = [one(start) for one in self.given.array]
        if min(found) < 0 or not 0 < sum(found) < math.inf:
            raise BadArgument("the shares of a schedule")
        self.parts = [one / math.fsum(found) for one in found]
        time, fiscal, step, begins = (one(start) for one in self.given.several("time, fiscal start, step, start"))
        self.begins = begins - fiscal
        before = [self.shares(time, step, -place) for place in range(1, math.ceil(time / step) + len(found) + 2)]
        first = self.value

        def rest(now: int) -> float:
            left = [shares[now + place] for place, shares in enumerate(before) if now + place < len(shares)]
            return first * sum(left) if left else 0.0

        self.rest = rest

    def shares(self, time: float, step: float, now: int) -> Sequence[float]:
        """What of a stream of 1 in step `now` comes out in the steps after it."""
        period = max(time, step) / len(self.parts)
        over = (self.begins + now * step) % period
        over = 0.0 if over > period - NEARLY * step else over
        count = max(1, math.ceil((period * len(self.parts) - over) / step - NEARLY))
        sums = [self.gone(place * step, period, over) for place in range(count)] + [sum(self.parts)]
        return [sums[place + 1] - sums[place] for place in range(count)]

    def gone(self, time: float, period: float, over: float) -> float:
        """The part of all that has come out after a time."""
        begin, found = 0.0, 0.0
        for number, part in enumerate(self.parts):
            end = (number + 1) * period - over
            found += part * min(max((time - begin) / (end - begin), 0.0), 1.0)
            begin = end
        return found

    def following(self, *heard: float) -> float:
        stream, time, step = heard
        return self.added(stream, self.shares(time, step, self.now))


MEMORIES: dict[str, Callable[..., State]] = {
    "delay conveyor": Conveyor, "delay profile": ByProfile, "depreciate straightline": StraightLine,
    "depreciate by schedule": Scheduled,
}
