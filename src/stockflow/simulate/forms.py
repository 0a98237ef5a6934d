"""The forms in which a user gives values: numbers, {element: value}, arrays, DataArrays and Series, as one `Form`.

It knows the variable's ranges and nothing of what the values are used for; what does not fit raises `Unfit`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stockflow.analysis.dimensions import Range
from stockflow.ir.names import key_of
from stockflow.lowering.flat import Points
from stockflow.simulate.result import Array

Labels = tuple[Any, ...]
Ranges = tuple[Range, ...]

TIME = "time"
RUN = "run"
_SHOWN = 8


class Unfit(Exception):
    """What is given does not fit; the text says what was found and what was wanted, the hint what to type."""

    def __init__(self, text: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(text)


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """Values in the model's order: `array` is (dims..., runs), over time (times, dims..., runs).

    `runs` are the labels of the runs (None: no run axis was given, and the axis has length 1). `mask` marks the
    elements that are given, None for all; the others hold 0.
    """

    array: Array
    times: Array | None = None
    runs: Labels | None = None
    mask: NDArray[np.bool_] | None = None


def form_of(value: Any, ranges: Ranges) -> Form:
    """The values of a variable with these ranges, in whichever form they come."""
    if hasattr(value, "columns") or hasattr(value, "data_vars"):
        raise Unfit("a whole table was given", "give one column of it, or an xarray.DataArray")
    if hasattr(value, "dims") and hasattr(value, "coords"):
        return _data_array(value, ranges)
    if hasattr(value, "index") and hasattr(value, "to_numpy"):
        return _series(value, ranges)
    if isinstance(value, Mapping):
        return _by_element(value, ranges)
    return _plain(value, ranges)


# Numbers and arrays.


def numbers(value: Any) -> Array:
    """Any array of numbers as floats; text is never read as a number, and NaN is none."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise Unfit("the lists in it differ in length") from None
    except TypeError:
        raise Unfit(f"{_shown(value)} is not a number") from None
    if array.dtype.kind not in "biuf" and not all(isinstance(one, Real) for one in array.ravel()):
        raise Unfit(f"{_shown(value)} is not a number")
    try:
        found = array.astype(np.float64)
    except OverflowError:
        raise Unfit(f"{_shown(value)} is too large") from None
    if np.isnan(found).any():
        raise Unfit("NaN is not a value that a run can use" + (", and some elements have it" if found.ndim else ""))
    return found


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _shape(ranges: Ranges) -> tuple[int, ...]:
    return tuple(home.size for home in ranges)


def _plain(value: Any, ranges: Ranges) -> Form:
    array, shape = numbers(value), _shape(ranges)
    if array.ndim and array.shape != shape:
        raise Unfit(_misshapen(array, ranges), f'one value per run is xarray.DataArray(values, dims="{RUN}")')
    return Form(np.broadcast_to(array, shape)[..., None].copy())


def _misshapen(array: Array, ranges: Ranges) -> str:
    if not ranges:
        return f"it is one number, and an array of shape {array.shape} was given"
    wanted = ", ".join(f"{home.label} {home.size}" for home in ranges)
    return f"an array of shape {array.shape} was given; its shape is {_shape(ranges)} ({wanted})"


# Values by element.


def _by_element(value: Mapping[Any, Any], ranges: Ranges) -> Form:
    if not ranges:
        raise Unfit("it has no elements", "give one number")
    if not value:
        raise Unfit("no element is given", "name at least one element")
    cells: dict[tuple[int, ...], Form] = {}
    for name, inner in value.items():
        cell = _cell(name, ranges)
        if cell in cells:
            raise Unfit(f"the element {_shown(name)} is given twice")
        if isinstance(inner, Mapping):
            raise Unfit(f"the element {_shown(name)} has a mapping", "give each element one value")
        cells[cell] = form_of(inner, ())
    return _gathered(cells, _shape(ranges))


