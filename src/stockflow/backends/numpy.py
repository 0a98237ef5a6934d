"""Array text: the program of a plan with numpy arrays, for batches of runs and for large arrays.

The trailing axis of every array is the run axis; see `backends.arrays` for expressions.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stockflow.backends.arrays import ArrayEmitter, Block, Pool, run_of_cells
from stockflow.backends.base import Lines, program
from stockflow.backends.pytext import BUILTINS, RESERVED, Piece
from stockflow.ir.expr import Along, Axis, Draw, Element, Name, Positions
from stockflow.ir.model import TIME
from stockflow.ir.names import identifiers
from stockflow.ir.plan import (
    Assign,
    Belt,
    Hold,
    Level,
    Plan,
    Ring,
    Scan,
    Shift,
    Step,
    Target,
    filled,
    sources_of,
)
from stockflow.ir.walk import preorder
from stockflow.lowering.flat import Points
from stockflow.runtime import belts, lookup, noise, numeric, points, reductions, states, vectors
from stockflow.runtime.budget import Budget

Array = NDArray[np.float64]

_OWN = (
    "runs", "empty", "full", "copied", "ArrayRing", "Many", "float", "where", "truth", "take", "minimum", "maximum",
    *(f"{name}s" for name in numeric.ARRAY), *(f"{name}_array" for name in (*lookup.ARRAY, *points.ARRAY)),
    *reductions.OVER, *vectors.ARRAY, "terms", "shaped", "shifted_array",
)


@dataclass(frozen=True, slots=True, eq=False)
class ArrayProgram:
    """The text and the index tables that it names."""

    text: str
    pool: dict[str, Any]


def array_program(plan: Plan, tables: dict[str, NDArray[Any]], method: str) -> ArrayProgram:
    """The program of a plan; `tables` tell how each lookup is read."""
    part = ArrayPart(plan, *modes_of(plan, tables))
    return ArrayProgram(program(part, method), part.pool.values)


def modes_of(plan: Plan, tables: dict[str, NDArray[Any]]) -> tuple[dict[str, str], dict[str, NDArray[Any]]]:
    """The way of reading of each table slot; for those whose elements differ, the ways by cell."""
    modes: dict[str, str] = {}
    mixed: dict[str, NDArray[Any]] = {}
    for found in plan.inputs:
        if found.kind == "table":
            cells = tables[found.slot]
            by_cell = np.array([one.mode if one is not None else "interpolate" for one in cells.ravel()], dtype=object)
            modes[found.slot] = by_cell[0]
            if len(set(by_cell.tolist())) > 1:
                mixed[found.slot] = by_cell.reshape(cells.shape)
    return modes, mixed


def namespace(budget: Budget) -> dict[str, Any]:
    """The functions that array text calls."""
    return {
        "__builtins__": {**BUILTINS, "float": float},
        "inf": numeric.INFINITY, "nan": numeric.NAN,
        **numeric.SINGLE, **lookup.FLOAT, **points.FLOAT,
        **{f"{name}s": function for name, function in numeric.ARRAY.items()},
        **{name: numeric.ARRAY[name] for name in ("where", "truth", "take", "minimum", "maximum")},
        **{f"{name}_array": function for name, function in (lookup.ARRAY | points.ARRAY).items()},
        **reductions.OVER, **vectors.ARRAY, "ArrayNoise": noise.ArrayNoise,
        "terms": reductions.terms, "shaped": vectors.shaped,
        "empty": reductions.empty, "full": reductions.full, "copied": reductions.copied,
        "ArrayRing": partial(states.ArrayRing, budget=budget), "rough": states.rough,
        "exhausted": budget.exhausted, "check_clock": states.check_clock,
        "shifted_array": states.shifted_array, **belts.kinds(budget), "Many": belts.Many,
    }


def slot_names(plan: Plan) -> dict[str, str]:
    """The name that each slot has in the text."""
    blocks = (plan.once, plan.initial, plan.step, plan.report, plan.rates)
    assigns = [assign_of(step) for block in blocks for step in block]
    used = dict.fromkeys([found.slot for found in plan.inputs] + [a.slot for a in assigns])
    return identifiers(used, (*RESERVED, *_OWN))


class ArrayPart:
    """The lines of a plan of arrays, for the skeletons of `base`."""

    def __init__(self, plan: Plan, modes: dict[str, str], mixed: dict[str, NDArray[Any]]) -> None:
        self.plan, self.modes, self.mixed, self.pool = plan, modes, mixed, Pool()
        self.varying_clock = plan.varying_clock
        self.once, self.initial, self.step, self.report = plan.once, plan.initial, plan.step, plan.report
        self.rates = plan.rates
        blocks = (plan.once, plan.initial, plan.step, plan.report, plan.rates)
        assigns = [assign_of(step) for block in blocks for step in block]
        self.draws = {a.slot: (a.expr, a.axes) for a in assigns if isinstance(a.expr, Draw)}.values()
        self.table = slot_names(plan)
        self.used = tuple(self.table)
        self.table[TIME], self.table["step time"] = "time", "step_time"
        self.buffered = {a.slot for a in assigns if plan.slots[a.slot].shape and not a.whole}
        self.belts = {state.slot: state for state in plan.states if isinstance(state, Belt)}
        self.last_of = {assign_of(step).slot: step for step in plan.initial if assign_of(step).slot in self.belts}
        self.buffered |= {s.assign.slot for block in blocks for s in block if isinstance(s, Scan)}
        self.settled = settled(plan)
        self.hoisted: dict[str, str] = {}
        self.hoisting: tuple[Lines, int] | None = None
        self.count = 0
        self.level_states = [state for state in plan.states if isinstance(state, Level)]
        self.places = [self.cells(level) for level in self.level_states]
        self.levels = [(self.level_text(n), self.table[level.rate]) for n, level in enumerate(self.level_states)]

    # Levels: whole arrays are bound anew, cells of a shared array are written into a copy.

    def cells(self, level: Level) -> str:
        slot = self.plan.slots[level.slot]
        whole = level.slot not in self.buffered and all(
            isinstance(part, Along) and part.table is None for part in level.target
        )
        return "" if whole or not slot.shape else self.target(level.target, level.axes, {})

    def level_text(self, number: int) -> str:
        name = self.table[self.level_states[number].slot]
        return f"{name}[{self.places[number]}]" if self.places[number] else name

    def keep(self, level: int, name: str, out: Lines) -> None:
        text = self.levels[level][0]
        out.add(f"{name} = {f'copied({text})' if self.places[level] else text}")

    def write(self, level: int, text: str, out: Lines) -> None:
        name = self.table[self.level_states[level].slot]
        if self.places[level]:
            out.add(f"{name} = copied({name})")
        out.add(f"{self.levels[level][0]} = {text}")

    # The rest of the skeleton's wishes.

    def reads_time(self) -> bool:
        return True

    def is_frozen(self, step: Step) -> bool:
        return assign_of(step).frozen

    def begin(self, out: Lines) -> None:
        for draw, axes in self.draws:
            cells = [noise.cell_of(names) for names in itertools.product(*(axis.elements for axis in axes))]
            sizes = "".join(f"{size}, " for size in self.plan.slots[draw.slot].shape).rstrip()
            made = f'ArrayNoise({noise.site_of(draw.slot)}, "{draw.kind}", ({sizes}), {self.pool.add(cells)})'
            out.add(f"{self.table[draw.slot]}_DRAW = {made}")
        for place, found in enumerate(self.plan.inputs):
            if found.kind == "constant":
                out.add(f"{self.table[found.slot]} = constants[{place}]")
            elif found.kind == "table":
                out.add(f"{self.table[found.slot]} = tables[{place}]")
        for key in self.used:
            if key in self.buffered:
                slot = self.plan.slots[key]
                sizes = ", ".join(str(size) for size in slot.shape)
                out.add(f"{self.table[key]} = empty(({sizes}, {'runs' if slot.varies else '1'}))")

    def series(self, out: Lines) -> None:
        for place, found in enumerate(self.plan.inputs):
            if found.kind == "series":
                out.add(f"{self.table[found.slot]} = series[{place}][step]")

    def emitter(self, out: Lines, loops: dict[Axis, str]) -> ArrayEmitter:
        return ArrayEmitter(
            self.table.__getitem__, True, self.modes, out, count=self.count, slots=self.plan.slots, pool=self.pool,
            loops=loops, settled=self.settled, hoist=self.hoist if self.hoisting else None, mixed=self.mixed,
        )

    def hoist(self, name: str, text: str) -> str:
        """The name of a reading that is made once, before the loop."""
        assert self.hoisting is not None
        if text not in self.hoisted:
            out, place = self.hoisting
            self.hoisted[text] = f"{name}_V{len(self.hoisted)}"
            out.lines.insert(place, f"    {self.hoisted[text]} = {text}")
            self.hoisting = out, place + 1
        return self.hoisted[text]

    def assign(self, step: Step, out: Lines) -> None:
        if isinstance(step, Scan):
            self.scan(step, out)
        else:
            emitter = self.emitter(out, {})
            piece = emitter.value(step.expr, step.axes)
            self.count = emitter.count
            self.store(step, piece, {}, out)
        slot = assign_of(step).slot
        if self.last_of.get(slot) is step:
            self.begin_belt(self.belts[slot], out)

    def store(self, step: Assign, piece: Piece, loops: dict[Axis, str], out: Lines) -> None:
        """What a slot is bound to must not change when the arrays that it was read from are written again."""
        name, slot, text = self.table[step.slot], self.plan.slots[step.slot], piece.text
        note = f"  # line {step.origin.line}" if step.origin is not None else ""
        sizes = "".join(f"{size}, " for size in slot.shape).rstrip()
        if step.slot in self.buffered:
            name = f"{name}[{self.target(step.target, step.axes, loops)}]"
        elif slot.shape and not (isinstance(piece, Block) and covers(step)):
            text = f"full({text}, ({sizes}))"
        elif not isinstance(piece, Block):
            text = f"full({text}, ())" if slot.varies else text
        elif piece.view and self.reads_buffer(step):
            text = f"copied({text})"
        out.add(f"{name} = {text}{note}")

    def reads_buffer(self, step: Assign) -> bool:
        return any(isinstance(item, Name) and item.key in self.buffered for item in preorder(step.expr))

    def target(self, target: Target, axes: tuple[Axis, ...], loops: dict[Axis, str]) -> str:
        """The index of the cells that an assignment writes, aligned with its axes."""
        texts = []
        for part in target:
            if isinstance(part, Element):
                texts.append(str(part.index))
            elif part.axis in loops:
                loop = loops[part.axis]
                texts.append(loop if part.table is None else f"{self.pool.add(part.table)}[{loop}]")
            else:
                texts.append(run_of_cells(part) or "")
        if all(texts):
            return ", ".join(texts)
        around = tuple(axis for axis in axes if axis not in loops)
        return ", ".join(
            self.spread(part, around) if isinstance(part, Along) and part.axis not in loops else text
            for part, text in zip(target, texts, strict=True)
        )

    def spread(self, part: Along, axes: tuple[Axis, ...]) -> str:
        return self.pool.add(self.spread_table(part, axes))

    @staticmethod
    def spread_table(part: Along, axes: tuple[Axis, ...]) -> NDArray[np.intp]:
        """An index array along its axis, so that several broadcast together."""
        table = np.arange(part.axis.size) if part.table is None else np.array(part.table)
        return table.reshape([part.axis.size if axis is part.axis else 1 for axis in axes])

    def scan(self, step: Scan, out: Lines) -> None:
        """In the order that the schedule found, axes on which no element reads another at once."""
        together, order = split(step)
        apart = [axis for axis in step.assign.axes if axis not in together]
        loops = {axis: f"L{number}" for number, axis in enumerate(apart)}
        if loops:
            names = ", ".join(loops.values()) + ("," if len(loops) == 1 else "")
            out.add(f"for {names} in {self.pool.add(order)}:")
        out.depth += bool(loops)
        emitter = self.emitter(out, loops)
        piece = emitter.value(step.assign.expr, together)
        self.count = emitter.count
        self.store(step.assign, piece, loops, out)
        out.depth -= bool(loops)

    def states(self, out: Lines) -> None:
        for state in self.plan.states:
            if isinstance(state, Ring):
                name, slot = self.table[state.slot], self.plan.slots[state.slot]
                runs = "runs" if slot.varies else "1"
                shape = ", ".join([*(str(size) for size in slot.shape), runs])
                delay = self.table[state.delay]
                out.add(f"{name}_LINE = ArrayRing({name}, {delay}, time_step, ({shape},))")
        self.hoisting = out, len(out.lines)

    def begin_belt(self, belt: Belt, out: Lines) -> None:
        name, slot = self.table[belt.slot], self.plan.slots[belt.slot]
        shape = ", ".join([*(str(size) for size in slot.shape), "runs" if slot.varies else "1"])
        tables = "".join(f"{self.curves(table, belt.axes)}, " for table in belt.tables)
        settings = "".join(f"{self.table[key]}, " for key in belt.settings)
        given = f"{name}, ({tables.rstrip()}), ({settings.rstrip()})"
        out.add(f"{name}_LINE = Many({belt.kind}, time_step, {given}, ({shape},))")

    def curves(self, table: Name, axes: tuple[Axis, ...]) -> str:
        """The lookups that the memories of a slot are given: one for all, or an array over its dimensions."""
        parts = [part for part in table.subscripts if isinstance(part, Element | Along)]
        index = ", ".join(str(p.index) if isinstance(p, Element) else self.spread(p, axes) for p in parts)
        return f"{self.table[table.key]}.one" + (f"[{index}]" if index else "")

    def save(self, out: Lines) -> None:
        for place, key in enumerate(self.plan.outputs):
            out.add(f"rows[{place}][row] = {self.table[key]}")

    def append(self, out: Lines) -> None:
        for place, key in enumerate(self.plan.outputs):
            out.add(f"rows[{place}].append(copied({self.table[key]}))")

    def control(self, key: str) -> str:
        return self.table[key]

    def fixed(self, out: Lines) -> None:
        for place, key in enumerate(self.plan.fixed):
            out.add(f"fixed[{place}][0] = {self.table[key]}")

    def advance(self, out: Lines) -> None:
        for state in self.plan.states:
            if isinstance(state, Hold):
                text = self.table[state.source]
                text = f"copied({text})" if state.source in self.buffered else text
                out.add(f"{self.table[state.slot]} = {text}")
            elif isinstance(state, Ring):
                name, slot = self.table[state.slot], self.plan.slots[state.slot]
                text = f"{name}_LINE.push({self.table[state.source]})"
                out.add(f"{name} = {text if slot.shape or slot.varies else f'float({text}[0])'}")
            elif isinstance(state, Belt):
                name, slot = self.table[state.slot], self.plan.slots[state.slot]
                text = f"{name}_LINE.push({', '.join(self.table[key] for key in state.sources)})"
                out.add(f"{name} = {text if slot.shape or slot.varies else f'float({text}[0])'}")
            elif isinstance(state, Shift):
                self.shift(state, out)

    def shift(self, shift: Shift, out: Lines) -> None:
        moves, name, slot = shift.moves, self.table[shift.slot], self.plan.slots[shift.slot]
        part = (p.index if isinstance(p, Element) else self.spread_table(p, shift.axes) for p in moves.part)
        index = self.pool.add((*part, slice(moves.first, moves.first + moves.size)))
        level = self.table[moves.level]
        given = ", ".join(self.table[key] for key in sources_of(shift))
        out.add(f"{name}, {level} = shifted_array({given}, {level}, {index})")
        if not (slot.shape or slot.varies):
            out.add(f"{name} = float({name}[0])")


def assign_of(step: Step) -> Assign:
    return step if isinstance(step, Assign) else step.assign


def split(step: Scan) -> tuple[tuple[Axis, ...], tuple[tuple[int, ...], ...]]:
    """The axes of a scan that can be worked out at once, and the order along the others.

    An axis is such a one where every reading of the variable itself stays on the same element of it, and the scan
    takes all its elements through the same order of the rest.
    """
    assign = step.assign
    free = tuple(axis for axis in assign.axes if stays_on(axis, assign))
    choices = (found for count in range(len(free), 0, -1) for found in itertools.combinations(free, count))
    orders = ((together, order_of_rest(step, together)) for together in choices)
    return next(((together, order) for together, order in orders if order is not None), ((), step.order))


def order_of_rest(step: Scan, together: tuple[Axis, ...]) -> tuple[tuple[int, ...], ...] | None:
    """The order along the other axes; None where it is not the same for every element of those taken at once."""
    axes = step.assign.axes
    places = [n for n, axis in enumerate(axes) if axis in together]
    rest = [n for n, axis in enumerate(axes) if axis not in together]
    orders: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
    for cell in step.order:
        orders.setdefault(tuple(cell[n] for n in places), []).append(tuple(cell[n] for n in rest))
    first = next(iter(orders.values()))
    whole = len(orders) == math.prod(axis.size for axis in together)
    return tuple(first) if whole and all(one == first for one in orders.values()) else None


def stays_on(axis: Axis, assign: Assign) -> bool:
    """Whether the elements of an axis do not read each other. Draws are made cell by cell."""
    place, written = next(
        (n, part) for n, part in enumerate(assign.target) if isinstance(part, Along) and part.axis is axis
    )
    for item in preorder(assign.expr):
        if isinstance(item, Draw):
            return False
        if isinstance(item, Name) and item.key == assign.slot:
            read = item.subscripts[place]
            if not (isinstance(read, Along) and read.axis is axis and read.table == written.table):
                return False
    return True


def settled(plan: Plan) -> frozenset[str]:
    """The slots that the loop does not write: inputs but series, and what is computed once in all its cells."""
    written = {assign_of(step).slot for block in (plan.initial, plan.step, plan.report) for step in block}
    once = {assign_of(step).slot for step in plan.once}
    return frozenset(found.slot for found in plan.inputs if found.kind != "series") | (once - written)


def covers(step: Assign) -> bool:
    """Whether the expression follows every axis, so that its value has the full shape."""
    if filled(step.expr) or isinstance(step.expr, Draw):
        return False
    seen: set[Axis] = set()
    for item in preorder(step.expr):
        if isinstance(item, Name):
            seen.update(part.axis for part in item.subscripts if isinstance(part, Along))
        elif isinstance(item, Positions):
            seen.add(item.axis)
    return all(axis in seen for axis in step.axes)


def layout(
    plan: Plan, constants: dict[str, Array], series: dict[str, Array], tables: dict[str, NDArray[Any]], rows: int,
    runs: int,
) -> tuple[list[list[Any]], dict[str, Array]]:
    """The arguments of `run` up to `fixed`, and the output arrays by slot that it fills."""
    given: list[list[Any]] = [[], [], []]
    for found in plan.inputs:
        slot = plan.slots[found.slot]
        given[0].append(_constant(constants[found.slot], slot.shape) if found.kind == "constant" else None)
        given[1].append(_series(series[found.slot], slot.shape) if found.kind == "series" else None)
        given[2].append(_curves(tables[found.slot]) if found.kind == "table" else None)
    kept = {key: np.empty((rows, *slot_shape(plan, key, runs))) for key in plan.outputs}
    fixed = {key: np.empty((1, *slot_shape(plan, key, runs))) for key in plan.fixed}
    return [*given, list(kept.values()), list(fixed.values())], {**kept, **fixed}


def slot_shape(plan: Plan, key: str, runs: int) -> tuple[int, ...]:
    """An array ends with its run axis; a scalar has one only where runs differ."""
    slot = plan.slots[key]
    return (*slot.shape, runs if slot.varies else 1) if slot.shape or slot.varies else ()


def _constant(value: Array, shape: tuple[int, ...]) -> Any:
    if value.ndim > len(shape):
        return value
    return value[..., None] if shape else float(value)


def _series(value: Array, shape: tuple[int, ...]) -> Any:
    if value.ndim > len(shape) + 1:
        return value
    return value[..., None] if shape else value.tolist()


def _curves(points: NDArray[Any]) -> lookup.Curves:
    made = np.empty(points.shape, dtype=object)
    for cell in np.ndindex(*points.shape):
        found = points[cell]
        made[cell] = lookup.curve(found.x, found.y) if isinstance(found, Points) else None
    return lookup.curves(made)
