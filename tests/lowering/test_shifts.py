"""Elements of a stock that move up by one when a condition holds, by hand-calculated steps."""

from __future__ import annotations

import numpy as np
import pytest

import stockflow as sf
from stockflow.diagnostics.model import Report
from stockflow.ir.verify import breaches
from stockflow.prepare import prepare
from stockflow.schedule import Request, schedule
from tests.running import faults, over_runs, run, written

AGES = ("a: a1, a2, a3", "first[a] = 10, 20, 30")
STOCK = "s[a] = INTEG(0, first[a])"


def test_the_last_element_is_replaced_and_what_it_held_is_given(tmp_path):
    found = run(tmp_path, *AGES, STOCK, "y = SHIFT IF TRUE(s[a1], Time = 1, 3, 0, 7 + Time)", final=3)
    assert found["s"] == [[10, 20, 30], [10, 20, 30], [8, 10, 20], [8, 10, 20]]
    assert found["y"] == [0, 0, 30, 0]


def test_the_last_element_may_collect(tmp_path):
    found = run(tmp_path, *AGES, STOCK, "y = SHIFT IF TRUE(s[a1], Time < 2, 3, 1, 7)", final=3)
    assert found["s"] == [[10, 20, 30], [7, 10, 50], [7, 7, 60], [7, 7, 60]]
    assert found["y"] == [0, 0, 0, 0]


def test_the_flows_of_a_step_come_before_its_shift(tmp_path):
    # 10, 20, 30 lose a tenth, which 9, 18, 27 keep; then all move up and 5 enters.
    found = run(tmp_path, *AGES, "s[a] = INTEG(-s[a] * 0.1, first[a])", "y = SHIFT IF TRUE(s[a1], 1, 3, 0, 5)", final=2)
    assert found["s"][1] == [5, 9, 18]
    assert found["s"][2] == pytest.approx([5, 4.5, 8.1])
    assert found["y"] == pytest.approx([0, 27, 16.2])


def test_a_part_of_the_elements_may_move(tmp_path):
    once = "z = SHIFT IF TRUE(s[a1], Time < 1, 1, 1, 3)"
    found = run(tmp_path, *AGES, STOCK, "y = SHIFT IF TRUE(s[a2], 1, 2, 0, 7)", once, final=2)
    assert found["s"] == [[10, 20, 30], [13, 7, 20], [13, 7, 7]]
    assert found["y"] == [0, 30, 20]
    assert found["z"] == [0, 0, 0]


@pytest.mark.parametrize("method", ["rk2", "rk4", "rk4_auto"])
def test_a_shift_comes_once_in_a_step_whatever_the_method(tmp_path, method):
    found = run(tmp_path, *AGES, "s[a] = INTEG(1, first[a])", "y = SHIFT IF TRUE(s[a1], s[a1] > 10.5, 3, 0, 5)",
                "t = INTEG(y, 0)", final=3, method=method)
    # At 1 the first is 11: 12, 22, 32 are there at the end of that step and move up.
    assert np.array(found["s"]) == pytest.approx(np.array([[10, 20, 30], [11, 21, 31], [5, 12, 22], [6, 13, 23]]))
    assert found["y"] == pytest.approx([0, 0, 32, 0])
    assert found["t"] == pytest.approx([0, 0, 0, 32])


def test_half_steps_shift_at_their_own_ends(tmp_path):
    found = run(tmp_path, *AGES, STOCK, "y = SHIFT IF TRUE(s[a1], Time = 0.5, 3, 0, 5)", final=1.5, step=0.5)
    assert found["s"] == [[10, 20, 30], [10, 20, 30], [5, 10, 20], [5, 10, 20]]
    assert found["y"] == [0, 0, 30, 0]


REGIONS = (*AGES, "r: r1, r2", "start[r, a] = 1, 2, 3; 4, 5, 6", "p[r, a] = INTEG(0, start[r, a])")


