from __future__ import annotations

from pathlib import Path

import pytest

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
