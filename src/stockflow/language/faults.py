"""Faults of syntax in words: what is wrong in a stretch of text that a grammar refuses, where, and what to type.

It knows lark's exceptions and `grammars/errors.toml`; it must not know a dialect's statements or who prints.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from stockflow.source import grammar

_QUOTED_OR_BRACKET = re.compile(
    r"""[^\W\d][\w$'\u2019]*|"(?:[^"\\\n]|\\.)*(?P<closed>")?|'[^'\n]*'|(?P<mark>['()\[\]])""", re.DOTALL
)
_WORD = re.compile(
    r"""[^\W\d][\w$'\u2019]*(?:\s+[\w$'\u2019]+)*|"(?:[^"\\\n]|\\.)*"|[0-9.]+"""
    r"""|'[^'\n]*'|:[\w ]+:|<->|->|:=|==|<=|>=|<>|\S""",
    re.DOTALL,
)
POINTS = "SF108"
_PAIRS = {")": "(", "]": "["}
_PAIRED = {"(": ")", "[": "]"}


class Unreadable(ValueError):
    """Raised inside the parsers for text that is not of the language; offsets are those of the source."""

    def __init__(self, code: str, message: str, start: int, stop: int, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.start = start
        self.stop = stop
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Sample:
    """A kind of mistake: its code and words, and malformed texts by which a grammar's states are recognised."""

    code: str
    message: str
    hint: str
    start: str
    at: str
    texts: tuple[str, ...]


_UNKNOWN = Sample("SF105", "cannot read {found} here", "", "", "found", ())


@cache
def samples() -> tuple[Sample, ...]:
    rows = tomllib.loads(grammar("errors.toml"))["mistake"]
    return tuple(
        Sample(
            row.get("code", "SF105"), row["message"], row.get("hint", ""), row.get("start", "expression"),
            row.get("at", "found"), tuple(row["samples"]),
        )
        for row in rows
    )


@cache
def characters() -> dict[str, str]:
    """Hints for characters that no language here has, such as a typographic minus."""
    return {char: row["hint"] for row in tomllib.loads(grammar("errors.toml"))["character"] for char in row["which"]}


Mark = tuple[int, int, str]
Known = dict[Mark, Sample]
_ANY = -1


def _mark(error: UnexpectedInput) -> Mark | None:
    """The last two states and the token: by these two failures are of one kind."""
    if not isinstance(error, UnexpectedToken):
        return None
    state: Any = error.state
    stack = state.state_stack
    return stack[-2] if len(stack) > 1 else _ANY, stack[-1], error.token.type


def learn(starts: tuple[str, ...], attempt: Callable[[str, str], object]) -> Known:
    """Parse the samples once: which states and token belong to which mistake. The first sample of a kind wins.

    A fault of a point is known only by both states, since `(2 3` is one only inside a lookup; others by the last too.
    """
    known: Known = {}
    for sample in samples():
        for text in sample.texts if sample.start in starts else ():
            try:
                attempt(sample.start, text)
            except UnexpectedInput as error:
                found = _mark(error)
                if found is not None:
                    known.setdefault(found, sample)
                    if sample.code != POINTS:
                        known.setdefault((_ANY, *found[1:]), sample)
    return known


def _recognise(error: UnexpectedInput, known: Known) -> Sample | None:
    found = _mark(error)
    return None if found is None else known.get(found) or known.get((_ANY, *found[1:]))


def explain(error: UnexpectedInput, text: str, begin: int, stop: int, known: Known) -> Unreadable:
    """The fault in words; a quote or bracket left open goes first, where it opened before the text went wrong."""
    if not text[begin:stop].strip():
        return Unreadable("SF105", "there is no expression here", begin, stop, "write one, or remove the definition")
    at = _place(error, text, begin, stop)
    sample = _recognise(error, known)
    opened = open_quote(text, begin, stop)
    if opened is not None and opened <= at:
        return unclosed_quote(text, opened, stop)
    bracket = _bracket_fault(text, begin, stop, at)
    if bracket is not None and (sample is None or sample.code != POINTS):
        return bracket
    if isinstance(error, UnexpectedCharacters):
        return _bad_character(text, at)
    return _mistake(sample or _UNKNOWN, text, begin, at, stop)


def _place(error: UnexpectedInput, text: str, begin: int, stop: int) -> int:
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        return begin + len(text[begin:stop].rstrip())
    return error.pos_in_stream or begin


def _marks(text: str, begin: int, stop: int) -> Iterator[tuple[str, int]]:
    """Brackets and lone quotes with their offsets, those inside names and strings left out."""
    for found in _QUOTED_OR_BRACKET.finditer(text, begin, stop):
        if found["mark"]:
            yield found["mark"], found.start()
        elif text[found.start()] == '"' and not found["closed"]:
            yield '"', found.start()


def open_quote(text: str, begin: int, stop: int) -> int | None:
    """Where a quote opens that is never closed."""
    return next((at for char, at in _marks(text, begin, stop) if char in "\"'"), None)


def unclosed_quote(text: str, at: int, stop: int) -> Unreadable:
    quote = text[at]
    word = re.match(r"[\w$' ]*", text[at + 1 : stop])
    name = word.group().strip() if word else ""
    hint = f"did you mean {quote}{name}{quote}?" if name else f"put a second {quote} where it ends"
    return Unreadable("SF106", "the quote opened here is never closed", at, at + 1 + len(name), hint)


def _bracket_fault(text: str, begin: int, stop: int, at: int) -> Unreadable | None:
    opened: list[tuple[str, int]] = []
    for char, place in _marks(text, begin, stop):
        if char in _PAIRED:
            opened.append((char, place))
        elif char in _PAIRS:
            if opened and opened[-1][0] == _PAIRS[char]:
                opened.pop()
                continue
            if opened and opened[-1][1] <= at:
                return _never_closed(*opened[-1])
            if place > at:
                return None
            return Unreadable(
                "SF107", f"'{char}' closes nothing: there is no '{_PAIRS[char]}' before it", place, place + 1,
                f"remove it, or add the missing '{_PAIRS[char]}'",
            )
    return _never_closed(*opened[0]) if opened and opened[0][1] <= at else None


def _never_closed(char: str, place: int) -> Unreadable:
    return Unreadable("SF107", f"'{char}' is never closed", place, place + 1, f"add the missing '{_PAIRED[char]}'")


def _bad_character(text: str, at: int) -> Unreadable:
    char = text[at]
    shown = char if char.isprintable() else f"U+{ord(char):04X}"
    hint = characters().get(char, "put a name with special characters in double quotes")
    return Unreadable("SF105", f"the character '{shown}' has no meaning here", at, at + 1, hint)


def word_at(text: str, at: int, stop: int) -> str:
    """The word, number or sign that starts at an offset, shortened for people."""
    found = _WORD.match(text, at, stop)
    word = " ".join(found.group().split()) if found else text[at : at + 1]
    return word if len(word) <= 40 else word[:39] + "…"


def _before(text: str, begin: int, at: int) -> tuple[int, str]:
    """Start and text of the last word before an offset."""
    last = (begin, "")
    for found in _WORD.finditer(text, max(begin, at - 400), at):
        last = (found.start(), " ".join(found.group().split()))
    return last


def _mistake(sample: Sample, text: str, begin: int, at: int, stop: int) -> Unreadable:
    ended = at >= begin + len(text[begin:stop].rstrip())
    found = "the end" if ended else f"'{word_at(text, at, stop)}'"
    start_before, before = _before(text, begin, at)
    if sample.at == "before" or ended:
        start, end = start_before, start_before + max(1, len(before))
    else:
        start, end = at, at + max(1, len(word_at(text, at, stop)))
    facts = {
        "found": found, "before": f"'{before}'" if before else "the beginning", "point": _point(text, begin, at, stop)
    }
    return Unreadable(sample.code, sample.message.format_map(facts), start, end, sample.hint)


def _point(text: str, begin: int, at: int, stop: int) -> str:
    """The parenthesis around an offset, as it stands."""
    start = max(text.rfind("(", begin, at), begin)
    end = text.find(")", at, stop)
    return " ".join(text[start : end + 1 if end >= 0 else min(stop, start + 30)].split())
