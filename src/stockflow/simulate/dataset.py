"""A result as an xarray Dataset, ready for netCDF; imported only when somebody asks for a Dataset.

It must not know how the numbers were computed.

Names: a variable carries the modeller's spelling, also in `long_name`. netCDF refuses some names, and a Dataset cannot
have two things of one name, so "/" becomes U+2215; a variable called `time` or `run` becomes `time (variable)`; a
range whose label is taken by a variable, or by another range of the same label, becomes `name (range)`; a range that
stands twice in one variable is `name` and `name 2`. `ds.sf["any spelling"]` finds a variable by its own name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import xarray as xr

import stockflow.simulate.accessor as _accessor  # noqa: F401  (registers `Dataset.sf`)
from stockflow.simulate.cells import MISSING
from stockflow.simulate.result import Array, Column, Result

TIME = "time"
RUN = "run"
CONVENTIONS = "CF-1.11"

Ranges = tuple[tuple[str, tuple[str, ...]], ...]
Attribute = str | int | float


def build(result: Result) -> xr.Dataset:
    """The Dataset of a result: dims ("time", ranges in order, "run" in a batch); constants are read-only views."""
    names = _Names()
    stored = [names.variable(column.label) for column in result.columns]
    variables = {
        name: _variable(result, column, names) for name, column in zip(stored, result.columns, strict=True)
    }
    attrs = {key: _text(value) if isinstance(value, str) else value for key, value in result.attrs.items()}
    # Coordinates come first: a netCDF file's writer has to detach and attach again all that came before them.
    return xr.Dataset({**_coordinates(result, names), **variables}, attrs={"Conventions": CONVENTIONS, **attrs})


@dataclass(slots=True)
class _Names:
    """Hands out names that differ from each other and that netCDF takes."""

    used: set[str] = field(default_factory=lambda: {TIME, RUN})
    ranges: dict[tuple[str, tuple[str, ...], int], str] = field(default_factory=dict)
    tuples: dict[Ranges, tuple[str, ...]] = field(default_factory=dict)

    def variable(self, label: str) -> str:
        return self._free(_storable(label), "variable")

    def dims(self, ranges: Ranges) -> tuple[str, ...]:
        found = self.tuples.get(ranges)
        if found is None:
            found = self.tuples[ranges] = tuple(self._range(ranges, place) for place in range(len(ranges)))
        return found

    def _range(self, ranges: Ranges, place: int) -> str:
        label, elements = ranges[place]
        occurrence = 1 + sum(other == label for other, _ in ranges[:place])
        key = (label, elements, occurrence)
        if key not in self.ranges:
            wanted = _storable(label) if occurrence == 1 else f"{_storable(label)} {occurrence}"
            self.ranges[key] = self._free(wanted, "range")
        return self.ranges[key]

    def _free(self, wanted: str, what: str) -> str:
        name, number = wanted, 1
        while name in self.used:
            name = f"{wanted} ({what})" if number == 1 else f"{wanted} ({what} {number})"
            number += 1
        self.used.add(name)
        return name


def _storable(label: str) -> str:
    """The label as netCDF takes it: no slash, no control character, not "." and not a name that HDF5 uses itself."""
    name = label.replace("/", "\u2215")
    if not name.isprintable():
        name = "".join(sign if sign.isprintable() else " " for sign in name)
    name = name.strip().replace("_nc4_non_coord_", "nc4 non coord ")
    return f"name {name}".strip() if name in {"", ".", ".."} else name


def _variable(result: Result, column: Column, names: _Names) -> xr.Variable:
    values = result.values[column.key]
    dims = (TIME, *names.dims(column.dimensions))
    shape = (len(result.times), *(len(elements) for _, elements in column.dimensions))
    if result.runs is not None:
        dims, shape = (*dims, RUN), (*shape, len(result.runs))
    if column.defined is not None:
        defined = column.defined if result.runs is None else column.defined[..., None]
        values = np.where(defined, values, np.nan)
    shown = _without_missing(values)
    attrs = _attributes(column, has_missing=shown is not values)
    if shown.shape != shape:
        shown = np.broadcast_to(shown, shape)
    return xr.Variable(dims, shown, attrs, fastpath=True)


def _without_missing(values: Array) -> Array:
    """The values with NaN for `:NA:`; the very same array where there is none."""
    constant = values.strides[0] == 0
    probe = values[:1] if constant else values
    hit = probe == MISSING
    if not hit.any():
        return values
    shown = np.where(hit, np.nan, probe)
    return np.broadcast_to(shown, values.shape) if constant else shown


def _attributes(column: Column, *, has_missing: bool) -> dict[str, Attribute]:
    attrs: dict[str, Attribute] = {"long_name": _text(column.label), "kind": column.kind}
    attrs.update(_units(column.units))
    if column.doc:
        attrs["comment"] = _text(column.doc)
    if column.equation:
        attrs["equation"] = _text(column.equation)
    if column.line is not None:
        attrs["source_line"] = column.line
    for name, limit in zip(("valid_min", "valid_max"), column.limits, strict=False):
        if limit is not None and np.isfinite(limit):
            attrs[name] = float(limit)
    if has_missing:
        attrs["missing_value_sentinel"] = MISSING
    return attrs


def _units(units: str) -> dict[str, Attribute]:
    """`units`; or `model_units` where the word "since" in it would make readers of netCDF take numbers for dates."""
    if not units:
        return {}
    return {"model_units" if "since" in units else "units": _text(units)}


def _text(text: str) -> str:
    """The text without the one character that netCDF strings cannot hold."""
    return text.replace("\0", "\ufffd")


def _coordinates(result: Result, names: _Names) -> dict[str, xr.Variable]:
    coordinates = {TIME: xr.Variable((TIME,), result.times, {"long_name": "Time", **_units(result.time_units)})}
    for (label, elements, _), name in names.ranges.items():
        labels = [_text(element) for element in elements]
        coordinates[name] = xr.Variable((name,), labels, {"long_name": _text(label)})
    if result.runs is not None:
        coordinates[RUN] = xr.Variable((RUN,), np.asarray(result.runs), {"long_name": "run"})
    return coordinates


def restore(dataset: xr.Dataset) -> Result:
    """A Dataset, perhaps cut down or computed with, as a result again; raises ValueError where it has no time."""
    if TIME not in dataset.coords:
        raise ValueError("the Dataset has no coordinate 'time'")
    columns, values = [], {}
    for name, array in dataset.data_vars.items():
        column = _column(str(name), array)
        columns.append(column)
        values[column.key] = _ordered(array, dataset.sizes)
    runs = np.asarray(dataset[RUN].values) if RUN in dataset.sizes else None
    attrs = {str(key): str(value) for key, value in dataset.attrs.items()}
    times = np.asarray(dataset[TIME].values, dtype=np.float64)
    return Result(times, tuple(columns), values, runs, attrs, str(dataset[TIME].attrs.get("units", "")))


def _column(name: str, array: xr.DataArray) -> Column:
    ranges = tuple(
        (str(dim), tuple(str(element) for element in array[dim].values)) for dim in array.dims if dim not in (TIME, RUN)
    )
    label = str(array.attrs.get("long_name", name))
    return Column(name, label, str(array.attrs.get("kind", "")), ranges, units=str(array.attrs.get("units", "")))


def _ordered(array: xr.DataArray, sizes: Mapping[object, int]) -> Array:
    """The values as (time, ranges..., run), with an axis of its own for a time or run that the variable lacks."""
    if TIME not in array.dims:
        array = array.expand_dims({TIME: sizes[TIME]})
    if RUN in sizes and RUN not in array.dims:
        array = array.expand_dims({RUN: 1})
    order = [TIME, *(dim for dim in array.dims if dim not in (TIME, RUN)), *([RUN] if RUN in array.dims else [])]
    return np.asarray(array.transpose(*order).values, dtype=np.float64)
