"""The first infinity or NaN of a run: found in the kept rows, replayed to the step, and traced to its causes.

A run whose rows are all finite pays one look at them. It must not know overrides, files, or what is done with the
diagnostics.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stockflow.analysis.closed import Closed
from stockflow.diagnostics.model import Report
from stockflow.ir.expr import Name
from stockflow.ir.model import FINAL_TIME, SAVEPER, TIME_STEP
from stockflow.ir.names import key_of
from stockflow.ir.plan import Assign, Plan, Scan, Step, sources_of
from stockflow.ir.walk import preorder
from stockflow.lowering.flat import FlatModel
from stockflow.runtime.budget import BadClock, Endless, RunLimit
from stockflow.runtime.states import BadValue
from stockflow.simulate.causes import number, outcome
from stockflow.simulate.clock import Clock
from stockflow.simulate.engine import Engine, Values
from stockflow.simulate.replay import Replay, Rows, one_run
from stockflow.simulate.result import Array
from stockflow.simulate.trace import Cause, Trace

CODE = "SF701"
CHUNK = 1 << 16
MOST_CAUSES = 20
MOST_ROUNDS = 10
CHOICE = {"warn": "the run went on: --on-nan stop ends it here", "stop": "--on-nan warn lets the run go on"}
"""What is said at the first cause about the other way to end."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Ran:
    """A run that has ended. `replay` gives an engine of the same kind whose outputs are the slots asked for."""

    plan: Plan
    values: Values
    clock: Clock
    times: Array
    method: str
    found: Mapping[str, Array]
    labels: Sequence[Any] | None
    closed: Mapping[str, Closed]
    safe_division: str
    replay: Callable[[tuple[str, ...]], Engine | None]


@dataclass(frozen=True, slots=True)
class Site:
    """The first kept row that is bad, the first run that is so there, and the variables that are."""

    row: int
    run: int
    keys: tuple[str, ...]


def first(ran: Ran, report: Report, on_nan: str) -> None:
    """Report every variable that became infinite or NaN by itself, as errors where a run is to stop there.

    What inherits from a cause is passed over, and the rows are looked at again without it.
    """
    masks = bad_cells(ran.found, ran.closed)
    causes: list[tuple[Cause, int]] = []
    for _ in range(MOST_ROUNDS):
        if not masks or len(causes) >= MOST_CAUSES:
            break
        site = earliest(masks, ran.plan)
        found = traced(ran, site, masks)
        causes += ((cause, site.run) for cause in found)
        reached = downstream([*site.keys, *(cause.slot for cause in found)], ran.plan)
        masks = {key: mask for key, mask in masks.items() if key not in reached}
    tell = report.error if on_nan == "stop" else report.warn
    notes = [CHOICE[on_nan]]
    for cause, run in sorted(causes, key=lambda item: (item[0].time, item[0].line))[:MOST_CAUSES]:
        say(cause, run, ran, tell, notes)
        notes = []


def all_finite(arrays: Iterable[Array]) -> bool:
    """Whether every number is finite; arrays that are views of one block are looked at once."""
    seen: set[int] = set()
    for array in arrays:
        block = array.base if isinstance(array.base, np.ndarray) else array
        if id(block) in seen:
            continue
        seen.add(id(block))
        flat = block.reshape(-1)
        if not all(np.isfinite(flat[at : at + CHUNK]).all() for at in range(0, len(flat), CHUNK)):
            return False
    return True


def bad_cells(found: Mapping[str, Array], closed: Mapping[str, Closed]) -> dict[str, Mask]:
    """Where values are not finite, by slot; a cell without an equation holds NaN by design and is no find."""
    masks: dict[str, Mask] = {}
    for key, array in found.items():
        mask = ~np.isfinite(array)
        if not mask.any():
            continue
        defined = closed[key].defined if key in closed else None
        if defined is not None:
            mask &= defined.reshape(*defined.shape, *(1,) * (mask.ndim - 1 - defined.ndim))
        if mask.any():
            masks[key] = mask
    return masks


def earliest(masks: Mapping[str, Mask], plan: Plan) -> Site:
    rows = {key: int(np.argmax(mask.any(axis=tuple(range(1, mask.ndim))))) for key, mask in masks.items()}
    row = min(rows.values())
    here = {key: masks[key][row] for key in masks if rows[key] == row}
    runs = {key: _first_run(mask, len(plan.slots[key].shape)) for key, mask in here.items()}
    run = min(runs.values())
    keys = tuple(key for key, mask in here.items() if _is_bad(mask, len(plan.slots[key].shape), run))
    return Site(row, run, keys)


def _first_run(mask: Mask, dimensions: int) -> int:
    """The first bad run; 0 where there is no run axis or one that all runs share."""
    return int(np.argmax(mask.any(axis=tuple(range(dimensions))))) if mask.ndim > dimensions else 0


