"""Holds the base run of children's social care against pysimlin's, column by column.

Run as `python -m conformance.base_run_against_simlin [MODEL]`; it must not know how either engine works.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from conformance.compare import beyond, differences, from_dataset, read_table
from conformance.peers.environment import ROOT, run_peer

MODEL = ROOT / "reference_models" / "children_social_care" / "model.mdl"
CONTROLS = {"dt", "initial time", "final time", "saveper", "time step"}
"""Names that the peer gives to the time settings."""
NET_FLOW = " net flow"
"""The ending of the flows that the peer makes of a rate which is no variable of the model."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, nargs="?", default=MODEL)
    parser.add_argument("--tolerance", type=float, default=1e-9)
    options = parser.parse_args()
    found = compare(options.model)
    worst = beyond(found, options.tolerance)
    for name, size in worst.items():
        print(f"{size:9.2e}  {name}")
    largest = max(found.values())
    print(f"{options.model.name}: {len(found) - len(worst)} of {len(found)} columns agree to {options.tolerance:g}; "
          f"the largest relative difference is {largest:.2e}")
    return 1 if worst else 0


def compare(model: Path) -> dict[str, float]:
    """The largest relative difference of every column that pysimlin writes."""
    import stockflow as sf

    with tempfile.TemporaryDirectory() as scratch:
        table = Path(scratch) / "simlin.csv"
        run_peer("simlin", str(model.resolve()), str(table))
        expected = read_table(table)
    made_up = CONTROLS | {name for name in expected if name.removesuffix(NET_FLOW) in expected.keys() - {name}}
    wanted = {name: values for name, values in expected.items() if name not in made_up}
    return differences(wanted, from_dataset(sf.load(model).run()))


if __name__ == "__main__":
    sys.exit(main())
