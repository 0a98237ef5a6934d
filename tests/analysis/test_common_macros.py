"""Macros that models bring along work as the models define them, also where they have the name of a function."""

from __future__ import annotations

import math

import numpy as np
import pytest

import stockflow as sf

CONTROLS = "INITIAL TIME = 0 ~~|\nFINAL TIME = {} ~~|\nTIME STEP = {} ~~|\nSAVEPER = TIME STEP ~~|\n"


def run(folder, text, final=8, step=1, **options):
    (folder / "m.mdl").write_text("{UTF-8}\n" + text + CONTROLS.format(final, step))
    return sf.load(folder / "m.mdl").run(**options)


def both_ways(folder, macro, use, name="y"):
    """The values where the macro stands before its use, which are those where it stands behind."""
    before, after = run(folder, macro + use)[name].values, run(folder, use + macro)[name].values
    np.testing.assert_array_equal(before, after)
    return np.broadcast_to(before, 9).tolist() if np.ndim(before) == 0 else before.tolist()


SSHAPE = (
    ":MACRO: SSHAPE(x, power)\nSSHAPE = IF THEN ELSE(in < 0.5, 0.5 * (2 * in) ^ power,"
    " 1 - 0.5 * (2 * (1 - in)) ^ power) ~~|\nin = MAX(0, MIN(1, x)) ~~|\n:END OF MACRO:\n"
)


def test_sshape_is_the_macro_of_the_model(tmp_path):
    # At x = 0.25: 0.5 * 0.5^2 = 0.125, and as much below 1 at 0.75.
    found = both_ways(tmp_path, SSHAPE, "y = SSHAPE(Time / 8, 2) ~~|\n")
    assert found[0:9:2] == pytest.approx([0, 0.125, 0.5, 0.875, 1])


def test_a_refused_function_stays_refused_inside_the_macro_of_its_name(tmp_path):
    with pytest.raises(sf.ModelError, match="SSHAPE is an S-shaped curve"):
        run(tmp_path, ":MACRO: SSHAPE(x)\nSSHAPE = SSHAPE(x) * 2 ~~|\n:END OF MACRO:\ny = SSHAPE(1) ~~|\n")


@pytest.mark.parametrize(
    "body",
    ["RAMP FROM TO = from + (to - from) * MAX(0, MIN(1, (Time$ - start) / (stop - start)))",
     "RAMP FROM TO = from + RAMP((to - from) / (stop - start), start, stop)"],
)
def test_ramp_from_to_goes_from_one_value_to_another(body, tmp_path):
    macro = f":MACRO: RAMP FROM TO(from, to, start, stop)\n{body} ~~|\n:END OF MACRO:\n"
    found = both_ways(tmp_path, macro, "y = RAMP FROM TO(10, 30, 2, 6) ~~|\n")
    assert found == pytest.approx([10, 10, 10, 15, 20, 25, 30, 30, 30])


def test_a_macro_named_ramp_calls_the_function_in_its_body_and_is_called_elsewhere(tmp_path):
    macro = ":MACRO: RAMP(slope, start, stop)\nRAMP = 100 + RAMP(slope, start, stop) ~~|\n:END OF MACRO:\n"
    other = ":MACRO: twice(x)\ntwice = 2 * RAMP(x, 0, 2) ~~|\n:END OF MACRO:\n"
    assert both_ways(tmp_path, macro, "y = RAMP(1, 2, 4) ~~|\n") == [100, 100, 100, 101, 102, 102, 102, 102, 102]
    assert both_ways(tmp_path, macro + other, "y = twice(1) ~~|\n")[:4] == [200, 202, 204, 204]


def test_sample_until_keeps_what_it_saw_last(tmp_path):
    macro = (
        ":MACRO: SAMPLE UNTIL(last time, input, first)\nSAMPLE UNTIL = INTEG(IF THEN ELSE(Time$ <= last time,"
        " (input - SAMPLE UNTIL) / TIME STEP$, 0), first) ~ input ~|\n:END OF MACRO:\n"
    )
    found = both_ways(tmp_path, macro, "y = SAMPLE UNTIL(3, 10 * Time, -1) ~~|\n")
    assert found == [-1, 0, 10, 20, 30, 30, 30, 30, 30]
    held = ":MACRO: SAMPLE UNTIL(t, x, i)\nSAMPLE UNTIL = SAMPLE IF TRUE(Time$ <= t, x, i) ~~|\n:END OF MACRO:\n"
    assert both_ways(tmp_path, held, "y = SAMPLE UNTIL(3, 10 * Time, -1) ~~|\n") == [0, 10, 20, 30, 30, 30, 30, 30, 30]


