"""Delays whose time may change, batches, and a stock that is clipped: one number each, by the rows' documents.

A memory is made of its arguments by name; what reads a setting reads it at the start.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from conformance.evaluator import queues, spreads
from conformance.evaluator.moments import Moment
from conformance.evaluator.numbers import MISSING, divide, nearest, whole_steps
from conformance.evaluator.states import Given, State, Told

# Whole numbers of steps are met with rounding errors; so is the size of a batch.
NEARLY = 1e-6


class Material(Told):
    """DELAY MATERIAL: each input leaves after the delay that it met; what arrives together adds up."""

    def __init__(self, given: Given) -> None:
        super().__init__(given["initial"], given.several("input, delay time, missing, step"))
        self.delay, self.step = given.several("delay time, step")
        self.now = 0
        self.due: dict[int, float] = {}

    def begin(self, start: Moment) -> None:
        super().begin(start)
        self.due = dict.fromkeys(range(1, whole_steps(self.delay(start), self.step(start))), self.value)

    def following(self, *heard: float) -> float:
        given, delay, missing, step = heard
        when = self.now + whole_steps(delay, step)
        self.due[when] = self.due[when] + given if when in self.due else given
        self.now += 1
        return self.due.get(self.now, missing)


class Information(Told):
    """DELAY INFORMATION: news that overtake older ones displace them; where nothing arrives the last value stays."""

    def __init__(self, given: Given) -> None:
        super().__init__(given["initial"], given.several("input, delay time, step"))
        self.now = 0
        self.due: dict[int, float] = {}

    def following(self, *heard: float) -> float:
        given, delay, step = heard
        when = self.now + whole_steps(delay, step)
        self.due = {at: news for at, news in self.due.items() if at < when} | {when: given}
        self.now += 1
        return self.due.get(self.now, self.value)


class Batch(Told):
    """DELAY BATCH: input is collected, worked on in batches one at a time, and each released in one step."""

    def __init__(self, given: Given) -> None:
        super().__init__(self.released_at_once, given.several("input, size, delay time, step"))
        self.given = given.several("batch, due, backlog, step, start")
        self.now, self.waiting, self.work = 0, 0.0, 0.0
        self.due: int | None = None

    def released_at_once(self, moment: Moment) -> float:
        batch, due, _, step, start = (one(moment) for one in self.given)
        return divide(batch, step) if due < start + step / 2 else 0.0

    def begin(self, start: Moment) -> None:
        super().begin(start)
        self.work, due, self.waiting, step, begins = (one(start) for one in self.given)
        if self.work != 0 and not due < begins + step / 2:
            self.due = round(nearest(divide(due - begins, step)))

    def following(self, *heard: float) -> float:
        given, size, delay, step = heard
        self.waiting += given * step
        if self.due is None and size > 0 and self.waiting > 0 and self.waiting >= size * (1 - NEARLY):
            self.work = min(size, self.waiting)
            self.waiting -= self.work
            self.due = self.now + whole_steps(delay, step)
        self.now += 1
        if self.due is None or self.due > self.now:
            return 0.0
        self.due = None
        return divide(self.work, step)


class Clipped(Told):
    """SINTEG: an Euler step, then clipped, rounded to a multiple, drawn to a value; :NA: switches a rule off."""

    def __init__(self, given: Given) -> None:
        super().__init__(
            given["initial"], given.several("rate, step, least, greatest, quantum, special, near")
        )

    def following(self, *heard: float) -> float:
        rate, step, low, high, quantum, special, near = heard
        found = self.value + step * rate
        if low != MISSING and found < low:
            found = low
        if high != MISSING and found > high:
            found = high
        if quantum not in (MISSING, 0.0) and math.isfinite(found / quantum):
            found = quantum * nearest(found / quantum)
        if MISSING not in (special, near) and abs(found - special) <= near:
            found = special
        return found


MEMORIES: dict[str, Callable[..., State]] = {
    "delay material": Material, "delay information": Information, "delay batch": Batch, "sinteg": Clipped,
    **queues.MEMORIES, **spreads.MEMORIES,
}
