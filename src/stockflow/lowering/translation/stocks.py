"""The flows of a stock: variables that its rate adds and takes away, or one made of the whole rate.

It reads rates with closed references; it must not know functions.
"""

from __future__ import annotations

from collections.abc import Mapping

from stockflow.analysis.closed import Closed, Definition
from stockflow.ir.expr import Call, Expr, Name
from stockflow.ir.walk import signed_terms
from stockflow.lowering.translation.alike import same_subscript
from stockflow.lowering.translation.drafts import Draft, Part

_NO_UNITS = ("", "1", "dmnl", "dimensionless")


Flows = tuple[tuple[str, ...], tuple[str, ...]]


def named_flows(closed: Closed, model: Mapping[str, Closed]) -> Flows | None:
    """The inflows and outflows that the rate is the sum of, in order; None where anything else is in it."""
    found = {_flows_of(definition, closed, model) for definition in closed.definitions}
    return found.pop() if len(found) == 1 else None


def _flows_of(definition: Definition, closed: Closed, model: Mapping[str, Closed]) -> Flows | None:
    rate = integral(definition.expr)
    terms = list(signed_terms(rate[0])) if rate is not None else []
    if not all(isinstance(term, Name) and _is_flow_of(term, definition, closed, model) for term, _ in terms):
        return None
    names = [(term.key, sign) for term, sign in terms if isinstance(term, Name)]
    if not names or len({key for key, _ in names}) < len(names):
        return None
    return tuple(key for key, sign in names if sign > 0), tuple(key for key, sign in names if sign < 0)


def integral(expr: Expr) -> tuple[Expr, Expr] | None:
    """The rate and the initial value of a stock's equation."""
    match expr:
        case Call(key="integ", args=(rate, initial)):
            return rate, initial
        case _:
            return None


def _is_flow_of(term: Name, definition: Definition, closed: Closed, model: Mapping[str, Closed]) -> bool:
    """Whether a name is a flow that has exactly the stock's dimensions and is read cell by cell."""
    flow = model.get(term.key)
    if flow is None or flow.variable.kind != "flow" or flow.ranges != closed.ranges:
        return False
    if len({home.key for home in closed.ranges}) < len(closed.ranges):
        return False
    return all(map(same_subscript, term.subscripts, definition.target))


def net_flow(stock: Draft, parts: tuple[Part, ...], time_units: str) -> Draft:
    """A flow that carries the whole rate of a stock."""
    label = stock.facts.label
    return stock.beside(f"#net {stock.key}", f"{label} net flow", "flow", parts, f"net rate of change of {label}",
                        _rate_units(stock.facts.units, time_units))


def _rate_units(units: str, time_units: str) -> str:
    if not units or not time_units:
        return ""
    return f"1/{time_units}" if units.strip().lower() in _NO_UNITS else f"{units}/{time_units}"
