"""Helpers of states with a memory: pipelines of arrays, the test of an adaptive step.

numpy only; generated code calls these.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from stockflow.runtime.budget import BadClock, Budget


class BadValue(Exception):
    """A function was given a value that it cannot work with; the message says which, the hint what to give."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def check_clock(time_step: float, final: float, every: float) -> None:
    """Control variables that change: TIME STEP must stay above 0, FINAL TIME and SAVEPER numbers."""
    if not time_step > 0:
        raise BadClock("TIME STEP", time_step, "greater than 0")
    for control, value in (("FINAL TIME", final), ("SAVEPER", every)):
        if value != value:
            raise BadClock(control, value, "a number")


def rough(error: Any, value: Any, tolerances: tuple[float, float]) -> bool:
    """Whether an error estimate is above both tolerances, the absolute and the relative one."""
    absolute, relative = tolerances
    return bool(np.any((np.abs(error) > absolute) & (np.abs(error) > relative * np.abs(value))))


def shifted(condition: float, collects: float, entering: float, *elements: float) -> tuple[float, ...]:
    """Elements moved up by one where a condition holds: what is lost, then the elements anew.

    What the last one held is lost, or added to what comes to it where it collects. NaN is no condition.
    """
    if not (condition < 0 or condition > 0):
        return (0.0, *elements)
    last, moved = elements[-1], (entering, *elements[:-1])
    if collects < 0 or collects > 0:
        return (0.0, *moved[:-1], moved[-1] + last)
    return (last, *moved)


def shifted_array(condition: Any, collects: Any, entering: Any, level: Any, index: Any) -> tuple[Any, Any]:
    """`shifted` for the elements at an index of a stock, along the dimension before the runs."""
    block = level[index]
    moves, gathers = ((np.less(one, 0) | np.greater(one, 0)) for one in (condition, collects))
    cells = np.broadcast_shapes(block[..., 0, :].shape, np.shape(moves), np.shape(gathers), np.shape(entering))
    block = np.broadcast_to(block, (*cells[:-1], block.shape[-2], cells[-1]))
    moves, gathers, first = (np.broadcast_to(one, cells) for one in (moves, gathers, entering))
    last = block[..., -1, :]
    moved = np.concatenate([first[..., None, :], block[..., :-1, :]], axis=-2)
    moved[..., -1, :] += np.where(gathers, last, 0.0)
    made = np.broadcast_to(level, (*level.shape[:-1], cells[-1])).copy()
    made[index] = np.where(moves[..., None, :], moved, block)
    return np.where(moves & ~gathers, last, 0.0), made


class ArrayRing:
    """A pipeline whose cells may have different lengths."""

    def __init__(
        self, first: Any, delay: Any, time_step: float, shape: tuple[int, ...], budget: Budget | None = None
    ) -> None:
        budget = budget or Budget()
        lengths = np.broadcast_to(np.asarray(delay, dtype=float), shape)
        self.lengths = np.vectorize(lambda one: budget.ring_length(one, time_step), otypes=[np.intp])(lengths)
        longest = int(self.lengths.max())
        budget.take(longest * self.lengths.size)
        self.line = np.broadcast_to(np.asarray(first, dtype=float), (longest, *shape)).copy()
        self.at = np.zeros(shape, dtype=np.intp)

    def push(self, value: Any) -> Any:
        """Put this step's value in; the next step's output comes back."""
        at = self.at[None]
        np.put_along_axis(self.line, at, np.broadcast_to(value, self.at.shape)[None], 0)
        self.at = np.where(self.at + 1 < self.lengths, self.at + 1, 0)
        return np.take_along_axis(self.line, self.at[None], 0)[0]
