"""Order: elements that read one another, loops told with names and lines, and what is computed once.

All expectations are worked out by hand from the language reference, section 4.1.
"""

from __future__ import annotations

import pytest

from stockflow import ordering
from stockflow.diagnostics.model import Report
from stockflow.ir.plan import Plan, Scan
from stockflow.lowering.overrides import with_inputs
from stockflow.prepare import prepare
from stockflow.schedule import Request, schedule
from tests.running import faults, over_runs, run, written

T = ("T: t1, t2, t3, t4", "Later: t2, t3, t4 -> Before", "Before: t1, t2, t3")


def plan(folder, *equations: str, outputs=None, series=frozenset(), varying=frozenset()) -> Plan:
    report = Report()
    prepared = prepare(written(folder, equations, 1, 1), report)
    assert prepared is not None
    assert not report.failed
    asked = outputs or tuple(prepared.closed.variables)
    found = schedule(with_inputs(prepared.flat, (), ()), Request(asked, series, varying), report)
    assert found is not None
    return found


def slots(steps) -> list[str]:
    return [step.assign.slot if isinstance(step, Scan) else step.slot for step in steps]


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
    assert faults(tmp_path, "s = INTEG(1, SMOOTH(s, 2))")[0][:2] == ("SF402", 2)


def test_a_loop_among_elements_is_a_loop(tmp_path):
    code, line, message = faults(tmp_path, *T, "x[t1] = x[t2]", "x[t2] = x[t3]", "x[t3] = x[t1]", "x[t4] = 0")[0]
    assert (code, line) == ("SF401", 5)
    assert "(lines 5, 6, 7)" in message


def test_a_loop_through_a_fixed_delay_or_a_stock_is_none(tmp_path):
    found = run(tmp_path, "x = DELAY FIXED(x + 1, 1, 0)", "s = INTEG(g, 1)", "g = s", final=2)
    assert found["x"] == [0, 1, 2]
    assert found["s"] == [1, 2, 4]


def test_what_depends_on_constants_alone_is_computed_once(tmp_path):
    found = plan(tmp_path, "k = 2", "twice = k * 2", "s = INTEG(flow, twice)", "flow = s * twice", "seen = flow + Time")
    assert "twice" in slots(found.once)
    assert slots(found.step) == ["flow"]
    assert slots(found.report) == ["seen"]


def test_a_series_moves_what_reads_it_into_the_step(tmp_path):
    found = plan(tmp_path, "k = 2", "twice = k * 2", "s = INTEG(twice, 0)", series=frozenset({"k"}))
    assert "twice" not in slots(found.once)
    assert slots(found.step) == ["twice"]


def test_what_no_output_needs_is_left_out(tmp_path):
    found = plan(tmp_path, "a = Time", "b = a + 1", "c = a + 2", outputs=("b",))
    assert "c" not in [*slots(found.step), *slots(found.report)]


def test_only_what_reads_a_varying_input_varies(tmp_path):
    found = plan(
        tmp_path, "k = 2", "j = 3", "s = INTEG(k, 0)", "u = INTEG(j, 0)", "v = s + u", varying=frozenset({"k"})
    )
    assert {key for key, slot in found.slots.items() if slot.varies and not slot.hidden} == {"k", "s", "v"}


def test_what_no_stage_changes_is_frozen(tmp_path):
    found = plan(tmp_path, "s = INTEG(a + b, 0)", "a = STEP(1, 2)", "b = s / 2")
    assert {step.slot: step.frozen for step in found.step} == {"a": True, "b": False}


def test_a_circle_of_elements_may_sum_over_what_it_holds(tmp_path):
    # x[t2] and x[t3] are 2 and 3 whatever x[t1] is; y is x[t2].
    found = run(tmp_path, *T[:1], "Rest: t2, t3, t4", "x[t1] = SUM(x[Rest!]) + y", "x[Rest] = w[Rest]", "w[T] = T + v",
                "v = z[t1] - 1", "z[T] = 1 + 0 * u[T]", "u[t1] = 5", "u[Rest] = SUM(x[Rest!])", "y = x[t2]")
    assert found["x"] == [2 + 3 + 4 + 2, 2, 3, 4]
    assert found["u"] == [5, 9, 9, 9]


def test_a_circle_with_more_elements_than_can_be_ordered_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(ordering, "MAX_CELLS", 5)
    said = "a circle of equations has more than 5 elements to order"
    found = faults(tmp_path, *T, "x[t1] = 1", "x[Later] = y[Before] + 1", "y[T] = x[T] * 10")
    assert [(code, message) for code, _, message in found] == [("SF109", said)]
