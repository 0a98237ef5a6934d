import json

import pytest

from stockflow.cli.main import status


def test_check_of_a_sound_model_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["check", "teacup.mdl"]) == 0
    assert capsys.readouterr().out == "no faults found\n"


def test_check_of_a_broken_model_prints_the_place_and_the_count(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["check", "teacup.mdl", "broken.mdl"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("broken.mdl:3:43: error[SF204]")
    assert lines[2].endswith("| " + " " * 42 + "^^^^^^^^^")
    assert lines[-1] == "1 error"


def test_check_as_values(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["check", "broken.mdl", "--json"]) == 1
    assert [item["code"] for item in json.loads(capsys.readouterr().out)] == ["SF204"]


def test_info_lists_the_variables_by_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["info", "teacup.mdl"]) == 0
    printed = capsys.readouterr().out
    assert "method euler, INITIAL TIME 0, FINAL TIME 30, TIME STEP 1, SAVEPER TIME STEP" in printed
    assert "\nstock\n  Teacup Temperature  (Degree)" in printed
    assert "  Heat Loss to Room  (Degree/Minute)" in printed


def test_info_of_a_variable_tells_its_causes_and_uses(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["info", "teacup.mdl", "heat_loss to room"]) == 0
    lines = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()]
    facts = {line[0]: line[1] for line in lines[1:]}
    assert facts["line"] == "3"
    assert set(facts["causes"].split(", ")) == {"Teacup Temperature", "Room Temperature", "Characteristic Time"}
    assert facts["uses"] == "Teacup Temperature"


def test_info_of_an_unknown_variable_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["info", "teacup.mdl", "nosuch"]) == 2
    assert "nosuch" in capsys.readouterr().err


def test_info_as_values(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["info", "regions.mdl", "stock", "--json"]) == 0
    (stock,) = json.loads(capsys.readouterr().out)
    assert stock["name"] == "stock"
    assert stock["kind"] == "stock"
    assert stock["dimensions"] == ["Region"]
    assert status(["info", "regions.mdl", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["method"] == "euler"


@pytest.mark.parametrize("stage", ["model", "plan", "python"])
def test_inspect_prints_each_stage(stage: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["inspect", "teacup.mdl", "--stage", stage]) == 0
    assert "eacup" in capsys.readouterr().out
