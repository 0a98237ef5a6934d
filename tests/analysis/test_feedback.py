"""Feedback loops: which are found, in what order, and how much work that may be."""

from __future__ import annotations

import time
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockflow.analysis import feedback
from stockflow.analysis.feedback import dependencies, loops, project_loops, readers
from stockflow.diagnostics.model import Report
from stockflow.dialects.vensim import reader
from stockflow.source import Source

SHORTAGE = """{UTF-8}
staff = INTEG(hiring - leaving, initial staff) ~ ~ |
initial staff = desired staff * 2 ~ ~ |
desired staff = work / 10 ~ ~ |
work = 100 + effect(staff) ~ ~ |
hiring = MAX(0, gap / 4) ~ ~ |
gap = desired staff - SMOOTHI(staff, delay, initial staff) ~ ~ |
delay = 3 ~ ~ |
leaving = staff * 0.1 ~ ~ |
effect((0,0),(1,1)) ~ ~ |
INITIAL TIME = 0 ~ ~ |
FINAL TIME = 1 ~ ~ |
TIME STEP = 1 ~ ~ |
SAVEPER = 1 ~ ~ |
"""


def project(text=SHORTAGE):
    report = Report()
    found = reader.read(Source("m.mdl", text), report)
    assert not report.failed
    return found


def test_a_variable_depends_on_what_it_reads_while_the_model_runs():
    reads = dependencies(project())
    assert reads["staff"] == ("hiring", "leaving")
    assert reads["gap"] == ("desired staff", "staff", "delay")
    assert reads["work"] == ("effect", "staff")
    assert reads["initial staff"] == ("desired staff",)


def test_loops_come_shortest_first_and_start_at_a_stock():
    found = project_loops(project())
    assert [loop.keys for loop in found.found] == [
        ("staff", "leaving"),
        ("staff", "gap", "hiring"),
        ("staff", "work", "desired staff", "gap", "hiring"),
    ]
    assert all(loop.stocks == ("staff",) for loop in found.found)
    assert found.complete


def test_readers_are_all_that_depend_on_a_variable():
    reads = {"a": ["b"], "b": ["c"], "c": [], "d": ["a", "e"], "e": []}
    assert readers("c", reads) == ("a", "b", "d")
    assert readers("e", reads) == ("d",)
    assert readers("d", reads) == ()


def test_a_variable_that_reads_itself_is_a_loop_of_one():
    assert [loop.keys for loop in loops({"a": ["a", "b"], "b": ["a"]}).found] == [("a",), ("a", "b")]


def test_a_limit_on_number_is_told_and_the_shortest_remain():
    complete = {str(node): [str(near) for near in range(6) if near != node] for node in range(6)}
    found = loops(complete, limit=15)
    assert [len(loop.keys) for loop in found.found] == [2] * 15
    assert not found.complete
    # A complete graph of six nodes has 409 loops: 15 + 40 + 90 + 144 + 120.
    assert len(loops(complete).found) == 409
    assert loops(complete, limit=409).complete


def test_loops_above_a_length_are_left_out():
    assert [loop.keys for loop in loops({"a": ["b"], "b": ["a", "c"], "c": ["a"]}, longest=2).found] == [("a", "b")]


def test_a_ring_of_3000_variables_is_one_loop():
    ring = {str(node): [str((node + 1) % 3000)] for node in range(3000)}
    found = loops(ring)
    assert len(found.found) == 1
    assert len(found.found[0].keys) == 3000


def test_a_ring_that_is_too_long_is_given_up_and_told():
    begun = time.process_time()
    ring = {str(node): [str((node - 1) % 100_000)] for node in range(100_000)}
    assert len(loops(ring).found) <= 1
    assert time.process_time() - begun < 30


def test_a_dense_graph_ends_within_its_budget():
    begun = time.process_time()
    dense = {str(node): [str(near) for near in range(60)] for node in range(60)}
    found = loops(dense, limit=10**9)
    assert not found.complete
    assert time.process_time() - begun < 30


small_graphs = st.integers(1, 5).flatmap(
    lambda size: st.lists(st.sets(st.integers(0, size - 1)), min_size=size, max_size=size)
).map(lambda rows: {str(node): [str(near) for near in sorted(row)] for node, row in enumerate(rows)})


@given(small_graphs)
def test_every_loop_is_found_once(reads):
    expected = set()
    for length in range(1, len(reads) + 1):
        for path in permutations(sorted(reads), length):
            closes = all(cause in reads[effect] for cause, effect in zip(path, path[1:] + path[:1], strict=True))
            if closes and path[0] == min(path):
                expected.add(path)
    found = [loop.keys for loop in loops(reads).found]
    assert sorted(found) == sorted(expected)
    assert [len(path) for path in found] == sorted(len(path) for path in found)


def test_readers_are_named_once_however_many_ways_lead_to_them():
    assert readers("a", {"a": [], "b": ["a"], "c": ["a"], "d": ["b", "c"]}) == ("b", "c", "d")


@pytest.mark.parametrize("budget", ["DISTANCE_BUDGET", "VISIT_BUDGET"])
def test_a_search_whose_budget_is_spent_says_so(monkeypatch, budget):
    monkeypatch.setattr(feedback, budget, 0)
    found = loops({"a": ["b"], "b": ["a"], "c": ["d"], "d": ["c"]})
    assert [loop.keys for loop in found.found] == [("a", "b")]
    assert not found.complete
