"""The loop of every peer: a list of models in, a table for each out, a line of JSON with what the peer says of it.

It runs in the peer's environment, so that it imports neither the package nor anything that is no part of Python.
"""

from __future__ import annotations

import argparse
import csv
import json
import signal
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

Columns = Callable[[Path, Sequence[Path]], Mapping[str, Sequence[float]]]
"""The base run of a model that reads these files of data: columns by name, `Time` first."""


def main(columns: Columns, description: str | None) -> None:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("jobs", type=Path, help="a JSON list of {model, out, data}")
    parser.add_argument("--seconds", type=int, default=60, help="of processor time, for each model")
    options = parser.parse_args()
    for job in json.loads(options.jobs.read_text(encoding="utf-8")):
        print(json.dumps({"model": job["model"], "fault": answer(columns, job, options.seconds)}), flush=True)


def answer(columns: Columns, job: Mapping[str, Any], seconds: int) -> str:
    """Nothing where the table was written, else what the peer says; it is stopped in time, but not in Windows."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"no end after {seconds} s of processor time")

    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGPROF, stop)
        signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        table = columns(Path(job["model"]), [Path(path) for path in job["data"]])
        write(Path(job["out"]), table, zip(*table.values(), strict=True))
    except (Exception, SystemExit) as fault:  # noqa: BLE001  (whatever the peer stops with is its answer)
        return f"{type(fault).__name__}: {fault}".strip()
    finally:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_PROF, 0)
    return ""


def write(file: Path, names: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened)
        writer.writerow(names)
        writer.writerows(rows)
