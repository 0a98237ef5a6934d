"""`stockflow check --reality`: the reality checks of models, which held, which failed and when.

It asks the api to run them and prints; it must not know how a check is run.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stockflow.cli.endings import CLEAN, MODEL, code_of, print_json, reported, show, visible
from stockflow.diagnostics.model import Diagnostic
from stockflow.diagnostics.render import as_json as diagnostic_values

if TYPE_CHECKING:
    from stockflow.prepare import Format
    from stockflow.simulate.reality import Breach, Compared, Finding, Reality

MOST_INTERVALS = 5


def checked(
    told: Sequence[tuple[Path, list[Diagnostic]]], *, data_dir: Path | None, limits: dict[str, int],
    format_: Format | None, data: Sequence[Path], as_json: bool,
) -> int:
    """Run the checks of the models of which nothing was `told` that is an error; print all that was found."""
    from stockflow import api

    made: list[tuple[Path, Reality]] = []
    with reported(as_values=as_json):
        for path, items in told:
            if code_of(items) == CLEAN:
                model = api.load(path, data=data, data_dir=data_dir, limits=limits, format=format_)
                made.append((path, model.reality()))
    found = [item for _, items in told for item in items]
    found += [item for _, reality in made for item in reality.diagnostics]
    if as_json:
        findings = [_values(path, one) for path, reality in made for one in reality.findings]
        print_json({"diagnostics": [diagnostic_values(item) for item in found], "reality": findings})
    else:
        show(found, err=False)
        for path, reality in made:
            click.echo("\n".join(_lines(path, reality)))
    return code_of(found) or (MODEL if any(reality.failed for _, reality in made) else CLEAN)


def _lines(path: Path, reality: Reality) -> Iterator[str]:
    for one in reality.findings:
        yield from map(visible, _finding_lines(one))
    counts = ", ".join(f"{reality.count(status)} {status}" for status in ("held", "failed", "not tested"))
    number = len(reality.findings)
    told = f"{number} reality check{'' if number == 1 else 's'}" + (f": {counts}" if number else "")
    yield visible(f"{path}: {told}")


def _finding_lines(one: Finding) -> Iterator[str]:
    line = f" (line {one.line})" if one.line is not None else ""
    saved = f" at {one.times} saved time{'' if one.times == 1 else 's'}" if one.status == "held" else ""
    reason = f": {one.reason}" if one.reason else ""
    yield f"{one.status:<10}  {one.name}{line}{saved}{reason}"
    for breach in one.breaches:
        yield from _breach_lines(breach)


def _breach_lines(breach: Breach) -> Iterator[str]:
    shown = [f"{first:g}" if first == last else f"{first:g} to {last:g}" for first, last in breach.intervals]
    left = len(shown) - MOST_INTERVALS
    more = f" and {left} more times" if left > 0 else ""
    inputs = f", with {' and '.join(breach.inputs)}" if breach.inputs else ""
    yield f"            from {breach.first:g} on: {', '.join(shown[:MOST_INTERVALS])}{more}{inputs}"
    yield from (f"            at {breach.first:g}: {_compared(one)}" for one in breach.values)


def _compared(one: Compared) -> str:
    right = "" if one.right is None else f" and {one.right:g}"
    return f"{one.text}, where the values are {one.left:g}{right}" if right else f"{one.text} is {one.left:g}"


def _values(path: Path, one: Finding) -> dict[str, object]:
    return {
        "model": str(path),
        "name": one.name,
        "status": one.status,
        "reason": one.reason,
        "line": one.line,
        "equation": one.text,
        "times": one.times,
        "breaches": [
            {
                "inputs": list(breach.inputs),
                "first": breach.first,
                "intervals": [list(interval) for interval in breach.intervals],
                "compared": [
                    {"text": item.text, "left": _finite(item.left), "right": _finite(item.right)}
                    for item in breach.values
                ],
            }
            for breach in one.breaches
        ],
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
