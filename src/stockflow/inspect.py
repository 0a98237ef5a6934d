"""A model as the stages see it, as text for people: what was read, the plan in its order, the generated Python.

It shows what other stages made and must not make anything of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, assert_never

from stockflow.analysis.labels import Labels
from stockflow.diagnostics.model import Report
from stockflow.ir.expr import Axis, Element, Expr, Missing, Name, Subscript
from stockflow.ir.model import Dimension, Equation, Mapping, Project, Variable
from stockflow.ir.plan import Belt, Hold, Input, Level, Plan, Ring, Scan, Shift, State, Step, Target
from stockflow.ir.show import Spelling, name_text, shortened, show
from stockflow.prepare import Prepared
from stockflow.simulate.session import Options, Session
from stockflow.source import Span

KINDS = ("stock", "flow", "auxiliary", "constant", "lookup", "data", "string")
WIDEST = 2_000

Stage = Literal["model", "plan", "python"]


def stage_text(prepared: Prepared, session: Session, stage: Stage, method: str) -> str:
    """The text of a stage: `model` as read, `plan` as scheduled, `python` as it will run."""
    match stage:
        case "model":
            return "\n".join(model_lines(prepared.project))
        case "plan":
            engine = session.default_engine(Report())
            return "\n".join(plan_lines(engine.plan, Labels(prepared.closed.variables).spelling)) if engine else ""
        case "python":
            engine = session.default_engine(Report())
            return engine.text(session.method(Options(method=method))).rstrip("\n") if engine else ""
        case _:
            assert_never(stage)


# The model as read.


def model_lines(project: Project) -> Iterator[str]:
    """Dimensions, then the variables by kind, each equation as the parser understood it."""
    yield f"{project.source.name}: {project.dialect.name}, method {project.method}"
    if project.dimensions:
        yield from ("", "dimensions")
        yield from map(_dimension_line, project.dimensions)
    for kind in KINDS:
        members = [variable for variable in project.variables if variable.kind == kind]
        if members:
            yield from ("", kind)
            yield from (line for variable in members for line in _variable_lines(variable))


def _dimension_line(dimension: Dimension) -> str:
    items = f"<-> {dimension.alias_of}" if dimension.alias_of else ": " + ", ".join(dimension.labels)
    mapped = "".join(map(_mapping_text, dimension.mappings))
    return f"  {name_text(dimension.label)}{items}{mapped}{_line_note(dimension.span)}"


def _mapping_text(mapping: Mapping) -> str:
    return f" -> {mapping.target}" + (f" ({', '.join(mapping.items)})" if mapping.items else "")


def _variable_lines(variable: Variable) -> Iterator[str]:
    for equation in variable.equations:
        yield f"  {_left_side(variable, equation)}{_right_side(equation)}{_line_note(equation.span)}"


def _left_side(variable: Variable, equation: Equation) -> str:
    name = name_text(variable.label)
    left = show(Name(variable.key, variable.label, equation.subscripts))
    groups = [show(Name(variable.key, variable.label, group)).removeprefix(name) for group in equation.excepts]
    excepted = f" :EXCEPT: {', '.join(groups)}" if groups else ""
    return left + excepted + (f" :{equation.keyword.upper()}:" if equation.keyword else "")


def _right_side(equation: Equation) -> str:
    if isinstance(equation.expr, Missing):
        return " from outside"
    start = f"; at first {_shown(equation.initial)}" if equation.initial is not None else ""
    return f" = {_shown(equation.expr)}{start}"


def _shown(expr: Expr, spelling: Spelling | None = None) -> str:
    return shortened(show(expr, spelling) if spelling else show(expr), WIDEST)


def _line_note(span: Span | None) -> str:
    return f"  # line {span.line}" if span is not None else ""


# The plan.


def plan_lines(plan: Plan, spelling: Spelling) -> Iterator[str]:
    """Inputs, blocks in the order in which they run, states, and what is kept."""
    yield f"inputs ({len(plan.inputs)})"
    yield from (f"  {_input_line(found, plan, spelling)}" for found in plan.inputs)
    for title, steps in (
        ("once, before the first step", plan.once), ("initial, the first values of the states", plan.initial),
        ("step, in each stage of each step", plan.step), ("report, at saved times", plan.report),
        ("rates, in each stage of each step", plan.rates),
    ):
        yield from ("", f"{title} ({len(steps)})")
        yield from (f"  {_step_line(step, spelling)}" for step in steps)
    yield from ("", f"states ({len(plan.states)})")
    yield from (f"  {_state_line(state, spelling)}" for state in plan.states)
    yield from ("", f"kept at saved times ({len(plan.outputs)}): {_listed(plan.outputs, spelling)}")
    yield f"kept once ({len(plan.fixed)}): {_listed(plan.fixed, spelling)}"
    if plan.varying_clock:
        yield "the clock is read anew in each step"


def _listed(keys: Iterable[str], spelling: Spelling) -> str:
    return ", ".join(spelling.name(Name(key, "")) for key in keys)


def _input_line(found: Input, plan: Plan, spelling: Spelling) -> str:
    shape = plan.slots[found.slot].shape
    sizes = f"[{'x'.join(map(str, shape))}]" if shape else ""
    return f"{spelling.name(Name(found.slot, ''))}{sizes}: {found.kind}"


def _step_line(step: Step, spelling: Spelling) -> str:
    assign = step.assign if isinstance(step, Scan) else step
    left = _target(assign.slot, assign.target, spelling)
    notes = [f"for {_axes(assign.axes)}"] if assign.axes else []
    if isinstance(step, Scan):
        notes.append(f"one by one from {_places(step.order[0])}")
    if assign.frozen:
        notes.append("once per TIME STEP")
    if assign.origin is not None:
        notes.append(f"line {assign.origin.line}")
    return f"{left} = {_shown(assign.expr, spelling)}" + (f"  # {', '.join(notes)}" if notes else "")


def _target(slot: str, target: Target, spelling: Spelling) -> str:
    return show(Name(slot, "", tuple[Subscript, ...](target)), spelling)


def _axes(axes: tuple[Axis, ...]) -> str:
    return " x ".join(f"{axis.dimension} ({axis.size})" for axis in axes)


def _places(at: tuple[int, ...]) -> str:
    return "(" + ", ".join(str(index + 1) for index in at) + ")" if len(at) > 1 else str(at[0] + 1)


def _state_line(state: State, spelling: Spelling) -> str:
    def name(key: str) -> str:
        return spelling.name(Name(key, ""))

    match state:
        case Level(slot=slot, target=target, rate=rate):
            return f"{_target(slot, target, spelling)} grows by {name(rate)}"
        case Hold(slot=slot, source=source):
            return f"{name(slot)} takes {name(source)} after each TIME STEP"
        case Ring(slot=slot, source=source, delay=delay, initial=initial):
            return f"{name(slot)} shows {name(source)} after {name(delay)}, at first {name(initial)}"
        case Belt(slot=slot, kind=kind, sources=sources):
            return f"{name(slot)} takes what {kind} answers to {', '.join(map(name, sources))} after each TIME STEP"
        case Shift(slot=slot, moves=moves, condition=condition, entering=entering):
            first, last = (_target(moves.level, (*moves.part, Element(n)), spelling)
                           for n in (moves.first, moves.first + moves.size - 1))
            return f"{name(slot)} takes what {first} to {last} lose where {name(condition)}, {name(entering)} entering"
        case _:
            assert_never(state)
