"""Rows of choice: the conditional, the smaller and the larger, the sign.

Comparisons and :AND: :OR: :NOT: are operators of the language and have no row here.
"""

from __future__ import annotations

from stockflow.functions.row import Example, Function

ROWS = (
    Function(
        "if then else", "condition: *, value if true: a, value if false: a", "a", kind="special",
        spellings={
            "vensim": ("IF THEN ELSE(condition, value if true, value if false)",),
            "xmile": ("IF_THEN_ELSE(condition, value if true, value if false)",),
        },
        doc="One of two values: the first where the condition is not zero; only the chosen one is computed.",
        examples=(
            ("IF THEN ELSE(2 > 1, 5, 6)", 5.0), ("IF THEN ELSE(0, 1 / 0, 6)", 6.0),
            Example("IF_THEN_ELSE(2 > 1, 5, 6)", 5, spelling="xmile"),
        ),
        source="Vensim reference: IF THEN ELSE; XMILE 1.0 section 3.3.1",
    ),
    Function(
        "min", "first: a, second: a, more...: a", "a", kind="primitive", of_array="vmin",
        spellings={"vensim": ("MIN(first, second)",), "xmile": ("MIN(first, second[, more])",)},
        doc="The smallest of the arguments. Vensim takes two; in XMILE an array among them counts with its smallest"
            " element where it has dimensions that are not on the left.",
        examples=(
            ("MIN(3, -2)", -2.0), Example("MIN(4, 1, 2)", 1, spelling="xmile"),
            Example("MIN(v[*], 5)", 4, ("d: a, b, c", "v[d] = 9, 4, 7"), spelling="xmile"),
            Example("MIN(v, 5)", (5, 4, 5), ("d: a, b, c", "v[d] = 9, 4, 7"), "d", spelling="xmile"),
        ),
        source="Vensim reference: MIN; XMILE 1.0 sections 3.5.1 and 3.7.1: MIN; isee help: MIN (many arguments)",
    ),
    Function(
        "max", "first: a, second: a, more...: a", "a", kind="primitive", of_array="vmax",
        spellings={"vensim": ("MAX(first, second)",), "xmile": ("MAX(first, second[, more])",)},
        doc="The largest of the arguments. Vensim takes two; in XMILE an array among them counts with its largest"
            " element where it has dimensions that are not on the left.",
        examples=(
            ("MAX(3, -2)", 3.0), Example("MAX(4, 1, 2)", 4, spelling="xmile"),
            Example("MAX(v, 0)", 9, ("d: a, b, c", "v[d] = 9, 4, 7"), spelling="xmile"),
        ),
        source="Vensim reference: MAX; XMILE 1.0 sections 3.5.1 and 3.7.1: MAX; isee help: MAX (many arguments)",
    ),
    Function(
        "sign", "x: *", "1",
        body="IF THEN ELSE(x > 0, 1, IF THEN ELSE(x < 0, -1, 0))",
        spellings={"xmile": ("SIGN(x)",)},
        doc="1, 0 or -1 by the sign of x.",
        examples=(("SIGN(-7)", -1.0), ("SIGN(0)", 0.0), ("SIGN(7)", 1.0), ("SIGN(0.5)", 1.0), ("SIGN(-0.5)", -1.0)),
        source="isee help: SIGN",
    ),
    Function(
        "message", "text: *, condition: *, first: * = 0, second: * = 0, third: * = 0", "*",
        body="0",
        spellings={
            "vensim": (
                "MESSAGE(text, condition[, first[, second[, third]]])",
                "VMESSAGE(text, condition[, first[, second[, third]]])",
            ),
        },
        caution="shows nothing here: its value is 0, whatever its condition",
        doc="0. In Vensim a text is shown when the condition becomes true.",
        examples=(("MESSAGE('water is low', 1)", 0.0), ("VMESSAGE('water is at', 1, 7)", 0.0)),
        source="Vensim reference: MESSAGE, VMESSAGE; further arguments, and a value other than 0, are not verified",
        differs="No text is shown during a run; a warning of the model says so.",
    ),
)
