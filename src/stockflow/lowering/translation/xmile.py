"""From a closed model to the text of an XMILE file: translation, view, writing.

It is the one place that knows which language a translation is for.
"""

from __future__ import annotations

from dataclasses import replace

from stockflow.analysis.closed import ClosedModel
from stockflow.diagnostics.model import Report
from stockflow.dialects.xmile.layout import lay_out
from stockflow.dialects.xmile.reader import XMILE
from stockflow.dialects.xmile.spelling import is_reserved
from stockflow.dialects.xmile.writer import METHODS, write
from stockflow.lowering.translation.translate import Target, translate

TARGET = Target(XMILE, "XMILE", is_reserved, frozenset(METHODS))


def xmile_text(model: ClosedModel, title: str, report: Report) -> str | None:
    """The file's text, or None where the report says what cannot be written."""
    project = translate(model, TARGET, report)
    if project is None:
        return None
    named = replace(project, title=title)
    return write(named, [lay_out(named)])
