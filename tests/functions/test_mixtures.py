"""Numbers and arrays in one call, readings between elements, points that arrays give, and SELF.

v is 9, 4, 7 and u is 5, 6, 3; all expectations are worked out by hand from the language reference, section 3.5 and 3.6.
"""

from __future__ import annotations

import math

import pytest
import xarray as xr

import stockflow as sf
from tests.builtins import faults, near, run, written

D = "d: a, b, c; e: p, q"
V, U, W = "v[d] = 9 | 4 | 7", "u[d] = 5 | 6 | 3", "w[d, e] = v[d] * 10 + e"


def test_an_array_beside_numbers_counts_with_its_smallest_or_largest_element(tmp_path):
    found = run(tmp_path, V, U, W, "a = MIN(v, 5)", "b = MAX(v[*], 8, 3)", "c = MIN(v[*], u[*])",
                "f = MAX(MIN(v[*], 5), 3) + 1", "g[e] = MIN(w[*, e], 60)", "h = MAX(v[2:3], 0)", "k = MAX(v * u, 0)",
                dimensions=D)
    assert [found[name] for name in "abcfhk"] == [4, 9, 3, 5, 7, 45]
    # Of w, 91, 41 and 71 in one column, one more in the other.
    assert found["g"] == [41, 42]


def test_an_array_over_the_dimension_on_the_left_is_taken_element_by_element(tmp_path):
    found = run(tmp_path, V, U, "a[d] = MIN(v, 5)", "b[d] = MAX(v, u, 6)", "c[d] = MEAN(v, u, 1)", dimensions=D)
    assert found["a"] == [5, 4, 5]
    assert found["b"] == [9, 6, 7]
    assert found["c"] == near([5, 11 / 3, 11 / 3])


def test_inside_a_sum_the_smaller_one_is_taken_element_by_element(tmp_path):
    found = run(tmp_path, V, U, "a = SUM(MIN(v[*], 5))", "b = SUM(MIN(v, u))", "c = MEAN(MAX(v, 6))",
                "f = SUM(MEAN(v[*], u[*]))", dimensions=D)
    # The smaller ones are 5, 4, 5 and 5, 4, 3, the larger ones 9, 6, 7, the means 7, 5, 5.
    assert [found[name] for name in "abcf"] == near([14, 12, 22 / 3, 17])


def test_a_mean_counts_every_element_of_an_array(tmp_path):
    found = run(tmp_path, V, U, W, "a = MEAN(v, 0)", "b = MEAN(v[*], u[*])", "c = MEAN(1, 2)",
                "f[e] = MEAN(w[*, e], 7)", dimensions=D)
    # 20 / 4; 34 / 6; (91 + 41 + 71 + 7) / 4 and one more three times
    assert [found[name] for name in "abc"] == near([5, 34 / 6, 1.5])
    assert found["f"] == near([210 / 4, 213 / 4])


def test_an_array_is_read_between_its_elements(tmp_path):
    found = run(tmp_path, V, W, "x = INTERPOLATE(v, TIME / 8)", "y = INTERPOLATE(w, TIME / 8, 1 - TIME / 4)",
                "z[e] = INTERPOLATE(w[*, e], 0.75)", "k[d] = INTERPOLATE(v, (d - 1) / 2)", "one = INTERPOLATE(n, 0.4)",
                "n[s] = 5", final=4, dimensions=f"{D}; s: only")
    # The places of v are 0, 1/2 and 1: time 2 is halfway from 9 to 4.
    assert found["x"] == near([9, 7.75, 6.5, 5.25, 4])
    # 10 v plus 1 or 2, by a share that falls from 1 to 0.
    assert found["y"] == near([92, 79.25, 66.5, 53.75, 41])
    assert found["z"][0] == near([56, 57])
    assert found["k"][0] == near([9, 4, 7])
    assert found["one"][0] == 5


@pytest.mark.parametrize(
    ("call", "code", "words"),
    [
        ("INTERPOLATE(w, 0.5)", "SF205", "each of 2 dimensions of 'w'; 1 given"),
        ("INTERPOLATE(w[*, p], 0.5, 1)", "SF205", "each of 1 dimension of 'w'; 2 given"),
        ("INTERPOLATE(3, 0.5)", "SF208", "takes an array as argument 1"),
        ("INTERPOLATE(v)", "SF205", "INTERPOLATE takes"),
        ("LOOKUPXY(v, v, u)", "SF208", "takes one number as argument 1"),
        ("LOOKUPXY(1, 2, 3)", "SF301", "LOOKUPXY has nothing to run over"),
        ("SELF + 1", "SF401", ""),
    ],
)
def test_what_cannot_be_meant_is_told(call, code, words, tmp_path):
    found = faults(tmp_path, V, U, W, f"x = {call}", dimensions=D)
    assert [one for one, _ in found] == [code]
    assert words in found[0][1]


