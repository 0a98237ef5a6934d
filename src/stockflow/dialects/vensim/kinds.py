"""What kind of thing each variable is, and which flows a stock's rate names.

It reads expressions as written; it must not know how any of them is computed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stockflow.dialects.vensim.definitions import Definition
from stockflow.ir.expr import Broken, Call, Expr, Name, Number, Text, Unary, Values
from stockflow.ir.model import Kind
from stockflow.ir.walk import signed_terms

INTEG = "integ"

# Reading from outside is of the kind of what is read (Vensim reference, Type mixing), `=` or `:=` alike.
_OUTSIDE: tuple[tuple[str, Kind], ...] = (("data", "data"), ("constants", "constant"), ("lookups", "lookup"))
_FROM_OUTSIDE = {
    f"get {where} {what}": kind for where in ("xls", "direct", "123", "odbc") for what, kind in _OUTSIDE
}
# A name with several definitions is of the first kind found here (Vensim reference, Type mixing).
_STRONGEST: tuple[Kind, ...] = ("stock", "lookup", "auxiliary", "data", "constant", "string")


def kind_of(definitions: Sequence[Definition]) -> Kind:
    """The kind of a variable by all its definitions; a definition that could not be read says nothing."""
    kinds = {kind_of_one(definition) for definition in definitions if not isinstance(definition.expr, Broken)}
    return next((kind for kind in _STRONGEST if kind in kinds), "auxiliary")


def kind_of_one(definition: Definition) -> Kind:
    if definition.form in ("lookup", "data"):
        return "lookup" if definition.form == "lookup" else "data"
    expr = definition.expr
    while isinstance(expr, Unary) and expr.op in ("-", "+") and isinstance(expr.operand, Unary | Number):
        expr = expr.operand
    match expr:
        case Text():
            return "string"
        case Number() | Values():
            return "constant"
        case Call(key=key) if key == INTEG:
            return "stock"
        case Call(key=key):
            return _FROM_OUTSIDE.get(key, "auxiliary")
        case _:
            return "auxiliary"


def rate_terms(expr: Expr) -> Iterator[tuple[str, int]]:
    """Keys of the plain names that a stock's rate adds (+1) or subtracts (-1), in the order written."""
    if isinstance(expr, Call) and expr.key == INTEG and expr.args:
        yield from ((item.key, sign) for item, sign in signed_terms(expr.args[0]) if isinstance(item, Name))
