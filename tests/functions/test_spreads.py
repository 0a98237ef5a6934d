"""Conveyors, profiles and depreciation, by hand-calculated steps; what comes in comes out, whatever moves."""

from __future__ import annotations

import math

import pytest

import stockflow as sf
from tests.running import faults, over_runs, run, written

FLAT = "flat((0,1),(1,1))"
BOX = "box((0,1),(2,1))"
YEARS = ("years: y1, y2, y3", "share[years] = 5, 3, 2")


def given(call, *lines, **options):
    def of(folder):
        return run(folder, f"y = {call}", *lines, **options)["y"]

    return of


# Conveyors.


def test_a_belt_with_a_steady_time_is_the_fixed_delay(tmp_path):
    found = given("DELAY CONVEYOR(Time + 1, 3, 0, flat, 21, 3)", FLAT, final=6)(tmp_path)
    assert found == pytest.approx([7, 7, 7, 1, 2, 3, 4])


def test_a_delay_between_two_numbers_of_steps_mixes_what_came_in_them(tmp_path):
    # A step is 0.4 of a belt of 2.5 steps: half of what came in two steps ago and half of three steps ago go together.
    found = given("DELAY CONVEYOR(10 * Time, 2.5, 0, flat, 0, 2.5)", FLAT, final=5)(tmp_path)
    assert found == pytest.approx([0, 0, 0, 5, 15, 25])


def test_a_faster_belt_carries_off_what_lies_on_it(tmp_path):
    # Quarters of 4 lie on the belt; the time that halves at 1 is seen in the step from 2 on: two quarters at once.
    found = given("DELAY CONVEYOR(0, IF THEN ELSE(Time < 1, 4, 2), 0, flat, 16, 4)", FLAT, final=5)(tmp_path)
    assert found == pytest.approx([4, 4, 8, 0, 0, 0])


def test_a_slower_belt_gives_less_at_a_time_and_loses_nothing(tmp_path):
    # Half of a quarter in each step from 2 on: 2 * 4 goes in 4 steps.
    found = given("DELAY CONVEYOR(0, IF THEN ELSE(Time < 1, 4, 8), 0, flat, 16, 4)", FLAT, final=6)(tmp_path)
    assert found == pytest.approx([4, 4, 2, 2, 2, 2, 0])


def test_a_belt_whose_speed_changes_loses_nothing(tmp_path):
    inflow = "IF THEN ELSE(Time < 3, 1 + Time, 0)"
    found = given(f"DELAY CONVEYOR({inflow}, 2 + SIN(5 * Time), 0, flat, 0, 2)", FLAT, final=12, step=0.25)(tmp_path)
    # 0.25 * (1 + 1.25 + ... + 3.75) = 0.25 * 12 * 2.375.
    assert sum(found) * 0.25 == pytest.approx(7.125)
    assert min(found) >= 0


def test_a_leak_takes_a_part_of_everything_in_each_step(tmp_path):
    # What is lost in a step is a tenth of the 16, later of what is left of it: outputs 4, then 0.9 * 4 of 0.9 * 12 ...
    found = run(tmp_path, FLAT, "y = DELAY CONVEYOR(0, 4, leak, flat, 16, 4)", "leak = IF THEN ELSE(Time < 2, 0.1, 0)",
                final=4)
    assert found["y"] == pytest.approx([4, 3.6, 3.24, 3.24, 0])


def test_a_leak_of_everything_leaves_nothing_and_the_belt_goes_on(tmp_path):
    found = given("DELAY CONVEYOR(8, 2, IF THEN ELSE(Time < 2, 5, 0), flat, 16, 2)", FLAT, final=5)(tmp_path)
    assert found == pytest.approx([8, 0, 0, 0, 8, 8])


def test_a_belt_shorter_than_a_step_takes_one_step(tmp_path):
    assert given("DELAY CONVEYOR(Time, 0.3, 0, flat, 5, 0.3)", FLAT, final=3)(tmp_path) == pytest.approx([5, 0, 1, 2])


