"""What a translation works on: variables whose functions are the target's and whose references are still closed.

These are values between the steps of a translation; how they are made is in `speech` and `arrays`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from stockflow.analysis.dimensions import Range
from stockflow.ir.expr import Axis, Expr, Table
from stockflow.ir.model import Kind, Variable
from stockflow.ir.plan import Target
from stockflow.source import Span


class Unsayable(Exception):
    """The target language has nothing that means the same; the text says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """`target` of a variable, for all elements of `axes`, is `expr`, read through `table` where there is one.

    Of a stock, `expr` is the initial value. `initial` is a value of its own for the start.
    """

    axes: tuple[Axis, ...]
    target: Target
    expr: Expr | None
    initial: Expr | None = None
    table: Table | None = None
    span: Span | None = None
    non_negative: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A variable on its way: `facts` are its label, units and the like, without equations."""

    facts: Variable
    ranges: tuple[Range, ...]
    parts: tuple[Part, ...]
    inflows: tuple[str, ...] = ()
    outflows: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return self.facts.key

    def beside(self, key: str, label: str, kind: Kind, parts: tuple[Part, ...], doc: str, units: str = "") -> Draft:
        """A further variable that this one needs, of the same dimensions and in the same group."""
        facts = Variable(key, label, kind, (), units, doc, self.facts.span, group=self.facts.group)
        return Draft(facts, self.ranges, parts)


def changed(draft: Draft, kind: Kind) -> Draft:
    return replace(draft, facts=replace(draft.facts, kind=kind))
