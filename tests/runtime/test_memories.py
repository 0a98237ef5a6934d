"""Memories of the runtime against plainer ones: units in a row, and what comes in against what has come out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stockflow.runtime.lookup import curve
from stockflow.runtime.numeric import MISSING
from stockflow.runtime.queues import plain, with_attribute
from stockflow.runtime.spreads import ConveyorDelay, ProfileDelay, ScheduledDepreciation, StraightLine

FLAT = curve(np.array([0.0, 1.0]), np.array([1.0, 1.0]))
TRIANGLE = curve(np.array([0.0, 1.0, 4.0]), np.array([0.0, 2.0, 0.0]))

FLOWS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=20)
TIMES = st.lists(st.floats(0.1, 9), min_size=1, max_size=20)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 6), FLOWS, st.integers(-1, 9))
def test_a_queue_is_a_row_of_units_that_leave_in_the_order_in_which_they_came(start, flows, count):
    queue = with_attribute(0.5, float(start), FLAT, FLAT, 0.0, 3.0)
    units, owed = [(0.5, 3.0)] * start, 0  # age and attribute, the oldest first
    for number, (come, go) in enumerate(flows):
        assert queue.push(2.0 * come, 2.0 * go, 0.5, float(number), 1.0) == len(units) - owed + come - go
        owed += max(go - len(units), 0)
        units = units[go:] + [(0.0, float(number))] * max(come - owed, 0)
        owed = max(owed - come, 0)
        units = [(age + 0.5, attribute + 0.5) for age, attribute in units]
        some = units[:count] if count > 0 else units
        mean = [sum(unit[place] for unit in some) / len(some) if some else 0 for place in (0, 1)]
        assert queue.average_age(count) == pytest.approx(mean[0])
        assert queue.average_attribute(count) == pytest.approx(mean[1])
        assert queue.greatest_attribute(count) == pytest.approx(max((unit[1] for unit in some), default=0))
        assert queue.least_attribute(count) == pytest.approx(min((unit[1] for unit in some), default=0))
        assert queue.attribute_quantity(count) == pytest.approx(sum(unit[1] for unit in some))
        assert queue.oldest_age() == pytest.approx(units[0][0] if units else 0)
        assert queue.age_in_range(1.0, 2.0) == pytest.approx(sum(1 <= age <= 2 for age, _ in units))
        assert queue.attribute_in_range(MISSING, 2.5) == pytest.approx(sum(unit[1] <= 2.5 for unit in units))


@settings(max_examples=60, deadline=None)
@given(TIMES, st.floats(0, 50))
def test_a_belt_gives_back_what_it_was_given(times, total):
    belt = ConveyorDelay(0.5, total / 2, TRIANGLE, total, 2.0)
    first = total - sum(quantity for _, quantity in belt.parts)
    given_ = sum(0.5 * (number + 1) for number in range(len(times)))
    out = [belt.push(number + 1.0, time, 0.0) for number, time in enumerate(times)]
    out += [belt.push(0.0, times[-1], 0.0) for _ in range(40)]
    assert first + 0.5 * sum(out) == pytest.approx(total + given_)
    assert min(out) >= 0


@settings(max_examples=60, deadline=None)
@given(TIMES)
def test_a_belt_that_leaks_gives_less_by_what_it_has_lost(times):
    belts = [ConveyorDelay(0.5, 4.0, FLAT, 8.0, 2.0) for _ in range(2)]
    whole = [belts[0].push(1.0, time, 0.0) for time in times]
    leaking = [belts[1].push(1.0, time, 0.2) for time in times]
    # In each step a tenth of all is lost: the first step takes its part of everything that comes out later.
    assert all(less <= more * 0.9 + 1e-12 for less, more in zip(leaking, whole, strict=True))
    assert all(belt.speed == belts[0].speed for belt in belts)


@settings(max_examples=60, deadline=None)
@given(TIMES)
@pytest.mark.parametrize("make", [
    lambda: ProfileDelay(0.5, 0.0, TRIANGLE, 2.0, 0.0),
    lambda: StraightLine(0.5, 0.0, 2.0, 1.0),
    lambda: ScheduledDepreciation(0.5, 0.0, 2.0, 0.3, 7.0, 3.0, 1.0, 2.0),
])
def test_what_is_spread_comes_out_whole(make, times):
    memory = make()
    out = [memory.push(number + 1.0, time) for number, time in enumerate(times)]
    out += [memory.push(0.0, times[-1]) for _ in range(80)]
    assert sum(out) == pytest.approx(sum(range(1, len(times) + 1)))
    assert min(out) >= -1e-12


@pytest.mark.parametrize("delay", [0.7, 1.0, 2.6, 5.0])
def test_the_middle_of_a_profile_is_its_delay_time_but_for_a_step(delay):
    memory = ProfileDelay(0.01, 0.0, TRIANGLE, delay, 0.0)
    out = [memory.push(100.0 if number == 0 else 0.0, delay) for number in range(2000)]
    mean = sum((number + 1) * 0.01 * value * 0.01 for number, value in enumerate(out))
    assert mean == pytest.approx(delay, abs=1e-3)


def test_a_long_belt_that_leaks_does_not_lose_its_measure():
    # The common factor of the belt comes near to the smallest number several times.
    belt = ConveyorDelay(1.0, 0.0, FLAT, 0.0, 3.0)
    out = [belt.push(8.0, 3.0, 0.5) for _ in range(3000)]
    assert out[3:] == pytest.approx([8 * 0.5**3] * 2997)
    queue = plain(0.1, 0.0, FLAT, 0.0)
    for _ in range(1000):
        queue.push(1.0, 0.0, 0.1)
    assert queue.oldest_age() == pytest.approx(100, abs=1e-12)
    assert math.isfinite(queue.average_age(0))
