"""Functions of whole arrays in models: published examples and hand-calculated ones, alone and in a batch."""

from __future__ import annotations

import math
import warnings
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import stockflow as sf
from stockflow.runtime import allocation, vectors

CONTROLS = "INITIAL TIME = 0 ~~|\nFINAL TIME = 2 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\nb = 0 ~~|\n"
RANGES = "{UTF-8}\nrow: r1, r2, r3 ~~|\ncol: c1, c2 ~~|\nalso <-> row ~~|\nprofile: kind, priority, width, extra ~~|\n"


def model(folder, equations):
    path = folder / "m.mdl"
    path.write_text(RANGES + "".join(f"{line} ~~|\n" for line in equations) + CONTROLS)
    return sf.load(path)


def values(folder, equations, name="y"):
    """The last values of `y`, the same alone and as the first of two runs; `b` moves what the second reads."""
    loaded = model(folder, equations)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sf.ModelWarning)
        alone = loaded.run()[name].values[-1]
        batch = loaded.run({"b": xr.DataArray([0.0, 1.0], dims="run")})[name]
    first = batch.isel(run=0) if "run" in batch.dims else batch
    np.testing.assert_allclose(first.values[-1], alone, rtol=1e-12, equal_nan=True)
    return alone.tolist()


def refusal(folder, equations):
    with pytest.raises(sf.ModelError) as caught:
        model(folder, equations)
    return [(item.code, item.message) for item in caught.value.diagnostics]


MATRIX = ("d[r1,c1] = 1 + b", "d[r2,c1] = 2", "d[r3,c1] = 3", "d[r1,c2] = 4", "d[r2,c2] = 5", "d[r3,c2] = 6")


@pytest.mark.parametrize(
    ("equation", "wanted"),
    [
        # SDEverywhere's test model vector, recorded from Vensim.
        ("y[row] = VECTOR SORT ORDER(h[row], 1)", [1, 2, 0]),
        ("y[row] = VECTOR SORT ORDER(h[row], 0)", [0, 2, 1]),
        ("y[row] = VECTOR RANK(h[row], 1)", [3, 1, 2]),
        ("y[row] = VECTOR RANK(h[row], -1)", [1, 3, 2]),
        ("y[row] = VECTOR REORDER(h[row], VECTOR SORT ORDER(h[row], 1))", [2010, 2020, 2100]),
        ("y[row] = VECTOR REORDER(h[row], 3 - row)", [2020, 2010, 2100]),
        ("y[row] = 10 + VECTOR RANK(2 * h[row], 1) ^ 2", [19, 11, 14]),
        ("z[r2] = VECTOR RANK(h[r2], 1) ~~|\ny = z[r2]", 1),
    ],
)
def test_an_array_is_sorted_along_its_last_subscript(equation, wanted, tmp_path):
    assert values(tmp_path, ["h[r1] = 2100 + b", "h[r2] = 2010", "h[r3] = 2020", equation]) == wanted


def test_each_row_of_a_matrix_is_sorted_for_itself(tmp_path):
    lines = [*MATRIX, "y[row,col] = VECTOR SORT ORDER(-d[row,col], 1)"]
    assert values(tmp_path, lines) == [[1, 0], [1, 0], [1, 0]]


def test_equal_elements_stay_in_their_order(tmp_path):
    lines = ["h[r1] = 5 + b", "h[r2] = 5", "h[r3] = 1"]
    assert values(tmp_path, [*lines, "y[row] = VECTOR SORT ORDER(h[row], 1)"]) == [2, 0, 1]
    assert values(tmp_path, [*lines, "y[row] = VECTOR SORT ORDER(h[row], 0)"]) == [0, 1, 2]


def test_a_place_outside_is_missing_when_an_array_is_reordered(tmp_path):
    lines = ["h[r1] = 7 + b", "h[r2] = 8", "h[r3] = 9"]
    lines.append("y[row] = IF THEN ELSE(VECTOR REORDER(h[row], row) = :NA:, 1, 0)")
    assert values(tmp_path, lines) == [0, 0, 1]


