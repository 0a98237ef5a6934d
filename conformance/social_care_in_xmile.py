"""Holds the two formats of children's social care against each other and against other engines.

All scenarios run from `model.mdl` and from `model.xmile` and are compared at every step; then each file runs in
pysimlin and in PySD, as far as they can open it. Run as `python -m conformance.social_care_in_xmile`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from conformance.base_run_against_simlin import compare as against_simlin
from conformance.compare import Columns, beyond, differences, from_dataset, read_table
from conformance.peers.environment import ROOT, run_peer

FOLDER = ROOT / "reference_models" / "children_social_care"
FORMATS = ("model.mdl", "model.xmile")
OWN, PEERS = 1e-12, 1e-9
"""Relative tolerances: between our two runs, and against an engine that takes sums in another order."""
STEP = 0.125
"""The model's TIME STEP: what happens between two months is compared too."""
SETTINGS = ("initial time", "final time", "time step", "saveper")
"""Variables of the model in Vensim, settings of the run in XMILE."""


def main() -> int:
    failed = [not formats_agree(), *(not agrees_with_simlin(FOLDER / name) for name in FORMATS)]
    failed += [not agrees_with_pysd(FOLDER / name) for name in FORMATS]
    return 1 if any(failed) else 0


def formats_agree() -> bool:
    """Every scenario at every step, all columns."""
    import stockflow as sf

    scenarios = json.loads((FOLDER / "scenarios.json").read_text(encoding="utf-8"))
    models = [sf.load(FOLDER / name) for name in FORMATS]
    fine = True
    for name, scenario in scenarios.items():
        first, second = (from_dataset(model.run(scenario["set"], saveper=STEP)) for model in models)
        found = differences(without(first, SETTINGS), second)
        worst = beyond(found, OWN)
        fine &= not worst
        print(f"{max(found.values()):8.1e}  {len(found) - len(worst)} of {len(found)} columns, "
              f"{len(first['time'])} times  {name}")
    print(f"model.mdl and model.xmile {'agree' if fine else 'do not agree'} to {OWN:g} in {len(scenarios)} scenarios")
    return fine


def agrees_with_simlin(file: Path) -> bool:
    found = against_simlin(file)
    return told("pysimlin", file, found)


def agrees_with_pysd(file: Path) -> bool:
    """A file that PySD cannot open says nothing about the file; its own words are printed."""
    import stockflow as sf

    with tempfile.TemporaryDirectory() as scratch:
        table = Path(scratch) / "pysd.csv"
        try:
            run_peer("pysd", str(file), str(table))
        except subprocess.CalledProcessError as fault:
            print(f"PySD cannot open {file.name}: {last_words(fault.stderr)}")
            return True
        expected = read_table(table)
    return told("PySD", file, differences(without(expected, SETTINGS), from_dataset(sf.load(file).run())))


def without(columns: Columns, names: tuple[str, ...]) -> Columns:
    return {key: values for key, values in columns.items() if key not in names}


def last_words(text: str) -> str:
    """The line of a traceback that says what was wrong."""
    lines = [line for line in text.splitlines() if line and not line[0].isspace()]
    return lines[-1] if lines else "no reason given"


def told(peer: str, file: Path, found: dict[str, float]) -> bool:
    worst = beyond(found, PEERS)
    for name, size in list(worst.items())[:10]:
        print(f"{size:9.2e}  {name}")
    print(f"{peer} opens {file.name}: {len(found) - len(worst)} of {len(found)} columns agree to {PEERS:g}; "
          f"the largest relative difference is {max(found.values()):.2e}")
    return not worst


if __name__ == "__main__":
    sys.exit(main())
