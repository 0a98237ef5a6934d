"""Walks over trees: the parts of each kind of node, and the node with other parts."""

from __future__ import annotations

import pytest

from stockflow.ir.expr import (
    Along,
    Ask,
    At,
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
from stockflow.ir.walk import children, postorder, preorder, rebuild, with_children

A, B, C = (Name(key, key) for key in "abc")
SITES = Axis("site", ("north", "south"), (0, 1))
SUBSCRIPTS = (Word("d", "d"), Every("", "*"), Between(A, B), Place(1), At(C), Element(0), Along(SITES))
LEAVES = (
    Number(1.0), Missing(), Text("t"), Table((0.0,), (1.0,), "interpolate"), Values((1.0, 2.0), 1),
    Positions(SITES, (1.0, 2.0)), Broken(), A,
)
WHOLES = {
    "name": (Name("x", "x", SUBSCRIPTS), (A, B, C)),
    "call": (Call("f", "f", (C,), SUBSCRIPTS), (C, A, B, C)),
    "unary": (Unary("-", A), (A,)),
    "binary": (Binary("+", A, B), (A, B)),
    "if": (If(A, B, C), (A, B, C)),
    "let": (Let("k", A, B), (A, B)),
    "lookup": (Interpolate(A, (B,)), (A, B)),
    "reduce": (Reduce("sum", (SITES,), A), (A,)),
    "vector": (Vector("rank index", (A, B), ((SITES,), ()), (), ()), (A, B)),
    "draw": (Draw("uniform", "slot", (A, B)), (A, B)),
    "ask": (Ask(A, "oldest age", (B,)), (A, B)),
}


@pytest.mark.parametrize("kind", WHOLES)
def test_a_node_has_its_parts_in_the_order_read_and_takes_others_in_that_order(kind):
    node, parts = WHOLES[kind]
    assert all(one is other for one, other in zip(children(node), parts, strict=True))
    others = tuple(Number(float(place)) for place in range(len(parts)))
    made = with_children(node, others)
    assert type(made) is type(node)
    assert children(made) == others


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: type(leaf).__name__)
def test_a_leaf_has_no_parts_and_stays(leaf):
    assert children(leaf) == ()
    if not isinstance(leaf, Name):
        assert with_children(leaf, ()) is leaf


def test_parts_come_before_wholes_and_wholes_before_parts():
    tree = Binary("+", Unary("-", A), B)
    assert [getattr(node, "key", getattr(node, "op", "")) for node in postorder(tree)] == ["a", "-", "b", "+"]
    assert [getattr(node, "key", getattr(node, "op", "")) for node in preorder(tree)] == ["+", "-", "a", "b"]


def test_a_tree_in_which_nothing_changes_is_the_same_tree():
    tree = If(Binary("<", A, Number(1.0)), B, Unary("-", C))
    assert rebuild(tree, lambda node: node) is tree
    changed = rebuild(tree, lambda node: C if node is B else node)
    assert isinstance(changed, If) and changed.then is C and changed.otherwise is tree.otherwise
