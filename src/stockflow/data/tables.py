"""Outside tables by the name that a model gives: each file opened once, its hash kept.

It finds, opens and keeps files; it must not know what a table is for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from stockflow.data.cells import Sheet
from stockflow.data.faults import TableFault, hold
from stockflow.data.folders import Folders
from stockflow.limits import USUAL, Limits
from stockflow.reading import read_at_most

TEXT = (".csv", ".tab", ".tsv", ".txt")
WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")

Opened = Callable[[str], Sheet]


@dataclass(slots=True)
class Tables:
    """The files of one loading. `aliases` are the file names behind `?name`; `hashes` are sha256 by name."""

    folders: Folders
    limits: Limits = USUAL
    aliases: dict[str, str] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    _opened: dict[Path, Opened | TableFault] = field(default_factory=dict)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that were opened, in order."""
        return tuple(self._opened)

    def file_name(self, name: str) -> str:
        """The name of the file, `?alias` looked up. Raises TableFault."""
        if not name.strip().startswith("?"):
            return name
        alias = name.strip()[1:].strip().lower()
        if alias not in self.aliases:
            known = ", ".join(f"?{found}" for found in self.aliases) or "none"
            raise TableFault(
                f"the settings of the model name no file for '{name}' (known: {known})",
                "write the file's name in its place, or add a line '30:?name=file' to the settings",
            )
        return self.aliases[alias]

    def sheet(self, name: str, tab: str) -> Sheet:
        """A sheet of a workbook, or a text table with `tab` as the delimiter. Raises TableFault."""
        path = self.folders.locate(self.file_name(name))
        opened = self._opened.get(path)
        if opened is None:
            opened = self._opened[path] = self._tried(path)
        if isinstance(opened, TableFault):
            raise opened
        return opened(tab)

    def _tried(self, path: Path) -> Opened | TableFault:
        try:
            return self._open(path)
        except TableFault as fault:
            return fault

    def _open(self, path: Path) -> Opened:
        suffix = path.suffix.lower()
        if suffix not in (*TEXT, *WORKBOOKS):
            raise TableFault(f"{suffix or 'a name without suffix'} is not a format of tables",
                             f"save it as one of {', '.join((*WORKBOOKS, *TEXT))}")
        data = self._bytes(path)
        self.hashes[path.name if path.name not in self.hashes else str(path)] = hashlib.sha256(data).hexdigest()
        if suffix in WORKBOOKS:
            from stockflow.data.excel import open_book

            return open_book(data, path.name, self.limits).sheet
        from stockflow.data.texttables import decoded, text_sheet

        text = decoded(data, path)
        kept: dict[str, Sheet] = {}

        def opened(tab: str) -> Sheet:
            if tab not in kept:
                kept[tab] = text_sheet(text, path.name, tab, self.limits)
            return kept[tab]

        return opened

    def _bytes(self, path: Path) -> bytes:
        try:
            self._hold(path, path.stat().st_size)
            data = read_at_most(path, self.limits.table_bytes)
        except OSError as fault:
            raise TableFault((fault.strerror or str(fault)).lower()) from fault
        self._hold(path, len(data))
        return data

    def _hold(self, path: Path, size: int) -> None:
        hold(self.limits.excess("table-bytes", size, f"{path.name} has", "bytes", "keep only what the model reads"))
