"""Scheduling: the order of all rules in the initial phase and in the run, as a Plan.

It reads what each rule refers to, never what the functions in it mean.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from stockflow.diagnostics.model import Report
from stockflow.ir.expr import Along, Name
from stockflow.ir.graph import is_cyclic, strong_components
from stockflow.ir.model import CONTROLS, TIME
from stockflow.ir.place import overlaps
from stockflow.ir.plan import (
    Assign,
    Belt,
    Hold,
    Input,
    Level,
    Plan,
    Ring,
    Shift,
    Slot,
    State,
    Step,
    sources_of,
)
from stockflow.ir.walk import preorder
from stockflow.lowering.flat import FlatModel
from stockflow.ordering import Reads, loop_report, ordered, reads_of

STEP_TIME = "step time"


@dataclass(frozen=True, slots=True)
class Request:
    """What a run asks of the plan: its outputs, inputs that are series over time, inputs that differ by run."""

    outputs: tuple[str, ...]
    series: frozenset[str] = frozenset()
    varying: frozenset[str] = frozenset()


def schedule(flat: FlatModel, request: Request, report: Report) -> Plan | None:
    """The plan, or None where a loop was reported."""
    return _Schedule(flat, request, report).plan()


@dataclass(slots=True)
class _Schedule:
    flat: FlatModel
    request: Request
    report: Report
    runs: list[Reads] = field(init=False)
    starts: list[Reads] = field(init=False)
    by_slot: dict[str, list[int]] = field(default_factory=dict)
    movers: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rules = self.flat.rules
        for number, rule in enumerate(rules):
            self.by_slot.setdefault(rule.slot, []).append(number)
            if rule.moves is not None:
                self.movers.setdefault(rule.moves.level, []).append(number)
        self.runs = [reads_of(rule.run) for rule in rules]
        self.starts = [
            reads_of(rule.start) if rule.start is not rule.run else self.runs[n] for n, rule in enumerate(rules)
        ]

    # Graphs: rule number -> rules it reads.

    def readers(self, reads: Reads) -> list[int]:
        """The rules whose cells a reading touches."""
        found: dict[int, None] = {}
        for name in reads.names:
            candidates = self.by_slot.get(name.key, ())
            for number in candidates:
                if len(candidates) == 1 or overlaps(name, self.flat.rules[number].target):
                    found[number] = None
        return list(found)

    def slots(self, *keys: str) -> list[int]:
        return [number for key in keys for number in self.by_slot.get(key, ())]

    def run_edges(self, number: int) -> list[int]:
        rule = self.flat.rules[number]
        return self.readers(self.runs[number]) if rule.kind == "assign" else []

    def next_edges(self, number: int) -> list[int]:
        """What the following state of a rule reads, outside the order of a step."""
        rule = self.flat.rules[number]
        match rule.kind:
            case "level":
                return [*self.readers(self.runs[number]), *self.movers.get(rule.slot, ())]
            case "shift":
                assert rule.moves is not None
                return self.slots(*rule.sources, rule.moves.level)
            case "hold" | "ring":
                return self.slots(rule.source)
            case "belt":
                return self.slots(*rule.sources)
            case _:
                return []

    def start_edges(self, number: int) -> list[int]:
        rule = self.flat.rules[number]
        if rule.kind == "ring":
            return self.slots(rule.delay, rule.first)
        return [*self.readers(self.starts[number]), *self.slots(*rule.settings)]

    # The needed rules.

    def closure(self, roots: Iterable[int], *edges: list[list[int]]) -> set[int]:
        seen: set[int] = set()
        stack = list(roots)
        while stack:
            number = stack.pop()
            if number not in seen:
                seen.add(number)
                for table in edges:
                    stack.extend(table[number])
        return seen

    def plan(self) -> Plan | None:
        rules = self.flat.rules
        numbers = range(len(rules))
        run = [self.run_edges(n) for n in numbers]
        following = [self.next_edges(n) for n in numbers]
        start = [self.start_edges(n) for n in numbers]
        controls = self.slots(*CONTROLS)
        outputs = [*self.slots(*self.request.outputs), *controls]
        needed = self.closure(outputs, run, following, start)
        plain = {n for n in needed if rules[n].run is rules[n].start}
        once = self.settled(run, plain, set())
        kept = {n for n in needed if rules[n].kind == "kept"}
        late = self.settled(run, needed - once, once | kept)
        moving = [n for n in needed if rules[n].kind == "assign" and n not in once and n not in late]
        dynamic = self.closure([m for n in needed for m in (*following[n], *controls)], run)
        first = self.closure([n for n in needed if rules[n].kind != "assign"], start) - once
        in_step = [n for n in moving if n in dynamic]
        in_report = [n for n in moving if n not in dynamic]
        later = late - self.begun(late & first, late, run)
        order = [
            self.order(sorted(once), run, "run"), self.order(sorted(first), start, "start"),
            self.order(sorted(later), run, "run"), self.order(in_step, run, "run"), self.order(in_report, run, "run"),
        ]
        if any(part is None for part in order):
            return None
        blocks = [part or [] for part in order]
        return self.build(needed, once | late | kept, blocks)

    def settled(self, run: list[list[int]], among: set[int], known: set[int]) -> set[int]:
        """Assignments that read only constants and what is known: they keep one value for the whole run."""
        rules = self.flat.rules
        candidates = {
            n for n in among
            if rules[n].kind == "assign" and not self.runs[n].time and not self.moving_inputs(n)
        }
        readers: dict[int, list[int]] = {}
        for n in candidates:
            for m in run[n]:
                readers.setdefault(m, []).append(n)
        gone = [m for m in readers if m not in candidates and m not in known]
        while gone:
            for n in readers.get(gone.pop(), ()):
                if n in candidates:
                    candidates.discard(n)
                    gone.append(n)
        return candidates

    def begun(self, members: set[int], late: set[int], run: list[list[int]]) -> set[int]:
        """Members that the initial phase has computed already and that have the same value in the run."""
        found = {n for n in members if self.flat.rules[n].run is self.flat.rules[n].start}
        gone = [n for n in found if any(m in late and m not in found for m in run[n])]
        while gone:
            found.difference_update(gone)
            gone = [n for n in found if any(m in late and m not in found for m in run[n])]
        return found

    def moving_inputs(self, number: int) -> bool:
        return any(n.key in self.request.series or n.key in self.flat.data for n in self.runs[number].names)

    def order(self, members: list[int], edges: list[list[int]], phase: str) -> list[Step] | None:
        inside = set(members)
        graph = {n: [m for m in edges[n] if m in inside] for n in sorted(inside)}
        steps: list[Step] = []
        fine = True
        for group in strong_components(graph):
            if not is_cyclic(group, graph):
                steps.append(self.assign(group[0], phase))
                continue
            made = ordered(group, self, phase)
            if made is None:
                loop_report(group, self, phase, self.report)
                fine = False
            else:
                steps.extend(made)
        return steps if fine else None

    def assign(self, number: int, phase: str) -> Assign:
        rule = self.flat.rules[number]
        expr = rule.run if phase == "run" else rule.start
        if rule.kind == "ring":
            expr = Name(rule.first, "", tuple(Along(axis) for axis in rule.axes))
        assert expr is not None
        return Assign(rule.slot, rule.axes, rule.target, expr, rule.origin, rule.frozen, self.whole(number))

    def whole(self, number: int) -> bool:
        rule = self.flat.rules[number]
        return len(self.by_slot[rule.slot]) == 1 and all(
            isinstance(part, Along) and part.table is None for part in rule.target
        )

    # The plan.

    def build(self, needed: set[int], fixed: set[int], blocks: list[list[Step]]) -> Plan:
        rules = self.flat.rules
        states: list[State] = []
        rates: list[Step] = []
        for number in sorted(needed):
            rule = rules[number]
            match rule.kind:
                case "level":
                    rate = f"#rate {number} {rule.slot}"
                    states.append(Level(rule.slot, rule.axes, rule.target, rate))
                    assert rule.run is not None
                    target = tuple(Along(axis) for axis in rule.axes)
                    rates.append(Assign(rate, rule.axes, target, rule.run, rule.origin))
                case "hold":
                    states.append(Hold(rule.slot, rule.source))
                case "ring":
                    states.append(Ring(rule.slot, rule.source, rule.delay, rule.first))
                case "belt":
                    states.append(
                        Belt(rule.slot, rule.memory, rule.sources, rule.settings, rule.axes, rule.tables)
                    )
                case "shift":
                    assert rule.moves is not None
                    states.append(Shift(rule.slot, rule.axes, rule.moves, *rule.sources))
                case _:
                    pass
        once, first, late, step, report = blocks
        moving = {n for n in needed if n not in fixed}
        outputs = tuple(k for k in self.request.outputs if any(n in moving for n in self.by_slot.get(k, ())))
        told = set(outputs)
        settled = tuple(k for k in self.request.outputs if k in self.by_slot and k not in told)
        slots = self.plan_slots(states)
        moving_clock = self.clock_moves(moving)
        plan = Plan(
            slots, self.inputs(needed, moving_clock), tuple(states), tuple(once), (*first, *late), tuple(step),
            tuple(report), tuple(rates), outputs, settled, moving_clock,
        )
        return mark_frozen(plan)

    def clock_moves(self, moving: set[int]) -> bool:
        return any(n in moving for key in CONTROLS for n in self.by_slot.get(key, ())) or any(
            key in self.request.series for key in CONTROLS
        )

    def inputs(self, needed: set[int], moving_clock: bool) -> tuple[Input, ...]:
        read = {name.key for n in needed for reads in (self.runs[n], self.starts[n]) for name in reads.names}
        read |= {table.key for n in needed for table in self.flat.rules[n].tables}
        read |= set(CONTROLS) if moving_clock else set()
        found = []
        for key in self.flat.slots:
            if key not in read:
                continue
            if key in self.request.series or key in self.flat.data:
                found.append(Input(key, "series"))
            elif key in self.flat.constants:
                found.append(Input(key, "constant"))
            elif key in self.flat.tables:
                found.append(Input(key, "table"))
        return tuple(found)

    def plan_slots(self, states: list[State]) -> dict[str, Slot]:
        varying = self.varying()
        slots = {
            key: Slot(key, found.shape, found.label, found.hidden, key in varying)
            for key, found in self.flat.slots.items()
        }
        for state in states:
            if isinstance(state, Level):
                shape = tuple(axis.size for axis in state.axes)
                slots[state.rate] = Slot(state.rate, shape, slots[state.slot].label, True, state.slot in varying)
        return slots

    def varying(self) -> set[str]:
        """Slots whose values differ between runs: what reads a varying slot varies, to a fixed point."""
        readers: dict[str, list[str]] = {}
        for number, rule in enumerate(self.flat.rules):
            names = {name.key for name in (*self.runs[number].names, *self.starts[number].names)}
            for key in (*names, rule.source, rule.delay, rule.first, *rule.sources, *rule.settings):
                readers.setdefault(key, []).append(rule.slot)
            if rule.moves is not None:
                readers.setdefault(rule.slot, []).append(rule.moves.level)
                readers.setdefault(rule.moves.level, []).append(rule.slot)
        found: set[str] = set()
        stack = list(self.request.varying)
        while stack:
            key = stack.pop()
            if key not in found:
                found.add(key)
                stack.extend(readers.get(key, ()))
        return found


def mark_frozen(plan: Plan) -> Plan:
    """Mark the assignments that later stages of Runge-Kutta leave alone.

    They read no level and no stage time, or a memory takes them: a hold, pipeline or belt receives the value at the
    start of the step.
    """
    taken = {source for s in plan.states if not isinstance(s, Level) for source in sources_of(s)}
    made: list[Step] = []
    restless: set[str] = {s.slot for s in plan.states if isinstance(s, Level)}
    for step in plan.step:
        assign = _assign(step)
        frozen = assign.frozen or assign.slot in taken or not _restless(assign, restless)
        if not frozen:
            restless.add(assign.slot)
        changed = replace(assign, frozen=frozen)
        made.append(changed if isinstance(step, Assign) else replace(step, assign=changed))
    return replace(plan, step=tuple(made))


def _assign(step: Step) -> Assign:
    return step if isinstance(step, Assign) else step.assign


def _restless(assign: Assign, restless: set[str]) -> bool:
    names = (item.key for item in preorder(assign.expr) if isinstance(item, Name))
    return any(key == TIME or key in restless for key in names)
