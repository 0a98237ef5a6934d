"""Overrides by kind: what a user sets for a run, held against the model's variables.

It says which constant, equation, initial value, data or lookup changes and how; it must not know how a run is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from stockflow.analysis.closed import Closed
from stockflow.data.tabular import name_and_elements
from stockflow.diagnostics.model import Report
from stockflow.ir.expr import Ask, Interpolate, Name
from stockflow.ir.model import CONTROLS
from stockflow.ir.names import key_of
from stockflow.lowering.flat import FlatModel, Points, points_slot
from stockflow.lowering.outside import data_slot, series_cells, series_owner
from stockflow.lowering.overrides import asked, given_slot, initial_slot
from stockflow.simulate.forms import Form, Labels, Unfit, form_of, points_by_element, points_of, same_runs, some
from stockflow.simulate.result import Array

What = Literal["constant", "replace", "initial", "data", "table"]


@dataclass(frozen=True, slots=True)
class Replace:
    """A value that takes the place of a variable's equation."""

    value: Any


@dataclass(frozen=True, slots=True)
class Initial:
    """A value that takes the place of a stock's initial value."""

    value: Any


@dataclass(frozen=True, slots=True, eq=False)
class Override:
    """One override, ready: `array` is (dims..., runs), for a series (times, dims..., runs).

    `key` is the slot of the variable's equations; for a flow that stocks limit, that of what it asks for.
    `by_run`: the last axis is the runs of the batch. `mask` marks the elements that are given, None for all.
    `points` are those of a lookup by cell of the slot `key`.
    """

    key: str
    what: What
    array: Array | None = None
    times: Array | None = None
    by_run: bool = False
    mask: NDArray[np.bool_] | None = None
    points: Mapping[tuple[int, ...], Points] = field(default_factory=dict)
    label: str = ""

    @property
    def slot(self) -> str:
        """The slot of the plan that takes the values."""
        match self.what:
            case "initial":
                return initial_slot(self.key)
            case "replace" if self.mask is not None:
                return given_slot(self.key)
            case _:
                return self.key

    @property
    def moving(self) -> bool:
        return self.times is not None

    def member(self, run: int) -> Override:
        """The override of one run of a batch, as if that run were alone."""
        if self.array is None or not self.by_run:
            return self
        return replace(self, array=self.array[..., run : run + 1], by_run=False)


def read(
    given: Iterable[tuple[str, Any]], variables: Mapping[str, Closed], flat: FlatModel, report: Report,
    under: Iterable[tuple[str, Any]] = (),
) -> tuple[list[Override], Labels | None]:
    """The overrides of a run and the labels of its runs (None where nothing has a run axis).

    What is given goes before what lies `under` it, element by element.
    """
    reader = _Reader(variables, flat, report)
    for name, value in under:
        reader.read(str(name), value)
    lower, reader.found = reader.found, {}
    for name, value in given:
        reader.read(str(name), value)
    upper = reader.found
    found = lower | {key: list(reader.above(key, lower.get(key, []), made)) for key, made in upper.items()}
    return [reader.completed(one) for made in found.values() for one in made], reader.runs


