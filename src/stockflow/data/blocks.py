"""Numbers out of a sheet as Vensim's GET functions lay them out: blocks of constants, series along an axis, labels.

It knows places and offsets of elements; the names of elements and variables are not its matter.
Sources: Vensim reference, GET XLS and GET DIRECT CONSTANTS, DATA, LOOKUPS and SUBSCRIPT; blanks are recorded from
Vensim 7.3.4 (sdxorg test-models, get_with_missing_values_xlsx) and SDEverywhere's model directdata.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from stockflow.data.cells import Area, Sheet, Spot, cell_name
from stockflow.data.faults import TableFault

MAX_SUBSCRIPTS = 2
_LONGEST = 40


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """One series: `place` says where its first value stands, `flaws` which cells hold an error, for people."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    place: str
    flaws: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lane:
    """The cells of an axis in order, and the step from one to the next element beside it."""

    cells: tuple[tuple[int, int], ...]
    aside: tuple[int, int]


def constants(
    sheet: Sheet, cell: str, offsets: Sequence[Sequence[int]]
) -> tuple[list[float], list[str], list[str]]:
    """The numbers from `cell` on, the last axis fastest; the names of blank cells and of errors, which count as 0.

    `offsets` are the places of the elements of each axis. One axis runs to the right, or with `cell*` down; of two
    the first runs down and the second to the right, or with `cell*` the other way round.
    """
    spot = sheet.spot(cell)
    if spot.kind not in ("cell", "name"):
        raise TableFault(f"'{cell}' is not a cell", f"write the first cell of the numbers, such as '{_first_of(spot)}'")
    values: list[float] = []
    blanks: list[str] = []
    flaws: list[str] = []
    for down, right in _block(offsets, spot.star):
        row, column = spot.area.top + down, spot.area.left + right
        found = sheet.at(row, column)
        if isinstance(found, str):
            raise not_a_number(sheet, row, column, found)
        if found is None and (flaw := sheet.flaw(row, column)):
            flaws.append(flaw)
        elif found is None:
            if not sheet.holds(row, column):
                raise TableFault(f"cell {cell_name(row, column)} is empty; {sheet.label} fills {sheet.extent}",
                                 "correct the cell, or fill it")
            blanks.append(cell_name(row, column))
        values.append(found or 0.0)
    return values, blanks, flaws


def _block(offsets: Sequence[Sequence[int]], star: bool) -> Iterator[tuple[int, int]]:
    """Steps down and to the right from the first cell."""
    match offsets:
        case []:
            yield 0, 0
        case [only]:
            yield from ((at, 0) if star else (0, at) for at in only)
        case [first, second]:
            yield from ((b, a) if star else (a, b) for a in first for b in second)
        case _:
            raise TableFault(f"{len(offsets)} subscripts are open, and a table has only {MAX_SUBSCRIPTS}",
                             "give each element of the first subscript a definition of its own", "SF114")


def _first_of(spot: Spot) -> str:
    return cell_name(max(spot.area.top, 1), max(spot.area.left, 1))


def series(
    sheet: Sheet, axis: str, cell: str, lanes: Iterable[int], blanks: Literal["skip", "stop"]
) -> list[Points]:
    """The series of each lane: `axis` is a column (numbers run down), a row (to the right) or a name of one of these.

    The first value stands in `cell`; further lanes lie beside it. Where the axis has no number, "skip" leaves the
    value out and goes on, "stop" ends the series. A blank value is no point.
    """
    along, first = sheet.spot(axis), sheet.spot(cell)
    if first.kind not in ("cell", "name"):
        raise TableFault(f"'{cell}' is not a cell", f"write the first cell of the values, such as '{_first_of(first)}'")
    lane = _lane(sheet, along, first.area)
    places, flaws = _axis(sheet, lane, blanks)
    if not places:
        at = cell_name(*lane.cells[0]) if lane.cells else axis
        raise TableFault(
            f"there is no number at {at}, where the axis '{axis}' should begin; {sheet.label} fills {sheet.extent}",
            "give the row or column of the axis, and the first cell of the values",
        )
    return [_points(sheet, places, first.area, lane.aside, number, flaws) for number in lanes]


def _lane(sheet: Sheet, along: Spot, first: Area) -> Lane:
    """The cells of the axis, from the row or column of the first value on; of a name, just its cells."""
    area = along.area
    match along.kind:
        case "column":
            rows = range(first.top, sheet.bottom + 1)
            return Lane(tuple((row, area.left) for row in rows), (0, 1))
        case "row":
            columns = range(first.left, sheet.right + 1)
            return Lane(tuple((area.top, column) for column in columns), (1, 0))
        case "name" if area.left == area.right:
            return Lane(tuple((row, area.left) for row in range(area.top, area.bottom + 1)), (0, 1))
        case "name" if area.top == area.bottom:
            return Lane(tuple((area.top, column) for column in range(area.left, area.right + 1)), (1, 0))
        case _:
            raise TableFault(f"'{along.text}' ({area}) is neither a row nor a column",
                             "give a column such as 'A', a row such as '1', or the name of one of these")


