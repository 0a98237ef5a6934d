"""`python -m conformance.fuzzing --reader mdl --seconds 60`: search for inputs that a reader does not bear.

Exit code 0 says that none was found, 1 that some were: each lies in the folder of faults, made small, with its story.
`--replay FILE` tells what one input comes to.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from conformance.audit import ROOT
from conformance.fuzzing.library import library
from conformance.fuzzing.target import SUFFIXES, target

_STATUS = re.compile(r"#(?P<executions>\d+)\s+(?P<what>\w+)\s+cov: (?P<cov>\d+) ft: (?P<ft>\d+) corp: (?P<corp>\d+)")


def main() -> int:
    options = parser().parse_args()
    os.environ["STOCKFLOW_CACHE"] = "off"
    if options.replay is not None:
        return replayed(options.replay)
    options.faults.mkdir(parents=True, exist_ok=True)
    before = {path: path.stat().st_mtime_ns for path in known(options.faults, options.reader)}
    with tempfile.TemporaryDirectory() as scratch:
        corpus = options.corpus or Path(scratch)
        corpus.mkdir(parents=True, exist_ok=True)
        folder = None if options.plain else library()
        started = time.monotonic()
        if folder is None:
            broken = drawn(options, corpus)
        else:
            broken = guided(options, corpus, folder)
    now = known(options.faults, options.reader)
    found = sorted(path for path in now if path.stat().st_mtime_ns != before.get(path))
    print(f"{options.reader}: {time.monotonic() - started:.0f} s; {len(found)} kinds of faults{_listed(found)}")
    return 1 if found or broken else 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m conformance.fuzzing", description=__doc__)
    made.add_argument("--reader", choices=sorted(SUFFIXES), default="mdl")
    made.add_argument("--seconds", type=float, default=60)
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--corpus", type=Path, help="where inputs that lead somewhere new are kept between searches")
    made.add_argument("--faults", type=Path, default=ROOT / "build" / "fuzzing", help="where faults are put")
    made.add_argument("--plain", action="store_true", help="change inputs at random, without atheris")
    made.add_argument("--replay", type=Path, metavar="FILE", help="tell what one input comes to")
    return made


def known(folder: Path, reader: str) -> set[Path]:
    return {path for path in folder.glob(f"{reader}-*") if path.suffix != ".txt"}


def _listed(found: list[Path]) -> str:
    return "".join(f"\n  {path}" for path in found)


def replayed(path: Path) -> int:
    reader = next((name for name, suffix in SUFFIXES.items() if suffix == path.suffix), "xmile")
    with tempfile.TemporaryDirectory() as scratch:
        found = target(reader, Path(scratch))(path.read_bytes())
    print(found.fault.story if found.fault is not None else "no fault", *found.codes)
    return 1 if found.fault is not None else 0


def drawn(options: argparse.Namespace, corpus: Path) -> bool:
    from conformance.fuzzing.drawn import search

    print("Searching without atheris: changes at random, guided by the codes that are told", flush=True)
    found = search(options.reader, options.seconds, options.seed, corpus, options.faults)
    print(f"{found.executions} executions, {len(found.paths)} sets of codes")
    return False


def guided(options: argparse.Namespace, corpus: Path, folder: Path) -> bool:
    """Whether the search itself broke off; its status is told when it starts and when it ends."""
    given = (options.reader, f"{options.seconds:.0f}", str(options.seed), corpus, options.faults, folder)
    words = [sys.executable, "-m", "conformance.fuzzing.guided", *map(str, given)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))}
    last = None
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, text=True, errors="replace"
    ) as process:
        for line in process.stdout or ():
            status = _STATUS.match(line)
            if status is None or status["what"] == "INITED":
                print(line, end="", flush=True)
            last = status or last
    if last is not None:
        print(f"{last['executions']} executions, cov {last['cov']}, ft {last['ft']}, corpus {last['corp']}")
    return process.returncode != 0


if __name__ == "__main__":
    sys.exit(main())