@dataclass(slots=True)
class _Reader:
    variables: Mapping[str, Closed]
    flat: FlatModel
    report: Report
    found: dict[str, list[Override]] = field(default_factory=dict)
    runs: Labels | None = None

    def read(self, name: str, value: Any) -> None:
        key, value = _target(name, value, self.variables)
        closed = self.variables.get(key)
        if closed is None:
            near = get_close_matches(key, list(self.variables), n=1)
            close = f"did you mean '{self.variables[near[0]].variable.label}'?" if near else ""
            self.report.error("SF211", f"there is no variable '{name}' to set",
                              hint=close or "`stockflow info MODEL` lists the names")
            return
        try:
            made = list(self.overrides(closed, value))
            self.found[key] = [joined(*pair) for pair in self.pairs(key, made)]
        except Unfit as fault:
            label = closed.variable.label
            self.report.error("SF211", f"'{label}': {fault}", closed.variable.span, hint=fault.hint, variable=label)

    def pairs(self, key: str, made: list[Override]) -> Iterator[tuple[Override | None, Override]]:
        """Each override with the earlier one of the same variable; one variable takes one kind."""
        earlier = self.found.get(key)
        if earlier is None:
            return iter([(None, one) for one in made])
        if [(one.key, one.what) for one in earlier] != [(one.key, one.what) for one in made]:
            raise Unfit("it is set in two ways", "keep one of them")
        return zip(earlier, made, strict=True)

    def above(self, key: str, lower: list[Override], upper: list[Override]) -> Iterator[Override]:
        """The overrides of one variable, those below them where they leave elements open."""
        alike = [(one.key, one.what) for one in lower] == [(one.key, one.what) for one in upper]
        for number, one in enumerate(upper):
            try:
                yield laid_over(lower[number], one) if alike else one
            except Unfit as fault:
                label = self.variables[key].variable.label
                self.report.error("SF211", f"'{label}': {fault}", hint=fault.hint, variable=label)

    def overrides(self, closed: Closed, value: Any) -> Iterator[Override]:
        wrapper = type(value) if isinstance(value, Replace | Initial) else None
        inner = value.value if isinstance(value, Replace | Initial) else value
        if wrapper is None and (closed.variable.kind == "lookup" or _looks_like_points(inner, closed)):
            tables = tables_of(closed.variable.key, self.flat)
            if tables:
                yield from _tables(closed, inner, tables, self.flat)
                return
        key = self.flat.requests.get(closed.variable.key, closed.variable.key)
        what = self.what(closed, wrapper, key)
        form = form_of(inner, closed.ranges)
        self.runs = same_runs(self.runs, form.runs)
        self.check(closed, what, form, key)
        if what == "replace" and form.mask is not None and self.is_fed(closed, form.mask):
            what, key = "data", data_slot(key)
        by_run, label = form.runs is not None, closed.variable.label
        yield Override(key, what, form.array, form.times, by_run, form.mask, label=label)

    # What is changed.

    def what(self, closed: Closed, wrapper: type[Replace | Initial] | None, key: str) -> What:
        variable = closed.variable
        if variable.kind == "lookup":
            raise Unfit("it is a lookup", "give its points: [(x, y), (x, y), ...]")
        if variable.kind == "string":
            raise Unfit("it is a string, which a run cannot set", "change it in the model's file")
        if wrapper is Initial:
            if "level" not in self.rules(key) and variable.keeper is None:
                raise Unfit(f"it is {_a(variable.kind)}; only a stock has an initial value to set")
            return "initial"
        if variable.keeper is not None or _is_answer(closed):
            raise Unfit("what is on its way in a conveyor or queue decides its value", _instead_of_kept(variable.kind))
        if variable.kind == "data" and key in self.flat.data:
            return "data"
        if wrapper is Replace or key in CONTROLS or variable.kind == "data":
            return self.constant_or("replace", key)
        if variable.kind != "constant":
            raise Unfit(f"it is {_a(variable.kind)}, not a constant", _instead(variable.kind))
        if not variable.changeable:
            raise Unfit("it is an unchangeable constant (==)", _instead(variable.kind))
        return self.constant_or("replace", key)

    def constant_or(self, otherwise: What, key: str) -> What:
        """What the file writes as a number may have been lowered to a rule all the same, such as -(-5)."""
        return "constant" if key in self.flat.constants else otherwise

    def is_fed(self, closed: Closed, mask: NDArray[np.bool_]) -> bool:
        """Whether all of these elements come from outside, where others of the variable have equations."""
        if data_slot(closed.variable.key) not in self.flat.data:
            return False
        return {tuple(cell) for cell in np.argwhere(mask).tolist()} <= {cell for cell, _ in series_cells(closed)}

    def rules(self, key: str) -> set[str]:
        """The kinds of a variable's rules, and of those of its memories that are asked."""
        read = asked(self.flat)
        return {rule.kind for rule in self.flat.rules if rule.slot == key or (rule.owner == key and rule.slot in read)}

    def check(self, closed: Closed, what: What, form: Form, key: str) -> None:
        if form.times is not None and what == "initial":
            raise Unfit("an initial value cannot be a series over time")
        if form.times is not None and key in CONTROLS:
            raise Unfit("it cannot be a series over time", "give a number")
        if form.mask is None:
            return
        if closed.defined is not None and (form.mask & ~closed.defined).any():
            cell = np.argwhere(form.mask & ~closed.defined)[0]
            names = ", ".join(home.labels[at] for home, at in zip(closed.ranges, cell, strict=True))
            raise Unfit(f"{closed.variable.label}[{names}] has no equation in the model")
        if what == "replace" and self.rules(key) & {"level", "hold", "ring", "belt", "shift"}:
            missing = [home.labels for home in closed.ranges]
            raise Unfit("some elements of it cannot be replaced while others keep their memory",
                        f"give all elements ({some(missing[0]) if len(missing) == 1 else 'of every subscript'})")

    def completed(self, found: Override) -> Override:
        """The constants of a model are known, so that elements which are not given keep theirs.

        Data of which all elements are given need no file: the variable becomes an input.
        """
        if found.what == "data" and found.mask is None:
            return replace(found, what="replace")
        if found.mask is None or found.what != "constant" or found.array is None:
            return found
        own = self.flat.constants[found.key][..., None]
        return replace(found, array=np.where(found.mask[..., None], found.array, own), mask=None)


