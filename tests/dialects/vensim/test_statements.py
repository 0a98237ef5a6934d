"""Splitting: fields, comments, continuation lines, groups, macros, and places that stay true."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockflow.api import check
from stockflow.diagnostics.model import Report
from stockflow.dialects.vensim.statements import Split, split
from stockflow.source import Source


def split_text(text: str, whole: bool = True) -> tuple[Split, Report]:
    report = Report()
    return split(Source("m.mdl", text), report, len(text), whole), report


def equations(text: str) -> list[str]:
    found, _ = split_text(text)
    blanked = found.text()
    return [
        " ".join(blanked[slice(*statement.fields[0])].split())
        for statement in found.statements
        if statement.kind == "definition"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1 ~ u ~ d | y = 2 ~~|", ["x = 1", "y = 2"]),
        ("x = 1 | y = 2 |", ["x = 1", "y = 2"]),
        ('"a~b|c" = 1 ~~| y = 2 ~~|', ['"a~b|c" = 1', "y = 2"]),
        ("x = GET XLS DATA('~/a|b.xls') ~~| y = 2 ~~|", ["x = GET XLS DATA('~/a|b.xls')", "y = 2"]),
        ("d'un = l'autre ~~| y = d'un ~~|", ["d'un = l'autre", "y = d'un"]),
        ("x = 1 {one | ~ {two} } + 2 ~~| y = 2 ~~|", ["x = 1 + 2", "y = 2"]),
        ("{all {of | it} ~}\nx = 1 ~~|", ["x = 1"]),
        ("long name\\\n\t\tgoes on = 1 ~~|", ["long name goes on = 1"]),
        ('"long name\\\n\t\tgoes on" = 1 ~~|', ['"long name goes on" = 1']),
        ('x = 1 ~~ say "hello { |y = 2 ~~|', ["x = 1", "y = 2"]),
        ('"my var = 1 ~~|\ny = "a" ~~|', ['"my var = 1', 'y = "a"']),
        ("||x = 1|", ["x = 1"]),
    ],
)
def test_statements_end_where_vensim_ends_them(text: str, expected: list[str]) -> None:
    assert equations(text) == expected


def test_offsets_stay_those_of_the_file_when_comments_are_blanked() -> None:
    text = "{UTF-8}\nx = {c\n} 1 + \\\n\t2 ~~|"
    found, _ = split_text(text)
    blanked = found.text()
    assert len(blanked) == len(text)
    assert blanked.index("2") == text.index("2 ~")
    assert found.statements[0].start == text.index("x")


def test_a_group_has_its_name_and_comment() -> None:
    found, report = split_text("*****\n\t.Control\n*****~\n\t\tSimulation\n\t|\nx = 1~~|\n{**Old group**}\ny = 2~~|")
    assert [(item.kind, item.label) for item in found.statements] == [
        ("group", ".Control"), ("definition", ""), ("group", "Old group"), ("definition", ""),
    ]
    assert not report.items


@pytest.mark.parametrize("stars", ["********~ ~ |", "***\n***~~|", "*** \t\n\n****\n~ doc |", "{***}", "{* *}"])
def test_a_group_may_have_no_name(stars: str) -> None:
    found, _ = split_text(f"{stars}\nx = 1~~|")
    assert [(item.kind, item.label) for item in found.statements] == [("group", ""), ("definition", "")]


@pytest.mark.parametrize("stars", ["{*}", "{}", "{ * * }", "{**a}", "{a**}"])
def test_a_comment_that_stars_do_not_enclose_is_no_group(stars: str) -> None:
    found, _ = split_text(f"{stars}\nx = 1~~|")
    assert [item.kind for item in found.statements] == ["definition"]


@pytest.mark.parametrize("stars", ["***~~|", "*****~~|"])
def test_a_row_of_stars_too_short_for_both_sides_of_a_group_is_none(stars: str) -> None:
    found, _ = split_text(f"{stars}\nx = 1~~|")
    assert [item.kind for item in found.statements] == ["definition", "definition"]


def test_a_macro_is_one_statement_wherever_it_stands() -> None:
    text = "x = m(1)~~|\n:MACRO: m(a, b : c)\nm = a ~ ~ a comment with :END OF MACRO: in it |\n:End Of Macro:\ny = 2~~|"
    found, report = split_text(text)
    assert [(item.kind, item.label) for item in found.statements] == [
        ("definition", ""), ("macro", "m"), ("definition", ""),
    ]
    assert equations(text) == ["x = m(1)", "y = 2"]
    assert not report.items


def test_a_comment_that_never_closes_hides_nothing() -> None:
    found, report = split_text("x = {1 ~~|\ny = 2~~|")
    assert len(found.statements) == 2
    assert [(item.code, item.line, item.column) for item in report] == [("SF105", 1, 5)]


def test_a_cut_off_file_is_told_at_the_start_of_its_last_definition() -> None:
    _, report = split_text("x = 1~~|\nRoom Tempera", whole=False)
    (error,) = report.items
    assert (error.code, error.line, error.column, error.variable) == ("SF104", 2, 1, "Room Tempera")
    assert "ends in the middle of the definition of 'Room Tempera' (no '|')" in error.message
    assert error.notes == ("It may not have been copied whole.",)


def test_a_definition_without_its_bar_before_the_sketch_is_told() -> None:
    _, report = split_text("x = 1~~|\ny = 2 ~ ~", whole=True)
    assert [(item.code, item.line) for item in report] == [("SF104", 2)]


@pytest.mark.parametrize(
    "text",
    [
        '"' + '\\"' * 60_000 + " = 1~~|", '"a' * 60_000 + "~~|", "{" * 60_000 + "x = 1~~|", "{}" * 60_000 + "x = 1~~|",
        "'a" * 60_001 + "~~|", 'x = "\\"{}' * 20_000 + "~~|", "a" + " " * 100_000 + "b = 1~~|", "~" * 100_000 + "|",
        "x = 1~~" + '"a' * 60_000 + "|", "\\\n" * 60_000 + "x = 1~~|", "|" * 100_000,
    ],
)
def test_splitting_takes_time_in_proportion_to_the_text(text: str) -> None:
    began = time.process_time()
    split_text(text)
    assert time.process_time() - began < 30


@given(st.text(alphabet="ab =~|{}\"'\\\n*:()[];,\xa0", max_size=80))
def test_splitting_covers_any_text_without_raising(text: str) -> None:
    found, _ = split_text(text, whole=False)
    assert len(found.text()) == len(text)
    starts = [statement.start for statement in found.statements]
    assert starts == sorted(starts)


@pytest.mark.parametrize(
    "stars", ["*" * 200_000 + "x", "***" + "x*" * 100_000, "{" + "*" * 200_000 + "x}", "{*x" + "*" * 200_000 + "x}"],
    ids=["row", "pairs", "comment", "late row"],
)
def test_stars_that_are_no_group_are_passed_over_at_once(stars: str) -> None:
    # Tried from every star to every other, these would be 2 * 10**10 attempts.
    found, _ = split_text(f"{stars}~~|\ny = 2~~|")
    assert [statement.kind for statement in found.statements][-1] == "definition"


@pytest.mark.parametrize(("text", "code", "line", "words"), [
    (":END OF MACRO:\ny = 1 ~~|\n", "SF105", 2, "':END OF MACRO:' without a ':MACRO:' before it"),
    (":MACRO: m(a ~\nm = a ~~|\n:END OF MACRO:\n", "SF105", 2, "cannot read the header of this macro"),
    (":MACRO: m(a |\nm = a ~~|\n:END OF MACRO:\n", "SF105", 2, "cannot read the header of this macro"),
    ("d: (a1-a99999999999999999999) ~~|\n", "SF109", 2, "the numbers of the range have more than 18 digits"),
    ('y = "a + \\\n 1 ~~|\nx = 2 ~~|\n', "SF106", 2, "the quote opened here is never closed"),
])
def test_what_is_cut_or_out_of_place_is_told_where_it_stands(tmp_path, text, code, line, words):
    path = tmp_path / "m.mdl"
    clock = "FINAL TIME = 1 ~~|\nINITIAL TIME = 0 ~~|\nTIME STEP = 1 ~~|\n"
    path.write_text("{UTF-8}\n" + text + clock, encoding="utf-8")
    found = [(item.code, item.line, item.message) for item in check(path)]
    assert len(found) == 1 and found[0][:2] == (code, line) and words in found[0][2], found
