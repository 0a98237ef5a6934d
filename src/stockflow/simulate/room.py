"""How much memory a run would take, asked before any of it is taken.

It counts rows, cells and runs of a plan; the memories of single functions count for themselves while they run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from stockflow.diagnostics.model import Report
from stockflow.ir.model import SAVEPER
from stockflow.ir.plan import Plan, Slot
from stockflow.limits import USUAL, Limits
from stockflow.source import Span


@dataclass(frozen=True, slots=True)
class Room:
    """What the rows of a run may take; each keeps `cells` numbers, those of all its runs."""

    limits: Limits = USUAL
    cells: int = 0

    def holds(self, rows: int, report: Report, where: Callable[[str], Span | None]) -> bool:
        """Whether so many rows keep the limit; where not, it is reported."""
        said, unit = "the run would keep", f"numbers ({rows:,} rows of {self.cells:,})"
        advice = "ask for fewer outputs (--variable), raise SAVEPER (--saveper)"
        excess = self.limits.excess("saved-numbers", rows * self.cells, said, unit, advice)
        if excess is not None:
            report.error("SF702", excess.message, where(SAVEPER), hint=excess.hint)
        return excess is None


def holds_runs(plan: Plan, runs: int, limits: Limits, report: Report) -> bool:
    """Whether all variables of all runs may be there at once; where not, it is reported."""
    cells = _cells(plan.slots.values(), runs)
    said, unit = "the variables of the run have", f"cells ({runs:,} run{'' if runs == 1 else 's'})"
    advice = "make fewer runs at once" if runs > 1 else "use fewer elements"
    excess = limits.excess("run-cells", cells, said, unit, advice)
    if excess is not None:
        report.error("SF702", excess.message, hint=excess.hint)
    return excess is None


def row_size(plan: Plan, runs: int) -> int:
    """How many numbers a saved row holds."""
    return _cells((plan.slots[key] for key in plan.outputs), runs)


def _cells(slots: Iterable[Slot], runs: int) -> int:
    return sum(math.prod(slot.shape) * (runs if slot.varies else 1) for slot in slots)


def moving_steps(plan: Plan, runs: int, limits: Limits) -> int:
    """How many steps a run may make whose clock moves, each of which may keep a row; one in any case."""
    return min(limits.moving_steps, max(1, limits.moving_numbers // max(1, row_size(plan, runs))))
