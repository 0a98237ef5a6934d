"""From a closed model to the text of an XMILE file: translation, view, writing.

It is the one place that knows which language a translation is for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stockflow.analysis.closed import ClosedModel
from stockflow.diagnostics.model import Report
from stockflow.dialects.vensim.sketch import sketches_of
from stockflow.dialects.xmile.layout import lay_out
from stockflow.dialects.xmile.reader import XMILE
from stockflow.dialects.xmile.spelling import is_reserved
from stockflow.dialects.xmile.writer import METHODS, write
from stockflow.ir.model import Project
from stockflow.ir.picture import Sketch
from stockflow.lowering.translation.sketched import pictures
from stockflow.lowering.translation.translate import Target, names_of, translate

TARGET = Target(XMILE, "XMILE", is_reserved, frozenset(METHODS))


def xmile_text(model: ClosedModel, title: str, report: Report) -> str | None:
    """The file's text, or None where the report says what cannot be written."""
    names = names_of(model, TARGET)
    project = translate(model, TARGET, names, report)
    if project is None:
        return None
    named = replace(project, title=title)
    new_keys = {key: names.key(key) for key in names.labels}
    return write(named, pictures(list(_sketches(model.project)), named, new_keys) or [lay_out(named)])


def _sketches(project: Project) -> Iterator[Sketch]:
    """The drawings that the file has of its own."""
    for kept in project.verbatim:
        if kept.kind == "sketch":
            yield from sketches_of(kept.text)
