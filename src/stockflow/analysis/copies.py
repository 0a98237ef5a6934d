"""How many copies of variables the calls of macros need, counted from the innermost macro outwards.

It adds up what each macro calls; what a call is, and where it stands, is for the expansion of macros to know.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from stockflow.ir.graph import is_cyclic, strong_components
from stockflow.ir.model import Macro

MANY = 10**15
"""Larger numbers of copies are not told apart."""
FEWER = "call macros from fewer places"


def copies_of(
    macros: Sequence[Macro], called: Mapping[int, Sequence[Macro]], circular: Collection[str]
) -> dict[int, int]:
    """The copies that one call of each macro needs at least, by the macro's identity.

    Of a macro that calls itself only its own: how often it does is decided by the numbers of a call.
    """
    found: dict[int, int] = {}
    by_id = {id(macro): macro for macro in macros}
    graph = {key: [id(other) for other in called[key]] for key in by_id}
    for component in strong_components(graph):
        for key in component:
            macro = by_id[key]
            needed = own_copies(macro)
            if macro.key not in circular and not is_cyclic(component, graph):
                needed += sum(found[other] for other in graph[key])
            found[key] = min(needed, MANY)
    return found


def own_copies(macro: Macro) -> int:
    """One for each variable of the body, and one for each argument that is no name."""
    return len(macro.variables) + len(macro.parameters)
