"""What remembers: stocks, smooths, delays, samples and initial values, element by element and inside sums.

All expectations are worked out by hand from the language reference, sections 2.3 to 2.5, 4.1 and 4.2.
"""

from __future__ import annotations

import pytest

from tests.running import over_runs, run

A, SUB = "A: a1, a2, a3", "Sub: a2, a3"
PER_A = "p[A] = 1, 2, 4"


def test_a_smooth_inside_a_sum_has_a_level_for_each_element(tmp_path):
    # The sum of the inputs is 7 Time; each level moves half of its gap: 0, 0, 3.5, then (14 + 3.5) / 2.
    assert run(tmp_path, A, PER_A, "x = SUM(SMOOTH(p[A!] * Time, 2))", final=3)["x"] == [0, 0, 3.5, 8.75]


def test_a_delay_inside_a_sum_starts_in_balance(tmp_path):
    assert run(tmp_path, A, PER_A, "x = SUM(DELAY1(p[A!], 2))", final=2)["x"] == [7, 7, 7]


def test_two_calls_alike_have_a_memory_each(tmp_path):
    found = run(tmp_path, "x = SMOOTH(Time, 2) - SMOOTH(Time, 2)", "y = SMOOTH(SMOOTH(Time, 2), 2)", final=3)
    assert found["x"] == [0, 0, 0, 0]
    # The inner level is 0, 0, 0.5, 1.25; the outer one follows half a gap behind it.
    assert found["y"] == [0, 0, 0, 0.25]


@pytest.mark.parametrize("wrapped", ["{}", "{} + 0", "SAMPLE IF TRUE(Time >= 0, {}, 9)"])
@pytest.mark.parametrize("outer", [
    "DELAY INFORMATION({}, 1, 0)", "DELAY MATERIAL({}, 1, 0, 0)", "SINTEG({} - last, 0, :NA:, :NA:, 0, :NA:, :NA:)",
])
def test_a_memory_in_a_memory_is_told_what_the_inner_one_was_before_the_step(tmp_path, wrapped, outer):
    inner = "DELAY MATERIAL(1 + Time, 1, 0, 0)"
    found = run(tmp_path, f"y = {wrapped.format(outer.format(inner))}", "last = DELAY FIXED(y, 0, 0)", final=4)
    # The inner one is 0, 1, 2, 3. The stock loses what it was a step ago: 0, 0, 0 + 1, 1 + 2 - 0, 3 + 3 - 1.
    assert found["y"] == ([0, 0, 1, 3, 5] if "last" in outer else [0, 0, 1, 2, 3])


def test_a_memory_in_a_memory_of_elements_serves_all_of_them(tmp_path):
    found = run(tmp_path, A, PER_A, "y[A] = DELAY INFORMATION(DELAY MATERIAL(1 + Time, 1, 0, 0), 1, p[A]) * 2", final=3)
    assert found["y"] == [[2, 4, 8], [0, 0, 0], [2, 2, 2], [4, 4, 4]]


def test_a_memory_of_one_element_only_leaves_the_others_alone(tmp_path):
    found = run(
        tmp_path,
        A,
        SUB,
        PER_A,
        "x[a1] = DELAY FIXED(Time, 1, -1)",
        "x[Sub] = p[Sub]",
        "y[a1] = 0",
        "y[Sub] = DELAY FIXED(p[Sub] * Time, 1, -Sub)",
        final=2,
    )
    assert found["x"] == [[-1, 2, 4], [0, 2, 4], [1, 2, 4]]
    assert found["y"] == [[0, -2, -3], [0, 0, 0], [0, 2, 4]]


@pytest.mark.parametrize(
    ("delay", "expected"),
    [(0, [-1, 0, 1, 2, 3, 4]), (1.2, [-1, 0, 1, 2, 3, 4]), (1.5, [-1, -1, 0, 1, 2, 3]), (3.7, [-1, -1, -1, -1, 0, 1])],
)
def test_a_fixed_delay_is_the_nearest_number_of_steps_and_at_least_one(tmp_path, delay, expected):
    # Recorded from Vensim: SDXorg test-models, delay_fixed.
    assert run(tmp_path, f"x = DELAY FIXED(Time, {delay}, -1)", final=5)["x"] == expected


