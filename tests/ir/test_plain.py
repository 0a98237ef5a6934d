"""Nodes as plain data: what is written is read back node by node, and nothing else is ever made."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from stockflow.diagnostics.model import Diagnostic, Severity
from stockflow.ir import plain
from stockflow.ir.expr import Binary, Name, Number, Unary
from stockflow.source import Source

SOURCE = Source("m.mdl", "x = a + 1")


def back(root):
    """The root after a way through JSON."""
    return plain.load(*json.loads(json.dumps(plain.dump(root, SOURCE))), SOURCE)


def test_a_node_comes_back_with_its_parts_and_places():
    made = back(Binary("+", Name("a", "A", (), SOURCE.span(4, 5)), Number(1.0), SOURCE.span(4, 9)))
    assert isinstance(made, Binary)
    assert (made.op, made.left.key, made.left.label, made.right.value) == ("+", "a", "A", 1.0)
    assert made.left.span.text == "a"
    assert made.span.source is SOURCE


def test_numbers_keep_their_kind_and_every_bit():
    numbers = (0.1, 1.0, -0.0, math.inf, 5e-324, -(2.0**109))
    assert [repr(one) for one in back(numbers)] == [repr(one) for one in numbers]
    assert [type(one) for one in back((1, 1.0, True, None, "1"))] == [int, float, bool, type(None), str]
    assert math.isnan(back((math.nan,))[0])


def test_what_stands_in_two_places_stays_one_node():
    shared = Number(2.0)
    made = back((shared, Unary("-", shared), shared))
    assert made[0] is made[1].operand is made[2]


def test_a_diagnostic_comes_back():
    item = Diagnostic("SF105", Severity.WARNING, "text", SOURCE.span(0, 1), ("note",), "hint")
    made = back(item)
    assert replace(made, span=item.span) == item
    assert made.span.text == "x"


def test_depth_is_no_matter():
    node = Number(0.0)
    for _ in range(20_000):
        node = Unary("-", node)
    made = back(node)
    depth = 0
    while isinstance(made, Unary):
        made, depth = made.operand, depth + 1
    assert depth == 20_000


@pytest.mark.parametrize("root", [{"a": 1}, [1], b"x", Source("other", ""), Source("other", "x").span(0, 1)])
def test_what_has_no_plain_form_is_refused(root):
    with pytest.raises(plain.Unfit):
        plain.dump(root, SOURCE)


@pytest.mark.parametrize(
    "program", [[], [0, 0], [5], [-1], [-1, 3], [-2, 0], [-4, 1], [-5], [-6], [-9999], [0, -5], ["x"], [None]]
)
def test_a_program_that_makes_nothing_is_refused(program):
    with pytest.raises(plain.Unfit):
        plain.load(program, ["no severity"], SOURCE)
