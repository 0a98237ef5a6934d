from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import stockflow as sf
from tests.simulate.models import model_of

EQUATIONS = (
    "Region: North, South, East",
    "Size: small, large",
    "rate = 2",
    "fixed == 5",
    "weight[Region] = 1, 2, 3",
    "cost[Region, Size] = 1, 2; 3, 4; 5, 6",
    "curve((0,0), (10,10))",
    "curves[Region]((0,0), (10,10))",
    "seen = curve(Time)",
    "seen by[Region] = curves[Region](Time)",
    "double = rate * 2",
    "scaled[Region] = weight[Region] * rate",
    "total cost = SUM(cost[Region!, Size!])",
    "stock = INTEG(rate, 100)",
    "stocks[Region] = INTEG(weight[Region], 10)",
    "late = DELAY FIXED(rate, 2, 0)",
    "kept = INITIAL(rate)",
    "odd = - - 5",
    "lone[North] = 7",
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> sf.Model:
    return model_of(tmp_path_factory.mktemp("overrides"), *EQUATIONS)


def over_runs(*values: float, labels: list[Any] | None = None) -> xr.DataArray:
    return xr.DataArray(list(values), dims="run", coords={} if labels is None else {"run": labels})


def last(ds: xr.Dataset, name: str) -> Any:
    return ds.sf[name].isel(time=-1).values.tolist()


# Numbers and elements.


@pytest.mark.parametrize("name", ["rate", "Rate", "RATE", '"rate"', "  rate "])
@pytest.mark.parametrize("value", [7, 7.0, np.float64(7), np.array(7), np.int32(7), Fraction(7), np.array(7, object)])
def test_a_number_replaces_a_constant_in_any_spelling(model: sf.Model, name: str, value: Any) -> None:
    ds = model.run({name: value})
    assert last(ds, "double") == 14.0
    assert last(ds, "stock") == 128.0  # 100 + 4 * 7


def test_a_number_fills_all_elements(model: sf.Model) -> None:
    assert last(model.run({"weight": 5}), "scaled") == [10.0, 10.0, 10.0]


@pytest.mark.parametrize(
    "value",
    [
        {"North": 10, "East": 30}, {"north": 10, "EAST": 30}, {("North",): 10, ("East",): 30},
        pd.Series({"North": 10, "East": 30}),
    ],
)
def test_elements_by_name_leave_the_others(model: sf.Model, value: Any) -> None:
    assert last(model.run({"weight": value}), "weight") == [10.0, 2.0, 30.0]


def test_elements_of_two_subscripts_are_named_together(model: sf.Model) -> None:
    assert last(model.run({"cost": {("South", "large"): 40}}), "cost") == [[1, 2], [3, 40], [5, 6]]


def test_a_key_with_brackets_sets_one_element(model: sf.Model) -> None:
    assert last(model.run({"cost[ south, LARGE ]": 40}), "cost") == [[1, 2], [3, 40], [5, 6]]
    assert last(model.run({"weight[North]": 10, "Weight[east]": 30}), "weight") == [10.0, 2.0, 30.0]


def test_an_element_after_the_whole_refines_it(model: sf.Model) -> None:
    assert last(model.run({"weight": 8, "weight[South]": 9}), "weight") == [8.0, 9.0, 8.0]


@pytest.mark.parametrize("value", [[10, 20, 30], (10, 20, 30), np.array([10, 20, 30]), np.array([10.0, 20.0, 30.0])])
def test_arrays_follow_the_models_order(model: sf.Model, value: Any) -> None:
    assert last(model.run({"weight": value}), "weight") == [10.0, 20.0, 30.0]


def test_the_given_array_may_change_afterwards(model: sf.Model) -> None:
    given = np.array([10.0, 20.0, 30.0])
    ds = model.run({"weight": given})
    given[:] = 0
    assert last(ds, "weight") == [10.0, 20.0, 30.0]


# DataArrays.


def test_a_data_array_goes_by_the_names_of_elements(model: sf.Model) -> None:
    value = xr.DataArray([30, 10, 20], dims="Region", coords={"Region": ["East", "North", "South"]})
    assert last(model.run({"weight": value}), "weight") == [10.0, 20.0, 30.0]


def test_a_data_array_without_labels_follows_the_models_order(model: sf.Model) -> None:
    assert last(model.run({"weight": xr.DataArray([10, 20, 30], dims="region")}), "weight") == [10.0, 20.0, 30.0]


def test_dimensions_may_come_in_any_order_and_some_may_miss(model: sf.Model) -> None:
    value = xr.DataArray([[1, 3, 5], [2, 4, 6]], dims=("Size", "Region"))
    assert last(model.run({"cost": value * 10}), "cost") == [[10, 20], [30, 40], [50, 60]]
    assert last(model.run({"cost": xr.DataArray([7, 8], dims="Size")}), "cost") == [[7, 8]] * 3


def test_what_a_dataset_gives_can_be_given_back(model: sf.Model) -> None:
    ds = model.run({"cost": {("North", "small"): 9}})
    again = model.run({"cost": ds["cost"].isel(time=0, drop=True), "rate": ds["rate"]})
    assert last(again, "cost") == last(ds, "cost")


def test_runs_are_the_last_dimension_and_keep_their_labels(model: sf.Model) -> None:
    ds = model.run({"rate": over_runs(1, 2, 5, labels=["low", "mid", "high"])})
    assert ds["stock"].dims == ("time", "run")
    assert ds["stock"].sel(run="high", time=4).item() == 120.0
    assert ds["run"].values.tolist() == ["low", "mid", "high"]
    assert last(ds, "scaled")[2] == [3.0, 6.0, 15.0]
    assert last(ds, "weight") == [[1.0] * 3, [2.0] * 3, [3.0] * 3]


def test_runs_and_elements_together(model: sf.Model) -> None:
    value = xr.DataArray(
        [[30, 10, 20], [3, 1, 2]], dims=("run", "Region"), coords={"Region": ["East", "North", "South"]}
    )
    assert last(model.run({"weight": value}), "weight") == [[10, 1], [20, 2], [30, 3]]


def test_an_element_may_differ_by_run(model: sf.Model) -> None:
    assert last(model.run({"weight[South]": over_runs(8, 9)}), "weight") == [[1, 1], [8, 9], [3, 3]]
    both = {"weight": {"North": 5, "South": over_runs(8, 9)}}
    assert last(model.run(both), "weight") == [[5, 5], [8, 9], [3, 3]]


def test_two_overrides_share_their_runs(model: sf.Model) -> None:
    ds = model.run({"rate": over_runs(1, 2), "weight": over_runs(10, 20)})
    assert last(ds, "scaled")[0] == [10.0, 40.0]


# Values over time.


def test_a_series_is_linear_between_its_times(model: sf.Model) -> None:
    ds = model.run({"rate": pd.Series([0.0, 8.0], index=[0, 4])})
    assert ds["rate"].values.tolist() == [0, 2, 4, 6, 8]
    assert ds["double"].values.tolist() == [0, 4, 8, 12, 16]
    assert ds["stock"].values.tolist() == [100, 100, 102, 106, 112]  # Euler: the value at the start of each step
    assert ds["kept"].values.tolist() == [0] * 5


def test_a_series_that_ends_early_is_held_with_a_note(model: sf.Model) -> None:
    with pytest.warns(RuntimeWarning, match="SF212.*'rate' covers 1 to 2, the run 0 to 4") as told:
        ds = model.run({"rate": pd.Series([5.0, 6.0], index=[1.0, 2.0])})
    assert ds["rate"].values.tolist() == [5, 5, 6, 6, 6]
    assert [item.message.diagnostic.severity for item in told] == ["note"]


def test_a_series_may_follow_elements(model: sf.Model) -> None:
    value = xr.DataArray([[1, 2, 3], [5, 6, 7]], dims=("time", "Region"), coords={"time": [0, 4]})
    assert model.run({"weight": value})["weight"].sel(time=3).values.tolist() == [4, 5, 6]


def test_a_series_of_one_element_leaves_the_others(model: sf.Model) -> None:
    ds = model.run({"weight[South]": pd.Series([0, 4], index=[0, 4])})
    assert ds["weight"].sel(time=3).values.tolist() == [1, 3, 3]


def test_a_series_may_differ_by_run(model: sf.Model) -> None:
    value = xr.DataArray([[0, 10], [4, 50]], dims=("time", "run"), coords={"time": [0, 4], "run": [7, 8]})
    ds = model.run({"rate": value})
    assert ds["rate"].sel(run=8).values.tolist() == [10, 20, 30, 40, 50]
    assert ds["stock"].sel(run=7).values.tolist() == [100, 100, 101, 103, 106]


# Lookups.


@pytest.mark.parametrize(
    "points",
    [[(0, 0), (4, 40)], [[0, 0], [4, 40]], {0: 0, 4: 40}, np.array([[0, 0], [4, 40]]), pd.Series({0: 0, 4: 40})],
)
def test_points_replace_those_of_a_lookup(model: sf.Model, points: Any) -> None:
    ds = model.run({"curve": points})
    assert ds["seen"].values.tolist() == [0, 10, 20, 30, 40]
    assert model.run()["seen"].values.tolist() == [0, 1, 2, 3, 4]


def test_points_of_one_element_leave_the_others(model: sf.Model) -> None:
    ds = model.run({"curves[South]": [(0, 0), (4, 40)]})
    assert last(ds, "seen by") == [4, 40, 4]
    ds = model.run({"curves": {"South": {0: 0, 4: 40}, "East": [(0, 5)]}})
    assert last(ds, "seen by") == [4, 40, 5]


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (5, "takes points"), ([1, 2], "takes points"), ([(0, 1, 2)], "takes points"), ([], "takes points"),
        ([(1, 0), (0, 0)], "must not decrease"), ([(0, float("nan"))], "takes points"), ("abc", "takes points"),
        ([(0, 1), (2,)], "takes points"), ({"nowhere": [(0, 0)]}, "takes points"),
    ],
)
def test_what_are_no_points_is_said(model: sf.Model, points: Any, words: str) -> None:
    assert words in refusal(model, {"curve": points})


