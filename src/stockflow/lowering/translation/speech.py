"""Expressions said with the functions of the target language; what it lacks is said by bodies, lifted or refused.

References stay closed here; how arrays are written is in `arrays`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from stockflow.analysis.closed import ClosedModel, Definition
from stockflow.diagnostics.model import Report
from stockflow.functions import table as functions
from stockflow.functions.row import Function
from stockflow.ir.expr import (
    Along,
    Broken,
    Call,
    Expr,
    Interpolate,
    Let,
    Missing,
    Name,
    Number,
    Positions,
    Table,
    Text,
    Vector,
)
from stockflow.ir.model import CONTROLS, Kind, Macro
from stockflow.ir.names import key_of
from stockflow.ir.plan import Target
from stockflow.ir.walk import preorder, rebuild, substitute
from stockflow.language.parser import parse_expression
from stockflow.lowering.translation.alike import alike
from stockflow.lowering.translation.bodies import Bodies
from stockflow.lowering.translation.drafts import Draft, Part, Unsayable
from stockflow.lowering.translation.names import Names
from stockflow.lowering.translation.stocks import net_flow

MISSING_VALUE = -(2.0**109)
MODES = ("extrapolate", "discrete")
"""Ways to read points that belong to the points (XMILE 1.0, section 3.1.4)."""


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """The definition that an expression stands in, and the draft of its variable, which parts are lifted beside."""

    definition: Definition
    draft: Draft


@dataclass(slots=True)
class Speech:
    """One model's expressions in the spelling of `language`; `beside` gathers the variables that it had to make."""

    model: ClosedModel
    spelling: str
    language: str
    names: Names
    report: Report
    euler: bool
    beside: list[Draft] = field(default_factory=list)
    modes: dict[tuple[str, str], Name] = field(default_factory=dict)
    clock: dict[str, Expr] = field(init=False)
    bodies: Bodies = field(init=False)

    def __post_init__(self) -> None:
        words = functions.clock_names(self.spelling)
        self.clock = {key: Call(key_of(word), word, ()) for key, word in words.items()}
        self.bodies = Bodies(self.node, self.spelling, self.euler, self.names, self.model.project.dialect.name)

    @property
    def macros(self) -> tuple[Macro, ...]:
        return tuple(self.bodies.macros.values())

    def say(self, expr: Expr, site: Site) -> Expr:
        """The expression in the target's words; what cannot be said is reported and `Broken`."""
        return rebuild(expr, lambda node: self.told(node, site))

    def told(self, expr: Expr, site: Site) -> Expr:
        try:
            return self.placed(expr, site)
        except Unsayable as why:
            return self.refuse(expr, str(why), site)

    def refuse(self, expr: Expr, why: str, site: Site) -> Broken:
        label = site.draft.facts.label
        self.report.error(
            "SF604", f"{_shown(expr)} of '{label}' cannot be written in {self.language}: {why}",
            expr.span or site.definition.span, variable=label,
            hint="say the same with other functions, or take the variable out of what is written",
        )
        return Broken(expr.span)

    def placed(self, expr: Expr, site: Site) -> Expr:
        """What needs a variable of its own beside that of the site gets one."""
        match expr:
            case Interpolate(table=Table() as table):
                return replace(expr, table=self.points(table, site))
            case Call(key="integ", args=(rate, initial)):
                return self.lifted("stock", expr, Part((), (), initial), rate, site)
            case Call(key="active initial", args=(active, initial)):
                return self.lifted("auxiliary", expr, Part((), (), active, initial), None, site)
            case Call(key=key, args=(Table() as table, arg)) if self.is_read_by_mode(key):
                return Interpolate(self.points(replace(table, mode=key), site), (arg,))
            case Call(key=key, args=(Name() as table, arg)) if self.is_read_by_mode(key):
                return Interpolate(self.in_mode(table, key), (arg,))
            case Call(args=(Table() as table, *rest)) if functions.ROWS[expr.key].kind == "table":
                return self.node(replace(expr, args=(self.points(table, site), *rest)))
            case _:
                return self.node(expr)

    def node(self, expr: Expr) -> Expr:
        """One node, its parts already said. Raises Unsayable."""
        match expr:
            case Name(key=key) if key in self.clock:
                return self.clock[key]
            case Name(key=key) if key in CONTROLS:
                raise Unsayable("it has no name for that setting")
            case Missing():
                return Number(MISSING_VALUE)
            case Let(key=key, value=value, body=body):
                if self.bodies.draws(value):
                    raise Unsayable("a random number is read twice in it")
                return substitute(body, {key: value})
            case Text():
                raise Unsayable("it has no texts")
            case Vector():
                raise Unsayable("it has no function of whole arrays that does the same")
            case Call():
                return self.call(expr)
            case _:
                return expr

    def call(self, call: Call) -> Expr:
        row = functions.ROWS[call.key]
        bound = functions.spelled(row, self.spelling)
        if row.kind != "refused" and bound is not None:
            return Call(key_of(bound.label), bound.label, self.arguments(row, bound, call.args))
        if row.kind in ("pure", "macro", "primitive"):
            return self.bodies.said(row, call.args)
        raise Unsayable("it has no function that means the same")

    def arguments(self, row: Function, bound: functions.Bound, args: Sequence[Expr]) -> tuple[Expr, ...]:
        """The arguments in the order of the target's call, without a last one that it would fill in alike.

        Only the last is left out: most readers know a function with all its arguments, or with all but one.
        """
        if bound.many:
            return tuple(args)
        given = dict(zip((parameter.name for parameter in row.signature), args, strict=True))
        made = tuple(given[name] for name in bound.arguments)
        if len(made) == bound.minimum:
            return made
        last = next(one for one in row.signature if one.name == bound.arguments[-1])
        left_out = last.default is not None and self.same(last.default, given, made[-1])
        return made[:-1] if left_out else made

    def same(self, default: str, given: dict[str, Expr], arg: Expr) -> bool:
        filled = substitute(rebuild(parse_expression(default), self.node), given)
        return alike(filled, arg)

    # Variables of their own.

    def points(self, table: Table, site: Site) -> Name:
        """A lookup that has no name in the file."""
        made = replace(site.draft.beside(
            self.key(), f"{site.draft.facts.label} lookup", "lookup", (Part((), (), None, None, table),), ""
        ), ranges=())
        return self.name(made, ())

    def is_read_by_mode(self, key: str) -> bool:
        """Whether a row reads a lookup in a way that the target's graphical functions have, and no function has."""
        row = functions.ROWS[key]
        return row.kind == "table" and row.key in MODES and functions.spelled(row, self.spelling) is None

    def in_mode(self, table: Name, mode: str) -> Name:
        """The lookup once more, with points that are read in another way; made once for all calls."""
        known = self.modes.get((table.key, mode))
        if known is None:
            closed = self.model.variables[table.key]
            parts = tuple(
                Part(one.axes, one.target, None, table=replace(one.expr, mode=mode), span=one.span)
                for one in closed.definitions if isinstance(one.expr, Table)
            )
            if len(parts) < len(closed.definitions):
                raise Unsayable(f"'{closed.variable.label}' is no lookup")
            facts = replace(closed.variable, key=self.key(), label=f"{closed.variable.label} {mode}", equations=())
            known = self.modes[table.key, mode] = self.name(Draft(facts, closed.ranges, parts), ())
        return replace(known, subscripts=table.subscripts)

    def lifted(self, kind: Kind, expr: Expr, part: Part, rate: Expr | None, site: Site) -> Expr:
        """A variable for a part of an expression, over the elements of its equation; the reference to it."""
        definition, draft = site.definition, site.draft
        if not _axes(expr) <= set(definition.axes):
            raise Unsayable("it stands inside a sum")
        label = f"{draft.facts.label} {'level' if kind == 'stock' else 'part'}"
        own = replace(part, axes=definition.axes, target=definition.target, span=definition.span)
        made = draft.beside(self.key(), label, kind, (own,), "")
        if rate is not None:
            flow = net_flow(made, (replace(own, expr=rate),), self.model.project.time_units)
            made = replace(made, inflows=(flow.key,))
            self.name(flow, ())
        return self.name(made, definition.target)

    def name(self, made: Draft, target: Target) -> Name:
        """Keep a variable that was made; a reference to it."""
        label = self.names.make(made.key, made.facts.label)
        self.beside.append(replace(made, facts=replace(made.facts, label=label)))
        return Name(made.key, label, tuple(target))

    def key(self) -> str:
        """A key that no variable of the file has."""
        return f"#made {len(self.names.labels)}"


def _shown(expr: Expr) -> str:
    match expr:
        case Call(label=label) | Name(label=label):
            return label
        case Vector(op=op):
            return functions.name_of(functions.ROWS[op])
        case _:
            return "a part"


def _axes(expr: Expr) -> set[object]:
    found: set[object] = set()
    for node in preorder(expr):
        if isinstance(node, Name):
            found |= {part.axis for part in node.subscripts if isinstance(part, Along)}
        elif isinstance(node, Positions):
            found.add(node.axis)
    return found

