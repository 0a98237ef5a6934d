"""A clear drawing for a model that has none: a section for each group, stocks on the left, the rest in a grid.

A stock has a row for each of its flows; pipes between stocks run through lanes of their own, and what a section reads
from others stands in it as an alias. It knows which variables read which; it must not know what they compute.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from stockflow.ir.expr import Call, Name
from stockflow.ir.model import Project, Variable
from stockflow.ir.picture import Arrow, Frame, Picture, Point, Shape
from stockflow.ir.walk import preorder

MARGIN, GAP = 40.0, 60.0
ROW, BAND = 60.0, 30.0
CLOUD_IN, VALVE_IN, STOCK, VALVE_OUT, CLOUD_OUT = 70.0, 190.0, 400.0, 610.0, 770.0
STOCK_WIDTH, SIZE = 120.0, 18.0
LANES, LANE = 800.0, 14.0
COLUMNS, CELL_HEIGHT = 6, 70.0
LETTER, LEAST_CELL = 6.5, 120.0
"""About what a letter of a name takes, so that names side by side do not touch."""


@dataclass(frozen=True, slots=True)
class Pipe:
    """Where a flow comes from and goes to; a cloud where there is no stock."""

    flow: str
    source: str = ""
    target: str = ""

    @property
    def home(self) -> str:
        """The stock beside which the flow stands."""
        return self.source or self.target


@dataclass(frozen=True, slots=True)
class Section:
    label: str
    stocks: tuple[str, ...]
    others: tuple[str, ...]


def lay_out(project: Project) -> Picture:
    """Every variable once, each in the section of its group or of the stock that it fills or drains."""
    variables = {variable.key: variable for variable in project.variables if not variable.control}
    return _Layout(variables, project).picture()


@dataclass(slots=True)
class _Layout:
    variables: Mapping[str, Variable]
    project: Project
    pipes: dict[str, Pipe] = field(default_factory=dict)
    shapes: list[Shape] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    corners: dict[str, list[Point]] = field(default_factory=dict)
    aliases: int = 0

    def picture(self) -> Picture:
        self.pipes = dict(self.piped())
        top = MARGIN
        for section in self.sections():
            top = self.section(section, top) + GAP
        self.shapes += [self.pipe(pipe) for pipe in self.pipes.values()]
        return Picture(self.project.title, tuple(self.shapes), tuple(self.arrows), tuple(self.frames))

    def piped(self) -> Iterator[tuple[str, Pipe]]:
        sources = {flow: one.key for one in self.variables.values() for flow in one.outflows}
        targets = {flow: one.key for one in self.variables.values() for flow in one.inflows}
        for key in self.variables:
            if key in sources or key in targets:
                yield key, Pipe(key, sources.get(key, ""), targets.get(key, ""))

    def sections(self) -> Iterator[Section]:
        """The groups in the order of the file, then what is in none."""
        labels = list(dict.fromkeys([*(group.label for group in self.project.groups), ""]))
        for label in labels:
            keys = [one.key for one in self.variables.values() if _label(one, labels) == label]
            stocks = tuple(key for key in keys if self.variables[key].kind == "stock")
            others = tuple(key for key in keys if key not in stocks and key not in self.pipes)
            if keys:
                yield Section(label, stocks, others)

    def section(self, section: Section, top: float) -> float:
        """Draw one section; where it ends."""
        bottom = top + BAND
        for stock in section.stocks:
            bottom = self.block(stock, bottom)
        left = self.grid_left
        places = {key: self.cell(number, left, top) for number, key in enumerate(section.others)}
        self.shapes += [Shape("aux", key, x, y, SIZE, SIZE) for key, (x, y) in places.items()]
        drawn = [*section.others, *self.flows_of(section.stocks)]
        aliases = self.linked(drawn, {*drawn, *section.stocks}, len(places), left, top)
        rows = -(-(len(places) + aliases) // COLUMNS)
        bottom = max(bottom, top + BAND + rows * CELL_HEIGHT)
        width = left + COLUMNS * self.cell_width - MARGIN / 2
        self.frames.append(Frame(section.label or self.project.title, MARGIN / 2, top, width, bottom - top))
        return bottom

    @property
    def grid_left(self) -> float:
        between = sum(bool(pipe.source and pipe.target) for pipe in self.pipes.values())
        return LANES + between * LANE + MARGIN

    @property
    def cell_width(self) -> float:
        longest = max((len(variable.label) for variable in self.variables.values()), default=0)
        return max(LEAST_CELL, longest * LETTER)

    def cell(self, number: int, left: float, top: float) -> Point:
        row, column = divmod(number, COLUMNS)
        return left + (column + 0.5) * self.cell_width, top + BAND + (row + 0.4) * CELL_HEIGHT

    def flows_of(self, stocks: Sequence[str]) -> list[str]:
        return [pipe.flow for stock in stocks for pipe in self.pipes.values() if pipe.home == stock]

    # Stocks and pipes

    def block(self, stock: str, top: float) -> float:
        """A stock with a row for each flow: from clouds on the left, all others on the right."""
        left = [pipe for pipe in self.pipes.values() if pipe.target == stock and not pipe.source]
        right = [pipe for pipe in self.pipes.values() if pipe.source == stock]
        right += [pipe for pipe in self.pipes.values() if pipe.target == stock and pipe.source]
        rows = max(len(left), len(right), 1)
        self.shapes.append(Shape("stock", stock, STOCK, top + rows * ROW / 2, STOCK_WIDTH, rows * ROW - ROW / 4))
        for number, pipe in enumerate(left):
            y = top + (number + 0.5) * ROW
            self.corners[pipe.flow] = [(CLOUD_IN, y), (VALVE_IN, y), (STOCK - STOCK_WIDTH / 2, y)]
        for number, pipe in enumerate(right):
            y = top + (number + 0.5) * ROW
            edge = (STOCK + STOCK_WIDTH / 2, y)
            ends = [edge, (VALVE_OUT, y)] if pipe.source == stock else [edge]
            self.corners.setdefault(f"{pipe.flow} {'out' if pipe.source == stock else 'in'}", ends)
        return top + rows * ROW + BAND

    def valve(self, key: str) -> Point:
        return self.corners[key][1] if key in self.corners else self.corners[f"{key} out"][1]

    def pipe(self, pipe: Pipe) -> Shape:
        if not pipe.source:
            ends = self.corners[pipe.flow]
            return _flow(pipe.flow, ends[1], (ends[0], ends[2]))
        edge, valve = self.corners[f"{pipe.flow} out"]
        if not pipe.target:
            return _flow(pipe.flow, valve, (edge, (CLOUD_OUT, valve[1])))
        between = [one.flow for one in self.pipes.values() if one.source and one.target]
        lane = LANES + between.index(pipe.flow) * LANE
        end = self.corners[f"{pipe.flow} in"][0]
        return _flow(pipe.flow, valve, (edge, (lane, edge[1]), (lane, end[1]), end))

    # Arrows

    def linked(self, drawn: Sequence[str], inside: set[str], used: int, left: float, top: float) -> int:
        """Arrows to what a section draws; the number of aliases made for what stands elsewhere."""
        places = {shape.key: (shape.x, shape.y) for shape in self.shapes if shape.key in inside}
        places |= {key: self.valve(key) for key in drawn if key in self.pipes}
        numbers: dict[str, int] = {}
        for key in drawn:
            for cause in self.causes(key):
                if cause not in places:
                    places[cause] = self.cell(used + len(numbers), left, top)
                    self.aliases += 1
                    numbers[cause] = self.aliases
                    self.shapes.append(Shape("alias", cause, *places[cause], SIZE, SIZE, number=self.aliases))
                self.arrows.append(Arrow(cause, key, angle(places[cause], places[key]), numbers.get(cause, 0)))
        return len(numbers)

    def causes(self, key: str) -> list[str]:
        found: dict[str, None] = {}
        for equation in self.variables[key].equations:
            for expr in (equation.expr, equation.initial):
                names = () if expr is None else (node for node in preorder(expr) if isinstance(node, Name | Call))
                found.update(dict.fromkeys(node.key for node in names if node.key in self.variables))
        found.pop(key, None)
        return list(found)


def _label(variable: Variable, labels: Sequence[str]) -> str:
    return variable.group if variable.group in labels else ""


def _flow(key: str, valve: Point, points: tuple[Point, ...]) -> Shape:
    return Shape("flow", key, *valve, SIZE, SIZE, points)


def angle(start: Point, stop: Point) -> float:
    """The direction of a straight arrow: degrees from 3 o'clock, counter-clockwise."""
    found = round(math.degrees(math.atan2(start[1] - stop[1], stop[0] - start[0])), 1) % 360
    return found + 0.0
