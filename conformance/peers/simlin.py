"""Runs a model with pysimlin and writes the table `Time, name[sub1,sub2], ...`.

It runs in the peer's environment and must not import the package.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import simlin


def write_table(model: Path, out: Path, overrides: dict[str, float]) -> None:
    settings = {name.strip().lower().replace(" ", "_"): value for name, value in overrides.items()}
    frame = simlin.load(model).run(overrides=settings, analyze_loops=False).results
    with out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Time", *frame.columns])
        writer.writerows(
            [time, *row] for time, row in zip(frame.index.tolist(), frame.to_numpy().tolist(), strict=True)
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    options = parser.parse_args()
    pairs = (text.rsplit("=", 1) for text in options.set)
    write_table(options.model, options.out, {name: float(value) for name, value in pairs})


if __name__ == "__main__":
    main()
