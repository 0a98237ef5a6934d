"""The table of rows: what every row must have, and how calls find rows."""

from __future__ import annotations

import re

import pytest

from stockflow.functions import table
from stockflow.functions.row import Function, Parameter
from stockflow.functions.table import ROWS
from stockflow.ir.expr import Name, Number
from stockflow.ir.names import key_of
from stockflow.ir.walk import preorder
from stockflow.language.parser import parse_expression
from tests.functions.oracle import PRIMITIVES

SUPPORTED = [row for row in ROWS.values() if row.kind != "refused"]
REFUSED = [row for row in ROWS.values() if row.kind == "refused"]
CLOCK = {"time", "step time", "time step", "initial time", "final time"}
NO_NUMBER_TELLS = {"macro", "state", "memory", "special", "external"}


def by_key(rows):
    return pytest.mark.parametrize("row", rows, ids=[row.key for row in rows])


def keys(spelling, name):
    return [bound.row.key for bound in table.find(spelling, key_of(name))]


@by_key(list(ROWS.values()))
def test_a_key_is_canonical_and_in_no_other_row(row):
    assert row.key == key_of(row.key)
    assert ROWS[row.key] is row


@by_key(SUPPORTED)
def test_a_supported_row_says_what_it_does_and_where_that_is_written(row):
    assert row.doc.endswith(".")
    assert row.source
    assert not row.refusal


@by_key([row for row in SUPPORTED if row.kind not in NO_NUMBER_TELLS and row.spellings])
def test_a_row_without_memory_has_an_example(row):
    assert row.examples


@by_key(REFUSED)
def test_a_refused_row_says_in_one_sentence_what_it_is(row):
    assert row.refusal.endswith(".")
    (label,) = {text.partition("(")[0] for texts in row.spellings.values() for text in texts}
    assert row.refusal.startswith(label)


@by_key([row for row in ROWS.values() if row.kind in ("pure", "macro")])
def test_a_body_speaks_of_its_parameters_its_own_lines_and_the_clock_alone(row):
    lines = row.body.splitlines() if row.kind == "macro" else [f"result = {row.body}"]
    parts = [line.partition(" = ") for line in lines]
    known = {parameter.name for parameter in row.signature} | {name for name, _, _ in parts} | CLOCK
    for _, _, text in parts:
        for node in preorder(parse_expression(text)):
            assert not isinstance(node, Name) or node.key in known
    assert [name for name, _, _ in parts][-1] == "result"


@by_key(list(ROWS.values()))
def test_a_spelling_lists_parameters_and_leaves_out_only_what_has_a_default(row):
    parameters = {parameter.name: parameter for parameter in row.signature}
    calls = [(dialect, key_of(text.partition("(")[0])) for dialect, texts in row.spellings.items() for text in texts]
    for bound in [bound for call in calls for bound in table.find(*call) if bound.row is row]:
        assert set(bound.arguments) <= set(parameters)
        for name in set(parameters) - set(bound.arguments[: bound.minimum]):
            assert parameters[name].default is not None or parameters[name].many


@by_key([row for row in ROWS.values() if row.kind == "primitive"])
def test_a_primitive_has_no_body(row):
    assert not row.body
    assert row.key in PRIMITIVES


def test_a_bodys_call_means_the_same_row_by_key_and_by_vensims_name():
    for key in ROWS:
        named = keys("vensim", key)
        assert not named or key in named


def test_no_row_takes_a_name_of_the_clock():
    assert not CLOCK & set(ROWS)


def test_vensim_truncates_where_xmile_floors():
    assert keys("vensim", "INTEGER") == ["trunc"]
    assert keys("xmile", "INT") == ["floor"]
    assert keys("vensim", "INT") == []


def test_stella_falls_back_to_xmile_but_has_a_pulse_of_its_own():
    assert keys("stella", "SMTH1") == ["smooth"]
    assert keys("stella", "PULSE") == ["pulse repeated"]
    assert keys("xmile", "PULSE") == ["pulse once"]
    assert keys("vensim", "PULSE") == ["pulse"]


def test_minimum_is_of_two_in_vensim_and_of_numbers_or_of_an_array_in_xmile():
    def chosen(spelling, count):
        found = table.choose(table.find(spelling, "min"), count)
        return found.row.key if found else None

    assert [chosen("vensim", count) for count in (1, 2, 3)] == [None, "min", None]
    assert [chosen("xmile", count) for count in (1, 2, 7)] == ["vmin", "min", "min"]


