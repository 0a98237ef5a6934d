"""Vensim's files beside a model: changes of constants, lookups and strings (.cin), lists of variables to keep (.lst).

It reads what they say, line by line; it must not know the model that they are for.
Source: Vensim reference, Changes Files and Savelists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from stockflow.diagnostics.model import Report
from stockflow.dialects.vensim.definitions import MISSING_VALUE, Definition, define
from stockflow.ir.changes import Change, Changes
from stockflow.ir.expr import Expr, Missing, Number, Table, Text, Unary, Values, Word
from stockflow.ir.walk import preorder
from stockflow.language.faults import Unreadable
from stockflow.language.nodes import constant
from stockflow.limits import USUAL, Limits
from stockflow.reading import is_held, read_at_most, source_of
from stockflow.source import Source, Span

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_FROM = re.compile(rf"\s*{_NUMBER}\s*<=\s*")
_TO = re.compile(rf"\s*<=\s*{_NUMBER}\s*\Z")
_SIGNS = re.compile(r'"(?:[^"\\\n]|\\.)*"|(?P<sign>[{}])|(?P<joined>\\[ \t]*\n)')
_NESTS = re.compile(r'"(?:[^"\\\n]|\\.)*"|(?P<sign>[()\[\]])')
_IGNORED = re.compile(r"\s*(?::COMMENT\b[^\n]*)?\s*", re.IGNORECASE)


def open_companion(path: Path, report: Report, limits: Limits = USUAL) -> Source | None:
    """The text of a file beside a model, or None where the report says why there is none."""
    try:
        data = read_at_most(path, limits.file_bytes)
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        report.error("SF101", f"{path.name} cannot be opened: {reason.lower()}", hint="check the path of the file")
        return None
    if not is_held(path.name, len(data), report, limits):
        return None
    return source_of(data, path.name, report, path, limits) if data.strip() else Source(path.name, "", path)


def read_changes(paths: Iterable[str | Path], report: Report, limits: Limits = USUAL) -> Changes:
    """The changes of several files; faults are reported with their lines."""
    found: list[Change] = []
    hashes: dict[str, str] = {}
    for path in map(Path, paths):
        source = open_companion(path, report, limits)
        if source is not None:
            found += changes_of(source, report)
            same = hashes.get(source.name, source.sha256) == source.sha256
            hashes[source.name if same else str(path)] = source.sha256
    return Changes(tuple(found), hashes)


def changes_of(source: Source, report: Report) -> Iterator[Change]:
    text = without_comments(source, report)
    for start, stop in _statements(text):
        try:
            yield _change(source, text, *_without_bounds(text, start, stop))
        except Unreadable as fault:
            report.error(fault.code, fault.message, source.span(fault.start, fault.stop), hint=fault.hint)


def without_comments(source: Source, report: Report) -> str:
    """The text with comments in braces, which nest, and marks of continued lines as spaces."""
    text, pieces, at = source.text, [], 0
    for start, stop in _blanks(source, report):
        pieces += [text[at:start], " " * (stop - start)]
        at = stop
    return "".join((*pieces, text[at:]))


def _blanks(source: Source, report: Report) -> Iterator[tuple[int, int]]:
    depth = opening = 0
    for found in _SIGNS.finditer(source.text):
        if found["joined"] and not depth:
            yield found.span()
        elif found["sign"] == "{":
            opening = opening if depth else found.start()
            depth += 1
        elif found["sign"] == "}" and depth:
            depth -= 1
            if not depth:
                yield opening, found.end()
    if depth:
        report.error("SF107", "the comment is never closed", source.span(opening, opening + 1), hint="add a '}'")
        yield opening, len(source.text)


def _statements(text: str) -> Iterator[tuple[int, int]]:
    """Lines, several together where a parenthesis is open, a line ends in a comma or was marked as going on."""
    start = depth = at = 0
    for line in text.splitlines(keepends=True):
        at += len(line)
        for found in _NESTS.finditer(line):
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(found["sign"] or "", 0)
        if depth > 0 or line.rstrip().endswith(","):
            continue
        if not _IGNORED.fullmatch(text[start:at]):
            yield start, at
        start, depth = at, 0
    if not _IGNORED.fullmatch(text[start:]):
        yield start, len(text)


def _without_bounds(text: str, start: int, stop: int) -> tuple[int, int]:
    """The stretch without the bounds of a line that an optimisation wrote: `0 <= name = 0.5 <= 1`."""
    lower = _FROM.match(text, start, stop)
    start = lower.end() if lower else start
    upper = _TO.search(text[start:stop].rstrip())
    return start, start + upper.start() if upper else stop


def _change(source: Source, text: str, start: int, stop: int) -> Change:
    made = define(source, text, start, stop)
    if not isinstance(made, Definition) or made.form not in ("equation", "lookup", "string") or made.left.excepts:
        shown = text[start:stop]
        begin = start + len(shown) - len(shown.lstrip())
        raise Unreadable("SF105", "this is no change of a constant, lookup or string", begin,
                         start + len(shown.rstrip()), "write NAME = number, NAME((x,y), (x,y)) or NAME :IS: 'text'")
    left = made.left
    words = tuple(part for part in left.subscripts if isinstance(part, Word))
    change = Change(left.key, left.label, left.span, words)
    match made.expr:
        case Text(value=value):
            return replace(change, text=value)
        case Table():
            return replace(change, points=made.expr)
        case expr:
            return replace(change, values=_numbers(expr, left.span))

def _numbers(expr: Expr, left: Span) -> tuple[float, ...]:
    match expr:
        case Values(values=values):
            return values
        case Missing():
            return (MISSING_VALUE,)
        case Number() | Unary() if all(isinstance(item, Number | Unary) for item in preorder(expr)):
            return (constant(expr),)
        case _:
            span = getattr(expr, "span", None) or left
            raise Unreadable("SF105", "a changes file gives numbers, not expressions", span.start, span.stop,
                             "work the number out and write it here")


# Lists of variables.


def names_of(source: Source, report: Report) -> Iterator[tuple[str, Span]]:
    """The names of a savelist, one on each line, with where they stand."""
    text = without_comments(source, report)
    at = 0
    for line in text.splitlines(keepends=True):
        name = line.strip()
        if name:
            start = at + line.index(name)
            yield name, source.span(start, start + len(name))
        at += len(line)
