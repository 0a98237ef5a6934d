"""The text of an XML element as an expression parser may read it, at the same offsets as in the file.

Entities, CDATA marks and XMILE's comments in braces become blanks around what they stand for; names and numbers are
not looked at.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_UNIT = re.compile(r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[(?P<cdata>.*?)\]\]>|&(?P<entity>#?\w+);|.", re.DOTALL)
_KEYWORD = r"(?:if|then|else|and|or|not|mod)(?!\w)"
# A run of words is taken whole, called or not, so that no text makes the search slow.
_WORDS_CALLED = re.compile(
    rf"(?<![\w.$])(?!{_KEYWORD})(?P<words>[^\W\d]\w*+(?:\s++(?!{_KEYWORD})\w++)++)(?P<call>\s*+\()?", re.IGNORECASE
)
_CDATA_OPENS = len("<![CDATA[")
_CDATA_CLOSES = len("]]>")
Unit = tuple[str, int]


def plain(raw: str) -> str:
    """Text of the same length as `raw` that means the same without any mark of XML and without comments.

    Blanks that stand in for an entity go before the name in quotes that holds it, since a name must not gain any. A
    brace that is never closed is left for the parser to refuse.
    """
    if not any(mark in raw for mark in "&<{"):
        return raw
    units = list(_units(raw))
    parts: list[str] = []
    at = 0
    while at < len(units):
        stop, kept = _piece(units, at)
        text = "".join(unit[0] for unit in units[at:stop]) if kept else ""
        parts.append(" " * (sum(unit[1] for unit in units[at:stop]) - len(text)) + text)
        at = stop
    return "".join(parts)


def with_joined_names(raw: str) -> str:
    """Plain text where a called name of several words, as xmutil writes a macro's, has '_' for its blanks."""
    return _WORDS_CALLED.sub(_joined, plain(raw))


def _joined(found: re.Match[str]) -> str:
    return re.sub(r"\s", "_", found["words"]) + found["call"] if found["call"] else found.group()


def _piece(units: list[Unit], at: int) -> tuple[int, bool]:
    """Where the comment, quoted name, run of entities or single character at a place ends; False for a comment."""
    match units[at][0]:
        case "{":
            end = _comment_end(units, at)
            return (len(units), True) if end is None else (end, False)
        case '"':
            return _quote_end(units, at), True
        case _:
            return _run_end(units, at), True


def _units(raw: str) -> Iterator[Unit]:
    """Characters with the length that they take in the file."""
    for found in _UNIT.finditer(raw):
        text = found.group()
        if found["cdata"] is not None:
            yield "", _CDATA_OPENS
            yield from ((char, 1) for char in found["cdata"])
            yield "", _CDATA_CLOSES
        elif found["entity"] is not None:
            yield html.unescape(text), len(text)
        elif len(text) > 1:
            yield "", len(text)
        else:
            yield text, 1


def _comment_end(units: list[Unit], at: int) -> int | None:
    return next((place + 1 for place in range(at + 1, len(units)) if units[place][0] == "}"), None)


def _quote_end(units: list[Unit], at: int) -> int:
    """Past the closing quote, or the end of the text where there is none."""
    place = at + 1
    while place < len(units):
        if units[place][0] == '"':
            return place + 1
        place += 2 if units[place][0] == "\\" else 1
    return len(units)


def _run_end(units: list[Unit], at: int) -> int:
    """Past a run of entities, whose characters may be one operator, or past one character."""
    stop = at + 1
    while units[at][1] > 1 and stop < len(units) and units[stop][1] > 1 and units[stop][0] not in ('"', "{"):
        stop += 1
    return stop
