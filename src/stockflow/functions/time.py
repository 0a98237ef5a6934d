"""Rows of time: test inputs, waves, and XMILE's names of the clock.

Test inputs look at `step time`, so that they stay the same inside one TIME STEP whatever the integration method.
Examples hold at time 0 of a run from 0 to 10 with TIME STEP 1. Nothing here knows how a run keeps its clock.
"""

from __future__ import annotations

from stockflow.functions.row import Example, Function

# A pulse of no width lasts one step, and a step begins half a step early: so a time that is reached with a rounding
# error, or that falls between two steps, still belongs to exactly one of them.
ROWS = (
    Function(
        "time value", "relative: 1, offset: time, measure: 1", "*", kind="special",
        spellings={"vensim": ("GET TIME VALUE(relative, offset, measure)",)},
        doc="A measure of the time (`relative` 0), of the initial time (1), both moved by `offset`, or of the"
            " computer's clock (2): 0 the model's time, 1 the year, 2 the quarter, 3 the month, 4 the day of the month,"
            " 5 the day of the week from 0 for Sunday, 6 the days since 1 January 1 BC, 7 the hour, 8 the minute, 9 the"
            " second, 10 the seconds since the date at time 0, modulo 500,000. Where time goes in years, quarters or"
            " months, a month has 30 days. The date at time 0 is that of the settings.",
        undefined="there is no such measure, `relative` is not 0, 1 or 2, or the date is too far away",
        # Day 59 after 1 January 2000, a Saturday, is 29 February, a Tuesday. From 1 January 1 BC to it there are 5
        # times 400 years of 146,097 days. 6 days are 518,400 seconds. 14 months on is March 2001, half a month 15 days.
        examples=(
            *(Example(f"GET TIME VALUE(0, {offset}, {measure})", value, unit=unit)
              for offset, measure, value, unit in (
                (59, 0, 59.0, "Day"), (59, 1, 2000.0, "Day"), (59, 2, 1.0, "Day"), (59, 3, 2.0, "Day"),
                (59, 4, 29.0, "Day"), (59, 5, 2.0, "Day"), (0, 5, 6.0, "Day"), (0, 6, 730485.0, "Day"),
                (59.75, 7, 18.0, "Day"), (61, 7, 13.0, "Hour"), (135, 8, 15.0, "Minute"), (135, 9, 15.0, "Second"),
                (6, 10, 18400.0, "Day"), (1000000, 10, 0.0, "Second"), (14, 1, 2001.0, "Months"),
                (14, 3, 3.0, "Months"), (14.5, 4, 16.0, "Months"), (0.5, 2, 3.0, "Year"))),
            Example("GET TIME VALUE(0, 0, 3)", (1.0, 2.0, 3.0), unit="Month"),
            Example("GET TIME VALUE(1, 2, 3)", (3.0, 3.0, 3.0), unit="Month"),
        ),
        source="Vensim reference: GET TIME VALUE; recorded in SDXorg test-models, get_time_value",
        differs="Vensim 7.3 gives for `relative` 1 what it gives for 0 (recorded in PySD's issue 332); here it is the"
                " initial time, as the reference says.",
    ),
    Function(
        "time base", "start: *, slope: *", "*",
        body="start + slope * time",
        spellings={"vensim": ("TIME BASE(start, slope)",)},
        doc="A time of its own: `start` at time 0, moving by `slope` per unit of time.",
        examples=(Example("TIME BASE(3, 2)", (3, 5, 7)),),
        source="Vensim reference: TIME BASE, as other tools read it; not verified",
    ),
    Function(
        "step", "height: a, start: time", "a",
        body="IF THEN ELSE(step time + time step / 2 > start, height, 0)",
        spellings={"vensim": ("STEP(height, start)",), "xmile": ("STEP(height, start)",)},
        doc="0, and from `start` on `height`.",
        examples=(
            ("STEP(5, 0)", 5.0), ("STEP(5, 1)", 0.0), Example("STEP(5, 0.3)", (0, 0, 0, 5, 5), step=0.1),
            Example("STEP(5, 0.5)", (0, 5, 5)),
        ),
        source="Vensim reference: STEP; XMILE 1.0 section 3.5.4: STEP",
    ),
    Function(
        "pulse", "start: time, width: time", "1",
        body="IF THEN ELSE(step time + time step / 2 > start"
             " :AND: step time + time step / 2 < start + IF THEN ELSE(width > 0, width, time step), 1, 0)",
        spellings={"vensim": ("PULSE(start, width)",)},
        doc="1 from `start` for `width`, else 0. A width of 0 lasts one TIME STEP.",
        # A time counts by its middle, half a TIME STEP on: it must be above the start and below the end.
        examples=(
            ("PULSE(0, 2)", 1.0), ("PULSE(0, 0)", 1.0), ("PULSE(1, 5)", 0.0), ("PULSE(-2, 2)", 0.0),
            Example("PULSE(1, 2)", (0, 1, 1, 0)), Example("PULSE(0.5, 2)", (0, 1, 0)),
            Example("PULSE(1, 0)", (0, 1, 0)), Example("PULSE(0, 0.25)", (0, 0)),
            Example("PULSE(1, 1)", (0, 0, 1, 1, 0), step=0.5),
        ),
        source="Vensim reference: PULSE",
    ),
    Function(
        "pulse train", "start: time, width: time, between: time, end: time", "1",
        # The end is met within a millionth of a step, for times that are reached with a rounding error.
        body="IF THEN ELSE(step time + time step / 2 >= start :AND: step time <= end + time step * 1e-6,"
             " IF THEN ELSE(MODULO(step time + time step / 2 - start, between) < MAX(width, time step), 1, 0), 0)",
        spellings={"vensim": ("PULSE TRAIN(start, width, between, end)",)},
        doc="Pulses of `width`, the first at `start` and one more every `between`, up to `end`. Where `between` is not"
            " above the width the pulses join; a width below TIME STEP lasts one step.",
        examples=(("PULSE TRAIN(0, 1, 3, 10)", 1.0), ("PULSE TRAIN(-1, 1, 3, 10)", 0.0),
                  ("PULSE TRAIN(-3, 1, 3, 10)", 1.0), ("PULSE TRAIN(-3, 1, 3, -1)", 0.0),
                  ("PULSE TRAIN(-5, 2, 0, 10)", 1.0), Example("PULSE TRAIN(1, 1, 3, 6)", (0, 1, 0, 0, 1, 0, 0, 0)),
                  Example("PULSE TRAIN(1, 1, 3, 7)", (0, 1, 0, 0, 1, 0, 0, 1)),
                  # At 0.5 the middle of the step is 0.75, which is where the first begins.
                  Example("PULSE TRAIN(0.75, 0.2, 2, 9)", (0, 1, 0, 0, 0, 1), step=0.5),
                  Example("PULSE TRAIN(0, 1, 2, 9)", (1, 1, 0, 0, 1), step=0.5),
                  # Three steps of 0.1 are a little more than 0.3.
                  Example("PULSE TRAIN(0, 0.1, 0.3, 0.3)", (1, 0, 0, 1, 0), step=0.1)),
        source="Vensim reference: PULSE TRAIN",
    ),
    Function(
        "ramp", "slope: a/time, start: time = initial time, finish: time = final time", "a",
        body="IF THEN ELSE(step time > start,"
             " slope * (IF THEN ELSE(start > finish, step time, MIN(step time, finish)) - start), 0)",
        spellings={"vensim": ("RAMP(slope, start, finish)",), "xmile": ("RAMP(slope[, start[, finish]])",)},
        doc="0 up to `start`, then rising by `slope` per unit of time up to `finish`, then constant. A `finish` before"
            " `start` is never met.",
        examples=(
            ("RAMP(2, -3, 5)", 6.0), ("RAMP(2, -3, -1)", 4.0), ("RAMP(2, 1, 5)", 0.0),
            Example("RAMP(2, 1, 1)", (0, 0, 0, 0)), Example("RAMP(2, 3, 1)", (0, 0, 0, 0, 2, 4)),
            Example("RAMP(2)", (0, 2, 4), spelling="xmile"), Example("RAMP(2, 1)", (0, 0, 2, 4), spelling="xmile"),
            Example("RAMP(2, 1, 2)", (0, 0, 2, 2), spelling="xmile"),
        ),
        source="Vensim reference: RAMP; XMILE 1.0 section 3.5.4: RAMP; a finish before the start is not verified",
    ),
    Function(
        "pulse once", "volume: a, first: time = initial time, interval: time = 0", "a/time",
        body="IF THEN ELSE(step time + time step / 2 >= first :AND:"
             " IF THEN ELSE(interval > 0, MODULO(step time + time step / 2 - first, interval),"
             " step time + time step / 2 - first) < time step, volume / time step, 0)",
        spellings={"xmile": ("PULSE(volume[, first[, interval]])",)},
        doc="A flow that carries `volume` within one TIME STEP at `first`, and again every `interval` if one is given.",
        examples=(("PULSE(20, 0)", 20.0), ("PULSE(20, 1)", 0.0), ("PULSE(20, -2)", 0.0), ("PULSE(20, -4, 2)", 20.0),
                  ("PULSE(20, -3, 2)", 0.0), Example("PULSE(6, 1)", (0, 0, 12, 0), step=0.5),
                  Example("PULSE(6, 1, 1)", (0, 0, 12, 0, 12, 0), step=0.5),
                  Example("PULSE(6, 1, 2)", (0, 6, 0, 6, 0)), Example("PULSE(6, 0.5)", (6, 0, 0))),
        source="XMILE 1.0 section 3.5.4: PULSE",
    ),
    Function(
        "pulse repeated", "volume: a, first: time = initial time, interval: time = time step", "a/time",
        body="PULSE ONCE(volume, first, interval)",
        spellings={"stella": ("PULSE(volume[, first[, interval]])",)},
        doc="As XMILE's PULSE, but without an interval it comes at every TIME STEP from `first` on; with the interval"
            " 0, once.",
        examples=(
            ("PULSE(20)", 20.0), ("PULSE(20, 1)", 0.0), Example("PULSE(6, 2)", (0, 0, 6, 6, 6)),
            Example("PULSE(6, 2, 0)", (0, 0, 6, 0, 0)), Example("PULSE(6, 0, 2)", (6, 0, 6, 0)),
        ),
        source="isee help: PULSE",
    ),
    Function(
        "sine wave", "amplitude: a, period: time", "a",
        body="amplitude * SIN(6.283185307179586 * (time - initial time) / period)",
        spellings={"xmile": ("SINWAVE(amplitude, period)",)},
        doc="A sine wave that starts at 0 at the start of the run.",
        examples=(Example("SINWAVE(3, 4)", (0, 3, 0, -3)),),
        source="isee help: SINWAVE",
    ),
    Function(
        "cosine wave", "amplitude: a, period: time", "a",
        body="amplitude * COS(6.283185307179586 * (time - initial time) / period)",
        spellings={"xmile": ("COSWAVE(amplitude, period)",)},
        doc="A cosine wave that starts at its amplitude at the start of the run.",
        examples=(Example("COSWAVE(3, 4)", (3, 0, -3, 0)),),
        source="isee help: COSWAVE",
    ),
    Function(
        "current time", "", "time",
        body="time",
        spellings={"xmile": ("TIME",)},
        doc="The time of the run.",
        examples=(("TIME", 0.0),),
        source="XMILE 1.0 section 3.5.5: TIME",
    ),
    Function(
        "dt", "", "time",
        body="time step",
        spellings={"xmile": ("DT",)},
        doc="The time between two steps.",
        examples=(("DT", 1.0),),
        source="XMILE 1.0 section 3.5.5: DT",
    ),
    Function(
        "starttime", "", "time",
        body="initial time",
        spellings={"xmile": ("STARTTIME",)},
        doc="The time at which the run starts.",
        examples=(("STARTTIME", 0.0),),
        source="XMILE 1.0 section 3.5.5: STARTTIME",
    ),
    Function(
        "stoptime", "", "time",
        body="final time",
        spellings={"xmile": ("STOPTIME",)},
        doc="The time at which the run ends.",
        examples=(("STOPTIME", 10.0),),
        source="XMILE 1.0 section 3.5.5: STOPTIME",
    ),
)
