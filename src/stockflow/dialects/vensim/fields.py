"""The fields after an equation: units with their range, documentation, flags.

It must not know the equation.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from stockflow.diagnostics.model import Report
from stockflow.dialects.vensim.statements import Statement
from stockflow.source import Source, Span

_FIELDS = 4
_LEFT = r"""("[^"\n]*+"|[^\W\d][\w$' \t]*+)[ \t]*+(\[[^\]\n]*+\][ \t]*+)?"""
_DEFINES = re.compile(rf"\s*+(?P<left>{_LEFT})(=|\()")
_DEFINES_BELOW = re.compile(rf"\n[ \t]*+(?P<left>{_LEFT})=")
Limits = tuple[float | None, float | None, float | None]
OPEN: Limits = (None, None, None)
_JOINED = re.compile(r"\\[ \t]*\n[ \t]*")
_COMMENT = re.compile(r"\{[^{}]*\}")
_SUPPLEMENTARY = re.compile(r":?SUP(?:PLEMENTARY)?:?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class Fields:
    units: str = ""
    units_span: Span | None = None
    limits: Limits = OPEN
    doc: str = ""
    supplementary: bool = False


def fields_of(source: Source, statement: Statement, report: Report) -> Fields:
    parts = statement.fields[1:]
    if not parts:
        return Fields()
    units, units_span, limits = _units(source, *parts[0], report)
    doc = documentation(source, *parts[1]) if len(parts) > 1 else ""
    flags = "".join(source.text[start:stop] for start, stop in parts[2:])
    return Fields(units, units_span, limits, doc, bool(_SUPPLEMENTARY.search(flags)))


def check_count(source: Source, statement: Statement, report: Report, name: str) -> None:
    """Report text that no field has room for: most often a '|' is missing, and the next definition is lost in it."""
    text, fields = source.text, statement.fields
    flag = " ".join(text[slice(*fields[3])].split()) if len(fields) == _FIELDS else ""
    fits = len(fields) <= _FIELDS and (not flag or bool(_SUPPLEMENTARY.fullmatch(flag)))
    lost = _lost(text, fields, fits, bool(flag))
    if lost is not None and fits and lost[0] >= fields[1][1]:
        report.warn(
            "SF104", f"the comment of '{name}' holds what looks like a definition, and is read as a comment",
            source.span(*lost), variable=name, hint="if it is one, put a '|' before it, else leave out the third '~'",
        )
    elif lost is not None:
        report.error(
            "SF104", f"the definition of '{name}' runs on into the next one", source.span(*lost), variable=name,
            hint="end each definition with '|'",
        )
    elif not fits:
        start, stop = fields[3]
        start += len(text[start:stop]) - len(text[start:stop].lstrip())
        report.warn(
            "SF105", f"text after the third '~' of '{name}' is not read",
            source.span(start, max(start + 1, start + text[start:stop].find("\n"))), variable=name,
            hint="end each definition with '|', and write no '~' in a comment",
        )


def _lost(text: str, fields: tuple[tuple[int, int], ...], fits: bool, flagged: bool) -> tuple[int, int] | None:
    """Where a definition begins that stands in the units, or in a comment that Vensim would not write a '~' behind."""
    doubtful = fields[1:2] if fits and (flagged or len(fields) < _FIELDS) else fields[1:-1]
    for place, field in enumerate(doubtful):
        found = (_DEFINES.match(text, *field) if place and not fits else None) or _DEFINES_BELOW.search(text, *field)
        if found is not None:
            return found.span("left")
    return None


def documentation(source: Source, start: int, stop: int) -> str:
    """The comment with continuation lines joined; other line ends stay."""
    text = source.text[start:stop].strip()
    if "\n" not in text:
        return text
    return "\n".join(line.strip() for line in _JOINED.sub("", text).split("\n")).strip()


def _units(source: Source, start: int, stop: int, report: Report) -> tuple[str, Span | None, Limits]:
    raw = source.text[start:stop]
    text = raw.strip()
    if not text:
        return "", None, OPEN
    bracket = text.rfind("[") if text.endswith("]") else -1
    inside, outside = (text[bracket + 1 : -1], text[:bracket]) if bracket >= 0 else ("", text)
    limits = _limits(inside, source, start + raw.index(text), report, len(text)) if bracket >= 0 else OPEN
    units = " ".join(_COMMENT.sub(" ", _JOINED.sub("", outside)).split())
    if not units:
        return "", None, limits
    first = start + len(raw) - len(raw.lstrip())
    return units, source.span(first, first + len(outside.rstrip())), limits


def _limits(inside: str, source: Source, start: int, report: Report, length: int) -> Limits:
    numbers: list[float | None] = []
    for word in inside.split(","):
        try:
            numbers.append(_bound(word.strip()))
        except ValueError:
            report.warn(
                "SF501", f"the range [{inside.strip()}] of the units cannot be read and is left out",
                source.span(start, start + length), hint="write [minimum, maximum] or [minimum, maximum, step]",
            )
            return OPEN
    low, high, step = (*numbers, None, None, None)[:3]
    return low, high, step


def _bound(word: str) -> float | None:
    """A number; '?', nothing, an infinity and nan leave the range open."""
    value = math.nan if word in ("", "?") else float(word)
    return value if math.isfinite(value) else None
