"""Rows of curves between two bounds, and of the number that is none.

Nothing here knows how a backend computes a primitive.
"""

from __future__ import annotations

from stockflow.functions.row import Function

_FORM = "the form of the curve is the usual one of that name, not verified in Stella"

ROWS = (
    Function(
        "exponential share", "share: 1, exponent: 1", "1",
        # (e^(k u) - 1) / (e^k - 1), written so that a k near 0 loses no digits; beyond 1400 the curve is a step.
        body="IF THEN ELSE(exponent = 0, share, EXP(MIN(MAX(exponent, -1400), 1400) * (share - 1) / 2)"
             " * SINH(MIN(MAX(exponent, -1400), 1400) * share / 2) / SINH(MIN(MAX(exponent, -1400), 1400) / 2))",
        doc="How much of the way from 0 to 1 an exponential curve has gone.",
        source="A word of the bodies of rows; it has no spelling in a modelling language",
    ),
    Function(
        "exponential between", "from: a, to: a, x: b, exponent: 1, start: b = 0, finish: b = 1", "a",
        body="from + (to - from) * EXPONENTIAL SHARE(MIN(MAX((x - start) / (finish - start), 0), 1), exponent)",
        spellings={"xmile": ("EXPBOUND(from, to, x, exponent[, start[, finish]])",)},
        doc="An exponential curve that goes from `from` at `start` to `to` at `finish` and is held outside: with a"
            " positive exponent slowly first, with a negative one fast first, with 0 straight.",
        examples=(
            ("EXPBOUND(2, 6, 0, 3)", 2.0), ("EXPBOUND(2, 6, 1, 3)", 6.0), ("EXPBOUND(2, 6, -1, 3)", 2.0),
            ("EXPBOUND(2, 6, 9, 3)", 6.0), ("EXPBOUND(2, 6, 0.25, 0)", 3.0),
            # e^(k / 2) = 3 and e^k = 9: a quarter of the way, (3 - 1) / (9 - 1); with the exponent turned,
            # (1/3 - 1) / (1/9 - 1) = 3/4.
            ("EXPBOUND(2, 6, 15, 2 * LN(3), 10, 20)", 3.0), ("EXPBOUND(2, 6, 15, -2 * LN(3), 10, 20)", 5.0),
            ("EXPBOUND(2, 6, 0.5, 1e-9)", 4.0000000005 - 1e-9),
        ),
        source=f"isee help: EXPBOUND; {_FORM}",
    ),
    Function(
        "logistic", "x: b, middle: b, speed: 1/b", "1",
        body="1 / (1 + EXP(-speed * (x - middle)))",
        doc="The logistic curve from 0 to 1.",
        source="A word of the bodies of rows; it has no spelling in a modelling language",
    ),
    Function(
        "logistic between", "from: a, to: a, x: b, middle: b, speed: 1/b", "a",
        body="from + (to - from) * LOGISTIC(x, middle, speed)",
        spellings={"xmile": ("LOGISTICBOUND(from, to, x, middle, speed)",)},
        doc="A logistic curve that comes from `from`, is halfway to `to` at `middle`, where its steepness is"
            " (to - from) * speed / 4, and nears `to`.",
        examples=(
            ("LOGISTICBOUND(2, 6, 5, 5, 3)", 4.0),
            # e^(2 LN(3)) = 9: 9 / (9 + 1) of the way, and 1 / 10 as far below the middle.
            ("LOGISTICBOUND(2, 6, 7, 5, LN(3))", 5.6), ("LOGISTICBOUND(2, 6, 3, 5, LN(3))", 2.4),
        ),
        source=f"isee help: LOGISTICBOUND; {_FORM}",
    ),
    Function(
        "logistic within", "from: a, to: a, x: b, middle: b, speed: 1/b, start: b, finish: b", "a",
        body="from + (to - from) * (LOGISTIC(MIN(MAX(x, start), finish), middle, speed)"
             " - LOGISTIC(start, middle, speed)) / (LOGISTIC(finish, middle, speed) - LOGISTIC(start, middle, speed))",
        spellings={"xmile": ("LOGISTICBOUND(from, to, x, middle, speed, start, finish)",)},
        doc="The part from `start` to `finish` of a logistic curve, stretched so that it goes all the way from `from`"
            " to `to`, and held outside.",
        examples=(
            ("LOGISTICBOUND(2, 6, 5, 5, LN(3), 4, 6)", 4.0), ("LOGISTICBOUND(2, 6, 4, 5, LN(3), 4, 6)", 2.0),
            ("LOGISTICBOUND(2, 6, 9, 5, LN(3), 4, 6)", 6.0), ("LOGISTICBOUND(2, 6, 1, 5, LN(3), 4, 6)", 2.0),
            # The curve is at 1/2, 3/4 and 9/10: (3/4 - 1/2) / (9/10 - 1/2) = 5/8 of the way.
            ("LOGISTICBOUND(2, 6, 6, 5, LN(3), 5, 7)", 4.5),
        ),
        source=f"isee help: LOGISTICBOUND; {_FORM}",
    ),
    Function(
        "not a number", "", "*",
        body="0 / 0",
        spellings={"xmile": ("NAN",)},
        doc="The value that is not a number.",
        examples=(("ISNAN(NAN)", 1.0), ("ISNAN(2 * NAN)", 1.0)),
        source="isee help: NAN, not verified",
    ),
    Function(
        "is not a number", "x: *", "1",
        body="IF THEN ELSE(x = x, 0, 1)",
        spellings={"xmile": ("ISNAN(x)",)},
        doc="1 where x is not a number, else 0. Infinity is a number.",
        examples=(("ISNAN(3)", 0.0), ("ISNAN(0)", 0.0), ("ISNAN(1 / 0)", 0.0), ("ISNAN(0 / 0)", 1.0)),
        source="isee help: ISNAN, not verified",
    ),
)
