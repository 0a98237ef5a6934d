"""Small results made by hand, for the tests of what leaves the house."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stockflow.simulate.result import Array, Column, Result


def column(label: str, ranges: Sequence[tuple[str, tuple[str, ...]]] = (), **facts: object) -> Column:
    return Column(label.casefold(), label, str(facts.pop("kind", "auxiliary")), tuple(ranges), **facts)  # type: ignore[arg-type]


def result(*pairs: tuple[Column, object], times: Sequence[float] = (0.0, 1.0, 2.0), runs: object = None) -> Result:
    """Values are given as arrays of the full shape, or as a number for a constant."""
    clock = np.asarray(times, dtype=np.float64)
    values = {item.key: _filled(item, given, len(clock), runs is not None) for item, given in pairs}
    labels = None if runs is None else np.asarray(runs)
    return Result(clock, tuple(item for item, _ in pairs), values, labels)


def _filled(item: Column, given: object, rows: int, batch: bool) -> Array:
    if not isinstance(given, int | float):
        return np.asarray(given, dtype=np.float64)
    shape = (rows, *(len(elements) for _, elements in item.dimensions), *((1,) if batch else ()))
    return np.broadcast_to(np.float64(given), shape)
