"""Expansion of calls: pure rows inlined, macros and states hoisted into hidden slots, lookups into table slots.

The result is a flat model whose expressions hold primitives only.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stockflow.analysis.closed import Closed, ClosedModel, Definition
from stockflow.analysis.external import strings_of
from stockflow.diagnostics.model import Report
from stockflow.functions import table as functions
from stockflow.ir.expr import (
    Along,
    Ask,
    At,
    Axis,
    Broken,
    Call,
    Draw,
    Expr,
    Interpolate,
    Name,
    Number,
    Positions,
    Reduce,
    Table,
    Text,
    Values,
    Vector,
)
from stockflow.ir.model import NOISE_SEED, RUN_NUMBER
from stockflow.ir.plan import Target
from stockflow.ir.walk import preorder, rebuild_scoped, substitute
from stockflow.lowering.calendar import dated
from stockflow.lowering.chosen import all_readings, is_chosen
from stockflow.lowering.flat import FlatModel, FlatSlot, Rule, points_slot
from stockflow.lowering.keepers import asked_of, kept
from stockflow.lowering.known import known_value
from stockflow.lowering.limits import limit_flows
from stockflow.lowering.outside import data_argument, data_slot, is_series, refused_in_a_step, series_slot
from stockflow.lowering.questions import Home, answer, answers_of, hidden_home, homes, in_order
from stockflow.lowering.shifts import elements_from, moved
from stockflow.lowering.stages import staged
from stockflow.lowering.templates import HOISTED, Template, inline, memory_template, template, unwrapped
from stockflow.lowering.terms import (
    assigned,
    complete,
    fill,
    follower,
    free_axes,
    is_graph,
    is_memory,
    is_unknown,
    numbers_by_cell,
    numbers_of,
    points_of,
    rename_lets,
    table_by_cell,
)
from stockflow.lowering.texts import without_texts
from stockflow.source import Span

# Vensim reference: NOISE SEED, its value where the model has none.
DEFAULT_SEED = 4487556.0


def expand(model: ClosedModel, report: Report) -> FlatModel:
    """Lower a closed model; a fault leaves the variable out and is reported."""
    lowering = _Lowering(model, report, homes(model))
    for closed in model.variables.values():
        lowering.variable(closed)
    return limit_flows(model, lowering.finish(), report)


def expand_apart(model: ClosedModel, owner: Closed, definition: Definition, value: str, report: Report) -> FlatModel:
    """One definition as a model of its own, whose slot `value` it computes from constants, lookups and data."""
    lowering = _Lowering(model, report, {})
    lowering.slots[value] = FlatSlot(value, owner.variable.label, owner.shape, hidden=True)
    site = _Site(definition.axes, owner, definition.span)
    lowering.place(value, definition.axes, definition.target, definition.expr, None, site)
    lowering.drain()
    lowering.add_what_is_read()
    return lowering.finish()


@dataclass(frozen=True, slots=True, eq=False)
class _Site:
    """Where an expression stands: its loops in order, and the variable that it belongs to."""

    axes: tuple[Axis, ...]
    owner: Closed
    span: Span | None


@dataclass(slots=True)
class _Lowering:
    model: ClosedModel
    report: Report
    homes: dict[str, tuple[Home, ...]]
    slots: dict[str, FlatSlot] = field(default_factory=dict)
    constants: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    tables: dict[str, NDArray[Any]] = field(default_factory=dict)
    data: set[str] = field(default_factory=set)
    rules: list[Rule] = field(default_factory=list)
    waiting: deque[tuple[Rule, _Site]] = field(default_factory=deque)
    numbers: dict[str, int] = field(default_factory=dict)
    structural: frozenset[str] = frozenset()
    texts: frozenset[str] = field(init=False)
    met_text: bool = False

    def __post_init__(self) -> None:
        self.texts = frozenset(strings_of(self.model.project))

    def finish(self) -> FlatModel:
        data, rules, limits = frozenset(self.data), tuple(self.rules), self.model.project.limits
        return FlatModel(self.slots, self.constants, self.tables, data, rules, self.structural, limits=limits)

    def add_what_is_read(self) -> None:
        """Lower the variables that the rules read, and those that these read."""
        done = 0
        while done < len(self.rules):
            rule = self.rules[done]
            done += 1
            for expr in (rule.run, rule.start):
                for item in preorder(expr) if expr is not None else ():
                    if isinstance(item, Name) and item.key not in self.slots and item.key in self.model.variables:
                        self.variable(self.model.variables[item.key])

    # Variables.

    def variable(self, closed: Closed) -> None:
        variable = closed.variable
        self.slots[variable.key] = FlatSlot(variable.key, variable.label, closed.shape)
        if variable.kind == "lookup":
            self.tables[variable.key] = table_by_cell(closed)
        elif variable.kind == "data" and all(is_series(definition) for definition in closed.definitions):
            self.data.add(variable.key)
        elif closed.definitions and all(numbers_of(d.expr) is not None for d in closed.definitions):
            self.constants[variable.key] = numbers_by_cell(closed)
        elif variable.keeper is not None:
            made = kept(closed)
            self.slots |= {slot.key: slot for slot in made.slots}
            self.rules.extend(made.made)
            self.waiting.extend((rule, _Site(rule.axes, closed, variable.span)) for rule in made.placed)
            self.drain()
        elif variable.key in self.texts:
            return
        else:
            for definition in closed.definitions:
                self.define(closed, definition)
            self.drain()

    def define(self, closed: Closed, definition: Definition) -> None:
        site = _Site(definition.axes, closed, definition.span)
        if isinstance(definition.expr, Values):
            expr = self.listed(definition)
        elif is_series(definition):
            expr = self.fed(closed, definition)
        else:
            expr = definition.expr
        expr = self.at_home(closed, definition, expr, site)
        self.place(closed.variable.key, definition.axes, definition.target, expr, definition.initial, site)

    def at_home(self, closed: Closed, definition: Definition, expr: Expr, site: _Site) -> Expr:
        """A memory that is asked and has some of its variable's cells only is kept in a slot of its own."""
        found = self.homes.get(closed.variable.key, ())
        home = next((one for one in found if one.target is definition.target and not one.own), None)
        if home is None:
            return expr
        shape = tuple(axis.size for axis in home.axes)
        self.slots[home.slot] = FlatSlot(home.slot, closed.variable.label, shape, hidden=True)
        self.waiting.append((assigned(home.slot, home.axes, expr), site))
        return follower(home.slot, home.axes)

    def fed(self, closed: Closed, definition: Definition) -> Expr:
        """Elements with a series in a variable with equations: read from a slot of data beside it."""
        key = data_slot(closed.variable.key)
        self.slots[key] = FlatSlot(key, closed.variable.label, closed.shape, hidden=True)
        self.data.add(key)
        return Name(key, closed.variable.label, definition.target, definition.span)

    def listed(self, definition: Definition) -> Expr:
        """A list of numbers among other equations: each number as a position's value, one axis at most."""
        assert isinstance(definition.expr, Values)
        values = definition.expr.values
        if len(values) == 1 or not definition.axes:
            return Number(values[0], definition.span)
        if len(definition.axes) == 1:
            return Positions(definition.axes[0], values, definition.span)
        hidden = self.fresh("values", definition.axes, None)
        self.constants[hidden] = np.reshape(values, self.slots[hidden].shape)
        return follower(hidden, definition.axes)

    # Rules: the root of an expression decides the kind; calls inside it are hoisted.

    def place(
        self, slot: str, axes: tuple[Axis, ...], target: Target, expr: Expr, initial: Expr | None, site: _Site
    ) -> None:
        expr = unwrapped(expr)
        if isinstance(expr, Call) and is_memory(expr) and not in_order(target, axes, self.slots[slot].shape):
            expr = self.hoist(expr, site)
        match expr:
            case Call(key="integ", args=(rate, first)):
                start = initial if initial is not None else first
                self.add(Rule(slot, axes, target, "level", self.lower(rate, site), self.lower(start, site)), site)
            case Call(key="hold", args=(following, first)):
                source = self.hidden("next", following, site)
                self.add(Rule(slot, axes, target, "hold", None, self.lower(first, site), source=source), site)
            case Call(key="ring", args=(given, delay, first)):
                names = [self.hidden(n, e, site) for n, e in (("input", given), ("delay", delay), ("first", first))]
                made = Rule(slot, axes, target, "ring", None, None, source=names[0], delay=names[1], first=names[2])
                self.add(made, site)
            case Call(key="shift"):
                self.add(self.shifted(slot, axes, target, expr, site), site)
            case Call(key=key) if functions.ROWS[key].kind == "memory":
                self.add(self.remembered(slot, axes, target, expr, site), site)
            case Call(key="initial", args=(kept,)):
                self.add(Rule(slot, axes, target, "kept", None, self.lower(kept, site)), site)
            case Call(key="active initial", args=(active, first)):
                self.add(Rule(slot, axes, target, "assign", self.lower(active, site), self.lower(first, site)), site)
            case Call(key="frozen", args=(inner,)):
                run = self.lower(inner, site)
                start = run if initial is None else self.lower(initial, site)
                self.add(Rule(slot, axes, target, "assign", run, start, frozen=True), site)
            case _:
                run = self.lower(expr, site)
                start = run if initial is None else self.lower(initial, site)
                self.add(Rule(slot, axes, target, "assign", run, start), site)

    def remembered(self, slot: str, axes: tuple[Axis, ...], target: Target, call: Call, site: _Site) -> Rule:
        """The rule of a memory: its arguments in hidden slots, which its sources and settings read."""
        row = functions.ROWS[call.key]
        first, settings, sources = memory_template(call.key)
        assert row.memory is not None
        values: dict[str, Expr] = {}
        hidden: dict[str, str] = {}
        listed: tuple[Expr, ...] = ()
        for parameter, arg in zip(row.signature, call.args, strict=True):
            if parameter.name == row.memory.array:
                listed = elements_from(arg, call, self.model, self.report)
            elif isinstance(arg, Name | Number):
                values[parameter.name] = arg
            elif parameter.name not in row.memory.tables:
                hidden[parameter.name] = self.hidden(parameter.name, arg, site)
                values[parameter.name] = follower(hidden[parameter.name], axes)
        read = (*(substitute(expr, values) for expr in settings), *listed)
        own = tuple(self.hidden("setting", Call("initial", "INITIAL", (expr,)), site) for expr in read)
        told = tuple(
            hidden[expr.key] if isinstance(expr, Name) and expr.key in hidden
            else self.hidden("source", substitute(expr, values), site) for expr in sources
        )
        start = self.lower(substitute(first, values), site)
        given = (self.lookup_of(self.lower(call.args[place], site)) for place in row.lookups)
        tables = tuple(table for table in given if table is not None)
        return Rule(
            slot, axes, target, "belt", None, start, memory=row.memory.kind, sources=told, settings=own, tables=tables
        )

    def shifted(self, slot: str, axes: tuple[Axis, ...], target: Target, call: Call, site: _Site) -> Rule:
        """The rule of a shift; after a report it moves nothing."""
        stock, condition, size, collects, entering = call.args
        found = known_value(size, self.model)
        self.structural |= found[1] if found else frozenset()
        moves = moved(call, stock, found[0] if found else None, self.model, self.report)
        if moves is None:
            return Rule(slot, axes, target, "assign", Broken(call.span), Broken(call.span))
        given = (("condition", condition), ("collects", collects), ("entering", entering))
        sources = tuple(self.hidden(what, expr, site) for what, expr in given)
        return Rule(slot, axes, target, "shift", None, Number(0.0), sources=sources, moves=moves)

    def add(self, rule: Rule, site: _Site) -> None:
        self.rules.append(replace(rule, origin=site.span, owner=site.owner.variable.key))

    def drain(self) -> None:
        while self.waiting:
            rule, site = self.waiting.popleft()
            assert rule.run is not None
            self.place(rule.slot, rule.axes, rule.target, rule.run, None, site)

    def lower(self, expr: Expr, site: _Site) -> Expr:
        """The expression with primitives only; hidden slots are made for what has a memory."""

        def enter(item: Expr, axes: tuple[Axis, ...]) -> tuple[Axis, ...]:
            return (*axes, *item.axes) if isinstance(item, Reduce) else axes

        def part(item: Expr, axes: tuple[Axis, ...], place: int) -> tuple[Axis, ...]:
            return (*axes, *item.loops[place]) if isinstance(item, Vector) else axes

        def leave(item: Expr, axes: tuple[Axis, ...], _: tuple[Axis, ...]) -> Expr:
            made = self.node(item, replace(site, axes=axes))
            return self.chosen(made, axes, site) if is_chosen(made) else made

        made = self.finished(rebuild_scoped(expr, site.axes, enter, leave, part), site)
        self.met_text = False
        return made

    def finished(self, expr: Expr, site: _Site) -> Expr:
        """What a rule may hold: an expression around which there is no call that could take a text in it."""
        made, owner = rename_lets(expr), site.owner.variable.label
        return without_texts(made, self.texts, owner, site.span, self.report) if self.met_text else made

    def node(self, expr: Expr, site: _Site) -> Expr:
        match expr:
            case Table():
                hidden = self.fresh("table", (), site)
                self.tables[hidden] = np.empty((), dtype=object)
                self.tables[hidden][()] = points_of(expr)
                return Name(hidden, "")
            case Interpolate(table=Name(key=key)) if is_graph(self.model.variables.get(key)):
                return replace(expr, table=self.graph(expr.table))
            case Call():
                return self.call(expr, site)
            case Vector() if expr.result:
                return self.array(expr, site)
            case Text():
                self.met_text = True
                return expr
            case Name(key=key) if key in self.texts:
                self.met_text = True
                return expr
            case Ask():
                return self.kept(asked_of(expr, self.model), site)
            case _:
                return expr

    def array(self, expr: Vector, site: _Site) -> Name:
        """An array that a function makes, in a slot of its own, read at one element."""
        axes = tuple(axis for axis in free_axes(replace(expr, at=()), site.axes) if axis not in expr.bound)
        key = self.filled(expr.op, replace(expr, at=()), axes, site, expr.result)
        return Name(key, "", (*(Along(axis) for axis in axes), *expr.at))

    def chosen(self, expr: Expr, around: tuple[Axis, ...], site: _Site) -> Name:
        """The reading of one of several lookups, out of a slot with the readings of all."""
        made, over, indices = all_readings(expr, self.slots)
        axes = free_axes(made, around)
        return Name(self.filled("readings", made, (*axes, *over), site), "", (*map(Along, axes), *indices))

    def graph(self, table: Expr) -> Name:
        """The points of a variable with points of its own, in a table slot."""
        assert isinstance(table, Name)
        found = self.model.variables[table.key]
        hidden = points_slot(table.key)
        if hidden not in self.tables:
            self.slots[hidden] = FlatSlot(hidden, found.variable.label, found.shape, hidden=True)
            self.tables[hidden] = np.empty(found.shape, dtype=object)
            for definition in found.definitions:
                assert isinstance(definition.expr, Interpolate) and isinstance(definition.expr.table, Table)
                fill(self.tables[hidden], definition, points_of(definition.expr.table))
        return replace(table, key=hidden)

    def call(self, call: Call, site: _Site) -> Expr:
        row = functions.ROWS[call.key]
        if row.kind == "primitive":
            return call
        if row.kind == "table":
            return self.read_table(call)
        if row.kind == "question":
            return self.asked(call, site)
        if row.kind == "points":
            return self.read_points(call, site)
        if row.kind == "series":
            return refused_in_a_step(call, site.owner.variable.label, self.report)
        if row.kind in ("state", "memory") or call.key in HOISTED:
            return self.hoist(call, site)
        if row.kind == "draw":
            return self.drawn(call, site)
        if row.key == "time value":
            return dated(call, self.model.project, self.report)
        if row.kind == "special":
            body = self.staged(call, site)
            return self.macro(body, call, site) if body else Broken(call.span)
        body = template(call.key)
        if body.inline:
            return inline(body, call.args)
        return self.macro(body, call, site)

    def drawn(self, call: Call, site: _Site) -> Name:
        """A random number of each element, in a slot of its own that is filled once per TIME STEP."""
        for key, value in ((NOISE_SEED, DEFAULT_SEED), (RUN_NUMBER, 0.0)):
            if key not in self.model.variables and key not in self.slots:
                self.slots[key] = FlatSlot(key, key.upper(), (), hidden=True)
                self.constants[key] = np.array(value)
        slot = self.fresh(call.key, site.axes, site)
        args = (*call.args, Name(NOISE_SEED, "NOISE SEED"), Name(RUN_NUMBER, "run"))
        made = self.finished(Draw(call.key.removeprefix("draw "), slot, args, call.span), site)
        target = tuple(Along(axis) for axis in site.axes)
        self.add(Rule(slot, site.axes, target, "assign", made, made, frozen=True), site)
        return follower(slot, site.axes)

    def asked(self, call: Call, site: _Site) -> Expr:
        """What the memory that a variable is answers, in a slot of its own; :NA: where it is none."""
        memory = call.args[0]
        known = isinstance(memory, Name) and (memory.key in self.model.variables or memory.key in self.homes)
        if not (isinstance(memory, Name) and known) or any(isinstance(part, At) for part in memory.subscripts):
            self.report.error("SF208", f"the first argument of {call.label} must be a variable", call.span,
                              hint="give the name of the variable, with its subscripts as they are on the left",
                              variable=site.owner.variable.label)
            return Broken(call.span)
        if memory.key in self.model.variables and is_unknown(self.model.variables[memory.key]):
            return Broken(call.span)
        made, found = answer(call, memory, self.homes.get(memory.key, ()), lambda ask: self.kept(ask, site))
        if not found:
            self.report.warn("SF208", f"'{memory.label}' is not what {call.label} reads; the answer is always :NA:",
                             call.span, hint="name a variable whose equation is the function that it reads",
                             variable=site.owner.variable.label)
        return made

    def kept(self, ask: Ask, site: _Site) -> Name:
        """An answer over the axes that it follows."""
        axes = free_axes(ask, site.axes)
        return follower(self.filled(ask.question, ask, axes, site), axes)

    def read_table(self, call: Call) -> Expr:
        table = self.lookup_of(call.args[0])
        return Broken(call.span) if table is None else Interpolate(table, call.args[1:], call.key, call.span)

    def lookup_of(self, table: Expr) -> Name | None:
        """The lookup that an argument names; None where it has a fault, which was told when names were resolved."""
        found = self.model.variables.get(table.key) if isinstance(table, Name) else None
        if isinstance(table, Name) and is_graph(found):
            return self.graph(table)
        if isinstance(table, Name) and (table.key in self.tables or (found and found.variable.kind == "lookup")):
            return table
        return None

    def read_points(self, call: Call, site: _Site) -> Expr:
        """A function of the points of a data variable, which stand in a table of their own."""
        data = data_argument(call, self.model, site.owner.variable.label, self.report)
        if data is None:
            return Broken(call.span)
        found = self.model.variables[data.key]
        key = series_slot(data.key)
        if key not in self.slots:
            self.slots[key] = FlatSlot(key, found.variable.label, found.shape, hidden=True)
            self.tables[key] = np.empty(found.shape, dtype=object)
            complete(self.tables[key])
        return Interpolate(replace(data, key=key), call.args[1:], call.key, call.span)

    def staged(self, call: Call, site: _Site) -> Template | None:
        """A delay or smooth of order n: its order must be a number known before the run."""
        place = [parameter.name for parameter in functions.ROWS[call.key].signature].index("order")
        order, read = known_value(call.args[place], self.model) or (None, frozenset())
        self.structural |= read
        return staged(call, order, site.owner.variable.label, self.report, self.model.project.limits)

    # Hidden slots.

    def hoist(self, call: Call, site: _Site) -> Expr:
        axes = free_axes(call, site.axes)
        key = self.fresh(call.key, axes, site)
        self.waiting.append((assigned(key, axes, call), replace(site, axes=axes)))
        return follower(key, axes)

    def hidden(self, what: str, expr: Expr, site: _Site) -> str:
        """A slot over all axes of the site, for an argument that a state reads.

        It is no state itself: at the end of a step a memory is told what its arguments were before any state moved.
        """
        expr = unwrapped(expr)
        if isinstance(expr, Call) and functions.ROWS[expr.key].kind in ("state", "memory"):
            expr = self.hoist(expr, site)
        key = self.fresh(what, site.axes, site)
        self.waiting.append((assigned(key, site.axes, expr), site))
        return key

    def filled(self, what: str, expr: Expr, axes: tuple[Axis, ...], site: _Site, result: tuple[Axis, ...] = ()) -> str:
        """A slot over axes, and over those that the expression fills at once."""
        key = self.fresh(what, (*axes, *result), site)
        made = self.finished(expr, site)
        self.add(Rule(key, axes, tuple(map(Along, (*axes, *result))), "assign", made, made), site)
        return key

    def macro(self, body: Template, call: Call, site: _Site) -> Expr:
        axes = site.axes if body.draws else free_axes(call, site.axes)
        inner = replace(site, axes=axes)
        values: dict[str, Expr] = {}
        for name, arg in zip(body.parameters, call.args, strict=True):
            values[name] = arg if isinstance(arg, (Name, Number)) else follower(self.hidden(name, arg, inner), axes)
        keys = {name: self.fresh(f"{call.key} {name}", axes, site) for name, _ in body.lines}
        asked = ((keys[name], answers_of(expr)) for name, expr in body.lines)
        self.homes |= {key: (hidden_home(key, axes, answers),) for key, answers in asked if answers}
        values |= {name: follower(key, axes) for name, key in keys.items()}
        for name, expr in body.lines:
            self.waiting.append((assigned(keys[name], axes, substitute(expr, values)), inner))
        return values["result"]

    def fresh(self, what: str, axes: tuple[Axis, ...], site: _Site | None) -> str:
        owner = site.owner.variable.key if site else ""
        count = self.numbers[owner] = self.numbers.get(owner, 0) + 1
        key = f"#{owner} {count} {what}"
        label = site.owner.variable.label if site else ""
        self.slots[key] = FlatSlot(key, label, tuple(axis.size for axis in axes), hidden=True)
        return key
