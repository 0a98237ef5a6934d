"""Rows that take numbers or names of elements from tables outside the model.

A row says what it reads and how it takes a gap in an axis; files belong to `data`, shapes to `lowering`.
"""

from __future__ import annotations

from stockflow.functions.row import Example, Function, Reading

_LAYOUT = " Further elements lie beside it, the last subscript fastest."
_SKIPPING = " Where the axis has no number, the value is left out and reading goes on."
_STOPPING = " Reading stops where the axis has no number."
_DELIMITER = " Of a text file, the second argument is the delimiter."
_SOURCE = "Vensim reference: {}"
_RECORDED = "; blanks recorded from Vensim 7.3.4 in sdxorg test-models, get_with_missing_values_xlsx"
# In the axis of `x` a cell is blank, between times 1 and 4; what stands below it belongs to no time.
_CELLS = "t,0,1,,4\nx,10,20,99,50\ny,1,3,5,7\n"
_PLACES = {"XLS": ("t.xlsx", "'t.xlsx', 'data'"), "DIRECT": ("t.csv", "'t.csv', ','")}
_STOPS = "; that it stops is recorded in SDEverywhere's model directdata"


def _example(origin: str, call: str, value: float | tuple[float, ...], *given: str, over: str = "") -> Example:
    """An example in which `@` stands for the table and the sheet."""
    file, place = _PLACES[origin]
    return Example(
        call.replace("@", place), value, tuple(line.replace("@", place) for line in given), over,
        files=((file, _CELLS),),
    )


def _constants(origin: str, note: str) -> Function:
    name = f"GET {origin} CONSTANTS"
    return Function(
        name.lower(), "file: *, tab: *, cell: *", "*", kind="external", reads=Reading("constants", "skip"),
        spellings={"vensim": (f"{name}(file, tab, cell)",)},
        doc="Numbers from a table, from one cell on: of one subscript to the right, or down with 'B2*'; of two, the"
            f" first down and the second to the right, or the other way round with 'B2*'. A blank counts as 0.{note}",
        examples=(
            _example(origin, f"{name}(@, 'c3')", 3.0),
            _example(origin, f"{name}(@, 'B2')", (10.0, 20.0), "d: d1, d2", over="d"),
            _example(origin, f"{name}(@, 'B2*')", (10.0, 1.0), "d: d1, d2", over="d"),
        ),
        source=_SOURCE.format(name),
    )


def _series(origin: str, what: str, note: str, reads: Reading, recorded: str) -> Function:
    name = f"GET {origin} {what}"
    kind = "A data series" if what == "DATA" else "The points of a lookup"
    # Where reading goes on, the last point is 50 at 4 and the line to it rises by 10; else 20 is held.
    values = (10.0, 20.0, 30.0, 40.0, 50.0) if reads.blanks == "skip" else (10.0, 20.0, 20.0, 20.0, 20.0)
    given = (f"x := {name}(@, '1', 'B2')",) if what == "DATA" else (f"f({name}(@, '1', 'B2'))",)
    return Function(
        name.lower(), "file: *, tab: *, axis: *, cell: *", "*", kind="external", reads=reads,
        spellings={"vensim": (f"{name}(file, tab, axis, cell)",)},
        doc=f"{kind} from a table: the axis is a column such as 'A', a row such as '1' or a name, the first value"
            f" stands in the cell.{_LAYOUT} A blank value is no point.{note}",
        examples=(_example(origin, "x" if what == "DATA" else "f(Time)", values, *given),),
        source=_SOURCE.format(name) + recorded,
    )


def _subscript(origin: str, note: str) -> Function:
    name = f"GET {origin} SUBSCRIPT"
    return Function(
        name.lower(), "file: *, tab: *, first: *, last: *, prefix: *", "*", kind="external",
        reads=Reading("subscript", "skip"), spellings={"vensim": (f"{name}(file, tab, first, last, prefix)",)},
        doc="The elements of a subscript range, from the first cell to the last, each after the prefix. The last may be"
            f" a column or a row alone: in that of the first cell, reading goes on to a blank.{note}",
        examples=(
            _example(origin, "2 * c[nx] + c[ny]", 7.0, f"d: {name}(@, 'A2', 'A3', 'n')", "c[d] = 3, 1"),
            _example(origin, "ELMCOUNT(d)", 3.0, f"d: {name}(@, 'A1', 'A', 'n')"),
        ),
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
