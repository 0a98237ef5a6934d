"""Conveyors and queues of XMILE: which flows each of them drives, which it limits, and in what order.

It looks over the stocks and flows of one model before any of them is read (XMILE 1.0, sections 3.7 and 4.2); what a
belt does with its content it must not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from stockflow.diagnostics.model import Report
from stockflow.dialects.xmile.document import Node
from stockflow.dialects.xmile.expressions import Formulas
from stockflow.dialects.xmile.graphs import NUMBER
from stockflow.ir.names import key_of, label_of
from stockflow.source import Span

Kind = Literal["conveyor", "queue"]
KINDS: tuple[Kind, ...] = ("conveyor", "queue")
# Properties that are attributes, with the value where they are missing (XMILE 1.0, section 4.2.1).
ATTRIBUTES = {"discrete": False, "exponential_leak": False, "one_at_a_time": True, "batch_integrity": False}
_AT_THE_ENTRANCE, _EVENLY = ("", "beginning"), ("even", "evenly")
_ENDS = ("leak_start", "leak_end")


@dataclass(frozen=True, slots=True)
class End:
    """A flow of a carrier, by its key, with its node in the file."""

    key: str
    label: str
    node: Node


@dataclass(frozen=True, slots=True)
class Carrier:
    """A stock that is a conveyor or a queue.

    `boxes` are the elements that say so: the stock's own, and those of single cells. `drains` are the outflows in
    working order: of a conveyor what leaves at its end and then its leaks, of a queue the ordinary ones and then those
    that take what overflows.
    """

    key: str
    label: str
    kind: Kind
    node: Node
    boxes: tuple[Node, ...]
    inflows: tuple[End, ...]
    drains: tuple[End, ...]

    @property
    def leaks(self) -> tuple[End, ...]:
        return tuple(end for end in self.drains if is_marked(end.node, "leak"))

    def has(self, tag: str) -> bool:
        """Whether any cell has a property."""
        return any(box.child(tag) is not None for box in self.boxes)

    @property
    def is_discrete(self) -> bool:
        return all(is_set(box, "discrete") for box in self.boxes)


@dataclass(frozen=True, slots=True)
class Carriers:
    """The carriers of a model by key, those that drive a flow, and those that a flow goes into, by the flow's key."""

    stocks: Mapping[str, Carrier] = field(default_factory=dict)
    driving: Mapping[str, Carrier] = field(default_factory=dict)
    entered: Mapping[str, Carrier] = field(default_factory=dict)


def label_of_node(node: Node) -> str:
    return label_of(node.attr("name").replace("\\n", " "))


def is_marked(node: Node, tag: str) -> bool:
    """Whether a flow, or any of its cells, has a mark such as `<leak/>`."""
    return any(place.child(tag) is not None for place in (node, *node.all("element")))


def property_of(places: Iterable[Node], name: str) -> str:
    """An attribute or element of isee's, in lower case; empty where there is none."""
    found = (place.attr(name) or place.child_text(name) or place.child_text(f"isee:{name}") for place in places)
    return next((text.strip().lower() for text in found if text), "")


def is_set(box: Node, attribute: str) -> bool:
    """A switch of a conveyor, as the attribute or as an element of that name."""
    child = box.child(attribute)
    text = box.attr(attribute) or ("true" if child is not None and not child.text.strip() else "")
    text = text or (child.text if child is not None else "")
    return text.strip().lower() in ("true", "1") if text.strip() else ATTRIBUTES[attribute]


def is_spread(flow: Node) -> bool:
    """Whether a flow lands evenly on the whole belt."""
    return property_of((flow, *flow.all("element")), "spreadflow") in _EVENLY


def zone_of(leak: Node) -> tuple[float, float]:
    """Where a leak starts and ends, as parts of the way from the entrance."""
    start, end = (_written(leak, name) for name in _ENDS)
    return _part(start[0], 0.0) if start else 0.0, _part(end[0], 1.0) if end else 1.0


