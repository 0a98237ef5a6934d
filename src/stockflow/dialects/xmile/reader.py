"""Reads XMILE files (.xmile, .stmx, .itmx, .xml) into a Project.

It knows the layout of the document (XMILE 1.0, section 2); what is not built is refused by name.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from stockflow.diagnostics.model import OF_SUBSCRIPTS, Report
from stockflow.dialects.xmile.cells import elements_by_dimension
from stockflow.dialects.xmile.document import Node, read_document
from stockflow.dialects.xmile.expressions import Formulas, parser_texts
from stockflow.dialects.xmile.includes import merge_includes
from stockflow.dialects.xmile.macros import read_macros
from stockflow.dialects.xmile.modules import ROOT, Fed, places, read_submodels
from stockflow.dialects.xmile.plaintext import plain, with_joined_names
from stockflow.dialects.xmile.refusals import refuse_in_document
from stockflow.dialects.xmile.specs import (
    RunSpecs,
    read_dimensions,
    read_equivalences,
    read_imports,
    read_run_specs,
    unreadable_dimensions,
    without_method,
)
from stockflow.dialects.xmile.variables import TAGS, Setting, in_groups, read_variables
from stockflow.ir.expr import Binary, Expr, Name, Number, Unary
from stockflow.ir.model import CONTROLS, Dialect, Group, Namespace, Project, Variable, Verbatim
from stockflow.ir.names import key_of, label_of
from stockflow.source import Source

XMILE = Dialect("xmile", "xmile", "elementwise", "heun")
STELLA = Dialect("xmile", "stella", "elementwise", "heun")
VENSIM = Dialect("xmile", "ventana", "elementwise", "midpoint")
_ISEE = frozenset({
    "prefs", "multiplayer_settings", "time_formats", "time_format", "number_format_extenders", "dependencies",
    "equation_prefs", "print_setup", "window", "security", "delay_aux", "summing", "var", "in", "spreadflow",
})


def read(source: Source, report: Report) -> Project:
    """The model in an XMILE file; its faults are in the report. Where the XML itself is faulty the model is empty."""
    root = read_document(source, report)
    if root is None:
        return Project(source, XMILE, (), ())
    others = merge_includes(root, _unnamed_model(root), report)
    model = _root_model(root, report)
    refuse_in_document(root, report)
    dimensions = read_dimensions(root, report)
    header = root.child("header")
    converted = _is_converted(header)
    texts = parser_texts(root, with_joined_names if converted else plain)
    formulas = Formulas(texts, elements_by_dimension(dimensions), report)
    dialect = _dialect(header)
    specs = read_run_specs(_specs_node(root, model), formulas)
    if dialect is VENSIM:
        specs = without_method(specs, report)
    dialect = _with_options(dialect, header, report)
    models = {ROOT: model} | dict(enumerate(node for node in root.all("model") if node is not model))
    submodels = read_submodels(models, report)
    fed = submodels.fed()
    known = {item.key: item for item in dimensions}
    variables: dict[int, tuple[Variable, ...]] = {}
    before, unreadable = len(report.items), unreadable_dimensions(root, dimensions)
    for place, node in models.items():
        inside = formulas if place == ROOT else replace(formulas, root_mark=".")
        variables[place] = _variables(node, Setting(inside, known, _limited(root, node), fed[place]))
    macros = read_macros(root, Setting(replace(formulas, root_mark="."), known, _limited(root, root), Fed()))
    if unreadable:
        report.take_back(before, OF_SUBSCRIPTS)
    groups = _group_nodes(model)
    _tell_extensions(root, report)
    return Project(
        source, dialect, dimensions, _with_controls(variables[ROOT], specs, report),
        title=_title(header), doc=header.child_text("caption") if header is not None else "", method=specs.method,
        time_units=specs.time_units, unit_equivalences=read_equivalences(root), groups=_groups(groups),
        verbatim=tuple(_kept(root, models.values())), macros=macros, modules=submodels.modules[ROOT],
        namespaces=tuple(
            Namespace(label_of(node.attr("name")), variables[place], submodels.modules[place], node.span)
            for place, node in models.items() if place != ROOT
        ),
        drops_macros=converted, recursive_macros=_recursive(header), others=others, imports=read_imports(root, report),
        unreadable=unreadable,
    )


def _variables(model: Node, setting: Setting) -> tuple[Variable, ...]:
    return in_groups(read_variables(_variable_nodes(model), setting), _members(_group_nodes(model)))


def _group_nodes(model: Node) -> list[Node]:
    return [node for place in places(model) for node in place.all("group")]


def _title(header: Node | None) -> str:
    return "" if header is None else header.child_text("name") or header.child_text("title")


def _dialect(header: Node | None) -> Dialect:
    """The dialect of the program that wrote the file, by its own words."""
    if header is None:
        return XMILE
    vendor, product = header.child_text("vendor").lower(), header.child_text("product").lower()
    if "isee" in vendor:
        return STELLA
    own = "ventana" in vendor and product.startswith("vensim") and "xmutil" not in vendor + product
    return VENSIM if own else XMILE


def _with_options(dialect: Dialect, header: Node | None, report: Report) -> Dialect:
    """The dialect with what `<uses_arrays>` says of an index outside an array; old files have it in `<smile>`."""
    nodes = [node for node in header.below() if node.attr("invalid_index_value")] if header is not None else []
    for node in nodes:
        value = node.attr("invalid_index_value").strip().lower()
        if value not in ("nan", "0"):
            report.error("SF114", f"the value of an invalid index is '{value}'", node.span, hint="write 0 or NaN")
        elif value == "nan":
            return replace(dialect, invalid_index=math.nan)
    return dialect


def _recursive(header: Node | None) -> bool:
    nodes = header.below() if header is not None else ()
    return any(node.attr("recursive_macros").strip().lower() == "true" for node in nodes)


def _is_converted(header: Node | None) -> bool:
    """Whether xmutil wrote the file, which keeps calls of a Vensim model's macros and leaves the macros out."""
    return header is not None and "xmutil" in header.child_text("vendor").lower()


