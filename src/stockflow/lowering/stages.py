"""Delays and smooths of order n, written out as a chain of n hidden stocks.

Only the number of lines depends on the order; the lines are in the model language like any row's body.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from stockflow.functions import table as functions
from stockflow.language.parser import parse_expression
from stockflow.lowering.templates import Template, from_lines

_SMOOTH = "integ(({before} - s{k}) / ({delay} / {n}), {initial})"
_DELAY = "integ({before} - s{k} / ({delay} / {n}), {initial} * {delay} / {n})"

Line = tuple[str, str]


@cache
def stages(key: str, order: int) -> Template:
    """The template of a row of order n, whose parameters are an input, a delay, the order and an initial value."""
    row = functions.ROWS[key]
    given, delay, _, initial = (parameter.name for parameter in row.signature)
    made = _remembering(given, delay, order, initial) if key == "delay n" else _plain(key, given, delay, order, initial)
    return from_lines(row, [(name, parse_expression(text)) for name, text in made])


def _plain(key: str, given: str, delay: str, order: int, initial: str) -> Iterator[Line]:
    smooth = key == "smooth n"
    before = given
    for k in range(1, order + 1):
        line = _SMOOTH if smooth else _DELAY
        yield f"s{k}", line.format(before=before, k=k, n=order, delay=delay, initial=initial)
        before = f"s{k}" if smooth else f"s{k} / ({delay} / {order})"
    yield "result", before


def _remembering(given: str, delay: str, order: int, initial: str) -> Iterator[Line]:
    """Vensim's DELAY N: a delay time goes down the stages with its batch, one stage in each TIME STEP.

    No stage is shorter than TIME STEP: a shorter delay has fewer stages, and the others stand idle.
    """
    yield "used", f"INITIAL(MIN({order}, MAX(1, INTEGER({delay} / time step + 1e-6))))"
    yield "w1", f"MAX({delay} / used, time step)"
    before, result = given, ""
    for k in range(1, order + 1):
        if k > 1:
            yield f"w{k}", f"hold(w{k - 1}, w1)"
        yield f"s{k}", f"integ({before} - s{k} / w{k}, {initial} * w1)"
        before = f"s{k} / w{k}"
        result = f"IF THEN ELSE(used > {k - 1}.5, {before}, {result})" if result else before
    yield "result", result
