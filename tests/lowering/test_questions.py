"""Questions to memories: elements, sums, batches, methods, the initial phase, overrides, and what is no memory.

The queue of most tests starts with 5, of which 3 are 2 old and 2 are 1 old; 4 come in and 3 go out in each step, so
that 2, then 3 are 2 old, and 4 are 1 old.
"""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import stockflow as sf
from stockflow.diagnostics.model import Report
from stockflow.ir.verify import breaches
from stockflow.prepare import prepare
from stockflow.runtime import numeric
from stockflow.schedule import Request, schedule
from tests.running import faults, over_runs, run, written

SHARES = "shares((0,2),(1,3))"
QUEUE = ("q = QUEUE FIFO(4, 3, shares, 5, 1)", SHARES)
OLD = "QUEUE AGE IN RANGE({}, 2, :NA:)"
D = "d: a1, a2, a3"


def test_an_answer_follows_an_argument_that_moves(tmp_path):
    # The oldest 1, 2 ... of 3 at 2 and 2 at 1; then of 2 at 2 and 4 at 1; then of 3 at 2 and 4 at 1.
    found = run(tmp_path, *QUEUE, "x = QUEUE AGE AVERAGE(q, 3 + Time)", final=2)
    assert found["x"] == pytest.approx([2, (2 * 2 + 2) / 4, (3 * 2 + 2) / 5])


def test_an_answer_stands_inside_an_expression_and_a_choice(tmp_path):
    found = run(tmp_path, *QUEUE, f"x = 10 * {OLD.format('q')} + IF THEN ELSE(Time < 1, 0, QUEUE AGE OLDEST(q))",
                final=2)
    assert found["x"] == [30, 22, 32]


@pytest.mark.parametrize("method", ["euler", "rk2", "rk4", "rk4_auto"])
def test_a_queue_and_its_answers_stand_still_within_a_step(tmp_path, method):
    found = run(tmp_path, *QUEUE, f"s = INTEG({OLD.format('q')}, 0)", "t = INTEG(q, 0)", final=3, method=method)
    assert found["q"] == [5, 6, 7, 8]
    assert found["s"] == pytest.approx([0, 3, 5, 8])
    assert found["t"] == pytest.approx([0, 5, 11, 18])


def test_an_argument_that_moves_within_a_step_is_asked_again(tmp_path):
    # The mean age of the oldest s: s is 4 at the start and 5 at its end; with the midpoint rule 4.5 counts, of which
    # 3 are 2 old.
    found = run(tmp_path, *QUEUE, "s = INTEG(1, 4)", "x = INTEG(QUEUE AGE AVERAGE(q, s), 0)", final=1, method="rk2")
    assert found["x"] == pytest.approx([0, (3 * 2 + 1.5) / 4.5])


def test_an_outflow_may_ask_the_queue_that_it_empties(tmp_path):
    # All that is 2 old goes: 3, then 2, then each time the 4 of two steps before.
    leave = f"out = {OLD.format('q')} / TIME STEP"
    found = run(tmp_path, SHARES, "q = QUEUE FIFO(4, out, shares, 5, 1)", leave, final=4)
    assert found["out"] == [3, 2, 4, 4, 4]
    assert found["q"] == [5, 6, 8, 8, 8]


def test_an_initial_value_may_ask(tmp_path):
    found = run(tmp_path, *QUEUE, f"s = INTEG(1, {OLD.format('q')} * 2)", "k = INITIAL(QUEUE AGE OLDEST(q))", final=1)
    assert found["s"] == [6, 7]
    assert found["k"] == [2, 2]


def test_initial_values_that_ask_in_a_circle_are_reported(tmp_path):
    found = faults(tmp_path, SHARES, "q = QUEUE FIFO(4, 3, shares, s, 1)", "s = INTEG(1, QUEUE AGE OLDEST(q))")
    assert [code for code, _, _ in found] == ["SF402"]


