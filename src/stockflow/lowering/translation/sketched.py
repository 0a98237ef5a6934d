"""A sketch of the file as the drawing of what is written: places and arrows as the modeller set them.

It knows which variables are stocks and flows; it must not know how a file stores a drawing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from stockflow.dialects.xmile.layout import angle
from stockflow.ir.model import Project, Variable
from stockflow.ir.picture import Arrow, Line, Mark, Picture, Point, Shape, Sketch

STEP_X, STEP_Y, PER_ROW = 180.0, 60.0, 6
REACH = 70.0
"""How far a cloud stands from its valve where the sketch has none."""


def pictures(sketches: Sequence[Sketch], project: Project, names: Mapping[str, str]) -> list[Picture]:
    """The views of the sketch, and below the last one what none of them draws; none where no variable is drawn.

    `names` are the new keys of the variables, by their keys in the file.
    """
    variables = {variable.key: variable for variable in project.variables if not variable.control}
    drawing = _Drawing(variables, names)
    made = [drawing.view(sketch) for sketch in sketches]
    if not drawing.drawn:
        return []
    made[-1] = drawing.completed(made[-1])
    return made


@dataclass(slots=True)
class _Drawing:
    variables: Mapping[str, Variable]
    names: Mapping[str, str]
    drawn: set[str] = field(default_factory=set)
    aliases: int = 0

    def view(self, sketch: Sketch) -> Picture:
        """One view; a variable that an earlier one defined is an alias here."""
        shapes: dict[int, Shape] = {}
        for mark in sketch.marks.values():
            key = self.key(mark)
            if key:
                shapes[mark.number] = self.shape(mark, key, sketch)
                if mark.valve:
                    shapes[mark.valve] = shapes[mark.number]
        arrows = tuple(arrow for line in sketch.lines if (arrow := self.arrow(line, shapes)) is not None)
        return Picture(sketch.label, tuple(dict.fromkeys(shapes.values())), arrows)

    def key(self, mark: Mark) -> str:
        key = self.names.get(mark.key, "")
        return key if mark.kind == "word" and key in self.variables else ""

    def shape(self, mark: Mark, key: str, sketch: Sketch) -> Shape:
        if mark.shadow or key in self.drawn:
            self.aliases += 1
            return Shape("alias", key, mark.x, mark.y, number=self.aliases)
        self.drawn.add(key)
        match self.variables[key].kind:
            case "stock":
                return Shape("stock", key, mark.x, mark.y, mark.width, mark.height)
            case "flow":
                return self.flow(mark, key, sketch)
            case _:
                return Shape("aux", key, mark.x, mark.y)

    # Pipes

    def flow(self, mark: Mark, key: str, sketch: Sketch) -> Shape:
        valve = sketch.marks.get(mark.valve, mark)
        ends = [line.stop for line in sketch.lines if line.pipe and line.start == valve.number]
        found = [sketch.marks[number] for number in ends if number in sketch.marks]
        source = self.end(found, key, "outflows", valve, -REACH)
        target = self.end([one for one in found if one is not source], key, "inflows", valve, REACH)
        return Shape("flow", key, valve.x, valve.y, points=piped(source, valve, target))

    def end(self, found: Sequence[Mark], key: str, side: str, valve: Mark, reach: float) -> Mark:
        """The stock that the flow fills or drains as the equations say, else a cloud, drawn or not."""
        for mark in found:
            stock = self.variables.get(self.key(mark))
            if stock is not None and key in (stock.inflows if side == "inflows" else stock.outflows):
                return mark
        clouds = [mark for mark in found if mark.kind == "cloud"]
        return clouds[0] if clouds else replace(valve, x=valve.x + reach, width=0.0, height=0.0)

    # Arrows

    def arrow(self, line: Line, shapes: Mapping[int, Shape]) -> Arrow | None:
        start, stop = shapes.get(line.start), shapes.get(line.stop)
        if line.pipe or line.initial or start is None or stop is None or stop.kind in ("alias", "stock"):
            return None
        return Arrow(start.key, stop.key, take_off((start.x, start.y), line.bend, (stop.x, stop.y)), start.number)

    # What is left

    def completed(self, picture: Picture) -> Picture:
        """The picture with rows of what no view draws at its foot."""
        foot = picture.size[1] + STEP_Y
        left = [key for key in self.variables if key not in self.drawn]
        rest = tuple(self.placed(key, place) for key, place in zip(left, _rows(foot), strict=False))
        return replace(picture, shapes=(*picture.shapes, *rest))

    def placed(self, key: str, place: Point) -> Shape:
        x, y = place
        kind = self.variables[key].kind
        if kind == "flow":
            return Shape("flow", key, x, y, points=((x - REACH, y), (x + REACH, y)))
        return Shape("stock" if kind == "stock" else "aux", key, x, y)


def _rows(top: float) -> Iterator[Point]:
    number = 0
    while True:
        row, column = divmod(number, PER_ROW)
        yield STEP_X * (column + 0.7), top + STEP_Y * (row + 0.5)
        number += 1


def piped(source: Mark, valve: Mark, target: Mark) -> tuple[Point, ...]:
    """A pipe with right angles that passes the valve: upright at both ends, level through the valve, or straight."""
    level = [(source.x, source.y), (source.x, valve.y), (target.x, valve.y), (target.x, target.y)]
    if abs(source.y - valve.y) <= source.height / 2:
        level[0] = (source.x, valve.y)
    if abs(target.y - valve.y) <= target.height / 2:
        level[3] = (target.x, valve.y)
    corners = list(dict.fromkeys(level))
    if len(corners) == 1:
        corners.append((target.x + REACH, valve.y))
    return (_edge(source, corners[0], corners[1]), *corners[1:-1], _edge(target, corners[-1], corners[-2]))


def _edge(mark: Mark, own: Point, following: Point) -> Point:
    """Where a pipe that begins in the middle of a box leaves it."""
    half = (mark.width / 2, mark.height / 2) if mark.kind == "word" else (0.0, 0.0)
    x, y = (own[place] + math.copysign(half[place], gap) if (gap := following[place] - own[place]) else own[place]
            for place in (0, 1))
    return x, y


def take_off(start: Point, bend: Point | None, stop: Point) -> float:
    """The angle at which an arrow leaves: along the circle through the bend, or straight."""
    if bend is None or bend in (start, stop):
        return angle(start, stop)
    # The tangent makes with the chord to the bend the angle under which the end of the arrow sees that chord.
    seen = abs(_turn(_direction(stop, start), _direction(stop, bend)))
    to_bend = _direction(start, bend)
    found = to_bend + math.copysign(seen, _turn(_direction(start, stop), to_bend))
    return round(found % 360, 1) % 360


def _direction(start: Point, stop: Point) -> float:
    return math.degrees(math.atan2(start[1] - stop[1], stop[0] - start[0]))


def _turn(one: float, other: float) -> float:
    """From one direction to another, the short way round."""
    return (other - one + 180) % 360 - 180
