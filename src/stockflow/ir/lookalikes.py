"""Names that look the same and are not: signs of other scripts that share a shape, other forms of a sign, unseen ones.

The pairs are those that are the same in ordinary fonts, chosen by us after Unicode Technical Standard 39 (confusables).
It must not know what is named.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from stockflow.ir.names import key_of, label_of

_CYRILLIC = str.maketrans("АВЕКМНОРСТУХЅІЈԌԚԜѴҮаеорсухѕіјԁԛԝһӏѵ", "ABEKMHOPCTYXSIJGQWVYaeopcyxsijdqwhlv")
_GREEK = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονϲϳ", "ABEZHIKMNOPTYXovcj")
_SHAPES = {**_CYRILLIC, **_GREEK}
# Letters and marks that show nothing, beside all format signs (such as the zero-width ones).
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")


def shape_of(label: str) -> str:
    """What names that look the same have in common; of plain ASCII the key itself."""
    if label.isascii():
        return key_of(label)
    seen = "".join(sign for sign in label if unicodedata.category(sign) != "Cf" and sign not in _UNSEEN)
    return key_of(unicodedata.normalize("NFKC", seen).translate(_SHAPES))


def twin_of(label: str, others: Iterable[str]) -> str:
    """The first other name that looks the same and is not; empty where there is none."""
    key, shape = key_of(label), shape_of(label)
    if label.isascii():
        others = (other for other in others if not other.isascii())
    return next((other for other in others if shape_of(other) == shape and key_of(other) != key), "")


def difference(label: str, other: str) -> tuple[str, str]:
    """The signs of each name that the other one lacks, by code point and name; empty where it lacks none."""
    one, two = label_of(label), label_of(other)
    return _signs(one, two), _signs(two, one)


def twin_hint(label: str, others: Iterable[str]) -> str:
    """Which other name may be meant, and what tells the two apart; empty where none looks the same."""
    twin = twin_of(label, others)
    if not twin:
        return ""
    here, there = difference(label, twin)
    signs = " and ".join(f"{whose} has {which}" for whose, which in (("this", here), ("that", there)) if which)
    return f"did you mean '{twin}'?" + (f" They look the same: {signs}" if signs else "")


def _signs(text: str, other: str) -> str:
    own = dict.fromkeys(sign for sign in text if sign not in other)
    return ", ".join(f"U+{ord(sign):04X} {unicodedata.name(sign, 'without a name')}" for sign in own)