def test_a_call_may_leave_out_only_what_its_spelling_has_in_brackets():
    (smooth,) = table.find("vensim", "smooth")
    assert [table.accepts(smooth, count) for count in (1, 2, 3)] == [False, True, False]
    (smth1,) = table.find("xmile", "smth1")
    assert [table.accepts(smth1, count) for count in (1, 2, 3, 4)] == [False, True, True, False]


def test_arguments_come_in_the_rows_order_with_defaults_filled_in():
    (smthn,) = table.find("xmile", "smthn")
    x, time, order = (parse_expression(text) for text in ("x", "4", "2"))
    assert table.arguments(smthn, (x, time, order), parse_expression) == (x, time, order, x)
    (smooth_n,) = table.find("vensim", "smooth n")
    start = Number(7.0)
    assert table.arguments(smooth_n, (x, time, start, order), parse_expression) == (x, time, order, start)


def test_an_outside_function_is_refused_and_an_unknown_one_is_in_no_row():
    (bound,) = table.find("vensim", "get vdf data")
    assert bound.row.kind == "refused"
    assert table.accepts(bound, 0)
    assert table.accepts(bound, 9)
    assert table.find("vensim", "get everything") == ()
    assert table.find("xmile", "vector select") == ()


def test_old_names_mean_what_they_became():
    assert keys("vensim", "TABXL") == keys("vensim", "LOOKUP EXTRAPOLATE")
    assert keys("xmile", "LOGN") == keys("xmile", "LN")


def test_names_for_near_matches_hold_no_refused_function():
    found = list(table.names("stella"))
    assert "SMTH1" in found
    assert "QLEN" not in found
    assert len(found) == len(set(found))
    assert all(re.fullmatch(r"[A-Z0-9_ ]+|'|\*\.\*", name) for name in found)


def test_the_clock_has_names_in_xmile_and_variables_in_vensim():
    assert table.clock_names("xmile") == {
        "time": "TIME", "initial time": "STARTTIME", "final time": "STOPTIME", "time step": "DT",
    }
    assert table.clock_names("vensim") == {}


def test_a_row_is_called_by_the_word_of_a_language_or_has_none():
    smooth = table.spelled(table.ROWS["smooth"], "xmile")
    assert smooth is not None and (smooth.label, smooth.arguments) == ("SMTH1", ("input", "time to average", "initial"))
    assert table.spelled(table.ROWS["trunc"], "xmile") is None


def test_parameters_have_units_and_defaults_and_the_last_may_be_repeated():
    row = Function("some row", "x: a/time, y = 2, z: b = x * 2, rest...: *")
    *others, last = row.signature
    assert others == [Parameter("x", "a/time"), Parameter("y", "1", "2"), Parameter("z", "b", "x * 2")]
    assert last == Parameter("rest", "*", None, many=True)


def test_bodies_call_a_row_by_its_key_with_all_parameters_in_their_own_order():
    (smooth,) = [bound for bound in table.find("body", "smooth n") if bound.label == "smooth n"]
    assert smooth == table.Bound(ROWS["smooth n"], "smooth n", ("input", "time to average", "order", "initial"), 3)
    (least,) = [bound for bound in table.find("body", "min") if bound.label == "min"]
    assert (least.arguments, least.minimum, least.many) == (("first", "second", "more"), 2, True)
    assert [bound.label for bound in table.find("xmile", "min")] == ["MIN", "MIN"]


def test_a_row_is_named_as_its_first_language_calls_it_or_by_its_key():
    assert [table.name_of(ROWS[key]) for key in ("smooth", "pi", "whole root")] == ["SMOOTH", "PI", "whole root"]


def test_a_call_means_what_its_language_says_and_else_the_row_of_that_key():
    def meant(spelling, key, count):
        found = table.resolve(spelling, key, count)
        return found.row.key if found else None

    assert [meant("xmile", "min", count) for count in (1, 2)] == ["vmin", "min"]
    assert meant("xmile", "smth1", 2) == meant("xmile", "smooth", 2) == "smooth"
    assert meant("vensim", "whole root", 3) == "whole root"
    assert meant("vensim", "whole root", 2) is None
    assert meant("vensim", "no such thing", 1) is None


def test_an_argument_that_is_repeated_comes_repeatedly():
    bound = table.resolve("xmile", "min", 5)
    given = tuple(parse_expression(text) for text in "abcde")
    assert table.arguments(bound, given, parse_expression) == given
