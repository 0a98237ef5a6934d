"""Arrays of XMILE: what follows what between the dimensions of an equation and those of what it reads.

v is 1, 2, 4; g has the rows 1, 2, 3 and 4, 5, 6; sq has the rows 1, 2, 3; 4, 5, 6 and 7, 8, 9.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from stockflow.api import ModelWarning, check, load
from tests.dialects.xmile.documents import SPECS, document

DIMENSIONS = (
    '<dimensions><dim name="N" size="3"/><dim name="F"><elem name="a"/><elem name="b"/><elem name="c"/></dim>'
    '<dim name="L"><elem name="x"/><elem name="y"/></dim><dim name="Turn"><elem name="b"/><elem name="a"/></dim>'
    '<dim name="a"><elem name="p"/><elem name="q"/></dim></dimensions>'
)


def aux(name: str, equation: str, *dimensions: str, rest: str = "") -> str:
    named = "".join(f'<dim name="{one}"/>' for one in dimensions)
    whole = f"<dimensions>{named}</dimensions>" if dimensions else ""
    return f'<aux name="{name}">{whole}<eqn>{equation}</eqn>{rest}</aux>'


ARRAYS = (
    aux("v", "1, 2, 4", "F") + aux("n", "10, 20, 30", "N") + aux("g", "1, 2, 3; 4, 5, 6", "L", "F")
    + aux("sq", "1, 2, 3; 4, 5, 6; 7, 8, 9", "F", "F") + aux("h", "5, 6", "Turn") + aux("base", "0")
)
Answers = Callable[..., list]


@pytest.fixture
def answer(tmp_path: Path) -> Answers:
    """The last values of x with an equation and dimensions, the same alone and in a batch."""

    def of(equation: str, *dimensions: str, header: str = "", more: str = "") -> list:
        text = document(ARRAYS + more + aux("x", f"{equation} + base", *dimensions), SPECS + DIMENSIONS)
        path = tmp_path / "m.xmile"
        path.write_text(text.replace("<header>", f"<header>{header}"), encoding="utf-8")
        model = load(path)
        alone = np.asarray(model.run()["x"])[-1]
        batch = model.run({"base": xr.DataArray([0.0, 0.0], dims="run")})["x"]
        assert np.array_equal(np.asarray(batch.isel(run=1, time=-1)), alone, equal_nan=True)
        return alone.tolist()

    return of


def faults(tmp_path: Path, equation: str, *dimensions: str) -> list[tuple[str, str]]:
    path = tmp_path / "m.xmile"
    path.write_text(document(ARRAYS + aux("x", equation, *dimensions), SPECS + DIMENSIONS), encoding="utf-8")
    return [(item.code, item.message) for item in check(path)]


def test_ranges_are_given_by_number_or_by_name(answer):
    assert answer("SUM(n[2:3])") == 20 + 30
    assert answer("SUM(v[b:c])") == 2 + 4
    assert answer("MEAN(g[*, a:b])") == (1 + 2 + 4 + 5) / 4
    assert answer("SUM(g[L, 2:3])", "L") == [2 + 3, 5 + 6]


def test_a_dimension_in_a_sum_that_is_not_on_the_left_is_its_loop(answer):
    assert answer("SUM(v[F])") == 7
    assert answer("SUM(g[L, F])", "L") == [6, 15]


def test_a_star_runs_over_all_elements_of_its_place(answer):
    assert answer("SUM(g[*, b])") == 2 + 5
    assert answer("SUM(g[L, *])", "L") == [6, 15]
    assert answer("SIZE(g[x, *])") == 3


def test_an_expression_is_reduced_over_the_dimensions_that_the_left_has_not(answer):
    assert answer("SUM(v * n[1])") == 70
    assert answer("SUM(g * v)", "L") == [1 + 4 + 12, 4 + 10 + 24]
    assert answer("MAX(v + 1)") == 5


def test_dimensions_are_matched_by_name_and_not_by_place(answer):
    assert answer("g * 10", "F", "L") == [[10, 40], [20, 50], [30, 60]]
    assert answer("v", "L", "F") == [[1, 2, 4], [1, 2, 4]]


def test_an_at_sign_of_a_numbered_dimension_takes_its_first_elements(answer):
    # N has three elements, L two: the first two of 10, 20, 30.
    assert answer("n[@1]", "L") == [10, 20]


def test_an_at_sign_that_meets_an_element_of_another_dimension_is_told(tmp_path):
    path = tmp_path / "m.xmile"
    cells = '<dimensions><dim name="L"/></dimensions>' + "".join(
        f'<element subscript="{one}"><eqn>{equation}</eqn></element>' for one, equation in (("x", "v[@1]"), ("y", "1"))
    )
    path.write_text(document(ARRAYS + f'<aux name="k">{cells}</aux>', SPECS + DIMENSIONS), encoding="utf-8")
    found = [(item.code, item.message) for item in check(path)]
    assert found == [("SF302", "'x' is not an element of 'F', the dimension of v")]


def test_a_computed_index_may_meet_an_element_without_an_equation(tmp_path):
    path = tmp_path / "m.xmile"
    part = '<dimensions><dim name="L"/></dimensions><element subscript="y"><eqn>7</eqn></element>'
    text = document(f'<aux name="p">{part}</aux>' + aux("k", "1 + TIME") + aux("r", "p[k]"), SPECS + DIMENSIONS)
    path.write_text(text, encoding="utf-8")
    with pytest.warns(ModelWarning, match=r"SF701: time 0: 'r' reads p\[x\], which has no equation"):
        found = np.asarray(load(path).run()["r"])[:3]
    # The first element has no equation, so no number; the second is 7; a third there is not, which gives 0.
    assert np.array_equal(found, [np.nan, 7, 0], equal_nan=True)


def test_an_at_sign_counts_the_dimensions_of_the_left(answer):
    assert answer("g[@2, @1]", "F", "L") == [[1, 4], [2, 5], [3, 6]]
    assert answer("sq[@2, @1]", "F", "F") == [[1, 4, 7], [2, 5, 8], [3, 6, 9]]


def test_a_computed_index_is_rounded_and_outside_it_is_zero(answer):
    # TIME ends at 10: 1.4 is element 1 and 1.5 element 2.
    assert answer("v[TIME * 0.14]") == 1
    assert answer("v[TIME * 0.15]") == 2
    assert answer("v[TIME]") == 0
    assert answer("v[F - 1]", "F") == [0, 1, 2]
    assert answer("g[TIME / 5, F]", "F") == [4, 5, 6]
    assert answer("SUM(g[TIME / 5, *])") == 15


@pytest.mark.parametrize(
    "header", ['<options><uses_arrays invalid_index_value="NaN"/></options>', '<smile invalid_index_value="nan"/>']
)
@pytest.mark.filterwarnings("ignore::stockflow.api.ModelWarning")
def test_the_file_may_ask_for_no_number_outside(answer, header):
    found = answer("v[F - 1]", "F", header=header)
    assert np.isnan(found[0])
    assert found[1:] == [1, 2]
    assert answer("g[TIME - 8, F]", "F", header=header) == [4, 5, 6]
    assert np.isnan(answer("g[TIME - 9, TIME]", header=header))


def test_an_array_as_index_maps_one_dimension_to_another(answer):
    more = aux("map", "3, 1, 2", "N")
    assert answer("v[map]", "N", more=more) == [4, 1, 2]
    assert answer("v[map[N]] * 2", "N", more=more) == [8, 2, 4]


def test_a_dimension_that_stands_twice_is_followed_place_by_place(answer):
    # sq[F, F] is the matrix on two places and its diagonal on one; what stands alone follows its own place.
    assert answer("sq * 2", "F", "F") == [[2, 4, 6], [8, 10, 12], [14, 16, 18]]
    assert answer("sq[F, F]", "F", "F") == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert answer("sq[F, F]", "F") == [1, 5, 9]
    assert answer("sq[b, F]", "F", "F") == [[4, 5, 6]] * 3
    assert answer("sq[F, b]", "F", "F") == [[2] * 3, [5] * 3, [8] * 3]
    assert answer("sq", "L", "F", "F") == [[[1, 2, 3], [4, 5, 6], [7, 8, 9]]] * 2


def test_a_sum_over_a_dimension_that_stands_twice_takes_every_cell(answer):
    assert answer("SUM(sq)") == 45
    assert answer("SUM(sq[*, *])") == 45
    assert answer("SUM(sq[*, F])", "F") == [12, 15, 18]
    # Rows are followed and columns summed: 6, 15 and 24; by v: 1 * 6 + 2 * 15 + 4 * 24.
    assert answer("SUM(sq * 1)", "F") == [6, 15, 24]
    assert answer("SUM(sq * v)") == 132


def test_an_index_may_be_a_variable_of_the_root_model(answer):
    assert answer("v[.k]", more=aux("k", "2")) == 2
    assert answer("v[F.c]") == 4


@pytest.mark.parametrize(("value", "wrong"), [("0", []), ("7", ["the value of an invalid index is '7'"])])
def test_only_0_and_no_number_may_stand_for_an_element_outside(tmp_path, value, wrong):
    path = tmp_path / "m.xmile"
    text = document(ARRAYS + aux("x", "v[TIME]"), SPECS + DIMENSIONS)
    option = f'<header><options><uses_arrays invalid_index_value="{value}"/></options>'
    path.write_text(text.replace("<header>", option), encoding="utf-8")
    assert [item.message for item in check(path)] == wrong


def test_a_transposed_array_has_its_dimensions_in_reverse_order(answer):
    assert answer("sq'", "F", "F") == [[1, 4, 7], [2, 5, 8], [3, 6, 9]]
    assert answer("sq' - sq", "F", "F") == [[0, 2, 4], [-2, 0, 2], [-4, -2, 0]]
    assert answer("g'", "F", "L") == [[1, 4], [2, 5], [3, 6]]


def test_an_inner_product_sums_over_the_last_and_the_first_dimension(answer):
    assert answer("v *.* v") == 1 + 4 + 16
    assert answer("2 * sq *.* v", "F") == [34, 76, 118]
    assert answer("v *.* g'", "L") == [17, 38]
    # Rows of g by rows of g: 1+4+9, 4+10+18; 4+10+18, 16+25+36.
    assert answer("g *.* g'", "L", "L") == [[14, 32], [32, 77]]
    # 1*1 + 2*4 + 3*7 = 30 in the first cell.
    assert answer("sq *.* sq", "F", "F") == [[30, 36, 42], [66, 81, 96], [102, 126, 150]]
    assert answer("g[x, *] *.* v") == 17


@pytest.mark.parametrize(
    ("equation", "dimensions", "code", "words"),
    [
        ("g *.* g", ("L", "F"), "SF302", "over 'F' on its left and over 'L'"),
        ("v *.* 2", (), "SF208", "the name of an array"),
        ("(g *.* g') *.* g", ("L", "F"), "SF208", "the name of an array"),
        ("g *.* v", (), "SF301", "'L'"),
        ("g'", ("F",), "SF301", "'L'"),
        ("g[x, a]'", (), "SF303", "must be left free"),
        ("v[4]", (), "SF302", "index 4 is outside 'F'"),
        ("g(7)", (), "SF302", "no element 7"),
        ("g(1.5)", (), "SF302", "no element 1.5"),
        ("b * 2", (), "SF302", "several dimensions"),
        ("SUM(v[3:1])", (), "SF302", "ends before it begins"),
        ("SUM(v[2:9])", (), "SF302", "a bound of this range is not an element of 'F'"),
        ("SUM(v[1.5:2])", (), "SF302", "a bound of this range is not an element of 'F'"),
        ("SUM(v[a:nothing])", (), "SF204", "unknown variable 'nothing'"),
        ("SUM(v[1:2, 1:2])", (), "SF303", "'v' takes 1 subscript; 2 given"),
        ("v[1:2]", (), "SF306", "outside SUM"),
        ("v[@0]", ("F",), "SF105", "after '@' stands a whole number from 1"),
        ("v[@2]", ("F",), "SF303", "the left-hand side has 1 dimensions"),
        ("v[@1]", ("L",), "SF302", "'x' is not an element of 'F'"),
        ("SUM(v) + F", (), "SF306", "the range 'F' is not on the left-hand side"),
    ],
)
def test_what_fits_no_array_is_told(tmp_path, equation, dimensions, code, words):
    found = faults(tmp_path, equation, *dimensions)
    assert [one[0] for one in found] == [code]
    assert words in found[0][1]


def test_an_array_with_a_number_in_parentheses_is_that_element_of_all(answer):
    assert answer("g(4)") == 4
    assert answer("g(TIME - 5)") == 5
    assert answer("g(TIME) + g(-TIME)") == 0
    assert answer("v(F)", "F") == [1, 2, 4]
    assert answer("g(3 + 2.4)") == 5


def test_a_qualified_element_is_its_number_in_its_own_dimension(answer):
    assert answer("F.b * 10 + Turn.b") == 21
    assert answer("Turn * 10", "Turn") == [10, 20]
    assert answer("IF Turn = Turn.a THEN h ELSE 0", "Turn") == [0, 6]
    assert answer("v[F.b] * 100") == 200


def test_an_element_may_be_called_like_a_dimension(answer):
    assert answer("v[a] * 3") == 3
    assert answer("h[a]") == 6
    assert answer("a * 10", "a") == [10, 20]


def test_an_equation_of_one_element_may_name_its_dimensions(answer):
    cells = "".join(
        f'<element subscript="{one} , b"><eqn>g[L, F] + v[@2] * 10 + 100 * L + SUM(sq[b, *]) * 1000</eqn></element>'
        for one in "xy"
    )
    # Of [x, b]: g is 2, v[b] 2, L 1, the second row of sq 15; of [y, b] g is 5 and L 2.
    found = answer("m", "L", "F", more=aux("m", "7", "L", "F", rest=cells))
    assert found == [[7, 15122, 7], [7, 15225, 7]]


def test_inside_a_sum_the_equation_of_one_element_runs_over_all_of_them(tmp_path, answer):
    def more(equation: str) -> str:
        rest = "".join(f'<element subscript="{one}"><eqn>{equation}</eqn></element>' for one in "abc")
        return aux("m", "", "F", rest=rest)

    assert answer("m", "F", more=more("SUM(v * 2) + v")) == [15, 16, 18]
    assert answer("m", "F", more=more("SUM(v[F])")) == [7, 7, 7]
    found = [(item.code, item.severity) for item in load(tmp_path / "m.xmile").diagnostics]
    assert found == [("SF306", "warning")] * 3


def test_graphical_functions_of_elements_share_the_equation_of_all(answer):
    def curve(last: int) -> str:
        return f'<gf><xscale min="0" max="10"/><ypts>0, {last}</ypts></gf>'

    rest = "".join(f'<element subscript="{one}">{curve(last)}</element>' for one, last in (("x", 100), ("2", 50)))
    assert answer("m", "L", more=aux("m", "TIME / 2", "L", rest=rest)) == [50, 25]
