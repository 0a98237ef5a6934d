"""A model and a variable as HTML, for notebooks.

Every text of a model is escaped and there are no scripts; it must not know how a model is run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from html import escape
from typing import Protocol

MOST_ROWS = 300
MOST_SIGNS = 2000


class ShownSpan(Protocol):
    @property
    def line(self) -> int: ...


class ShownVariable(Protocol):
    """What is shown of a variable."""

    @property
    def label(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def units(self) -> str: ...
    @property
    def doc(self) -> str: ...
    @property
    def equation(self) -> str: ...
    @property
    def span(self) -> ShownSpan | None: ...
    @property
    def dimensions(self) -> Collection[str]: ...
    @property
    def limits(self) -> Sequence[float | None]: ...
    @property
    def causes(self) -> Sequence[str]: ...
    @property
    def uses(self) -> Sequence[str]: ...


class ShownModel(Protocol):
    """What is shown of a model."""

    @property
    def path(self) -> object: ...
    @property
    def title(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def variables(self) -> Sequence[ShownVariable]: ...
    @property
    def diagnostics(self) -> Sequence[object]: ...


def model_html(model: ShownModel) -> str:
    """The model's name and counts, and its variables kind by kind in lists that open."""
    kinds = Counter(item.kind for item in model.variables)
    counts = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    warnings = f"; {len(model.diagnostics)} warnings" if model.diagnostics else ""
    return "\n".join(
        [
            "<div>",
            f"<p><b>{_text(model.title or str(model.path))}</b> <code>{_text(str(model.path))}</code></p>",
            f"<p>{_text(counts)}; method {_text(model.method)}{warnings}</p>",
            *(_section(kind, [item for item in model.variables if item.kind == kind]) for kind in kinds),
            "</div>",
        ]
    )


def _section(kind: str, variables: Sequence[ShownVariable]) -> str:
    rows = "\n".join(_row(item) for item in variables[:MOST_ROWS])
    left = len(variables) - MOST_ROWS
    more = f"<p>and {left} more</p>" if left > 0 else ""
    head = "<tr><th>name</th><th>units</th><th>equation</th><th>about</th></tr>"
    return (
        f"<details><summary>{_text(kind)} ({len(variables)})</summary>"
        f"<table><thead>{head}</thead><tbody>\n{rows}\n</tbody></table>{more}</details>"
    )


def _row(item: ShownVariable) -> str:
    cells = (_name(item), _text(item.units), f"<code>{_text(item.equation)}</code>", _text(item.doc))
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def variable_html(variable: ShownVariable) -> str:
    """All that is known of a variable, as a table of two columns."""
    rows = "\n".join(f"<tr><th>{name}</th><td>{text}</td></tr>" for name, text in _facts(variable) if text)
    return f"<table><caption><b>{_name(variable)}</b></caption><tbody>\n{rows}\n</tbody></table>"


def _facts(variable: ShownVariable) -> Iterator[tuple[str, str]]:
    yield "kind", _text(variable.kind)
    yield "units", _text(variable.units)
    yield "equation", f"<code>{_text(variable.equation)}</code>" if variable.equation else ""
    yield "line", "" if variable.span is None else str(variable.span.line)
    yield "limits", _limits(variable.limits[:2])
    yield "causes", _text(", ".join(variable.causes))
    yield "uses", _text(", ".join(variable.uses))
    yield "about", _text(variable.doc)


def _name(variable: ShownVariable) -> str:
    subscripts = f"[{', '.join(variable.dimensions)}]" if variable.dimensions else ""
    return _text(variable.label + subscripts)


def _limits(limits: Sequence[float | None]) -> str:
    if all(limit is None for limit in limits):
        return ""
    return " to ".join("open" if limit is None else f"{limit:g}" for limit in limits)


def _text(raw: str) -> str:
    """The text escaped, control characters as U+FFFD, and cut where it is very long."""
    cut = raw if len(raw) <= MOST_SIGNS else raw[:MOST_SIGNS] + "\u2026"
    return escape("".join(sign if sign.isprintable() or sign in "\n\t" else "\ufffd" for sign in cut))
