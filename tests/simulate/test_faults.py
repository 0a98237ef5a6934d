"""The first infinity or NaN of a run: which variable, element and time are named, and in which words."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest
import xarray as xr

import stockflow as sf
from stockflow.cli.main import status

CLOCK = "INITIAL TIME = 0 ~~|\nFINAL TIME = {} ~~|\nTIME STEP = 1 ~~|\nSAVEPER = {} ~~|\n"


@pytest.fixture(name="model")
def loader(tmp_path):
    """A model made of equations, one a line: the first stands on line 2."""

    def made(*equations, final=10, saveper="TIME STEP", clock=None):
        path = tmp_path / "model.mdl"
        lines = "".join(f"{equation} ~~|\n" for equation in equations)
        path.write_text("{UTF-8}\n" + lines + (clock or CLOCK.format(final, saveper)), encoding="utf-8")
        return sf.load(path)

    return made


def told(model, *args, **options):
    """The diagnostics of a run, as (line, message)."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.run(*args, **options)
    found = [item.message.diagnostic for item in caught]
    assert {item.code for item in found} <= {"SF701"}
    return [(item.line, item.message) for item in found]


def only(model, *args, **options):
    """The one diagnostic of a run."""
    with pytest.warns(sf.ModelWarning) as caught:
        model.run(*args, **options)
    (one,) = caught
    return one.message.diagnostic


def test_a_run_whose_values_are_finite_says_nothing(model):
    assert told(model("z = 2", "x = 1 / z", "s = INTEG(x, :NA:)")) == []


@pytest.mark.filterwarnings("ignore::stockflow.ModelWarning")
@pytest.mark.parametrize("values", ["x = LN(2 - Time)", "d: a, b\n ~~|\nx[d] = LN(2 - Time)"])
def test_a_run_in_which_a_cause_was_looked_for_keeps_its_own_times(model, values):
    # The cause is looked for in rows of every step up to time 2, which are as many as those that are saved.
    found = model(values, final=4, saveper=2).run(outputs=["x"])
    assert found.time.values.tolist() == [0, 2, 4]
    series = found["x"].values.reshape(3, -1)[:, 0]
    assert series[:2].tolist() == [np.log(2), -np.inf] and np.isnan(series[2])


@pytest.mark.filterwarnings("ignore::stockflow.ModelWarning")
def test_a_run_in_which_a_cause_was_looked_for_keeps_all_its_rows(model):
    found = model("x = LN(Time)", final=4).run(outputs=["x"])
    assert found["x"].values.tolist() == [-np.inf, *np.log([1, 2, 3, 4])]


def test_every_variable_that_went_wrong_by_itself_is_named_with_its_time_line_and_cause(model):
    found = told(model("z = 0", "x = 1 / z", "s = INTEG(LN(-1), 0)", "q = SQRT(-1)"))
    assert found == [
        (3, "time 0: 'x' divides by zero (z = 0)"),
        (4, "time 0: LN(-1) in 's' is not a number"),
        (5, "time 0: SQRT(-1) in 'q' is not a number"),
    ]


def test_inputs_with_their_values_and_a_way_out_are_given(model):
    found = only(model("z = 0", "y = 3", "x = 2 * y / z"))
    assert found.variable == "x"
    assert found.notes[:-1] == ("inputs: y = 3, z = 0",)
    assert found.hint == "ZIDZ(2 * y, z) gives 0 where the divisor is 0"


def test_a_variable_that_only_inherits_is_not_named(model):
    found = told(model("z = 0", "x = 1 / z", "y = x + 1", "s = INTEG(y, 0)", "late = SMOOTH(s, 2)", "w = x - x"))
    assert found == [(3, "time 0: 'x' divides by zero (z = 0)")]


def test_the_time_is_that_of_the_step_and_not_of_the_saved_row(model):
    found = told(model("x = 1 / (5 - Time)", "s = INTEG(x, 0)", saveper=4, final=12))
    assert found == [(2, "time 5: 'x' divides by zero (5 - Time = 0)")]


@pytest.mark.parametrize(("equation", "message"), [
    ("9^9^9", "time 0: 9^387420489 in 'x' is too large for a number"),
    ("EXP(Time * 1000)", "time 1: EXP(1000) in 'x' is too large for a number"),
    ("LN(3 - Time)", "time 3: LN(0) in 'x' is infinite"),
    ("SQRT(3 - Time)", "time 4: SQRT(-1) in 'x' is not a number"),
    ("ARCSIN(Time)", "time 2: ARCSIN(2) in 'x' is not a number"),
    ("(-8)^(1/Time)", "time 0: 'x' divides by zero (Time = 0)"),
    ("(1 - Time)^0.5", "time 2: (-1)^0.5 in 'x' is not a number"),
    ("Time^(-1)", "time 0: 'x' divides by zero (0^-1)"),
    ("1e200 * (Time * 1e200)", "time 1: 1e+200 * 1e+200 in 'x' is too large for a number"),
    ("1 + MAX(2, 1 / (Time - 2))", "time 2: 'x' divides by zero (Time - 2 = 0)"),
    ("IF THEN ELSE(Time > 3, 1 / (Time - 5), 1 / (Time - 20))", "time 5: 'x' divides by zero (Time - 5 = 0)"),
    ("1 / SIN(0)", "time 0: 'x' divides by zero (SIN(0) = 0)"),
])
def test_the_cause_is_put_in_words(model, equation, message):
    assert told(model(f"x = {equation}")) == [(2, message)]


