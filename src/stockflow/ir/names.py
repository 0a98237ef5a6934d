"""Names: one canonical key for every spelling, and the table of Python identifiers.

Nothing else in the code base folds names or makes identifiers.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterable

_BLANKS = re.compile(r"(?:[\s_\u00a0]|\\n|\\r)+")
_ESCAPED = re.compile(r'\\(["\\])')


def key_of(label: str) -> str:
    """The canonical key: quotes stripped, blanks and underscores collapsed, case folded.

    Vensim and XMILE agree on this (XMILE 1.0 section 3.2.2; Vensim reference, Rules for Variable Names).
    >>> key_of('"Heat_Loss  to\\nRoom"')
    'heat loss to room'
    """
    if label.isascii() and label.isalnum():
        return label.lower()
    text = label.strip()
    if len(text) >= 2 and text[0] == '"' == text[-1]:
        text = text[1:-1]
    text = _BLANKS.sub(" ", text)
    if "\\" in text:
        text = _ESCAPED.sub(r"\1", text)
    return unicodedata.normalize("NFC", text).strip().casefold()


def label_of(text: str) -> str:
    """The name as people see it: quotes and their escapes gone, runs of blanks one blank, all else as typed."""
    if text.isascii() and text.isalnum():
        return text
    text = text.strip()
    if len(text) >= 2 and text[0] == '"' == text[-1]:
        text = text[1:-1]
    if "\\" in text:
        text = _ESCAPED.sub(r"\1", text)
    return " ".join(unicodedata.normalize("NFC", text).split())


def identifiers(keys: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """A Python identifier for every key: ASCII letters, digits and underscores only, each unique.

    The only way by which a name of a model reaches generated text.
    """
    used = set(taken) | set(keyword.kwlist)
    table: dict[str, str] = {}
    for key in keys:
        table[key] = _unique(_slug(key), used)
    return table


def _slug(key: str) -> str:
    ascii_text = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode("ascii")
    slug = re.sub(r"[^a-z0-9]+", "_", ascii_text.lower()).strip("_")[:48].strip("_")
    return slug if slug and slug[0].isalpha() else f"v_{slug}".rstrip("_")


def _unique(slug: str, used: set[str]) -> str:
    name, number = slug, 2
    while name in used:
        name, number = f"{slug}_{number}", number + 1
    used.add(name)
    return name
