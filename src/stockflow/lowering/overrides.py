"""Overrides as changes of the flat model: what is set from outside loses its rules and becomes an input.

It changes structure by the kind of an override only; values come later, with the run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from stockflow.ir.expr import Ask, Expr, If, Missing, Name, Number
from stockflow.ir.plan import Target
from stockflow.lowering.flat import FlatModel, FlatSlot, Rule
from stockflow.lowering.keepers import start_slot


def initial_slot(key: str) -> str:
    """The hidden slot that holds the given initial value of a stock."""
    return f"#initial of {key}"


def given_slot(key: str) -> str:
    """The hidden slot that holds the elements given for a variable whose other elements keep their equations."""
    return f"#given of {key}"


def mask_slot(key: str) -> str:
    """The hidden slot that holds 1 for the elements that are given, and 0."""
    return f"#elements given of {key}"


def with_inputs(
    flat: FlatModel, replaced: Iterable[str], initials: Iterable[str], partly: Iterable[str] = ()
) -> FlatModel:
    """The model in which `replaced` variables are inputs and `initials` stocks start from inputs.

    Of those in `partly` only some elements are inputs; a slot of the plan tells which.
    """
    some = frozenset(partly)
    started = frozenset(initials)
    gone, mixed = frozenset(replaced) - some, frozenset(replaced) & some
    if not gone and not mixed and not started:
        return flat
    slots, constants = dict(flat.slots), dict(flat.constants)
    hidden = [*map(mask_slot, some), *map(given_slot, mixed), *map(initial_slot, started)]
    owners = [*some, *mixed, *started]
    for slot, key in zip(hidden, owners, strict=True):
        slots[slot] = FlatSlot(slot, slots[key].label, slots[key].shape, hidden=True)
    for slot in (*hidden, *gone):
        constants[slot] = np.full(slots[slot].shape, np.nan)
    kept = (rule for rule in flat.rules if rule.slot not in gone)
    silent = {rule.slot for rule in flat.rules if rule.kind == "belt" and {rule.slot, rule.owner} & gone}
    changed = (_silenced(_started(_mixed(rule, mixed), started, some), silent) for rule in kept)
    rules = tuple(_unmoved(rule) if rule.moves is not None and rule.moves.level in gone else rule for rule in changed)
    return replace(flat, slots=slots, constants=constants, rules=rules, data=flat.data - gone)


def asked(flat: FlatModel) -> set[str]:
    """The slots of the memories that some rule asks."""
    memories = (rule.run.memory for rule in flat.rules if isinstance(rule.run, Ask))
    return {memory.key for memory in memories if isinstance(memory, Name)}


def _silenced(rule: Rule, silent: set[str]) -> Rule:
    """What asks the memory of a variable that is given from outside gets :NA:, as from any variable that is none."""
    if not isinstance(rule.run, Ask) or not isinstance(rule.run.memory, Name) or rule.run.memory.key not in silent:
        return rule
    nothing = Missing(rule.run.span)
    return replace(rule, run=nothing, start=nothing)


def _unmoved(rule: Rule) -> Rule:
    """Nothing is lost by moving the elements of a stock that is given from outside."""
    nothing = Number(0.0, rule.origin)
    return replace(rule, kind="assign", run=nothing, start=nothing, sources=(), moves=None)


def _started(rule: Rule, started: frozenset[str], partly: frozenset[str]) -> Rule:
    key = rule.owner if rule.slot == start_slot(rule.owner) else rule.slot
    if key not in started or (rule.kind != "level" and key == rule.slot):
        return rule
    given = initial_slot(key)
    if key not in partly:
        return replace(rule, start=Name(given, "", rule.target))
    assert rule.start is not None
    return replace(rule, start=_either(key, rule.target, given, rule.start))


def _mixed(rule: Rule, mixed: frozenset[str]) -> Rule:
    if rule.slot not in mixed:
        return rule
    given = given_slot(rule.slot)
    run = None if rule.run is None else _either(rule.slot, rule.target, given, rule.run)
    # Scheduling knows a rule with one expression for both phases by its identity.
    if rule.start is rule.run:
        return replace(rule, run=run, start=run)
    start = None if rule.start is None else _either(rule.slot, rule.target, given, rule.start)
    return replace(rule, run=run, start=start)


def _either(key: str, target: Target, given: str, expr: Expr) -> Expr:
    return If(Name(mask_slot(key), "", target), Name(given, "", target), expr)
