"""The search that new paths guide, by atheris: run in a process of its own, since it ends with that process.

`python -m conformance.fuzzing.guided READER SECONDS SEED CORPUS FAULTS ATHERIS`, where ATHERIS is its folder.
"""

from __future__ import annotations

import pkgutil
import resource
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

MEMORY = 6 << 30
LARGEST = 16_000


def main(reader: str, seconds: str, seed: str, corpus: str, faults: str, library: str) -> None:
    sys.path.insert(0, library)
    atheris: Any = import_module("atheris")
    with atheris.instrument_imports(include=["stockflow"]):
        package = import_module("stockflow")
        for found in pkgutil.walk_packages(package.__path__, "stockflow."):
            if not found.name.endswith("__main__"):
                import_module(found.name)
    from conformance.fuzzing.changes import changed, crossed, pool
    from conformance.fuzzing.findings import Findings
    from conformance.fuzzing.seeds import seeds, written
    from conformance.fuzzing.target import target

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    beginnings, own = (Path(tempfile.mkdtemp()) for _ in range(2))
    written(reader, beginnings)
    aim = target(reader, own, share=4)
    findings = Findings(reader, Path(faults), target(reader, own))
    pieces = pool(reader, seeds(reader))

    def one(data: bytes) -> None:
        fault = aim(data).fault
        if fault is not None:
            findings.add(fault, data)

    def change(data: bytes, most: int, number: int) -> bytes:
        if number % 20 == 0:
            return bytes(atheris.Mutate(data, most))
        return changed(pieces, data, most, number)

    def cross(one: bytes, other: bytes, most: int, number: int) -> bytes:
        return crossed(reader, one, other, most, number)

    options = (
        f"-max_total_time={seconds}", f"-seed={seed}", f"-max_len={LARGEST}", "-timeout=1000", "-rss_limit_mb=0",
        "-print_final_stats=1", "-report_slow_units=100000", "-reload=0", f"-artifact_prefix={faults}/{reader}-",
    )
    atheris.Setup(
        ["fuzzing", *options, corpus, str(beginnings)], one, custom_mutator=change, custom_crossover=cross
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
