"""Which sheet of a packed workbook holds which errors (#N/A and the like): readers give such cells as blanks.

It names members of the file by their sheets; what a blank means to a model is not known here.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from stockflow.data.binary import binary_sheets
from stockflow.data.cells import Flaws
from stockflow.data.packed import fed, hold_sheets, local, plain
from stockflow.limits import Limits

_BOOKS = (("xl/workbook.xml", "xl/_rels/workbook.xml.rels"), ("xl/workbook.bin", "xl/_rels/workbook.bin.rels"))


def by_sheet(
    packed: zipfile.ZipFile, found: Mapping[str, Flaws], label: str, limits: Limits
) -> dict[str, Flaws]:
    """Flaws by the name of the sheet in lower case, from those by member; open documents name their sheets already."""
    made = {name.lower(): flaws for name, flaws in found.items()}
    for name, member in sheet_members(packed, label, limits):
        if member in found:
            made[name.lower()] = found[member]
    return made


def sheet_members(packed: zipfile.ZipFile, label: str, limits: Limits) -> Iterator[tuple[str, str]]:
    """The sheets of a workbook with the members that hold them."""
    members = {item.filename: item for item in packed.infolist()}
    for book, links in _BOOKS:
        if book not in members or links not in members:
            continue
        targets = fed(_Links(), packed, members[links]).targets
        binary = book.endswith(".bin")
        sheets = (
            list(binary_sheets(packed.read(book))) if binary
            else fed(_Sheets(label, limits), packed, members[book]).found
        )
        hold_sheets(len(sheets), label, limits)
        for name, link in sheets:
            if link in targets:
                yield name, str(PurePosixPath("/xl", targets[link]))[1:]


@dataclass(slots=True)
class _Links:
    """The relations of a workbook: where each of its parts is."""

    targets: dict[str, str] = field(default_factory=dict)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if local(tag) == "Relationship":
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def close(self) -> None:
        """Nothing is left to do at the end of the document."""


@dataclass(slots=True)
class _Sheets:
    """The sheets of a workbook with their relations."""

    label: str
    limits: Limits
    found: list[tuple[str, str]] = field(default_factory=list)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if local(tag) == "sheet":
            facts = plain(attributes)
            self.found.append((facts.get("name", ""), facts.get("id", "")))
            hold_sheets(len(self.found), self.label, self.limits)

    def close(self) -> None:
        """Nothing is left to do at the end of the document."""
