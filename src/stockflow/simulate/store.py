"""Results into files: .csv, .tab, Vensim's .dat and netCDF, each written whole or not at all.

It must not know how the numbers were computed, nor how a file comes to its place.
"""

from __future__ import annotations

import csv
import errno
import io
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import numpy as np

from stockflow import aside
from stockflow.data.formulas import defused
from stockflow.data.tabular import is_number
from stockflow.diagnostics.model import Diagnostic, Severity
from stockflow.simulate.cells import MISSING, Cells, cells_of, rows_of, run_count
from stockflow.simulate.result import Array, Result

if TYPE_CHECKING:
    import xarray as xr

BLOCK = 1_000_000
"""Numbers held at a time while a table is written."""

ELSEWHERE = "choose another folder"
HINTS = {
    errno.ENOSPC: "make room on the disk, or choose a folder on another one",
    errno.EDQUOT: "make room within your quota, or choose a folder on another disk",
    errno.EFBIG: "raise SAVEPER, or ask for fewer variables with --variable",
    errno.EROFS: ELSEWHERE,
    errno.ENAMETOOLONG: "give a shorter name",
    errno.ELOOP: "give another name",
    errno.EACCES: "close it where another program holds it open, or give another name",
    errno.EPERM: "close it where another program holds it open, or give another name",
}


class StoreError(Exception):
    """Results could not be written; `diagnostic` says what and why."""

    def __init__(self, path: Path, why: str, hint: str = "") -> None:
        self.diagnostic = Diagnostic("SF603", Severity.ERROR, f"cannot write {str(path)!r}: {why}", hint=hint)
        super().__init__(self.diagnostic.message)


