"""Where the tags of an XML text stand, and which closing tags are missing or misspelt.

It knows offsets and the nesting of names only; what the XML means, and whether it is well-formed, is lxml's to say.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

# What never ends reaches to the end of the text, and no tag reaches past a '<', so that a scan takes linear time.
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)"
    r"|<(?P<close>/?)(?P<name>[^\s<>/!?=\"']++)(?P<rest>(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>",
    re.DOTALL,
)
# A tag's attributes are as many as its values, since every attribute has one, whatever stands in it.
_VALUE = re.compile(r"\"[^\"]*+\"|'[^']*+'")
_ENTITY = re.compile(r"<!ENTITY|<!DOCTYPE", re.IGNORECASE)
_PROLOG = re.compile(r"(?:\s|\ufeff|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)


@dataclass(slots=True)
class Extent:
    """One element: its start tag is text[start:inner], its content text[inner:outer], all of it text[start:stop]."""

    name: str
    start: int
    inner: int
    outer: int = -1
    stop: int = -1


@dataclass(frozen=True, slots=True)
class Mend:
    """A place where a closing tag was wanted: text[start:stop] is replaced by `text`."""

    start: int
    stop: int
    text: str
    extent: Extent


@dataclass(slots=True)
class Outline:
    """The elements in the order of their start tags, what has to be mended, and what was still open at the end.

    `depth` is how many stand in each other, `deepest` where the innermost of these begins.
    """

    extents: list[Extent] = field(default_factory=list)
    mends: list[Mend] = field(default_factory=list)
    open: list[Extent] = field(default_factory=list)
    strays: list[tuple[int, int]] = field(default_factory=list)
    attributes: tuple[int, int] = (0, 0)
    """The most attributes of one tag, and where it stands."""
    depth: int = 0
    deepest: int = 0


def doctype(text: str) -> int | None:
    """The offset of a DOCTYPE before the first element, or None."""
    prolog = _PROLOG.match(text)
    at = prolog.end() if prolog else 0
    return at if _ENTITY.match(text, at) else None


def _tags(text: str) -> Iterator[re.Match[str]]:
    return (token for token in _TOKEN.finditer(text) if token["name"] is not None)


def _closes_next(following: re.Match[str] | None, name: str) -> bool:
    return following is not None and bool(following["close"]) and following["name"] == name


def outline(text: str) -> Outline:
    """The nesting of the text's elements; a closing tag that fits an outer element closes those inside it too."""
    found = Outline()
    stack = found.open
    counts: dict[str, int] = {}
    tags = _tags(text)
    tag = next(tags, None)
    while tag is not None:
        following = next(tags, None)
        if tag["close"]:
            _close(found, counts, tag, following)
        else:
            extent = Extent(tag["name"], tag.start(), tag.end())
            found.attributes = max(found.attributes, (len(_VALUE.findall(tag["rest"])), tag.start()))
            found.extents.append(extent)
            if tag["rest"].endswith("/"):
                extent.outer = extent.stop = tag.end()
            else:
                stack.append(extent)
                counts[extent.name] = counts.get(extent.name, 0) + 1
                if len(stack) > found.depth:
                    found.depth, found.deepest = len(stack), tag.start()
        tag = following
    return found


def _close(found: Outline, counts: dict[str, int], tag: re.Match[str], following: re.Match[str] | None) -> None:
    stack, name = found.open, tag["name"]
    if not stack or (not counts.get(name) and _closes_next(following, stack[-1].name)):
        found.strays.append(tag.span())
        return
    if not counts.get(name):
        found.mends.append(Mend(tag.start(), tag.end(), f"</{stack[-1].name}>", stack[-1]))
        _pop(stack, counts, tag.start(), tag.end())
        return
    while stack[-1].name != name:
        found.mends.append(Mend(tag.start(), tag.start(), f"</{stack[-1].name}>", stack[-1]))
        _pop(stack, counts, tag.start(), tag.start())
    _pop(stack, counts, tag.start(), tag.end())


def _pop(stack: list[Extent], counts: dict[str, int], outer: int, stop: int) -> None:
    extent = stack.pop()
    counts[extent.name] -= 1
    extent.outer, extent.stop = outer, stop


def placed(found: Outline, ends: Callable[[str, str], bool]) -> list[Mend]:
    """The mends in order of place; a missing closing tag stands before the first tag inside that `ends` its element.

    `ends(outer, inner)` says that an element `inner` never stands inside an `outer`.
    """
    starts = [extent.start for extent in found.extents]
    mends = []
    for mend in found.mends:
        extent = mend.extent
        if mend.start == mend.stop:
            after, before = bisect_right(starts, extent.start), bisect_left(starts, mend.start)
            inside = found.extents[after:before]
            place = next((other.start for other in inside if ends(extent.name, other.name)), mend.start)
            extent.outer = extent.stop = place
            mend = Mend(place, place, mend.text, extent)
        mends.append(mend)
    return sorted(mends, key=lambda mend: mend.start)


def mended(text: str, mends: list[Mend]) -> str:
    """The text with its closing tags put right; no line break is added or lost."""
    parts: list[str] = []
    at = 0
    for mend in mends:
        parts += (text[at : mend.start], mend.text)
        at = mend.stop
    return "".join(parts) + text[at:]
