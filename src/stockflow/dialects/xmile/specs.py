"""What an XMILE file says about the run and its dimensions and units: `<sim_specs>`, `<dimensions>`, `<model_units>`.

It makes the control variables and ranges of the model; it must not know the variables of the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from stockflow.diagnostics.model import Report
from stockflow.dialects.xmile.document import Node
from stockflow.dialects.xmile.expressions import Formulas
from stockflow.dialects.xmile.graphs import NUMBER
from stockflow.ir.expr import Binary, Expr, Name, Number
from stockflow.ir.model import FINAL_TIME, INITIAL_TIME, SAVEPER, TIME_STEP, DataImport, Dimension, Equation, Variable
from stockflow.ir.names import key_of, label_of
from stockflow.source import Span

_BUILT = {
    "euler": "euler", "rk2": "rk2", "rk4": "rk4", "runge-kutta 2": "rk2", "runge-kutta 4": "rk4",
    "rk45": "", "gear": "",
}
_SUBSTITUTE = "rk4_auto"


@dataclass(frozen=True, slots=True)
class RunSpecs:
    """The method by its name in the model, the time units, and the control variables that the file gives."""

    method: str = "euler"
    time_units: str = ""
    controls: tuple[Variable, ...] = ()
    span: Span | None = None


def read_run_specs(node: Node | None, formulas: Formulas) -> RunSpecs:
    """The file's `<sim_specs>`; start and stop have no default, dt is 1 (XMILE 1.0, section 2.3)."""
    if node is None:
        return RunSpecs()
    units = node.attr("time_units").strip()
    found = (
        _control(INITIAL_TIME, node, "start", formulas, units),
        _control(FINAL_TIME, node, "stop", formulas, units),
        _step(node, formulas, units),
        _saveper(node, formulas.report, units),
    )
    controls = tuple(variable for variable in found if variable is not None)
    return RunSpecs(_method(node, formulas.report), units, controls, node.span)


def without_method(specs: RunSpecs, report: Report) -> RunSpecs:
    """The specs of a file that Vensim wrote: it writes RK4 whatever the model's method is, so Euler is taken.

    Recorded in SDXorg test-models: the files of rounding, zeroled_decimals, arithmetics_exp and subscripted_trig say
    RK4 beside .mdl files with Euler (settings 15), and their recorded values are Euler's.
    """
    if specs.method == "euler":
        return specs
    report.warn(
        "SF117", f"the method '{specs.method}' is not taken from this file: Vensim writes it whatever the model's is",
        specs.span, notes=("The run is Euler's, Vensim's own default.",),
        hint=f"choose another with --method {specs.method}",
    )
    return replace(specs, method="euler")


def _made(key: str, expr: Expr, node: Node, text: str, units: str) -> Variable:
    label = key.upper()
    equation = Equation((), expr, node.content, text)
    return Variable(
        key, label, "constant", (equation,), units=units, span=node.content, dimensions=(), control=True, hidden=True
    )


def _control(key: str, specs: Node, tag: str, formulas: Formulas, units: str) -> Variable | None:
    node = specs.child(tag)
    if node is None or formulas.is_empty(node):
        return None
    return _made(key, formulas.read(node, key.upper()), node, node.text.strip(), units)


def _step(specs: Node, formulas: Formulas, units: str) -> Variable:
    node = specs.child("dt")
    if node is None or formulas.is_empty(node):
        return _made(TIME_STEP, Number(1.0, specs.span), specs, "1", units)
    expr, text = formulas.read(node, TIME_STEP.upper()), node.text.strip()
    if node.attr("reciprocal").strip().lower() == "true":
        expr, text = Binary("/", Number(1.0, expr.span), expr, expr.span), f"1/{text}"
    return _made(TIME_STEP, expr, node, text, units)


def _saveper(specs: Node, report: Report, units: str) -> Variable:
    text = specs.attr("save_interval").strip()
    interval = 0.0
    if NUMBER.fullmatch(text) is not None:
        interval = float(text)
    elif text:
        report.error("SF209", f"the save interval '{text}' is not a number", specs.span)
    every = Number(interval, specs.span) if interval > 0 else Name(TIME_STEP, TIME_STEP.upper(), (), specs.span)
    return _made(SAVEPER, every, specs, text if interval > 0 else TIME_STEP.upper(), units)


def _method(specs: Node, report: Report) -> str:
    """The first method of the list that is built; `gear, rk4` means rk4 where there is no gear."""
    asked = [" ".join(part.lower().split()) for part in specs.attr("method").split(",") if part.strip()]
    for name in asked:
        if name not in _BUILT:
            report.error(
                "SF114", f"the integration method '{name}' is not known", specs.span,
                hint="the methods are euler, rk2, rk4, rk45 and gear",
            )
            return "euler"
        if _BUILT[name]:
            return _BUILT[name]
    if not asked:
        return "euler"
    report.warn(
        "SF114", f"the method '{asked[0]}' is not built; Runge-Kutta 4 with an automatic step is used", specs.span
    )
    return _SUBSTITUTE


