from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import stockflow as sf
from tests.simulate.models import files_of, model_of

TWO = "Time,x\n1,10\n3,30\n"


@pytest.mark.parametrize(
    ("keyword", "values"),
    [
        ("", [10, 10, 20, 30, 30]), (":INTERPOLATE:", [10, 10, 20, 30, 30]), (":HOLD BACKWARD:", [10, 10, 10, 30, 30]),
        (":LOOK FORWARD:", [10, 10, 30, 30, 30]), (":RAW:", [np.nan, 10, np.nan, 30, np.nan]),
    ],
)
def test_the_keyword_says_how_gaps_are_filled(tmp_path: Path, keyword: str, values: list[float]) -> None:
    model = model_of(tmp_path, f"x {keyword}", data={"x.csv": TWO})
    assert model.run()["x"].values == pytest.approx(values, nan_ok=True)


def test_raw_gaps_are_missing_in_the_model_and_no_numbers_outside(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x :RAW:", "y = IF THEN ELSE(x = :NA:, -1, x)", data={"x.csv": TWO})
    ds = model.run()
    assert ds["y"].values.tolist() == [-1, 10, -1, 30, -1]
    assert np.isnan(ds["x"].values).tolist() == [True, False, True, False, True]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.csv", "Time,X\n1,10\n3,30\n"), ("x.tab", "Time\t x \n1\t10\n3\t30\n"), ("x.dat", "x\n1\t10\n3\t30\n"),
        ("x.csv", "Name,1,3\nx,10,30\n"),
    ],
)
def test_every_form_of_file_feeds(tmp_path: Path, name: str, text: str) -> None:
    assert model_of(tmp_path, "x", data={name: text}).run()["x"].values.tolist() == [10, 10, 20, 30, 30]


def test_columns_name_elements_in_any_spelling_and_order(tmp_path: Path) -> None:
    model = model_of(tmp_path, "Region: North, South", "Size: a b, c", "net flow[Region, Size]")
    text = 'Time,"Net_Flow[south, A_B]","NET FLOW[North,c]","net flow[North,a b]","net flow[South,C]"\n0,3,2,1,4\n'
    ds = model.run(data=files_of(tmp_path, {"x.csv": text}))
    assert ds["net flow"].isel(time=2).values.tolist() == [[1, 2], [3, 4]]


def test_elements_may_have_rules_of_their_own(tmp_path: Path) -> None:
    model = model_of(tmp_path, "d: a, b", "x[a] :RAW:", "x[b] :HOLD BACKWARD:")
    ds = model.run(data=files_of(tmp_path, {"x.csv": "Time,x[a],x[b]\n0,1,1\n2,3,3\n"}))
    assert ds["x"].sel(d="b").values.tolist() == [1, 1, 3, 3, 3]
    assert np.isnan(ds["x"].sel(d="a").values).tolist() == [False, True, False, True, True]


def test_data_beside_constants_and_equations_of_other_elements(tmp_path: Path) -> None:
    model = model_of(
        tmp_path, "d: a, b", "x[a]", "x[b] = 7", "y[a] :HOLD BACKWARD:", "y[b] = x[a] * 2", "z = SUM(y[d!])",
        data={"x.csv": "Time,x[a],y[a]\n0,1,100\n4,5,200\n"},
    )
    ds = model.run()
    assert ds["x"].sel(d="b").values.tolist() == [7] * 5
    assert ds["z"].values.tolist() == [102, 104, 106, 108, 210]


def test_a_missing_value_in_an_equation_is_not_data(tmp_path: Path) -> None:
    ds = model_of(tmp_path, "d: a, b", "x[a] = :NA:", "x[b] = Time").run()
    assert np.isnan(ds["x"].sel(d="a").values).all()


