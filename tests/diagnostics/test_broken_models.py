"""What is printed for broken models and odd files; `pytest --snapshot-update` rewrites the recorded texts.

Where a model runs all the same, the values at its end are printed too.
"""

from __future__ import annotations

import re
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from stockflow.api import ModelError, check, load
from stockflow.diagnostics.model import Diagnostic
from stockflow.diagnostics.render import shown, summary, text
from tests.data.workbooks import xlsx

WRITTEN = Path(__file__).parent / "broken"
CONTROLS = "INITIAL TIME = 0 ~ Day ~|\nFINAL TIME = 10 ~ Day ~|\nTIME STEP = 1 ~ Day ~|\nSAVEPER = 1 ~ Day ~|\n"
TANK = (
    "{UTF-8}\nwater = INTEG(-water / drain time, 80) ~ Litre ~ Größe |\ndrain time = 4 ~ Day ~|\n" + CONTROLS
)
# 80 * 0.75 ** 10
DRAINED = "water = 4.50508"
MADE = {
    "utf_16.mdl": TANK.encode("utf-16"),
    "comment_in_cp1252.mdl": TANK.encode("cp1252"),
    "name_in_cp1252.mdl": f"{{UTF-8}}\nmaß = 7 ~~|\nweite = maß * 3 ~~|\n{CONTROLS}".encode("cp1252"),
    "line_ends.mdl": TANK.replace("\n", "\r\n").encode(),
    "no_break_spaces.mdl": TANK.replace("drain time", "drain\u00a0time", 1).replace(" = ", "\t=\t").encode(),
    "a tank, é.mdl": TANK.encode(),
    "empty.mdl": b"",
    "binary.mdl": b"PK\x03\x04\x14\x00\x08\x00" + bytes(range(256)),
}
"""Files that only their bytes make what they are."""

FACTS = {
    "UPPER_CASE.MDL": ("rain = 4",),
    "a tank, é.mdl": (DRAINED,),
    "arity.mdl": ("arity.mdl:3:", "IF THEN ELSE", "3 arguments", "2 were given"),
    "binary.mdl": ("binary.mdl is not a text file", "byte 0x00 at offset 5", ".vpm", "save it as .mdl"),
    "comment_in_cp1252.mdl": (":2:", "line 2: bytes are not UTF-8; read as Windows-1252", DRAINED),
    "comparison.mdl": (":3:", "level = 5", "a comparison", "is full = 0"),
    "duplicate.mdl": ("4:1", "birth_rate", "line 2", "Birth Rate"),
    "empty.mdl": ("empty.mdl is empty (0 bytes)",),
    "ends_before_it_begins.mdl": (":4:14", "FINAL TIME (5)", "INITIAL TIME (20)"),
    "extensions.xmile": ("maker", "badge", "rain = 4"),
    "folder.mdl": ("folder.mdl is a folder", "inside.mdl"),
    "folder.mdl/missing.mdl": ("missing.mdl: no such file", "In this folder: inside.mdl"),
    "initial_loop.mdl": ("initial values", "hares -> lynxes -> hares"),
    "line_ends.mdl": (DRAINED,),
    "lookup_points.mdl": (":2:", "(x,y)", "(10,)"),
    "loop.mdl": ("price -> supply -> effort -> price", "lines 2, 3, 4", "stock or a delay"),
    "missing_element.mdl": ("staff[west]", "all staff"),
    "missing_equation.mdl": (":3:", "'yield' has no equation", "'harvest'", ":INTERPOLATE:"),
    "missing_subscript.mdl": ("4:", "staff", "site", "SUM(staff[site!])"),
    "missing_table.mdl": (":3:", "'cost'", "tables/costs.xlsx", "Year 1", "C4", "no such file", "--data-dir"),
    "missing_tildes.mdl": ("rain = 4", "runoff = 2"),
    "name_in_cp1252.mdl": (":2:", "read as Windows-1252", "maß = 7", "weite = 21"),
    "no_break_spaces.mdl": (":2:", "no-break space", DRAINED),
    "no_controls.mdl": ("INITIAL TIME", "FINAL TIME", "TIME STEP", "--final-time"),
    "no_namespace.xmile": (":2:", "http://docs.oasis-open.org/xmile/ns/XMILE/v1.0", "rain = 4"),
    "not_finite.mdl": (
        ":3:", "time 0: 'share' divides by zero (people = 0)", ":4:", "LN(-5) in 'doubt'", ":5:",
        "SQRT(-4) in 'growth'",
        "--on-nan", "ZIDZ",
    ),
    "old_namespace.xmile": (
        ":2:", "http://www.example.org/sd/XMILE/0.9", "http://docs.oasis-open.org/xmile/ns/XMILE/v1.0", "rain = 4",
    ),
    "saved_too_often.mdl": (":6:", "SAVEPER (0.125)", "TIME STEP (1)", "water = 20"),
    "step_below_zero.mdl": (":5:13", "TIME STEP is -0.5", "greater than 0"),
    "step_of_zero.mdl": (":5:13", "TIME STEP is 0", "greater than 0"),
    "truncated.mdl": ("3:1", "'inflow'", "'|'", "copied whole", "FINAL TIME"),
    "truncated_xml.xmile": ("9:", "<inflow>", "opened at line 9", "incomplete"),
    "unclosed_parenthesis.mdl": (":3:14", "'('", "'runoff'"),
    "unclosed_quote.mdl": (":3:1", "never closed", '"rain per day"'),
    "units.mdl": (":2:", "'km/ *hour'", ":3:", "hour"),
    "unknown_function.mdl": ("3:", "SMOTH", "SMOOTH"),
    "unknown_name.mdl": ("4:11", "'watre'", "'water'"),
    "utf_16.mdl": (DRAINED,),
    "vensim.xmile": ("vensim.xmile holds a Vensim .mdl model", "--format", "rename it to .mdl", "rain = 4"),
    "wrong_element.mdl": ("5:24", "'night'", "'site'", "north, south"),
    "wrong_sheet.mdl": (":3:", "'cost'", "'Year 1'", "book.xlsx", "'Costs'"),
}
BROKEN = [pytest.param(name, id=re.sub(r"[^a-zA-Z]+", "_", Path(name).stem).strip("_")) for name in sorted(FACTS)]
SHARED = Path(__file__).resolve().parents[3] / "shared" / "hostile" / "malformed"
MALFORMED = sorted(path for path in SHARED.iterdir() if path.suffix in {".mdl", ".MDL", ".xmile"}) if (
    SHARED.is_dir()
) else []