# Equations and initial values.


def test_replace_takes_the_place_of_an_equation(model: sf.Model) -> None:
    ds = model.run({"double": sf.Replace(3)})
    assert last(ds, "double") == 3.0
    assert last(ds, "rate") == 2.0
    assert last(model.run({"stock": sf.Replace(3)}), "stock") == 3.0
    assert last(model.run({"late": sf.Replace(3)}), "late") == 3.0


def test_replace_takes_every_form(model: sf.Model) -> None:
    assert last(model.run({"scaled": sf.Replace([7, 8, 9])}), "scaled") == [7, 8, 9]
    assert last(model.run({"double": sf.Replace(over_runs(1, 2))}), "double") == [1, 2]
    ds = model.run({"double": sf.Replace(pd.Series([0, 4], index=[0, 4]))})
    assert ds["double"].values.tolist() == [0, 1, 2, 3, 4]


def test_replace_of_one_element_keeps_the_equations_of_the_others(model: sf.Model) -> None:
    assert last(model.run({"scaled": sf.Replace({"South": 50})}), "scaled") == [2, 50, 6]
    assert last(model.run({"scaled[South]": sf.Replace(50), "scaled[East]": sf.Replace(60)}), "scaled") == [2, 50, 60]
    assert last(model.run({"scaled[South]": sf.Replace(over_runs(1, 2))}), "scaled") == [[2, 2], [1, 2], [6, 6]]
    ds = model.run({"scaled[South]": sf.Replace(pd.Series([0, 4], index=[0, 4]))})
    assert ds["scaled"].sel(time=3).values.tolist() == [2, 3, 6]


