"""What is printed for twelve broken models; `pytest --snapshot-update` rewrites the recorded texts."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from stockflow.api import check
from stockflow.diagnostics.render import summary, text

BROKEN = sorted(path for path in (Path(__file__).parent / "broken").iterdir() if path.suffix in {".mdl", ".xmile"})

FACTS = {
    "arity": ("3:", "IF THEN ELSE", "3 arguments", "2 were given"),
    "duplicate": ("4:1", "birth_rate", "line 2", "Birth Rate"),
    "initial_loop": ("initial values", "hares -> lynxes -> hares"),
    "loop": ("price -> supply -> effort -> price", "lines 2, 3, 4", "stock or a delay"),
    "missing_element": ("staff[west]", "all staff"),
    "missing_subscript": ("4:", "staff", "site", "SUM(staff[site!])"),
    "no_controls": ("INITIAL TIME", "FINAL TIME", "TIME STEP", "--final-time"),
    "truncated": ("3:1", "'inflow'", "'|'", "copied whole", "FINAL TIME"),
    "truncated_xml": ("9:", "<inflow>", "opened at line 9", "incomplete"),
    "unknown_function": ("3:", "SMOTH", "SMOOTH"),
    "unknown_name": ("4:11", "'watre'", "'water'"),
    "wrong_element": ("5:24", "'night'", "'site'", "north, south"),
}


class PlainText(SingleFileSnapshotExtension):
    """One readable file for each case."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


def printed(path: Path) -> str:
    found = check(path)
    return "\n".join([*map(text, found), summary(found)]) + "\n"


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_model_prints_what_was_recorded(path: Path, snapshot: SnapshotAssertion) -> None:
    assert printed(path) == snapshot(extension_class=PlainText)


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_model_is_answered_with_the_facts_that_mend_it(path: Path) -> None:
    shown = printed(path)
    assert not [fact for fact in FACTS[path.stem] if fact not in shown]


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_carets_are_under_the_line_that_is_shown(path: Path) -> None:
    for item in check(path):
        lines = text(item).splitlines()
        if item.span is not None:
            assert lines[1].startswith(f"{item.line:>3} | ")
            assert lines[2].index("^") - lines[1].index("|") - 2 == (item.column or 0) - 1
