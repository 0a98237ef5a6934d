"""Every XMILE file of the shared cases and hostile set: quick, never an exception, errors only where due."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from stockflow.diagnostics.model import Report
from stockflow.dialects.xmile.reader import read
from stockflow.ir.model import CONTROLS, Project
from stockflow.reading import open_source

SHARED = Path(__file__).resolve().parents[4] / "shared"
SUFFIXES = (".xmile", ".stmx", ".itmx", ".xml")
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the folder ../shared is not beside this repository")

# Models of the cases that hold what is not built, or that are faulty themselves.
REFUSED = {
    "1style": "SF207", "multipoint": "SF207", "test_subscript": "SF207", "test_multiple_subscripts": "SF207",
}
READ_ALL_THE_SAME = ("test_subscripted_trig", "subscript_individually")


def files(folder: str) -> list[Path]:
    return sorted(path for path in (SHARED / folder).rglob("*") if path.suffix.lower() in SUFFIXES)


def outcome(path: Path) -> tuple[Project | None, Report]:
    report = Report(file=path.name)
    source = open_source(path, report)
    began = time.process_time()
    project = read(source, report) if source is not None else None
    assert time.process_time() - began < 30
    for item in report:
        assert item.span is None or item.span.stop <= len(item.span.source.text)
    return project, report


@pytest.mark.parametrize("path", files("cases"), ids=lambda path: path.name)
def test_cases_are_read_with_errors_only_where_something_is_not_built(path: Path) -> None:
    project, report = outcome(path)
    assert project is not None
    expected = next((code for name, code in REFUSED.items() if path.name.startswith(name)), None)
    if expected is None or path.name.startswith(READ_ALL_THE_SAME):
        assert [error.message for error in report.errors] == []
        assert {item.key for item in project.variables} >= set(CONTROLS)
        assert all(item.equations for item in project.variables)
    else:
        assert expected in [error.code for error in report.errors]


@pytest.mark.parametrize("path", files("hostile"), ids=lambda path: path.name)
def test_hostile_files_give_a_model_or_an_error(path: Path) -> None:
    project, report = outcome(path)
    assert report.failed or (project is not None and project.variables)
    assert not any("TOPSECRET" in item.message for item in report)


def test_the_truncated_file_names_the_open_element_and_its_line() -> None:
    _, report = outcome(SHARED / "hostile/malformed/M02_truncated.xmile")
    assert [error.message for error in report.errors] == ["the XML ends inside <variables> (opened at line 5)"]
    assert report.errors[0].notes == ("The file is incomplete; nothing was loaded.",)
