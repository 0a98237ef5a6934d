"""What analysis returns: every variable with its storage, every definition with its axes and closed references.

These are values between stages; how they are found is in `resolve` and `subscripts`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stockflow.analysis.dimensions import Range, Space
from stockflow.ir.expr import Axis, Expr
from stockflow.ir.model import Project, Variable
from stockflow.ir.plan import Target
from stockflow.source import Span


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """`target` of the variable, for all elements of `axes`, is `expr` (and `initial` in the initial phase).

    `keyword` marks data: where `expr` is Missing the values come from outside, and gaps are filled by that rule.
    `non_negative` is the equation's.
    """

    axes: tuple[Axis, ...]
    target: Target
    expr: Expr
    initial: Expr | None
    span: Span | None
    keyword: str = ""
    non_negative: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Closed:
    """A variable with its ranges. `defined` marks the cells that have an equation, None where all have.

    `series` holds, by cell, the `Series` of data that the model itself takes from a file; None where it takes none.
    """

    variable: Variable
    ranges: tuple[Range, ...]
    definitions: tuple[Definition, ...]
    defined: NDArray[np.bool_] | None
    series: NDArray[Any] | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(found.size for found in self.ranges)


@dataclass(frozen=True, slots=True, eq=False)
class ClosedModel:
    project: Project
    space: Space
    variables: dict[str, Closed]
