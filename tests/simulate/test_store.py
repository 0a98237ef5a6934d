import csv
import stat
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from stockflow.simulate import store
from stockflow.simulate.dataset import build
from stockflow.simulate.store import StoreError, write
from tests.simulate.results import column, result

MISSING = -(2.0**109)


def rows(path: Path, delimiter: str = ",") -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


def test_a_table_has_time_and_one_column_per_element_in_the_files_order(tmp_path: Path) -> None:
    made = result(
        (column("b stock", [("R", ("r1", "r2")), ("S", ("s1", "s2"))]), np.arange(12.0).reshape(3, 2, 2)),
        (column("a rate"), 0.1),
    )
    assert rows(write(made, tmp_path / "out.csv")) == [
        ["Time", "b stock[r1,s1]", "b stock[r1,s2]", "b stock[r2,s1]", "b stock[r2,s2]", "a rate"],
        ["0.0", "0.0", "1.0", "2.0", "3.0", "0.1"],
        ["1.0", "4.0", "5.0", "6.0", "7.0", "0.1"],
        ["2.0", "8.0", "9.0", "10.0", "11.0", "0.1"],
    ]


def test_a_tab_file_is_parted_by_tabs(tmp_path: Path) -> None:
    made = result((column("x, y"), np.array([1.0, 2.0, 3.0])))
    assert rows(write(made, tmp_path / "out.TAB"), "\t")[0] == ["Time", "x, y"]


def test_numbers_read_back_exactly(tmp_path: Path) -> None:
    values = np.array([0.1 + 0.2, 1 / 3, 5e-324])
    found = rows(write(result((column("x"), values), times=[0.0, 0.1, 0.2]), tmp_path / "out.csv"))
    assert [float(row[1]) for row in found[1:]] == values.tolist()


def test_missing_is_an_empty_cell_and_a_failed_number_is_seen(tmp_path: Path) -> None:
    values = np.array([MISSING, np.nan, np.inf])
    found = rows(write(result((column("x"), values)), tmp_path / "out.csv"))
    assert [row[1] for row in found[1:]] == ["", "nan", "inf"]


def test_only_defined_cells_have_a_column(tmp_path: Path) -> None:
    item = column("x", [("R", ("r1", "r2", "r3"))], defined=np.array([True, False, True]))
    found = rows(write(result((item, np.arange(9.0).reshape(3, 3))), tmp_path / "out.csv"))
    assert found[0] == ["Time", "x[r1]", "x[r3]"]
    assert found[2] == ["1.0", "3.0", "5.0"]


def test_a_batch_has_a_run_column_and_its_runs_one_after_another(tmp_path: Path) -> None:
    values = np.arange(6.0).reshape(3, 2)
    made = result((column("x"), values), (column("c"), 2.0), runs=["a,b", "new"])
    found = rows(write(made, tmp_path / "out.csv"))
    assert found[0] == ["Time", "Run", "x", "c"]
    assert found[1] == ["0.0", "a,b", "0.0", "2.0"]
    assert found[4:] == [["0.0", "new", "1.0", "2.0"], ["1.0", "new", "3.0", "2.0"], ["2.0", "new", "5.0", "2.0"]]


@pytest.mark.parametrize("label", ["=1+1", "+cmd", "-2", "@SUM(A1)"])
def test_headers_cannot_run_as_formulas(label: str, tmp_path: Path) -> None:
    assert rows(write(result((column(label), 1.0)), tmp_path / "out.csv"))[0][1] == f"'{label}"


def test_a_long_table_is_written_in_blocks_of_the_same_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = result((column("x"), np.arange(50.0)), times=np.arange(50.0))
    whole = write(made, tmp_path / "whole.csv").read_bytes()
    monkeypatch.setattr(store, "BLOCK", 14)
    assert write(made, tmp_path / "blocks.csv").read_bytes() == whole


def test_a_dataset_is_written_as_the_result_that_it_came_from(tmp_path: Path) -> None:
    made = result((column("x/y", [("R", ("r1", "r2"))]), np.arange(6.0).reshape(3, 2)), (column("c"), 2.0))
    plain, through = write(made, tmp_path / "a.csv"), write(build(made), tmp_path / "b.csv")
    assert plain.read_bytes() == through.read_bytes()


def test_netcdf_holds_the_dataset(tmp_path: Path) -> None:
    made = result((column("x"), np.array([1.0, 2.0, 3.0]), ))
    with xr.open_dataset(write(made, tmp_path / "out.nc")) as back:
        assert build(made).identical(back)


def test_an_interrupted_write_leaves_only_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out.csv"
    target.write_text("old")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "_write_run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(result((column("x"), 1.0)), target)
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    assert target.read_text() == "old"


def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "_write_run", full)
    with pytest.raises(StoreError, match=r"cannot write '.*out.csv': no space left on device$"):
        write(result((column("x"), 1.0)), tmp_path / "out.csv")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("out.xyz", "the suffix '.xyz' names no format"), ("out", "the name has no suffix"),
        ("no/out.csv", "its folder does not exist"), ("folder.csv", "it is a folder"),
    ],
)
def test_a_target_that_cannot_be_is_refused_in_a_sentence(name: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(StoreError) as caught:
        write(result((column("x"), 1.0)), tmp_path / name)
    assert why in caught.value.diagnostic.message
    assert caught.value.diagnostic.code == "SF603"


def test_a_read_only_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.os, "access", lambda *_: False)
    with pytest.raises(StoreError, match="may not be written to"):
        write(result((column("x"), 1.0)), tmp_path / "out.csv")


def test_the_rights_of_a_replaced_file_stay(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("old")
    target.chmod(0o640)
    before = stat.S_IMODE(target.stat().st_mode)
    write(result((column("x"), 1.0)), target)
    assert stat.S_IMODE(target.stat().st_mode) == before


def test_a_dataset_without_time_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no coordinate 'time'"):
        write(xr.Dataset({"x": ("a", [1.0])}), tmp_path / "out.csv")
