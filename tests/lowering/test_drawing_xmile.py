"""The drawing of a written model: from the file's sketch where it has one, else laid out."""

import math
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

import stockflow as sf
from stockflow.dialects.xmile.document import NAMESPACE
from stockflow.ir.picture import Mark
from stockflow.lowering.translation.sketched import piped, take_off

EQUATIONS = """{UTF-8}
People = INTEG(births - deaths, 7) ~~|
births = People * rate ~~|
deaths = People / life ~~|
rate = 0.1 ~~|
life = 60 ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 9 ~~|
TIME STEP = 1 ~~|
"""
HEAD = """\\\\\\---/// Sketch information - do not modify anything except names
V300  Do not put anything below this section - it will be ignored
*{name}
$192-192-192,0,Times New Roman|12||0-0-0|0-0-0|0-0-255|-1--1--1|-1--1--1|96,96,100,0
"""
# Two valves between clouds and a stock, a bent arrow, a shadow, and a comment whose text looks like a word.
SKETCH = """10,1,People,400,200,40,20,3,3,0,0,0,0,0,0
12,2,48,200,200,10,8,0,3,0,0,-1,0,0,0
1,3,5,1,4,0,0,22,0,0,0,-1--1--1,,1|(330,200)|
1,4,5,2,100,0,0,22,0,0,0,-1--1--1,,1|(240,200)|
11,5,48,290,200,6,8,34,3,0,0,1,0,0,0
10,6,births,290,219,20,11,40,3,0,0,-1,0,0,0
12,7,48,620,200,10,8,0,3,0,0,-1,0,0,0
1,8,10,7,4,0,0,22,0,0,0,-1--1--1,,1|(570,200)|
1,9,10,1,100,0,0,22,0,0,0,-1--1--1,,1|(480,200)|
11,10,48,520,200,6,8,34,3,0,0,3,0,0,0
10,11,deaths,520,219,20,11,40,3,0,0,-1,0,0,0
10,12,rate,290,100,20,11,8,3,0,0,0,0,0,0
1,13,12,5,1,0,0,0,0,64,0,-1--1--1,,1|(290,150)|
10,14,life,620,100,20,11,8,2,0,3,-1,0,0,0,128-128-128,0-0-0,|12||128-128-128
10,15,life,700,300,20,11,8,3,0,0,0,0,0,0
1,16,14,11,1,0,0,0,0,64,0,-1--1--1,,1|(0,0)|
12,17,0,50,50,60,20,8,135,0,0,-1,0,0,0
10,99,rate,1,1,1,1,8,3,0,0,0,0,0,0
"""


def view_of(folder: Path, text: str) -> list:
    file = folder / "model.mdl"
    file.write_text(text, encoding="utf-8")
    root = etree.fromstring(sf.load(file).to_xmile().encode("utf-8"))
    return root.findall(f".//{{{NAMESPACE}}}view")


def places(view) -> dict[tuple[str, str], tuple[float, float]]:
    found = {}
    for item in view:
        kind = etree.QName(item).localname
        if kind in ("stock", "flow", "aux", "alias"):
            name = item.get("name") or item.findtext(f"{{{NAMESPACE}}}of")
            found[kind, name] = (float(item.get("x")), float(item.get("y")))
    return found


def points(view, name: str) -> list[tuple[float, float]]:
    flow = next(item for item in view if etree.QName(item).localname == "flow" and item.get("name") == name)
    return [(float(pt.get("x")), float(pt.get("y"))) for pt in flow.iter(f"{{{NAMESPACE}}}pt")]


def test_words_and_valves_stand_where_the_sketch_has_them(tmp_path):
    (view,) = view_of(tmp_path, EQUATIONS + HEAD.format(name="Main") + SKETCH)
    assert places(view) == {
        ("stock", "People"): (360, 180),  # the top left corner of a box of 80 by 40 around (400, 200)
        ("flow", "births"): (290, 200), ("flow", "deaths"): (520, 200), ("aux", "rate"): (290, 100),
        ("aux", "life"): (700, 300), ("alias", "life"): (620, 100),
    }


def test_pipes_run_between_the_cloud_and_the_edge_of_the_stock(tmp_path):
    (view,) = view_of(tmp_path, EQUATIONS + HEAD.format(name="Main") + SKETCH)
    assert points(view, "births") == [(200, 200), (360, 200)]
    assert points(view, "deaths") == [(440, 200), (620, 200)]


def test_arrows_take_off_as_drawn_and_from_aliases(tmp_path):
    (view,) = view_of(tmp_path, EQUATIONS + HEAD.format(name="Main") + SKETCH)
    arrows = [item for item in view if etree.QName(item).localname == "connector"]
    assert [(arrow[0].text.strip() or arrow[0][0].get("uid"), arrow[1].text) for arrow in arrows] == [
        ("rate", "births"), ("1", "deaths"),
    ]
    # straight down; from (620, 100) to (520, 200) is down and to the left
    assert [float(arrow.get("angle")) for arrow in arrows] == [270, 225]


