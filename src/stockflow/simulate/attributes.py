"""Facts of a run as the attributes of a result hold them: the seed, and overrides as JSON can say them.

It must not know where a result goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from stockflow.simulate.engine import Values


def seed(values: Values) -> str:
    """The NOISE SEED of a run or of each run of a batch; empty where the model has none."""
    found = values.constants.get("noise seed")
    return "" if found is None else ", ".join(f"{value:.17g}" for value in np.ravel(found))


def plain(value: Any) -> Any:
    """An override as JSON can hold it."""
    if hasattr(value, "value") and type(value).__name__ in ("Replace", "Initial"):
        return {type(value).__name__.lower(): plain(value.value)}
    if isinstance(value, Mapping):
        return {",".join(map(str, k)) if isinstance(k, tuple) else str(k): plain(v) for k, v in value.items()}
    if hasattr(value, "to_dict") and not hasattr(value, "dims"):
        return {str(k): float(v) for k, v in value.to_dict().items()}
    array = np.asarray(getattr(value, "values", value))
    array = array.astype(np.float64) if array.dtype.kind == "O" else array
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        return array.astype(str).tolist()
    return array.tolist()
