"""Published models beside the repository: all are read, and what is not supported is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from stockflow.diagnostics.model import Report
from stockflow.dialects.vensim.reader import read
from stockflow.reading import open_source

SHARED = Path(__file__).resolve().parents[4] / "shared"
CASES = sorted((SHARED / "cases").rglob("*.mdl")) if SHARED.is_dir() else []
HOSTILE = sorted((SHARED / "hostile").rglob("*.[mM][dD][lL]")) if SHARED.is_dir() else []

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the folder of shared models is not beside the repository")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_published_model_is_read_without_errors(path: Path) -> None:
    report = Report()
    source = open_source(path, report)
    assert source is not None
    project = read(source, report)
    assert project.variables
    assert [item.message for item in report.errors] == []


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.stem)
def test_a_hostile_model_is_read_or_told(path: Path) -> None:
    report = Report()
    source = open_source(path, report)
    if source is None:
        assert report.failed
    else:
        read(source, report)
