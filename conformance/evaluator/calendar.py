"""GET TIME VALUE by the standard library's calendar (language reference 2.2)."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from conformance.evaluator.moments import UnknownFunction
from conformance.evaluator.numbers import NAN
from stockflow.ir.model import BaseDate, Project

UNITS = ("year", "quarter", "month", "week", "day", "hour", "minute", "second")
SECONDS = 86_400.0
LASTING = (360 * SECONDS, 90 * SECONDS, 30 * SECONDS, 7 * SECONDS, SECONDS, 3_600.0, 60.0, 1.0)

# Time that goes in years, quarters or months counts months of 30 days.
LONG = 3

# Times are met with rounding errors: so many seconds are forgiven.
ROUNDING = 1e-6


@dataclass(frozen=True)
class Calendar:
    """The date at time 0, and the unit in which time goes."""

    date: BaseDate

    @classmethod
    def of(cls, project: Project) -> Calendar:
        word = project.time_units.strip().casefold().removesuffix("s")
        if project.base_date is not None:
            return cls(project.base_date)
        if word not in UNITS:
            raise UnknownFunction("time value without a unit of time")
        return cls(BaseDate(2000, 1, 1, UNITS.index(word)))

    def value(self, now: float, initial: float, relative: float, offset: float, measure: float) -> float:
        if relative == 2:
            raise UnknownFunction("time value of the computer's clock")
        time = (initial if relative == 1 else now) + offset
        if relative not in (0, 1) or measure not in range(11) or not math.isfinite(time):
            return NAN
        return time if measure == 0 else self.measured(int(measure), time * LASTING[self.date.unit])

    def measured(self, measure: int, seconds: float) -> float:
        days = math.floor((seconds + ROUNDING) / SECONDS)
        of_day = max(seconds - days * SECONDS, 0.0)
        match measure:
            case 7:
                return float(math.floor((of_day + ROUNDING) / 3600))
            case 8:
                return float(math.floor(math.fmod(of_day + ROUNDING, 3600) / 60))
            case 9:
                return round(math.fmod(round(of_day, 6), 60), 6)
            case 10:
                return seconds % 500_000.0
        day = self.day(days)
        return float(
            {1: day.year, 2: (day.month - 1) // 3 + 1, 3: day.month, 4: day.day, 5: day.isoweekday() % 7}.get(
                measure, day.toordinal() + 365
            )
        )

    def day(self, days: int) -> dt.date:
        """The date so many days after the one at time 0."""
        base = self.date
        if base.unit >= LONG:
            return dt.date(base.year, base.month, base.day) + dt.timedelta(days)
        month, day = divmod((base.year * 12 + base.month - 1) * 30 + base.day - 1 + days, 30)
        year, month = divmod(month, 12)
        first = dt.date(year, month + 1, 1)
        following = dt.date(year + month // 11, (month + 1) % 12 + 1, 1)
        return first + dt.timedelta(min(day, (following - first).days - 1))
