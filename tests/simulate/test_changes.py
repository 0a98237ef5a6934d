"""Files of changes (.cin) and savelists (.lst) on whole models."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import xarray as xr

import stockflow as sf
from tests.simulate.models import files_of, model_of

EQUATIONS = (
    "d: a, b, c", "sub: b, c", "rate = 2", "x[d] = 1, 2, 3", "fixed == 4", "f((0, 0), (10, 10))", "file :IS: 'one.csv'",
    "y = f(5) * rate + fixed", "total = SUM(x[d!])", "g[d]((0, 0), (1, 1))", "z[d] = g[d](0.5)", "s = INTEG(rate, 10)",
)


def changed(folder: Path, text: str, *more: str, **options: object) -> xr.Dataset:
    files = files_of(folder, {f"{place}.cin": one for place, one in enumerate((text, *more))})
    return model_of(folder, *EQUATIONS).run(changes=files, **options)  # type: ignore[arg-type]


def test_constants_lookups_and_controls_change(tmp_path: Path) -> None:
    ds = changed(tmp_path, "rate = 3\nF((0,0),(10,20))\nFINAL TIME = 2\ng[sub]((0,0),(1,8))\n")
    assert ds["time"].values.tolist() == [0, 1, 2]
    # f(5) is half of 20; times 3, and 4 more
    assert ds["y"].values[0] == 34
    assert ds["s"].values.tolist() == [10, 13, 16]
    assert ds["z"].values[0].tolist() == [0.5, 4, 4]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("x[d] = 3, 2, 7", [3, 2, 7]), ("x[sub] = 9", [1, 9, 9]), ("x[sub] = 8, 9", [1, 8, 9]), ("x[A] = 5", [5, 2, 3]),
        ("x = 5", [5, 5, 5]), ("x = 5\nx[b] = 6", [5, 6, 5]), ("x[b] = 6\nx[b] = 7\nx[a] = 0", [0, 7, 3]),
        ("x[b] = 6\nx[d] = 1", [1, 1, 1]),
    ],
)
def test_elements_change_and_the_last_value_counts(text: str, values: list[float], tmp_path: Path) -> None:
    assert changed(tmp_path, text)["x"].values[0].tolist() == values


def test_of_several_files_the_last_value_counts_and_what_is_set_before_all(tmp_path: Path) -> None:
    ds = changed(tmp_path, "rate = 3\nx[a] = 3\n", "rate = 4\nx[b] = 4\n")
    assert (ds["rate"].values[0], ds["x"].values[0].tolist()) == (4, [3, 4, 3])
    ds = changed(tmp_path, "rate = 3\nx[a] = 3\nx[b] = 4\nf((0,0),(10,0))", overrides={"rate": 7, "x[b]": 8})
    assert (ds["rate"].values[0], ds["x"].values[0].tolist(), ds["y"].values[0]) == (7, [3, 8, 3], 4)
    ds = changed(tmp_path, "x[a] = 3\n", overrides={"x": [7, 7, 7], "f": [(0, 1), (10, 1)]})
    assert (ds["x"].values[0].tolist(), ds["y"].values[0]) == ([7, 7, 7], 6)
    ds = changed(tmp_path, "FINAL TIME = 9", final_time=1)
    assert len(ds["time"]) == 2


def test_a_batch_rests_on_the_changes(tmp_path: Path) -> None:
    ds = changed(tmp_path, "rate = 3\nx[a] = 100", overrides={"x[b]": xr.DataArray([0.0, 1.0], dims="run")})
    assert ds["total"].isel(time=0).values.tolist() == [103, 104]
    assert ds["s"].isel(time=1).values.ravel()[0] == 13


def test_a_constant_from_a_table_is_changed_after_the_table_is_read(tmp_path: Path) -> None:
    files_of(tmp_path, {"t.csv": "1,2\n"})
    model = model_of(tmp_path, "c = GET DIRECT CONSTANTS('t.csv', ',', 'A1')", "y = c * 10")
    assert model.run(changes=files_of(tmp_path, {"a.cin": "c = 5\n"}))["y"].values.ravel()[0] == 50


def test_a_string_may_be_changed(tmp_path: Path) -> None:
    assert changed(tmp_path, "file :IS: 'two.csv'")["y"].values[0] == 14


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rate = 1\nrat = 2", "0.cin:2:1: error[SF211]: there is no variable 'rat' to change"),
        ("y = 2", "0.cin:1:1: error[SF211]: 'y' is an auxiliary; a changes file changes constants, lookups and"),
        ("s = 2", "0.cin:1:1: error[SF211]: 's' is a stock; a changes file changes constants, lookups and"),
        ("fixed = 2", "0.cin:1:1: error[SF211]: 'fixed' is an unchangeable constant (==)"),
        ("f = 2", "0.cin:1:1: error[SF211]: 'f' is a lookup"),
        ("file = 2", "0.cin:1:1: error[SF211]: 'file' is a string"),
        ("rate((0,0),(1,1))", "0.cin:1:1: error[SF211]: 'rate' is a constant"),
        ("x[e] = 2", "0.cin:1:3: error[SF211]: 'e' is not an element of 'd'"),
        ("x[a,b] = 2", "0.cin:1:1: error[SF211]: 'x' has 1 subscripts; 2 are given"),
        ("x[sub] = 1,2,3", "0.cin:1:1: error[SF211]: 3 values are given for 2 elements of 'x'"),
    ],
)
def test_what_does_not_fit_the_model_is_told_with_file_and_line(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(sf.ModelError) as found:
        changed(tmp_path, text)
    assert told in str(found.value)


def test_a_near_name_is_offered(tmp_path: Path) -> None:
    with pytest.raises(sf.ModelError, match="did you mean 'total'"):
        changed(tmp_path, "totl = 1")


def test_a_missing_file_of_changes_is_told(tmp_path: Path) -> None:
    with pytest.raises(sf.ModelError, match=r"no\.cin cannot be opened: no such file"):
        model_of(tmp_path, *EQUATIONS).run(changes=[tmp_path / "no.cin"])


def test_the_files_are_recorded_with_their_hashes(tmp_path: Path) -> None:
    ds = changed(tmp_path, "rate = 3\n")
    assert json.loads(ds.attrs["changes_sha256"]) == {"0.cin": hashlib.sha256(b"rate = 3\n").hexdigest()}
    assert json.loads(model_of(tmp_path, *EQUATIONS).run().attrs["changes_sha256"]) == {}


# Savelists.


def listed(folder: Path, text: str, *asked: str) -> list[str]:
    (file,) = files_of(folder, {"a.lst": text})
    return [str(name) for name in model_of(folder, *EQUATIONS).run(outputs_file=file, outputs=asked or None).data_vars]


def test_a_savelist_says_what_is_kept(tmp_path: Path) -> None:
    assert listed(tmp_path, "{UTF-8}\ntotal\nX[a]\nx[sub]\n S \n") == ["total", "x", "s"]
    assert listed(tmp_path, "total\n", "rate") == ["rate", "total"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("total\ntotl\n", "a.lst:2:1: error[SF204]: unknown variable 'totl'"), ("\n", "a.lst names no variable"),
        ("x[e]", "a.lst:1:1: error[SF302]: 'e' is not an element of 'd'"),
        ("x[a,b]", "a.lst:1:1: error[SF303]: 'x' has 1 subscripts; 2 are given"),
    ],
)
def test_names_that_the_model_lacks_are_told_with_their_line(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(sf.ModelError) as found:
        listed(tmp_path, text)
    assert told in str(found.value)


# Runs as data of others.


def test_a_run_written_as_dat_feeds_another(tmp_path: Path) -> None:
    from stockflow.simulate.store import write

    model = model_of(
        tmp_path, 'd: a, "b,c"', "x[d] = 1, 2", "w[d] = x[d] * Time / 3", '"5 7" = Time',
        "m = IF THEN ELSE(Time < 2, :NA:, 8)",
    )
    path = write(model.simulate(), tmp_path / "run.dat")
    assert path.read_text(encoding="utf-8").startswith('x[a]\n0.0\t1.0\n')
    other = model_of(tmp_path, 'd: a, "b,c"', "w[d]", '"5 7"', "m", "x[d]")
    ds, first = other.run(data=[path]), model.run()
    for name in ("w", "x", "5 7"):
        assert (ds[name] + 0 * ds["time"]).values.tolist() == (first[name] + 0 * first["time"]).values.tolist()
    # What was :NA: is no point, so that the first one is held.
    assert ds["m"].values.tolist() == [8] * 5


def test_a_batch_is_no_dat_file(tmp_path: Path) -> None:
    from stockflow.simulate.store import StoreError, write

    result = model_of(tmp_path, *EQUATIONS).simulate({"rate": xr.DataArray([1.0, 2.0], dims="run")})
    with pytest.raises(StoreError, match="holds one run"):
        write(result, tmp_path / "run.dat")
    assert not list(tmp_path.glob("*.dat"))
    assert not list(tmp_path.glob(".stockflow*"))
