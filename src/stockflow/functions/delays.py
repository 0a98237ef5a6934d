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
        examples=(Example("SMOOTH(STEP(8, 0.5), 4)", (0, 0, 2, 3.5, 4.625)),),
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
        source="Vensim reference: DELAYP",
    ),
    Function(
        "delay n", "input: a, delay time: time, order: 1, initial: a", "a", kind="special",
        spellings={"vensim": ("DELAY N(input, delay time, initial, order)",)},
        doc="The exponential delay of order n of a flow in which what is on its way keeps the delay time that it met on"
            " entry: a new delay time reaches the next stage one TIME STEP later. The order is read once, at the start;"
            " it is lowered where a stage would be shorter than TIME STEP.",
        source="Vensim reference: DELAY N; recorded in SDXorg test-models, delays and delay_pipeline",
    ),
    Function(
        "delay n xmile", "input: a, delay time: time, order: 1, initial: a = input", "a", kind="special",
        spellings={"xmile": ("DELAYN(input, delay time, order[, initial])",)},
        doc="The exponential delay of order n of a flow: n stages, each of an n-th of the time. The order is read once,"
            " at the start.",
        source="XMILE 1.0 section 3.5.3: DELAYN",
    ),
    Function(
        "trend", "input: a, time to average: time, initial: 1/time", "1/time", kind="macro",
        body="average = integ((input - average) / time to average, input / (1 + initial * time to average))\n"
             "result = ZIDZ(input - average, time to average * ABS(average))",
        spellings={"vensim": ("TREND(input, time to average, initial)",)},
        doc="The fractional growth rate of the input, seen over `time to average`; it starts at `initial`.",
        source="Vensim reference: TREND",
    ),
    Function(
        "trend from zero", "input: a, time to average: time, initial: 1/time = 0", "1/time", kind="macro",
        body="average = integ((input - average) / time to average, input / (1 + initial * time to average))\n"
             "result = SAFE QUOTIENT(input - average, time to average * ABS(average), 0)",
        spellings={"xmile": ("TREND(input, time to average[, initial])",)},
        doc="As Vensim's TREND, but only an average of exactly zero gives 0, and a growth rate of 0 is the start where"
            " none is given.",
        source="XMILE 1.0 section 3.5.3: TREND",
    ),
    Function(
        "forecast", "input: a, time to average: time, horizon: time", "a", kind="macro",
        body="average = integ((input - average) / time to average, input)\n"
             "result = input * (1 + ZIDZ(input - average, time to average * average) * horizon)",
        spellings={"vensim": ("FORECAST(input, time to average, horizon)",)},
        doc="The input `horizon` ahead, if its trend over `time to average` goes on.",
        source="Vensim reference: FORECAST",
    ),
    Function(
        "forecast with trend", "input: a, time to average: time, horizon: time, trend: 1 = 0", "a", kind="macro",
        body="average = integ((input - average) / time to average, input / (1 + trend))\n"
             "result = input * (1 + SAFE QUOTIENT(input - average, time to average * average, 0) * horizon)",
        spellings={"xmile": ("FORCST(input, time to average, horizon[, trend])",)},
        doc="The input `horizon` ahead, if its trend over `time to average` goes on; `trend` is its fractional growth"
            " over that time at the start.",
        source="XMILE 1.0 section 3.5.3: FORCST; an initial trend is read as PySD reads it, not verified in Stella",
    ),
    Function(
        "npv", "stream: a, rate: 1/time, initial: a*time, factor: 1", "a*time", kind="macro",
        body="discount = integ(-discount * rate / (1 + rate * time step), 1)\n"
             "past = integ(stream * discount, initial)\n"
             "result = (past + stream * time step * discount) * factor",
        spellings={"vensim": ("NPV(stream, rate, initial, factor)",)},
        doc="The present value of the stream since the start, the current step included.",
        source="Vensim reference: NPV",
    ),
    Function(
        "npve", "stream: a, rate: 1/time, initial: a*time, factor: 1", "a*time", kind="macro",
        body="discount = integ(-discount * rate / (1 + rate * time step), 1 / (1 + rate * time step))\n"
             "past = integ(stream * discount, initial)\n"
             "result = (past + stream * time step * discount) * factor",
        spellings={"vensim": ("NPVE(stream, rate, initial, factor)",)},
        doc="As NPV, each step's stream discounted to the end of its step.",
        source="Vensim reference: NPVE",
    ),
)