def test_an_initial_time_of_its_own_sets_the_speed_of_the_first_step(tmp_path):
    # A half of 8 leaves in the first step; what is left lies on a half of a belt of 4 steps.
    found = given("DELAY CONVEYOR(0, 4, 0, flat, 8, 2)", FLAT, final=4)(tmp_path)
    assert found == pytest.approx([4, 2, 2, 0, 0])


def test_the_elements_and_runs_of_a_belt_have_belts_of_their_own(tmp_path):
    found = run(
        tmp_path, "d: a1, a2", FLAT, "tau[d] = 1, 2", "x = 6", "y[d] = DELAY CONVEYOR(x, tau[d], 0, flat, 0, 1)",
        final=3, given={"x": over_runs([6, 60])},
    )
    # At the speed of 1 the second element's first 6 is laid over the whole belt, half of which then goes by in a step.
    assert found["y"][1:] == [[[6, 60], [3, 30]], [[6, 60], [3, 30]], [[6, 60], [6, 60]]]


# Profiles.


def test_a_profile_gives_back_the_area_of_what_came_in(tmp_path):
    call = "DELAY PROFILE(tri, PULSE(0, 0) * 10, 3, 0, 0)"
    found = given(call, "tri((0,0),(1,1),(2,0))", final=8, step=0.5)(tmp_path)
    assert sum(found) == pytest.approx(10)
    # Around its mean the response is the same to both sides: 3 is the sixth step.
    assert found[4] == pytest.approx(found[8])
    assert max(found) == found[6]


def test_a_profile_of_one_time_is_the_fixed_delay(tmp_path):
    found = given("DELAY PROFILE(late, Time + 1, 3, 5, 0)", "late((9.9,1),(10.1,1))", final=6)(tmp_path)
    assert found == pytest.approx([5, 5, 5, 1, 2, 3, 4])


def test_an_input_keeps_the_delay_time_that_it_met(tmp_path):
    # The first 8 at 2 takes 0.375, 0.25, 0.25 and 0.125 after 1 to 4 steps; the second at 1 takes 0.75 and 0.25.
    found = given("DELAY PROFILE(box, IF THEN ELSE(Time < 2, 8, 0), 2 - STEP(1, 1), 0, 0)", BOX, final=5)(tmp_path)
    assert found == pytest.approx([0, 3, 2 + 6, 2 + 2, 1, 0])


def test_an_input_that_goes_on_growing_as_before_gives_an_output_that_does(tmp_path):
    # Before the start the input grew by a tenth in each step, and it goes on so.
    found = run(tmp_path, BOX, "s = INTEG(s * 0.1, s0)", "s0 = 100", "y = DELAY PROFILE(box, s, 2, first, 0.1)",
                "first = 100 * (0.375 / 1.1 + 0.25 / 1.1^2 + 0.25 / 1.1^3 + 0.125 / 1.1^4)", final=6)
    start = found["first"][0]
    assert found["y"] == pytest.approx([start * 1.1**count for count in range(7)])


# Depreciation.


def test_each_part_of_a_stream_is_spread_over_the_time_that_it_met(tmp_path):
    # 6 over 3 steps, then 6 over 2.
    found = given("DEPRECIATE STRAIGHTLINE(IF THEN ELSE(Time < 2, 6, 0), 3 - STEP(1, 1), 1, 0)", final=5)(tmp_path)
    assert found == [0, 2, 5, 5, 0, 0]


def test_a_stream_that_goes_on_as_before_is_depreciated_as_before(tmp_path):
    found = given("DEPRECIATE STRAIGHTLINE(7, 2, 1, 7)", final=4, step=0.25)(tmp_path)
    assert found == pytest.approx([7] * 17)


