"""Overrides by kind: what a user gives for a variable, as arrays in the model's order of elements.

Numbers, {element: value}, arrays, values per run, series over time and lookup points are told apart here, once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

import numpy as np

from stockflow.analysis.closed import Closed
from stockflow.diagnostics.model import Report
from stockflow.ir.names import key_of
from stockflow.lowering.flat import Points
from stockflow.simulate.result import Array


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
    """One override, ready: `array` is (dims..., runs), for a series (times, dims..., runs); `points` for a lookup."""

    key: str
    what: Literal["constant", "replace", "initial", "table"]
    array: Array | None = None
    times: Array | None = None
    points: Points | None = None

    @property
    def runs(self) -> int:
        return 1 if self.array is None else self.array.shape[-1]


class Unfit(Exception):
    """An override that does not fit; the text says what was found and what was wanted."""


def read(
    given: Mapping[str, Any], variables: Mapping[str, Closed], report: Report
) -> tuple[list[Override], Array | list[Any] | None]:
    """The overrides of a run and the labels of its runs (None where no override differs by run)."""
    found: list[Override] = []
    labels: list[Any] | None = None
    for name, value in given.items():
        key, inner = _target(name, value, variables)
        if key not in variables:
            near = get_close_matches(key, list(variables), n=1)
            hint = f"did you mean '{variables[near[0]].variable.label}'?" if near else "see model.variables for the names"
            report.error("SF211", f"there is no variable '{name}' to set", hint=hint)
            continue
        try:
            override, runs = _one(variables[key], inner)
        except Unfit as fault:
            report.error("SF211", f"'{variables[key].variable.label}': {fault}", variables[key].variable.span,
                         variable=variables[key].variable.label)
            continue
        found.append(override)
        if runs is not None:
            if labels is not None and (len(labels) != len(runs) or list(labels) != list(runs)):
                report.error("SF211", f"'{name}' has {len(runs)} runs and another override {len(labels)}, or other labels",
                             hint="give every override the same 'run' dimension")
            labels = list(runs)
    return found, labels


def _target(name: str, value: Any, variables: Mapping[str, Closed]) -> tuple[str, Any]:
    """`x[a, b]` sets one element; a variable whose own name has brackets goes first."""
    key = key_of(name)
    if key in variables or "[" not in name:
        return key, value
    head, _, rest = name.partition("[")
    elements = tuple(part.strip() for part in rest.rstrip().removesuffix("]").split(","))
    wrapper = type(value) if isinstance(value, (Replace, Initial)) else None
    cell = {elements: value.value if wrapper else value}
    return key_of(head), wrapper(cell) if wrapper else cell


def _one(closed: Closed, value: Any) -> tuple[Override, Sequence[Any] | None]:
    variable = closed.variable
    what: Literal["constant", "replace", "initial", "table"] = "constant"
    if isinstance(value, (Replace, Initial)):
        what = "replace" if isinstance(value, Replace) else "initial"
        value = value.value
    if variable.kind == "lookup":
        return Override(variable.key, "table", points=_points(value)), None
    if what == "initial" and variable.kind != "stock":
        raise Unfit(f"it is {_a(variable.kind)}; only a stock has an initial value to set")
    if what == "constant" and variable.kind not in ("constant", "data"):
        word = "Initial(value) to set its initial value, or Replace(value)" if variable.kind == "stock" else "Replace(value)"
        raise Unfit(f"it is {_a(variable.kind)}, not a constant; write stockflow.{word} to replace its equation")
    if not variable.changeable and what == "constant":
        raise Unfit("it is an unchangeable constant (==)")
    array, times, runs = _array(closed, value)
    if times is not None and what == "initial":
        raise Unfit("an initial value cannot be a series over time")
    return Override(variable.key, what, array, times), runs


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _points(value: Any) -> Points:
    try:
        pairs = np.asarray(list(value.items()) if isinstance(value, Mapping) else value, dtype=np.float64)
    except (TypeError, ValueError):
        raise Unfit("a lookup takes points: [(x, y), (x, y), ...]") from None
    if pairs.ndim != 2 or pairs.shape[1] != 2 or len(pairs) < 1 or not np.isfinite(pairs).all():
        raise Unfit("a lookup takes points: [(x, y), (x, y), ...]")
    if (np.diff(pairs[:, 0]) < 0).any():
        raise Unfit("the x of a lookup's points must not decrease")
    return Points(pairs[:, 0], pairs[:, 1], "interpolate")


def _array(closed: Closed, value: Any) -> tuple[Array, Array | None, Sequence[Any] | None]:
    """(dims..., runs), the times of a series, the labels of the runs."""
    if hasattr(value, "dims") and hasattr(value, "coords"):
        return _data_array(closed, value)
    if hasattr(value, "index") and hasattr(value, "to_numpy"):
        times = np.asarray(value.index, dtype=np.float64)
        column = np.asarray(value.to_numpy(), dtype=np.float64)
        return _series(closed, times, column), _ascending(times), None
    if isinstance(value, Mapping):
        return _by_element(closed, value)[..., None], None, None
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise Unfit(f"{value!r} is not a number") from None
    if array.ndim and array.shape != closed.shape:
        raise Unfit(f"an array of shape {array.shape} was given; its shape is {closed.shape}")
    return np.broadcast_to(array, closed.shape)[..., None].copy(), None, None


def _ascending(times: Array) -> Array:
    if len(times) < 1 or (np.diff(times) <= 0).any() or not np.isfinite(times).all():
        raise Unfit("the times of a series must be numbers that increase")
    return times


def _series(closed: Closed, times: Array, column: Array) -> Array:
    shape = (len(times), *closed.shape, 1)
    return np.broadcast_to(column.reshape(len(times), *(1 for _ in closed.shape), 1), shape).copy()


def _by_element(closed: Closed, value: Mapping[Any, Any]) -> Array:
    """The model's own values with those of the named elements changed."""
    if not closed.ranges:
        raise Unfit("it has no elements; give one number")
    array = np.full(closed.shape, math.nan)
    for name, number in value.items():
        parts = name if isinstance(name, tuple) else (name,)
        if len(parts) != len(closed.ranges):
            raise Unfit(f"the element {name!r} has {len(parts)} subscripts; it has {len(closed.ranges)}")
        cell = []
        for part, home in zip(parts, closed.ranges, strict=True):
            at = home.index.get(key_of(str(part)))
            if at is None:
                raise Unfit(f"'{part}' is not an element of '{home.label}'; its elements are {', '.join(home.labels[:8])}")
            cell.append(at)
        try:
            array[tuple(cell)] = float(number)
        except (TypeError, ValueError):
            raise Unfit(f"{number!r} is not a number") from None
    return array


