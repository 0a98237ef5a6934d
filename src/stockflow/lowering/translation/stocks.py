"""The flows of a stock: variables that its rate adds and takes away, or one made of the whole rate.

It reads rates with closed references; it must not know functions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stockflow.analysis.closed import Closed
from stockflow.ir.expr import Along, Binary, Expr, Name, Unary
from stockflow.lowering.translation.drafts import Draft, Part

_NO_UNITS = ("", "1", "dmnl", "dimensionless")


def named_flows(closed: Closed, rate: Expr, model: Mapping[str, Closed]) -> tuple[list[str], list[str]] | None:
    """The inflows and outflows that a rate is the sum of, in order; None where anything else is in it."""
    inflows: list[str] = []
    outflows: list[str] = []
    for term, sign in _terms(rate):
        if term is None or not _is_flow_of(term, closed, model):
            return None
        (inflows if sign > 0 else outflows).append(term.key)
    both = [*inflows, *outflows]
    return (inflows, outflows) if both and len(set(both)) == len(both) else None


def _terms(rate: Expr) -> Iterator[tuple[Name | None, int]]:
    stack: list[tuple[Expr, int]] = [(rate, 1)]
    while stack:
        item, sign = stack.pop()
        match item:
            case Binary(op="+" | "-" as op, left=left, right=right):
                stack += ((right, sign if op == "+" else -sign), (left, sign))
            case Unary(op="-" | "+" as op, operand=operand):
                stack.append((operand, sign if op == "+" else -sign))
            case Name():
                yield item, sign
            case _:
                yield None, sign


def _is_flow_of(term: Name, closed: Closed, model: Mapping[str, Closed]) -> bool:
    """Whether a name is a flow that has exactly the stock's dimensions and is read element by element."""
    flow = model.get(term.key)
    if flow is None or flow.variable.kind != "flow" or flow.ranges != closed.ranges:
        return False
    if len({home.key for home in closed.ranges}) < len(closed.ranges):
        return False
    pairs = zip(term.subscripts, closed.ranges, strict=True)
    return all(isinstance(p, Along) and p.table is None and p.axis.dimension == home.key for p, home in pairs)


def net_flow(stock: Draft, parts: tuple[Part, ...], time_units: str) -> Draft:
    """A flow that carries the whole rate of a stock."""
    label = stock.facts.label
    return stock.beside(f"#net {stock.key}", f"{label} net flow", "flow", parts, f"net rate of change of {label}",
                        _rate_units(stock.facts.units, time_units))


def _rate_units(units: str, time_units: str) -> str:
    if not units or not time_units:
        return ""
    return f"1/{time_units}" if units.strip().lower() in _NO_UNITS else f"{units}/{time_units}"
