"""What a model remembers: stocks, values of the start, values of earlier steps.

Every state begins at the start of the run, wherever in an equation it stands. A stock takes part in integration; all
others are told once per TIME STEP and stay as they are within it (language reference 4.2).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from conformance.evaluator.curves import Curve
from conformance.evaluator.moments import Moment, Node
from conformance.evaluator.numbers import true, whole_steps


@dataclass(frozen=True)
class Given:
    """The arguments of a memory by the names of its row, and the two times that it may need: `step` and `start`.

    `array` holds the elements of an array from the one that was named on.
    """

    nodes: Mapping[str, Node]
    curves: Mapping[str, Curve]
    array: Sequence[Node]

    def __getitem__(self, name: str) -> Node:
        return self.nodes[name]

    def several(self, names: str) -> tuple[Node, ...]:
        """The arguments of these names, which commas part."""
        return tuple(self.nodes[name.strip()] for name in names.split(","))


class State(ABC):
    """`first` is its value at the start."""

    def __init__(self, first: Node) -> None:
        self.first = first

    def __call__(self, moment: Moment) -> float:
        return moment.recall(self, self.first) if moment.starting else self.shown(moment)

    @abstractmethod
    def shown(self, moment: Moment, /) -> float: ...

    def begin(self, start: Moment) -> None:
        """Made ready from the values of the start."""
        self(start)


class Stock(State):
    """Starts at `first` and changes by `rate` per unit of time."""

    def __init__(self, rate: Node, first: Node) -> None:
        super().__init__(first)
        self.rate = rate

    def shown(self, moment: Moment) -> float:
        return moment.levels[self]


class Kept(State):
    """INITIAL: the value of the start."""

    value: float

    def begin(self, start: Moment) -> None:
        self.value = self(start)

    def shown(self, _: Moment) -> float:
        return self.value


class Told(State):
    """A state that is told values at the beginning of each step and then has another one."""

    value: float

    def __init__(self, first: Node, sources: Sequence[Node]) -> None:
        super().__init__(first)
        self.sources = tuple(sources)

    def begin(self, start: Moment) -> None:
        self.value = self(start)

    def shown(self, _: Moment) -> float:
        return self.value

    def heard(self, begun: Moment) -> tuple[float, ...]:
        return tuple(source(begun) for source in self.sources)

    def tell(self, heard: tuple[float, ...]) -> None:
        self.value = self.following(*heard)

    @abstractmethod
    def following(self, *heard: float) -> float:
        """The value in the next step."""


class Hold(Told):
    """PREVIOUS: what was told one step ago."""

    def following(self, *heard: float) -> float:
        return heard[0]


class Pipeline(Told):
    """DELAY FIXED: the delay is read at the start and counted in whole steps."""

    def __init__(self, given: Node, delay: Node, first: Node, step: Node) -> None:
        super().__init__(first, (given,))
        self.delay, self.step = delay, step
        self.line: list[float] = []

    def begin(self, start: Moment) -> None:
        super().begin(start)
        self.line = [self.value] * whole_steps(self.delay(start), self.step(start))

    def following(self, *heard: float) -> float:
        self.line = [*self.line[1:], *heard]
        return self.line[0]


class Shift(State):
    """SHIFT IF TRUE: moves elements of a stock up by one at the end of a step, and shows what is lost."""

    value = 0.0

    def __init__(self, stocks: Sequence[Stock], condition: Node, collects: Node, entering: Node) -> None:
        super().__init__(lambda _: 0.0)
        self.stocks = tuple(stocks)
        self.sources = (condition, collects, entering)

    def shown(self, _: Moment) -> float:
        return self.value

    def move(self, begun: Moment, levels: dict[object, float]) -> None:
        """The levels are those after the flows of the step."""
        condition, collects, entering = (source(begun) for source in self.sources)
        self.value = 0.0
        if not true(condition):
            return
        held = [levels[stock] for stock in self.stocks]
        moved = [entering, *held[:-1]]
        if true(collects):
            moved[-1] += held[-1]
        else:
            self.value = held[-1]
        levels.update(zip(self.stocks, moved, strict=True))
