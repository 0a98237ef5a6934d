"""Graphical functions of all three types, of arrays, and malformed ones (XMILE 1.0, section 3.1.4)."""

from __future__ import annotations

import pytest
import xarray as xr

from stockflow.api import load
from tests.dialects.xmile.documents import DIMENSIONS, SPECS, document, left, only_error, read_clean, variable

ARRAYS = SPECS + DIMENSIONS
FRUIT = '<dimensions><dim name="Fruit"/></dimensions>'
SCALE = '<xscale min="0" max="2"/>'
LINE = f"<gf>{SCALE}<ypts>1,2,4</ypts></gf>"


def of(gf: str, eqn: str = "<eqn>a</eqn>") -> list[str]:
    return left(read_clean(document(f'<aux name="x">{eqn}{gf}</aux>')), "x")


def test_an_equation_with_a_graphical_function_is_its_input() -> None:
    assert of(LINE) == [" = interpolate<0:1 1:2 2:4>@a"]


def test_without_an_equation_it_is_a_named_lookup() -> None:
    project = read_clean(document(f'<aux name="x">{LINE}</aux><gf name="y">{SCALE}<ypts>1,2,4</ypts></gf>'))
    assert [variable(project, key).kind for key in "xy"] == ["lookup", "lookup"]
    assert left(project, "x") == left(project, "y") == [" = interpolate<0:1 1:2 2:4>"]


@pytest.mark.parametrize(
    ("gf", "table"),
    [
        ("<gf><xpts>0,1,5</xpts><ypts>1,2,4</ypts></gf>", "interpolate<0:1 1:2 5:4>"),
        (f"<gf>{SCALE}<xpts>0,1,5</xpts><ypts>1,2,4</ypts></gf>", "interpolate<0:1 1:2 5:4>"),
        (f'<gf type="continuous">{SCALE}<ypts>1,2,4</ypts></gf>', "interpolate<0:1 1:2 2:4>"),
        (f'<gf type="Extrapolate">{SCALE}<ypts>1,2,4</ypts></gf>', "extrapolate<0:1 1:2 2:4>"),
        (f'<gf type="discrete">{SCALE}<ypts>1,4,4</ypts></gf>', "discrete<0:1 1:4 2:4>"),
        (f'<gf discrete="false">{SCALE}<ypts>1,2,4</ypts></gf>', "interpolate<0:1 1:2 2:4>"),
        (f'<gf discrete="true">{SCALE}<ypts>1,2,2</ypts></gf>', "discrete<0:1 1:2 2:2>"),
        (f'<gf>{SCALE}<ypts sep=";">1;2;4</ypts></gf>', "interpolate<0:1 1:2 2:4>"),
        (f'<gf>{SCALE}<ypts sep=" ">1 2\n 4</ypts></gf>', "interpolate<0:1 1:2 2:4>"),
        (f"<gf>{SCALE}<ypts>\n 1.0,\n 2e0,\n -4.5,\n</ypts></gf>", "interpolate<0:1 1:2 2:-4.5>"),
        (f'<gf>{SCALE}<yscale min="0" max="9"/><ypts>1,2,4</ypts></gf>', "interpolate<0:1 1:2 2:4>"),
        ("<gf><xpts>0,1,1</xpts><ypts>1,2,4</ypts></gf>", "interpolate<0:1 1:2 1:4>"),
        ("<gf><xpts>3</xpts><ypts>7</ypts></gf>", "interpolate<3:7>"),
        (f"<gf>{SCALE}<ypts>7</ypts></gf>", "interpolate<0:7>"),
    ],
)
def test_points_read_as(gf: str, table: str) -> None:
    assert of(gf) == [f" = {table}@a"]


def test_evenly_spaced_points_end_exactly_at_the_maximum() -> None:
    points = ",".join("1" * 8)
    table = of(f'<gf><xscale min="0.1" max="0.7"/><ypts>{points}</ypts></gf>', "")[0]
    assert table.endswith(" 0.7:1>")


@pytest.mark.parametrize(
    "gf",
    [
        "<gf/>",
        f"<gf>{SCALE}</gf>",
        f"<gf>{SCALE}<ypts></ypts></gf>",
        f"<gf>{SCALE}<ypts>,</ypts></gf>",
        "<gf><ypts>1,2</ypts></gf>",
        "<gf><xpts>0,1,2</xpts><ypts>1,2</ypts></gf>",
        "<gf><xpts>0,2,1</xpts><ypts>1,2,3</ypts></gf>",
        f"<gf>{SCALE}<ypts>1,two,3</ypts></gf>",
        f"<gf>{SCALE}<ypts>1,,3</ypts></gf>",
        f"<gf>{SCALE}<ypts>1,nan,3</ypts></gf>",
        '<gf><xscale min="1" max="1"/><ypts>1,2</ypts></gf>',
        '<gf><xscale min="a" max="1"/><ypts>1,2</ypts></gf>',
        f'<gf type="cubic">{SCALE}<ypts>1,2</ypts></gf>',
    ],
)
def test_malformed_points_are_an_error_that_names_the_variable(gf: str) -> None:
    code, message, _ = only_error(document(f'<aux name="My curve"><eqn>a</eqn>{gf}</aux>'))
    assert code == "SF108"
    assert "'My curve'" in message


