"""One model by all who have an opinion of it: float text, array text, a batch, a run of it alone, the evaluator.

It knows files and arrays; how a model came about is not its matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import stockflow as sf
from conformance.evaluator import BadArgument, UnknownFunction, evaluate
from stockflow.api import Model
from stockflow.diagnostics.model import Report
from stockflow.simulate.engine import Engine

Array = NDArray[np.float64]
Values = Mapping[str, Array]

# Relative; the models' numbers are about 1, and below a thousandth of that a difference is held against it instead.
AGREED, FLOOR = 1e-9, 1e-3

# Above this a number has long lost its meaning: overflow comes a step earlier or later by the order of a product.
BEYOND = 1e250

# So many runs of the evaluator with the last bits of its arithmetic moved tell what a last bit decides.
SHAKEN = 4


@dataclass(frozen=True)
class Held:
    """What came out: differences as lines, what kept opinions from being had, whether a last bit decides."""

    wrong: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    delicate: bool = False
    numbers: int = 0
    finite: int = 0


def hold(path: Path, method: str, given: Mapping[str, Sequence[float]]) -> Held:
    """All opinions of a model, and of a batch over one constant, whose first value is the model's own."""
    try:
        model = sf.load(path, cache=None)
        runs = range(len(next(iter(given.values()))))
        alone = [values_of(model, method, {key: values[number] for key, values in given.items()}) for number in runs]
        arrays, batch = by_arrays(model, method), in_batch(model, method, given)
    except sf.ModelError as fault:
        errors = [item for item in fault.diagnostics if item.severity.value == "error"]
        return Held(refused=(f"{errors[0].code}: {errors[0].message}",))
    computed = {key: alone[0][key] for key in arrays}
    wrong = list(differences("float text", computed, "array text", arrays))
    for number, values in enumerate(alone):
        wrong += differences(f"run {number} alone", values, "in the batch", member(batch, number, values))
    try:
        opinions = [evaluated(model, method, given, number, 0) for number in range(len(alone))]
    except UnknownFunction as fault:
        return Held(tuple(map(str, wrong)), unknown=(str(fault),))
    for number, (values, opinion) in enumerate(zip(alone, opinions, strict=True)):
        wrong += differences(f"run {number}", values, "evaluator", opinion)
    every = [values for opinion in opinions for values in opinion.values()]
    numbers, finite = sum(v.size for v in every), sum(int(np.isfinite(v).sum()) for v in every)
    if wrong and decided_by_last_bits(model, method, given, wrong, opinions):
        return Held(delicate=True)
    return Held(tuple(map(str, wrong)), numbers=numbers, finite=finite)


def values_of(model: Model, method: str, given: Mapping[str, Any]) -> Values:
    return model.simulate(given, method=method).values


def by_arrays(model: Model, method: str) -> Values:
    """What the array text computes of a single run, which is made of floats otherwise."""
    session, report = model._session, Report()
    engine, values = session.default_engine(report), session.values((), 1)
    grid = session.clock(values, session.plain(), report)
    assert engine is not None and grid is not None
    found = Engine(engine.plan, session.flat.tables, False, session.flat.limits).run(values, grid, method).values
    return {
        key: array[..., 0] if array.ndim > 1 + len(engine.plan.slots[key].shape) else array
        for key, array in found.items()
    }


def in_batch(model: Model, method: str, given: Mapping[str, Sequence[float]]) -> Values:
    import xarray as xr

    return values_of(model, method, {key: xr.DataArray(list(values), dims="run") for key, values in given.items()})


def member(batch: Values, run: int, alone: Values) -> Values:
    """One run of a batch; what the runs share may have no axis of them."""
    return {
        key: array[..., run if array.shape[-1] > 1 else 0] if array.ndim > alone[key].ndim else array
        for key, array in batch.items()
    }


def evaluated(model: Model, method: str, given: Mapping[str, Sequence[float]], run: int, shaken: int) -> Values:
    own = {key: values[run] for key, values in given.items()}
    try:
        return evaluate(model._prepared.closed, method, own, shaken)
    except BadArgument as fault:
        raise UnknownFunction(f"an argument that the engine takes: {fault}") from fault


@dataclass(frozen=True)
class Difference:
    """Two opinions of one variable, and where they part first: the row and the element."""

    who: str
    key: str
    row: int
    place: tuple[int, ...]
    one: float
    other: float

    def __str__(self) -> str:
        where = f"{self.key}{list(self.place)}" if self.place else self.key
        return f"{self.who}: {where} in row {self.row}: {self.one!r} and {self.other!r}"


def differences(first: str, one: Values, second: str, other: Values) -> Iterator[Difference]:
    """The first place of every variable in which two opinions differ."""
    for key in one.keys() | other.keys():
        if key not in one or key not in other:
            yield Difference(f"{first}, {second}", key, 0, (), key in one, key in other)
            continue
        a, b = np.broadcast_arrays(one[key], other[key])
        for row, *place in np.argwhere(~close(a, b))[:1].tolist():
            at = (row, *place)
            yield Difference(f"{first}, {second}", key, row, tuple(place), float(a[at]), float(b[at]))


def close(a: Array, b: Array, agreed: float = AGREED) -> NDArray[np.bool_]:
    """Where two arrays say the same: equal, both no number, both beyond all meaning, or next to each other."""
    with np.errstate(all="ignore"):
        size = np.maximum(np.maximum(np.abs(a), np.abs(b)), FLOOR)
        same: NDArray[np.bool_] = (a == b) | (np.isnan(a) & np.isnan(b)) | (np.abs(a - b) <= agreed * size)
        wild = ~(np.abs(a) < BEYOND) & ~(np.abs(b) < BEYOND)
    return same | wild


def decided_by_last_bits(
    model: Model, method: str, given: Mapping[str, Sequence[float]], wrong: Sequence[Difference],
    steady: Sequence[Values],
) -> bool:
    """Whether every variable that differs is one that the evaluator itself cannot tell, its last bits moved."""
    loose: set[str] = set()
    for run, values in enumerate(steady):
        for number in range(1, SHAKEN + 1):
            moved = evaluated(model, method, given, run, number)
            loose |= {found.key for found in differences("", values, "", moved)}
    return all(found.key in loose for found in wrong)
