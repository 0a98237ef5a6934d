"""Belts and queues by themselves: what leaves, leaks and fits, step by step, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from stockflow.runtime.belts import Many, kinds
from stockflow.runtime.budget import Budget, RunLimit
from stockflow.runtime.conveyors import Conveyor, Total, Zone, bounds
from stockflow.runtime.waiting import WaitingLine

INF = float("inf")


def belt(first, length, *leaks, step=1.0, discrete=0, exponential=0, values=()):
    """A conveyor; a leak is (fraction, start, end) of all material, or (fraction, start, end, 1) of whole units."""
    settings = [part for fraction, start, end, *whole in leaks for part in (start, end, sum(whole), fraction)]
    return Conveyor(step, first, length, discrete, exponential, len(leaks), *settings, *values)


def contents(conveyor):
    """From the exit to the entrance."""
    return [round(conveyor.item(number), 9) for number in range(1, conveyor.length + 1)]


def test_a_number_lies_evenly_on_the_slats():
    assert contents(belt(12, 4)) == [3, 3, 3, 3]
    assert contents(belt(12, 2, step=0.5)) == [3, 3, 3, 3]


def test_the_nearest_number_of_slats_is_taken_and_at_least_one():
    assert [belt(0, length).length for length in (1.4, 1.5, 0.2, 0, -3)] == [1, 2, 1, 1, 1]


def test_too_long_a_belt_is_refused_with_figures():
    with pytest.raises(RunLimit, match="10,000,000 slats; the limit is 100,000"):
        belt(0, 1e7)
    with pytest.raises(RunLimit, match="nan"):
        belt(0, float("nan"))


def test_what_comes_in_leaves_after_the_transit_time():
    conveyor = belt(0, 3)
    seen = []
    for given in (5, 7, 0, 0, 0, 0):
        seen.append(conveyor.outflow(0))
        conveyor.push(given, 0, 3, 1, 0)
    assert seen == [0, 0, 0, 5, 7, 0]


def test_a_steady_linear_leak_leaves_the_outflow_steady():
    # 4 slats, a fifth of what enters leaks: from the entrance 1, .95, .9, .85 of what entered are left, 3.7 together.
    # 37 on the belt means that 10 entered in each step; each parcel loses 10 * 0.2 / 4 = 0.5 in each step, 8 leave.
    conveyor = belt(37, 4, (0.2, 0, 1))
    assert contents(conveyor) == [8.5, 9, 9.5, 10]
    for _ in range(6):
        assert conveyor.outflow(0, 0.2) == pytest.approx(8)
        assert conveyor.leakage(0, 0, 0.2) == pytest.approx(2)
        assert conveyor.push(10, 0, 4, 1, 0, 0.2) == pytest.approx(37)


def test_a_steady_exponential_leak_leaves_the_outflow_steady():
    # Half a year's step, 0.2 per year: a tenth of each slat leaks in a step. 1, .9, .81, .729 are left: 3.439 together.
    conveyor = belt(34.39, 2, (0.2, 0, 1), step=0.5, exponential=1)
    assert contents(conveyor) == [7.29, 8.1, 9, 10]
    # The exit slat loses 0.729 and 6.561 leave in half a year; 3.439 leak in it.
    for _ in range(5):
        assert conveyor.outflow(0, 0.2) == pytest.approx(13.122)
        assert conveyor.leakage(0, 0, 0.2) == pytest.approx(6.878)
        assert conveyor.push(20, 0, 2, 1, 0, 0.2) == pytest.approx(34.39)


def test_a_zone_is_counted_from_the_entrance():
    # The second half of 4 slats: 12 enter, nothing leaks on the first two, 12 * 0.5 / 2 = 3 on each of the others.
    conveyor = belt(0, 4, (0.5, 0.5, 1))
    conveyor.push(12, 0, 4, 1, 0, 0.5)
    seen = []
    for _ in range(4):
        seen.append((conveyor.leakage(0, 0, 0.5), conveyor.outflow(0, 0.5)))
        conveyor.push(0, 0, 4, 1, 0, 0.5)
    assert seen == [(0, 0), (0, 0), (3, 0), (3, 6)]


@pytest.mark.parametrize(("length", "start", "end", "slats"), [
    (5, 0.3, 0.7, [1, 2, 3]), (6, 0.25, 0.75, [1, 2, 3, 4]), (3, 0.5, 1, [1, 2]), (3, 0.2, 0.6, [1]),
    (4, 0, 1, [0, 1, 2, 3]), (3, 0.6, 0.75, [2]), (30, 0.1, 0.2, [3, 4, 5]), (1, 0.9, 1, [0]),
])
def test_a_zone_is_the_slats_whose_middle_is_in_it_and_at_least_one(length, start, end, slats):
    first, last = bounds(Zone(start, end, False), length)
    assert list(range(first, last)) == slats


def test_two_leaks_share_in_the_order_of_the_file():
    # Of the 6 on the one slat the first leak takes 4, the second wants 3 and gets the other 2.
    conveyor = belt(6, 1, (2 / 3, 0, 1), (0.5, 0, 1))
    assert conveyor.leakage(0, 0, 2 / 3, 0.5) == pytest.approx(4)
    assert conveyor.leakage(1, 0, 2 / 3, 0.5) == pytest.approx(2)
    assert conveyor.outflow(0, 2 / 3, 0.5) == pytest.approx(0)


def test_whole_units_leak_when_they_are_complete():
    # 5 enter, 0.4 of them leak over 4 slats: 0.5 in each step, so 1 in the second and 1 in the fourth.
    conveyor = belt(0, 4, (0.4, 0, 1, 1))
    conveyor.push(5, 0, 4, 1, 0, 0.4)
    seen = []
    for _ in range(4):
        seen.append((conveyor.leakage(0, 0, 0.4), conveyor.outflow(0, 0.4)))
        conveyor.push(0, 0, 4, 1, 0, 0.4)
    assert seen == [(0, 0), (1, 0), (0, 0), (1, 3)]


def test_what_leaves_makes_room_in_the_same_step():
    # 10 on 2 slats of room for 12: 5 leave, so 7 may come in, or 4 where that is the limit.
    conveyor = belt(10, 2)
    assert conveyor.room(0, 12, INF) == 7
    assert conveyor.room(0, 12, 4) == 4
    assert conveyor.room(0, INF, INF) == INF
    assert conveyor.room(1, INF, INF) == 0


def test_a_discrete_belt_takes_the_allowance_of_a_time_unit_at_once():
    # Steps of a quarter, 6 per time unit: all 6 may come in one quarter, 24 per time unit, then nothing until the next.
    conveyor = belt(0, 5, step=0.25, discrete=1)
    seen = []
    for _ in range(5):
        seen.append(conveyor.room(0, INF, 6))
        conveyor.push(min(20, seen[-1]), 0, 5, 1, 0)
    assert seen == [24, 4, 0, 0, 24]
    # A continuous one takes 1.5 in each quarter.
    assert belt(0, 5, step=0.25).room(0, INF, 6) == 6


def test_an_arrested_belt_stands_still():
    conveyor = belt(6, 2)
    conveyor.push(0, 0, 5, 1, 1)
    assert (conveyor.outflow(1), conveyor.length, contents(conveyor)) == (0, 2, [3, 3])
    # What a conveyor before it pours in lies at the entrance.
    conveyor.push(4, 0, 2, 1, 1)
    assert contents(conveyor) == [3, 7]


def test_new_material_takes_the_new_transit_time_and_may_overtake():
    # 1 enters for 4 steps, then 2 for 2 steps: at the exit 2 are first.
    conveyor = belt(0, 4)
    seen = []
    for given, length in ((1, 4), (2, 2), (0, 2), (0, 2), (0, 2)):
        seen.append(conveyor.outflow(0))
        conveyor.push(given, 0, length, 1, 0)
    # In step 1 the belt takes 2 slats: in step 3 they are out; what entered in step 0 is out in step 4.
    assert seen == [0, 0, 0, 2, 1]


def test_the_transit_time_changes_only_where_it_is_sampled():
    conveyor = belt(0, 4)
    conveyor.push(0, 0, 2, 0, 0)
    assert conveyor.length == 4
    conveyor.push(0, 0, 2, 1, 0)
    assert conveyor.length == 2


def test_a_list_fills_the_belt_from_the_exit():
    assert contents(belt(6, 3, values=(1, 2, 3))) == [1, 2, 3]
    # Half steps: one number for each time unit, over both of its slats; in a discrete belt on the last of them.
    assert contents(belt(6, 3, step=0.5, values=(1, 2, 3))) == [0.5, 0.5, 1, 1, 1.5, 1.5]
    assert contents(belt(6, 3, step=0.5, discrete=1, values=(1, 2, 3))) == [0, 1, 0, 2, 0, 3]
    # As many numbers as slats are for slats.
    assert contents(belt(10, 2, step=0.5, values=(1, 2, 3, 4))) == [1, 2, 3, 4]
    # The last one is that of all further units, and what is too many is left out.
    assert contents(belt(5, 3, values=(1, 2))) == [1, 2, 2]
    assert contents(belt(3, 2, values=(1, 2, 3))) == [1, 2]
    # 5 slats of 2, 2 and 1 in a unit.
    assert contents(belt(5, 2.5, step=0.5, values=(1, 2))) == [0.5, 0.5, 1, 1, 2]


def test_another_content_keeps_the_proportions_of_the_list():
    assert contents(belt(12, 3, values=(1, 2, 3))) == [2, 4, 6]


def test_a_number_lies_together_in_the_time_units_of_a_discrete_belt():
    assert contents(belt(6, 3, step=0.5, discrete=1)) == [0, 2, 0, 2, 0, 2]


def test_spread_material_lies_on_all_slats():
    conveyor = belt(0, 4)
    assert conveyor.push(0, 8, 4, 1, 0) == 8
    assert contents(conveyor) == [2, 2, 2, 2]


def test_a_belt_that_is_empty_again_holds_nothing():
    conveyor = belt(0, 3)
    values = [conveyor.push(given, 0, 3, 1, 0) for given in (0.1, 0.2, 0.3, 0, 0, 0)]
    assert values == [0.1, pytest.approx(0.3), pytest.approx(0.6), 0.5, 0.3, 0]


def test_a_running_sum_keeps_what_rounding_loses():
    total = Total()
    for amount in (1e16, 1.0, -1e16):
        total.add(amount)
    assert total.value == 1


def test_an_outflow_takes_all_that_waits_and_what_comes_in():
    line = WaitingLine(0.5, 6)
    assert line.take(0, 0, INF, 0, 0) == 12
    assert line.take(4, 0, INF, 0, 0) == 16
    assert line.push(4, 12) == 2


def test_room_is_filled_from_the_front():
    line = WaitingLine(1.0, 9, 2, 3, 4)
    assert line.take(0, 0, 6, 0, 0) == 6  # 2, 3 and one of 4
    assert line.take(0, 0, 6, 0, 1) == 5  # whole batches only
    assert line.take(0, 0, 6, 1, 0) == 2  # one batch in a step
    assert line.take(0, 0, 1, 1, 1) == 0
    assert line.take(0, 4, 9, 1, 0) == 1  # after 4 are gone, 1 of the second batch is in front
    assert line.take(7, 9, 99, 1, 0) == 7  # what comes in is behind them all
    assert line.push(0, 6) == 3
    assert [line.item(number) for number in (1, 2, 0)] == [3, 0, 0]


def test_an_overflow_takes_what_was_blocked():
    line = WaitingLine(1.0, 9, 2, 3, 4)
    assert line.overflow(0, 0, 6, 0, 0, INF, 0) == 3  # all that waits wanted to go
    assert line.overflow(5, 0, 6, 0, 0, INF, 0) == 8  # and what comes in
    assert line.overflow(0, 0, 2, 1, 0, INF, 0) == 0  # the batch in front went
    assert line.overflow(0, 0, 0.5, 1, 0, INF, 0) == 1.5
    assert line.overflow(0, 0, 6, 0, 1, INF, 0) == 2  # another overflow had 1
    assert line.overflow(0, 0, 6, 0, 0, 2, 0) == 2  # there is room for 2
    assert line.overflow(0, 0, 6, 0, 0, 2, 1) == 0  # and not for all


def test_a_batch_that_rounding_changed_leaves_as_a_whole():
    line = WaitingLine(0.1, 0.3)
    assert line.push(0, line.take(0, 0, INF, 0, 0)) == 0


def test_exponential_leaks_share_what_is_there():
    # 0.6 and 0.9 of the 5 are wanted: two fifths and three fifths of them leak.
    conveyor = belt(5, 1, (0.6, 0, 1), (0.9, 0, 1), exponential=1)
    assert conveyor.leakage(0, 0, 0.6, 0.9) == pytest.approx(2)
    assert conveyor.leakage(1, 0, 0.6, 0.9) == pytest.approx(3)
    assert conveyor.outflow(0, 0.6, 0.9) == pytest.approx(0)


def test_whole_units_leak_where_the_exit_is_nearest():
    # 4 and then 2 enter; 0.5 of them leaks over 4 slats: due are 0.5, 0.75, 0.75, 0.75 and 0.25. The sums 0.5, 1.25,
    # 2, 2.75 and 3 make one unit in the second, third and fifth step, the first two of the 4: 2 leave, then 1.
    conveyor, seen = belt(0, 4, (0.5, 0, 1, 1)), []
    conveyor.push(4, 0, 4, 1, 0, 0.5)
    for entering in (2, 0, 0, 0, 0):
        seen.append((conveyor.leakage(0, 0, 0.5), conveyor.outflow(0, 0.5)))
        conveyor.push(entering, 0, 4, 1, 0, 0.5)
    assert seen == [(0, 0), (1, 0), (1, 0), (0, 2), (1, 1)]


def test_what_is_no_number_is_not_hidden():
    conveyor, line = belt(6, 2, (0.2, 0, 1)), WaitingLine(1.0, 3)
    nan = float("nan")
    found = [
        conveyor.room(0, nan, INF, 0.2), conveyor.room(0, INF, nan, 0.2), conveyor.outflow(0, nan),
        conveyor.leakage(0, 0, nan), conveyor.item(nan), line.take(0, 0, nan, 0, 0), line.take(0, nan, 1, 0, 0),
        line.overflow(0, 0, nan, 0, 0, INF, 0), line.item(nan), conveyor.push(nan, 0, 2, 1, 0, 0.2),
        line.push(nan, 0), belt(nan, 2).outflow(0),
    ]
    assert np.isnan(found).all()
    assert (conveyor.item(INF), line.item(-INF)) == (0, 0)


def test_the_belts_of_all_runs_together_have_a_limit():
    settings = (np.array([90_000.0]), np.zeros(1), np.zeros(1), np.zeros(1))
    conveyor = kinds(Budget())["Conveyor"]
    made = Many(conveyor, 1.0, np.zeros(1), (), settings, (3,))
    assert made.members.shape == (3,)
    with pytest.raises(RunLimit, match="runs, have 5,040,000 slats; the limit is 5,000,000"):
        Many(conveyor, 1.0, np.zeros(1), (), settings, (60,))
