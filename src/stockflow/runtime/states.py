"""Helpers of states with a memory: the length of a pipeline, pipelines of arrays, the test of an adaptive step.

numpy only; generated code calls these.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

MAX_RING = 10_000_000


class RunLimit(Exception):
    """A figure of a run is beyond its limit; the message names both."""


class BadValue(Exception):
    """A function was given a value that it cannot work with; the message says which, the hint what to give."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def ring_length(delay: float, time_step: float) -> int:
    """Steps of a pipeline: the nearest number, at least one (recorded from Vensim: 0.5 and 1.2 steps give 1)."""
    steps = delay / time_step
    if not abs(steps) < MAX_RING:
        raise RunLimit(f"a fixed delay of {delay:g} is {steps:.3g} steps long; the limit is {MAX_RING:,}")
    return max(1, math.floor(steps + 0.5))


def exhausted(steps: int) -> None:
    """A run whose clock moves has met its limit of steps; one of no steps ends as it should."""
    if steps:
        raise RunLimit(f"the run needs more than {steps:,} steps, the limit; FINAL TIME is not reached")


def check_step(time_step: float) -> None:
    """TIME STEP that changes must stay above 0."""
    if not time_step > 0:
        raise RunLimit(f"TIME STEP became {time_step:g}; it must stay greater than 0")


def rough(error: Any, value: Any, tolerances: tuple[float, float]) -> bool:
    """Whether an error estimate is above both tolerances, the absolute and the relative one."""
    absolute, relative = tolerances
    return bool(np.any((np.abs(error) > absolute) & (np.abs(error) > relative * np.abs(value))))


class ArrayRing:
    """A pipeline whose cells may have different lengths."""

    def __init__(self, first: Any, delay: Any, time_step: float, shape: tuple[int, ...]) -> None:
        lengths = np.broadcast_to(np.asarray(delay, dtype=float), shape)
        self.lengths = np.vectorize(lambda one: ring_length(one, time_step), otypes=[np.intp])(lengths)
        longest = int(self.lengths.max())
        if longest * self.lengths.size > MAX_RING * 10:
            raise RunLimit(f"fixed delays need {longest * self.lengths.size:,} cells; the limit is {MAX_RING * 10:,}")
        self.line = np.broadcast_to(np.asarray(first, dtype=float), (longest, *shape)).copy()
        self.at = np.zeros(shape, dtype=np.intp)

    def push(self, value: Any) -> Any:
        """Put this step's value in; the next step's output comes back."""
        at = self.at[None]
        np.put_along_axis(self.line, at, np.broadcast_to(value, self.at.shape)[None], 0)
        self.at = np.where(self.at + 1 < self.lengths, self.at + 1, 0)
        return np.take_along_axis(self.line, self.at[None], 0)[0]
