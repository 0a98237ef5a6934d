"""Reality checks as a changed model: test inputs built in behind switches, the sides of comparisons as variables.

The changed model goes through the same stages as any other; this must not know how it is run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from stockflow.analysis.conditions import Clause, Condition, Leaf, clauses, condition_of
from stockflow.functions import table as functions
from stockflow.functions.reality import GRACE, START
from stockflow.functions.row import Function
from stockflow.ir.expr import Binary, Broken, Call, Expr, If, Name, Number, Unary
from stockflow.ir.model import (
    CONTROLS,
    NOISE_SEED,
    TIME,
    TIME_STEP,
    Equation,
    Macro,
    Project,
    RealityConstraint,
    RealityInput,
    Variable,
)
from stockflow.ir.walk import preorder, rebuild
from stockflow.language.parser import parse_expression


class Untestable(ValueError):
    """Why a check cannot be tested, as a sentence."""


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """A constraint taken apart. `clauses` are the sets of leaves of the condition to be switched on together."""

    number: int
    constraint: RealityConstraint
    condition: Condition
    consequence: Condition
    clauses: tuple[Clause, ...]

    @property
    def leaves(self) -> Iterator[tuple[str, Leaf]]:
        """The leaves, each with a name for its variables."""
        for part, condition in (("if", self.condition), ("then", self.consequence)):
            for place, leaf in enumerate(condition.leaves):
                yield f"{part} {place}", leaf

    def inputs(self, clause: Clause) -> frozenset[str]:
        """The keys of the test inputs of a clause."""
        return frozenset(input_key(self.condition.leaves[place]) for place in clause)

    def slot(self, what: str) -> str:
        return f"#check {self.number} {what}"


def input_key(leaf: Leaf) -> str:
    """The key of the test input that a leaf names."""
    (name,) = leaf.sides
    assert isinstance(name, Name)
    return name.key


def switch(key: str) -> str:
    """The variable that is 1 for the elements of a test input that are in force, else 0."""
    return f"#switch of {key}"


def inputs_of(project: Project) -> dict[str, list[RealityInput]]:
    """The test inputs by key; those of one name are one."""
    found: dict[str, list[RealityInput]] = {}
    for item in project.reality:
        if isinstance(item, RealityInput):
            found.setdefault(item.key, []).append(item)
    return found


def taken_apart(number: int, constraint: RealityConstraint, project: Project) -> Check:
    """The check of a constraint. Raises Untestable."""
    inputs = inputs_of(project)
    if isinstance(constraint.condition, Broken):
        raise Untestable("it cannot be read")
    condition = condition_of(constraint.condition, inputs)
    consequence = condition_of(constraint.consequence, inputs)
    asked = [leaf.text for leaf in consequence.leaves if leaf.kind == "input"]
    if asked:
        raise Untestable(f"'{asked[0]}' is a test input, which cannot be a consequence")
    try:
        check = Check(number, constraint, condition, consequence, tuple(clauses(condition)))
    except ValueError as fault:
        raise Untestable(str(fault)) from fault
    for clause in check.clauses:
        _check_targets(check.inputs(clause), inputs, project)
    return check


def _check_targets(keys: frozenset[str], inputs: Mapping[str, Sequence[RealityInput]], project: Project) -> None:
    variables = {variable.key: variable for variable in project.variables}
    owners: dict[str, str] = {}
    for key in (key for key in inputs if key in keys):
        for item in inputs[key]:
            target = variables.get(item.target)
            if target is None:
                raise Untestable(f"its test input '{item.label}' changes '{item.target_label}', which is no variable")
            what = _unchangeable(target, project)
            if what:
                raise Untestable(f"its test input '{item.label}' changes '{target.label}', which is {what}")
            if owners.setdefault(target.key, key) != key:
                raise Untestable(f"two test inputs of its condition change '{target.label}'")


def _unchangeable(target: Variable, project: Project) -> str:
    """What a variable is that takes no other equation; empty where it does."""
    if target.kind == "lookup":
        return "a lookup"
    if target.key in (*CONTROLS, NOISE_SEED):
        return "a control variable"
    calls = (equation.expr for equation in target.equations if isinstance(equation.expr, Call))
    rows = (bound.row for call in calls for bound in functions.find(project.dialect.spelling, call.key))
    return "a memory that others ask" if any(row.memory and row.memory.answers for row in rows) else ""


# The changed model.


def changed(project: Project, keys: frozenset[str], checks: Iterable[Check]) -> Project:
    """The project with the test inputs `keys` behind switches that are off, and the variables of these checks."""
    inputs = [item for key, found in inputs_of(project).items() if key in keys for item in found]
    names = {item.target: f"#changed {item.target}" for item in inputs}
    variables = [_renamed_in(variable, names) for variable in project.variables]
    made: list[Variable] = [*_switches(inputs), *_targets(project, inputs, names)]
    for check in checks:
        made += _sides(check, keys, project, names)
    macros = tuple(_renamed_in_macro(macro, names) for macro in project.macros)
    return replace(project, variables=(*variables, *made), macros=macros, reality=())


def _renamed(expr: Expr, names: Mapping[str, str]) -> Expr:
    """The expression in which these variables are their changed ones."""

    def change(node: Expr) -> Expr:
        return replace(node, key=names[node.key]) if isinstance(node, Name) and node.key in names else node

    return rebuild(expr, change) if names else expr


def _renamed_in(variable: Variable, names: Mapping[str, str]) -> Variable:
    if not names:
        return variable
    return replace(variable, equations=tuple(
        replace(one, expr=_renamed(one.expr, names), initial=one.initial and _renamed(one.initial, names))
        for one in variable.equations
    ))


def _renamed_in_macro(macro: Macro, names: Mapping[str, str]) -> Macro:
    """Inside a macro a leading dot means the model's variables."""
    outer = {f".{key}": f".{name}" for key, name in names.items()}
    return replace(macro, variables=tuple(_renamed_in(variable, outer) for variable in macro.variables))


