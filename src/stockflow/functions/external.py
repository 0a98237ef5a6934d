"""Rows that take numbers or names of elements from tables outside the model.

A row says what it reads and how it takes a gap in an axis; files belong to `data`, shapes to `lowering`.
"""

from __future__ import annotations

from stockflow.functions.row import Function, Reading

_LAYOUT = " Further elements lie beside it, the last subscript fastest."
_SKIPPING = " Where the axis has no number, the value is left out and reading goes on."
_STOPPING = " Reading stops where the axis has no number."
_DELIMITER = " Of a text file, the second argument is the delimiter."
_SOURCE = "Vensim reference: {}"
_RECORDED = "; blanks recorded from Vensim 7.3.4 in sdxorg test-models, get_with_missing_values_xlsx"
_STOPS = "; that it stops is recorded in SDEverywhere's model directdata"


def _constants(origin: str, note: str) -> Function:
    name = f"GET {origin} CONSTANTS"
    return Function(
        name.lower(), "file: *, tab: *, cell: *", "*", kind="external", reads=Reading("constants", "skip"),
        spellings={"vensim": (f"{name}(file, tab, cell)",)},
        doc="Numbers from a table, from one cell on: of one subscript to the right, or down with 'B2*'; of two, the"
            f" first down and the second to the right, or the other way round with 'B2*'. A blank counts as 0.{note}",
        source=_SOURCE.format(name),
    )


def _series(origin: str, what: str, note: str, reads: Reading, recorded: str) -> Function:
    name = f"GET {origin} {what}"
    kind = "A data series" if what == "DATA" else "The points of a lookup"
    return Function(
        name.lower(), "file: *, tab: *, axis: *, cell: *", "*", kind="external", reads=reads,
        spellings={"vensim": (f"{name}(file, tab, axis, cell)",)},
        doc=f"{kind} from a table: the axis is a column such as 'A', a row such as '1' or a name, the first value"
            f" stands in the cell.{_LAYOUT} A blank value is no point.{note}",
        source=_SOURCE.format(name) + recorded,
    )


def _subscript(origin: str, note: str) -> Function:
    name = f"GET {origin} SUBSCRIPT"
    return Function(
        name.lower(), "file: *, tab: *, first: *, last: *, prefix: *", "*", kind="external",
        reads=Reading("subscript", "skip"), spellings={"vensim": (f"{name}(file, tab, first, last, prefix)",)},
        doc="The elements of a subscript range, from the first cell to the last, each after the prefix. The last may be"
            f" a column or a row alone: in that of the first cell, reading goes on to a blank.{note}",
        source=_SOURCE.format(name) + "; the forms of `last` other than a cell are not verified",
    )


ROWS = (
    _constants("XLS", ""),
    _constants("DIRECT", _DELIMITER),
    _series("XLS", "DATA", _SKIPPING, Reading("series", "skip"), _RECORDED),
    _series("DIRECT", "DATA", _STOPPING + _DELIMITER, Reading("series", "stop"), _STOPS),
    _series("XLS", "LOOKUPS", _SKIPPING, Reading("series", "skip"), _RECORDED),
    _series("DIRECT", "LOOKUPS", _STOPPING + _DELIMITER, Reading("series", "stop"), _STOPS),
    _subscript("XLS", ""),
    _subscript("DIRECT", _DELIMITER),
)
