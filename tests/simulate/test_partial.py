"""Models with faulty variables that run without them: what is left out, what runs, with values worked out by hand."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest

import stockflow as sf
from stockflow.simulate.result import Result

CLOCK = ("INITIAL TIME = 0", "FINAL TIME = 2", "TIME STEP = 1", "SAVEPER = TIME STEP")
REFUSED = "births = RC COMPARE('base', population)"
HEAD = '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"><header/>'


def vensim(folder: Path, *equations: str, clock: tuple[str, ...] = CLOCK) -> Path:
    path = folder / "model.mdl"
    path.write_text("{UTF-8}\n" + "".join(f"{one} ~~|\n" for one in (*equations, *clock)), encoding="utf-8")
    return path


def xmile(folder: Path, variables: str, more: str = "") -> Path:
    path = folder / "model.xmile"
    specs = "<sim_specs><start>0</start><stop>2</stop><dt>1</dt></sim_specs>"
    path.write_text(f"{HEAD}{specs}{more}<model><variables>{variables}</variables></model></xmile>", encoding="utf-8")
    return path


def ran(model: sf.Model, overrides: dict[str, object] | None = None, **options: object) -> Result:
    """A run; that something is left out is a warning, which tests look at where it matters."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sf.ModelWarning)
        return model.simulate(overrides, **options)  # type: ignore[arg-type]


def left_out(result: Result) -> list[str]:
    found: list[str] = json.loads(result.attrs["left_out"])
    return found


def error_of(model: sf.Model, overrides: dict[str, object] | None = None, **options: object) -> tuple[str, str]:
    with pytest.raises(sf.ModelError) as caught:
        ran(model, overrides, **options)
    return caught.value.diagnostics[0].code, caught.value.diagnostics[0].message


def test_what_does_not_depend_on_a_refused_function_runs_and_the_rest_is_named(tmp_path: Path) -> None:
    path = vensim(
        tmp_path, REFUSED, "population = INTEG(births - deaths, 100)", "deaths = population * 0.1",
        "late = INTEG(1, births)", "cup = INTEG(-cup / 10, 180)", "slow = SMOOTH(deaths, 3)",
    )
    model = sf.load(path, partial=True)
    assert model.left_out == dict.fromkeys(["births", "population", "deaths", "late", "slow"], "births")
    with pytest.warns(sf.ModelWarning, match="5 variables are left out: births, population, deaths, late, slow"):
        result = model.simulate()
    assert result.values["cup"].tolist() == [180, 162, 145.8]  # each step loses a tenth
    assert left_out(result) == ["births", "population", "deaths", "late", "slow"]
    assert not {"births", "population", "late", "slow"} & set(result.values)
    assert [(item.code, item.severity.value, item.line) for item in model.diagnostics] == [("SF206", "warning", 2)]


def test_without_partial_the_fault_stays_an_error(tmp_path: Path) -> None:
    with pytest.raises(sf.ModelError, match="SF206"):
        sf.load(vensim(tmp_path, REFUSED, "population = 5"))


def test_a_sound_model_leaves_nothing_out(tmp_path: Path) -> None:
    model = sf.load(vensim(tmp_path, "x = 3"), partial=True)
    result = model.simulate()
    assert model.left_out == {}
    assert left_out(result) == []
    assert "left_out" not in sf.load(tmp_path / "model.mdl").simulate().attrs


@pytest.mark.parametrize(("fault", "code"), [
    ("bad = foo + 1", "SF204"), ("bad = NO SUCH FUNCTION(1)", "SF203"), ("bad = ", "SF207"), ("bad = 2 * * 3", "SF105"),
    ("bad = A FUNCTION OF(x)", "SF207"), ("bad = IF THEN ELSE(x > 1, 2)", "SF205"), ("bad = (x + 1", "SF107"),
    ("bad = f + 1", "SF208"), ("bad = GET DIRECT CONSTANTS('absent.csv', ',', 'B2')", "SF601"),
    ("bad[d] = 1, 2", "SF307"), ("bad[d] = v[a1, a2]", "SF303"), ("bad = v", "SF301"), ("bad = w[a2]", "SF304"),
    ("bad = 1 ~~|\nbad = 2", "SF201"), ("bad = DELAY N(x, 2, 0, x * Time)", "SF206"), ("bad = 1 + bad", "SF401"),
    ("bad := sound * 2", "SF208"),
])
def test_each_fault_of_one_variable_leaves_the_others_running(fault: str, code: str, tmp_path: Path) -> None:
    dimension = "d: a1, a2, a3"
    reader = "reader[d] = 1 + bad[d]" if fault.startswith("bad[d]") else "reader = 1 + bad"
    path = vensim(tmp_path, dimension, "v[d] = 1, 2, 3", "w[a1] = 1", "f((0,0),(1,2))", "x = 3", fault, reader,
                  "sound = x * 2", "total = SUM(v[d!])")
    model = sf.load(path, partial=True)
    assert code in [item.code for item in model.diagnostics]
    assert set(model.left_out) == {"bad", "reader"}
    result = ran(model)
    assert (result.values["sound"].tolist(), result.values["total"].tolist()) == ([6] * 3, [6] * 3)


