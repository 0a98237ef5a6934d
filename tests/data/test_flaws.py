"""Cells that hold an error of the spreadsheet, or a formula without a stored result."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from stockflow.data.binary import binary_flaws, binary_sheets
from stockflow.data.cells import Sheet
from stockflow.data.faults import TableFault
from stockflow.data.folders import Folders
from stockflow.data.packed import SheetExtent, fed
from stockflow.data.tables import Tables
from tests.data.workbooks import ods, xlsx

CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
NUMBER = '<table:table-cell office:value-type="float" office:value="{0}"/>'


def sheet_of(folder: Path, name: str, tab: str = "S") -> Sheet:
    return Tables(Folders(folder)).sheet(name, tab)


def test_errors_of_a_workbook_are_blanks_with_a_name(tmp_path: Path) -> None:
    xlsx(tmp_path / "b.xlsx", {"A1": 1, "B1": "#N/A", "A2": "#DIV/0!", "B2": "=1/3", "A3": "=A1", "C3": 5})
    sheet = sheet_of(tmp_path, "b.xlsx")
    assert [sheet.at(row, column) for row, column in ((0, 0), (0, 1), (1, 0), (1, 1))] == [1.0, None, None, None]
    assert [sheet.flaw(row, column) for row, column in ((0, 0), (0, 1), (1, 0))] == ["", "B1 (#N/A)", "A2 (#DIV/0!)"]
    # openpyxl writes formulas without results, as no spreadsheet program has worked them out.
    assert sheet.flaw(1, 1) == "B2 (a formula without a stored result)"
    assert sheet.flaw(2, 0) == "A3 (a formula without a stored result)"
    assert sheet.flaw(2, 2) == ""


def test_each_sheet_has_its_own_errors_whatever_the_order(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "First"
    book.active["A1"] = "#REF!"
    book.create_sheet("Second", 0)["A1"] = 2
    book.save(tmp_path / "b.xlsx")
    assert sheet_of(tmp_path, "b.xlsx", "first").flaw(0, 0) == "A1 (#REF!)"
    assert sheet_of(tmp_path, "b.xlsx", "Second").flaw(0, 0) == ""


@pytest.mark.parametrize(
    ("cell", "flaw"),
    [
        ('<c r="A1" t="str"><f>B1</f><v></v></c>', ""), ('<c r="A1"><f>B1</f><v>4</v></c>', ""),
        ('<c r="A1"><f>B1</f></c>', "a formula without a stored result"),
        ('<c r="A1" t="e"><f>NA()</f><v>#N/A</v></c>', "#N/A"), ('<c r="A1" t="e"/>', "an error"),
    ],
)
def test_a_formula_may_have_an_empty_text_as_its_result(cell: str, flaw: str, tmp_path: Path) -> None:
    path = tmp_path / "sheet.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("s.xml", f'<worksheet><sheetData><row r="1">{cell}</row></sheetData></worksheet>')
    with zipfile.ZipFile(path) as packed:
        assert fed(SheetExtent(), packed, packed.getinfo("s.xml")).flaws == ({(0, 0): flaw} if flaw else {})


def test_errors_of_an_open_document(tmp_path: Path) -> None:
    error = f'<table:table-cell {CALC} office:value-type="string" calcext:value-type="error"><text:p>#N/A</text:p>'
    row = f"<table:table-row>{NUMBER.format(1)}{error}</table:table-cell>{NUMBER.format(2)}</table:table-row>"
    ods(tmp_path / "b.ods", f'<table:table table:name="S">{row}</table:table>')
    sheet = sheet_of(tmp_path, "b.ods")
    assert (sheet.at(0, 0), sheet.at(0, 1), sheet.at(0, 2)) == (1.0, None, 2.0)
    assert sheet.flaw(0, 1).startswith("B1 (")


def test_errors_in_a_text(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("1,#N/A\n#DIV/0!,2\n", encoding="utf-8")
    sheet = sheet_of(tmp_path, "t.csv", ",")
    assert [sheet.flaw(row, column) for row in (0, 1) for column in (0, 1)] == ["", "B1 (#N/A)", "A2 (#DIV/0!)", ""]


def record(kind: bytes, body: bytes) -> bytes:
    return kind + bytes([len(body)]) + body


def test_errors_of_a_binary_sheet() -> None:
    cell = (3).to_bytes(4, "little") + bytes(4)
    data = record(b"\0", (7).to_bytes(4, "little")) + record(b"\3", cell + b"\x2a") + record(b"\2", cell + bytes(4))
    assert binary_flaws(data) == {(7, 3): "#N/A"}


def test_sheets_of_a_binary_book() -> None:
    def text(word: str) -> bytes:
        return len(word).to_bytes(4, "little") + word.encode("utf-16-le")

    assert list(binary_sheets(record(b"\x9c\x01", bytes(8) + text("rId3") + text("Größe")))) == [("Größe", "rId3")]


def test_an_error_is_no_name_of_an_element(tmp_path: Path) -> None:
    from stockflow.data.blocks import labels

    (tmp_path / "t.csv").write_text("a\n#N/A\nb\n", encoding="utf-8")
    with pytest.raises(TableFault, match=r"A2 \(#N/A\) of t.csv holds no name of an element"):
        labels(sheet_of(tmp_path, "t.csv", ","), "A1", "A3", "")
