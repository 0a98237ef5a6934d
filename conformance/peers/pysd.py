"""Runs models with PySD and writes for each the table `Time, name[sub1,sub2], ...`.

It runs in the peer's environment, or in any that holds PySD, and must not import the package.
"""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pysd

from conformance.peers.jobs import main, write


def columns(model: Path, data: Sequence[Path] = (), final_time: float | None = None) -> dict[str, list[float]]:
    """The base run as columns, `Time` first, to its end or to `final_time`."""
    with tempfile.TemporaryDirectory() as scratch:
        frame = run(model, Path(scratch), data, final_time)
    numbers = {str(name): frame[name].astype(float).tolist() for name in frame.columns}
    return {"Time": [float(time) for time in frame.index], **numbers}


def run(model: Path, scratch: Path, data: Sequence[Path], final_time: float | None) -> Any:
    """The frame of the base run. PySD writes a program beside the model: it gets a copy of the folder in `scratch`."""
    folder = scratch / "model"
    shutil.copytree(model.parent, folder)
    files = [str(as_table(path, scratch)) for path in data]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read = pysd.read_vensim if model.suffix.lower() == ".mdl" else pysd.read_xmile
        return read(str(folder / model.name), **({"data_files": files} if files else {})).run(final_time=final_time)


def as_table(data: Path, scratch: Path) -> Path:
    """A file of series that PySD reads: a Vensim .dat is written as columns."""
    if data.suffix.lower() != ".dat":
        return data
    series: dict[str, dict[str, str]] = {}
    values: dict[str, str] = {}
    for line in data.read_text(encoding="utf-8").splitlines():
        head, tab, value = line.strip().partition("\t")
        if tab:
            values[head] = value
        elif head:
            values = series.setdefault(head, {})
    times = sorted({time for one in series.values() for time in one}, key=float)
    table = scratch / f"{data.stem}.csv"
    write(table, ["Time", *series], ([time, *(one.get(time, "") for one in series.values())] for time in times))
    return table


if __name__ == "__main__":
    main(columns, __doc__)
