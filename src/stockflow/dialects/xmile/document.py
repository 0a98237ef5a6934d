"""The XML of a model file as plain nodes with places: safe parsing, careful mending, local names.

It knows which XML is refused and what may be mended; it must not know what a stock or an equation is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from stockflow.diagnostics.model import Report
from stockflow.dialects.xmile.outline import Extent, Mend, Outline, doctype, mended, outline, placed
from stockflow.limits import USUAL, Limits
from stockflow.source import Source, Span

NAMESPACE = "http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"
_UNDECLARED = "NS_ERR_UNDEFINED_NAMESPACE"
_MISMATCH = "ERR_TAG_NAME_MISMATCH"
_UNFINISHED = "ERR_TAG_NOT_FINISHED"
_LIMIT = "ERR_RESOURCE_LIMIT"
_LONGEST = "one text, name or tag in the XML has"
_VARIABLES = frozenset({"stock", "flow", "aux", "module"})
_AFTER_VARIABLES = frozenset({"variables", "views", "sim_specs", "model", "macro"})
_LEAVES = frozenset({"eqn", "init_eqn", "inflow", "outflow", "xpts", "ypts", "start", "stop", "dt"})


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One element. `tag` is its local name in lower case; an element of a vendor's namespace keeps a prefix.

    `attrs` are by local name in lower case, with a colon before names of another namespace.
    """

    tag: str
    attrs: dict[str, str]
    text: str
    source: Source
    extent: Extent
    children: list[Node] = field(default_factory=list)
    firsts: dict[str, Node] = field(default_factory=dict)

    @property
    def span(self) -> Span:
        """The start tag."""
        return self.source.span(self.extent.start, self.extent.inner)

    @property
    def whole(self) -> Span:
        return self.source.span(self.extent.start, self.extent.stop)

    @property
    def content(self) -> Span:
        """The content without the blanks around it; the start tag where there is none."""
        raw = self.source.text[self.extent.inner : self.extent.outer]
        inner = raw.strip()
        if not inner:
            return self.span
        start = self.extent.inner + len(raw) - len(raw.lstrip())
        return self.source.span(start, start + len(inner))

    def all(self, tag: str) -> list[Node]:
        if tag not in self.firsts:
            return []
        return [child for child in self.children if child.tag == tag]

    def child(self, tag: str) -> Node | None:
        """The first child of that tag."""
        return self.firsts.get(tag)

    def add(self, child: Node) -> None:
        self.children.append(child)
        self.firsts.setdefault(child.tag, child)

    def child_text(self, tag: str) -> str:
        child = self.child(tag)
        return child.text.strip() if child is not None else ""

    def attr(self, name: str) -> str:
        """The attribute of that name, of the standard's namespace first, then of a vendor's."""
        return self.attrs.get(name) or self.attrs.get(":" + name) or ""

    def below(self) -> Iterator[Node]:
        """Every node inside, in the order of the file."""
        stack = list(reversed(self.children))
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))


def read_document(source: Source, report: Report) -> Node | None:
    """The root element, or None where the report says why the XML cannot be read."""
    if not source.text.lstrip("\ufeff \t\r\n").startswith("<"):
        report.error("SF112", "this is not XML: an XMILE file begins with '<'", _line(source, 1))
        return None
    place = doctype(source.text)
    if place is not None:
        report.error(
            "SF110", "DOCTYPE is not allowed in a model file", source.span(place, place + len("<!DOCTYPE")),
            hint="remove the DOCTYPE; a model needs no entities of its own",
        )
        return None
    parsed = _parse(source, report)
    if parsed is None:
        return None
    root = _tree(source, *parsed)
    if root is None:
        report.error("SF110", "the XML's elements cannot be told apart", source.span(0, 0))
        return None
    if not (_known_root(root, report) and _leaves_are_bare(root, report)):
        return None
    _check_namespace(root, parsed[0].nsmap.get(parsed[0].prefix), report)
    return root


