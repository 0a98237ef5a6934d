"""The time grid of a run: whole steps counted from INITIAL TIME, and the steps at which rows are saved.

It knows four numbers and their limits; how they were found is not its matter.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from stockflow.diagnostics.model import Report
from stockflow.ir.model import FINAL_TIME, SAVEPER, TIME_STEP, Variable
from stockflow.simulate.result import Array
from stockflow.simulate.room import Room
from stockflow.source import Span

_UNEVEN = 2e-4
"""The part of a step that each step may miss times by: a TIME STEP such as 0.3333 is meant to be a third."""
_MOST_UNEVEN = 0.1
"""The part of a step that all steps together may."""
_NONE = np.zeros(0, dtype=np.int64)
_START = np.zeros(1, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """`saves` are step numbers; time k is `start + k * step`, by multiplication, so that nothing drifts."""

    start: float
    step: float
    steps: int
    saves: np.ndarray[tuple[int], np.dtype[np.int64]]

    @property
    def times(self) -> Array:
        return np.asarray(self.start + self.saves * self.step, dtype=np.float64)


def saved_steps(steps: int, every: float) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Step numbers at which rows are saved: each multiple of `every`, and the last step.

    Counted in whole steps from INITIAL TIME: 0.1 added 300 times misses 30.
    """
    whole = round(every)
    if abs(every - whole) < 1e-9 * whole:
        regular = np.arange(0, steps + 1, whole, dtype=np.int64)
        return regular if regular[-1] == steps else np.append(regular, steps)
    count = math.floor(steps / every + 1e-9)
    regular = np.unique(np.floor(np.arange(count + 1) * every + 0.5 + 1e-9).astype(np.int64))
    regular = regular[regular <= steps]
    return regular if regular[-1] == steps else np.append(regular, steps)


def clock(
    initial: float, final: float, step: float, saveper: float, report: Report, where: Callable[[str], Span | None],
    room: Room, moving: bool = False,
) -> Clock | None:
    """The grid, or None where the four numbers cannot be used, which is reported; `where` gives a control's place.

    Of a clock that is `moving` these are the numbers at the start, which say nothing of its end: its steps are counted
    as they are made.
    """
    if not step > 0 or not math.isfinite(step):
        report.error("SF209", f"TIME STEP is {step:g}; it must be greater than 0", where(TIME_STEP),
                     hint="give TIME STEP a positive number", variable="TIME STEP")
        return None
    others = (("INITIAL TIME", initial), ("FINAL TIME", final), ("SAVEPER", saveper))
    endless = next(((name, value) for name, value in others if not math.isfinite(value)), None)
    if endless is not None:
        name, value = endless
        report.error("SF209", f"{name} is {value:g}; it must be a number", where(name.lower()),
                     hint=f"give {name} a number", variable=name)
        return None
    if final < initial:
        report.error("SF209", f"FINAL TIME ({final:g}) is before INITIAL TIME ({initial:g})", where(FINAL_TIME),
                     hint="set FINAL TIME to a later time", variable="FINAL TIME")
        return None
    every = saveper / step
    if not every >= 1 - 1e-9:
        if saveper < step:
            report.warn("SF210", f"SAVEPER ({saveper:g}) is below TIME STEP ({step:g}); saved every {step:g}",
                        where(SAVEPER), hint="set SAVEPER to TIME STEP or a multiple of it", variable="SAVEPER")
        every = 1.0
    if moving:
        return Clock(initial, step, 0, _START)
    ratio = (final - initial) / step
    advice = "raise TIME STEP (--time-step), lower FINAL TIME (--final-time)"
    excess = room.limits.excess("steps", ratio, "the run has", f"steps of TIME STEP {step:g}", advice)
    if excess is not None:
        report.error("SF702", excess.message, where(TIME_STEP), hint=excess.hint, variable="TIME STEP")
        return None
    steps = math.floor(ratio + 1e-6)
    every = min(every, steps + 1.0)
    if not room.holds(math.floor(steps / every) + 1, report, where):
        return None
    _tell_uneven(ratio, Clock(initial, step, steps, _NONE), every, report, where)
    return Clock(initial, step, steps, saved_steps(steps, every))


def tell_missing(lacking: Sequence[Variable], report: Report) -> None:
    """Report control variables without a value."""
    missing = [variable.label for variable in lacking]
    names = ", ".join(missing[:-1]) + f" and {missing[-1]}" if len(missing) > 1 else missing[0]
    options = ", ".join(f"--{name.lower().replace(' ', '-')}" for name in missing)
    report.error("SF202", f"{names} {'are' if len(missing) > 1 else 'is'} missing", lacking[0].span,
                 hint=f"add {'them' if len(missing) > 1 else 'it'}, or give {options}")


def _tell_uneven(
    ratio: float, grid: Clock, every: float, report: Report, where: Callable[[str], Span | None]
) -> None:
    """Warn of a run that ends before FINAL TIME, and of rows that are saved beside the multiples of SAVEPER."""
    step, end = grid.step, grid.start + grid.steps * grid.step
    if _is_uneven(ratio, grid.steps):
        final = grid.start + ratio * step
        report.warn("SF210", f"the run ends at {end:g}, before FINAL TIME ({final:g}): TIME STEP ({step:g}) does not "
                    "divide the time between", where(TIME_STEP), variable="TIME STEP",
                    hint="choose a TIME STEP of which FINAL TIME - INITIAL TIME is a multiple")
    if _is_uneven(every, round(every)):
        report.warn("SF210", f"SAVEPER ({every * step:g}) is no multiple of TIME STEP ({step:g}); rows are saved at "
                    "the nearest steps", where(SAVEPER), variable="SAVEPER",
                    hint="set SAVEPER to TIME STEP or a multiple of it")


def _is_uneven(ratio: float, steps: int) -> bool:
    """Whether a time between that is `ratio` steps long is not meant to be so many whole `steps`."""
    return abs(ratio - steps) > min(_UNEVEN * steps, _MOST_UNEVEN)
