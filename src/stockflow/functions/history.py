"""Rows that look back on a run: past values, derivatives, rates of return, counters and growth by steps.

What is remembered is frozen within a TIME STEP. Nothing here knows how the runtime keeps the past.
"""

from __future__ import annotations

from stockflow.functions.row import Example, Function, Memory

_WORD = "A word of the bodies of rows; it has no spelling in a modelling language"

ROWS = (
    Function(
        "recorder", "x: a, when: time", "a", kind="memory", body="x",
        memory=Memory("Past", (), ("x", "when"), (), ("recall", "internal rate")),
        doc="A memory of x at all past steps.",
        source=_WORD,
    ),
    Function(
        "recall", "past: a, when: time", "a", kind="question", question="recall",
        doc="The value of the last past step up to a time; 0 before the first.",
        source=_WORD,
    ),
    Function(
        "internal rate", "past: a, present: a, now: time, missing: 1/time", "1/time", kind="question",
        question="internal rate",
        doc="The rate at which past and present values are worth nothing, `missing` where there is none.",
        source=_WORD,
    ),
    Function(
        "history", "variable: a, when: time", "a", kind="macro",
        body="given = frozen(variable)\n"
             "asked = frozen(when)\n"
             "past = recorder(given, step time)\n"
             "result = IF THEN ELSE(asked > step time - time step / 1000000, given, recall(past, asked))",
        spellings={"xmile": ("HISTORY(variable, when)",)},
        doc="The value of a variable at an earlier time: of the last step up to it, 0 before the run, and the present"
            " value for a time that is not over.",
        examples=(
            Example("HISTORY(x, TIME - 2)", (0, 0, 5, 6, 9), ("x = 5 + TIME * TIME",)),
            Example("HISTORY(x, 1)", (5, 6, 6, 6), ("x = 5 + TIME * TIME",)),
            Example("HISTORY(TIME * 3, TIME + 1)", (0, 3, 6)),
            # Halfway between two steps it is the earlier one's.
            Example("HISTORY(x, TIME - 0.5)", (0, 5, 6, 9), ("x = 5 + TIME * TIME",)),
            Example("HISTORY(x, TIME / 2)", (5, 5, 6, 6, 9), ("x = 5 + TIME * TIME",)),
        ),
        source="isee help: HISTORY; a time between two steps and one to come are not verified in Stella",
    ),
    Function(
        "self", "", "*", kind="special",
        spellings={"xmile": ("SELF",)},
        doc="The variable itself: PREVIOUS(SELF, 0) is its value one TIME STEP ago, SIZE(SELF) its number of elements.",
        examples=(
            Example("PREVIOUS(SELF, 1) * 2", (2, 4, 8)), Example("SIZE(SELF)", (3, 3, 3), ("d: a, b, c",), "d"),
        ),
        source="XMILE 1.0 section 3.5.6: SELF",
    ),
    Function(
        "rate of return", "stream: a, missing: 1/time = 0", "1/time", kind="macro",
        body="given = frozen(stream)\n"
             "past = recorder(given, step time)\n"
             "result = internal rate(past, given, step time, missing)",
        spellings={"xmile": ("IRR(stream[, missing])",)},
        doc="The rate per unit of time at which the stream since the start, the present step included, is worth nothing"
            " at the start; `missing` where there is no such rate. Of several rates it is the one nearest to 0.",
        examples=(
            # 100 are 110 / 1.1, and 60 / 0.6, and 60 / 1.2 + 72 / 1.44.
            Example("IRR(IF TIME = 0 THEN -100 ELSE 110, -1)", (-1, 0.1)),
            Example("IRR(IF TIME = 0 THEN -100 ELSE IF TIME = 1 THEN 60 ELSE 72)", (0, -0.4, 0.2)),
            # Half a unit of time apart, 100 become 110: 1.1 * 1.1 - 1.
            Example("IRR(IF TIME = 0 THEN -100 ELSE 110)", (0, 0.21), step=0.5),
        ),
        source="isee help: IRR; the unit of the rate, the value of `missing` where it is not given and the choice of"
               " several rates are not verified in Stella",
    ),
    Function(
        "end value", "variable: a, initial: a = 0", "a",
        body="initial",
        spellings={"xmile": ("ENDVAL(variable[, initial])",)},
        doc="The last value of a variable in the run before, which no run has here: `initial`.",
        examples=(("ENDVAL(TIME)", 0.0), ("ENDVAL(TIME, 5)", 5.0)),
        source="isee help: ENDVAL",
        differs="Every run is the first one: ENDVAL is its initial value, or 0, whatever ran before.",
    ),
    Function(
        "counter", "start: a, end: a", "a",
        # Within a millionth of a step a cycle is over, for times that are reached with a rounding error.
        body="start + IF THEN ELSE(end > start, step time - initial time - (end - start)"
             " * FLOOR((step time - initial time + time step / 1000000) / (end - start)), 0)",
        spellings={"xmile": ("COUNTER(start, end)",)},
        doc="Counts from `start` up to, and not including, `end`, as time goes on, and then again from `start`;"
            " `start` alone where the end is not above it.",
        examples=(
            Example("COUNTER(2, 5)", (2, 3, 4, 2, 3, 4, 2)), Example("COUNTER(0, 1)", (0, 0.5, 0, 0.5), step=0.5),
            Example("COUNTER(3, 3)", (3, 3)),
        ),
        source="isee help: COUNTER; that it begins with the run and counts in units of time is not verified in Stella",
    ),
    Function(
        "growth by steps", "rate: 1", "1/time",
        body="((1 + rate) ^ time step - 1) / time step",
        spellings={"xmile": ("CGROWTH(rate)",)},
        doc="The growth rate that, applied in every TIME STEP, makes the fractional growth `rate` in one unit of time.",
        # 1.21 over one unit of time is 1.1 over a half: 0.1 / 0.5.
        examples=(("CGROWTH(0.21)", 0.21), Example("CGROWTH(0.21)", 0.2, step=0.5)),
        source="isee help: CGROWTH; that the rate is a fraction and not in percent is read as BPTK reads it, not"
               " verified in Stella",
    ),
    Function(
        "derivative", "input: a, order: 1", "*", kind="special",
        spellings={"xmile": ("DERIVN(input, order)",)},
        doc="The derivative of an order by time, of backward differences: the first is (x - x one TIME STEP ago) / TIME"
            " STEP. 0 until there are so many steps before. The order is read once, at the start.",
        examples=(
            # Squares 0, 1, 4, 9, 16: first differences 1, 3, 5, 7, then 2 each time.
            Example("DERIVN(TIME * TIME, 1)", (0, 1, 3, 5, 7)), Example("DERIVN(TIME * TIME, 2)", (0, 0, 2, 2, 2)),
            # 0, 0.25, 1, 2.25: differences 0.25, 0.75, 1.25 over half a unit of time.
            Example("DERIVN(TIME * TIME, 1)", (0, 0.5, 1.5, 2.5), step=0.5),
            Example("DERIVN(TIME * TIME, 2)", (0, 0, 2, 2), step=0.5),
        ),
        source="isee help: DERIVN",
    ),
)