def test_one_element_of_a_chain_is_replaced_and_the_chain_goes_on(tmp_path: Path) -> None:
    model = model_of(tmp_path, "t: (t1-t5)", "up: (t2-t5) -> down", "down: (t1-t4)", "x[t1] = 1", "x[up] = x[down] * 2")
    assert last(model.run({"x[t3]": sf.Replace(10)}), "x") == [1, 2, 10, 20, 40]
    assert last(model.run({"x[t3]": sf.Replace(over_runs(10, 0))}), "x") == [[1, 1], [2, 2], [10, 0], [20, 0], [40, 0]]


def test_elements_of_large_arrays_are_replaced_and_started_as_those_of_small_ones(tmp_path: Path) -> None:
    model = model_of(tmp_path, "d: (e1-e50)", "x[d] = Time", "s[d] = INTEG(x[d], 5)", "y = SUM(x[d!])")
    ds = model.run({"x[e7]": sf.Replace(100), "s[e9]": sf.Initial(0)})
    assert ds["y"].values.tolist() == [100 + 49 * time for time in range(5)]
    assert ds["s"].isel(time=-1).values[[0, 6, 8]].tolist() == [11, 405, 6]


def test_a_replaced_element_breaks_a_loop_as_a_replaced_variable_does(tmp_path: Path) -> None:
    model = model_of(tmp_path, "d: a, b", "x[d] = ACTIVE INITIAL(s[d], 3)", "s[d] = INTEG(1, x[d])")
    assert model.run({"x[a]": sf.Replace(7)})["s"].isel(time=0).values.tolist() == [7, 3]


