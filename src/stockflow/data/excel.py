"""Workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods) as sheets, read by python-calamine once their size is known.

It knows sheets and names of areas; it must not know what the cells are for.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import TypeVar

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from stockflow.data.cells import Flaws, Sheet
from stockflow.data.faults import TableFault, hold
from stockflow.data.flaws import by_sheet
from stockflow.data.packed import Names, defined_names, hold_extents, hold_members, hold_unpacked
from stockflow.limits import Limits

_LISTED = 12
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """A workbook of known size. `names` are the areas by sheet and name in lower case; None where they are not read.

    `flaws` are the cells by sheet in lower case that hold no value where one was meant.
    """

    label: str
    limits: Limits
    workbook: CalamineWorkbook
    names: Names | None
    flaws: Mapping[str, Flaws]
    sheets: dict[str, Sheet] = field(default_factory=dict)

    def sheet(self, name: str) -> Sheet:
        """A sheet by its name, whose case does not matter. Raises TableFault with the names that there are."""
        known = {found.lower(): found for found in self.workbook.sheet_names}
        wanted = name if name in known.values() else known.get(name.strip().lower())
        if wanted is None:
            listed = ", ".join(f"'{found}'" for found in self.workbook.sheet_names[:_LISTED])
            raise TableFault(f"has only: {listed}", "write the name of one of its sheets", sheet=True)
        if wanted not in self.sheets:
            self.sheets[wanted] = self._read(wanted)
        return self.sheets[wanted]

    def _read(self, name: str) -> Sheet:
        found = guarded(self.label, lambda: self.workbook.get_sheet_by_name(name))
        top, left = found.start or (0, 0)
        size = found.height * found.width
        label = f"sheet '{name}' of {self.label}"
        hold(self.limits.excess("table-cells", size, f"{label} has", "cells", "clear the cells far out"))
        names = None if self.names is None else self.names.get(name.lower(), {})
        rows = found.to_python(skip_empty_area=True)
        return Sheet(label, rows, top, left, names, self.flaws.get(name.lower(), {}))


def open_book(data: bytes, label: str, limits: Limits) -> Book:
    """The workbook in the bytes of a file. Raises TableFault for what is none, or is too large once unpacked."""
    names: Names | None = None
    flaws: dict[str, Flaws] = {}
    if data[:2] == b"PK":
        hold_members(data, label, limits)
        try:
            with zipfile.ZipFile(BytesIO(data)) as packed:
                hold_unpacked(packed, label, limits)
                flaws = by_sheet(packed, hold_extents(packed, label, limits), label, limits)
                names = defined_names(packed, label, limits)
        except (zipfile.BadZipFile, etree.XMLSyntaxError, NotImplementedError, EOFError, ValueError) as fault:
            raise TableFault(f"{label} is damaged: {fault}", "save it again from the spreadsheet program") from fault
        except RuntimeError as fault:  # zipfile's way to say that a member is encrypted
            raise TableFault(f"{label} is protected by a password", "save it without one") from fault
    return Book(label, limits, guarded(label, lambda: CalamineWorkbook.from_filelike(BytesIO(data))), names, flaws)


def guarded(label: str, read: Callable[[], Found]) -> Found:
    """The result of a reading by calamine; its faults, panics of its Rust code among them, as TableFault."""
    try:
        return read()
    except PasswordError as fault:
        raise TableFault(f"{label} is protected by a password", "save it without one") from fault
    except (CalamineError, OSError, ValueError) as fault:
        reason = str(fault) or type(fault).__name__
        raise TableFault(f"{label} is not a workbook that can be read: {reason}", "save it again as .xlsx") from fault
    except BaseException as fault:
        # A panic of Rust code reaches Python as no Exception, and its type cannot be imported.
        if type(fault).__name__ != "PanicException":
            raise
        raise TableFault(f"{label} is damaged", "save it again as .xlsx") from fault
