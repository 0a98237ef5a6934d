"""Non-negative stocks: what drains them gets what they hold, by hand-calculated tables."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import stockflow as sf

HEAD = (
    '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"><header><vendor>isee systems</vendor>'
    '<product version="1">p</product></header>'
)
FRUIT = '<dimensions><dim name="F"><elem name="a"/><elem name="b"/></dim></dimensions>'
OF_FRUIT = '<dimensions><dim name="F"/></dimensions>'


def load(folder, variables, dt=1.0, stop=4, before="", method="euler"):
    path = folder / "m.xmile"
    path.write_text(
        f'{HEAD}<sim_specs method="{method}"><start>0</start><stop>{stop}</stop><dt>{dt}</dt></sim_specs>{before}'
        f"<model><variables>{variables}</variables></model></xmile>"
    )
    return sf.load(path)


def stock(name, start, *flows, limited="<non_negative/>", inner=""):
    ends = "".join(f"<{end}>{flow}</{end}>" for end, flow in flows)
    return f'<stock name="{name}">{inner}<eqn>{start}</eqn>{ends}{limited}</stock>'


def flow(name, equation, uniflow=True, inner=""):
    return f'<flow name="{name}">{inner}<eqn>{equation}</eqn>{"<non_negative/>" if uniflow else ""}</flow>'


def both(model, **overrides):
    """A run on floats and one of two equal runs on arrays, which have to agree."""
    alone = model.run(overrides)
    name, value = next(iter(overrides.items()), ("a", None))
    value = float(model.run()["a"].values.ravel()[0]) if value is None else value
    batch = model.run({**overrides, name: xr.DataArray([value, value], dims="run")})
    for key in alone.data_vars:
        twice = batch[key].isel(run=1) if "run" in batch[key].dims else batch[key]
        np.testing.assert_allclose(twice.values, alone[key].values, rtol=1e-12)
    return alone


def test_a_flow_takes_at_most_what_the_stock_holds(tmp_path):
    # dt 1/2: the stock holds 10, so at most 20 per unit of time can leave; 12 leaves 4, of which 8 can leave.
    text = "<aux name='a'><eqn>12</eqn></aux>" + stock("S", 10, ("outflow", "f")) + flow("f", "a")
    run = both(load(tmp_path, text, 0.5, 2))
    assert run["f"].values.tolist() == [12, 8, 0, 0, 0]
    assert run["S"].values.tolist() == [10, 4, 0, 0, 0]


def test_outflows_are_served_in_the_order_of_the_file(tmp_path):
    # 10 held: f takes 6, g gets 4 of 7, h nothing. The stock lists g before f in the second model.
    flows = "<aux name='a'><eqn>6</eqn></aux>" + flow("f", "a") + flow("g", "7") + flow("h", "1")
    ends = [("outflow", "f"), ("outflow", "g"), ("outflow", "h")]
    run = both(load(tmp_path, stock("S", 10, *ends) + flows, stop=1))
    assert [run[name].values[0] for name in "fgh"] == [6, 4, 0]
    run = both(load(tmp_path, stock("S", 10, ends[1], ends[0], ends[2]) + flows, stop=1))
    assert [run[name].values[0] for name in "fgh"] == [3, 7, 0]


def test_what_flows_in_waits_a_step(tmp_path):
    # An empty stock passes nothing on in the step in which it is filled.
    text = stock("S", 0, ("inflow", "into"), ("outflow", "f")) + flow("into", "3") + flow("f", "9")
    run = load(tmp_path, text, stop=3).run()
    assert run["f"].values.tolist() == [0, 3, 3, 3]
    assert run["S"].values.tolist() == [0, 3, 3, 3]


def test_every_reader_takes_the_limited_flow(tmp_path):
    # 5 leaves the first stock once; the second receives it, and so does the reader.
    text = (
        stock("A", 5, ("outflow", "f")) + stock("B", 0, ("inflow", "f")) + flow("f", "8")
        + "<aux name='seen'><eqn>f * 2</eqn></aux>"
    )
    run = load(tmp_path, text, stop=2).run()
    assert run["B"].values.tolist() == [0, 5, 5]
    assert run["seen"].values.tolist() == [10, 0, 0]


def test_a_chain_conserves_what_is_in_it(tmp_path):
    text = (
        stock("A", 5, ("outflow", "f")) + stock("B", 1, ("inflow", "f"), ("outflow", "g"))
        + stock("C", 0, ("inflow", "g")) + flow("f", "4") + flow("g", "3")
    )
    run = load(tmp_path, text, stop=4).run()
    assert run["f"].values.tolist() == [4, 1, 0, 0, 0]
    assert run["g"].values.tolist() == [1, 3, 2, 0, 0]
    assert (run["A"] + run["B"] + run["C"]).values.tolist() == [6] * 5


def test_a_biflow_that_brings_something_back_leaves_more_for_the_next(tmp_path):
    # 2 held, -5 through the first outflow: 7 can leave through the second.
    text = stock("S", 2, ("outflow", "f"), ("outflow", "g")) + flow("f", "-5", uniflow=False) + flow("g", "9")
    run = load(tmp_path, text, stop=1).run()
    assert run["f"].values.tolist() == [-5, -5]
    assert run["g"].values.tolist() == [7, 5]


def test_an_inflow_that_turns_is_served_after_the_outflows(tmp_path):
    text = stock("S", 10, ("inflow", "f"), ("outflow", "g")) + flow("f", "-8", uniflow=False) + flow("g", "4")
    run = load(tmp_path, text, stop=1).run()
    assert run["g"].values.tolist() == [4, 0]
    assert run["f"].values.tolist() == [-6, 0]


def test_inflows_that_turn_are_served_in_the_order_of_the_file(tmp_path):
    # 10 held: f takes 8 of it, h the other 2 of 4. What comes in through k is given out in the next step only.
    flows = flow("f", "-8", uniflow=False) + flow("h", "-4", uniflow=False)
    run = load(tmp_path, stock("S", 10, ("inflow", "f"), ("inflow", "h")) + flows, stop=1).run()
    assert (run["f"].values.tolist(), run["h"].values.tolist()) == ([-8, 0], [-2, 0])
    three = stock("S", 10, ("inflow", "k"), ("inflow", "f"), ("inflow", "h")) + "".join(
        flow(name, rate, uniflow=False) for name, rate in (("k", "5"), ("f", "-14"), ("h", "-20"))
    )
    run = load(tmp_path, three, stop=1).run()
    assert [run[name].values.tolist() for name in "kfhS"] == [[5, 5], [-10, -5], [0, 0], [10, 5]]


def test_behavior_is_overridden_by_a_stock(tmp_path):
    before = "<behavior><stock><non_negative/></stock></behavior>"
    text = (
        stock("A", 1, ("outflow", "f"), limited="") + flow("f", "3")
        + stock("B", 1, ("outflow", "g"), limited="<non_negative>false</non_negative>") + flow("g", "3")
    )
    run = load(tmp_path, text, stop=1, before=before).run()
    assert run["A"].values.tolist() == [1, 0]
    assert run["B"].values.tolist() == [1, -2]


def test_each_element_has_its_own_limit(tmp_path):
    cells = '<element subscript="a"><eqn>1</eqn></element><element subscript="b"><eqn>7</eqn></element>'
    text = (
        f'<stock name="S">{OF_FRUIT}{cells}<outflow>f</outflow><non_negative/></stock>'
        + flow("f", "a_rate", inner=OF_FRUIT) + "<aux name='a_rate'><eqn>3</eqn></aux>"
    )
    model = load(tmp_path, text, stop=3, before=FRUIT)
    run = model.run()
    assert run["f"].values.tolist() == [[1, 3], [0, 3], [0, 1], [0, 0]]
    assert run["S"].values.tolist() == [[1, 7], [0, 4], [0, 1], [0, 0]]


def test_one_element_may_be_limited_beside_another_that_is_not(tmp_path):
    cells = (
        '<element subscript="a"><eqn>3</eqn><non_negative/></element><element subscript="b"><eqn>3</eqn></element>'
    )
    text = f'<stock name="S">{OF_FRUIT}{cells}<outflow>f</outflow></stock>' + flow("f", "a", inner=OF_FRUIT)
    run = both(load(tmp_path, text + "<aux name='a'><eqn>2</eqn></aux>", stop=3, before=FRUIT))
    assert run["f"].values.tolist() == [[2, 2], [1, 2], [0, 2], [0, 2]]
    assert run["S"].values.tolist() == [[3, 3], [1, 1], [0, -1], [0, -3]]


def test_a_flow_out_of_two_stocks_is_limited_by_both(tmp_path):
    text = stock("A", 5, ("outflow", "f")) + stock("B", 2, ("outflow", "f")) + flow("f", "3")
    run = load(tmp_path, text, stop=2).run()
    assert run["f"].values.tolist() == [2, 0, 0]
    assert run["A"].values.tolist() == [5, 3, 3]


def test_a_circle_of_limits_is_reported_and_worked_through_by_the_equations(tmp_path):
    # f is served first by the file, but its equation is half of g: g gets 10 of 12, nothing is left for f.
    text = stock("S", 10, ("outflow", "f"), ("outflow", "g")) + flow("f", "g / 2") + flow("g", "12")
    model = load(tmp_path, text, stop=1)
    assert [(item.code, item.severity) for item in model.diagnostics] == [("SF404", "warning")]
    assert "'g', 'f'" in model.diagnostics[0].message
    run = model.run()
    assert (run["g"].values[0], run["f"].values[0]) == (10, 0)


def test_a_flow_that_waits_for_others_by_several_ways_is_served_after_them(tmp_path):
    # f is g + h + q + r = 3 + 4 + 7 + 10 = 24 and reads g and h by q and r too; 3 of the 10 held are left for it.
    text = (
        stock("S", 10, ("outflow", "f"), ("outflow", "g"), ("outflow", "h")) + flow("f", "g + h + q + r")
        + flow("g", "3") + flow("h", "g + 1")
        + "<aux name='q'><eqn>g + h</eqn></aux><aux name='r'><eqn>g + q</eqn></aux>"
    )
    run = load(tmp_path, text, stop=1).run()
    assert [run[name].values[0] for name in "ghf"] == [3, 4, 3]


def test_stages_of_runge_kutta_are_limited_too(tmp_path):
    # Heun: 3 of 4 at the start, and 0 at the other end of the step; the mean leaves.
    run = load(tmp_path, stock("S", 3, ("outflow", "f")) + flow("f", "4"), stop=1, method="rk2").run()
    assert run["S"].values.tolist() == [3, 1.5]


def test_replacing_a_flow_replaces_its_equation_and_not_the_limit(tmp_path):
    model = load(tmp_path, stock("S", 10, ("outflow", "f")) + flow("f", "1"), stop=2)
    run = model.run({"f": sf.Replace(7)})
    assert run["f"].values.tolist() == [7, 3, 0]
    run = model.run({"f": sf.Replace(-2)})
    assert run["S"].values.tolist() == [10, 12, 14]


def test_a_flow_of_fewer_dimensions_is_refused(tmp_path):
    text = f'<stock name="S">{OF_FRUIT}<eqn>5</eqn><outflow>f</outflow><non_negative/></stock>' + flow("f", "3")
    with pytest.raises(sf.ModelError) as raised:
        load(tmp_path, text, before=FRUIT)
    assert "several elements of the non-negative stock 'S'" in str(raised.value)
