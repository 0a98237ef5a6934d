"""A run by the definition of its method: values asked for one by one, states moved at the end of each step.

Time is the start plus the number of steps times TIME STEP; stocks move by the rates of all stages, everything else
that remembers is told the values at the beginning of the step, once (language reference 4.1 to 4.3).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from conformance.evaluator.build import Builder, places
from conformance.evaluator.moments import Moment, UnknownFunction
from conformance.evaluator.states import Shift, Stock, Told
from stockflow.analysis.closed import ClosedModel

Levels = dict[object, float]
Rates = Callable[[float, Levels], Levels]

# Values are asked for by one another: a chain of equations is as deep as it is long.
DEPTH = 100_000


def evaluate(
    model: ClosedModel, method: str, given: Mapping[str, float] | None = None, shaken: int = 0
) -> dict[str, NDArray[np.float64]]:
    """The saved rows of every variable: (time, dims...). `given` are numbers for constants, by key.

    `shaken`, a seed, moves the last bits of all arithmetic at random: what then changes, no one can tell.
    """
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, DEPTH))
    try:
        return Evaluator(model, given or {}, shaken).run(method)
    finally:
        sys.setrecursionlimit(limit)


class Evaluator:
    def __init__(self, model: ClosedModel, given: Mapping[str, float], shaken: int = 0) -> None:
        self.model = model
        self.builder = Builder(model, given, shaken)
        for cell in self.builder.cells.values():
            cell.node()
        states = self.builder.states
        self.stocks = [state for state in states if isinstance(state, Stock)]
        self.told = [state for state in states if isinstance(state, Told)]
        self.shifts = [state for state in states if isinstance(state, Shift)]

    def run(self, method: str) -> dict[str, NDArray[np.float64]]:
        start = self.begin()
        first, last, step, every = (
            self.builder.control(key)(start) for key in ("initial time", "final time", "time step", "saveper")
        )
        count, between = math.floor((last - first) / step + 1e-6), max(round(every / step), 1)
        levels: Levels = {stock: stock(start) for stock in self.stocks}
        rows: list[dict[object, float]] = []
        for number in range(count + 1):
            now = Moment(first + number * step, levels)
            if number % between == 0 or number == count:
                rows.append({place: cell(now) for place, cell in self.builder.cells.items()})
            levels = self.advance(now, step, method)
        return self.arrays(rows)

    def begin(self) -> Moment:
        """The values of the start: Time is INITIAL TIME, stocks are their initial values."""
        unset = Moment(math.nan, starting=True)
        start = Moment(self.builder.control("initial time")(unset), starting=True)
        for state in self.builder.states:
            state.begin(start)
        return start

    def advance(self, begun: Moment, step: float, method: str) -> Levels:
        """The levels of the next step; all that is told hears the values of this one before any of it moves."""

        def rates(later: float, levels: Levels) -> Levels:
            stage = Moment(begun.time + later, levels, begun=begun) if later or levels is not begun.levels else begun
            return {stock: stock.rate(stage) for stock in self.stocks}

        levels = METHODS[method](begun.levels, step, rates)
        heard = [state.heard(begun) for state in self.told]
        for shift in self.shifts:
            shift.move(begun, levels)
        for state, values in zip(self.told, heard, strict=True):
            state.tell(values)
        return levels

    def arrays(self, rows: list[dict[object, float]]) -> dict[str, NDArray[np.float64]]:
        shown = [closed for closed in self.model.variables.values() if not closed.variable.hidden]
        return {
            closed.variable.key: np.array(
                [[row[closed.variable.key, place] for place in places(closed.shape)] for row in rows]
            ).reshape((len(rows), *closed.shape))
            for closed in shown
            if closed.variable.kind != "lookup"
        }


def moved(levels: Levels, by: float, *rates: Levels) -> Levels:
    """Levels after a time, at the sum of rates."""
    return {stock: level + by * sum(rate[stock] for rate in rates) for stock, level in levels.items()}


def euler(levels: Levels, step: float, rates: Rates) -> Levels:
    return moved(levels, step, rates(0.0, levels))


def midpoint(levels: Levels, step: float, rates: Rates) -> Levels:
    return moved(levels, step, rates(step / 2, moved(levels, step / 2, rates(0.0, levels))))


def heun(levels: Levels, step: float, rates: Rates) -> Levels:
    first = rates(0.0, levels)
    return moved(levels, step / 2, first, rates(step, moved(levels, step, first)))


def runge_kutta(levels: Levels, step: float, rates: Rates) -> Levels:
    one = rates(0.0, levels)
    two = rates(step / 2, moved(levels, step / 2, one))
    three = rates(step / 2, moved(levels, step / 2, two))
    four = rates(step, moved(levels, step, three))
    return moved(levels, step / 6, one, two, two, three, three, four)


METHODS: dict[str, Callable[[Levels, float, Rates], Levels]] = {
    "euler": euler, "rk2": midpoint, "rk2_heun": heun, "rk4": runge_kutta,
}

__all__ = ["Evaluator", "UnknownFunction", "evaluate"]