@pytest.mark.parametrize(
    ("equation", "wanted"),
    [
        # f and g of SDEverywhere's test model vector: the offset goes on into the next column and row.
        ("y[row,col] = VECTOR ELM MAP(d[row,c1], a[row])", [[1, 1], [5, 5], [6, 6]]),
        ("y[row,col] = VECTOR ELM MAP(d[row,c1], e[row,col])", [[1, 4], [5, 2], [3, 6]]),
        ("y = VECTOR ELM MAP(d[r1,c1], 3.4)", 5),
        ("y = VECTOR ELM MAP(d[r2,c1], -1.6)", 1),
        ("y = VECTOR ELM MAP(d[r1,c1], IF THEN ELSE(Time > 1, 2, 0))", 2),
    ],
)
def test_an_offset_runs_through_the_whole_variable(equation, wanted, tmp_path):
    lines = ["a[row] = 0, 1, 1", "e[r1,col] = 0, 1", "e[r2,col] = 1, 0", "e[r3,col] = 0, 1"]
    assert values(tmp_path, [*MATRIX, *lines, equation]) == wanted


@pytest.mark.parametrize("offset", ["-1", "6", "1e300", "LN(-1)"])
def test_an_element_outside_is_missing(offset, tmp_path):
    lines = [*MATRIX, f"y = IF THEN ELSE(VECTOR ELM MAP(d[r1,c1], {offset}) = :NA:, 1, 0)"]
    assert values(tmp_path, lines) == 1


# Of the selection 3, 0, 2 and the elements 0.5, 100, 4.
SELECTED = {0: 9.5, 1: 12, 2: 1.5, 3: 8, 4: 4.75, 5: 0.5**3 * 4**2, 6: 4.5, 7: 2, 8: 0.5, 9: 4, 10: 2.25}


@pytest.mark.parametrize("action", SELECTED)
def test_the_chosen_elements_are_put_together_by_the_action(action, tmp_path):
    lines = ["s[r1] = 3 + b", "s[r2] = 0", "s[r3] = 2", "x[row] = 0.5, 100, 4",
             f"y = VECTOR SELECT(s[row!], x[row!], -1, {action}, 0)"]
    assert values(tmp_path, lines) == pytest.approx(SELECTED[action], rel=1e-15)


def test_a_selection_of_nothing_is_the_missing_value(tmp_path):
    lines = ["s[row] = 0, 0, 0", "x[row] = 1, 2, 3", "y = VECTOR SELECT(s[row!], x[row!] + b, -12345, Time, 0)"]
    assert values(tmp_path, lines) == -12345


@pytest.mark.parametrize(
    ("chosen", "check", "wanted"),
    [("0, 0, 0", 1, math.nan), ("0, 1, 0", 1, 2), ("1, 1, 0", 2, math.nan), ("0, 0, 0", 2, -1),
     ("1, 1, 0", 3, math.nan), ("0, 0, 0", 3, math.nan), ("0, 1, 0", 3, 2), ("1, 1, 0", 0, 3), ("1, 1, 0", 1, 3)],
)
def test_a_selection_that_fails_its_check_is_no_number(chosen, check, wanted, tmp_path):
    lines = [f"s[row] = {chosen}", "x[row] = 1, 2, 3", f"y = VECTOR SELECT(s[row!], x[row!] + b, -1, 0, {check})"]
    assert values(tmp_path, lines) == pytest.approx(wanted, nan_ok=True)


def test_a_matrix_times_its_inverse_is_one(tmp_path):
    lines = ["m[row,also] = 3, 0, 2; 2, 0, -2; 0, 1, 1;", "y[row,also] = INVERT MATRIX(m[row,also] + b * row, 3)"]
    # matrix 3 of SDXorg's test invert_matrix, recorded from Vensim.
    assert np.allclose(values(tmp_path, lines), [[0.2, 0.2, 0], [-0.2, 0.3, 1], [0.2, -0.3, 0]], atol=1e-15)


def test_a_badly_scaled_matrix_has_its_inverse(tmp_path):
    lines = ["m[row,also] = 1e-20, 0, 0; 0, 1, 0; 0, 2e12, 1e12;", "y[row,also] = INVERT MATRIX(m[row,also], 3)"]
    assert np.allclose(values(tmp_path, lines), [[1e20, 0, 0], [0, 1, 0], [0, -2, 1e-12]], rtol=1e-12)


