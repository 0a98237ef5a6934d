"""QUEUE FIFO, with and without an attribute, and what can be asked of one, by the rows' documents."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from conformance.evaluator import curves
from conformance.evaluator.curves import Curve
from conformance.evaluator.moments import Moment
from conformance.evaluator.numbers import MISSING, NAN, BadArgument, total, whole_steps
from conformance.evaluator.states import Given, State, Told

# What an outflow leaves of a part by rounding alone is not left; ages and attributes are met with rounding errors.
REMAINDER, NEARLY = 1e-9, 1e-6


@dataclass
class Unit:
    age: float
    quantity: float
    attribute: float = 0.0


@dataclass(frozen=True)
class Line:
    """What a queue holds within a step, the oldest first."""

    units: tuple[Unit, ...]
    level: float
    step: float
    gained: float

    def oldest(self, count: float) -> list[tuple[Unit, float]]:
        """The units that the oldest `count` are, with how much of each; all where there are not so many."""
        held = sum(unit.quantity for unit in self.units)
        left = count if 0 < count <= held else held
        found = []
        for unit in self.units:
            if left > 0:
                found.append((unit, min(unit.quantity, left)))
                left -= unit.quantity
        return found

    def within(self, low: float, high: float, slack: float, what: Callable[[Unit], float]) -> float:
        bottom = -math.inf if low == MISSING else low - slack
        top = math.inf if high == MISSING else high + slack
        return sum(unit.quantity for unit in self.units if bottom <= what(unit) <= top)


def _age(unit: Unit) -> float:
    return unit.age


def _attribute(unit: Unit) -> float:
    return unit.attribute


def _mean(what: Callable[[Unit], float]) -> Callable[..., float]:
    def mean(line: Line, count: float) -> float:
        found = line.oldest(count)
        amount = sum(part for _, part in found)
        return sum(what(unit) * part for unit, part in found) / amount if amount > 0 else 0.0

    return mean


def _age_in_range(line: Line, low: float, high: float) -> float:
    return line.within(low, high, NEARLY * line.step, _age)


def _attribute_in_range(line: Line, low: float, high: float) -> float:
    sizes = [abs(one) for one in (low, high, line.gained) if one != MISSING]
    return line.within(low, high, REMAINDER * max(sizes), _attribute)


def _extreme(of: Callable[..., float]) -> Callable[..., float]:
    return lambda line, count: of((unit.attribute for unit, _ in line.oldest(count)), default=0.0)


def _quantity(line: Line, count: float) -> float:
    return sum(unit.attribute * part for unit, part in line.oldest(count))


@dataclass(frozen=True)
class Question:
    of_age: bool
    read: Callable[..., float]

    def answer(self, line: Line, *given: float) -> float:
        """Nothing is known of a level that is no number."""
        return float(self.read(line, *given)) if math.isfinite(line.level) else NAN


QUESTIONS = {
    "queue age average": Question(True, _mean(_age)),
    "queue age in range": Question(True, _age_in_range),
    "queue age oldest": Question(True, lambda line: line.units[0].age if line.units else 0.0),
    "queue attrib average": Question(False, _mean(_attribute)),
    "queue attrib max": Question(False, _extreme(max)),
    "queue attrib min": Question(False, _extreme(min)),
    "queue attrib in range": Question(False, _attribute_in_range),
    "queue attrib quantity": Question(False, _quantity),
}


class Queue(Told):
    """A level whose units leave in the order in which they came."""

    def __init__(self, given: Given) -> None:
        marked = "attribute" in given.nodes
        told = "inflow, outflow, step, attribute, change" if marked else "inflow, outflow, step"
        super().__init__(given["initial"], given.several(told))
        self.given = given
        self.units: list[Unit] = []
        self.owed, self.gained, self.width = 0.0, 0.0, 0.0

    @property
    def has_attribute(self) -> bool:
        return "attribute" in self.given.nodes

    def begin(self, start: Moment) -> None:
        super().begin(start)
        self.width, reach = (one(start) for one in self.given.several("step, range"))
        count = whole_steps(reach, self.width) + 1 if reach >= self.width / 2 else 1
        shares = along(self.given.curves["profile"], count)
        if min(shares) < 0 or not 0 < sum(shares) < math.inf:
            raise BadArgument("the profile of a queue")
        marks = self.marks(start, count)
        self.owed = max(-self.value, 0.0)
        made = [
            Unit((place + 1) * self.width, self.value * (share / total(shares)), mark)
            for place, (share, mark) in enumerate(zip(shares, marks, strict=True))
        ]
        self.units = [unit for unit in reversed(made) if unit.quantity > 0]

    def marks(self, start: Moment, count: int) -> Sequence[float]:
        """The attributes of what is there at the start, the youngest first."""
        if not self.has_attribute:
            return [0.0] * count
        height = self.given["initial attribute"](start)
        return [height * one for one in along(self.given.curves["attribute profile"], count)]

    def following(self, *heard: float) -> float:
        inflow, outflow, self.width, attribute, change = (*heard, 0.0, 0.0)[:5]
        self.take(self.width * (max(outflow, 0.0) + max(-inflow, 0.0)))
        self.add(self.width * (max(inflow, 0.0) + max(-outflow, 0.0)), attribute)
        self.gained += change * self.width
        for unit in self.units:
            unit.age += self.width
            unit.attribute += change * self.width
        return self.value + self.width * (inflow - outflow)

    def take(self, amount: float) -> None:
        """The oldest leave; what is not there is owed."""
        rounding = amount * REMAINDER
        while self.units and amount > rounding:
            gone = min(amount, self.units[0].quantity)
            self.units[0].quantity -= gone
            amount -= gone
            if self.units[0].quantity <= rounding:
                self.units.pop(0)
        if amount > rounding:
            self.owed += amount

    def add(self, amount: float, attribute: float) -> None:
        paid = min(self.owed, amount)
        self.owed -= paid
        if amount - paid > amount * REMAINDER:
            self.units.append(Unit(0.0, amount - paid, attribute))

    def at(self, moment: Moment) -> Line:
        """What it holds; a question at the start makes it ready first."""
        if moment.starting:
            self.begin(moment)
        return Line(tuple(self.units), self.value, self.width, self.gained)


def along(profile: Curve, count: int) -> Sequence[float]:
    """The heights of a profile at so many ages from its beginning to its end."""
    first, last = profile.x[0], profile.x[-1]
    return [curves.interpolate(profile, first + (last - first) * place / max(count - 1, 1)) for place in range(count)]


MEMORIES: dict[str, Callable[..., State]] = {"queue fifo": Queue, "queue fifo attrib": Queue}
