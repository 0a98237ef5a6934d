"""Control variables that give a run no clock."""

from __future__ import annotations

import pytest

from stockflow.api import check, load


@pytest.mark.parametrize("line", ["FINAL TIME", "FINAL TIME ((0,0),(1,1))"], ids=["no equation", "a lookup"])
def test_a_control_variable_that_is_no_number_is_missing_at_its_place(tmp_path, line):
    path = tmp_path / "model.mdl"
    path.write_text(f"{{UTF-8}}\nINITIAL TIME = 0 ~~|\n{line} ~~|\nTIME STEP = 1 ~~|\n", encoding="utf-8")
    assert [(item.code, item.line, item.message) for item in check(path)] == [("SF202", 3, "FINAL TIME is missing")]


def test_a_time_step_that_is_a_lookup_is_told_at_its_place_though_saveper_is_left_out(tmp_path):
    path = tmp_path / "model.mdl"
    lines = ("{UTF-8}", "INITIAL TIME = 0 ~~|", "FINAL TIME = 1 ~~|", "TIME STEP ((0,0),(1,1)) ~~|")
    path.write_text("\n".join(lines), encoding="utf-8")
    found = [(item.code, item.line, item.message) for item in check(path)]
    assert found == [("SF208", 4, "'TIME STEP' is a lookup and is used without an argument")]


@pytest.mark.parametrize("name", ["INITIAL TIME", "FINAL TIME", "SAVEPER"])
def test_a_control_variable_that_is_infinite_is_refused(tmp_path, name):
    values = {"INITIAL TIME": "0", "FINAL TIME": "1", "TIME STEP": "1", "SAVEPER": "1", name: "EXP(1000)"}
    path = tmp_path / "model.mdl"
    path.write_text("{UTF-8}\n" + "".join(f"{one} = {value} ~~|\n" for one, value in values.items()), encoding="utf-8")
    found = [(item.code, item.line, item.message) for item in check(path)]
    assert found == [("SF209", 2 + list(values).index(name), f"{name} is inf; it must be a number")]


def test_an_interval_beyond_every_number_of_steps_saves_the_first_row_and_the_last(tmp_path):
    path = tmp_path / "model.mdl"
    values = {"INITIAL TIME": "0", "FINAL TIME": "4e-20", "TIME STEP": "1e-20", "SAVEPER": "1e300"}
    path.write_text("{UTF-8}\n" + "".join(f"{one} = {value} ~~|\n" for one, value in values.items()), encoding="utf-8")
    assert load(path).simulate().times.tolist() == [0, 4e-20]
