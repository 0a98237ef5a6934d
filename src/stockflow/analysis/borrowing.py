"""Macros that a converter left out of a file, taken from the file that it converted.

It compares names as written; it must not know where the other file is or how it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from stockflow.diagnostics.model import Report
from stockflow.functions import table as functions
from stockflow.ir.expr import Call
from stockflow.ir.model import Macro, Project, Variable
from stockflow.ir.walk import preorder


def unknown_calls(project: Project) -> dict[str, Call]:
    """The first call of each name that the file does not define and that is no function, by key."""
    known = {variable.key for variable in _variables(project)} | {macro.key for macro in project.macros}
    found: dict[str, Call] = {}
    for variable in _variables(project):
        for call in _calls(variable):
            key = call.key.removeprefix(".")
            if key not in known and not functions.find(project.dialect.spelling, key):
                found.setdefault(key, call)
    return found


def borrow_macros(project: Project, origin: Project, report: Report) -> Project:
    """The project with those macros of `origin` that it calls, and the ones that these call."""
    calls = unknown_calls(project)
    taken = _reached(calls, origin.macros)
    for macro in (macro for macro in taken if macro.key in calls):
        line = f", line {macro.span.line}" if macro.span is not None else ""
        report.warn(
            "SF117", f"the macro '{macro.label}' is not in {project.source.name} and is taken from"
            f" {origin.source.name}{line}", calls[macro.key].span,
            notes=("The program that converted the Vensim model left its macros out.",),
            hint="write the macro as a <macro> into this file, or run the .mdl",
        )
    spelled = tuple(replace(macro, spelling=origin.dialect.spelling) for macro in taken)
    others = (*project.others, origin.source) if taken else project.others
    return replace(project, macros=(*project.macros, *spelled), others=others)


def _reached(calls: Iterable[str], macros: tuple[Macro, ...]) -> list[Macro]:
    """The macros of those names and all that they call in turn, in the order of their file."""
    wanted, waiting = set[str](), list(calls)
    while waiting:
        key = waiting.pop()
        if key not in wanted:
            wanted.add(key)
            bodies = (macro.variables for macro in macros if macro.key == key)
            waiting.extend(call.key for body in bodies for variable in body for call in _calls(variable))
    return [macro for macro in macros if macro.key in wanted]


def _variables(project: Project) -> Iterator[Variable]:
    yield from project.variables
    for space in project.namespaces:
        yield from space.variables
    for macro in project.macros:
        yield from macro.variables


def _calls(variable: Variable) -> Iterator[Call]:
    for equation in variable.equations:
        for expr in (equation.expr, equation.initial):
            if expr is not None:
                yield from (node for node in preorder(expr) if isinstance(node, Call))
