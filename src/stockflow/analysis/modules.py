"""Modules made flat: each variable of a module becomes one of the model, with the key `module.variable`.

Names of a module's equations mean its own variables; connections become equations. It works on names as written and
must not know a dialect's elements.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from stockflow.diagnostics.model import Report
from stockflow.functions import table as functions
from stockflow.ir.expr import Broken, Call, Expr, Interpolate, Name, Subscript, Table, Word
from stockflow.ir.model import CONTROLS, TIME, Connection, Equation, Keeper, Kind, Module, Project, Variable
from stockflow.ir.walk import rebuild


def flatten_modules(project: Project, report: Report) -> Project:
    """The project with plain variables only; faults of modules and of their connections are reported."""
    if not project.modules:
        return replace(project, namespaces=())
    flattening = _Flattening(project, report)
    if not flattening.plant():
        controls = tuple(variable for variable in project.variables if variable.control)
        return replace(project, variables=controls, modules=(), namespaces=())
    flattening.connect()
    return replace(project, variables=tuple(flattening.variables()), modules=(), namespaces=())


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """A module in its place: the root has no module and no parent, and its prefix is empty."""

    prefix: str
    label: str
    variables: dict[str, Variable]
    modules: tuple[Module, ...]
    module: Module | None = None
    parent: _Place | None = None
    depth: int = 0

    def up(self) -> Iterator[_Place]:
        """The place and those around it, the root last."""
        at: _Place | None = self
        while at is not None:
            yield at
            at = at.parent


@dataclass(frozen=True, slots=True, eq=False)
class _Feed:
    origin: str
    connection: Connection


@dataclass(slots=True)
class _Flattening:
    project: Project
    report: Report
    places: list[_Place] = field(default_factory=list)
    known: dict[str, Variable] = field(default_factory=dict)
    feeds: dict[str, _Feed] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    builtin: dict[str, bool] = field(default_factory=dict)

    # Places.

    def plant(self) -> bool:
        """All places, each model's variables under every module that stands for it; False at the limit."""
        waiting = deque([_Place("", "", _by_key(self.project.variables), self.project.modules)])
        while waiting:
            place = waiting.popleft()
            self.places.append(place)
            for key, variable in place.variables.items():
                self.enter(place, key, variable)
            if not self.is_held(place):
                return False
            waiting.extend(self.inner(place, module) for module in place.modules if self.is_finite(place, module))
        return True

    def is_held(self, place: _Place) -> bool:
        """Whether the places up to this one keep the limits; where not, it is reported."""
        limits = self.project.limits
        excess = None
        if place.depth > limits.module_depth:
            excess = limits.stopped("module-depth", "there are", "modules in each other", "nest modules less deep")
        elif len(self.known) + len(self.places) > limits.module_variables:
            said, unit = "there are", "modules and variables of them"
            excess = limits.stopped("module-variables", said, unit, "use fewer modules")
        if excess is not None:
            span = place.module.span if place.module else None
            self.report.error("SF109", excess.message, span, hint=excess.hint)
        return excess is None

    def enter(self, place: _Place, key: str, variable: Variable) -> None:
        full = place.prefix + key
        earlier = self.known.get(full)
        if earlier is not None:
            label = self.labels[full]
            self.report.error("SF201", f"'{label}' is a variable of a module and one of the model around it",
                              earlier.span, hint="rename one of them", variable=label)
            return
        self.known[full] = variable
        self.labels[full] = place.label + variable.label

    def inner(self, place: _Place, module: Module) -> _Place:
        space = self.project.namespaces[module.of]
        return _Place(
            f"{place.prefix}{module.key}.", f"{place.label}{module.label}.", _by_key(space.variables), space.modules,
            module, place, place.depth + 1,
        )

    def is_finite(self, place: _Place, module: Module) -> bool:
        around = [at.module for at in place.up() if at.module is not None]
        if all(outer.of != module.of for outer in around):
            return True
        path = " -> ".join(item.label for item in (*reversed(around), module))
        self.report.error("SF403", f"the module '{module.label}' contains itself ({path})", module.span,
                          hint="take the inner module out of its own model", variable=module.label)
        return False

    # Connections.

    def connect(self) -> None:
        for place in self.places:
            for connection in place.module.connections if place.module is not None else ():
                self.feed(place, connection)

    def feed(self, place: _Place, connection: Connection) -> None:
        """One connection: into the module, or, with a leading dot, out of it."""
        assert place.module is not None and place.parent is not None
        if connection.target.startswith("."):
            target, inside = self.outer(place.parent, connection.target, connection), place
        else:
            target, inside = self.find(place, connection.target), place.parent
            target = target if target is not None and target.startswith(place.prefix) else None
        if target is None:
            self.unknown(place.module, connection.target, connection)
            return
        origin = self.origin(inside, connection)
        if origin is None:
            self.unknown(place.module, connection.origin, connection)
        elif target in self.feeds:
            self.report.error("SF201", f"two variables are connected to '{self.labels[target]}'", connection.span,
                              hint="remove one connection", variable=self.labels[target])
        else:
            self.feeds[target] = _Feed(origin, connection)

    def origin(self, inside: _Place, connection: Connection) -> str | None:
        """What a connection reads, as the model sees it that holds the other end."""
        if connection.origin.startswith("."):
            return self.outer(inside, connection.origin, connection)
        return self.find(inside, connection.origin)

    def outer(self, place: _Place, name: str, connection: Connection) -> str | None:
        """`.name` of a connection: the root's variable; the surrounding model's where the root has none."""
        key = name[1:]
        here = place.prefix + key
        if key not in self.known:
            return here if here in self.known else None
        if here != key and here in self.known:
            self.report.warn("SF204", f"'{name}' is read as the root model's variable, not as '{self.labels[here]}'",
                             connection.span, hint=f"write from=\"{key}\" for the model around the module")
        return key

    def unknown(self, module: Module, name: str, connection: Connection) -> None:
        message = f"the connection of the module '{module.label}' names '{name}', which is no variable"
        self.report.error("SF204", message, connection.span, hint="correct the name, or add the variable",
                          variable=module.label)

    # Names.

    def find(self, place: _Place, key: str) -> str | None:
        """The variable that a name means in a place: its own, or, qualified, one reached from here or further out."""
        if key.startswith("."):
            return key[1:] if key[1:] in self.known else None
        if key in place.variables:
            return place.prefix + key
        if "." in key:
            return next((at.prefix + key for at in place.up() if at.prefix + key in self.known), None)
        return None

    def settled(self, key: str) -> str:
        """A variable, or the lookup that is connected to it: a lookup stands for itself everywhere."""
        seen = {key}
        at = key
        while at in self.feeds and self.feeds[at].origin not in seen:
            at = self.feeds[at].origin
            seen.add(at)
        return at if self.known[at].kind == "lookup" else key

    # Variables.

    def variables(self) -> Iterator[Variable]:
        for place in self.places:
            for key, variable in place.variables.items():
                full = place.prefix + key
                if self.known.get(full) is variable and self.settled(full) == full:
                    yield self.variable(place, full, variable)

    def variable(self, place: _Place, full: str, variable: Variable) -> Variable:
        made = replace(
            variable, key=full, label=self.labels[full], keeper=self.keeper(place, variable.keeper),
            ceiling=variable.ceiling and place.prefix + variable.ceiling,
        )
        feed = self.feeds.get(full)
        if feed is not None:
            return self.fed(made, feed)
        if not variable.equations and variable.kind != "data":
            self.report.error("SF207", f"'{made.label}' has no equation and nothing is connected to it", variable.span,
                              hint="connect it in its <module>, or write its equation in <eqn>", variable=made.label)
        flows = [tuple(self.find(place, key) or key for key in keys) for keys in (made.inflows, made.outflows)]
        equations = tuple(self.equation(place, made, equation) for equation in made.equations)
        return replace(made, equations=equations, inflows=flows[0], outflows=flows[1])

    @staticmethod
    def keeper(place: _Place, keeper: Keeper | None) -> Keeper | None:
        """What keeps a stock, told and given variables of the stock's own place."""
        if keeper is None:
            return None
        sources, settings = (
            tuple(place.prefix + one if isinstance(one, str) else one for one in given)
            for given in (keeper.sources, keeper.settings)
        )
        return replace(keeper, sources=sources, settings=settings)

    def fed(self, variable: Variable, feed: _Feed) -> Variable:
        """A connected input has the value of what is connected, whatever its own equation says."""
        label = self.labels[feed.origin]
        words = tuple(Word(key, key) for key in variable.dimensions or ())
        span = feed.connection.span
        equation = Equation(words, Name(feed.origin, label, (), span), span, label)
        kind: Kind = "flow" if variable.kind == "flow" else "auxiliary"
        return replace(variable, kind=kind, equations=(equation,), inflows=(), outflows=())

    def equation(self, place: _Place, owner: Variable, equation: Equation) -> Equation:
        def change(node: Expr) -> Expr:
            return self.node(place, owner, node)

        start = equation.initial
        return replace(equation, expr=rebuild(equation.expr, change),
                       initial=rebuild(start, change) if start is not None else None)

    def node(self, place: _Place, owner: Variable, node: Expr) -> Expr:
        match node:
            case Name() | Call():
                subscripts = tuple(self.subscript(place, part) for part in node.subscripts)
                changed = replace(node, subscripts=subscripts) if subscripts else node
                return self.name(place, owner, changed) if isinstance(changed, Name) else self.call(place, changed)
            case _:
                return node

    def subscript(self, place: _Place, part: Subscript) -> Subscript:
        """A variable used as an index; what may be an element or a dimension stays as it is."""
        if not isinstance(part, Word) or any(part.key in (item.key, *item.items) for item in self.project.dimensions):
            return part
        found = self.find(place, part.key)
        return part if found is None else replace(part, key=found)

    def name(self, place: _Place, owner: Variable, name: Name) -> Expr:
        found = self.find(place, name.key)
        if found is not None:
            return replace(name, key=self.settled(found))
        key = name.key.removeprefix(".")
        if place.parent is None or key not in self.known or key in CONTROLS or key == TIME or self.is_builtin(key):
            return name if key == name.key else replace(name, key=key)
        self.report.error("SF204", f"unknown variable '{name.label}' in the module '{place.label[:-1]}'", name.span,
                          hint=f"write .{name.label} for the root model's, or connect it to an input of the module",
                          variable=owner.label)
        return Broken(name.span)

    def call(self, place: _Place, call: Call) -> Expr:
        """A call of a lookup; a function goes before a variable that is none."""
        found = self.find(place, call.key)
        if found is None:
            own = call.key not in self.known or self.is_builtin(call.key)
            return call if own else replace(call, key=f".{call.key}")
        settled = self.settled(found)
        callable_ = self.known[settled].kind == "lookup" or _has_points(self.known[settled])
        return replace(call, key=settled) if callable_ or not self.is_builtin(call.key) else call

    def is_builtin(self, key: str) -> bool:
        found = self.builtin.get(key)
        if found is None:
            found = self.builtin[key] = bool(functions.find(self.project.dialect.spelling, key))
        return found


def _by_key(variables: tuple[Variable, ...]) -> dict[str, Variable]:
    return {variable.key: variable for variable in variables}


def _has_points(variable: Variable) -> bool:
    exprs = [equation.expr for equation in variable.equations]
    return bool(exprs) and all(isinstance(expr, Interpolate) and isinstance(expr.table, Table) for expr in exprs)
