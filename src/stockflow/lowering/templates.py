"""Bodies of function rows with their calls bound: pure ones inlined into one expression, macros as lines.

It knows the function table and nothing of any model.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from stockflow.functions import table as functions
from stockflow.functions.row import Function
from stockflow.ir.expr import Call, Expr, If, Let, Name, Number
from stockflow.ir.walk import preorder, rebuild, substitute
from stockflow.language.parser import parse_expression

HOISTED = ("initial", "active initial", "frozen")


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """`lines` are (name, expression), the last one `result`; `inline` says that it is one stateless expression."""

    key: str
    parameters: tuple[str, ...]
    lines: tuple[tuple[str, Expr], ...]
    inline: bool


    @property
    def draws(self) -> bool:
        """Whether the body holds a random number, of which each element has one of its own."""
        calls = (node for _, expr in self.lines for node in preorder(expr) if isinstance(node, Call))
        return any(functions.ROWS[node.key].kind == "draw" for node in calls)


@cache
def template(key: str) -> Template:
    body = functions.body(key)
    return from_lines(functions.ROWS[key], (*body.hidden, ("result", body.result)))


def from_lines(row: Function, lines: Iterable[tuple[str, Expr]]) -> Template:
    names = tuple(parameter.name for parameter in row.signature)
    made = tuple((name, rebuild(expr, _resolved)) for name, expr in lines)
    stateless = len(made) == 1 and not any(_remembers(node) for node in preorder(made[0][1]))
    return Template(row.key, names, made, stateless)


@cache
def memory_template(key: str) -> tuple[Expr, tuple[Expr, ...], tuple[Expr, ...]]:
    """The value at the start, the settings and the sources of a row of kind memory, over its parameters."""
    memory = functions.ROWS[key].memory
    assert memory is not None

    def parsed(texts: Iterable[str]) -> tuple[Expr, ...]:
        return tuple(rebuild(parse_expression(text), _resolved) for text in texts)

    return parsed([functions.ROWS[key].body])[0], parsed(memory.settings), parsed(memory.sources)


def _remembers(node: Expr) -> bool:
    return isinstance(node, Call) and (
        node.key in HOISTED or functions.ROWS[node.key].kind in ("state", "memory", "macro", "special", "pure", "draw")
    )


def _resolved(expr: Expr) -> Expr:
    """A name or call in a body by its row; what is stateless is inlined at once."""
    if isinstance(expr, Name):
        bound = functions.choose(functions.find("body", expr.key), 0)
        return _resolved(Call(expr.key, expr.label, ())) if bound else expr
    if not isinstance(expr, Call):
        return expr
    bound = functions.choose(functions.find("body", expr.key), len(expr.args))
    assert bound is not None, f"a function body calls '{expr.key}', which no row defines"
    args = functions.arguments(bound, expr.args, parse_expression)
    row = bound.row
    if row.key == "if then else":
        return If(args[0], args[1], args[2])
    if row.kind == "pure" and template(row.key).inline:
        return inline(template(row.key), args)
    return Call(row.key, row.key, args)


def inline(body: Template, args: tuple[Expr, ...]) -> Expr:
    """The body with arguments in place; one that is read twice and is no name or number is bound once.

    The bound name is the row's and the parameter's, which cannot capture: arguments never hold free bound names.
    """
    expr = body.lines[0][1]
    reads = dict.fromkeys(body.parameters, 0)
    for node in preorder(expr):
        if isinstance(node, Name) and node.key in reads:
            reads[node.key] += 1
    bound: list[tuple[str, Expr]] = []
    values: dict[str, Expr] = {}
    for name, arg in zip(body.parameters, args, strict=True):
        if reads[name] > 1 and not isinstance(arg, (Name, Number)):
            key = f"#{body.key} {name}"
            bound.append((key, arg))
            values[name] = Name(key, name)
        else:
            values[name] = arg
    made = substitute(expr, values)
    for key, arg in reversed(bound):
        made = Let(key, arg, made)
    return made


def unwrapped(expr: Expr) -> Expr:
    """A macro of one line at the root is its line, so that `SMOOTH`-like rows add no alias."""
    while isinstance(expr, Call) and functions.ROWS[expr.key].kind in ("macro", "pure") and expr.key not in HOISTED:
        body = template(expr.key)
        if len(body.lines) != 1 or body.inline:
            break
        expr = substitute(body.lines[0][1], dict(zip(body.parameters, expr.args, strict=True)))
    return expr
