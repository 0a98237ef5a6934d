from pathlib import Path

import numpy as np
import pytest

from stockflow.data.series import Library, Shelf, at_times, read_file, usable
from stockflow.data.tabular import Series
from stockflow.diagnostics.model import Report

MISSING = -(2.0**109)
STEPS = np.arange(9) * 0.5  # 0, 0.5, ... 4


def series(*points: tuple[float, float]) -> Series:
    times, values = np.array(points, dtype=float).T
    return Series("x", times, values)


POINTS = series((1, 10), (2, 20), (3, 0))


@pytest.mark.parametrize(
    ("keyword", "values"),
    [
        ("", [10, 10, 10, 15, 20, 10, 0, 0, 0]),
        ("interpolate", [10, 10, 10, 15, 20, 10, 0, 0, 0]),
        ("hold backward", [10, 10, 10, 10, 20, 20, 0, 0, 0]),
        ("look forward", [10, 10, 10, 20, 20, 0, 0, 0, 0]),
        ("raw", [MISSING, MISSING, 10, MISSING, 20, MISSING, 0, MISSING, MISSING]),
    ],
)
def test_each_keyword_fills_gaps_and_ends_by_its_rule(keyword: str, values: list[float]) -> None:
    assert at_times(POINTS, STEPS, 0.5, keyword).tolist() == values


@pytest.mark.parametrize("keyword", ["", "hold backward", "look forward", "raw"])
def test_a_time_that_misses_its_point_by_rounding_is_the_same_time(keyword: str) -> None:
    steps = np.arange(11) * 0.1  # 3 * 0.1 is 0.30000000000000004
    tenths = series(*((k / 10, float(k)) for k in range(11)))
    assert at_times(tenths, steps, 0.1, keyword) == pytest.approx(range(11))


def test_a_raw_point_counts_within_half_a_step() -> None:
    times = np.array([0.0, 1.0, 2.0, 3.0])
    found = at_times(series((0.4, 1), (1.5, 2), (2.6, 3)), times, 1.0, "raw")
    assert found.tolist() == [1.0, MISSING, 2.0, 3.0]


def test_of_two_raw_points_near_a_time_the_nearer_counts() -> None:
    times = np.array([0.0, 1.0])
    assert at_times(series((0.7, 1), (1.1, 2), (1.3, 3)), times, 1.0, "raw")[1] == 2.0


def test_points_outside_the_run_are_no_raw_points_and_hold_the_others() -> None:
    outside = series((-5, 1), (9, 2))
    assert at_times(outside, np.array([0.0, 1.0]), 1.0, "raw").tolist() == [MISSING, MISSING]
    assert at_times(outside, np.array([0.0, 1.0]), 1.0, "look forward").tolist() == [2.0, 2.0]
    assert at_times(outside, np.array([0.0, 1.0]), 1.0, "hold backward").tolist() == [1.0, 1.0]


def test_one_point_holds_for_all_times_but_raw() -> None:
    one = series((2, 7))
    for keyword in ("", "hold backward", "look forward"):
        assert set(at_times(one, STEPS, 0.5, keyword)) == {7.0}


def test_missing_is_no_point() -> None:
    found = usable(series((0, 1), (1, MISSING), (2, 3)), Report())
    assert found is not None
    assert found.times.tolist() == [0.0, 2.0]
    assert usable(series((0, MISSING)), Report()) is None


def test_of_two_values_at_one_time_the_last_is_taken_and_said() -> None:
    report = Report()
    found = usable(series((0, 1), (1, 5), (1, 6), (2, 3)), report)
    assert found is not None
    assert list(zip(found.times, found.values, strict=True)) == [(0, 1), (1, 6), (2, 3)]
    assert [(item.code, "at time 1;" in item.message) for item in report] == [("SF602", True)]


def library(folder: Path, **files: str) -> Library:
    paths = []
    for name, text in files.items():
        path = folder / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    report = Report()
    found = Shelf().library(paths, report)
    assert not report.items
    return found


def test_a_column_of_several_files_comes_from_the_last(tmp_path: Path) -> None:
    found = library(tmp_path, a="Time,x,y\n0,1,2\n", b="Time,X\n0,9\n").find("x")
    assert found is not None
    assert (found[0].name, found[1].values.tolist()) == ("b.csv", [9.0])


def test_near_names_a_column_that_is_nearly_meant(tmp_path: Path) -> None:
    found = library(tmp_path, a="Time,Net Sales\n0,1\n")
    assert found.near("net sale") == "Net Sales"
    assert found.near("population") == ""


def test_files_are_known_by_their_bytes(tmp_path: Path) -> None:
    found = library(tmp_path, a="Time,x\n0,1\n")
    # printf 'Time,x\n0,1\n' | sha256sum
    assert found.hashes == {"a.csv": "d07b2c4e8c105ac91c0fae331efed6a005c621f5146b1cedf18d5071c84d6ea3"}


def test_two_files_of_one_name_both_have_their_hash(tmp_path: Path) -> None:
    for folder, value in (("one", 1), ("two", 2)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.csv").write_text(f"Time,x\n0,{value}\n")
    paths = [tmp_path / "one" / "a.csv", tmp_path / "two" / "a.csv"]
    hashes = Shelf().library(paths, Report()).hashes
    assert list(hashes) == ["a.csv", str(paths[1])]
    assert len(set(hashes.values())) == 2


def test_a_file_is_read_again_only_when_it_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Time,x\n0,1\n")
    shelf = Shelf()
    first = shelf.file(path, Report())
    assert shelf.file(path, Report()) is first
    path.write_text("Time,x\n0,1\n1,2\n")
    second = shelf.file(path, Report())
    assert second is not None
    assert second.series["x"].values.tolist() == [1.0, 2.0]


def test_what_cannot_be_read_is_reported_and_left_out(tmp_path: Path) -> None:
    good = tmp_path / "a.csv"
    good.write_text("Time,x\n0,1\n")
    report = Report()
    found = Shelf().library([tmp_path / "no.csv", good], report)
    assert [file.name for file in found.files] == ["a.csv"]
    assert [item.code for item in report.errors] == ["SF601"]


def test_a_reading_of_a_bad_file_is_none_and_does_not_hide_other_findings(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Time,x\n0,oops\n")
    report = Report()
    report.warn("SF602", "an earlier doubt")
    assert read_file(path, report) is None
    assert [item.code for item in report] == ["SF602", "SF601"]
