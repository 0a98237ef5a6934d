"""How reading and compiling grow with a model: `python -m benchmarks.growth` prints a line for each size.

Every size is a fresh process, which parses, keeps the parsed model, takes it from the cache, compiles and runs;
`large_models` is for shapes, this is for size.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from benchmarks import models
from benchmarks.measure import peak_megabytes, seconds_of
from conformance.peers.environment import ROOT

SIZES = (1_000, 4_000, 16_000)
Made = TypeVar("Made")


def main(sizes: tuple[int, ...] = SIZES) -> None:
    found = {size: _in_a_process(size) for size in sizes}
    print(f"{'equations':>9} {'parse s':>8} {'cached s':>8} {'compile s':>9} {'together s':>10} {'MB':>6}")
    for size, row in found.items():
        together = row["parse"] + row["compile"]
        cells = f"{row['parse']:8.2f} {row['cached']:8.2f} {row['compile']:9.2f} {together:10.2f} {row['mb']:6.0f}"
        print(f"{size:9,} {cells}")
    smallest, largest = sizes[0], sizes[-1]
    for what in ("parse", "compile"):
        growth = math.log(found[largest][what] / found[smallest][what]) / math.log(largest / smallest)
        print(f"growth exponent of {what}, from {smallest:,} to {largest:,} equations: {growth:.2f}")


def _in_a_process(size: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.growth", str(size)], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def measure(size: int) -> dict[str, float]:
    """Processor seconds: of the file to a parsed model, of the cache to one, and of that to a program."""
    from stockflow.diagnostics.model import Report
    from stockflow.prepare import Outside, lower_project, read_project
    from stockflow.simulate.session import Session

    with tempfile.TemporaryDirectory() as scratch:
        file, cache = Path(scratch) / "model.mdl", Path(scratch) / "cache"
        file.write_text(models.mixed(size), encoding="utf-8")
        parse, _ = _timed(lambda: read_project(file, Report()))
        read_project(file, Report(), Outside(cache=cache))
        cached, project = _timed(lambda: read_project(file, Report(), Outside(cache=cache)))
    assert project is not None

    def compiled() -> None:
        prepared = lower_project(project, Report())
        session = Session(prepared.closed, prepared.flat, {}, prepared.plan)
        engine = session.default_engine(Report())
        assert engine is not None
        engine.function(project.method, guarded=False)

    return {"parse": parse, "cached": cached, "compile": seconds_of(compiled), "mb": peak_megabytes() or 0.0}


def _timed(work: Callable[[], Made]) -> tuple[float, Made]:
    made: list[Made] = []
    return seconds_of(lambda: made.append(work())), made[0]


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(int(sys.argv[1]))))
    else:
        main()
