"""Queues with ages and attributes, by hand-calculated steps; what they are told that means nothing."""

from __future__ import annotations

import numpy as np
import pytest

import stockflow as sf
from tests.running import over_runs, run, written

FLAT = "flat((0,1),(9,1))"


def test_an_outflow_takes_the_oldest_part_by_part(tmp_path):
    # 1 of each of the ages 1 to 4; 1.5 go: the one of age 4 and half of that of age 3, and so on.
    found = run(tmp_path, FLAT, "q = QUEUE FIFO(0, 1.5, flat, 4, 3)", "old = QUEUE AGE OLDEST(q)",
                "mean = QUEUE AGE AVERAGE(q, 0)", final=2)
    assert found["q"] == [4, 2.5, 1]
    assert found["old"] == [4, 4, 3]
    # (4 + 3 + 2 + 1) / 4; half a unit of 4, 3 and 2: 7 / 2.5; the last one is 3.
    assert found["mean"] == pytest.approx([2.5, 2.8, 3])


def test_a_negative_flow_counts_as_the_other_one(tmp_path):
    found = run(tmp_path, FLAT, "q = QUEUE FIFO(-1, -2, flat, 4, 0)", "new = QUEUE AGE IN RANGE(q, :NA:, 1)",
                "all = QUEUE AGE IN RANGE(q, :NA:, :NA:)", final=2)
    # All 4 are 1 old at first. 2 come and 1 of the oldest goes in each step.
    assert found["q"] == [4, 5, 6]
    assert found["new"] == [4, 2, 2]
    assert found["all"] == [4, 5, 6]


def test_a_queue_below_zero_holds_nothing_and_is_filled_up_first(tmp_path):
    found = run(tmp_path, FLAT, "q = QUEUE FIFO(2, IF THEN ELSE(Time < 1, 6, 0), flat, 1, 0)",
                "x = QUEUE AGE IN RANGE(q, 0, :NA:)", "old = QUEUE AGE OLDEST(q)", final=4)
    # 1 + 2 - 6 = -3, -1, 1, 3: of the 2 that come into -1, one fills it up.
    assert found["q"] == [1, -3, -1, 1, 3]
    assert found["x"] == [1, 0, 0, 1, 3]
    assert found["old"] == [1, 0, 0, 1, 2]


def test_what_comes_in_and_goes_within_a_step_is_never_seen(tmp_path):
    found = run(tmp_path, FLAT, "q = QUEUE FIFO(3, 4, flat, 1, 0)", "x = QUEUE AGE IN RANGE(q, 0, :NA:)",
                "old = QUEUE AGE OLDEST(q)", final=2)
    assert found["q"] == [1, 0, -1]
    assert found["x"] == [1, 0, 0]
    assert found["old"] == [1, 0, 0]


def test_ages_are_times_and_not_steps(tmp_path):
    # 0.5 of 2 comes in a quarter; what came at the first step is 0.25 * n old after n steps.
    found = run(tmp_path, FLAT, "q = QUEUE FIFO(2, 0, flat, 0, 0)", "old = QUEUE AGE OLDEST(q)",
                "x = QUEUE AGE IN RANGE(q, 0.5, 0.75)", final=1, step=0.25)
    assert found["q"] == [0, 0.5, 1, 1.5, 2]
    assert found["old"] == [0, 0.25, 0.5, 0.75, 1]
    assert found["x"] == [0, 0, 0.5, 1, 1]


def test_an_age_is_in_a_range_in_spite_of_a_rounding(tmp_path):
    # 3 * 0.1 is above 0.3 and 7 * 0.1 below 0.7 as binary numbers.
    found = run(tmp_path, FLAT, "q = QUEUE FIFO(PULSE(0, 0), 0, flat, 0, 0)", "a = QUEUE AGE IN RANGE(q, :NA:, 0.3)",
                "b = QUEUE AGE IN RANGE(q, 0.7, :NA:)", final=0.8, step=0.1)
    assert [value > 0 for value in found["a"]] == [False, True, True, True] + [False] * 5
    assert [value > 0 for value in found["b"]] == [False] * 7 + [True, True]


def test_an_outflow_of_all_that_is_there_leaves_no_rest_of_roundings(tmp_path):
    found = run(tmp_path, FLAT, "q = QUEUE FIFO(0.1 + 0.2 * Time, q / TIME STEP, flat, 0.7, 0.3)",
                "old = QUEUE AGE OLDEST(q)", final=1, step=0.1)
    assert found["old"] == pytest.approx([0.4] + [0.1] * 10)


