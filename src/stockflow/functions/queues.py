"""Rows of queues, whose parts have ages, and of what can be asked of one.

What a queue remembers is kept by classes of the runtime; a question is answered by the queue that the first argument
is, within the step.
"""

from __future__ import annotations

from stockflow.functions.row import Example, Function, Memory

AGES = ("average age", "age in range", "oldest age")

# 5 are there at the start, 3 of them 2 old and 2 of them 1 old; 4 come in and 3 go out in each step.
_LINE = ("shares((0,2),(1,3))", "q = QUEUE FIFO(4, 3, shares, 5, 1)")

ROWS = (
    Function(
        "queue fifo", "inflow: a/time, outflow: a/time, profile: *, initial: a, range: time", "a", kind="memory",
        body="initial",
        spellings={"vensim": ("QUEUE FIFO(inflow, outflow, profile, initial, range)",)},
        memory=Memory("Queue", ("range",), ("inflow", "outflow", "time step"), ("profile",), AGES),
        doc="A stock whose content waits in the order in which it came: what flows out is the oldest. It is fixed"
            " within a TIME STEP; a negative inflow counts as outflow, and the other way round. At the start the"
            " content is from TIME STEP to `range` + TIME STEP old, with quantities by the lookup `profile`, which is"
            " stretched over these ages and whose height does not matter; that the quantities follow its height at each"
            " age is not verified in Vensim.",
        examples=(Example("QUEUE FIFO(4, 3, shares, 5, 1)", (5, 6, 7, 8), _LINE[:1]),),
        source="Vensim reference: QUEUE FIFO",
    ),
    Function(
        "queue age average", "queue: a, count: a", "time", kind="question", question="average age",
        spellings={"vensim": ("QUEUE AGE AVERAGE(queue, count)",)},
        doc="The mean age of the oldest `count` units of a queue, of all where it holds fewer or `count` is not above"
            " 0. That of an empty queue is 0, which is not verified in Vensim.",
        examples=(
            # All 5: (3 * 2 + 2 * 1) / 5. The 3 oldest go: 2 are 2 old and 4 are 1. The 2 and 1 of the 4 go: 3 are 2
            # old and 4 are 1.
            Example("QUEUE AGE AVERAGE(q, 0)", (8 / 5, 8 / 6, 10 / 7), _LINE),
            # The oldest 4 of 5: (3 * 2 + 1 * 1) / 4; of 6: (2 * 2 + 2 * 1) / 4.
            Example("QUEUE AGE AVERAGE(q, 4)", (7 / 4, 6 / 4), _LINE),
        ),
        source="Vensim reference: QUEUE AGE AVERAGE",
    ),
    Function(
        "queue age in range", "queue: a, least: time, greatest: time", "a", kind="question", question="age in range",
        spellings={"vensim": ("QUEUE AGE IN RANGE(queue, least, greatest)",)},
        doc="How much of a queue is from `least` to `greatest` old; `:NA:` leaves an end open.",
        examples=(
            Example("QUEUE AGE IN RANGE(q, 2, :NA:)", (3, 2, 3), _LINE),
            Example("QUEUE AGE IN RANGE(q, 1, 1)", (2, 4, 4), _LINE),
        ),
        source="Vensim reference: QUEUE AGE IN RANGE",
    ),
    Function(
        "queue age oldest", "queue: a", "time", kind="question", question="oldest age",
        spellings={"vensim": ("QUEUE AGE OLDEST(queue)",)},
        doc="The age of the oldest unit of a queue; 0 where it is empty, which is not verified in Vensim.",
        examples=(Example("QUEUE AGE OLDEST(q)", (2, 2, 2), _LINE),),
        source="Vensim reference: QUEUE AGE OLDEST",
    ),
)
