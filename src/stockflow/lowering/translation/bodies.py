"""Rows that the target language has no word for, said by their bodies: one expression, or a macro of several lines.

It knows the function table and the target's spellings; it knows nothing of a model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from stockflow.functions import table as functions
from stockflow.functions.row import Function
from stockflow.ir.expr import Call, Expr, Name
from stockflow.ir.model import TIME, Equation, Macro, Parameter, Variable
from stockflow.ir.names import key_of
from stockflow.ir.walk import preorder, rebuild, size, substitute
from stockflow.language.parser import parse_expression
from stockflow.lowering.templates import Template, from_lines, template
from stockflow.lowering.translation.drafts import Unsayable
from stockflow.lowering.translation.names import Names

LARGE = 20
"""Nodes of an argument that is not written twice: the row becomes a macro instead."""
STEP_TIME = "step time"
Lines = tuple[tuple[str, Expr], ...]


@dataclass(slots=True)
class Bodies:
    """`say` says one node with the target's words. `euler`: the run never looks inside a TIME STEP.

    `macros` are those written so far, by the key of their row.
    """

    say: Callable[[Expr], Expr]
    spelling: str
    euler: bool
    names: Names
    prefix: str
    macros: dict[str, Macro] = field(default_factory=dict)
    lines: dict[str, Lines] = field(default_factory=dict)

    def said(self, row: Function, args: Sequence[Expr]) -> Expr:
        """A call of the row: its one line with the arguments in place, or the call of a macro. Raises Unsayable."""
        parameters = [parameter.name for parameter in row.signature]
        lines = self.body(row)
        if len(lines) == 1 and not _is_stock(lines[0][1]):
            reads = _reads(lines[0][1])
            given = dict(zip(parameters, args, strict=True))
            if all(reads.get(name, 0) < 2 or self.is_repeatable(arg) for name, arg in given.items()):
                return substitute(lines[0][1], given)
        macro = self.macros.get(row.key)
        if macro is None:
            macro = self.macros[row.key] = self.macro(row, lines)
        return Call(macro.key, macro.label, tuple(args))

    def is_repeatable(self, arg: Expr) -> bool:
        """Whether an argument may be written twice; a random number would be drawn twice."""
        return size(arg) <= LARGE and not self.draws(arg)

    def draws(self, said: Expr) -> bool:
        """Whether an expression in the target's words draws a random number."""
        calls = (node.key for node in preorder(said) if isinstance(node, Call))
        rows = (bound.row for key in calls for bound in functions.find(self.spelling, key))
        return any(row.kind == "macro" and template(row.key).draws for row in rows)

    def body(self, row: Function) -> Lines:
        """The lines of the row's meaning with the target's words; stocks stay calls of `integ`."""
        if row.key not in self.lines:
            made = _template(row)
            self.lines[row.key] = tuple((name, rebuild(expr, self.node)) for name, expr in made.lines)
        return self.lines[row.key]

    def node(self, expr: Expr) -> Expr:
        match expr:
            case Call(key="integ"):
                return expr
            case Name(key=key) if key == STEP_TIME:
                self.needs_euler()
                return self.say(Name(TIME, "Time"))
            case Call(key="frozen", args=(inner,)):
                self.needs_euler()
                return inner
            case _:
                return self.say(expr)

    def needs_euler(self) -> None:
        """What is computed once per TIME STEP can be said where each TIME STEP is computed once."""
        if not self.euler:
            raise Unsayable("it keeps its value within a step, which only Euler's method makes sure of")

    def macro(self, row: Function, lines: Lines) -> Macro:
        name = functions.name_of(row)
        label = self.names.fresh(f"{self.prefix} {name}" if self.names.reserved(key_of(name)) else name)
        local = Names(self.names.reserved, {key_of(label)})
        for inner in (*(parameter.name for parameter in row.signature), *(name for name, _ in lines[:-1])):
            local.make(inner, inner)
        renamed: dict[str, Expr] = {old: Name(local.key(old), new) for old, new in local.labels.items()}
        variables: list[Variable] = []
        for inner, expr in lines[:-1]:
            variables += _defined(inner, substitute(expr, renamed), local)
        variables.append(_plain(key_of(label), label, substitute(lines[-1][1], renamed)))
        parameters = tuple(Parameter(local.key(one.name), local.labels[one.name]) for one in row.signature)
        return Macro(key_of(label), label, parameters, (), tuple(variables))


def _template(row: Function) -> Template:
    if row.kind != "primitive":
        return template(row.key)
    if not row.otherwise:
        raise Unsayable("no other functions say the same")
    return from_lines(row, (("result", parse_expression(row.otherwise)),))


def _is_stock(expr: Expr) -> bool:
    return isinstance(expr, Call) and expr.key == "integ"


def _reads(expr: Expr) -> dict[str, int]:
    reads: dict[str, int] = {}
    for node in preorder(expr):
        if isinstance(node, Name):
            reads[node.key] = reads.get(node.key, 0) + 1
    return reads


def _plain(key: str, label: str, expr: Expr) -> Variable:
    assert not any(_is_stock(node) for node in preorder(expr)), "a row's stocks have lines of their own"
    return Variable(key, label, "auxiliary", (Equation((), expr, None),), dimensions=())


def _defined(name: str, expr: Expr, local: Names) -> list[Variable]:
    """One line of a body: a variable, or a stock with its flow."""
    key, label = local.key(name), local.labels[name]
    match expr:
        case Call(key="integ", args=(rate, initial)):
            flow_label = local.make(f"{name} net flow", f"{label} net flow")
            flow = local.key(f"{name} net flow")
            level = Call("integ", "INTEG", (Name(flow, flow_label), initial))
            stock = Variable(key, label, "stock", (Equation((), level, None),), dimensions=(), inflows=(flow,))
            return [stock, Variable(flow, flow_label, "flow", (Equation((), rate, None),), dimensions=())]
        case _:
            return [_plain(key, label, expr)]