def test_each_row_moves_by_its_own_condition(tmp_path):
    found = run(tmp_path, *REGIONS, "when[r] = 0, 1", "born[r] = 7, 8",
                "y[r] = SHIFT IF TRUE(p[r, a1], Time = when[r], ELMCOUNT(a), 0, born[r])", final=2)
    assert found["p"] == [[[1, 2, 3], [4, 5, 6]], [[7, 1, 2], [4, 5, 6]], [[7, 1, 2], [8, 4, 5]]]
    assert found["y"] == [[0, 0], [3, 0], [0, 6]]


def test_one_row_may_move_alone_and_inside_an_expression(tmp_path):
    found = run(tmp_path, *REGIONS, "y = 100 + SHIFT IF TRUE(p[r2, a1], 1, 3, 0, 9)",
                "z[r1] = SHIFT IF TRUE(p[r1, a2], 1, 2, 0, 8)", "z[r2] = 5", final=1)
    assert found["p"][1] == [[1, 8, 2], [9, 4, 5]]
    assert found["y"] == [100, 106]
    assert found["z"] == [[0, 5], [3, 5]]


LARGE = "big: " + ", ".join(f"e{number}" for number in range(40))


def test_large_stocks_move_as_small_ones_do(tmp_path):
    found = run(
        tmp_path, LARGE, "r: r1, r2", "s[r, big] = INTEG(1, big)", "t[big] = INTEG(0, big)",
        "y[r] = SHIFT IF TRUE(s[r, e0], Time < r, 40, 2 - r, -r)", "z = SHIFT IF TRUE(t[e1], 1, 38, 0, 5)", final=2,
    )
    # The first row moves at the end of the first step only and collects 40 + 39 and 2; the second twice, losing 41.
    assert found["s"][1][0] == [-1, *range(2, 40), 81]
    assert found["s"][2][1] == [-2, -1, *range(3, 41)]
    assert found["y"] == [[0, 0], [0, 41], [0, 41]]
    assert found["t"][2] == [1, 5, 5, *range(2, 38), 40]
    assert found["z"] == [0, 39, 38]


def test_the_runs_of_a_batch_move_by_their_own_conditions(tmp_path):
    found = run(tmp_path, *AGES, STOCK, "when = 0", "y = SHIFT IF TRUE(s[a1], Time = when, 3, 0, 7)", final=2,
                given={"when": over_runs([0, 1])})
    assert found["s"] == [
        [[10, 10], [20, 20], [30, 30]], [[7, 10], [10, 20], [20, 30]], [[7, 7], [10, 10], [20, 20]],
    ]
    assert found["y"] == [[0, 0], [30, 0], [0, 30]]


def test_a_batch_that_does_not_reach_a_shift_moves_all_runs_alike(tmp_path):
    found = run(tmp_path, *AGES, STOCK, "y = SHIFT IF TRUE(s[a1], Time = 0, 3, 0, 7)", "b = 0", final=1,
                given={"b": over_runs([0, 1])})
    assert np.squeeze(found["s"]).tolist() == [[10, 20, 30], [7, 10, 20]]
    assert np.ravel(found["y"]).tolist() == [0, 30]


def test_a_stock_moves_though_only_the_stock_is_asked_for(tmp_path):
    path = written(tmp_path, (*AGES, STOCK, "y = SHIFT IF TRUE(s[a1], Time < 1, 3, 0, 7)"), 1, 1)
    found = sf.load(path).run(outputs=["s"])
    assert found["s"].values.tolist() == [[10, 20, 30], [7, 10, 20]]


def test_elements_with_equations_of_their_own_move_together(tmp_path):
    found = run(tmp_path, "a: a1, a2, a3", "old: a2, a3", "s[a1] = INTEG(2, 1)", "s[old] = INTEG(0, 5)",
                "y = SHIFT IF TRUE(s[a1], 1, 3, 0, 0)", final=2)
    assert found["s"] == [[1, 5, 5], [0, 3, 5], [0, 2, 3]]
    assert found["y"] == [0, 5, 5]


