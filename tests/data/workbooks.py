"""Small workbooks for tests, written as the formats are."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.workbook.defined_name import DefinedName


def xlsx(path: Path, cells: dict[str, Any], sheet: str = "S", names: dict[str, str] | None = None) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for place, found in cells.items():
        page[place] = found
    for name, address in (names or {}).items():
        book.defined_names[name] = DefinedName(name, attr_text=address)
    book.save(path)
    return path


ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"""


def ods(path: Path, tables: str) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", ODS.format(tables=tables))
        packed.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return path
