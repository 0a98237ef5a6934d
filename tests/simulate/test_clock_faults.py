"""Control variables that cannot be used, or that do not fit each other: what is said, and where."""

from __future__ import annotations

import pytest

from stockflow import ModelError, ModelWarning, check, load


@pytest.fixture(name="written")
def writer(tmp_path):
    """A model with a stock that grows by 1 in a time unit; FINAL TIME, TIME STEP and SAVEPER stand on lines 4 to 6."""

    def made(final="4", step="1", saveper="TIME STEP"):
        path = tmp_path / "clock.mdl"
        path.write_text(
            f"{{UTF-8}}\ns = INTEG(1, 0) ~~|\nINITIAL TIME = 0 ~~|\nFINAL TIME = {final} ~~|\nTIME STEP = {step} ~~|\n"
            f"SAVEPER = {saveper} ~~|\n", encoding="utf-8",
        )
        return path

    return made


def told(path):
    return [(item.code, item.line, item.message) for item in check(path) if item.code[2] != "5"]


@pytest.mark.parametrize(("step", "shown"), [("Time", "0"), ("s", "0"), ("0 * s - 2", "-2")])
def test_a_moving_time_step_that_is_not_above_zero_at_the_start_is_an_error_of_the_model(written, step, shown):
    path = written(step=step)
    assert told(path) == [("SF209", 5, f"TIME STEP became {shown}; it must stay greater than 0")]
    with pytest.raises(ModelError, match=r"clock\.mdl:5:"):
        load(path).run()


def test_a_time_step_that_is_no_number_is_not_called_missing(written):
    assert ("SF209", 5, "TIME STEP is nan; it must be greater than 0") in told(written(step="0 / 0"))


def test_a_run_that_ends_before_final_time_says_so(written):
    # 13 steps of 0.3 are 3.9; the 14th would be at 4.2.
    path = written(step="0.3")
    assert told(path) == [
        ("SF210", 5, "the run ends at 3.9, before FINAL TIME (4): TIME STEP (0.3) does not divide the time between")
    ]
    with pytest.warns(ModelWarning, match="SF210"):
        assert load(path).run()["s"].values[-1] == pytest.approx(3.9)


def test_rows_beside_the_multiples_of_saveper_are_told(written):
    assert told(written(saveper="1.5")) == [
        ("SF210", 6, "SAVEPER (1.5) is no multiple of TIME STEP (1); rows are saved at the nearest steps")
    ]


@pytest.mark.parametrize(
    ("final", "step", "saveper"),
    [
        ("4", "0.1", "0.3"), ("100", "0.3333333", "1"), ("4", "0.0625", "0.5"), ("4 + s * 0", "0.3", "TIME STEP"),
        ("0", "3", "9"),
    ],
)
def test_times_that_fit_but_for_rounding_and_those_of_a_moving_clock_are_not_spoken_of(written, final, step, saveper):
    assert told(written(final, step, saveper)) == []
