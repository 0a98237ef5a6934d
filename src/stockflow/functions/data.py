"""Rows that read the points of a data variable, within a step or as a whole series before the run.

A row's key names its reader; where the points of a run come from is not its matter.
"""

from __future__ import annotations

from stockflow.functions.row import Example, Function

_SOURCE = "Vensim reference: {}"
_MISSING = -6.490371073168535e+32
_FILES = (("d.csv", "t,x\n0,4\n1,8\n3,10\n6,2\n"),)
_GIVEN = ("x := GET DIRECT DATA('d.csv', ',', 'A', 'B2')",)
_NO_POINT = " :NA: where there is no point."


def _over_time(call: str, *values: float, step: float = 1.0) -> Example:
    return Example(call, values, _GIVEN, step=step, files=_FILES)


def _statistic(what: str, name: str, units: str, says: str, *examples: tuple[str, float], note: str = "") -> Function:
    call = f"GET DATA {name}"
    return Function(
        f"data {what}", "data: b, from: time, to: time, step: time = TIME STEP", units, kind="points",
        spellings={"vensim": (f"{call}(data, from, to)",)}, doc=f"{says} from one time to another, both included.",
        examples=tuple(Example(f"{call}(x, {times})", value, _GIVEN, files=_FILES) for times, value in examples),
        source=_SOURCE.format(call) + note,
    )


ROWS = (
    Function(
        "data at", "data: b, time: time, step: time = TIME STEP", "b", kind="points",
        spellings={"vensim": ("GET DATA AT TIME(data, time)",)},
        doc="The point of a data variable at a time: the nearest one within half a TIME STEP, one in the middle"
            " belonging to the later time." + _NO_POINT,
        examples=(
            _over_time("GET DATA AT TIME(x, Time)", 4, 8, _MISSING, 10, _MISSING),
            _over_time("GET DATA AT TIME(x, Time + 0.6)", 8, _MISSING, 10),
        ),
        source=_SOURCE.format("GET DATA AT TIME") + "; how near a point must be is not verified",
    ),
    Function(
        "data between", "data: b, time: time, mode: 1, step: time = TIME STEP", "b", kind="points",
        spellings={"vensim": ("GET DATA BETWEEN TIMES(data, time, mode)",)},
        doc="A data variable at a time: linear between its points for mode 0; for mode 1 the next point and for mode"
            " -1 the last one, seen from the whole number below the time. :NA: before the first point and after the"
            " last.",
        examples=(
            _over_time("GET DATA BETWEEN TIMES(x, Time, 0)", 4, 8, 9, 10, 10 - 8 / 3),
            _over_time("GET DATA BETWEEN TIMES(x, Time, 1)", 4, 8, 10, 10, 2, 2, 2, _MISSING),
            _over_time("GET DATA BETWEEN TIMES(x, Time, -1)", 4, 8, 8, 10, 10, 10, 2, _MISSING),
            # At 0.5 the whole number below is 0, whose point is 4.
            _over_time("GET DATA BETWEEN TIMES(x, Time, 1)", 4, 4, 8, 8, 10, step=0.5),
        ),
        source=_SOURCE.format("GET DATA BETWEEN TIMES") + "; that Vensim takes whole times for modes 1 and -1, of"
               " which the reference says nothing, is recorded by SDEverywhere",
        differs="In mode 0 Vensim is recorded to give other values at times that are no whole numbers, by no rule that"
                " is known.",
    ),
    Function(
        "data first", "data: b", "time", kind="points", spellings={"vensim": ("GET DATA FIRST TIME(data)",)},
        doc="The time of the first point of a data variable." + _NO_POINT,
        examples=(Example("GET DATA FIRST TIME(x)", 0.0, _GIVEN, files=_FILES),),
        source=_SOURCE.format("GET DATA FIRST TIME"),
    ),
    Function(
        "data last", "data: b", "time", kind="points", spellings={"vensim": ("GET DATA LAST TIME(data)",)},
        doc="The time of the last point of a data variable." + _NO_POINT,
        examples=(Example("GET DATA LAST TIME(x)", 6.0, _GIVEN, files=_FILES),),
        source=_SOURCE.format("GET DATA LAST TIME"),
    ),
    _statistic("max", "MAX", "b", "The largest of the points", ("0, 6", 10.0), ("0, 2", 8.0), ("4, 5", _MISSING)),
    _statistic("min", "MIN", "b", "The smallest of the points", ("0, 6", 2.0), ("1, 3", 8.0), ("7, 9", _MISSING)),
    # (4 + 8 + 10 + 2) / 4 = 6; (8 + 10) / 2 = 9
    _statistic("mean", "MEAN", "b", "The mean of the points", ("0, 6", 6.0), ("1, 5", 9.0), ("4, 5", _MISSING)),
    # Of 2, 4, 8, 10 the middle of 4 and 8; of 4, 8, 10 the second.
    _statistic("median", "MEDIAN", "b", "The median of the points", ("0, 6", 6.0), ("0, 3", 8.0)),
    # The deviations from 6 are -2, 2, 4 and -4, their squares add up to 40, and 40 / 3 = 13.33...
    _statistic(
        "deviation", "STDV", "b", "The standard deviation of the points", ("0, 6", (40 / 3) ** 0.5), ("1, 1", 0.0),
        note="; that the sum of squares is divided by the number of points less one is not verified",
    ),
    Function(
        "data count", "data: b, from: time = -1e30, to: time = 1e30, step: time = TIME STEP", "1", kind="points",
        spellings={"vensim": ("GET DATA TOTAL POINTS(data[, from, to])",)},
        doc="The number of points of a data variable, all of them or those from one time to another.",
        examples=(
            Example("GET DATA TOTAL POINTS(x)", 4.0, _GIVEN, files=_FILES),
            Example("GET DATA TOTAL POINTS(x, 1, 5)", 2.0, _GIVEN, files=_FILES),
        ),
        source=_SOURCE.format("GET DATA TOTAL POINTS") + "; the two times are not in it",
    ),
    Function(
        "time shift", "data: b, by: time", "b", kind="series",
        spellings={"vensim": ("TIME SHIFT(data, by)",)},
        doc="A data series with all its points moved to later times by a number or constant; in a data equation (:=)"
            " only.",
        examples=(
            Example("moved", (4.0, 4.0, 4.0, 8.0, 9.0, 10.0), (*_GIVEN, "moved := TIME SHIFT(x, 2)"), files=_FILES),
        ),
        source=_SOURCE.format("TIME SHIFT") + "; that a positive number moves to later times is not verified",
    ),
    Function(
        "cumulate", "data: b", "b", kind="series", spellings={"vensim": ("CUMULATE(data)",)},
        doc="At each point of a data series the sum of all points up to it; in a data equation (:=) only.",
        # 4, 4 + 8 = 12 and 12 + 10 = 22 at the points 0, 1 and 3
        examples=(Example("total", (4.0, 12.0, 17.0, 22.0), (*_GIVEN, "total := CUMULATE(x)"), files=_FILES),),
        source=_SOURCE.format("CUMULATE"),
    ),
    Function(
        "cumulate final", "data: b", "b", kind="series", spellings={"vensim": ("CUMULATEF(data)",)},
        doc="At each point of a data series the sum of all its points; in a data equation (:=) only.",
        examples=(Example("total", (24.0, 24.0, 24.0), (*_GIVEN, "total := CUMULATEF(x)"), files=_FILES),),
        source=_SOURCE.format("CUMULATEF") + "; its value before the last point is not verified",
    ),
)