def _switches(inputs: Iterable[RealityInput]) -> Iterator[Variable]:
    found: dict[str, list[RealityInput]] = {}
    for item in inputs:
        found.setdefault(item.key, []).append(item)
    for key, items in found.items():
        equations = tuple(Equation(item.subscripts, Number(0.0, item.span), item.span) for item in items)
        yield Variable(switch(key), items[0].label, "constant", equations, span=items[0].span, hidden=True)


def _targets(project: Project, inputs: Sequence[RealityInput], names: Mapping[str, str]) -> Iterator[Variable]:
    """Each variable that is changed: by its test inputs where they are switched on, else what its equations give."""
    for variable in project.variables:
        mine = [item for item in inputs if item.target == variable.key]
        if not mine:
            continue
        others = {key: name for key, name in names.items() if key != variable.key}
        taken = tuple(item.equation.subscripts for item in mine)
        rest = [
            Equation(one.subscripts, Name(variable.key, variable.label, one.subscripts, one.span), one.span, "",
                     (*one.excepts, *taken))
            for one in variable.equations if one.subscripts
        ]
        gated = [_gated(item, variable, others, project) for item in mine]
        equations = (*rest, *gated)
        yield Variable(names[variable.key], variable.label, "auxiliary", equations, span=variable.span, hidden=True)


def _gated(item: RealityInput, variable: Variable, names: Mapping[str, str], project: Project) -> Equation:
    equation = item.equation
    on = Binary(">", Name(switch(item.key), item.label, item.subscripts, item.span), Number(0.5), item.span)
    own = Name(variable.key, variable.label, equation.subscripts, equation.span)
    expr = _renamed(_started(equation.expr, project), names)
    return Equation(equation.subscripts, If(on, expr, own, equation.span), equation.span, equation.text)


def _sides(check: Check, keys: frozenset[str], project: Project, names: Mapping[str, str]) -> Iterator[Variable]:
    """The variables that tell of a check: both sides of comparisons, whether they are made, which inputs are meant."""
    constraint = check.constraint

    def variable(what: str, expr: Expr) -> Variable:
        equation = Equation(constraint.subscripts, _renamed(expr, names), constraint.span)
        span = constraint.span
        return Variable(check.slot(what), constraint.label, "auxiliary", (equation,), span=span, hidden=True)

    yield variable("all", Number(1.0, constraint.span))
    for name, leaf in check.leaves:
        if leaf.kind == "input":
            if input_key(leaf) in keys:
                (asked,) = leaf.sides
                assert isinstance(asked, Name)
                yield variable(name, replace(asked, key=switch(asked.key)))
            continue
        sides = [_started(side, project) for side in leaf.sides]
        for place, side in enumerate(sides):
            # The sign says that a number is meant: a text alone would be a variable like any string.
            yield variable(f"{name} side {place}", Unary("+", side, side.span))
        made = [test for side in sides for test in _made(side, project)]
        if made:
            expr = made[0]
            for other in made[1:]:
                expr = Binary("and", expr, other)
            yield variable(f"{name} made", If(expr, Number(1.0), Number(0.0), constraint.span))


# Starts and grace times, by the names of the parameters of a function's row.


def _row_of(call: Call, project: Project) -> tuple[Function, dict[str, Expr]] | None:
    """The row of a call with its arguments by parameter; of one that has a start."""
    bound = functions.choose(functions.find(project.dialect.spelling, call.key), len(call.args))
    if bound is None or START not in bound.arguments:
        return None
    filled = functions.arguments(bound, call.args, parse_expression)
    return bound.row, {parameter.name: arg for parameter, arg in zip(bound.row.signature, filled, strict=True)}


def _started(expr: Expr, project: Project) -> Expr:
    """The expression in which calls that name no start begin at the model's own RC START TIME, if it has one."""
    start = next((variable for variable in project.variables if variable.key == START), None)

    def change(node: Expr) -> Expr:
        if start is None or not isinstance(node, Call):
            return node
        bound = functions.choose(functions.find(project.dialect.spelling, node.key), len(node.args))
        if bound is None or START not in bound.arguments or len(node.args) == len(bound.arguments):
            return node
        return replace(node, args=(*node.args, Name(start.key, start.label, (), node.span)))

    return rebuild(expr, change)


def _made(expr: Expr, project: Project) -> Iterator[Expr]:
    """Tests that the grace times in an expression are over."""
    for node in preorder(expr):
        found = _row_of(node, project) if isinstance(node, Call) else None
        if found is not None and GRACE in found[1]:
            given = found[1]
            half = Binary("/", Name(TIME_STEP, TIME_STEP.upper()), Number(2.0))
            now = Binary("+", Name(TIME, "Time"), half)
            yield Binary(">", now, Binary("+", given[START], given[GRACE]), node.span)
