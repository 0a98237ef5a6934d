"""Rows of reality checks: what a test input does to a variable from a start time on, and what a check compares with.

The published forms leave open what a check starts from; each row says what is taken. Nothing here knows how a check
is run: a `grace` time within which no comparison is made, and a start at `RC START TIME`, are told by the names of the
parameters.
"""

from __future__ import annotations

from stockflow.functions.row import Example, Function

GRACE = "grace"
START = "rc start time"

_START = f"{START}: time = initial time + time step"
_SOURCE = (
    "Vensim reference: Reality Check; not verified: that a test input starts from what the variable's own equation"
    " gives, and where RC START TIME is when the model does not define it"
)
_CHECK_SOURCE = f"{_SOURCE}; nor that a check starts from the last value before RC START TIME"
_BEGUN = f"step time + time step / 2 > {START}"
_AFTER = f"MAX(0, step time - {START})"
_RISEN = (
    f"(1 + (factor - 1) * IF THEN ELSE(step time - {START} < duration, (step time - {START}) / duration, 1))"
)
_NA = -(2.0**109)


def _check_body(result: str) -> str:
    """The last value before the start, kept, and what it comes to; the missing value while the grace time lasts."""
    return (
        f"basis = frozen(IF THEN ELSE({_BEGUN}, hold(basis, x), x))\n"
        f"result = IF THEN ELSE(step time + time step / 2 > {START} + {GRACE}, {result}, :NA:)"
    )


_DOC = "The start is INITIAL TIME + TIME STEP where none is given; in a reality check it is the model's RC START TIME."
_CHECK_DOC = "`x` is its last value before the start. Until `grace` after the start no comparison is made with it."

