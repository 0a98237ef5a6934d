"""Every function that reads a table, over a workbook, an open document and a text, held against values by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

import stockflow as sf
from tests.data.workbooks import ods, xlsx

CLOCK = "INITIAL TIME = 0 ~~|\nFINAL TIME = 2 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"
ROWS: list[list[float | str | None]] = [["t", 0, 1, 2], ["a", 10, 20, 40], ["b", 1, 3, 5], [None, "none", None, 7]]
UNSTORED = "'c' reads sheet 'S' of e.xlsx: A3 (a formula without a stored result) holds no number and counts as 0"
# The file, what its second argument is, and how people call the sheet.
FORMS = [("t.xlsx", "S", "sheet S, "), ("t.ods", "S", "sheet S, "), ("t.csv", ",", "")]

MODEL = """{UTF-8}
from xls: GET XLS SUBSCRIPT('@', '%', 'a2', 'A3', '') ~~|
from direct: GET DIRECT SUBSCRIPT('@', '%', 'A2', 'A3', 'the ') ~~|
one = GET XLS CONSTANTS('@', '%', 'd3') ~~|
one again = GET DIRECT CONSTANTS('@', '%', 'D3') ~~|
row[from xls] = GET XLS CONSTANTS('@', '%', 'B2') ~~|
column[from direct] = GET DIRECT CONSTANTS('@', '%', 'B2*') ~~|
table[from xls, from direct] = GET XLS CONSTANTS('@', '%', 'B2') ~~|
turned[from xls, from direct] = GET DIRECT CONSTANTS('@', '%', 'B2*') ~~|
x[from xls] := GET XLS DATA('@', '%', '1', 'B2') ~~|
y[from direct] :RAW: := GET DIRECT DATA('@', '%', '1', 'B2') ~~|
down := GET DIRECT DATA('@', '%', 'B', 'C1') ~~|
f[from xls](GET XLS LOOKUPS('@', '%', '1', 'B2')) ~~|
g[from direct](GET DIRECT LOOKUPS('@', '%', '1', 'B2')) ~~|
f here[from xls] = f[from xls](Time / 2) ~~|
g here[from direct] = g[from direct](Time / 2) ~~|
sum = SUM(x[from xls!]) + y[the b] ~~|
"""


def filled(folder: Path, name: str) -> None:
    places = {f"{'ABCD'[at]}{row}": cell for row, cells in enumerate(ROWS, 1) for at, cell in enumerate(cells)}
    if name.endswith(".xlsx"):
        xlsx(folder / name, {place: cell for place, cell in places.items() if cell is not None})
    elif name.endswith(".ods"):
        rows = "".join(f"<table:table-row>{''.join(map(open_cell, row))}</table:table-row>" for row in ROWS)
        ods(folder / name, f'<table:table table:name="S">{rows}</table:table>')
    else:
        lines = (",".join("" if cell is None else str(cell) for cell in row) for row in ROWS)
        (folder / name).write_text("\n".join(lines), encoding="utf-8")


def open_cell(cell: float | str | None) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, str):
        return f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'


def model_of(folder: Path, name: str, tab: str, text: str = MODEL) -> Path:
    filled(folder, name)
    path = folder / "model.mdl"
    path.write_text(text.replace("@", name).replace("%", tab) + CLOCK, encoding="utf-8")
    return path


@pytest.mark.parametrize(("name", "tab", "sheet"), FORMS)
def test_every_function_gives_what_stands_in_the_table(name: str, tab: str, sheet: str, tmp_path: Path) -> None:
    ds = sf.load(model_of(tmp_path, name, tab)).run()
    assert [ds["one"].values[0], ds["one again"].values[0]] == [5, 5]
    assert ds["row"].values[0].tolist() == [10, 20]
    assert ds["column"].values[0].tolist() == [10, 1]
    assert ds["table"].values[0].tolist() == [[10, 20], [1, 3]]
    assert ds["turned"].values[0].tolist() == [[10, 1], [20, 3]]
    assert ds["x"].values.tolist() == [[10, 1], [20, 3], [40, 5]]
    assert ds["y"].values.tolist() == [[10, 1], [20, 3], [40, 5]]
    # Column B is the axis: 0, 10 and 1 (the row below has no number there), whose values in C are 1, 20 and 3;
    # at time 2 the line from (1, 3) to (10, 20) has risen by 17 / 9.
    assert ds["down"].values.tolist() == pytest.approx([1, 3, 3 + 17 / 9])
    assert ds["f here"].values.tolist() == [[10, 1], [15, 2], [20, 3]]
    assert ds["g here"].values.tolist() == [[10, 1], [15, 2], [20, 3]]
    assert ds["sum"].values.tolist() == [12, 26, 50]
    assert ds["x"].coords["from xls"].values.tolist() == ["a", "b"]
    assert ds["y"].coords["from direct"].values.tolist() == ["the a", "the b"]


@pytest.mark.parametrize(("name", "tab", "sheet"), FORMS)
@pytest.mark.parametrize("kind", ["CONSTANTS", "DATA", "LOOKUPS"])
def test_a_text_or_nothing_in_the_place_of_a_number_is_located(
    kind: str, name: str, tab: str, sheet: str, tmp_path: Path
) -> None:
    for cell, words in (("B4", "holds the text 'none', not a number"), ("Z9", "")):
        axis = "" if kind == "CONSTANTS" else "'1', "
        call = f"GET DIRECT {kind}('@', '%', {axis}'{cell}')"
        text = f"q({call}) ~~|\nr = q(1) ~~|\n" if kind == "LOOKUPS" else f"q = {call} ~~|\n"
        (found,) = [item for item in sf.check(model_of(tmp_path, name, tab, text)) if item.code == "SF601"]
        where = f"{sheet}axis 1, cell {cell}" if axis else f"{sheet}cell {cell}"
        assert found.message.startswith(f"'q' reads {name} ({where}): ")
        assert (found.span.source.name, found.line, found.variable) == ("model.mdl", 1, "q")
        assert words in found.message
        assert found.hint


@pytest.mark.parametrize(("name", "tab", "sheet"), FORMS)
def test_a_missing_file_and_a_missing_sheet_are_located(name: str, tab: str, sheet: str, tmp_path: Path) -> None:
    path = model_of(tmp_path, name, tab, f"a = 1 ~~|\nq = GET XLS CONSTANTS('no{name}', '%', 'B2') ~~|\n")
    (found,) = [item for item in sf.check(path) if item.code == "SF601"]
    assert found.message.startswith(f"'q' reads no{name} ({sheet}cell B2): no such file in ")
    assert (found.line, found.hint.split("?")[0]) == (2, f"did you mean '{name}'")
    if sheet:
        path = model_of(tmp_path, name, "T", "q = GET XLS CONSTANTS('@', '%', 'B2') ~~|\n")
        (found,) = [item for item in sf.check(path) if item.code == "SF601"]
        assert (found.line, found.message) == (1, f"'q' reads sheet 'T' of {name}, which has only: 'S'")


def test_errors_of_a_workbook_are_warnings_with_their_places(tmp_path: Path) -> None:
    xlsx(tmp_path / "e.xlsx", {"A1": 0, "B1": 1, "C1": 2, "A2": 5, "B2": "#N/A", "C2": 9, "A3": "=1/0", "B3": 3})
    path = tmp_path / "model.mdl"
    path.write_text(
        "x := GET XLS DATA('e.xlsx', 'S', '1', 'A2') ~~|\nd: d1, d2 ~~|\n"
        "c[d] = GET XLS CONSTANTS('e.xlsx', 'S', 'A3') ~~|\n" + CLOCK, encoding="utf-8",
    )
    model = sf.load(path)
    assert [(item.code, item.line, item.message) for item in model.diagnostics] == [
        ("SF602", 1, "'x' reads sheet 'S' of e.xlsx: B2 (#N/A) holds no number and is left out"),
        ("SF602", 3, UNSTORED),
    ]
    assert model.run()["x"].values.tolist() == [5, 7, 9]


@pytest.mark.parametrize(
    ("origin", "advice"),
    [("123", "save it as .xlsx and write GET XLS DATA"), ("ODBC", "export the table as .csv and write GET DIRECT DATA"),
     ("VDF", "export it as .csv and write GET DIRECT DATA, or give it with --data")],
)
def test_other_sources_are_refused_with_what_to_do(origin: str, advice: str, tmp_path: Path) -> None:
    path = tmp_path / "model.mdl"
    path.write_text(f"x := GET {origin} DATA('r', 'x', 0, 1) ~~|\n" + CLOCK, encoding="utf-8")
    (found,) = [item for item in sf.check(path) if item.code == "SF206"]
    assert f"GET {origin} DATA reads" in found.message
    assert advice in found.message