@pytest.mark.parametrize("equations", [
    ("x = foo", "TIME STEP = y", "y = foo"), ("x[e] = 1", "d: e", "e: d"),
    ("d = 1", "d: a0, a1, a2", "e: a1, a2", "x = a1"),
    ("x = foo", "e <-> nothing"),
])
def test_a_fault_of_the_clock_or_of_a_dimension_is_one_of_the_whole_model(
    equations: tuple[str, ...], tmp_path: Path
) -> None:
    clock = CLOCK[:2] if any("TIME STEP" in one for one in equations) else CLOCK
    with pytest.raises(sf.ModelError):
        sf.load(vensim(tmp_path, *equations, clock=clock), partial=True)


def test_a_file_that_is_cut_off_stays_refused(tmp_path: Path) -> None:
    path = vensim(tmp_path, "x = 3")
    path.write_text(path.read_text(encoding="utf-8") + "y = foo +", encoding="utf-8")
    with pytest.raises(sf.ModelError, match="SF104"):
        sf.load(path, partial=True)


def test_a_value_in_the_place_of_a_faulty_equation_makes_its_dependents_run(tmp_path: Path) -> None:
    path = vensim(
        tmp_path, REFUSED, "population = INTEG(births - 5, 100)", "other = foo", "after = other + births", "x = 3",
    )
    model = sf.load(path, partial=True)
    result = ran(model, {"births": sf.Replace(7)})
    assert result.values["population"].tolist() == [100, 102, 104]  # 7 in, 5 out
    assert left_out(result) == ["other", "after"]
    assert left_out(ran(model, {"births": sf.Replace(7), "other": sf.Replace(1)})) == []
    assert left_out(ran(model)) == ["births", "population", "other", "after"]


def test_a_series_or_a_batch_in_the_place_of_a_faulty_equation_serves_too(tmp_path: Path) -> None:
    import numpy as np
    import xarray as xr

    model = sf.load(vensim(tmp_path, "inflow = foo", "s = INTEG(inflow, 0)"), partial=True)
    series = xr.DataArray([1.0, 2.0, 3.0], dims="time", coords={"time": [0.0, 1.0, 2.0]})
    assert ran(model, {"inflow": sf.Replace(series)}).values["s"].tolist() == [0, 1, 3]
    batch = ran(model, {"inflow": sf.Replace(xr.DataArray([1.0, 10.0], dims="run"))})
    np.testing.assert_array_equal(batch.values["s"], [[0, 0], [1, 10], [2, 20]])


def test_some_elements_of_a_faulty_variable_do_not_mend_it(tmp_path: Path) -> None:
    model = sf.load(vensim(tmp_path, "d: a1, a2", "x[d] = foo", "y[d] = x[d] + 1"), partial=True)
    assert error_of(model, {"x": sf.Replace({"a1": 1.0})}) == (
        "SF211", "'x' cannot be set, since it is left out: it has a fault itself")
    assert ran(model, {"x": sf.Replace({"a1": 1.0, "a2": 2.0})}).values["y"].tolist() == [[2, 3]] * 3


def test_a_constant_with_too_few_numbers_is_mended_by_numbers_for_all(tmp_path: Path) -> None:
    model = sf.load(vensim(tmp_path, "d: a1, a2, a3", "x[d] = 1, 2", "y[d] = x[d] + 1"), partial=True)
    assert ran(model, {"x": [1.0, 2.0, 3.0]}).values["y"][0].tolist() == [2, 3, 4]


def test_asking_for_what_is_left_out_is_an_error_that_says_why(tmp_path: Path) -> None:
    model = sf.load(vensim(tmp_path, REFUSED, "population = INTEG(births, 1)", "x = 2"), partial=True)
    assert error_of(model, outputs=["x", "population"]) == (
        "SF213", "'population' is left out: it depends on 'births'")
    assert error_of(model, outputs=["births"]) == ("SF213", "'births' is left out: it has a fault itself")
    assert error_of(model, {"population": sf.Initial(3)})[0] == "SF211"


def test_a_run_of_nothing_is_an_error(tmp_path: Path) -> None:
    model = sf.load(vensim(tmp_path, "f((0,0),(1,1))", "x = foo", "y = x"), partial=True)
    assert error_of(model) == ("SF213", "2 variables are left out: x, y")


