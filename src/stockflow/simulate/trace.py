"""From a value that is not finite back to what made it so: through the equations that it came by, step by step.

It goes back along values that were really read, so that a NaN which an IF keeps out is no cause. It must not know
who asks or how the find is worded in a diagnostic.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stockflow.analysis.closed import Closed
from stockflow.analysis.labels import Labels
from stockflow.ir.expr import Axis, Binary, Element, Expr, Name
from stockflow.ir.model import TIME
from stockflow.ir.place import Place, cell_at
from stockflow.ir.plan import Assign, Belt, Level, Ring, Scan, Shift, State, Step, Target
from stockflow.ir.show import name_text, shortened, show
from stockflow.runtime.budget import whole_steps
from stockflow.simulate.causes import Cell, Part, cell_of, explain, number, read_names, words
from stockflow.simulate.replay import Replay, Rows
from stockflow.simulate.stages import Moment, stages
from stockflow.source import Span

STEP_TIME = "step time"
START = -1
MOST_CELLS = 2_000
MOST_OF_ONE = 200
MOST_INPUTS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Cause:
    """A variable that went wrong by itself. `what` is in words; `division` are the
    arguments of a division by zero; `others` counts elements with the same cause."""

    slot: str
    label: str
    what: str
    time: float
    span: Span | None
    inputs: tuple[str, ...]
    division: str
    others: int = 0

    @property
    def line(self) -> int:
        return self.span.line if self.span is not None else 0


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell of a slot at a step; START is the computation before the first step."""

    slot: str
    cell: Cell
    step: int


