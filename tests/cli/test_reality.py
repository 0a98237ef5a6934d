from __future__ import annotations

import json
from pathlib import Path

import pytest

from stockflow.cli.main import status

HELD = (
    "room is warm :TEST INPUT: Room Temperature = 180 ~~|\n"
    "no loss :THE CONDITION: room is warm :IMPLIES: Heat Loss to Room = 0 ~~|\n"
)
# The cup is at 180 and 169 degrees at first, and no longer above 160 from time 2 on: 159.1.
FAILED = "stays hot :THE CONDITION: Time <= 3 :IMPLIES: Teacup Temperature > 160 ~~|\n"


def teacup(more: str) -> None:
    text = Path("teacup.mdl").read_text(encoding="utf-8")
    Path("checked.mdl").write_text(text.replace("{UTF-8}\n", "{UTF-8}\n" + more), encoding="utf-8")


def test_checks_that_hold_end_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    teacup(HELD)
    assert status(["check", "checked.mdl", "--reality"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "held        no loss (line 3) at 31 saved times",
        "checked.mdl: 1 reality check: 1 held, 0 failed, 0 not tested",
    ]


def test_a_check_that_fails_ends_with_1_and_says_when(capsys: pytest.CaptureFixture[str]) -> None:
    teacup(HELD + FAILED)
    assert status(["check", "checked.mdl", "--reality"]) == 1
    assert capsys.readouterr().out.splitlines()[1:] == [
        "failed      stays hot (line 4)",
        "            from 2 on: 2 to 3",
        "            at 2: Teacup Temperature > 160, where the values are 159.1 and 160",
        "checked.mdl: 2 reality checks: 1 held, 1 failed, 0 not tested",
    ]


def test_the_findings_are_told_as_values(capsys: pytest.CaptureFixture[str]) -> None:
    teacup(FAILED)
    assert status(["check", "checked.mdl", "--reality", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["diagnostics"] == []
    (one,) = found["reality"]
    assert (one["model"], one["name"], one["status"], one["line"], one["times"]) == (
        "checked.mdl", "stays hot", "failed", 2, 4)
    (breach,) = one["breaches"]
    assert (breach["inputs"], breach["first"], breach["intervals"]) == ([], 2, [[2, 3]])
    (compared,) = breach["compared"]
    assert (compared["text"], compared["left"], compared["right"]) == (
        "Teacup Temperature > 160", pytest.approx(159.1), 160)


def test_without_the_option_no_check_is_run(capsys: pytest.CaptureFixture[str]) -> None:
    teacup(FAILED)
    assert status(["check", "checked.mdl"]) == 0
    assert capsys.readouterr().out == "no faults found\n"
    assert status(["run", "checked.mdl", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["diagnostics"] == []


def test_a_check_that_cannot_be_read_is_told_at_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    teacup("odd :THE CONDITION: Time > > 3 :IMPLIES: Time > 3 ~~|\n")
    assert status(["check", "checked.mdl", "--reality"]) == 0
    printed = capsys.readouterr().out
    assert "checked.mdl:2:28: warning[SF105]" in printed
    assert "not tested  odd (line 2): it cannot be read" in printed


def test_a_model_with_an_error_runs_no_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["check", "broken.mdl", "regions.mdl", "--reality"]) == 1
    printed = capsys.readouterr().out
    assert printed.count("error[SF204]") == 1
    assert "regions.mdl: 0 reality checks" in printed


def test_data_are_fed_to_the_runs(capsys: pytest.CaptureFixture[str]) -> None:
    text = Path("teacup.mdl").read_text(encoding="utf-8").replace("Room Temperature = 70 ~", "Room Temperature ~")
    check = "cooler :THE CONDITION: Time = 1 :IMPLIES: Teacup Temperature = 168 ~~|\n"
    Path("fed.mdl").write_text(text.replace("{UTF-8}\n", "{UTF-8}\n" + check), encoding="utf-8")
    Path("room.csv").write_text("Time,Room Temperature\n0,60\n", encoding="utf-8")
    # A tenth of 180 - 60 is lost.
    assert status(["check", "fed.mdl", "--reality", "--data", "room.csv"]) == 0
    assert "held        cooler" in capsys.readouterr().out
