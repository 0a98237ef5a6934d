"""Macros of XMILE: parameters with their defaults, the equation of the value, and variables of their own.

It reads one `<macro>` as written (XMILE 1.0, section 4.8); it must not know where the macro is called.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stockflow.diagnostics.model import Report
from stockflow.dialects.xmile.carriers import label_of_node
from stockflow.dialects.xmile.document import Node
from stockflow.dialects.xmile.expressions import Formulas, parser
from stockflow.dialects.xmile.variables import TAGS, Setting, read_variables
from stockflow.ir.expr import Expr
from stockflow.ir.model import Equation, Macro, Parameter, Variable
from stockflow.ir.names import key_of, label_of
from stockflow.ir.walk import rebuild
from stockflow.source import Source


def read_macros(root: Node, setting: Setting) -> tuple[Macro, ...]:
    """The macros of a file; what a macro asks for and is not built is refused by name."""
    nodes = [*root.all("macro"), *(node for model in root.all("model") for node in model.all("macro"))]
    return tuple(macro for node in nodes if (macro := _macro(node, setting)) is not None)


def _macro(node: Node, setting: Setting) -> Macro | None:
    label = label_of_node(node)
    key = key_of(label)
    report = setting.report
    if not key:
        report.error("SF105", "a <macro> has no name", node.span, hint='write <macro name="...">')
        return None
    if _refused(node, label, report):
        return None
    parameters = tuple(_parameters(node, label, setting.formulas))
    places = node.all("variables")
    variables = read_variables([child for place in places for child in place.children if child.tag in TAGS], setting)
    _check_body(label, parameters, variables, report)
    value = _value(node, key, label, setting.formulas)
    body = variables if value is None else (*variables, value)
    return Macro(key, label, parameters, (), body, node.span)


def _refused(node: Node, label: str, report: Report) -> bool:
    """Whether the macro asks for what is not built."""
    asked = [
        ("a filter of options (a macro for an attribute of stocks or flows)", bool(node.attr("filter")), node),
        ("a run inside a macro (<sim_specs>)", node.child("sim_specs") is not None, node.child("sim_specs")),
    ]
    asked += [("a module in a macro", True, child) for place in node.all("variables") for child in place.all("module")]
    for what, there, place in asked:
        if there and place is not None:
            report.error("SF114", f"{what} is not supported; found in the macro '{label}'", place.span, variable=label)
            return True
    return False


def _parameters(node: Node, label: str, formulas: Formulas) -> Iterator[Parameter]:
    seen: dict[str, Parameter] = {}
    for child in node.all("parm"):
        name = child.text.strip()
        made = Parameter(key_of(name), label_of(name), _default(child, label, formulas), child.content)
        if not made.key:
            formulas.report.error("SF105", f"a parameter of the macro '{label}' has no name", child.span,
                                  hint="write <parm>name</parm>", variable=label)
        elif made.key in seen:
            formulas.report.error("SF201", f"the macro '{label}' has the parameter '{made.label}' twice", child.span,
                                  hint="rename one", variable=label)
        elif made.default is None and any(earlier.default is not None for earlier in seen.values()):
            formulas.report.error("SF205", f"the parameter '{made.label}' of the macro '{label}' needs a default: one"
                                  " before it has one", child.span, hint='write <parm default="...">', variable=label)
        else:
            seen[made.key] = made
            yield made


def _default(node: Node, label: str, formulas: Formulas) -> Expr | None:
    """A default, which stands in an attribute: its parts all have the parameter's place."""
    text = node.attr("default").strip()
    if not text:
        return None
    faults = Report()
    expr = parser().expression(Source("default", text, limits=node.source.limits), faults, 0, len(text))
    for fault in faults:
        formulas.report.error(fault.code, f"{fault.message}, in a default of the macro '{label}'", node.span,
                              hint=fault.hint, variable=label)
    return rebuild(expr, lambda part: replace(part, span=node.span))


def _check_body(
    label: str, parameters: tuple[Parameter, ...], variables: tuple[Variable, ...], report: Report
) -> None:
    given = {parameter.key for parameter in parameters}
    for variable in variables:
        if variable.key in given:
            report.error("SF201", f"'{variable.label}' is a parameter of the macro '{label}' and a variable in it",
                         variable.span, hint="rename one of them", variable=label)
        if variable.keeper is not None:
            report.error("SF114", f"a conveyor or queue in a macro is not supported; found '{variable.label}' in "
                         f"'{label}'", variable.span, hint="move it out of the macro", variable=label)
        if variable.dimensions:
            report.error("SF114", f"an array in a macro is not supported; found '{variable.label}' in '{label}'",
                         variable.span, hint="write the macro for one element, and call it from an array",
                         variable=label)


def _value(node: Node, key: str, label: str, formulas: Formulas) -> Variable | None:
    """The macro's equation as a variable of the macro's name; None where there is none, which flattening tells."""
    formula = node.child("eqn")
    if formula is None or formulas.is_empty(formula):
        return None
    equation = Equation((), formulas.read(formula, label), formula.content, formula.text.strip())
    return Variable(key, label, "auxiliary", (equation,), span=node.span)
