"""One measurement of this engine in a fresh process: `python -m benchmarks.ours JOB` prints JSON.

It uses the public functions only and must not know which other engine it is held against.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from benchmarks.measure import answer, seconds_of, warm_median


def main() -> None:
    job = json.loads(sys.argv[1])
    match job["mode"]:
        case "warm":
            warm(job)
        case "batch":
            batch(job)
        case "load":
            load(job)
        case mode:
            raise SystemExit(f"unknown mode {mode!r}")


def warm(job: dict[str, Any]) -> None:
    """From overrides to the Dataset, with another number each time."""
    import stockflow as sf

    model = sf.load(job["model"])
    answer(warm_median(lambda number: model.run(_override(job, number))))


def batch(job: dict[str, Any]) -> None:
    """All runs in one call, the first of the process: translating is part of it, reading the file is not."""
    import numpy as np
    import xarray as xr

    import stockflow as sf

    numbers = [job["value"] * (1 + number * 1e-4) for number in range(job["runs"])]
    values = xr.DataArray(np.array(numbers), dims="run")
    outputs = {"outputs": job["outputs"]} if job["outputs"] else {}
    model = sf.load(job["model"])
    cold = seconds_of(lambda: model.run({job["name"]: values}, **outputs))
    again = seconds_of(lambda: model.run({job["name"]: values}, **outputs))
    answer(cold / job["runs"], again=again / job["runs"])


def load(job: dict[str, Any]) -> None:
    """Everything from the start of the process to the end of the first run."""
    import stockflow as sf

    imported = time.process_time()
    model = sf.load(job["model"])
    loaded = time.process_time()
    model.run({})
    answer(time.process_time(), imported=imported, loaded=loaded - imported, first_run=time.process_time() - loaded)


def _override(job: dict[str, Any], number: int) -> dict[str, float]:
    return {job["name"]: job["value"] * (1 + number * 1e-4)} if job["name"] else {}


if __name__ == "__main__":
    main()
