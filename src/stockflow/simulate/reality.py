"""Reality checks run: for each condition the test inputs that it names, and whether what it implies is true.

A condition and its consequence are looked at at every saved time. It makes sessions of changed models by a function
that it is given; it must not know how a model is lowered.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from stockflow.analysis.closed import Closed
from stockflow.analysis.conditions import UNKNOWN, Array, Clause, Condition, Leaf, compared, truth
from stockflow.analysis.reality import Check, Untestable, changed, input_key, inputs_of, switch, taken_apart
from stockflow.diagnostics.model import Diagnostic, Report
from stockflow.ir.model import Project, RealityConstraint
from stockflow.simulate.result import Result
from stockflow.simulate.session import Options, Session

Status = Literal["held", "failed", "not tested"]
Cell = tuple[int, ...]
Asked = tuple[str, Cell]
Sessions = Callable[[Project, Report], Session | None]


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison of a consequence with the values of its sides; a bare value has no right side."""

    text: str
    left: float
    right: float | None


@dataclass(frozen=True, slots=True)
class Breach:
    """Where a consequence was not true although the condition was, with these test inputs in force.

    `intervals` are from the first to the last saved time; `values` are those of the time `first`.
    """

    inputs: tuple[str, ...]
    intervals: tuple[tuple[float, float], ...]
    values: tuple[Compared, ...]

    @property
    def first(self) -> float:
        return self.intervals[0][0]


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one constraint, or of one element of it.

    `times` counts the saved times at which its condition was true and its consequence was looked at.
    """

    name: str
    status: Status
    reason: str = ""
    line: int | None = None
    text: str = ""
    times: int = 0
    breaches: tuple[Breach, ...] = ()


@dataclass(frozen=True, slots=True)
class Reality:
    """The findings of all constraints of a model in the order of its file, and what was to be said of the runs."""

    findings: tuple[Finding, ...]
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def failed(self) -> bool:
        return any(found.status == "failed" for found in self.findings)

    def count(self, status: Status) -> int:
        return sum(found.status == status for found in self.findings)


def run_checks(project: Project, sessions: Sessions, data: tuple[Any, ...], report: Report) -> tuple[Finding, ...]:
    """The findings of all constraints of a project as read; `data` are files with values of data variables."""
    constraints = [item for item in project.reality if isinstance(item, RealityConstraint)]
    notes = [_Notes(constraint) for constraint in constraints]
    groups: dict[frozenset[str], list[tuple[Check, Clause]]] = {}
    for number, constraint in enumerate(constraints):
        try:
            check = taken_apart(number, constraint, project)
        except Untestable as fault:
            notes[number].reason = str(fault)
            continue
        for clause in check.clauses:
            groups.setdefault(check.inputs(clause), []).append((check, clause))
    for keys, asked in groups.items():
        _Group(project, keys, asked, notes, data, report).run(sessions)
    return tuple(finding for found in notes for finding in found.findings())


@dataclass(slots=True)
class _Notes:
    """What is learnt of one constraint, run by run."""

    constraint: RealityConstraint
    reason: str = ""
    labels: dict[Cell, tuple[str, ...]] = field(default_factory=dict)
    met: dict[Cell, bool] = field(default_factory=dict)
    times: dict[Cell, int] = field(default_factory=dict)
    breaches: dict[Cell, list[Breach]] = field(default_factory=dict)

    def findings(self) -> Iterator[Finding]:
        if not self.labels:
            yield self.finding((), "not tested", self.reason or "it has no elements")
        for cell in self.labels:
            breaches, times = tuple(self.breaches.get(cell, ())), self.times.get(cell, 0)
            if breaches:
                yield self.finding(cell, "failed", "", times, breaches)
            elif self.reason:
                yield self.finding(cell, "not tested", self.reason)
            elif times:
                yield self.finding(cell, "held", "", times)
            elif self.met.get(cell, False):
                yield self.finding(cell, "not tested", "its condition was true within the grace time only")
            else:
                yield self.finding(cell, "not tested", "its condition was never true")

    def finding(
        self, cell: Cell, status: Status, reason: str, times: int = 0, breaches: tuple[Breach, ...] = ()
    ) -> Finding:
        constraint, labels = self.constraint, self.labels.get(cell, ())
        name = f"{constraint.label}[{','.join(labels)}]" if labels else constraint.label
        line = None if constraint.span is None else constraint.span.line
        return Finding(name, status, reason, line, constraint.text, times, breaches)


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """The checks that ask for the same test inputs: one changed model, and a run for each choice of their elements."""

    project: Project
    keys: frozenset[str]
    asked: Sequence[tuple[Check, Clause]]
    notes: Sequence[_Notes]
    data: tuple[Any, ...]
    report: Report

    def run(self, sessions: Sessions) -> None:
        checks = list({check.number: check for check, _ in self.asked}.values())
        own = Report(file=self.report.file)
        session = sessions(changed(self.project, self.keys, checks), own)
        self.pass_on(own)
        if session is None:
            self.untested(checks, own.errors[0].message if own.errors else "the changed model cannot be run")
            return
        sound = self.sound(checks, session)
        for switches, judged in self.choices(sound, session).items():
            self.judge(session, switches, judged)

    def judge(self, session: Session, switches: frozenset[Asked], judged: Sequence[tuple[Check, Clause, Cell]]) -> None:
        """One run for all checks that ask for the same elements; where it fails, one for each, which may not."""
        checks = list({check.number: check for check, *_ in judged}.values())
        outputs = dict.fromkeys(key for check in checks for key in variables_of(check))
        known = tuple(key for key in outputs if key in session.closed.variables)
        result = self.ran(session, self.switched(session, switches), known)
        if isinstance(result, str) and len(checks) > 1:
            for one in checks:
                self.judge(session, switches, [item for item in judged if item[0] is one])
        elif isinstance(result, str):
            self.untested(checks, result)
        else:
            for check, clause, cell in judged:
                _judge(_Reader(check, cell, result), clause, self.notes[check.number])

    def pass_on(self, own: Report) -> None:
        """Tell what is new: most of it was told when the model was read."""
        told = {(item.code, item.message) for item in self.report}
        for item in own:
            if (item.code, item.message) not in told:
                self.report.add(item)

    def untested(self, checks: Iterable[Check], reason: str) -> None:
        for check in checks:
            self.notes[check.number].reason = reason

    def sound(self, checks: Sequence[Check], session: Session) -> list[Check]:
        """The checks whose variables and test inputs have no fault; the others are noted."""
        partial = session.partial
        gone = session.gone(session.plain())
        inputs = inputs_of(self.project)
        targets = [f"#changed {item.target}" for key in self.keys for item in inputs[key]]
        kept: list[Check] = []
        for check in checks:
            needed = [*targets, *map(switch, self.keys), *variables_of(check)]
            lost = next((key for key in needed if key in gone), None)
            if lost is None or partial is None:
                kept.append(check)
            else:
                fault = partial.faults.get(gone[lost])
                self.untested([check], fault.message if fault else f"'{gone[lost]}' has a fault")
        return kept

    @staticmethod
    def switched(session: Session, elements: Iterable[Asked]) -> dict[str, Array]:
        """The switches with these elements on."""
        given: dict[str, Array] = {}
        for key, cell in elements:
            array = given.setdefault(switch(key), np.zeros(session.flat.slots[switch(key)].shape))
            array[cell] = 1.0
        return given

    def ran(self, session: Session, given: dict[str, Array], outputs: tuple[str, ...]) -> Result | str:
        """A run of these outputs, or why it fails."""
        own = Report(file=self.report.file)
        result = session.run(given, Options(outputs=outputs, data=self.data), own)
        if own.failed:
            return own.errors[0].message
        self.pass_on(own)
        return result or "its run failed"

    # Which elements of the test inputs each element of a constraint asks for.

    def choices(
        self, checks: Sequence[Check], session: Session
    ) -> dict[frozenset[Asked], list[tuple[Check, Clause, Cell]]]:
        places = self.places(checks, session)
        found: dict[frozenset[Asked], list[tuple[Check, Clause, Cell]]] = {}
        for check, clause in self.asked if places is not None else ():
            if check not in checks:
                continue
            for cell, labels in _cells(session.closed.variables[check.slot("all")]):
                self.notes[check.number].labels[cell] = labels
                asked = frozenset(_asked(check, place, cell, places, session) for place in clause)
                found.setdefault(asked, []).append((check, clause, cell))
        said = "checks with its test inputs need"
        excess = session.flat.limits.excess("reality-runs", len(found), said, "runs")
        if excess is not None:
            self.untested(checks, f"{excess.message}: {excess.hint}")
            return {}
        return found

    def places(self, checks: Sequence[Check], session: Session) -> dict[str, Array] | None:
        """By the variable of each name of a test input the number, from 1, of the element that is meant."""
        names = [check.slot(f"if {place}") for check, clause in self.asked if check in checks for place in clause]
        if not names:
            return {}
        given: dict[str, Array] = {}
        for key in self.keys:
            shape = session.flat.slots[switch(key)].shape
            given[switch(key)] = np.arange(1.0, 1.0 + int(np.prod(shape))).reshape(shape)
        result = self.ran(session, given, tuple(dict.fromkeys(names)))
        if isinstance(result, str):
            self.untested(checks, result)
            return None
        return {key: array[0] for key, array in result.values.items()}


def variables_of(check: Check) -> Iterator[str]:
    """The variables that a changed model may have for a check."""
    yield check.slot("all")
    for name, leaf in check.leaves:
        if leaf.kind == "input":
            yield check.slot(name)
        else:
            yield from (check.slot(f"{name} side {place}") for place in range(len(leaf.sides)))
            yield check.slot(f"{name} made")


def _asked(check: Check, place: int, cell: Cell, places: dict[str, Array] | None, session: Session) -> Asked:
    key = input_key(check.condition.leaves[place])
    assert places is not None
    number = int(places[check.slot(f"if {place}")][cell]) - 1
    shape = session.flat.slots[switch(key)].shape
    return key, tuple(int(index) for index in np.unravel_index(number, shape)) if shape else ()


def _cells(closed: Closed) -> Iterator[tuple[Cell, tuple[str, ...]]]:
    """The cells that a constraint is written for, with the names of their elements."""
    for cell in itertools.product(*(range(home.size) for home in closed.ranges)):
        if closed.defined is None or closed.defined[cell]:
            yield cell, tuple(home.labels[at] for home, at in zip(closed.ranges, cell, strict=True))


# Judging one element in one run.


def _judge(reader: _Reader, clause: Clause, notes: _Notes) -> None:
    check, cell = reader.check, reader.cell
    active = reader.truth("if", check.condition) == 1.0
    implied = reader.truth("then", check.consequence)
    notes.met[cell] = notes.met.get(cell, False) or bool(active.any())
    notes.times[cell] = max(notes.times.get(cell, 0), int((active & (implied != UNKNOWN)).sum()))
    if check.constraint.once:
        broken = active & (not (active & (implied > 0.0)).any())
    else:
        broken = active & (implied == 0.0)
    if broken.any():
        named = tuple(check.condition.leaves[place].text for place in sorted(clause))
        values = tuple(reader.values(int(np.argmax(broken))))
        stretches = tuple(_stretches(broken, reader.result.times))
        notes.breaches.setdefault(cell, []).append(Breach(named, stretches, values))


@dataclass(frozen=True, slots=True, eq=False)
class _Reader:
    """The variables of a check in a run, at one element."""

    check: Check
    cell: Cell
    result: Result

    def truth(self, part: str, condition: Condition) -> Array:
        return truth(condition, [self.leaf(f"{part} {place}", leaf) for place, leaf in enumerate(condition.leaves)])

    def leaf(self, name: str, leaf: Leaf) -> Array:
        if leaf.kind == "input":
            key = self.check.slot(name)
            on = self.series(key) if key in self.result.values else np.zeros(len(self.result.times))
            return (on > 0.5).astype(np.float64)
        left, right = self.sides(name, leaf)
        found = compared(leaf.op, left, right)
        made = self.check.slot(f"{name} made")
        return np.where(self.series(made) > 0.5, found, UNKNOWN) if made in self.result.values else found

    def sides(self, name: str, leaf: Leaf) -> tuple[Array, Array]:
        found = [self.series(self.check.slot(f"{name} side {place}")) for place in range(len(leaf.sides))]
        return found[0], found[1] if len(found) > 1 else np.zeros(len(self.result.times))

    def series(self, key: str) -> Array:
        array: Any = self.result.values[key]
        found: Array = array[(slice(None), *self.cell)]
        return found

    def values(self, at: int) -> Iterator[Compared]:
        """The sides of the consequence's comparisons at one saved time."""
        for place, leaf in enumerate(self.check.consequence.leaves):
            left, right = self.sides(f"then {place}", leaf)
            yield Compared(leaf.text, float(left[at]), float(right[at]) if len(leaf.sides) > 1 else None)


def _stretches(marked: NDArray[np.bool_], times: Array) -> Iterator[tuple[float, float]]:
    """The first and the last time of each stretch of marked times."""
    for holds, places in itertools.groupby(range(len(marked)), key=lambda place: bool(marked[place])):
        if holds:
            group = list(places)
            yield float(times[group[0]]), float(times[group[-1]])