ROWS = (
    Function(
        "rc step", f"x: a, factor: 1, {_START}", "a",
        body=f"IF THEN ELSE({_BEGUN}, x * factor, x)",
        spellings={"vensim": (f"RC STEP(x, factor[, {START}])",)},
        doc=f"x, and `factor` times x from the start on. {_DOC}",
        examples=(("RC STEP(4, 3, 0)", 12.0), ("RC STEP(4, 3, 1)", 4.0), Example("RC STEP(4, 3, 0.5)", (4.0, 12.0)),
                  Example("RC STEP(x, 3)", (5.0, 18.0, 21.0), ("x = 5 + Time",))),
        source=_SOURCE,
    ),
    Function(
        "rc ramp", f"x: a, factor: 1, duration: time, {_START}", "a",
        body=f"IF THEN ELSE({_BEGUN}, x * {_RISEN}, x)",
        spellings={"vensim": (f"RC RAMP(x, factor, duration[, {START}])",)},
        doc=f"x, going from the start on within `duration` to `factor` times x, and staying there. {_DOC}",
        # From time 1 on 1/2 of the way of 4 to 12 in each unit of time.
        examples=(Example("RC RAMP(4, 3, 2, 1)", (4.0, 4.0, 8.0, 12.0, 12.0)), ("RC RAMP(4, 3, 0, 0)", 12.0),
                  Example("RC RAMP(4, 3, 2)", (4.0, 4.0, 8.0, 12.0, 12.0))),
        source=_SOURCE,
    ),
    Function(
        "rc grow", f"x: a, rate: 1/time, {_START}", "a",
        body=f"x * EXP(rate * {_AFTER})",
        spellings={"vensim": (f"RC GROW(x, rate[, {START}])",)},
        doc=f"x, and from the start on x times an exponential that grows at `rate`. {_DOC}",
        examples=(Example("RC GROW(4, LN(2), 1)", (4.0, 4.0, 8.0, 16.0)),
                  Example("RC GROW(4, LN(2))", (4.0, 4.0, 8.0))),
        source=_SOURCE,
    ),
    Function(
        "rc decay", f"x: a, decay time: time, {_START}", "a",
        body=f"x * EXP(-{_AFTER} / decay time)",
        spellings={"vensim": (f"RC DECAY(x, decay time[, {START}])",)},
        doc=f"x, and from the start on x times an exponential that falls with the time constant `decay time`. {_DOC}",
        examples=(Example("RC DECAY(16, 1 / LN(2), 1)", (16.0, 16.0, 8.0, 4.0)),
                  Example("RC DECAY(16, 1 / LN(2))", (16.0, 16.0, 8.0))),
        source=_SOURCE, undefined="the decay time is 0",
    ),
    Function(
        "rc step check", f"{GRACE}: time, x: a, factor: 1, {_START}", "a", kind="macro",
        body=_check_body("basis * factor"),
        spellings={"vensim": (f"RC STEP CHECK({GRACE}, x, factor[, {START}])",)},
        doc=f"What RC STEP makes of x, to compare with. {_CHECK_DOC}",
        # The last x before time 1 is 5; from time 2 on 3 times that.
        # In half steps from 1 on the last x before it is 5.5; a grace of 0.25 is over with the first of them.
        examples=(
            Example("RC STEP CHECK(1, x, 3, 1)", (_NA, _NA, 15.0, 15.0), ("x = 5 + Time",)),
            Example("RC STEP CHECK(0.2, x, 3)", (_NA, 15.0, 15.0), ("x = 5 + Time",), step=0.5),
            Example("RC STEP CHECK(0.25, x, 3, 1)", (_NA, _NA, _NA, 16.5, 16.5), ("x = 5 + Time",), step=0.5),
            # The last x before time 2 is 6, in all four.
            Example("RC STEP CHECK(0, x, 3, 2)", (_NA, _NA, 18.0, 18.0), ("x = 5 + Time",)),
        ),
        source=_CHECK_SOURCE,
    ),
    Function(
        "rc ramp check", f"{GRACE}: time, x: a, factor: 1, duration: time, {_START}", "a", kind="macro",
        body=_check_body(f"basis * {_RISEN}"),
        spellings={"vensim": (f"RC RAMP CHECK({GRACE}, x, factor, duration[, {START}])",)},
        doc=f"What RC RAMP makes of x, to compare with. {_CHECK_DOC}",
        examples=(Example("RC RAMP CHECK(1, x, 3, 2, 1)", (_NA, _NA, 10.0, 15.0, 15.0), ("x = 5 + Time",)),
                  Example("RC RAMP CHECK(0, x, 3, 2, 2)", (_NA, _NA, 6.0, 12.0, 18.0), ("x = 5 + Time",)),
                  Example("RC RAMP CHECK(0, x, 3, 0.5, 1)", (_NA, _NA, 5.5, 16.5), ("x = 5 + Time",), step=0.5)),
        source=_CHECK_SOURCE,
    ),
    Function(
        "rc grow check", f"{GRACE}: time, x: a, rate: 1/time, {_START}", "a", kind="macro",
        body=_check_body(f"basis * EXP(rate * {_AFTER})"),
        spellings={"vensim": (f"RC GROW CHECK({GRACE}, x, rate[, {START}])",)},
        doc=f"What RC GROW makes of x, to compare with. {_CHECK_DOC}",
        examples=(Example("RC GROW CHECK(0, x, LN(2), 1)", (_NA, 5.0, 10.0, 20.0), ("x = 5 + Time",)),
                  Example("RC GROW CHECK(0, x, LN(2), 2)", (_NA, _NA, 6.0, 12.0), ("x = 5 + Time",))),
        source=_CHECK_SOURCE,
    ),
    Function(
        "rc decay check", f"{GRACE}: time, x: a, decay time: time, {_START}", "a", kind="macro",
        body=_check_body(f"basis * EXP(-{_AFTER} / decay time)"),
        spellings={"vensim": (f"RC DECAY CHECK({GRACE}, x, decay time[, {START}])",)},
        doc=f"What RC DECAY makes of x, to compare with. {_CHECK_DOC}",
        examples=(Example("RC DECAY CHECK(0, x, 1 / LN(2), 1)", (_NA, 5.0, 2.5, 1.25), ("x = 5 + Time",)),
                  Example("RC DECAY CHECK(0, x, 1 / LN(2), 2)", (_NA, _NA, 6.0, 3.0), ("x = 5 + Time",))),
        source=_CHECK_SOURCE, undefined="the decay time is 0",
    ),
)
