"""Blocks of constants, series and labels in sheets, by the layouts that Vensim documents."""

from __future__ import annotations

import math

import pytest

from stockflow.data.blocks import constants, labels, series
from stockflow.data.cells import Area, Sheet
from stockflow.data.faults import TableFault
from stockflow.data.texttables import cell_value, delimiter_of

TABLE = Sheet("t.csv", [
    ["", 1.0, 2.0, 3.0],
    ["a", 11.0, 12.0, 13.0],
    ["b", 21.0, 22.0, 23.0],
], names={"block": Area(1, 1, 2, 3), "down": Area(1, 1, 2, 1), "times": Area(0, 1, 0, 2)})


def test_a_single_cell_in_either_case() -> None:
    assert constants(TABLE, "C2", []) == ([12.0], [], [])
    assert constants(TABLE, "c2", []) == ([12.0], [], [])
    assert constants(TABLE, "$C$2", []) == ([12.0], [], [])


def test_one_subscript_runs_right_and_with_a_star_down() -> None:
    assert constants(TABLE, "B2", [range(3)])[0] == [11.0, 12.0, 13.0]
    assert constants(TABLE, "B2*", [range(2)])[0] == [11.0, 21.0]
    assert constants(TABLE, "down*", [range(2)])[0] == [11.0, 21.0]


def test_two_subscripts_make_a_table_and_with_a_star_its_transpose() -> None:
    assert constants(TABLE, "B2", [range(2), range(3)])[0] == [11.0, 12.0, 13.0, 21.0, 22.0, 23.0]
    assert constants(TABLE, "block*", [range(3), range(2)])[0] == [11.0, 21.0, 12.0, 22.0, 13.0, 23.0]


def test_excepted_elements_keep_their_cells() -> None:
    assert constants(TABLE, "B2", [(0, 2)])[0] == [11.0, 13.0]


def test_three_open_subscripts_do_not_fit_a_table() -> None:
    with pytest.raises(TableFault, match="3 subscripts are open"):
        constants(TABLE, "B2", [range(1), range(1), range(1)])


def test_a_blank_among_the_cells_is_0_and_told_and_beyond_them_a_fault() -> None:
    sheet = Sheet("t.csv", [[1.0, None, 3.0]])
    assert constants(sheet, "A1", [range(3)]) == ([1.0, 0.0, 3.0], ["B1"], [])
    with pytest.raises(TableFault, match=r"cell D1 is empty; t.csv fills A1:C1"):
        constants(sheet, "A1", [range(4)])


def test_a_text_is_no_number() -> None:
    with pytest.raises(TableFault, match=r"cell A2 of t\.csv holds the text 'a'"):
        constants(TABLE, "A2", [])


def points(sheet: Sheet, axis: str, cell: str, lanes: int = 1, blanks: str = "skip") -> list[list[tuple[float, float]]]:
    found = series(sheet, axis, cell, range(lanes), blanks)  # type: ignore[arg-type]
    return [list(zip(one.x, one.y, strict=True)) for one in found]


def test_series_run_down_a_column_or_along_a_row() -> None:
    assert points(TABLE, "B", "C2", 2) == [[(11.0, 12.0), (21.0, 22.0)], [(11.0, 13.0), (21.0, 23.0)]]
    assert points(TABLE, "1", "C2", 2) == [[(2.0, 12.0), (3.0, 13.0)], [(2.0, 22.0), (3.0, 23.0)]]


def test_a_named_axis_is_read_in_its_own_cells_only() -> None:
    assert points(TABLE, "times", "block") == [[(1.0, 11.0), (2.0, 12.0)]]
    with pytest.raises(TableFault, match="neither a row nor a column"):
        points(TABLE, "block", "B2")


GAPS = Sheet("g", [[1.0, 10.0], [None, 20.0], ["x", 30.0], [4.0, None], [5.0, 50.0]])


def test_xls_skips_what_has_no_time_and_direct_stops_there() -> None:
    assert points(GAPS, "A", "B1", blanks="skip") == [[(1.0, 10.0), (5.0, 50.0)]]
    assert points(GAPS, "A", "B1", blanks="stop") == [[(1.0, 10.0)]]


def test_an_axis_without_numbers_and_a_series_without_values_are_told() -> None:
    with pytest.raises(TableFault, match="there is no number at C1, where the axis 'C'"):
        points(GAPS, "C", "B1")
    with pytest.raises(TableFault, match="there is no number from D1 on"):
        points(GAPS, "A", "D1")
    with pytest.raises(TableFault, match="holds the text 'x'"):
        points(Sheet("g", [[1.0, "x"]]), "A", "B1")


@pytest.mark.parametrize(
    ("last", "wanted"),
    [
        ("A3", ["pa", "pb"]), ("A", ["pa", "pb"]), ("A*", ["pa", "pb"]), ("*", ["pa", "pb"]), ("3", ["pa", "pb"]),
        ("2", ["pa", "p11", "p12"]), ("C", ["pa", "p11", "p12"]),
    ],
)
def test_labels_end_at_a_cell_or_run_to_a_blank(last: str, wanted: list[str]) -> None:
    sheet = Sheet("t", [*TABLE.rows[:1], ["a", 11.0, 12.0, None], ["b", 21.0, 22.0], [None], ["c"]])
    assert labels(sheet, "A2", last, "p") == wanted


def test_names_of_a_workbook_come_before_cells() -> None:
    sheet = Sheet("t", [[1.0], [2.0]], names={"var1": Area(1, 0, 1, 0)})
    assert constants(sheet, "VAR1", [])[0] == [2.0]
    with pytest.raises(TableFault, match="neither a cell nor a name"):
        constants(sheet, "value2", [])
    with pytest.raises(TableFault, match="not a cell of t"):
        constants(Sheet("t", []), "value2", [])


def test_cells_of_text_files() -> None:
    assert cell_value(" 1e3 ") == 1000.0
    assert cell_value("12,345.5") == 12345.5
    assert cell_value("1,5") == "1,5"
    assert cell_value("1,5", ";") == 1.5
    assert cell_value("5 %") == 0.05
    assert cell_value("") is None
    assert math.isnan(cell_value("NaN"))  # type: ignore[arg-type]
    assert cell_value("1_000") == "1_000"


def test_delimiters() -> None:
    assert [delimiter_of(given, "t") for given in (",", ";", "\t", "tab", "|")] == [",", ";", "\t", "\t", "|"]
    with pytest.raises(TableFault, match="'Sheet1' is not a delimiter"):
        delimiter_of("Sheet1", "t.csv")