def test_an_element_of_a_memory_cannot_be_replaced_alone(model: sf.Model) -> None:
    assert "keep their memory" in refusal(model, {"stocks[South]": sf.Replace(5)})
    assert last(model.run({"stocks": sf.Replace({"North": 1, "South": 2, "East": 3})}), "stocks") == [1, 2, 3]


def test_initial_sets_where_a_stock_starts(model: sf.Model) -> None:
    ds = model.run({"stock": sf.Initial(50)})
    assert ds["stock"].values.tolist() == [50, 52, 54, 56, 58]
    assert last(model.run({"stock": sf.Initial(over_runs(0, 50))}), "stock") == [8, 58]
    assert last(model.run({"stocks": sf.Initial([0, 1, 2])}), "stocks") == [4, 9, 14]


def test_initial_of_one_element_keeps_the_others(model: sf.Model) -> None:
    assert last(model.run({"stocks[South]": sf.Initial(0)}), "stocks") == [14, 8, 22]
    assert last(model.run({"stocks": sf.Initial({"North": 1, "East": over_runs(2, 3)})}), "stocks") == [
        [5, 5], [18, 18], [14, 15],
    ]


def test_a_number_that_the_file_writes_with_signs_is_a_constant(model: sf.Model) -> None:
    assert last(model.run({"odd": 3}), "odd") == 3.0


# Control variables.


def test_control_variables_are_set_by_name_as_by_option(model: sf.Model) -> None:
    by_name = model.run({"TIME STEP": 0.5, "final time": 2, "SAVEPER": 1, "Initial Time": 1})
    by_option = model.run(time_step=0.5, final_time=2, saveper=1, initial_time=1)
    assert by_name.drop_attrs().identical(by_option.drop_attrs())
    assert by_name["time"].values.tolist() == [1, 2]


def test_one_control_variable_set_twice_is_refused(model: sf.Model) -> None:
    with pytest.raises(sf.ModelError, match="'TIME STEP': it is set twice"):
        model.run({"TIME STEP": 0.5}, time_step=0.5)