def test_data_without_a_file_are_left_out_where_the_rest_is_to_run(tmp_path: Path) -> None:
    path = vensim(tmp_path, "price", "cost = price * 2", "x = 3")
    model = sf.load(path, partial=True)
    assert model.left_out == {}
    with pytest.warns(sf.ModelWarning) as told:
        result = model.simulate()
    assert [str(item.message).partition(":")[0] for item in told] == ["SF601", "SF213"]
    assert left_out(result) == ["price", "cost"]
    assert result.values["x"].tolist() == [3] * 3
    assert error_of(model, outputs=["cost"]) == ("SF213", "'cost' is left out: it depends on 'price'")
    assert ran(model, {"price": sf.Replace(4)}).values["cost"].tolist() == [8] * 3
    (tmp_path / "p.csv").write_text("Time,price\n0,1\n2,3\n", encoding="utf-8")
    fed = ran(model, data=[tmp_path / "p.csv"])
    assert fed.values["cost"].tolist() == [2, 4, 6]
    assert left_out(fed) == []


def test_a_clock_that_rests_on_missing_data_is_an_error(tmp_path: Path) -> None:
    clock = ("INITIAL TIME = 0", "FINAL TIME = horizon", "TIME STEP = 1")
    model = sf.load(vensim(tmp_path, "horizon", "x = 3", clock=clock), partial=True)
    assert error_of(model) == ("SF213", "'FINAL TIME' is left out: it depends on 'horizon'")


def test_of_a_circle_of_equations_one_is_at_fault_and_all_are_left_out(tmp_path: Path) -> None:
    path = vensim(tmp_path, "a = c + 1", "b = a + 1", "c = b + 1", "d = c", "p = q", "q = p", "x = 3", "y = foo")
    model = sf.load(path, partial=True)
    assert set(model.left_out) == {"a", "b", "c", "d", "p", "q", "y"}
    assert ran(model).values["x"].tolist() == [3] * 3
    # a = 1, b = 1 + 1, c = 2 + 1
    assert ran(model, {"a": sf.Replace(1)}).values["c"].tolist() == [3] * 3


def test_a_fault_inside_a_macro_leaves_out_every_caller(tmp_path: Path) -> None:
    macro = ":MACRO: M(input)\nM = inner + input ~~|\ninner = foo * 2 ~~|\n:END OF MACRO:\n"
    path = vensim(tmp_path, "x = M(1)", "y = 2 * M(x)", "z = 3")
    path.write_text("{UTF-8}\n" + macro + path.read_text(encoding="utf-8").partition("\n")[2], encoding="utf-8")
    model = sf.load(path, partial=True)
    assert set(model.left_out) == {"x", "y"}
    assert ran(model).values["z"].tolist() == [3] * 3


STOCK = ("d: a1, a2, a3", "s[d] = INTEG(0, 1)", "reader = s[a2]", "x = 3")


@pytest.mark.parametrize("call", ["s[a1], nothing, 3, 0, 5", "s[a1], Time < 2", "s[a1], Time < 2, nothing, 0, 5"])
def test_a_stock_that_a_faulty_equation_would_move_does_not_stand_still(call: str, tmp_path: Path) -> None:
    model = sf.load(vensim(tmp_path, *STOCK, f"lost = SHIFT IF TRUE({call})"), partial=True)
    assert set(model.left_out) == {"lost", "s", "reader"}
    assert ran(model).values["x"].tolist() == [3] * 3


def test_a_move_that_cannot_be_read_is_a_fault_of_the_whole_model(tmp_path: Path) -> None:
    with pytest.raises(sf.ModelError, match="SF105"):
        sf.load(vensim(tmp_path, *STOCK, "lost = SHIFT_IF  TRUE(s[a1], > 2, 3, 0, 5)"), partial=True)


def test_a_moved_stock_and_what_it_loses_go_together(tmp_path: Path) -> None:
    equations = ("d: a1, a2, a3", "s[d] = INTEG(nothing, 1)", "lost = SHIFT IF TRUE(s[a1], Time < 2, 3, 0, 5)", "x = 3")
    assert set(sf.load(vensim(tmp_path, *equations), partial=True).left_out) == {"s", "lost"}


def test_a_question_to_a_faulty_queue_has_no_answer(tmp_path: Path) -> None:
    path = vensim(tmp_path, "queue = QUEUE FIFO(1, 2)", "age = QUEUE AGE OLDEST(queue)", "x = 3")
    model = sf.load(path, partial=True)
    assert set(model.left_out) == {"queue", "age"}