def _cell(name: Any, ranges: Ranges) -> tuple[int, ...]:
    parts = name if isinstance(name, tuple) else (name,)
    if len(parts) != len(ranges):
        wanted = ", ".join(home.label for home in ranges)
        raise Unfit(f"{_shown(name)} names {len(parts)} of its {len(ranges)} subscripts ({wanted})",
                    "write the elements of all of them, as (a, b)")
    return tuple(_place(part, home) for part, home in zip(parts, ranges, strict=True))


def _place(part: Any, home: Range) -> int:
    at = home.index.get(key_of(str(part)))
    if at is not None:
        return at
    near = get_close_matches(key_of(str(part)), home.elements, n=1)
    hint = f"did you mean '{home.labels[home.index[near[0]]]}'?" if near else ""
    raise Unfit(f"'{part}' is not an element of '{home.label}'; its elements are {some(home.labels)}", hint)


def some(labels: Sequence[str]) -> str:
    more = f", ... ({len(labels)})" if len(labels) > _SHOWN else ""
    return ", ".join(labels[:_SHOWN]) + more


def _gathered(cells: Mapping[tuple[int, ...], Form], shape: tuple[int, ...]) -> Form:
    """One form of the forms of single elements; all are over the same times, or none is over time."""
    found = list(cells.values())
    times = found[0].times
    runs: Labels | None = None
    for one in found:
        runs = same_runs(runs, one.runs)
        if not same_times(times, one.times):
            raise Unfit("its elements are given at different times", "give them over the same times")
    count = 1 if runs is None else len(runs)
    head = () if times is None else (len(times),)
    array, mask = np.zeros((*head, *shape, count)), np.zeros(shape, dtype=np.bool_)
    for cell, one in cells.items():
        place: tuple[slice | int, ...] = (*(slice(None) for _ in head), *cell)
        array[place] = one.array
        mask[cell] = True
    return Form(array, times, runs, None if mask.all() else mask)


def same_runs(one: Labels | None, other: Labels | None) -> Labels | None:
    """The runs of both; None where neither has a run axis."""
    if one is not None and other is not None and one != other:
        raise Unfit(f"it has {_count(other)} and another value {_count(one)}"
                    + (", with other labels" if len(one) == len(other) else ""),
                    f'give all values the same coordinate "{RUN}"')
    return other if one is None else one


def _count(runs: Labels) -> str:
    return f"{len(runs)} run{'s' if len(runs) != 1 else ''}"


def same_times(one: Array | None, other: Array | None) -> bool:
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other)


# pandas


def _series(value: Any, ranges: Ranges) -> Form:
    """Over time where the index holds numbers; by element where it holds names."""
    index = np.asarray(value.index)
    if index.dtype.kind == "M":
        raise Unfit("its index holds dates", "give the times as numbers, in the model's unit of time")
    if index.dtype.kind not in "biuf":
        return _by_element(dict(zip(value.index, value.to_numpy(), strict=True)), ranges)
    times, column = _ascending(index), numbers(value.to_numpy())
    shape = (len(times), *_shape(ranges), 1)
    return Form(np.broadcast_to(column.reshape(-1, *(1 for _ in shape[1:])), shape).copy(), times)


def _ascending(given: Any) -> Array:
    times = np.asarray(given)
    if times.dtype.kind not in "biuf":
        raise Unfit("its times are not numbers", "give the times as numbers, in the model's unit of time")
    found = times.astype(np.float64)
    if len(found) < 1 or not np.isfinite(found).all() or (np.diff(found) <= 0).any():
        raise Unfit("the times of a series must be numbers that increase")
    return found


# xarray


