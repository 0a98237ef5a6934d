from pathlib import Path

import pytest

from stockflow.data.tabular import Series, column_key, number, read
from stockflow.diagnostics.model import Report


def read_text(folder: Path, name: str, text: str, encoding: str = "utf-8") -> tuple[dict[str, Series], Report]:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    report = Report()
    return read(path, report), report


def points(series: Series) -> list[tuple[float, float]]:
    return list(zip(series.times.tolist(), series.values.tolist(), strict=True))


def test_times_down_with_a_constant_in_the_first_row_only(tmp_path: Path) -> None:
    found, report = read_text(tmp_path, "run.csv", 'Time,c,"x[a, b]"\n0,5,1\n1,,2.5\n')
    assert not report.items
    assert points(found["c"]) == [(0.0, 5.0)]
    assert points(found["x[a,b]"]) == [(0.0, 1.0), (1.0, 2.5)]


def test_times_across_with_the_runs_name_in_between(tmp_path: Path) -> None:
    found, _ = read_text(tmp_path, "run.tab", "Time\tbase\t0\t1\t2\nx\tbase\t1\t2\t3\nc\tbase\t7\n")
    assert points(found["x"]) == [(0.0, 1.0), (1.0, 2.0), (2.0, 3.0)]
    assert points(found["c"]) == [(0.0, 7.0)]


def test_the_first_column_is_the_time_where_none_has_its_name(tmp_path: Path) -> None:
    found, _ = read_text(tmp_path, "run.csv", "Months,x\n0,1\n1,2\n")
    assert list(found) == ["x"]


def test_a_dat_file_has_names_and_pairs(tmp_path: Path) -> None:
    found, _ = read_text(tmp_path, "run.dat", "a[A1]\n0\t1\n1\t2\nb c\n0 10\n-1 +1e1\n\nno points\nd\n0\t-3\n")
    assert points(found["a[a1]"]) == [(0.0, 1.0), (1.0, 2.0)]
    assert points(found["b c"]) == [(-1.0, 10.0), (0.0, 10.0)]
    assert "no points" not in found
    assert found["d"].line == 9


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(encoding: str, end: str, tmp_path: Path) -> None:
    found, _ = read_text(tmp_path, "run.csv", f"Time,größe{end}0,1{end}", encoding)
    assert points(found[column_key("größe")]) == [(0.0, 1.0)]


def test_semicolons_part_and_commas_are_decimal_points(tmp_path: Path) -> None:
    found, _ = read_text(tmp_path, "run.csv", "Time;x\n0;1,5\n0,5;2\n")
    assert points(found["x"]) == [(0.0, 1.5), (0.5, 2.0)]


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1e3", 1000.0), ("1,234.5", 1234.5), ("12%", 0.12), ("TRUE", 1.0), ("∞", float("inf")), ("-1.5", -1.5)],
)
def test_numbers_as_tools_write_them(cell: str, value: float) -> None:
    assert number(cell) == value


@pytest.mark.parametrize("cell", ["abc", "1_000", "1 2", "0x10", ",", "1.2.3"])
def test_what_is_no_number(cell: str) -> None:
    assert number(cell) is None


def test_a_cell_that_is_no_number_is_an_error_with_its_line(tmp_path: Path) -> None:
    found, report = read_text(tmp_path, "run.csv", "Time,x\n0,1\n1,oops\n")
    assert not found
    assert report.errors[0].code == "SF601"
    assert "'oops' in the column 'x' is not a number" in report.errors[0].message
    assert (report.errors[0].line, report.errors[0].column) == (3, 3)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("run.csv", "", "it is empty"), ("run.csv", "Time,x\n", "no rows of numbers"), ("run.dat", "x\n", "no series"),
        ("run.vdf", "x", "not a format of series"), ("run.csv", "a\0b\n", "not a text file"),
        ("run.dat", "0\t1\n", "before the first"),
    ],
)
def test_what_cannot_be_read_is_said(name: str, text: str, words: str, tmp_path: Path) -> None:
    found, report = read_text(tmp_path, name, text)
    assert not found
    assert words in report.errors[0].message


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    report = Report()
    assert not read(tmp_path / "no.csv", report)
    assert "no such file" in report.errors[0].message


def test_a_name_that_stands_twice_is_a_warning_and_the_first_counts(tmp_path: Path) -> None:
    found, report = read_text(tmp_path, "run.csv", "Time,a b,A_B\n0,1,2\n")
    assert points(found["a b"]) == [(0.0, 1.0)]
    assert [item.code for item in report.warnings] == ["SF602"]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Net_Flow", "net flow"), ('"Inflow A[Entry 1,Column 1]"', "inflow a[entry 1,column 1]"),
        ('"my-var"[ a1 ]', "my-var[a1]"), ('x["a,b", c]', "x[a,b,c]"), ('"a[b]"[x]', "a[b][x]"),
    ],
)
def test_the_key_of_a_columns_name(name: str, key: str) -> None:
    assert column_key(name) == key