def test_each_element_is_asked_with_its_own_argument(tmp_path):
    found = run(
        tmp_path, D, SHARES, "n[d] = 3, 4, 5", "q[d] = QUEUE FIFO(4, 3, shares, 5, 1)",
        "x[d] = QUEUE AGE AVERAGE(q[d], n[d])", "y[d] = QUEUE AGE AVERAGE(q[a2], n[d])",
        f"total = SUM({OLD.format('q[d!]')})", f"one = {OLD.format('q[a3]')}", final=1,
    )
    assert found["x"][0] == found["y"][0] == pytest.approx([2, 7 / 4, 8 / 5])
    assert found["x"][1] == pytest.approx([(2 * 2 + 1) / 3, 6 / 4, 7 / 5])
    assert found["total"] == [9, 6]
    assert found["one"] == [3, 2]


def test_dimensions_may_be_read_in_another_order(tmp_path):
    found = run(
        tmp_path, "r: r1, r2", D, SHARES, "n[d, r] = 1, 2; 3, 4; 5, 6",
        "q[d, r] = QUEUE FIFO(0, 0, shares, n[d, r], 1)",
        "x[r, d] = QUEUE AGE IN RANGE(q[d, r], 1, 1)", "y[r] = QUEUE AGE IN RANGE(q[a2, r], 1, 1)",
    )
    assert found["x"] == pytest.approx(np.array([[0.4, 1.2, 2.0], [0.8, 1.6, 2.4]]))
    assert found["y"] == pytest.approx([1.2, 1.6])


def test_lookups_of_elements_are_given_to_their_queues(tmp_path):
    found = run(
        tmp_path, D, "f[a1]((0,1),(1,1))", "f[a2]((0,1),(1,3))", "f[a3]((0,0),(1,5))",
        "q[d] = QUEUE FIFO(0, 0, f[d], 8, 1)", "x[d] = QUEUE AGE IN RANGE(q[d], 2, 2)",
        "p[d] = QUEUE FIFO(0, 0, f[a2], 8, 1)", "y[d] = QUEUE AGE IN RANGE(p[d], 2, 2)",
    )
    assert found["x"] == [4, 6, 8]
    assert found["y"] == [6, 6, 6]


def test_a_queue_takes_the_points_that_a_run_gives_for_its_lookup(tmp_path):
    model = sf.load(written(tmp_path, (*QUEUE, f"x = {OLD.format('q')}", "come = 4"), 0, 1))
    given = {"shares": [(0, 4), (1, 1)]}
    assert model.run()["x"].values.tolist() == [3]
    assert model.run(given)["x"].values.tolist() == [1]
    batch = model.run({**given, "come": xr.DataArray([4.0, 0.0], dims="run")})
    assert set(np.ravel(batch["x"]).tolist()) == {1}


LARGE = "big: " + ", ".join(f"e{number}" for number in range(40))


@pytest.mark.parametrize("range_", [D, LARGE])
def test_queues_of_some_elements_answer_and_others_are_missing(tmp_path, range_):
    first = range_.partition(": ")[2].split(", ")
    name = range_.partition(":")[0]
    path = written(tmp_path, (
        range_, f"some: {first[0]}, {first[1]}", SHARES, f"q[{first[0]}] = QUEUE FIFO(4, 3, shares, 5, 1)",
        f"q[{first[1]}] = QUEUE FIFO(0, 3, shares, 5, 1)",
        *(f"q[{one}] = 7" for one in first[2:]),
        f"x[{name}] = {OLD.format(f'q[{name}]')}", f"y[some] = {OLD.format('q[some]')}",
        f"z = {OLD.format(f'q[{first[1]}]')}",
    ), 1, 1)
    found = sf.load(path).run()
    assert found["x"].values[:, :2].tolist() == [[3, 3], [2, 2]]
    assert np.isnan(found["x"].values[:, 2:]).all()
    assert found["y"].values[:, :2].tolist() == [[3, 3], [2, 2]]
    assert found["z"].values.tolist() == [3, 2]
    assert found["q"].values[1, :3].tolist() == [6, 2, 7]


