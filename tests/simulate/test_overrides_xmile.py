from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import stockflow as sf

MODEL = """<?xml version="1.0" encoding="utf-8"?>
<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
<header><vendor>test</vendor><product version="1">test</product></header>
<sim_specs><start>0</start><stop>4</stop><dt>1</dt></sim_specs>
<dimensions><dim name="D"><elem name="a"/><elem name="b"/></dim><dim name="N" size="2"/></dimensions>
<model><variables>
<aux name="level of_effort"><eqn>2</eqn></aux>
<aux name="negative"><eqn>-(-5)</eqn></aux>
<aux name="effect"><eqn>level_of_effort</eqn><gf><xscale min="0" max="4"/><ypts>0,10,20,30,40</ypts></gf></aux>
<aux name="called"><eqn>effect(1)</eqn></aux>
<aux name="numbered"><dimensions><dim name="N"/></dimensions><eqn>7</eqn></aux>
<gf name="curve"><xscale min="0" max="4"/><ypts>0,1,2,3,4</ypts></gf>
<aux name="seen"><eqn>curve(TIME)</eqn></aux>
<stock name="pool"><dimensions><dim name="D"/></dimensions><eqn>2</eqn><outflow>drain</outflow><non_negative/></stock>
<flow name="drain"><dimensions><dim name="D"/></dimensions><eqn>1</eqn></flow>
</variables></model></xmile>
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> sf.Model:
    path = tmp_path_factory.mktemp("xmile") / "model.xmile"
    path.write_text(MODEL, encoding="utf-8")
    return sf.load(path)


def values(ds: Any, name: str) -> list[Any]:
    found: list[Any] = ds.sf[name].values.tolist()
    return found


@pytest.mark.parametrize("name", ["level of_effort", "level_of_effort", "Level Of Effort"])
def test_a_constant_goes_by_any_spelling(model: sf.Model, name: str) -> None:
    assert values(model.run({name: 3}), "effect") == [30] * 5


def test_a_number_written_as_an_expression_is_a_constant(model: sf.Model) -> None:
    assert values(model.run({"negative": 1}), "negative") == [1] * 5


def test_numbered_elements_go_by_number(model: sf.Model) -> None:
    assert values(model.run({"numbered": {2: 9}}), "numbered")[0] == [7, 9]
    assert values(model.run({"numbered[1]": 9}), "numbered")[0] == [9, 7]


def test_a_variable_with_a_graph_takes_points_or_a_replacement(model: sf.Model) -> None:
    for points in ([(0, 0), (4, 4)], {0: 0, 4: 4}):
        ds = model.run({"effect": points})
        assert (values(ds, "effect"), values(ds, "called")) == ([2] * 5, [1] * 5)
    ds = model.run({"effect": sf.Replace(5)})
    assert (values(ds, "effect"), values(ds, "called")) == ([5] * 5, [10] * 5)


def test_a_graph_alone_takes_points(model: sf.Model) -> None:
    assert values(model.run({"curve": [(0, 0), (4, 40)]}), "seen") == [0, 10, 20, 30, 40]


def test_a_variable_with_a_graph_is_no_constant(model: sf.Model) -> None:
    with pytest.raises(sf.ModelError, match="it is an auxiliary, not a constant"):
        model.run({"effect": 5})


def test_the_control_variables_of_sim_specs_are_set_by_their_names(model: sf.Model) -> None:
    ds = model.run({"FINAL TIME": 2, "TIME STEP": 0.5, "SAVEPER": 1})
    assert ds["time"].values.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("value", "drain"),
    [
        (1.5, [[1.5, 1.5], [0.5, 0.5], [0, 0]]), ({"a": 1.5}, [[1.5, 1], [0.5, 1], [0, 0]]),
        (pd.Series([0, 4], index=[0, 4]), [[0, 0], [1, 1], [1, 1]]),
    ],
)
def test_a_replaced_flow_is_what_is_asked_of_the_stock(model: sf.Model, value: Any, drain: list[Any]) -> None:
    assert values(model.run({"drain": sf.Replace(value)}), "drain")[:3] == drain


def test_models_keep_nothing_of_a_run(model: sf.Model, tmp_path: Path) -> None:
    before = model.run()
    model.run({"effect": [(0, 0)], "level of effort": 9, "drain": sf.Replace(0)}, time_step=0.5)
    assert before.identical(model.run())
    assert not list(tmp_path.iterdir())
