"""Delays, smooths, samples and test inputs over time, by hand-calculated Euler steps."""

from __future__ import annotations

import pytest

from tests.functions.oracle import run


def approx(values):
    return pytest.approx(values, rel=1e-12, abs=1e-12)


def ten_from_two(time):
    return 10.0 if time >= 2 else 0.0


def test_a_smooth_starts_from_its_input_and_closes_a_quarter_of_the_gap_in_each_step():
    assert run("SMOOTH(x, 4)", 4, x=lambda t: 2.0 if t < 1 else 10.0) == approx([2, 2, 4, 5.5, 6.625])


def test_a_smooth_with_an_initial_value_starts_there():
    assert run("SMOOTHI(8, 4, 0)", 3) == approx([0, 2, 3.5, 4.625])
    assert run("SMTH1(8, 4, 0)", 3, "xmile") == approx([0, 2, 3.5, 4.625])


def test_a_third_order_smooth_is_three_in_a_row():
    # Each stage closes half of its gap: 3 / 6 = 1/2 per step.
    assert run("SMOOTH3I(8, 6, 0)", 4) == approx([0, 0, 0, 1, 2.5])


def test_a_first_order_delay_starts_in_equilibrium_and_loses_nothing():
    assert run("DELAY1(3, 4)", 3) == approx([3, 3, 3, 3])
    # The level starts at 0 and takes in 8 a step, of which a quarter leaves.
    assert run("DELAY1I(8, 4, 0)", 3) == approx([0, 2, 3.5, 4.625])


def test_a_third_order_delay_passes_on_a_half_of_each_stage():
    assert run("DELAY3I(8, 6, 0)", 4) == approx([0, 0, 0, 1, 2.5])
    assert run("DELAY3(x, 6)", 4, x=lambda t: 5.0) == approx([5, 5, 5, 5, 5])


def test_a_trend_starts_at_its_initial_value():
    # average starts at 100 / (1 + 0.02 * 5) and the trend is the gap over 5 averages.
    assert run("TREND(100, 5, 0.02)", 0) == approx([0.02])
    # average 100 / 1.1 moves by a fifth of the gap.
    average = 100 / 1.1 + (100 - 100 / 1.1) / 5
    assert run("TREND(100, 5, 0.02)", 1)[1] == approx((100 - average) / (5 * average))


def test_a_trend_in_xmile_is_told_of_small_numbers_too():
    small = run("TREND(x, 5)", 1, "xmile", x=lambda t: 1e-9 * (1 + t))[1]
    assert small == approx(1 / 5)
    assert run("TREND(x, 5, 0)", 1, "vensim", x=lambda t: 1e-9 * (1 + t))[1] == 0


def test_a_forecast_prolongs_the_trend():
    # average 1, input 2: the trend is (2 - 1) / (5 * 1) per unit of time, 10 ahead makes 2 * (1 + 0.2 * 10).
    assert run("FORECAST(x, 5, 10)", 1, x=lambda t: 1 + t) == approx([1, 6])
    assert run("FORCST(x, 5, 10)", 1, "xmile", x=lambda t: 1 + t) == approx([1, 6])


def test_present_value_counts_the_current_step():
    # Discount factors 1, 1/1.1, 1/1.21 with a TIME STEP of 1.
    assert run("NPV(100, 0.1, 0, 1)", 2) == approx([100, 100 + 100 / 1.1, 100 + 100 / 1.1 + 100 / 1.21])
    assert run("NPVE(100, 0.1, 0, 2)", 1) == approx([200 / 1.1, 200 / 1.1 + 200 / 1.21])


def test_a_fixed_delay_shows_the_initial_value_for_whole_steps():
    def over(delay):
        return run(f"DELAY FIXED(x, {delay}, -1)", 4, x=lambda t: t)

    assert over(2) == [-1, -1, 0, 1, 2]
    assert over(0) == over(1) == over(1.2) == [-1, 0, 1, 2, 3]
    assert over(1.5) == over(2)


