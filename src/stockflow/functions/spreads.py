"""Rows of what spreads its input over later times: a conveyor, a delay by a profile, depreciation.

A row says what its memory is told and given; how it spreads is in the runtime, and here in words.
"""

from __future__ import annotations

from stockflow.functions.row import Example, Function, Memory

_FLAT = "flat((0,1),(1,1))"
_BOX = "box((0,1),(2,1))"

# A share of 3 out of 4 in the fiscal period of the expense, 1 out of 4 in the next.
_SCHEDULE = ("years: year1, year2", "share[years] = 3, 1")

ROWS = (
    Function(
        "delay conveyor",
        "input: a, delay time: time, leakage: 1/time, profile: *, total: a*time, initial time: time", "a",
        kind="memory", body="total / MAX(initial time, time step)",
        spellings={"vensim": ("DELAY CONVEYOR(input, delay time, leakage, profile, total, initial time)",)},
        memory=Memory(
            "ConveyorDelay", ("total", "initial time"), ("input", "delay time", "leakage"), ("profile",)
        ),
        doc="What comes off a belt on which the input rides for the delay time. A new delay time changes the speed of"
            " the belt, from the step after on. Of all that is on the belt, what has just come in too, the fraction"
            " `leakage` is lost per unit of time. At the start the belt holds `total`, spread from its entry to its"
            " exit by the lookup `profile`, both axes stretched, and runs at the speed of `initial time`; the first"
            " value is `total` / `initial time` whatever the profile. The direction of the profile, and the step that a"
            " new delay time takes, are not verified in Vensim.",
        examples=(
            # A quarter of 20 leaves in each of the first 4 steps.
            Example("DELAY CONVEYOR(10, 4, 0, flat, 20, 4)", (5, 5, 5, 5, 10, 10), (_FLAT,)),
            # A tenth is lost in each step: of 5 after one, two and three steps, of 10 after four.
            Example(
                "DELAY CONVEYOR(10, 4, 0.1, flat, 20, 4)", (5, 5 * 0.9, 5 * 0.9**2, 5 * 0.9**3, 10 * 0.9**4), (_FLAT,)
            ),
            # A belt is at least one step long.
            Example("DELAY CONVEYOR(10, 4, 0, flat, 20, 0.5)", (20,), (_FLAT,)),
            # Of 16 under a triangle 7, 5, 3 and 1 lie on the quarters from the exit; the first value is 16 / 4.
            Example("DELAY CONVEYOR(0, 4, 0, rising, 16, 4)", (4, 5, 3, 1, 0), ("rising((0,0),(1,1))",)),
        ),
        source="Vensim reference: DELAY CONVEYOR",
    ),
    Function(
        "delay profile", "profile: *, input: a, delay time: time, initial: a, growth: 1/time", "a", kind="memory",
        body="initial",
        spellings={"vensim": ("DELAY PROFILE(profile, input, delay time, initial, growth)",)},
        memory=Memory("ProfileDelay", ("delay time", "growth"), ("input", "delay time"), ("profile",)),
        doc="A delay whose response to a pulse is the lookup `profile`, scaled to the area 1 and to the delay time as"
            " its mean; each part of it comes after the nearest number of whole steps, at least one. Before the start"
            " the input grew by the fraction `growth` per unit of time, step by step, so that `initial` comes out at"
            " the start. How the profile is cut into steps, that each input keeps the delay time that it met, and that"
            " `initial` is what comes out, are not verified in Vensim.",
        examples=(
            # Of a box from 0 to 4 the parts to 1.5, 2.5, 3.5 and 4 are 0.375, 0.25, 0.25 and 0.125 of its area.
            Example("DELAY PROFILE(box, STEP(8, 0.5), 2, 0, 0)", (0, 0, 3, 5, 7, 8, 8), (_BOX,)),
            # From 0 to 2: 0.75 and 0.25. Before the start 8 and 4 came in: 0.75 * 8 + 0.25 * 4, then 0.25 * 8.
            Example("DELAY PROFILE(box, 0, 1, 7, 1)", (7, 2, 0), (_BOX,)),
        ),
        source="Vensim reference: DELAY PROFILE",
    ),
    Function(
        "depreciate straightline", "stream: a, time: time, fiscal period: *, initial: a", "a", kind="memory",
        body="initial",
        spellings={"vensim": ("DEPRECIATE STRAIGHTLINE(stream, time, fiscal period, initial)",)},
        memory=Memory("StraightLine", ("time", "fiscal period"), ("stream", "time")),
        doc="The stream, each step's spread evenly over `time` from the next step on, in whole steps, rounded up."
            " `initial` is the depreciation at the start, of a stream that has been as high before. A fiscal period of"
            " 1 is none; others are refused, as what Vensim makes of them is not known. What `initial` leads to is not"
            " verified in Vensim.",
        examples=(
            # 6 in the first step only: a third in each of 3 steps.
            Example("DEPRECIATE STRAIGHTLINE(PULSE(0, 1) * 6, 3, 1, 0)", (0, 2, 2, 2, 0)),
            # 12 before the start goes down by a quarter in each step: 9, 6, 3, 0; 4, 8 ... of 16 come to it.
            Example("DEPRECIATE STRAIGHTLINE(16, 4, 1, 12)", (12, 13, 14, 15, 16, 16)),
            # 2.5 are 3 steps.
            Example("DEPRECIATE STRAIGHTLINE(6, 2.5, 1, 0)", (0, 2, 4, 6, 6)),
        ),
        source="Vensim reference: DEPRECIATE STRAIGHTLINE; the rounding up is SDEverywhere's",
    ),
    Function(
        "depreciate by schedule", "stream: a, schedule: 1, initial: a, time: time, fiscal start: time", "a",
        kind="memory", body="initial",
        spellings={"vensim": ("DEPRECIATE BY SCHEDULE(stream, schedule, initial, time, fiscal start)",)},
        memory=Memory(
            "ScheduledDepreciation", ("time", "fiscal start", "INITIAL TIME"), ("stream", "time"), array="schedule"
        ),
        doc="The stream, each step's spread over `time` from the next step on by an array of shares, which is named by"
            " its first element. `time` has as many fiscal periods as the array has elements from there on; one of them"
            " starts at `fiscal start`. The first share falls on what is left of the fiscal period, the others on the"
            " periods after it. The shares count by their part of their sum. `initial` is the depreciation at the"
            " start, of a stream that has been as high before. That the first share falls on the rest of the period,"
            " and what `initial` leads to, are not verified in Vensim.",
        examples=(
            # Periods of 2 from 0 on: 8 in the first step is 6 in the first period and 2 in the next.
            Example("DEPRECIATE BY SCHEDULE(PULSE(0, 1) * 8, share[year1], 0, 4, 0)", (0, 3, 3, 1, 1, 0), _SCHEDULE),
            # Periods that start at 1: the first step is the last of its period.
            Example("DEPRECIATE BY SCHEDULE(PULSE(0, 1) * 8, share[year1], 0, 4, 1)", (0, 6, 1, 1, 0, 0), _SCHEDULE),
            # 8 before the start leaves a quarter for one period.
            Example("DEPRECIATE BY SCHEDULE(0, share[year1], 8, 4, 0)", (8, 2, 2, 0, 0), _SCHEDULE),
        ),
        source="Vensim reference: DEPRECIATE BY SCHEDULE",
    ),
)