# Parts of the document


def _root_model(root: Node, report: Report) -> Node:
    """The model without a name, or the first; the others are modules'."""
    models = root.all("model")
    if not models:
        report.error("SF110", "the file holds no <model>", root.span, hint="an XMILE file needs one <model>")
        return root
    return _unnamed_model(root) or models[0]


def _unnamed_model(root: Node) -> Node | None:
    return next((node for node in root.all("model") if not node.attr("name")), None)


def _variable_nodes(model: Node) -> Iterator[Node]:
    for place in places(model):
        yield from (node for node in place.children if node.tag in TAGS)


def _specs_node(root: Node, model: Node) -> Node | None:
    return model.child("sim_specs") or root.child("sim_specs")


def _limited(root: Node, model: Node) -> dict[str, bool]:
    """Whether `<behavior>` makes stocks and flows non-negative; the model's goes before the file's."""
    limited: dict[str, bool] = {}
    for place in (root, model):
        for behavior in place.all("behavior"):
            everything = _flag(behavior)
            for tag in ("stock", "flow"):
                entity = behavior.child(tag)
                own = _flag(entity) if entity is not None else None
                found = own if own is not None else everything
                if found is not None:
                    limited[tag] = found
    return limited


def _flag(node: Node) -> bool | None:
    flag = node.child("non_negative")
    return None if flag is None else flag.text.strip().lower() not in ("false", "0")


def _members(groups: Iterable[Node]) -> dict[str, str]:
    """The group of each variable that a group lists."""
    return {
        key_of(entity.attr("name")): label_of(group.attr("name"))
        for group in groups for entity in (*group.all("entity"), *group.all("var"))
    }


def _groups(groups: Iterable[Node]) -> tuple[Group, ...]:
    return tuple(Group(label_of(node.attr("name")), node.child_text("doc"), node.span) for node in groups)


# Control variables


def _with_controls(variables: tuple[Variable, ...], specs: RunSpecs, report: Report) -> tuple[Variable, ...]:
    """The file's variables and those of `<sim_specs>`; a variable of a control's name has to agree with it."""
    named = {variable.key: variable for variable in variables if variable.key in CONTROLS}
    added = [control for control in specs.controls if control.key not in named]
    for control in specs.controls:
        own = named.get(control.key)
        if own is not None and _meaning(own) != _meaning(control):
            line = control.span.line if control.span is not None else 0
            report.error(
                "SF201",
                f"'{own.label}' is '{_text(own)}' here and '{_text(control)}' in <sim_specs> (line {line})", own.span,
                hint="make them equal, or rename the variable", variable=own.label,
            )
    marked = (replace(item, control=True) if item.key in named else item for item in variables)
    return (*added, *marked)


def _text(variable: Variable) -> str:
    return variable.equations[0].text if variable.equations else ""


def _meaning(variable: Variable) -> object:
    """A number, the key of a name, or something equal to nothing else."""
    expr = variable.equations[0].expr if len(variable.equations) == 1 else None
    return expr.key if isinstance(expr, Name) and not expr.subscripts else _value(expr)


def _value(expr: Expr | None) -> object:
    match expr:
        case Number(value=value):
            return value
        case Unary(op="-", operand=Number(value=value)):
            return -value
        case Binary(op="/", left=Number(value=left), right=Number(value=right)) if right:
            return left / right
        case _:
            return object()


# What is kept


def _tell_extensions(root: Node, report: Report) -> None:
    """One note with the elements of vendors that are kept and not read, those of isee's usual settings apart."""
    found: Counter[str] = Counter()
    first: Node | None = None
    for node in _outside_views(root):
        prefix, _, local = node.tag.rpartition(":")
        if prefix and not ("isee" in prefix and local in _ISEE):
            found[node.tag] += 1
            first = first or node
    if first is not None:
        names = ", ".join(f"<{tag}>" for tag in list(found)[:8])
        more = f" and {len(found) - 8} more" if len(found) > 8 else ""
        report.note("SF114", f"a vendor's extensions are kept and have no part in the run: {names}{more}", first.span)


def _outside_views(root: Node) -> Iterator[Node]:
    stack = list(reversed(root.children))
    while stack:
        node = stack.pop()
        yield node
        if node.tag not in ("views", "interface", "style"):
            stack.extend(reversed(node.children))


def _kept(root: Node, models: Iterable[Node]) -> Iterator[Verbatim]:
    """Whatever a reader of the model does not need and a writer does: settings, views, extensions."""
    models = tuple(models)
    for place in (root, *(place for model in models for place in (model, *model.all("variables")))):
        for node in (node for node in place.children if node.source is root.source):
            if node.tag not in TAGS and node.tag not in ("model", "variables", "module", "macro", "dimensions"):
                yield Verbatim(f"{place.tag}/{node.tag}", node.whole.text, node.whole)
    own = (node for model in models for node in _variable_nodes(model) if node.source is root.source)
    for variable in own:
        for node in variable.children:
            if ":" in node.tag or node.tag in ("display", "format", "scale", "event_poster"):
                yield Verbatim(f"{variable.tag}/{node.tag}", node.whole.text, node.whole)