def _data_array(value: Any, ranges: Ranges) -> Form:
    """A DataArray over "time", "run" and the variable's dimensions, in any order; elements go by name."""
    names = _dimension_names(ranges)
    places = [_dimension(value, dim, names, ranges) for dim in value.dims]
    if len(set(places)) != len(places):
        raise Unfit(f"two of its dimensions ({', '.join(map(str, value.dims))}) mean the same one")
    array = numbers(value.values)
    times: Array | None = None
    runs: Labels | None = None
    for axis, (place, dim) in enumerate(zip(places, value.dims, strict=True)):
        if place == 0:
            times = _times(value, dim)
        elif place == len(names) - 1:
            runs = _labels(value, dim)
        else:
            array = _in_order(array, axis, value.coords[dim].values if dim in value.coords else None, ranges[place - 1])
    array = np.transpose(array, np.argsort(places))
    kept = [place in places for place in range(len(names))]
    array = array[tuple(slice(None) if there else None for there in kept)]
    shape = (len(array), *_shape(ranges), array.shape[-1])
    array = np.broadcast_to(array, shape).copy()
    return Form(array if times is not None else array[0], times, runs)


def _dimension_names(ranges: Ranges) -> list[list[str]]:
    """What each axis may be called: time, then the ranges as a Dataset of results calls them, then run."""
    names = [[TIME]]
    for place, home in enumerate(ranges):
        number = 1 + sum(other.label == home.label for other in ranges[:place])
        label = home.label if number == 1 else f"{home.label} {number}"
        plain = [] if key_of(label) in (TIME, RUN) else [key_of(label)]
        names.append([*plain, key_of(f"{label} (range)")])
    return [*names, [RUN]]


def _dimension(value: Any, dim: Any, names: list[list[str]], ranges: Ranges) -> int:
    key = key_of(str(dim))
    found = next((place for place, known in enumerate(names) if key in known), None)
    if found is None:
        known = ", ".join([TIME, *(home.label for home in ranges), RUN])
        raise Unfit(f"it has no dimension '{dim}'; a DataArray for it may have {known}")
    if value.sizes[dim] == 0:
        raise Unfit(f"its dimension '{dim}' is empty")
    return found


def _times(value: Any, dim: Any) -> Array:
    if dim not in value.coords:
        raise Unfit("its dimension 'time' has no coordinate", 'add the times: coords={"time": [0, 1, 2]}')
    return _ascending(value.coords[dim].values)


def _labels(value: Any, dim: Any) -> Labels:
    labels = tuple(value.coords[dim].values.tolist() if dim in value.coords else range(value.sizes[dim]))
    if not all(isinstance(label, str | int | float) for label in labels):
        raise Unfit("the labels of its runs are neither numbers nor text", f'give the coordinate "{RUN}" plain names')
    return labels


def _in_order(array: Array, axis: int, labels: Any, home: Range) -> Array:
    if array.shape[axis] != home.size:
        raise Unfit(f"'{home.label}' has {home.size} elements ({some(home.labels)}) and {array.shape[axis]} were given")
    if labels is None:
        return array
    keys = [key_of(str(label)) for label in labels]
    for key, label in zip(keys, labels, strict=True):
        if key not in home.index:
            _place(label, home)
    if len(set(keys)) != len(keys):
        raise Unfit(f"an element of '{home.label}' is given twice")
    return np.take(array, [keys.index(element) for element in home.elements], axis=axis)


# Points of a lookup.


def points_of(value: Any) -> Points:
    """Points from pairs, {x: y}, or a Series whose index is x."""
    if hasattr(value, "index") and hasattr(value, "to_numpy"):
        value = list(zip(value.index, value.to_numpy(), strict=True))
    given = list(value.items()) if isinstance(value, Mapping) else value
    try:
        pairs = numbers(given)
    except Unfit:
        pairs = np.empty(0)
    if pairs.ndim != 2 or pairs.shape[1] != 2 or not len(pairs) or not np.isfinite(pairs).all():
        raise Unfit("it is a lookup, which takes points", "write [(x, y), (x, y), ...]")
    if (np.diff(pairs[:, 0]) < 0).any():
        raise Unfit("the x of a lookup's points must not decrease", "sort the points by x")
    return Points(pairs[:, 0], pairs[:, 1], "interpolate")


def points_by_element(value: Mapping[Any, Any], ranges: Ranges) -> dict[tuple[int, ...], Points]:
    return {_cell(name, ranges): points_of(inner) for name, inner in value.items()}
