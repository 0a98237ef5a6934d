"""Runs one model through every generated text and says where two of them differ.

The texts: floats bare, floats guarded, arrays for one run, arrays for a batch of equal runs and of runs that vary.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from stockflow.diagnostics.model import Report
from stockflow.ir.model import CONTROLS
from stockflow.ir.plan import Plan
from stockflow.lowering.flat import FlatModel
from stockflow.prepare import prepare
from stockflow.schedule import Request, schedule
from stockflow.simulate.clock import Clock
from stockflow.simulate.engine import Engine, Values
from stockflow.simulate.session import NO_DATA, Options, Session

METHODS = ("euler", "rk2", "rk2_heun", "rk4", "rk2_auto", "rk4_auto")
MAX_UNROLLED = 5_000
MAX_STEPS = 40
MAX_MOVING_STEPS = 10_000
RUNS = 3

Found = dict[str, np.ndarray]


@dataclass(frozen=True)
class Subject:
    """A prepared model and a clock short enough to try every method."""

    session: Session
    values: Values
    clock: Clock
    outputs: tuple[str, ...]

    @property
    def flat(self) -> FlatModel:
        return self.session.flat


def subject(path: Path, steps: int = MAX_STEPS) -> Subject | None:
    """The model as all texts will run it; None where it has an error, or a clock that it cannot start."""
    report = Report()
    prepared = prepare(path, report)
    if prepared is None or report.failed or prepared.flat.data:
        return None
    session = Session(prepared.closed, prepared.flat, {})
    kinds = session.kinds((), Options(), NO_DATA, batch=False)
    values = session.values((), 1)
    grid = session.clock(values, kinds, report)
    if grid is None:
        return None
    if moves(prepared.flat, kinds.outputs):
        return Subject(session, values, replace(grid, steps=MAX_MOVING_STEPS), kinds.outputs)
    count = min(grid.steps, steps)
    saves = np.unique(np.append(grid.saves[grid.saves <= count], count))
    return Subject(session, values, Clock(grid.start, grid.step, count, saves), kinds.outputs)


def moves(flat: FlatModel, outputs: tuple[str, ...]) -> bool:
    """Whether the clock changes during the run, which then finds its own end."""
    plan = schedule(flat, Request(outputs), Report())
    return plan is not None and plan.varying_clock


def planned(found: Subject, varying: frozenset[str] = frozenset()) -> Plan:
    plan = schedule(found.flat, Request(found.outputs, varying=varying), Report())
    assert plan is not None
    return plan


def by_floats(found: Subject, plan: Plan, method: str, *, guarded: bool) -> Found | None:
    """Float text; None where the bare text meets arithmetic that Python refuses."""
    engine = Engine(plan, found.flat.tables, True, found.flat.limits)
    if guarded:
        engine.functions[(method, False)] = engine.function(method, True)
    else:
        engine.functions[(method, True)] = _refuse
    try:
        return engine.run(found.values, found.clock, method).values
    except Refused:
        return None


class Refused(Exception):
    """The bare text gave up."""


def _refuse(*_: object) -> None:
    raise Refused


def by_arrays(found: Subject, plan: Plan, method: str, values: Values | None = None) -> Found:
    engine = Engine(plan, found.flat.tables, False, found.flat.limits)
    return engine.run(values or found.values, found.clock, method).values


def spread(found: Subject, key: str, factors: tuple[float, ...]) -> Values:
    """The inputs of a batch in which one constant is multiplied by a factor for each run."""
    constants = dict(found.values.constants)
    constants[key] = constants[key][..., None] * np.array(factors)
    return replace(found.values, constants=constants, runs=len(factors))


def scaled(found: Subject, key: str, factor: float) -> Values:
    constants = dict(found.values.constants)
    constants[key] = constants[key] * factor
    return replace(found.values, constants=constants)


def compare(first: Found, second: Found, rtol: float) -> list[str]:
    """The variables of which two runs differ, with the largest relative difference."""
    wrong = [f"{key} is missing" for key in first.keys() ^ second.keys()]
    for key in first.keys() & second.keys():
        a, b = first[key], second[key]
        if a.ndim < b.ndim:
            a = a[..., None]
        elif b.ndim < a.ndim:
            b = b[..., None]
        gap = difference(a, b)
        if not gap <= rtol:
            wrong.append(f"{key}: {gap:.3g}")
    return sorted(wrong)


def difference(a: np.ndarray, b: np.ndarray) -> float:
    """The largest difference, relative to the variable's own size in the run; infinite where one has no number."""
    a, b = np.broadcast_arrays(a, b)
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    if same.all():
        return 0.0
    if not np.isfinite(np.where(same, 0.0, a)).all() or not np.isfinite(np.where(same, 0.0, b)).all():
        return np.inf
    size = np.max(np.abs(np.where(np.isfinite(a), a, 0.0)))
    return float(np.max(np.abs(np.where(same, 0.0, a) - np.where(same, 0.0, b))) / max(size, 1e-300))