def test_a_branch_that_is_not_chosen_says_nothing(model):
    equations = ("z = 0", "x = IF THEN ELSE(z = 0, 0, 1 / z)", "y = IF THEN ELSE(z <> 0 :AND: 1 / z > 2, 1, 2)")
    assert told(model(*equations)) == []


def test_a_value_that_a_condition_keeps_out_is_no_cause_of_others(model):
    found = told(
        model("wild = 1 / Time", "kept = IF THEN ELSE(Time < 3, 1, wild)", "s = INTEG(kept / (Time - 4), 0)"),
        outputs=["s"],
    )
    assert found == [(4, "time 4: 's' divides by zero (Time - 4 = 0)")]


def test_causes_at_different_times_are_all_named(model):
    found = told(model("a = LN(2 - Time)", "b = SQRT(4 - Time)", "c = a + b"))
    assert found == [(2, "time 2: LN(0) in 'a' is infinite"), (3, "time 5: SQRT(-1) in 'b' is not a number")]


def test_a_cause_in_a_variable_that_is_not_kept_is_named(model):
    found = told(model("z = 0", "x = 1 / z", "y = 2 * x"), outputs=["y"])
    assert found == [(3, "time 0: 'x' divides by zero (z = 0)")]


def test_the_option_that_stops_or_goes_on_is_named_once(model):
    broken = model("z = 0", "x = 1 / z", "q = SQRT(-1)")
    with pytest.warns(sf.ModelWarning) as caught:
        broken.run()
    went_on = [note for item in caught for note in item.message.diagnostic.notes if "--on-nan" in note]
    assert went_on == ["the run went on: --on-nan stop ends it here"]
    with pytest.raises(sf.ModelError) as fault:
        broken.run(on_nan="stop")
    notes = [note for item in fault.value.diagnostics for note in item.notes if "--on-nan" in note]
    assert notes == ["--on-nan warn lets the run go on"]


def test_another_word_than_warn_or_stop_is_refused_before_the_run(model):
    with pytest.raises(ValueError, match="on_nan is 'continue'; it must be 'warn' or 'stop'"):
        model("x = 1").run(on_nan="continue")


def test_elements_are_named_and_counted(model):
    found = only(model("d: one, two, three", "z[d] = 1, 0, 0", "x[d] = 1 / z[d]", "y = SUM(x[d!])"))
    assert found.message == "time 0: 'x[two]' divides by zero (z[two] = 0)"
    assert found.notes[:-1] == ("inputs: z[two] = 0", "so is 1 other element of 'x'")


def test_the_terms_of_a_sum_are_told_apart(model):
    found = told(model("d: one, two, three", "z[d] = 1, 0, 2", "y = SUM(1 / z[d!])"))
    assert found == [(4, "time 0: 'y' divides by zero (z[two] = 0)")]


def test_an_element_without_an_equation_holds_no_value_by_design(model):
    part = ("d: one, two, three", "e: one, two", "x[e] = Time")
    assert told(model(*part, "y = SUM(x[e!])")) == []


def test_large_arrays_are_looked_into_as_well(model):
    found = only(model("d: (i1-i100)", "x[d] = 1 / (d - 40)", "s[d] = INTEG(x[d], 0)"))
    assert found.message == "time 0: 'x[i40]' divides by zero (40 - 40 = 0)"


def test_a_first_value_is_traced_to_its_equation(model):
    assert told(model("z = 0", "s = INTEG(1, 1 / z)", "y = s")) == [(3, "time 0: 's' divides by zero (z = 0)")]
    found = told(model("z = 0", "k = INITIAL(1 / z)", "y = k"))
    assert found == [(3, "time 0: 'k' divides by zero (z = 0)")]


def test_the_first_value_of_an_active_initial_is_told_from_its_running_one(model):
    found = told(model("z = 0", "x = ACTIVE INITIAL(s, 1 / z)", "s = INTEG(0, x)"))
    assert found == [(3, "time 0: 'x' divides by zero (z = 0)")]


def test_a_stock_that_grows_without_end_is_named_when_it_leaves_the_numbers(model):
    # s doubles in each step from 1: 2^1023 at time 1023 is the last number below 1.8e308.
    (found,) = told(model("s = INTEG(s, 1)", final=1030, saveper=10))
    assert found == (2, "time 1023: 's' grows beyond the largest number")


