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


@pytest.mark.parametrize(
    ("final", "step", "saveper", "line", "message"),
    [
        # The stock is 1; each setting loses its value at time 2, or has none from the start.
        ("4", "IF THEN ELSE(Time < 2, 1, 0)", "1", 5, "TIME STEP became 0; it must stay greater than 0"),
        ("4", "1", "IF THEN ELSE(Time < 2, 1, 0 / 0)", 6, "SAVEPER became nan; it must stay a number"),
        ("LN(2.5 - Time) + 9", "1", "1", 4, "FINAL TIME became nan; it must stay a number"),
        ("4", "1", "s * (0 / 0)", 6, "SAVEPER became nan; it must stay a number"),
    ],
)
def test_a_setting_that_is_no_number_any_more_is_named_at_its_equation(written, final, step, saveper, line, message):
    with pytest.raises(ModelError) as refused:
        load(written(final, step, saveper)).run()
    (fault,) = refused.value.diagnostics
    assert (fault.code, fault.line, fault.message) == ("SF209", line, message)


def test_a_model_without_initial_time_is_told_so_whatever_its_end_is(written):
    path = written(final="s * (0 / 0)")
    path.write_text(path.read_text(encoding="utf-8").replace("INITIAL TIME = 0 ~~|", ""), encoding="utf-8")
    assert [item[::2] for item in told(path)] == [("SF202", "INITIAL TIME is missing")]


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
        ("0", "3", "9"), ("1", "0.3333", "TIME STEP"), ("1", "0.3333", "1"), ("100", "0.3333", "1"),
        ("2", "0.125", "0.25"), ("10000", "0.125", "10"),
    ],
)
def test_times_that_fit_but_for_rounding_and_those_of_a_moving_clock_are_not_spoken_of(written, final, step, saveper):
    assert told(written(final, step, saveper)) == []


@pytest.mark.parametrize(
    ("final", "step", "end"),
    [
        # 3 * 0.33, 3 * 0.333; one step of 0.6667 is 0.6667, and two are more than 1.3333.
        ("1", "0.33", "0.99"), ("1", "0.333", "0.999"), ("1.3333", "0.6667", "0.6667"),
        # 3000 * 0.3333: the parts that are missed come to 0.3 steps. One half of a step is not missed by rounding.
        ("1000", "0.3333", "999.9"), ("10000.5", "1", "10000"), ("0.5", "1", "0"),
    ],
)
def test_a_final_time_that_is_missed_by_more_than_rounding_is_told(written, final, step, end):
    (found,) = told(written(final, step))
    assert found[:2] == ("SF210", 5)
    assert found[2].startswith(f"the run ends at {end}, before FINAL TIME ({float(final):g})")


@pytest.mark.parametrize(("step", "saveper"), [("0.33", "1"), ("0.001", "1.0004"), ("0.125", "0.3")])
def test_a_saveper_that_is_missed_by_more_than_rounding_is_told(written, step, saveper):
    # 1 / 0.33 = 3.03, 1.0004 / 0.001 = 1000.4, 0.3 / 0.125 = 2.4; FINAL TIME is 2,000 steps.
    found = told(written(str(2_000 * float(step)), step, saveper))
    assert [(code, line) for code, line, _ in found] == [("SF210", 6)]
    assert found[0][2].startswith(f"SAVEPER ({saveper}) is no multiple of TIME STEP ({step})")