def read_dimensions(root: Node, report: Report) -> tuple[Dimension, ...]:
    """The dimensions of the file, each with the names of its elements or numbered from 1."""
    found: dict[str, Dimension] = {}
    elements = 0
    for parent in root.all("dimensions"):
        for node in parent.all("dim"):
            dimension = _dimension(node, report)
            if dimension is None:
                continue
            elements += len(dimension.items)
            if elements > node.source.limits.all_elements:
                said, unit = f"the dimensions up to '{dimension.label}' have", "elements together"
                excess = node.source.limits.stopped("all-elements", said, unit, "use fewer elements")
                report.error("SF109", excess.message, node.span, hint=excess.hint)
                return ()
            earlier = found.setdefault(dimension.key, dimension)
            if earlier is not dimension:
                line = earlier.span.line if earlier.span else 0
                report.error(
                    "SF201", f"the dimension '{dimension.label}' is defined twice, first at line {line}", node.span,
                    hint="remove or rename one of them",
                )
    return tuple(found.values())


def unreadable_dimensions(root: Node, read: Sequence[Dimension]) -> tuple[str, ...]:
    """Sorted keys of the dimensions of the file that could not be read."""
    named = (key_of(node.attr("name")) for parent in root.all("dimensions") for node in parent.all("dim"))
    return tuple(sorted(set(named) - {dimension.key for dimension in read}))


def _dimension(node: Node, report: Report) -> Dimension | None:
    label = label_of(node.attr("name"))
    if not label:
        report.error("SF105", "a <dim> has no name", node.span, hint='write <dim name="...">')
        return None
    elements = [child.attr("name") for child in node.all("elem")]
    numbered = not elements
    if numbered:
        size = _size(node, label, report)
        if size is None:
            return None
        elements = [str(number) for number in range(1, size + 1)]
    keys = tuple(key_of(element) for element in elements)
    if len(set(keys)) < len(keys):
        twice = Counter(keys).most_common(1)[0][0]
        report.error("SF201", f"the element '{twice}' stands twice in the dimension '{label}'", node.span)
        return None
    labels = tuple(label_of(element) for element in elements)
    return Dimension(key_of(label), label, keys, labels, numbered=numbered, span=node.span, plain=True)


def _size(node: Node, label: str, report: Report) -> int | None:
    text = node.attr("size").strip()
    size = int(text) if text.isdecimal() and len(text) <= 12 else 0
    if size < 1:
        found = f"size '{text}'" if text else "neither a size nor elements"
        report.error(
            "SF308", f"the dimension '{label}' has {found}", node.span, hint='write <dim name="..." size="3"/>'
        )
        return None
    excess = node.source.limits.excess("elements", size, f"the dimension '{label}' has", "elements")
    if excess is not None:
        report.error("SF109", excess.message, node.span, hint=excess.hint)
        return None
    return size


def read_imports(root: Node, report: Report) -> tuple[DataImport, ...]:
    """The tables that `<data>` imports, those left out that are not enabled."""
    nodes = (node for parent in root.all("data") for node in parent.all("import"))
    found = (_import(node, report) for node in nodes if node.attr("enabled").strip().lower() != "false")
    return tuple(one for one in found if one is not None)


def _import(node: Node, report: Report) -> DataImport | None:
    kind, way = node.attr("type").strip().lower(), node.attr("orientation").strip().lower() or "vertical"
    if kind not in ("", "csv", "excel"):
        report.error("SF114", f"importing '{kind}' is not supported; found '{node.attr('resource')}'", node.span,
                     hint="save the table as CSV or Excel")
        return None
    if way not in ("vertical", "horizontal"):
        report.error("SF114", f"the orientation '{way}' of an import is not known", node.span,
                     hint="write vertical, with the names in the first row, or horizontal")
        return None
    resource, sheet = node.attr("resource").strip(), node.attr("worksheet").strip()
    return DataImport(resource, sheet, "horizontal" if way == "horizontal" else "vertical", node.span)


def read_equivalences(root: Node) -> tuple[tuple[str, ...], ...]:
    """Names of units that mean the same: a unit, its aliases, and the one name or 1 that it is defined as."""
    groups = []
    for parent in root.all("model_units"):
        for node in parent.all("unit"):
            if node.attr("disabled").strip().lower() == "true":
                continue
            same = [node.attr("name").strip(), *(alias.text.strip() for alias in node.all("alias"))]
            meaning = node.child_text("eqn")
            if meaning == "1" or meaning.replace("_", "").isalpha():
                same.append(meaning)
            same = list(dict.fromkeys(name for name in same if name))
            if len(same) > 1:
                groups.append(tuple(same))
    return tuple(groups)
