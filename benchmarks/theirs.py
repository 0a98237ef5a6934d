"""One measurement of pysimlin in a fresh process of its own environment: `python theirs.py JOB` prints JSON.

It must not import the package; each run goes to the frame of results, without the analysis of loops.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import simlin
from measure import answer, seconds_of, warm_median


def main() -> None:
    job = json.loads(sys.argv[1])
    if job["mode"] == "load":
        imported = time.process_time()
        model = simlin.load(job["model"])
        loaded = time.process_time()
        run(model, {})
        answer(time.process_time(), imported=imported, loaded=loaded - imported, first_run=time.process_time() - loaded)
        return
    model = simlin.load(job["model"])
    if job["mode"] == "warm":
        answer(warm_median(lambda number: run(model, override(job, number))))
    else:
        answer(seconds_of(lambda: every_run(model, job)) / job["runs"])


def run(model: Any, overrides: dict[str, float]) -> Any:
    return model.run(overrides=overrides, analyze_loops=False).results


def every_run(model: Any, job: dict[str, Any]) -> None:
    for number in range(job["runs"]):
        run(model, override(job, number))


def override(job: dict[str, Any], number: int) -> dict[str, float]:
    name = job["name"].lower().replace(" ", "_")
    return {name: job["value"] * (1 + number * 1e-4)} if name else {}


if __name__ == "__main__":
    main()
