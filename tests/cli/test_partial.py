from __future__ import annotations

import json
from pathlib import Path

import pytest

from stockflow.cli.main import status

FAULTY = "births = RC COMPARE('base', people) ~~|\npeople = INTEG(births, 1) ~~|\nlate = people + 1 ~~|\n"


@pytest.fixture(autouse=True)
def faulty(folder: Path) -> None:
    text = Path("teacup.mdl").read_text(encoding="utf-8")
    Path("faulty.mdl").write_text(text.replace("{UTF-8}\n", "{UTF-8}\n" + FAULTY), encoding="utf-8")


def test_a_partial_run_writes_what_it_can_and_names_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["run", "faulty.mdl", "--partial", "-o", "a.csv"]) == 0
    told = capsys.readouterr().err
    assert "faulty.mdl:2:10: warning[SF206]: RC COMPARE" in told
    assert "warning[SF213]: 3 variables are left out: births, people, late" in told
    assert "These depend on 'births': people, late." in told
    header, start, second = Path("a.csv").read_text(encoding="utf-8").splitlines()[:3]
    assert "Teacup Temperature" in header and "people" not in header
    assert "180.0" in start.split(",") and "169.0" in second.split(",")  # 180 - (180 - 70) / 10


def test_without_the_option_the_fault_stands_and_the_hint_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["run", "faulty.mdl", "-o", "a.csv"]) == 1
    told = capsys.readouterr().err
    assert "error[SF206]" in told
    assert "--partial" in told
    assert not Path("a.csv").exists()


def test_asking_for_what_is_left_out_ends_with_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["run", "faulty.mdl", "--partial", "-v", "late"]) == 1
    told = capsys.readouterr().err
    assert "faulty.mdl:4:1: error[SF213]: 'late' is left out: it depends on 'births'" in told
    assert "line 2: SF206: RC COMPARE" in told
    assert status(["run", "faulty.mdl", "--partial", "-v", "Teacup Temperature"]) == 0


def test_a_replaced_equation_makes_the_rest_run(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["-v", "late", "--final-time", "2", "--json"]
    assert status(["run", "faulty.mdl", "--partial", "--replace", "births=2", *asked]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["values"] == {"late": [2, 4, 6]}  # 1 + 1, and 2 more in each step
    assert found["attributes"]["left_out"] == "[]"


def test_what_is_left_out_is_told_as_values(capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["run", "faulty.mdl", "--partial", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert json.loads(found["attributes"]["left_out"]) == ["births", "people", "late"]
    assert [(item["code"], item["severity"]) for item in found["diagnostics"]] == [
        ("SF213", "warning"), ("SF206", "warning"),
    ]


def test_a_fault_of_the_whole_model_ends_a_partial_run(capsys: pytest.CaptureFixture[str]) -> None:
    text = Path("faulty.mdl").read_text(encoding="utf-8").replace("TIME STEP = 1", "TIME STEP = foo")
    Path("faulty.mdl").write_text(text, encoding="utf-8")
    assert status(["run", "faulty.mdl", "--partial"]) == 1
    assert "error[SF204]: unknown variable 'foo'" in capsys.readouterr().err