def test_a_level_is_the_integral_of_its_flows_while_time_step_moves(tmp_path):
    path = written(tmp_path, (FLAT, "q = QUEUE FIFO(3, 1, flat, 0, 0)", "s = INTEG(2, 0)",
                              "old = QUEUE AGE OLDEST(q)", "gone = INTEG(1, 0)"), 4,
                   "IF THEN ELSE(Time < 2, 1, 0.5)")
    found = sf.load(path).run()
    assert found["q"].values.tolist() == found["s"].values.tolist() == [0, 2, 4, 5, 6, 7, 8]
    # 3 come and 1 goes: 2 of the first 3 are left at 1, and 1 at 2, the last half of which goes from 2.5 to 3. What
    # came from 1 to 2 is 1 old at 2.
    assert found["old"].values.tolist() == [0, 1, 2, 2.5, 2, 2.5, 3]


def test_a_profile_is_stretched_over_the_ages_whatever_its_own_range(tmp_path):
    for profile in ("f((0,0),(1,1),(2,0))", "f((5,0),(7,3),(9,0))"):
        # Heights 0, 0.5, 1, 0.5, 0 at the ages 1 to 5.
        found = run(tmp_path, profile, "q = QUEUE FIFO(0, 0, f, 8, 4)", "a = QUEUE AGE IN RANGE(q, 2, 2)",
                    "b = QUEUE AGE IN RANGE(q, 3, 3)", "old = QUEUE AGE OLDEST(q)")
        assert (found["a"], found["b"], found["old"]) == (2, 4, 4)


@pytest.mark.parametrize(("profile", "reach", "code", "said"), [
    ("f((0,0),(1,0))", "2", "SF703", "above zero somewhere"),
    ("f((0,1),(1,-1))", "2", "SF703", "below it nowhere"),
    ("f((0,1),(1,1))", "1e12", "SF702", "1,000,000,000,000 steps long; the limit is 10,000,000"),
])
def test_what_a_queue_cannot_start_with_is_named(tmp_path, profile, reach, code, said):
    path = written(tmp_path, (profile, f"q = QUEUE FIFO(0, 0, f, 8, {reach})"), 1, 1)
    with pytest.raises(sf.ModelError) as raised:
        sf.load(path).run()
    assert raised.value.diagnostics[0].code == code
    assert said in raised.value.diagnostics[0].message


MARKED = ("shares((0,1),(1,1))", "even((0,1),(1,1))")


def test_an_attribute_that_gains_with_time_is_an_age(tmp_path):
    # What comes in with 0 and gains 1 per unit of time carries its age.
    found = run(tmp_path, *MARKED, "q = QUEUE FIFO ATTRIB(4 + Time, 3 * Time, 0, 1, shares, even, 0, 0, 0)",
                "x = QUEUE ATTRIB AVERAGE(q, 3) - QUEUE AGE AVERAGE(q, 3)",
                "y = QUEUE ATTRIB MAX(q, 0) - QUEUE AGE OLDEST(q)", final=3, step=0.25)
    assert found["x"] == pytest.approx([0] * 13, abs=1e-12)
    assert found["y"] == pytest.approx([0] * 13, abs=1e-12)


def test_an_attribute_is_at_the_ends_of_a_range_in_spite_of_a_rounding(tmp_path):
    # 3 * 0.1 gained and lost again.
    found = run(tmp_path, *MARKED, "q = QUEUE FIFO ATTRIB(0, 0, 0, 0.1, shares, even, 2, 0.6, 0)",
                "x = QUEUE ATTRIB IN RANGE(q, 0.9, 0.9)", final=4)
    assert found["x"] == [0, 0, 0, 2, 0]


def test_empty_queues_give_zero(tmp_path):
    found = run(tmp_path, *MARKED, "q = QUEUE FIFO ATTRIB(0, 0, 5, 1, shares, even, 0, 7, 0)",
                "a = QUEUE ATTRIB AVERAGE(q, 0)", "b = QUEUE ATTRIB MAX(q, 0)", "c = QUEUE ATTRIB MIN(q, 1)",
                "d = QUEUE ATTRIB QUANTITY(q, 1)", "e = QUEUE AGE AVERAGE(q, 1)")
    assert [found[key] for key in "abcde"] == [0] * 5


def test_attributes_of_elements_and_runs_are_their_own(tmp_path):
    found = run(tmp_path, "d: a1, a2", *MARKED, "brought = 5", "start[d] = 10, 20",
                "q[d] = QUEUE FIFO ATTRIB(4, 3, brought, 1, shares, even, 5, start[d], 0)",
                "x[d] = QUEUE ATTRIB MIN(q[d], 0)", final=1, given={"brought": over_runs([5, 50])})
    # 2 of the first 5 are left with 11 and 21; 4 came with 5 + 1 or 50 + 1.
    assert found["x"] == [[[10, 10], [20, 20]], [[6, 11], [6, 21]]]


def test_a_plain_queue_has_no_attributes(tmp_path):
    path = written(tmp_path, (*MARKED, "q = QUEUE FIFO(4, 3, shares, 5, 1)", "x = QUEUE ATTRIB MAX(q, 0)"), 1, 1)
    assert ["not what QUEUE ATTRIB MAX reads" in one.message for one in sf.check(path) if one.code == "SF208"] == [True]
    assert np.isnan(sf.load(path).run()["x"]).all()
