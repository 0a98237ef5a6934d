"""GET TIME VALUE with what it needs of the file: the date at time 0 and the unit that time goes in.

It knows the project's facts; the calendar itself belongs to the run time.
"""

from __future__ import annotations

from stockflow.diagnostics.model import Report
from stockflow.ir.expr import Broken, Call, Expr, Name, Number, Vector
from stockflow.ir.model import INITIAL_TIME, TIME, BaseDate, Project

# What Vensim's settings hold in a new model, by the unit of time.
_FIRST_YEAR = 2000
_UNITS = ("year", "quarter", "month", "week", "day", "hour", "minute", "second")


def dated(call: Call, project: Project, report: Report) -> Expr:
    """The call with the time, the initial time, the unit of time and the date at time 0 beside its arguments."""
    date = project.base_date or _by_units(project.time_units)
    if date is None:
        report.error("SF206", f"{call.label} needs the unit of time, which the model does not tell", call.span,
                     hint="set the date and the unit of time in Vensim's settings, or the units of TIME STEP to one of "
                          + ", ".join(_UNITS))
        return Broken(call.span)
    if project.base_date is None:
        report.warn("SF114", f"{call.label}: the model tells no date at time 0; 1 January {_FIRST_YEAR} is taken",
                    call.span, hint="set the date in Vensim's settings")
    numbers = (Number(float(part)) for part in (date.unit, date.year, date.month, date.day))
    args = (Name(TIME, "Time"), Name(INITIAL_TIME, "INITIAL TIME"), *call.args, *numbers)
    return Vector("time value", args, tuple(() for _ in args), span=call.span)


def _by_units(units: str) -> BaseDate | None:
    word = units.strip().casefold().removesuffix("s")
    return BaseDate(_FIRST_YEAR, 1, 1, _UNITS.index(word)) if word in _UNITS else None
