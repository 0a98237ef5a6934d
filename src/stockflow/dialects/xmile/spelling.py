"""Expressions and names as XMILE spells them, with the parentheses that every reader understands alike.

It knows operators, words and quotes (XMILE 1.0, section 3.3); it must not know what a function means.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from stockflow.functions import table as functions
from stockflow.ir.expr import (
    At,
    Binary,
    Call,
    Every,
    Expr,
    If,
    Name,
    Number,
    Subscript,
    Unary,
    Word,
)
from stockflow.ir.names import key_of
from stockflow.ir.show import (
    AND,
    ATOM,
    EQUAL,
    NOT,
    OR,
    POWER,
    PRODUCT,
    RELATION,
    SIGN,
    SUM,
    Item,
    call_of,
    joined,
    number_text,
    text_of,
)

WORDS = frozenset({"and", "or", "not", "mod", "if", "then", "else", "std"})
SPELLING = "xmile"
_OPERATORS = {
    "or": (OR, " OR "), "and": (AND, " AND "), "=": (EQUAL, " = "), "<>": (EQUAL, " <> "), "<": (RELATION, " < "),
    "<=": (RELATION, " <= "), ">": (RELATION, " > "), ">=": (RELATION, " >= "), "+": (SUM, " + "), "-": (SUM, " - "),
    "*": (PRODUCT, " * "), "/": (PRODUCT, " / "), "mod": (PRODUCT, " MOD "),
}
_BLANKS = re.compile(r"(?:[\s_\u00a0]|\\n|\\r)+")
_BREAKS = re.compile(r"\\n|\\r")
_BARE = re.compile(r"[^\W\d_]\w*")
_SPECIAL = re.compile(r'(["\\])')
LOOSEST = -1
"""Where an expression stands alone: between commas, in brackets, or by itself."""


def is_reserved(key: str) -> bool:
    """Whether a name means something in the language, so that no variable may have it (XMILE 1.0, section 3.2.2)."""
    return key in WORDS or bool(functions.find(SPELLING, key))


def name_text(label: str) -> str:
    """A name in an equation: blanks as underscores, in quotes where it holds other signs."""
    plain = _BLANKS.sub("_", label.strip()).strip("_")
    if _BARE.fullmatch(plain):
        return plain
    return '"' + _SPECIAL.sub(r"\\\1", _BLANKS.sub(" ", label).strip()) + '"'


def name_attribute(label: str) -> str:
    """A name as the attribute of an element: raw, what quotes would escape escaped."""
    return _SPECIAL.sub(r"\\\1", _BREAKS.sub(" ", label))


def expression_text(expr: Expr) -> str:
    """The expression on one line."""
    return text_of(expr, LOOSEST, _parts)


def _parts(expr: Expr) -> tuple[int, list[Item]]:
    match expr:
        case Number(value=value):
            text = number_text(value)
            return SIGN if text.startswith("-") else ATOM, [text]
        case Name(label=label, subscripts=subscripts):
            return ATOM, [name_text(label), *_brackets(subscripts)]
        case Unary(op="not", operand=operand):
            return NOT, ["NOT ", (operand, ATOM)]
        case Unary(op=op, operand=operand):
            return SIGN, [op, (operand, POWER)]
        case Binary(op="^", left=left, right=right):
            return POWER, [(left, ATOM), "^", (right, ATOM)]
        case Binary(op=op, left=left, right=right):
            return _binary(op, left, right)
        case If(condition=condition, then=then, otherwise=otherwise):
            return LOOSEST, ["IF ", (condition, OR), " THEN ", (then, OR), " ELSE ", (otherwise, OR)]
        case Call(args=(), subscripts=(), label=label):
            return ATOM, [label]
        case Call(label=label, args=args, subscripts=subscripts):
            return ATOM, call_of([_function_text(label), *_brackets(subscripts)], args, LOOSEST)
        case _:
            raise AssertionError(f"{type(expr).__name__} has no text in XMILE")


def _binary(op: str, left: Expr, right: Expr) -> tuple[int, list[Item]]:
    """A sign on the right of an operator stands in parentheses, which the language asks for and readers differ in."""
    power, sign = _OPERATORS[op]
    tight = isinstance(right, Unary) or (isinstance(right, Number) and number_text(right.value).startswith("-"))
    chained = power in (EQUAL, RELATION)
    return power, [(left, power + chained), sign, (right, ATOM if tight else power + 1)]


def _function_text(label: str) -> str:
    """A function's own name, or that of a lookup or macro."""
    return label if functions.find(SPELLING, key_of(label)) else name_text(label)


def _brackets(subscripts: Sequence[Subscript]) -> list[Item]:
    return ["[", *joined([_subscript(part) for part in subscripts]), "]"] if subscripts else []


def _subscript(part: Subscript) -> list[Item]:
    match part:
        case Word(label=label):
            return [name_text(label)]
        case Every():
            return ["*"]
        case At(expr=expr):
            return [(expr, OR)]
        case _:
            raise AssertionError(f"{type(part).__name__} has no text in XMILE")