def test_a_queue_of_one_cell_of_a_table_answers_and_the_others_are_missing(tmp_path):
    found = run(
        tmp_path, D, "e: e1, e2", SHARES, "q[a1, e1] = QUEUE FIFO(4, 3, shares, 5, 1)", "q[a1, e2] = 7",
        "q[a2, e] = 7", "q[a3, e] = 7", "x[d, e] = QUEUE AGE OLDEST(q[d, e])", "p = QUEUE FIFO(4, 3, shares, 5, 1)",
        "y = QUEUE AGE OLDEST(p)", final=1,
    )
    assert [row[0][0] for row in found["x"]] == found["y"]
    others = [value for row in found["x"] for value in np.ravel(row)[1:]]
    assert set(others) == {numeric.MISSING}


def test_a_queue_takes_points_that_have_no_name(tmp_path):
    named = run(tmp_path, *QUEUE, "x = QUEUE AGE OLDEST(q)", final=2)
    own = run(tmp_path, "q = QUEUE FIFO(4, 3, ((0, 2), (1, 2)), 5, 1)", "x = QUEUE AGE OLDEST(q)", final=2)
    assert named["x"] == own["x"]


def test_the_runs_of_a_batch_have_queues_of_their_own(tmp_path):
    found = run(
        tmp_path, D, SHARES, "come = 4", "n = 4", "q[d] = QUEUE FIFO(come, 3, shares, 5, 1)",
        "x[d] = QUEUE AGE AVERAGE(q[d], n)", "p = QUEUE FIFO(4, 3, shares, 5, 1)", "y = QUEUE AGE AVERAGE(p, n)",
        final=1, given={"come": over_runs([4, 0]), "n": over_runs([4, 3])},
    )
    # Of the second run only 2 are left, both 2 old.
    for element in range(3):
        assert found["x"][0][element] == pytest.approx([7 / 4, 2])
        assert found["x"][1][element] == pytest.approx([6 / 4, 2])
    assert found["y"][1] == pytest.approx([6 / 4, (2 * 2 + 1) / 3])


def test_large_arrays_ask_as_small_ones_do(tmp_path):
    found = run(
        tmp_path, LARGE, SHARES, "q[big] = QUEUE FIFO(4, big, shares, 5, 1)",
        f"x[big] = {OLD.format('q[big]')} + big", f"s[big] = INTEG(1, {OLD.format('q[big]')})", final=1,
    )
    assert found["x"][0] == [3 + place for place in range(1, 41)]
    # 1, 2, 3 ... go: of 5, 5 - n are left, at most 2 of which were 1 old and no fewer than none.
    assert found["x"][1] == pytest.approx([max(5 - place, 0) + place for place in range(1, 41)])
    assert found["s"][0] == [3] * 40


@pytest.mark.parametrize("count", [4, 40])
def test_an_answer_may_be_an_argument_of_the_next_element(tmp_path, count):
    names = [f"e{number}" for number in range(count)]
    found = run(
        tmp_path, f"d: {', '.join(names)}", f"later: {', '.join(names[1:])}",
        f"before: {', '.join(names[:-1])} -> later", SHARES, "q[d] = QUEUE FIFO(4, 3, shares, 5, 1)", "x[e0] = 4",
        "x[later] = QUEUE AGE AVERAGE(q[later], x[before])", final=1,
    )
    # At 1 the oldest 4 of 2 at 2 and 4 at 1 are 1.5 old in the mean; the oldest 1.5 and fewer than 2 are 2 old.
    assert found["x"][1] == [4, 1.5, *[2] * (count - 2)]


def test_a_queue_may_be_the_argument_of_a_macro(tmp_path):
    macro = ":MACRO: OLDEST OF(line)\nOLDEST OF = QUEUE AGE OLDEST(line) * 10\n~~|\n:END OF MACRO:\ny = OLDEST OF(q)"
    assert run(tmp_path, macro, *QUEUE, final=1)["y"] == [20, 20]


