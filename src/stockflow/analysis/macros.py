"""Macros written out: every call gets its own copies of the body's variables, and the project has no macros after it.

Copies have the left-hand side of the calling equation, so that each element keeps a state of its own. It works on
names as written; it must not know a dialect's spelling or what a function computes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from stockflow.analysis.copies import FEWER, MANY, copies_of, own_copies
from stockflow.analysis.namespaces import Frame, Left, free_marks, is_builtin, outermost, unmarked
from stockflow.analysis.recursion import folded, specialised, undecided
from stockflow.diagnostics.model import Report
from stockflow.functions import table as functions
from stockflow.ir.expr import Broken, Call, Every, Expr, Name, Number, Word
from stockflow.ir.graph import is_cyclic, shortest_cycle, strong_components
from stockflow.ir.model import CONTROLS, TIME, Equation, Macro, Parameter, Project, Variable
from stockflow.ir.walk import preorder, rebuild
from stockflow.limits import Excess

_SHARED = ("lookup", "constant", "data", "string")


def expand_macros(project: Project, report: Report) -> Project:
    """The project with every call of a macro written out; faults are reported and stand as `Broken`."""
    if not project.macros and not any(_binds(variable) for variable in project.variables):
        return project
    expansion = _Expansion(project, report)
    expansion.check()
    variables = [made for variable in project.variables for made in expansion.caller(variable)]
    if expansion.full:
        variables = [variable for variable in project.variables if variable.control]
    return replace(project, variables=tuple(variables), macros=())


def _binds(variable: Variable) -> bool:
    return any(isinstance(node, Call) and node.outputs for node in _nodes(variable))


def _nodes(variable: Variable) -> Iterator[Expr]:
    for equation in variable.equations:
        for expr in (equation.expr, equation.initial):
            if expr is not None:
                yield from preorder(expr)


@dataclass(slots=True)
class _Expansion:
    project: Project
    report: Report
    macros: dict[str, list[Macro]] = field(init=False)
    variables: dict[str, Variable] = field(init=False)
    elements: frozenset[str] = field(init=False)
    ranges: frozenset[str] = field(init=False)
    circular: set[str] = field(default_factory=set)
    unrolled: list[Macro] = field(default_factory=list)
    shared: dict[tuple[int, str], str] = field(default_factory=dict)
    waiting: deque[tuple[Variable, Frame]] = field(default_factory=deque)
    made: list[Variable] = field(default_factory=list)
    outputs: dict[str, Variable] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    owner: Variable | None = None
    copies: int = 0
    numbers: dict[str, int] = field(default_factory=dict)
    full: bool = False

    def __post_init__(self) -> None:
        self.macros = {}
        for macro in self.project.macros:
            self.macros.setdefault(macro.key, []).append(macro)
        self.variables = {variable.key: variable for variable in self.project.variables}
        self.ranges = frozenset(dimension.key for dimension in self.project.dimensions)
        self.elements = frozenset(item for dimension in self.project.dimensions for item in dimension.items)

    # Macros by themselves.

    def check(self) -> None:
        for macro in self.project.macros:
            self.check_definition(macro)
        self.check_circles()
        self.check_copies()

    def check_definition(self, macro: Macro) -> None:
        others = [other for other in self.macros[macro.key] if len(other.parameters) == len(macro.parameters)]
        if macro is not others[0]:
            line = others[0].span.line if others[0].span else 0
            self.error("SF201", f"the macro '{macro.label}' is already defined at line {line}", macro, "remove one")
        clash = self.variables.get(macro.key)
        if clash is not None:
            self.error("SF201", f"'{macro.label}' is a macro and a variable", clash, "rename one of them")
        defined = {variable.key for variable in macro.variables} | {name.key for name in _bound(macro)}
        for key, label in [(macro.key, macro.label), *((output.key, output.label) for output in macro.outputs)]:
            if key not in defined:
                self.error("SF207", f"the macro '{macro.label}' has no equation for its output '{label}'", macro,
                           f"define '{label}' inside the macro")

    def check_circles(self) -> None:
        graph: dict[int, list[int]] = {}
        places = {id(macro): place for place, macro in enumerate(self.project.macros)}
        for place, macro in enumerate(self.project.macros):
            called = (self.called(node, macro) for variable in macro.variables for node in _nodes(variable))
            graph[place] = [places[id(other)] for other in called if other is not None]
        for component in strong_components(graph):
            if is_cyclic(component, graph):
                self.circular.update(self.project.macros[place].key for place in component)
                if self.project.recursive_macros:
                    continue
                cycle = [self.project.macros[place] for place in shortest_cycle(component, graph)]
                path = " -> ".join(macro.label for macro in [*cycle, cycle[0]])
                self.error("SF403", f"the macro '{cycle[0].label}' calls itself ({path})", cycle[0],
                           'a file allows it with <uses_macros recursive_macros="true"/> in its <options>'
                           if self.project.dialect.spelling != "vensim" else
                           "a macro cannot be recursive: write the steps out, or use a stock")

    def check_copies(self) -> None:
        """Count the copies before one is made: where macros call others, their numbers multiply."""
        inner = {id(macro): self.called_once_each(macro) for macro in self.project.macros}
        needed, found = copies_of(self.project.macros, inner, self.circular), 0
        crossing: tuple[Variable, Expr] | None = None
        for variable in self.project.variables:
            for node in _nodes(variable):
                macro = self.called(node, None)
                found += needed[id(macro)] if macro is not None else 0
                if crossing is None and found > self.project.limits.macro_copies:
                    crossing = variable, node
        said = "the calls of macros need"
        excess = self.project.limits.excess("macro-copies", min(found, MANY), said, "copies", FEWER)
        if excess is not None and crossing is not None:
            self.owner, call = crossing
            self.stop(excess, call)

    def called_once_each(self, macro: Macro) -> list[Macro]:
        """What every copy of a body calls; a parameter or a variable of it may hide a macro."""
        local = {one.key for one in macro.parameters} | {one.key for one in macro.variables}
        own = (variable for variable in macro.variables if variable.kind not in _SHARED)
        nodes = (node for variable in own for node in _nodes(variable) if getattr(node, "key", None) not in local)
        return [found for node in nodes if (found := self.called(node, macro)) is not None]

    def called(self, node: Expr, inside: Macro | None) -> Macro | None:
        """The macro that a call means, if any; inside a macro with a function's name that name is the function's."""
        if isinstance(node, Name) and self.is_bare_call(node, inside):
            node = Call(node.key, node.label, ())
        if not isinstance(node, Call) or node.key not in self.macros:
            return None
        if inside is not None and inside.key == node.key and is_builtin(self.project, node.key, inside):
            return None
        found, count = self.macros[node.key], len(node.args)
        exact = next((macro for macro in found if len(macro.parameters) == count), None)
        return exact or next((macro for macro in found if _accepts(macro, count)), found[0])

    # Callers.

    def caller(self, variable: Variable) -> list[Variable]:
        """The variable with copies in place of its calls, then what the calls bind, then the copies."""
        self.owner = variable
        equations = tuple(self.equation(equation, self.frame_of(equation)) for equation in variable.equations)
        changed = replace(variable, equations=equations)
        while self.waiting and not self.full:
            self.made.append(self.copy(*self.waiting.popleft()))
        bound = [made for made in self.outputs.values() if made.key in self.owners]
        found = [changed, *bound, *self.made]
        self.outputs.clear()
        self.made.clear()
        return found

    def frame_of(self, equation: Equation) -> Frame:
        return Frame(None, {}, Left.of(equation, self.ranges))

    def equation(self, equation: Equation, frame: Frame) -> Equation:
        def change(node: Expr) -> Expr:
            return self.node(node, frame)

        start = equation.initial
        return replace(equation, expr=rebuild(equation.expr, change),
                       initial=rebuild(start, change) if start is not None else None)

    def node(self, node: Expr, frame: Frame) -> Expr:
        match node:
            case Name() if self.is_bare_call(node, frame.macro):
                return self.call(Call(node.key, node.label, (), (), node.span), frame)
            case Name() if frame.macro is not None:
                return self.name(node, frame, frame.macro)
            case Call():
                return self.call(node, frame)
            case _:
                return node

    def is_bare_call(self, name: Name, inside: Macro | None) -> bool:
        """Whether a name without parentheses calls a macro without parameters, as XMILE calls its own functions."""
        if name.subscripts or name.key not in self.macros or name.key in self.variables:
            return False
        local = inside is not None and name.key in {
            *(parameter.key for parameter in inside.parameters), *(variable.key for variable in inside.variables)
        }
        return not local and any(_accepts(macro, 0) for macro in self.macros[name.key])

    # Names of a body.

    def name(self, name: Name, frame: Frame, macro: Macro) -> Expr:
        found = frame.names.get(name.key)
        if found is not None:
            if name.subscripts:
                return self.with_subscripts(name, found, macro)
            return found if found.span is not None else outermost(found, name.span)
        if name.key.startswith("."):
            return replace(name, key=name.key[1:])
        if name.key == TIME or name.key in CONTROLS:
            return name
        if name.key in self.variables and name.key not in self.ranges | self.elements:
            self.error("SF204", f"'{name.label}' is not known inside the macro '{macro.label}'", name,
                       f"write {name.label}$ for the model's variable, or make it an input of the macro"
                       if self.project.dialect.spelling == "vensim" else "make it a parameter of the macro")
            return Broken(name.span)
        return name

    def with_subscripts(self, name: Name, found: Expr, macro: Macro) -> Expr:
        if isinstance(found, Name) and not found.subscripts:
            return replace(found, subscripts=name.subscripts, span=found.span or name.span)
        self.error("SF303", f"'{name.label}' takes no subscripts inside the macro '{macro.label}'", name,
                   f"write {name.label}")
        return Broken(name.span)

    # Calls.

    def call(self, call: Call, frame: Frame) -> Expr:
        local = self.lookup_of(call.key, frame)
        if local is not None:
            return replace(call, key=local.key, label=local.label, subscripts=local.subscripts or call.subscripts)
        if call.key.startswith(".") and frame.macro is not None:
            call = replace(call, key=call.key[1:])
        macro = self.called(call, frame.macro)
        if macro is None:
            macro = _row_macro(self.project, call) if call.outputs else None
        if macro is None:
            return call
        if not self.fits(call, macro):
            return Broken(call.span)
        return self.instance(call, macro, frame)

    def lookup_of(self, key: str, frame: Frame) -> Name | None:
        """The lookup that a call in a body reads: one of the body, or an argument that hides no function."""
        found = frame.names.get(key)
        if not isinstance(found, Name) or frame.macro is None:
            return None
        local = next((variable for variable in frame.macro.variables if variable.key == key), None)
        if local is not None:
            return found if local.kind == "lookup" else None
        target = self.variables.get(found.key)
        is_lookup = target is not None and target.kind == "lookup"
        return found if is_lookup or not is_builtin(self.project, key, frame.macro) else None

    def fits(self, call: Call, macro: Macro) -> bool:
        if macro.key in self.circular and not self.project.recursive_macros:
            return False
        if not _accepts(macro, len(call.args)):
            names = ", ".join(parameter.label for parameter in macro.parameters)
            wanted = _count(len(macro.parameters), "argument")
            self.error("SF205", f"the macro '{macro.label}' takes {wanted} ({names}); {len(call.args)} given", call,
                       f"write {macro.label}({names})")
            return False
        if call.outputs and len(call.outputs) != len(macro.outputs):
            given = _count(len(macro.outputs), "output")
            self.error("SF205", f"the macro '{macro.label}' has {given} beside its value; {len(call.outputs)} named",
                       call, "name one variable for each")
            return False
        self.copies += own_copies(macro)
        if self.copies > self.project.limits.macro_copies:
            self.stop(self.project.limits.stopped("macro-copies", "the calls of macros need", "copies", FEWER), call)
        return not self.full

    def stop(self, excess: Excess, call: Expr) -> None:
        """Report once that a limit is passed; what is left is not written out."""
        if not self.full:
            self.error("SF109", excess.message, call, excess.hint)
        self.full = True

    def instance(self, call: Call, macro: Macro, frame: Frame) -> Expr:
        """Copies of the body for one call; the name of its value."""
        left = self.left_of(call, frame)
        if left is None:
            return Broken(call.span)
        if macro.key in self.circular:
            call = replace(call, args=tuple(folded(arg) for arg in call.args))
            unrolled = self.unrolled_macro(call, macro, frame)
            if unrolled is None:
                return Broken(call.span)
            macro = unrolled
        inner = Frame(macro, {}, left, frame.depth + 1)
        marked = left.marks
        for place, parameter in enumerate(macro.parameters):
            if place < len(call.args):
                arg = unmarked(call.args[place], marked)
                inner.names[parameter.key] = self.argument(arg, parameter, call, inner, frame.macro)
            elif parameter.default is not None:
                default = rebuild(parameter.default, lambda node: self.node(node, inner))
                inner.names[parameter.key] = self.argument(default, parameter, call, inner, macro)
        for name in _bound(macro):
            inner.names[name.key] = Name(self.fresh(macro, name.key, self.caller_key), name.label, left.places)
        for variable in macro.variables:
            inner.names[variable.key] = self.stand_in(variable, inner, macro)
        self.bind(call, macro, inner, frame)
        value = inner.names.get(macro.key, Broken(call.span))
        return replace(value, subscripts=left.read, span=call.span) if isinstance(value, Name) and value.subscripts \
            else outermost(value, call.span)

    def unrolled_macro(self, call: Call, macro: Macro, frame: Frame) -> Macro | None:
        """One turn of a recursion whose end is known: the macro with the branches that constant arguments choose."""
        parameters = zip(macro.parameters, call.args, strict=False)
        made = specialised(macro, {parameter.key: arg for parameter, arg in parameters})
        open_end = undecided(made, lambda inner: inner.key in self.circular)
        if open_end is not None:
            self.error("SF403", f"the recursion of the macro '{macro.label}' cannot be written out: numbers in the call"
                       " do not decide whether it calls itself again", call,
                       "call it with numbers that its conditions compare, such as fact(5); a variable may change")
            return None
        said, advice = f"the recursion of the macro '{macro.label}'", "call it with smaller numbers"
        limits = self.project.limits
        if frame.depth >= limits.macro_depth:
            self.stop(limits.stopped("macro-depth", f"{said} has", "calls in each other", advice), call)
            return None
        self.unrolled.append(made)
        if len(self.unrolled) > limits.macro_calls:
            self.stop(limits.stopped("macro-calls", f"{said} needs", "calls", advice), call)
        return made

    def left_of(self, call: Call, frame: Frame) -> Left | None:
        """The left-hand side of the copies: the caller's, and what the arguments mark with `!` for a sum around."""
        marks = free_marks(self.project, call)
        for mark in marks:
            if not mark.key:
                self.error("SF114", f"an argument of the macro '{call.label}' runs over all elements of an array", call,
                           "compute the call in an array of its own first, and sum that")
                return None
            if mark.key in frame.left.keys:
                self.error("SF306", f"'{mark.label}!' in the call of '{call.label}' is also on the left-hand side",
                           call, f"use an alias of {mark.label} on the left")
                return None
        return frame.left.marked(marks)

    def argument(self, arg: Expr, parameter: Parameter, call: Call, inner: Frame, writer: Macro | None) -> Expr:
        """A name or number stands for itself; anything else is computed once, in a variable of its own.

        `writer` is the macro whose text the argument is, None for the model's.
        """
        assert inner.macro is not None
        if isinstance(arg, (Name, Number, Broken)):
            return arg
        key = self.fresh(inner.macro, parameter.key, self.caller_key)
        made = Equation(inner.left.subscripts, arg, arg.span or call.span, "", inner.left.excepts)
        self.made.append(Variable(key, self.label(parameter.label, inner.macro), "auxiliary", (made,), hidden=True,
                                  span=call.span, spelling=writer.spelling if writer else ""))
        return Name(key, parameter.label, inner.left.places, arg.span)

    def stand_in(self, variable: Variable, inner: Frame, macro: Macro) -> Name:
        """The name of a copy. What has no inputs is copied once for all calls."""
        if variable.kind not in _SHARED:
            key = self.fresh(macro, variable.key, self.caller_key)
            self.waiting.append((replace(variable, key=key), inner))
            return Name(key, variable.label, inner.left.places)
        known = self.shared.get((id(macro), variable.key))
        if known is None:
            known = self.shared[id(macro), variable.key] = self.fresh(macro, variable.key, "")
            self.waiting.append((replace(variable, key=known), inner))
        return Name(known, variable.label)

    def copy(self, variable: Variable, frame: Frame) -> Variable:
        assert frame.macro is not None
        alone = variable.kind in _SHARED
        equations = []
        for equation in variable.equations:
            left, excepts = ((), ()) if alone else (frame.left.subscripts, frame.left.excepts)
            equations.append(replace(self.equation(equation, frame), subscripts=left, excepts=excepts))
        return replace(
            variable, label=self.label(variable.label, frame.macro), equations=tuple(equations), hidden=True,
            inflows=_renamed(variable.inflows, frame), outflows=_renamed(variable.outflows, frame), dimensions=None,
            units=self.units_of(variable, frame), group="", control=False, spelling=frame.macro.spelling,
        )

    def units_of(self, variable: Variable, frame: Frame) -> str:
        """Units that are an input's name are the units of that argument (Vensim reference, Macros)."""
        words = {word.strip().casefold() for word in _split_units(variable.units)}
        assert frame.macro is not None
        inputs = [parameter for parameter in frame.macro.parameters if parameter.key in words]
        if not inputs:
            return variable.units
        arg = frame.names.get(inputs[0].key)
        if len(words) > 1 or not isinstance(arg, Name):
            return ""
        found = self.variables.get(arg.key)
        return found.units if found is not None else ""

    # Outputs beside the value.

    def bind(self, call: Call, macro: Macro, inner: Frame, frame: Frame) -> None:
        for name, output in zip(call.outputs, macro.outputs, strict=False):
            value = inner.names.get(output.key, Broken(call.span))
            if isinstance(value, Name) and value.subscripts:
                value = replace(value, subscripts=inner.left.read, span=call.span)
            if frame.macro is None:
                self.bind_variable(name, value, call, frame)
                continue
            target = frame.names[name.key]
            assert isinstance(target, Name)
            equation = Equation(frame.left.subscripts, value, name.span, "", frame.left.excepts)
            self.made.append(Variable(target.key, self.label(name.label, frame.macro), "auxiliary", (equation,),
                                      span=name.span, hidden=True))

    def bind_variable(self, name: Name, value: Expr, call: Call, frame: Frame) -> None:
        """A variable of the model that a call defines, all of it or the elements of the calling equation."""
        assert self.owner is not None
        if name.key in self.variables or self.owners.get(name.key, self.owner.key) != self.owner.key:
            self.error("SF201", f"'{name.label}' is defined by the call of '{call.label}' and has another definition",
                       name, "rename one of them")
            return
        if name.subscripts and tuple(_key(part) for part in name.subscripts) != frame.left.written:
            self.error("SF303", f"'{name.label}' does not have the subscripts of the equation that calls", name,
                       f"write {name.label} without subscripts: it takes those of the left-hand side")
            return
        text = " ".join(call.span.text.split()) if call.span is not None else ""
        equation = Equation(frame.left.original, value, name.span, text, frame.left.excepts)
        earlier = self.outputs.get(name.key)
        self.owners[name.key] = self.owner.key
        made = Variable(name.key, name.label, "auxiliary", (equation,), span=name.span, group=self.owner.group)
        self.outputs[name.key] = made if earlier is None else replace(
            earlier, equations=(*earlier.equations, equation)
        )

    # Keys, labels, faults.

    def fresh(self, macro: Macro, key: str, owner: str) -> str:
        """A key for a copy that no variable of the file has; it and its draws stay where other variables call more."""
        count = self.numbers[owner] = self.numbers.get(owner, 0) + 1
        made = f"#call {count} of {owner} {macro.key}: {key}"
        return made if made not in self.variables else self.fresh(macro, key, owner)

    @property
    def caller_key(self) -> str:
        return self.owner.key if self.owner is not None else ""

    def label(self, label: str, macro: Macro) -> str:
        return macro.label if label == macro.label else f"{label} of {macro.label}"

    def error(self, code: str, message: str, where: Expr | Macro | Variable, hint: str) -> None:
        owner = self.owner.label if self.owner is not None else ""
        self.report.error(code, message, where.span, hint=hint, variable=owner)


