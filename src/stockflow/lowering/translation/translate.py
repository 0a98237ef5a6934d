"""A closed model as a `Project` of another language: the spine, variable by variable in the order of the file.

What cannot be said is reported by name; nothing is put in its place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace

from stockflow.analysis.closed import Closed, ClosedModel, Definition
from stockflow.diagnostics.model import Report
from stockflow.ir.expr import Binary, Broken, Call, Expr, Interpolate, Missing, Name, Number, Table, Unary, Values
from stockflow.ir.model import SAVEPER, TIME_STEP, Dialect, Dimension, Equation, Project, Variable
from stockflow.lowering.translation.arrays import Arrays, TooLarge
from stockflow.lowering.translation.drafts import Draft, Part, changed
from stockflow.lowering.translation.names import Names
from stockflow.lowering.translation.speech import Site, Speech
from stockflow.lowering.translation.stocks import Flows, integral, named_flows, net_flow

_TRANSLATED = frozenset({
    "key", "label", "kind", "equations", "units", "doc", "span", "units_span", "limits", "group", "dimensions",
    "inflows", "outflows", "control", "hidden", "supplementary", "changeable",
})
"""What a variable may have: any other fact of it is not written, and refused instead of dropped."""


@dataclass(frozen=True, slots=True)
class Target:
    """The language to write: its dialect and name, the keys that no variable may have, and the methods that it has."""

    dialect: Dialect
    language: str
    reserved: Callable[[str], bool]
    methods: frozenset[str]


def names_of(model: ClosedModel, target: Target) -> Names:
    """The table of names that a translation fills: no variable may get the name of a range or of another."""
    return Names(target.reserved, {*model.space.ranges, *model.variables})


def translate(model: ClosedModel, target: Target, names: Names, report: Report) -> Project | None:
    """The model in the target language, or None where the report says what cannot be said in it."""
    work = _Translation(model, target, names, report)
    drafts = work.drafts()
    variables = () if report.failed else work.variables(drafts)
    if report.errors:
        return None
    return replace(
        model.project, dialect=target.dialect, dimensions=tuple(work.dimensions()), variables=variables,
        groups=tuple(replace(group, label=_plain(group.label)) for group in model.project.groups),
        macros=work.speech.macros, modules=(), namespaces=(), verbatim=(), aliases=(), base_date=None,
    )


@dataclass(slots=True)
class _Translation:
    model: ClosedModel
    target: Target
    names: Names
    report: Report
    speech: Speech = field(init=False)
    flows: dict[str, Flows] = field(default_factory=dict)
    attached: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.speech = Speech(self.model, self.target.dialect.spelling, self.target.language, self.names, self.report,
                             self.model.project.method == "euler")
        self.check_method()
        for closed in self.file_variables():
            self.name(closed)
        self.attach()

    def check_method(self) -> None:
        method = self.model.project.method
        if method not in self.target.methods:
            self.report.error("SF604", f"the integration method '{method}' cannot be written in {self.target.language}",
                              hint="choose Euler or Runge-Kutta 4 in the model")

    def file_variables(self) -> Iterator[Closed]:
        return (closed for closed in self.model.variables.values() if not closed.variable.control)

    def name(self, closed: Closed) -> None:
        variable = closed.variable
        if variable.hidden:
            self.names.make(variable.key, variable.label)
            return
        label = self.names.give(variable.key, variable.label)
        if label != variable.label:
            self.report.warn(
                "SF605", f"'{variable.label}' is written as '{label}': the name means something in"
                f" {self.target.language}", variable.span, variable=variable.label,
            )

    def attach(self) -> None:
        """Which flows fill and drain which stocks: each variable fills at most one and drains at most one.

        A non-negative stock limits the outflows that it lists, so it keeps its own whatever others list.
        """
        filled: set[str] = set()
        drained: set[str] = set()
        closed_ones = list(self.file_variables())
        for closed in sorted(closed_ones, key=lambda one: not _is_limited(one)):
            found = named_flows(closed, self.model.variables)
            shared = found is not None and bool(filled & set(found[0]) or drained & set(found[1]))
            if found is None or (shared and not _is_limited(closed)):
                continue
            filled.update(found[0])
            drained.update(found[1])
            self.flows[closed.variable.key] = found
        self.attached = filled | drained

    # Drafts.

    def drafts(self) -> list[Draft]:
        return [draft for closed in self.file_variables() for draft in self.drafted(closed)]

    def drafted(self, closed: Closed) -> list[Draft]:
        variable = closed.variable
        facts = replace(variable, label=self.names.labels[variable.key], equations=())
        draft = Draft(facts, closed.ranges, ())
        if any(isinstance(one.expr, Broken | Missing) for one in closed.definitions) or variable.kind == "data":
            self.outside(variable)
            return []
        for name in _unfamiliar(variable):
            self.report.error("SF604", f"the {name} of '{variable.label}' cannot be written in {self.target.language}",
                              variable.span, variable=variable.label, hint="take it out of the model first")
        stock = any(integral(one.expr) is not None for one in closed.definitions)
        made = self.stock(closed, draft) if stock else [self.plain(closed, draft)]
        made += self.speech.beside
        self.speech.beside = []
        return made

    def outside(self, variable: Variable) -> None:
        self.report.error("SF604", f"'{variable.label}' takes its values from outside the model, which cannot be"
                          f" written in {self.target.language}", variable.span, variable=variable.label,
                          hint="make it a lookup of the time")

    def plain(self, closed: Closed, draft: Draft) -> Draft:
        parts = tuple(self.part(one, draft) for one in closed.definitions)
        flow = draft.facts.kind == "flow" and draft.key not in self.attached
        return replace(changed(draft, "auxiliary") if flow else draft, parts=parts)

    def part(self, definition: Definition, draft: Draft) -> Part:
        """A definition with the target's functions; what stands at its root may have a form of its own."""
        site = Site(definition, draft)
        made = Part(definition.axes, definition.target, None, span=definition.span)
        initial = self.speech.say(definition.initial, site) if definition.initial is not None else None
        match definition.expr:
            case Table() as table:
                return replace(made, table=table)
            case Interpolate(table=Table() as table, args=(arg,)):
                return replace(made, expr=self.speech.say(arg, site), table=table, initial=initial)
            case Call(key="active initial", args=(active, first)):
                active, first = self.speech.say(active, site), self.speech.say(first, site)
                return replace(made, expr=active, initial=initial or first)
            case expr:
                return replace(made, expr=self.speech.say(expr, site), initial=initial)

    def stock(self, closed: Closed, draft: Draft) -> list[Draft]:
        starts: list[Part] = []
        rates: list[Part] = []
        for one in closed.definitions:
            rate, first = integral(one.expr) or self.constant(one, draft)
            start = one.initial if one.initial is not None else first
            site = Site(one, draft)
            starts.append(Part(one.axes, one.target, self.speech.say(start, site), span=one.span,
                               non_negative=one.non_negative))
            rates.append(Part(one.axes, one.target, self.speech.say(rate, site), span=one.span))
        own = replace(changed(draft, "stock"), parts=tuple(starts))
        if all(_is_zero(part.expr) for part in rates):
            return [own]
        found = self.flows.get(draft.key)
        if found is None and _is_limited(closed):
            self.refuse_limit(draft, closed.definitions[0])
        if found is not None:
            return [replace(own, inflows=found[0], outflows=found[1])]
        flow = net_flow(draft, tuple(rates), self.model.project.time_units)
        label = self.names.make(flow.key, flow.facts.label)
        return [replace(own, inflows=(flow.key,)), replace(flow, facts=replace(flow.facts, label=label))]

    def refuse_limit(self, draft: Draft, definition: Definition) -> None:
        label = draft.facts.label
        self.report.error("SF604", f"the non-negative stock '{label}' has a rate that is no sum of its own flows, which"
                          f" cannot be written in {self.target.language}", definition.span, variable=label,
                          hint="give each term of the rate a flow of its own")

    def constant(self, definition: Definition, draft: Draft) -> tuple[Expr, Expr]:
        """A number among the elements of a stock stays what it is at the start."""
        if not isinstance(definition.expr, Number | Values):
            label = draft.facts.label
            self.report.error("SF604", f"some elements of '{label}' are stocks and some are not, which cannot be"
                              f" written in {self.target.language}", definition.span, variable=label,
                              hint="give the others a variable of their own")
        return Number(0.0), definition.expr

    # Variables.

    def variables(self, drafts: Sequence[Draft]) -> tuple[Variable, ...]:
        """The settings of the run and all variables; none where the report says that they are too many."""
        arrays = self.arrays(drafts)
        try:
            return (*self.settings(arrays), *(self.finished(draft, arrays) for draft in drafts))
        except TooLarge:
            said, advice = "written element by element, the equations have", "write fewer elements"
            excess = self.model.project.limits.stopped("written-parts", said, "parts", advice)
            self.report.error("SF109", excess.message, hint=excess.hint)
            return ()

    def arrays(self, drafts: Sequence[Draft]) -> Arrays:
        homes = {key: closed.ranges for key, closed in self.model.variables.items()}
        homes |= {draft.key: draft.ranges for draft in drafts}
        return Arrays(homes, self.model.space.ranges, self.names, self.target.dialect.spelling,
                      self.model.project.limits.written_parts)

    def finished(self, draft: Draft, arrays: Arrays) -> Variable:
        equations = arrays.equations(draft)
        inflows, outflows = (tuple(map(self.names.key, keys)) for keys in (draft.inflows, draft.outflows))
        if draft.facts.kind == "stock":
            rate = self.rate(draft)
            equations = tuple(replace(one, expr=Call("integ", "INTEG", (rate, one.expr))) for one in equations)
        return replace(
            draft.facts, key=self.names.key(draft.key), equations=equations, inflows=inflows, outflows=outflows,
            group=_plain(draft.facts.group),
            dimensions=tuple(home.key for home in draft.ranges), hidden=False, units_span=None,
        )

    def rate(self, draft: Draft) -> Expr:
        """The flows as the expression that they stand for, inflows first."""
        terms = [(Name(self.names.key(key), self.names.labels[key]), op)
                 for keys, op in ((draft.inflows, "+"), (draft.outflows, "-")) for key in keys]
        if not terms:
            return Number(0.0)
        first, op = terms[0]
        total: Expr = first if op == "+" else Unary("-", first)
        for term, op in terms[1:]:
            total = Binary(op, total, term)
        return total

    def dimensions(self) -> Iterator[Dimension]:
        for dimension in self.model.project.dimensions:
            home = self.model.space.ranges[dimension.key]
            yield Dimension(home.key, home.label, home.elements, home.labels, numbered=home.numbered, doc=dimension.doc)

    # The clock.

    def settings(self, arrays: Arrays) -> Iterator[Variable]:
        """The control variables: expressions where the language takes them, the save interval as a number."""
        for closed in self.model.variables.values():
            if not closed.variable.control:
                continue
            definition = next(iter(closed.definitions), None)
            draft = Draft(replace(closed.variable, equations=()), (), ())
            if definition is None or _is_missing(definition.expr):
                self.report.error("SF202", f"{closed.variable.label} is missing, so that the model cannot be written in"
                                  f" {self.target.language}", hint="add it to the model")
                continue
            if closed.variable.key == SAVEPER and not _is_interval(definition.expr):
                self.report.error("SF604", f"SAVEPER as an expression cannot be written in {self.target.language}",
                                  definition.span, hint="write its number")
                continue
            said = self.speech.say(definition.expr, Site(definition, draft))
            if self.speech.beside:
                self.speech.beside = []
                self.report.error("SF604", f"a {closed.variable.label} that depends on the run cannot be written in"
                                  f" {self.target.language}", definition.span, hint="write its number")
                continue
            expr = arrays.written(arrays.reduced(said, frozenset()), {})
            assert expr is not None
            own = Equation((), expr, definition.span)
            yield replace(closed.variable, equations=(own,), dimensions=(), group=_plain(closed.variable.group))


def _unfamiliar(variable: Variable) -> list[str]:
    """The facts of a variable that no part of a translation reads."""
    others = [one.name for one in fields(variable) if one.name not in _TRANSLATED]
    return [name for name in others if getattr(variable, name) not in (None, "", ())]


def _is_limited(closed: Closed) -> bool:
    return any(one.non_negative for one in closed.definitions) and closed.variable.kind == "stock"


def _plain(group: str) -> str:
    """The name of a group without the dots that Vensim counts its depth by; in XMILE a dot begins a path."""
    return group.lstrip(".").strip()


def _is_zero(expr: Expr | None) -> bool:
    return isinstance(expr, Number) and expr.value == 0


def _is_missing(expr: Expr) -> bool:
    """Whether a setting that the file lacks stands there."""
    return isinstance(expr, Number) and math.isnan(expr.value)


def _is_interval(expr: Expr) -> bool:
    return isinstance(expr, Number) or (isinstance(expr, Name) and expr.key == TIME_STEP)
