"""Primitives are total, and the same for one number and for many. Values are those of IEEE 754 and C99, annex F."""

from __future__ import annotations

import math

import numpy as np
import pytest

from stockflow.runtime.numeric import ARRAY, BARE, SAFE, SINGLE, flat_index, pick, powers, take, truth

INF, NAN = math.inf, math.nan
CASES = [
    ("power", (0.0, 0.0), 1.0),
    ("power", (0.0, -1.0), INF),
    ("power", (-0.0, -3.0), -INF),
    ("power", (-0.0, -2.0), INF),
    ("power", (-8.0, 1 / 3), NAN),
    ("power", (10.0, 400.0), INF),
    ("power", (-10.0, 401.0), -INF),
    ("power", (-INF, 0.5), INF),
    ("power", (-0.0, 0.5), 0.0),
    ("power", (3.0, 2.0), 9.0),
    ("power", (4.0, 0.5), 2.0),
    ("power", (4.0, -1.0), 0.25),
    ("power", (NAN, 0.0), 1.0),
    ("power", (1.0, NAN), 1.0),
    ("exp", (1000.0,), INF),
    ("exp", (-1000.0,), 0.0),
    ("ln", (0.0,), -INF),
    ("ln", (-1.0,), NAN),
    ("sqrt", (-1.0,), NAN),
    ("trunc", (-9.9,), -9.0),
    ("trunc", (INF,), INF),
    ("floor", (-9.9,), -10.0),
    ("floor", (NAN,), NAN),
    ("arcsin", (2.0,), NAN),
    ("sin", (INF,), NAN),
    ("sinh", (-1000.0,), -INF),
    ("cosh", (-1000.0,), INF),
    ("gamma ln", (0.0,), INF),
    ("gamma ln", (-2.0,), INF),
    ("gamma ln", (1.0,), 0.0),
    ("divide", (1.0, 0.0), INF),
    ("divide", (-1.0, 0.0), -INF),
    ("divide", (1.0, -0.0), -INF),
    ("divide", (0.0, 0.0), NAN),
    ("divide", (-1.0, -0.0), INF),
    ("divide", (6.0, 4.0), 1.5),
    ("power", (10.0, 401.0), INF),
    ("power", (-10.0, 400.0), INF),
    ("power", (0.5, -2001.0), INF),
    ("ln", (0.5,), math.log(0.5)),
    ("sqrt", (0.25,), 0.5),
    ("floor", (INF,), INF),
    ("floor", (-INF,), -INF),
    ("trunc", (-INF,), -INF),
    ("sinh", (1000.0,), INF),
    ("tan", (0.0,), 0.0),
    ("cos", (0.0,), 1.0),
    ("normal below", (0.0,), 0.5),
    ("normal below", (-INF,), 0.0),
    ("normal below", (INF,), 1.0),
    ("permutations", (5.0, 2.0), 20.0),
    ("permutations", (5.0, 5.0), 120.0),
    ("permutations", (5.0, 0.0), 1.0),
    ("permutations", (0.0, 0.0), 1.0),
    ("permutations", (2.0, 3.0), 0.0),
    ("permutations", (5.0, -1.0), 0.0),
    ("permutations", (2.5, 2.0), 2.5 * 1.5),
    ("permutations", (400.0, 400.0), INF),
    ("permutations", (1e308, 2.0), INF),
    ("permutations", (NAN, 2.0), NAN),
    ("permutations", (2.0, NAN), NAN),
]


def same(found: float, expected: float) -> bool:
    return math.isnan(found) if math.isnan(expected) else found == expected


@pytest.fixture(autouse=True)
def as_in_a_run():
    with np.errstate(all="ignore"):
        yield


@pytest.mark.parametrize(("name", "arguments", "expected"), CASES)
def test_a_primitive_gives_its_value_and_never_raises(name, arguments, expected):
    name = name.replace(" ", "_")
    assert same(SAFE[name](*arguments), expected)
    assert same(SINGLE[name](*arguments), expected)
    assert same(float(ARRAY[name](*(np.array([one]) for one in arguments))[0]), expected)
    assert same(float(ARRAY[name](np.array([arguments[0]] * 9), *arguments[1:])[4]), expected)


