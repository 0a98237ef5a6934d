"""Rows of whole arrays: sorting, choosing, reading at computed places, inverting, sharing out a supply.

A row's `loops` tell which subscripts of its arguments it runs over; its key names the function of the run time.
"""

from __future__ import annotations

from stockflow.functions.row import Example, Function

_THREE = ("d: a, b, c", "v[d] = 9, 4, 7")
_TABLE = ("d: a, b, c", "e: k, l", "m[d,e] = 1, 2; 3, 4; 5, 6;")
_CHOSEN = ("d: a, b, c", "s[d] = 3, 0, 2", "x[d] = 0.5, 100, 4")
_CURVE = ("d: a, b, c", "v[d] = 1, 2, 8")
# Two rectangular curves 2 wide, from 1 to 3 and from 0 to 2, and one far below: at the price 1 the first buys all of
# its 3, the second half of its 2.
_MARKET = ("d: a, b, c", "q[d] = 3, 2, 4", "c[d] = 2, 1, -9")
_PROFILES = ("pp: kind, priority, width, extra", "p[d,pp] = 1, 2, 2, 0; 1, 1, 2, 0; 1, -9, 2, 0;")
_PROFILE = ("pp: kind, priority, width, extra", "p[pp] = 1, 5, 2, 0")

_EXACT = (
    "Vensim looks for the price to about a hundredth (recorded in SDEverywhere's issue 100); here it is found to the"
    " last digits, so that no supply is lost or left over."
)
_POINTS = ("d: a, b, c", "xs[d] = 0, 2, 5", "ys[d] = 6, 10, 40")

