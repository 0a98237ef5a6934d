"""Calls that read tables outside the model: their arguments as texts, their faults in words, ranges read through them.

It knows calls and places in the model; how a table is found and laid out is in `data`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from stockflow.data import blocks
from stockflow.data.faults import TableFault
from stockflow.data.tables import TEXT, Tables
from stockflow.diagnostics.model import Report
from stockflow.functions import table as functions
from stockflow.functions.row import Function
from stockflow.ir.expr import Call, Expr, Name, Text
from stockflow.ir.model import Dimension, Project
from stockflow.ir.names import key_of
from stockflow.limits import Limits


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """A call with its arguments as texts, by the names of the row's parameters, and who asks."""

    call: Call
    row: Function
    texts: dict[str, str]
    owner: str

    @property
    def place(self) -> str:
        """Where in the file, for people."""
        parts = ["cell" if name in ("cell", "first") else name for name in self.texts]
        named = list(zip(parts, self.texts.values(), strict=True))[2:]
        shown = [f"{name} {text}" for name, text in named if name in ("axis", "cell")]
        textual = self.texts["file"].strip().lower().endswith(TEXT)
        return ", ".join(shown if textual else [f"sheet {self.texts['tab']}", *shown])


def strings_of(project: Project) -> dict[str, str]:
    """The texts of string variables, which may stand for an argument."""
    return {
        variable.key: variable.equations[0].expr.value
        for variable in project.variables
        if len(variable.equations) == 1 and isinstance(variable.equations[0].expr, Text)
    }


def external_row(expr: Expr) -> Function | None:
    """The row of a resolved call that reads a table."""
    row = functions.ROWS.get(expr.key) if isinstance(expr, Call) else None
    return row if row is not None and row.kind == "external" else None


def wanted(call: Call, row: Function, strings: Mapping[str, str], owner: str, report: Report) -> Wanted | None:
    """The call with its arguments, or None where one of them is no text, which is reported."""
    texts: dict[str, str] = {}
    for parameter, argument in zip(row.signature, call.args, strict=True):
        text = _text(argument, strings)
        if text is None:
            report.error("SF208", f"the argument `{parameter.name}` of {call.label} must be a text",
                         getattr(argument, "span", None) or call.span, hint="write it in single quotes", variable=owner)
            return None
        texts[parameter.name] = text
    return Wanted(call, row, texts, owner)


def _text(argument: Expr, strings: Mapping[str, str]) -> str | None:
    if isinstance(argument, Text):
        return argument.value
    return strings.get(argument.key) if isinstance(argument, Name) else None


def tell(fault: TableFault, found: Wanted, report: Report) -> None:
    """Report what a table lacks, with the variable, the file and the place in it."""
    file, tab = found.texts["file"], found.texts["tab"]
    if fault.sheet:
        message = f"'{found.owner}' reads sheet '{tab}' of {file}, which {fault.message}"
    else:
        message = f"'{found.owner}' reads {file} ({found.place}): {fault.message}"
    report.error(fault.code, message, found.call.span, hint=fault.hint, variable=found.owner)


# Ranges.


def with_imported(project: Project, tables: Tables, report: Report) -> Project:
    """The project with the elements of ranges that stand in tables."""
    if not any(dimension.outside is not None for dimension in project.dimensions):
        return project
    strings = strings_of(project)
    made = tuple(
        dimension if dimension.outside is None else _imported(dimension, project, strings, tables, report)
        for dimension in project.dimensions
    )
    return replace(project, dimensions=made)


def _imported(
    dimension: Dimension, project: Project, strings: Mapping[str, str], tables: Tables, report: Report
) -> Dimension:
    call = dimension.outside
    assert isinstance(call, Call)
    row = _subscript_row(call, dimension, project, report)
    found = wanted(call, row, strings, dimension.label, report) if row is not None else None
    if found is None:
        return dimension
    texts = found.texts
    try:
        sheet = tables.sheet(texts["file"], texts["tab"])
        labels = blocks.labels(sheet, texts["first"], texts["last"], texts["prefix"])
    except TableFault as fault:
        tell(fault, found, report)
        return dimension
    return _with_items(dimension, labels, found, report, project.limits)


def _subscript_row(call: Call, dimension: Dimension, project: Project, report: Report) -> Function | None:
    bound = functions.choose(functions.find(project.dialect.spelling, call.key), len(call.args))
    if bound is not None and bound.row.reads is not None and bound.row.reads.what == "subscript":
        return bound.row
    known = functions.find(project.dialect.spelling, call.key)
    if known and known[0].row.reads is not None:
        message = f"{call.label} takes {', '.join(known[0].arguments)}; {len(call.args)} were given"
        report.error("SF205", message, call.span, hint=f"see `stockflow functions {call.label}`",
                     variable=dimension.label)
    else:
        report.error("SF114", f"the elements of '{dimension.label}' come from {call.label}, which is not supported",
                     call.span, hint="list the elements here", variable=dimension.label)
    return None


def _with_items(
    dimension: Dimension, labels: list[str], found: Wanted, report: Report, limits: Limits
) -> Dimension:
    keys = [key_of(label) for label in labels]
    excess = limits.excess("elements", len(keys), "the range has", "elements", "use fewer elements")
    if excess is not None:
        report.error("SF109", excess.message, found.call.span, hint=excess.hint, variable=dimension.label)
        return dimension
    kept: dict[str, str] = {}
    for key, label in zip(keys, labels, strict=True):
        if key in kept:
            tell(TableFault(f"'{label}' stands there twice", "remove one", "SF201"), found, report)
        kept.setdefault(key, label)
    return replace(dimension, items=tuple(kept), labels=tuple(kept.values()), outside=None)
