"""Holds the published cases against the ledger and the floor of `floor.toml`: what passes, what is known, what is new.

Run as `python -m conformance.published_cases [--rtol 1e-5] [--scorer]`; the last asks the scorer of the cases as well,
which starts the command line for each, and compares the verdicts. Cases and scorer lie beside the repository.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from pathlib import Path

from conformance.cases import KNOWN, ROOT
from conformance.cases import PUBLISHED as CASES
from conformance.cases import published_cases as cases_in
from stockflow.conform import Verdict, conform, ledger_of

FLOOR = ROOT / "conformance" / "floor.toml"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rtol", default="1e-3")
    parser.add_argument("--scorer", action="store_true", help="ask the scorer of the cases as well")
    parser.add_argument("--quiet", action="store_true", help="do not list the cases that do not pass")
    options = parser.parse_args()
    cases = cases_in(CASES)
    if not cases:
        print(f"The published cases are not at {CASES}: nothing was held against them.")
        return 0
    verdicts = list(conform(cases, ledger_of(KNOWN), float(options.rtol)))
    floor = tomllib.loads(FLOOR.read_text(encoding="utf-8"))["passing"].get(options.rtol, 0)
    for verdict in verdicts:
        if verdict.status not in ("pass", "known") and not options.quiet:
            print(f"{verdict.status:8} {verdict.case.name}  {verdict.why}")
    counts = Counter(verdict.status for verdict in verdicts)
    told = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    print(f"{len(verdicts)} published cases at {options.rtol}: {told}; the floor of those that pass is {floor}.")
    apart = disagreements(verdicts, options.rtol) if options.scorer else []
    return 1 if counts["pass"] < floor or counts["vanished"] or apart else 0


def disagreements(verdicts: list[Verdict], rtol: str) -> list[str]:
    """The cases of which the scorer says something else."""
    theirs = scored(rtol)
    apart = [
        f"{verdict.case.name}: {verdict.status} here, {theirs.get(verdict.case.name)} by the scorer"
        for verdict in verdicts if theirs.get(verdict.case.name) != verdict.status
    ]
    for line in apart:
        print(line)
    print(f"the scorer says the same of {len(verdicts) - len(apart)} of {len(verdicts)}")
    return apart


def scored(rtol: str) -> dict[str, str]:
    """The scorer's status of every case, through the command line."""
    with tempfile.TemporaryDirectory() as scratch:
        table = Path(scratch) / "score.json"
        words = [sys.executable, str(CASES / "score.py"), "--rtol", rtol, "--json", str(table), "--known", str(KNOWN)]
        folder = str(Path(sys.executable).parent)
        environment = {**os.environ, "PATH": os.pathsep.join([folder, os.environ.get("PATH", "")])}
        subprocess.run([*words, "--quiet"], env=environment, check=False)
        return {row["id"]: row["status"] for row in json.loads(table.read_text(encoding="utf-8"))}


if __name__ == "__main__":
    sys.exit(main())