def test_a_uniflow_with_a_graphical_function_is_limited_after_it() -> None:
    project = read_clean(document(f'<flow name="x"><eqn>a</eqn>{LINE}<non_negative/></flow>'))
    assert left(project, "x") == [" = max(interpolate<0:1 1:2 2:4>@a, 0)"]


def test_a_flow_needs_an_input_for_its_graphical_function() -> None:
    assert only_error(document(f'<flow name="x">{LINE}</flow>'))[0] == "SF207"


def element(name: str, body: str) -> str:
    return f'<element subscript="{name}">{body}</element>'


def arrayed(body: str) -> dict[str, list[str]]:
    project = read_clean(document(f'<aux name="x">{FRUIT}{body}</aux>', ARRAYS))
    return {item.key: left(project, item.key) for item in project.variables if not item.control}


def gf(*points: int) -> str:
    return f"<gf>{SCALE}<ypts>{','.join(str(point) for point in points)}</ypts></gf>"


def test_a_common_graphical_function_serves_all_cells() -> None:
    assert arrayed(f"<eqn>a</eqn>{LINE}") == {"x": ["[fruit] = interpolate<0:1 1:2 2:4>@a"]}
    assert arrayed(element("apple", "<eqn>b</eqn>") + LINE) == {"x": ["[apple] = interpolate<0:1 1:2 2:4>@b"]}


def test_elements_with_graphical_functions_share_the_equation_of_all_cells() -> None:
    body = element("apple", gf(1, 2, 3)) + element("red pear", gf(4, 5, 6)) + "<eqn>TIME</eqn>"
    assert arrayed(body) == {
        "x": ["[fruit] = x (graphical function)[fruit](time)"],
        "x (graphical function)": ["[apple] = interpolate<0:1 1:2 2:3>", "[red pear] = interpolate<0:4 1:5 2:6>"],
    }


def test_cells_without_a_graphical_function_take_the_equation_itself() -> None:
    assert arrayed(element("apple", gf(1, 2, 3)) + "<eqn>TIME</eqn>")["x"] == [
        "[fruit] except [apple] = time", "[fruit] except [red pear] = x (graphical function)[fruit](time)",
    ]


def test_an_element_with_its_own_input_and_function_is_an_equation_of_its_own() -> None:
    body = element("apple", gf(1, 2, 3)) + element("red pear", "<eqn>b</eqn>" + gf(4, 5, 6)) + "<eqn>a</eqn>"
    assert arrayed(body)["x"] == [
        "[fruit] except [red pear] = x (graphical function)[fruit](a)", "[red pear] = interpolate<0:4 1:5 2:6>@b",
    ]


def test_elements_with_graphical_functions_alone_are_an_arrayed_lookup() -> None:
    body = element("apple", gf(1, 2, 3)) + element("red pear", gf(4, 5, 6))
    assert arrayed(body) == {"x": ["[apple] = interpolate<0:1 1:2 2:3>", "[red pear] = interpolate<0:4 1:5 2:6>"]}


def test_an_element_without_any_input_beside_ones_with_is_an_error() -> None:
    body = f'<aux name="x">{FRUIT}{element("apple", gf(1, 2, 3))}{element("red pear", "<eqn>1</eqn>")}</aux>'
    assert only_error(document(body, ARRAYS))[0] == "SF207"


def test_a_computed_index_chooses_among_the_graphs_of_an_array(tmp_path) -> None:
    cells = "".join(
        f'<element subscript="{name}"><eqn>TIME</eqn><gf type="{way}"><xscale min="0" max="10"/>'
        "<ypts>0,10,30</ypts></gf></element>" for name, way in (("apple", "continuous"), ("red pear", "discrete"))
    )
    text = document(
        f'<aux name="g">{FRUIT}{cells}</aux><aux name="k"><eqn>2.5</eqn></aux>'
        '<aux name="x"><eqn>LOOKUP(g[TIME], k + 2)</eqn></aux>'
        f'<aux name="i">{FRUIT}<eqn>1, 2</eqn></aux><aux name="y">{FRUIT}<eqn>LOOKUP(g[TIME], i + k)</eqn></aux>'
        '<aux name="z"><eqn>SUM(LOOKUP(g[TIME], i[*]))</eqn></aux>', ARRAYS,
    )
    path = tmp_path / "m.xmile"
    path.write_text(text, encoding="utf-8")
    model = load(path)
    # At time 1 the first graph, 2 for each unit; at 2 the second, which stays at 0 up to 5; none at 0 and at 3.
    wanted = {"x": [0, 9, 0, 0], "y": [[0, 0], [7, 9], [0, 0], [0, 0]], "z": [0, 2 + 4, 0, 0]}
    alone, batch = model.run(), model.run({"k": xr.DataArray([2.5, 6.0], dims="run")})
    for name, values in wanted.items():
        assert alone[name].values[:4].tolist() == values
        first = batch[name].isel(run=0) if "run" in batch[name].dims else batch[name]
        assert first.values[:4].tolist() == values
    # The other run reads 8, where the first graph is 10 + 20 * 3 / 5 and the second is 10.
    assert batch["x"].isel(run=1).values[:4].tolist() == [0, 22, 10, 0]