@pytest.mark.parametrize("matrix", ["1, 2, 3; 2, 4, 6; 0, 1, 1;", "1, 2, 3; 4, 5, 6; 7, 8, 9;"])
def test_a_matrix_without_inverse_gives_no_number(matrix, tmp_path):
    """The second has the determinant 0, but 6.7e-16 in floating point."""
    lines = [f"m[row,also] = {matrix}", "y[row,also] = INVERT MATRIX(m[row,also] + b, 3)"]
    assert np.isnan(values(tmp_path, lines)).all()


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["m[row,also] = 1, 2, 3; 2, 4, 6; 0, 1, 1;", "y[row,also] = INVERT MATRIX(m[row,also], 3)"],
         "INVERT MATRIX in 'y[r1,r1]' is not a number: the matrix has no inverse"),
        (["s[row] = 0, 0, 0", "y = VECTOR SELECT(s[row!], s[row!], 0, 0, 1) + Time"],
         "VECTOR SELECT in 'y' is not a number: its check is not met"),
        (["q[row] = 1, 2, 3", "p[row,profile] = 5,1,1,1;5,2,1,1;5,3,1,1;",
          "y[row] = 2 * ALLOCATE AVAILABLE(q[row], p[row,kind], 2)"],
         "ALLOCATE AVAILABLE in 'y[r1]' is not a number: a profile's kind has no published curve"),
    ],
)
def test_what_gives_no_number_is_named_with_its_reason(lines, words, tmp_path):
    with pytest.warns(sf.ModelWarning, match="SF701") as caught:
        model(tmp_path, lines).run()
    assert any(words in str(item.message) for item in caught)


POINTS = ["v[row] = 1, 2, 8"]


@pytest.mark.parametrize(
    ("x", "mode", "wanted"),
    [(1, 0, 1.5), (6, 0, 8), (4, 1, 13), (3, 2, 2), (6, 3, 14), (1, 4, 2), (5, 5, 3), (1, 6, 0.5), (6, 6, 0),
     (6, 7, 35), (14, 8, 6), (6, 9, 3), (1, 11, math.nan)],
)
def test_an_array_is_read_as_a_lookup(x, mode, wanted, tmp_path):
    lines = [*POINTS, f"y = VECTOR LOOKUP(v[r1], {x} + b, 0, 4, {mode})"]
    assert values(tmp_path, lines) == pytest.approx(wanted, nan_ok=True)


# Allocation.


def shares(folder, profile, supply, requests="3, 2, 4"):
    lines = [f"q[row] = {requests}", f"p[row,profile] = {profile}", f"s = {supply} + 0 * b",
             "y[row] = ALLOCATE AVAILABLE(q[row], p[row,kind], s)"]
    return values(folder, lines)


def test_rectangular_profiles_share_where_they_overlap(tmp_path):
    # Priorities 2 and 1, each 2 wide, overlap from 1 to 2. At the price 1 the first buys all of its 3 ... 3 * 1,
    # the second half of its 2 (1 of 2): 4 of 4.
    assert shares(tmp_path, "1,2,2,0; 1,1,2,0; 1,-9,2,0;", 4) == pytest.approx([3, 1, 0], abs=1e-9)


@pytest.mark.parametrize("kind", [1, 2, 3, 4])
def test_equal_profiles_share_by_size(kind, tmp_path):
    profile = ";".join([f"{kind},5,2,0"] * 3) + ";"
    assert shares(tmp_path, profile, 4.5) == pytest.approx([1.5, 1, 2], rel=1e-9)


@pytest.mark.parametrize("kind", [1, 2, 3, 4])
def test_all_of_the_supply_is_allocated_and_no_one_gets_more_than_asked(kind, tmp_path):
    found = shares(tmp_path, f"{kind},1,1,0; {kind},2,1.5,0; {kind},3,0.5,0;", 5.25)
    assert sum(found) == pytest.approx(5.25, rel=1e-12)
    assert all(0 <= got <= asked for got, asked in zip(found, (3, 2, 4), strict=True))
    assert found[2] / 4 > found[1] / 2 > found[0] / 3


