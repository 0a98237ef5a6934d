"""Rows of smoothing, delay, trend and present value, written as hidden stocks.

Hidden stocks take part in integration like the modeller's own, so that no method treats a delay differently.
"""

from __future__ import annotations

from stockflow.functions.row import Example, Function

ROWS = (
    Function(
        "smooth", "input: a, time to average: time, initial: a = input", "a", kind="macro",
        body="level = integ((input - level) / time to average, initial)\n"
             "result = level",
        spellings={
            "vensim": ("SMOOTH(input, time to average)", "SMOOTHI(input, time to average, initial)"),
            "xmile": ("SMTH1(input, time to average[, initial])",),
        },
        doc="The exponential average of the input over `time to average`.",
        examples=(
            # A quarter of the gap in each step.
            Example("SMOOTH(STEP(8, 0.5), 4)", (0, 0, 2, 3.5, 4.625)),
            Example("SMOOTHI(8, 4, 0)", (0, 2, 3.5, 4.625)),
        ),
        source="Vensim reference: SMOOTH, SMOOTHI; XMILE 1.0 section 3.5.3: SMTH1",
    ),
    Function(
        "smooth3", "input: a, time to average: time, initial: a = input", "a", kind="macro",
        body="first = integ((input - first) / (time to average / 3), initial)\n"
             "second = integ((first - second) / (time to average / 3), initial)\n"
             "third = integ((second - third) / (time to average / 3), initial)\n"
             "result = third",
        spellings={
            "vensim": ("SMOOTH3(input, time to average)", "SMOOTH3I(input, time to average, initial)"),
            "xmile": ("SMTH3(input, time to average[, initial])",),
        },
        doc="The exponential average of third order: three averages in a row, each over a third of the time.",
        # Each stage closes half of its gap: 0, 4, 6, 7; then 0, 0, 2, 4, 5.5; then the result.
        examples=(Example("SMOOTH3I(8, 6, 0)", (0, 0, 0, 1, 2.5)), Example("SMOOTH3(3, 6)", (3, 3, 3))),
        source="Vensim reference: SMOOTH3, SMOOTH3I; XMILE 1.0 section 3.5.3: SMTH3",
    ),
    Function(
        "smooth n", "input: a, time to average: time, order: 1, initial: a = input", "a", kind="special",
        spellings={
            "vensim": ("SMOOTH N(input, time to average, initial, order)",),
            "xmile": ("SMTHN(input, time to average, order[, initial])",),
        },
        doc="The exponential average of order n: n averages in a row, each over an n-th of the time. The order is read"
            " once, at the start.",
        # Two stages that close half of their gap in a step: 0, 4, 6, 7; then the result. The other: 0, 0, 2, 5, 8.5.
        examples=(
            Example("SMOOTH N(8, 4, 0, 2)", (0, 0, 2, 4, 5.5)),
            Example("SMTHN(4 * TIME, 4, 2)", (0, 0, 0, 1, 3), spelling="xmile"),
        ),
        source="Vensim reference: SMOOTH N; XMILE 1.0 section 3.5.3: SMTHN",
    ),
    Function(
        "delay1", "input: a, delay time: time, initial: a = input", "a", kind="macro",
        body="level = integ(input - level / delay time, initial * delay time)\n"
             "result = level / delay time",
        spellings={
            "vensim": ("DELAY1(input, delay time)", "DELAY1I(input, delay time, initial)"),
            "xmile": ("DELAY1(input, delay time[, initial])",),
        },
        doc="The exponential delay of a flow, which loses nothing.",
        examples=(
            # 8 come in and a quarter of the level goes: 0, 8, 14, 18.5.
            Example("DELAY1I(8, 4, 0)", (0, 2, 3.5, 4.625)),
            Example("DELAY1(3, 4)", (3, 3, 3)),
        ),
        source="Vensim reference: DELAY1, DELAY1I; XMILE 1.0 section 3.5.3: DELAY1",
    ),
    Function(
        "delay3", "input: a, delay time: time, initial: a = input", "a", kind="macro",
        body="stage = delay time / 3\n"
             "first = integ(input - first / stage, initial * stage)\n"
             "second = integ(first / stage - second / stage, initial * stage)\n"
             "third = integ(second / stage - third / stage, initial * stage)\n"
             "result = third / stage",
        spellings={
            "vensim": ("DELAY3(input, delay time)", "DELAY3I(input, delay time, initial)"),
            "xmile": ("DELAY3(input, delay time[, initial])",),
        },
        doc="The exponential delay of third order of a flow, which loses nothing.",
        # A half of each level goes: 0, 8, 12, 14; then 0, 0, 4, 8; then 0, 0, 0, 2, 5.
        examples=(Example("DELAY3I(8, 6, 0)", (0, 0, 0, 1, 2.5)), Example("DELAY3(5, 6)", (5, 5, 5))),
        source="Vensim reference: DELAY3, DELAY3I; XMILE 1.0 section 3.5.3: DELAY3",
    ),
    Function(
        "delay3 with pipeline", "input: a, delay time: time", "a", kind="macro", outputs=("pipeline",),
        body="stage = delay time / 3\n"
             "first = integ(input - first / stage, input * stage)\n"
             "second = integ(first / stage - second / stage, input * stage)\n"
             "third = integ(second / stage - third / stage, input * stage)\n"
             "pipeline = first + second + third\n"
             "result = third / stage",
        spellings={"vensim": ("DELAYP(input, delay time)",)},
        doc="As DELAY3; `DELAYP(input, delay time : pipeline)` also defines a variable with what is in the delay.",
        examples=(
            # As in DELAY3, a step later.
            Example("DELAYP(STEP(8, 0.5), 6)", (0, 0, 0, 0, 1, 2.5)),
            # It begins full: a third of 30 in each stage.
            Example("DELAYP(5, 6)", (5, 5, 5)), Example("pipe", (30, 30), ("out = DELAYP(5, 6 : pipe)",)),
            # 8 come in in each step from 1 on, 1 goes out at 4.
            Example("pipe", (0, 0, 8, 16, 24, 31), ("out = DELAYP(STEP(8, 0.5), 6 : pipe)",)),
        ),
        source="Vensim reference: DELAYP",
    ),
    Function(
        "delay n", "input: a, delay time: time, order: 1, initial: a", "a", kind="special",
        spellings={"vensim": ("DELAY N(input, delay time, initial, order)",)},
        doc="The exponential delay of order n of a flow in which what is on its way keeps the delay time that it met on"
            " entry: a new delay time reaches the next stage one TIME STEP later. The order is read once, at the start;"
            " it is lowered where a stage would be shorter than TIME STEP.",
        examples=(
            # A half of each level goes: 0, 8, 12, 14; then 0, 0, 4, 8.
            Example("DELAY N(8, 4, 0, 2)", (0, 0, 2, 4)),
            # Both levels start with 12. From 1 on the first keeps what comes for 4, the second from 2 on: it gives
            # 12 / 2 at 0 and 1, then 9 / 4 and 10.5 / 4.
            Example("DELAY N(6, 4 + STEP(4, 1), 6, 2)", (6, 6, 2.25, 2.625)),
        ),
        source="Vensim reference: DELAY N; recorded in SDXorg test-models, delays and delay_pipeline",
    ),
    Function(
        "delay n xmile", "input: a, delay time: time, order: 1, initial: a = input", "a", kind="special",
        spellings={"xmile": ("DELAYN(input, delay time, order[, initial])",)},
        doc="The exponential delay of order n of a flow: n stages, each of an n-th of the time. The order is read once,"
            " at the start.",
        examples=(Example("DELAYN(8, 4, 2, 0)", (0, 0, 2, 4)),),
        source="XMILE 1.0 section 3.5.3: DELAYN",
    ),
    Function(
        "trend", "input: a, time to average: time, initial: 1/time", "1/time", kind="macro",
        body="average = integ((input - average) / time to average, input / (1 + initial * time to average))\n"
             "result = ZIDZ(input - average, time to average * ABS(average))",
        spellings={"vensim": ("TREND(input, time to average, initial)",)},
        doc="The fractional growth rate of the input, seen over `time to average`; it starts at `initial`.",
        # The average starts at 100 / 1.1 and closes a fifth of its gap, to 102 / 1.1; (110 / 102 - 1) / 5.
        # The trend has the sign of the change, whatever that of the average; an average of zero has none.
        examples=(
            Example("TREND(100, 5, 0.02)", (0.02, 0.016 / 1.02)), ("TREND(-100, 5, 0.02)", -0.02),
            Example("TREND(0, 5, 0.02)", (0, 0)),
        ),
        source="Vensim reference: TREND",
    ),
    Function(
        "trend from zero", "input: a, time to average: time, initial: 1/time = 0", "1/time", kind="macro",
        body="average = integ((input - average) / time to average, input / (1 + initial * time to average))\n"
             "result = SAFE QUOTIENT(input - average, time to average * ABS(average), 0)",
        spellings={"xmile": ("TREND(input, time to average[, initial])",)},
        doc="As Vensim's TREND, but only an average of exactly zero gives 0, and a growth rate of 0 is the start where"
            " none is given.",
        # The average is 1, 1, 1.2: (2 - 1) / 5, (3 - 1.2) / (5 * 1.2).
        examples=(
            Example("TREND(x, 5)", (0, 0.2, 0.3), ("x = 1 + Time",)), Example("TREND(0, 5)", (0, 0)),
            # As in Vensim's TREND.
            Example("TREND(100, 5, 0.02)", (0.02, 0.016 / 1.02), spelling="xmile"),
            Example("TREND(-100, 5, 0.02)", -0.02, spelling="xmile"),
        ),
        source="XMILE 1.0 section 3.5.3: TREND",
    ),
    Function(
        "forecast", "input: a, time to average: time, horizon: time", "a", kind="macro",
        body="average = integ((input - average) / time to average, input)\n"
             "result = input * (1 + ZIDZ(input - average, time to average * average) * horizon)",
        spellings={"vensim": ("FORECAST(input, time to average, horizon)",)},
        doc="The input `horizon` ahead, if its trend over `time to average` goes on.",
        # The average is 1, 1, 1.2 and the trend 0, 0.2, 0.3: 2 * (1 + 0.2 * 10), 3 * (1 + 0.3 * 10).
        examples=(Example("FORECAST(1 + Time, 5, 10)", (1, 6, 12)), Example("FORECAST(0, 5, 10)", (0, 0))),
        source="Vensim reference: FORECAST",
    ),
    Function(
        "forecast with trend", "input: a, time to average: time, horizon: time, trend: 1 = 0", "a", kind="macro",
        body="average = integ((input - average) / time to average, input / (1 + trend))\n"
             "result = input * (1 + SAFE QUOTIENT(input - average, time to average * average, 0) * horizon)",
        spellings={"xmile": ("FORCST(input, time to average, horizon[, trend])",)},
        doc="The input `horizon` ahead, if its trend over `time to average` goes on; `trend` is its fractional growth"
            " over that time at the start.",
        examples=(
            # As in Vensim's FORECAST.
            Example("FORCST(x, 5, 10)", (1, 6, 12), ("x = 1 + Time",)),
            # The average is 1 / 2, then 0.6: 1 * (1 + 0.5 / (5 * 0.5) * 10), 1 * (1 + 0.4 / (5 * 0.6) * 10).
            Example("FORCST(1, 5, 10, 1)", (3, 7 / 3)), Example("FORCST(0, 5, 10, 1)", (0, 0)),
        ),
        source="XMILE 1.0 section 3.5.3: FORCST; an initial trend is read as PySD reads it, not verified in Stella",
    ),
    Function(
        "npv", "stream: a, rate: 1/time, initial: a*time, factor: 1", "a*time", kind="macro",
        body="discount = integ(-discount * rate / (1 + rate * time step), 1)\n"
             "past = integ(stream * discount, initial)\n"
             "result = (past + stream * time step * discount) * factor",
        spellings={"vensim": ("NPV(stream, rate, initial, factor)",)},
        doc="The present value of the stream since the start, the current step included.",
        examples=(
            # Discounts of 1, 0.8 and 0.64: 100, 80 and 64 come to it.
            Example("NPV(100, 0.25, 0, 1)", (100, 180, 244)),
            Example("NPV(100, 0.25, 10, 2)", (220, 380)),
            # The same discounts of half the stream in half steps.
            Example("NPV(100, 0.5, 0, 1)", (50, 90, 122), step=0.5),
        ),
        source="Vensim reference: NPV",
    ),
    Function(
        "npve", "stream: a, rate: 1/time, initial: a*time, factor: 1", "a*time", kind="macro",
        body="discount = integ(-discount * rate / (1 + rate * time step), 1 / (1 + rate * time step))\n"
             "past = integ(stream * discount, initial)\n"
             "result = (past + stream * time step * discount) * factor",
        spellings={"vensim": ("NPVE(stream, rate, initial, factor)",)},
        doc="As NPV, each step's stream discounted to the end of its step.",
        # Discounts of 0.8, 0.64 and 0.512, twice.
        examples=(
            Example("NPVE(100, 0.25, 0, 2)", (160, 288, 390.4)),
            # The same discounts of half the stream in half steps: 40, 32 and 25.6 come to 10, twice.
            Example("NPVE(100, 0.5, 10, 2)", (100, 164, 215.2), step=0.5),
        ),
        source="Vensim reference: NPVE",
    ),
)
