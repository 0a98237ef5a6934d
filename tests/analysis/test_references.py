"""Right-hand sides: which element a reference follows, through subranges, mappings and marked loops.

All expectations are worked out by hand from the language reference, section 1.7.
"""

from __future__ import annotations

import pytest

from stockflow.api import check
from tests.running import faults, run, written

A, SUB, B = "A: a1, a2, a3", "Sub: a2, a3", "B: b1, b2"
PER_A = "p[A] = 1, 2, 4"
GRID = "w[A, B] = 1, 2; 3, 4; 5, 6;"


def test_a_mapping_lets_its_range_stand_on_the_right_of_the_target(tmp_path):
    assert run(tmp_path, A, "S: s1, s2, s3 -> A", "q[S] = 10, 20, 30", "x[A] = q[S]")["x"] == [10, 20, 30]


def test_a_mapping_of_one_to_one_is_read_in_the_other_direction_too(tmp_path):
    assert run(tmp_path, A, "S: s1, s2, s3 -> A", PER_A, "x[S] = p[A]")["x"] == [1, 2, 4]


def test_a_mapping_lists_the_target_in_an_order_of_its_own(tmp_path):
    found = run(
        tmp_path, A, "S: s1, s2, s3 -> (A: a2, a3, a1)", "q[S] = 10, 20, 30", PER_A, "x[A] = q[S]", "y[S] = p[A]"
    )
    assert found["x"] == [30, 10, 20]
    assert found["y"] == [2, 4, 1]


def test_a_range_in_a_mapping_makes_it_many_to_one(tmp_path):
    assert run(tmp_path, A, SUB, "Z: z1, z2 -> (A: Sub, a1)", "q[Z] = 5, 6", "x[A] = q[Z]")["x"] == [6, 5, 5]


def test_many_to_one_is_not_read_backwards(tmp_path):
    assert faults(tmp_path, A, SUB, "Z: z1, z2 -> (A: Sub, a1)", PER_A, "x[Z] = p[A]")[0][:2] == ("SF306", 6)


def test_a_mapping_serves_a_part_of_its_target(tmp_path):
    assert run(tmp_path, A, SUB, "S: s1, s2, s3 -> A", "q[S] = 10, 20, 30", "x[Sub] = q[S]")["x"] == [20, 30]


def test_a_range_may_map_to_several(tmp_path):
    found = run(tmp_path, A, B, "Z: z1, z2 -> B, (A: a1, Sub)", SUB, "q[Z] = 5, 6", "x[A] = q[Z]", "y[B] = q[Z]")
    assert found["x"] == [5, 6, 6]
    assert found["y"] == [5, 6]


@pytest.mark.parametrize(
    ("mapping", "code"),
    [("-> Nowhere", "SF305"), ("-> (A: a1, q)", "SF305"), ("-> A", "SF307"), ("-> (A: a1)", "SF307")],
)
def test_a_mapping_that_leaves_elements_out_is_doubted_where_it_is_defined(tmp_path, mapping, code):
    assert [fault[:2] for fault in faults(tmp_path, A, f"Z: z1, z2 {mapping}", "x[A] = 1")] == [(code, 3)]


def test_a_subrange_on_the_left_reads_the_same_elements_on_the_right(tmp_path):
    assert run(tmp_path, A, SUB, PER_A, "x[Sub] = p[Sub] * 10")["x"] == [20, 40]


def test_a_whole_range_on_the_right_of_its_part_has_no_place_to_go(tmp_path):
    assert faults(tmp_path, A, SUB, PER_A, "x[Sub] = p[A]")[0][:2] == ("SF306", 5)


def test_a_part_on_the_right_of_the_whole_has_no_place_to_go(tmp_path):
    assert faults(tmp_path, A, SUB, PER_A, "x[A] = p[Sub]")[0][:2] == ("SF306", 5)


def test_the_bare_name_of_a_range_is_the_place_in_its_family(tmp_path):
    found = run(tmp_path, A, SUB, "x[A] = A * 10", "y[Sub] = Sub", "z[Sub] = IF THEN ELSE(Sub = a3, 1, 0)", "k = a2")
    assert found["x"] == [10, 20, 30]
    assert found["y"] == [2, 3]
    assert found["z"] == [0, 1]
    assert found["k"] == 2


