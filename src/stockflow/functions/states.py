"""Rows with a memory: stocks, values of the start, values of one TIME STEP ago, pipelines, samples.

A parameter called `initial` is read at the start of a run only. Nothing here knows where a backend keeps a state.
"""

from __future__ import annotations

from stockflow.functions.row import Example, Function

ROWS = (
    Function(
        "integ", "rate: a/time, initial: a", "a", kind="state",
        spellings={"vensim": ("INTEG(rate, initial)",), "xmile": ("INTEG(rate, initial)",)},
        doc="A stock: starts at `initial` and changes by `rate` per unit of time.",
        examples=(Example("INTEG(2, 3)", (3, 5, 7)), Example("INTEG(2 + Time, 3)", (3, 4, 5.25), step=0.5)),
        source="Vensim reference: INTEG; XMILE 1.0 section 4.2: stock, which is read as a call of this row",
    ),
    Function(
        "hold", "next: a, initial: a", "a", kind="state",
        spellings={"xmile": ("PREVIOUS(next, initial)",)},
        doc="The value one TIME STEP ago; `initial` at the first step.",
        examples=(Example("PREVIOUS(x, 9)", (9, 5, 6, 7), ("x = 5 + Time",)),),
        source="XMILE 1.0 section 3.5.6: PREVIOUS",
    ),
    Function(
        "ring", "input: a, delay time: time, initial: a = input", "a", kind="state",
        spellings={
            "vensim": ("DELAY FIXED(input, delay time, initial)",),
            "xmile": ("DELAY(input, delay time[, initial])",),
        },
        doc="The input as it was `delay time` ago, `initial` before. The time is read once, at the start, and counted"
            " in whole steps: the nearest number, at least one.",
        examples=(
            Example("DELAY FIXED(Time, 2, -1)", (-1, -1, 0, 1, 2)),
            Example("DELAY FIXED(Time, 0.5, -1)", (-1, 0, 1)),
            Example("DELAY FIXED(Time, 1.5, -1)", (-1, -1, 0, 1)),
            # The time at the start counts, 2, not the later ones.
            Example("DELAY FIXED(Time, 2 - Time, -1)", (-1, -1, 0, 1)),
        ),
        source="Vensim reference: DELAY FIXED; recorded in SDXorg test-models, delay_fixed; XMILE 1.0 section 3.5.3",
    ),
    Function(
        "frozen", "x: a", "a", kind="special",
        doc="x computed once per TIME STEP, whatever the integration method.",
        source="A word of the bodies of rows; it has no spelling in a modelling language",
    ),
    Function(
        "initial", "initial: a", "a", kind="special",
        spellings={"vensim": ("INITIAL(initial)",), "xmile": ("INIT(initial)",)},
        doc="The value at the start of the run, kept.",
        examples=(Example("INITIAL(5 + Time)", (5, 5, 5)),),
        source="Vensim reference: INITIAL; XMILE 1.0 section 3.5.6: INIT",
    ),
    Function(
        "reinitial", "initial: a", "a", kind="macro",
        body="result = INITIAL(initial)",
        spellings={"vensim": ("REINITIAL(initial)",)},
        doc="As INITIAL: a run has one start.",
        examples=(Example("REINITIAL(5 + Time)", (5, 5, 5)),),
        source="Vensim reference: REINITIAL; a start anew within a game is not verified",
    ),
    Function(
        "active initial", "active: a, initial: a", "a", kind="special",
        spellings={"vensim": ("ACTIVE INITIAL(active, initial)",)},
        doc="`active` at every step of the run; `initial` where a stock's initial value asks for it, which breaks a"
            " loop of initial values.",
        examples=(
            # The stock starts with the 45, not with twice itself; 90, 270 ... flow into it.
            Example("ACTIVE INITIAL(stock * 2, 45)", (90, 270, 810), ("stock = INTEG(result, result)",)),
        ),
        source="Vensim reference: ACTIVE INITIAL; recorded in SDXorg test-models, active_initial",
    ),
    Function(
        "sample if true", "condition: *, input: a, initial: a", "a", kind="macro",
        body="value = frozen(IF THEN ELSE(condition, input, hold(value, initial)))\n"
             "result = value",
        spellings={"vensim": ("SAMPLE IF TRUE(condition, input, initial)",)},
        doc="The input at the last step at which the condition held; `initial` before the first.",
        examples=(
            Example("SAMPLE IF TRUE(Time = 1, 10 + Time, -5)", (-5, 11, 11)),
            Example("SAMPLE IF TRUE(Time = 0, 7, -5)", (7, 7)),
        ),
        source="Vensim reference: SAMPLE IF TRUE; recorded in SDXorg test-models, sample_if_true",
    ),
    Function(
        "game", "x: a", "a",
        body="x",
        spellings={"vensim": ("GAME(x)",)},
        doc="x; a value that a player sets takes its place.",
        examples=(("GAME(12)", 12.0),),
        source="Vensim reference: GAME",
    ),
)