def _axis(
    sheet: Sheet, lane: Lane, blanks: Literal["skip", "stop"]
) -> tuple[list[tuple[int, float]], list[str]]:
    """The numbers of the axis with their place along it, and the errors among them."""
    places: list[tuple[int, float]] = []
    flaws: list[str] = []
    for place, (row, column) in enumerate(lane.cells):
        found = sheet.at(row, column)
        flaws += [flaw] if (flaw := sheet.flaw(row, column)) else []
        if isinstance(found, float):
            places.append((place, found))
        elif blanks == "stop":
            break
    return places, flaws


def _points(
    sheet: Sheet, places: list[tuple[int, float]], first: Area, aside: tuple[int, int], number: int, flaws: list[str]
) -> Points:
    top, left = first.top + aside[0] * number, first.left + aside[1] * number
    x: list[float] = []
    y: list[float] = []
    met = list(flaws)
    for place, at in places:
        row, column = top + place * aside[1], left + place * aside[0]
        found = sheet.at(row, column)
        if isinstance(found, str):
            raise not_a_number(sheet, row, column, found)
        if found is not None:
            x.append(at)
            y.append(found)
        elif flaw := sheet.flaw(row, column):
            met.append(flaw)
    if not x:
        raise TableFault(f"there is no number from {cell_name(top, left)} on; {sheet.label} fills {sheet.extent}",
                         "correct the first cell of the values, or fill it")
    return Points(tuple(x), tuple(y), cell_name(top, left), tuple(met))


def not_a_number(sheet: Sheet, row: int, column: int, found: str) -> TableFault:
    shown = found if len(found) <= _LONGEST else f"{found[:_LONGEST]}…"
    return TableFault(f"cell {cell_name(row, column)} of {sheet.label} holds the text '{shown}', not a number",
                      "write a number there, or correct the place")


def labels(sheet: Sheet, first: str, last: str, prefix: str) -> list[str]:
    """The texts from `first` to `last`, blank cells left out, each after the prefix.

    `last` is a cell; or a column or row alone, up to which the labels run; if `first` lies in it, they run along it to
    the first blank. A '*' at the end of it, alone too, means the same: on to the first blank.
    """
    start = sheet.spot(first)
    if start.kind not in ("cell", "name"):
        raise TableFault(f"'{first}' is not a cell", "write the cell of the first element")
    top, left = start.area.top, start.area.left
    found: list[str] = []
    for row, column, on in _label_cells(sheet, start, last):
        cell = sheet.at(row, column)
        if flaw := sheet.flaw(row, column):
            raise TableFault(f"{flaw} of {sheet.label} holds no name of an element", "write the name there")
        if cell is None and on:
            break
        if cell is not None:
            found.append(prefix + (f"{cell:.15g}" if isinstance(cell, float) else cell))
    if not found:
        raise TableFault(f"cell {cell_name(top, left)} is empty; {sheet.label} fills {sheet.extent}",
                         "correct the first cell")
    return found


def _label_cells(sheet: Sheet, start: Spot, last: str) -> Iterator[tuple[int, int, bool]]:
    """Cells in order; the third says that the first blank ends them."""
    top, left = start.area.top, start.area.left
    if last.strip() in ("", "*"):
        area = start.area if start.kind == "name" else Area(top, left, sheet.bottom, left)
        yield from ((row, column, start.kind != "name") for row, column in _within(area))
        return
    end = sheet.spot(last)
    match end.kind:
        case "column" if end.area.left == left:
            yield from ((row, left, True) for row in range(top, sheet.bottom + 1))
        case "column":
            yield from ((top, column, False) for column in range(left, end.area.left + 1))
        case "row" if end.area.top == top:
            yield from ((top, column, True) for column in range(left, sheet.right + 1))
        case "row":
            yield from ((row, left, False) for row in range(top, end.area.top + 1))
        case _:
            corner = Area(top, left, end.area.bottom, end.area.right)
            yield from ((row, column, end.star) for row, column in _within(corner))


def _within(area: Area) -> Iterator[tuple[int, int]]:
    columns = range(area.left, area.right + 1)
    yield from ((row, column) for row in range(area.top, area.bottom + 1) for column in columns)
