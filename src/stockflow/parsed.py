"""Parsed models kept in a folder between processes: by the content of the file and the version of the reader.

An entry is plain data; one that is damaged, cut off or of another version counts as none. It must not know a language.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from stockflow import aside
from stockflow._version import __version__
from stockflow.diagnostics.model import Diagnostic, Report
from stockflow.ir import plain
from stockflow.ir.model import Project
from stockflow.source import Source

# A file that is shorter is read as quickly as an entry.
LEAST_CHARACTERS = 100_000
MAX_FOLDER_BYTES = 500_000_000
SUFFIX = ".parsed.json"

Reader = Callable[[Source, Report], Project]


def through(folder: Path | None, source: Source, read: Reader, report: Report) -> Project:
    """What `read` makes of a source, taken from the folder where it stands there, and kept there where it is sound."""
    if folder is None or len(source.text) < LEAST_CHARACTERS:
        return read(source, report)
    entry = folder / f"{_key(source, read)}{SUFFIX}"
    found = _taken(entry, source)
    if found is not None:
        project, told = found
        for item in told:
            report.add(item)
        return project
    before = len(report.items)
    project = read(source, report)
    if not report.failed:
        _keep(entry, source, project, tuple(report.items[before:]))
    return project


def _key(source: Source, read: Reader) -> str:
    limits = (f"{name} {value}" for name, value in source.limits.changed())
    parts = (source.sha256, source.name, source.encoding, read.__module__, reader_version(), *limits)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@cache
def reader_version() -> str:
    """The version, and the state of the files that reading rests on: another state, another reader."""
    here = Path(__file__).resolve().parent
    grammars = (here / "grammars", here.parents[1] / "grammars")
    folders = (here, *(here / name for name in ("diagnostics", "ir", "language", "dialects")), *grammars)
    states = (f"{file.name} {file.stat().st_mtime_ns} {file.stat().st_size}" for file in _files(folders))
    return f"{__version__} {hashlib.sha256(' '.join(states).encode()).hexdigest()}"


def _files(folders: tuple[Path, ...]) -> Iterator[Path]:
    for folder in folders:
        pattern = "*/*" if folder.name == "dialects" else "*"
        yield from sorted(file for file in folder.glob(pattern) if file.suffix in (".py", ".lark", ".toml"))


def _taken(entry: Path, source: Source) -> tuple[Project, tuple[Diagnostic, ...]] | None:
    """The entry's model and what its reading told; None where there is no sound entry."""
    try:
        digest, _, data = entry.read_bytes().partition(b"\n")
        if hashlib.sha256(data).hexdigest().encode() != digest:
            return None
        program, constants = json.loads(data)
        project, told = plain.load(program, constants, source)
        os.utime(entry)
    except (OSError, ValueError, TypeError, RecursionError, MemoryError):
        return None
    sound = isinstance(project, Project) and all(isinstance(item, Diagnostic) for item in told)
    return (project, told) if sound else None


def _keep(entry: Path, source: Source, project: Project, told: tuple[Diagnostic, ...]) -> None:
    """Put the entry into the folder. Where nothing can be kept, the model runs as well without."""
    try:
        data = json.dumps(plain.dump((project, told), source), separators=(",", ":")).encode()
        entry.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        whole = hashlib.sha256(data).hexdigest().encode() + b"\n" + data
        aside.put(entry, lambda file: file.buffer.write(whole), mode=0o600)
        _thin_out(entry.parent)
    except (OSError, plain.Unfit):
        return


def _thin_out(folder: Path) -> None:
    """Remove the entries that were used longest ago until the rest is within the limit."""
    facts: list[tuple[float, int, Path]] = []
    for file in chain(folder.glob(f"*{SUFFIX}"), folder.glob(aside.PATTERN)):
        state: Any = file.stat()
        facts.append((state.st_mtime, state.st_size, file))
    total = sum(size for _, size, _ in facts)
    for _, size, file in sorted(facts, key=lambda fact: fact[0]):
        if total <= MAX_FOLDER_BYTES:
            return
        file.unlink(missing_ok=True)
        total -= size
