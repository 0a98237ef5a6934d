"""A clear drawing for a model that has none: a section for each group, stocks on the left, the rest in a grid.

A stock has a row for each of its flows; pipes between stocks run through lanes of their own, and what a section reads
from others stands in it as an alias. It knows which variables read which; it must not know what they compute.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from stockflow.ir.expr import Name
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
    """Where a flow comes from and goes to; a cloud where there is no stock. `lane` counts pipes between stocks."""

    flow: str
    source: str
    target: str
    lane: int

    @property
    def home(self) -> str:
        """The stock beside which the flow stands."""
        return self.source or self.target


@dataclass(slots=True)
class Section:
    """What a group holds, flows apart: those stand beside their stocks."""

    label: str
    stocks: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def lay_out(project: Project) -> Picture:
    """Every variable once, each in the section of its group or of the stock that it fills or drains."""
    variables = {variable.key: variable for variable in project.variables if not variable.control}
    return _Layout(variables, project).picture()


@dataclass(slots=True)
class _Layout:
    """`places` are the centres of what is drawn, `ends` where pipes meet their stocks: (flow, stock) -> point."""

    variables: Mapping[str, Variable]
    project: Project
    pipes: dict[str, Pipe] = field(init=False)
    beside: dict[str, list[Pipe]] = field(init=False)
    left: float = field(init=False)
    cell_width: float = field(init=False)
    places: dict[str, Point] = field(default_factory=dict)
    ends: dict[tuple[str, str], Point] = field(default_factory=dict)
    shapes: list[Shape] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    aliases: int = 0

    def __post_init__(self) -> None:
        self.pipes = {pipe.flow: pipe for pipe in _piped(self.variables)}
        self.beside = {}
        for pipe in self.pipes.values():
            for stock in dict.fromkeys((pipe.source, pipe.target)):
                self.beside.setdefault(stock, []).append(pipe)
        lanes = max((pipe.lane for pipe in self.pipes.values()), default=0)
        self.left = LANES + lanes * LANE + MARGIN
        longest = max((len(variable.label) for variable in self.variables.values()), default=0)
        self.cell_width = max(LEAST_CELL, longest * LETTER)

    def picture(self) -> Picture:
        top = MARGIN
        for section in self.sections():
            top = self.section(section, top) + GAP
        self.shapes += [self.pipe(pipe) for pipe in self.pipes.values()]
        return Picture(self.project.title, tuple(self.shapes), tuple(self.arrows), tuple(self.frames))

    def sections(self) -> list[Section]:
        """The groups in the order of the file, then what is in none."""
        found = {label: Section(label) for label in [*(group.label for group in self.project.groups), ""]}
        for variable in self.variables.values():
            section = found.get(variable.group, found[""])
            if variable.kind == "stock":
                section.stocks.append(variable.key)
            elif variable.key not in self.pipes:
                section.others.append(variable.key)
        return [section for section in found.values() if section.stocks or section.others]

    def section(self, section: Section, top: float) -> float:
        """Draw one section; where it ends."""
        bottom = top + BAND
        for stock in section.stocks:
            bottom = self.block(stock, bottom)
        for number, key in enumerate(section.others):
            self.places[key] = self.cell(number, top)
            self.shapes.append(Shape("aux", key, *self.places[key], SIZE, SIZE))
        flows = [pipe.flow for stock in section.stocks for pipe in self.beside.get(stock, ()) if pipe.home == stock]
        aliases = self.linked([*section.others, *flows], {*section.others, *flows, *section.stocks},
                              len(section.others), top)
        rows = -(-(len(section.others) + aliases) // COLUMNS)
        bottom = max(bottom, top + BAND + rows * CELL_HEIGHT)
        width = self.left + COLUMNS * self.cell_width - MARGIN / 2
        self.frames.append(Frame(section.label or self.project.title, MARGIN / 2, top, width, bottom - top))
        return bottom

    def cell(self, number: int, top: float) -> Point:
        row, column = divmod(number, COLUMNS)
        return self.left + (column + 0.5) * self.cell_width, top + BAND + (row + 0.4) * CELL_HEIGHT

    # Stocks and pipes

    def block(self, stock: str, top: float) -> float:
        """A stock with a row for each flow: from clouds on the left, all others on the right."""
        beside = self.beside.get(stock, [])
        left = [pipe for pipe in beside if not pipe.source]
        right = [pipe for pipe in beside if pipe.source == stock]
        right += [pipe for pipe in beside if pipe.source and pipe.source != stock]
        rows = max(len(left), len(right), 1)
        self.places[stock] = (STOCK, top + rows * ROW / 2)
        self.shapes.append(Shape("stock", stock, *self.places[stock], STOCK_WIDTH, rows * ROW - ROW / 4))
        sides = ((left, -STOCK_WIDTH / 2, VALVE_IN), (right, STOCK_WIDTH / 2, VALVE_OUT))
        for pipes, half, valve in sides:
            for number, pipe in enumerate(pipes):
                y = top + (number + 0.5) * ROW
                self.ends[pipe.flow, stock] = (STOCK + half, y)
                if pipe.home == stock:
                    self.places[pipe.flow] = (valve, y)
        return top + rows * ROW + BAND

    def pipe(self, pipe: Pipe) -> Shape:
        valve = self.places[pipe.flow]
        start = self.ends[pipe.flow, pipe.source] if pipe.source else (CLOUD_IN, valve[1])
        stop = self.ends[pipe.flow, pipe.target] if pipe.target else (CLOUD_OUT, valve[1])
        lane = LANES + pipe.lane * LANE
        corners = ((lane, start[1]), (lane, stop[1])) if pipe.source and pipe.target else ()
        return Shape("flow", pipe.flow, *valve, SIZE, SIZE, (start, *corners, stop))

    # Arrows

    def linked(self, drawn: Sequence[str], inside: set[str], used: int, top: float) -> int:
        """Arrows to what a section draws; the number of aliases made for what stands elsewhere."""
        others: dict[str, tuple[int, Point]] = {}
        for key in drawn:
            for cause in self.causes(key):
                if cause not in inside and cause not in others:
                    self.aliases += 1
                    place = self.cell(used + len(others), top)
                    others[cause] = self.aliases, place
                    self.shapes.append(Shape("alias", cause, *place, SIZE, SIZE, number=self.aliases))
                number, start = others[cause] if cause in others else (0, self.places[cause])
                self.arrows.append(Arrow(cause, key, angle(start, self.places[key]), number))
        return len(others)

    def causes(self, key: str) -> list[str]:
        found: dict[str, None] = {}
        for equation in self.variables[key].equations:
            for expr in (equation.expr, equation.initial):
                names = () if expr is None else (node for node in preorder(expr) if isinstance(node, Name))
                found.update(dict.fromkeys(node.key for node in names if node.key in self.variables))
        found.pop(key, None)
        return list(found)


def _piped(variables: Mapping[str, Variable]) -> Iterator[Pipe]:
    sources = {flow: one.key for one in variables.values() for flow in one.outflows}
    targets = {flow: one.key for one in variables.values() for flow in one.inflows}
    lane = 0
    for key in variables:
        if key in sources or key in targets:
            source, target = sources.get(key, ""), targets.get(key, "")
            lane += bool(source and target)
            yield Pipe(key, source, target, lane)


def angle(start: Point, stop: Point) -> float:
    """The direction of a straight arrow: degrees from 3 o'clock, counter-clockwise."""
    found = round(math.degrees(math.atan2(start[1] - stop[1], stop[0] - start[0])), 1) % 360
    return found + 0.0
