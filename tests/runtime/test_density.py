"""Lookups as densities: shares and quantiles by hand, each the other's inverse, alone and of many at once."""

from __future__ import annotations

import math

import numpy as np
import pytest

from stockflow.runtime import density, lookup


def points(*pairs):
    x, y = zip(*pairs, strict=True)
    return lookup.curve(np.array(x, dtype=float), np.array(y, dtype=float))


HILL = points((0, 0), (2, 1), (6, 0))  # areas 1 and 2
STEP = points((1, 3), (2, 3), (2, 1), (4, 1))  # areas 3 and 2
GAP = points((0, 1), (1, 1), (1, 0), (3, 0), (3, 2), (4, 2))  # areas 1, 0 and 2
BELOW = points((0, -5), (2, 4), (3, -1))  # as (0, 0), (2, 4), (3, 0): areas 4 and 2


@pytest.mark.parametrize(
    ("curve", "x", "share"),
    [(HILL, -1, 0), (HILL, 0, 0), (HILL, 1, 0.25 / 3), (HILL, 2, 1 / 3), (HILL, 4, 2.5 / 3), (HILL, 6, 1), (HILL, 9, 1),
     (STEP, 1.5, 0.3), (STEP, 2, 0.6), (STEP, 3, 0.8), (GAP, 1, 1 / 3), (GAP, 3.5, 2 / 3), (BELOW, 1, 1 / 6)],
)
def test_a_share_is_the_area_below(curve, x, share):
    assert density.cumulated(curve, x) == pytest.approx(share, rel=1e-14)
    if 0 < share < 1:
        assert density.quantile(curve, share) == pytest.approx(x, rel=1e-14)


@pytest.mark.parametrize(
    ("curve", "share", "x"),
    [(HILL, 0, 0), (HILL, 1, 6), (GAP, 0, 0), (GAP, 1 / 3, 1), (GAP, 1, 4), (BELOW, 0, 0),
     (points((0, 0), (5, 0), (6, 1)), 0, 5), (points((0, 1), (1, 1), (2, 0), (9, 0)), 1, 2)],
)
def test_a_quantile_stays_where_there_is_area(curve, share, x):
    assert density.quantile(curve, share) == pytest.approx(x, rel=1e-14)


@pytest.mark.parametrize("curve", [points((0, 0), (1, -1)), points((3, 1)), points((2, 1), (2, 5))])
def test_without_area_there_is_no_number(curve):
    assert math.isnan(density.quantile(curve, 0.5))
    assert math.isnan(density.cumulated(curve, 0.5))


def test_a_share_outside_0_to_1_and_no_number_have_no_quantile():
    assert all(math.isnan(density.quantile(HILL, share)) for share in (-0.1, 1.1, math.nan))
    assert math.isnan(density.cumulated(HILL, math.nan))


def test_many_are_read_as_each_alone():
    shares = np.linspace(0, 1, 11)
    one = lookup.curves(cells(HILL))
    np.testing.assert_array_equal(lookup.ARRAY["quantile"](one, shares), [density.quantile(HILL, s) for s in shares])
    both = lookup.curves(cells(HILL, STEP))
    found = lookup.ARRAY["quantile"](both, shares)
    np.testing.assert_array_equal(found, [[density.quantile(curve, s) for s in shares] for curve in (HILL, STEP)])
    each = lookup.ARRAY["cumulated"](both, np.array([[2.0], [3.0]]))
    np.testing.assert_array_equal(each, [[density.cumulated(HILL, 2.0)], [density.cumulated(STEP, 3.0)]])


def cells(*curves):
    """One curve alone, or several in a row."""
    made = np.empty(len(curves), dtype=object)
    for place, curve in enumerate(curves):
        made[place] = curve
    if len(curves) > 1:
        return made
    alone = np.empty((), dtype=object)
    alone[()] = curves[0]
    return alone
