"""Random models over the whole function table: both texts, a batch and the plain evaluator must say the same.

`python -m conformance.generated_models --count 3000 --seed 1` tells how many models were held against each other, how
often each function was called in them, and the smallest model that could be found in which two of them differ.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis.strategies import SearchStrategy

from conformance.opinions import Held, hold
from conformance.whole_table import Made, bounds, models
from conformance.whole_table_xmile import drawn, xmile_models
from stockflow.functions.table import Bound

LANGUAGES: dict[str, tuple[Callable[[], SearchStrategy[Made]], Callable[[], tuple[Bound, ...]]]] = {
    "vensim": (models, lambda: bounds("vensim")),
    "xmile": (xmile_models, drawn),
}


@dataclass
class Tally:
    """What has been seen so far; `every` collects disagreements where a search is to go on after one."""

    models: int = 0
    compared: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    delicate: list[str] = field(default_factory=list)
    used: Counter[str] = field(default_factory=Counter)
    numbers: int = 0
    finite: int = 0
    every: list[str] | None = None

    def add(self, made: Made, found: Held) -> None:
        """`compared` counts the models of which all opinions were had and held against each other."""
        self.models += 1
        self.numbers += found.numbers
        self.finite += found.finite
        self.refused.update(found.refused)
        self.unknown.update(found.unknown)
        if found.delicate:
            self.delicate.append(made.text)
        if not (found.refused or found.unknown or found.delicate):
            self.compared += 1
            self.used.update(made.used)


class Disagreement(AssertionError):
    """Two opinions differ; the text is the model and what differs."""


def check(folder: Path, made: Made, tally: Tally) -> None:
    """Hold one model's opinions against each other."""
    path = folder / f"model{made.suffix}"
    path.write_text(made.text, encoding="utf-8")
    found = hold(path, made.method, {"k0": (made.first, made.other)})
    tally.add(made, found)
    if found.wrong:
        told = f"method: {made.method}, k0: {made.first:g}, {made.other:g}"
        fault = Disagreement("\n".join([made.text, told, *found.wrong[:6]]))
        if tally.every is None:
            raise fault
        tally.every.append(str(fault))


def search(
    count: int, seed: int, tally: Tally, progress: Callable[[Tally], None], language: str = "vensim"
) -> str:
    """So many models, or fewer where one disagrees: the smallest such model, or nothing."""
    with tempfile.TemporaryDirectory() as folder:

        @seeded(seed)
        @settings(
            max_examples=count, deadline=None, database=None, phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
        )
        @given(LANGUAGES[language][0]())
        def all_agree(made: Made) -> None:
            check(Path(folder), made, tally)
            progress(tally)

        try:
            all_agree()
        except Disagreement as found:
            return str(found)
    return "\n\n".join(tally.every or ())


def report(tally: Tally, seed: int, wrong: str, seconds: float, language: str = "vensim") -> str:
    calls = LANGUAGES[language][1]()
    labels = list(dict.fromkeys(bound.label for bound in calls))
    rows = {bound.row.key for bound in calls if tally.used[bound.label]}
    lines = [
        f"seed {seed}: {tally.models} models, {tally.compared} compared, {tally.numbers:,} numbers, {seconds:.0f} s",
        f"{tally.finite:,} of the numbers are finite",
        f"functions called: {len(rows)} of {len({bound.row.key for bound in calls})} rows",
        ", ".join(f"{label} {tally.used[label]}" for label in labels),
        f"refused by the engine: {sum(tally.refused.values())} {dict(tally.refused)}",
        f"without a second opinion: {sum(tally.unknown.values())} {dict(tally.unknown)}",
        f"set aside, since a last bit decides: {len(tally.delicate)}",
        f"disagreements: {len(tally.every) if tally.every is not None else int(bool(wrong))}",
    ]
    return "\n".join([*lines, wrong] if wrong else lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="number of models")
    parser.add_argument("--seed", type=int, default=1, help="of the draws")
    parser.add_argument("--every", action="store_true", help="go on after a disagreement, which is not made smaller")
    parser.add_argument("--aside", type=Path, help="a file for the models that are set aside")
    parser.add_argument("--language", choices=list(LANGUAGES), default="vensim", help="of the models")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    begun = time.monotonic()

    def progress(tally: Tally) -> None:
        if tally.models % 100 == 0:
            print(f"{tally.models} models", file=sys.stderr)

    tally = Tally(every=[] if asked.every else None)
    wrong = search(asked.count, asked.seed, tally, progress, asked.language)
    print(report(tally, asked.seed, wrong, time.monotonic() - begun, asked.language))
    if asked.aside is not None:
        asked.aside.write_text("\n\n".join(tally.delicate), encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
