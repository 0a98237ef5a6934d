"""The cases that the engine is held against: our own, of `cases.toml`, and the published ones beside the repository.

It must not know how a case is judged.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stockflow.conform import Case, cases_in
from stockflow.reading import MODEL_SUFFIXES

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "conformance" / "cases.toml"
KNOWN = ROOT / "conformance" / "known_differences.toml"
PUBLISHED = ROOT.parent / "shared" / "cases"


@dataclass(frozen=True, slots=True)
class Own:
    """A case of ours: where what is expected comes from, what must become of it, and the peers that run it too."""

    case: Case
    source: str
    status: str
    peers: tuple[str, ...]


def own_cases(table: Path = TABLE) -> list[Own]:
    """The rows of the table, in order. Raises ValueError or KeyError where one is wrong."""
    return [_own(row) for row in tomllib.loads(table.read_text(encoding="utf-8"))["case"]]


def _own(row: dict[str, object]) -> Own:
    file, expected = str(row["file"]), str(row["expected"])
    case = Case(file, ROOT / file, (ROOT / expected,) if expected else (), (), float(str(row["tolerance"])))
    peers = row["peers"]
    assert isinstance(peers, list)
    return Own(case, str(row["source"]), str(row["status"]), tuple(map(str, peers)))


def published_cases(folder: Path = PUBLISHED) -> list[Case]:
    """The published cases with their outputs; none where they are not beside the repository."""
    return cases_in(folder) if (folder / "cases.json").is_file() else []


def published_models(folder: Path = PUBLISHED) -> Iterator[Case]:
    """The published cases, then the models among them that have no output."""
    cases = published_cases(folder)
    yield from cases
    known = {case.model for case in cases}
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in MODEL_SUFFIXES) if cases else []
    yield from (Case(path.relative_to(folder).as_posix(), path, ()) for path in files if path not in known)
