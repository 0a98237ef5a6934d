"""Taking the equation section apart: statements, their fields, groups and macros, with offsets kept.

Comments and continuation lines are blanked out by as many spaces, so every later place is one of the file. It must
not know what an equation means: a fault in one statement never hides the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from stockflow.diagnostics.model import Report
from stockflow.ir.names import label_of
from stockflow.source import Source

# In the equation field only: names and quotes shield marks in them, and so do strings (a path may hold '~').
# A quote closes on its own line, or the next one would be taken for its end; one that does not shields nothing.
_MARKS = re.compile(
    r"""[^\W\d_][\w$'\u2019]*|"(?:[^"\\\n]|\\.)*(?P<closed>")?|'[^'\n]*'|(?P<mark>[{~|])|(?P<joined>\\[ \t]*\n)""",
    re.DOTALL,
)
_BARE_MARKS = re.compile(r"(?P<mark>[{~|])|(?P<joined>\\[ \t]*\n)")
_BRACES = re.compile(r"[{}]")
_ENDS = re.compile(r"[~|]")
_BLANK = re.compile(r"[\s\ufeff]*")
_CONTINUED = re.compile(r"\\\n")
_MACRO = re.compile(r":MACRO:", re.IGNORECASE)
_MACRO_END = re.compile(r":END\s+OF\s+MACRO:", re.IGNORECASE)
_BRACKETS = re.compile(r'"(?:[^"\\\n]|\\.)*"?|[()|~]', re.DOTALL)
_NAME = re.compile(r"""\s*("(?:[^"\\\n]|\\.)*"|[^\W\d][\w$'\u2019]*(?:[^\S\n]+[\w$'\u2019]+)*)""", re.DOTALL)

Kind = Literal["definition", "group", "macro"]


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """A stretch of the file. `fields` are the offsets of what '~' separates; `label` names a group or a macro.

    The one field of a macro is its header; `inside` are the statements of its body.
    """

    kind: Kind
    start: int
    stop: int
    fields: tuple[tuple[int, int], ...] = ()
    label: str = ""
    inside: tuple[Statement, ...] = ()


@dataclass(slots=True)
class Split:
    """Statements in the order of the file, and what of its text is blank.

    `closing` holds where each '{' closes. Up to `bare` no quote closes: known once, so that no quote is tried twice.
    """

    source: Source
    report: Report
    end: int
    closing: dict[int, int]
    statements: list[Statement] = field(default_factory=list)
    blanks: list[tuple[int, int]] = field(default_factory=list)
    bare: int = 0

    def text(self) -> str:
        """The equation section with comments and continuation marks as spaces; offsets are those of the source."""
        pieces: list[str] = []
        at = 0
        whole = self.source.text
        for start, stop in self.blanks:
            pieces += (whole[at:start], " " * (stop - start))
            at = stop
        pieces.append(whole[at : self.end])
        return "".join(pieces)


def split(source: Source, report: Report, end: int, whole: bool) -> Split:
    """Statements of source.text[:end]; `whole` where a sketch or settings show that the file is not cut off."""
    found = Split(source, report, end, _braces(source.text, end))
    at = _skip(found, 0)
    while at < end:
        if _MACRO.match(source.text, at, end):
            at = _macro(found, at, whole)
        elif ending := _MACRO_END.match(source.text, at, end):
            report.error("SF105", "':END OF MACRO:' without a ':MACRO:' before it", source.span(at, ending.end()))
            at = ending.end()
        else:
            at = _statement(found, at, whole)
        at = _skip(found, at)
    return found


def name_at(text: str, start: int, stop: int) -> str:
    """The label of the name that a statement starts with; empty where there is none."""
    found = _NAME.match(text, start, stop)
    return label_of(found[1]) if found else ""


def _skip(found: Split, at: int) -> int:
    """The next offset that is neither blank nor comment."""
    text = found.source.text
    while True:
        blank = _BLANK.match(text, at, found.end)
        at = blank.end() if blank else at
        if not text.startswith("{", at, found.end):
            return at
        stop = _comment(found, at)
        label = _between_stars(text[at + 1 : stop - 1], 1)
        if label is not None:
            found.statements.append(Statement("group", at, stop, label=label))
        at = stop


def _comment(found: Split, at: int) -> int:
    """Blank out the comment that opens here; where it ends, comments nested in it included."""
    stop = found.closing.get(at)
    if stop is None:
        stop = at + 1
        span = found.source.span(at, stop)
        found.report.error("SF105", "the comment opened here is never closed", span, hint="add the missing '}'")
    found.blanks.append((at, stop))
    return stop


def _braces(text: str, end: int) -> dict[int, int]:
    """After which offset each '{' is closed, those of nested comments too."""
    opened: list[int] = []
    closing: dict[int, int] = {}
    for brace in _BRACES.finditer(text, 0, end):
        if brace.group() == "{":
            opened.append(brace.start())
        elif opened:
            closing[opened.pop()] = brace.end()
    return closing


def _statement(found: Split, start: int, whole: bool) -> int:
    """One definition or group; where the next statement may start."""
    fields: list[tuple[int, int]] = []
    at, mark = _equation_field(found, start)
    fields.append((start, at))
    while mark == "~":
        begin = at + 1
        end = _ENDS.search(found.source.text, begin, found.end)
        at, mark = (end.start(), end.group()) if end else (found.end, "")
        fields.append((begin, at))
    if mark != "|":
        _cut_off(found, start, whole)
        return found.end
    if at > start or len(fields) > 1:
        found.statements.append(_classified(found.source.text, start, at, tuple(fields)))
    return at + 1


def _classified(text: str, start: int, stop: int, fields: tuple[tuple[int, int], ...]) -> Statement:
    label = _between_stars(text[slice(*fields[0])], 3) if text.startswith("***", start) else None
    if label is not None:
        return Statement("group", start, stop, fields, label)
    return Statement("definition", start, stop, fields)


def _between_stars(text: str, least: int) -> str | None:
    """The name of a group, which so many stars or more stand on each side of; empty between stars alone, else None."""
    text = text.rstrip()
    stars = "*" * least
    if len(text) < 2 * least or not (text.startswith(stars) and text.endswith(stars)):
        return None
    return " ".join(text.strip("*").split())


def _equation_field(found: Split, start: int) -> tuple[int, str]:
    """Where the first field ends, and by which mark; comments and continuation marks in it are blanked out."""
    at = start
    while True:
        mark = next(_marked(found, at), None)
        if mark is None:
            return found.end, ""
        place, sign = mark
        if sign in "~|":
            return place, sign
        at = _comment(found, place) if sign == "{" else place + 1


def _marked(found: Split, at: int) -> Iterator[tuple[int, str]]:
    text = found.source.text
    if at < found.bare:
        yield from _bare(found, at, found.bare)
    for token in _MARKS.finditer(text, max(at, found.bare), found.end):
        if token["mark"]:
            yield token.start(), token["mark"]
        elif token["joined"]:
            found.blanks.append(token.span())
        elif token["closed"] and "\\\n" in token.group():
            found.blanks += (joint.span() for joint in _CONTINUED.finditer(text, *token.span()))
        elif text[token.start()] == '"' and not token["closed"]:
            found.bare = token.end()
            yield from _bare(found, token.start() + 1, found.bare)


def _bare(found: Split, start: int, stop: int) -> Iterator[tuple[int, str]]:
    """Marks in a stretch where quotes shield nothing."""
    for token in _BARE_MARKS.finditer(found.source.text, start, stop):
        if token["mark"]:
            yield token.start(), token["mark"]
        else:
            found.blanks.append(token.span())


def _cut_off(found: Split, start: int, whole: bool) -> None:
    source = found.source
    stop = len(source.text[start : found.end].rstrip()) + start
    name = name_at(source.text, start, stop)
    named = f" of '{name}'" if name else ""
    note: tuple[str, ...]
    if whole:
        message, note = f"the definition{named} has no '|' before the sketch or the settings begin", ()
    else:
        message = f"the file ends in the middle of the definition{named} (no '|')"
        note = ("It may not have been copied whole.",)
    line_end = source.text.find("\n", start, stop)
    found.report.error(
        "SF104", message, source.span(start, line_end if line_end > 0 else stop), notes=note,
        hint="copy the file again, or end the definition with '|'", variable=name,
    )


def _macro(found: Split, start: int, whole: bool) -> int:
    """A macro as one statement; its body is taken by whole statements, so that marks in comments do not end it."""
    source = found.source
    header = _header_end(source.text, start, found.end)
    name = name_at(source.text, start + len(":MACRO:"), header)
    before, found.statements = found.statements, []
    at = _skip(found, header)
    ending = _MACRO_END.match(source.text, at, found.end)
    while ending is None and at < found.end and not _MACRO.match(source.text, at, found.end):
        at = _skip(found, _statement(found, at, whole))
        ending = _MACRO_END.match(source.text, at, found.end)
    stop = ending.end() if ending else at
    if ending is None:
        found.report.error(
            "SF104", f"the macro '{name}' has no ':END OF MACRO:'", source.span(start, header),
            hint="end the macro with ':END OF MACRO:'",
        )
    body = tuple(found.statements)
    found.statements = [*before, Statement("macro", start, stop, ((start, header),), name, body)]
    return stop


def _header_end(text: str, start: int, end: int) -> int:
    """After the ')' of a macro's header; the line's end where the header has none."""
    depth = 0
    for bracket in _BRACKETS.finditer(text, start, end):
        if bracket.group() in "|~":
            break
        depth += {"(": 1, ")": -1}.get(bracket.group(), 0)
        if bracket.group() == ")" and depth <= 0:
            return bracket.end()
    line_end = text.find("\n", start, end)
    return line_end if line_end >= 0 else end
