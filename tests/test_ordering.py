"""Order among elements and initial values: what may read what, and loops told with names and lines.

All expectations are worked out by hand from the language reference, section 4.1.
"""

from __future__ import annotations

import pytest

from stockflow.api import check
from tests.running import faults, over_runs, run, written

T = ("T: t1, t2, t3, t4", "Later: t2, t3, t4 -> Before", "Before: t1, t2, t3")


def told(folder, *equations: str):
    """The faults of a model in full."""
    return list(check(written(folder, equations, 1, 1)))


def test_an_element_may_read_another_of_the_same_variable(tmp_path):
    found = run(tmp_path, *T, "x[t1] = 1", "x[t2] = x[t1] * 2", "x[t3] = x[t2] * 2", "x[t4] = x[t3] + x[t1]")
    assert found["x"] == [1, 2, 4, 5]


def test_a_range_may_read_the_elements_before_it(tmp_path):
    found = run(tmp_path, *T, "x[t1] = 1 + Time", "x[Later] = x[Before] * 2", final=1)
    assert found["x"] == [[1, 2, 4, 8], [2, 4, 8, 16]]


def test_a_range_may_read_the_elements_after_it(tmp_path):
    ranges = ("T: t1, t2, t3, t4", "Later: t2, t3, t4", "Before: t1, t2, t3 -> Later")
    assert run(tmp_path, *ranges, "x[t4] = 1", "x[Before] = x[Later] * 2")["x"] == [8, 4, 2, 1]


def test_two_variables_may_take_turns(tmp_path):
    found = run(tmp_path, *T, "x[t1] = 1", "x[Later] = y[Before] + 1", "y[T] = x[T] * 10")
    assert found["x"] == [1, 11, 111, 1111]
    assert found["y"] == [10, 110, 1110, 11110]


def test_an_element_may_be_the_sum_of_the_others(tmp_path):
    assert run(tmp_path, *T, "x[t1] = SUM(x[Later!])", "x[Later] = Later", final=0)["x"] == [9, 2, 3, 4]


def test_elements_take_turns_in_a_batch_too(tmp_path):
    found = run(
        tmp_path,
        *T,
        "k = 1",
        "x[t1] = k",
        "x[Later] = y[Before] + 1",
        "y[T] = x[T] * 10",
        given={"k": over_runs([1, 2])},
    )
    assert found["x"] == [[1, 2], [11, 21], [111, 211], [1111, 2111]]


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_an_ageing_chain_hands_on_what_leaves_each_stock(tmp_path, method):
    found = run(
        tmp_path,
        *T,
        "pop[t1] = INTEG(2 - age[t1], 8)",
        "pop[Later] = INTEG(age[Before] - age[Later], 0)",
        "age[T] = pop[T] / 4",
        "all = SUM(pop[T!]) + gone",
        "gone = INTEG(age[t4] - 2, 0)",
        final=3,
        method=method,
    )
    assert found["all"] == pytest.approx([8, 8, 8, 8], rel=1e-14)
    if method == "euler":
        assert found["pop"][:3] == [[8, 0, 0, 0], [8, 2, 0, 0], [8, 3.5, 0.5, 0]]


@pytest.mark.parametrize(
    ("equations", "code", "line", "message"),
    [
        (("a = a + 1",), "SF401", 2, "simultaneous equations: a -> a (line 2)"),
        (
            ("a = b + 1", "b = c", "c = a * 2", "d = a"),
            "SF401",
            2,
            "simultaneous equations: a -> b -> c -> a (lines 2, 3, 4)",
        ),
        (
            ("s = INTEG(1, p)", "p = INTEG(1, s)"),
            "SF402",
            2,
            "the initial values of s and p depend on each other: s -> p -> s (lines 2, 3)",
        ),
        (
            ("s = INTEG(1, q * 2)", "q = s + 1"),
            "SF402",
            2,
            "the initial values of s and q depend on each other: s -> q -> s (lines 2, 3)",
        ),
    ],
)
def test_a_loop_is_told_with_its_names_and_lines(tmp_path, equations, code, line, message):
    assert faults(tmp_path, *equations) == [(code, line, message)]


