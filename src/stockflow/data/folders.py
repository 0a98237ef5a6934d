"""Where outside tables may be: the model's folder, and one that the user names.

A path of a model is untrusted: what points elsewhere is refused, and what would reach a network before any look at it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path, PurePosixPath

from stockflow.data.faults import TableFault

WIDENED_BY = "--data-dir"
_SCANNED = 2000
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_MAGIC = re.compile(r"[*?[]")
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Folders:
    """`model` is the folder of the model, None for a model without a file; `other` the one the user names."""

    model: Path | None
    other: Path | None = None

    def locate(self, name: str) -> Path:
        """The file of a name in a model. Raises TableFault."""
        wanted = _plain(name)
        for folder, tail in self._places(wanted):
            found = _inside(_resolved(folder), tail)
            if found is not None:
                return found
        raise self._fault(name, wanted)

    def matching(self, pattern: str) -> list[Path]:
        """The files of the model's folder that a pattern with `*`, `?` or `[...]` names; of a plain name, the one.

        Raises TableFault.
        """
        wanted = _plain(pattern)
        parts = PurePosixPath(wanted).parts
        if self.model is None or not _MAGIC.search(wanted):
            return [self.locate(pattern)]
        if ".." in parts or PurePosixPath(wanted).is_absolute() or _DRIVE.match(wanted):
            raise TableFault(f"'{pattern}' leads out of the model's folder, the only one that may be read")
        folders = [self.model]
        for part in parts[:-1]:
            inner = (folder / name for folder in folders for name in _folders(folder) if fnmatchcase(name, part))
            folders = list(islice(inner, _SCANNED))
        files = [folder / name for folder in folders for name in _names(folder) if fnmatchcase(name, parts[-1])]
        found = [file for file in files if not _leaves(self.model, str(file.absolute()))]
        if not found:
            raise TableFault(f"no file in {_resolved(self.model)} fits '{pattern}'")
        return found

    def _places(self, wanted: str) -> Iterator[tuple[Path, str]]:
        """Folders to look in and what to look for; in the user's own, a path from elsewhere goes by its last part."""
        if self.model is not None:
            yield self.model, wanted
        if self.other is not None:
            yield self.other, wanted
            yield self.other, PurePosixPath(wanted).name

    def _fault(self, name: str, wanted: str) -> TableFault:
        folders = [folder for folder in (self.model, self.other) if folder is not None]
        where = " or ".join(str(_resolved(folder)) for folder in folders) or "no folder, as the model has no file"
        if self.model is not None and _leaves(self.model, wanted):
            return TableFault(
                f"'{name}' leads out of the model's folder {_resolved(self.model)}, the only one that may be read",
                f"allow its folder with {WIDENED_BY}" if self.other is None else f"put the file into {self.other}",
            )
        if self.model is not None and _is_there(self.model / wanted):
            return TableFault(f"'{name}' in {_resolved(self.model)} is no file", "name a file that holds a table")
        near = self._near(wanted)
        advice = f"put it there or give {WIDENED_BY}" if self.other is None else "put it there"
        return TableFault(f"no such file in {where}", f"did you mean '{near}'? Else {advice}" if near else advice)

    def _near(self, wanted: str) -> str:
        """A file that has nearly the name, as the model would have to write it."""
        if self.model is None or _leaves(self.model, wanted):
            return ""
        path = PurePosixPath(wanted)
        close = get_close_matches(path.name, list(_names(self.model / path.parent)), n=1, cutoff=0.75)
        return str(path.parent / close[0]) if close else ""


def _plain(name: str) -> str:
    """The name with forward slashes. Network paths and URLs are refused, which needs no look at any file system."""
    wanted = name.strip().replace("\\", "/")
    if wanted.startswith("//") or (_URL.match(wanted) and not _DRIVE.fullmatch(wanted[:2])):
        raise TableFault(
            f"the path '{name}' is on a network, which is never opened", "copy the file into the model's folder"
        )
    if not wanted or "\0" in wanted or wanted.endswith("/"):
        raise TableFault(f"'{name}' is not the name of a file", "give the file's name, such as 'data.xlsx'")
    return wanted


def _inside(folder: Path, wanted: str) -> Path | None:
    """The file in the folder or below it, by its own spelling or else in other case, as Windows takes it."""
    if _leaves(folder, wanted):
        return None
    path = folder / wanted
    try:
        if path.is_file():
            return path
        same = [name for name in _names(path.parent) if name.casefold() == path.name.casefold()]
    except (OSError, ValueError):
        return None
    found = path.with_name(same[0]) if len(same) == 1 else None
    return found if found is not None and not _leaves(folder, str(found)) else None


def _leaves(folder: Path, wanted: str) -> bool:
    """Whether a path leads out of the folder, by itself or by a symbolic link."""
    if _DRIVE.match(wanted) and not Path(wanted).is_absolute():
        return True
    try:
        return not (folder / wanted).resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):
        return True


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _resolved(folder: Path) -> Path:
    try:
        return folder.resolve()
    except (OSError, RuntimeError):
        return folder


def _folders(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in islice(folder.iterdir(), _SCANNED) if entry.is_dir())
    except OSError:
        return []


def _names(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in islice(folder.iterdir(), _SCANNED) if entry.is_file())
    except OSError:
        return []
