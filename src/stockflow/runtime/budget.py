"""What the memories of one run may take: lengths of delays and belts, counted before they are made.

Generated code calls it, through what it makes; it must not know what is remembered.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from stockflow.limits import USUAL, Excess, Limits

_SHORTER = "shorten the delay, raise TIME STEP"
_CLOCK = "see that the clock gets there: FINAL TIME must not run away, nor TIME STEP shrink (--final-time, --time-step)"


class RunLimit(Exception):
    """A figure of a run is beyond its limit; the message names both, the hint how to raise it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class Endless(RunLimit):
    """The clock of a run does not reach FINAL TIME."""


class BadClock(RunLimit):
    """A control variable came to what no clock can go by."""

    def __init__(self, control: str, value: float, wanted: str) -> None:
        super().__init__(f"{control} became {value:g}; it must stay {wanted}", f"give {control} another equation")
        self.control = control


def whole_steps(delay: float, time_step: float) -> int:
    """Steps of a pipeline: the nearest number, at least one (recorded from Vensim: 0.5 and 1.2 steps give 1)."""
    return max(1, math.floor(delay / time_step + 0.5))


def hold(excess: Excess | None) -> None:
    """Raise a RunLimit for what is beyond a limit."""
    if excess is not None:
        raise RunLimit(excess.message, excess.hint)


@dataclass(slots=True)
class Budget:
    """`cells` and `slats` are what the run has taken so far, for fixed delays and for belts."""

    limits: Limits = USUAL
    cells: int = 0
    slats: int = 0

    def renew(self) -> None:
        """Another run begins."""
        self.cells = self.slats = 0

    # Delays.

    def ring_length(self, delay: float, time_step: float) -> int:
        """The steps of a delay, which take no memory yet."""
        steps = abs(delay / time_step)
        # Asked in every step: the words are made where they are needed only.
        if not steps <= self.limits.delay_steps:
            said = f"a delay of {delay:g} is"
            hold(self.limits.excess("delay-steps", steps, said, "steps long", _SHORTER))
        return whole_steps(delay, time_step)

    def pipeline(self, delay: float, time_step: float) -> int:
        """The steps of a delay that keeps a number for each."""
        steps = self.ring_length(delay, time_step)
        self.take(steps)
        return steps

    def take(self, cells: int) -> None:
        self.cells += cells
        hold(self.limits.excess("delay-cells", self.cells, "the delays of the run hold", "numbers", _SHORTER))

    def hold_parts(self, count: int) -> None:
        """Hold the number of parts in one queue."""
        if count > self.limits.queue_parts:
            hold(self.limits.stopped("queue-parts", "a queue has", "parts", "raise TIME STEP"))

    # Belts.

    def belt(self, length: float, time_step: float) -> int:
        """The slats of a belt that is laid: the nearest number, at least one."""
        slats = self.slats_of(length, time_step)
        self.slats += slats
        said = "the conveyors of the run, all elements and runs, have"
        hold(self.limits.excess("all-slats", self.slats, said, "slats", "raise TIME STEP"))
        return slats

    def slats_of(self, length: float, time_step: float) -> int:
        """The slats of a belt that may have been laid before."""
        steps = length / time_step
        if not steps <= self.limits.slats:
            said = f"a conveyor with a transit time of {length:g} has"
            hold(self.limits.excess("slats", steps, said, "slats", "raise TIME STEP"))
        return whole_steps(length, time_step) if steps > 0 else 1

    # The clock.

    def exhausted(self, steps: int) -> None:
        """A run whose clock moves has met its limit of steps; one of no steps ends as it should."""
        if not steps:
            return
        name, said, unit = "moving-steps", "FINAL TIME is not reached: the run has", "steps"
        if steps < self.limits.moving_steps:
            said = f"FINAL TIME is not reached after {steps:,} step{'' if steps == 1 else 's'}: the rows may need"
            name, unit = "moving-numbers", "numbers"
        excess = self.limits.stopped(name, said, unit, _CLOCK)
        raise Endless(excess.message, excess.hint)