ROWS = (
    Function(
        "sort order", "array: *, direction: 1", "1", kind="vector", loops="i - : i",
        spellings={"vensim": ("VECTOR SORT ORDER(array, direction)",)},
        doc="Along the last subscript: the place, counted from 0, of the element that comes first, second and so on."
            " Ascending where `direction` is above 0, else descending; equal elements stay in their order.",
        examples=(
            Example("VECTOR SORT ORDER(v[d], 1)", (1, 2, 0), given=_THREE, over="d"),
            Example("VECTOR SORT ORDER(v[d], 0)", (0, 2, 1), given=_THREE, over="d"),
            Example("VECTOR SORT ORDER(v[d], 1)", (1, 2, 0), given=("d: a, b, c", "v[d] = 9, 4, 4"), over="d"),
        ),
        source="Vensim reference: VECTOR SORT ORDER; recorded in SDXorg test-models, vector_order; the order of equal"
               " elements is not verified",
    ),
    Function(
        "rank", "array: *, direction: 1", "1", kind="vector", loops="i - : i",
        spellings={"vensim": ("VECTOR RANK(array, direction)",)},
        doc="Along the last subscript: the place, counted from 1, that each element has in sorted order. Ascending"
            " where `direction` is above 0, else descending.",
        examples=(
            Example("VECTOR RANK(v[d], 1)", (3, 1, 2), given=_THREE, over="d"),
            Example("VECTOR RANK(v[d], -1)", (1, 3, 2), given=_THREE, over="d"),
        ),
        source="Vensim reference: VECTOR RANK; recorded in SDXorg test-models, vector_order",
    ),
    Function(
        "rank index", "array: a, number: 1, ties: * = 0", "1", kind="vector", loops="! - ! :",
        spellings={"xmile": ("RANK(array, number[, ties])",)},
        doc="The index, counted from 1, of the element that is the number-th smallest; of equal ones the one with the"
            " smaller `ties` comes first. 0 where there is no such element.",
        examples=(Example("RANK(v, 2)", 3, given=_THREE), Example("RANK(v, 4)", 0, given=_THREE)),
        source="XMILE 1.0 section 3.7.1: RANK; the value outside the array is XMILE's for an index outside",
    ),
    Function(
        "reorder", "array: a, order: 1", "a", kind="vector", loops="i i : i",
        spellings={"vensim": ("VECTOR REORDER(array, order)",)},
        doc="The elements along the last subscript in the order of places counted from 0, such as VECTOR SORT ORDER"
            " gives; :NA: for a place outside.",
        examples=(
            Example("VECTOR REORDER(v[d], o[d])", (7, 9, 4), given=(*_THREE, "o[d] = 2, 0, 1"), over="d"),
            Example("VECTOR REORDER(v[d], o[d])", (4, 4, -6.490371073168535e+32), given=(*_THREE, "o[d] = 1, 1, 3"),
                    over="d"),
        ),
        source="Vensim reference: VECTOR REORDER; recorded in SDXorg test-models, vector_order",
    ),
    Function(
        "element", "array: a, offset: 1", "a", kind="vector", loops="@ - :",
        spellings={"vensim": ("VECTOR ELM MAP(array, offset)",)},
        doc="The element that stands `offset` places after the one named, counted through all elements of the variable"
            " with the last subscript fastest. The offset is rounded; :NA: outside the variable.",
        examples=(
            Example("VECTOR ELM MAP(v[a], 1)", 4, given=_THREE),
            Example("VECTOR ELM MAP(v[c], -1.6)", 9, given=_THREE),
            Example("VECTOR ELM MAP(v[a], 3)", -6.490371073168535e+32, given=_THREE),
            Example("VECTOR ELM MAP(m[b,k], 2)", 5, given=_TABLE),
            Example("VECTOR ELM MAP(m[d,k], 1)", (2, 4, 6), given=_TABLE, over="d"),
        ),
        source="Vensim reference: VECTOR ELM MAP; recorded in SDEverywhere's test model vector",
    ),
    Function(
        "vector select", "selection: *, array: *, missing: *, action: 1, check: 1", "*", kind="vector",
        loops="! ! - - - :",
        spellings={"vensim": ("VECTOR SELECT(selection, array, missing, action, check)",)},
        doc="One number made of the elements whose selection is not 0: 0 the sum, 1 the product, 2 the smallest, 3 the"
            " largest, 4 the mean of selection * element; 5 the product of element ^ selection; 6 to 10 as 0 to 4 of"
            " the elements themselves. `missing` where all selections are 0; not a number where `check` is 1 and"
            " nothing is chosen, 2 and more than one is, 3 either.",
        undefined="its check is not met, or there is no such action",
        # Products with the selection 1.5 and 8; powers 0.5^3 = 0.125 and 4^2 = 16.
        examples=(
            *(Example(f"VECTOR SELECT(s[d!], x[d!], -1, {action}, 0)", value, given=_CHOSEN)
              for action, value in enumerate((9.5, 12, 1.5, 8, 4.75, 2, 4.5, 2, 0.5, 4, 2.25))),
            *(Example(f"VECTOR SELECT(s[d!] * 0, x[d!], -1, 0, {check})", -1, given=_CHOSEN) for check in (0, 2)),
            *(Example(f"VECTOR SELECT(s[d!] = 3, x[d!], -1, 6, {check})", 0.5, given=_CHOSEN) for check in (1, 2, 3)),
        ),
        source="Vensim reference: VECTOR SELECT; recorded in SDXorg test-models, vector_select, where action 5 is the"
               " other way round than in the reference",
    ),
    Function(
        "invert matrix", "matrix: a, size: 1", "1/a", kind="vector", loops="ij - : ij",
        spellings={"vensim": ("INVERT MATRIX(matrix, size)",)},
        doc="The inverse of a matrix over the last two subscripts. Not a number where the matrix has no inverse, is not"
            " square or not of the given size.",
        undefined="the matrix has no inverse, is not square or not of the given size",
        # 2, 0; 1, 4 times 0.5, 0; -0.125, 0.25 is 1, 0; 0, 1.
        examples=(
            Example("INVERT MATRIX(m[r,s], 2)", (0.5, 0, -0.125, 0.25),
                    given=("r: a, b", "s: k, l", "m[r,s] = 2, 0; 1, 4;"), over="r,s"),
        ),
        source="Vensim reference: INVERT MATRIX; recorded in SDXorg test-models, invert_matrix",
    ),
    Function(
        "vector lookup", "array: *, x: *, low: *, high: *, mode: 1", "*", kind="vector", loops="i - - - - :",
        spellings={"vensim": ("VECTOR LOOKUP(array, x, low, high, mode)",)},
        doc="The elements along the last subscript as the y of a lookup, at equal steps of x from `low` to `high`. Mode"
            " 0 reads it at x, 1 is the area from `low` to x, 2 backward, 3 extrapolated, 4 forward, 5 inverted,"
            " 6 the slope, 7 to 9 area, inverse and slope with the end segments going on.",
        undefined="the mode is not 0 to 9, or the x do not grow",
        # Points (0, 1), (2, 2), (4, 8). Areas: 1.25 up to 1, 13 up to 4; from 4 on with the last segment 8 to 14: 22
        # more up to 6.
        examples=tuple(
            Example(f"VECTOR LOOKUP(v[a], {x}, 0, 4, {mode})", value, given=_CURVE)
            for x, mode, value in (
                (1, 0, 1.5), (6, 0, 8), (-1, 0, 1), (1, 1, 1.25), (4, 1, 13), (6, 1, 29), (3, 2, 2), (6, 3, 14),
                (-2, 3, 0), (1, 4, 2), (5, 5, 3), (9, 5, -6.490371073168535e+32), (1, 6, 0.5), (2, 6, 1.75), (6, 6, 0),
                (6, 7, 35), (14, 8, 6), (0, 8, -2), (6, 9, 3), (-1, 9, 0.5),
            )
        ),
        source="Vensim reference: VECTOR LOOKUP; modes 7 to 9 not verified",
    ),
    Function(
        "points of arrays", "x: b, xs: b, ys: a", "a", kind="vector", loops="- * * :",
        spellings={"xmile": ("LOOKUPXY(x, xs, ys)",)},
        doc="A lookup whose points two arrays give, read at x: straight lines from point to point, the ends held. Not a"
            " number where the xs fall from one element to the next, or the arrays differ in size.",
        undefined="its xs fall somewhere, or its arrays differ in size",
        examples=(
            # 3 is a third of the way from 2 to 5, from 10 to 40.
            Example("LOOKUPXY(3, xs, ys)", 20, _POINTS), Example("LOOKUPXY(-1, xs[*], ys[*])", 6, _POINTS),
            Example("LOOKUPXY(9, xs, ys)", 40, _POINTS), Example("LOOKUPXY(TIME / 2, xs, ys)", (6, 7, 8), _POINTS),
        ),
        source="isee help: LOOKUPXY; points that are not in order are not verified in Stella",
    ),
    Function(
        "allocate available", "request: a, profile: *, supply: a", "a", kind="vector", loops="i ip - : i",
        spellings={"vensim": ("ALLOCATE AVAILABLE(request, profile, supply)",)},
        doc="A supply shared among the requests of the last subscript: each gets what it would buy at the price at"
            " which all of the supply is sold. A profile is four numbers, given by the first: the kind (0 fixed,"
            " 1 rectangular, 2 triangular, 3 normal, 4 exponential, 5 constant elasticity, 10 more for whole numbers),"
            " the priority, the width and an extra number.",
        undefined="a profile's kind has no published curve",
        examples=(
            Example("ALLOCATE AVAILABLE(q[d], p[d,kind], 4)", (3, 1, 0), given=(*_MARKET, *_PROFILES), over="d"),
            Example("ALLOCATE AVAILABLE(q[d], p[d,kind], 10)", (3, 2, 4), given=(*_MARKET, *_PROFILES), over="d"),
            Example("ALLOCATE AVAILABLE(q[d], p[d,kind], 0)", (0, 0, 0), given=(*_MARKET, *_PROFILES), over="d"),
        ),
        differs=_EXACT,
        source="Vensim reference: ALLOCATE AVAILABLE; recorded in SDXorg test-models, allocate_available; kinds of 5"
               " and of 10 and more are not verified",
    ),
    Function(
        "allocate by priority", "request: a, priority: *, size: 1, width: *, supply: a", "a", kind="vector",
        loops="i i - - - : i",
        spellings={"vensim": ("ALLOCATE BY PRIORITY(request, priority, size, width, supply)",)},
        doc="A supply shared among the requests of the last subscript, higher priorities first; requests whose"
            " priorities differ by less than `width` share.",
        examples=(
            Example("ALLOCATE BY PRIORITY(q[d], c[d], 3, 2, 4)", (3, 1, 0), given=_MARKET, over="d"),
            Example("ALLOCATE BY PRIORITY(q[d], c[d], 3, 2, 6)", (3, 2, 1), given=_MARKET, over="d"),
            Example("ALLOCATE BY PRIORITY(q[d], 1, 3, 2, 3)", (1, 2 / 3, 4 / 3), given=_MARKET, over="d"),
        ),
        source="Vensim reference: ALLOCATE BY PRIORITY; recorded in SDXorg test-models, allocate_by_priority",
        differs=_EXACT,
    ),
    Function(
        "market price", "request: a, priority: b, size: 1, width: b, supply: a", "b", kind="vector",
        loops="i i - - - :",
        spellings={"vensim": ("MARKETP(request, priority, size, width, supply)",)},
        doc="The price at which ALLOCATE BY PRIORITY, of the same arguments, sells all of the supply; ALLOC P tells"
            " what each request buys at it. Where there is enough for all, the highest price at which all is bought.",
        # 4 * (3 - price/2) + 5 * (3.5 - price/2) = 5 between 5 and 6; all is bought at 5 - 2/2.
        examples=tuple(
            Example(f"MARKETP(q[a], p[a], 2, 2, {supply})", price, given=("d: a, b", "q[d] = 4, 5", "p[d] = 5, 6"))
            for supply, price in ((5, 24.5 / 4.5), (99, 4.0))
        ),
        source="Vensim reference: MARKETP, the older form of ALLOCATE BY PRIORITY, whose arguments it is taken to have:"
               " not verified",
    ),
    Function(
        "allocated at price", "request: a, priority: b, width: b, price: b", "a",
        # A width of 0 is a step, drawn as a slope too steep to see.
        body="request * MIN(1, MAX(0, 0.5 - (price - priority) / MAX(width, 1e-9 * (1 + ABS(priority)))))",
        spellings={"vensim": ("ALLOC P(request, priority, width, price)",)},
        doc="What of a request is bought at a price: all of it half a width below its priority, nothing half a width"
            " above, and in between in proportion.",
        examples=(("ALLOC P(4, 5, 2, 5.5)", 1.0), ("ALLOC P(4, 5, 2, 4)", 4.0), ("ALLOC P(4, 5, 2, 7)", 0.0),
                  ("ALLOC P(4, 5, 0, 4.9)", 4.0)),
        source="Vensim reference: ALLOC P, the older form of ALLOCATE BY PRIORITY",
    ),
    Function(
        "allocate by curves", "supply: a, dimension: *, request: a, priority: *, width: *, kind: 1", "a", kind="vector",
        loops="- ? i i i i : i",
        spellings={"xmile": ("ALLOCATE(supply, dimension, request, priority, width, kind)",)},
        doc="A supply shared among the requests of a dimension; the curves are those of Vensim's ALLOCATE AVAILABLE.",
        undefined="a profile's kind has no published curve",
        examples=(
            Example("ALLOCATE(4, d, q, c, w, k)", (3, 1, 0), given=(*_MARKET, "w[d] = 2, 2, 2", "k[d] = 1, 1, 1"),
                    over="d"),
        ),
        source="isee help: ALLOCATE; recorded in SDEverywhere's test model allocate",
    ),
    Function(
        "find market price", "demand: a, demand profile: *, supply: a, supply profile: *", "*", kind="vector",
        loops="d dp s sp :",
        spellings={"vensim": ("FIND MARKET PRICE(demand, demand profile, supply, supply profile)",)},
        doc="The price at which the demands of a subscript range meet the supplies of another.",
        undefined="demand and supply do not meet, or a profile's kind has no published curve",
        # 10 * (0.5 - (price - 5) / 2) = 10 * (0.5 + (price - 4) / 2)
        examples=(
            Example("FIND MARKET PRICE(q[a], p[a,kind], s[k], o[k,kind])", 4.5,
                    given=("d: a, b", "e: k, l", "q[d] = 4, 6", "s[e] = 3, 7", "pp: kind, priority, width, extra",
                           "p[d,pp] = 1, 5, 2, 0; 1, 5, 2, 0;", "o[e,pp] = 1, 4, 2, 0; 1, 4, 2, 0;")),
        ),
        differs=_EXACT,
        source="Vensim reference: FIND MARKET PRICE; the curves are those of ALLOCATE AVAILABLE",
    ),
    Function(
        "demand at price", "quantity: a, profile: *, price: *", "a", kind="vector", loops="- p - :",
        spellings={"vensim": ("DEMAND AT PRICE(quantity, profile, price)",)},
        doc="What of a quantity is asked for at a price, by a profile as in ALLOCATE AVAILABLE.",
        undefined="a profile's kind has no published curve",
        examples=tuple(
            Example(f"DEMAND AT PRICE(8, p[kind], {price})", value, given=_PROFILE)
            for price, value in ((4, 8), (5, 4), (5.5, 2), (7, 0))
        ),
        source="Vensim reference: DEMAND AT PRICE",
    ),
    Function(
        "supply at price", "quantity: a, profile: *, price: *", "a", kind="vector", loops="- p - :",
        spellings={"vensim": ("SUPPLY AT PRICE(quantity, profile, price)",)},
        doc="What of a quantity is offered at a price, by a profile as in ALLOCATE AVAILABLE: the curve of the demand"
            " mirrored, rising with the price.",
        undefined="a profile's kind has no published curve",
        examples=tuple(
            Example(f"SUPPLY AT PRICE(8, p[kind], {price})", value, given=_PROFILE)
            for price, value in ((4, 0), (5, 4), (5.5, 6), (7, 8))
        ),
        source="Vensim reference: SUPPLY AT PRICE",
    ),
)