def test_a_smooth_reads_its_input_for_its_own_start(tmp_path):
    (found,) = faults(tmp_path, "s = INTEG(1, SMOOTH(s, 2))")
    assert found == ("SF402", 2, "the initial value of s depends on itself: s -> s (line 2)")


def test_a_loop_among_elements_is_a_loop(tmp_path):
    code, line, message = faults(tmp_path, *T, "x[t1] = x[t2]", "x[t2] = x[t3]", "x[t3] = x[t1]", "x[t4] = 0")[0]
    assert (code, line) == ("SF401", 5)
    assert "(lines 5, 6, 7)" in message


def test_a_loop_through_a_fixed_delay_or_a_stock_is_none(tmp_path):
    found = run(tmp_path, "x = DELAY FIXED(x + 1, 1, 0)", "s = INTEG(g, 1)", "g = s", final=2)
    assert found["x"] == [0, 1, 2]
    assert found["s"] == [1, 2, 4]


def test_a_circle_of_elements_may_sum_over_what_it_holds(tmp_path):
    # x[t2] and x[t3] are 2 and 3 whatever x[t1] is; y is x[t2].
    found = run(tmp_path, *T[:1], "Rest: t2, t3, t4", "x[t1] = SUM(x[Rest!]) + y", "x[Rest] = w[Rest]", "w[T] = T + v",
                "v = z[t1] - 1", "z[T] = 1 + 0 * u[T]", "u[t1] = 5", "u[Rest] = SUM(x[Rest!])", "y = x[t2]")
    assert found["x"] == [2 + 3 + 4 + 2, 2, 3, 4]
    assert found["u"] == [5, 9, 9, 9]


# Loops, in full.


def test_two_loops_are_both_told(tmp_path):
    found = faults(tmp_path, "a = b", "b = a", "c = d + 1", "d = c")
    assert [message for _, _, message in found] == [
        "simultaneous equations: a -> b -> a (lines 2, 3)", "simultaneous equations: c -> d -> c (lines 4, 5)",
    ]


def test_a_loop_says_whose_it_is_and_what_breaks_it(tmp_path):
    (found,) = told(tmp_path, "free = 1", "a = b", "b = a")
    assert (found.code, found.variable) == ("SF401", "a")
    assert found.hint == "a loop needs a stock or a delay in it"


def test_a_loop_of_initial_values_says_whose_it_is_and_what_breaks_it(tmp_path):
    (found,) = told(tmp_path, "free = 1", "s = INTEG(1, p)", "p = INTEG(1, s)")
    assert (found.code, found.variable) == ("SF402", "s")
    assert found.hint == "break it with a number or ACTIVE INITIAL"


def test_a_loop_of_the_run_that_starts_with_a_number_is_one(tmp_path):
    (found,) = faults(tmp_path, "a = ACTIVE INITIAL(b + 1, 1)", "b = a * 2")
    assert found == ("SF401", 2, "simultaneous equations: a -> b -> a (lines 2, 3)")


def test_a_stock_may_not_start_with_itself(tmp_path):
    (found,) = faults(tmp_path, "s = INTEG(1, s)")
    assert found == ("SF402", 2, "the initial value of s depends on itself: s -> s (line 2)")


def test_three_initial_values_in_a_loop_are_listed(tmp_path):
    (found,) = faults(tmp_path, "s = INTEG(1, p)", "p = INTEG(1, q)", "q = INTEG(1, s)")
    assert found[2] == "the initial values of s, p and q depend on each other: s -> p -> q -> s (lines 2, 3, 4)"


# Circles of rules that are none of elements.


def test_an_element_may_be_the_sum_of_a_range_in_a_circle(tmp_path):
    # x[t1] is 1 + 1 + 1, z[t1] ten times that, and y follows z.
    found = run(tmp_path, *T, "x[t1] = SUM(y[Later!])", "x[Later] = 0", "y[T] = z[T]", "z[t1] = x[t1] * 10",
                "z[Later] = 1")
    assert found["x"] == [3, 0, 0, 0]
    assert found["y"] == [30, 1, 1, 1]


