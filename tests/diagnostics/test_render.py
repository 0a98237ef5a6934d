import json

import pytest

from stockflow.diagnostics.model import Diagnostic, Severity
from stockflow.diagnostics.render import as_json, shown, summary, text
from stockflow.source import Source

TEACUP = "{UTF-8}\ncooling rate = (teacup - room temp) / tau ~~|\n"


def found_at(content: str, part: str, **facts: object) -> Diagnostic:
    start = content.index(part)
    span = Source("teacup.mdl", content).span(start, start + len(part))
    return Diagnostic("SF204", Severity.ERROR, f"unknown variable {part!r}", span, **facts)  # type: ignore[arg-type]


def carets_mark(printed: str) -> str:
    """What stands above the carets."""
    lines = printed.splitlines()
    caret = next(line for line in lines if set(line.strip()) <= {"|", "^", " "} and "^" in line)
    above = lines[lines.index(caret) - 1]
    return above[caret.index("^") : caret.rindex("^") + 1]


def test_a_diagnostic_shows_its_line_with_carets_and_a_hint() -> None:
    diagnostic = found_at(TEACUP, "room temp", notes=("A fact.",), hint="did you mean 'room temperature'?")
    assert text(diagnostic).splitlines() == [
        "teacup.mdl:2:26: error[SF204]: unknown variable 'room temp'",
        "  2 | cooling rate = (teacup - room temp) / tau ~~|",
        "    |                          ^^^^^^^^^",
        "    = note: A fact.",
        "    = hint: did you mean 'room temperature'?",
    ]


def test_without_a_place_the_file_is_named() -> None:
    diagnostic = Diagnostic("SF202", Severity.ERROR, "FINAL TIME is missing", file="m.mdl")
    assert text(diagnostic) == "m.mdl: error[SF202]: FINAL TIME is missing"


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp437", "cp1252"])
@pytest.mark.parametrize("before", ["", "\t\t", "größe = ", "\x1b[31m", "e\u0301 ", "a" * 400, "\u202e", "☃\u00a0"])
@pytest.mark.parametrize("after", ["", " + 1", "b" * 400])
def test_carets_stand_under_the_place_on_any_console(encoding: str, before: str, after: str) -> None:
    printed = text(found_at(f"{before}room temp{after}\n", "room temp"), encoding)
    printed.encode(encoding)
    assert "\x1b" not in printed
    assert "\u202e" not in printed
    marked = carets_mark(printed.replace("e\u0301", "e"))
    assert marked == "room temp"
    assert max(map(len, printed.splitlines())) < 400


def test_wide_signs_take_two_columns() -> None:
    printed = text(found_at("日本 = room temp\n", "room temp")).splitlines()
    assert printed[2].index("^") == len("  1 | ") + 2 * 2 + 3


def test_the_end_of_a_line_and_of_a_file_can_be_marked() -> None:
    source = Source("m.mdl", "x = 1\ny = 2")
    for offset, caret in ((5, 5), (11, 5)):
        printed = text(Diagnostic("SF104", Severity.ERROR, "ends", source.span(offset, offset))).splitlines()
        assert printed[2] == "    | " + " " * caret + "^"


def test_a_span_of_several_lines_is_marked_on_its_first() -> None:
    printed = text(Diagnostic("SF104", Severity.ERROR, "m", Source("m", "x = (1\n + 2)\n").span(4, 12))).splitlines()
    assert printed[1:] == ["  1 | x = (1", "    |     ^^"]


def test_messages_cannot_move_the_cursor() -> None:
    assert shown("a\r\n\x1b]0;x\x07b\x00") == "a\\r\\n\\x1b]0;x\\x07b\\x00"


def test_a_summary_counts_by_severity() -> None:
    error = Diagnostic("SF204", Severity.ERROR, "")
    warning = Diagnostic("SF502", Severity.WARNING, "")
    assert summary([error, warning, error]) == "2 errors, 1 warning"
    assert summary([]) == ""


def test_json_holds_the_place_and_the_text_as_it_is() -> None:
    value = json.loads(json.dumps(as_json(found_at(TEACUP, "room temp", hint="h"))))
    assert value == {
        "code": "SF204", "severity": "error", "message": "unknown variable 'room temp'", "file": "teacup.mdl",
        "line": 2, "column": 26, "end": {"line": 2, "column": 35}, "variable": "", "notes": [], "hint": "h",
    }


class Watched(str):
    """A text that keeps how long each piece was that was cut out of it."""

    cuts: list[int]

    def __getitem__(self, place: object) -> str:
        piece = super().__getitem__(place)  # type: ignore[index]
        self.cuts.append(len(piece))
        return piece


def test_of_a_long_line_no_more_is_copied_than_is_shown() -> None:
    content = Watched("x + " * 100_000)
    content.cuts = []
    printed = text(Diagnostic("SF204", Severity.ERROR, "unknown", Source("m.mdl", content).span(200_000, 200_001)))
    assert carets_mark(printed) == "x"
    assert max(content.cuts) <= 100
