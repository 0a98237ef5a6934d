"""Rows of finance: payments, present and future values of an annuity, and the present value of a stream.

Those of an annuity solve present * (1 + rate)^n + payment * ((1 + rate)^n - 1) / rate + future = 0; what is paid out
is negative.
"""

from __future__ import annotations

from stockflow.functions.row import Example, Function

_SIGNS = "What is paid out is negative."

ROWS = (
    Function(
        "annuity factor", "rate: 1, periods: 1", "1",
        body="IF THEN ELSE(rate = 0, periods, ((1 + rate) ^ periods - 1) / rate)",
        doc="What a payment of 1 in each period grows to.",
        source="A word of the bodies of rows; it has no spelling in a modelling language",
    ),
    Function(
        "payment", "rate: 1, periods: 1, present: a, future: a = 0", "a",
        body="-(present * (1 + rate) ^ periods + future) / ANNUITY FACTOR(rate, periods)",
        spellings={"xmile": ("PMT(rate, periods, present[, future])",)},
        doc=f"The payment in each period that turns `present` into `future`. {_SIGNS}",
        examples=(
            # 100 * 1.21 / 2.1: two payments of 57.62 pay back 100 at 10 percent.
            ("PMT(0.1, 2, 100)", -121 / 2.1), ("PMT(0, 4, 100)", -25.0), ("PMT(0.1, 2, 100, -121)", 0.0),
            ("PMT(0, 4, 100, 20)", -30.0),
        ),
        source="isee help: PMT",
    ),
    Function(
        "present value", "rate: 1, periods: 1, payment: a, future: a = 0", "a",
        body="-(payment * ANNUITY FACTOR(rate, periods) + future) / (1 + rate) ^ periods",
        spellings={"xmile": ("PV(rate, periods, payment[, future])",)},
        doc=f"What payments of `payment` in each period, and `future` at the end, are worth now. {_SIGNS}",
        examples=(
            ("PV(0.1, 2, -1.21)", 1.21 * 2.1 / 1.21), ("PV(0, 4, -25)", 100.0), ("PV(0.1, 2, 0, -121)", 100.0),
        ),
        source="isee help: PV",
    ),
    Function(
        "future value", "rate: 1, periods: 1, payment: a, present: a = 0", "a",
        body="-(present * (1 + rate) ^ periods + payment * ANNUITY FACTOR(rate, periods))",
        spellings={"xmile": ("FV(rate, periods, payment[, present])",)},
        doc=f"What `present` and payments of `payment` in each period grow to. {_SIGNS}",
        examples=(
            ("FV(0.1, 2, -100)", 210.0), ("FV(0, 4, -25)", 100.0), ("FV(0.1, 2, 0, -100)", 121.0),
            ("FV(0.1, 2, -100, -100)", 331.0),
        ),
        source="isee help: FV",
    ),
    Function(
        "present value of a stream", "stream: a, rate: 1/time, initial: a*time = 0", "a*time", kind="macro",
        body="result = NPV(stream, rate, initial, 1)",
        spellings={"xmile": ("NPV(stream, rate[, initial])",)},
        doc="The present value of the stream since the start, the current step included; `initial` is added to it.",
        examples=(
            # Discounts of 1, 0.8 and 0.64: 100, 80 and 64 come to it.
            Example("NPV(100, 0.25)", (100, 180, 244)),
            # The same discounts of half the stream in half steps.
            Example("NPV(100, 0.5, 7)", (57, 97, 129), step=0.5),
        ),
        source="isee help: NPV; the discount of a step, which is Vensim's, is not verified in Stella",
    ),
)
