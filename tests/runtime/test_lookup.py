"""Lookups read one value at a time and many at once give the same numbers; the numbers are worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockflow.runtime import lookup
from stockflow.runtime.numeric import MISSING

SLOPE = [(0.0, 0.0), (10.0, 5.0), (20.0, 25.0)]
STEP_UP = [(0.0, 1.0), (5.0, 1.0), (5.0, 4.0), (9.0, 4.0)]


@pytest.fixture(autouse=True, scope="module")
def as_in_a_run():
    """A run ignores numpy's floating point warnings: NaN and infinity are looked for once per saved row."""
    with np.errstate(all="ignore"):
        yield


def curve(points):
    pairs = np.array(points, dtype=float)
    return lookup.curve(pairs[:, 0], pairs[:, 1])


def curves(*tables):
    cells = np.empty(len(tables), dtype=object)
    for place, points in enumerate(tables):
        cells[place] = curve(points)
    return lookup.curves(cells)


def alone(points):
    cell = np.empty((), dtype=object)
    cell[()] = curve(points)
    return lookup.curves(cell)


@pytest.mark.parametrize(
    ("reader", "x", "expected"),
    [
        ("interpolate", -5, 0),
        ("interpolate", 4, 2),
        ("interpolate", 10, 5),
        ("interpolate", 15, 15),
        ("interpolate", 99, 25),
        ("extrapolate", -4, -2),
        ("extrapolate", 22, 29),
        ("extrapolate", 15, 15),
        ("backward", -1, 0),
        ("backward", 9.9, 0),
        ("backward", 10, 5),
        ("backward", 99, 25),
        ("discrete", 19, 5),
        ("forward", -1, 0),
        ("forward", 0.1, 5),
        ("forward", 10, 5),
        ("forward", 99, 25),
        ("invert", 5, 10),
        ("invert", 15, 15),
        ("invert", 26, MISSING),
        ("invert", -1, MISSING),
    ],
)
def test_a_lookup_is_read_as_the_reference_says(reader, x, expected):
    assert lookup.FLOAT[reader](curve(SLOPE), float(x)) == expected
    assert lookup.ARRAY[reader](alone(SLOPE), np.array([float(x)])).tolist() == [expected]
    both = lookup.ARRAY[reader](curves(STEP_UP, SLOPE), np.full((2, 1), float(x)))
    assert both[1].tolist() == [expected]


@pytest.mark.parametrize(("x", "expected"), [(4.999, 1), (5, 4), (5.001, 4)])
def test_a_vertical_step_gives_its_last_value(x, expected):
    assert lookup.interpolate(curve(STEP_UP), x) == expected
    assert lookup.interpolate_array(alone(STEP_UP), np.array([x])).tolist() == [expected]
    assert lookup.interpolate_array(curves(SLOPE, STEP_UP), np.full((2, 1), x))[1].tolist() == [expected]


@pytest.mark.parametrize(
    ("start", "stop", "expected"), [(0, 10, 25), (10, 20, 150), (-2, 0, 0), (20, 22, 50), (5, 15, 68.75)]
)
def test_an_area_is_the_integral_with_held_ends(start, stop, expected):
    assert lookup.area(curve(SLOPE), start, stop) == expected
    assert lookup.area_array(curves(STEP_UP, SLOPE), np.full((2, 1), start), np.full((2, 1), stop))[1, 0] == expected


@pytest.mark.parametrize(
    ("start", "stop", "expected"),
    # The areas from 0 to 10 and to 20 are 25 and 175; 22 lies beyond the points.
    [(0, 10, 2.5), (-math.inf, math.inf, 175 / 20), (20, 0, 175 / 20), (5, 5, 2.5), (20, 22, 25), (-1e300, 10, 2.5)],
)
def test_an_average_is_the_area_over_the_width(start, stop, expected):
    assert lookup.average(curve(SLOPE), start, stop) == expected
    found = lookup.average_array(curves(STEP_UP, SLOPE), np.full((2, 1), start), np.full((2, 1), stop))
    assert found[1, 0] == expected
    assert math.isnan(lookup.average(curve(SLOPE), math.nan, stop))
    assert np.isnan(lookup.average_array(curves(STEP_UP, SLOPE), np.full((2, 1), math.nan), stop)).all()