def test_a_variable_with_an_equation_ignores_the_file(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", "y = 3", "c = Time", data={"x.csv": "Time,x,y,c\n0,1,9,9\n"})
    ds = model.run()
    assert (ds["y"].values.tolist(), ds["c"].values.tolist()) == ([3] * 5, [0, 1, 2, 3, 4])


def test_data_drive_stocks_and_hold_inside_the_stages_of_runge_kutta(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", "s = INTEG(x, 100)", data={"x.csv": "Time,x\n0,0\n4,8\n"})
    for method in ("euler", "rk4"):
        assert model.run(method=method)["s"].values.tolist() == [100, 100, 102, 106, 112]


def test_a_stock_may_start_from_data(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", "s = INTEG(1, x)", data={"x.csv": TWO})
    assert model.run()["s"].values.tolist() == [10, 11, 12, 13, 14]


def test_the_clock_may_come_from_data(tmp_path: Path) -> None:
    path = tmp_path / "m.mdl"
    path.write_text("{UTF-8}\nlength ~~|\nFINAL TIME = INITIAL(length) ~~|\nINITIAL TIME = 0 ~~|\nTIME STEP = 1 ~~|\n")
    assert sf.check(path) == []
    data = files_of(tmp_path, {"x.csv": "Time,length\n0,3\n"})
    assert sf.load(path).run(data=data)["time"].values.tolist() == [0, 1, 2, 3]


def test_data_with_a_clock_that_moves_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.mdl"
    clock = "INITIAL TIME = 0 ~~|\nFINAL TIME = 3 ~~|\nTIME STEP = IF THEN ELSE(Time > 1, 0.5, 1) ~~|\n"
    path.write_text(f"{{UTF-8}}\nx ~~|\n{clock}")
    with pytest.raises(sf.ModelError, match="need a clock that is known before the run"):
        sf.load(path).run(data=files_of(tmp_path, {"x.csv": TWO}))


def test_large_arrays_are_fed_as_small_ones_are(tmp_path: Path) -> None:
    names = [f"e{number}" for number in range(50)]
    model = model_of(tmp_path, f"d: {', '.join(names)}", "x[d]", "y = SUM(x[d!])")
    text = "Time," + ",".join(f"x[{name}]" for name in names) + "\n0" + ",1" * 50 + "\n4" + ",5" * 50 + "\n"
    assert model.run(data=files_of(tmp_path, {"x.csv": text}))["y"].values.tolist() == [50, 100, 150, 200, 250]


# Files.


def test_the_files_of_a_run_go_before_those_of_the_model(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", data={"x.csv": TWO})
    with pytest.warns(RuntimeWarning, match="SF602: 'x' is in x.csv, y.csv; y.csv, the last one given, is used"):
        ds = model.run(data=files_of(tmp_path, {"y.csv": "Time,x\n0,7\n"}))
    assert ds["x"].values.tolist() == [7] * 5


def test_a_dataset_tells_the_hash_of_each_file(tmp_path: Path) -> None:
    ds = model_of(tmp_path, "x", data={"x.csv": TWO}).run()
    assert json.loads(ds.attrs["data_sha256"]) == {"x.csv": hashlib.sha256(TWO.encode()).hexdigest()}
    assert json.loads(model_of(tmp_path, "x = 1").run().attrs["data_sha256"]) == {}


def test_a_file_that_changes_between_runs_is_read_again(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", data={"x.csv": TWO})
    model.run()
    files_of(tmp_path, {"x.csv": "Time,x\n0,123456\n"})
    assert model.run()["x"].values.tolist() == [123456] * 5


def test_a_file_that_feeds_nothing_is_a_warning(tmp_path: Path) -> None:
    model = model_of(tmp_path, "y = 1", data={"x.csv": TWO})
    with pytest.warns(RuntimeWarning, match="SF602: x.csv feeds nothing"):
        model.run()


# Faults.


def fault_of(model: sf.Model, **options: object) -> str:
    with pytest.raises(sf.ModelError) as caught:
        model.run(**options)  # type: ignore[arg-type]
    (fault,) = caught.value.diagnostics
    return f"{fault.code} {fault.line}: {fault.message} | {fault.hint}"


def test_no_data_at_all_says_how_to_give_them(tmp_path: Path) -> None:
    model = model_of(tmp_path, "y = x", "x")
    assert fault_of(model) == "SF601 3: 'x' is fed from outside, and no data are given | give its file: --data FILE"


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("sales[North]", "no data for 'sales[South]' in a.csv, b.csv | did you mean the column 'sales[North]'?"),
        ("more", "no data for 'sales[North]', 'sales[South]' in a.csv, b.csv | add 'sales[North]'"),
    ],
)
def test_data_that_miss_name_the_element_and_the_files_looked_at(tmp_path: Path, column: str, said: str) -> None:
    equations = ("Region: North, South", "sales[Region]", "profit", "loss", "y = SUM(sales[Region!]) + profit + loss")
    model = model_of(tmp_path, *equations)
    data = files_of(tmp_path, {"a.csv": "Time,profit\n0,1\n", "b.csv": f"Time,loss,{column}\n0,1,2\n"})
    assert said in fault_of(model, data=data)


def test_a_column_without_points_is_no_data(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", "y = x", "z")
    data = files_of(tmp_path, {"x.csv": "Time,x,z\n0,,1\n1,,2\n"})
    assert "there are no data for 'x' in x.csv" in fault_of(model, data=data)


def test_data_that_nothing_reads_may_miss_and_are_left_out(tmp_path: Path) -> None:
    model = model_of(tmp_path, "history", "y = 1")
    with pytest.warns(RuntimeWarning, match="SF602: there are no data for 'history', which nothing reads"):
        assert "history" not in model.run()
    assert "SF601 2" in fault_of(model, outputs=["history"])


def test_data_that_only_an_output_shows_are_fed(tmp_path: Path) -> None:
    model = model_of(tmp_path, "history", "y = 1", data={"x.csv": "Time,history\n0,4\n"})
    assert model.run()["history"].values.tolist() == [4] * 5


def test_data_that_the_outputs_do_not_need_are_not_asked_for(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", "y = x", "z = 1")
    assert model.run(outputs=["z"])["z"].values.tolist() == [1] * 5


def test_a_file_that_cannot_be_read_stops_the_run(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", "y = x")
    assert "no such file" in fault_of(model, data=[tmp_path / "no.csv"])
    assert "'oops'" in fault_of(model, data=files_of(tmp_path, {"x.csv": "Time,x\n0,oops\n"}))


# Overrides of data.


@pytest.mark.parametrize("value", [6, sf.Replace(6), pd.Series([6, 6], index=[0, 4]), xr.DataArray(6)])
def test_a_data_variable_that_is_set_needs_no_file(tmp_path: Path, value: object) -> None:
    ds = model_of(tmp_path, "x", "y = x * 2").run({"x": value})
    assert ds["y"].values.tolist() == [12] * 5


def test_what_is_set_goes_before_the_file(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", "y = x * 2", data={"x.csv": TWO})
    assert model.run({"x": 6})["y"].values.tolist() == [12] * 5
    assert model.run({"x": pd.Series([0, 8], index=[0, 4])})["x"].values.tolist() == [0, 2, 4, 6, 8]


def test_an_element_that_is_set_leaves_the_others_to_the_file(tmp_path: Path) -> None:
    model = model_of(tmp_path, "d: a, b", "x[d]", "y = SUM(x[d!])")
    data = files_of(tmp_path, {"x.csv": "Time,x[a]\n0,1\n4,5\n"})
    assert model.run({"x[b]": 10}, data=data)["y"].values.tolist() == [11, 12, 13, 14, 15]
    ds = model.run({"x[b]": pd.Series([0, 8], index=[0, 4])}, data=data)
    assert ds["y"].values.tolist() == [1, 4, 7, 10, 13]
    ds = model.run({"x[b]": xr.DataArray([10, 20], dims="run")}, data=data)
    assert ds["y"].isel(time=0).values.tolist() == [11, 21]


def test_a_fed_element_beside_equations_needs_no_file_when_it_is_set(tmp_path: Path) -> None:
    model = model_of(tmp_path, "d: a, b", "x[a]", "x[b] = 7", "y[a]", "y[b] = Time", "z = SUM(x[d!]) + SUM(y[d!])")
    ds = model.run({"x[a]": 100, "y[a]": sf.Replace(xr.DataArray([0, 1000], dims="run"))})
    assert ds["z"].isel(time=4).values.tolist() == [111, 1111]


def test_all_elements_set_one_by_one_need_no_file(tmp_path: Path) -> None:
    model = model_of(tmp_path, "d: a, b", "x[d]", "y = SUM(x[d!])")
    assert model.run({"x[a]": 1, "x[b]": 2})["y"].values.tolist() == [3] * 5
