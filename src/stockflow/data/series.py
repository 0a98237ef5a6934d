"""Files of outside series, and a series read at the times of a run by the rule for its gaps.

It knows points, times and columns; which variable wants them, and what for, is not its matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stockflow.data.tabular import Series, open_table, series_of
from stockflow.diagnostics.model import Report
from stockflow.limits import USUAL, Limits
from stockflow.runtime.numeric import MISSING

Array = NDArray[np.float64]

ROUNDING = 1e-6
"""Times in files are rounded and steps are sums: within this share of a TIME STEP two times are the same."""


@dataclass(frozen=True, slots=True, eq=False)
class DataFile:
    """One file as read: `series` by column key, `sha256` of its bytes."""

    name: str
    path: Path
    sha256: str
    series: dict[str, Series]


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """The files of a run; a column that several files have is taken from the last of them."""

    files: tuple[DataFile, ...] = ()

    def find(self, key: str) -> tuple[DataFile, Series] | None:
        found = [file for file in self.files if key in file.series]
        return (found[-1], found[-1].series[key]) if found else None

    def holders(self, key: str) -> tuple[str, ...]:
        return tuple(file.name for file in self.files if key in file.series)

    def near(self, key: str) -> str:
        """The label of the column whose key is most like this one; empty where none is."""
        labels = {column: series.label for file in self.files for column, series in file.series.items()}
        close = get_close_matches(key, list(labels), n=1, cutoff=0.75)
        return labels[close[0]] if close else ""

    @property
    def names(self) -> str:
        return ", ".join(file.name for file in self.files)

    @property
    def hashes(self) -> dict[str, str]:
        """sha256 by file name; of two files of one name, the later one goes by its whole path."""
        found: dict[str, str] = {}
        for file in self.files:
            found[file.name if found.get(file.name, file.sha256) == file.sha256 else str(file.path)] = file.sha256
        return found


@dataclass(slots=True)
class Shelf:
    """Files kept after the first reading, as long as size and time of change on the disk stay the same."""

    kept: dict[Path, tuple[tuple[int, int], DataFile]] = field(default_factory=dict)

    def library(self, paths: Iterable[str | Path], report: Report, limits: Limits = USUAL) -> Library:
        """The files in the order given; what cannot be read is reported and left out."""
        files = (self.file(Path(path), report, limits) for path in paths)
        return Library(tuple(file for file in files if file is not None))

    def file(self, path: Path, report: Report, limits: Limits = USUAL) -> DataFile | None:
        stamp = _stamp(path)
        kept = self.kept.get(path)
        if kept is not None and kept[0] == stamp:
            return kept[1]
        found = read_file(path, report, limits)
        if found is not None and stamp is not None:
            self.kept[path] = (stamp, found)
        return found


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_size, facts.st_mtime_ns


def read_file(path: Path, report: Report, limits: Limits = USUAL) -> DataFile | None:
    """A file of series, or None where the report says why there is none."""
    found = Report(file=path.name)
    source = open_table(path, found, limits)
    series = series_of(source, found) if source is not None else {}
    report.items += found.items
    if source is None or found.failed:
        return None
    return DataFile(path.name, path, source.sha256, series)


def usable(series: Series, report: Report) -> Series | None:
    """The series with one value per time and without `:NA:`, which is no point; None where nothing is left.

    Times must be numbers; of several values for one time the last is taken, which is reported.
    """
    fine = np.isfinite(series.times) & ~np.isclose(series.values, MISSING, rtol=1e-5)
    times, values = series.times[fine], series.values[fine]
    again = np.flatnonzero(np.diff(times) == 0)
    if len(again):
        when = f"{times[again[0]]:g}"
        report.warn("SF602", f"the data of '{series.label}' have several values at time {when}; the last one is used")
        last = np.append(np.diff(times) != 0, True)
        times, values = times[last], values[last]
    return Series(series.label, times, values, series.line) if len(times) else None


def at_times(series: Series, times: Array, step: float, keyword: str) -> Array:
    """The values of a series at the times of a run, by the rule that the data variable names.

    "raw"            `:NA:` unless a point lies within half a step (a point in the middle belongs to the later time)
    "hold backward"  the last point not later; before the first point the first
    "look forward"   the next point not earlier; after the last point the last
    "interpolate"    also "": linear between points, the ends held

    Source: Vensim reference, Data Variables; the ends are recorded from Vensim 7.3.4 (sdxorg test-models,
    get_with_missing_values_xlsx).
    """
    if not len(series.times):
        return np.full(len(times), MISSING)
    same = ROUNDING * step
    match keyword:
        case "raw":
            return _raw(series, times, step)
        case "hold backward":
            places = np.searchsorted(series.times, times + same, side="right") - 1
            return series.values[np.maximum(places, 0)]
        case "look forward":
            places = np.searchsorted(series.times, times - same, side="left")
            return series.values[np.minimum(places, len(series.times) - 1)]
        case _:
            return np.interp(times, series.times, series.values)


def _raw(series: Series, times: Array, step: float) -> Array:
    """Each point goes to one time, the nearest; of several points the nearest to the time counts."""
    places = np.floor((series.times - times[0]) / step + 0.5 + ROUNDING)
    inside = (places >= 0) & (places < len(times))
    points, values = series.times[inside], series.values[inside]
    places = places[inside].astype(np.intp)
    distance = np.abs(points - times[places])
    made = np.full(len(times), MISSING)
    farthest_first = np.argsort(-distance, kind="stable")
    made[places[farthest_first]] = values[farthest_first]
    return made


def at_points(series: Series, times: Array, step: float, keyword: str) -> Array:
    """The values of a series at the times of other points: as in a run, but a raw point counts at its own time only."""
    if keyword != "raw" or not len(series.times):
        return at_times(series, times, step, keyword)
    places = np.minimum(np.searchsorted(series.times, times - ROUNDING * step), len(series.times) - 1)
    there = np.abs(series.times[places] - times) <= ROUNDING * step
    return np.where(there, series.values[places], MISSING)


def distinct(found: Iterable[Array], step: float) -> Array:
    """All times in order, each once; those within the rounding of a step are one."""
    times = np.unique(np.concatenate(list(found)))
    return times[np.append(True, np.diff(times) > ROUNDING * step)] if len(times) else times


def within(times: Array, own: Array, step: float) -> NDArray[np.bool_]:
    """Which of the times are among a series' own."""
    if not len(own):
        return np.zeros(len(times), dtype=np.bool_)
    places = np.searchsorted(own, times - ROUNDING * step)
    near: NDArray[np.bool_] = np.abs(own[np.minimum(places, len(own) - 1)] - times) <= ROUNDING * step
    return near


# Series made of a whole series, by the key of the function.


def shifted(series: Series, by: float) -> Series:
    return replace(series, times=series.times + by)


def cumulated(series: Series) -> Series:
    """At each point the sum of all up to it."""
    return replace(series, values=np.add.accumulate(series.values))


def totalled(series: Series) -> Series:
    """At each point the sum of all."""
    return replace(series, values=np.full(len(series.values), cumulated(series).values[-1:].sum()))


SERIES: dict[str, Callable[..., Series]] = {
    "time shift": shifted, "cumulate": cumulated, "cumulate final": totalled,
}