def _parse(source: Source, report: Report) -> tuple[Any, list[Extent]] | None:
    found = outline(source.text)
    if not _is_held(source, found, report):
        return None
    tree, errors = _lxml(source.text, source.limits)
    fatal = next((error for error in errors if error.type_name not in (_UNDECLARED, _MISMATCH, _UNFINISHED)), None)
    if fatal is not None and fatal.type_name == _LIMIT:
        excess = source.limits.stopped("xml-text", _LONGEST, "characters", "split the text")
        report.error("SF109", excess.message, _line(source, fatal.line), hint=excess.hint)
        return None
    if found.open:
        _refuse_truncated(source, found, report)
        return None
    if fatal is not None:
        _refuse(source, fatal, report)
        return None
    count, place = found.attributes
    advice = "no model needs so many: take the needless ones out"
    many = source.limits.excess("xml-attributes", count, "an element has", "attributes", advice)
    if many is not None:
        report.error("SF109", many.message, source.span(place, place + 1), hint=many.hint)
        return None
    undeclared = [error for error in errors if error.type_name == _UNDECLARED]
    if len(undeclared) < len(errors) or found.mends or found.strays:
        tree = _mended_tree(source, found, report)
    if tree is None:
        return None
    if undeclared:
        _tell_undeclared(source, undeclared, report)
    return tree, found.extents


def _lxml(text: str, limits: Limits) -> tuple[Any, list[Any]]:
    """Tree and errors, warnings left out. Nothing is fetched, no entity is expanded.

    libxml2's own limits hold, and give way to its higher ones where one of ours was raised above them.
    """
    from lxml import etree

    huge = limits.xml_depth > USUAL.xml_depth or limits.xml_text > USUAL.xml_text
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, load_dtd=False, dtd_validation=False, no_network=True,
        huge_tree=huge, remove_comments=True, remove_pis=True, strip_cdata=True,
    )
    try:
        tree = etree.fromstring(text.removeprefix("\ufeff").encode("utf-8", "surrogatepass"), parser)
    except etree.XMLSyntaxError:
        tree = None
    return tree, [error for error in parser.error_log if not error.type_name.startswith(("WAR_", "NS_WAR"))]


def _mended_tree(source: Source, found: Outline, report: Report) -> Any:
    if found.strays:
        start, stop = found.strays[0]
        report.error(
            "SF110", f"the closing tag {source.text[start:stop]} closes nothing", source.span(start, stop),
            hint="remove it, or add the start tag that it belongs to",
        )
        return None
    mends = placed(found, _never_inside)
    tree, errors = _lxml(mended(source.text, mends), source.limits)
    others = [error for error in errors if error.type_name != _UNDECLARED]
    if others:
        _refuse(source, others[0], report)
        return None
    if mends:
        _tell_mends(source, mends, report)
    return tree


def _never_inside(outer: str, inner: str) -> bool:
    outer, inner = outer.lower(), inner.lower()
    if outer in _VARIABLES:
        return inner in _VARIABLES or inner in _AFTER_VARIABLES
    return outer == "variables" and inner in _AFTER_VARIABLES


def _line(source: Source, line: int) -> Span:
    line = min(max(line, 1), len(source.starts))
    start = source.starts[line - 1]
    return source.span(start, start + len(source.line_text(line).rstrip()))


def _at(source: Source, line: int, column: int) -> Span:
    whole = _line(source, line)
    start = min(whole.start + max(column - 1, 0), max(whole.stop - 1, whole.start))
    return source.span(start, min(start + 1, whole.stop))


def _is_held(source: Source, found: Outline, report: Report) -> bool:
    """Whether the XML is neither too deep nor has too long a text, counted before libxml2 reads it."""
    advice = "no model needs this: take the needless nesting out of the file"
    excess = source.limits.excess("xml-depth", found.depth, "the XML is nested", "deep", advice)
    place = found.deepest
    if excess is None:
        place, length = _longest(source)
        excess = source.limits.excess("xml-text", length, _LONGEST, "characters", "split the text")
    if excess is not None:
        report.error("SF109", excess.message, _line(source, source.place(place)[0]), hint=excess.hint)
    return excess is None


def _longest(source: Source) -> tuple[int, int]:
    """Where the longest tag with the text after it begins, and its length; only looked for in a text that is longer."""
    text, found = source.text, (0, 0)
    if len(text) <= source.limits.xml_text:
        return found
    start = 0
    while start < len(text):
        stop = text.find("<", start + 1)
        stop = len(text) if stop < 0 else stop
        found = max(found, (start, stop - start), key=itemgetter(1))
        start = stop
    return found


def _refuse_truncated(source: Source, found: Outline, report: Report) -> None:
    extent = found.open[-1]
    line = source.place(extent.start)[0]
    end = len(source.text.rstrip())
    report.error(
        "SF110", f"the XML ends inside <{extent.name}> (opened at line {line})",
        source.span(max(end - 1, 0), end),
        notes=("The file is incomplete; nothing was loaded.",),
        hint="take a whole copy of the file, or save the model again",
    )


