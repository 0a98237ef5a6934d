"""Values known before a run: an expression worked out at INITIAL TIME from constants, for what shapes the model.

Orders of delays are such values. States and arrays are not looked into: their value is not known here.
"""

from __future__ import annotations

from stockflow.analysis.closed import ClosedModel
from stockflow.functions import table as functions
from stockflow.ir.expr import Binary, Call, Expr, If, Let, Name, Number, Unary
from stockflow.ir.model import INITIAL_TIME, TIME
from stockflow.ir.walk import fold, preorder, rebuild, substitute
from stockflow.lowering.templates import inline, template
from stockflow.runtime import numeric

MAX_NAMES = 200


class _Unknown(Exception):
    """The expression needs what only a run can tell."""


def known_value(expr: Expr, model: ClosedModel) -> tuple[float, frozenset[str]] | None:
    """The value at INITIAL TIME and the variables that it rests on, or None."""
    values: dict[str, float] = {}
    waiting: list[tuple[str, Expr]] = [("", expr)]
    while waiting:
        key, item = waiting[-1]
        item = rebuild(item, _inlined)
        missing = [name for name in _names(item) if name not in values]
        try:
            if not missing:
                values[key] = fold(item, lambda node, parts: _node(node, parts, values))
                waiting.pop()
            elif len(waiting) > MAX_NAMES:
                return None
            else:
                waiting.append((missing[0], _definition(missing[0], model)))
        except _Unknown:
            return None
    return values.pop(""), frozenset(values)


def _names(expr: Expr) -> list[str]:
    return [item.key for item in preorder(expr) if isinstance(item, Name)]


def _definition(key: str, model: ClosedModel) -> Expr:
    """The one equation of a scalar variable; the time is INITIAL TIME."""
    if key in (TIME, "step time"):
        return Name(INITIAL_TIME, "")
    found = model.variables.get(key)
    if found is None or found.ranges or len(found.definitions) != 1:
        raise _Unknown
    return found.definitions[0].expr


def _inlined(expr: Expr) -> Expr:
    """A stateless function by its meaning, its bound names put back in place."""
    if isinstance(expr, Let):
        return substitute(expr.body, {expr.key: expr.value})
    if isinstance(expr, Call) and functions.ROWS[expr.key].kind == "pure" and template(expr.key).inline:
        return rebuild(inline(template(expr.key), expr.args), _inlined)
    return expr


def _node(expr: Expr, parts: tuple[float, ...], values: dict[str, float]) -> float:
    match expr:
        case Number(value=value):
            return value
        case Name(key=key, subscripts=()):
            return values[key]
        case Unary(op="-"):
            return -parts[0]
        case Unary(op="not"):
            return float(not parts[0])
        case Unary():
            return parts[0]
        case Binary(op=op) if op in numeric.OPERATORS:
            return numeric.OPERATORS[op](parts[0], parts[1])
        case If():
            return parts[1] if parts[0] else parts[2]
        case Call(key="min"):
            return min(parts)
        case Call(key="max"):
            return max(parts)
        case Call(key=key) if key.replace(" ", "_") in numeric.SAFE:
            return numeric.SAFE[key.replace(" ", "_")](*parts)
        case _:
            raise _Unknown