def test_xmile_runs_without_what_it_refuses(tmp_path: Path) -> None:
    # The oven is refused: the stock and what reads it go, its inflow stays.
    text = (
        "<stock name='belt'><eqn>3</eqn><inflow>in</inflow><outflow>out</outflow><oven><len>2</len></oven>"
        "</stock><flow name='in'><eqn>5</eqn></flow><flow name='out'><eqn>belt/2</eqn></flow>"
        "<stock name='cup'><eqn>8</eqn><outflow>cool</outflow></stock><flow name='cool'><eqn>cup/2</eqn></flow>"
    )
    model = sf.load(xmile(tmp_path, text), partial=True)
    assert set(model.left_out) == {"belt", "out"}
    result = ran(model)
    assert result.values["cup"].tolist() == [8, 4, 2]
    assert result.values["in"].tolist() == [5] * 3


@pytest.mark.parametrize("fault", [
    "<aux name='bad'><eqn>foo + 1</eqn></aux>", "<aux name='bad'><eqn>2 * * 3</eqn></aux>", "<aux name='bad'/>",
    "<aux name='bad'><eqn>OSTATE(x)</eqn></aux>",
    "<aux name='bad'><eqn>x</eqn><gf><xpts>0,1</xpts><ypts>1</ypts></gf></aux>",
    "<aux name='bad'><eqn>1</eqn><dimensions><dim name='none'/></dimensions></aux>",
    "<aux name='bad'><eqn>1</eqn></aux><aux name='Bad'><eqn>2</eqn></aux>",
])
def test_xmile_faults_of_one_variable_leave_the_others_running(fault: str, tmp_path: Path) -> None:
    text = f"{fault}<aux name='reader'><eqn>bad</eqn></aux><aux name='x'><eqn>3</eqn></aux>"
    model = sf.load(xmile(tmp_path, text), partial=True)
    assert set(model.left_out) == {"bad", "reader"}
    assert ran(model).values["x"].tolist() == [3] * 3


def test_a_fault_in_a_modules_model_is_one_of_all_its_modules(tmp_path: Path) -> None:
    inner = (
        "<model name='cell'><variables><stock name='s'><eqn>1</eqn><inflow>grow</inflow><oven/></stock>"
        "<flow name='grow'><eqn>k</eqn></flow><aux name='k'><eqn>2</eqn></aux></variables></model>"
    )
    path = xmile(
        tmp_path, "<module name='cell'/><module name='other'/><aux name='sum'><eqn>cell.s</eqn></aux>"
        "<aux name='free'><eqn>cell.grow</eqn></aux>",
    )
    text = path.read_text(encoding="utf-8").replace("</xmile>", inner + inner.replace("cell", "other") + "</xmile>")
    path.write_text(text, encoding="utf-8")
    model = sf.load(path, partial=True)
    assert set(model.left_out) == {"cell.s", "other.s", "sum"}
    assert ran(model).values["free"].tolist() == [2] * 3


def test_the_flows_of_a_stock_without_an_equation_do_not_run_without_its_limit(tmp_path: Path) -> None:
    # What leaves is at most what the stock holds, which nobody knows.
    text = (
        "<stock name='S'><outflow>f</outflow><non_negative/></stock><flow name='f'><eqn>9</eqn></flow>"
        "<aux name='x'><eqn>3</eqn></aux>"
    )
    model = sf.load(xmile(tmp_path, text), partial=True)
    assert set(model.left_out) == {"S", "f"}
    assert ran(model).values["x"].tolist() == [3] * 3


def test_flows_whose_limit_cannot_be_told_do_not_run_without_it(tmp_path: Path) -> None:
    # `f` drains both elements of S at once: neither it nor S has a value; the limit of T still holds.
    more = "<dimensions><dim name='F'><elem name='a'/><elem name='b'/></dim></dimensions>"
    text = (
        "<stock name='S'><dimensions><dim name='F'/></dimensions><eqn>1</eqn><outflow>f</outflow><non_negative/>"
        "</stock><flow name='f'><eqn>9</eqn></flow>"
        "<stock name='T'><eqn>3</eqn><outflow>g</outflow><non_negative/></stock><flow name='g'><eqn>2</eqn></flow>"
    )
    model = sf.load(xmile(tmp_path, text, more), partial=True)
    assert set(model.left_out) == {"S", "f"}
    result = ran(model)
    assert result.values["t"].tolist() == [3, 1, 0]
    assert result.values["g"].tolist() == [2, 1, 0]


def test_what_is_computed_from_data_that_are_not_given_is_left_out_with_them(tmp_path: Path) -> None:
    path = vensim(
        tmp_path, "x", "y := TIME SHIFT(x, 1) * 2", "z = y + 1", "top = GET DATA MAX(x, 0, Time)", "sound = 1",
        "u := 2 * Time",
    )
    model = sf.load(path, partial=True)
    result = ran(model)
    assert left_out(result) == ["x", "y", "z", "top"]
    assert result.values["u"].tolist() == [0, 2, 4]
    assert left_out(ran(model, {"x": 5})) == []
