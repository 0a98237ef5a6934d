"""Rows of queues, whose parts have ages, and of what can be asked of one.

What a queue remembers is kept by classes of the runtime; a question is answered by the queue that the first argument
is, within the step.
"""

from __future__ import annotations

from stockflow.functions.row import Example, Function, Memory

ATTRIBUTES = (
    "average attribute", "greatest attribute", "least attribute", "attribute in range", "attribute quantity",
)
AGES = ("average age", "age in range", "oldest age")

# 5 are there at the start, 3 of them 2 old and 2 of them 1 old; 4 come in and 3 go out in each step.
_LINE = ("shares((0,2),(1,3))", "q = QUEUE FIFO(4, 3, shares, 5, 1)")
# Of the same queue the 3 start with 10 * 2 and the 2 with 10 * 1; what comes in brings 5, and all gain 1 in each step:
# 3 with 20 and 2 with 10; then 2 with 11 and 4 with 6; then 3 with 7 and 4 with 6.
_MARKED = (
    *_LINE[:1], "heights((0,1),(1,2))", "q = QUEUE FIFO ATTRIB(4, 3, 5, 1, shares, heights, 5, 10, 1)",
)

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
    Function(
        "queue fifo attrib",
        "inflow: a/time, outflow: a/time, attribute: b, change: b/time, profile: *, attribute profile: *, initial: a,"
        " initial attribute: b, range: time",
        "a", kind="memory", body="initial",
        spellings={
            "vensim": (
                (
                    "QUEUE FIFO ATTRIB(inflow, outflow, attribute, change, profile, attribute profile, initial,"
                    " initial attribute, range)"
                ),
            ),
        },
        memory=Memory(
            "AttributeQueue", ("range", "initial attribute"),
            ("inflow", "outflow", "time step", "attribute", "change"), ("profile", "attribute profile"),
            (*AGES, *ATTRIBUTES),
        ),
        doc="As QUEUE FIFO, of units with an attribute: `attribute` when they come in, and `change` more per unit of"
            " time, which what comes in during a step gains in that step too. At the start it is `initial attribute`"
            " times the height of `attribute profile`, which is stretched over the ages as `profile` is.",
        examples=(Example(_MARKED[2].removeprefix("q = "), (5, 6, 7, 8), _MARKED[:2]),),
        source="Vensim reference: QUEUE FIFO ATTRIB",
    ),
    Function(
        "queue attrib average", "queue: a, count: a", "*", kind="question", question="average attribute",
        spellings={"vensim": ("QUEUE ATTRIB AVERAGE(queue, count)",)},
        doc="The mean attribute of the oldest `count` units of a QUEUE FIFO ATTRIB, of all where it holds fewer or"
            " `count` is not above 0. That of an empty queue is 0, which is not verified in Vensim.",
        examples=(
            # Of all: (3 * 20 + 2 * 10) / 5, (2 * 11 + 4 * 6) / 6, (3 * 7 + 4 * 6) / 7.
            Example("QUEUE ATTRIB AVERAGE(q, 0)", (16, 46 / 6, 45 / 7), _MARKED),
            # Of the oldest 4: (3 * 20 + 10) / 4, (2 * 11 + 2 * 6) / 4, (3 * 7 + 6) / 4.
            Example("QUEUE ATTRIB AVERAGE(q, 4)", (17.5, 8.5, 6.75), _MARKED),
        ),
        source="Vensim reference: QUEUE ATTRIB AVERAGE",
    ),
    Function(
        "queue attrib max", "queue: a, count: a", "*", kind="question", question="greatest attribute",
        spellings={"vensim": ("QUEUE ATTRIB MAX(queue, count)",)},
        doc="The greatest attribute among the oldest `count` units of a QUEUE FIFO ATTRIB, counted as in QUEUE ATTRIB"
            " AVERAGE.",
        examples=(Example("QUEUE ATTRIB MAX(q, 0)", (20, 11, 7), _MARKED),),
        source="Vensim reference: QUEUE ATTRIB MAX",
    ),
    Function(
        "queue attrib min", "queue: a, count: a", "*", kind="question", question="least attribute",
        spellings={"vensim": ("QUEUE ATTRIB MIN(queue, count)",)},
        doc="The least attribute among the oldest `count` units of a QUEUE FIFO ATTRIB, counted as in QUEUE ATTRIB"
            " AVERAGE.",
        examples=(
            Example("QUEUE ATTRIB MIN(q, 0)", (10, 6, 6), _MARKED),
            # The oldest 2 are of the oldest part each time.
            Example("QUEUE ATTRIB MIN(q, 2)", (20, 11, 7), _MARKED),
        ),
        source="Vensim reference: QUEUE ATTRIB MIN",
    ),
    Function(
        "queue attrib in range", "queue: a, least: *, greatest: *", "a", kind="question",
        question="attribute in range",
        spellings={"vensim": ("QUEUE ATTRIB IN RANGE(queue, least, greatest)",)},
        doc="How many units of a QUEUE FIFO ATTRIB have an attribute from `least` to `greatest`; `:NA:` leaves an end"
            " open.",
        examples=(
            Example("QUEUE ATTRIB IN RANGE(q, 7, :NA:)", (5, 2, 3), _MARKED),
            Example("QUEUE ATTRIB IN RANGE(q, :NA:, 6)", (0, 4, 4), _MARKED),
        ),
        source="Vensim reference: QUEUE ATTRIB IN RANGE",
    ),
    Function(
        "queue attrib quantity", "queue: a, count: a", "*", kind="question", question="attribute quantity",
        spellings={"vensim": ("QUEUE ATTRIB QUANTITY(queue, count)",)},
        doc="The attributes of the oldest `count` units of a QUEUE FIFO ATTRIB added up, counted as in QUEUE ATTRIB"
            " AVERAGE. That the sum is meant is not verified in Vensim.",
        examples=(
            Example("QUEUE ATTRIB QUANTITY(q, 0)", (80, 46, 45), _MARKED),
            # 2 * 20, 2 * 11, 2 * 7.
            Example("QUEUE ATTRIB QUANTITY(q, 2)", (40, 22, 14), _MARKED),
        ),
        source="Vensim reference: QUEUE ATTRIB QUANTITY",
    ),
)