def test_a_replaced_stock_does_not_move(tmp_path):
    model = sf.load(written(tmp_path, (*AGES, STOCK, "y = SHIFT IF TRUE(s[a1], 1, 3, 0, 7)"), 1, 1))
    found = model.run({"s": sf.Replace(9)})
    assert found["s"].values.tolist() == [[9, 9, 9]] * 2
    assert (found["y"] == 0).all()
    found = model.run({"y": sf.Replace(4)})
    assert found["s"].values.tolist() == [[10, 20, 30]] * 2
    assert model.run({"s": sf.Initial(1)})["s"].values.tolist() == [[1, 1, 1], [7, 1, 1]]


def test_what_is_no_number_is_traced_through_the_elements_that_it_came_by(tmp_path):
    path = written(tmp_path, (*AGES, STOCK, "born = SQRT(1 - Time)", "y = SHIFT IF TRUE(s[a1], 1, 3, 0, born)"), 6, 1)
    with pytest.warns(sf.ModelWarning, match="time 2: SQRT") as told:
        found = sf.load(path).run(outputs=["y"])
    assert np.isnan(found["y"].values[6])
    assert len(told) == 1


def test_the_size_is_known_before_the_run_and_no_run_changes_it(tmp_path):
    model = sf.load(written(tmp_path, (*AGES, STOCK, "n = 2", "y = SHIFT IF TRUE(s[a1], 1, n, 0, 7)"), 1, 1))
    assert model.run()["s"].values.tolist() == [[10, 20, 30], [7, 10, 30]]
    with pytest.raises(sf.ModelError, match="'n' decides how the model is built"):
        model.run({"n": 3})


@pytest.mark.parametrize(("call", "code", "said"), [
    ("SHIFT IF TRUE(s[a1], 1, 4, 0, 5)", "SF206", "is 4; it must be a whole number from 1 to 3"),
    ("SHIFT IF TRUE(s[a2], 1, 3, 0, 5)", "SF206", "is 3; it must be a whole number from 1 to 2, as many elements as s"),
    ("SHIFT IF TRUE(s[a1], 1, 1.5, 0, 5)", "SF206", "is 1.5"),
    ("SHIFT IF TRUE(s[a1], 1, Time + s[a1], 0, 5)", "SF206", "is not known before the run"),
    ("SHIFT IF TRUE(first[a1], 1, 3, 0, 5)", "SF208", "moves elements of first that are no stock"),
    ("SHIFT IF TRUE(mixed[a1], 1, 3, 0, 5)", "SF208", "moves elements of mixed that are no stock"),
    ("SHIFT IF TRUE(s[a1] + 1, 1, 3, 0, 5)", "SF208", "must be the first element of a stock"),
    ("SHIFT IF TRUE(INTEG(1, s[a1]), 1, 3, 0, 5)", "SF208", "must be the first element of a stock"),
    ("SHIFT IF TRUE(n, 1, 1, 0, 5)", "SF208", "must be the first element of a stock"),
])
def test_what_cannot_move_is_named(tmp_path, call, code, said):
    found = faults(tmp_path, *AGES, STOCK, "mixed[a1] = INTEG(1, 0)", "mixed[a2] = 4", "mixed[a3] = INTEG(1, 0)",
                   "n = INTEG(1, 0)", f"y = {call}")
    assert [one for one, _, _ in found] == [code]
    assert said in found[0][2]


def test_a_whole_range_is_no_first_element(tmp_path):
    found = faults(tmp_path, *AGES, STOCK, "y[a] = SHIFT IF TRUE(s[a], 1, 3, 0, 5)")
    assert [(code, "must be the first element" in message) for code, _, message in found] == [("SF208", True)]


def test_plans_with_shifts_are_sound(tmp_path):
    report = Report()
    lines = (*REGIONS, "y[r] = SHIFT IF TRUE(p[r, a1], Time = 1, 3, 0, r)")
    prepared = prepare(written(tmp_path, lines, 1, 1), report)
    assert prepared is not None and not report.failed
    plan = schedule(prepared.flat, Request(tuple(prepared.closed.variables)), report)
    assert plan is not None and breaches(plan) == []
