"""Whether two expressions with closed references are the same, part by part.

Nodes are compared by what they hold; a part that it does not know is the same as itself only.
"""

from __future__ import annotations

from stockflow.ir.expr import Along, Binary, Call, Element, Expr, If, Name, Number, Subscript, Unary
from stockflow.ir.walk import children, preorder


def alike(one: Expr, other: Expr) -> bool:
    parts, others = list(preorder(one)), list(preorder(other))
    return len(parts) == len(others) and all(map(_same, parts, others))


def _same(one: Expr, other: Expr) -> bool:
    if len(children(one)) != len(children(other)):
        return False
    match one, other:
        case Number(value=value), Number(value=second):
            return value == second
        case (Name(key=key, subscripts=subscripts), Name(key=second, subscripts=others)):
            return key == second and len(subscripts) == len(others) and all(map(same_subscript, subscripts, others))
        case (Binary(op=op), Binary(op=second)) | (Unary(op=op), Unary(op=second)):
            return op == second
        case Call(key=key, subscripts=()), Call(key=second, subscripts=()):
            return key == second
        case If(), If():
            return True
        case _:
            return one is other


def same_subscript(one: Subscript, other: Subscript) -> bool:
    match one, other:
        case Element(index=index), Element(index=second):
            return index == second
        case Along(axis=axis, table=table), Along(axis=second, table=other_table):
            return axis is second and table == other_table
        case _:
            return one is other
