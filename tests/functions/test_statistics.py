"""The normal distribution and its inverse, counting, annuities and bounded curves: what must hold for any arguments."""

from __future__ import annotations

import math

import pytest

from tests.builtins import near, run

PLACES = "d: p1, p2, p3, p4, p5, p6, p7"
X = "x[d] = -8 | -3.5 | -1 | 0 | 0.3 | 2 | 5"


def test_the_inverse_undoes_the_normal_distribution(tmp_path):
    found = run(tmp_path, X, "y[d] = INVNORM(NORMALCDF(-INF, x))", dimensions=PLACES)
    # Near 1 a part has only the digits that 1 leaves it: 1 - 2.9e-7 for x = 5.
    assert found["y"] == pytest.approx(found["x"], rel=1e-10, abs=1e-15)


def test_a_tail_of_the_normal_distribution_keeps_its_digits(tmp_path):
    found = run(tmp_path, "a = NORMALCDF(6, INF)", "b = NORMALCDF(-INF, -6)", "c = NORMALCDF(16, 18, 10, 1)")
    assert found["a"] == found["b"] == near(math.erfc(6 / math.sqrt(2)) / 2)
    assert found["c"] == near(math.erfc(6 / math.sqrt(2)) / 2 - math.erfc(8 / math.sqrt(2)) / 2)


@pytest.mark.filterwarnings("ignore::stockflow.api.ModelWarning")
def test_a_part_outside_0_to_1_has_no_place_in_the_normal_distribution(tmp_path):
    found = run(tmp_path, "p[d] = -1 | 0 | 0.5 | 1 | 2 | 1e-300 | NAN", "y[d] = INVNORM(p)",
                "bad[d] = ISNAN(y)", dimensions=PLACES)
    assert found["bad"] == [1, 0, 0, 0, 1, 0, 1]
    assert found["y"][1:4] == near([-math.inf, 0, math.inf])
    assert math.erfc(-found["y"][5] / math.sqrt(2)) / 2 == pytest.approx(1e-300, rel=1e-9)


@pytest.mark.filterwarnings("ignore::stockflow.api.ModelWarning")
def test_counts_are_whole(tmp_path):
    found = run(tmp_path, "n[d] = 0 | 1 | 2 | 3 | 4 | 5 | 6", "c[d] = COMBINATIONS(6, n)", "k[d] = PERMUTATIONS(6, n)",
                "f[d] = FACTORIAL(n)", "half = FACTORIAL(0.5)", "least = FACTORIAL(-1)", dimensions=PLACES)
    assert found["c"] == [math.comb(6, n) for n in range(7)]
    assert found["k"] == [math.perm(6, n) for n in range(7)]
    assert found["f"] == [math.factorial(n) for n in range(7)]
    assert found["half"] == near(math.sqrt(math.pi) / 2)
    assert math.isnan(found["least"])


@pytest.mark.filterwarnings("ignore::stockflow.api.ModelWarning")
def test_large_counts_keep_their_digits_or_are_infinite(tmp_path):
    cases = ((1000, 5), (40, 20), (1000, 200), (1000000, 3), (170, 100), (2000, 1000))
    lines = [f"c{at} = COMBINATIONS({n}, {k})" for at, (n, k) in enumerate(cases)]
    lines += [f"p{at} = PERMUTATIONS({n}, {k})" for at, (n, k) in enumerate(cases)]
    found = run(tmp_path, *lines, "f = FACTORIAL(170)", "g = FACTORIAL(171)", "h = FACTORIAL(1e300)")
    for at, (n, k) in enumerate(cases):
        for name, exact in (("c", math.comb(n, k)), ("p", math.perm(n, k))):
            wanted = float(exact) if exact < 10**308 else math.inf
            assert found[f"{name}{at}"] == pytest.approx(wanted, rel=1e-11)
    assert [found[f"c{at}"] for at in (0, 1)] == [math.comb(1000, 5), math.comb(40, 20)]
    assert found["f"] == pytest.approx(float(math.factorial(170)), rel=1e-13)
    assert found["g"] == found["h"] == math.inf


def test_the_three_annuities_solve_the_same_equation(tmp_path):
    found = run(tmp_path, "rate[d] = -0.5 | -0.1 | 0 | 0.01 | 0.1 | 0.5 | 2", "payment[d] = PMT(rate, 12, 1000, 500)",
                "present[d] = PV(rate, 12, payment, 500)", "future[d] = FV(rate, 12, payment, 1000)",
                dimensions=PLACES)
    assert found["present"] == pytest.approx([1000] * 7, rel=1e-10)
    assert found["future"] == pytest.approx([500] * 7, rel=1e-6)


def test_an_exponential_curve_rises_from_one_bound_to_the_other(tmp_path):
    exponents = (-2000, -30, -1e-12, 0, 1e-12, 30, 2000)
    found = run(
        tmp_path, "x[e] = -1 | 0 | 0.25 | 0.5 | 0.75 | 1 | 2", f"k[d] = {' | '.join(map(str, exponents))}",
        "y[d, e] = EXPBOUND(10, 20, x, k)", dimensions=f"{PLACES}; e: q1, q2, q3, q4, q5, q6, q7",
    )["y"]
    for curve, turned in zip(found, reversed(found), strict=True):
        assert curve[:2] == near([10, 10]) and curve[5:] == near([20, 20])
        assert curve == sorted(curve)
        # A curve and the one with the exponent turned are each other's images: y(x) = 30 - y(1 - x) of the other.
        assert [30 - turned[6 - place] for place in range(1, 6)] == near(curve[1:6])
    assert found[2] == near(found[3]) and found[4] == near(found[3])
