"""Rows that make one number of many: sums, products, smallest, largest, means, counts.

A row's key is the op of `Reduce`; over which axes it runs is told by `!` or `*` in its argument, never here.
"""

from __future__ import annotations

from stockflow.functions.row import Example, Function

_THREE = ("d: a, b, c", "v[d] = 4, -1, 2")
_TABLE = ("d: a, b, c", "e: k, l", "m[d,e] = 1, 2; 3, 4; 5, 6;")
_ARRAY = ("d: a, b, c", "v[d] = 9, 4, 7")
_MATRIX = (*_ARRAY, "e: p, q", "u[e] = 1, 5", "w[d, e] = v[d] + u[e]")

ROWS = (
    Function(
        "sum", "array: a", "a", kind="reduce",
        spellings={"vensim": ("SUM(array)",), "xmile": ("SUM(array)",)},
        doc="The sum over all elements of the marked dimensions.",
        examples=(
            Example("SUM(v[d!])", 5.0, given=_THREE),
            Example("SUM(m[d!,e!])", 21.0, given=_TABLE),
            Example("SUM(m[d,e!])", (3.0, 7.0, 11.0), given=_TABLE, over="d"),
            Example("SUM(v[d!] * v[d!]) / SUM(v[d!])", 4.2, given=_THREE),
            Example("SUM(v[d!])", 20, _ARRAY), Example("SUM(v)", 20, _ARRAY, spelling="xmile"),
            Example("SUM(w[*, e] * 2)", (46, 70), _MATRIX, "e", spelling="xmile"),
            Example("SUM(v[1:2])", 13, _ARRAY, spelling="xmile"),
        ),
        source="Vensim reference: SUM; XMILE 1.0 section 3.7.1: SUM",
    ),
    Function(
        "prod", "array: *", "*", kind="reduce",
        spellings={"vensim": ("PROD(array)",), "xmile": ("PROD(array)",)},
        doc="The product over all elements of the marked dimensions.",
        examples=(
            Example("PROD(v[d!])", -8.0, given=_THREE),
            Example("PROD(m[d!,e])", (15.0, 48.0), given=_TABLE, over="e"),
            Example("PROD(v[d!])", 252, _ARRAY), Example("PROD(v[*])", 252, _ARRAY, spelling="xmile"),
        ),
        source="Vensim reference: PROD; isee help: PROD",
    ),
    Function(
        "vmin", "array: a", "a", kind="reduce",
        spellings={"vensim": ("VMIN(array)",), "xmile": ("MIN(array)",)},
        doc="The smallest element of the marked dimensions.",
        examples=(
            Example("VMIN(v[d!])", -1.0, given=_THREE),
            Example("VMIN(m[d!,e])", (1.0, 2.0), given=_TABLE, over="e"),
            Example("VMIN(v[d!])", 4, _ARRAY), Example("MIN(v)", 4, _ARRAY, spelling="xmile"),
        ),
        source="Vensim reference: VMIN; XMILE 1.0 section 3.7.1: MIN",
    ),
    Function(
        "vmax", "array: a", "a", kind="reduce",
        spellings={"vensim": ("VMAX(array)",), "xmile": ("MAX(array)",)},
        doc="The largest element of the marked dimensions.",
        examples=(
            Example("VMAX(v[d!])", 4.0, given=_THREE),
            Example("VMAX(-m[d,e!])", (-1.0, -3.0, -5.0), given=_TABLE, over="d"),
            Example("VMAX(v[d!])", 9, _ARRAY), Example("MAX(v - 5)", 4, _ARRAY, spelling="xmile"),
        ),
        source="Vensim reference: VMAX; XMILE 1.0 section 3.7.1: MAX",
    ),
    Function(
        "mean", "array: a", "a", kind="reduce",
        spellings={"xmile": ("MEAN(array)",)},
        doc="The mean over all elements.",
        examples=(
            Example("MEAN(v)", 20 / 3, _ARRAY), Example("MEAN(w[a, *])", 12, _MATRIX),
        ),
        source="XMILE 1.0 section 3.7.1: MEAN",
    ),
    Function(
        "stddev", "array: a", "a", kind="reduce",
        spellings={"xmile": ("STDDEV(array)",)},
        doc="The standard deviation over all elements: the root of the mean squared distance from the mean.",
        # Of mean 5: (9 + 1 + 1 + 1 + 0 + 0 + 4 + 16) / 8 = 4. The mean of u is 3, both elements are 2 away from it.
        examples=(
            Example("STDDEV(v)", 2.0, given=("d: a, b, c, f, g, h, i, j", "v[d] = 2, 4, 4, 4, 5, 5, 7, 9")),
            Example("STDDEV(u)", 2, _MATRIX), Example("STDDEV(w[*, p] * 0)", 0, _MATRIX),
        ),
        source="XMILE 1.0 section 3.7.1: STDDEV; dividing by the count, as other tools do, is not verified in Stella",
    ),
    Function(
        "size", "array: *", "1", kind="reduce",
        spellings={"xmile": ("SIZE(array)",)},
        doc="The number of elements of an array or of a part of it.",
        examples=(
            Example("SIZE(v)", 3, _ARRAY), Example("SIZE(w)", 6, _MATRIX), Example("SIZE(w[a, *])", 2, _MATRIX),
            Example("SIZE(d)", 3, _ARRAY), Example("SIZE(v[2:3])", 2, _ARRAY),
        ),
        source="XMILE 1.0 section 3.7.1: SIZE",
    ),
    Function(
        "mean of values", "first: a, second: a, more...: a", "a", kind="special",
        spellings={"xmile": ("MEAN(first, second[, more])",)},
        doc="The mean of the arguments. An array among them counts with all its elements where it has dimensions that"
            " are not on the left.",
        examples=(
            Example("MEAN(2, 3, n)", 4, ("n = 7",)),
            # Four numbers whose sum is 20.
            Example("MEAN(v[*], 0)", 5, _ARRAY),
        ),
        source="isee help: MEAN; that an array counts with each element is not verified in Stella",
    ),
    Function(
        "interpolate array", "array: a, share...: 1", "a", kind="special",
        spellings={"xmile": ("INTERPOLATE(array, share)",)},
        doc="An array read between its elements: in each of its dimensions, or in those marked by `*`, a share of 0 is"
            " the first element and 1 the last. Straight lines lead from one element to the next, and the ends are"
            " held.",
        examples=(
            # The places 0, 0.5, 1 of three elements: a quarter is halfway from 9 to 4.
            Example("INTERPOLATE(v, 0.25)", 6.5, _ARRAY),
            Example("INTERPOLATE(v, 2)", 7, _ARRAY),
            Example("INTERPOLATE(v, -1)", 9, _ARRAY),
            # w is a sum, so that each dimension adds what it has: 6.5 and halfway from 1 to 5.
            Example("INTERPOLATE(w, 0.25, 0.5)", (9 + 4) / 2 + 3, _MATRIX),
            Example("INTERPOLATE(w[*, q], 0.25)", 11.5, _MATRIX),
        ),
        source="isee help: INTERPOLATE",
    ),
    Function(
        "elmcount", "dimension: *", "1", kind="special",
        spellings={"vensim": ("ELMCOUNT(dimension)",)},
        doc="The number of elements of a subscript range.",
        examples=(
            Example("ELMCOUNT(d) + 10 * ELMCOUNT(e)", 23.0, given=_TABLE),
            Example("ELMCOUNT(s) * s", (2.0, 6.0), given=("d: a, b, c", "s: a, c"), over="s"),
        ),
        source="Vensim reference: ELMCOUNT",
    ),
)
