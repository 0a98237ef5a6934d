"""Names and calls: every call becomes a function row's or a lookup's, every name is known or reported.

It reads the function table and the model's names; it knows nothing of subscripts.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches

from stockflow.analysis.dimensions import Space
from stockflow.analysis.matrices import flat
from stockflow.analysis.recursion import folded
from stockflow.diagnostics.model import Report
from stockflow.functions import table as functions
from stockflow.functions.row import Function
from stockflow.ir.expr import Binary, Broken, Call, Expr, If, Interpolate, Name, Number, Subscript, Table
from stockflow.ir.lookalikes import twin_hint
from stockflow.ir.model import TIME, Equation, Project, Variable
from stockflow.ir.names import key_of
from stockflow.ir.walk import preorder, rebuild, walked_size
from stockflow.language.parser import parse_expression

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
MOST_GUESSES = 200
MOST_PLACES = 10
"""Places at which one unknown name is told: it is one fault, wherever it stands."""


def resolve(project: Project, space: Space, report: Report) -> Project:
    """The project with resolved expressions; faults are reported and stand as `Broken`."""
    resolver = _Resolver(project, space, report)
    return replace(project, variables=tuple(resolver.variable(found) for found in project.variables))


def has_points(variable: Variable) -> bool:
    """Whether a variable can be called: a lookup, or (XMILE) an auxiliary whose value goes through its own points."""
    exprs = [equation.expr for equation in variable.equations]
    return variable.kind == "lookup" or (
        bool(exprs) and all(isinstance(e, Interpolate) and isinstance(e.table, Table) for e in exprs)
    )


def cannot_be_read(variable: Variable) -> bool:
    """Whether nothing is known of what a variable says: what it is was to be told where it was read."""
    return bool(variable.equations) and all(isinstance(equation.expr, Broken) for equation in variable.equations)


def near(key: str, names: Iterable[str]) -> str:
    found = get_close_matches(key, list(names), n=1, cutoff=0.7)
    return found[0] if found else ""


class _Resolver:
    def __init__(self, project: Project, space: Space, report: Report) -> None:
        self.variables = {found.key: found for found in project.variables}
        self.project = project
        self.spelling: str = project.dialect.spelling
        self.space = space
        self.report = report
        self.owner: Variable | None = None
        self.left: tuple[Subscript, ...] = ()
        self.selves: dict[int, Name] = {}
        self.readers: dict[str, set[str]] | None = None
        self.completed = False
        self.guesses = 0
        self.strangers: Counter[str] = Counter()

    def variable(self, variable: Variable) -> Variable:
        if variable.key == TIME:
            self.report.error("SF201", f"'{variable.label}' is the time of the run and is defined by it", variable.span,
                              hint="give the variable another name", variable=variable.label)
        if all(isinstance(equation.expr, Number) and equation.initial is None for equation in variable.equations):
            return variable
        self.owner = variable
        self.spelling = self.project.spelling_of(variable)
        equations = tuple(self.equation(equation) for equation in variable.equations)
        for equation in equations:
            for expr in (equation.expr, equation.initial):
                if expr is not None:
                    self.lookups_called(expr)
        return replace(variable, equations=equations)

    def equation(self, equation: Equation) -> Equation:
        self.left = equation.subscripts
        initial = self.rebuilt(equation.initial) if equation.initial is not None else None
        return replace(equation, expr=self.rebuilt(equation.expr), initial=initial)

    def rebuilt(self, expr: Expr) -> Expr:
        """The expression with resolved parts; an argument may stand in it twice, once for another left out."""
        self.completed = False
        made = rebuild(expr, self.node)
        advice = "put inner calls into variables of their own"
        added = min(walked_size(made) - walked_size(expr), 10**300) if self.completed else 0
        said, unit = "arguments that are left out add", "parts to the equation"
        excess = self.project.limits.excess("completed-parts", added, said, unit, advice)
        if excess is not None:
            self.error("SF109", excess.message, expr, excess.hint)
            return Broken(expr.span)
        return made

    def lookups_called(self, root: Expr) -> None:
        """A lookup's name, or its points, may stand where a table is read, nowhere else."""
        allowed = {id(root)} if self.owner is not None and self.owner.kind == "lookup" else set[int]()
        for item in preorder(root):
            match item:
                case Interpolate(table=table):
                    allowed.add(id(table))
                case Call(key=key, args=args) if functions.ROWS[key].lookups:
                    allowed.update(id(args[place]) for place in functions.ROWS[key].lookups)
                case Name(key=key) if id(item) not in allowed and self.is_lookup(key):
                    label = self.variables[key].label
                    self.error("SF208", f"'{label}' is a lookup and is used without an argument", item,
                               f"write {label}(x)")
                case Table() if id(item) not in allowed:
                    self.error("SF208", "the points of a lookup stand where a number is wanted", item,
                               "give the points a name, and write that name with its argument")
                case _:
                    pass

    def is_lookup(self, key: str) -> bool:
        return key in self.variables and self.variables[key].kind == "lookup"

    def node(self, expr: Expr) -> Expr:
        match expr:
            case Call():
                return self.call(expr)
            case Name():
                return self.name(expr)
            case Binary(op="mod", left=left, right=right):
                return self.operator("mod", "MOD", (left, right), expr)
            case _:
                return expr

    def operator(self, key: str, label: str, args: tuple[Expr, ...], where: Expr) -> Expr:
        """An operator whose meaning is a row of the file's spelling, whatever variable has the same name."""
        bound = functions.choose(functions.find(self.spelling, key) or functions.find("body", key), len(args))
        assert bound is not None
        return self.bind(bound, Call(key, label, args, (), where.span))

    def name(self, name: Name) -> Expr:
        key = name.key
        if key in self.variables:
            return name
        if key == TIME:
            return self.time(name)
        if not name.subscripts and (key in self.space or key in self.space.elements):
            return name
        for bound in functions.find(self.spelling, key):
            if functions.accepts(bound, 0) and (not name.subscripts or bound.row.key == "self"):
                return self.bind(bound, Call(key, name.label, (), name.subscripts, name.span))
        return self.unknown(name)

    def time(self, name: Name) -> Expr:
        if not name.subscripts:
            return name
        self.error("SF303", f"'{name.label}' takes 0 subscripts; {len(name.subscripts)} given", name,
                   f"write {name.label}")
        return Broken(name.span)

    def unknown(self, name: Name) -> Broken:
        self.strangers[name.key] += 1
        places = self.strangers[name.key]
        if places <= MOST_PLACES:
            more = ("Where else it stands is not told.",) if places == MOST_PLACES else ()
            self.error("SF204", f"unknown variable '{name.label}'", name, self.advice(name), more)
        return Broken(name.span)

    def advice(self, name: Name) -> str:
        """What an unknown name may be meant for."""
        known = (*self.variables, *self.space.ranges)
        guess = self.guess(name.key, known)
        twin = twin_hint(name.label, map(self.label, known)) if self.guesses <= MOST_GUESSES else ""
        if guess and not twin:
            return f"did you mean '{self.label(guess)}'?"
        return twin or "add an equation for it, or correct the name"

    def guess(self, key: str, names: Iterable[str]) -> str:
        """A name that is near; looked for until there are many faults, which have another cause than misspelling."""
        self.guesses += 1
        return near(key, names) if self.guesses <= MOST_GUESSES else ""

    def label(self, key: str) -> str:
        return self.variables[key].label if key in self.variables else self.space.ranges[key].label

    def error(self, code: str, message: str, where: Expr, hint: str, notes: tuple[str, ...] = ()) -> None:
        owner = self.owner.label if self.owner else ""
        self.report.error(code, message, where.span, notes=notes, hint=hint, variable=owner)

    def call(self, call: Call) -> Expr:
        if call.outputs:
            names = ", ".join(name.label for name in call.outputs)
            self.error("SF203", f"{call.label} is not a macro, so it cannot define {names}", call,
                       "remove the ':' and what follows it, or define the macro")
            return Broken(call.span)
        target = self.variables.get(call.key)
        if target is not None and has_points(target):
            if len(call.args) != 1:
                self.error("SF205", f"the lookup '{target.label}' takes 1 argument; {len(call.args)} were given", call,
                           f"write {target.label}(x)")
                return Broken(call.span)
            return Interpolate(Name(call.key, call.label, call.subscripts, call.span), call.args, "table", call.span)
        bounds = functions.find(self.spelling, call.key)
        bound = functions.choose(bounds, len(call.args))
        if bound is not None:
            return self.bind(bound, call)
        if bounds:
            return self.arity(call, bounds)
        if target is not None and target.dimensions and len(call.args) == 1:
            return self.flat(call, target, target.dimensions)
        if target is not None and cannot_be_read(target):
            return Broken(call.span)
        if target is not None:
            self.error("SF208", f"'{target.label}' is not a function or lookup: it takes no argument", call,
                       f"write {target.label} * (...) if a product is meant")
            return Broken(call.span)
        return self.unknown_function(call)

    def flat(self, call: Call, target: Variable, dimensions: tuple[str, ...]) -> Expr:
        """`a(n)` of an array is its n-th element (XMILE)."""
        homes = [self.space.ranges[key] for key in dimensions]
        index, size = call.args[0], math.prod(home.size for home in homes)
        if isinstance(index, Number) and not (index.value == int(index.value) and 1 <= index.value <= size):
            self.error("SF302", f"'{target.label}' has no element {index.value:g}", index,
                       f"write a number from 1 to {size}")
            return Broken(call.span)
        return flat(call, homes)

    def unknown_function(self, call: Call) -> Broken:
        lookups = [key for key, found in self.variables.items() if found.kind == "lookup"]
        known = {key_of(label): label for label in functions.names(self.spelling)}
        known |= {key: self.variables[key].label for key in lookups}
        guess = self.guess(call.key, known)
        hint = f"did you mean {known[guess]}?" if guess else "see `stockflow functions` for those that are known"
        notes: tuple[str, ...] = ()
        if self.project.drops_macros and not guess:
            notes = ("The program that converted this file from Vensim leaves macros out.",)
            hint = f"if it is a macro, put the Vensim model that defines it beside it, as {self.project.origin_name}"
        twin = twin_hint(call.label, known.values())
        self.error("SF203", f"there is no function {call.label}", call, twin or hint, notes)
        return Broken(call.span)

    def arity(self, call: Call, bounds: tuple[functions.Bound, ...]) -> Broken:
        forms = " or ".join(f"{_count(bound)} ({', '.join(bound.arguments)})" for bound in bounds)
        self.error("SF205", f"{call.label} takes {forms}; {_were(len(call.args))} given", call,
                   f"see `stockflow functions {call.label}`")
        return Broken(call.span)

    def refuse(self, bound: functions.Bound, call: Call) -> Broken:
        users = self.users()
        notes = (f"variables that depend on it: {', '.join(users[:12])}",) if users else ()
        owner = f" (used in '{self.owner.label}')" if self.owner else ""
        self.error("SF206", f"{bound.row.refusal}{owner}", call,
                   "rewrite the equation, or run all that does not depend on it: --partial", notes)
        return Broken(call.span)

    def users(self) -> list[str]:
        """Labels of all variables that read the owner, directly or through others."""
        if self.readers is None:
            self.readers = {}
            for variable in self.variables.values():
                for equation in variable.equations:
                    for item in preorder(equation.expr):
                        if isinstance(item, (Name, Call)):
                            self.readers.setdefault(item.key, set()).add(variable.key)
        found: set[str] = set()
        stack = [self.owner.key] if self.owner else []
        while stack:
            for key in self.readers.get(stack.pop(), ()):
                if key not in found:
                    found.add(key)
                    stack.append(key)
        return [variable.label for key, variable in self.variables.items() if key in found]

    def bind(self, bound: functions.Bound, call: Call) -> Expr:
        row = bound.row
        if row.kind == "refused":
            return self.refuse(bound, call)
        if row.caution:
            owner = self.owner.label if self.owner else ""
            self.report.warn("SF114", f"{bound.label} {row.caution}", call.span, variable=owner,
                             hint=f"see `stockflow functions {bound.label}`")
        args = functions.arguments(bound, call.args, parse_expression)
        if not self.are_lookups(row, call, args):
            return Broken(call.span)
        self.completed = self.completed or len(args) > len(call.args)
        if row.interval:
            self.tell_empty_interval(bound, args, call)
        if row.key == "if then else":
            return If(args[0], args[1], args[2], call.span)
        if row.key == "self":
            return self.itself(call)
        if row.kind == "reduce":
            args = tuple(self.whole(arg) for arg in args)
        return Call(row.key, call.label, args, (), call.span)

    def tell_empty_interval(self, bound: functions.Bound, args: tuple[Expr, ...], call: Call) -> None:
        """Warn of bounds that are written as numbers and leave nothing between them."""
        names = [parameter.name for parameter in bound.row.signature]
        low, high = (folded(args[names.index(name)]) for name in bound.row.interval.split())
        if isinstance(low, Number) and isinstance(high, Number) and low.value > high.value:
            owner = self.owner.label if self.owner else ""
            self.report.warn("SF703", f"{bound.label} has the lower bound {low.value:g} above the upper one "
                             f"{high.value:g}", call.span, hint="exchange the two bounds", variable=owner)

    def are_lookups(self, row: Function, call: Call, args: tuple[Expr, ...]) -> bool:
        """Whether the arguments for which a lookup is wanted are lookups; what has a fault of its own is told once."""
        wrong = [place for place in row.lookups if not self.has_points(args[place])]
        for place in wrong:
            if not isinstance(args[place], Broken):
                self.error("SF208", f"the {ORDINALS[place]} argument of {call.label} must be a lookup", call,
                           "give the name of a lookup, without an argument of its own")
        return not wrong

    def has_points(self, arg: Expr) -> bool:
        named = self.variables.get(arg.key) if isinstance(arg, Name) else None
        return isinstance(arg, Table) or (named is not None and has_points(named))

    def whole(self, arg: Expr) -> Expr:
        """An argument of a reduction, where SELF means all elements."""
        return replace(arg, subscripts=()) if isinstance(arg, Name) and id(arg) in self.selves else arg

    def itself(self, call: Call) -> Name:
        """SELF: the elements of the variable that the equation defines, or those that its own brackets name."""
        assert self.owner is not None
        name = Name(self.owner.key, self.owner.label, call.subscripts or self.left, call.span)
        if not call.subscripts:
            self.selves[id(name)] = name
        return name


def _count(bound: functions.Bound) -> str:
    most = len(bound.arguments)
    if bound.many:
        return f"{bound.minimum} or more arguments"
    number = str(most) if bound.minimum == most else f"{bound.minimum} to {most}"
    return f"{number} argument{'s' if most != 1 else ''}"


def _were(count: int) -> str:
    return f"{count} was" if count == 1 else f"{count} were"
