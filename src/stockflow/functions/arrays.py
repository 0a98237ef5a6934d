"""Rows that make one number of many: sums, products, smallest, largest, means, counts.

A row's key is the op of `Reduce`; over which axes it runs is told by `!` or `*` in its argument, never here.
"""

from __future__ import annotations

from stockflow.functions.row import Function

ROWS = (
    Function(
        "sum", "array: a", "a", kind="reduce",
        spellings={"vensim": ("SUM(array)",), "xmile": ("SUM(array)",)},
        doc="The sum over all elements of the marked dimensions.",
        source="Vensim reference: SUM; XMILE 1.0 section 3.7.1: SUM",
    ),
    Function(
        "prod", "array: *", "*", kind="reduce",
        spellings={"vensim": ("PROD(array)",), "xmile": ("PROD(array)",)},
        doc="The product over all elements of the marked dimensions.",
        source="Vensim reference: PROD; isee help: PROD",
    ),
    Function(
        "vmin", "array: a", "a", kind="reduce",
        spellings={"vensim": ("VMIN(array)",), "xmile": ("MIN(array)",)},
        doc="The smallest element of the marked dimensions.",
        source="Vensim reference: VMIN; XMILE 1.0 section 3.7.1: MIN",
    ),
    Function(
        "vmax", "array: a", "a", kind="reduce",
        spellings={"vensim": ("VMAX(array)",), "xmile": ("MAX(array)",)},
        doc="The largest element of the marked dimensions.",
        source="Vensim reference: VMAX; XMILE 1.0 section 3.7.1: MAX",
    ),
    Function(
        "mean", "array: a", "a", kind="reduce",
        spellings={"xmile": ("MEAN(array)",)},
        doc="The mean over all elements.",
        source="XMILE 1.0 section 3.7.1: MEAN",
    ),
    Function(
        "stddev", "array: a", "a", kind="reduce",
        spellings={"xmile": ("STDDEV(array)",)},
        doc="The standard deviation over all elements: the root of the mean squared distance from the mean.",
        source="XMILE 1.0 section 3.7.1: STDDEV; dividing by the count, as other tools do, is not verified in Stella",
    ),
    Function(
        "size", "array: *", "1", kind="reduce",
        spellings={"xmile": ("SIZE(array)",)},
        doc="The number of elements of an array or of a part of it.",
        source="XMILE 1.0 section 3.7.1: SIZE",
    ),
    Function(
        "elmcount", "dimension: *", "1", kind="special",
        spellings={"vensim": ("ELMCOUNT(dimension)",)},
        doc="The number of elements of a subscript range.",
        source="Vensim reference: ELMCOUNT",
    ),
)
