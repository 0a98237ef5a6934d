"""Results into files: .csv, .tab, Vensim's .dat and netCDF, written aside in the target's folder and then renamed.

It must not know how the numbers were computed, and leaves nothing behind when writing fails or is interrupted.
"""

from __future__ import annotations

import csv
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import numpy as np

from stockflow.diagnostics.model import Diagnostic, Severity
from stockflow.simulate.cells import MISSING, Cells, cells_of, rows_of, run_count
from stockflow.simulate.result import Array, Result

if TYPE_CHECKING:
    import xarray as xr

BLOCK = 1_000_000
"""Numbers held at a time while a table is written."""


class StoreError(Exception):
    """Results could not be written; `diagnostic` says what and why."""

    def __init__(self, path: Path, why: str, hint: str = "") -> None:
        self.diagnostic = Diagnostic("SF603", Severity.ERROR, f"cannot write {str(path)!r}: {why}", hint=hint)
        super().__init__(self.diagnostic.message)


def write(data: Result | xr.Dataset, path: str | Path) -> Path:
    """Write a result or a Dataset, in the format of the path's suffix; returns the path. Raises StoreError.

    Tables have a `Time` column, in a batch a `Run` column, and one column for each defined element,
    `name[sub1,sub2]`. Numbers read back exactly. `:NA:` is an empty cell; in a .dat file it is left out.
    """
    target = Path(path)
    check_target(target)
    writer = WRITERS[target.suffix.lower()]
    try:
        with aside(target.resolve()) as temporary:
            writer(data, temporary)
    except OSError as fault:
        raise StoreError(target, _reason(fault)) from fault
    return target


def write_text(text: str, target: Path) -> None:
    """Write a text file, or leave what was there. Raises StoreError."""
    check_folder(target)
    try:
        with aside(target.resolve()) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="\n")
    except OSError as fault:
        raise StoreError(target, _reason(fault)) from fault


def check_target(path: str | Path) -> None:
    """Raise StoreError where writing to the path is bound to fail, so that nobody waits for a run in vain."""
    target = Path(path)
    if target.suffix.lower() not in WRITERS:
        found = f"the suffix {target.suffix!r} names no format" if target.suffix else "the name has no suffix"
        raise StoreError(target, found, f"use one of {', '.join(WRITERS)}")
    check_folder(target)


def check_folder(target: Path) -> None:
    """Raise StoreError where no file can be put in the place of the target."""
    folder = target.resolve().parent
    if not folder.is_dir():
        raise StoreError(target, "its folder does not exist", "make the folder first")
    if target.is_dir():
        raise StoreError(target, "it is a folder")
    if not os.access(folder, os.W_OK):
        raise StoreError(target, "its folder may not be written to", "choose another folder")


@contextmanager
def aside(target: Path) -> Iterator[Path]:
    """A path beside the target, moved onto it when the body ends well and removed in any other case."""
    temporary = target.with_name(f".stockflow-{secrets.token_hex(6)}.part")
    try:
        yield temporary
        if target.exists():
            shutil.copymode(target, temporary)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _reason(fault: OSError) -> str:
    return (fault.strerror or str(fault) or type(fault).__name__).strip().rstrip(".").lower()


def _write_netcdf(data: Result | xr.Dataset, path: Path) -> None:
    from stockflow.simulate.dataset import build

    dataset = build(data) if isinstance(data, Result) else data
    dataset.to_netcdf(path, engine="h5netcdf")


def _write_csv(data: Result | xr.Dataset, path: Path) -> None:
    _write_table(data, path, ",")


def _write_tab(data: Result | xr.Dataset, path: Path) -> None:
    _write_table(data, path, "\t")


def _write_dat(data: Result | xr.Dataset, path: Path) -> None:
    """Vensim's text format: the name of each element on a line, then a line of time and value for each saved time."""
    result = data if isinstance(data, Result) else _restored(data, path)
    if result.runs is not None:
        raise StoreError(path, "a .dat file holds one run, and there are several", "write a .csv, .tab or .nc file")
    times = list(map(repr, result.times.tolist()))
    with path.open("x", encoding="utf-8", newline="") as file:
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


WRITERS: dict[str, Callable[[Result | xr.Dataset, Path], None]] = {
    ".csv": _write_csv,
    ".tab": _write_tab,
    ".dat": _write_dat,
    ".nc": _write_netcdf,
}


def _write_table(data: Result | xr.Dataset, path: Path, delimiter: str) -> None:
    result = data if isinstance(data, Result) else _restored(data, path)
    cells = [cells_of(column) for column in result.columns]
    with path.open("x", encoding="utf-8", newline="") as file:
        lead = ["Time"] if result.runs is None else ["Time", "Run"]
        headers = chain(lead, *(item.headers for item in cells))
        csv.writer(file, delimiter=delimiter, lineterminator="\n").writerow([defused(text) for text in headers])
        for run in range(run_count(result)):
            _write_run(file, result, cells, run, delimiter)


def _restored(dataset: xr.Dataset, path: Path) -> Result:
    from stockflow.simulate.dataset import restore

    try:
        return restore(dataset)
    except ValueError as fault:
        raise StoreError(path, str(fault)) from fault


def _write_run(file: TextIO, result: Result, cells: list[Cells], run: int, delimiter: str) -> None:
    width = 1 + sum(len(item.headers) for item in cells)
    height = max(1, BLOCK // width)
    between = delimiter if result.runs is None else f"{delimiter}{_label(result.runs[run])}{delimiter}"
    for start in range(0, len(result.times), height):
        stop = min(start + height, len(result.times))
        times = result.times[start:stop]
        block = np.concatenate(
            [np.empty((len(times), 0)), *(rows_of(result, item, run, start, stop) for item in cells)], axis=1
        )
        lines = zip(times.tolist(), texts(block), strict=True)
        file.writelines(f"{time!r}{between}{delimiter.join(numbers)}\n" for time, numbers in lines)


def _label(run: object) -> str:
    text = str(run)
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',;"\t\r\n') else text


def texts(block: Array) -> Iterator[Iterator[str]]:
    """Rows of numbers as text that reads back exactly; nothing for `:NA:`."""
    plain = not (block == MISSING).any()
    for row in block.tolist():
        yield map(repr, row) if plain else ("" if value == MISSING else repr(value) for value in row)


def defused(text: str) -> str:
    """The header with an apostrophe in front where a spreadsheet would run it as a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
