"""One stock or flow of a model with conveyors and queues: its content, its answers, and the variables beside it.

It reads what one element of the file says; which flows belong to which conveyor it is told.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from stockflow.dialects.xmile.belts import FRACTION, MULTIPLIER, PROPERTIES, ROOM, STANDSTILL, Belts, told
from stockflow.dialects.xmile.beside import Beside
from stockflow.dialects.xmile.carriers import ATTRIBUTES, Carrier, Carriers, End, is_marked, is_set
from stockflow.dialects.xmile.cells import Part
from stockflow.dialects.xmile.document import Node
from stockflow.ir.expr import Broken, Expr, Name, Number
from stockflow.ir.model import Equation, Variable
from stockflow.ir.names import key_of
from stockflow.source import Span


@dataclass(slots=True)
class Carried:
    """What conveyors and queues have to do with one variable. `declared` are the dimensions of all."""

    beside: Beside
    carriers: Carriers
    declared: Mapping[str, tuple[str, ...]]
    multiplied: frozenset[str]
    contents: dict[Part, list[Expr]] = field(default_factory=dict)

    @property
    def node(self) -> Node:
        return self.beside.node

    @property
    def key(self) -> str:
        return key_of(self.node.attr("name"))

    @property
    def belts(self) -> Belts:
        return Belts(self.carriers)

    @property
    def stock(self) -> Carrier | None:
        return self.carriers.stocks.get(self.key) if self.node.tag == "stock" else None

    def is_driven(self) -> bool:
        return self.node.tag == "flow" and self.key in self.carriers.driving

    def is_entering(self) -> bool:
        return self.node.tag == "flow" and self.key in self.carriers.entered

    def touched(self, made: Variable) -> Variable:
        """A variable with what conveyors and queues make of it."""
        if self.stock is not None:
            return self.kept(made, self.stock)
        return self.flow(made) if self.node.tag == "flow" else made

    # Stocks.

    def content(self, formula: Node, part: Part) -> Expr:
        """The first content: one number, or the sum of a list, which is kept apart."""
        values = self.beside.formulas.read_list(formula, self.beside.label)
        said, advice = f"'{self.beside.label}' starts with", "give their sum, which is spread over the belt"
        limits = formula.source.limits
        excess = limits.excess("conveyor-contents", len(values), said, "contents", advice)
        if excess is not None:
            self.error("SF109", excess.message, formula.content, excess.hint)
            return Broken(formula.content)
        self.contents[part] = values if len(values) > 1 else []
        assert self.stock is not None
        return self.belts.listed(self.stock, values, self.beside.grid.left(part)) if len(values) > 1 else values[0]

    def kept(self, stock: Variable, one: Carrier) -> Variable:
        """A conveyor or queue, with the variables beside it."""
        self.check_cells(one)
        listed = max((len(values) for values in self.contents.values()), default=0)
        for number in range(listed):
            self.beside.add(f"content {number + 1}", self.nth_content(number))
        if one.kind == "conveyor":
            self.properties(one)
        for what, span in self.belts.spans(one) if one.kind == "conveyor" and listed else ():
            self.beside.computed(what, span)
        for what, total in self.belts.totals(one):
            self.beside.computed(what, total)
        return replace(stock, keeper=self.belts.keeper(one, listed))

    def nth_content(self, number: int) -> Iterator[Equation]:
        """One place of the lists of all cells; a shorter list has no number there."""
        for part, values in self.contents.items():
            value = values[number] if number < len(values) else Number(math.nan)
            others = [other for other in self.contents if other.cell is not None]
            yield self.beside.equation(part, value, others)

    def properties(self, one: Carrier) -> None:
        for tag, (what, missing) in PROPERTIES.items():
            if isinstance(self.belts.parameter(one, tag), Name):
                equations = self.beside.written(tag, missing, "conveyor")
                if not equations:
                    self.error("SF207", f"the conveyor '{one.label}' has no <{tag}>", one.node.span,
                               "write its transit time: <conveyor><len>4</len></conveyor>")
                self.beside.add(what, equations)
        for attribute in ATTRIBUTES:
            if isinstance(self.belts.flag(one, attribute), Name):
                self.beside.add(attribute, self.flags(attribute))
        if self.belts.limits(one):
            self.beside.computed(ROOM, self.belts.free(one))
        if len(self.belts.stopping(one)) > 0 and self.belts.stopping(one) != [one]:
            self.beside.computed(STANDSTILL, self.belts.stands_still(one))

    def flags(self, attribute: str) -> Iterator[Equation]:
        cells = list(self.beside.cells("conveyor"))
        box = self.node.child("conveyor")
        if box is not None:
            whole = Number(float(is_set(box, attribute)))
            yield self.beside.equation(self.beside.whole(), whole, [part for part, _ in cells])
        for part, own in cells:
            yield self.beside.equation(part, Number(float(is_set(own, attribute))))

    # Flows.

    def driven(self, place: Span, equations: Callable[[], tuple[Equation, ...]]) -> Equation:
        """The equation of a flow that is an answer; `equations` are those that the file has, the fraction of a leak."""
        source = self.carriers.driving[self.key]
        self.check_dimensions(source)
        if is_marked(self.node, "leak"):
            found = self.beside.written("leak", None) or list(equations())
            if not found:
                self.error("SF207", f"the leak '{self.beside.label}' has no fraction", place,
                           "write <leak>0.1</leak>, or <leak/> and <eqn>0.1</eqn>")
            self.beside.add(FRACTION, found)
        answer = self.belts.answer(self.end(source.drains))
        return Equation(self.beside.grid.words(self.node), answer, place, non_negative=True)

    def flow(self, made: Variable) -> Variable:
        """A flow with its multiplier, and with the room that there is for it at its end."""
        if self.key in self.multiplied:
            self.beside.add(MULTIPLIER, self.beside.written("multiplier", 1.0))
        target = self.carriers.entered.get(self.key)
        if target is None or not self.belts.is_limited(self.end(target.inflows)):
            return made
        self.check_dimensions(target)
        self.beside.computed(ROOM, self.belts.room(self.end(target.inflows)))
        return made if self.is_driven() else replace(made, ceiling=told(self.beside.label, ROOM))

    def end(self, ends: tuple[End, ...]) -> End:
        """This flow among those of a conveyor or queue."""
        return next(found for found in ends if found.key == self.key)

    # What does not fit.

    def error(self, code: str, message: str, place: Span, hint: str) -> None:
        self.beside.formulas.report.error(code, message, place, hint=hint, variable=self.beside.label)

    def check_dimensions(self, one: Carrier) -> None:
        """A flow that a conveyor or queue drives or limits has its dimensions."""
        if sorted(self.beside.grid.keys) != sorted(self.declared[one.key]):
            message = f"'{self.beside.label}' and the {one.kind} '{one.label}' have different dimensions"
            self.error("SF303", message, self.node.span, "give the flow the dimensions of the stock")

    def check_cells(self, one: Carrier) -> None:
        """All cells are of one kind, since they are kept by one memory."""
        cells = list(self.beside.cells(one.kind))
        if self.node.child(one.kind) is None and len(cells) < self.beside.grid.size:
            message = f"some elements of '{one.label}' are a {one.kind} and others are not"
            self.error("SF114", message, cells[0][1].span if cells else one.node.span,
                       f"make all of them a {one.kind}, or move the others to a stock of their own")
