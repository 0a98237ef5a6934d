"""Rows that read a lookup (graphical function) in other ways than by a plain call.

A row's key is the mode of `Interpolate`; how points are searched belongs to the backends.
"""

from __future__ import annotations

from stockflow.functions.row import Example, Function

# A vertical step at 1, from 1 to 3.
_STEP = ("f((0,0),(1,1),(1,3),(2,3))",)
_TABLE = ("f((0, 1), (1, 2), (3, 8))",)

ROWS = (
    Function(
        "table", "table: b, x: *", "b", kind="table",
        spellings={"vensim": ("TABHL(table, x)",), "xmile": ("LOOKUP(table, x)",)},
        doc="The lookup at x, read in the table's own way: Vensim's are linear between points and held at the ends."
            " TABHL is an old name.",
        examples=(
            ("TABHL(((0, 1), (1, 2), (3, 8)), 2)", 5.0),
            ("TABHL(((0, 1), (1, 2), (3, 8)), 9)", 8.0),
            ("TABHL(((0, 1), (1, 2), (3, 8)), -4)", 1.0),
            Example("TABHL(f, Time / 2)", (0, 0.5, 3, 3, 3), given=_STEP),
            Example("LOOKUP(f, 2)", 5.0, _TABLE, spelling="xmile"),
        ),
        source="Vensim reference: lookups; XMILE 1.0 section 3.5.2: LOOKUP",
    ),
    Function(
        "extrapolate", "table: b, x: *", "b", kind="table",
        spellings={"vensim": ("LOOKUP EXTRAPOLATE(table, x)", "TABXL(table, x)")},
        doc="The lookup at x; outside the points its first and last segments go on. TABXL is an old name.",
        examples=(
            ("LOOKUP EXTRAPOLATE(((0, 1), (1, 2), (3, 8)), 4)", 11.0),
            ("LOOKUP EXTRAPOLATE(((0, 1), (1, 2), (3, 8)), -1)", 0.0),
        ),
        source="Vensim reference: LOOKUP EXTRAPOLATE",
    ),
    Function(
        "forward", "table: b, x: *", "b", kind="table",
        spellings={"vensim": ("LOOKUP FORWARD(table, x)",)},
        doc="The value of the next point at or above x; the ends are held.",
        examples=(
            ("LOOKUP FORWARD(((0, 1), (1, 2), (3, 8)), 1.5)", 8.0),
            ("LOOKUP FORWARD(((0, 1), (1, 2), (3, 8)), 1)", 2.0),
            ("LOOKUP FORWARD(((0, 1), (1, 2), (3, 8)), -4)", 1.0),
            ("LOOKUP FORWARD(((0, 1), (1, 2), (3, 8)), 4)", 8.0),
        ),
        source="Vensim reference: LOOKUP FORWARD; recorded in SDEverywhere's test model lookup",
    ),
    Function(
        "backward", "table: b, x: *", "b", kind="table",
        spellings={"vensim": ("LOOKUP BACKWARD(table, x)",)},
        doc="The value of the last point at or below x; the ends are held.",
        examples=(
            ("LOOKUP BACKWARD(((0, 1), (1, 2), (3, 8)), 2.5)", 2.0),
            ("LOOKUP BACKWARD(((0, 1), (1, 2), (3, 8)), 9)", 8.0),
            ("LOOKUP BACKWARD(((0, 1), (1, 2), (3, 8)), -4)", 1.0),
        ),
        source="Vensim reference: LOOKUP BACKWARD; recorded in SDEverywhere's test model lookup",
    ),
    Function(
        "invert", "table: b, y: b", "*", kind="table",
        spellings={"vensim": ("LOOKUP INVERT(table, y)",), "xmile": ("LOOKUPINV(table, y)",)},
        doc="The smallest x at which the lookup is y; :NA: where it is never y.",
        examples=(
            ("LOOKUP INVERT(((0, 1), (1, 2), (3, 8)), 5)", 2.0),
            ("LOOKUP INVERT(((0, 1), (1, 2), (3, 8)), 9)", -6.490371073168535e+32),
            ("LOOKUP INVERT(((0, 8), (2, 4), (3, 0)), 6)", 1.0),
            ("LOOKUP INVERT(((0, 8), (2, 4), (3, 0)), -1)", -6.490371073168535e+32),
            ("LOOKUP INVERT(((0, 0), (2, 4), (4, 0), (6, 4)), 3)", 1.5),
            Example("LOOKUP INVERT(f, Time)", (0, 1, 1, 1, -6.490371073168535e+32), given=_STEP),
            Example("LOOKUPINV(f, 5)", 2.0, _TABLE, spelling="xmile"),
        ),
        source="Vensim reference: LOOKUP INVERT; isee help: LOOKUPINV, its value outside the points not verified",
    ),
    Function(
        "area", "table: b, from: c, to: c", "b*c", kind="table",
        spellings={"vensim": ("LOOKUP AREA(table, from, to)",), "xmile": ("LOOKUPAREA(table, from, to)",)},
        doc="The area under the lookup between two x; beyond the points the ends are held.",
        examples=(
            ("LOOKUP AREA(((0, 1), (1, 1), (2, 2)), 2, 4)", 4.0),
            ("LOOKUP AREA(((0, 1), (1, 2), (3, 8)), 0, 2)", 5.0),
            ("LOOKUP AREA(((0, 1), (1, 2), (3, 8)), 2, 0)", -5.0),
            ("LOOKUP AREA(((0, 1), (1, 2), (3, 8)), -1, 4)", 20.5),
            ("LOOKUP AREA(((0, 1), (1, 2), (3, 8)), 5, 7)", 16.0),
            Example("LOOKUP AREA(f, 0, Time / 2)", (0, 0.125, 0.5, 2, 3.5, 5), given=_STEP),
            Example("LOOKUPAREA(f, 0, 2)", 5.0, _TABLE, spelling="xmile"),
        ),
        source="Vensim reference: LOOKUP AREA; isee help: LOOKUPAREA",
    ),
    Function(
        "average", "table: b, from: c = -1e300, to: c = 1e300", "b", kind="table",
        spellings={"xmile": ("LOOKUPMEAN(table[, from, to])",)},
        doc="The mean of the lookup between two x, of all its points where none are given: the area under it over the"
            " width. Beyond the points the ends are held, and an x beyond 1e300 or -1e300 stands for the last or first"
            " point; the mean at a single x is the lookup there.",
        examples=(
            # (1 + 2) / 2 and twice (2 + 8) / 2 over a width of 3; 5 from 1 to 3; 8 beyond.
            Example("LOOKUPMEAN(f)", 11.5 / 3, _TABLE), Example("LOOKUPMEAN(f, 1)", 5, _TABLE),
            Example("LOOKUPMEAN(f, 1, 3)", 5, _TABLE),
            Example("LOOKUPMEAN(f, 2, 2)", 5, _TABLE), Example("LOOKUPMEAN(f, 3, 5)", 8, _TABLE),
            # From 1 back to 0, and both bounds on one side.
            Example("LOOKUPMEAN(f, 1, -1 / 0)", 1.5, _TABLE), Example("LOOKUPMEAN(f, 1 / 0, 1e301)", 8, _TABLE),
        ),
        source="isee help: LOOKUPMEAN; the bounds are not verified in Stella",
    ),
    Function(
        "slope", "table: b, x: c, outside: 1", "b/c", kind="table",
        spellings={"vensim": ("LOOKUP SLOPE(table, x, outside)",)},
        doc="The slope of the segment at x; at a point the mean of both sides, :NA: on a vertical step. Outside the"
            " points: 0 where `outside` is 0, the end segment's where it is 1, :NA: where it is -1.",
        examples=(
            ("LOOKUP SLOPE(((0, 1), (1, 2), (3, 8)), 2, 0)", 3.0),
            ("LOOKUP SLOPE(((0, 1), (1, 2), (3, 8)), 1, 0)", 2.0),
            ("LOOKUP SLOPE(((0, 1), (1, 2), (3, 8)), 5, 0)", 0.0),
            ("LOOKUP SLOPE(((0, 1), (1, 2), (3, 8)), 5, 1)", 3.0),
            ("LOOKUP SLOPE(((0, 1), (1, 2), (3, 8)), -5, 1)", 1.0),
            ("LOOKUP SLOPE(((0, 1), (1, 2), (3, 8)), 5, -1)", -6.490371073168535e+32),
            ("LOOKUP SLOPE(((0, 1), (1, 2), (3, 8)), 3, -1)", 3.0),
            Example("LOOKUP SLOPE(f, Time / 2, 0)", (1, 1, -6.490371073168535e+32, 0, 0, 0), given=_STEP),
        ),
        source="Vensim reference: LOOKUP SLOPE",
    ),
    Function(
        "cumulated", "table: *, x: *", "1", kind="table",
        doc="The share of the area under a lookup that lies below x.",
        source="A word of the bodies of rows; it has no spelling in a modelling language",
    ),
    Function(
        "quantile", "table: *, share: 1", "*", kind="table",
        doc="The smallest x below which a share of the area under a lookup lies.",
        source="A word of the bodies of rows; it has no spelling in a modelling language",
    ),
)
