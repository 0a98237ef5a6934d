"""Files of tables: formats, names of areas, damage and limits."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pytest

from stockflow.data.blocks import constants
from stockflow.data.faults import TableFault
from stockflow.data.folders import Folders
from stockflow.data.packed import Box, binary_extent
from stockflow.data.tables import Tables
from stockflow.limits import USUAL, Limits
from tests.data.workbooks import ods, xlsx


def tables(folder: Path, limits: Limits = USUAL, **aliases: str) -> Tables:
    return Tables(Folders(folder), limits, aliases)


def test_numbers_dates_and_truth_of_a_workbook(tmp_path: Path) -> None:
    clock = dt.datetime.fromisoformat("2020-01-01T12:00")
    xlsx(tmp_path / "b.xlsx", {"B2": 7, "C2": clock, "D2": True, "E2": dt.date(1900, 3, 1)})
    sheet = tables(tmp_path).sheet("b.xlsx", "s")
    assert constants(sheet, "B2", [range(4)])[0] == [7.0, 43831.5, 1.0, 61.0]


def test_a_file_is_opened_once_and_its_hash_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.csv").write_text("1,2\n")
    found = tables(tmp_path, m="a.csv")
    found.sheet("a.csv", ",")
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("opened again"))
    assert found.sheet("?M", ",").at(0, 1) == 2.0
    assert list(found.hashes) == ["a.csv"]
    assert len(found.hashes["a.csv"]) == 64


def test_an_unknown_alias_is_told_with_the_line_to_add(tmp_path: Path) -> None:
    with pytest.raises(TableFault, match="name no file for '\\?x'") as found:
        tables(tmp_path, m="a.csv").sheet("?x", ",")
    assert "30:?name=file" in found.value.hint


def test_names_of_areas_belong_to_the_sheet_that_they_lie_on(tmp_path: Path) -> None:
    xlsx(tmp_path / "b.xlsx", {"A1": 1, "B3": 5}, names={"Rate": "S!$B$3", "offset": "Elsewhere!$A$1", "odd": "1+1"})
    sheet = tables(tmp_path).sheet("b.xlsx", "S")
    assert constants(sheet, "rate", [])[0] == [5.0]
    with pytest.raises(TableFault, match="neither a cell nor a name"):
        constants(sheet, "offset", [])


def test_a_missing_sheet_is_told_with_those_there_are(tmp_path: Path) -> None:
    xlsx(tmp_path / "b.xlsx", {"A1": 1})
    with pytest.raises(TableFault, match="has only: 'S'"):
        tables(tmp_path).sheet("b.xlsx", "T")


CELL = '<table:table-cell office:value-type="float" office:value="{0}"><text:p>{0}</text:p></table:table-cell>'


def test_an_open_document_with_repeats_and_a_name(tmp_path: Path) -> None:
    blank = (
        '<table:table-row table:number-rows-repeated="1048570">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    row = f'<table:table-row><table:table-cell table:number-columns-repeated="2"/>{CELL.format(4)}</table:table-row>'
    name = (
        '<table:named-expressions><table:named-range table:name="Start" table:cell-range-address="$S.$C$1"/>'
        "</table:named-expressions>"
    )
    ods(tmp_path / "b.ods", f'<table:table table:name="S">{row}{blank}</table:table>{name}')
    sheet = tables(tmp_path).sheet("b.ods", "S")
    assert constants(sheet, "C1", [])[0] == [4.0]
    assert constants(sheet, "start", [])[0] == [4.0]


def far_xlsx(path: Path) -> Path:
    return xlsx(path, {"A1": 1, "XFD1048576": 2})


def far_ods(path: Path) -> Path:
    cell = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    return ods(path, f'<table:table table:name="S">{row}</table:table>')


@pytest.mark.parametrize(("name", "make"), [("f.xlsx", far_xlsx), ("f.ods", far_ods)])
def test_a_cell_far_out_is_refused_before_anything_is_allocated(name: str, make: object, tmp_path: Path) -> None:
    make(tmp_path / name)  # type: ignore[operator]
    with pytest.raises(TableFault, match="XFD1048576, in all 17,179,869,184 cells; the limit is 4,000,000") as found:
        tables(tmp_path).sheet(name, "S")
    assert found.value.code == "SF109"
    assert "--limit table-cells=18000000000" in found.value.hint


def test_an_empty_cell_far_out_with_a_format_only_is_no_cell(tmp_path: Path) -> None:
    xlsx(tmp_path / "b.xlsx", {"A1": 1, "XFD1048576": None})
    assert tables(tmp_path).sheet("b.xlsx", "S").at(0, 0) == 1.0


def record(kind: int, body: bytes) -> bytes:
    return bytes([kind, len(body)]) + body


def test_the_extent_of_a_binary_sheet() -> None:
    cell = (16383).to_bytes(4, "little") + bytes(4)
    data = record(0, (1048575).to_bytes(4, "little")) + record(1, bytes(8)) + record(2, cell)
    assert binary_extent(data) == Box(1048575, 16383, 1048575, 16383)
    assert binary_extent(b"\xff" * 7).cells == 0


def test_what_unpacks_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "z.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", b" " * 2_000_000)
    with pytest.raises(TableFault, match="unpacks to 2,000,000 bytes; the limit is 1,342,177"):
        tables(tmp_path, Limits(table_unpacked_bytes=1_342_177)).sheet("z.xlsx", "S")


@pytest.mark.parametrize("data", [b"PK\x03\x04junk", b"\xd0\xcf\x11\xe0" + b"x" * 600, b"", b"words"])
def test_a_damaged_workbook_is_told(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "b.xlsx").write_bytes(data)
    with pytest.raises(TableFault, match=r"damaged|not a workbook"):
        tables(tmp_path).sheet("b.xlsx", "S")


def test_a_damaged_member_is_told(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "b.xlsx", {"A1": 1})
    with zipfile.ZipFile(path) as packed:
        members = {item.filename: packed.read(item) for item in packed.infolist()}
    members["xl/worksheets/sheet1.xml"] = members["xl/worksheets/sheet1.xml"][:-30]
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    with pytest.raises(TableFault, match="damaged"):
        tables(tmp_path).sheet("b.xlsx", "S")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_text_tables_in_other_encodings(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("größe;1,5\r\n\r\n;2".encode(encoding))
    sheet = tables(tmp_path).sheet("a.csv", ";")
    assert sheet.at(0, 0) == "größe"
    assert constants(sheet, "B1*", [(0, 2)])[0] == [1.5, 2.0]


def test_other_formats_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.doc").write_text("x")
    with pytest.raises(TableFault, match=r"\.doc is not a format of tables"):
        tables(tmp_path).sheet("a.doc", "S")
