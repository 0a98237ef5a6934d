from __future__ import annotations

from pathlib import Path

import pytest

import stockflow as sf
from tests.running import faults, run


def test_a_model_runs_beside_its_texts(tmp_path: Path) -> None:
    assert run(tmp_path, "file :IS: 'a.csv'", "x = 2", "y = x + 1")["y"] == 3


@pytest.mark.parametrize(("equation", "message"), [
    ("y = x + 'a'", "a text in quotes has no value in the equation of 'y'"),
    ("y = IF THEN ELSE(x > 1, file, 0)", "'file' is a text and has no value in the equation of 'y'"),
    ("y = SMOOTH(file, 2)", "'file' is a text and has no value in the equation of 'y'"),
    ("y = RANDOM UNIFORM(0, 'a', 0)", "a text in quotes has no value in the equation of 'y'"),
    ("y = x * RANDOM GAMMA(0, 9, x, file, 1, 0)", "'file' is a text and has no value in the equation of 'y'"),
    ("y = INTEG(x, 'a')", "a text in quotes has no value in the equation of 'y'"),
])
def test_a_text_is_no_number(equation: str, message: str, tmp_path: Path) -> None:
    assert faults(tmp_path, "file :IS: 'a.csv'", "x = 2", equation) == [("SF208", 4, message)]


def test_a_setting_that_is_a_text_is_told_where_it_is_read_though_no_one_wrote_its_name(tmp_path: Path) -> None:
    path = tmp_path / "model.mdl"
    path.write_text("INITIAL TIME = 'now' ~~|\nFINAL TIME = 2 ~~|\nTIME STEP = 1 ~Day~|\n"
                    "x = SMOOTHI(1, GET TIME VALUE(0, 1, 2), 1) ~~|\n", encoding="utf-8")
    told = [item for item in sf.check(path) if item.code == "SF208"]
    assert [(item.line, item.message) for item in told] == [
        (4, "'INITIAL TIME' is a text and has no value in the equation of 'x'")
    ]
