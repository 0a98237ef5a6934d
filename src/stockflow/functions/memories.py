"""Rows of delays whose time may change, of batches, and of a stock that is clipped: memories of the runtime keep them.

A row says what its memory is told; how the memory works is in the runtime, and here in words.
"""

from __future__ import annotations

from stockflow.functions.row import Function, Memory

ROWS = (
    Function(
        "delay material", "input: a, delay time: time, initial: a, missing: a", "a", kind="memory", body="initial",
        spellings={"vensim": ("DELAY MATERIAL(input, delay time, initial, missing)",)},
        memory=Memory("MaterialDelay", ("delay time",), ("input", "delay time", "missing")),
        doc="Material that leaves after the delay time that it met on entry, in whole steps as in DELAY FIXED: what"
            " arrives together adds up, and `missing` comes out where nothing arrives. `initial` comes out until the"
            " first delay time.",
        source="Vensim reference: DELAY MATERIAL",
    ),
    Function(
        "delay information", "input: a, delay time: time, initial: a", "a", kind="memory", body="initial",
        spellings={"vensim": ("DELAY INFORMATION(input, delay time, initial)",)},
        memory=Memory("InformationDelay", ("delay time",), ("input", "delay time")),
        doc="Information that is seen after the delay time that it met, in whole steps as in DELAY FIXED: news that"
            " overtake older ones displace them, and where nothing arrives the last value stays.",
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
            " beyond the size stays for the next batch; that, and the height of the release, batch / TIME STEP, are not"
            " verified in Vensim.",
        source="Vensim reference: DELAY BATCH",
    ),
    Function(
        "sinteg",
        "rate: a/time, initial: a, least: a, greatest: a, quantum: a, special: a, near: a", "a", kind="memory",
        body="initial",
        spellings={"vensim": ("SINTEG(rate, initial, least, greatest, quantum, special, near)",)},
        memory=Memory("ClippedStock", (), ("rate", "least", "greatest", "quantum", "special", "near")),
        doc="A stock that after each TIME STEP is clipped to [least, greatest], rounded to a multiple of `quantum` and"
            " set to `special` within `near` of it; `:NA:` switches a rule off. It takes one Euler step per TIME STEP,"
            " whatever the method.",
        source="Vensim reference: SINTEG",
    ),
)