def test_a_fixed_delay_of_each_run_has_a_length_of_its_own(tmp_path):
    found = run(tmp_path, "tau = 1", "x = DELAY FIXED(Time, tau, -1)", final=3, given={"tau": over_runs([1, 2, 3])})
    assert found["x"] == [[-1, -1, -1], [0, -1, -1], [1, 0, -1], [2, 1, 0]]


@pytest.mark.parametrize("method", ["euler", "rk2", "rk4"])
def test_a_sample_is_taken_at_the_start_of_a_step_and_held_within_it(tmp_path, method):
    found = run(
        tmp_path,
        "s = INTEG(1, 0)",
        "h = SAMPLE IF TRUE(Time = 2, s * 10, -5)",
        "q = INTEG(h, 0)",
        final=4,
        method=method,
    )
    assert found["h"] == [-5, -5, 20, 20, 20]
    assert found["q"] == [0, -5, -10, 10, 30]


def test_a_sample_may_be_taken_at_the_first_time(tmp_path):
    assert run(tmp_path, "x = SAMPLE IF TRUE(Time = 0, 7, -5)", final=1)["x"] == [7, 7]


@pytest.mark.parametrize("method", ["euler", "rk2", "rk4"])
def test_test_inputs_and_fixed_delays_stand_still_within_a_step(tmp_path, method):
    found = run(
        tmp_path,
        "a = INTEG(STEP(6, 1), 0)",
        "b = INTEG(PULSE(1, 1), 0)",
        "c = INTEG(RAMP(1, 1, 3), 0)",
        "s = INTEG(2, 0)",
        "d = INTEG(DELAY FIXED(s, 1, 0), 0)",
        final=4,
        method=method,
    )
    assert found["a"] == [0, 0, 6, 12, 18]
    assert found["b"] == [0, 0, 1, 1, 1]
    assert found["c"] == [0, 0, 0, 1, 3]
    assert found["d"] == [0, 0, 0, 2, 6]


@pytest.mark.parametrize(
    ("method", "expected"), [("euler", [0, 0, 1, 3]), ("rk2", [0, 0.5, 2, 4.5]), ("rk4", [0, 0.5, 2, 4.5])]
)
def test_the_modellers_time_moves_within_a_step(tmp_path, method, expected):
    assert run(tmp_path, "x = INTEG(Time, 0)", final=3, method=method)["x"] == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(("method", "factor"), [("euler", 2), ("rk2", 2.5), ("rk4", 65 / 24)])
def test_growth_over_one_step_is_the_methods_series_of_e(tmp_path, method, factor):
    assert run(tmp_path, "x = INTEG(x, 1)", final=1, method=method)["x"] == pytest.approx([1, factor], rel=1e-15)


def test_initial_keeps_the_value_of_the_start(tmp_path):
    found = run(tmp_path, "s = INTEG(1, 5)", "k = INITIAL(s * 2)", "m = INITIAL(s) + s", final=2)
    assert found["k"] == [10, 10, 10]
    assert found["m"] == [10, 11, 12]


def test_active_initial_cuts_the_circle_of_initial_values_and_is_active_from_the_first_row(tmp_path):
    found = run(tmp_path, "s = INTEG(q, q)", "q = ACTIVE INITIAL(s * 2, 45)", final=2)
    assert found["s"] == [45, 135, 405]
    assert found["q"] == [90, 270, 810]


def test_an_initial_value_reads_stocks_and_auxiliaries_of_the_start(tmp_path):
    found = run(tmp_path, "b = INTEG(1, a + k)", "a = INTEG(1, 3)", "k = a * 2", final=1)
    assert found["b"] == [9, 10]


def test_a_stock_of_some_elements_stands_beside_constants_of_others(tmp_path):
    found = run(tmp_path, A, SUB, "x[a1] = 5", "x[Sub] = INTEG(Sub, x[a1])", final=2)
    assert found["x"] == [[5, 5, 5], [5, 7, 8], [5, 9, 11]]


def test_a_memory_takes_a_stock_in_its_argument_as_it_was_before_the_step(tmp_path):
    calls = ("DELAY FIXED({}, 1, -1)", "DELAY MATERIAL({}, 1, -1, 0)", "DELAY FIXED(DELAY FIXED({}, 1, -1), 1, -1)")
    for call in calls:
        nested = call.format("INTEG(1, 5)")
        found = run(tmp_path, "s = INTEG(1, 5)", f"x = {call.format('s')}", f"y = {nested}", final=4)
        assert found["x"] == found["y"]
        assert found["x"][3] in (6, 7)