PINK = (
    ":MACRO: {0}(mean, std deviation, correlation time, time step, seed)\n"
    "{0} = INTEG(change, mean + std deviation * RANDOM NORMAL(-6, 6, 0, 1, seed)) ~ mean ~|\n"
    "change = (white noise - {0}) / correlation time ~~|\n"
    "white noise = mean + std deviation * ((2 - time step / correlation time) / (time step / correlation time)) ^ 0.5"
    " * RANDOM NORMAL(-6, 6, 0, 1, seed) ~~|\n:END OF MACRO:\n"
)


@pytest.mark.parametrize("name", ["PINK NOISE", "RANDOM PINK NOISE"])
def test_pink_noise_has_its_mean_deviation_and_memory(name, tmp_path):
    """Each of 200 elements over 80 steps; what is left of a value after a step is 1 - 0.25/2 of it."""
    use = f"d: (e1-e200) ~~|\ny[d] = {name}(5, 3, 2, TIME STEP, 0) ~~|\n"
    drawn = run(tmp_path, PINK.format(name) + use, 20, 0.25)["y"].values
    # A value tells about 15 steps: 80 * 200 / 15 independent ones are a thousand.
    assert drawn.mean() == pytest.approx(5, abs=4 * 3 / math.sqrt(1000))
    assert drawn.std() == pytest.approx(3, rel=0.08)
    assert np.corrcoef(drawn[1:].ravel(), drawn[:-1].ravel())[0, 1] == pytest.approx(0.875, abs=0.02)


def test_two_calls_of_a_noisy_macro_draw_apart(tmp_path):
    use = "y = PINK NOISE(0, 1, 4, 1, 0) ~~|\nz = PINK NOISE(0, 1, 4, 1, 0) ~~|\n"
    ds = run(tmp_path, PINK.format("PINK NOISE") + use)
    assert not np.any(ds["y"].values == ds["z"].values)


def test_a_noisy_macro_draws_the_same_where_other_variables_call_it_too(tmp_path):
    macro = (
        ":MACRO: noisy(x)\nnoisy = INTEG(RANDOM NORMAL(-9, 9, x, one, 0), shift(2)) ~~|\none = 1 ~~|\n"
        "shift((0,0),(9,9)) ~~|\n:END OF MACRO:\n"
    )
    use = "y = noisy(2) + noisy(Time) ~~|\n"
    one = run(tmp_path, macro + use)
    two = run(tmp_path, macro + "a = noisy(3) ~~|\n" + use)
    assert two["y"].values.tolist() == one["y"].values.tolist()


def test_init_keeps_the_first_value(tmp_path):
    macro = ":MACRO: INIT(x)\nINIT = INITIAL(x) ~ x ~|\n:END OF MACRO:\n"
    ds = run(tmp_path, macro + "y = INIT(3 + Time) ~~|\nz = Time * y + INIT(y) ~~|\n")
    assert ds["z"].values.tolist() == [3 + 3 * time for time in range(9)]


def test_a_macro_named_initial_or_smooth_is_built_on_the_function(tmp_path):
    macro = ":MACRO: SMOOTH(x, t)\nSMOOTH = 1000 + SMOOTH(x, t) ~~|\n:END OF MACRO:\n"
    ds = run(tmp_path, macro + "y = SMOOTH(Time, 2) ~~|\nz = SMOOTHI(Time, 2, 0) ~~|\n")
    np.testing.assert_allclose(ds["y"].values, 1000 + ds["z"].values)


def test_trend2_is_the_functions_trend_written_out(tmp_path):
    macro = (
        ":MACRO: TREND2(input, horizon, first)\nTREND2 = ZIDZ(input - average, horizon * ABS(average)) ~ 1/horizon ~|\n"
        "average = INTEG((input - average) / horizon, input / (1 + first * horizon)) ~ input ~|\n:END OF MACRO:\n"
    )
    use = "x = 5 + Time ^ 2 ~~|\ny = TREND2(x, 3, 0.1) ~~|\nz = TREND(x, 3, 0.1) ~~|\n"
    np.testing.assert_allclose(both_ways(tmp_path, macro, use), run(tmp_path, macro + use)["z"].values, rtol=1e-14)


