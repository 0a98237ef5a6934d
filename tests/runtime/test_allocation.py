"""Sharing out a supply, held to solutions found another way: exactly by fractions, or by plain halving."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from stockflow.runtime import allocation, vectors

allocate = vectors.FLOAT["allocate_available"]


def part(kind, z):
    """The part of a quantity that is asked for so many widths above the priority; the normal curve to 7.5e-8."""
    if kind == 0:
        return 1.0
    if kind == 1:
        return min(max(0.5 - z, 0.0), 1.0)
    if kind == 2:
        inside = min(max(z, -0.5), 0.5)
        return 1 - 2 * (inside + 0.5) ** 2 if inside < 0 else 2 * (0.5 - inside) ** 2
    if kind == 3:
        return 0.5 * math.erfc(z / math.sqrt(2))
    return 1 - 0.5 * math.exp(z) if z < 0 else 0.5 * math.exp(-z)


def halved(request, kind, priority, width, supply):
    """Two hundred halvings, one number after the other."""
    low, high = min(priority) - 50 * max(width), max(priority) + 50 * max(width)
    for _ in range(200):
        price = (low + high) / 2
        bought = sum(q * part(k, (price - c) / w) for q, k, c, w in zip(request, kind, priority, width, strict=True))
        low, high = (price, high) if bought > supply else (low, price)
    return [q * part(k, (high - c) / w) for q, k, c, w in zip(request, kind, priority, width, strict=True)]


def by_fractions(request, priority, width, supply):
    """Rectangular curves are straight between the places where one begins or ends: there the price is exact."""
    q, c, w = ([Fraction(one) for one in values] for values in (request, priority, width))

    def bought(price):
        return [a * min(max(Fraction(1, 2) - (price - b) / d, 0), 1) for a, b, d in zip(q, c, w, strict=True)]

    edges = sorted({b + sign * d / 2 for b, d in zip(c, w, strict=True) for sign in (-1, 1)})
    for low, high in pairwise(edges):
        most, least = sum(bought(low)), sum(bought(high))
        if least <= supply <= most and most > least:
            return [float(one) for one in bought(low + (most - Fraction(supply)) / (most - least) * (high - low))]
    raise AssertionError("the supply is met by nothing")


@pytest.mark.parametrize("seed", range(12))
def test_rectangular_curves_are_solved_exactly(seed):
    random = np.random.default_rng(seed)
    count = int(random.integers(2, 80))
    request, priority, width = (random.uniform(low, 9, count).tolist() for low in (0, -5, 0.01))
    supply = float(random.uniform(0.05, 0.95)) * sum(request)
    found = allocate(request, (1.0,) * count, priority, width, (0.0,) * count, (supply,))
    np.testing.assert_allclose(found, by_fractions(request, priority, width, supply), rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("seed", range(8))
def test_mixed_curves_are_solved_as_by_halving(seed):
    random = np.random.default_rng(seed)
    count = int(random.integers(2, 12))
    request, priority, width = (random.uniform(low, 9, count).tolist() for low in (0.1, -5, 0.2))
    kind = random.integers(0, 5, count).astype(float).tolist()
    fixed = sum(q for q, k in zip(request, kind, strict=True) if k == 0)
    supply = fixed + float(random.uniform(0.05, 0.95)) * (sum(request) - fixed)
    found = allocate(request, kind, priority, width, (0.0,) * count, (supply,))
    assert sum(found) == pytest.approx(supply, rel=1e-13)
    np.testing.assert_allclose(found, halved(request, kind, priority, width, supply), atol=2e-6)


@pytest.mark.parametrize("kind", [1, 2, 4])
def test_one_curve_for_all_is_solved_as_by_halving(kind):
    request, priority, width = (5.0, 3.0, 8.0, 1.0), (2.0, 4.0, 1.0, 9.0), (3.0, 1.5, 6.0, 0.5)
    for supply in (0.3, 4.0, 9.0, 16.9):
        found = allocate(request, (float(kind),) * 4, priority, width, (0.0,) * 4, (supply,))
        wanted = halved(request, (kind,) * 4, priority, width, supply)
        np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-10)


def test_runs_side_by_side_are_those_runs_alone():
    """Enough for all in one run, scarce in another, nothing in a third: none changes a bit of the others."""
    random = np.random.default_rng(5)
    request, priority, width = (random.uniform(low, 9, (6, 5)) for low in (0, -5, 0.1))
    kind, extra = np.full((6, 1), 3.0), np.zeros((6, 1))
    supply = np.array([[1.0, 200.0, 0.0, 12.5, 20.0]])

    def shares(runs):
        with np.errstate(all="ignore"):
            given = (request[:, runs], kind, priority[:, runs], width[:, runs], extra, supply[:, runs])
            return allocation.allocate_available(*given)

    found = shares(slice(None))
    for run in range(5):
        np.testing.assert_array_equal(found[:, run : run + 1], shares(slice(run, run + 1)))


def test_many_runs_are_solved_as_few(monkeypatch):
    """Which way a price is looked for goes by the number of numbers; what is found does not."""
    random = np.random.default_rng(6)
    given = [random.uniform(low, 9, (8, 40)) for low in (0, 0, -5, 0.1)]
    given[1] = np.floor(given[1] % 4) + 1
    found = []
    for few in (0, 10**6):
        monkeypatch.setattr(allocation, "FEW", few)
        with np.errstate(all="ignore"):
            found.append(allocation.allocate_available(*given, 0 * given[0], given[0].sum(axis=0, keepdims=True) / 3))
    np.testing.assert_array_equal(*found)


def test_a_request_of_nothing_changes_nothing_wherever_its_priority_is():
    request, priority = (4.0, 2.0, 3.0), (5.0, 6.0, 5.5)
    without = allocate(request, (3.0,) * 3, priority, (1.0,) * 3, (0.0,) * 3, (5.0,))
    with_it = allocate((*request, 0.0), (3.0,) * 4, (*priority, 1e6), (1.0,) * 4, (0.0,) * 4, (5.0,))
    np.testing.assert_array_equal(with_it[:3], without)
    assert with_it[3] == 0


def test_the_price_of_the_market_buys_what_the_allocation_gives():
    request, priority = (4.0, 2.0, 3.0), (5.0, 6.0, 5.5)
    (price,) = vectors.FLOAT["market_price"](request, priority, (3.0,), (2.0,), (5.0,))
    shares = vectors.FLOAT["allocate_by_priority"](request, priority, (3.0,), (2.0,), (5.0,))
    bought = [q * part(1, (price - c) / 2) for q, c in zip(request, priority, strict=True)]
    assert bought == pytest.approx(shares, rel=1e-12)


@pytest.mark.parametrize(("supply", "price"), [(99, 4), (9, 4), (0, 7), (-1, 7)])
def test_the_price_of_enough_is_that_at_which_all_is_bought_and_of_nothing_that_at_which_nothing_is(supply, price):
    """Priorities 5 and 6, each 2 wide: all is bought at 4, nothing at 7. The third asks for nothing."""
    (found,) = vectors.FLOAT["market_price"]((4.0, 5.0, 0.0), (5.0, 6.0, 50.0), (3.0,), (2.0,), (float(supply),))
    assert found == pytest.approx(price, rel=1e-12)