class PlainText(SingleFileSnapshotExtension):
    """One readable file for each case."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.fixture(scope="module", name="folder")
def folder_of_all(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "broken"
    shutil.copytree(WRITTEN, folder)
    for name, data in MADE.items():
        (folder / name).write_bytes(data)
    xlsx(folder / "book.xlsx", {"C4": 5}, sheet="Costs")
    return folder


def found_in(path: Path) -> tuple[list[Diagnostic], list[str]]:
    """What checking and running find, each finding once; and the values at the end where the model runs."""
    found = check(path)
    if any(item.severity == "error" for item in found):
        return found, []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = load(path).simulate()
    found += [item.message.diagnostic for item in caught]
    once = {text(item): item for item in found}
    ends = [f"{column.label} = {result.values[column.key][-1]:g}" for column in result.columns
            if column.key not in ("initial time", "final time", "time step", "saveper")]
    return list(once.values()), [f"at time {result.times[-1]:g}: {', '.join(ends)}"]


def printed(path: Path) -> str:
    found, values = found_in(path)
    told = [*map(text, found), *([summary(found)] if found else []), *values]
    return "\n".join(told).replace(str(path.parent), "FOLDER") + "\n"


def test_what_reads_a_broken_lookup_is_not_blamed_for_it(folder: Path) -> None:
    assert [item.code for item in check(folder / "lookup_points.mdl")] == ["SF108"]


def test_every_broken_file_has_its_facts() -> None:
    written = {path.name for path in WRITTEN.iterdir()}
    assert written | MADE.keys() | {"folder.mdl/missing.mdl"} == FACTS.keys()


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_model_prints_what_was_recorded(name: str, folder: Path, snapshot: SnapshotAssertion) -> None:
    assert printed(folder / name) == snapshot(extension_class=PlainText)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_model_is_answered_with_the_facts_that_mend_it(name: str, folder: Path) -> None:
    told = printed(folder / name)
    assert not [fact for fact in FACTS[name] if fact not in told]


@pytest.mark.parametrize("name", BROKEN)
def test_carets_are_under_the_line_that_is_shown(name: str, folder: Path) -> None:
    for item in found_in(folder / name)[0]:
        lines = text(item).splitlines()
        if item.span is not None and item.line is not None and item.column is not None:
            assert lines[1].startswith(f"{item.line:>3} | ")
            before = item.span.source.line_text(item.line)[: item.column - 1]
            assert lines[2].index("^") - lines[1].index("|") - 2 == len(shown(before))


def faults_of(path: Path) -> Iterator[Diagnostic]:
    """All that reading and running a file of which nothing is known brings up."""
    try:
        yield from found_in(path)[0]
    except ModelError as fault:
        yield from fault.diagnostics


@pytest.mark.skipif(not MALFORMED, reason="the folder ../shared is not beside this repository")
@pytest.mark.parametrize("path", MALFORMED, ids=lambda path: path.name)
def test_every_finding_in_a_malformed_file_has_its_place(path: Path) -> None:
    for item in faults_of(path):
        heading = text(item).partition("\n")[0]
        assert heading.startswith(f"{path.name}:"), heading
        assert item.span is None or heading.startswith(f"{path.name}:{item.line}:{item.column}: ")
