"""Units of measure as products of named units with exponents, read from text and printed as words.

It knows names and exponents alone: no list of physical units, no model and no function.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple, cast

from stockflow.ir.names import key_of, label_of
from stockflow.source import grammar

if TYPE_CHECKING:
    from lark import Lark, Token
    from lark.exceptions import UnexpectedInput

TEXT_LIMIT = 1000
TRIES = 4
EXPONENT_LIMIT = 1000
FACTOR_LIMIT = 60
_RANGE = re.compile(r"\[[^\]]*\]?\s*$")
_NUMBER = re.compile(r"[0-9]*\.?[0-9]*")


@dataclass(frozen=True, slots=True)
class Units:
    """A product of base units: (key, exponent) pairs ordered by key, none with exponent 0."""

    factors: tuple[tuple[str, Fraction], ...] = ()

    def __mul__(self, other: Units) -> Units:
        found = dict(self.factors)
        for key, exponent in other.factors:
            found[key] = found.get(key, Fraction(0)) + exponent
        return _units(found)

    def __truediv__(self, other: Units) -> Units:
        return self * other.power(Fraction(-1))

    def power(self, exponent: Fraction) -> Units:
        return _units({key: own * exponent for key, own in self.factors})

    @property
    def too_large(self) -> bool:
        """Past what a modeller means; no more is worked out then, so that no text makes the algebra slow."""
        return len(self.factors) > FACTOR_LIMIT or any(abs(e) > EXPONENT_LIMIT for _, e in self.factors)

    def words(self, labels: Mapping[str, str]) -> str:
        """As a modeller writes it: 'GBP/(Child*Month)', '1/Month', 'Dmnl'."""
        above = [_factor(labels.get(key, key), e) for key, e in self.factors if e > 0]
        below = [_factor(labels.get(key, key), -e) for key, e in self.factors if e < 0]
        if not below:
            return "*".join(above) or "Dmnl"
        bottom = below[0] if len(below) == 1 else f"({'*'.join(below)})"
        return f"{'*'.join(above) or '1'}/{bottom}"


DIMENSIONLESS = Units()


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text cannot be read as units: the stretch of it that is wrong."""

    message: str
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text of units says: None where nothing could be made of it. `labels` are names as written, by key."""

    units: Units | None
    labels: tuple[tuple[str, str], ...] = ()
    fault: Fault | None = None


@lru_cache(maxsize=10_000)
def read(text: str) -> Reading:
    """Read a text of units; a sign too many is told as a fault and read over."""
    body = _RANGE.sub("", text)
    if len(body) > TEXT_LIMIT:
        return Reading(None, (), Fault(f"the units are longer than {TEXT_LIMIT} characters", 0, len(body)))
    if not body.strip():
        return Reading(None)
    return _read(body)


def renamed(units: Units, names: Mapping[str, str]) -> Units:
    """The units with base names replaced: an empty new name stands for dimensionless."""
    found: dict[str, Fraction] = {}
    for key, exponent in units.factors:
        name = names.get(key, key)
        if name:
            found[name] = found.get(name, Fraction(0)) + exponent
    return _units(found)


def substituted(units: Units, values: Mapping[str, Units]) -> Units:
    """The units with each base name replaced by units."""
    made = DIMENSIONLESS
    for key, exponent in units.factors:
        made = made * values[key].power(exponent)
    return made


def equivalents(groups: Iterable[Sequence[str]], dimensionless: Iterable[str]) -> dict[str, str]:
    """One name for all names of a group, by key, with "" for those that mean dimensionless; groups may overlap."""
    names: dict[str, str] = {key_of(name): "" for name in dimensionless}
    for group in groups:
        keys = [key_of(name) for name in group if name.strip()]
        if not keys:
            continue
        merged = {names.get(key, key) for key in keys}
        first = "" if "" in merged else names.get(keys[0], keys[0])
        for key, name in list(names.items()):
            if name in merged:
                names[key] = first
        names |= dict.fromkeys(keys, first)
    return names


def _units(found: Mapping[str, Fraction]) -> Units:
    return Units(tuple(sorted((key, exponent) for key, exponent in found.items() if exponent)))


def _factor(label: str, exponent: Fraction) -> str:
    if exponent == 1:
        return label
    shown = str(exponent) if exponent.denominator == 1 else f"({exponent})"
    return f"{label}^{shown}"


def _read(body: str) -> Reading:
    """Parse; a wrong sign is blanked out for another try, a few times."""
    from lark.exceptions import UnexpectedInput

    fault: Fault | None = None
    text = body
    for _ in range(TRIES):
        try:
            part = cast(_Part, _parser().parse(text))
        except UnexpectedInput as error:
            at, stop = _place(error, text)
            fault = fault or Fault(f"cannot read the units '{_shown(body)}'", len(body[:at].rstrip()), stop)
            if not text[at:stop].strip():
                break
            text = text[:at] + " " * (stop - at) + text[stop:]
            continue
        if part.units.too_large:
            return Reading(None, (), Fault(f"the units '{_shown(body)}' are too large", 0, len(body)))
        return Reading(part.units, part.labels, fault)
    return Reading(None, (), fault)


def _place(error: UnexpectedInput, text: str) -> tuple[int, int]:
    """The stretch of text at which parsing stopped; empty at the end of the text."""
    token = getattr(error, "token", None)
    if token is None:
        at = min(error.pos_in_stream or 0, len(text))
        return at, min(at + 1, len(text))
    if token.type == "$END":
        return len(text.rstrip()), len(text.rstrip())
    return token.start_pos, token.end_pos


class _Part(NamedTuple):
    units: Units
    labels: tuple[tuple[str, str], ...] = ()


class _Parts:
    """Callbacks by rule name, called while parsing."""

    def name(self, parts: Sequence[Token]) -> _Part:
        text = str(parts[0])
        if _NUMBER.fullmatch(text):
            return _Part(DIMENSIONLESS)
        return _Part(Units(((key_of(text), Fraction(1)),)), ((key_of(text), label_of(text)),))

    def times(self, parts: Sequence[_Part]) -> _Part:
        left, right = parts
        return _Part(left.units * right.units, left.labels + right.labels)

    def over(self, parts: tuple[_Part, Token, _Part]) -> _Part:
        left, _, right = parts
        return _Part(left.units / right.units, left.labels + right.labels)

    def inverse(self, parts: tuple[Token, _Part]) -> _Part:
        return _Part(DIMENSIONLESS / parts[1].units, parts[1].labels)

    def raised(self, parts: tuple[_Part, Fraction]) -> _Part:
        part, exponent = parts
        return _Part(part.units.power(exponent), part.labels)

    def exponent(self, parts: Sequence[Token]) -> Fraction:
        numbers = [Fraction(str(part)) for part in parts if part.type == "NUMBER"]
        value = numbers[0] if len(numbers) == 1 or not numbers[1] else numbers[0] / numbers[1]
        return -value if parts[0] == "-" else value


@cache
def _parser() -> Lark:
    from lark import Lark

    return Lark(grammar("units.lark"), parser="lalr", lexer="contextual", transformer=_Parts())


def _shown(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:57]}..."
