"""Which elements of a stock a shift moves: named by the first of them, as many as a number known before the run says.

It reads a call and the equations of the stock; what a shift does is in the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from stockflow.analysis.closed import Closed, ClosedModel
from stockflow.diagnostics.model import Report
from stockflow.ir.expr import Along, Call, Element, Expr, Name, Subscript
from stockflow.ir.plan import Moves, Target, indices


def moved(call: Call, stock: Expr, size: float | None, model: ClosedModel, report: Report) -> Moves | None:
    """The elements that a call moves; None after a report."""
    match stock:
        case Name(key=key, subscripts=(*before, Element(index=first))) if key in model.variables and _plain(before):
            closed = model.variables[key]
        case _:
            report.error("SF208", f"the first argument of {call.label} must be the first element of a stock",
                         call.span, hint="end the subscripts of the stock with the element from which on it moves")
            return None
    label, room = closed.variable.label, closed.shape[-1] - first
    if size is None or not 1 <= size <= room or size != int(size):
        shown = "is not known before the run" if size is None else f"is {size:g}"
        report.error("SF206", f"the size of {call.label} {shown}; it must be a whole number from 1 to {room}, as many"
                     f" elements as {label} has from there on", call.span,
                     hint="write the number, or ELMCOUNT of the range", variable=label)
        return None
    part = tuple(one for one in before if isinstance(one, Element | Along))
    if not _is_stock(closed, part, set(range(first, first + int(size)))):
        report.error("SF208", f"{call.label} moves elements of {label} that are no stock", call.span,
                     hint="give elements whose equation is INTEG", variable=label)
        return None
    return Moves(key, part, first, int(size))


def _plain(subscripts: Sequence[Subscript]) -> bool:
    return all(isinstance(part, Element | Along) for part in subscripts)


def _is_stock(closed: Closed, before: Target, lasts: set[int]) -> bool:
    """Whether the definitions of all these elements are those of a stock."""
    defined: set[int] = set()
    for found in closed.definitions:
        pairs = zip(before, found.target, strict=False)
        met = all(set(indices(one).tolist()) & set(indices(other).tolist()) for one, other in pairs)
        written = lasts & set(indices(found.target[-1]).tolist()) if met else set()
        if written and not (isinstance(found.expr, Call) and found.expr.key == "integ"):
            return False
        defined |= written
    return defined == lasts


def elements_from(arg: Expr, call: Call, model: ClosedModel, report: Report) -> tuple[Expr, ...]:
    """The elements of an array from the one that an argument names; none after a report."""
    match arg:
        case Name(key=key, subscripts=(*before, Element(index=first))) if key in model.variables:
            places = range(first, model.variables[key].shape[-1])
            return tuple(replace(arg, subscripts=(*before, Element(place))) for place in places)
        case _:
            report.error("SF208", f"{call.label} takes an array, named by its first element", call.span,
                         hint="end the subscripts of the array with its first element")
            return ()
