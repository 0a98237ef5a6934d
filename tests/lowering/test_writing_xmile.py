"""Models written as XMILE: what was written runs alike, and what cannot be said is refused by name."""

import re
import warnings
from pathlib import Path

import numpy as np
import pytest
from lxml import etree

import stockflow as sf
from stockflow.api import ModelWarning
from stockflow.lowering.translation import translate
from tests.dialects.xmile.documents import DIMENSIONS, SPECS, document
from tests.running import written

T = "t = Time - 3.7"


def text_of(folder: Path, *equations: str, final: float = 10, step: float = 0.5) -> str:
    return sf.load(written(folder, equations, final, step)).to_xmile()


def pair(folder: Path, *equations: str, **clock: float) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The values of the model, and of the file that was written."""
    file = folder / "written.xmile"
    file.write_text(text_of(folder, *equations, **clock), encoding="utf-8")
    reread = sf.load(file)
    assert not reread.diagnostics
    return sf.load(folder / "model.mdl").simulate().values, reread.simulate().values


def refusal(folder: Path, *equations: str) -> str:
    with pytest.raises(sf.ModelError) as fault:
        text_of(folder, *equations)
    (found,) = fault.value.diagnostics
    assert found.code == "SF604"
    return found.message


def equation(text: str, name: str) -> str:
    found = re.search(rf'name="{name}".*?<eqn>(.*?)</eqn>', text, re.DOTALL)
    assert found is not None
    return found[1].replace("&lt;", "<").replace("&gt;", ">")


# Functions


@pytest.mark.parametrize(
    "formula",
    [
        "INTEGER(t)", "MODULO(t, 2) + QUANTUM(t, 0.7)", "ZIDZ(1, t) + XIDZ(2, t - 0.3, 5)",
        "ZIDZ(1, t * t - 3 + t * 2 - 1 + t * (t - 1) * (t - 2) * (t - 3))", "PULSE(2, 3) + PULSE(4, 0)",
        "PULSE TRAIN(1, 1, 3, 9)", "RAMP(2, 1, 5) + STEP(3, 2)", "TREND(t * t, 2, 0.1) + FORECAST(t, 3, 2)",
        "NPV(t, 0.1, 0, 1)", "SMOOTH3I(t, 2, 1) + DELAY3(t, 2) + SMOOTH N(t, 2, 1, 3)", "SAMPLE IF TRUE(t > 2, t, 9)",
        "DELAY FIXED(t, 1.3, 7)", "INITIAL(t + 3) + GAME(t)", "2 * INTEG(t, 3) + 1",
        "IF THEN ELSE(:NOT: t > 2 :AND: t < 3 :OR: t = 1, -t ^ 2, 2 ^ -t)", "IF THEN ELSE(t = :NA:, 1, 0)",
        "(-t) ^ 2 - -t * (3 - (t - 2)) / (t / (t * 2))",
        "IF THEN ELSE((t < 2) < (t < 3), 1, :NOT: (t > 1 :AND: t < 2))",
        "POWER(t * t, 1.5) + LOG(t * t + 1, 3) + LOG(100)", "WITH LOOKUP(t, ((0, 1), (2, 5)))",
        "3 + WITH LOOKUP(t, ((0, 1), (2, 5))) * 2", "1 + ACTIVE INITIAL(t, 3)", "SMOOTHI(-t, 3, -t)",
        "SMOOTHI(IF THEN ELSE(t > 1, t, 2), 3, IF THEN ELSE(t > 1, t, 2))", "SMOOTHI(t, 3, t * 2)",
        "SMOOTHI(t + (2 + t), 3, t + 2 + t)",
        "LOOKUP EXTRAPOLATE(((0, 1), (2, 5)), t)", "t + LOOKUP AREA(((0, 1), (2, 5)), 0, 1)",
        "TIME STEP + FINAL TIME + INITIAL TIME + Time",
    ],
)
def test_a_function_is_written_with_its_own_meaning(tmp_path, formula):
    wanted, found = pair(tmp_path, f"x = {formula}", T)
    assert np.ptp(wanted["x"]) > 0 or formula.startswith(("IF THEN ELSE(t =", "TIME STEP"))
    np.testing.assert_array_equal(found["x"], wanted["x"])


def test_a_function_that_rounds_otherwise_is_not_written_by_a_like_name(tmp_path):
    text = text_of(tmp_path, "x = INTEGER(t)", "y = MODULO(t, 2)", T)
    # INT(-3.7) is -4 in XMILE, INTEGER(-3.7) is -3 in Vensim.
    assert equation(text, "x") == "IF t < 0 THEN -INT(-t) ELSE INT(t)"
    assert " MOD " not in equation(text, "y")


def test_zidz_is_written_with_its_millionth_and_not_as_safediv(tmp_path):
    assert equation(text_of(tmp_path, "x = ZIDZ(1, t)", T), "x") == "IF ABS(t) < 1e-06 THEN 0 ELSE 1 / t"


def test_a_function_of_several_lines_becomes_one_macro_for_all_its_calls(tmp_path):
    text = text_of(tmp_path, "x = TREND(t, 2, 0) + TREND(t, 3, 0)", "y = TREND(t, 4, 0)", T)
    assert text.count("<macro ") == 1
    assert equation(text, "y") == "Vensim_TREND(t, 4, 0)"  # TREND means something else in XMILE


def test_arguments_that_the_other_language_fills_in_are_left_out(tmp_path):
    text = text_of(tmp_path, "x = SMOOTH(t, 2)", "y = SMOOTHI(t, 2, 5)", T)
    assert (equation(text, "x"), equation(text, "y")) == ("SMTH1(t, 2)", "SMTH1(t, 2, 5)")
    ramp = text_of(tmp_path, "x = RAMP(2, INITIAL TIME, FINAL TIME)")
    assert equation(ramp, "x") == "RAMP(2, STARTTIME)"  # the standard has two arguments; their defaults are isee's


def test_a_lookup_read_beyond_its_points_is_written_once_more_and_goes_on(tmp_path):
    equations = ("x = LOOKUP EXTRAPOLATE(f, t) + f(t)", "y = LOOKUP EXTRAPOLATE(f, t + 1)", "f((0, 1), (2, 5))", T)
    text = text_of(tmp_path, *equations)
    graphs = dict(re.findall(r'name="(f[^"]*)">\s*<gf type="(\w+)"', text))
    assert graphs == {"f extrapolate": "extrapolate", "f": "continuous"}
    wanted, found = pair(tmp_path, *equations)
    assert wanted["x"][0] == 1 + 2 * -3.7 + 1  # the slope of the points is 2, and f itself holds its end
    for key in ("x", "y"):
        np.testing.assert_array_equal(found[key], wanted[key])


def test_a_random_number_that_a_body_reads_twice_is_drawn_once(tmp_path):
    file = tmp_path / "model.xmile"
    file.write_text("""<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
    <sim_specs><start>0</start><stop>99</stop><dt>1</dt></sim_specs><model><variables>
    <aux name="rest"><eqn>RANDOM(0, 10, 3) MOD 3</eqn></aux>
    </variables></model></xmile>""", encoding="utf-8")
    again = tmp_path / "written.xmile"
    again.write_text(sf.load(file).to_xmile(), encoding="utf-8")
    rest = sf.load(again).simulate().values["rest"]
    # x - 3 INT(x / 3) is below 3 and not negative only where both x are the same draw.
    assert rest.min() >= 0 and rest.max() < 3 and np.ptp(rest) > 2


@pytest.mark.parametrize(
    ("formula", "name"),
    [
        ("DELAY N(t, 2, 1, 3)", "DELAY N"), ("RANDOM NORMAL(0, 1, 0.5, 0.1, 3)", "RANDOM NORMAL"),
        ("DELAY MATERIAL(t, 2, 1, 0)", "DELAY MATERIAL"), ("LOOKUP FORWARD(f, t)", "LOOKUP FORWARD"),
        ("SAVEPER * 2", "SAVEPER"), ("'a text'", "a part"),
    ],
)
def test_what_xmile_cannot_say_is_refused_by_name(tmp_path, formula, name):
    message = refusal(tmp_path, f"x = {formula}", "f((0, 1), (2, 5))", T)
    assert message.startswith(f"{name} of 'x' cannot be written in XMILE")


def test_functions_of_whole_arrays_are_refused_by_name(tmp_path):
    ordered = ("d: a, b", "v[a] = 3", "v[b] = Time", "x[d] = VECTOR SORT ORDER(v[d], 1)")
    assert refusal(tmp_path, *ordered).startswith("VECTOR SORT ORDER of 'x' cannot be written in XMILE")


def test_a_stock_inside_a_sum_is_refused(tmp_path):
    message = refusal(tmp_path, "d: a, b", "v[d] = 3, 4", "x = SUM(INTEG(v[d!], 1))")
    assert message == "INTEG of 'x' cannot be written in XMILE: it stands inside a sum"
    assert "stands inside a sum" in refusal(tmp_path, "d: a, b", "v[d] = 3, 4", "x = SUM(v[d!] * INTEG(d, 1))")


def test_a_random_number_that_a_deviation_reads_twice_is_refused(tmp_path):
    (tmp_path / "m.xmile").write_text(document(
        '<aux name="v"><dimensions><dim name="Fruit"/></dimensions><eqn>1, 2</eqn></aux>'
        '<aux name="x"><eqn>STDDEV(v * RANDOM(1, 2, 5))</eqn></aux>', SPECS + DIMENSIONS,
    ), encoding="utf-8")
    with pytest.raises(sf.ModelError, match="a random number is read twice in it"):
        sf.load(tmp_path / "m.xmile").to_xmile()


def test_all_that_cannot_be_said_is_told_at_once(tmp_path):
    with pytest.raises(sf.ModelError) as fault:
        text_of(tmp_path, "x = DELAY N(t, 2, 1, 3)", "y = DELAY N(t, 2, 1, 4)", T)
    assert [found.line for found in fault.value.diagnostics] == [2, 3]


def runge_kutta(folder: Path, number: int, *equations: str) -> sf.Model:
    file = written(folder, equations, 10, 1)
    file.write_text(f"{file.read_text(encoding='utf-8')}///---\\\\\\\n:L<%^E!@\n15:0,0,0,{number},0,0\n", "utf-8")
    return sf.load(file)


def test_runge_kutta_4_is_written_and_runs_alike(tmp_path):
    model = runge_kutta(tmp_path, 5, "x = INTEG(-x / 3 + STEP(2, 4), 7)")
    file = tmp_path / "written.xmile"
    file.write_text(model.to_xmile(), encoding="utf-8")
    reread = sf.load(file)
    assert (model.method, reread.method) == ("rk4", "rk4")
    np.testing.assert_array_equal(reread.simulate().values["x"], model.simulate().values["x"])


def test_the_midpoint_method_is_not_written_as_heuns(tmp_path):
    with pytest.raises(sf.ModelError, match="'rk2' cannot be written in XMILE"):
        runge_kutta(tmp_path, 4, "x = INTEG(-x / 3, 7)").to_xmile()


@pytest.mark.parametrize("formula", ["PULSE(2, 3)", "SAMPLE IF TRUE(Time > 2, Time, 9)"])
def test_what_stands_still_within_a_step_is_refused_under_runge_kutta(tmp_path, formula):
    with pytest.raises(sf.ModelError, match="only Euler's method"):
        runge_kutta(tmp_path, 5, f"x = {formula}").to_xmile()


# Stocks


def test_a_sum_of_flows_becomes_inflows_and_outflows(tmp_path):
    text = text_of(tmp_path, "s = INTEG(births - deaths + arrivals, 3)", "births = t", "deaths = t * 2",
                   "arrivals = 1 + t", T)
    flows = re.findall(r"<(inflow|outflow)>(\w+)<", text)
    assert flows == [("inflow", "births"), ("inflow", "arrivals"), ("outflow", "deaths")]
    assert len(re.findall(r"<flow name=.*\n +<eqn>", text)) == 3


@pytest.mark.parametrize("rate", ["(goal - s) / 4", "births * 2", "births + births", "goal"])
def test_any_other_rate_becomes_a_net_flow(tmp_path, rate):
    equations = (f"s = INTEG({rate}, 3)", "births = t", "goal = 7", T)
    assert re.findall(r"<inflow>(\w+)<", text_of(tmp_path, *equations)) == ["s_net_flow"]
    wanted, found = pair(tmp_path, *equations)
    np.testing.assert_array_equal(found["s"], wanted["s"])


def test_a_flow_fills_one_stock_only(tmp_path):
    equations = ("s = INTEG(births, 3)", "r = INTEG(births, 4)", "births = t", T)
    assert re.findall(r"<inflow>(\w+)<", text_of(tmp_path, *equations)) == ["births", "r_net_flow"]
    wanted, found = pair(tmp_path, *equations)
    np.testing.assert_array_equal(found["r"], wanted["r"])


def test_the_units_of_a_net_flow_are_those_of_the_stock_by_time(tmp_path):
    file = tmp_path / "model.mdl"
    file.write_text("{UTF-8}\ns = INTEG(s / 4, 3) ~ Cup ~ |\nx = INTEG(x, 1) ~ Dmnl ~ |\nINITIAL TIME = 0 ~ Month ~ |\n"
                    "FINAL TIME = 1 ~ Month ~ |\nTIME STEP = 1 ~ Month ~ |\n", encoding="utf-8")
    text = sf.load(file).to_xmile()
    assert "<units>Cup/Month</units>" in text and "<units>1/Month</units>" in text
    assert 'time_units="Month"' in text


def test_a_stock_with_elements_that_are_something_else_is_refused(tmp_path):
    message = refusal(tmp_path, "d: a, b", "s[a] = INTEG(t, 3)", "s[b] = t", T)
    assert message.startswith("some elements of 's' are stocks and some are not")


def test_a_value_of_its_own_for_the_start_is_kept(tmp_path):
    wanted, found = pair(tmp_path, "x = ACTIVE INITIAL(t + y, 4)", "y = INTEG(x, x)", T)
    assert wanted["y"][0] == found["y"][0] == 4
    np.testing.assert_array_equal(found["y"], wanted["y"])


def test_a_limited_stock_keeps_its_own_outflows(tmp_path):
    file = tmp_path / "model.xmile"
    file.write_text("""<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
    <sim_specs><start>0</start><stop>9</stop><dt>1</dt></sim_specs><model><variables>
    <stock name="free"><eqn>4</eqn><outflow>sales</outflow></stock>
    <stock name="limited"><eqn>4</eqn><outflow>sales</outflow><outflow>waste</outflow><non_negative/></stock>
    <flow name="sales"><eqn>0.75</eqn></flow><flow name="waste"><eqn>1</eqn></flow>
    </variables></model></xmile>""", encoding="utf-8")
    model = sf.load(file)
    again = tmp_path / "written.xmile"
    again.write_text(model.to_xmile(), encoding="utf-8")
    wanted, found = model.simulate().values, sf.load(again).simulate().values
    assert wanted["limited"].min() == 0
    for key in ("free", "limited", "sales", "waste"):
        np.testing.assert_array_equal(found[key], wanted[key])


# Arrays


@pytest.mark.parametrize(
    "equations",
    [
        ("x[d] = y[d] * t", "y[d] = 3, 1, 2"),
        ("x[d] = d + b", "y[d] = 3, 1, 2"),
        ("x[d] = SUM(z[d, e!]) + SUM(z[d!, e1]) + VMAX(y[d!])", "y[d] = 3, 1, 2"),
        ("x = SUM(y[d!] * w[d!]) + VMIN(y[d!]) + PROD(y[part!]) + ELMCOUNT(part)", "y[d] = 3, 1, 2", "w[d] = t + d"),
        ("x[d] :EXCEPT: [a] = t", "x[a] = 2 * t"),
        ("x[part] = y[part] + t", "y[d] = 3, 1, 2"),
        ("x[f] = y[d]", "y[d] = 3, 1, 2"),
        ("x[d, twin] = y[d] * y[twin]", "y[d] = 3, 1, 2"),
        ("x[d] = curve[d](t)", "curve[a]((0, 0), (1, 2))", "curve[b]((0, 3), (1, 2))", "curve[c]((0, 0), (4, 8))"),
        ("x[d] = INTEG(i[d] - o[d], 3)", "i[d] = t", "o[d] :EXCEPT: [a] = 1", "o[a] = t * t"),
        ("x[a] = INTEG(t, 3)", "x[b] = 7", "x[c] = INTEG(1, 2)"),
        ("x[d] = SMOOTH(y[d] * t, 2)", "y[d] = 3, 1, 2"),
        ("x[d] = SMOOTHI(y[d] * t, 2, y[a] * t)", "y[d] = 3, 1, 2"),
        ("x[d] = 1 + INTEG(d * t, 1)", "w[a] = t"),
        ("x = SUM(y[d!] * d) + SUM(y[part!] * t)", "y[d] = 3;"),
    ],
)
def test_arrays_are_written_with_their_own_meaning(tmp_path, equations):
    ranges = ("d: a, b, c", "part: a, b", "twin <-> d", "e: e1, e2", "f: f1, f2, f3", "z[d, e] = 1, 2; 3, 4; 5, 6;")
    mapped = tuple(line.replace("d: a, b, c", "d: a, b, c -> (f: f2, f3, f1)") for line in ranges)
    wanted, found = pair(tmp_path, *mapped, *equations, T)
    for key in wanted.keys() & found.keys():
        np.testing.assert_array_equal(found[key], wanted[key], err_msg=key)
    assert "x" in found


def test_a_sum_along_a_diagonal_is_written_out(tmp_path):
    square = ("d: a, b", "other <-> d", "q[a,a] = 1", "q[a,b] = 2", "q[b,a] = 3", "q[b,b] = 4")
    wanted, found = pair(tmp_path, *square, "x = SUM(q[d!, d!])", "y = SUM(q[d!, a] + q[d!, d!])", final=1, step=1)
    # 1 + 4, and 1 + 3 beside them.
    assert wanted["x"][0] == found["x"][0] == 5
    assert wanted["y"][0] == found["y"][0] == 9


def test_an_equation_for_all_elements_stays_one_and_a_sum_keeps_its_star(tmp_path):
    text = text_of(tmp_path, "d: a, b, c", "x[d] = y[d] * t", "total = SUM(y[d!])", "y[d] = 3, 1, 2", T)
    assert equation(text, "x") == "y[d] * t"
    assert equation(text, "total") == "SUM(y[*])"
    assert re.findall(r'<element subscript="(\w)">\s*<eqn>(\d)</eqn>', text) == [("a", "3"), ("b", "1"), ("c", "2")]


# Names and the rest of the file


def test_a_name_that_means_something_in_xmile_is_changed_and_told(tmp_path):
    with pytest.warns(ModelWarning, match="SF605: 'Step' is written as 'Step value'"):
        text = text_of(tmp_path, "Step = 3", "x = Step * STEP(2, 1)")
    assert equation(text, "x") == "Step_value * STEP(2, 1)"


def test_a_variable_called_like_the_clock_does_not_become_the_clock(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ModelWarning)
        wanted, found = pair(tmp_path, "dt = 5", "x = dt + TIME STEP")
    assert wanted["x"][0] == found["x"][0] == 5.5


@pytest.mark.parametrize(
    "name",
    [
        "a-b", "x.y", "1st", 'the \\"big\\" one', "50% & <more>", "a{b}", "back\\\\slash", "it's", "\u00e9t\u00e9",
        "two\\nlines", "_edge_", "a,b [c]",
    ],
)
def test_any_name_is_found_again(tmp_path, name):
    wanted, found = pair(tmp_path, f'"{name}" = t * 2', f'x = "{name}" + 1', T)
    assert found.keys() >= wanted.keys() - {"initial time", "final time", "time step", "saveper"}
    np.testing.assert_array_equal(found["x"], wanted["x"])


def test_elements_with_signs_in_their_names_are_found_again(tmp_path):
    wanted, found = pair(tmp_path, 'd: "a, b", "c-d"', "x[d] = t * d", 'y = x["a, b"] - x["c-d"]', T)
    np.testing.assert_array_equal(found["y"], wanted["y"])


def test_comments_units_and_ranges_are_escaped_and_kept(tmp_path):
    file = tmp_path / "model.mdl"
    file.write_text("{UTF-8}\nx = 1 ~ a/b [0,5] ~ 1 < 2 & ]]> \"quoted\" <b> -- \x01.|\nINITIAL TIME = 0 ~~a -- b|\n"
                    "FINAL TIME = 1 ~~|\nTIME STEP = 1 ~~|\n", encoding="utf-8")
    model = sf.load(file)
    again = tmp_path / "written.xmile"
    again.write_text(model.to_xmile(), encoding="utf-8")
    reread = sf.load(again)["x"]
    assert reread.doc == '1 < 2 & ]]> "quoted" <b> -- \ufffd.' and reread.units == "a/b"
    assert reread.limits == (0, 5, None)


def test_macros_of_the_modeller_are_written_out(tmp_path):
    file = tmp_path / "model.mdl"
    file.write_text("{UTF-8}\n:MACRO: m(a, b)\nm = s + a ~~|\ns = INTEG(a - s / b, a * 2) ~~|\n:END OF MACRO:\n"
                    "x = m(Time, 3) + m(2, Time + 1) ~~|\n"
                    "INITIAL TIME = 0 ~~|\nFINAL TIME = 9 ~~|\nTIME STEP = 1 ~~|\n", encoding="utf-8")
    model = sf.load(file)
    again = tmp_path / "written.xmile"
    again.write_text(model.to_xmile(), encoding="utf-8")
    np.testing.assert_array_equal(sf.load(again).simulate().values["x"], model.simulate().values["x"])


def test_the_file_is_well_formed_and_holds_what_was_asked(tmp_path):
    model = sf.load(written(tmp_path, ["x = 1"], 10, 0.25))
    root = etree.fromstring(model.to_xmile("A <model> & more").encode("utf-8"))
    name = "{http://docs.oasis-open.org/xmile/ns/XMILE/v1.0}"
    assert root.findtext(f"{name}header/{name}name") == "A <model> & more"
    assert [float(item.text) for item in root.find(f"{name}sim_specs")] == [0, 10, 0.25]


def test_a_fact_of_a_variable_that_nothing_writes_is_refused_and_not_dropped(tmp_path, monkeypatch):
    monkeypatch.setattr(translate, "_TRANSLATED", translate._TRANSLATED - {"doc"})
    file = tmp_path / "model.mdl"
    file.write_text("{UTF-8}\nx = 1 ~~ a comment|\ny = 2 ~~|\nINITIAL TIME = 0 ~~|\nFINAL TIME = 1 ~~|\n"
                    "TIME STEP = 1 ~~|\n", encoding="utf-8")
    with pytest.raises(sf.ModelError) as fault:
        sf.load(file).to_xmile()
    assert [found.message for found in fault.value.diagnostics] == ["the doc of 'x' cannot be written in XMILE"]


def test_data_from_outside_is_refused(tmp_path):
    assert refusal(tmp_path, "x :INTERPOLATE:").startswith("'x' takes its values from outside the model")


def test_a_save_interval_that_is_no_number_is_refused(tmp_path):
    file = tmp_path / "model.mdl"
    file.write_text("{UTF-8}\nx = 1 ~~|\nINITIAL TIME = 0 ~~|\nFINAL TIME = 9 ~~|\nTIME STEP = 1 ~~|\n"
                    "SAVEPER = 2 * TIME STEP ~~|\n", encoding="utf-8")
    with pytest.raises(sf.ModelError, match="SAVEPER as an expression cannot be written"):
        sf.load(file).to_xmile()


def test_a_final_time_of_an_array_is_written(tmp_path):
    text = text_of(tmp_path, "d: a, b", "x[d] = 3, 5", final="VMAX(x[d!])")
    assert "<stop>MAX(x[*])</stop>" in text


def test_a_final_time_that_is_a_stock_is_refused(tmp_path):
    with pytest.raises(sf.ModelError, match="a FINAL TIME that depends on the run cannot be written in XMILE"):
        text_of(tmp_path, "x = 1", final="INTEG(1, 3)")


def test_an_integral_of_an_auxiliary_is_written_as_a_stock(tmp_path):
    path = tmp_path / "model.xmile"
    path.write_text(document('<aux name="x"><eqn>INTEG(2, 1)</eqn></aux>'), encoding="utf-8")
    other = tmp_path / "written.xmile"
    other.write_text(sf.load(path).to_xmile(), encoding="utf-8")
    # Times 0 to 10: 1 + 2 * 10.
    assert sf.load(other).simulate().values["x"][-1] == 21


def rewritten(folder: Path, text: str, name: str = "m.xmile") -> str:
    """What is written for a model file, which runs alike."""
    (folder / name).write_text(text, encoding="utf-8")
    model = sf.load(folder / name)
    made = model.to_xmile()
    (folder / "written.xmile").write_text(made, encoding="utf-8")
    values = model.simulate().values
    for key, again in sf.load(folder / "written.xmile").simulate().values.items():
        np.testing.assert_array_equal(again, values.get(key, again), err_msg=key)
    return made


def test_a_numbered_dimension_and_the_words_of_the_header_come_back(tmp_path):
    variables = (
        '<aux name="v"><dimensions><dim name="N"/></dimensions><eqn>1, 2, 3</eqn></aux>'
        '<aux name="x"><eqn>v[MIN(TIME, 3)] + SUM(v[1:2])</eqn></aux>'
    )
    text = document(variables, SPECS + DIMENSIONS).replace("<header>", "<header><caption>what it is for</caption>")
    made = rewritten(tmp_path, text)
    assert '<dim name="N" size="3"/>' in made
    assert "<caption>what it is for</caption>" in made
    assert equation(made, "x") == "v[MIN(TIME, 3)] + (v[1] + v[2])"


def test_units_that_mean_the_same_are_written(tmp_path):
    clock = "INITIAL TIME = 0 ~~|\nFINAL TIME = 1 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"
    settings = "\\\\\\---/// Sketch information\n///---\\\\\\\n:L\x7f<%^E!@\n22:$,Dollar,Dollars\n22:Share,1\n"
    made = rewritten(tmp_path, "{UTF-8}\nx = Time ~ Dollar ~ |\n" + clock + settings, "m.mdl")
    assert "<alias>Dollar</alias>" in made and "<alias>Dollars</alias>" in made
    units = sf.load(tmp_path / "written.xmile")._prepared.project.unit_equivalences
    assert units == (("$", "Dollar", "Dollars"), ("Share", "1"))


@pytest.mark.parametrize("name", ["INITIAL TIME", "FINAL TIME", "TIME STEP"])
def test_a_model_without_one_of_its_settings_is_not_written(tmp_path, name):
    clock = [one for one in ("INITIAL TIME", "FINAL TIME", "TIME STEP", "SAVEPER") if one != name]
    (tmp_path / "m.mdl").write_text("{UTF-8}\n" + "".join(f"{one} = 1 ~~|\n" for one in clock), encoding="utf-8")
    with pytest.raises(sf.ModelError) as fault:
        sf.load(tmp_path / "m.mdl").to_xmile()
    (found,) = fault.value.diagnostics
    assert (found.code, found.message) == ("SF202", f"{name} is missing, so that the model cannot be written in XMILE")


def test_groups_are_written_with_their_members_and_comments(tmp_path):
    groups = "****\n.Farm\n****~\nWhat grows.\n|\nx = 1 ~~|\n****\n.Market\n****~|\ny = 2 ~~|\n****\n.Control\n****~|\n"
    clock = "INITIAL TIME = 0 ~~|\nFINAL TIME = 1 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"
    (tmp_path / "m.mdl").write_text("{UTF-8}\n" + groups + clock, encoding="utf-8")
    found = re.findall(r"<group name.*?</group>", sf.load(tmp_path / "m.mdl").to_xmile(), re.DOTALL)
    assert [re.sub(r">\s+<", "><", one) for one in found] == [
        '<group name="Farm"><doc>What grows.</doc><entity name="x"/></group>',
        '<group name="Market"><entity name="y"/></group>',
    ]


def test_a_dimension_that_stands_twice_is_written_cell_by_cell(tmp_path):
    twice = '<dimensions><dim name="Fruit"/><dim name="Fruit"/></dimensions>'
    body = (
        f'<aux name="v">{twice}<eqn>1, 2; 3, 4</eqn></aux><aux name="x">{twice}<eqn>v * TIME</eqn></aux>'
        f'<stock name="s">{twice}<eqn>1</eqn><inflow>v</inflow></stock>'
    )
    made = rewritten(tmp_path, document(body, SPECS + DIMENSIONS))
    assert "<eqn>v[apple, red_pear] * TIME</eqn>" in made


def test_a_limited_stock_that_shares_one_inflow_among_its_elements_is_refused(tmp_path):
    (tmp_path / "m.xmile").write_text(document(
        '<stock name="s"><dimensions><dim name="Fruit"/></dimensions><eqn>1</eqn><inflow>f</inflow><non_negative/>'
        '</stock><flow name="f"><eqn>1</eqn><non_negative/></flow>', SPECS + DIMENSIONS,
    ), encoding="utf-8")
    with pytest.raises(sf.ModelError, match=r"SF604.*'s' has a rate that is no sum of its own flows"):
        sf.load(tmp_path / "m.xmile").to_xmile()