def test_an_xmile_delay_starts_from_its_input():
    assert run("DELAY(x, 2)", 3, "xmile", x=lambda t: 5 + t) == [5, 5, 5, 6]


def test_previous_is_one_step_old():
    assert run("PREVIOUS(x, 9)", 3, "xmile", x=lambda t: t * t) == [9, 0, 1, 4]


def test_a_sample_is_kept_until_the_condition_holds_again():
    values = run("SAMPLE IF TRUE(MODULO(x, 3) = 1, x, -5)", 6, x=lambda t: t)
    assert values == [-5, 1, 1, 1, 4, 4, 4]
    assert run("SAMPLE IF TRUE(x = 0, 7, -5)", 1, x=lambda t: t) == [7, 7]


def test_an_initial_value_is_kept():
    assert run("INITIAL(x)", 2, x=lambda t: 4 + t) == [4, 4, 4]
    assert run("REINITIAL(x)", 2, x=lambda t: 4 + t) == [4, 4, 4]


def test_a_step_is_taken_half_a_step_early():
    assert run("STEP(5, 2)", 4) == [0, 0, 5, 5, 5]
    assert run("STEP(5, 2.4)", 4) == [0, 0, 5, 5, 5]
    assert run("STEP(5, 2.5)", 4) == [0, 0, 0, 5, 5]


def test_a_step_is_taken_on_time_where_time_is_reached_with_a_rounding_error():
    # 3 * 0.1 is above 0.3, 6 * 0.1 above 0.6, 7 * 0.1 above 0.7.
    for count in (3, 6, 7):
        assert run(f"STEP(1, 0.{count})", 9, step=0.1) == [0] * count + [1] * (10 - count)


def test_a_pulse_lasts_its_width_and_at_least_one_step():
    assert run("PULSE(2, 2)", 5) == [0, 0, 1, 1, 0, 0]
    assert run("PULSE(2, 0)", 5) == [0, 0, 1, 0, 0, 0]


def test_a_pulse_train_repeats_until_its_end():
    assert run("PULSE TRAIN(1, 1, 3, 8)", 10) == [0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0]
    assert run("PULSE TRAIN(1, 1, 3, 7)", 10) == [0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0]
    assert run("PULSE TRAIN(1, 1, 3, 6)", 10) == [0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    assert run("PULSE TRAIN(1, 0, 3, 8)", 10) == [0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0]


def test_pulses_that_are_wider_than_their_distance_join():
    assert run("PULSE TRAIN(2, 5, 3, 8)", 10) == [0, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0]
    assert run("PULSE TRAIN(2, 5, 0, 8)", 10) == [0, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0]


def test_a_ramp_stops_at_its_end():
    assert run("RAMP(2, 1, 4)", 6) == approx([0, 0, 2, 4, 6, 6, 6])
    assert run("RAMP(2, 1)", 6, "xmile") == approx([0, 0, 2, 4, 6, 8, 10])


def test_pulses_carry_a_volume_within_one_step():
    assert run("PULSE(6, 1)", 3, "xmile", step=0.5, stop=2) == [0, 0, 12, 0]
    assert run("PULSE(6, 1, 1)", 5, "xmile", step=0.5, stop=2) == [0, 0, 12, 0, 12, 0]


def test_stellas_pulse_without_an_interval_comes_at_every_step():
    assert run("PULSE(6, 2)", 4, "stella") == [0, 0, 6, 6, 6]
    assert run("PULSE(6, 2, 0)", 4, "stella") == [0, 0, 6, 0, 0]
    assert run("PULSE(6)", 2, "stella") == [6, 6, 6]


def test_waves_run_with_time_from_the_start_of_the_run():
    assert run("SINWAVE(3, 4)", 4, "stella", start=10) == approx([0, 3, 0, -3, 0])
    assert run("COSWAVE(3, 4)", 2, "stella", start=10) == approx([3, 0, -3])