def run_of(batch: Found, plan: Plan, run: int) -> Found:
    """One run of a batch; what the runs share has no run axis or one of length 1."""
    single = {}
    for key, array in batch.items():
        if array.ndim == 2 + len(plan.slots[key].shape):
            array = array[..., run if array.shape[-1] > 1 else 0]
        single[key] = array
    return single


def candidates(found: Subject, plan: Plan) -> list[str]:
    """Constants that a batch may vary: those that the plan reads and that are not of the clock."""
    return [
        given.slot
        for given in plan.inputs
        if given.kind == "constant"
        and given.slot not in CONTROLS
        and not given.slot.startswith("#")
        and np.any(found.values.constants[given.slot])
    ]


def disagreements(
    path: Path, methods: tuple[str, ...] = METHODS, rtol: float = 1e-12, steps: int = MAX_STEPS
) -> list[str]:
    """Everything in which the texts of a model differ, one line each; empty where they agree."""
    found = subject(path, steps)
    if found is None:
        return []
    wrong: list[str] = []
    for method in methods:
        wrong += [f"{method}: {text}" for text in _by_method(found, method, rtol)]
    return wrong


def _by_method(found: Subject, method: str, rtol: float) -> list[str]:
    plan = planned(found)
    cells = sum(int(np.prod(slot.shape)) for slot in plan.slots.values())
    arrays = by_arrays(found, plan, method)
    wrong: list[str] = []
    if cells <= MAX_UNROLLED:
        guarded = by_floats(found, plan, method, guarded=True)
        bare = by_floats(found, plan, method, guarded=False)
        assert guarded is not None
        wrong += [f"arrays, guarded floats: {text}" for text in compare(arrays, guarded, rtol)]
        if bare is not None:
            wrong += [f"bare, guarded floats: {text}" for text in compare(bare, guarded, 0.0)]
    for key in chosen(candidates(found, plan)):
        wrong += [f"batch over {key}, {text}" for text in _batches(found, plan, arrays, key, method, rtol)]
    return wrong


def chosen(keys: list[str]) -> list[str]:
    """The first, the middle and the last: a batch for every constant would take too long."""
    return list(dict.fromkeys(keys[place] for place in (0, len(keys) // 2, -1))) if keys else []


def _batches(found: Subject, plan: Plan, alone: Found, key: str, method: str, rtol: float) -> list[str]:
    varied = planned(found, frozenset({key}))
    if any(varied.slots[control].varies for control in CONTROLS):
        return []
    engine = Engine(varied, found.flat.tables, False, found.flat.limits)
    equal = engine.run(spread(found, key, (1.0,) * RUNS), found.clock, method).values
    wrong = []
    if not method.endswith("_auto"):
        for run in range(RUNS):
            wrong += [f"equal run {run}: {text}" for text in compare(alone, run_of(equal, varied, run), 0.0)]
        factors = (0.99, 1.0, 1.01)
        batch = engine.run(spread(found, key, factors), found.clock, method).values
        for run, factor in enumerate(factors):
            single = by_arrays(found, plan, method, scaled(found, key, factor))
            wrong += [f"run of {factor}: {text}" for text in compare(single, run_of(batch, varied, run), 0.0)]
    else:
        wrong += [f"equal runs: {text}" for text in compare(alone, run_of(equal, varied, 0), rtol)]
    return wrong
