"""Runs models with pysimlin and writes for each the table `Time, name[sub1,sub2], ...`.

It runs in the peer's environment and must not import the package.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import simlin

from conformance.peers.jobs import main


def columns(model: Path, data: Sequence[Path] = ()) -> dict[str, list[float]]:
    if data:
        raise ValueError("pysimlin takes no files of data")
    frame = simlin.load(model).run(analyze_loops=False).results
    return {"Time": frame.index.tolist(), **{str(name): frame[name].tolist() for name in frame.columns}}


if __name__ == "__main__":
    main(columns, __doc__)
