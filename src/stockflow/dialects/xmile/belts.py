"""The equations around conveyors and queues: what keeps their content, what they answer, what there is room for.

All of them are ordinary variables, hidden beside the stock or flow that they belong to; it must not know how a belt
moves.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from stockflow.dialects.xmile.beside import beside
from stockflow.dialects.xmile.carriers import Carrier, Carriers, End, is_marked, is_set, is_spread, zone_of
from stockflow.ir.expr import Ask, Binary, Broken, Call, Expr, If, Name, Number, Subscript, Unary
from stockflow.ir.model import TIME_STEP, Keeper
from stockflow.ir.names import key_of

INF = float("inf")

TRANSIT, CAPACITY, IN_LIMIT = "transit time", "capacity", "inflow limit"
SAMPLE, ARREST, FRACTION, MULTIPLIER = "sample", "arrest", "leak fraction", "multiplier"
ROOM, ENTERING, SPREADING, LEAVING = "room", "inflow", "spread inflow", "outflow"
STANDSTILL, SLATS, UNITS = "standstill", "slats", "time units"

# Properties of a conveyor that are expressions: what they are called, and the value where they are missing.
PROPERTIES = {
    "len": (TRANSIT, None), "capacity": (CAPACITY, INF), "in_limit": (IN_LIMIT, INF), "sample": (SAMPLE, 1.0),
    "arrest": (ARREST, 0.0),
}


def named(label: str, what: str) -> Name:
    return Name(key_of(beside(label, what)), beside(label, what))


def told(label: str, what: str) -> str:
    return key_of(beside(label, what))


@dataclass(frozen=True, slots=True)
class Belts:
    """Expressions of the carriers of one model."""

    carriers: Carriers

    # What a carrier's parameters are: a variable beside it, or a number where nothing was written.

    @staticmethod
    def parameter(one: Carrier, tag: str) -> Name | Number:
        what, missing = PROPERTIES[tag]
        return named(one.label, what) if missing is None or one.has(tag) else Number(missing)

    @staticmethod
    def given(one: Carrier, tag: str) -> str | float:
        found = Belts.parameter(one, tag)
        return found.key if isinstance(found, Name) else found.value

    @staticmethod
    def flag(one: Carrier, attribute: str) -> Name | Number:
        """A switch: one for all cells, or a variable where cells differ."""
        values = {is_set(box, attribute) for box in one.boxes}
        return Number(float(values.pop())) if len(values) == 1 else named(one.label, attribute)

    @staticmethod
    def fractions(one: Carrier) -> tuple[Expr, ...]:
        return tuple(named(leak.label, FRACTION) for leak in one.leaks)

    def state(self, one: Carrier) -> tuple[Expr, ...]:
        """What every question to a conveyor is asked with."""
        return (self.standstill(one), *self.fractions(one))

    def standstill(self, one: Carrier) -> Name | Number:
        """Whether a conveyor stands still: it is arrested, or the one that it pours into stands still."""
        stopping = self.stopping(one)
        if not stopping:
            return Number(0.0)
        return named(one.label, ARREST if stopping == [one] else STANDSTILL)

    def stopping(self, one: Carrier) -> list[Carrier]:
        """The conveyors with an arrest that stop a conveyor: itself, and those after it as far as they pour on."""
        line: list[Carrier] = []
        at: Carrier | None = one
        while at is not None and at not in line:
            line.append(at)
            end = at.drains[0] if at.drains else None
            after = self.carriers.entered.get(end.key) if end is not None else None
            at = after if after is not None and after.kind == "conveyor" else None
        return [found for found in line if found.has("arrest")]

    def stands_still(self, one: Carrier) -> Expr:
        made: Expr | None = None
        for found in self.stopping(one):
            test = Binary("<>", named(found.label, ARREST), Number(0.0))
            made = test if made is None else Binary("or", made, test)
        return Number(0.0) if made is None else If(made, Number(1.0), Number(0.0))

    # Flows that a carrier drives.

    def answer(self, flow: End) -> Expr:
        """The value of a flow that leaves a carrier."""
        one = self.carriers.driving[flow.key]
        stock = Name(one.key, one.label, (), flow.node.span)
        if one.kind == "queue":
            return self.from_queue(one, stock, flow)
        if not is_marked(flow.node, "leak"):
            return Ask(stock, "outflow", self.state(one), flow.node.span)
        number = [leak.key for leak in one.leaks].index(flow.key)
        return Ask(stock, "leakage", (Number(float(number)), *self.state(one)), flow.node.span)

    def from_queue(self, one: Carrier, stock: Name, flow: End) -> Expr:
        """An ordinary outflow gets what those before it left; an overflow what the last ordinary one could not take."""
        ordinary = [end for end in one.drains if not is_marked(end.node, "overflow")]
        over = [end for end in one.drains if is_marked(end.node, "overflow")]
        room, single, whole = self.way_out(flow)
        entering = named(one.label, ENTERING)
        if flow.key not in [end.key for end in over]:
            return Ask(stock, "take", (entering, _sum(_before(flow, ordinary)), room, single, whole), flow.node.span)
        if not ordinary:
            return Broken(flow.node.span)
        last = ordinary[-1]
        _, last_single, _ = self.way_out(last)
        args = (_sum(_before(last, ordinary)), Name(last.key, last.label), last_single, _sum(_before(flow, over)))
        return Ask(stock, "overflow", (entering, *args, room, whole), flow.node.span)

    def way_out(self, flow: End) -> tuple[Expr, Expr, Expr]:
        """The room at the other end of a queue's outflow, and how batches go there; all at once but to a conveyor."""
        target = self.carriers.entered.get(flow.key)
        if target is None or target.kind != "conveyor":
            return Number(INF), Number(0.0), Number(0.0)
        return self.ceiling(flow, target), self.flag(target, "one_at_a_time"), self.flag(target, "batch_integrity")

    # Flows that a carrier takes in.

    def limits(self, one: Carrier) -> bool:
        """Whether a conveyor may keep out what flows in."""
        return one.has("capacity") or one.has("in_limit") or bool(self.stopping(one))

    def ceiling(self, flow: End, target: Carrier) -> Expr:
        """The variable that holds the most a flow into a conveyor may be; without end where nothing limits it."""
        return named(flow.label, ROOM) if self.limits(target) else Number(INF)

    def is_limited(self, flow: End) -> bool:
        """Whether there must be room for a flow; what another conveyor pours in is never kept out."""
        target, source = self.carriers.entered.get(flow.key), self.carriers.driving.get(flow.key)
        poured = source is not None and source.kind == "conveyor"
        return target is not None and target.kind == "conveyor" and self.limits(target) and not poured

    def room(self, flow: End) -> Expr:
        """The most that a flow may be: what the conveyor has room for, less what others bring.

        Others are what is never kept out, and what stands before it in the file.
        """
        target = self.carriers.entered[flow.key]
        free: Expr = named(target.label, ROOM)
        earlier = _before(flow, target.inflows)
        for other in target.inflows:
            if other.key != flow.key and (other in earlier or not self.is_limited(other)):
                free = Binary("-", free, self.arriving(other))
        free = Call("max", "MAX", (free, Number(0.0)))
        if not is_marked(flow.node, "multiplier"):
            return free
        factor = named(flow.label, MULTIPLIER)
        return If(Binary(">", factor, Number(0.0)), Binary("/", free, factor), Number(INF))

    def free(self, one: Carrier) -> Expr:
        """What a conveyor takes in at most."""
        arrest, *fractions = self.state(one)
        limits = (self.parameter(one, "capacity"), self.parameter(one, "in_limit"))
        return Ask(Name(one.key, one.label, (), one.node.span), "room", (arrest, *limits, *fractions), one.node.span)

    @staticmethod
    def arriving(flow: End) -> Expr:
        """What a flow brings to its end."""
        name: Expr = Name(flow.key, flow.label)
        return Binary("*", name, named(flow.label, MULTIPLIER)) if is_marked(flow.node, "multiplier") else name

    # The first content.

    def spans(self, one: Carrier) -> Iterator[tuple[str, Expr]]:
        """How many slats and how many time units a belt has."""
        step = Name(TIME_STEP, "TIME STEP")
        yield SLATS, _at_least_one(Binary("/", self.parameter(one, "len"), step))
        per_unit = _at_least_one(Binary("/", Number(1.0), step))
        backwards = Binary("/", Unary("-", named(one.label, SLATS)), per_unit)
        yield UNITS, Unary("-", Call("int", "INT", (backwards,)))

    @staticmethod
    def listed(one: Carrier, values: Sequence[Expr], cell: tuple[Subscript, ...]) -> Expr:
        """The content of a list: one number for each slat, or else for each time unit, of which the last goes on."""
        if one.kind == "queue":
            return _total(values)
        slats, units = (replace(named(one.label, what), subscripts=cell) for what in (SLATS, UNITS))
        *first, last = values
        parts = [
            If(Binary(">=", units, Number(float(number))), value, Number(0.0))
            for number, value in enumerate(first, start=1)
        ]
        further = Call("max", "MAX", (Binary("-", units, Number(float(len(first)))), Number(0.0)))
        by_unit = _total((*parts, Binary("*", last, further)))
        return If(Binary("=", slats, Number(float(len(values)))), _total(values), by_unit)

    # What is kept.

    def totals(self, one: Carrier) -> Iterator[tuple[str, Expr]]:
        """What a carrier is told of its flows: what each sum is called, and the sum."""
        spread = [end for end in one.inflows if one.kind == "conveyor" and is_spread(end.node)]
        entering = [end for end in one.inflows if end not in spread]
        yield ENTERING, _total(self.arriving(end) for end in entering)
        if one.kind == "queue":
            yield LEAVING, _sum(one.drains)
        elif spread:
            yield SPREADING, _total(self.arriving(end) for end in spread)

    def keeper(self, one: Carrier, contents: int) -> Keeper:
        """The memory of a carrier whose first content was listed in so many parts."""
        listed = tuple(told(one.label, f"content {number}") for number in range(1, contents + 1))
        if one.kind == "queue":
            return Keeper("WaitingLine", (told(one.label, ENTERING), told(one.label, LEAVING)), listed)
        spread = told(one.label, SPREADING) if any(is_spread(end.node) for end in one.inflows) else 0.0
        fractions = tuple(told(leak.label, FRACTION) for leak in one.leaks)
        length = self.given(one, "len")
        sample, standstill = self.given(one, "sample"), _plain(self.standstill(one))
        sources = (told(one.label, ENTERING), spread, length, sample, standstill, *fractions)
        flags = tuple(_plain(self.flag(one, attribute)) for attribute in ("discrete", "exponential_leak"))
        zones = [
            part for leak, fraction in zip(one.leaks, fractions, strict=True)
            for part in (*zone_of(leak.node), float(is_marked(leak.node, "leak_integers")), fraction)
        ]
        return Keeper("Conveyor", sources, (length, *flags, float(len(fractions)), *zones, *listed))


def _at_least_one(expr: Expr) -> Expr:
    """The nearest whole number, at least 1."""
    nearest = Call("int", "INT", (Binary("+", expr, Number(0.5)),))
    return Call("max", "MAX", (nearest, Number(1.0)))


def _plain(value: Name | Number) -> str | float:
    return value.key if isinstance(value, Name) else value.value


def _before(flow: End, ends: Iterable[End]) -> list[End]:
    return list(itertools.takewhile(lambda end: end.key != flow.key, ends))


def _sum(ends: Iterable[End]) -> Expr:
    return _total(Name(end.key, end.label) for end in ends)


def _total(parts: Iterable[Expr]) -> Expr:
    made: Expr | None = None
    for part in parts:
        made = part if made is None else Binary("+", made, part)
    return Number(0.0) if made is None else made
