"""Diagnostics as text with carets, as JSON values, and as a summary line.

Text of a model is shown so that no sign of it can move the cursor or hide another; it must not know any terminal.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections import Counter
from collections.abc import Iterable

from stockflow.diagnostics.model import Diagnostic, Severity
from stockflow.source import Span

WIDTH = 100
"""Columns of a source line that are shown at most; a longer line is cut round the caret."""

TAB = "    "
# Letters and marks that take a place and show nothing, although they count as printable.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
Json = str | int | None | list[str] | dict[str, int]


def text(diagnostic: Diagnostic, encoding: str = "utf-8") -> str:
    """The diagnostic on one line, the source line with carets below it, then notes and hint.

    Signs that the encoding lacks are shown as escapes, and the carets stay under their place.
    """
    lines = [heading(diagnostic, encoding)]
    if diagnostic.span is not None:
        lines += _excerpt(diagnostic.span, encoding)
    lines += [f"    = note: {shown(note, encoding)}" for note in diagnostic.notes]
    if diagnostic.hint:
        lines.append(f"    = hint: {shown(diagnostic.hint, encoding)}")
    return "\n".join(lines)


def heading(diagnostic: Diagnostic, encoding: str = "utf-8") -> str:
    """`teacup.mdl:2:26: error[SF204]: unknown variable 'room temp'`."""
    place = shown(place_of(diagnostic), encoding)
    lead = f"{place}: " if place else ""
    return f"{lead}{diagnostic.severity}[{diagnostic.code}]: {shown(diagnostic.message, encoding)}"


def place_of(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    if span is None:
        return diagnostic.file
    line, column = span.source.place(span.start)
    return f"{span.source.name}:{line}:{column}"


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`; empty where there is nothing to count."""
    counts = Counter(item.severity for item in diagnostics)
    return ", ".join(_counted(counts[severity], severity) for severity in Severity if counts[severity])


def _counted(count: int, severity: Severity) -> str:
    return f"{count} {severity}" if count == 1 else f"{count} {severity}s"


def as_json(diagnostic: Diagnostic) -> dict[str, Json]:
    """The diagnostic as a value for `json.dumps`: all text as it is in the model; `end` is past the last sign."""
    found: dict[str, Json] = {
        "code": diagnostic.code,
        "severity": str(diagnostic.severity),
        "message": diagnostic.message,
        "file": diagnostic.span.source.name if diagnostic.span else diagnostic.file,
        "line": diagnostic.line,
        "column": diagnostic.column,
        "end": _end(diagnostic.span),
        "variable": diagnostic.variable,
        "notes": list(diagnostic.notes),
        "hint": diagnostic.hint,
    }
    return found


def _end(span: Span | None) -> dict[str, int] | None:
    if span is None:
        return None
    line, column = span.source.place(span.stop)
    return {"line": line, "column": column}


def shown(raw: str, encoding: str = "utf-8") -> str:
    r"""The text with every sign that a terminal would not print written as an escape.

    >>> shown("a\x1b[31mb", "ascii")
    'a\\x1b[31mb'
    """
    if raw.isascii() and raw.isprintable():
        return raw
    return "".join(_cell(sign, encoding) for sign in raw)


def _cell(sign: str, encoding: str) -> str:
    if sign == "\t":
        return TAB
    if not sign.isprintable() or sign in _BLANK:
        return _escape(sign)
    if sign.isascii():
        return sign
    try:
        sign.encode(encoding)
    except UnicodeEncodeError:
        return _escape(sign)
    return sign


def _escape(sign: str) -> str:
    return codecs.encode(sign, "unicode_escape").decode("ascii")


def _columns(cell: str) -> int:
    """Terminal columns that a printed cell takes: two for wide signs, none for combining ones."""
    if cell.isascii():
        return len(cell)
    return sum(0 if unicodedata.combining(sign) else 1 + (unicodedata.east_asian_width(sign) in "WF") for sign in cell)


def _excerpt(span: Span, encoding: str) -> list[str]:
    """The source line and the carets under the span; a span of several lines is marked on its first."""
    line, column = span.source.place(span.start)
    begin, end = span.source.line_extent(line)
    first = min(column - 1, end - begin)
    last = min(max(span.stop - span.start, 1) + first, max(end - begin, first + 1))
    start, stop = _cut(end - begin, first, last)
    source = span.source.text[begin + start : begin + stop].rstrip("\r")
    first, last = first - start, min(last - start, max(len(source), first - start + 1))
    cells = [_cell(sign, encoding) for sign in source]
    widths = [_columns(cell) for cell in cells]
    dots = "..." if start else ""
    indent = " " * (len(dots) + sum(widths[:first]))
    carets = "^" * max(1, sum(widths[first:last]))
    number = f"{line:>3}"
    tail = "..." if begin + stop < end else ""
    return [f"{number} | {dots}{''.join(cells)}{tail}".rstrip(), f"{' ' * len(number)} | {indent}{carets}"]


def _cut(length: int, first: int, last: int) -> tuple[int, int]:
    """From which sign of a line up to which it is shown, so that the place is seen; no line is copied for it."""
    if length <= WIDTH:
        return 0, length
    room = max(10, (WIDTH - min(last - first, WIDTH)) // 2)
    start = max(0, min(first - room, length - WIDTH))
    return start, min(length, start + WIDTH)
