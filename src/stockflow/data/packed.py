"""What a packed workbook (.xlsx, .xlsb, .ods) tells before it is read: its size, its extent, its names of areas.

A far cell makes a reader allocate all cells before it, so cells are located first, in a stream that keeps nothing.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from lxml import etree

from stockflow.data.binary import ROW_RECORD, binary_flaws, records
from stockflow.data.cells import Area, Flaws, cell_name, column_number
from stockflow.data.faults import hold
from stockflow.limits import Limits

Names = dict[str, dict[str, Area]]

_CHUNK = 1 << 18
# What each entry of the directory of a ZIP file begins with (APPNOTE.TXT 4.3.12).
_ENTRY = b"PK\x01\x02"
_ADVICE = "keep only the sheets that the model reads"
_WORKBOOK, _CONTENT = "xl/workbook.xml", "content.xml"
_SHEETS = re.compile(r"(?i).*sheets?/[^/]+\.xml")
_BINARY_SHEETS = re.compile(r"(?i).*sheets?/[^/]+\.bin")
_ADDRESS = re.compile(
    r"\$?(?:'((?:[^']|'')*)'|([^'!]*?))[!.]\$?([A-Za-z]{1,3})\$?(\d{1,7})"
    r"(?::(?:[^:]*[!.])?\$?([A-Za-z]{1,3})\$?(\d{1,7}))?"
)
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
# Records of a binary sheet ([MS-XLSB] 2.3.2) of cells with a value.
_CELL_RECORDS = range(2, 12)
NO_RESULT = "a formula without a stored result"


class Target(Protocol):
    """What a parser calls: nothing of the document is kept but what `start` keeps."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None: ...

    def close(self) -> None: ...


Made = TypeVar("Made", bound=Target)


@dataclass(slots=True)
class Box:
    """The rows and columns that the filled cells of one sheet reach."""

    top: int = 1 << 30
    left: int = 1 << 30
    bottom: int = -1
    right: int = -1

    def add(self, row: int, column: int) -> None:
        self.top, self.bottom = min(self.top, row), max(self.bottom, row)
        self.left, self.right = min(self.left, column), max(self.right, column)

    @property
    def cells(self) -> int:
        return max(0, self.bottom - self.top + 1) * max(0, self.right - self.left + 1)


def hold_members(data: bytes, label: str, limits: Limits) -> None:
    """Hold how many entries the directory of a packed file can have, before it is read."""
    count = data.count(_ENTRY)
    hold(limits.excess("table-members", count, f"{label} has", "files packed in it", _ADVICE))


def hold_sheets(count: int, label: str, limits: Limits) -> None:
    """Hold how many sheets a workbook names, while they are counted."""
    if count > limits.table_members:
        hold(limits.stopped("table-members", f"{label} has", "sheets", _ADVICE))


def hold_unpacked(packed: zipfile.ZipFile, label: str, limits: Limits) -> None:
    """Hold the sizes that the directory states, then the members to these: a forged one has a wrong checksum."""
    total = sum(item.file_size for item in packed.infolist())
    hold(limits.excess("table-unpacked-bytes", total, f"{label} unpacks to", "bytes", _ADVICE))
    ratio = total // max(1, sum(item.compress_size for item in packed.infolist()))
    hold(limits.excess("table-ratio", ratio, f"{label} is packed 1 to", "", "save it again from a spreadsheet program"))
    for item in packed.infolist():
        for _ in chunks(packed, item):
            pass


def chunks(packed: zipfile.ZipFile, item: zipfile.ZipInfo) -> Iterator[bytes]:
    with packed.open(item) as stream:
        while piece := stream.read(_CHUNK):
            yield piece


def hold_extents(packed: zipfile.ZipFile, label: str, limits: Limits) -> dict[str, Flaws]:
    """Hold every sheet to the limit of cells, counted as readers do: all between the filled ones.

    What stands in the place of numbers comes back, by member of the file; of open documents by sheet.
    """
    flaws: dict[str, Flaws] = {}
    for item in packed.infolist():
        for name, box, found in extents(packed, item, label, limits):
            far = f"{label} has cells as far out as {cell_name(box.bottom, box.right)}, in all"
            hold(limits.excess("table-cells", box.cells, far, "cells", "clear the cells far out"))
            flaws[name] = found
    return flaws


def extents(
    packed: zipfile.ZipFile, item: zipfile.ZipInfo, label: str, limits: Limits
) -> Iterator[tuple[str, Box, Flaws]]:
    if _SHEETS.fullmatch(item.filename):
        sheet = fed(SheetExtent(), packed, item)
        yield item.filename, sheet.box, sheet.flaws
    elif _BINARY_SHEETS.fullmatch(item.filename):
        data = b"".join(chunks(packed, item))
        yield item.filename, binary_extent(data), binary_flaws(data)
    elif item.filename == _CONTENT:
        found = fed(OpenTables(label, limits), packed, item)
        yield from zip(found.sheets, found.boxes, found.flaws, strict=True)


def defined_names(packed: zipfile.ZipFile, label: str, limits: Limits) -> Names | None:
    """Areas by sheet and name; None where the format keeps them in records."""
    members = {item.filename: item for item in packed.infolist()}
    if _WORKBOOK in members:
        return fed(WorkbookNames(), packed, members[_WORKBOOK]).names()
    return fed(OpenTables(label, limits), packed, members[_CONTENT]).names() if _CONTENT in members else None


def fed(target: Made, packed: zipfile.ZipFile, item: zipfile.ZipInfo) -> Made:
    """The target once the parser has gone through a member."""
    parser = etree.XMLParser(target=target, resolve_entities=False, no_network=True, load_dtd=False)
    for piece in chunks(packed, item):
        parser.feed(piece)
    parser.close()
    return target


