"""Delays, smooths and derivatives of order n, written out as a chain of n hidden stocks or differences.

Only the number of lines depends on the order; the lines are in the model language like any row's body.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from stockflow.diagnostics.model import Report
from stockflow.functions import table as functions
from stockflow.ir.expr import Call
from stockflow.language.parser import parse_expression
from stockflow.limits import Limits
from stockflow.lowering.templates import Template, from_lines

_SMOOTH = "integ(({before} - s{k}) / ({delay} / {n}), {initial})"
_DELAY = "integ({before} - s{k} / ({delay} / {n}), {initial} * {delay} / {n})"

Line = tuple[str, str]


def staged(call: Call, order: float | None, owner: str, report: Report, limits: Limits) -> Template | None:
    """The template of a call whose order is known; None where it is no order, which is reported."""
    if order is None or not order >= 1:
        shown = "is not known before the run" if order is None else f"is {order:g}"
        message = f"the order of {call.label} {shown}; it must be a whole number from 1"
        report.error("SF206", message, call.span, hint="write the number, or the name of a constant", variable=owner)
        return None
    excess = limits.excess("stages", order, f"{call.label} has", "stages")
    if excess is not None:
        report.error("SF109", excess.message, call.span, hint=excess.hint, variable=owner)
        return None
    return stages(call.key, int(order + 0.5))


@cache
def stages(key: str, order: int) -> Template:
    """The template of a row of order n; the lines name its parameters."""
    row = functions.ROWS[key]
    names = (parameter.name for parameter in row.signature)
    return from_lines(row, [(name, parse_expression(text)) for name, text in _LINES[key](order, *names)])


def _smooth(order: int, given: str, delay: str, _: str, initial: str) -> Iterator[Line]:
    before = given
    for k in range(1, order + 1):
        yield f"s{k}", _SMOOTH.format(before=before, k=k, n=order, delay=delay, initial=initial)
        before = f"s{k}"
    yield "result", before


def _delay(order: int, given: str, delay: str, _: str, initial: str) -> Iterator[Line]:
    before = given
    for k in range(1, order + 1):
        yield f"s{k}", _DELAY.format(before=before, k=k, n=order, delay=delay, initial=initial)
        before = f"s{k} / ({delay} / {order})"
    yield "result", before


def _remembering(order: int, given: str, delay: str, _: str, initial: str) -> Iterator[Line]:
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


def _differences(order: int, given: str, _: str) -> Iterator[Line]:
    """Backward differences of differences; each is 0 until the one before it has a past."""
    yield "d0", f"frozen({given})"
    for k in range(1, order + 1):
        begun = f"step time + time step / 2 > initial time + {k} * time step"
        yield f"d{k}", f"frozen(IF THEN ELSE({begun}, (d{k - 1} - hold(d{k - 1}, 0)) / time step, 0))"
    yield "result", f"d{order}"


_LINES: dict[str, Callable[..., Iterator[Line]]] = {
    "smooth n": _smooth, "delay n xmile": _delay, "delay n": _remembering, "derivative": _differences,
}
