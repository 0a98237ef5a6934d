"""Scores the published cases and holds the number that pass against the floor in `floor.toml`.

Run as `python -m conformance.published_cases [--rtol 1e-5]`. The cases and their scorer lie beside the repository and
are no part of it; it must not know how the engine works.
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

ROOT = Path(__file__).resolve().parents[1]
SCORER = ROOT.parent / "shared" / "cases" / "score.py"
KNOWN = ROOT / "conformance" / "known_differences.toml"
FLOOR = ROOT / "conformance" / "floor.toml"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rtol", default="1e-3")
    parser.add_argument("--quiet", action="store_true", help="do not list the cases that do not pass")
    options = parser.parse_args()
    if not SCORER.is_file():
        print(f"The published cases are not at {SCORER.parent}: nothing was scored.")
        return 0
    floor = tomllib.loads(FLOOR.read_text(encoding="utf-8"))["passing"].get(options.rtol, 0)
    counts = Counter(score(options.rtol, quiet=options.quiet))
    passing = counts["pass"]
    print(f"{passing} of {counts.total()} published cases pass at {options.rtol}; the floor is {floor}.")
    if counts["traceback"]:
        print(f"{counts['traceback']} ended in a traceback: a fault of a model must end in a diagnostic.")
    if counts["vanished"]:
        print(f"{counts['vanished']} pass although {KNOWN.name} lists them: take them out.")
    return 1 if passing < floor or counts["traceback"] or counts["vanished"] else 0


def score(rtol: str, *, quiet: bool) -> list[str]:
    """The status of every case."""
    with tempfile.TemporaryDirectory() as scratch:
        table = Path(scratch) / "score.json"
        words = [sys.executable, str(SCORER), "--rtol", rtol, "--json", str(table), "--known", str(KNOWN)]
        folder = str(Path(sys.executable).parent)
        environment = {**os.environ, "PATH": os.pathsep.join([folder, os.environ.get("PATH", "")])}
        subprocess.run(words + ["--quiet"] * quiet, env=environment, check=False)
        return [row["status"] for row in json.loads(table.read_text(encoding="utf-8"))]


if __name__ == "__main__":
    sys.exit(main())