def local(tag: str) -> str:
    return tag.rpartition("}")[2]


def plain(attributes: Mapping[str, str]) -> dict[str, str]:
    return {local(name): text for name, text in attributes.items()}


@dataclass(slots=True)
class SheetExtent:
    """A sheet of an .xlsx: rows and cells may name their place or follow the one before.

    `flaws` are the cells with an error, and those with a formula (`watched`) and no stored result (`result`).
    """

    box: Box = field(default_factory=Box)
    row: int = -1
    column: int = -1
    flaws: Flaws = field(default_factory=dict)
    watched: bool = False
    inside: bool = False
    error: bool = False
    text: bool = False
    result: str = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = local(tag)
        self.inside = name == "v" and self.watched
        if name in ("row", "c"):
            self.leave()
        match name:
            case "row":
                self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
                self.column = -1
            case "c":
                self.watched = self.error = attributes.get("t") == "e"
                self.text = attributes.get("t") == "str"
                found = _REFERENCE.fullmatch(attributes.get("r", ""))
                self.row = int(found[2]) - 1 if found else self.row
                self.column = column_number(found[1]) if found else self.column + 1
            case "v" | "is":
                self.box.add(max(self.row, 0), max(self.column, 0))
            case "f":
                self.watched |= not self.text
            case _:
                pass

    def data(self, text: str) -> None:
        if self.inside:
            self.result += text

    def leave(self) -> None:
        """Note what is wrong with the cell that ends."""
        result = self.result.strip()
        if self.error or (self.watched and not result):
            self.flaws[self.row, self.column] = (result or "an error") if self.error else NO_RESULT
        self.result, self.watched, self.error = "", False, False

    def close(self) -> None:
        self.leave()


@dataclass(slots=True)
class WorkbookNames:
    """The names of areas of an .xlsx; one that belongs to a sheet comes before one of the whole workbook."""

    sheets: list[str] = field(default_factory=list)
    found: list[tuple[str, str, str]] = field(default_factory=list)
    inside: bool = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.inside = local(tag) == "definedName"
        if local(tag) == "sheet":
            self.sheets.append(attributes.get("name", ""))
        if self.inside:
            self.found.append((attributes.get("localSheetId", ""), attributes.get("name", ""), ""))

    def data(self, text: str) -> None:
        if self.inside:
            home, name, before = self.found[-1]
            self.found[-1] = (home, name, before + text)

    def end(self, _tag: str) -> None:
        self.inside = False

    def close(self) -> None:
        """Nothing is left to do at the end of the document."""

    def names(self) -> Names:
        return areas((name, text) for _, name, text in sorted(self.found, key=lambda one: one[0] != ""))


@dataclass(slots=True)
class OpenTables:
    """The sheets of an .ods: cells and rows follow each other, and each may stand for many."""

    label: str
    limits: Limits
    sheets: list[str] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    flaws: list[Flaws] = field(default_factory=list)
    found: list[tuple[str, str]] = field(default_factory=list)
    rows: tuple[int, int] = (0, 0)
    columns: tuple[int, int] = (0, 0)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        facts = plain(attributes)
        match local(tag):
            case "table":
                self.boxes.append(Box())
                self.sheets.append(facts.get("name", ""))
                hold_sheets(len(self.sheets), self.label, self.limits)
                self.flaws.append({})
                self.rows = (0, 0)
            case "table-row":
                self.rows = (self.rows[1], self.rows[1] + int(facts.get("number-rows-repeated", "1")))
                self.columns = (0, 0)
            case "table-cell" | "covered-table-cell":
                self.columns = (self.columns[1], self.columns[1] + int(facts.get("number-columns-repeated", "1")))
                if "value-type" in facts:
                    self.fill()
                if "error" in (text for name, text in attributes.items() if local(name) == "value-type"):
                    self.flaws[-1][self.rows[0], self.columns[0]] = "an error"
            case "p":
                self.fill()
            case "named-range":
                self.found.append((facts.get("name", ""), facts.get("cell-range-address", "")))
            case _:
                pass

    def fill(self) -> None:
        if self.boxes and self.columns[1]:
            self.boxes[-1].add(self.rows[0], self.columns[0])
            self.boxes[-1].add(self.rows[1] - 1, self.columns[1] - 1)

    def close(self) -> None:
        """Nothing is left to do at the end of the document."""

    def names(self) -> Names:
        return areas(self.found)


def areas(found: Iterable[tuple[str, str]]) -> Names:
    """Addresses as areas, by sheet and name in lower case; the last of equals counts."""
    made: Names = {}
    for name, address in found:
        parts = _ADDRESS.fullmatch(address.strip())
        if parts is None:
            continue
        sheet = (parts[1].replace("''", "'") if parts[1] is not None else parts[2]).lower()
        top, left = int(parts[4]) - 1, column_number(parts[3])
        bottom, right = (int(parts[6]) - 1, column_number(parts[5])) if parts[6] else (top, left)
        area = Area(min(top, bottom), min(left, right), max(top, bottom), max(left, right))
        made.setdefault(sheet, {})[name.lower()] = area
    return made


def binary_extent(data: bytes) -> Box:
    """A sheet of an .xlsb: records of a number, a length and the content."""
    box, row = Box(), 0
    for kind, body in records(data):
        if kind == ROW_RECORD:
            row = int.from_bytes(body[:4], "little")
        elif kind in _CELL_RECORDS:
            box.add(row, int.from_bytes(body[:4], "little"))
    return box