def test_an_option_that_is_no_number_is_refused(model: sf.Model) -> None:
    with pytest.raises(sf.ModelError, match="'FINAL TIME': '10' is not a number"):
        model.run(final_time="10")  # type: ignore[arg-type]


def test_a_control_variable_takes_no_series(model: sf.Model) -> None:
    assert "cannot be a series" in refusal(model, {"TIME STEP": pd.Series([1, 2], index=[0, 4])})


# What does not fit.


def refusal(model: sf.Model, given: dict[str, Any]) -> str:
    with pytest.raises(sf.ModelError) as caught:
        model.run(given)
    (fault,) = caught.value.diagnostics
    assert fault.code == "SF211"
    return f"{fault.message} | {fault.hint}"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"rat": 1}, "there is no variable 'rat' to set | did you mean 'rate'?"),
        ({"qqqq": 1}, "`stockflow info MODEL` lists the names"),
        ({"rate": "7"}, "'7' is not a number"),
        ({"rate": None}, "None is not a number"),
        ({"rate": 1j}, "1j is not a number"),
        ({"rate": 10**400}, "is too large"),
        ({"rate": [xr.Dataset()]}, "is not a number"),
        ({"rate": object()}, "is not a number"),
        ({"rate": float("nan")}, "NaN is not a value"),
        ({"rate": [1, 2]}, 'shape (2,) was given | one value per run is xarray.DataArray(values, dims="run")'),
        ({"rate": [(0, 1), (2, 3)]}, "an array of shape (2, 2) was given"),
        ({"rate": {"North": 1}}, "it has no elements | give one number"),
        ({"weight": {"West": 1}}, "'West' is not an element of 'Region'; its elements are North, South, East"),
        ({"weight": {"Noth": 1}}, "did you mean 'North'?"),
        ({"weight[Noth]": 1}, "did you mean 'North'?"),
        ({"weight": {"North": "a lot"}}, "'a lot' is not a number"),
        ({"weight": {"North": {"small": 1}}}, "give each element one value"),
        ({"weight": {"North": 1, "north": 2}}, "is given twice"),
        ({"weight": {}}, "no element is given"),
        ({"weight": {("North", "small"): 1}}, "names 2 of its 1 subscripts (Region)"),
        ({"cost": {"North": 1}}, "names 1 of its 2 subscripts (Region, Size)"),
        ({"weight": [1, 2]}, "its shape is (3,) (Region 3)"),
        ({"weight": [[1], [2, 3], []]}, "differ in length"),
        ({"weight": [1, 2, float("nan")]}, "NaN"),
        ({"cost": np.zeros((2, 3))}, "its shape is (3, 2)"),
        ({"lone[South]": 1}, "lone[South] has no equation"),
        ({"fixed": 1}, "unchangeable constant"),
        ({"double": 1}, "it is an auxiliary, not a constant | Replace(value) (--replace)"),
        ({"stock": 1}, "it is a stock, not a constant | Initial(value) (--initial)"),
        ({"double": sf.Initial(1)}, "only a stock has an initial value"),
        ({"curve": sf.Initial([(0, 0)])}, "it is a lookup"),
        ({"stock": sf.Initial(pd.Series([1, 2], index=[0, 1]))}, "cannot be a series"),
        ({"rate": 1, "Rate": 2}, "it is set twice"),
        ({"weight[North]": 1, "weight": 2}, "it is set twice"),
        ({"weight[North]": 1, "weight[ north ]": 2}, "an element of it is set twice"),
        ({"curve": [(0, 0)], "Curve": [(0, 1)]}, "it is set twice"),
        ({"stock": sf.Initial(1), "Stock": sf.Replace(1)}, "it is set in two ways"),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(model: sf.Model, given: dict[str, Any], words: str) -> None:
    assert words in refusal(model, given)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (xr.DataArray([1, 2, 3], dims="Place"), "no dimension 'Place'; a DataArray for it may have time, Region, run"),
        (xr.DataArray([1, 2], dims="Region"), "'Region' has 3 elements (North, South, East) and 2 were given"),
        (xr.DataArray([1, 2, 3], [("Region", ["North", "South", "West"])]), "'West' is not an element"),
        (xr.DataArray([1, 2, 3], [("Region", ["North", "South", "North"])]), "given twice"),
        (xr.DataArray([1, 2], dims="time"), "has no coordinate"),
        (xr.DataArray([1, 2], dims="time", coords={"time": [2, 1]}), "numbers that increase"),
        (xr.DataArray([1, 2], dims="time", coords={"time": ["a", "b"]}), "its times are not numbers"),
        (xr.DataArray([1, 2], dims="time", coords={"time": pd.to_datetime(["2020", "2021"])}), "not numbers"),
        (xr.DataArray(np.zeros((0,)), dims="run"), "is empty"),
        (xr.DataArray(["a", "b"], dims="run"), "is not a number"),
        (xr.DataArray([1.0, np.nan], dims="run"), "NaN"),
        (xr.DataArray([[1, 2], [3, 4]], dims=("run", "Run")), "mean the same one"),
        (xr.Dataset({"weight": 1}), "a whole table was given"),
        (pd.DataFrame({"North": [1]}), "a whole table was given"),
        (pd.Series([1, 2], index=pd.to_datetime(["2020", "2021"])), "its index holds dates"),
        (pd.Series([1, 2], index=[1, 1]), "numbers that increase"),
        (pd.Series([1.0, np.nan], index=[0, 1]), "NaN"),
        (pd.Series({"West": 1}), "'West' is not an element"),
    ],
)
def test_labelled_values_that_do_not_fit_are_said_in_a_sentence(model: sf.Model, value: Any, words: str) -> None:
    assert words in refusal(model, {"weight": value})


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        (over_runs(1, 2), over_runs(1, 2, 3), "it has 3 runs and another value 2 runs"),
        (over_runs(1, 2, labels=["a", "b"]), over_runs(1, 2, labels=["b", "a"]), "with other labels"),
    ],
)
def test_overrides_of_unlike_runs_are_refused(model: sf.Model, one: Any, other: Any, words: str) -> None:
    assert words in refusal(model, {"rate": one, "weight": other})


