"""Waiting lines: material that waits in the batches in which it came, first come first served.

A line is one memory of one element in one run. Its questions say what each outflow gets in a step, and change
nothing; `push` does it. numpy only; generated code makes and calls these.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from itertools import chain

from stockflow.runtime.budget import Budget
from stockflow.runtime.conveyors import Total, given, is_on, place_of, proportion
from stockflow.runtime.numeric import NAN

# A few roundings are forgiven where a batch is held against the room that there is for it.
NEARLY = 1e-12


class WaitingLine:
    """What waits, in batches of one TIME STEP each; what comes in during a step may leave in it, after all the others.

    At the start: the content, one batch; or, where the modeller listed them, the batches from the front on. Sources:
    what comes in and what all outflows took together, per unit of time.
    """

    def __init__(self, time_step: float, first: float, *values: float, budget: Budget | None = None) -> None:
        self.time_step, self.total, self.budget = time_step, Total(), budget or Budget()
        self.batches: deque[float] = deque()
        listed = given(values)
        for amount in [proportion(first, listed) * value for value in listed] if listed else [first]:
            self.join(amount)

    def join(self, amount: float) -> None:
        if amount:
            self.batches.append(amount)
            self.budget.hold_parts(len(self.batches))
            self.total.add(amount)

    # Questions.

    def take(self, entering: float, before: float, room: float, single: float, whole: float) -> float:
        """What an outflow gets, per unit of time, after those that took `before`, where there is `room`.

        `single`: one batch in a step. `whole`: a batch that does not fit waits as it is, and all behind it.
        """
        taken, free = 0.0, room * self.time_step
        if math.isnan(free):
            return NAN
        for batch in self.waiting(entering, before):
            if taken + batch > free * (1 + NEARLY):
                taken = taken if is_on(whole) else free
                break
            taken += batch
            if is_on(single):
                break
        return taken / self.time_step

    def overflow(
        self, entering: float, before: float, took: float, single: float, over: float, room: float, whole: float
    ) -> float:
        """What the last ordinary outflow wanted and did not get, per unit of time, as far as there is `room` for it.

        That outflow took `took` after those that took `before`; other overflows had `over` already.
        """
        there = self.waiting(entering, before)
        wanted = next(there, 0.0) if is_on(single) else math.fsum(there)
        blocked = wanted - (took + over) * self.time_step
        free = room * self.time_step
        if blocked <= wanted * NEARLY:
            return 0.0
        if blocked > free * (1 + NEARLY):
            blocked = 0.0 if is_on(whole) else free
        return blocked / self.time_step

    def item(self, number: float) -> float:
        """One batch; the one in front is 1."""
        place = place_of(number)
        return NAN if place is None else self.batches[place - 1] if 1 <= place <= len(self.batches) else 0.0

    def waiting(self, entering: float, before: float) -> Iterator[float]:
        """The batches, or what is left of them, when an amount per unit of time is gone from the front."""
        gone = before * self.time_step
        for batch in chain(self.batches, (entering * self.time_step,)):
            if batch <= gone * (1 + NEARLY):
                gone -= batch
                continue
            yield batch - max(gone, 0.0)
            gone = 0.0

    # A step.

    def push(self, *sources: float) -> float:
        entering, taken = sources
        self.join(entering * self.time_step)
        self.part_with(taken * self.time_step)
        return self.total.value if self.batches else 0.0

    def part_with(self, gone: float) -> None:
        """Take an amount from the front."""
        while self.batches and self.batches[0] <= gone * (1 + NEARLY):
            gone -= self.batches[0]
            self.total.add(-self.batches.popleft())
        if self.batches and gone > 0:
            self.batches[0] -= gone
            self.total.add(-gone)


KINDS = {kind.__name__: kind for kind in (WaitingLine,)}
