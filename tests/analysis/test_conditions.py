from __future__ import annotations

import numpy as np
import pytest

from stockflow.analysis.conditions import Condition, TooMany, clauses, compared, condition_of, truth
from stockflow.language.parser import parse_expression

INPUTS = ("p", "q", "r")


def condition(text: str) -> Condition:
    return condition_of(parse_expression(text), INPUTS)


def alternatives(text: str) -> list[set[str]]:
    found = condition(text)
    return [{found.leaves[place].text for place in clause} for clause in clauses(found)]


@pytest.mark.parametrize(("text", "wanted"), [
    ("p", [{"p"}]),
    ("x > 1", [set()]),
    ("x + 1", [set()]),
    ("x :AND: p", [{"p"}]),
    ("p :AND: q", [{"p", "q"}]),
    ("p :OR: q", [{"p"}, {"q"}]),
    ("x > 1 :OR: p", [set(), {"p"}]),
    ("(p :OR: q) :AND: r :AND: x > 1", [{"p", "r"}, {"q", "r"}]),
    (":NOT: p", [set()]),
    (":NOT: (p :AND: :NOT: q)", [set(), {"q"}]),
    (":NOT: (:NOT: p :OR: :NOT: q)", [{"p", "q"}]),
])
def test_each_alternative_switches_on_the_test_inputs_that_it_needs(text: str, wanted: list[set[str]]) -> None:
    assert alternatives(text) == wanted


def test_too_many_alternatives_are_refused() -> None:
    pairs = " :AND: ".join(f"(p :OR: {'q' if n % 2 else 'r'})" for n in range(12))
    with pytest.raises(TooMany, match="more than 64 alternatives"):
        clauses(condition(pairs))


def test_a_sum_of_20000_alternatives_is_no_recursion() -> None:
    found = condition(" :AND: ".join(["x > 1"] * 20_000))
    assert truth(found, [np.ones(1)] * 20_000).tolist() == [1.0]
    assert clauses(found) == [frozenset()]


@pytest.mark.parametrize(("text", "wanted"), [
    ("x > 1 :AND: y > 1", [0, 0, 0.5, 0.5, 1]),
    ("x > 1 :OR: y > 1", [0, 1, 1, 1, 1]),
    (":NOT: x > 1", [1, 1, 0.5, 0, 0]),
])
def test_a_comparison_that_is_not_made_leaves_the_truth_open(text: str, wanted: list[float]) -> None:
    values = [np.array([0, 0, 0.5, 1, 1]), np.array([0, 1, 1, 0.5, 1])]
    found = condition(text)
    assert truth(found, values[: len(found.leaves)]).tolist() == wanted


@pytest.mark.parametrize(("op", "wanted"), [
    ("=", [0, 1, 1, 0, 0]), ("<>", [1, 0, 0, 1, 1]), ("<", [1, 0, 0, 0, 0]), ("<=", [1, 1, 1, 0, 0]),
    (">", [0, 0, 0, 1, 0]), (">=", [0, 1, 1, 1, 0]),
])
def test_nearly_equal_sides_are_equal_and_no_number_compares(op: str, wanted: list[float]) -> None:
    left, right = np.array([1, 2, 3 * (1 + 1e-9), 4, np.nan]), np.array([2, 2, 3, 3, 1])
    assert compared(op, left, right).tolist() == wanted


def test_infinite_sides_that_are_the_same_are_equal() -> None:
    infinite = np.full(3, np.inf)
    assert compared("=", infinite, np.array([np.inf, -np.inf, 1])).tolist() == [1, 0, 0]
    assert compared(">", infinite, np.array([np.inf, -np.inf, 1])).tolist() == [0, 1, 1]


def test_sides_cross_where_one_has_passed_the_other() -> None:
    # Passed at 2 and, over an equal value, at 5; at 7 they meet and part as they came.
    left = np.array([0, 1, 3, 4, 2, 1, 1, 2, 1])
    assert compared("crossing", left, np.full(9, 2)).tolist() == [0, 0, 1, 0, 0, 1, 0, 0, 0]