def test_a_power_does_not_depend_on_whether_its_exponent_is_one_number_or_many():
    base = np.linspace(0.1, 99, 5000)
    for exponent in (2.0, 0.5, -1.0, 1.3):
        assert (powers(base, exponent) == powers(base, np.full(5000, exponent))).all()
        assert powers(base, exponent)[77] == SINGLE["power"](float(base[77]), exponent)


def test_nan_and_zero_are_not_true():
    assert truth(np.array([0.0, -0.0, NAN, 1.0, -2.0, INF])).tolist() == [False, False, False, True, True, True]


def test_cells_at_computed_places_are_counted_from_one_and_outside_gives_the_other_value():
    values = np.array([[10.0, 11.0], [20.0, 21.0], [30.0, 31.0]])
    assert take(values, (np.array([1.0, 3.4]),), 0.0).tolist() == [10, 31]
    assert take(values, (np.array([0.4, NAN]),), 0.0).tolist() == [0, 0]
    assert take(values, (2.0,), 0.0).tolist() == [20, 21]
    assert take(values, (INF,), -1.0).tolist() == [-1, -1]
    assert take(values, (3.5,), -1.0).tolist() == [-1, -1]


def test_cells_of_two_dimensions_are_taken_by_two_places():
    # Two rows of three cells, of one run: 10 11 12, 20 21 22. The places are those of two elements.
    values = np.array([[[10.0], [11.0], [12.0]], [[20.0], [21.0], [22.0]]])
    rows, columns = np.array([[1.0], [2.0]]), np.array([[3.0], [1.4]])
    assert take(values, (rows, columns), -1.0).tolist() == [[12], [20]]
    assert take(values, (rows + 1, columns), -1.0).tolist() == [[22], [-1]]
    # Three runs of places, of values that are the same in each.
    assert take(values, (np.array([[1.0, 2.0, 3.0]]), 2.0), -1.0).tolist() == [[11, 21, -1]]


def test_the_tails_of_the_normal_distribution_keep_their_digits():
    # Abramowitz and Stegun, Handbook of Mathematical Functions, table 26.1 for 1 and 2; for -10 the continued
    # fraction 26.2.14, density / (10 + 1 / (10 + 2 / (10 + 3 / ...))), to 20 digits.
    for x, below in ((1.0, 0.841344746068543), (2.0, 0.977249868051821), (-10.0, 7.619853024160527e-24)):
        assert SAFE["normal_below"](x) == pytest.approx(below, rel=1e-13)
        assert ARRAY["normal_below"](np.array([x]))[0] == pytest.approx(below, rel=1e-13)


@pytest.mark.parametrize(
    ("index", "wanted"),
    [(1, 10), (1.4, 10), (1.5, 20), (0.5, 10), (0.4, -1), (3.4, 30), (3.5, -1), (INF, -1), (-INF, -1), (NAN, -1)],
)
def test_a_value_is_picked_by_the_nearest_place(index, wanted):
    assert pick((10.0, 20.0, 30.0), index, -1.0) == wanted


def test_places_along_several_sizes_make_one_place_in_rows():
    # Three rows of four: the first of the second row is the fifth cell.
    assert [flat_index([(row, 3), (column, 4)]) for row, column in ((1, 1), (2, 1), (2, 3.4), (3, 4))] == [1, 5, 7, 12]
    outside = [(0.4, 1), (3.5, 1), (1, 0.4), (1, 4.5), (NAN, 1), (1, INF)]
    assert all(math.isnan(flat_index([(row, 3), (column, 4)])) for row, column in outside)


def test_bare_roundings_give_numbers_and_not_integers():
    assert [repr(BARE[name](-9.9)) for name in ("floor", "trunc")] == ["-10.0", "-9.0"]
