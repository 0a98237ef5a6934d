"""Delays whose time moves, batches and clipped stocks, by hand-calculated steps, alone and as a batch of runs."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import stockflow as sf


def run(folder, call, stop=6, time_step=1.0, extra=""):
    """The values of a call; a batch of two equal runs has to give the same."""
    path = folder / "m.mdl"
    path.write_text(
        f"{{UTF-8}}\nb = 0 ~~|\ny = {call} ~~|\nx = Time + 1 + b ~~|\n{extra}\nINITIAL TIME = 0 ~~|\n"
        f"FINAL TIME = {stop} ~~|\nTIME STEP = {time_step} ~~|\nSAVEPER = TIME STEP ~~|\n"
    )
    model = sf.load(path)
    found = model.run()["y"].values
    batch = model.run({"b": xr.DataArray([5.0, 0.0], dims="run")})["y"]
    last = batch.isel(run=1) if "run" in batch.dims else batch
    np.testing.assert_array_equal(last.values, found)
    return found.tolist()


SHORTER = "IF THEN ELSE(Time < 3, 3, 1)"
LONGER = "IF THEN ELSE(Time < 3, 1, 3)"


def test_material_that_arrives_together_adds_up(tmp_path):
    # 1, 2, 3 enter for 3 steps and are due at 3, 4, 5; then 4, 5, 6 enter for one step and are due at 4, 5, 6.
    assert run(tmp_path, f"DELAY MATERIAL(x, {SHORTER}, 0, -1)") == [0, 0, 0, 1, 2 + 4, 3 + 5, 6]


def test_material_leaves_a_gap_where_the_delay_grows(tmp_path):
    # 1, 2, 3 are due at 1, 2, 3; 4, 5 ... at 6, 7 ...
    assert run(tmp_path, f"DELAY MATERIAL(x, {LONGER}, 0, -1)", 7) == [0, 1, 2, 3, -1, -1, 4, 5]


def test_material_is_conserved_whatever_the_step(tmp_path):
    # Of 1, 1.5, 2 ... at half steps, what enters before 3 is out at 6: 0.5 * (1 + 1.5 + 2 + 2.5 + 3 + 3.5).
    found = run(tmp_path, "DELAY MATERIAL(IF THEN ELSE(Time < 3, x, 0), 2 + 0.5 * SIN(Time * 3), 0, 0)", 8, 0.5)
    assert sum(found) * 0.5 == pytest.approx(6.75)


def test_news_that_overtake_older_ones_displace_them(tmp_path):
    # 2 and 3, due at 4 and 5, are never seen: 4 is due at 4.
    assert run(tmp_path, f"DELAY INFORMATION(x, {SHORTER}, -9)") == [-9, -9, -9, 1, 4, 5, 6]


def test_the_last_news_stay_where_the_delay_grows(tmp_path):
    assert run(tmp_path, f"DELAY INFORMATION(x, {LONGER}, -9)", 7) == [-9, 1, 2, 3, 3, 3, 4, 5]


def test_with_a_steady_time_both_are_the_fixed_delay(tmp_path):
    for call in ("DELAY FIXED(x, 2.5, 7)", "DELAY MATERIAL(x, 2.5, 7, 0)", "DELAY INFORMATION(x, 2.5, 7)"):
        assert run(tmp_path, call) == [7, 7, 7, 1, 2, 3, 4]


def test_batches_are_worked_on_one_at_a_time(tmp_path):
    # 5 in work, due at 1; 4 wait, 7 and 10 at the ends of the steps; 6 start at 1, due at 3, 6 more at 3.
    assert run(tmp_path, "DELAY BATCH(3, 6, 2, 5, 1, 4)", 7) == [0, 5, 0, 6, 0, 6, 0, 6]
    # A batch due at the start is released there: 6 of 4 + 3 start at 0.
    assert run(tmp_path, "DELAY BATCH(3, 6, 2, 5, 0, 4)", 4) == [5, 0, 6, 0, 6]
    # Half steps: a batch of 6 leaves in half a unit of time.
    assert run(tmp_path, "DELAY BATCH(12, 6, 1, 0, 0, 0)", 2, 0.5) == [0, 0, 12, 0, 12]


def test_a_clipped_stock_goes_through_its_rules_in_order(tmp_path):
    # 3 is rounded up to 4; 7 to 8; 11 is clipped to 10, where 13 is too.
    assert run(tmp_path, "SINTEG(3, 0, :NA:, 10, 2, :NA:, :NA:)", 4) == [0, 4, 8, 10, 10]
    # -2 within 1.5 of -3, and no lower than -3.
    assert run(tmp_path, "SINTEG(-2, 0, -3, :NA:, :NA:, -3, 1.5)", 3) == [0, -3, -3, -3]
    assert run(tmp_path, "SINTEG(0.5, 1, :NA:, :NA:, :NA:, :NA:, :NA:)", 2) == [1, 1.5, 2]


def test_a_clipped_stock_keeps_to_a_time_step_that_moves(tmp_path):
    steps = "IF THEN ELSE(Time < 2, 1, 0.5)"
    path = tmp_path / "m.mdl"
    path.write_text(
        f"{{UTF-8}}\ny = SINTEG(2, 0, :NA:, 7.5, :NA:, :NA:, :NA:) ~~|\nINITIAL TIME = 0 ~~|\nFINAL TIME = 4 ~~|\n"
        f"TIME STEP = {steps} ~~|\nSAVEPER = TIME STEP ~~|\n"
    )
    assert sf.load(path).run()["y"].values.tolist() == [0, 2, 4, 5, 6, 7, 7.5]


def test_elements_and_nested_calls_have_memories_of_their_own(tmp_path):
    path = tmp_path / "m.mdl"
    path.write_text(
        "{UTF-8}\nd: p, q ~~|\nx = Time + 1 ~~|\nT[d] = 1, 2 ~~|\ny[d] = DELAY MATERIAL(x, T[d], 0, -1) ~~|\n"
        "z[p] = 1 + DELAY INFORMATION(x * 2, 2, 0) ~~|\nz[q] = DELAY INFORMATION(x, 1, 4) ~~|\n"
        "INITIAL TIME = 0 ~~|\nFINAL TIME = 3 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"
    )
    found = sf.load(path).run()
    assert found["y"].values.tolist() == [[0, 0], [1, 0], [2, 1], [3, 2]]
    assert found["z"].values.tolist() == [[1, 4], [1, 1], [3, 2], [5, 3]]


def test_a_delay_beyond_the_limit_is_told(tmp_path):
    with pytest.raises(sf.ModelError) as raised:
        run(tmp_path, "DELAY MATERIAL(x, 1e12, 0, 0)")
    assert raised.value.diagnostics[0].code == "SF702"


def test_what_is_no_number_is_traced_through_a_belt_to_where_it_came_from(tmp_path):
    path = tmp_path / "m.mdl"
    path.write_text(
        "{UTF-8}\nx = SQRT(2 - Time) ~~|\ny = DELAY MATERIAL(x, 3, 0, 0) ~~|\nINITIAL TIME = 0 ~~|\n"
        "FINAL TIME = 8 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"
    )
    with pytest.warns(sf.ModelWarning, match="time 3: SQRT") as told:
        found = sf.load(path).run(outputs=["y"])
    assert np.isnan(found["y"].values[6:]).all()
    assert len(told) == 1


def test_some_elements_of_a_memory_cannot_be_replaced(tmp_path):
    path = tmp_path / "m.mdl"
    path.write_text(
        "{UTF-8}\nd: p, q ~~|\ny[d] = DELAY MATERIAL(Time, 2, 0, 0) ~~|\nINITIAL TIME = 0 ~~|\n"
        "FINAL TIME = 3 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"
    )
    model = sf.load(path)
    with pytest.raises(sf.ModelError, match="keep their memory"):
        model.run({"y": sf.Replace({"p": 7})})
    assert model.run({"y": sf.Replace(7)})["y"].values.tolist() == [[7, 7]] * 4