def test_functions_with_a_memory_are_named_by_the_variable_that_uses_them(model):
    assert told(model("x = SMOOTH(1 / (Time - 3), 2)")) == [(2, "time 3: 'x' divides by zero (Time - 3 = 0)")]
    found = told(model("y = 1 / (Time - 3)", "x = DELAY FIXED(y, 4, 0)"), outputs=["x"])
    assert found == [(2, "time 3: 'y' divides by zero (Time - 3 = 0)")]
    found = told(model("y = LN(Time - 3)", "x = SAMPLE IF TRUE(Time > 1, y, 7)"), outputs=["x"])
    assert found == [(2, "time 2: LN(-1) in 'y' is not a number")]
    found = told(model("z = 0", "x = DELAY FIXED(1, 3, 1 / z)"))
    assert found == [(3, "time 0: 'x' divides by zero (z = 0)")]


def test_an_element_that_never_changes_among_others_that_do_is_found(model):
    found = told(model("d: one, two", "z = 0", "x[one] = Time", "x[two] = 1 / z", "y[d] = x[d]"), outputs=["y"])
    assert found == [(5, "time 0: 'x[two]' divides by zero (z = 0)")]


@pytest.mark.parametrize("method", ["rk2", "rk4"])
def test_a_fault_in_the_middle_of_a_step_is_found(model, method):
    # s is 4 at time 4 and 4.5 half a step later, where the root has no value.
    found = told(model("x = SQRT(4.25 - s)", "s = INTEG(1, 0)", "t = INTEG(x, 0)"), method=method, outputs=["t"])
    assert found == [(2, "time 4.5: SQRT(-0.25) in 'x' is not a number")]


def test_a_fault_at_the_start_of_a_step_is_found_with_every_method(model):
    for method in ("euler", "rk2", "rk4"):
        found = told(model("x = LN(-1 * Time)", "t = INTEG(x, 0)"), method=method, outputs=["t"])
        assert found == [(2, "time 0: LN(0) in 'x' is infinite")]


def test_the_run_of_a_batch_is_named(model):
    batch = {"z": xr.DataArray([2.0, 1.0, 0.0, 0.0], dims="run")}
    found = only(model("z = 1", "x = Time / z", "s = INTEG(x, 0)"), batch)
    assert found.message == "run 2, time 0: 'x' divides by zero (z = 0)"


def test_the_numbers_of_the_other_runs_of_a_batch_stay(model):
    with pytest.warns(sf.ModelWarning):
        dataset = model("z = 1", "x = (1 + Time) / z").run({"z": xr.DataArray([2.0, 0.0], dims="run")}, final_time=1)
    assert dataset["x"].values[:, 0].tolist() == [0.5, 1.0]
    assert np.isinf(dataset["x"].values[:, 1]).all()


def test_a_value_given_from_outside_is_named_where_it_is_first_read(model):
    found = told(model("z = 1", "x = z + 1", "y = 2 * x"), {"z": float("inf")})
    assert found == [(3, "time 0: 'x' reads z, which is infinite")]


def test_a_run_with_a_clock_that_moves_is_traced_by_its_saved_rows(model):
    clock = CLOCK.format(6, "TIME STEP").replace("TIME STEP = 1", "TIME STEP = IF THEN ELSE(Time < 2, 1, 2)")
    found = told(model("x = 1 / (4 - Time)", "s = INTEG(x, 0)", clock=clock))
    assert found == [(2, "time 4: 'x' divides by zero (4 - Time = 0)")]


def test_more_rows_than_there_is_room_for_are_searched_in_parts(model, monkeypatch):
    monkeypatch.setattr("stockflow.simulate.replay.KEPT_CELLS", 12)
    found = told(model("x = 1 / (777 - Time)", "s = INTEG(x, 0)", saveper=50, final=1000), outputs=["s"])
    assert found == [(2, "time 777: 'x' divides by zero (777 - Time = 0)")]


def test_the_warnings_are_in_the_dataset(model):
    with pytest.warns(sf.ModelWarning):
        dataset = model("z = 0", "x = 1 / z").run()
    assert json.loads(dataset.attrs["warnings"]) == ["SF701: time 0: 'x' divides by zero (z = 0)"]
    assert json.loads(model("x = 1").run().attrs["warnings"]) == []


def test_asked_to_stop_a_run_is_an_error_with_every_cause(model):
    with pytest.raises(sf.ModelError) as caught:
        model("z = 0", "x = 1 / z", "q = SQRT(-1)").run(on_nan="stop")
    assert [item.line for item in caught.value.diagnostics] == [3, 4]


def test_the_command_warns_writes_and_ends_well(model, tmp_path, capsys):
    path = model("z = 0", "x = 1 / z").path
    out = tmp_path / "out.csv"
    assert status(["run", str(path), "--output", str(out)]) == 0
    assert "model.mdl:3:1: warning[SF701]: time 0: 'x' divides by zero (z = 0)" in capsys.readouterr().err
    assert out.read_text().splitlines()[0].startswith("Time,")


def test_the_command_asked_to_stop_writes_nothing(model, tmp_path, capsys):
    path = model("z = 0", "x = 1 / z").path
    out = tmp_path / "out.csv"
    assert status(["run", str(path), "--on-nan", "stop", "--output", str(out)]) == 1
    assert "error[SF701]" in capsys.readouterr().err
    assert not out.exists()