def test_every_fault_is_told_at_once(model: sf.Model) -> None:
    with pytest.raises(sf.ModelError) as caught:
        model.run({"rat": 1, "double": 2, "weight": "x"})
    assert [item.code for item in caught.value.diagnostics] == ["SF211"] * 3


def test_a_range_in_a_models_own_word_for_time_or_run_goes_by_its_datasets_name(tmp_path: Path) -> None:
    model = model_of(tmp_path, "run: r1, r2", "x[run] = 1, 2", "d: a, b", "e <-> d", "y[d, e] = 1, 2; 3, 4")
    ds = model.run({"x": xr.DataArray([5, 6], dims="run (range)")})
    assert ds["x"].isel(time=0).values.tolist() == [5, 6]
    ds = model.run({"x": xr.DataArray([5, 6, 7], dims="run")})
    assert ds["x"].isel(time=0).values.tolist() == [[5, 6, 7]] * 2


def test_the_overrides_of_a_run_are_told_in_the_dataset(model: sf.Model) -> None:
    given = {
        "rate": over_runs(1, 2), "weight": {"North": 5}, "cost": {("North", "small"): 1}, "curve": [(0, 0)],
        "double": sf.Replace(3), "stock": sf.Initial(4),
    }
    told = json.loads(model.run(given).attrs["overrides"])
    assert told["rate"] == [1, 2]
    assert told["weight"] == {"North": 5}
    assert told["cost"] == {"North,small": 1}
    assert told["double"] == {"replace": 3}
    assert told["stock"] == {"initial": 4}
