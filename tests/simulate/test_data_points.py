"""Functions that read the points of a data variable within a step: GET DATA AT TIME and its family."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import stockflow as sf
from tests.running import faults
from tests.simulate.models import files_of, model_of

ONE = {"x.csv": "Time,x\n0,4\n1,8\n3,10\n"}
TWO = {"x.csv": "Time,x[a],x[b]\n0,1,\n1,2,20\n2,,30\n3,4,\n"}


def test_the_times_may_move_with_the_run(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", "latest = GET DATA MAX(x, Time - 1, Time)", data=ONE)
    # The last step's end and this one's hold the points 4; 4 and 8; 8; 10; 10.
    assert model.run()["latest"].values.tolist() == [4, 8, 8, 10, 10]


def test_where_there_is_no_point_the_value_is_missing(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", "y = IF THEN ELSE(GET DATA AT TIME(x, Time) = :NA:, -1, 1)", data=ONE)
    assert model.run()["y"].values.tolist() == [1, 1, -1, 1, -1]


def test_a_variable_that_only_such_a_function_reads_needs_its_data(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", "y = GET DATA FIRST TIME(x)")
    with pytest.raises(sf.ModelError, match="'x' is fed from outside, and no data are given"):
        model.run()


def test_elements_have_points_of_their_own(tmp_path: Path) -> None:
    model = model_of(
        tmp_path, "d: a, b", "e: e1, e2", "x[d]", "from[e] = 0, 2", "n[d] = GET DATA TOTAL POINTS(x[d])",
        "first[d] = GET DATA FIRST TIME(x[d])", "last[d] = GET DATA LAST TIME(x[d])",
        "at[d] = GET DATA AT TIME(x[d], Time)", "next[d] = GET DATA BETWEEN TIMES(x[d], Time, 1)",
        "mean[d, e] = GET DATA MEAN(x[d], from[e], from[e] + 1)", "b only = GET DATA MAX(x[b], Time, 9)",
    )
    ds = model.run(data=files_of(tmp_path, TWO))
    assert ds["n"].values[0].tolist() == [3, 2]
    assert ds["first"].values[0].tolist() == [0, 1]
    assert ds["last"].values[0].tolist() == [3, 2]
    nan = np.nan
    assert ds["at"].values == pytest.approx(np.array([[1, nan], [2, 20], [nan, 30], [4, nan], [nan, nan]]), nan_ok=True)
    assert ds["next"].values == pytest.approx(
        np.array([[1, nan], [2, 20], [4, 30], [4, nan], [nan, nan]]), nan_ok=True
    )
    assert ds["mean"].values[0].tolist() == [[1.5, 4], [20, 30]]
    assert ds["b only"].values == pytest.approx([30, 30, 30, nan, nan], nan_ok=True)


@pytest.mark.parametrize("size", [3, 60])
def test_small_and_large_arrays_and_batches_read_alike(tmp_path: Path, size: int) -> None:
    names = [f"n{i}" for i in range(1, size + 1)]
    text = "Time," + ",".join(f"x[{name}]" for name in names) + "\n"
    text += "".join(f"{t}," + ",".join(str(t * t + i) for i in range(size)) + "\n" for t in (0, 1, 3, 4))
    model = model_of(
        tmp_path, f"d: (n1-n{size})", "x[d]", "shift = 0", "at[d] = GET DATA AT TIME(x[d], Time - shift)",
        "linear[d] = GET DATA BETWEEN TIMES(x[d], Time - shift, 0)",
        "dev[d] = GET DATA STDV(x[d], 0, Time - shift)", "median[d] = GET DATA MEDIAN(x[d], 0, Time - shift)",
        data={"x.csv": text},
    )
    ds = model.run()
    # The squares 0, 1, 9 and 16 and the number of the element; 5 is half way from 1 to 9.
    first, last = 0.0, float(size - 1)
    assert ds["linear"].values[2].tolist()[::size - 1] == [5 + first, 5 + last]
    assert np.isnan(ds["at"].values[2]).all()
    assert ds["at"].values[3].tolist()[::size - 1] == [9 + first, 9 + last]
    assert ds["median"].values[3].tolist()[::size - 1] == [1 + first, 1 + last]
    # Deviations of 0, 1, 9 from 10/3: squares 100/9, 49/9 and 289/9, 438/9 in all, half of it 24.333
    assert ds["dev"].values[3] == pytest.approx([(438 / 18) ** 0.5] * size)
    batch = model.run({"shift": xr.DataArray([0.0, 1.0], dims="run")})
    for name in ("at", "linear", "dev", "median"):
        alone = ds[name].values
        assert batch[name].isel(run=0).values == pytest.approx(alone, nan_ok=True)
        assert batch[name].isel(run=1).values[1:] == pytest.approx(alone[:-1], nan_ok=True)


def test_what_is_set_for_a_run_is_what_is_read(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", "last = GET DATA LAST TIME(x)", "n = GET DATA TOTAL POINTS(x)", data=ONE)
    ds = model.run({"x": pd.Series([1.0, 2.0], index=[0.0, 4.0])})
    assert (ds["last"].values[0], ds["n"].values[0]) == (4, 2)
    # A number stands at every step.
    ds = model.run({"x": 7})
    assert (ds["last"].values[0], ds["n"].values[0]) == (4, 5)
    given = xr.DataArray([[1.0, 5.0], [2.0, 6.0]], dims=("time", "run"), coords={"time": [0.0, 4.0]})
    model = model_of(tmp_path, "x", "top = GET DATA MAX(x, 0, 9)", data=ONE)
    assert model.run({"x": given})["top"].values[0].tolist() == [2, 6]


def test_the_end_of_a_run_may_be_that_of_the_data(tmp_path: Path) -> None:
    path = tmp_path / "model.mdl"
    path.write_text(
        "x ~~|\nINITIAL TIME = GET DATA FIRST TIME(x) ~~|\nFINAL TIME = GET DATA LAST TIME(x) ~~|\nTIME STEP = 1 ~~|\n"
        "SAVEPER = 1 ~~|\ny = x ~~|\n", encoding="utf-8",
    )
    model = sf.load(path, data=files_of(tmp_path, {"x.csv": "Time,x\n5,1\n7,3\n"}))
    assert model.run()["y"].values.tolist() == [1, 2, 3]


def test_a_data_equation_may_read_statistics(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", "share := x / GET DATA MAX(x, 0, 9)", "n = GET DATA TOTAL POINTS(share)", data=ONE)
    ds = model.run()
    assert ds["share"].values == pytest.approx([0.4, 0.8, 0.9, 1, 1])
    assert ds["n"].values.tolist() == [3] * 5


def test_inside_the_stages_of_runge_kutta_the_time_is_the_stages(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", "s = INTEG(GET DATA BETWEEN TIMES(x, Time, 0), 0)", data=ONE, final=1)
    # The line from 4 to 8 has the area 6.
    assert model.run(method="rk4")["s"].values.tolist() == pytest.approx([0, 6])


@pytest.mark.parametrize(
    ("equations", "message"),
    [
        (["c = 1", "y = GET DATA MAX(c, 0, 1)"], "the first argument of GET DATA MAX must be a data variable"),
        (["d: a, b", "y = GET DATA MAX(x[b], 0, 1)", "x[a]", "x[b] := 7"],
         "the first argument of GET DATA MAX must be a data variable"),
        (["x", "y = GET DATA MAX(x + 1, 0, 1)"], "the first argument of GET DATA MAX must be a data variable"),
        (["f((0, 0), (1, 1))", "y = GET DATA LAST TIME(f)"], "'f' is a lookup and is used without an argument"),
    ],
)
def test_only_data_have_points(equations: list[str], message: str, tmp_path: Path) -> None:
    assert ("SF208", 3, message) in faults(tmp_path, *equations)


def test_points_may_be_read_while_the_clock_moves_but_a_number_has_no_steps_then(tmp_path: Path) -> None:
    path = tmp_path / "model.mdl"
    path.write_text(
        "x ~~|\ny = GET DATA MAX(x, 0, Time) ~~|\ns = INTEG(1, 0) ~~|\nINITIAL TIME = 0 ~~|\n"
        "FINAL TIME = IF THEN ELSE(s > 1, 3, 10) ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n", encoding="utf-8",
    )
    model = sf.load(path, data=files_of(tmp_path, ONE))
    assert model.run(outputs=["y"])["y"].values.tolist() == [4, 8, 8, 10]
    with pytest.raises(sf.ModelError, match="need a clock that is known before the run"):
        model.run({"x": 3}, outputs=["y"])


def test_a_computed_variable_that_is_set_needs_no_data(tmp_path: Path) -> None:
    model = model_of(tmp_path, "x", "y := x * 2", "n = GET DATA TOTAL POINTS(y)", "z = y + 1")
    ds = model.run({"y": pd.Series([1.0, 5.0], index=[0.0, 4.0])}, outputs=["n", "z"])
    assert (ds["n"].values[0], ds["z"].values[2]) == (2, 4)
