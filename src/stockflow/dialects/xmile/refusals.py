"""What XMILE has and is not built here, refused by name: ovens and the like; and what the standard does not know.

It knows names of elements only; it must not know how anything that is read is read.
"""

from __future__ import annotations

from stockflow.diagnostics.model import Report
from stockflow.dialects.xmile.document import Node
from stockflow.ir.names import key_of

_OVEN = "use a <conveyor> of the cooking time with a <capacity>, behind a <queue> that fills it"
_READ = frozenset({
    "eqn", "init_eqn", "gf", "units", "doc", "range", "dimensions", "element", "inflow", "outflow", "non_negative",
    "xscale", "yscale", "xpts", "ypts", "conveyor", "queue", "leak", "leak_integers", "overflow", "multiplier",
    "spreadflow",
})
_WITHOUT_EFFECT = frozenset({
    "scale", "format", "event_poster", "flow_concept", "display", "autoexport", "json", "summing", "delay_aux",
    "access", "label", "note",
})
# What can be said once, by the element around it.
_FORMULA = ("eqn", "init_eqn", "gf")
_ONCE = {
    "xmile": ("sim_specs",), "model": ("sim_specs",), "sim_specs": ("start", "stop", "dt"),
    "stock": _FORMULA, "flow": _FORMULA, "aux": _FORMULA, "element": _FORMULA,
    "gf": ("xscale", "yscale", "xpts", "ypts"),
}
_VARIABLES = frozenset({"stock", "flow", "aux", "gf", "module", "group", "dependencies"})


def refuse_in_variable(node: Node, label: str, report: Report) -> None:
    """Errors for what one variable or its elements ask for."""
    places = [node, *node.all("element")]
    for child in (child for place in places for child in place.children):
        local = child.tag.rpartition(":")[2]
        if local == "oven":
            _refuse("an oven", label, child, report, _OVEN)
        elif child.tag == "gf" and node.tag == "stock":
            _refuse("a graphical function of a stock", label, child, report)
        elif ":" not in child.tag and child.tag not in _READ and child.tag not in _WITHOUT_EFFECT:
            report.warn(
                "SF114", f"<{child.tag}> in '{label}' is not known and has no part in the run", child.span,
                variable=label,
            )
    if node.tag == "flow":
        _refuse_limits_of_curves(node, label, report)
    if node.tag == "stock":
        _tell_repeated_flows(node, label, report)


def _tell_repeated_flows(node: Node, label: str, report: Report) -> None:
    """Warn of a flow that a stock lists twice: it counts as often."""
    seen: dict[str, str] = {}
    for child in (child for child in node.children if child.tag in ("inflow", "outflow") and child.text.strip()):
        key, flow = key_of(child.text), child.text.strip()
        if key in seen:
            same = seen[key] == child.tag
            said = f"an {child.tag}, and it counts twice" if same else "an inflow and as an outflow: the two cancel out"
            report.warn("SF201", f"'{label}' lists '{flow}' twice, as {said}", child.span,
                        hint="remove one of them", variable=label)
        seen[key] = child.tag


def _refuse_limits_of_curves(node: Node, label: str, report: Report) -> None:
    """An element's own limit beside its own graphical function over the equation of all elements."""
    for element in node.all("element"):
        flag = element.child("non_negative")
        if flag is not None and element.child("gf") is not None:
            _refuse("a limit of a single element with a graphical function", label, flag, report)


def refuse_in_document(root: Node, report: Report) -> None:
    """Errors for encryption, warnings for what is no kind of variable or stands twice."""
    _tell_repeated(root, report)
    for node in root.below():
        _tell_repeated(node, report)
        if any("encrypt" in name for name in (node.tag, *node.attrs)):
            _refuse("an encrypted model", node.attr("name") or node.tag, node, report)
        for child in node.children if node.tag == "variables" else ():
            if ":" not in child.tag and child.tag not in _VARIABLES:
                report.warn(
                    "SF114", f"<{child.tag}> is no kind of variable; {_shown(child)} is left out", child.span,
                    hint="write <stock>, <flow> or <aux>",
                )


def _shown(node: Node) -> str:
    return f"'{node.attr('name')}'" if node.attr("name") else "it"


def _tell_repeated(node: Node, report: Report) -> None:
    """Warn of what stands twice in an element that has one of it, of which the first is read.

    An array may have a formula for each of its cells.
    """
    if len(node.firsts) == len(node.children) or "dimensions" in node.firsts:
        return
    for tag in _ONCE.get(node.tag, ()):
        found = node.all(tag)
        if len(found) > 1:
            label = node.attr("name")
            place = f"'{label}'" if label else f"<{node.tag}>"
            report.warn("SF201", f"<{tag}> stands {len(found)} times in {place}; the first is read", found[1].span,
                        hint="remove one of them", variable=label)


def _refuse(what: str, name: str, node: Node, report: Report, hint: str = "") -> None:
    report.error("SF114", f"{what} is not supported; found in '{name}'", node.span, hint=hint, variable=name)
