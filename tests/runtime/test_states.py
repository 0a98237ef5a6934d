"""Elements that move up, pipelines of arrays, and the tests of an adaptive step: by hand, for one number and many."""

from __future__ import annotations

import math

import numpy as np
import pytest

from stockflow.runtime.budget import BadClock, Budget
from stockflow.runtime.states import ArrayRing, check_clock, rough, shifted, shifted_array

MOVES = [
    # condition, collects, what is lost, the elements 1, 2, 3 anew where 7 enters
    (1.0, 0.0, 3.0, [7, 1, 2]),
    (-0.5, 0.0, 3.0, [7, 1, 2]),
    (0.5, 0.5, 0.0, [7, 1, 5]),
    (0.5, -0.5, 0.0, [7, 1, 5]),
    (0.0, 0.0, 0.0, [1, 2, 3]),
    (0.0, 1.0, 0.0, [1, 2, 3]),
    (math.nan, 0.0, 0.0, [1, 2, 3]),
    (1.0, math.nan, 3.0, [7, 1, 2]),
]


@pytest.mark.parametrize(("condition", "collects", "lost", "elements"), MOVES)
def test_elements_move_up_where_the_condition_holds(condition, collects, lost, elements):
    assert shifted(condition, collects, 7.0, 1.0, 2.0, 3.0) == (lost, *elements)


def test_each_run_moves_by_its_own_condition():
    level = np.array([[1.0], [2.0], [3.0]])
    condition, collects = (np.array([row[at] for row in MOVES]) for at in (0, 1))
    lost, made = shifted_array(condition, collects, 7.0, level, np.s_[0:3, :])
    assert lost.tolist() == [row[2] for row in MOVES]
    assert made.T.tolist() == [row[3] for row in MOVES]
    assert level.ravel().tolist() == [1, 2, 3]


def test_other_elements_of_a_stock_stay_where_they_are():
    level = np.array([[9.0, 90.0], [1.0, 10.0], [2.0, 20.0]])
    lost, made = shifted_array(1.0, 0.0, np.array([7.0, 70.0]), level, np.s_[1:3, :])
    assert lost.tolist() == [2, 20]
    assert made.tolist() == [[9, 90], [7, 70], [1, 10]]


def test_elements_of_several_stocks_move_by_conditions_of_their_own():
    # Two rows of two elements, in two runs; the first row moves in the second run, the second one in the first.
    level = np.array([[[1.0, 10.0], [2.0, 20.0]], [[3.0, 30.0], [4.0, 40.0]]])
    condition, entering = np.array([[0.0, 1.0], [1.0, math.nan]]), np.array([[7.0], [8.0]])
    lost, made = shifted_array(condition, 0.0, entering, level, np.s_[:, 0:2, :])
    assert lost.tolist() == [[0, 20], [4, 0]]
    assert made.tolist() == [[[1, 7], [2, 10]], [[8, 30], [3, 40]]]
    # Runs that differ only in what enters, or in whether the last one collects.
    lost, made = shifted_array(1.0, np.array([0.0, 1.0]), np.array([5.0, 6.0]), level[0, :, :1], np.s_[0:2, :])
    assert lost.tolist() == [2, 0]
    assert made.tolist() == [[5, 6], [1, 3]]


@pytest.mark.parametrize(("delay", "steps"), [(0.0, 1), (0.5, 1), (1.49, 3), (1.25, 3), (1.24, 2)])
def test_a_pipeline_has_the_nearest_number_of_steps(delay, steps):
    assert Budget().ring_length(delay, 0.5) == steps


def test_cells_of_a_pipeline_have_lengths_of_their_own():
    ring = ArrayRing(np.array([10.0, 20.0]), np.array([1.0, 3.0]), 1.0, (2,))
    shown = [ring.push(np.array([one, 100.0 + one])).tolist() for one in (1.0, 2.0, 3.0, 4.0)]
    # The first shows what went in a step ago; the second shows 20 for three steps in all, the first of them before.
    assert shown == [[1, 20], [2, 20], [3, 101], [4, 102]]


def test_one_value_fills_a_pipeline_of_many_cells():
    ring = ArrayRing(5.0, 1.0, 0.5, (2,))
    assert [ring.push(one).tolist() for one in (1.0, 2.0, 3.0)] == [[5, 5], [1, 1], [2, 2]]


def test_a_step_stays_above_zero_and_the_end_and_the_saved_times_stay_numbers():
    check_clock(1e-9, 4.0, math.inf)
    for step in (0.0, -0.5, math.nan):
        with pytest.raises(BadClock, match=r"TIME STEP became .*; it must stay greater than 0"):
            check_clock(step, 4.0, 1.0)
    with pytest.raises(BadClock, match="FINAL TIME became nan; it must stay a number"):
        check_clock(1.0, math.nan, 1.0)
    with pytest.raises(BadClock, match="SAVEPER became nan; it must stay a number"):
        check_clock(1.0, 4.0, math.nan)


@pytest.mark.parametrize(
    ("error", "value", "wanted"),
    [(0.2, 1.0, True), (-0.2, 1.0, True), (0.2, -1.0, True), (0.2, 4.0, False), (0.1, 0.0, False), (0.05, 0.0, False),
     (np.array([0.0, 0.2]), np.array([1.0, 1.0]), True), (0.4, 4.0, False)],
)
def test_an_error_is_too_large_when_it_is_above_both_tolerances(error, value, wanted):
    assert rough(error, value, (0.1, 0.1)) is wanted
