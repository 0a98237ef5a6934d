"""Order in graphs: what a caller may rely on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stockflow.ir.graph import is_cyclic, shortest_cycle, strong_components, without

small_graphs = st.integers(1, 8).flatmap(
    lambda size: st.lists(st.lists(st.integers(0, size - 1), max_size=4), min_size=size, max_size=size)
).map(lambda rows: dict(enumerate(rows)))


def reachable(graph, start):
    seen, todo = set(), [start]
    while todo:
        for near in graph[todo.pop()]:
            if near not in seen:
                seen.add(near)
                todo.append(near)
    return seen


def test_what_a_node_depends_on_comes_before_it():
    graph = {"births": ["population", "rate"], "population": [], "rate": ["food"], "food": []}
    assert strong_components(graph) == [["population"], ["food"], ["rate"], ["births"]]


def test_nodes_that_depend_on_each_other_form_one_group_in_the_graphs_order():
    graph = {"c": ["a"], "a": ["b"], "b": ["c"], "d": ["b"]}
    assert strong_components(graph) == [["c", "a", "b"], ["d"]]


def test_neighbours_that_are_no_keys_are_outside_the_graph():
    assert strong_components({"a": ["elsewhere"]}) == [["a"]]


def test_a_self_loop_is_a_cycle_and_a_lone_node_is_not():
    graph = {"a": ["a"], "b": ["a"]}
    assert is_cyclic(["a"], graph)
    assert not is_cyclic(["b"], graph)
    assert shortest_cycle(["b"], graph) == []


def test_a_chain_of_100_000_nodes_needs_no_recursion():
    graph = {number: [number + 1] for number in range(100_000)}
    graph[100_000] = [0]
    (group,) = strong_components(graph)
    assert len(group) == 100_001


def test_the_shortest_cycle_is_shown_and_each_node_depends_on_the_next():
    graph = {"a": ["b"], "b": ["c", "d"], "c": ["a"], "d": ["e"], "e": ["d", "a"]}
    assert shortest_cycle(["a", "b", "c", "d", "e"], graph) == ["d", "e"]


def test_a_self_loop_is_the_shortest_cycle():
    assert shortest_cycle(["a", "b"], {"a": ["b"], "b": ["a", "b"]}) == ["b"]


def test_a_long_ring_is_found_within_the_budget():
    graph = {number: [(number + 1) % 20_000] for number in range(20_000)}
    assert len(shortest_cycle(list(graph), graph)) == 20_000


@given(small_graphs)
def test_groups_are_the_classes_of_mutual_reachability_in_dependency_order(graph):
    groups = strong_components(graph)
    assert sorted(node for group in groups for node in group) == sorted(graph)
    reach = {node: reachable(graph, node) for node in graph}
    done = set()
    for group in groups:
        first = group[0]
        same = {node for node in graph if node == first or (node in reach[first] and first in reach[node])}
        assert set(group) == same
        done |= same
        assert all(reach[node] <= done for node in group)


@given(small_graphs)
def test_the_shortest_cycle_is_a_cycle_and_no_shorter_one_exists(graph):
    for group in strong_components(graph):
        cycle = shortest_cycle(group, graph)
        assert bool(cycle) == is_cyclic(group, graph)
        for node, near in zip(cycle, cycle[1:] + cycle[:1], strict=True):
            assert near in graph[node]
        assert not cycle or len(cycle) == shortest_by_powers(graph, group)


def shortest_by_powers(graph, group):
    ahead = {node: {near for near in graph[node] if near in group} for node in group}
    walks, length = ahead, 1
    while not any(node in walks[node] for node in group):
        walks = {node: set().union(*(ahead[near] for near in walks[node])) for node in group}
        length += 1
    return length


def test_what_led_to_a_node_that_is_taken_out_leads_to_what_it_led_to():
    graph = {"a": ["x", "b"], "b": [], "x": ["y", "c"], "y": ["x", "b", "elsewhere"], "c": ["a"]}
    assert without(graph, {"x", "y"}) == {"a": ("b", "elsewhere", "c"), "b": (), "c": ("a",)}


@given(small_graphs, st.sets(st.integers(0, 7)))
def test_taking_nodes_out_keeps_what_the_others_reach(graph, gone):
    left = without(graph, gone)
    for node in left:
        assert reachable(left, node) - {node} == reachable(graph, node) - gone - {node}
