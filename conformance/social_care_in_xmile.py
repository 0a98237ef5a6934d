"""Holds the two formats of children's social care against each other: all scenarios, every column, at every step.

Run as `python -m conformance.social_care_in_xmile`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import stockflow as sf
from conformance.cases import ROOT
from conformance.compare import beyond, differences
from stockflow.simulate.compare import series_of

FOLDER = ROOT / "reference_models" / "children_social_care"
FORMATS = ("model.mdl", "model.xmile")
AGREED = 1e-12
"""Relative: between two runs of ours."""
STEP = 0.125
"""The model's TIME STEP: what happens between two months is compared too."""


def main() -> int:
    found = dict(scenarios())
    for name, sizes in found.items():
        agreeing = len(sizes) - len(beyond(sizes, AGREED))
        print(f"{max(sizes.values()):8.1e}  {agreeing} of {len(sizes)} columns  {name}")
    fine = not any(beyond(sizes, AGREED) for sizes in found.values())
    print(f"{' and '.join(FORMATS)} {'agree' if fine else 'do not agree'} to {AGREED:g} in {len(found)} scenarios")
    return 0 if fine else 1


def scenarios() -> Iterator[tuple[str, dict[str, float]]]:
    """The differences of every column at every step, by scenario."""
    listed = json.loads((FOLDER / "scenarios.json").read_text(encoding="utf-8"))
    models = [sf.load(FOLDER / name) for name in FORMATS]
    for name, scenario in listed.items():
        first, second = (model.simulate(scenario["set"], saveper=STEP) for model in models)
        yield name, differences(series_of(first), second)


if __name__ == "__main__":
    sys.exit(main())