def test_a_queue_that_is_replaced_answers_no_more(tmp_path):
    path = written(tmp_path, (*QUEUE, "x = QUEUE AGE OLDEST(q)", f"y = {OLD.format('q')}"), 1, 1)
    model = sf.load(path)
    found = model.run({"q": sf.Replace(9)})
    assert found["q"].values.tolist() == [9, 9]
    assert np.isnan(found["x"]).all() and np.isnan(found["y"]).all()
    batch = model.run({"q": sf.Replace(xr.DataArray([9.0, 8.0], dims="run"))})
    assert np.isnan(batch["x"]).all()
    assert model.run()["x"].values.tolist() == [2, 2]


def test_single_queues_of_a_variable_cannot_be_replaced(tmp_path):
    path = written(tmp_path, (D, SHARES, "q[a1] = QUEUE FIFO(4, 3, shares, 5, 1)", "q[a2] = 7", "q[a3] = 8",
                              "x = QUEUE AGE OLDEST(q[a1])"), 1, 1)
    model = sf.load(path)
    with pytest.raises(sf.ModelError, match="keep their memory"):
        model.run({"q": sf.Replace({"a1": 7})})
    found = model.run({"q": sf.Replace(9)})
    assert np.isnan(found["x"]).all()


def test_what_is_no_queue_gives_missing_and_is_told(tmp_path):
    equations = ("s = INTEG(1, 0)", "x = QUEUE AGE OLDEST(s)", "d = DELAY MATERIAL(1, 2, 0, 0)",
                 "y = QUEUE AGE AVERAGE(d, 0)")
    found = faults(tmp_path, *equations)
    assert [(code, line) for code, line, _ in found] == [("SF208", 3), ("SF208", 5)]
    assert "'s' is not what QUEUE AGE OLDEST reads" in found[0][2]
    assert np.isnan(sf.load(written(tmp_path, equations, 1, 1)).run()["x"]).all()


@pytest.mark.parametrize(("equation", "said"), [
    ("x = QUEUE AGE OLDEST(q * 2)", "the first argument of QUEUE AGE OLDEST must be a variable"),
    ("x = QUEUE AGE OLDEST(Time)", "the first argument of QUEUE AGE OLDEST must be a variable"),
    (
        "x = QUEUE AGE OLDEST(QUEUE FIFO(4, 3, shares, 5, 1))",
        "the first argument of QUEUE AGE OLDEST must be a variable",
    ),
    ("x = QUEUE AGE OLDEST(3)", "the first argument of QUEUE AGE OLDEST must be a variable"),
    ("x = QUEUE FIFO(4, 3, q, 5, 1)", "the third argument of QUEUE FIFO must be a lookup"),
    ("x = QUEUE FIFO(4, shares, shares, 5, 1)", "'shares' is a lookup and is used without an argument"),
])
def test_wrong_arguments_are_named(tmp_path, equation, said):
    found = faults(tmp_path, *QUEUE, equation)
    assert [(code, message) for code, _, message in found] == [("SF208", said)]


def test_an_answer_that_is_no_number_is_traced_to_where_it_came_from(tmp_path):
    path = written(tmp_path, (SHARES, "q = QUEUE FIFO(SQRT(2 - Time), 0, shares, 5, 1)", "x = 1 + QUEUE AGE OLDEST(q)"),
                   6, 1)
    with pytest.warns(sf.ModelWarning, match="time 3: SQRT") as told:
        found = sf.load(path).run(outputs=["x"])
    assert np.isnan(found["x"].values[4:]).all()
    assert len(told) == 1


def test_plans_with_questions_are_sound(tmp_path):
    report = Report()
    prepared = prepare(written(tmp_path, (
        D, SHARES, "q[d] = QUEUE FIFO(4, 3, shares, 5, 1)", f"s[d] = INTEG(1, {OLD.format('q[d]')})",
        "x[d] = QUEUE AGE AVERAGE(q[d], s[d])",
    ), 1, 1), report)
    assert prepared is not None and not report.failed
    plan = schedule(prepared.flat, Request(tuple(prepared.closed.variables)), report)
    assert plan is not None and breaches(plan) == []
