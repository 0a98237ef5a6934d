"""Leaving out of a flat model what cannot be computed: faulty variables and all that depends on them.

Initial values, memories and hidden slots count as their variable does; it must not know what the fault is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace

from stockflow.ir.expr import Broken, Name
from stockflow.ir.walk import preorder
from stockflow.lowering.flat import FlatModel, Rule, points_slot
from stockflow.lowering.outside import data_owner, series_owner


def broken_owners(flat: FlatModel) -> list[str]:
    """The variables some of whose rules hold what could not be understood."""
    return list(dict.fromkeys(rule.owner for rule in flat.rules if _is_broken(rule)))


def owners(flat: FlatModel) -> dict[str, str]:
    """The variable that each slot belongs to."""
    found = {slot: data_owner(slot) for slot in flat.slots}
    found |= {points_slot(key): key for key in flat.slots if points_slot(key) in flat.slots}
    found |= {slot: key for slot in flat.slots if (key := series_owner(slot)) is not None}
    return found | {rule.slot: rule.owner for rule in flat.rules if rule.owner}


def dependents(flat: FlatModel, faulty: Iterable[str]) -> dict[str, str]:
    """The faulty variables and all that depend on them, each with the faulty one that it is nearest to."""
    owner = owners(flat)
    readers: dict[str, dict[str, None]] = {}
    for rule in flat.rules:
        mine = owner.get(rule.slot, rule.slot)
        for slot in _reads(rule):
            readers.setdefault(owner.get(slot, slot), {})[mine] = None
        if rule.moves is not None:
            # Who moves the elements of a stock has a part in its value.
            readers.setdefault(mine, {})[owner.get(rule.moves.level, rule.moves.level)] = None
    for recipe in flat.recipes:
        for item in preorder(recipe.definition.expr):
            if isinstance(item, Name):
                readers.setdefault(item.key, {})[recipe.owner.variable.key] = None
    found = {key: key for key in faulty}
    waiting = deque(found)
    while waiting:
        key = waiting.popleft()
        for reader in readers.get(key, ()):
            if reader not in found:
                found[reader] = found[key]
                waiting.append(reader)
    return found


def without(flat: FlatModel, gone: Iterable[str]) -> FlatModel:
    """The model in which nothing defines the slots of these variables; what reads one must be among them."""
    left_out = frozenset(gone)
    if not left_out:
        return flat
    owner = owners(flat)

    def stays(slot: str) -> bool:
        return owner.get(slot, slot) not in left_out

    return replace(
        flat,
        rules=tuple(rule for rule in flat.rules if stays(rule.slot)),
        constants={slot: values for slot, values in flat.constants.items() if stays(slot)},
        tables={slot: points for slot, points in flat.tables.items() if stays(slot)},
        data=frozenset(slot for slot in flat.data if stays(slot)),
        recipes=tuple(recipe for recipe in flat.recipes if stays(recipe.owner.variable.key)),
    )


def _is_broken(rule: Rule) -> bool:
    exprs = (rule.run, rule.start)
    return any(isinstance(item, Broken) for expr in exprs if expr is not None for item in preorder(expr))


def _reads(rule: Rule) -> Iterator[str]:
    """The slots that a rule needs, in the run or at its start."""
    for expr in (rule.run, rule.start):
        if expr is not None:
            yield from (item.key for item in preorder(expr) if isinstance(item, Name))
    named = (rule.source, rule.delay, rule.first, *rule.sources, *rule.settings)
    yield from (slot for slot in named if slot)
    yield from (table.key for table in rule.tables)
    if rule.moves is not None:
        yield rule.moves.level
