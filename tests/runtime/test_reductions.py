"""Sums of arrays go term by term in order, whatever lies in memory how."""

from __future__ import annotations

from functools import reduce

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockflow.runtime.reductions import OVER

RNG = np.random.default_rng(7)


def rough(*shape: int) -> np.ndarray:
    """Numbers of very different sizes, whose sum depends on the order."""
    return RNG.standard_normal(shape) * 10.0 ** RNG.integers(-8, 8, shape)


@given(st.integers(1, 60), st.integers(1, 5), st.integers(0, 2), st.booleans())
def test_a_sum_is_left_to_right_for_any_number_of_runs(count, runs, outer, turned):
    shape = (*(3,) * outer, count, runs)
    values = np.asfortranarray(rough(*shape)) if turned else rough(*shape)
    terms = [values[..., place, :] for place in range(count)]
    expected = reduce(np.add, terms)
    assert (OVER["sum_over"](values, outer, (count,)) == expected).all()


def test_a_sum_over_two_axes_takes_the_last_one_fastest():
    values = rough(2, 3, 4, 1)
    expected = reduce(np.add, [values[:, i, j] for i in range(3) for j in range(4)])
    assert (OVER["sum_over"](values, 1, (3, 4)) == expected).all()


def test_a_term_that_does_not_follow_an_axis_is_counted_for_each_element():
    assert OVER["sum_over"](2.5, 0, (4,)).tolist() == [10]
    assert OVER["sum_over"](np.ones((1, 3, 2)), 0, (5, 3)).tolist() == [15, 15]


@pytest.mark.parametrize(("name", "expected"), [("sum_over", 6), ("prod_over", 6), ("vmin_over", 1), ("vmax_over", 3)])
def test_each_reduction_does_what_its_name_says(name, expected):
    assert OVER[name](np.array([[1.0], [3.0], [2.0]]), 0, (3,)).tolist() == [expected]


@pytest.mark.parametrize("name", ["vmin_over", "vmax_over", "sum_over"])
def test_nan_comes_through(name):
    assert np.isnan(OVER[name](np.array([[1.0, 1.0], [np.nan, 1.0]]), 0, (2,))).tolist() == [True, False]
