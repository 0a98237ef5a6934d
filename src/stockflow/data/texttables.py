"""Text tables (.csv, .tab, .txt) as sheets: rows of cells between delimiters, numbers read where a cell holds one.

Blank lines keep their place, as cells are named by row; it must not know what the cells are for.
"""

from __future__ import annotations

import csv
import math
import re
from pathlib import Path

from stockflow.data.cells import Sheet
from stockflow.data.faults import TableFault, hold
from stockflow.diagnostics.model import Report
from stockflow.limits import Limits
from stockflow.reading import source_of

_TABS = ("\t", "\\t", "tab", "")
_POINT = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_COMMA = re.compile(r"[-+]?\d*,\d+(?:[eE][-+]?\d+)?")


def decoded(data: bytes, path: Path) -> str:
    """The text of a file. Raises TableFault for what is no text."""
    report = Report()
    source = source_of(data, path.name, report, path)
    if source is None:
        raise TableFault(report.errors[0].message if report.errors else "the file holds no text")
    return source.text


def text_sheet(text: str, name: str, delimiter: str, limits: Limits) -> Sheet:
    """The table of a text; `delimiter` is what a model gives in the place of a sheet's name."""
    sign = delimiter_of(delimiter, name)
    rows: list[list[float | str | None]] = []
    count = 0
    reader = csv.reader(text.split("\n"), delimiter=sign)
    try:
        for row in reader:
            count += len(row)
            hold(limits.excess("table-cells", count, f"{name} has at least", "cells", "split the file"))
            rows.append([cell_value(cell, sign) for cell in row])
    except csv.Error as fault:
        raise TableFault(f"line {reader.line_num} of {name} cannot be read: {fault}") from fault
    while rows and all(cell is None for cell in rows[-1]):
        rows.pop()
    return Sheet(name, rows)


def delimiter_of(given: str, name: str) -> str:
    """The sign between cells. Raises TableFault where a sheet's name stands in its place."""
    plain = given.strip(" ")
    if plain.lower() in _TABS:
        return "\t"
    if len(plain) == 1 and plain not in "\"\r\n" and not plain.isalnum():
        return plain
    raise TableFault(
        f"'{given}' is not a delimiter, and {name} is a text file", "write ',' or ';' or 'tab' as the second argument"
    )


def cell_value(cell: str, delimiter: str = ",") -> float | str | None:
    """The number in a cell, else its text; None for a blank.

    Where ';' parts the cells, numbers have a comma for the point. A percent sign divides by 100.
    """
    text = cell.strip().strip("\ufeff")
    if not text:
        return None
    share, plain = (0.01, text[:-1].rstrip()) if text.endswith("%") else (1.0, text)
    if _POINT.fullmatch(plain):
        return float(plain) * share
    if delimiter == ";" and _COMMA.fullmatch(plain):
        return float(plain.replace(",", ".")) * share
    if delimiter != ";" and _THOUSANDS.fullmatch(plain):
        return float(plain.replace(",", "")) * share
    return {"true": 1.0, "false": 0.0, "nan": math.nan}.get(text.lower(), text)
