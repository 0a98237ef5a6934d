"""Causes, uses and feedback loops of a loaded model, through the API and the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import stockflow as sf
from stockflow.cli.main import status

FOXES = """{UTF-8}
Hares = INTEG(births - deaths, first hares) ~~|
first hares = 100 ~~|
births = Hares * birth rate ~~|
birth rate = 0.3 ~~|
deaths = Hares * Foxes / prey factor ~~|
prey factor = 50 ~~|
Foxes = INTEG(growth, 10) ~~|
growth = Foxes * (Hares / prey factor - 1) ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 4 ~~|
TIME STEP = 1 ~~|
SAVEPER = 1 ~~|
"""
PLAIN = "x = 1 ~~|\ny = x + Time ~~|\n" + FOXES[FOXES.index("INITIAL TIME") :]


@pytest.fixture(name="folder")
def files(tmp_path: Path) -> Path:
    (tmp_path / "foxes.mdl").write_text(FOXES, encoding="utf-8")
    (tmp_path / "plain.mdl").write_text(PLAIN, encoding="utf-8")
    return tmp_path


def test_causes_are_what_the_equation_reads_first_values_included(folder):
    model = sf.load(folder / "foxes.mdl")
    assert model["hares"].causes == ("births", "deaths", "first hares")
    assert model["GROWTH"].causes == ("Foxes", "Hares", "prey factor")
    assert model["birth rate"].causes == ()


def test_uses_are_the_variables_that_read_it_in_the_order_of_the_file(folder):
    model = sf.load(folder / "foxes.mdl")
    assert model["Hares"].uses == ("births", "deaths", "growth")
    assert model["prey factor"].uses == ("deaths", "growth")
    assert model["first hares"].uses == ("Hares",)


def test_loops_are_given_shortest_first_with_their_lines(folder):
    loops = sf.load(folder / "foxes.mdl").loops()
    assert loops.complete
    assert [(loop.labels, loop.lines) for loop in loops] == [
        (("Hares", "births"), (2, 4)),
        (("Hares", "deaths"), (2, 6)),
        (("Foxes", "growth"), (8, 9)),
        (("Hares", "growth", "Foxes", "deaths"), (2, 9, 8, 6)),
    ]
    assert str(loops[0]) == "Hares -> births -> Hares"
    assert loops[3].stocks == ("Hares", "Foxes")


def test_a_limit_cuts_the_list_and_says_so(folder):
    loops = sf.load(folder / "foxes.mdl").loops(limit=2)
    assert len(loops) == 2
    assert not loops.complete


def test_info_tells_how_many_loops_there_are_and_the_shortest(folder, capsys):
    assert status(["info", str(folder / "foxes.mdl")]) == 0
    lines = capsys.readouterr().out.splitlines()
    at = lines.index("  4 feedback loops")
    assert lines[at + 1] == "    Hares -> births -> Hares  (lines 2, 4)"


def test_info_of_a_model_without_loops_says_none(folder, capsys):
    assert status(["info", str(folder / "plain.mdl")]) == 0
    assert "  0 feedback loops" in capsys.readouterr().out.splitlines()


def test_info_gives_loops_as_values(folder, capsys):
    assert status(["info", str(folder / "foxes.mdl"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["loops"][0] == ["Hares", "births"]
    assert found["all_loops_listed"] is True
