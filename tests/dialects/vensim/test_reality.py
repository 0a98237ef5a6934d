from __future__ import annotations

import pytest

from stockflow.diagnostics.model import Report, Severity
from stockflow.dialects.vensim.reader import read
from stockflow.ir.expr import Binary, Broken, Call, Name, Number, Word
from stockflow.ir.model import Project, RealityConstraint, RealityInput
from stockflow.source import Source


def project_of(text: str) -> tuple[Project, Report]:
    report = Report()
    return read(Source("model.mdl", text), report), report


def constraint(text: str) -> RealityConstraint:
    project, report = project_of(text)
    assert not report.items
    (found,) = project.reality
    assert isinstance(found, RealityConstraint)
    return found


@pytest.mark.parametrize("text", ["rc :THE CONDITION: a = 0 :IMPLIES: b = 0 ~~|", "rc[d] :TEST INPUT: a = 0 ~~|"])
def test_a_reality_check_is_no_variable_and_its_text_is_kept(text: str) -> None:
    project, report = project_of(text)
    assert not report.items
    assert [(kept.kind, kept.text + "|") for kept in project.verbatim] == [("reality check", text)]
    assert not project.variables
    assert len(project.reality) == 1


def test_a_test_input_names_the_variable_that_it_changes_and_how() -> None:
    project, report = project_of("x=1~~|\nNo Work[s] :TEST INPUT:\n  work[s] = RC_STEP(work[s], 0) ~~ what if |")
    assert not report.items
    (found,) = project.reality
    assert isinstance(found, RealityInput)
    assert (found.key, found.label, found.target, found.target_label) == ("no work", "No Work", "work", "work")
    assert [word.key for word in (*found.subscripts, *found.equation.subscripts) if isinstance(word, Word)] == ["s"] * 2
    assert isinstance(found.equation.expr, Call) and found.equation.expr.key == "rc step"
    assert (found.doc, found.span and found.span.line) == ("what if", 2)


def test_a_constraint_has_a_condition_and_a_consequence() -> None:
    found = constraint("no work no cake :THE CONDITION: no work :IMPLIES: cake = 0 :OR: cake < \\\n  crumbs~~|")
    assert isinstance(found.condition, Name) and found.condition.key == "no work"
    assert isinstance(found.consequence, Binary) and found.consequence.op == "or"
    assert found.text == "no work no cake :THE CONDITION: no work :IMPLIES: cake = 0 :OR: cake < crumbs"
    assert not found.once


@pytest.mark.parametrize("text", [
    "c :the condition: a > 1 :implies: :at least once: b > 1 ~~|",
    "c :THE  CONDITION : a > 1 :IMPLIES: b > 1 :AT LEAST ONCE: ~~|",
])
def test_at_least_once_stands_before_or_after_the_consequence(text: str) -> None:
    assert constraint(text).once


def test_a_check_inside_a_macro_is_told() -> None:
    check = "c :THE CONDITION: a > 1 :IMPLIES: a > 0 ~~|\n"
    project, report = project_of(f":MACRO: M(a)\nM = a~~|\n{check}:END OF MACRO:\n")
    assert [(item.code, item.line) for item in report.items] == [("SF114", 3)]
    assert not project.reality


def test_crossing_is_a_comparison() -> None:
    found = constraint("c :THE CONDITION: a + 1 :CROSSING: 2 :AND: b > 1 :IMPLIES: b > 2 ~~|").condition
    assert isinstance(found, Binary) and found.op == "and"
    assert isinstance(found.left, Binary) and found.left.op == "crossing" and isinstance(found.left.right, Number)


@pytest.mark.parametrize(("text", "code", "place"), [
    ("x=1~~|\nc :THE CONDITION: a > > 1 :IMPLIES: b = 0 ~~|", "SF105", (2, 23)),
    ("c :THE CONDITION: (a > 1 :IMPLIES: b = 0 ~~|", "SF107", (1, 19)),
    ("c :TEST INPUT: a ~~|", "SF105", (1, 16)),
    ("c :THE CONDITION: a > 1 ~~|", "SF105", (1, 23)),
    ("c :IMPLIES: a > 1 ~~|", "SF105", (1, 3)),
    ("c :THE CONDITION: :IGNORE: a > 1 :IMPLIES: b > 1 ~~|", "SF114", (1, 19)),
    ("c :TEST INPUT: a[d] :EXCEPT: [d1] = 1 ~~|", "SF114", (1, 16)),
    ("c[d] :EXCEPT: [d1] :THE CONDITION: a > 1 :IMPLIES: b > 1 ~~|", "SF114", (1, 1)),
])
def test_what_cannot_be_read_is_a_warning_at_its_place_and_stays_in_the_list(
    text: str, code: str, place: tuple[int, int]
) -> None:
    project, report = project_of(text)
    (item,) = report.items
    assert (item.code, item.severity, (item.line, item.column)) == (code, Severity.WARNING, place)
    assert "the reality check 'c' cannot be run" in item.message
    (found,) = project.reality
    assert isinstance(found, RealityConstraint) and isinstance(found.condition, Broken)


def test_a_check_without_a_name_is_told_and_left_out() -> None:
    project, report = project_of(":THE CONDITION: a > 1 :IMPLIES: b > 1 ~~|")
    assert [(item.code, item.severity) for item in report.items] == [("SF105", Severity.WARNING)]
    assert not project.reality