@pytest.mark.parametrize(("supply", "wanted"), [(0, [0, 0, 0]), (-3, [0, 0, 0]), (9, [3, 2, 4]), (20, [3, 2, 4])])
def test_no_supply_gives_nothing_and_enough_gives_everything(supply, wanted, tmp_path):
    assert shares(tmp_path, "3,1,1,0; 3,2,1,0; 3,3,1,0;", supply) == wanted


def test_fixed_requests_are_met_first(tmp_path):
    assert shares(tmp_path, "0,0,1,0; 1,5,1,0; 1,2,1,0;", 4.5) == pytest.approx([3, 1.5, 0], rel=1e-9)
    assert shares(tmp_path, "0,0,1,0; 0,5,1,0; 1,2,1,0;", 2.5) == pytest.approx([1.5, 1, 0], rel=1e-9)


def test_a_width_of_nothing_is_strict_priority(tmp_path):
    assert shares(tmp_path, "1,1,0,0; 1,2,0,0; 1,3,0,0;", 5) == pytest.approx([0, 1, 4], abs=1e-9)


def test_whole_units_go_to_the_largest_remainders(tmp_path):
    assert shares(tmp_path, "11,5,2,0; 11,5,2,0; 11,5,2,0;", 5) == [2, 1, 2]


def test_a_request_of_nothing_gets_nothing(tmp_path):
    found = shares(tmp_path, "1,5,2,0; 1,5,50,0; 1,23,4,0;", 300, "500, 0, 750")
    assert found == pytest.approx([0, 0, 300], abs=1e-9)


def test_a_kind_without_a_curve_gives_no_number(tmp_path):
    assert math.isnan(shares(tmp_path, "5,1,1,1; 5,2,1,1; 5,3,1,1;", 5)[0])


@pytest.mark.parametrize(
    ("kind", "price", "wanted"),
    [(0, 99, 8), (1, 4, 8), (1, 5, 4), (1, 5.5, 2), (1, 6, 0), (2, 4.5, 7), (2, 5.5, 1), (3, 5, 4),
     (3, 7, 8 * (1 - 0.8413447460685429)), (4, 5, 4), (4, 7, 4 * math.exp(-1)), (4, 3, 8 - 4 * math.exp(-1))],
)
def test_a_demand_falls_with_the_price_along_its_curve(kind, price, wanted, tmp_path):
    lines = [f"p[profile] = {kind}, 5, 2, 0", f"y = DEMAND AT PRICE(8, p[kind], {price} + b)"]
    assert values(tmp_path, lines) == pytest.approx(wanted, rel=1e-6)
    lines = [f"p[profile] = {kind}, 5, 2, 0", f"y = SUPPLY AT PRICE(8, p[kind], {10 - price} + b)"]
    assert values(tmp_path, lines) == pytest.approx(wanted, rel=1e-6)


def test_the_market_clears_where_demand_is_supply(tmp_path):
    lines = ["dq[row] = 10, 20, 30", "dp[row,profile] = 3,5,1,0; 3,6,2,0; 3,4,1,0;", "sq[col] = 25, 25",
             "sp[col,profile] = 3,4,1,0; 1,6,3,0;",
             "y = FIND MARKET PRICE(dq[r1], dp[r1,kind], sq[c1] + b, sp[c1,kind])",
             "asked[row] = DEMAND AT PRICE(dq[row], dp[row,kind], y)",
             "offered[col] = SUPPLY AT PRICE(sq[col], sp[col,kind], y)", "gap = SUM(asked[row!]) - SUM(offered[col!])"]
    assert values(tmp_path, lines, "gap") == pytest.approx(0, abs=1e-9)
    lines[4] = "y = FIND MARKET PRICE(dq[row!], dp[row!,kind], sq[col!], sp[col!,kind])"
    assert values(tmp_path, lines, "gap") == pytest.approx(0, abs=1e-9)


def test_the_normal_curve_is_the_normal_distribution():
    z = np.linspace(-6, 6, 101)
    exact = [0.5 * math.erfc(one / math.sqrt(2)) for one in z]
    np.testing.assert_allclose(allocation.normal_beyond(z), exact, atol=7.5e-8)