def test_a_row_of_a_table_may_follow_from_the_sum_of_the_row_before(tmp_path):
    # The first row is 1 1, its sum 2; the second is twice that, 4 4, its sum 8.
    found = run(tmp_path, "A: a1, a2", "B: b1, b2", "y[a1,B] = 1", "y[a2,B] = sums[a1] * 2", "sums[A] = SUM(y[A,B!])")
    assert found["sums"] == [2, 8]
    assert found["y"] == [[1, 1], [4, 4]]


def test_a_sum_over_all_elements_holds_its_own(tmp_path):
    code, _, message = faults(tmp_path, *T, "x[T] = y[T] + 1", "y[t1] = SUM(x[T!])", "y[Later] = 1")[0]
    assert (code, message) == ("SF401", "simultaneous equations: x -> y -> x (lines 5, 6)")


def test_an_index_that_is_computed_may_be_any(tmp_path):
    path = tmp_path / "model.xmile"
    path.write_text(
        '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"><header><vendor>V</vendor>'
        '<product version="1">p</product></header><sim_specs><start>0</start><stop>1</stop><dt>1</dt></sim_specs>'
        '<dimensions><dim name="d" size="2"/></dimensions><model><variables><aux name="k"><eqn>1</eqn></aux>'
        '<aux name="x"><dimensions><dim name="d"/></dimensions><element subscript="1"><eqn>1</eqn></element>'
        '<element subscript="2"><eqn>y</eqn></element></aux><aux name="y"><eqn>x[k]</eqn></aux></variables></model>'
        "</xmile>",
        encoding="utf-8",
    )
    assert [(item.code, item.message.partition(" (")[0]) for item in check(path)] == [
        ("SF401", "simultaneous equations: x -> y -> x"),
    ]


def test_a_fixed_delay_in_each_element_may_begin_with_the_element_before(tmp_path):
    # Each begins twice as high as the one before; then it shows the time of a step ago.
    found = run(tmp_path, *T, "x[t1] = DELAY FIXED(Time, 1, 1)", "x[Later] = DELAY FIXED(Time, 1, 2 * x[Before])",
                final=2)
    assert found["x"] == [[1, 2, 4, 8], [0, 0, 0, 0], [1, 1, 1, 1]]


def test_stocks_may_begin_one_after_another_and_run_in_another_order(tmp_path):
    # At the start x follows y; in the run y follows x.
    x, y = "x = ACTIVE INITIAL(s + 10, y + 1)", "y = ACTIVE INITIAL(x * 2, 5)"
    found = run(tmp_path, "s = INTEG(0, x)", x, y, final=1)
    assert found["s"] == [6, 6]
    assert found["x"] == [16, 16]
    assert found["y"] == [32, 32]


def test_elements_may_begin_in_another_order_than_they_run(tmp_path):
    # At the start the later element follows the earlier one: 1, 2, 3, 4. In the run it is the other way round.
    found = run(
        tmp_path, *T, "Up: t1, t2, t3 -> Down", "Down: t2, t3, t4", "s[T] = INTEG(x[T], x[T])",
        "x[t1] = ACTIVE INITIAL(x[t2] * 2, 1)", "x[t2] = ACTIVE INITIAL(x[t3] * 2, x[t1] + 1)",
        "x[t3] = ACTIVE INITIAL(x[t4] * 2, x[t2] + 1)", "x[t4] = ACTIVE INITIAL(Time + 1, x[t3] + 1)", final=1,
    )
    assert found["s"] == [[1, 2, 3, 4], [9, 6, 5, 5]]


def test_a_range_may_run_in_another_order_than_it_begins(tmp_path):
    # At the start each is 1. In the run each is twice the one below, and the last follows the time.
    found = run(
        tmp_path, *T, "Up: t1, t2, t3 -> Down", "Down: t2, t3, t4", "x[Up] = ACTIVE INITIAL(x[Down] * 2, 1)",
        "x[t4] = ACTIVE INITIAL(Time + 1, 1)", "s = INTEG(0, x[t1])", final=1,
    )
    assert found["x"] == [[8, 4, 2, 1], [16, 8, 4, 2]]
    assert found["s"] == [1, 1]
