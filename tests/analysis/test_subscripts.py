"""Left-hand sides: which cells an equation defines, lists of constants, exceptions, and the faults in them.

All expectations are worked out by hand from the language reference, sections 1.6 and 1.7.
"""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockflow.analysis.subscripts import subtract
from tests.running import faults, run

A, SUB, B, C = "A: a1, a2, a3", "Sub: a2, a3", "B: b1, b2", "C: c1, c2"


def test_a_list_fills_the_last_subscript_fastest_and_a_semicolon_ends_a_row(tmp_path):
    assert run(tmp_path, A, B, "x[A, B] = 1, 2; 3, 4; 5, 6;")["x"] == [[1, 2], [3, 4], [5, 6]]


def test_the_last_semicolon_may_be_left_out_and_numbers_may_have_signs(tmp_path):
    assert run(tmp_path, A, B, "x[A, B] = -1, +2; 3, 4e1; .5, 6")["x"] == [[-1, 2], [3, 40], [0.5, 6]]


def test_one_number_fills_all_elements(tmp_path):
    assert run(tmp_path, A, B, "x[A, B] = 7")["x"] == [[7, 7], [7, 7], [7, 7]]


def test_three_dimensions_are_listed_with_the_first_fixed(tmp_path):
    found = run(tmp_path, A, B, C, "v[a1, B, C] = 1, 2; 3, 4;", "v[a2, B, C] = 5, 6; 7, 8;", "v[a3, B, C] = 0")
    assert found["v"] == [[[1, 2], [3, 4]], [[5, 6], [7, 8]], [[0, 0], [0, 0]]]


def test_a_list_may_define_a_part_among_other_equations(tmp_path):
    found = run(tmp_path, A, SUB, B, "x[Sub, B] = 1, 2; 3, 4;", "x[a1, B] = Time + 9")
    assert found["x"] == [[9, 9], [1, 2], [3, 4]]


def test_rows_of_the_wrong_length_are_refused(tmp_path):
    found = faults(tmp_path, A, B, "x[A, B] = 1, 2, 3; 4, 5, 6;")
    assert found == [("SF307", 4, "the rows of 'x' hold 3 values; its last subscript has 2 elements")]


def test_a_list_of_the_wrong_length_is_refused(tmp_path):
    assert faults(tmp_path, A, "x[A] = 1, 2") == [("SF307", 3, "'x' has 3 elements here and 2 values were given")]


def test_exceptions_of_several_groups_leave_their_cells_to_other_equations(tmp_path):
    found = run(tmp_path, A, B, "x[A, B] :EXCEPT: [a1, b1], [a2, B] = 1", "x[a1, b1] = 7", "x[a2, B] = 8, 9")
    assert found["x"] == [[7, 1], [8, 9], [1, 1]]


def test_a_range_in_an_exception_takes_all_its_elements_away(tmp_path):
    found = run(tmp_path, A, SUB, B, "x[A, B] :EXCEPT: [Sub, b2] = A * 10", "x[Sub, b2] = -Sub")
    assert found["x"] == [[10, 10], [20, -2], [30, -3]]


def test_an_exception_may_overlap_another(tmp_path):
    found = run(tmp_path, A, SUB, B, "x[A, B] :EXCEPT: [Sub, B], [A, b1] = 5", "x[Sub, B] = 1", "x[a1, b1] = 2")
    assert found["x"] == [[2, 5], [1, 1], [1, 1]]


@pytest.mark.parametrize("word", ["a9", "b1", "B"])
def test_an_exception_that_names_nothing_of_the_range_is_refused(tmp_path, word):
    assert faults(tmp_path, A, B, f"x[A] :EXCEPT: [{word}] = 1") == [("SF302", 4, f"'{word}' is not an element of 'A'")]


def test_an_exception_needs_a_subscript_for_each_dimension(tmp_path):
    assert faults(tmp_path, A, B, "x[A, B] :EXCEPT: [a1] = 1")[0][0] == "SF303"


def test_cells_that_are_defined_twice_are_told(tmp_path):
    assert faults(tmp_path, A, SUB, "x[A] = Time", "x[Sub] = 2")[0][:2] == ("SF201", 5)


def test_one_range_may_not_stand_twice_on_the_left(tmp_path):
    assert faults(tmp_path, A, "x[A, A] = 1")[0][0] == "SF309"


