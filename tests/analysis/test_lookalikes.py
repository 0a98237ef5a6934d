"""Names that look the same and are not: told with both lines and the signs that differ, and offered as a hint."""

from __future__ import annotations

import pytest

import stockflow as sf
from stockflow.diagnostics.model import Diagnostic
from stockflow.ir.lookalikes import shape_of
from tests.running import written


def found(folder, *equations: str) -> list[Diagnostic]:
    return sf.check(written(folder, equations, 1, 1))


def test_two_names_that_look_the_same_are_told_with_both_lines_and_the_signs(tmp_path):
    # The second name has the Cyrillic letter Es for the Latin c.
    (item,) = found(tmp_path, "price = 3", "other = 1", "pri\u0441e = 4")
    assert (item.code, item.severity, item.line) == ("SF214", "warning", 4)
    assert item.message == "'pri\u0441e' looks like 'price' of line 2 and is another name"
    assert item.notes == (
        "'pri\u0441e' has U+0441 CYRILLIC SMALL LETTER ES; 'price' of line 2 has U+0063 LATIN SMALL LETTER C.",
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Order", "\u041erder"),  # Cyrillic capital O
        ("Order", "\u039frder"),  # Greek capital Omicron
        ("vote", "v\u03bfte"),  # Greek small omicron
        ("\u041d\u041e", "HO"),  # Cyrillic En and O, both capital
        ("vote", "\uff56\uff4f\uff54\uff45"),  # fullwidth
        ("vote", "vo\u200bte"),  # zero-width space
        ("vote", "vo\u00adte"),  # soft hyphen
        ("CO2", "CO\u2082"),  # a subscript
        ("\u0440\u043e\u0441\u0442", "p\u043e\u0441\u0442"),  # a Cyrillic word with a Latin p
    ],
)
def test_signs_that_look_alike_or_are_unseen_are_known(tmp_path, one, other):
    assert shape_of(one) == shape_of(other)
    told = [item for item in found(tmp_path, f'"{one}" = 3', f'"{other}" = 4') if item.code == "SF214"]
    assert [item.line for item in told] == [3]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("price", "prices"), ("größe", "grosse_"), ("\u0446\u0435\u043d\u0430", "\u0441\u0435\u043d\u0430"),
        ("\u03b1", "a"), ("\u03b2", "B"), ("O", "0"), ("naïve", "naive"), ("日", "目"),
    ],
)
def test_names_that_can_be_told_apart_are_not_told(tmp_path, one, other):
    assert found(tmp_path, f'"{one}" = 3', f'"{other}" = 4') == []


def test_elements_of_ranges_are_names_too(tmp_path):
    (item,) = found(tmp_path, "d: north, south", "e: n\u043erth, east", "x[d] = 1", "y[e] = 2")
    assert (item.code, item.line) == ("SF214", 3)


def test_one_element_in_two_ranges_is_one_name(tmp_path):
    assert found(tmp_path, "d: n\u043ed, s\u00fcd", "e: n\u043ed", "x[d] = 1", "y[e] = 2") == []


def test_an_unknown_name_is_told_the_one_that_looks_the_same(tmp_path):
    (item,) = found(tmp_path, "price = 3", "sales = 10 / pri\u0441e", "prices = 4")
    assert item.code == "SF204"
    assert item.hint == (
        "did you mean 'price'? They look the same: this has U+0441 CYRILLIC SMALL LETTER ES and that has U+0063 LATIN"
        " SMALL LETTER C"
    )


def test_an_unknown_function_and_an_unknown_element_are_told_it_too(tmp_path):
    equations = ("d: north, south", "x = SM\u041e\u041eTH(3, 2)", "y[d] = 1", "z = y[s\u043euth]")
    functions, elements = found(tmp_path, *equations)
    assert functions.code == "SF203"
    assert functions.hint.startswith("did you mean 'SMOOTH'?")
    assert elements.code == "SF305"
    assert "'south'" in elements.hint