def _refuse(source: Source, fatal: Any, report: Report) -> None:
    hint = ""
    if "invalid element name" in fatal.message or "EntityRef" in fatal.message:
        hint = "in XML a '<' is written &lt; and a '&' is written &amp;"
    message = " ".join(fatal.message.split())
    report.error("SF110", f"the XML cannot be read: {message}", _at(source, fatal.line, fatal.column), hint=hint)


def _places(count: int) -> str:
    return "1 place" if count == 1 else f"{count:,} places"


def _tell_undeclared(source: Source, undeclared: list[Any], report: Report) -> None:
    first = undeclared[0]
    message = " ".join(first.message.split())
    report.warn(
        "SF111", f"{message}; read as a vendor's extension ({_places(len(undeclared))})", _line(source, first.line),
        hint='declare it in the root element, such as xmlns:isee="http://iseesystems.com/XMILE"',
    )


def _tell_mends(source: Source, mends: list[Mend], report: Report) -> None:
    mend = mends[0]
    opened = source.place(mend.extent.start)[0]
    if mend.start == mend.stop:
        message = f"<{mend.extent.name}>, opened at line {opened}, is never closed; read as if {mend.text} stood here"
        span = source.span(mend.start, mend.start + 1)
    else:
        span = source.span(mend.start, mend.stop)
        message = f"{span.text} does not close <{mend.extent.name}>, opened at line {opened}; read as {mend.text}"
    report.warn("SF111", f"{message} ({_places(len(mends))})", span, hint=f"write {mend.text}")


def _tree(source: Source, root: Any, extents: list[Extent]) -> Node | None:
    """Our nodes from lxml's elements and their extents, which come in the same order."""
    home = root.nsmap.get(root.prefix)
    stack: list[Node] = []
    first: Node | None = None
    elements = root.iter()
    for extent in extents:
        element = next(elements, None)
        if element is None or not isinstance(element.tag, str):
            return None
        node = _node(source, element, extent, home)
        if node.tag.rpartition(":")[2] != extent.name.rpartition(":")[2].lower():
            return None
        while stack and stack[-1].extent.stop <= extent.start:
            stack.pop()
        if stack:
            stack[-1].add(node)
        first = first or node
        stack.append(node)
    return first if next(elements, None) is None else None


def _split(name: str) -> tuple[str, str]:
    """Namespace, or undeclared prefix, and local name of lxml's spelling of a name."""
    if name.startswith("{"):
        space, _, local = name[1:].partition("}")
        return space, local
    prefix, _, local = name.rpartition(":")
    return prefix, local


def _node(source: Source, element: Any, extent: Extent, home: str | None) -> Node:
    space, local = _split(element.tag)
    foreign = bool(space) and space not in (home, NAMESPACE)
    tag = f"{element.prefix or space}:{local}" if foreign else local
    attrs = {}
    for name, value in element.attrib.items():
        space, attribute = _split(name)
        attrs[(":" if space and space != home else "") + attribute.lower()] = value
    text = "".join(element.itertext()) if local.lower() == "doc" else element.text or ""
    return Node(tag.lower(), attrs, text, source, extent)


def _known_root(root: Node, report: Report) -> bool:
    if root.tag.rpartition(":")[2] != "xmile":
        report.error(
            "SF112", f"the root element is <{root.tag}>; an XMILE file begins with <xmile>", root.span,
            hint="save the model as XMILE (.xmile or .stmx)",
        )
        return False
    return True


def _leaves_are_bare(root: Node, report: Report) -> bool:
    for node in root.below():
        if node.tag in _LEAVES and node.children:
            inner = node.children[0]
            report.error(
                "SF110", f"<{inner.tag}> stands inside <{node.tag}>, which holds text only", inner.span,
                hint="in XML a '<' is written &lt;",
            )
            return False
    return True


def _check_namespace(root: Node, found: str | None, report: Report) -> None:
    if found == NAMESPACE:
        return
    has = f"the namespace of the file is '{found}'" if found else "the file has no XMILE namespace"
    report.warn(
        "SF113", f"{has}; expected '{NAMESPACE}', and read as if it were that", root.span,
        hint=f'write <xmile version="1.0" xmlns="{NAMESPACE}">',
    )