def test_a_schedule_spreads_by_fiscal_periods(tmp_path):
    # Years of two steps from 0 on, 10 in each of the first two: 5 of the first 10 on two steps and 5 of the second on
    # one, then 3 and 3, 2 and 2 on two steps each.
    found = given("DEPRECIATE BY SCHEDULE(IF THEN ELSE(Time < 1, 10, 0), share[y1], 0, 3, 0)", *YEARS, final=4,
                  step=0.5)(tmp_path)
    assert found == pytest.approx([0, 2.5, 7.5, 3, 3, 2, 2, 0, 0])
    # In half steps the sum of rates times a half is what came in.
    assert sum(found) == pytest.approx(20)


def test_a_schedule_may_begin_further_on_in_its_array(tmp_path):
    found = given("DEPRECIATE BY SCHEDULE(PULSE(0, 1) * 10, share[y2], 0, 2, 0)", *YEARS, final=4)(tmp_path)
    # 3 and 2 of 5, in two years.
    assert found == pytest.approx([0, 6, 4, 0, 0])


@pytest.mark.parametrize("begin", [0, 1, 0.5, -7.5, 100.25])
def test_a_schedule_conserves_wherever_its_periods_begin(tmp_path, begin):
    stream = "IF THEN ELSE(Time < 3, 1 + Time, 0)"
    found = given(f"DEPRECIATE BY SCHEDULE({stream}, share[y1], 0, 4, {begin})", *YEARS, final=9, step=0.25)(tmp_path)
    # As above: 0.25 * (1 + 1.25 + ... + 3.75).
    assert sum(found) * 0.25 == pytest.approx(7.125)
    assert min(found) >= 0


@pytest.mark.parametrize("begin", [0, 0.25, 0.75])
def test_a_scheduled_stream_that_goes_on_as_before_is_as_high_in_each_period(tmp_path, begin):
    found = given(f"DEPRECIATE BY SCHEDULE(8, share[y1], 8, 3, {begin})", *YEARS, final=6, step=0.25)(tmp_path)
    periods = [sum(found[first + 1 : first + 5]) / 4 for first in range(int(begin * 4), 20, 4)]
    assert periods == pytest.approx([8] * len(periods))


def test_each_step_before_the_start_keeps_its_own_schedule(tmp_path):
    """Of 8 in each step before the start only the last leaves something: its second share, 2 over a period of 1.5."""
    found = given("DEPRECIATE BY SCHEDULE(0, half[h1], 8, 3, 0)", "h: h1, h2", "half[h] = 3, 1", final=3)(tmp_path)
    # The step at -1 is in the period from -1.5 to 0, that at -2 in the one before, whose second share ends at 0.
    assert found == pytest.approx([8, 2 / 1.5, 2 * 0.5 / 1.5, 0], abs=1e-12)


@pytest.mark.filterwarnings("ignore:SF701")
def test_what_is_no_number_before_the_start_ends_with_its_schedule(tmp_path):
    # Steps are the periods: what comes at -1 is over after 0 and 1.
    found = given("DEPRECIATE BY SCHEDULE(4, half[h1], LN(-1), 2, 0)", "h: h1, h2", "half[h] = 3, 1", final=3)(tmp_path)
    assert found == pytest.approx([float("nan"), float("nan"), 4, 4], nan_ok=True)


def test_schedules_of_elements_are_their_own(tmp_path):
    found = run(tmp_path, "d: a1, a2", "two: y1, y2", "share[a1, two] = 3, 1", "share[a2, two] = 1, 1",
                "y[d] = DEPRECIATE BY SCHEDULE(PULSE(0, 1) * 8, share[d, y1], 0, 2, 0)", final=3)
    assert found["y"] == [[0, 0], [6, 4], [2, 4], [0, 0]]


# What cannot be worked with.


