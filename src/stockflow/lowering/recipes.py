"""Data equations: what `:=` computes from whole series, before the run, in an order in which each finds its inputs.

It knows definitions and what they name; points and times come with a run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from stockflow.analysis.closed import Closed, ClosedModel, Definition
from stockflow.analysis.dimensions import Range, Space
from stockflow.diagnostics.model import Report
from stockflow.functions import table as functions
from stockflow.ir.expr import Along, Axis, Broken, Call, Draw, Expr, Name, Number, Reduce, Unary, Vector
from stockflow.ir.graph import is_cyclic, shortest_cycle, strong_components
from stockflow.ir.model import TIME, Variable
from stockflow.ir.place import overlaps
from stockflow.ir.walk import preorder, rebuild, rebuild_scoped
from stockflow.lowering.expand import expand_apart
from stockflow.lowering.flat import POINT_TIME, FlatModel, FlatSlot, Recipe, Rule
from stockflow.lowering.outside import data_argument, is_computed
from stockflow.lowering.terms import free_axes

VALUE = "#value"
CLOCK = (TIME, "step time")
# What a data equation may read: all of it is known before the run.
KNOWN = ("data", "constant", "lookup")


def is_whole(expr: Expr) -> bool:
    """Whether a call makes a series of another one."""
    return isinstance(expr, Call) and functions.ROWS[expr.key].kind == "series"


# Calls inside equations become data variables of their own.


def with_series(model: ClosedModel) -> ClosedModel:
    """The model in which a function of whole series stands alone on the right, its first argument a plain name."""
    made: dict[str, Closed] = {}
    for key, closed in model.variables.items():
        if not any(is_computed(one) and any(map(is_whole, preorder(one.expr))) for one in closed.definitions):
            made[key] = closed
            continue
        apart = _Apart(model, closed)
        definitions = tuple(apart.definition(one) if is_computed(one) else one for one in closed.definitions)
        made |= apart.made
        made[key] = replace(closed, definitions=definitions)
    return replace(model, variables=made)


@dataclass(slots=True)
class _Apart:
    """Takes the equations of one variable apart."""

    model: ClosedModel
    owner: Closed
    made: dict[str, Closed] = field(default_factory=dict)

    def definition(self, definition: Definition) -> Definition:
        expr = definition.expr
        if not is_whole(expr):
            return replace(definition, expr=self.inside(expr, definition.axes))
        assert isinstance(expr, Call)
        args = tuple(self.inside(arg, definition.axes) for arg in expr.args)
        return replace(definition, expr=replace(expr, args=(self.named(args[0], definition.axes), *args[1:])))

    def inside(self, expr: Expr, axes: tuple[Axis, ...]) -> Expr:
        """The expression with a name in the place of each function of whole series."""

        def enter(item: Expr, outer: tuple[Axis, ...]) -> tuple[Axis, ...]:
            if isinstance(item, Vector):
                return (*outer, *item.bound)
            return (*outer, *item.axes) if isinstance(item, Reduce) else outer

        def leave(item: Expr, outer: tuple[Axis, ...], _: tuple[Axis, ...]) -> Expr:
            if not is_whole(item):
                return item
            assert isinstance(item, Call)
            return self.hidden(replace(item, args=(self.named(item.args[0], outer), *item.args[1:])), outer)

        return rebuild_scoped(expr, axes, enter, leave)

    def named(self, expr: Expr, axes: tuple[Axis, ...]) -> Expr:
        return expr if isinstance(expr, Name) else self.hidden(expr, axes)

    def hidden(self, expr: Expr, axes: tuple[Axis, ...]) -> Name:
        """A data variable of its own for an expression, which fills gaps as the series that it reads does."""
        free = free_axes(expr, axes)
        key = f"#{self.owner.variable.key} {len(self.made) + 1} series"
        label, span = self.owner.variable.label, getattr(expr, "span", None)
        variable = Variable(key, label, "data", (), span=span, hidden=True)
        target = tuple(Along(axis) for axis in free)
        definition = Definition(free, target, expr, None, span, self.keyword(expr))
        ranges = tuple(_range(axis, self.model.space) for axis in free)
        self.made[key] = Closed(variable, ranges, (definition,), None)
        return Name(key, label, target, span)

    def keyword(self, expr: Expr) -> str:
        variables = self.model.variables | self.made
        read = (variables[item.key] for item in preorder(expr) if isinstance(item, Name) and item.key in variables)
        words = [one.keyword for closed in read for one in closed.definitions if one.keyword]
        return words[0] if words and is_whole(expr) else "interpolate"


def _range(axis: Axis, space: Space) -> Range:
    label = space.ranges[axis.dimension].label if axis.dimension in space else axis.dimension
    index = {element: place for place, element in enumerate(axis.elements)}
    return Range(axis.dimension, label, axis.elements, axis.elements, index)


# Recipes in order.


def with_recipes(model: ClosedModel, flat: FlatModel, report: Report) -> FlatModel:
    """The flat model with a recipe for each data equation; what none can be made for is reported."""
    found = [
        (closed, definition)
        for closed in model.variables.values() for definition in closed.definitions if is_computed(definition)
    ]
    order = _ordered(found, report)
    made = (_recipe(model, flat, closed, definition, report) for closed, definition in order)
    return replace(flat, recipes=tuple(recipe for recipe in made if recipe is not None))


def _ordered(found: list[tuple[Closed, Definition]], report: Report) -> list[tuple[Closed, Definition]]:
    graph = _graph(found)
    order: list[tuple[Closed, Definition]] = []
    for group in strong_components(graph):
        if is_cyclic(group, graph):
            _tell_loop([found[number] for number in shortest_cycle(group, graph)], report)
        order += [found[number] for number in group]
    return order


def _graph(found: list[tuple[Closed, Definition]]) -> dict[int, list[int]]:
    """By number of a data equation those whose cells it reads."""
    by_key: dict[str, list[int]] = {}
    for number, (closed, _) in enumerate(found):
        by_key.setdefault(closed.variable.key, []).append(number)
    return {
        number: [
            other for name in names_of(definition.expr) for other in by_key.get(name.key, ())
            if overlaps(name, found[other][1].target)
        ]
        for number, (_, definition) in enumerate(found)
    }


def names_of(expr: Expr) -> Iterator[Name]:
    return (item for item in preorder(expr) if isinstance(item, Name))


def _tell_loop(cycle: list[tuple[Closed, Definition]], report: Report) -> None:
    labels = list(dict.fromkeys(closed.variable.label for closed, _ in cycle))
    lines = sorted({one.span.line for _, one in cycle if one.span is not None})
    where = f" (line{'s' if len(lines) != 1 else ''} {', '.join(map(str, lines))})" if lines else ""
    report.error("SF401", f"data equations need each other: {' -> '.join([*labels, labels[0]])}{where}",
                 cycle[0][1].span, variable=labels[0], hint="a data equation cannot read what is made from it")


def _recipe(
    model: ClosedModel, whole: FlatModel, closed: Closed, definition: Definition, report: Report
) -> Recipe | None:
    """The recipe of a data equation, or None where it reads what only a run can tell."""
    if any(isinstance(item, Broken) for item in preorder(definition.expr)):
        return None
    if _tell_unknown(model, closed, definition, report):
        return None
    if is_whole(definition.expr):
        return _whole(model, whole, closed, definition, report)
    flat = expand_apart(model, closed, definition, VALUE, report)
    if any(rule.kind != "assign" or _draws(rule) for rule in flat.rules):
        label = closed.variable.label
        report.error("SF208", f"'{label}' is computed before the run: stocks, delays and random numbers have no place"
                     " in a data equation", definition.span, variable=label,
                     hint="write '=' to compute it at every TIME STEP")
        return None
    return Recipe(closed, definition, flat=_at_points(flat), value=VALUE)


def _draws(rule: Rule) -> bool:
    return rule.run is not None and any(isinstance(item, Draw) for item in preorder(rule.run))


def _tell_unknown(model: ClosedModel, closed: Closed, definition: Definition, report: Report) -> bool:
    """Report the first name of something that is computed step by step."""
    for name in names_of(definition.expr):
        read = model.variables.get(name.key)
        if read is not None and read.variable.kind not in KNOWN:
            label, kind = closed.variable.label, read.variable.kind
            report.error(
                "SF208", f"'{label}' is computed from data before the run and reads '{read.variable.label}', which is"
                f" {'an' if kind[0] in 'aeiou' else 'a'} {kind}", name.span or definition.span, variable=label,
                hint=f"write '=' to compute '{label}' at every TIME STEP",
            )
            return True
    return False


def _whole(
    model: ClosedModel, flat: FlatModel, closed: Closed, definition: Definition, report: Report
) -> Recipe | None:
    call = definition.expr
    assert isinstance(call, Call)
    label = closed.variable.label
    if data_argument(call, model, label, report) is None:
        return None
    if not all(_is_amount(arg, flat) for arg in call.args[1:]):
        report.error("SF208", f"the second argument of {call.label} must be a number or a constant", call.span,
                     hint="give the number, or the name of a constant", variable=label)
        return None
    return Recipe(closed, definition, operation=call.key)


def _is_amount(expr: Expr, flat: FlatModel) -> bool:
    while isinstance(expr, Unary) and expr.op in ("-", "+"):
        expr = expr.operand
    return expr.key in flat.constants if isinstance(expr, Name) else isinstance(expr, Number)


def _at_points(flat: FlatModel) -> FlatModel:
    """The model with the time of a point in the place of the time of a run."""

    def change(item: Expr) -> Expr:
        return Name(POINT_TIME, "Time", (), item.span) if isinstance(item, Name) and item.key in CLOCK else item

    rules = []
    for rule in flat.rules:
        assert rule.run is not None
        run = rebuild(rule.run, change)
        rules.append(replace(rule, run=run, start=run))
    slots = flat.slots | {POINT_TIME: FlatSlot(POINT_TIME, "Time", (), hidden=True)}
    return replace(flat, slots=slots, rules=tuple(rules), data=flat.data | {POINT_TIME})


def read_by(recipes: Iterable[Recipe]) -> Iterator[str]:
    """The keys of all that recipes read."""
    for recipe in recipes:
        for name in names_of(recipe.definition.expr):
            yield name.key
        if recipe.flat is not None:
            yield from recipe.flat.slots
