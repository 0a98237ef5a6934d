"""A `Project` in XMILE's own terms as the text of an .xmile file (XMILE 1.0, section 2).

It lays out elements and escapes what stands in them; meanings were settled before, and a view is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from stockflow.dialects.xmile.document import NAMESPACE
from stockflow.dialects.xmile.spelling import expression_text, name_attribute, name_text
from stockflow.ir.expr import At, Call, Expr, Interpolate, Number, Subscript, Table, Word
from stockflow.ir.model import (
    FINAL_TIME,
    INITIAL_TIME,
    SAVEPER,
    TIME_STEP,
    Dimension,
    Equation,
    Macro,
    Project,
    Variable,
)
from stockflow.ir.show import number_text

ISEE = "http://iseesystems.com/XMILE"
METHODS = {"euler": "euler", "rk4": "rk4"}
_PRODUCT = "stockflow"
_FORM = "1.0"
"""The version of what this writer makes, which is not that of the program: a file does not change with it."""
_TAGS = {"stock": "stock", "flow": "flow"}
_TYPES = {"interpolate": "continuous", "extrapolate": "extrapolate", "discrete": "discrete"}
_SETTINGS = ((INITIAL_TIME, "start"), (FINAL_TIME, "stop"), (TIME_STEP, "dt"))
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(project: Project, title: str = "", view: Any = None) -> str:
    """The text of the file; `view` is a `<view>` element to stand in it."""
    root = _element(None, "xmile", version="1.0")
    _header(root, title or project.title, project)
    _specs(root, project)
    _units(root, project)
    if project.dimensions:
        _dimensions(root, project.dimensions)
    for macro in project.macros:
        _macro(root, macro)
    model = _element(root, "model")
    variables = _element(model, "variables")
    for variable in project.variables:
        if not variable.control:
            _variable(variables, variable, project)
    _groups(variables, project)
    if view is not None:
        _element(model, "views").append(view)
    return _text(root)


# XML


def _element(parent: Any, tag: str, content: str | None = None, **attributes: str) -> Any:
    """A new element of the standard's namespace, at the end of its parent."""
    from lxml import etree

    name = f"{{{NAMESPACE}}}{tag}"
    namespaces = {None: NAMESPACE, "isee": ISEE}
    made = etree.Element(name, nsmap=namespaces) if parent is None else etree.SubElement(parent, name)
    for key, value in attributes.items():
        made.set(key, clean(value))
    if content is not None:
        made.text = clean(content)
    return made


def _remark(parent: Any, text: str) -> None:
    """A comment of XML, in which two hyphens must not meet."""
    from lxml import etree

    while "--" in text:
        text = text.replace("--", "-")
    parent.append(etree.Comment(f" {clean(text)} "))


def clean(text: str) -> str:
    """The text without signs that XML cannot hold."""
    return _FORBIDDEN.sub("\ufffd", text)


def _text(root: Any) -> str:
    from lxml import etree

    body: str = etree.tostring(root, pretty_print=True, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}'


# Head of the file


def _header(root: Any, title: str, project: Project) -> None:
    header = _element(root, "header")
    arrays = max((len(variable.dimensions or ()) for variable in project.variables), default=0)
    if arrays or project.macros:
        options = _element(header, "options", namespace="std")
        if arrays:
            _element(options, "uses_arrays", maximum_dimensions=str(arrays))
        if project.macros:
            _element(options, "uses_macros", recursive_macros="false", option_filters="false")
    _element(header, "vendor", "The stockflow developers")
    _element(header, "product", _PRODUCT, version=_FORM, lang="en")
    _element(header, "name", title)
    if project.doc:
        _element(header, "caption", project.doc)


def _specs(root: Any, project: Project) -> None:
    specs = _element(root, "sim_specs", method=METHODS[project.method])
    if project.time_units:
        specs.set("time_units", clean(project.time_units))
    settings = {variable.key: variable for variable in project.variables if variable.control}
    every = _only(settings[SAVEPER]) if SAVEPER in settings else None
    if isinstance(every, Number):
        specs.set(f"{{{ISEE}}}save_interval", number_text(every.value))
    for key, tag in _SETTINGS:
        if key in settings:
            _element(specs, tag, expression_text(_only(settings[key])))
    for variable in settings.values():
        if variable.doc:
            _remark(specs, f"{variable.label}: {variable.doc}")


def _only(variable: Variable) -> Expr:
    return variable.equations[0].expr


def _units(root: Any, project: Project) -> None:
    if not project.unit_equivalences:
        return
    parent = _element(root, "model_units")
    for first, *others in project.unit_equivalences:
        unit = _element(parent, "unit", name=first)
        for other in others:
            if other == "1":
                _element(unit, "eqn", "1")
            else:
                _element(unit, "alias", other)


