"""Overrides as changes of the flat model: what is set from outside loses its rules and becomes an input.

It changes structure by the kind of an override only; values come later, with the run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from stockflow.ir.expr import Name
from stockflow.lowering.flat import FlatModel, FlatSlot, Rule


def initial_slot(key: str) -> str:
    """The hidden slot that holds the given initial value of a stock."""
    return f"#initial of {key}"


def with_inputs(flat: FlatModel, replaced: Iterable[str], initials: Iterable[str]) -> FlatModel:
    """The model in which `replaced` variables are inputs and `initials` stocks start from inputs."""
    gone, started = frozenset(replaced), frozenset(initials)
    if not gone and not started:
        return flat
    slots, constants = dict(flat.slots), dict(flat.constants)
    for key in gone:
        constants[key] = np.full(slots[key].shape, np.nan)
    for key in started:
        slots[initial_slot(key)] = FlatSlot(initial_slot(key), slots[key].label, slots[key].shape, hidden=True)
        constants[initial_slot(key)] = np.full(slots[key].shape, np.nan)
    rules = tuple(_started(rule, started) for rule in flat.rules if rule.slot not in gone)
    return replace(flat, slots=slots, constants=constants, rules=rules, data=flat.data - gone)


def _started(rule: Rule, started: frozenset[str]) -> Rule:
    if rule.slot not in started or rule.kind != "level":
        return rule
    return replace(rule, start=Name(initial_slot(rule.slot), "", rule.target))