def _bound(macro: Macro) -> tuple[Name, ...]:
    """The names that calls inside a body define."""
    return tuple(
        name for variable in macro.variables for node in _nodes(variable) if isinstance(node, Call)
        for name in node.outputs
    )


def _accepts(macro: Macro, count: int) -> bool:
    needed = sum(parameter.default is None for parameter in macro.parameters)
    return needed <= count <= len(macro.parameters)


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def _renamed(keys: Iterable[str], frame: Frame) -> tuple[str, ...]:
    found = (frame.names.get(key) for key in keys)
    return tuple(name.key for name in found if isinstance(name, Name))


def _key(part: object) -> str:
    return part.key if isinstance(part, (Word, Every)) else ""


def _split_units(text: str) -> list[str]:
    for sign in "*/()^":
        text = text.replace(sign, "\n")
    return [part for part in text.splitlines() if part.strip()]


def _row_macro(project: Project, call: Call) -> Macro | None:
    """A function row whose hidden lines a caller may bind, as a macro."""
    bound = functions.choose(functions.find(project.dialect.spelling, call.key), len(call.args))
    if bound is None or not bound.row.outputs:
        return None
    body = functions.body(bound.row.key)
    lines = (*body.hidden, (call.key, body.result))
    variables = tuple(Variable(key, key, "auxiliary", (Equation((), expr, call.span),)) for key, expr in lines)
    parameters = tuple(Parameter(name, name) for name in bound.arguments)
    outputs = tuple(Parameter(name, name) for name in bound.row.outputs)
    return Macro(call.key, call.label, parameters, outputs, variables, call.span)

