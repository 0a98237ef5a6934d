from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from stockflow.simulate.dataset import build, restore
from stockflow.simulate.result import Result
from tests.simulate.results import column, result

NORTH_SOUTH = ("Region", ("North", "South"))
THREE = np.array([1.0, 2.0, 3.0])


def survives(dataset: xr.Dataset, folder: Path) -> bool:
    path = folder / "written.nc"
    dataset.to_netcdf(path, engine="h5netcdf")
    with xr.open_dataset(path, engine="h5netcdf") as back:
        return dataset.identical(back.load())


def test_a_scalar_variable_has_time_alone_and_carries_its_facts() -> None:
    cup = column(
        "Teacup Temperature", kind="stock", units="Degrees", doc="How hot it is.", equation="INTEG(-loss, 180)", line=4,
        limits=(32.0, None, None),
    )
    dataset = build(result((cup, THREE)))
    array = dataset["Teacup Temperature"]
    assert array.dims == ("time",)
    assert array.values.tolist() == [1.0, 2.0, 3.0]
    assert array.attrs == {
        "long_name": "Teacup Temperature", "kind": "stock", "units": "Degrees", "comment": "How hot it is.",
        "equation": "INTEG(-loss, 180)", "source_line": 4, "valid_min": 32.0,
    }
    assert dataset.attrs["Conventions"] == "CF-1.11"


def test_elements_are_coordinates_and_a_batch_ends_with_run() -> None:
    values = np.arange(12.0).reshape(3, 2, 2)
    dataset = build(result((column("stock", [NORTH_SOUTH]), values), (column("rate"), 0.5), runs=[10, 20]))
    assert dataset["stock"].dims == ("time", "Region", "run")
    assert dataset["stock"].sel(Region="South", run=20, time=1.0).item() == 7.0
    assert dataset["rate"].dims == ("time", "run")
    assert dataset["rate"].values.tolist() == [[0.5, 0.5]] * 3
    assert dataset["run"].values.tolist() == [10, 20]


def test_the_time_coordinate_has_the_models_units() -> None:
    made = result((column("x"), THREE))
    dataset = build(Result(made.times, made.columns, made.values, time_units="Month"))
    assert dataset["time"].attrs["units"] == "Month"


def test_missing_shows_as_nan_and_the_sentinel_is_named() -> None:
    missing = -(2.0**109)
    dataset = build(result((column("x"), [1.0, missing, 3.0]), (column("y"), missing), (column("z"), 1)))
    assert np.isnan(dataset["x"].values).tolist() == [False, True, False]
    assert np.isnan(dataset["y"].values).all()
    assert dataset["x"].attrs["missing_value_sentinel"] == dataset["y"].attrs["missing_value_sentinel"] == -(2.0**109)
    assert "missing_value_sentinel" not in dataset["z"].attrs


@pytest.mark.parametrize("runs", [None, [1, 2]])
def test_cells_without_an_equation_are_nan(runs: list[int] | None) -> None:
    item = column("x", [NORTH_SOUTH], defined=np.array([True, False]))
    shape = (3, 2) if runs is None else (3, 2, 1)
    dataset = build(result((item, np.ones(shape)), runs=runs))
    assert (dataset["x"].sel(Region="North") == 1).all()
    assert dataset["x"].sel(Region="South").isnull().all()


def test_ranges_of_one_family_are_dimensions_of_their_own(tmp_path: Path) -> None:
    dataset = build(
        result(
            (column("whole", [("Region", ("a", "b", "c"))]), np.ones((3, 3))),
            (column("part", [("upper", ("a", "b"))]), np.ones((3, 2))),
            (column("alias", [("Place", ("a", "b", "c"))]), np.ones((3, 3))),
        )
    )
    assert [dataset[name].dims[1] for name in ("whole", "part", "alias")] == ["Region", "upper", "Place"]
    assert survives(dataset, tmp_path)


def test_a_family_used_twice_gets_a_number_the_second_time(tmp_path: Path) -> None:
    dataset = build(result((column("trade", [NORTH_SOUTH, NORTH_SOUTH]), np.arange(12.0).reshape(3, 2, 2))))
    assert dataset["trade"].dims == ("time", "Region", "Region 2")
    assert dataset["trade"].sel({"Region": "South", "Region 2": "North", "time": 0.0}).item() == 2.0
    assert survives(dataset, tmp_path)


