"""Random models of what PySD knows, held against PySD: `python -m conformance.generated_for_pysd --count 300 --seed 1`.

It prints how many models PySD could run, how often each function was called in those, and every difference.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from conformance.against_peers import PEERS, Opinion, line, opinions
from conformance.whole_table import Draw, Made, Writer, bounds, fill
from stockflow.conform import Case
from stockflow.functions.row import Function, Parameter
from stockflow.functions.table import Bound

# Not among these: what PySD reads in another way. PULSE, PULSE TRAIN and RAMP are on where the time itself lies within,
# in Vensim where the middle of the step does; into a DELAY FIXED goes what another delay comes to after the step.
CALLS = (
    "ABS", "ACTIVE INITIAL", "ARCCOS", "ARCSIN", "ARCTAN", "COS", "COSH", "DELAY N", "DELAY1", "DELAY1I",
    "DELAY3", "DELAY3I", "EXP", "FORECAST", "IF THEN ELSE", "INITIAL", "INTEG", "INTEGER", "LN", "LOG", "MAX", "MIN",
    "MODULO", "POWER", "PROD", "QUANTUM", "SAMPLE IF TRUE", "SIN", "SINH", "SMOOTH", "SMOOTH N", "SMOOTH3",
    "SMOOTH3I", "SMOOTHI", "SQRT", "STEP", "SUM", "TAN", "TANH", "TREND", "VMAX", "VMIN", "XIDZ", "ZIDZ",
)

# No stage of a delay is shorter than a step: PySD takes fewer stages then, and Vensim does not.
TIMES = ("3", "4", "6")
_VERTICAL = re.compile(r"\((-?\d+),-?\d+\),\(\1,")


@dataclass(frozen=True)
class PysdWriter(Writer):
    """Leaves out what PySD reads in another way.

    A range is no number (PySD counts within it, Vensim within its family), a comparison stands in a condition only
    (PySD hands it on as a truth value, of which numpy's functions make numbers of half precision), no power is one of
    a number with a sign (PySD drops the brackets, so that -0.5 squared is negative), a condition compares (for PySD
    what is no number is true), and nothing starts at a number without a fraction (PySD cuts off that of the first
    input then).
    """

    def argument(self, row: Function, place: int, parameter: Parameter, depth: int) -> str:
        made = super().argument(row, place, parameter, depth)
        if parameter.name == "condition":
            return f"(({made}) > 0)"
        return f"({made} + 0.5)" if parameter.name == "initial" else made

    def reference(self) -> str:
        name = self.pick([*self.names, "Time"])
        return self.subscripted(name) if name in self.names else str(name)

    def operation(self, depth: int) -> str:
        left, right = self.expression(depth - 1), self.expression(depth - 1)
        op = self.pick(["+", "-", "*", "/", "^", "<", ">=", "<>", ":AND:", ":OR:"])
        if op in ("<", ">=", "<>"):
            return f"IF THEN ELSE(({left}) {op} ({right}), {left}, {self.expression(0)})"
        if op in (":AND:", ":OR:"):
            return f"IF THEN ELSE(({left}) > 0 {op} ({right}) < 1, {right}, {self.expression(0)})"
        return f"(({left} + 0) ^ 2)" if op == "^" else f"(({left}) {op} ({right}))"

    def chosen(self, name: str) -> str:
        return str(self.pick(TIMES)) if name == "time" else super().chosen(name)


@st.composite
def models(draw: Draw) -> Made:
    """Without variables over a subrange, whose stocks and delays PySD mixes up or cannot run.

    Nor has a lookup a vertical step, which PySD refuses or, in an array of lookups, goes up too late or too early.
    """
    made = Made(known_calls())
    fill(draw, made, PysdWriter)
    assume("[part] =" not in made.text and not _VERTICAL.search(made.text))
    return made


@cache
def known_calls() -> tuple[Bound, ...]:
    """The calls that PySD knows with as many arguments."""
    return tuple(bound for bound in bounds("vensim") if bound.label in CALLS)


def drawn(count: int, seed: int) -> list[Made]:
    found: list[Made] = []

    @seeded(seed)
    @settings(
        max_examples=count, deadline=None, database=None, phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(models())
    def keep(made: Made) -> None:
        found.append(made)

    keep()
    return found


def held(made: list[Made], folder: Path) -> Iterator[Opinion]:
    """What PySD makes of each model, which gets a folder of its own, since PySD copies what is beside a model."""
    cases = []
    for number, one in enumerate(made):
        file = folder / str(number) / "model.mdl"
        file.parent.mkdir()
        file.write_text(one.text, encoding="utf-8")
        cases.append(Case(str(number), file, ()))
    yield from opinions(PEERS["pysd"], cases, {})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="number of models")
    parser.add_argument("--seed", type=int, default=1, help="of the draws")
    options = parser.parse_args()
    made = drawn(options.count, options.seed)
    with tempfile.TemporaryDirectory() as scratch:
        found = list(held(made, Path(scratch)))
    used: Counter[str] = Counter()
    for one, opinion in zip(made, found, strict=True):
        if opinion.status == "agrees":
            used.update(one.used)
        elif opinion.status != "cannot":
            print(one.text, line(opinion), sep="\n")
    counts = Counter(opinion.status for opinion in found)
    told = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    print(f"seed {options.seed}: {len(made)} models, {told}")
    print(", ".join(f"{label} {used[label]}" for label in CALLS))
    return 1 if counts["differs"] or counts["refused"] or not counts["agrees"] else 0


if __name__ == "__main__":
    sys.exit(main())
