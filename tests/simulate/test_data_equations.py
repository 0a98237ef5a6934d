"""Data equations (:=): new series made of whole ones, before the run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import stockflow as sf
from tests.running import faults
from tests.simulate.models import files_of, model_of

# x has points at 0, 2 and 4; z at 0 and 3.
ONE = {"x.csv": "Time,x\n0,1\n2,3\n4,9\n"}
TWO = ONE | {"z.csv": "Time,z\n0,10\n3,40\n"}

STEPWISE = "'y' is computed before the run: stocks, delays and random numbers have no place in a data equation"


def values(model: sf.Model, name: str, *given: object, **options: object) -> list[float]:
    return model.run(*given, **options)[name].values.tolist()  # type: ignore[arg-type]


def test_a_data_equation_is_computed_at_the_points_and_filled_by_its_own_rule(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", "linear := x * x", "held :HOLD BACKWARD: := x * x", data=ONE)
    # The squares 1, 9 and 81 stand at 0, 2 and 4; in a run, x itself is 2 at time 1 and its square 4.
    assert values(model, "linear") == [1, 5, 9, 45, 81]
    assert values(model, "held") == [1, 1, 9, 9, 81]


def test_it_is_computed_at_all_times_of_the_series_it_reads_each_read_by_its_own_rule(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", "z :HOLD BACKWARD:", "s :RAW: := x + z", data=TWO)
    # At 0: 1 + 10, at 2: 3 + 10, at 3: 6 + 40 (x is half way from 3 to 9), at 4: 9 + 40
    assert values(model, "s") == pytest.approx([11, np.nan, 13, 46, 49], nan_ok=True)


def test_a_raw_series_has_no_value_between_its_points(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", "z :RAW:", "s :RAW: := IF THEN ELSE(z = :NA:, -x, x + z)", data=TWO)
    assert values(model, "s") == pytest.approx([11, np.nan, -3, 46, -9], nan_ok=True)


def test_constants_lookups_time_and_functions_may_be_read(tmp_path: Path) -> None:
    model = model_of(
        tmp_path, "x", "c = 2", "f((0, 0), (10, 100))", "y := c * f(x) + Time", "m := MAX(x, 2) - STEP(1, 3)", data=ONE
    )
    # 2 * 10 + 0, 2 * 30 + 2 and 2 * 90 + 4 at 0, 2 and 4
    assert values(model, "y") == [20, 41, 62, 123, 184]
    # 2, 3 and 9 - 1, with no point at 3, where the step is
    assert values(model, "m") == [2, 2.5, 3, 5.5, 8]
    assert values(model, "y", {"c": 0}) == [0, 1, 2, 3, 4]
    assert values(model, "y", {"f": [(0, 1), (10, 1)]}) == [2, 3, 4, 5, 6]


def test_equations_read_each_other_in_any_order(tmp_path: Path) -> None:
    model = model_of(tmp_path, "c := b + 1", "b :HOLD BACKWARD: := a * 2", "a := x + 1", "x", data=ONE)
    # a: 2, 4, 10 at 0, 2, 4; b: 4, 8, 20; c: 5, 9, 21, linear between
    assert values(model, "c") == [5, 7, 9, 15, 21]


def test_elements_have_times_of_their_own(tmp_path: Path) -> None:
    data = "Time,x[a],x[b]\n0,1,10\n1,,20\n2,3,\n"
    model = model_of(tmp_path, "d: a, b", "x[d]", "y[d] :RAW: := x[d] * 2", "t := SUM(x[d!])", final=2)
    model = sf.load(model.path, data=files_of(tmp_path, {"x.csv": data}))
    assert np.array(values(model, "y")) == pytest.approx(np.array([[2, 20], [np.nan, 40], [6, np.nan]]), nan_ok=True)
    # At 1 x[a] is half way, 2; at 2 x[b] holds its last point, 20.
    assert values(model, "t") == [11, 22, 23]


def test_elements_may_be_fed_computed_and_written(tmp_path: Path) -> None:
    model = model_of(
        tmp_path, "d: a, b, c", "x[a]", "x[b] := x[a] * 2", "x[c] = 7", "t = SUM(x[d!])",
        data={"x.csv": "Time,x[a]\n0,1\n4,5\n"},
    )
    assert values(model, "t") == [10, 13, 16, 19, 22]


def test_an_element_may_be_computed_from_the_one_before(tmp_path: Path) -> None:
    model = model_of(
        tmp_path, "d: a, b, c", "x[a]", "x[b] := x[a] + 1", "x[c] := x[b] + 1", data={"x.csv": "Time,x[a]\n0,1\n4,5\n"}
    )
    assert values(model, "x")[2] == [3, 4, 5]


def test_a_mixed_variable_keeps_its_data_equation(tmp_path: Path) -> None:
    model = model_of(tmp_path, "d: a, b", "x", "y[a] := x * x", "y[b] = Time", data=ONE)
    assert values(model, "y")[1] == [5, 1]


def test_what_is_set_for_a_run_is_what_equations_read(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", "y := x * x", data=ONE)
    assert values(model, "y", {"x": 3}) == [9] * 5
    series = pd.Series([0.0, 4.0], index=[0.0, 4.0])
    # The points are now 0 and 4, whose squares are 0 and 16.
    assert values(model, "y", {"x": series}) == [0, 4, 8, 12, 16]
    assert values(model, "y", {"y": 5}) == [5] * 5


def test_an_element_that_is_set_is_what_its_equation_reads(tmp_path: Path) -> None:
    model = model_of(tmp_path, "d: a, b", "x[d]", "y[d] := x[d] + 1", data={"x.csv": "Time,x[a],x[b]\n0,1,2\n4,1,2\n"})
    assert values(model, "y", {"x[b]": 10})[0] == [2, 11]


def test_runs_of_a_batch_have_series_of_their_own(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", "c = 2", "y := c * x", "z = y + 1", data=ONE)
    found = model.run({"c": xr.DataArray([1.0, 10.0], dims="run")})
    assert found["z"].isel(time=2).values.tolist() == [4, 31]
    given = xr.DataArray([[0.0, 1.0], [4.0, 5.0]], dims=("time", "run"), coords={"time": [0.0, 4.0]})
    assert model.run({"x": given})["y"].isel(time=4).values.tolist() == [8, 10]


def test_a_constant_over_time_is_read_at_the_times_of_the_points(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", "c = 1", "y := c * x", data=ONE)
    # c is 0, 2 and 4 at the points
    assert values(model, "y", {"c": pd.Series([0.0, 4.0], index=[0.0, 4.0])}) == [0, 3, 6, 21, 36]


def test_functions_of_whole_series_stand_inside_expressions(tmp_path: Path) -> None:
    model = model_of(
        tmp_path, "x :HOLD BACKWARD:", "lag = 1", "y := 10 * TIME SHIFT(x, lag) + CUMULATE(x * 2)",
        "final := CUMULATEF(TIME SHIFT(x, -1))", data=ONE,
    )
    # The moved points are 1, 3, 9 at 1, 3, 5, held backwards; the sums are 2, 8, 26 at 0, 2, 4, linear.
    # At 0: 10 + 2; 1: 10 + 5; 2: 10 + 8; 3: 30 + 17; 4: 30 + 26
    assert values(model, "y") == [12, 15, 18, 47, 56]
    # With no lag: 10 + 2, 30 + 8 and 90 + 26 at 0, 2 and 4, linear between.
    assert values(model, "y", {"lag": 0}) == [12, 25, 38, 77, 116]
    assert values(model, "final") == [13] * 5
    batch = model.run({"lag": xr.DataArray([1.0, 0.0], dims="run")})
    assert batch["y"].isel(time=3).values.tolist() == [47, 77]
    with pytest.raises(sf.ModelError, match="'lag' moves a whole series, and so cannot change over time"):
        model.run({"lag": pd.Series([0.0, 1.0], index=[0.0, 4.0])})


def test_functions_of_whole_series_over_elements(tmp_path: Path) -> None:
    model = model_of(
        tmp_path, "d: a, b", "x[d]", "y[d] := CUMULATE(x[d]) - 1", "t := SUM(CUMULATE(x[d!]))",
        data={"x.csv": "Time,x[a],x[b]\n0,1,2\n4,1,2\n"},
    )
    assert values(model, "y")[4] == [1, 3]
    assert values(model, "t") == [3, 3.75, 4.5, 5.25, 6]


def test_a_table_of_the_model_feeds_an_equation(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("t,0,2,4\nx,1,3,9\n", encoding="utf-8")
    model = model_of(tmp_path, "x := GET DIRECT DATA('t.csv', ',', '1', 'B2')", "y := x * x", "s = INTEG(y, 0)")
    assert values(model, "s") == [0, 1, 6, 15, 60]


def test_runge_kutta_keeps_what_is_computed_for_a_whole_step(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", "y := x * x", "s = INTEG(y, 0)", data=ONE)
    assert values(model, "s", method="rk4") == values(model, "s", method="euler")


def test_large_arrays_are_computed_as_small_ones_are(tmp_path: Path) -> None:
    names = [f"n{i}" for i in range(1, 51)]
    text = "Time," + ",".join(f"x[{name}]" for name in names) + "\n"
    text += "0," + ",".join(str(i) for i in range(50)) + "\n4," + ",".join(str(i) for i in range(50)) + "\n"
    model = model_of(tmp_path, "d: (n1-n50)", "x[d]", "y[d] := x[d] * 2", data={"x.csv": text})
    assert values(model, "y")[2] == [2 * i for i in range(50)]


def test_an_equation_of_missing_values_has_no_points(tmp_path: Path) -> None:
    model = model_of(
        tmp_path, "x", "y := IF THEN ELSE(x > 0, :NA:, x)", "n = GET DATA TOTAL POINTS(y) + 0 * Time", data=ONE
    )
    assert np.isnan(values(model, "y")).all()
    assert values(model, "n") == [0] * 5


def test_numbers_behind_the_sign_of_data_are_numbers(tmp_path: Path) -> None:
    model = model_of(tmp_path, "a := 3", "b :RAW: := -2", "c := :NA:", "y = a + b + 0 * Time")
    assert values(model, "y") == [1] * 5
    assert np.isnan(np.ravel(values(model, "c"))).all()


def test_data_that_miss_are_told_at_the_variable_that_wants_them(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", "y := x * 2", "s = y + 1")
    with pytest.raises(sf.ModelError, match=r"model.mdl:2:1: error\[SF601\]: 'x' is fed from outside, and no data"):
        model.run()


def test_an_equation_that_nothing_reads_is_left_out_where_its_data_miss(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", "y := x * 2", "s = 1")
    with pytest.warns(sf.ModelWarning) as told:
        assert "y" not in model.run()
    assert "SF602: 'y' is left out, since the data that it is computed from are not given" in map(
        str, (item.message for item in told)
    )


@pytest.mark.parametrize(
    ("equations", "wanted"),
    [
        (["x", "s = INTEG(1, 0)", "y := x + s"],
         ("SF208", 4, "'y' is computed from data before the run and reads 's', which is a stock")),
        (["x", "a = Time", "y := x + a"],
         ("SF208", 4, "'y' is computed from data before the run and reads 'a', which is an auxiliary")),
        (["x", "y := SMOOTH(x, 2)"],
         ("SF208", 3, STEPWISE)),
        (["x", "y := x + RANDOM UNIFORM(0, 1, 0)"],
         ("SF208", 3, STEPWISE)),
        (["a := b + 1", "b := c + 1", "c := a + 1"],
         ("SF401", 2, "data equations need each other: a -> b -> c -> a (lines 2, 3, 4)")),
        (["x", "y = TIME SHIFT(x, 1)"],
         ("SF208", 3, "TIME SHIFT makes a data series of another, which a run cannot do step by step")),
        (["x", "a = 2 * 3", "y := TIME SHIFT(x, a)"],
         ("SF208", 4, "'y' is computed from data before the run and reads 'a', which is an auxiliary")),
        (["x", "y := TIME SHIFT(x, 1 + 1)"],
         ("SF208", 3, "the second argument of TIME SHIFT must be a number or a constant")),
        (["d: a, b", "y[d] := CUMULATE(x[d])", "x[a]", "x[b] := 7"],
         ("SF208", 3, "the first argument of CUMULATE must be a data variable")),
        (["c = 1", "y := CUMULATE(c)"],
         ("SF208", 3, "the first argument of CUMULATE must be a data variable")),
    ],
)
def test_what_cannot_be_computed_before_the_run_is_told(
    equations: list[str], wanted: tuple[str, int, str], tmp_path: Path
) -> None:
    assert wanted in faults(tmp_path, *equations)


def test_causes_of_a_data_equation_are_the_variables_of_the_file(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", "y := TIME SHIFT(x, 1) + 2", data=ONE)
    assert model["y"].causes == ("x",)
    assert [variable.label for variable in model][:2] == ["x", "y"]


def test_a_long_chain_of_equations_is_computed(tmp_path: Path) -> None:
    chain = [f"y{i} := y{i - 1} + 1" for i in range(1, 301)]
    model = model_of(tmp_path, *reversed(chain), "y0", data={"x.csv": "Time,y0\n0,1\n4,1\n"})
    assert values(model, "y300") == [301] * 5
