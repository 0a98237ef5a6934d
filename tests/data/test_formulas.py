"""Texts that a spreadsheet would run are defused, all others stay, and every text comes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockflow.data.formulas import defused, restored

BEGINNINGS = ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\ufe66", "\ufe62", "\ufe63", "\ufe6b"]
IN_FRONT = ["", " ", "\u00a0", "\u3000", "\u200b", "\ufeff", "\x01", '"', "'", '" \'', "\u201c"]


@pytest.mark.parametrize("front", IN_FRONT)
@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe(front: str, beginning: str) -> None:
    assert defused(f"{front}{beginning}1+1") == f"'{front}{beginning}1+1"


@pytest.mark.parametrize("text", ["\tx", "\rx", "\nx", " \tx"])
def test_a_text_that_begins_with_a_sign_that_parts_cells_gets_one(text: str) -> None:
    assert defused(text).startswith("'")


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0", '+DDE("cmd";"/C calc";"x")'])
def test_calls_of_programs_are_defused(text: str) -> None:
    assert defused(text).startswith(f"'{text[:4]}")


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("x;=1", "x;'=1"), ("x[a,-b]", "x[a,'-b]"), ("x\t =1", "x\t' =1"), ("x|@1", "x|'@1"), ("a\n+b", "a\n'+b"),
        ('x","=1', 'x",\'"=1'),
    ],
)
def test_what_another_reader_would_take_for_the_begin_of_a_cell_is_defused(text: str, harmless: str) -> None:
    assert defused(text) == harmless


@pytest.mark.parametrize("text", ["", "stock[north,a b]", "1-2", "a = b", "x@y", "'tis", '"a"', "größe", "a, b; c"])
def test_other_texts_stay(text: str) -> None:
    assert defused(text) == text
    assert restored(text) == text


SIGNS = st.text(st.sampled_from("=+-@',;|\"\t\r\n\0 ab1\u00e9\u4e2d\u00a0\uff1d\ufe62\u200b\u201c"), max_size=12)


@given(SIGNS)
def test_every_text_comes_back(text: str) -> None:
    assert restored(defused(text)) == text


@given(SIGNS, SIGNS)
def test_two_texts_stay_two(one: str, other: str) -> None:
    assert (defused(one) == defused(other)) == (one == other)
