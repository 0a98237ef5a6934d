"""Units through a function call: the letters of a row's signature solved by the units of its arguments.

It reads signatures such as "input: a, delay time: time" with the result "a"; it must not know any function.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import lru_cache

from stockflow.analysis.unit_algebra import DIMENSIONLESS, Units, read, substituted
from stockflow.functions.row import Function, Parameter

TIME_LETTER = "time"
ANY = "*"


class Open(Enum):
    """Not units: a bare number, which fits everything in a sum, or something of which nothing is known."""

    NUMBER = "number"
    UNKNOWN = "unknown"


Unit = Units | Open


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument's units and the parameter it is given for."""

    parameter: Parameter
    units: Unit


@dataclass(frozen=True, slots=True)
class Answer:
    """The units of a call; `wrong` are places of arguments that do not fit the `letters` found."""

    result: Unit
    letters: Mapping[str, Units]
    wrong: tuple[int, ...]


def solve(row: Function, arguments: Sequence[Argument], time: Unit, wanted: Unit = Open.UNKNOWN) -> Answer:
    """The units of a call by those of its arguments.

    The `wanted` units of the result decide where they put the blame on one argument; but an argument that has the
    result's own units is not to blame by itself: then the whole does not fit.
    """
    plain = _solve(row, arguments, time, Open.UNKNOWN)
    informed = _solve(row, arguments, time, wanted)
    to_blame = plain.wrong or any(arguments[place].parameter.units != row.result for place in informed.wrong)
    return informed if to_blame and 0 < len(informed.wrong) <= max(1, len(plain.wrong)) else plain


def _solve(row: Function, arguments: Sequence[Argument], time: Unit, wanted: Unit) -> Answer:
    """The letters by the arguments, in order; a result of a single letter is `wanted` from the start."""
    letters: dict[str, Units] = {}
    if isinstance(time, Units):
        letters[TIME_LETTER] = time
    result = _formula(row.result)
    if isinstance(wanted, Units) and len(row.result) == 1 and result is not None and result != DIMENSIONLESS:
        letters[row.result] = wanted
    wrong = tuple(place for place, argument in enumerate(arguments) if not _learn(argument, letters))
    numbers = {argument.parameter.units for argument in arguments if argument.units is Open.NUMBER}
    return Answer(_result(result, letters, numbers), letters, wrong)


def expected(argument: Argument, letters: Mapping[str, Units]) -> Units:
    """The units that an argument found wrong should have."""
    formula = _formula(argument.parameter.units)
    return substituted(formula, letters) if formula is not None else DIMENSIONLESS


@lru_cache(maxsize=1000)
def _formula(text: str) -> Units | None:
    """A signature's units over its letters; None where they may be anything."""
    return None if text == ANY else read(text).units


def _learn(argument: Argument, letters: dict[str, Units]) -> bool:
    """Solve for the one letter still unknown, or say whether the argument fits the letters."""
    formula = _formula(argument.parameter.units)
    if formula is None or not isinstance(argument.units, Units):
        return True
    missing = [(key, exponent) for key, exponent in formula.factors if key not in letters]
    if not missing:
        return substituted(formula, letters) == argument.units
    if len(missing) == 1 and missing[0][0] != TIME_LETTER:
        (key, exponent), rest = missing[0], [factor for factor in formula.factors if factor[0] in letters]
        known = substituted(Units(tuple(rest)), letters)
        letters[key] = (argument.units / known).power(Fraction(1) / exponent)
    return True


def _result(formula: Units | None, letters: Mapping[str, Units], numbers: set[str]) -> Unit:
    """Where only bare numbers were given the result is one; such a letter beside others counts as dimensionless."""
    if formula is None:
        return Open.UNKNOWN
    bare = [key for key, _ in formula.factors if key not in letters]
    if not numbers.issuperset(bare):
        return Open.UNKNOWN
    if bare and len(bare) == len(formula.factors):
        return Open.NUMBER
    made = substituted(formula, {**letters, **dict.fromkeys(bare, DIMENSIONLESS)})
    return Open.UNKNOWN if made.too_large else made