def _target(name: str, value: Any, variables: Mapping[str, Closed]) -> tuple[str, Any]:
    """`x[a, b]` sets one element; a variable whose own name has brackets goes first."""
    key = key_of(name)
    head, parts = name_and_elements(name.strip())
    if key in variables or parts is None:
        return key, value
    elements = tuple(parts)
    if isinstance(value, Replace):
        return key_of(head), Replace({elements: value.value})
    if isinstance(value, Initial):
        return key_of(head), Initial({elements: value.value})
    return key_of(head), {elements: value}


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _is_answer(closed: Closed) -> bool:
    """Whether a memory decides the value of a flow."""
    return any(isinstance(found.expr, Ask) for found in closed.definitions)


def _instead_of_kept(kind: str) -> str:
    if kind == "stock":
        return "Initial(value) (--initial) sets its initial value"
    return "set what it rests on, such as 'NAME (transit time)' of a conveyor or 'NAME (leak fraction)' of a leak"


def _instead(kind: str) -> str:
    start = "Initial(value) (--initial) sets its initial value, " if kind == "stock" else ""
    return f"{start}Replace(value) (--replace) takes the place of its equation"


# Two overrides of one variable: `x[a]` and `x[b]`, or `x` and then `x[a]`.


def joined(first: Override | None, second: Override) -> Override:
    """Both in one; the second may name elements that the first leaves open or gives as a part of all."""
    if first is None:
        return second
    if first.points or second.points:
        return replace(second, points=_joined_points(first.points, second.points))
    assert first.array is not None and second.array is not None
    if second.mask is None or first.moving or second.moving:
        raise Unfit("it is set twice", "keep one of the two")
    if first.mask is not None and (first.mask & second.mask).any():
        raise Unfit("an element of it is set twice", "keep one of the two")
    array = np.where(second.mask[..., None], second.array, first.array)
    mask = None if first.mask is None or (first.mask | second.mask).all() else first.mask | second.mask
    return replace(second, array=array, mask=mask, by_run=first.by_run or second.by_run)


def laid_over(lower: Override, upper: Override) -> Override:
    """The upper override, with elements of the lower one where it has none."""
    if upper.points or lower.points:
        return replace(upper, points={**lower.points, **upper.points})
    if upper.mask is None:
        return upper
    if lower.moving or upper.moving:
        raise Unfit("some of its elements are set over time, others by a file", "set all of them in one way")
    assert lower.array is not None and upper.array is not None
    array = np.where(upper.mask[..., None], upper.array, lower.array)
    mask = None if lower.mask is None or (lower.mask | upper.mask).all() else lower.mask | upper.mask
    return replace(upper, array=array, mask=mask, by_run=lower.by_run or upper.by_run)


def _joined_points(
    first: Mapping[tuple[int, ...], Points], second: Mapping[tuple[int, ...], Points]
) -> Mapping[tuple[int, ...], Points]:
    if set(second) <= set(first) and len(second) == len(first):
        raise Unfit("it is set twice", "keep one of the two")
    return {**first, **second}


# Lookups.


def tables_of(key: str, flat: FlatModel) -> tuple[str, ...]:
    """The table slots of a lookup, or of a variable that is a lookup of something (XMILE's graphical functions)."""
    if key in flat.tables:
        return (key,)
    own = [
        rule.run.table.key for rule in flat.rules
        if rule.slot == key and isinstance(rule.run, Interpolate) and isinstance(rule.run.table, Name)
        and rule.run.table.key.startswith("#") and series_owner(rule.run.table.key) is None
    ]
    called = points_slot(key)
    return (*dict.fromkeys(own), *([called] if own and called in flat.tables else []))


def _looks_like_points(value: Any, closed: Closed) -> bool:
    """Points for a variable that is no lookup by itself: pairs, where pairs are not its shape."""
    if isinstance(value, Mapping):
        return not closed.ranges
    try:
        shape = np.shape(value) if isinstance(value, list | tuple | np.ndarray) else ()
    except (TypeError, ValueError):
        return False
    return len(shape) == 2 and shape != closed.shape


def _tables(closed: Closed, value: Any, tables: tuple[str, ...], flat: FlatModel) -> Iterator[Override]:
    by_element = isinstance(value, Mapping) and bool(closed.ranges)
    if by_element and any(flat.tables[table].shape != closed.shape for table in tables):
        raise Unfit("its elements share their points", "give the points without an element")
    for table in tables:
        cells = points_by_element(value, closed.ranges) if by_element else dict.fromkeys(
            np.ndindex(*flat.tables[table].shape), points_of(value)
        )
        yield Override(table, "table", points=cells)
