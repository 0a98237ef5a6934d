"""The calendar of a run: years, months, days and clock time of a model time.

numpy only; arrays have the shape (outer..., count, runs) as in `runtime.vectors`. Where time goes in years, quarters
or months a year has 12 months of 30 days; else it is the Gregorian calendar (Vensim reference: GET TIME VALUE).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

# Days of a unit of time, by its number in Vensim's settings: year, quarter, month, week, day, hour, minute, second.
DAYS = (360.0, 90.0, 30.0, 7.0, 1.0, 1 / 24, 1 / 1440, 1 / 86400)
LONG_UNITS = 3

# Days from 1 January 1 BC to 1 January 1970, from which numpy counts; that day was a Thursday.
FROM_YEAR_0 = 719_528
THURSDAY = 4

# Times are reached with rounding errors: so much of a second before midnight is midnight.
ROUNDING = 1e-6
SECONDS = 86_400.0
ELAPSED_LIMIT = 500_000.0

# Dates so many days from time 0 are none: a day counts in whole numbers, and seconds need digits.
MOST_DAYS = 1e11

INITIAL, CLOCK = 1, 2


def time_value(
    time: Array, initial: Array, relative: Array, offset: Array, measure: Array, unit: Array, *base: Array
) -> Array:
    """A measure of the time; NaN for a measure or a relation that does not exist."""
    kind = int(unit.flat[0])
    year, month, day = (int(part.flat[0]) for part in base)
    moment = np.where(relative == INITIAL, initial, time) + offset
    if np.any(relative == CLOCK):
        moment = np.where(relative == CLOCK, _clock(kind, year, month, day), moment)
    known = (relative >= 0) & (relative <= CLOCK) & (relative == np.floor(relative))
    dated = np.abs(moment) * DAYS[kind] < MOST_DAYS
    found = np.full(np.broadcast_shapes(moment.shape, measure.shape), np.nan)
    for number in np.unique(measure):
        if number in range(11):
            chosen = known & (measure == number) & (dated | (number == 0))
            found = np.where(chosen, _measured(int(number), moment, kind, year, month, day), found)
    return np.where(np.isfinite(moment), found, np.nan)


def _clock(kind: int, year: int, month: int, day: int) -> float:
    """The model time at which the calendar shows the computer's date."""
    now = dt.datetime.now()  # noqa: DTZ005 - Vensim shows the time of the computer, in its own zone
    of_day = (now.hour * 3600 + now.minute * 60 + now.second + now.microsecond / 1e6) / SECONDS
    if kind < LONG_UNITS:
        days = ((now.year - year) * 12 + now.month - month) * 30 + min(now.day, 30) - day + of_day
    else:
        days = (now.date() - dt.date(year, month, day)).days + of_day
    return float(days / DAYS[kind])


def _measured(number: int, moment: Array, kind: int, year: int, month: int, day: int) -> Array:
    seconds = np.where(np.abs(moment) * DAYS[kind] < MOST_DAYS, moment, 0.0) * DAYS[kind] * SECONDS
    days = np.floor((seconds + ROUNDING) / SECONDS)
    of_day = np.maximum(seconds - days * SECONDS, 0.0)
    match number:
        case 0:
            return moment
        case 7:
            return np.floor((of_day + ROUNDING) / 3600)
        case 8:
            return np.floor(np.mod(of_day + ROUNDING, 3600) / 60)
        case 9:
            return np.round(np.mod(np.round(of_day, 6), 60), 6)
        case 10:
            return np.mod(np.round(seconds, 6), ELAPSED_LIMIT)
        case _:
            return _dated(number, days, kind, year, month, day)


def _dated(number: int, days: Array, kind: int, year: int, month: int, day: int) -> Array:
    """Year, quarter, month, day of the month, day of the week or days since 1 BC of a day after the base date."""
    if kind < LONG_UNITS:
        months, of_month = np.divmod((year * 12 + month - 1) * 30 + day - 1 + days, 30)
        months = months - 1970 * 12
        first = months.astype("int64").astype("datetime64[M]").astype("datetime64[D]").astype("int64")
        long = (months + 1).astype("int64").astype("datetime64[M]").astype("datetime64[D]").astype("int64") - first
        date = first + np.minimum(of_month, long - 1)
    else:
        date = days + (dt.date(year, month, day).toordinal() + 365 - FROM_YEAR_0)
        whole = date.astype("int64").astype("datetime64[D]")
        months = whole.astype("datetime64[M]").astype("int64")
        of_month = (whole - whole.astype("datetime64[M]").astype("datetime64[D]")).astype("int64")
    match number:
        case 1:
            return 1970.0 + months // 12
        case 2:
            return np.floor(np.mod(months, 12) / 3) + 1.0
        case 3:
            return np.mod(months, 12) + 1.0
        case 4:
            return of_month + 1.0
        case 5:
            return np.asarray(np.mod(date + THURSDAY, 7) + 0.0)
        case _:
            return np.asarray(date + float(FROM_YEAR_0))