def test_every_view_of_the_sketch_becomes_one_and_defines_a_variable_once(tmp_path):
    second = "10,1,rate,100,100,20,11,8,3,0,0,0,0,0,0\n10,2,Time,50,50,20,11,8,2,0,0,0,0,0,0\n"
    views = view_of(tmp_path, EQUATIONS + HEAD.format(name="A") + SKETCH + HEAD.format(name="B") + second)
    assert [places(view).get(("alias", "rate")) for view in views] == [None, (100, 100)]


def test_flows_that_the_sketch_lacks_stand_in_rows_below_it(tmp_path):
    only = "".join(line + "\n" for line in SKETCH.splitlines() if ",life," in line)
    (view,) = view_of(tmp_path, EQUATIONS + HEAD.format(name="Main") + only)
    found = places(view)
    foot = max(y for (_, name), (_, y) in found.items() if name == "life")
    rest = {name: place for (_, name), place in found.items() if name != "life"}
    assert set(rest) == {"People", "births", "deaths", "rate"}
    assert min(y for _, y in rest.values()) > foot
    assert len({x for x, _ in rest.values()}) == 4
    (x, y), (_, level) = points(view, "births")[0], points(view, "births")[-1]
    assert y == level and x < found["flow", "births"][0]


def test_what_the_sketch_lacks_stands_below_it(tmp_path):
    without = SKETCH.replace("10,12,rate,290,100,20,11,8,3,0,0,0,0,0,0\n", "")
    (view,) = view_of(tmp_path, EQUATIONS + HEAD.format(name="Main") + without)
    found = places(view)
    assert found["aux", "rate"][1] > max(y for key, (_, y) in found.items() if key != ("aux", "rate"))


@pytest.mark.parametrize(
    "sketch",
    ["", "10,1\n1,,,\n10,x,People,1,1\n11,5,48,290\n", "10,1,Nobody,1,1,1,1,8,3,0\n", "10,1,rate,9" + "9" * 400],
)
def test_a_sketch_that_draws_no_variable_is_replaced_by_a_layout(tmp_path, sketch):
    (view,) = view_of(tmp_path, EQUATIONS + HEAD.format(name="Main") + sketch)
    assert {name for _, name in places(view)} == {"People", "births", "deaths", "rate", "life"}


def test_a_layout_puts_flows_beside_their_stock_and_arrows_where_equations_read(tmp_path):
    (view,) = view_of(tmp_path, EQUATIONS)
    found = places(view)
    corner, width = found["stock", "People"], 120
    assert found["flow", "births"][0] < corner[0] < corner[0] + width < found["flow", "deaths"][0]
    assert points(view, "births")[1][0] == corner[0] and points(view, "deaths")[0][0] == corner[0] + width
    arrows = {(item[0].text, item[1].text) for item in view if etree.QName(item).localname == "connector"}
    assert arrows == {("People", "births"), ("rate", "births"), ("People", "deaths"), ("life", "deaths")}


def test_a_pipe_between_two_stocks_of_a_layout_ends_at_both(tmp_path):
    (view,) = view_of(tmp_path, EQUATIONS.replace("deaths, 7)", "deaths, 7)").replace(
        "rate = 0.1", "Graves = INTEG(deaths, 0) ~~|\nrate = 0.1"))
    found, pipe = places(view), points(view, "deaths")
    assert pipe[0][0] == found["stock", "People"][0] + 120 and pipe[-1][0] == found["stock", "Graves"][0] + 120
    assert pipe[1][0] == pipe[2][0] > found["flow", "deaths"][0]


def test_an_arc_takes_off_along_its_circle():
    # The circle around (0, 0) through (10, 0), (0, -10), (-10, 0), y downwards: at (10, 0) it goes straight up.
    assert take_off((10, 0), (0, -10), (-10, 0)) == 90
    assert take_off((10, 0), (0, 10), (-10, 0)) == 270
    assert take_off((0, 0), (5, 0), (10, 0)) == 0
    assert take_off((0, 0), None, (10, -10)) == 45


def test_a_pipe_to_a_stock_at_another_height_turns_a_corner():
    source = Mark("word", 1, 100, 100, 40, 20)
    valve = Mark("valve", 2, 200, 300, 12, 16)
    target = Mark("cloud", 3, 300, 300, 20, 16)
    # out of the bottom of the box at y = 110, down to the valve's height, level to the cloud
    assert piped(source, valve, target) == ((100, 110), (100, 300), (300, 300))
    # Level through a valve beside the source, then down to the upper edge of a box, 8 above its middle.
    box = replace(target, kind="word")
    assert piped(source, replace(valve, y=100), box) == ((120, 100), (300, 100), (300, 292))
    assert math.isclose(piped(valve, valve, valve)[1][0], 270)
