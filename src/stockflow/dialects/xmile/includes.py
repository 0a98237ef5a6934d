"""Included files merged into the document that names them, before anything of it is read (XMILE 1.0, section 2.2).

Only files inside the model's own folder are opened; it must not know what the parts mean.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from stockflow.data.faults import TableFault
from stockflow.data.folders import Folders
from stockflow.diagnostics.model import Report
from stockflow.dialects.xmile.document import Node, read_document
from stockflow.reading import open_source
from stockflow.source import Source

_OF_THE_FILE = ("header", "sim_specs", "includes")
_MERGED = ("variables", "views", "behavior", "macro")


def merge_includes(root: Node, model: Node | None, report: Report) -> tuple[Source, ...]:
    """The files that a document includes, in order, their parts now in it; each file is read once.

    `model` is the root model, which takes the variables of the models without a name.
    """
    sources = [root.source]
    waiting = deque(_wanted(root))
    while waiting:
        place = waiting.popleft()
        for source in _opened(place, root, sources, report):
            sources.append(source)
            if not _is_held(sources, place, report):
                return tuple(sources[1:])
            inner = read_document(source, report)
            if inner is not None:
                waiting.extend(_wanted(inner))
                _merge(inner, root, model)
    return tuple(sources[1:])


def _wanted(root: Node) -> Iterator[Node]:
    places = [root, *(header for header in root.all("header"))]
    for parent in (node for place in places for node in place.all("includes")):
        yield from parent.all("include")


def _opened(place: Node, root: Node, known: list[Source], report: Report) -> Iterator[Source]:
    """The sources of the files that an `<include>` names and that are not read yet."""
    resource = place.attr("resource").strip()
    path = root.source.path
    try:
        files = Folders(path.parent if path is not None else None).matching(resource)
    except TableFault as fault:
        report.error("SF101", f"the included file '{resource}' cannot be read: {fault.message}", place.span,
                     hint="give the name of a file in the model's folder, such as lib.xmile or parts/*.xmile")
        return
    seen = {one.path.resolve() for one in known if one.path is not None}
    for file in files:
        if file.resolve() not in seen:
            source = open_source(file, report, root.source.limits)
            if source is not None:
                yield source


def _is_held(sources: list[Source], place: Node, report: Report) -> bool:
    limits, advice = place.source.limits, "include fewer files"
    if len(sources) > limits.included_files:
        excess = limits.stopped("included-files", "the model has", "files", advice)
    elif sum(len(one.text) for one in sources) > limits.included_characters:
        excess = limits.stopped("included-characters", "the files of the model have", "characters", advice)
    else:
        return True
    report.error("SF109", excess.message, place.span, hint=excess.hint)
    return False


def _merge(inner: Node, root: Node, model: Node | None) -> None:
    for child in inner.children:
        if child.tag == "model" and not child.attr("name") and model is not None:
            for part in child.children:
                if part.tag in _MERGED:
                    model.add(part)
        elif child.tag not in _OF_THE_FILE:
            root.add(child)
