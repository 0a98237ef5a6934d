"""Rows of the operators on whole arrays that isee's files have: the inner product and transposition.

Their names are their signs; they are written out as sums and as subscripts before anything is lowered.
"""

from __future__ import annotations

from stockflow.functions.row import Example, Function

_GRID = ("l: x, y", "d: a, b, c", "m[l, d] = IF l = 1 THEN d ELSE 3 + d")
_SQUARE = ("l: x, y", "v[l] = 1, 2", "q[l, l] = 10 * v[@1] + v[@2]")

ROWS = (
    Function(
        "*.*", "left: a, right: b", "a*b", kind="special",
        spellings={"xmile": ("*.*(left, right)",)},
        doc="The inner product `left *.* right`, summed over the last dimension of the one and the first of the other:"
            " of two vectors a number, of a matrix and a vector a vector, of two matrices their product.",
        examples=(
            # 1*3 + 2*2 + 4*1; row x of m is 1, 2, 3 and row y is 4, 5, 6: 1*1 + 2*2 + 3*4 and 4*1 + 5*2 + 6*4.
            Example("v *.* w", 11.0, given=("d: a, b, c", "v[d] = 1, 2, 4", "w[d] = 3, 2, 1")),
            Example("m *.* v", (17.0, 38.0), given=(*_GRID, "v[d] = 1, 2, 4"), over="l"),
            Example("m *.* m'", (14.0, 32.0, 32.0, 77.0), given=_GRID, over="l, l"),
        ),
        source="isee help: Array operators; which dimensions of the left-hand side are meant where names do not tell is"
               " not verified",
    ),
    Function(
        "'", "array: a", "a", kind="special",
        spellings={"xmile": ("'(array)",)},
        doc="The array transposed, `array'`: its dimensions in reverse order.",
        examples=(
            # m has the rows 1, 2, 3 and 4, 5, 6; its second column, turned, is the second row.
            Example("m'", (1.0, 4.0, 2.0, 5.0, 3.0, 6.0), given=_GRID, over="d, l"),
            Example("q'", (11.0, 21.0, 12.0, 22.0), given=_SQUARE, over="l, l"),
        ),
        source="XMILE 1.0: the transposition operator of arrays",
    ),
)