@pytest.mark.parametrize(
    ("start", "stop", "expected"),
    # On a slope of 2 at y = 15 and 5; over the point, half of it on each side, where the slopes are 1/2 and 2; beyond.
    [(15, 15 + 2**-40, 15 + 2**-40), (10, 10 + 2**-40, 5 + 2**-40), (10 - 2**-40, 10 + 2**-40, 5 + 0.375 * 2**-40),
     (20, 20 + 2**-40, 25), (-(2**-50), 0, 0)],
)
def test_an_average_over_a_narrow_width_keeps_its_digits(start, stop, expected):
    for x0, x1 in ((start, stop), (stop, start)):
        assert lookup.average(curve(SLOPE), x0, x1) == pytest.approx(expected, rel=1e-15)
        found = lookup.average_array(curves(STEP_UP, SLOPE), np.full((2, 1), float(x0)), np.full((2, 1), float(x1)))
        assert found[1, 0] == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("x", "outside", "expected"),
    [(4, 0, 0.5), (10, 0, 1.25), (0, 0, 0.5), (20, 0, 2), (30, 0, 0), (30, 1, 2), (-1, 1, 0.5), (30, -1, MISSING)],
)
def test_a_slope_at_a_point_is_the_mean_of_both_sides(x, outside, expected):
    assert lookup.slope(curve(SLOPE), x, outside) == expected
    assert lookup.slope_array(curves(STEP_UP, SLOPE), np.full((2, 1), float(x)), outside)[1, 0] == expected


def test_a_slope_on_a_vertical_step_is_missing():
    assert lookup.slope(curve(STEP_UP), 5.0, 0.0) == MISSING
    assert lookup.slope_array(curves(STEP_UP), np.array([[5.0]]), 0.0).tolist() == [[MISSING]]


@pytest.mark.parametrize("reader", sorted(set(lookup.FLOAT) - {"area", "average", "slope", "invert"}))
def test_nan_comes_through_every_reader(reader):
    assert math.isnan(lookup.FLOAT[reader](curve(SLOPE), math.nan))
    assert np.isnan(lookup.ARRAY[reader](curves(SLOPE, STEP_UP), np.full((2, 1), math.nan))).all()


def test_lookups_of_an_array_are_picked_and_repeated_by_an_index():
    picked = curves(SLOPE, STEP_UP).at((np.array([1, 0, 1]),))
    assert lookup.interpolate_array(picked, np.full((3, 1), 4.0)).ravel().tolist() == [1, 2, 1]


def test_a_lookup_of_one_point_goes_on_level():
    together = curves([(3.0, 7.0)], SLOPE)
    assert lookup.extrapolate(curve([(3.0, 7.0)]), -1.0) == 7
    assert lookup.extrapolate_array(together, np.array([[-1.0, 3.0, 9.0], [-4.0, 0.0, 22.0]])).tolist() == [
        [7, 7, 7], [-2, 0, 29]
    ]


ASCENDING = st.lists(st.integers(-20, 20), min_size=1, max_size=40).map(sorted)
VALUES = st.one_of(st.integers(-25, 25), st.floats(-25, 25), st.just(math.inf), st.just(-math.inf))


@st.composite
def tables(draw):
    xs = draw(ASCENDING)
    return [(float(x), float(draw(st.integers(-9, 9)))) for x in xs]


@given(
    st.lists(tables(), min_size=1, max_size=4),
    st.lists(VALUES, min_size=1, max_size=5),
    st.sampled_from([-1.0, 0.0, 1.0]),
)
def test_many_lookups_at_once_agree_with_one_at_a_time(given_tables, values, outside):
    together = curves(*given_tables)
    x = np.array([values] * len(given_tables), dtype=float)
    for name, single in lookup.FLOAT.items():
        extra = {"area": (x[:, ::-1],), "average": (x[:, ::-1],), "slope": (outside,)}.get(name, ())
        found = np.broadcast_to(lookup.ARRAY[name](together, x, *extra), x.shape)
        for (row, column), value in np.ndenumerate(found):
            other = (x[row, ::-1][column],)
            rest = {"area": other, "average": other, "slope": (outside,)}.get(name, ())
            expected = single(curve(given_tables[row]), float(x[row, column]), *(float(part) for part in rest))
            assert value == expected or (math.isnan(value) and math.isnan(expected)), name
