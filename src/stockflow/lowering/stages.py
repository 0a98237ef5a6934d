"""Delays and smooths of order n, written out as a chain of n hidden stocks.

Only the number of lines depends on the order; the lines are in the model language like any row's body.
"""

from __future__ import annotations

from functools import cache

from stockflow.functions import table as functions
from stockflow.language.parser import parse_expression
from stockflow.lowering.templates import Template, from_lines

_SMOOTH = "integ(({before} - s{k}) / ({delay} / {n}), {initial})"
_DELAY = "integ({before} - s{k} / ({delay} / {n}), {initial} * {delay} / {n})"


@cache
def stages(key: str, order: int) -> Template:
    """The template of a row of order n, whose parameters are an input, a delay, the order and an initial value."""
    row = functions.ROWS[key]
    given, delay, _, initial = (parameter.name for parameter in row.signature)
    smooth = key == "smooth n"
    lines = []
    before = given
    for k in range(1, order + 1):
        line = (_SMOOTH if smooth else _DELAY).format(before=before, k=k, n=order, delay=delay, initial=initial)
        lines.append((f"s{k}", parse_expression(line)))
        before = f"s{k}" if smooth else f"s{k} / ({delay} / {order})"
    return from_lines(row, [*lines, ("result", parse_expression(before))])