# What a body may hold, and where a call may stand.


def test_a_body_reads_the_models_variables_only_with_a_dollar(tmp_path):
    macro = ":MACRO: m(x)\nm = x * k$ + Time$ + \"odd: name$\" + k ~~|\nk = 1000 ~~|\n:END OF MACRO:\n"
    found = both_ways(tmp_path, macro, "k = 7 ~~|\n\"odd: name\" = 0.5 ~~|\ny = m(2) ~~|\n")
    assert found == [1014.5 + time for time in range(9)]


def test_what_a_dollar_names_must_be_in_the_model(tmp_path):
    with pytest.raises(sf.ModelError) as caught:
        run(tmp_path, ":MACRO: m(x)\nm = x * nothing$ ~~|\n:END OF MACRO:\ny = m(2) ~~|\n")
    assert [(item.code, item.line) for item in caught.value.diagnostics] == [("SF204", 3)]


STORE = (
    ":MACRO: store(in, out : level, gone)\nstore = in - out ~~|\nlevel = INTEG(in - out, 1) ~~|\n"
    "gone = INTEG(out, 0) ~~|\n:END OF MACRO:\n"
)


def test_outputs_that_are_stocks_are_bound_each_for_each_element(tmp_path):
    use = (
        "d: a, b ~~|\nr[d] = 3, 5 ~~|\ny[d] = store(r[d], 2 : kept, lost) ~~|\n"
        "all = SUM(kept[d!]) + SUM(lost[d!]) ~~|\n"
    )
    ds = run(tmp_path, STORE + use)
    assert ds["kept"].values[-1].tolist() == [1 + 8, 1 + 24]
    assert ds["lost"].values[-1].tolist() == [16, 16]
    assert ds["all"].values[-1] == 9 + 25 + 32


def test_a_call_may_stand_in_a_rate_an_initial_value_a_choice_and_a_lookups_argument(tmp_path):
    macro = ":MACRO: m(x)\nm = x * 10 ~~|\n:END OF MACRO:\n"
    use = (
        "f((0,0),(100,1)) ~~|\ns = INTEG(m(1), m(2)) ~~|\nc = IF THEN ELSE(Time > 4, m(Time), -m(1)) ~~|\n"
        "l = f(m(5)) ~~|\nd = DELAY1(m(3), m(0.2)) ~~|\nv = VMAX(w[e!]) ~~|\ne: p, q ~~|\nw[e] = m(e) ~~|\n"
    )
    ds = run(tmp_path, macro + use)
    assert ds["s"].values.tolist() == [20 + 10 * time for time in range(9)]
    assert ds["c"].values.tolist() == [-10] * 5 + [50, 60, 70, 80]
    last = {name: float(np.ravel(ds[name].values)[-1]) for name in "ldv"}
    assert last == pytest.approx({"l": 0.5, "d": 30, "v": 20})


def test_a_macro_inside_a_macro_keeps_stocks_for_each_way_that_leads_to_it(tmp_path):
    macros = (
        ":MACRO: outer(a)\nouter = inner(a) + inner(2 * a) ~~|\n:END OF MACRO:\n"
        ":MACRO: inner(a)\ninner = INTEG(a, 0) ~~|\n:END OF MACRO:\n"
    )
    assert both_ways(tmp_path, macros, "y = outer(1) + outer(10) ~~|\n")[-1] == 8 * (1 + 2 + 10 + 20)


def test_a_macro_takes_runge_kutta_as_the_model_does(tmp_path):
    macro = ":MACRO: grow(rate)\ngrow = INTEG(grow * rate, 1) ~~|\n:END OF MACRO:\n"
    ds = run(tmp_path, macro + "y = grow(0.1) ~~|\nz = INTEG(z * 0.1, 1) ~~|\n", method="rk4")
    np.testing.assert_array_equal(ds["y"].values, ds["z"].values)


def test_a_stock_of_a_body_begins_at_the_value_of_an_argument_at_the_start(tmp_path):
    macro = ":MACRO: mean of(x, t)\nmean of = INTEG((x - mean of) / t, x) ~~|\n:END OF MACRO:\n"
    ds = run(tmp_path, macro + "y = mean of(3 + Time, 2) ~~|\nz = SMOOTH(3 + Time, 2) ~~|\n")
    np.testing.assert_array_equal(ds["y"].values, ds["z"].values)
