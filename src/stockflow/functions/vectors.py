"""Rows of whole arrays: sorting, choosing, reading at computed places, inverting, sharing out a supply.

A row's `loops` tell which subscripts of its arguments it runs over; its key names the function of the run time.
"""

from __future__ import annotations

from stockflow.functions.row import Example, Function

ROWS = (
    Function(
        "sort order", "array: *, direction: 1", "1", kind="vector", loops="i - : i",
        spellings={"vensim": ("VECTOR SORT ORDER(array, direction)",)},
        doc="Along the last subscript: the place, counted from 0, of the element that comes first, second and so on."
            " Ascending where `direction` is above 0, else descending; equal elements stay in their order.",
        examples=(
            Example("VECTOR SORT ORDER(v[d], 1)", (1, 2, 0), given=("d: a, b, c", "v[d] = 9, 4, 7"), over="d"),
        ),
        source="Vensim reference: VECTOR SORT ORDER; recorded in SDXorg test-models, vector_order; the order of equal"
               " elements is not verified",
    ),
    Function(
        "rank", "array: *, direction: 1", "1", kind="vector", loops="i - : i",
        spellings={"vensim": ("VECTOR RANK(array, direction)",)},
        doc="Along the last subscript: the place, counted from 1, that each element has in sorted order. Ascending"
            " where `direction` is above 0, else descending.",
        source="Vensim reference: VECTOR RANK; recorded in SDXorg test-models, vector_order",
    ),
    Function(
        "rank index", "array: a, number: 1, ties: * = 0", "1", kind="vector", loops="! - ! :",
        spellings={"xmile": ("RANK(array, number[, ties])",)},
        doc="The index, counted from 1, of the element that is the number-th smallest; of equal ones the one with the"
            " smaller `ties` comes first. 0 where there is no such element.",
        examples=(Example("RANK(v, 2)", 3, given=("d: a, b, c", "v[d] = 9, 4, 7")),),
        source="XMILE 1.0 section 3.7.1: RANK; the value outside the array is XMILE's for an index outside",
    ),
    Function(
        "reorder", "array: a, order: 1", "a", kind="vector", loops="i i : i",
        spellings={"vensim": ("VECTOR REORDER(array, order)",)},
        doc="The elements along the last subscript in the order of places counted from 0, such as VECTOR SORT ORDER"
            " gives; :NA: for a place outside.",
        source="Vensim reference: VECTOR REORDER; recorded in SDXorg test-models, vector_order",
    ),
    Function(
        "element", "array: a, offset: 1", "a", kind="vector", loops="@ - :",
        spellings={"vensim": ("VECTOR ELM MAP(array, offset)",)},
        doc="The element that stands `offset` places after the one named, counted through all elements of the variable"
            " with the last subscript fastest. The offset is rounded; :NA: outside the variable.",
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
        source="Vensim reference: VECTOR SELECT; recorded in SDXorg test-models, vector_select, where action 5 is the"
               " other way round than in the reference",
    ),
    Function(
        "invert matrix", "matrix: a, size: 1", "1/a", kind="vector", loops="ij - : ij",
        spellings={"vensim": ("INVERT MATRIX(matrix, size)",)},
        doc="The inverse of a matrix over the last two subscripts. Not a number where the matrix has no inverse, is not"
            " square or not of the given size.",
        undefined="the matrix has no inverse, is not square or not of the given size",
        source="Vensim reference: INVERT MATRIX; recorded in SDXorg test-models, invert_matrix",
    ),
    Function(
        "vector lookup", "array: *, x: *, low: *, high: *, mode: 1", "*", kind="vector", loops="i - - - - :",
        spellings={"vensim": ("VECTOR LOOKUP(array, x, low, high, mode)",)},
        doc="The elements along the last subscript as the y of a lookup, at equal steps of x from `low` to `high`. Mode"
            " 0 reads it at x, 1 is the area from `low` to x, 2 backward, 3 extrapolated, 4 forward, 5 inverted,"
            " 6 the slope, 7 to 9 area, inverse and slope with the end segments going on.",
        undefined="the mode is not 0 to 9, or the x do not grow",
        source="Vensim reference: VECTOR LOOKUP; modes 7 to 9 not verified",
    ),
    Function(
        "allocate available", "request: a, profile: *, supply: a", "a", kind="vector", loops="i ip - : i",
        spellings={"vensim": ("ALLOCATE AVAILABLE(request, profile, supply)",)},
        doc="A supply shared among the requests of the last subscript: each gets what it would buy at the price at"
            " which all of the supply is sold. A profile is four numbers, given by the first: the kind (0 fixed,"
            " 1 rectangular, 2 triangular, 3 normal, 4 exponential, 5 constant elasticity, 10 more for whole numbers),"
            " the priority, the width and an extra number.",
        undefined="a profile's kind has no published curve",
        source="Vensim reference: ALLOCATE AVAILABLE; recorded in SDXorg test-models, allocate_available; kinds of 5"
               " and of 10 and more are not verified",
    ),
    Function(
        "allocate by priority", "request: a, priority: *, size: 1, width: *, supply: a", "a", kind="vector",
        loops="i i - - - : i",
        spellings={"vensim": ("ALLOCATE BY PRIORITY(request, priority, size, width, supply)",)},
        doc="A supply shared among the requests of the last subscript, higher priorities first; requests whose"
            " priorities differ by less than `width` share.",
        source="Vensim reference: ALLOCATE BY PRIORITY; recorded in SDXorg test-models, allocate_by_priority",
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
        source="isee help: ALLOCATE; recorded in SDEverywhere's test model allocate",
    ),
    Function(
        "find market price", "demand: a, demand profile: *, supply: a, supply profile: *", "*", kind="vector",
        loops="d dp s sp :",
        spellings={"vensim": ("FIND MARKET PRICE(demand, demand profile, supply, supply profile)",)},
        doc="The price at which the demands of a subscript range meet the supplies of another.",
        undefined="demand and supply do not meet, or a profile's kind has no published curve",
        source="Vensim reference: FIND MARKET PRICE; the curves are those of ALLOCATE AVAILABLE",
    ),
    Function(
        "demand at price", "quantity: a, profile: *, price: *", "a", kind="vector", loops="- p - :",
        spellings={"vensim": ("DEMAND AT PRICE(quantity, profile, price)",)},
        doc="What of a quantity is asked for at a price, by a profile as in ALLOCATE AVAILABLE.",
        undefined="a profile's kind has no published curve",
        source="Vensim reference: DEMAND AT PRICE",
    ),
    Function(
        "supply at price", "quantity: a, profile: *, price: *", "a", kind="vector", loops="- p - :",
        spellings={"vensim": ("SUPPLY AT PRICE(quantity, profile, price)",)},
        doc="What of a quantity is offered at a price, by a profile as in ALLOCATE AVAILABLE: the curve of the demand"
            " mirrored, rising with the price.",
        undefined="a profile's kind has no published curve",
        source="Vensim reference: SUPPLY AT PRICE",
    ),
)
