"""Branch coverage of the packages that read, check and lower a model and write its text: `make coverage`.

It reads what the tests have measured, and fails where the tests take less than 95 % of the lines or of the branches of
one of the packages, or of all together.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import coverage

LEAST = 95.0
PLACE = "src/stockflow/"


@dataclass(frozen=True, slots=True)
class Figures:
    """Lines and branches of a package, and how many of them the tests have taken."""

    lines: int
    lines_taken: int
    branches: int
    branches_taken: int

    @staticmethod
    def of(files: Iterable[Mapping[str, Any]]) -> Figures:
        keys = ("num_statements", "covered_lines", "num_branches", "covered_branches")
        return Figures(*(sum(file["summary"][key] for file in files) for key in keys))

    @property
    def shares(self) -> tuple[float, float]:
        """Per cent of the lines and of the branches."""
        return 100 * self.lines_taken / self.lines, 100 * self.branches_taken / self.branches


def main() -> int:
    files = measured()
    names = sorted({name.removeprefix(PLACE).split("/")[0].removesuffix(".py") for name in files})
    rows = {name: Figures.of([file for key, file in files.items() if _is_of(key, name)]) for name in names}
    rows["together"] = Figures.of(list(files.values()))
    print(f"{'':12}{'lines':>8}{'taken':>9}{'branches':>11}{'taken':>9}")
    for name, found in rows.items():
        lines, branches = found.shares
        print(f"{name:12}{found.lines:8,}{lines:8.2f}%{found.branches:11,}{branches:8.2f}%")
    below = [name for name, found in rows.items() if min(found.shares) < LEAST]
    if below:
        print(f"below {LEAST:g} %: {', '.join(below)}", file=sys.stderr)
    return bool(below)


def measured() -> dict[str, Any]:
    """What was measured of each file."""
    data = coverage.Coverage()
    data.load()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "coverage.json"
        data.json_report(outfile=str(path))
        files: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["files"]
    return {Path(name).as_posix(): file for name, file in files.items()}


def _is_of(path: str, name: str) -> bool:
    return path.removeprefix(PLACE).split("/")[0] in (name, f"{name}.py")


if __name__ == "__main__":
    raise SystemExit(main())
