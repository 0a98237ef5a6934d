"""Models with exported runs beside them, run and held against these: what agrees, what does not, what is known.

It finds the models and their exports and uses the public functions; it must not know how differences are printed.
"""

from __future__ import annotations

import json
import tomllib
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from stockflow.api import ModelError, load
from stockflow.data.tabular import SUFFIXES as EXPORTS
from stockflow.data.tabular import Series, read
from stockflow.diagnostics.model import Report
from stockflow.limits import Limits, limits_of
from stockflow.reading import MODEL_SUFFIXES
from stockflow.simulate.compare import RTOL, Comparison, compare
from stockflow.simulate.result import Result

TABLE = "cases.json"
Status = Literal["pass", "known", "differs", "error", "vanished"]


@dataclass(frozen=True, slots=True)
class Case:
    """A model, the exports of which one has to agree, files that feed its data variables, a tolerance of its own."""

    name: str
    model: Path
    expected: tuple[Path, ...]
    data: tuple[Path, ...] = ()
    rtol: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What became of a case. `why` is one line; `comparison` is with the export that came nearest."""

    case: Case
    status: Status
    why: str = ""
    comparison: Comparison | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """Differences that are known, by the name of a case: the reasons."""

    reasons: dict[str, tuple[str, ...]] = field(default_factory=dict)


def ledger_of(path: Path) -> Ledger:
    """The ledger of a TOML file with tables `[[difference]]` of `case` and `reason`. Raises ValueError, OSError."""
    reasons: dict[str, tuple[str, ...]] = {}
    for row in tomllib.loads(path.read_text(encoding="utf-8")).get("difference", []):
        reasons[row["case"]] = (*reasons.get(row["case"], ()), str(row.get("reason", "")))
    return Ledger(reasons)


def cases_in(folder: Path) -> list[Case]:
    """The cases of a folder: those of its table `cases.json`, else every model with an export beside it.

    An export belongs to a model if it has the model's name, or is called `output`, alone or with a word after `_`,
    where the folder holds models of one name only. Raises ValueError where the table is none.
    """
    table = folder / TABLE
    if table.is_file():
        return [_of_row(row, folder) for row in json.loads(table.read_text(encoding="utf-8"))]
    return list(_found(folder))


def _of_row(row: dict[str, Any], folder: Path) -> Case:
    expected = (row["expected"], *row.get("also_accepted", ()))
    return Case(
        row["id"], folder / row["model"], tuple(folder / name for name in expected),
        tuple(folder / name for name in row.get("data", ())), row.get("rtol"),
    )


def _found(folder: Path) -> Iterator[Case]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    exports = [path for path in files if path.suffix.lower() in EXPORTS]
    for model in (path for path in files if path.suffix.lower() in MODEL_SUFFIXES):
        beside = [path for path in exports if path.parent == model.parent]
        named = tuple(path for path in beside if path.stem == model.stem)
        outputs = tuple(path for path in beside if path.stem == "output" or path.stem.startswith("output_"))
        if named or outputs:
            yield Case(model.relative_to(folder).as_posix(), model, named or outputs)


def conform(
    cases: Sequence[Case], ledger: Ledger = Ledger(), rtol: float = RTOL, limits: Mapping[str, float] | None = None
) -> Iterator[Verdict]:
    """A verdict for each case in order. A case of the ledger is known; one that agrees all the same has vanished."""
    for case in cases:
        found = judge(case, rtol, limits)
        if case.name not in ledger.reasons:
            yield found
        elif found.status == "pass":
            yield Verdict(case, "vanished", "it is in the ledger, and agrees", found.comparison)
        else:
            yield Verdict(case, "known", ledger.reasons[case.name][0], found.comparison)


def judge(case: Case, rtol: float = RTOL, limits: Mapping[str, float] | None = None) -> Verdict:
    """Run a case and hold it against its exports."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = load(case.model, data=case.data, limits=limits).simulate()
    except ModelError as fault:
        return Verdict(case, "error", _first_line(fault))
    rtol = rtol if case.rtol is None else case.rtol
    compared = [_compared(path, result, rtol, limits_of(limits or {})) for path in case.expected]
    there = [one for one in compared if one is not None]
    if not there:
        return Verdict(case, "error", "none of its exports can be read")
    best = max(there, key=lambda one: (agrees(one), sum(column.agrees for column in one.columns)))
    return Verdict(case, "pass", "", best) if agrees(best) else Verdict(case, "differs", why(best), best)


def agrees(comparison: Comparison) -> bool:
    """Every column of the export, at every time of it."""
    return comparison.agrees and not comparison.absent_times


def why(comparison: Comparison) -> str:
    """The worst column of a comparison that does not agree, and what is missing."""
    parts = []
    differing = [column for column in comparison.columns if not column.agrees]
    if differing:
        worst = max(differing, key=lambda column: column.excess)
        at = f"'{worst.label}' at {worst.time:g} is {worst.found:.9g}, the export has {worst.expected:.9g}"
        parts.append(f"{len(differing)} of {len(comparison.columns)} columns differ: {at}")
    if comparison.missing:
        parts.append(f"{len(comparison.missing)} are missing, such as '{comparison.missing[0]}'")
    if comparison.absent_times:
        parts.append(f"{comparison.absent_times} times of the export were not saved")
    return "; ".join(parts) or "the export holds no column to compare"


def _first_line(fault: ModelError) -> str:
    lines = str(fault).splitlines()
    return lines[0] if lines else "the model cannot be run"


def _compared(path: Path, result: Result, rtol: float, limits: Limits) -> Comparison | None:
    if not path.is_file():
        return None
    report = Report()
    series: dict[str, Series] = read(path, report, limits)
    return None if report.failed else compare(series, result, rtol=rtol)
