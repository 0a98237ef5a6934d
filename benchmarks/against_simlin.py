"""Processor time and memory beside pysimlin, one table: `make benchmark`.

Every measurement is a fresh process, ours and theirs by turns, so that one does not warm the other; it must not
know how either engine works.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.models import elements
from conformance.peers.environment import ROOT, python_of

SOCIAL_CARE = ROOT / "reference_models" / "children_social_care" / "model.mdl"
SIR = ROOT.parent / "shared" / "cases" / "sdxorg-test-models" / "samples" / "SIR" / "SIR.mdl"


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker measures: 15 warm runs, one cold batch, or loading. `name` and `value` are the override."""

    model: str
    mode: str
    name: str = ""
    value: float = 0.0
    runs: int = 1
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the table. `wanted` is the largest ratio of our time to theirs, or our largest seconds."""

    title: str
    job: Job
    wanted: float
    unit: str = "ratio"


def main() -> int:
    python_of("simlin")
    console = Console(width=None if sys.stdout.isatty() else 140)
    table = Table(title="CPU time, this engine against pysimlin (ratio: ours / theirs)")
    for head in ("case", "ours", "theirs", "ratio", "wanted", "", "MB ours", "MB theirs"):
        table.add_column(head, justify="left" if head in {"case", ""} else "right")
    missed = 0
    with tempfile.TemporaryDirectory() as scratch:
        cases = social_care_cases() + sir_cases(Path(scratch), console) + element_cases(Path(scratch))
        for case in cases:
            row, met = measure(case)
            missed += not met
            table.add_row(*row)
    console.print(table)
    return 1 if missed else 0


def social_care_cases() -> list[Case]:
    model = str(SOCIAL_CARE)
    return [
        Case("children_social_care, a warm run", Job(model, "warm", "Strategy Contacts", 0.1), 4),
        Case("children_social_care, import, load and first run", Job(model, "load"), 3, "seconds"),
    ]


def sir_cases(scratch: Path, console: Console) -> list[Case]:
    if not SIR.is_file():
        console.print(f"The SIR model is not there ({SIR.name} of the published cases): its three rows are left out.")
        return []
    saved_daily = scratch / "sir_saved_daily.mdl"
    text = SIR.read_text(encoding="utf-8")
    head, tail = text.split("SAVEPER  = ", 1)
    saved_daily.write_text(f"{head}SAVEPER  = 1{tail.lstrip().removeprefix('TIME STEP')}", encoding="utf-8")
    override = ("Contact Infectivity", 0.3)
    return [
        Case("SIR, a warm run", Job(str(SIR), "warm", *override), 4),
        Case(
            "SIR, each of 1,000 runs in a cold batch, one variable daily",
            Job(str(saved_daily), "batch", *override, 1000, ("Infectious",)),
            1 / 10,
        ),
        Case("SIR, each of 1,000 runs in a cold batch, everything", Job(str(SIR), "batch", *override, 1000), 1 / 3),
    ]


def element_cases(scratch: Path) -> list[Case]:
    model = scratch / "elements.mdl"
    model.write_text(elements(1000, 1000), encoding="utf-8")
    return [Case("1,000 elements x 1,000 steps: sum, IF, lookup", Job(str(model), "warm"), 1 / 2)]


def measure(case: Case) -> tuple[list[str], bool]:
    """The cells of a row, and whether the wanted figure was met."""
    ours = _median_worker([sys.executable, "-m", "benchmarks.ours"], case.job)
    theirs = _median_worker([str(python_of("simlin")), str(ROOT / "benchmarks" / "theirs.py")], case.job)
    ratio = ours["seconds"] / theirs["seconds"]
    met = (ratio if case.unit == "ratio" else ours["seconds"]) <= case.wanted
    wanted = f"<= {case.wanted:.3g}" + (" s" if case.unit == "seconds" else "")
    cells = [
        case.title, _time(ours["seconds"]), _time(theirs["seconds"]), f"{ratio:.3f}", wanted,
        ("met" if met else "MISSED") + _again(ours, theirs), _memory(ours["megabytes"]), _memory(theirs["megabytes"]),
    ]
    return cells, met


def _median_worker(command: list[str], job: Job) -> dict[str, Any]:
    """The middle one of three processes where one process measures once: the system's part of it varies."""
    answers = [_worker(command, job) for _ in range(1 if job.mode == "warm" else 3)]
    return sorted(answers, key=lambda found: found["seconds"])[len(answers) // 2]


def _worker(command: list[str], job: Job) -> dict[str, Any]:
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    environment = {**os.environ, "PYTHONPATH": path if "-m" in command else ""}
    done = subprocess.run(
        [*command, json.dumps(asdict(job))], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _time(seconds: float) -> str:
    return f"{seconds * 1e3:.3f} ms" if seconds < 1 else f"{seconds:.2f} s"


def _again(ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    """The ratio of a second call of the batch, which has nothing to translate."""
    return f" (again: {ours['again'] / theirs['seconds']:.3f})" if "again" in ours else ""


def _memory(megabytes: float | None) -> str:
    return "-" if megabytes is None else f"{megabytes:.0f}"


if __name__ == "__main__":
    sys.exit(main())
