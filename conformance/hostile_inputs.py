"""Replays hostile inputs and holds what is said of malformed ones against the facts that a modeller would want.

Run as `python -m conformance.hostile_inputs`. The inputs and their replayer lie beside the repository and are no part
of it; it must not know how the engine works.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
INPUTS = ROOT.parent / "shared" / "hostile"
ADAPTER = ROOT / "conformance" / "hostile_adapter.py"
SLOWEST_REFUSAL = 5.0
LARGEST_REFUSAL = 1024
"""Megabytes."""
WANTED = 0.9
"""The share of the ideal messages all of whose facts must be told."""

_PLACE = re.compile(r"(?P<file>[\w. ]+\.\w+):(?P<line>\d+)")
_FACT = re.compile(
    r"'(?P<quoted>[^']+)'|(?P<loop>\w+(?: -> \w+)+)|(?P<option>--[a-z-]+)|(?P<capitals>\b[A-Z]{2,}(?: [A-Z]{2,})*\b)"
    r"|lines? (?P<lines>\d+(?:, \d+)*)|\((?P<number>-?\d+(?:\.\d+)?)\)"
)
_ALTERNATIVE = re.compile(r",? or (?=[\w. ]+\.\w+:\d)")
"""What an ideal message offers in the place of a run that ends well; it is no fact where the run does."""
_REJECTED = re.compile(r"[^.]*\bis wrong\.")
"""A sentence about what must not be."""
_RUNS = "Runs"
_MISCOUNTED = {"M02": (("M02_truncated.xmile:4", "M02_truncated.xmile:5"), ("opened at line 4", "opened at line 5"))}
"""Places that an ideal message states otherwise than the file has them: <variables> opens and ends on line 5."""
_SUGGESTED = re.compile(r"[Dd]id you mean \"?([^?\"]+)\"?\?")
_UNSAID = frozenset({"INITIAL", "UTF", "XML", "NA"})
"""Words in capitals that an ideal message holds as one of several ways out, or as the name of a format."""


@dataclass(frozen=True, slots=True)
class Told:
    """The facts of an ideal message, and those of them that the output lacks."""

    case: str
    facts: tuple[str, ...]
    lacking: tuple[str, ...]


def main() -> int:
    if not (INPUTS / "replay.py").is_file():
        print(f"The hostile inputs are not at {INPUTS}: nothing was replayed.")
        return 0
    results = replayed()
    entries = json.loads((INPUTS / "manifest.json").read_text(encoding="utf-8"))["entries"]
    faults = list(breaches(results["results"], {entry["id"]: entry for entry in entries}))
    faults += [f"connection: {one}" for one in results["connections"]]
    for fault in faults:
        print(fault)
    print(f"{len(results['results'])} inputs replayed; {len(faults)} breaches")
    malformed = [entry for entry in entries if entry["group"] == "malformed" and entry.get("ideal_message")]
    with ThreadPoolExecutor(os.cpu_count()) as processes:
        told = list(processes.map(facts_told, malformed))
    complete = [one for one in told if not one.lacking]
    for one in told:
        print(f"{one.case}  {len(one.facts) - len(one.lacking)} of {len(one.facts)}  {'; '.join(one.lacking)}".rstrip())
    print(f"{len(complete)} of {len(told)} malformed inputs are told with every fact")
    return 1 if faults or len(complete) < WANTED * len(told) else 0


def replayed() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "results.json"
        words = [sys.executable, str(INPUTS / "replay.py"), str(INPUTS), "--python", sys.executable]
        environment = {**os.environ, "STOCKFLOW_CACHE": "off", "PYTHONPATH": str(ROOT / "src")}
        subprocess.run(
            [*words, "--adapter", str(ADAPTER), "--out", str(out)], check=True, env=environment,
            stdout=subprocess.DEVNULL,
        )
        found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return found


def breaches(results: list[dict[str, Any]], entries: dict[str, dict[str, Any]]) -> list[str]:
    """What must never happen, by input. Times are held against a machine that is as busy as it is now."""
    found, allowance = [], max(1.0, load())
    for row in results:
        refused = row["class"] == "error"
        marks = {
            "executed": row.get("EXECUTED"), "leaked": row.get("LEAKED"), "forbidden text": row.get("FORBIDDEN_FOUND"),
            "planted": row.get("NEW_OR_CHANGED"), "overwritten": row.get("OVERWRITTEN"), "traceback": row["traceback"],
            "signal": row["signal"], "hang": row["timed_out"], "memory": row["class"] == "memory",
            "expected values missed": entries[row["id"]].get("expect") and not row.get("expect_ok"),
            "refused slowly": refused and row["wall_s"] > SLOWEST_REFUSAL * allowance,
            "refused with much memory": refused and row["peak_mb"] > LARGEST_REFUSAL,
        }
        found += [f"{row['id']}: {what}" for what, is_so in marks.items() if is_so]
    return found


def load() -> float:
    """How many processes wait for each processor, where that can be known."""
    return os.getloadavg()[0] / (os.cpu_count() or 1) if hasattr(os, "getloadavg") else 1.0


def facts_told(entry: dict[str, Any]) -> Told:
    facts = tuple(facts_of(_corrected(entry)))
    said = _plain(output_of(INPUTS / entry["file"]))
    return Told(entry["id"], facts, tuple(fact for fact in facts if _plain(fact) not in said))


def _corrected(entry: dict[str, Any]) -> str:
    """The ideal message with the places that its file has."""
    message: str = entry["ideal_message"]
    for stated, true in _MISCOUNTED.get(entry["id"], ()):
        message = message.replace(stated, true)
    return message


def facts_of(message: str) -> list[str]:
    """File with line, names in quotes, loops, options, words in capitals, lines, numbers, suggestions.

    Where a message begins with a run, what it offers instead and what it calls wrong are left out.
    """
    if message.startswith(_RUNS):
        message = _REJECTED.sub("", _ALTERNATIVE.split(message)[0])
    place = _PLACE.match(message)
    facts = [f"{place['file']}:{place['line']}"] if place else []
    rest = message[place.end() :] if place else message
    facts += [found[1] for found in _SUGGESTED.finditer(rest)]
    for found in _FACT.finditer(rest):
        fact = found["quoted"] or found["loop"] or found["option"] or found["capitals"] or found["number"]
        words = found["lines"].split(", ") if found["lines"] else [fact.rstrip("…")]
        facts += [word for word in words if word and word not in _UNSAID]
    return list(dict.fromkeys(facts))


def output_of(file: Path) -> str:
    """What checking and running print, and the values at the end."""
    with tempfile.TemporaryDirectory() as scratch:
        words = [sys.executable, "-m", "stockflow"]
        environment = {**os.environ, "STOCKFLOW_CACHE": "off", "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200"}
        said = ""
        for more in (["check", str(file)], ["run", str(file), "--output", str(Path(scratch) / "run.csv")]):
            done = subprocess.run(
                [*words, *more], capture_output=True, env=environment, cwd=scratch, check=False, timeout=60
            )
            said += (done.stdout + done.stderr).decode("utf-8", "replace")
        return said


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


if __name__ == "__main__":
    sys.exit(main())
