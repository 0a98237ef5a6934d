"""Moments of a run, and what is worked out in one: each value when it is first asked for, and then kept.

A moment is the start, a step, or a stage within a step; it knows time and levels and nothing of any equation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


class Loop(Exception):
    """A value needs itself."""


class UnknownFunction(NotImplementedError):
    """The evaluator has no meaning for what the model asks for; the message names it."""


@dataclass(eq=False, slots=True)
class Moment:
    """`starting`: initial values are asked for. `begun` is the beginning of the step that a stage belongs to."""

    time: float
    levels: dict[object, float] = field(default_factory=dict)
    starting: bool = False
    begun: Moment | None = None
    known: dict[object, float] = field(default_factory=dict)
    asked: set[object] = field(default_factory=set)

    @property
    def base(self) -> Moment:
        """The moment at the beginning of this step."""
        return self.begun or self

    def recall(self, key: object, node: Node) -> float:
        """The value of a node at this moment, worked out once."""
        if key not in self.known:
            if key in self.asked:
                raise Loop(str(key))
            self.asked.add(key)
            self.known[key] = node(self)
        return self.known[key]


Node = Callable[[Moment], float]


class Cell:
    """One number of the model: a variable's element, a hidden line of a function, an argument.

    Its node is made when it is first needed.
    """

    def __init__(self, make: Callable[[], Node], name: str = "") -> None:
        self.make, self.name = make, name
        self.made: Node | None = None

    def node(self) -> Node:
        if self.made is None:
            self.made = self.make()
        return self.made

    def __call__(self, moment: Moment) -> float:
        return moment.recall(self, self.node())

    def __repr__(self) -> str:
        return self.name or "a hidden value"


def constant(value: float) -> Node:
    return lambda _: value
