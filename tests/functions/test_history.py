"""What looks back on a run: past values, rates of return and derivatives, in arrays, batches and within a step."""

from __future__ import annotations

import math

import numpy as np
import pytest
import xarray as xr

import stockflow as sf
from stockflow.limits import Limits
from stockflow.runtime import past
from stockflow.runtime.budget import Budget, RunLimit
from tests.builtins import faults, near, run, written

D = "d: a, b"
SQUARE = "x = 5 + TIME * TIME"


def test_a_past_value_is_that_of_the_last_step_up_to_a_time(tmp_path):
    found = run(tmp_path, SQUARE, "y = HISTORY(x, 0.6)", "z = HISTORY(x, -1)", "k = HISTORY(x, 99)",
                "b = HISTORY(3, TIME)", final=1.5, step=0.5)
    # x is 5, 5.25, 6, 7.25; up to 0.6 the last step is that of 0.5, once it is there.
    assert found["y"] == [5, 5.25, 5.25, 5.25]
    assert found["z"] == [0, 0, 0, 0]
    assert found["k"] == found["x"] == [5, 5.25, 6, 7.25]
    assert found["b"] == [3, 3, 3, 3]


def test_a_past_time_that_is_reached_with_a_rounding_error_is_met(tmp_path):
    # 3 * 0.1 is above 0.3, and 0.7 - 0.4 is below it.
    found = run(tmp_path, "x = TIME * 10", "y = HISTORY(x, 0.3)", "z = HISTORY(x, 0.7 - 0.4)", final=0.6, step=0.1)
    assert found["y"] == found["z"] == near([0, 1, 2, 3, 3, 3, 3])


def test_each_element_has_a_past_of_its_own(tmp_path):
    found = run(tmp_path, "v[d] = 1 | 10", "x[d] = v * TIME", "y[d] = HISTORY(x, TIME - v)",
                "s = SUM(HISTORY(x[*], 1))", "one = HISTORY(x[b], TIME - 2)", final=3, dimensions=D)
    assert found["y"] == [[0, 0], [0, 0], [1, 0], [2, 0]]
    assert found["s"] == [0, 11, 11, 11]
    assert found["one"] == [0, 0, 0, 10]


@pytest.mark.parametrize("method", ["euler", "rk2", "rk4"])
def test_a_past_value_stands_still_within_a_step(method, tmp_path):
    found = run(tmp_path, "s += 1, 0", "r += HISTORY(s, TIME - 1), 0", "t += DERIVN(s * s, 1), 0", final=3,
                method=method)
    # s is 0, 1, 2: one step ago 0 (before the start), 0, 1. Its square grows by 0, 1, 3.
    assert np.diff(found["r"]) == near([0, 0, 1])
    assert np.diff(found["t"]) == near([0, 1, 3])


def test_a_stock_may_depend_on_its_own_past(tmp_path):
    found = run(tmp_path, "s += HISTORY(s, TIME - 2) + 1, 4", final=4)
    # One a step while there is no past, then 4 and 5 of two steps before.
    assert found["s"] == [4, 5, 6, 11, 17]


def test_what_depends_on_its_own_past_without_a_stock_is_a_loop_that_is_told(tmp_path):
    # The time that is asked for may be the present one.
    assert {code for code, _ in faults(tmp_path, "x = HISTORY(x, TIME - 1) + 1", final=1)} == {"SF401", "SF402"}


def test_runs_of_a_batch_have_a_past_each(tmp_path):
    path = written(tmp_path, "x = TIME * base", "y = HISTORY(x, TIME - base)",
                   "r = IRR(IF TIME = 0 THEN -100 ELSE 110 + base)", final=2)
    found = sf.load(path).run({"base": xr.DataArray([1.0, 2.0], dims="run")})
    assert found["y"].transpose("run", ...).values.tolist() == [[0, 0, 1], [0, 0, 0]]
    assert found["r"].isel(time=1).values.tolist() == pytest.approx([0.11, 0.12])


@pytest.mark.parametrize(
    ("stream", "rate"),
    [
        ([-100, 0, 0, 133.1], 0.1), ([-100, 200], 1), ([100, -50], -0.5), ([-100, 30, 30, 30], None),
        ([-1, 1e5], 99999), ([5, 5], "none"), ([0, 0], "none"), ([-5, 5], 0), ([-1, 1e9], "none"),
        # Both 0.1 and 0.5 solve it: 1 - 2.6 v + 1.65 v^2 = (1 - 1.1 v)(1 - 1.5 v).
        ([-1, 2.6, -1.65], 0.1),
    ],
)
def test_a_rate_of_return_makes_the_stream_worth_nothing(stream, rate, tmp_path):
    kept = past.Past(1.0, 0.0)
    for time, value in enumerate(stream[:-1]):
        kept.push(value, time)
    found = kept.internal_rate(stream[-1], len(stream) - 1, -7)
    if rate == "none":
        assert found == -7
        return
    assert sum(value / (1 + found) ** time for time, value in enumerate(stream)) == pytest.approx(0, abs=1e-9)
    if rate is not None:
        assert found == pytest.approx(rate, rel=1e-9, abs=1e-12)


def test_a_stream_with_no_number_in_it_has_no_rate():
    kept = past.Past(1.0, 0.0)
    kept.push(math.inf, 0)
    assert math.isnan(kept.internal_rate(-5.0, 1, 0.0))


def test_a_long_stream_is_solved_in_good_time():
    kept, time = past.Past(1.0, 0.0), 0
    kept.push(-1000.0, time)
    for time in range(1, 1500):
        found = kept.internal_rate(5.0, time, 0.0)
        kept.push(5.0, time)
    # 5 for ever are worth 1000 at half a percent, and 1500 of them nearly so.
    assert found == pytest.approx(0.005, rel=2e-3)
    assert kept.recall(1e9) == 5


def test_a_past_has_a_limit():
    kept = past.Past(1.0, 0.0, Budget(Limits(past_values=2)))
    kept.push(1, 0)
    kept.push(1, 1)
    with pytest.raises(RunLimit, match="more than 2 values"):
        kept.push(1, 2)


def test_derivatives_wait_for_a_past_and_take_any_expression(tmp_path):
    found = run(tmp_path, "n = 3", "x = TIME * TIME * TIME", "y = DERIVN(x, n)", "z[d] = DERIVN(TIME * d, 1)",
                "w = DERIVN(DERIVN(x, 1), 1)", final=5, dimensions=D)
    # 0, 1, 8, 27, 64, 125: differences 1, 7, 19, 37, 61; then 6, 12, 18, 24; then 6 each time.
    assert found["y"] == [0, 0, 0, 6, 6, 6]
    assert found["z"] == [[0, 0], *[[1, 2]] * 5]
    # A derivative of one has a past from its second step on: 1 - 0 comes first.
    assert found["w"] == [0, 1, 6, 12, 18, 24]


def test_an_order_that_moves_is_told(tmp_path):
    assert [code for code, _ in faults(tmp_path, "y = DERIVN(TIME, TIME)", final=2)] == ["SF206"]


def test_a_counter_begins_with_the_run_and_closes_its_cycle_on_time(tmp_path):
    found = run(tmp_path, "x = COUNTER(0, 0.3)", "y = COUNTER(-1, 0.5)", final=0.9, step=0.1)
    assert found["x"] == near([0, 0.1, 0.2] * 3 + [0])
    assert found["y"] == near([-1 + place / 10 for place in range(10)])