def _data_array(closed: Closed, value: Any) -> tuple[Array, Array | None, Sequence[Any] | None]:
    """An xarray DataArray over "time", "run" and the variable's dimensions, in any order, elements by name."""
    wanted = ["time", *(home.label for home in closed.ranges), "run"]
    names: list[str] = []
    for dim in value.dims:
        match = [i for i, name in enumerate(wanted) if key_of(str(dim)) == key_of(name) and name not in names]
        if not match:
            raise Unfit(f"it has no dimension '{dim}'; its dimensions are {', '.join(wanted)}")
        names.append(wanted[match[0]])
    times = np.asarray(value.coords["time"].values, dtype=np.float64) if "time" in names else None
    array = np.asarray(value.values, dtype=np.float64)
    runs: Sequence[Any] | None = None
    for axis, (name, dim) in enumerate(zip(names, value.dims, strict=True)):
        if name == "run":
            runs = value.coords[dim].values.tolist() if dim in value.coords else list(range(value.sizes[dim]))
        elif name != "time":
            home = next(home for home in closed.ranges if home.label == name)
            array = _in_order(array, axis, [str(e) for e in value.coords[dim].values] if dim in value.coords else None, home)
    order = [names.index(name) for name in wanted if name in names]
    array = np.transpose(array, order)
    for place, name in enumerate(wanted):
        if name not in names and (name != "time" or times is not None):
            array = np.expand_dims(array, place if times is not None else place - 1)
    shape = (*((len(times),) if times is not None else ()), *closed.shape, array.shape[-1])
    if times is not None:
        _ascending(times)
    return np.broadcast_to(array, shape).copy(), times, runs


def _in_order(array: Array, axis: int, labels: list[str] | None, home: Any) -> Array:
    if array.shape[axis] != home.size:
        raise Unfit(f"its dimension '{home.label}' has {home.size} elements; {array.shape[axis]} were given")
    if labels is None:
        return array
    keys = [key_of(label) for label in labels]
    if any(element not in keys for element in home.elements):
        raise Unfit(f"the elements of '{home.label}' are {', '.join(home.labels[:8])}")
    return np.take(array, [keys.index(element) for element in home.elements], axis=axis)
