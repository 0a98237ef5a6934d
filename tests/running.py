"""Small Vensim models written as equations: run them, or list what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stockflow.api import check, load

Values = Callable[..., dict[str, Any]]
CLOCK = ("INITIAL TIME = 0", "SAVEPER = TIME STEP")


def written(folder: Path, equations: Sequence[str], final: float | str, step: float | str) -> Path:
    """Equation n stands on line n + 1."""
    path = folder / "model.mdl"
    body = "".join(f"{one} ~~|\n" for one in (*equations, *CLOCK, f"FINAL TIME = {final}", f"TIME STEP = {step}"))
    path.write_text("{UTF-8}\n" + body, encoding="utf-8")
    return path


def run(
    folder: Path,
    *equations: str,
    final: float = 0,
    step: float = 1,
    method: str | None = None,
    given: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Values by variable over the saved times; without the time axis where only the start is saved."""
    result = load(written(folder, equations, final, step)).simulate(given or {}, method=method)
    return {key: (array[0] if final == 0 else array).tolist() for key, array in result.values.items()}


def faults(folder: Path, *equations: str) -> list[tuple[str, int | None, str]]:
    """Code, line and message of everything that is found."""
    return [
        (item.code, item.line, item.message) for item in check(written(folder, equations, 1, 1)) if item.code[2] != "5"
    ]


def over_runs(values: Sequence[float]) -> Any:
    """One value for each run of a batch."""
    import xarray as xr

    return xr.DataArray(np.array(values, dtype=float), dims="run")
