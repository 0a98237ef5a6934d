"""Macros of Vensim: the header's names, the body's variables, and which names of the body are the model's.

It reads one macro as written; it must not know where the macro is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from stockflow.diagnostics.model import Report
from stockflow.dialects.vensim.statements import Statement
from stockflow.dialects.vensim.variables import Definitions
from stockflow.ir.expr import Call, Expr, Name
from stockflow.ir.model import Equation, Macro, Parameter, Variable
from stockflow.ir.names import key_of, label_of
from stockflow.ir.walk import preorder, rebuild
from stockflow.source import Source

OUTSIDE = "$"
_WORD = r"""(?:"(?:[^"\\\n]|\\.)*"|[^\W\d][\w$'’]*(?:\s+[\w$'’]+)*)"""
_NAMES = rf"(?:\s*{_WORD}\s*(?:,\s*{_WORD}\s*)*+)?"
_HEADER = re.compile(rf"\s*(?P<name>{_WORD})\s*\((?P<inputs>{_NAMES})\s*(?::(?P<outputs>{_NAMES}))?\s*\)\s*")
_ONE = re.compile(_WORD)


def macro_of(
    source: Source, text: str, statement: Statement, variables: tuple[Variable, ...], report: Report
) -> Macro | None:
    """The macro of a statement whose body defines `variables`; None where its header cannot be read."""
    start, stop = statement.fields[0]
    begin = start + len(":MACRO:")
    header = _HEADER.fullmatch(text, begin, stop)
    span = source.span(start, stop)
    if header is None:
        report.error("SF105", "cannot read the header of this macro", span,
                     hint="write it like :MACRO: NAME(input, input : output)")
        return None
    inputs = _parameters(source, header, "inputs")
    outputs = _parameters(source, header, "outputs")
    label = label_of(header["name"])
    _tell_twice(label, [*inputs, *outputs], report)
    _check_body(label, inputs, variables, report)
    return Macro(key_of(label), label, inputs, outputs, tuple(_outside_told(variables, inputs)), span)


def _parameters(source: Source, header: re.Match[str], group: str) -> tuple[Parameter, ...]:
    if header[group] is None:
        return ()
    found = _ONE.finditer(header.string, *header.span(group))
    return tuple(
        Parameter(key_of(word.group()), label_of(word.group()), None, source.span(*word.span())) for word in found
    )


def _tell_twice(label: str, parameters: list[Parameter], report: Report) -> None:
    seen: set[str] = set()
    for parameter in parameters:
        if parameter.key in seen:
            report.error("SF201", f"'{parameter.label}' stands twice in the header of the macro '{label}'",
                         parameter.span, hint="rename one", variable=label)
        seen.add(parameter.key)


def _check_body(
    label: str, inputs: tuple[Parameter, ...], variables: tuple[Variable, ...], report: Report
) -> None:
    """No subscripts inside a macro, and no equation for an input (Vensim reference, Macros)."""
    given = {parameter.key for parameter in inputs}
    for variable in variables:
        if variable.key in given:
            report.error("SF201", f"'{variable.label}' is an input of the macro '{label}' and has an equation in it",
                         variable.span, hint="remove the equation, or rename the input", variable=variable.label)
        for equation in variable.equations:
            if equation.subscripts:
                report.error("SF303", f"'{variable.label}' has subscripts inside the macro '{label}'", equation.span,
                             hint="write the macro for one element, and call it from an equation with subscripts",
                             variable=variable.label)


def refuse_dimensions(label: str, found: Definitions, report: Report) -> None:
    for dimension in found.dimensions.values():
        report.error("SF308", f"the subscript range '{dimension.label}' is defined inside the macro '{label}'",
                     dimension.span, hint="define it outside the macro")


def _outside_told(variables: tuple[Variable, ...], inputs: Iterable[Parameter]) -> Iterable[Variable]:
    """The body with `Time$` and the like as names with a leading dot; a variable that is so called is itself."""
    local = {variable.key for variable in variables} | {parameter.key for parameter in inputs}
    local |= {output.key for variable in variables for output in _bound(variable)}

    def change(node: Expr) -> Expr:
        if isinstance(node, (Name, Call)) and node.key.endswith(OUTSIDE) and node.key not in local:
            return replace(node, key=f".{node.key[:-1].rstrip()}", label=node.label[:-1].rstrip())
        return node

    def equation(item: Equation) -> Equation:
        return replace(item, expr=rebuild(item.expr, change))

    for variable in variables:
        yield replace(variable, equations=tuple(equation(item) for item in variable.equations), control=False)


def _bound(variable: Variable) -> Iterable[Name]:
    for equation in variable.equations:
        for node in preorder(equation.expr):
            if isinstance(node, Call):
                yield from node.outputs