class Trace:
    """The way back from bad cells. `writers` are the assignments of a slot in a step, `starters` those of the start."""

    def __init__(self, replay: Replay, closed: Mapping[str, Closed]) -> None:
        self.replay, self.closed = replay, closed
        plan = replay.plan
        self.writers = _by_slot((*plan.step, *plan.report))
        self.starters = _by_slot((*plan.once, *plan.initial))
        self.rates = _by_slot(plan.rates)
        self.levels: dict[str, list[Level]] = {}
        self.memories: dict[str, State] = {}
        self.shifts: dict[str, list[Shift]] = {}
        for state in plan.states:
            if isinstance(state, Level):
                self.levels.setdefault(state.slot, []).append(state)
            else:
                self.memories[state.slot] = state
            if isinstance(state, Shift):
                self.shifts.setdefault(state.moves.level, []).append(state)
        self.spelling = Labels(closed).spelling
        self.seen: set[Spot] = set()
        self.todo: deque[Spot] = deque()
        self.found: dict[tuple[str, str], Cause] = {}
        self.inside: dict[int, list[Moment]] = {}

    def causes(self, keys: Iterable[str], step: int) -> list[Cause]:
        """What made the slots bad at a step, each variable and kind of fault once."""
        for key in keys:
            for spot in self.bad_spots(key, step):
                self.go_to(spot)
        while self.todo and len(self.seen) < MOST_CELLS:
            self.visit(self.todo.popleft())
        return list(self.found.values())

    def go_to(self, spot: Spot) -> None:
        """Visit a cell later, once; what no step computes is of the start."""
        if not (self.writers_of(spot) or spot.slot in self.levels or spot.slot in self.memories):
            spot = replace(spot, step=START)
        if spot not in self.seen:
            self.seen.add(spot)
            self.todo.append(spot)

    def bad_spots(self, key: str, step: int) -> Iterator[Spot]:
        values = self.moment(step).values.get(key)
        if values is None:
            return
        bad = ~np.isfinite(values)
        defined = self.closed[key].defined if key in self.closed else None
        cells = np.argwhere(bad if defined is None else bad & defined)
        yield from (Spot(key, tuple(int(index) for index in cell), step) for cell in cells[:MOST_OF_ONE])

    def moment(self, step: int) -> Moment:
        if step == START:
            time = self.replay.clock.start
            return Moment(self.replay, self.replay.start(), START, 0, time, time)
        if step < START:
            return next(moment for made in self.inside.values() for moment in made if moment.step == step)
        rows = self.replay.rows(step, step)
        return Moment(self.replay, rows.at(step), step, step, rows.time(step), rows.time(step))

    def within(self, before: Moment) -> list[Moment]:
        """The later stages of the step that begins at a moment."""
        if before.step not in self.inside:
            number = START - 1 - sum(map(len, self.inside.values()))
            self.inside[before.step] = list(stages(before, number))
        return self.inside[before.step]

    # One step back.

    def visit(self, spot: Spot) -> None:
        writers = self.writers_of(spot)
        if spot.step != START and writers:
            self.assigned(spot, writers, spot.step)
        elif spot.step != START and spot.slot in self.levels:
            self.level(spot)
        elif spot.step != START and spot.slot in self.memories:
            self.memory(spot, self.memories[spot.slot])
        else:
            self.assigned(spot, self.starters.get(spot.slot, []), START)

    def writers_of(self, spot: Spot) -> list[Assign]:
        """The assignments of a cell in a step; the start may give other cells of the same slot."""
        return [one for one in self.writers.get(spot.slot, ()) if place_of(one.target, spot.cell) is not None]

    def assigned(self, spot: Spot, assigns: Iterable[Assign], step: int) -> None:
        moment = self.moment(step)
        for assign in assigns:
            place = place_of(assign.target, spot.cell)
            if place is not None and not np.isfinite(moment.value(spot.slot, spot.cell)):
                self.judge(spot, assign, place, moment)

    def level(self, spot: Spot) -> None:
        """A stock goes wrong through its first value, through its rate one step before, or by growing too far."""
        if spot.step < START:
            return
        begun = self.began(spot)
        if begun == 0:
            self.visit(replace(spot, step=START))
            return
        before = self.moment(begun - 1)
        for level in self.levels[spot.slot]:
            place = place_of(level.target, spot.cell)
            if place is None:
                continue
            for assign in self.rates[level.rate]:
                moments = (before, *self.within(before))
                if not any(self.rate(spot, assign, place, at) for at in moments) and not self.moved(spot, begun - 1):
                    value = self.moment(begun).value(spot.slot, spot.cell)
                    self.keep(spot, assign, place, Part(value), before)

    def rate(self, spot: Spot, assign: Assign, place: Place, moment: Moment) -> bool:
        """Whether a rate is what is not finite at a moment, and so the way on."""
        part = explain(assign.expr, place, moment)
        if np.isfinite(part.value):
            return False
        self.follow(spot, assign, place, part, moment)
        return True

    def memory(self, spot: Spot, state: State) -> None:
        """A memory holds what its source had before; a pipeline, as many steps before as it is long."""
        begun = self.began(spot)
        if isinstance(state, Belt):
            self.belt(spot, state, begun)
            return
        if isinstance(state, Shift):
            self.lost(spot, state, begun)
            return
        assert not isinstance(state, Level)
        length = self.length(state, spot.cell) if isinstance(state, Ring) else 1
        if begun < length:
            self.visit(replace(spot, step=START))
        else:
            self.go_to(self.source(state.source, spot, begun - length))

    def belt(self, spot: Spot, state: Belt, begun: int) -> None:
        """What a belt gives may come from any step before, or from what it was set up with."""
        self.visit(replace(spot, step=START))
        for key in state.settings:
            self.if_bad(self.source(key, spot, START))
        for key in state.sources:
            if begun > 0:
                source = self.source(key, spot, begun - 1)
                self.if_bad(replace(source, step=self.began(source)))

    def lost(self, spot: Spot, shift: Shift, begun: int) -> None:
        """What a shift gives was held by the last of the elements that it moves."""
        moves, axes = shift.moves, dict(zip(shift.axes, spot.cell, strict=True))
        if begun > 0:
            self.if_bad(Spot(moves.level, (*cell_at(moves.part, axes), moves.first + moves.size - 1), begun - 1))

    def moved(self, spot: Spot, step: int) -> bool:
        """Whether an element of a stock came to it from the one before, or from outside, by a shift."""
        found: list[Spot] = []
        for shift in self.shifts.get(spot.slot, ()):
            place = place_of(shift.moves.part, spot.cell[:-1])
            at = spot.cell[-1] - shift.moves.first
            if place is None or not 0 <= at < shift.moves.size:
                continue
            if at:
                found.append(replace(spot, cell=(*spot.cell[:-1], spot.cell[-1] - 1), step=step))
            else:
                cell = tuple(place.get(axis, 0) for axis in shift.axes)
                found.append(Spot(shift.entering, cell if self.shape(shift.entering) else (), step))
        bad = [one for one in found if not np.isfinite(self.moment(step).value(one.slot, one.cell))]
        for one in bad:
            self.go_to(one)
        return bool(bad)

    def source(self, key: str, spot: Spot, step: int) -> Spot:
        return Spot(key, spot.cell if self.shape(key) else (), step)

    def if_bad(self, spot: Spot) -> None:
        if not np.isfinite(self.moment(spot.step).value(spot.slot, spot.cell)):
            self.go_to(spot)

    def length(self, ring: Ring, cell: Cell) -> int:
        delay = self.moment(START).value(ring.delay, cell if self.shape(ring.delay) else ())
        return whole_steps(delay, self.replay.clock.step)

    def shape(self, key: str) -> tuple[int, ...]:
        return self.replay.plan.slots[key].shape

    def began(self, spot: Spot) -> int:
        """The first step at which the cell was bad."""

        def bad(rows: Rows) -> NDArray[np.bool_]:
            values = rows.values[spot.slot]
            place = np.ravel_multi_index(spot.cell, values.shape[1:]) if spot.cell else 0
            hits = ~np.isfinite(values.reshape(len(values), -1)[:, place])
            return np.broadcast_to(hits, len(rows.steps)) if len(values) == 1 else hits

        found = self.replay.began(spot.step, bad)
        return spot.step if found is None else found

    # Judging a value.

    def judge(self, spot: Spot, assign: Assign, place: Place, moment: Moment) -> None:
        part = explain(assign.expr, place, moment)
        if np.isfinite(part.value):
            value = moment.value(spot.slot, spot.cell)
            part = Part(value)
        self.follow(spot, assign, place, part, moment)

    def follow(self, spot: Spot, assign: Assign, place: Place, part: Part, moment: Moment) -> None:
        """On to a value that was bad before it was read; else this is where it began."""
        name = part.why
        if isinstance(name, Name) and self.is_computed(name):
            cell = cell_of(name)
            assert cell is not None
            self.go_to(Spot(name.key, cell, moment.step))
        else:
            self.keep(spot, assign, place, part, moment)

    def is_computed(self, name: Name) -> bool:
        known = any(name.key in table for table in (self.writers, self.starters, self.levels, self.memories))
        return known and not self.is_undefined(name)

    def is_undefined(self, name: Name) -> bool:
        defined = self.closed[name.key].defined if name.key in self.closed else None
        return defined is not None and not defined[cell_of(name)]

    def keep(self, spot: Spot, assign: Assign, place: Place, part: Part, moment: Moment) -> None:
        label = self.replay.plan.slots[spot.slot].label
        key = (label, _kind(part))
        if key in self.found:
            known = self.found[key]
            self.found[key] = replace(known, others=known.others + 1)
            return
        owner = f"'{label}{self.elements(spot, place)}'"
        self.found[key] = Cause(
            spot.slot, label, self.worded(owner, part), moment.time, assign.origin,
            tuple(self.inputs(assign.expr, place, moment)),
            self.division(part),
        )

    def division(self, part: Part) -> str:
        """The arguments of a division by zero, as text; empty where it is something else."""
        if not (isinstance(part.why, Binary) and part.why.op == "/" and part.given[1] == 0):
            return ""
        shown = [show(side, self.spelling) for side in (part.why.left, part.why.right)]
        return "a, b" if any("#" in text or text != shortened(text) for text in shown) else ", ".join(shown)

    def worded(self, owner: str, part: Part) -> str:
        if isinstance(part.why, Name) and self.is_undefined(part.why):
            shown = words(owner, part, self.spelling)
            return shown.rpartition(", which")[0] + ", which has no equation"
        if part.why is None and np.isinf(part.value):
            return f"{owner} grows beyond the largest number"
        return words(owner, part, self.spelling)

    def elements(self, spot: Spot, place: Place) -> str:
        """The element in brackets; of a hidden slot, where its equation stood."""
        if spot.slot in self.closed:
            names = [self.spelling.element(spot.slot, at, index) for at, index in enumerate(spot.cell)]
        else:
            names = [axis.elements[at] for axis, at in place.items()]
        return f"[{','.join(names)}]" if names else ""

    def inputs(self, expr: Expr, place: Place, moment: Moment) -> Iterator[str]:
        """`z = 0` for what the expression reads and people know."""
        count = 0
        for name in read_names(expr, place):
            cell = cell_of(name)
            if cell is None or not self.is_shown(name.key) or count == MOST_INPUTS:
                continue
            count += 1
            yield f"{self.named(name.key, cell)} = {number(moment.value(name.key, cell))}"

    def is_shown(self, key: str) -> bool:
        return key in (TIME, STEP_TIME) or (key in self.closed and self.closed[key].variable.kind != "lookup")

    def named(self, key: str, cell: Cell) -> str:
        if key not in self.closed:
            return "Time"
        names = [self.spelling.element(key, at, index) for at, index in enumerate(cell)]
        return name_text(self.closed[key].variable.label) + (f"[{','.join(names)}]" if names else "")


def _kind(part: Part) -> str:
    return f"{type(part.why).__name__} {getattr(part.why, 'op', getattr(part.why, 'key', ''))}"


def _by_slot(steps: Iterable[Step]) -> dict[str, list[Assign]]:
    found: dict[str, list[Assign]] = {}
    for step in steps:
        assign = step.assign if isinstance(step, Scan) else step
        found.setdefault(assign.slot, []).append(assign)
    return found


def place_of(target: Target, cell: Cell) -> dict[Axis, int] | None:
    """Where the axes of a target stand for a cell; None where the target does not write it."""
    place: dict[Axis, int] = {}
    for part, index in zip(target, cell, strict=True):
        if isinstance(part, Element):
            if part.index != index:
                return None
            continue
        if part.table is not None and index not in part.table:
            return None
        at = index if part.table is None else part.table.index(index)
        if place.setdefault(part.axis, at) != at:
            return None
    return place