def _is_bad(mask: Mask, dimensions: int, run: int) -> bool:
    if mask.ndim > dimensions:
        return bool(mask[..., min(run, mask.shape[-1] - 1)].any())
    return bool(mask.any())


def traced(ran: Ran, site: Site, masks: Mapping[str, Mask]) -> list[Cause]:
    """The causes of what is bad at a site; where the replay shows none, the bad variables themselves."""
    replay = _replay(ran, site.run)
    if replay is not None:
        last = site.row if ran.plan.varying_clock else int(ran.clock.saves[site.row])
        begun = replay.began(last, lambda rows: _bad_rows(rows, site.keys, ran.closed))
        causes = [] if begun is None else Trace(replay, ran.closed).causes(site.keys, begun)
        if causes:
            return causes
    return [
        Cause(key, ran.plan.slots[key].label, outcome(_sample(ran.found[key], masks[key], site.row)),
              float(ran.times[site.row]), ran.closed[key].variable.span, (), "")
        for key in site.keys
    ]


def _replay(ran: Ran, run: int) -> Replay | None:
    blocks = (ran.plan.once, ran.plan.initial, ran.plan.step, ran.plan.report)
    slots = dict.fromkeys(_assign(step).slot for block in blocks for step in block)
    engine = ran.replay(tuple(slots))
    if engine is None:
        return None
    values = ran.values if ran.labels is None else one_run(ran.values, engine.plan, run)
    return Replay(engine, values, ran.clock, ran.method)


def _bad_rows(rows: Rows, keys: Iterable[str], closed: Mapping[str, Closed]) -> Mask:
    found = np.zeros(len(rows.steps), bool)
    for mask in bad_cells({key: rows.values[key] for key in keys if key in rows.values}, closed).values():
        found |= mask.reshape(len(mask), -1).any(axis=1)
    return found


def _sample(array: Array, mask: Mask, row: int) -> float:
    return float(array[row][mask[row]].reshape(-1)[0])


def downstream(keys: Iterable[str], plan: Plan) -> set[str]:
    """The slots that depend on some, through assignments and states, and these."""
    readers: dict[str, list[str]] = {}
    for block in (plan.once, plan.initial, plan.step, plan.report, plan.rates):
        for assign in map(_assign, block):
            for key in {item.key for item in preorder(assign.expr) if isinstance(item, Name)}:
                readers.setdefault(key, []).append(assign.slot)
    for state in plan.states:
        for key in sources_of(state):
            readers.setdefault(key, []).append(state.slot)
    seen: set[str] = set()
    todo = list(keys)
    while todo:
        key = todo.pop()
        if key not in seen:
            seen.add(key)
            todo.extend(readers.get(key, ()))
    return seen


def _assign(step: Step) -> Assign:
    return step.assign if isinstance(step, Scan) else step


def say(cause: Cause, run: int, ran: Ran, tell: Callable[..., None], more: Sequence[str]) -> None:
    """One diagnostic: when, what, with which inputs, and what may be typed instead; then what `more` is to be said."""
    where = "" if ran.labels is None else f"run {ran.labels[run]}, "
    notes = [f"inputs: {', '.join(cause.inputs)}"] if cause.inputs else []
    if cause.others:
        notes.append(f"so {_counted(cause.others)} of '{cause.label}'")
    notes += more
    hint = f"{ran.safe_division}({cause.division}) gives 0 where the divisor is 0" if cause.division else ""
    tell(CODE, f"{where}time {number(cause.time)}: {cause.what}", cause.span, notes=tuple(notes), hint=hint,
         variable=cause.label)


def _counted(others: int) -> str:
    return "is 1 other element" if others == 1 else f"are {others:,} other elements"


def _moves(plan: Plan) -> str:
    """The first setting of the clock that changes during the run."""
    moving = {_assign(step).slot for step in plan.step}
    return next((key for key in (FINAL_TIME, TIME_STEP, SAVEPER) if key in moving), "")


def of_memory(fault: RunLimit | BadValue, engine: Engine, flat: FlatModel, report: Report) -> None:
    """Report what a memory refuses, at the equation that it belongs to; of a clock, at a setting that moves it."""
    if isinstance(fault, BadClock):
        slot = key_of(fault.control)
    else:
        slot = _moves(engine.plan) if isinstance(fault, Endless) else engine.remembering(fault)
    rule = next((rule for rule in flat.rules if rule.slot == slot), None)
    label = flat.slots[rule.owner or slot].label if rule is not None else ""
    code = "SF209" if isinstance(fault, BadClock) else "SF702" if isinstance(fault, RunLimit) else "SF703"
    report.error(code, str(fault), rule.origin if rule is not None else None, hint=fault.hint, variable=label)
