"""Lists of variables to keep, held against the model: a name for each line, elements standing for the whole variable.

It must not know how a list is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from stockflow.analysis.closed import Closed, ClosedModel
from stockflow.data.tabular import name_and_elements
from stockflow.diagnostics.model import Report
from stockflow.ir.names import key_of
from stockflow.simulate.forms import some
from stockflow.source import Span


def kept(names: Iterable[tuple[str, Span]], file: str, model: ClosedModel, report: Report) -> list[str]:
    """The keys of the variables in the order of the list, each once; names that the model lacks are reported."""
    found: dict[str, None] = {}
    none = True
    for name, span in names:
        none = False
        key, parts = key_of(name), None
        if key not in model.variables:
            head, parts = name_and_elements(name)
            key = key_of(head)
        closed = model.variables.get(key)
        if closed is None or key.startswith("#"):
            _tell_unknown(name, key, span, model, report)
        elif parts is None or _has(closed, parts, span, model, report):
            found[key] = None
    if none:
        report.error("SF204", f"{file} names no variable", hint="write one name on each line")
    return list(found)


def _tell_unknown(name: str, key: str, span: Span, model: ClosedModel, report: Report) -> None:
    near = get_close_matches(key, [known for known in model.variables if not known.startswith("#")], n=1)
    hint = f"did you mean '{model.variables[near[0]].variable.label}'?" if near else "remove the line"
    report.error("SF204", f"unknown variable '{name}'", span, hint=hint)


def _has(closed: Closed, parts: list[str], span: Span, model: ClosedModel, report: Report) -> bool:
    """Whether the variable has such elements; the name of a range stands for its own."""
    if len(parts) != len(closed.ranges):
        report.error("SF303", f"'{closed.variable.label}' has {len(closed.ranges)} subscripts; {len(parts)} are given",
                     span, hint="give the name without subscripts")
        return False
    for part, home in zip(parts, closed.ranges, strict=True):
        ranged = model.space.ranges.get(key_of(part))
        members = ranged.elements if ranged is not None and key_of(part) not in home.index else (key_of(part),)
        if not all(member in home.index for member in members):
            report.error("SF302", f"'{part}' is not an element of '{home.label}'", span,
                         hint=f"its elements are {some(home.labels)}")
            return False
    return True