@pytest.mark.parametrize(("call", "code", "said"), [
    ("DELAY CONVEYOR(1, 4, 0, none, 16, 4)", "SF703", "the profile of a conveyor must have an area above zero"),
    ("DELAY CONVEYOR(1, 1e12, 0, flat, 16, 4)", "SF702", "the limit is 10,000,000"),
    ("DELAY CONVEYOR(1, 4, 0, flat, 16, 1e12)", "SF702", "the limit is 10,000,000"),
    ("DELAY PROFILE(none, 1, 2, 0, 0)", "SF703", "the profile of a delay must have an area above zero"),
    ("DELAY PROFILE(point, 1, 2, 0, 0)", "SF703", "the profile of a delay must have an area above zero"),
    ("DELAY PROFILE(early, 1, 2, 0, 0)", "SF703", "no times below zero"),
    ("DELAY PROFILE(flat, 1, 1e12, 0, 0)", "SF702", "the limit is 10,000,000"),
    ("DELAY PROFILE(flat, 1, 2, 5, -3)", "SF703", "grown -2 times in each TIME STEP"),
    ("DEPRECIATE STRAIGHTLINE(1, 1e12, 1, 0)", "SF702", "the limit is 10,000,000"),
    ("DEPRECIATE STRAIGHTLINE(1, 3, 4, 0)", "SF703", "fiscal period of a straight-line depreciation is 4"),
    ("DEPRECIATE BY SCHEDULE(1, nothing[y1], 0, 3, 0)", "SF703", "must be 0 or more, and not all 0"),
    ("DEPRECIATE BY SCHEDULE(1, share[y1], 0, 1e12, 0)", "SF702", "the limit is 10,000,000"),
])
@pytest.mark.parametrize("text", ["floats", "arrays"])
def test_values_without_meaning_and_beyond_limits_are_named(tmp_path, call, code, said, text):
    lookups = (FLAT, "none((0,0),(1,0))", "point((1,1))", "early((-1,1),(1,1))")
    lines = (f"y = {call} + 0 * b", *lookups, *YEARS, "nothing[years] = 0, 0, 0", "b = 0")
    model = sf.load(written(tmp_path, lines, 1, 1))
    with pytest.raises(sf.ModelError) as raised:
        model.run({"b": over_runs([0, 1])} if text == "arrays" else {})
    assert raised.value.diagnostics[0].code == code
    assert said in raised.value.diagnostics[0].message


def test_arguments_of_the_wrong_kind_are_named(tmp_path):
    told = faults(tmp_path, "d: a1, a2", "x[d] = 1, 2", "y = DEPRECIATE BY SCHEDULE(1, 5, 0, 3, 0)",
                   "z[d] = DEPRECIATE BY SCHEDULE(1, x[d], 0, 3, 0)", "v = DELAY CONVEYOR(1, 4, 0, y, 16, 4)",
                   "w = DELAY PROFILE(5, 1, 4, 0, 0)",
                   "u[d] = 1 + DEPRECIATE BY SCHEDULE(1, VECTOR SORT ORDER(x[d], 1), 0, 3, 0)")
    found = sorted(told, key=lambda one: one[1])
    assert [(code, line) for code, line, _ in found] == [("SF208", line) for line in range(4, 9)]
    assert found[0][2] == "DEPRECIATE BY SCHEDULE takes an array, named by its first element"
    assert found[2][2] == "the fourth argument of DELAY CONVEYOR must be a lookup"
    assert found[3][2] == "the first argument of DELAY PROFILE must be a lookup"


@pytest.mark.parametrize(
    "call", ["DEPRECIATE STRAIGHTLINE(4, 2, 1, SQRT(-1))", "DELAY PROFILE(flat, 4, 1, SQRT(-1), 0)"]
)
@pytest.mark.filterwarnings("ignore::stockflow.ModelWarning")
def test_what_was_no_number_before_the_start_is_gone_when_all_of_it_has_come_out(call, tmp_path):
    # Two years of a stream, and a response whose mean is 1 and which ends at 2, end after the second step.
    found = given(call, FLAT, final=4)(tmp_path)
    assert math.isnan(found[0])
    assert found[2:] == pytest.approx([4, 4, 4])