def test_points_of_arrays_are_read_like_a_lookup(tmp_path):
    found = run(tmp_path, "xs[d] = 0 | 2 | 5", "ys[d] = 6 | 10 | 40", "z[d, e] = ys[d] * e", "g[e] = e + 1",
                "x = LOOKUPXY(TIME, xs, ys)", "y[e] = LOOKUPXY(g[e], xs, z[*, e])",
                "k[d] = LOOKUPXY(ys[d], xs[*], ys[*])", "step = LOOKUPXY(2, same, ys)", "same[d] = 2 | 2 | 5",
                final=6, dimensions=D)
    assert found["x"] == near([6, 8, 10, 20, 30, 40, 40])
    assert found["y"][0] == near([10, 40])
    assert found["k"][0] == near([40, 40, 40])
    assert found["step"][0] == 10


@pytest.mark.filterwarnings("ignore::stockflow.api.ModelWarning")
def test_points_out_of_order_or_of_two_counts_are_no_lookup(tmp_path):
    found = run(tmp_path, V, "ys[e] = 1 | 2", "a = LOOKUPXY(1, v, v)", "b = LOOKUPXY(1, ys, v)",
                "c = LOOKUPXY(0/0, ys, ys)", dimensions=D)
    assert all(math.isnan(found[name]) for name in "abc")


def test_points_may_differ_by_run(tmp_path):
    path = written(tmp_path, "xs[d] = 0 | 2 | 5", "ys[d] = base + 6", "y = LOOKUPXY(base, xs + base, ys * xs)",
                   "z = INTERPOLATE(xs, base / 4)", dimensions=D)
    found = sf.load(path).run({"base": xr.DataArray([0.0, 2.0], dims="run")}).isel(time=0)
    # In the second run the points are (2, 0), (4, 16), (7, 40).
    assert found["y"].values.tolist() == [0, 0]
    assert found["z"].values.tolist() == [0, 2]


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_self_is_the_variable_and_in_an_array_the_element(method, tmp_path):
    found = run(tmp_path, V, "n = PREVIOUS(SELF, 0) + 1", "x[d] = PREVIOUS(SELF, v) * 2",
                "y[d] = PREVIOUS(SELF, 1) + 1 | 5 | PREVIOUS(SELF, 2) * SIZE(SELF)", "s += n, 0", final=2, dimensions=D,
                method=method)
    assert found["n"] == [1, 2, 3]
    assert found["x"] == [[18, 8, 14], [36, 16, 28], [72, 32, 56]]
    assert found["y"] == [[2, 5, 6], [3, 5, 18], [4, 5, 54]]
    assert found["s"] == near([0, 1, 3])


def test_a_function_of_an_array_inside_a_mean_is_one_number(tmp_path):
    found = run(tmp_path, "x[d] = 3 | 1 | 2", "y[d] = MEAN(RANK(x, 1), x)", "z = MAX(RANK(x, 1), x)", dimensions=D)
    # The smallest is the second: the means of 2 and each element, and the most of 2, 3, 1 and 2.
    assert found["y"] == [2.5, 1.5, 2]
    assert found["z"] == 3


def test_between_the_elements_of_too_many_dimensions_nothing_is_read(tmp_path):
    left, stars, shares = (", ".join(sign * 9) for sign in "e*0")
    found = faults(tmp_path, f"g[{left}] = 2", f"y = INTERPOLATE(g[{stars}], {shares})", dimensions="e: p, q")
    assert found == [("SF109", "INTERPOLATE reads between elements of 9 dimensions; the limit is 8")]


def test_self_may_name_other_elements(tmp_path):
    found = run(tmp_path, "x[d] = 3 | SELF[a] * 2 | PREVIOUS(SELF[b], 1) + SUM(SELF[1:2])", final=1, dimensions=D)
    assert found["x"] == [[3, 6, 10], [3, 6, 15]]


def test_in_the_equation_of_one_element_an_array_is_that_element_of_it(tmp_path):
    found = run(tmp_path, V, "x[d] = MIN(v, 5) | MAX(v[*], 5) | MEAN(v, 1)", "m[d, d] = d",
                "y = INTERPOLATE(m, 0.5, 1)", "z[d] = MIN(m[*, d], 2)", dimensions=D)
    assert found["x"] == [5, 9, 4]
    assert (found["y"], found["z"]) == (2, [1, 1, 1])


def test_safe_division_has_an_operator(tmp_path):
    found = run(tmp_path, "a = 6 // 3 * 2", "b = 6 // 0", "c = 1 + 6 // 1e-7", "f = 0 // 0")
    assert [found[name] for name in "abcf"] == near([4, 0, 60000001, 0])
