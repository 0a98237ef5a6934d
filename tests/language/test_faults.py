"""What a modeller is told about an expression that cannot be read: code, place, words, hint."""

from __future__ import annotations

import pytest

from stockflow.language.faults import Unreadable, samples
from stockflow.language.parser import neutral, parse_expression
from stockflow.source import Source


@pytest.mark.parametrize(
    ("text", "code", "marked", "words"),
    [
        ("a +", "SF105", "+", "ends after '+'"),
        ("a + * b", "SF105", "*", "between '+' and '*'"),
        ("2 x", "SF105", "x", "operator or a comma is missing between '2' and 'x'"),
        ("rate (a) b", "SF105", "b", "between ')' and 'b'"),
        ("1.2.3", "SF105", ".3", "between '1.2' and '.3'"),
        ("", "SF105", "", "no expression"),
        ("a, b", "SF105", ",", "comma outside"),
        ("f(a,,b)", "SF105", ",", "argument is missing"),
        ("x[a,]", "SF105", "]", "subscript is missing"),
        ("a * ()", "SF105", "(", "nothing between the parentheses"),
        ("a \u2212 b", "SF105", "\u2212", "has no meaning"),
        ("1e999", "SF105", "1e999", "too large"),
        ('"my var + 1', "SF106", '"my var', "never closed"),
        ("f('data.xls)", "SF106", "'data", "never closed"),
        ("MAX(1, (2 + 3)", "SF107", "(", "'(' is never closed"),
        ("x[a + (b]", "SF107", "(", "'(' is never closed"),
        ("a) + b", "SF107", ")", "')' closes nothing"),
        ("g(x, ((0,0),(1,)))", "SF108", ",", "found '(1,)'"),
        ("g(x, ((0,0),(1 2)))", "SF108", "2", "found '(1 2)'"),
        ("g(x, ((0,0)(1,2)))", "SF108", "(", "comma is missing between two points"),
        ("g(x, ((0,0),(1,a)))", "SF108", "a", "two numbers"),
    ],
)
def test_fault_names_its_place_and_cause(text: str, code: str, marked: str, words: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse_expression(text)
    fault = caught.value
    assert fault.code == code
    assert text[fault.start : fault.stop] == marked
    assert words in fault.message


def test_unclosed_quote_hints_at_the_closed_name() -> None:
    with pytest.raises(Unreadable) as caught:
        parse_expression('"my var = 1')
    assert caught.value.hint == 'did you mean "my var"?'


def test_typographic_minus_hints_at_the_key_to_type() -> None:
    with pytest.raises(Unreadable) as caught:
        parse_expression("a \u2212 b")
    assert "'-'" in caught.value.hint


def test_syntax_fault_before_an_open_bracket_goes_first() -> None:
    with pytest.raises(Unreadable) as caught:
        parse_expression("a + * (b")
    assert caught.value.code == "SF105"


def test_offsets_are_those_of_the_source_when_a_piece_is_parsed() -> None:
    source = Source("m.mdl", "y = a + b ~~|\nx = c + ~~|\n")
    begin = source.text.index("c +")
    with pytest.raises(Unreadable) as caught:
        neutral().parse("expression", source, begin, source.text.index("~~|", begin))
    assert source.text[caught.value.start] == "+"
    assert source.place(caught.value.start) == (2, 7)


@pytest.mark.parametrize("text", [text for row in samples() if row.start == "expression" for text in row.texts])
def test_every_sample_of_a_mistake_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_expression(text)


def test_every_mistake_is_recognised_by_its_samples() -> None:
    for row in samples():
        if row.start != "expression":
            continue
        codes = []
        for text in row.texts:
            with pytest.raises(Unreadable) as caught:
                parse_expression(text)
            codes.append(caught.value.code)
        assert row.code in codes