def test_a_numeric_range_has_its_elements_in_order(tmp_path):
    found = run(tmp_path, "Age: (age8-age11)", "x[Age] = Age", "y = x[age10]")
    assert found["x"] == [1, 2, 3, 4]
    assert found["y"] == 3


def test_elmcount_counts_the_range_whatever_part_the_left_has(tmp_path):
    found = run(
        tmp_path,
        A,
        SUB,
        "Z: z1, z2 -> (A: Sub, a1)",
        "x[A] :EXCEPT: [a1] = ELMCOUNT(A)",
        "x[a1] = ELMCOUNT(Sub)",
        "y[A] = ELMCOUNT(Z)",
        "k = ELMCOUNT(A) / 2",
    )
    assert found["x"] == [2, 3, 3]
    assert found["y"] == [2, 2, 2]
    assert found["k"] == 1.5


def test_a_marked_range_is_the_loop_of_the_call_and_an_unmarked_one_the_left(tmp_path):
    found = run(
        tmp_path,
        A,
        SUB,
        B,
        PER_A,
        GRID,
        "total = SUM(p[A!])",
        "part = SUM(p[Sub!])",
        "share[A] = p[A] / SUM(p[A!])",
        "dot[B] = SUM(p[A!] * w[A!, B])",
        "all = SUM(w[A!, B!])",
        "product = PROD(p[A!])",
        "top = VMAX(p[A!] * 2)",
        "low[A] = VMIN(w[A, B!])",
    )
    assert (found["total"], found["part"], found["all"], found["product"], found["top"]) == (7, 6, 21, 8, 8)
    assert found["share"] == [1 / 7, 2 / 7, 4 / 7]
    assert found["dot"] == [1 + 6 + 20, 2 + 8 + 24]
    assert found["low"] == [1, 3, 5]


def test_a_loop_of_an_outer_call_is_the_same_inside_an_inner_one(tmp_path):
    found = run(tmp_path, A, B, PER_A, GRID, "x = SUM(p[A!] * SUM(w[A!, B!]))")
    assert found["x"] == 1 * 3 + 2 * 7 + 4 * 11


def test_one_range_marked_twice_is_one_loop(tmp_path):
    found = run(tmp_path, A, "Twin <-> A", PER_A, "d[A, Twin] = p[A] * 10 + p[Twin]", "trace = SUM(d[A!, A!])")
    assert found["trace"] == 11 + 22 + 44


def test_a_condition_inside_a_sum_is_asked_for_each_element(tmp_path):
    assert run(tmp_path, A, PER_A, "x = SUM(IF THEN ELSE(p[A!] > 1, p[A!], 0))")["x"] == 6


def test_a_mapped_range_beside_its_own_loop_follows_the_left(tmp_path):
    found = run(tmp_path, A, SUB, "Z: z1, z2 -> (A: Sub, a1)", "q[Z] = 5, 6", "x[A] = SUM(q[Z!] * 10 + q[Z])")
    assert found["x"] == [110 + 12, 110 + 10, 110 + 10]


def test_an_unmarked_range_in_a_sum_that_is_not_on_the_left_is_refused(tmp_path):
    found = faults(tmp_path, A, PER_A, "y = SUM(p[A!] * p[A])")
    assert found == [("SF306", 4, "the range 'A' of p is not on the left-hand side of y")]


def test_a_sum_without_a_mark_has_nothing_to_run_over(tmp_path):
    assert faults(tmp_path, A, PER_A, "y[A] = SUM(p[A])")[0][:2] == ("SF301", 4)


def test_a_mark_outside_a_sum_is_refused(tmp_path):
    assert faults(tmp_path, A, PER_A, "y = p[A!]")[0][:2] == ("SF306", 4)


def test_dimensions_of_a_reference_stand_in_any_order_on_the_left(tmp_path):
    found = run(
        tmp_path,
        A,
        B,
        "C: c1, c2",
        "v[a1, B, C] = 1, 2; 3, 4;",
        "v[a2, B, C] = 5, 6; 7, 8;",
        "v[a3, B, C] = 0",
        "x[C, A] = v[A, b2, C]",
        "y[C, A, B] = v[A, B, C] * C",
        "z[B] = SUM(v[A!, B, C!])",
    )
    assert found["x"] == [[3, 7, 0], [4, 8, 0]]
    assert found["y"] == [[[1, 3], [5, 7], [0, 0]], [[4, 8], [12, 16], [0, 0]]]
    assert found["z"] == [14, 22]


