"""A `Project` in XMILE's own terms as the text of an .xmile file (XMILE 1.0, section 2).

It lays out elements and escapes what stands in them; meanings were settled before, and a view is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from stockflow.dialects.xmile.elements import ISEE, clean, element, file_text, remark
from stockflow.dialects.xmile.spelling import expression_text, name_attribute, name_text
from stockflow.dialects.xmile.views import add_view
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
from stockflow.ir.picture import Picture
from stockflow.ir.show import number_text

METHODS = {"euler": "euler", "rk4": "rk4"}
_PRODUCT = "stockflow"
_FORM = "1.0"
"""The version of what this writer makes, which is not that of the program: a file does not change with it."""
_TAGS = {"stock": "stock", "flow": "flow"}
_TYPES = {"interpolate": "continuous", "extrapolate": "extrapolate", "discrete": "discrete"}
_SETTINGS = ((INITIAL_TIME, "start"), (FINAL_TIME, "stop"), (TIME_STEP, "dt"))


def write(project: Project, pictures: Iterable[Picture]) -> str:
    """The text of the file, with a view for each picture."""
    root = element(None, "xmile", version="1.0")
    _header(root, project)
    _specs(root, project)
    _units(root, project)
    if project.dimensions:
        _dimensions(root, project.dimensions)
    for macro in project.macros:
        _macro(root, macro)
    model = element(root, "model")
    variables = element(model, "variables")
    labels = {variable.key: variable.label for variable in project.variables}
    ranges = {dimension.key: dimension.label for dimension in project.dimensions}
    for variable in project.variables:
        if not variable.control:
            _variable(variables, variable, labels, ranges)
    _groups(variables, project)
    views = element(model, "views")
    for picture in pictures:
        add_view(views, picture, labels)
    return file_text(root)


# Head of the file


def _header(root: Any, project: Project) -> None:
    header = element(root, "header")
    arrays = max((len(variable.dimensions or ()) for variable in project.variables), default=0)
    if arrays or project.macros:
        options = element(header, "options", namespace="std")
        if arrays:
            element(options, "uses_arrays", maximum_dimensions=str(arrays))
        if project.macros:
            element(options, "uses_macros", recursive_macros="false", option_filters="false")
    element(header, "vendor", "The stockflow developers")
    element(header, "product", _PRODUCT, version=_FORM, lang="en")
    element(header, "name", project.title)
    if project.doc:
        element(header, "caption", project.doc)


def _specs(root: Any, project: Project) -> None:
    specs = element(root, "sim_specs", method=METHODS[project.method])
    if project.time_units:
        specs.set("time_units", clean(project.time_units))
    settings = {variable.key: variable for variable in project.variables if variable.control}
    every = _only(settings[SAVEPER]) if SAVEPER in settings else None
    if isinstance(every, Number):
        specs.set(f"{{{ISEE}}}save_interval", number_text(every.value))
    for key, tag in _SETTINGS:
        element(specs, tag, expression_text(_only(settings[key])))
    for variable in settings.values():
        if variable.doc:
            remark(specs, f"{variable.label}: {variable.doc}")


def _only(variable: Variable) -> Expr:
    return variable.equations[0].expr


def _units(root: Any, project: Project) -> None:
    if not project.unit_equivalences:
        return
    parent = element(root, "model_units")
    for first, *others in project.unit_equivalences:
        unit = element(parent, "unit", name=first)
        for other in others:
            if other == "1":
                element(unit, "eqn", "1")
            else:
                element(unit, "alias", other)


def _dimensions(root: Any, dimensions: Iterable[Dimension]) -> None:
    parent = element(root, "dimensions")
    for dimension in dimensions:
        if dimension.doc:
            remark(parent, f"{dimension.label}: {dimension.doc}")
        made = element(parent, "dim", name=name_attribute(dimension.label))
        if dimension.numbered:
            made.set("size", str(len(dimension.items)))
            continue
        for label in dimension.labels:
            element(made, "elem", name=name_attribute(label))


def _macro(root: Any, macro: Macro) -> None:
    made = element(root, "macro", name=name_attribute(macro.label))
    value = next(variable for variable in macro.variables if variable.key == macro.key)
    for parameter in macro.parameters:
        element(made, "parm", name_text(parameter.label))
    element(made, "eqn", expression_text(_only(value)))
    inside = [variable for variable in macro.variables if variable is not value]
    if inside:
        variables = element(made, "variables")
        for variable in inside:
            _variable(variables, variable, {}, {})


# Variables


def _variable(parent: Any, variable: Variable, labels: Mapping[str, str], ranges: Mapping[str, str]) -> None:
    """One variable; `labels` are the names of flows, `ranges` those of dimensions, by key."""
    made = element(parent, _TAGS.get(variable.kind, "aux"), name=name_attribute(variable.label))
    if variable.doc:
        element(made, "doc", variable.doc)
    if variable.dimensions:
        declared = element(made, "dimensions")
        for key in variable.dimensions:
            element(declared, "dim", name=name_attribute(ranges[key]))
    for place, equation in _places(made, variable):
        _equation(place, equation)
    for tag, keys in (("inflow", variable.inflows), ("outflow", variable.outflows)):
        for key in keys:
            element(made, tag, name_text(labels.get(key, key)))
    if variable.units:
        element(made, "units", variable.units)
    _range(made, variable.limits)


def _places(made: Any, variable: Variable) -> Iterator[tuple[Any, Equation]]:
    """Where each equation stands: in the variable, or in an element for its cell."""
    whole = tuple(variable.dimensions or ())
    for equation in variable.equations:
        if _keys(equation.subscripts) == whole:
            yield made, equation
        else:
            yield element(made, "element", subscript=", ".join(map(_cell_text, equation.subscripts))), equation


def _keys(subscripts: Sequence[Subscript]) -> tuple[str, ...]:
    return tuple(part.key if isinstance(part, Word) else "" for part in subscripts)


def _cell_text(subscript: Subscript) -> str:
    match subscript:
        case Word(label=label):
            return name_text(label)
        case At(expr=expr):
            return expression_text(expr)
        case _:
            raise AssertionError("a cell is named by its elements")


def _equation(place: Any, equation: Equation) -> None:
    match equation.expr:
        case Table() as table:
            # Stella and other readers know a lookup as an auxiliary with points and no equation, not by itself.
            _points(place, table)
        case Interpolate(table=Table() as table, args=(arg,)):
            element(place, "eqn", expression_text(arg))
            _points(place, table)
        case Call(key="integ", args=(_, initial)):
            element(place, "eqn", expression_text(initial))
        case expr:
            element(place, "eqn", expression_text(expr))
    if equation.initial is not None:
        element(place, "init_eqn", expression_text(equation.initial))
    if equation.non_negative:
        element(place, "non_negative")


def _points(place: Any, table: Table) -> None:
    graph = element(place, "gf", type=_TYPES[table.mode])
    element(graph, "xpts", ",".join(map(number_text, table.x)))
    element(graph, "ypts", ",".join(map(number_text, table.y)))


def _range(made: Any, limits: tuple[float | None, float | None, float | None]) -> None:
    """A range has two ends; one that is open is told in words."""
    low, high, step = limits
    if low is not None and high is not None:
        element(made, "range", min=number_text(low), max=number_text(high))
    elif low is not None or high is not None:
        words = f"at least {number_text(low)}" if low is not None else f"at most {number_text(high or 0.0)}"
        remark(made, f"range: {words}")
    if step is not None:
        remark(made, f"in steps of {number_text(step)}")


def _groups(variables: Any, project: Project) -> None:
    """Groups that have a name, and hold variables or say something; those of the settings apart."""
    settings = {variable.group for variable in project.variables if variable.control}
    members_of: dict[str, list[Variable]] = {}
    for variable in project.variables:
        if not variable.control:
            members_of.setdefault(variable.group, []).append(variable)
    for group in (found for found in project.groups if found.label):
        members = members_of.get(group.label, [])
        if not members and (group.label in settings or not group.doc):
            continue
        made = element(variables, "group", name=name_attribute(group.label))
        if group.doc:
            element(made, "doc", group.doc)
        for member in members:
            element(made, "entity", name=name_attribute(member.label))
