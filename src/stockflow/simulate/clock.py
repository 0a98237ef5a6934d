"""The time grid of a run: whole steps counted from INITIAL TIME, and the steps at which rows are saved.

It knows four numbers and their limits; how they were found is not its matter.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stockflow.diagnostics.model import Report
from stockflow.ir.model import FINAL_TIME, SAVEPER, TIME_STEP
from stockflow.simulate.result import Array
from stockflow.source import Span

MAX_STEPS = 200_000_000


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
    initial: float, final: float, step: float, saveper: float, report: Report, where: Callable[[str], Span | None]
) -> Clock | None:
    """The grid, or None where the four numbers cannot be used, which is reported; `where` gives a control's place."""
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
    ratio = (final - initial) / step
    if ratio > MAX_STEPS:
        report.error("SF702", f"the run has {ratio:.3g} steps of TIME STEP {step:g}; the limit is {MAX_STEPS:,}",
                     where(TIME_STEP), hint="raise TIME STEP (--time-step) or lower FINAL TIME (--final-time)",
                     variable="TIME STEP")
        return None
    steps = math.floor(ratio + 1e-6)
    every = saveper / step
    if not every >= 1 - 1e-9:
        if saveper < step:
            report.warn("SF210", f"SAVEPER ({saveper:g}) is below TIME STEP ({step:g}); saved every {step:g}",
                        where(SAVEPER), hint="set SAVEPER to TIME STEP or a multiple of it", variable="SAVEPER")
        every = 1.0
    return Clock(initial, step, steps, saved_steps(steps, every))