def test_an_alias_lets_one_family_stand_twice(tmp_path):
    found = run(
        tmp_path,
        A,
        "Twin <-> A",
        "p[A] = 1, 2, 3",
        "d[A, Twin] = p[A] * 10 + p[Twin]",
        "turned[A, Twin] = d[Twin, A]",
        "diagonal[A] = d[A, A]",
        "column[A] = d[A, a1]",
    )
    assert found["d"] == [[11, 12, 13], [21, 22, 23], [31, 32, 33]]
    assert found["turned"] == [[11, 21, 31], [12, 22, 32], [13, 23, 33]]
    assert found["diagonal"] == [11, 22, 33]
    assert found["column"] == [11, 21, 31]


def test_one_variable_has_one_number_of_subscripts(tmp_path):
    assert faults(tmp_path, A, B, "x[a1] = Time", "x[a2, b1] = 2")[0][0] == "SF303"


def test_elements_of_two_families_cannot_share_a_place(tmp_path):
    assert faults(tmp_path, A, B, "x[a1] = Time", "x[b1] = 2")[0][0] == "SF302"


def test_more_dimensions_than_an_array_can_have_are_refused(tmp_path):
    names = [f"r{number}" for number in range(70)]
    ranges = [f"{name}: e{name}" for name in names]
    all_of_them = ", ".join(f"{name}!" for name in names)
    found = faults(tmp_path, *ranges, f"x[{', '.join(names)}] = 1", f"y = SUM(x[{all_of_them}])")
    assert found == [("SF109", 72, "'x' has 70 dimensions; more than 20 cannot be computed")]


def test_an_array_over_a_range_that_cannot_be_built_is_refused_as_any_other(tmp_path):
    found = faults(tmp_path, "d: e", "e: d", "alias <-> nothing", "x[d] = 1", "y[alias] = 2", "z = x + y")
    assert [(code, line) for code, line, _ in found] == [
        ("SF308", 2), ("SF305", 4), ("SF301", 7), ("SF301", 7),
    ]


def test_an_unknown_name_on_the_left_is_told_with_the_variable(tmp_path):
    found = faults(tmp_path, A, "x[a1] = Time", "x[nothing] = 2")
    assert found == [("SF305", 4, "unknown subscript 'nothing' in the definition of 'x'")]


@pytest.mark.parametrize("mark", ["A!", "a1!", "*"])
def test_a_mark_on_the_left_is_told(tmp_path, mark):
    said = "a subscript on the left of 'x' is not the name of an element or a range"
    assert faults(tmp_path, A, f"x[{mark}] = Time") == [("SF302", 3, said)]


def test_only_the_cells_that_a_diagonal_meets_need_equations(tmp_path):
    parts = ("A: a1, a2", "Also <-> A", "w[a1, a1] = 1", "w[a2, a2] = Time + 2", "y[A] = w[A, A]")
    assert run(tmp_path, *parts)["y"] == [1, 2]
    # The diagonal of this one has a hole at its second place.
    holes = ("A: a1, a2", "Also <-> A", "w[a1, Also] = Time", "y[A] = w[A, A]")
    assert faults(tmp_path, *holes) == [("SF304", 5, "w[a2, a2] has no equation and is used in y")]


def test_a_cell_without_an_equation_is_an_error_only_where_it_is_read(tmp_path):
    parts = (A, "x[a1] = 1", "x[a3] = Time")
    assert run(tmp_path, *parts, "y = x[a3] + x[a1]")["y"] == 1
    for reading in ("y[A] = x[A]", "y = SUM(x[A!])", "y = x[a2]"):
        assert faults(tmp_path, *parts, reading) == [("SF304", 5, "x[a2] has no equation and is used in y")]


BOX = st.tuples(*(st.lists(st.sampled_from("pqrs"), min_size=1, unique=True).map(tuple) for _ in range(3)))


@given(BOX, st.lists(BOX, max_size=4))
def test_taking_boxes_away_leaves_disjoint_boxes_of_just_the_other_cells(whole, taken):
    boxes = [whole]
    for one in taken:
        boxes = [rest for box in boxes for rest in subtract(box, one)]
    left = [cell for box in boxes for cell in itertools.product(*box)]
    wanted = set(itertools.product(*whole)) - {cell for one in taken for cell in itertools.product(*one)}
    assert len(left) == len(set(left))
    assert set(left) == wanted


@pytest.mark.parametrize(
    ("wrong", "code"), [("D: a, b, a", "SF201"), ("D: a, b,", "SF105"), ("D: (a5-a1)", "SF308"), ("D: ", "SF105")]
)
def test_a_range_that_cannot_be_read_is_told_and_not_everything_that_uses_it(tmp_path, wrong, code):
    found = faults(tmp_path, wrong, "x[D] = 1", "y[D] = x[D] * 2", "z = SUM(x[D!])", "w = x[a]", "v = nothing")
    assert [(item[0], item[1]) for item in found] == [(code, 2), ("SF204", 7)]
