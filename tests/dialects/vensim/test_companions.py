"""Files beside a model: changes (.cin) and savelists (.lst), as they are read."""

from __future__ import annotations

import pytest

from stockflow.diagnostics.model import Report
from stockflow.dialects.vensim.companions import changes_of, names_of
from stockflow.ir.changes import Change
from stockflow.source import Source


def read(text: str) -> list[Change]:
    report = Report()
    found = list(changes_of(Source("c.cin", text), report))
    assert [item.message for item in report] == []
    return found


def told(text: str) -> list[tuple[str, int, str]]:
    report = Report()
    list(changes_of(Source("c.cin", text), report))
    return [(item.code, item.line or 0, item.message) for item in report]


@pytest.mark.parametrize(
    ("text", "key", "values"),
    [
        ("Fractional_Growth = 1.2", "fractional growth", (1.2,)), ('"a-b" = -3e2', "a-b", (-300,)),
        ("c==.5", "c", (0.5,)), ("0 <= c = 0.25 <= 1", "c", (0.25,)), ("-1e3<=c=-2<=+4.", "c", (-2,)),
        ("c = 3 <= 4", "c", (3,)), ("1 <= c = 3", "c", (3,)), ("c = :NA:", "c", (-(2.0**109),)),
        ("c \\\n = 4", "c", (4,)), ("c = {was 5} 4 {of 9 {always}}", "c", (4,)),
    ],
)
def test_a_number(text: str, key: str, values: tuple[float, ...]) -> None:
    (change,) = read(text)
    assert (change.key, change.subscripts, change.values) == (key, (), values)


def test_numbers_of_elements() -> None:
    first, second = read("x[A1, dim_b] = 3,2,\n  7\nx[A2,dimB]=1,2;3,4;\n")
    assert [word.key for word in first.subscripts] == ["a1", "dim b"]
    assert (first.values, second.values) == ((3, 2, 7), (1, 2, 3, 4))


def test_points_of_a_lookup() -> None:
    first, second, third = read("f((0,0),(1,1))\nf[a]([(0,0)-(2,9)],(0,0),\n(2, -1.5))\nf(1, 2, 10, 20)")
    assert first.points is not None and second.points is not None and third.points is not None
    assert (first.points.x, first.points.y) == ((0, 1), (0, 1))
    assert (second.points.x, second.points.y, second.subscripts[0].key) == ((0, 2), (0, -1.5), "a")
    assert (third.points.x, third.points.y) == ((1, 2), (10, 20))


def test_a_text() -> None:
    (change,) = read("file :IS: 'other (2).xlsx'")
    assert (change.key, change.text) == ("file", "other (2).xlsx")


def test_blank_lines_and_comments_are_no_changes() -> None:
    assert read("{UTF-8}\n\n{ a comment\n over lines }\n:COMMENT c = 1\n") == []


def test_places_are_those_of_the_file() -> None:
    first, second = read("{one\ntwo}\n a = 1\nb \\\n= 2\n")
    assert [(change.span.line, change.span.column, change.span.text) for change in (first, second)] == [
        (3, 2, "a"), (4, 1, "b"),
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a = 1\nb = a * 2", ("SF105", 2, "a changes file gives numbers, not expressions")),
        ("a = 1\nb", ("SF105", 2, "this is no change of a constant, lookup or string")),
        ("d : a, b", ("SF105", 1, "this is no change of a constant, lookup or string")),
        ("a = -b", ("SF105", 1, "a changes file gives numbers, not expressions")),
        ("a = 1 {no end", ("SF107", 1, "the comment is never closed")),
    ],
)
def test_what_is_no_change_is_told_with_its_line(text: str, wanted: tuple[str, int, str]) -> None:
    assert wanted in told(text)


def test_one_line_that_cannot_be_read_hides_no_other() -> None:
    assert [line for _, line, _ in told("a = = 1\nb = 2 3\nc = 4\nd = (1\n")] == [1, 2, 4]


def test_a_savelist_is_a_name_on_each_line() -> None:
    source = Source("a.lst", "{what to keep}\n Teacup Temperature\n\nx[a, b]\n")
    found = list(names_of(source, Report()))
    assert [(name, span.line, span.text) for name, span in found] == [
        ("Teacup Temperature", 2, "Teacup Temperature"), ("x[a, b]", 4, "x[a, b]"),
    ]
