"""A drawing of a model: where its variables stand, how pipes run, which arrows there are.

Places are in pixels, y downwards; it must not know how a file stores a drawing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ShapeKind = Literal["stock", "flow", "aux", "alias"]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """A variable at a centre. `points` are the ends and corners of a flow's pipe, `number` tells aliases apart."""

    kind: ShapeKind
    key: str
    x: float
    y: float
    width: float = 0.0
    height: float = 0.0
    points: tuple[Point, ...] = ()
    number: int = 0


@dataclass(frozen=True, slots=True)
class Arrow:
    """From a variable, or from the alias of a number, to a variable; `angle` at which it takes off, in degrees."""

    origin: str
    target: str
    angle: float
    number: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle around a group, by its top left corner."""

    label: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing of a sketch by its number. A word has the `key` of a variable; `valve` is the one that it labels."""

    kind: Literal["word", "valve", "cloud"]
    number: int
    x: float
    y: float
    width: float
    height: float
    key: str = ""
    shadow: bool = False
    valve: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """From one mark to another: half of a pipe, or an arrow that passes through `bend` where it is not straight."""

    start: int
    stop: int
    pipe: bool
    initial: bool = False
    bend: Point | None = None


@dataclass(frozen=True, slots=True)
class Sketch:
    """One view as its file draws it, before it is known which variables are stocks and flows."""

    label: str
    marks: dict[int, Mark]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    label: str
    shapes: tuple[Shape, ...]
    arrows: tuple[Arrow, ...]
    frames: tuple[Frame, ...] = ()

    @property
    def size(self) -> Point:
        """The least page that holds everything."""
        right = [shape.x + shape.width / 2 for shape in self.shapes] + [frame.x + frame.width for frame in self.frames]
        below = [shape.y + shape.height / 2 for shape in self.shapes] + [
            frame.y + frame.height for frame in self.frames
        ]
        return max(right, default=0.0), max(below, default=0.0)
