"""Rows of delays whose time may change, of batches, and of stocks that are clipped or whose elements move.

A row says what its memory is told; how the memory works is in the runtime, and here in words.
"""

from __future__ import annotations

from stockflow.functions.row import Example, Function, Memory

ROWS = (
    Function(
        "delay material", "input: a, delay time: time, initial: a, missing: a", "a", kind="memory", body="initial",
        spellings={"vensim": ("DELAY MATERIAL(input, delay time, initial, missing)",)},
        memory=Memory("MaterialDelay", ("delay time",), ("input", "delay time", "missing")),
        doc="Material that leaves after the delay time that it met on entry, in whole steps as in DELAY FIXED: what"
            " arrives together adds up, and `missing` comes out where nothing arrives. `initial` comes out until the"
            " first delay time.",
        examples=(
            # 1, 2, 3 are due at 3, 4, 5; then 4, 5, 6 at 4, 5, 6.
            Example("DELAY MATERIAL(1 + Time, IF THEN ELSE(Time < 3, 3, 1), 0, -1)", (0, 0, 0, 1, 2 + 4, 3 + 5, 6)),
            # 1, 2, 3 are due at 1, 2, 3; then 4, 5 at 6, 7.
            Example("DELAY MATERIAL(1 + Time, IF THEN ELSE(Time < 3, 1, 3), 0, -1)", (0, 1, 2, 3, -1, -1, 4, 5)),
        ),
        source="Vensim reference: DELAY MATERIAL",
    ),
    Function(
        "delay information", "input: a, delay time: time, initial: a", "a", kind="memory", body="initial",
        spellings={"vensim": ("DELAY INFORMATION(input, delay time, initial)",)},
        memory=Memory("InformationDelay", ("delay time",), ("input", "delay time")),
        doc="Information that is seen after the delay time that it met, in whole steps as in DELAY FIXED: news that"
            " overtake older ones displace them, and where nothing arrives the last value stays.",
        examples=(
            # 2 and 3, due at 4 and 5, are never seen: 4 is due at 4.
            Example("DELAY INFORMATION(1 + Time, IF THEN ELSE(Time < 3, 3, 1), -9)", (-9, -9, -9, 1, 4, 5, 6)),
            Example("DELAY INFORMATION(1 + Time, IF THEN ELSE(Time < 3, 1, 3), -9)", (-9, 1, 2, 3, 3, 3, 4, 5)),
        ),
        source="Vensim reference: DELAY INFORMATION",
    ),
    Function(
        "delay batch",
        "input: a/time, size: a, delay time: time, batch: a, due: time, backlog: a", "a/time", kind="memory",
        body="IF THEN ELSE(due < INITIAL TIME + time step / 2, batch / time step, 0)",
        spellings={"vensim": ("DELAY BATCH(input, size, delay time, batch, due, backlog)",)},
        memory=Memory("BatchDelay", ("batch", "due - INITIAL TIME", "backlog"), ("input", "size", "delay time")),
        doc="The input collected, worked on in batches of `size`, one at a time, each released in one step after the"
            " delay time. At the start `batch` is in work, due at the time `due`, and `backlog` waits. What waits"
            " beyond the size stays for the next batch; that, the height of the release, batch / TIME STEP, and that"
            " the delay time counts from the beginning of the step that completes a batch, are not verified in Vensim.",
        examples=(
            # 5 in work are due at 1; 4, 7 and 10 wait at the ends of the steps; 6 start at 1 and at 3, 5 ...
            Example("DELAY BATCH(3, 6, 2, 5, 1, 4)", (0, 5, 0, 6, 0, 6, 0, 6)),
            # What is due by the middle of the first step leaves in it.
            Example("DELAY BATCH(0, 6, 2, 5, 0, 0)", (10, 0, 0), step=0.5),
            Example("DELAY BATCH(0, 6, 2, 5, 0.4, 0)", (5, 0, 0)),
            Example("DELAY BATCH(0, 6, 2, 5, 0.6, 0)", (0, 5, 0)),
            # A batch of 6 leaves within half a unit of time.
            Example("DELAY BATCH(12, 6, 1, 0, 0, 0)", (0, 0, 12, 0, 12), step=0.5),
        ),
        source="Vensim reference: DELAY BATCH",
    ),
    Function(
        "sinteg",
        "rate: a/time, initial: a, least: a, greatest: a, quantum: a, special: a, near: a", "a", kind="memory",
        body="initial",
        spellings={"vensim": ("SINTEG(rate, initial, least, greatest, quantum, special, near)",)},
        memory=Memory("ClippedStock", (), ("rate", "time step", "least", "greatest", "quantum", "special", "near")),
        doc="A stock that after each TIME STEP is clipped to [least, greatest], rounded to a multiple of `quantum` and"
            " set to `special` within `near` of it; `:NA:` switches a rule off. It takes one Euler step per TIME STEP,"
            " whatever the method.",
        examples=(
            # 3 is rounded up to 4; 7 to 8; 11 is clipped to 10, where 13 is too.
            Example("SINTEG(3, 0, :NA:, 10, 2, :NA:, :NA:)", (0, 4, 8, 10, 10)),
            # -2 is drawn to -3 within 1.5; -5 is clipped.
            Example("SINTEG(-2, 0, -3, :NA:, :NA:, -3, 1.5)", (0, -3, -3)),
        ),
        source="Vensim reference: SINTEG",
    ),
    Function(
        "shift", "stock: a, condition: *, size: 1, collects: 1, entering: a", "a", kind="state", changes="stock",
        spellings={"vensim": ("SHIFT IF TRUE(stock, condition, size, collects, entering)",)},
        doc="Moves `size` elements of a stock up by one along its last subscript, from the one that is named on, at the"
            " end of each TIME STEP in which the condition holds: after the flows of that step. The first element"
            " becomes `entering`. Where `collects` is 0 the last one is replaced, and what it held is the value of the"
            " function from then to the next TIME STEP; otherwise what comes to it is added, and the value is 0. That"
            " the shift comes after the flows of the step is not verified in Vensim.",
        examples=(
            Example(
                # 30 is lost at the end of the first step, then the 20 that have come to its place.
                "SHIFT IF TRUE(stock[a1], Time < 2, 3, 0, 5)", (0, 30, 20, 0),
                ("a: a1, a2, a3", "first[a] = 10, 20, 30", "stock[a] = INTEG(0, first[a])"),
            ),
        ),
        source="Vensim reference: SHIFT IF TRUE",
    ),
)