def test_a_lookup_of_each_element_is_called_with_its_subscript(tmp_path):
    found = run(
        tmp_path,
        A,
        SUB,
        "f[a1]((0,0),(10,10))",
        "f[a2]((0,0),(10,100))",
        "f[a3](0,10,5,5)",
        "x[A] = f[A](4)",
        "y[Sub] = f[Sub](Sub)",
        "z = f[a2](3)",
        "s = SUM(f[A!](10))",
    )
    assert found["x"] == [4, 40, 5]
    assert found["y"] == [20, 5]
    assert found["z"] == 30
    assert found["s"] == 115


def test_a_lookup_inside_an_equation_is_read_for_each_element(tmp_path):
    found = run(tmp_path, A, "x[A] = WITH LOOKUP(A * 5, ([(0,0)-(20,20)],(0,0),(10,20),(20,0)))")
    assert found["x"] == [10, 20, 10]


def test_an_element_whose_lookup_has_no_points_is_told(tmp_path):
    parts = (A, "f[a1]((0,0),(1,1))", "f[a3]((0,0),(1,1))")
    assert faults(tmp_path, *parts, "y[A] = f[A](0.5)") == [("SF304", 5, "f[a2] has no equation and is used in y")]


@pytest.mark.parametrize(("argument", "code"), [("5", ["SF305"]), ("x[a1]", ["SF305"]), ("x", ["SF301", "SF305"])])
def test_elmcount_takes_the_name_of_a_range(tmp_path, argument, code):
    assert [fault[0] for fault in faults(tmp_path, A, "x[A] = Time", f"y = ELMCOUNT({argument})")] == code


def test_a_range_without_a_loop_or_a_left_hand_side_is_no_number(tmp_path):
    (found,) = faults(tmp_path, A, "y = Time + A")
    assert found == ("SF306", 3, "the range 'A' is not on the left-hand side of y")
    assert run(tmp_path, A, PER_A, "y = SUM(p[A!] * A)")["y"] == 1 * 1 + 2 * 2 + 4 * 3


def test_a_mapping_to_a_range_serves_its_alias_and_its_parts(tmp_path):
    found = run(tmp_path, A, "Also <-> A", "S: s1, s2, s3 -> A", "q[Also] = 1, 2, 4", "x[S] = q[Also]")
    assert found["x"] == [1, 2, 4]
    # The third of S leads to a3, which the part does not have.
    parts = (A, "Part: a1, a2", "S: s1, s2, s3 -> A", "q[Part] = 1, 2", "x[S] = q[Part]")
    assert faults(tmp_path, *parts) == [("SF302", 6, "'a3' is not an element of 'Part', the dimension of q")]


def test_a_mapping_to_another_range_does_not_help(tmp_path):
    parts = (A, B, "S: s1, s2 -> B", PER_A, "x[S] = p[A]")
    assert faults(tmp_path, *parts) == [("SF306", 6, "the range 'A' of p is not on the left-hand side of x")]


def test_a_mapping_to_nothing_does_not_help(tmp_path):
    parts = (A, "S: s1, s2, s3 -> Nowhere", "q[S] = 1, 2, 4", "x[A] = q[S]")
    assert [fault[:2] for fault in faults(tmp_path, *parts)] == [("SF305", 3), ("SF306", 5)]


def test_a_lookup_takes_one_argument(tmp_path):
    found = faults(tmp_path, "f((0,0),(1,1))", "y = f(1, 2)")
    assert found == [("SF205", 3, "the lookup 'f' takes 1 argument; 2 were given")]


def test_a_function_without_its_arguments_is_no_variable(tmp_path):
    assert faults(tmp_path, "y = SMOOTH + 1") == [("SF204", 2, "unknown variable 'SMOOTH'")]


def test_each_call_of_a_refused_function_is_told_with_what_depends_on_it(tmp_path):
    found = list(check(written(tmp_path, ("x = SSHAPE(1)", "y = SSHAPE(2) + x", "z = y"), 1, 1)))
    assert [(item.code, item.line) for item in found] == [("SF206", 2), ("SF206", 3)]
    depend = "variables that depend on it: "
    assert [item.notes for item in found] == [(f"{depend}y, z",), (f"{depend}z",)]


def test_a_misspelt_range_is_guessed(tmp_path):
    (found,) = check(written(tmp_path, ("region: north, south", "y = regions"), 1, 1))
    assert (found.code, found.hint) == ("SF204", "did you mean 'region'?")
