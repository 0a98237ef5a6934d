"""What `inspect` shows of a model at each stage."""

from __future__ import annotations

import pytest

import stockflow as sf
from stockflow.cli.main import status

MODEL = """{UTF-8}
site: north, south, west -> area ~~|
coast: south, west ~~|
area: a1, a2, a3 ~~|
rate[site] = 0.1, 0.2, 0.3 ~~|
effect((0,0),(1,2)) ~~|
share[coast] = 0.5 ~~|
share[north] = effect(Time / 10) ~~|
"stock, in hand"[site] = INTEG(change[site], 10 * rate[site]) ~~|
change[site] = share[site] * SMOOTH("stock, in hand"[site], 2) ~~|
total = SUM("stock, in hand"[site!]) ~~|
coastal = SUM(share[coast!]) ~~|
north only = "stock, in hand"[north] ~~|
late = DELAY FIXED(total, 2, 0) ~~|
before = SAMPLE IF TRUE(Time > 1, total, 0) ~~|
row[a1] = 1 ~~|
row[a2] = row[a1] + 1 ~~|
row[a3] = row[a2] + 1 ~~|
held = INITIAL(total) ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 4 ~~|
TIME STEP = 1 ~~|
SAVEPER = TIME STEP ~~|
"""


@pytest.fixture(name="model")
def loaded(tmp_path):
    path = tmp_path / "shop.mdl"
    path.write_text(MODEL, encoding="utf-8")
    return sf.load(path)


def lines(model, stage, method=None):
    return model.stage_text(stage, method).splitlines()


def test_the_model_is_shown_by_kind_with_its_lines(model):
    shown = lines(model, "model")
    assert shown[0] == "shop.mdl: Vensim, method euler"
    assert "  site: north, south, west -> area  # line 2" in shown
    assert shown.index("stock") < shown.index("auxiliary") < shown.index("constant") < shown.index("lookup")
    assert '  "stock, in hand"[site] = INTEG(change[site], 10 * rate[site])  # line 9' in shown
    assert "  share[coast] = 0.5  # line 7" in shown
    assert "  effect = ((0,0),(1,2))  # line 6" in shown
    assert "  rate[site] = 0.1,0.2,0.3  # line 5" in shown


def test_a_range_that_a_mapping_leads_to_others_is_shown_with_them(tmp_path):
    path = tmp_path / "m.mdl"
    path.write_text(
        "{UTF-8}\nto: t1, t2 ~~|\nfrom: f1, f2 -> (to: t2, t1) ~~|\nq[from] = 1, 2 ~~|\nx[to] = q[from] + Time ~~|\n"
        "INITIAL TIME = 0 ~~|\nFINAL TIME = 1 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n", encoding="utf-8",
    )
    assert "q[to(f2,f1)]" in sf.load(path).stage_text("plan")


def test_the_plan_is_shown_block_by_block(model):
    shown = lines(model, "plan")
    titles = [line.split(",")[0].split(" (")[0] for line in shown if line and not line.startswith(" ")]
    assert titles[:7] == ["inputs", "once", "initial", "step", "report", "rates", "states"]
    assert "  rate[3]: constant" in shown
    assert "  effect: table" in shown
    assert '  "stock, in hand"[site] = 10 * rate[site]  # for site (3), line 9' in shown
    assert '  total = SUM("stock, in hand"[site!])  # line 11' in shown
    assert "  coastal = SUM(share[coast!])  # line 12" in shown
    assert '  "north only" = "stock, in hand"[north]  # line 13' not in shown
    assert '  north only = "stock, in hand"[north]  # line 13' in shown


def test_the_plan_says_what_every_state_does(model):
    shown = lines(model, "plan")
    states = shown[shown.index(next(line for line in shown if line.startswith("states"))) + 1 :]
    assert any(line.startswith('  "stock, in hand"[site] grows by #rate') for line in states)
    delayed = "  late shows #late 1 input after #late 2 delay, at first #late 3 first"
    assert any(line.startswith(delayed) for line in states)
    assert any("after each TIME STEP" in line for line in states)


def test_the_python_is_what_runs_by_the_method_asked_for(model):
    euler, classic = lines(model, "python"), lines(model, "python", "rk4")
    assert euler[0].startswith("def run(")
    assert "north_only = stock_in_hand_1  # line 13" in [line.strip() for line in euler]
    assert len(classic) > len(euler)


def test_no_text_of_a_model_is_in_the_python(tmp_path):
    path = tmp_path / "odd.mdl"
    clock = MODEL[MODEL.index("INITIAL TIME") :]
    path.write_text('"); import os #" = 1 ~~|\nx = "); import os #" + Time ~~|\n' + clock, encoding="utf-8")
    assert "import os" not in sf.load(path).stage_text("python")


@pytest.mark.parametrize("stage", ["model", "plan", "python"])
def test_every_stage_ends_without_an_empty_line(model, stage):
    assert model.stage_text(stage) == model.stage_text(stage).strip("\n")


@pytest.mark.parametrize("stage", ["model", "plan", "python"])
def test_the_command_prints_every_stage(model, stage, capsys):
    assert status(["inspect", str(model.path), "--stage", stage]) == 0
    assert capsys.readouterr().out == model.stage_text(stage) + "\n"
