"""Children's social care in XMILE: written from the .mdl, the same numbers in all scenarios, every variable drawn."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from lxml import etree

import stockflow as sf
from stockflow.dialects.xmile.document import NAMESPACE

FOLDER = Path(__file__).resolve().parents[2] / "reference_models" / "children_social_care"
SCENARIOS = json.loads((FOLDER / "scenarios.json").read_text(encoding="utf-8"))
TITLE = "Children's social care"
SAME = 1e-12
STEP = 0.125
SETTINGS = ("INITIAL TIME", "FINAL TIME", "TIME STEP", "SAVEPER")


@pytest.fixture(scope="module")
def original():
    return sf.load(FOLDER / "model.mdl")


@pytest.fixture(scope="module")
def model():
    return sf.load(FOLDER / "model.xmile")


@pytest.fixture(scope="module")
def root():
    return etree.fromstring((FOLDER / "model.xmile").read_bytes())


def all_scenarios(model, **options):
    """The sixteen in one batch; every lever is 0 where a scenario does not set it."""
    names = list(SCENARIOS)
    levers = sorted({lever for scenario in SCENARIOS.values() for lever in scenario["set"]})
    overrides = {
        lever: xr.DataArray([float(SCENARIOS[name]["set"].get(lever, 0.0)) for name in names], dims="run")
        for lever in levers
    }
    return model.simulate(overrides, **options).values


def elements(root, path):
    return root.findall("/".join(f"{{{NAMESPACE}}}{tag}" for tag in path.split("/")))


def test_the_file_is_what_the_writer_makes_of_the_mdl(original):
    assert (FOLDER / "model.xmile").read_text(encoding="utf-8") == original.to_xmile(TITLE)


def test_all_scenarios_agree_with_the_mdl_at_every_step(original, model):
    wanted, found = (all_scenarios(one, saveper=STEP) for one in (original, model))
    names = [key for key in wanted if key.upper() not in SETTINGS]
    assert len(names) > 300 and wanted["children looked after"].shape == (1921, len(SCENARIOS))
    for key in names:
        np.testing.assert_allclose(found[key], wanted[key], rtol=SAME, atol=0, err_msg=key)


def test_the_scenarios_differ_from_one_another(model):
    values = all_scenarios(model, outputs=["Children Looked After"])["children looked after"]
    assert len(set(values[-1].round(3))) > 12


def test_nothing_is_amiss_and_all_units_agree():
    assert [finding.message for finding in sf.check(FOLDER / "model.xmile")] == []


def test_units_comments_and_groups_are_those_of_the_mdl(original, model):
    for variable in original:
        if variable.label not in SETTINGS:
            assert (model[variable.label].units, model[variable.label].doc) == (variable.units, variable.doc)
    for variable in model:
        assert variable.units and variable.doc, variable.label


def test_every_stock_fills_and_drains_by_flows_of_the_file(root):
    flows = {flow.get("name") for flow in elements(root, "model/variables/flow")}
    stocks = elements(root, "model/variables/stock")
    used = {
        flow.text.replace("_", " ") for stock in stocks for flow in stock
        if etree.QName(flow).localname in ("inflow", "outflow")
    }
    assert len(stocks) == 27
    assert used == flows


def test_every_variable_is_drawn_once_and_no_two_places_are_the_same(root):
    view = elements(root, "model/views/view")[0]
    drawn = [item for item in view if etree.QName(item).localname in ("stock", "flow", "aux")]
    variables = [item for item in elements(root, "model/variables")[0] if etree.QName(item).localname != "group"]
    assert sorted(item.get("name") for item in drawn) == sorted(item.get("name") for item in variables)
    places = [(item.get("x"), item.get("y")) for item in view if item.get("x") is not None]
    assert len(places) == len(set(places))


def test_pipes_run_at_right_angles_and_arrows_know_both_ends(root):
    view = elements(root, "model/views/view")[0]
    names = {item.get("name").replace(" ", "_") for item in view if item.get("name")}
    aliases = {item.get("uid") for item in view if etree.QName(item).localname == "alias"}
    for flow in view.iter(f"{{{NAMESPACE}}}flow"):
        points = [(float(pt.get("x")), float(pt.get("y"))) for pt in flow.iter(f"{{{NAMESPACE}}}pt")]
        assert len(points) in (2, 4)
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in itertools.pairwise(points))
    for arrow in view.iter(f"{{{NAMESPACE}}}connector"):
        start, stop = arrow
        assert stop.text in names
        assert start.text in names or start[0].get("uid") in aliases
        assert 0 <= float(arrow.get("angle")) < 360