def _dimensions(root: Any, dimensions: Iterable[Dimension]) -> None:
    parent = _element(root, "dimensions")
    for dimension in dimensions:
        if dimension.doc:
            _remark(parent, f"{dimension.label}: {dimension.doc}")
        made = _element(parent, "dim", name=name_attribute(dimension.label))
        if dimension.numbered:
            made.set("size", str(len(dimension.items)))
            continue
        for label in dimension.labels:
            _element(made, "elem", name=name_attribute(label))


def _macro(root: Any, macro: Macro) -> None:
    made = _element(root, "macro", name=name_attribute(macro.label))
    value = next(variable for variable in macro.variables if variable.key == macro.key)
    for parameter in macro.parameters:
        _element(made, "parm", name_text(parameter.label))
    _element(made, "eqn", expression_text(_only(value)))
    inside = [variable for variable in macro.variables if variable is not value]
    if inside:
        variables = _element(made, "variables")
        for variable in inside:
            _variable(variables, variable, None)


# Variables


def _variable(parent: Any, variable: Variable, project: Project | None) -> None:
    made = _element(parent, _TAGS.get(variable.kind, "aux"), name=name_attribute(variable.label))
    if variable.doc:
        _element(made, "doc", variable.doc)
    _declared(made, variable, project)
    for place, equation in _places(made, variable):
        _equation(place, equation)
    for tag, keys in (("inflow", variable.inflows), ("outflow", variable.outflows)):
        for key in keys:
            _element(made, tag, name_text(_label(key, project)))
    if variable.units:
        _element(made, "units", variable.units)
    _range(made, variable.limits)


def _label(key: str, project: Project | None) -> str:
    found = (variable.label for variable in project.variables if variable.key == key) if project is not None else ()
    return next(iter(found), key)


def _declared(made: Any, variable: Variable, project: Project | None) -> None:
    if not variable.dimensions or project is None:
        return
    labels = {dimension.key: dimension.label for dimension in project.dimensions}
    parent = _element(made, "dimensions")
    for key in variable.dimensions:
        _element(parent, "dim", name=name_attribute(labels[key]))


def _places(made: Any, variable: Variable) -> Iterator[tuple[Any, Equation]]:
    """Where each equation stands: in the variable, or in an element for its cell."""
    whole = tuple(variable.dimensions or ())
    for equation in variable.equations:
        if _keys(equation.subscripts) == whole:
            yield made, equation
        else:
            yield _element(made, "element", subscript=", ".join(map(_cell_text, equation.subscripts))), equation


def _keys(subscripts: Sequence[Subscript]) -> tuple[str, ...]:
    return tuple(part.key if isinstance(part, Word) else "" for part in subscripts)


def _cell_text(subscript: Subscript) -> str:
    match subscript:
        case Word(label=label):
            return name_text(label)
        case At(expr=expr):
            return expression_text(expr)
        case _:
            raise TypeError("a cell is named by its elements")


def _equation(place: Any, equation: Equation) -> None:
    match equation.expr:
        case Table() as table:
            # Stella and other readers know a lookup as an auxiliary with points and no equation, not by itself.
            _points(place, table)
        case Interpolate(table=Table() as table, args=(arg,)):
            _element(place, "eqn", expression_text(arg))
            _points(place, table)
        case Call(key="integ", args=(_, initial)):
            _element(place, "eqn", expression_text(initial))
        case expr:
            _element(place, "eqn", expression_text(expr))
    if equation.initial is not None:
        _element(place, "init_eqn", expression_text(equation.initial))
    if equation.non_negative:
        _element(place, "non_negative")


def _points(place: Any, table: Table) -> None:
    graph = _element(place, "gf", type=_TYPES[table.mode])
    _element(graph, "xpts", ",".join(map(number_text, table.x)))
    _element(graph, "ypts", ",".join(map(number_text, table.y)))


def _range(made: Any, limits: tuple[float | None, float | None, float | None]) -> None:
    """A range has two ends; one that is open is told in words."""
    low, high, step = limits
    if low is not None and high is not None:
        _element(made, "range", min=number_text(low), max=number_text(high))
    elif low is not None or high is not None:
        words = f"at least {number_text(low)}" if low is not None else f"at most {number_text(high or 0.0)}"
        _remark(made, f"range: {words}")
    if step is not None:
        _remark(made, f"in steps of {number_text(step)}")


def _groups(variables: Any, project: Project) -> None:
    """Groups that hold variables or say something, those of the settings apart."""
    settings = {variable.group for variable in project.variables if variable.control}
    for group in project.groups:
        members = [item for item in project.variables if item.group == group.label and not item.control]
        if not members and (group.label in settings or not group.doc):
            continue
        made = _element(variables, "group", name=name_attribute(group.label))
        if group.doc:
            _element(made, "doc", group.doc)
        for member in members:
            _element(made, "entity", name=name_attribute(member.label))
