"""Environments for peers: `.peers/NAME`, made on demand with one pinned requirement, and what a peer makes of models.

It must not know what a peer does; it only starts the peer's script with the peer's Python.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = {"simlin": "pysimlin==0.8.5", "pysd": "pysd==3.14.3"}
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Job:
    """A model, the files of data that it reads, and the table that the peer is to write."""

    model: Path
    out: Path
    data: tuple[Path, ...] = ()


def python_of(name: str) -> Path:
    """The interpreter of a peer's environment, which is made where it is missing or of another version."""
    folder = ROOT / ".peers" / name
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    stamp = folder / "requirement.txt"
    wanted = REQUIREMENTS[name]
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        print(f"Setting up {folder.relative_to(ROOT)} with {wanted} (once) ...", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "--disable-pip-version-check", "-q", "install", wanted], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return python


def ask(peer: str, jobs: Sequence[Job], seconds: int = 60) -> list[str]:
    """For each job nothing where its table was written, else what the peer says.

    A model may take so many seconds of processor time. Raises subprocess.CalledProcessError where the peer cannot be
    started.
    """
    python = python_of(peer)
    shares = [jobs[start::WORKERS] for start in range(WORKERS)]
    with ThreadPoolExecutor(WORKERS) as pool:
        answers = list(pool.map(lambda share: _share(python, peer, share, seconds), shares))
    return [answers[place % WORKERS][place // WORKERS] for place in range(len(jobs))]


def _share(python: Path, peer: str, jobs: Sequence[Job], seconds: int) -> list[str]:
    """The answers of one process; where it ends before its last job, the rest have none but that."""
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "jobs.json"
        file.write_text(json.dumps([_plain(job) for job in jobs]), encoding="utf-8")
        words = [str(python), "-m", f"conformance.peers.{peer}", str(file), "--seconds", str(seconds)]
        done = subprocess.run(words, check=False, cwd=ROOT, capture_output=True)
    told = [json.loads(line)["fault"] for line in done.stdout.decode("utf-8").splitlines()]
    if jobs and not told:
        done.check_returncode()
    return [*told, *["its process ended"] * (len(jobs) - len(told))]


def _plain(job: Job) -> dict[str, object]:
    data = [str(path.resolve()) for path in job.data]
    return {"model": str(job.model.resolve()), "out": str(job.out.resolve()), "data": data}
