"""Expressions as text: what is shown is what was read, with the fewest parentheses."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stockflow.ir.expr import (
    Along,
    Ask,
    Axis,
    Between,
    Binary,
    Broken,
    Call,
    Draw,
    Element,
    Every,
    If,
    Interpolate,
    Let,
    Missing,
    Name,
    Number,
    Place,
    Positions,
    Reduce,
    Table,
    Text,
    Unary,
    Values,
    Vector,
    Word,
)
from stockflow.ir.names import key_of, label_of
from stockflow.ir.show import Spelling, name_text, shortened, show
from stockflow.language.parser import parse_expression

SITES = Axis("site", ("north", "south"), (0, 1))


@pytest.mark.parametrize("text", [
    "a + b - c",
    "a - (b - c)",
    "a / b / (c * d)",
    "-x^2",
    "(-x)^2",
    "2^-x^3",
    "(a^b)^c",
    "a * -b",
    "a - -b",
    "(a + b) * c",
    "a < b :AND: c >= d :OR: :NOT: e = f",
    ":NOT: (a :OR: b)",
    "(a = b) < c",
    "(:NOT: a) = b",
    'x["a b,c", d!, *, 1 : 3, @2, y + 1]',
    '"5 o\'clock" + "say \\"hi\\""',
    "f[d](x, -1)",
    "PULSE()",
    "WITH LOOKUP(Time, ((0,0),(1,2.5)))",
    "DELAY N(:NA:, 'file.csv', 1e-07)",
])
def test_what_was_read_is_shown_as_it_was_written(text):
    assert show(parse_expression(text)) == text


def test_parentheses_that_say_nothing_are_left_out():
    assert show(parse_expression("((a)*((b)))+(c)")) == "a * b + c"


def test_a_condition_and_a_name_bound_once_are_shown_as_calls():
    a = Name("a", "a")
    assert show(If(Binary(">", a, Number(1.0)), a, Number(-1.0))) == "IF THEN ELSE(a > 1, a, -1)"
    assert show(Let("#0", a, Binary("/", Name("#0", ""), Name("#0", "")))) == 'LET("#0", a, "#0" / "#0")'


def test_a_negative_number_is_put_in_parentheses_where_a_sign_would_mean_another_thing():
    assert show(Binary("^", Number(-2.0), Number(2.0))) == "(-2)^2"
    assert show(Binary("-", Number(1.0), Number(-2.0))) == "1 - -2"


def test_lookups_are_called_by_name_and_other_ways_of_reading_by_their_function():
    table, at = Name("f", "f", (Along(SITES),)), Name("x", "x")
    assert show(Interpolate(table, (at,))) == "f[site](x)"
    assert show(Interpolate(table, (at,), "forward")) == "LOOKUP FORWARD(f[site], x)"


def test_a_reduction_marks_the_range_that_it_runs_over():
    body = Name("x", "x", (Along(SITES), Element(2)))
    assert show(Reduce("sum", (SITES,), body)) == "SUM(x[site!, 3])"
    assert show(body) == "x[site, 3]"


def test_a_range_that_leads_to_other_elements_shows_their_numbers():
    assert show(Name("x", "x", (Along(SITES, (1, 0)),))) == "x[site(2,1)]"
    assert show(Positions(SITES, (1.0, 2.0))) == "site"
    assert show(Positions(SITES, (5.0, 7.0))) == "(5,7)"


def test_a_question_to_a_memory_is_shown_as_a_call():
    assert show(Ask(Name("q", "q", (Along(SITES),)), "oldest age", (Number(2.0),))) == "OLDEST AGE(q[site], 2)"


def test_lists_of_numbers_keep_their_rows():
    assert show(Values((1.0, 2.0, 3.0, 4.0), 2)) == "1,2; 3,4"
    assert show(Values((1.0, 2.5))) == "1,2.5"


def test_a_spelling_of_ones_own_names_slots_and_elements():
    spelling = Spelling(name=lambda node: node.key.upper(), element=lambda key, place, index: f"{key}{place}{index}")
    assert show(Name("x", "x", (Element(4),)), spelling) == "X[x04]"


def test_a_long_text_keeps_its_beginning():
    assert shortened("short") == "short"
    assert shortened("a" * 100, 10) == "aaaaaaa..."


def test_a_sum_of_twenty_thousand_terms_is_shown_without_recursion():
    expr = Name("x", "x")
    for _ in range(20_000):
        expr = Binary("+", expr, Number(1.0))
    assert show(expr).count("+") == 20_000


LETTERS = st.text("abZ9_ é\"\\,'([])!äß中", min_size=1, max_size=8)
LABELS = LETTERS.map(label_of).filter(lambda label: label and key_of(name_text(label)) and not label.endswith("\\"))
LEAVES = st.one_of(
    st.floats(0, allow_nan=False, allow_infinity=False).map(Number),
    st.just(Missing()),
    st.text("abc 1.", max_size=5).map(Text),
    LABELS.map(lambda label: Name(key_of(name_text(label)), label)),
)
POINTS = st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=1, max_size=4).map(
    lambda points: Table(tuple(float(x) for x, _ in sorted(points)), tuple(float(y) for _, y in sorted(points)))
)


def subscripts(parts):
    words = LABELS.map(lambda label: Word(key_of(name_text(label)), label))
    every = LABELS.map(lambda label: Every(key_of(name_text(label)), label))
    return st.lists(
        st.one_of(
            words, every, st.just(Every("", "*")), st.integers(1, 9).map(Place), st.builds(Between, parts, parts),
        ),
        max_size=2,
    ).map(tuple)


def wholes(parts):
    arguments = st.lists(st.one_of(parts, POINTS), max_size=3).map(tuple)
    operators = st.sampled_from(["+", "-", "*", "/", "^", "<", "<=", ">", ">=", "=", "<>", "and", "or"])
    return st.one_of(
        st.builds(Unary, st.sampled_from(["-", "+", "not"]), parts),
        st.builds(Binary, operators, parts, parts),
        st.builds(
            lambda label, inside: Name(key_of(name_text(label)), label, inside), LABELS, subscripts(parts)
        ),
        st.builds(
            lambda label, args, inside: Call(key_of(name_text(label)), label, args, inside), LABELS, arguments,
            subscripts(parts),
        ).filter(lambda call: call.key != "with lookup"),
    )


def alike(first, second):
    """Whether two nodes, subscripts or fields are the same but for their places."""
    if dataclasses.is_dataclass(first):
        names = [item.name for item in dataclasses.fields(first) if item.name != "span"]
        return type(first) is type(second) and all(
            alike(getattr(first, name), getattr(second, name)) for name in names
        )
    if isinstance(first, tuple):
        return len(first) == len(second) and all(map(alike, first, second))
    return first == second


@settings(deadline=None, max_examples=200)
@given(st.recursive(LEAVES, wholes, max_leaves=12))
def test_whatever_is_shown_reads_back_as_the_same_expression(expr):
    text = show(expr)
    assert alike(parse_expression(text), expr), text


def test_draws_and_functions_of_whole_arrays_are_shown_as_calls():
    assert show(Draw("uniform", "slot", (Number(0.0), Number(1.0)))) == "RANDOM UNIFORM(0, 1)"
    array = Name("x", "x", (Along(SITES),))
    assert show(Vector("rank index", (array, Number(1.0)), ((SITES,), ()), (), ())) == "RANK INDEX(x[site!], 1)"


def test_what_could_not_be_read_is_a_question_mark():
    assert show(Binary("+", Broken(), Number(1.0))) == "? + 1"
