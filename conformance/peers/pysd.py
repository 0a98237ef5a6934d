"""Runs a model with PySD and writes the table `Time, name[sub1,sub2], ...`.

It runs in the peer's environment, or in any that holds PySD, and must not import the package.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

import pysd


def run(model: Path, scratch: Path, final_time: float | None = None) -> Any:
    """The frame of the base run. PySD writes a program beside the model, so it gets a copy in `scratch`."""
    copy = scratch / model.name
    shutil.copyfile(model, copy)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read = pysd.read_vensim if model.suffix.lower() == ".mdl" else pysd.read_xmile
        return read(str(copy)).run(final_time=final_time)


def columns(model: Path, scratch: Path, final_time: float | None = None) -> dict[str, list[float]]:
    """The base run as columns, `Time` first, to its end or to `final_time`."""
    frame = run(model, scratch, final_time)
    numbers = {str(name): frame[name].astype(float).tolist() for name in frame.columns}
    return {"Time": [float(time) for time in frame.index], **numbers}


def write_table(model: Path, out: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        table = columns(model, Path(scratch))
    with out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(table)
        writer.writerows(zip(*table.values(), strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    write_table(options.model, options.out)


if __name__ == "__main__":
    main()
