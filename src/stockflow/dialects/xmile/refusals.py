"""What XMILE has and is not built here, refused by name: ovens and the like.

It knows names of elements only; it must not know how anything that is read is read.
"""

from __future__ import annotations

from stockflow.diagnostics.model import Report
from stockflow.dialects.xmile.document import Node

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


def _refuse_limits_of_curves(node: Node, label: str, report: Report) -> None:
    """An element's own limit beside its own graphical function over the equation of all elements."""
    for element in node.all("element"):
        flag = element.child("non_negative")
        if flag is not None and element.child("gf") is not None:
            _refuse("a limit of a single element with a graphical function", label, flag, report)


def refuse_in_document(root: Node, report: Report) -> None:
    """Errors for encryption."""
    for node in root.below():
        match node.tag:
            case _:
                if any("encrypt" in name for name in (node.tag, *node.attrs)):
                    _refuse("an encrypted model", node.attr("name") or node.tag, node, report)


def _refuse(what: str, name: str, node: Node, report: Report, hint: str = "") -> None:
    report.error("SF114", f"{what} is not supported; found in '{name}'", node.span, hint=hint, variable=name)