def _written(leak: Node, name: str) -> list[str]:
    """What a leak and its cells say of an end of its zone: an attribute of the flow, or of its `<leak>`."""
    holders = [place for node in (leak, *leak.all("element")) for place in (node, *node.all("leak"))]
    return list(dict.fromkeys(text for place in holders if (text := place.attr(name).strip())))


def _part(text: str, otherwise: float) -> float:
    return float(text) if NUMBER.fullmatch(text) and 0 <= float(text) <= 1 else otherwise


def survey(nodes: Iterable[Node], formulas: Formulas) -> Carriers:
    """The carriers of a model; what they ask for and is not built is refused by name."""
    first: dict[str, Node] = {}
    for node in nodes:
        first.setdefault(key_of(node.attr("name")), node)
    return _Survey(formulas, first).carriers()


@dataclass(slots=True)
class _Survey:
    formulas: Formulas
    nodes: Mapping[str, Node]

    @property
    def report(self) -> Report:
        return self.formulas.report

    def carriers(self) -> Carriers:
        stocks = {one.key: one for node in self.nodes.values() if (one := self.carrier(node)) is not None}
        driving: dict[str, Carrier] = {}
        entered: dict[str, Carrier] = {}
        for one in stocks.values():
            self.claim(one, one.drains, driving, "drives")
            self.claim(one, one.inflows, entered, "takes in")
        self.check_flows(driving, entered)
        self.check_ends(stocks, driving, entered)
        return Carriers(stocks, driving, entered)

    def claim(self, owner: Carrier, ends: Iterable[End], owners: dict[str, Carrier], does: str) -> None:
        for end in ends:
            other = owners.setdefault(end.key, owner)
            if other is not owner:
                message = f"'{owner.label}' {does} the flow '{end.label}', and so does '{other.label}'"
                self.refuse(message, end.node.span, "give each of them a flow of its own", owner.label)

    def carrier(self, node: Node) -> Carrier | None:
        kinds = [kind for kind in KINDS if is_marked(node, kind)] if node.tag == "stock" else []
        label = label_of_node(node)
        if not kinds:
            return None
        if len(kinds) > 1:
            self.refuse(f"'{label}' is a conveyor and a queue", node.span, "keep one of the two", label)
        places = (node, *node.all("element"))
        boxes = tuple(box for place in places if (box := place.child(kinds[0])) is not None)
        inflows = tuple(self.ends(node, "inflow", label))
        outflows = list(self.ends(node, "outflow", label))
        mark = "leak" if kinds[0] == "conveyor" else "overflow"
        # Leaks and overflows come after the others, whatever the order of the file.
        drains = tuple(sorted(outflows, key=lambda end: is_marked(end.node, mark)))
        made = Carrier(key_of(node.attr("name")), label, kinds[0], node, boxes, inflows, drains)
        self.check(made)
        return made

    def ends(self, node: Node, tag: str, label: str) -> Iterator[End]:
        """The flows of a carrier; each must be a flow of the same model."""
        for child in node.all(tag):
            name = child.text.strip()
            key = key_of(name)
            found = self.nodes.get(key)
            if found is not None and found.tag == "flow":
                yield End(key, label_of_node(found), found)
            else:
                self.refuse(f"the {tag} '{name}' of '{label}' is no flow of its model", child.content,
                            "a conveyor or queue needs its flows in the same model", label)

    # What does not fit.

    def refuse(self, message: str, span: Span, hint: str, variable: str) -> None:
        self.report.error("SF114", message, span, hint=hint, variable=variable)

    def check(self, one: Carrier) -> None:
        """A belt needs an end, and has one; everything else that leaves it leaks."""
        ordinary = [end for end in one.drains if not is_marked(end.node, "leak")]
        if one.kind == "conveyor" and len(ordinary) != 1:
            names = ", ".join(f"'{end.label}'" for end in ordinary)
            found = f"the outflows {names}, of which one can be at its end" if names else "no outflow at its end"
            self.refuse(f"the conveyor '{one.label}' has {found}", one.node.span,
                        "mark the others with <leak/>" if names else "add an outflow that is no leak", one.label)
        said, limits = f"the conveyor '{one.label}' has", one.node.source.limits
        excess = limits.excess("conveyor-leaks", len(one.leaks), said, "leaks", "put leaks together")
        if excess is not None:
            self.report.error("SF109", excess.message, one.node.span, hint=excess.hint, variable=one.label)
        if one.kind == "queue" and one.drains and all(is_marked(end.node, "overflow") for end in one.drains):
            self.refuse(f"all outflows of the queue '{one.label}' are overflows", one.node.span,
                        "add an outflow without <overflow/>: only what it cannot take overflows", one.label)

    def check_flows(self, driving: Mapping[str, Carrier], entered: Mapping[str, Carrier]) -> None:
        for key, node in self.nodes.items():
            if node.tag == "flow":
                label = label_of_node(node)
                self.check_marks(node, label, driving.get(key))
                self.check_spread(node, label, entered.get(key))

    def check_marks(self, node: Node, label: str, owner: Carrier | None) -> None:
        """A leak leaves a conveyor, an overflow a queue; a zone is a part of the belt, and one for all cells."""
        for mark, kind in (("leak", "conveyor"), ("overflow", "queue")):
            if is_marked(node, mark) and (owner is None or owner.kind != kind):
                self.refuse(f"'{label}' is marked with <{mark}>, and is no outflow of a {kind}", node.span,
                            f"remove <{mark}>, or make the stock before it a {kind}", label)
        for name in _ENDS:
            found = _written(node, name)
            wrong = next((text for text in found if _part(text, -1.0) < 0), None)
            if wrong is not None:
                self.report.error("SF105", f"{name} of '{label}' is '{wrong}'; it is a number from 0 to 1", node.span,
                                  hint=f'write {name}="0.5" for the middle of the belt', variable=label)
            elif len(found) > 1:
                self.refuse(f"elements of '{label}' leak in different zones, which is not supported", node.span,
                            f"give all of them one {name}", label)

    def check_spread(self, node: Node, label: str, target: Carrier | None) -> None:
        spread = property_of((node, *node.all("element")), "spreadflow")
        if spread in _AT_THE_ENTRANCE or (spread in _EVENLY and target is not None):
            return
        if spread in _EVENLY:
            self.report.warn("SF114", f"'{label}' is to be spread, and goes into no conveyor", node.span,
                             variable=label)
        else:
            self.refuse(f"spreading an inflow by '{spread}' is not supported; found in '{label}'", node.span,
                        "only 'beginning' and 'even' are documented well enough to be built", label)

    def check_ends(
        self, stocks: Mapping[str, Carrier], driving: Mapping[str, Carrier], entered: Mapping[str, Carrier]
    ) -> None:
        """What a conveyor or queue drives leaves nothing else; batches of a queue go into a discrete conveyor."""
        others = (node for key, node in self.nodes.items() if node.tag == "stock" and key not in stocks)
        for stock, child in ((one, child) for one in others for child in one.all("outflow")):
            owner = driving.get(key_of(child.text.strip()))
            if owner is not None:
                label, flow = label_of_node(stock), label_of(child.text.strip())
                self.refuse(f"the flow '{flow}' leaves '{label}' and the {owner.kind} '{owner.label}'", child.content,
                            "give each of them a flow of its own", label)
        for key, target in entered.items():
            source = driving.get(key)
            if source is not None and (source.kind, target.kind) == ("queue", "conveyor") and not target.is_discrete:
                self.report.warn(
                    "SF114", f"the queue '{source.label}' feeds the conveyor '{target.label}', which is not discrete; "
                    "it takes the batches all the same", target.node.span, hint='write <conveyor discrete="true">',
                    variable=target.label,
                )
