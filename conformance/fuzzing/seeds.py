"""The models that fuzzing begins with: the project's own small ones, and the examples of diagnostics and of functions.

Nothing here is made by fuzzing; what a search has found may be kept in a folder of the user's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from conformance.audit import ROOT
from conformance.fuzzing.target import SUFFIXES
from conformance.whole_table import Made, models
from conformance.whole_table_xmile import xmile_models
from stockflow.diagnostics.codes import CODES
from stockflow.functions.row import Example, Function
from stockflow.functions.table import ROWS

LARGEST = 12_000
DRAWN = 30
FOLDERS = ("conformance/fuzzing/models", "tests/golden/models", "tests/diagnostics/broken", "reference_models")
CLOCK = "INITIAL TIME = 0 ~~|\nFINAL TIME = 4 ~~|\nTIME STEP = 0.5 ~~|\nSAVEPER = TIME STEP ~~|\n"
VENDORS = {"xmile": "Somebody", "stella": "isee systems, inc.", "ventana": "Ventana Systems, Inc."}
_RANGE = re.compile(r"\s*([\w ]+?)\s*:\s*([\w ,]+)")


@cache
def seeds(reader: str) -> tuple[str, ...]:
    made = {"mdl": vensim_examples, "xmile": xmile_examples}[reader]
    return (*files(reader), *made(), *drawn(reader))


def drawn(reader: str) -> list[str]:
    """A few of the random models that the engine is held against others by; the same each time."""
    found: list[str] = []

    @seeded(1)
    @settings(
        max_examples=DRAWN, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given({"mdl": models, "xmile": xmile_models}[reader]())
    def collect(made: Made) -> None:
        found.append(made.text)

    collect()
    return found


def files(reader: str) -> Iterator[str]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob(f"*{SUFFIXES[reader]}")):
            if path.is_file() and path.stat().st_size <= LARGEST:
                yield path.read_text(encoding="utf-8")


def vensim_examples() -> Iterator[str]:
    shown = (example for code in CODES.values() for example in (code.wrong, code.right) if example is not None)
    yield from (CLOCK + one.content for one in shown if one.name.endswith(".mdl") and isinstance(one.content, str))
    for row in ROWS.values():
        if "vensim" in row.spellings and row.worked:
            yield vensim_example(row.worked[0])


def vensim_example(example: Example) -> str:
    left = f"result[{example.over}]" if example.over else "result"
    lines = (*example.given, f"{left} = {example.call}")
    return "{UTF-8}\n" + "".join(f"{line} ~~|\n" for line in lines) + CLOCK


def xmile_examples() -> Iterator[str]:
    for row in ROWS.values():
        for vendor in (name for name in VENDORS if name in row.spellings):
            yield xmile_example(row, vendor)


def xmile_example(row: Function, vendor: str) -> str:
    """The call as its row spells it, each argument a variable of that name; some are arrays, if an example has any."""
    call = row.spellings[vendor][0].replace("[", "").replace("]", "")
    label, _, inner = call.partition("(")
    names = [name.strip() for name in inner.rstrip(")").split(",") if name.strip()]
    ranged = any(_RANGE.fullmatch(line) for example in row.worked for line in example.given)
    variables = "".join(_aux(name, "2, 3" if ranged and place == 0 else str(place)) for place, name in enumerate(names))
    used = ", ".join(name.replace(" ", "_") for name in names)
    variables += _aux("result", f"{label}({used})" if used else label)
    return (
        '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">'
        f"<header><vendor>{VENDORS[vendor]}</vendor></header>"
        "<sim_specs><start>0</start><stop>4</stop><dt>0.5</dt></sim_specs>"
        '<dimensions><dim name="d"><elem name="a"/><elem name="b"/></dim></dimensions>'
        f"<model><variables>{variables}</variables></model></xmile>"
    )


def _aux(name: str, equation: str) -> str:
    dimensions = '<dimensions><dim name="d"/></dimensions>' if "," in equation and "(" not in equation else ""
    return f"<aux name={name!r}>{dimensions}<eqn>{escape(equation)}</eqn></aux>"


def written(reader: str, folder: Path) -> None:
    """The seeds as files, each with a name that tells its place."""
    for place, seed in enumerate(seeds(reader)):
        (folder / f"seed-{place:03}").write_text(seed, encoding="utf-8")