class _UnfitError(Exception):
    """The results are nothing that the format can hold."""

    def __init__(self, why: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(why)


def write(data: Result | xr.Dataset, path: str | Path) -> Path:
    """Write a result or a Dataset, in the format of the path's suffix; returns the path. Raises StoreError.

    Tables have a `Time` column, in a batch a `Run` column, and one column for each defined element,
    `name[sub1,sub2]`. Numbers read back exactly. `:NA:` is an empty cell; in a .dat file it is left out.
    """
    target = Path(path)
    check_target(target)
    try:
        aside.put(target, lambda file: WRITERS[target.suffix.lower()](data, file))
    except OSError as fault:
        raise _told(target, fault) from fault
    except _UnfitError as fault:
        raise StoreError(target, str(fault), fault.hint) from fault
    return target


def write_text(text: str, target: Path) -> None:
    """Write a text file, or leave what was there. Raises StoreError."""
    check_folder(target)
    try:
        aside.put(target, lambda file: file.write(text))
    except OSError as fault:
        raise _told(target, fault) from fault


def check_target(path: str | Path, inputs: Iterable[Path] = ()) -> None:
    """Raise StoreError where writing to the path is bound to fail, so that nobody waits for a run in vain.

    So it is where the path is one of the `inputs`, the files that are read.
    """
    target = Path(path)
    if target.suffix.lower() not in WRITERS:
        found = f"the suffix {target.suffix!r} names no format" if target.suffix else "the name has no suffix"
        raise StoreError(target, found, f"use one of {', '.join(WRITERS)}")
    check_folder(target, inputs)


def check_folder(target: Path, inputs: Iterable[Path] = ()) -> None:
    """Raise StoreError where no file can be put in the place of the target, or where that is one of the inputs."""
    try:
        place = Path(os.path.realpath(target))
        old = _state(place)
        why, hint = _obstacle(place, old)
    except (OSError, ValueError) as fault:
        raise _told(target, fault) from fault
    if why:
        raise StoreError(target, why, hint)
    if old is not None and any(_same(old, read) for read in inputs):
        raise StoreError(target, "it is a file that is read", "give another name")


def _obstacle(place: Path, old: os.stat_result | None) -> tuple[str, str]:
    """Why no file can stand at a place, and what to do; two empty texts where one can."""
    if not place.parent.is_dir():
        return "its folder does not exist", "make the folder first"
    if old is not None and stat.S_ISDIR(old.st_mode):
        return "it is a folder", "give the name of a file in it"
    if old is not None and not stat.S_ISREG(old.st_mode):
        return "it is a device or a pipe", "give the name of a file"
    if old is not None and not os.access(place, os.W_OK):
        return "it may not be written to", "give another name, or allow writing to it"
    if not os.access(place.parent, os.W_OK | os.X_OK):
        return "its folder may not be written to", ELSEWHERE
    return "", ""


def _state(place: Path) -> os.stat_result | None:
    try:
        return place.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _same(old: os.stat_result, path: Path) -> bool:
    try:
        return os.path.samestat(old, path.stat())
    except (OSError, ValueError):
        return False


def _told(target: Path, fault: OSError | ValueError) -> StoreError:
    """A fault of the system in words, with the name of the target and what to do."""
    found = getattr(fault, "strerror", None) or str(fault) or type(fault).__name__
    hint = HINTS.get(getattr(fault, "errno", None) or 0, "give another name, or choose another folder")
    return StoreError(target, found.strip().rstrip(".").lower(), hint)


def _write_netcdf(data: Result | xr.Dataset, file: TextIO) -> None:
    """The whole image is made in memory: HDF5 ends the process with a memory fault when a disk is full."""
    from stockflow.simulate.dataset import build

    image = io.BytesIO()
    dataset = build(data) if isinstance(data, Result) else data
    dataset.to_netcdf(image, engine="h5netcdf")
    file.buffer.write(image.getbuffer())


def _write_csv(data: Result | xr.Dataset, file: TextIO) -> None:
    _write_table(data, file, ",")


def _write_tab(data: Result | xr.Dataset, file: TextIO) -> None:
    _write_table(data, file, "\t")


def _write_dat(data: Result | xr.Dataset, file: TextIO) -> None:
    """Vensim's text format: the name of each element on a line, then a line of time and value for each saved time."""
    result = data if isinstance(data, Result) else _restored(data)
    if result.runs is not None:
        raise _UnfitError("a .dat file holds one run, and there are several", "write a .csv, .tab or .nc file")
    times = list(map(repr, result.times.tolist()))
    for column in result.columns:
        cells = cells_of(column)
        for header, values in zip(cells.headers, rows_of(result, cells, 0).T.tolist(), strict=True):
            file.write(f"{_line_of(header)}\n")
            pairs = zip(times, values, strict=True)
            file.writelines(f"{time}\t{value!r}\n" for time, value in pairs if value != MISSING)


def _line_of(header: str) -> str:
    """The header on one line, in quotes where it would read as a time and a value."""
    line = " ".join(header.split())
    return line if line[:1].isalpha() else f'"{line}"' if "[" not in line and '"' not in line else line


WRITERS: dict[str, Callable[[Result | xr.Dataset, TextIO], None]] = {
    ".csv": _write_csv,
    ".tab": _write_tab,
    ".dat": _write_dat,
    ".nc": _write_netcdf,
}


def _write_table(data: Result | xr.Dataset, file: TextIO, delimiter: str) -> None:
    result = data if isinstance(data, Result) else _restored(data)
    cells = [cells_of(column) for column in result.columns]
    lead = ["Time"] if result.runs is None else ["Time", "Run"]
    headers = chain(lead, *(map(_text_cell, item.headers) for item in cells))
    file.write(_line(headers, delimiter) + "\n")
    for run in range(run_count(result)):
        _write_run(file, result, cells, run, delimiter)


def _restored(dataset: xr.Dataset) -> Result:
    from stockflow.simulate.dataset import restore

    try:
        return restore(dataset)
    except ValueError as fault:
        raise _UnfitError(str(fault), "keep the coordinate 'time' of the run") from fault


def _write_run(file: TextIO, result: Result, cells: list[Cells], run: int, delimiter: str) -> None:
    width = 1 + sum(len(item.headers) for item in cells)
    height = max(1, BLOCK // width)
    between = delimiter if result.runs is None else f"{delimiter}{_label(result.runs[run], delimiter)}{delimiter}"
    for start in range(0, len(result.times), height):
        stop = min(start + height, len(result.times))
        times = result.times[start:stop]
        block = np.concatenate(
            [np.empty((len(times), 0)), *(rows_of(result, item, run, start, stop) for item in cells)], axis=1
        )
        lines = zip(times.tolist(), texts(block), strict=True)
        file.writelines(f"{time!r}{between}{delimiter.join(numbers)}\n" for time, numbers in lines)


def _label(run: object, delimiter: str) -> str:
    """The label of a run as a cell: a number as it is, a text defused."""
    return _line([_text_cell(run)], delimiter) if isinstance(run, str) else str(run)


def _text_cell(text: str) -> str:
    """The text as nothing that a spreadsheet would run, and that a reader would take for a number."""
    harmless = defused(text)
    return f'"{harmless}"' if "[" not in harmless and is_number(harmless) else harmless


def _line(cells: Iterable[str], delimiter: str) -> str:
    """The cells in quotes where they hold a sign that could part them."""
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="").writerow(cells)
    return line.getvalue()


def texts(block: Array) -> Iterator[Iterator[str]]:
    """Rows of numbers as text that reads back exactly; nothing for `:NA:`."""
    plain = not (block == MISSING).any()
    for row in block.tolist():
        yield map(repr, row) if plain else ("" if value == MISSING else repr(value) for value in row)