def test_a_range_called_like_a_variable_or_like_time_gets_a_suffix(tmp_path: Path) -> None:
    dataset = build(
        result(
            (column("stage", [("stage", ("s1", "s2"))]), np.ones((3, 2))),
            (column("x", [("time", ("t1", "t2")), ("run", ("r1",))]), np.ones((3, 2, 1))),
        )
    )
    assert dataset["stage"].dims == ("time", "stage (range)")
    assert dataset["x"].dims == ("time", "time (range)", "run (range)")
    assert dataset["time (range)"].attrs["long_name"] == "time"
    assert survives(dataset, tmp_path)


def test_one_label_with_other_elements_is_another_dimension() -> None:
    dataset = build(
        result(
            (column("x", [("d", ("a", "b"))]), np.ones((3, 2))),
            (column("y", [("d", ("a", "b", "c"))]), np.ones((3, 3))),
        )
    )
    assert dataset["x"].dims == ("time", "d")
    assert dataset["y"].dims == ("time", "d (range)")


@pytest.mark.parametrize(
    "label",
    [
        "births/deaths", "größe der Bevölkerung", "日本", "n" * 300, "ä" * 300, "time", "Time", "run", ".", "..", "a.b",
        "-x", "=1+1", 'say "hi"', "back\\slash", "x\x1b[31m", "_nc4_non_coord_x", "100%", "REFERENCE_LIST",
    ],
)
def test_any_name_survives_netcdf(label: str, tmp_path: Path) -> None:
    dataset = build(result((column(label, [(label + "s", ("a/b", "é"))]), np.ones((3, 2)))))
    assert survives(dataset, tmp_path)
    assert dataset.sf[label].attrs["long_name"] == label


def test_a_slash_is_stored_as_a_division_slash() -> None:
    dataset = build(result((column("births/deaths"), THREE)))
    assert list(dataset.data_vars) == ["births\u2215deaths"]
    assert dataset["births\u2215deaths"].attrs["long_name"] == "births/deaths"


@pytest.mark.parametrize("units", ["days", "seconds", "days since 2000-01-01", "since", "1", "%", "person/month"])
def test_no_units_turn_numbers_into_dates(units: str, tmp_path: Path) -> None:
    made = result((column("x", units=units), THREE))
    dataset = build(Result(made.times, made.columns, made.values, time_units=units))
    assert survives(dataset, tmp_path)
    assert units in (dataset["x"].attrs.get("units"), dataset["x"].attrs.get("model_units"))


def test_long_texts_and_odd_signs_survive_netcdf(tmp_path: Path) -> None:
    item = column("x", doc="a\0b\n\tc", equation="y + " * 50_000, units="é")
    made = result((item, THREE))
    dataset = build(Result(made.times, made.columns, made.values, attrs={"overrides": "é" * 200_000}))
    assert survives(dataset, tmp_path)


def test_a_batch_and_undefined_and_missing_cells_survive_netcdf(tmp_path: Path) -> None:
    values = np.arange(12.0).reshape(3, 2, 2)
    values[0, 0, 0] = -(2.0**109)
    item = column("x", [NORTH_SOUTH], defined=np.array([True, False]), line=3)
    assert survives(build(result((item, values), (column("c"), 2.0), runs=["base", "new"])), tmp_path)


def test_any_spelling_finds_a_variable_and_a_wrong_one_is_answered_with_the_nearest() -> None:
    dataset = build(result((column("Teacup_Temperature"), THREE)))
    for spelling in ("teacup temperature", '"TEACUP  Temperature"', "Teacup_Temperature"):
        assert dataset.sf[spelling].identical(dataset["Teacup_Temperature"])
    assert dataset.sf.names == ["Teacup_Temperature"]
    assert "teacup temperature" in dataset.sf
    with pytest.raises(KeyError, match="did you mean 'Teacup_Temperature'"):
        dataset.sf["teacup temperatur"]


def test_a_dataset_becomes_a_result_again() -> None:
    made = result((column("x/y", [NORTH_SOUTH]), np.arange(12.0).reshape(3, 2, 2)), (column("c"), 2.0), runs=[1, 2])
    again = restore(build(made).isel(time=slice(1, None)))
    assert again.times.tolist() == [1.0, 2.0]
    assert [item.label for item in again.columns] == ["x/y", "c"]
    assert again.columns[0].dimensions == (("Region", ("North", "South")),)
    assert again.values[again.columns[0].key].tolist() == np.arange(12.0).reshape(3, 2, 2)[1:].tolist()
