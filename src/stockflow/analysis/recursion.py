"""Macros that call themselves: a body for one call's constant arguments, of which only the chosen branches are left.

It knows numbers and operators; what is called, and how deep, is for the expansion of macros to know.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from stockflow.ir.expr import Binary, Call, Expr, If, Name, Number, Unary
from stockflow.ir.model import Equation, Macro, Variable
from stockflow.ir.walk import preorder, rebuild
from stockflow.runtime import numeric

_BINARY: dict[str, Callable[[float, float], float]] = {
    **numeric.OPERATORS,
    "mod": lambda a, b: a - b * math.floor(numeric.divide(a, b)) if b and math.isfinite(a) else math.nan,
}


def folded(expr: Expr) -> Expr:
    """The expression with operations on numbers worked out and decided conditions resolved."""
    return rebuild(expr, _folded)


def _folded(expr: Expr) -> Expr:
    match expr:
        case Unary(op=op, operand=Number(value=value), span=span):
            return Number(float(not value) if op == "not" else -value if op == "-" else value, span)
        case Binary(op=op, left=Number(value=left), right=Number(value=right), span=span) if op in _BINARY:
            return Number(_BINARY[op](left, right), span)
        case If(condition=Number(value=value), then=then, otherwise=otherwise):
            return then if value else otherwise
        case _:
            return expr


def specialised(macro: Macro, given: Mapping[str, Expr]) -> Macro:
    """The macro for arguments of which some are numbers: these stand in its equations, which are folded."""
    numbers = {key: value for key, value in given.items() if isinstance(value, Number)}

    def change(node: Expr) -> Expr:
        if isinstance(node, Name) and node.key in numbers and not node.subscripts:
            return replace(numbers[node.key], span=node.span)
        return node

    def equation(one: Equation) -> Equation:
        start = None if one.initial is None else folded(rebuild(one.initial, change))
        return replace(one, expr=folded(rebuild(one.expr, change)), initial=start)

    def variable(one: Variable) -> Variable:
        return replace(one, equations=tuple(equation(item) for item in one.equations))

    return replace(macro, variables=tuple(variable(one) for one in macro.variables))


def undecided(macro: Macro, recursive: Callable[[Call], bool]) -> If | None:
    """A condition that numbers do not decide and that a further call of the circle depends on."""
    for variable in macro.variables:
        for equation in variable.equations:
            for node in preorder(equation.expr):
                if isinstance(node, If) and any(
                    isinstance(part, Call) and recursive(part)
                    for branch in (node.then, node.otherwise) for part in preorder(branch)
                ):
                    return node
    return None
