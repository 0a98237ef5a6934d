"""Vensim's DELAY N: each batch keeps the delay time that it met on entry. Hand-calculated Euler steps."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import stockflow as sf


def run(folder, call, time_step=1.0, stop=4, overrides=None, extra=""):
    path = folder / "m.mdl"
    path.write_text(
        f"{{UTF-8}}\ny = {call} ~~|\na = 8 ~~|\n{extra}\nINITIAL TIME = 0 ~~|\nFINAL TIME = {stop} ~~|\n"
        f"TIME STEP = {time_step} ~~|\nSAVEPER = TIME STEP ~~|\n"
    )
    return sf.load(path).run(overrides or {})


def test_a_new_delay_time_reaches_the_second_stage_a_step_later(tmp_path):
    # Stages of 2, from time 2 on of 1. Levels (8, 0), (12, 4), then 12 / 1 moves on while 4 / 2 leaves: (8, 14).
    found = run(tmp_path, "DELAY N(a, IF THEN ELSE(Time < 2, 4, 2), 0, 2)")
    assert found["y"].values.tolist() == [0, 0, 2, 14, 8]


def test_a_steady_delay_is_a_chain_of_stages(tmp_path):
    # Stages of 2: levels (0, 0), (8, 0), (12, 4), (14, 8), (15, 11).
    assert run(tmp_path, "DELAY N(a, 4, 0, 2)")["y"].values.tolist() == [0, 0, 2, 4, 5.5]


def test_the_first_value_fills_every_stage(tmp_path):
    assert run(tmp_path, "DELAY N(a, 6, 8, 3)")["y"].values == pytest.approx([8] * 5, rel=1e-12)


def test_no_stage_is_shorter_than_the_time_step(tmp_path):
    # 2.5 steps carry two stages of 1.25: level 2 takes in 8 / 1.25 = 6.4 less what leaves.
    found = run(tmp_path, "DELAY N(a, 2.5, 0, 3)", stop=3)
    assert found["y"].values == pytest.approx([0, 0, 5.12, 7.168], rel=1e-12)
    # Shorter than the step: what comes in leaves in the next step.
    assert run(tmp_path, "DELAY N(a, 0.2, 0, 3)", stop=2)["y"].values.tolist() == [0, 8, 8]


def test_a_batch_of_runs_may_have_other_numbers_of_stages(tmp_path):
    found = run(
        tmp_path, "DELAY N(a, T, 0, 3)", stop=3, extra="T = 3 ~~|",
        overrides={"T": xr.DataArray([3.0, 2.5, 1.0], dims="run")},
    )
    wanted = [[0, 0, 0, 8], [0, 0, 5.12, 7.168], [0, 8, 8, 8]]
    np.testing.assert_allclose(found["y"].transpose("run", "time").values, wanted)
