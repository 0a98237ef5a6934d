"""Tables that a file imports by name (XMILE's `<data>`): numbers and series put in the place of equations.

It works on names as written, before anything is resolved; how a table is found and opened is in `data`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product

from stockflow.data.cells import Cell, Sheet
from stockflow.data.faults import TableFault
from stockflow.data.tables import TEXT, Tables
from stockflow.data.tabular import name_and_elements
from stockflow.diagnostics.model import Report
from stockflow.ir.expr import Call, Expr, Interpolate, Name, Number, Table, Values, Word
from stockflow.ir.model import TIME, DataImport, Dimension, Equation, Kind, Project, Variable
from stockflow.ir.names import key_of

CellKey = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Column:
    """One variable's or element's values in a table, as the table heads them."""

    heading: str
    values: tuple[Cell, ...]


def with_imports(project: Project, tables: Tables, report: Report) -> Project:
    """The project with the values of the tables that it imports; without a table its equations stay."""
    for wanted in project.imports:
        imported = _Import(project, wanted, report)
        columns = imported.columns(tables)
        if columns:
            project = replace(project, variables=tuple(imported.variables(columns)))
    return project if not project.imports else replace(project, imports=())


@dataclass(frozen=True, slots=True)
class _Import:
    project: Project
    wanted: DataImport
    report: Report

    # The table.

    def columns(self, tables: Tables) -> list[_Column]:
        file, span = self.wanted.resource, self.wanted.span
        try:
            tables.folders.locate(file)
        except TableFault as fault:
            self.report.warn("SF602", f"nothing is imported from '{file}': {fault.message}", span, hint=fault.hint,
                             notes=("The equations in the model's file are used.",))
            return []
        try:
            sheet = tables.sheet(file, self._tab(file))
        except TableFault as fault:
            where = f"sheet '{self.wanted.sheet}' of {file} {fault.message}" if fault.sheet else fault.message
            self.report.error(fault.code, f"the import of '{file}' cannot be read: {where}", span, hint=fault.hint)
            return []
        return list(_columns(sheet, self.wanted.orientation))

    def _tab(self, file: str) -> str:
        suffix = file.strip().lower()[-4:]
        if suffix not in TEXT:
            return self.wanted.sheet
        return "," if suffix == ".csv" else "tab"

    # What the values stand for.

    def variables(self, columns: Sequence[_Column]) -> Iterator[Variable]:
        known = {variable.key: variable for variable in self.project.variables}
        times = self._times(columns[0], known)
        found: dict[str, dict[CellKey, Expr]] = {}
        for column in columns[1:] if times is not None else columns:
            label, elements = name_and_elements(column.heading)
            variable = known.get(key_of(label))
            if variable is None or variable.kind == "lookup":
                self._doubt(f"'{column.heading}' of '{self.wanted.resource}' is no variable of the model that takes it")
                continue
            cell = self._cell(variable, elements or [], column)
            expr = self._value(column) if times is None else self._series(column, times)
            if cell is not None and expr is not None:
                found.setdefault(variable.key, {})[cell] = expr
        for variable in self.project.variables:
            given = found.get(variable.key)
            yield variable if given is None else self._given(variable, given)

    def _times(self, first: _Column, known: dict[str, Variable]) -> tuple[Cell, ...] | None:
        """The times of a table of series: its first column, headed by Time or by the units of time."""
        units = key_of(self.project.time_units)
        heading = key_of(first.heading)
        return first.values if heading not in known and heading in (TIME, units, f"{units}s") else None

    def _value(self, column: _Column) -> Expr | None:
        given = [value for value in column.values if value is not None]
        if len(given) == 1 and isinstance(given[0], float):
            return Number(given[0], self.wanted.span)
        found = f"'{given[0]}'" if len(given) == 1 else f"{len(given)} values"
        self._fault(f"one number is wanted for '{column.heading}'; found {found}",
                    "a table of series has the times in its first column, headed Time")
        return None

    def _series(self, column: _Column, times: Sequence[Cell]) -> Expr | None:
        points = [(x, y) for x, y in zip(times, column.values, strict=False) if y is not None]
        numbers = [(x, y) for x, y in points if isinstance(x, float) and isinstance(y, float)]
        if not points or len(numbers) < len(points) or any(b[0] <= a[0] for a, b in pairwise(numbers)):
            self._fault(f"the series '{column.heading}' needs numbers at rising times", "correct the table")
            return None
        x, y = zip(*numbers, strict=True)
        return Interpolate(Table(x, y, span=self.wanted.span), (Name(TIME, "TIME", (), self.wanted.span),),
                           span=self.wanted.span)

    def _cell(self, variable: Variable, elements: Sequence[str], column: _Column) -> CellKey | None:
        dimensions = self._dimensions(variable)
        if len(elements) == len(dimensions):
            found = [_element(text, home) for text, home in zip(elements, dimensions, strict=True)]
            cell = tuple(key for key in found if key)
            if len(cell) == len(found):
                return cell
        names = ", ".join(home.label for home in dimensions)
        self._fault(f"'{column.heading}' is no element of '{variable.label}'",
                    f"head the column {variable.label}[{names}], with elements" if names else f"write {variable.label}")
        return None

    def _dimensions(self, variable: Variable) -> list[Dimension]:
        known = {dimension.key: dimension for dimension in self.project.dimensions}
        return [known[key] for key in variable.dimensions or () if key in known]

    # Equations.

    def _given(self, variable: Variable, given: dict[CellKey, Expr]) -> Variable:
        plain = variable.kind in ("auxiliary", "constant")
        equations = self._listed(variable, given) if plain else ()
        if not equations:
            kept = [one for equation in variable.equations for one in self._without(variable, equation, given)]
            equations = (*kept, *(self._equation(variable, cell, expr) for cell, expr in given.items()))
        numbers = all(isinstance(one.expr, Number | Values) for one in equations)
        kind: Kind = variable.kind if not plain else "constant" if numbers else "auxiliary"
        return replace(variable, equations=equations, kind=kind)

    def _listed(self, variable: Variable, given: dict[CellKey, Expr]) -> tuple[Equation, ...]:
        """One list of numbers where the table gives every element one; nothing where it does not."""
        dimensions = self._dimensions(variable)
        found = [given.get(cell) for cell in product(*(home.items for home in dimensions))]
        values = [one.value for one in found if isinstance(one, Number)]
        if not dimensions or len(values) < len(found):
            return ()
        expr = Values(tuple(values), len(values) // len(dimensions[-1].items), self.wanted.span)
        return (self._equation(variable, tuple(home.key for home in dimensions), expr),)

    def _without(
        self, variable: Variable, equation: Equation, given: dict[CellKey, Expr]
    ) -> Iterator[Equation]:
        """An equation for what the table does not give."""
        if isinstance(equation.expr, Values) and len(equation.expr.values) > 1:
            cells = product(*(home.items for home in self._dimensions(variable)))
            for cell, value in zip(cells, equation.expr.values, strict=False):
                if cell not in given:
                    yield replace(equation, subscripts=_words(cell), expr=Number(value, equation.span))
        elif tuple(_keys(equation)) not in given and () not in given:
            yield replace(equation, excepts=(*equation.excepts, *(_words(cell) for cell in given)))

    def _equation(self, variable: Variable, cell: CellKey, expr: Expr) -> Equation:
        """The equation of a given value; of a stock it is the initial value. A given flow is not limited to above 0."""
        own = [one for one in variable.equations if tuple(_keys(one)) == cell]
        old = (*own, *variable.equations, Equation((), expr, self.wanted.span))[0]
        if isinstance(old.expr, Call) and variable.kind == "stock":
            expr = replace(old.expr, args=(old.expr.args[0], expr))
        text = f"imported from {self.wanted.resource}"
        limited = old.non_negative and variable.kind == "stock"
        return replace(
            old, subscripts=_words(cell), expr=expr, text=text, excepts=(), initial=None, non_negative=limited
        )

    # Faults.

    def _fault(self, message: str, hint: str) -> None:
        self.report.error("SF601", f"the import of '{self.wanted.resource}': {message}", self.wanted.span, hint=hint)

    def _doubt(self, message: str) -> None:
        self.report.warn("SF602", message, self.wanted.span, hint="correct the heading, or leave the column out")


def _keys(equation: Equation) -> Iterator[str]:
    return (part.key for part in equation.subscripts if isinstance(part, Word))


def _words(cell: CellKey) -> tuple[Word, ...]:
    return tuple(Word(key, key) for key in cell)


def _element(text: str, home: Dimension) -> str:
    """The element that a heading names, by name or by number; empty where there is none."""
    key = key_of(text)
    if key in home.items:
        return key
    number = int(key) if key.isdecimal() and len(key) < 9 else 0
    return home.items[number - 1] if 1 <= number <= len(home.items) else ""


def _columns(sheet: Sheet, orientation: str) -> Iterator[_Column]:
    """The headed columns of a sheet, or, of a horizontal one, its headed rows."""
    across = orientation == "horizontal"
    outer = range(sheet.top, sheet.bottom + 1) if across else range(sheet.left, sheet.right + 1)
    inner = range(sheet.left, sheet.right + 1) if across else range(sheet.top, sheet.bottom + 1)
    for at in outer:
        cells = [sheet.at(at, place) if across else sheet.at(place, at) for place in inner]
        if cells and isinstance(cells[0], str):
            yield _Column(cells[0], tuple(cells[1:]))
