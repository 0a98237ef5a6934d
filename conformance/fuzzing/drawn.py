"""The search without atheris: inputs are changed at random, and those that run or tell a new set of codes once more.

Most inputs come from those that run, since what lies behind the reading of a model is reached by them alone.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from conformance.fuzzing.calls import seeded
from conformance.fuzzing.changes import changed, crossed, pool
from conformance.fuzzing.findings import Findings
from conformance.fuzzing.seeds import seeds
from conformance.fuzzing.target import Outcome, Target, target

LARGEST = 16_000
MOST = 3_000
"""Inputs that run, which are kept in memory only."""


@dataclass
class Search:
    """Inputs that are worth changing, and the sets of codes that they told; `executions` counts all inputs."""

    aim: Target
    findings: Findings
    kept: list[bytes] = field(default_factory=list)
    sound: list[bytes] = field(default_factory=list)
    paths: set[frozenset[str]] = field(default_factory=set)
    executions: int = 0

    def take(self, data: bytes) -> None:
        self.executions += 1
        found: Outcome = self.aim(data)
        if found.fault is not None:
            self.findings.add(found.fault, data)
        if found.sound and len(self.sound) < MOST:
            self.sound.append(data)
        path = frozenset((*found.codes, found.fault.kind if found.fault is not None else ""))
        if path not in self.paths:
            self.paths.add(path)
            self.kept.append(data)


def search(reader: str, seconds: float, seed: int, corpus: Path, faults: Path) -> Search:
    """Search until the seconds are over; what was worth keeping is read from `corpus` and written there."""
    until, random = time.monotonic() + seconds, seeded(seed)
    with tempfile.TemporaryDirectory() as name:
        own = Path(name)
        found = Search(target(reader, own, share=4), Findings(reader, faults, target(reader, own)))
        beginnings = [*(path.read_bytes() for path in sorted(corpus.iterdir())), *map(str.encode, seeds(reader))]
        pieces = pool(reader, [data.decode("utf-8", "replace") for data in beginnings])
        for data in beginnings:
            if time.monotonic() < until:
                found.take(data)
        known = len(found.kept)
        print(f"{found.executions} seeds tell {known} sets of codes", flush=True)
        while time.monotonic() < until:
            found.take(changed(pieces, _begun(reader, found, random), LARGEST, random.getrandbits(32)))
    for place, data in enumerate(found.kept[known:]):
        (corpus / f"{seed}-{place:04}").write_bytes(data)
    return found


def _begun(reader: str, found: Search, random: Random) -> bytes:
    """An input to change: one that runs or one of those kept, at times with pieces of another."""
    kept = found.sound if found.sound and random.random() < 0.7 else found.kept
    one = random.choice(kept)
    crosses = random.random() < 0.2
    return crossed(reader, one, random.choice(kept), LARGEST, random.getrandbits(32)) if crosses else one
