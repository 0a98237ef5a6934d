"""Whose fault it is: errors told by the variables that they concern, or none where one concerns the whole model.

It goes by places and names in diagnostics; it must not know any stage's reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stockflow.diagnostics.model import Diagnostic
from stockflow.ir.model import CONTROLS, Variable
from stockflow.ir.names import key_of
from stockflow.source import Span

# A limit that is reached and a clock that cannot be read are faults of all, whatever variable they were met in.
WHOLE = ("SF109", "SF209")


def faulty_variables(variables: Iterable[Variable], errors: Iterable[Diagnostic]) -> dict[str, Diagnostic] | None:
    """By key each variable that an error concerns, with the first such error; None where one concerns all.

    An error is of every variable in whose equations it stands, and of every one that has the name it gives, in
    whatever module or copy of a macro: rather one variable too many than one that runs with a fault.
    """
    known = tuple(variables)
    found: dict[str, Diagnostic] = {}
    for error in errors:
        keys = [] if error.code in WHOLE else list(_concerned(error, known))
        if not keys or not set(keys).isdisjoint(CONTROLS):
            return None
        for key in keys:
            found.setdefault(key, error)
    return found


def _concerned(error: Diagnostic, variables: Iterable[Variable]) -> Iterator[str]:
    name = _last(key_of(error.variable))
    for variable in variables:
        if (name and _last(variable.key) == name) or _stands_in(error.span, variable):
            yield variable.key


def _stands_in(span: Span | None, variable: Variable) -> bool:
    places = (variable.span, *(equation.span for equation in variable.equations))
    return span is not None and any(place is not None and place.start <= span.start < place.stop for place in places)


def _last(key: str) -> str:
    """The name without its module, and without the call that made the copy."""
    return key.rpartition(": ")[2].rpartition(".")[2]
