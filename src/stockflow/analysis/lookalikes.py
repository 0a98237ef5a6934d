"""Warns of two names in one model that look the same and are not.

What looks the same is `ir.lookalikes`; it must not know a language.
"""

from __future__ import annotations

from collections.abc import Iterator

from stockflow.diagnostics.model import Report
from stockflow.ir.lookalikes import difference, shape_of
from stockflow.ir.model import Project
from stockflow.source import Span

Named = tuple[str, str, Span | None]
"""Key, label and place of what has a name."""


def tell_lookalikes(project: Project, report: Report) -> None:
    """A warning at each name that looks like one before it. A model in plain ASCII has none."""
    named = list(_named(project))
    if all(label.isascii() for _, label, _ in named):
        return
    first: dict[str, Named] = {}
    for one in named:
        before = first.setdefault(shape_of(one[1]), one)
        if before[0] != one[0]:
            _tell(one, before, report)


def _named(project: Project) -> Iterator[Named]:
    for dimension in project.dimensions:
        yield dimension.key, dimension.label, dimension.span
        yield from zip(dimension.items, dimension.labels, [dimension.span] * len(dimension.labels), strict=False)
    yield from ((found.key, found.label, found.span) for found in project.variables if not found.hidden)


def _tell(one: Named, before: Named, report: Report) -> None:
    _, label, span = one
    _, other, place = before
    here, there = difference(label, other)
    line = "" if place is None else f" of line {place.line}"
    told = [f"'{label}' has {here}"] if here else []
    told += [f"'{other}'{line} has {there}"] if there else []
    report.warn(
        "SF214", f"'{label}' looks like '{other}'{line} and is another name", span,
        notes=(f"{'; '.join(told)}.",) if told else (),
        hint="type the name anew in both places, or make the two differ for the eye", variable=label,
    )
