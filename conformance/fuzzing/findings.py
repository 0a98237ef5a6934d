"""The faults of a search: each kind is kept once, as the smallest input that could be found and a story beside it."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conformance.fuzzing.target import SUFFIXES, Fault, Target

SECONDS = 20
"""How long an input is made smaller."""


@dataclass
class Findings:
    """Faults by kind, with how often each was met; the files of one are named by the hash of its kind."""

    reader: str
    folder: Path
    target: Target
    seen: Counter[str] = field(default_factory=Counter)

    def add(self, fault: Fault, data: bytes) -> None:
        self.seen[fault.kind] += 1
        if self.seen[fault.kind] > 1:
            return
        least = smaller(data, lambda text: self.shows(text, fault.kind))
        found = self.target(least).fault or fault
        path = self.folder / f"{self.reader}-{hashlib.sha256(fault.kind.encode()).hexdigest()[:8]}"
        path.with_suffix(SUFFIXES[self.reader]).write_bytes(least)
        path.with_suffix(".txt").write_text(f"{found.kind}\n{found.story}\n", encoding="utf-8", errors="replace")
        print(f"FAULT {found.kind} -> {path}", flush=True)

    def shows(self, data: bytes, kind: str) -> bool:
        fault = self.target(data).fault
        return fault is not None and fault.kind == kind


def smaller(data: bytes, still: Callable[[bytes], bool]) -> bytes:
    """A part of the input that still shows its fault: lines, then signs are left out while time is left."""
    until = time.monotonic() + SECONDS
    parts: Sequence[bytes] = data.splitlines(keepends=True)
    parts = _fewer(parts, still, until)
    signs = [bytes([sign]) for sign in b"".join(parts)]
    return b"".join(_fewer(signs, still, until))


def _fewer(parts: Sequence[bytes], still: Callable[[bytes], bool], until: float) -> Sequence[bytes]:
    size = max(1, len(parts) // 2)
    while parts and time.monotonic() < until:
        place, length = 0, len(parts)
        while place < len(parts) and time.monotonic() < until:
            fewer = (*parts[:place], *parts[place + size :])
            if still(b"".join(fewer)):
                parts = fewer
            else:
                place += size
        if size == 1 and len(parts) == length:
            break
        size = max(1, size // 2)
    return parts