# Faults.


@pytest.mark.parametrize(
    ("equation", "code"),
    [
        ("y[row] = VECTOR SORT ORDER(5, 1)", "SF208"),
        ("y = VECTOR SORT ORDER(h[row], 1)", "SF306"),
        ("y[row] = VECTOR SORT ORDER(h[row], h[row])", "SF208"),
        ("y = VECTOR ELM MAP(3, 1)", "SF208"),
        ("y = VECTOR ELM MAP(2 * h[r1], 1)", "SF208"),
        ("y = VECTOR SELECT(1, 2, 0, 0, 0)", "SF301"),
        ("y[row] = ALLOCATE AVAILABLE(h[row], h[row], 3)", "SF208"),
        ("y[row] = ALLOCATE AVAILABLE(h[row], 3, 3)", "SF208"),
        ("y[row] = VECTOR SORT ORDER(nothing[row], 1)", "SF204"),
        ("y[row] = VECTOR SORT ORDER(h[row])", "SF205"),
        ("y[row] = VECTOR SORT ORDER(h[nothing], 1)", "SF305"),
        ("y[row] = VECTOR SORT ORDER(h[row!], 1)", "SF306"),
    ],
)
def test_what_is_no_array_is_told(equation, code, tmp_path):
    found = refusal(tmp_path, ["h[row] = 1, 2, 3", equation])
    assert [found_code for found_code, _ in found] == [code]


def test_every_function_of_the_run_time_has_a_row_and_the_other_way_round():
    from stockflow.functions.table import ROWS

    rows = {row.key.replace(" ", "_") for row in ROWS.values() if row.kind == "vector"}
    assert rows | {"time_value"} == set(vectors.ARRAY)


def test_xmile_names_the_smallest_elements_by_rank(tmp_path):
    dims = '<dim name="d" size="4"/>'
    path = Path(tmp_path) / "m.xmile"
    path.write_text(
        '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"><header><vendor>v</vendor>'
        '<product version="1">p</product></header><sim_specs><start>0</start><stop>1</stop><dt>1</dt></sim_specs>'
        f'<dimensions>{dims}</dimensions><model><variables><aux name="a"><dimensions><dim name="d"/></dimensions>'
        '<element subscript="1"><eqn>5</eqn></element><element subscript="2"><eqn>2</eqn></element>'
        '<element subscript="3"><eqn>9</eqn></element><element subscript="4"><eqn>2</eqn></element></aux>'
        '<aux name="first"><eqn>RANK(a, 1)</eqn></aux><aux name="last"><eqn>RANK(a[*], 4)</eqn></aux>'
        '<aux name="none"><eqn>RANK(a, 5)</eqn></aux>'
        '<aux name="order"><dimensions><dim name="d"/></dimensions><eqn>RANK(a, d)</eqn></aux>'
        '<aux name="tied"><eqn>RANK(a, 1, -tie)</eqn></aux><aux name="tie"><dimensions><dim name="d"/>'
        "</dimensions><eqn>d</eqn></aux></variables></model></xmile>"
    )
    ds = sf.load(path).run()
    assert [float(ds[name].values[0]) for name in ("first", "last", "none", "tied")] == [2, 3, 0, 4]
    assert ds["order"].values[0].tolist() == [2, 4, 1, 3]


@pytest.mark.parametrize(("call", "expected"), [
    ("VECTOR ELM MAP(x[r1], RANDOM UNIFORM(2, 2, 0))", 30),
    ("VECTOR SELECT(x[row!] * 0, x[row!], RANDOM UNIFORM(7, 7, 0), 0, 0)", 7),
    # Each element has a draw of its own, all of them 2.
    ("VECTOR SELECT(x[row!] * RANDOM UNIFORM(2, 2, 0), x[row!] * 0 + 1, -1, 0, 0)", 2 * (10 + 20 + 30)),
])
def test_a_random_number_in_an_argument_is_drawn_for_what_the_argument_runs_over(tmp_path, call, expected):
    assert values(tmp_path, ("x[row] = 10, 20, 30", f"y = {call} + b")) == expected
