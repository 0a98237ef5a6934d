"""Whose fault it is: errors told by the variables that they concern, or none where one concerns the whole model.

It goes by places and names in diagnostics; it must not know any stage's reasons.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from stockflow.diagnostics.model import Diagnostic
from stockflow.functions import table as functions
from stockflow.ir.expr import Broken, Call, Name
from stockflow.ir.model import CONTROLS, Variable
from stockflow.ir.names import key_of
from stockflow.ir.walk import preorder
from stockflow.source import Span

# A limit that is reached and a clock that cannot be read are faults of all, whatever variable they were met in.
WHOLE = ("SF109", "SF209")

_WORD = re.compile(r"[^\W_]+")


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


def changed_by(variable: Variable, spelling: str) -> list[str] | None:
    """The stocks that the equations of a variable change beside its own value; None where they cannot be told."""
    found: dict[str, None] = {}
    for equation in variable.equations:
        calls = [item for item in preorder(equation.expr) if isinstance(item, Call)]
        words = _words(equation.text) if isinstance(equation.expr, Broken) else ""
        if any(f" {name} " in words for name in _changing(spelling)):
            return None
        for call in calls:
            for bound in functions.find(spelling, call.key):
                place = bound.arguments.index(bound.row.changes) if bound.row.changes else len(call.args)
                named = call.args[place] if place < len(call.args) else None
                if isinstance(named, Name):
                    found[named.key] = None
    return list(found)


def _changing(spelling: str) -> Iterator[str]:
    """The names of functions that change a stock."""
    for row in functions.ROWS.values():
        if row.changes:
            yield from (key_of(call.partition("(")[0]) for call in row.spellings.get(spelling, ()))


def _words(text: str) -> str:
    """The words of an equation that cannot be read, in lower case and with a blank on either side."""
    return f" {' '.join(_WORD.findall(text.lower()))} "


def _concerned(error: Diagnostic, variables: Iterable[Variable]) -> Iterator[str]:
    name = _last(key_of(error.variable))
    for variable in variables:
        if (name and _last(variable.key) == name) or _stands_in(error.span, variable):
            yield variable.key


def _stands_in(span: Span | None, variable: Variable) -> bool:
    places = (variable.span, *(equation.span for equation in variable.equations))
    return span is not None and any(
        place is not None and place.source is span.source and place.start <= span.start < place.stop
        for place in places
    )


def _last(key: str) -> str:
    """The name without its module, and without the call that made the copy."""
    return key.rpartition(": ")[2].rpartition(".")[2]
