"""Array text: batches and large arrays. What the other texts cannot show: shared memory, masks, blocks of runs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from stockflow.backends.numpy import array_program
from stockflow.diagnostics.model import Report
from stockflow.ir.names import key_of
from stockflow.prepare import prepare
from stockflow.schedule import Request, schedule
from tests.running import over_runs, run, written

A, SUB, B = "A: a1, a2, a3", "Sub: a2, a3", "B: b1, b2"
K = ("k = 2",)


def batch(folder, *equations, runs=(1.0, 2.0, 4.0), **options):
    """The values of a batch over `k`, as arrays."""
    found = run(folder, *K, *equations, given={"k": over_runs(runs)}, **options)
    return {key: np.array(value) for key, value in found.items()}


def text(folder, *equations, varying=(), method="euler"):
    report = Report()
    prepared = prepare(written(folder, equations, 1, 1), report)
    assert prepared is not None
    plan = schedule(prepared.flat, Request(tuple(prepared.closed.variables), varying=frozenset(varying)), report)
    assert plan is not None
    return array_program(plan, prepared.flat.tables, method).text


@pytest.mark.parametrize("method", ["rk2", "rk2_heun", "rk4"])
def test_a_slope_is_kept_while_later_stages_write_the_array_that_it_was_read_from(tmp_path, method):
    # x grows by its own element's flow, the flows by x: the same circle as y, which has no arrays.
    found = batch(
        tmp_path,
        A,
        "flow[a1] = x * k",
        "flow[a2] = x",
        "flow[a3] = 0",
        "x = INTEG(flow[a1], 1)",
        "y = INTEG(y * k, 1)",
        final=2,
        method=method,
    )
    assert found["x"].tolist() == found["y"].tolist()


def test_an_initial_value_is_kept_while_the_array_that_it_was_read_from_goes_on(tmp_path):
    found = batch(
        tmp_path, A, "x[a1] = k + Time", "x[a2] = 0", "x[a3] = 0", "s = INTEG(0, x[a1])", "i = INITIAL(x[a1])", final=2
    )
    assert found["s"].tolist() == [[1, 2, 4]] * 3
    assert np.broadcast_to(found["i"], (3, 3)).tolist() == [[1, 2, 4]] * 3


def test_a_memory_of_one_step_is_kept_while_its_array_is_written(tmp_path):
    found = batch(
        tmp_path,
        A,
        "x[a1] = k * Time",
        "x[a2] = 0",
        "x[a3] = 0",
        "h = SAMPLE IF TRUE(Time = 1, x[a1], -1)",
        "d = DELAY FIXED(x[a1], 1, -1)",
        final=3,
    )
    assert found["h"].tolist() == [[-1, -1, -1], [1, 2, 4], [1, 2, 4], [1, 2, 4]]
    assert found["d"].tolist() == [[-1, -1, -1], [0, 0, 0], [1, 2, 4], [2, 4, 8]]


def test_a_condition_on_a_stock_that_starts_from_one_number_for_all_runs_is_a_mask(tmp_path):
    found = batch(
        tmp_path, "s = INTEG(k, 0)", "x = IF THEN ELSE(:NOT: (s > 1), 10, 20)", "y = (s > 1) + (:NOT: s)", final=1
    )
    assert found["x"].tolist() == [[10, 10, 10], [10, 20, 20]]
    assert found["y"].tolist() == [[1, 1, 1], [0, 1, 1]]


def test_a_stock_that_starts_from_one_number_is_divided_without_a_crash(tmp_path):
    with pytest.warns(RuntimeWarning, match="SF701"):
        found = batch(tmp_path, "s = INTEG(k, 0)", "x = k / s", final=1)
    assert found["x"].tolist() == [[math.inf] * 3, [1, 1, 1]]


def test_nan_is_no_condition(tmp_path):
    found = batch(tmp_path, "s = INTEG(0, k - k)", "x = IF THEN ELSE(s / s, 1, 2)", "y = :NOT: (s / s)")
    assert found["x"].tolist() == [2, 2, 2]
    assert found["y"].tolist() == [1, 1, 1]


def test_numbers_that_no_run_changes_have_no_run_axis(tmp_path):
    made = text(tmp_path, *K, "j = 3", "x = j * Time", "y = x * k", "s = INTEG(x, 0)", varying=("k",))
    assert "x = j * time" in made
    assert "s = 0.0" in made


def test_readings_of_what_stays_are_made_before_the_loop(tmp_path):
    made = text(
        tmp_path,
        A,
        SUB,
        "Z: z1, z2 -> (A: Sub, a1)",
        "q[Z] = 5, 6",
        "f[a1]((0,0),(1,1))",
        "f[a2]((0,0),(1,2))",
        "f[a3]((0,0),(1,3))",
        "x[A] = q[Z] * Time",
        "y[Sub] = f[Sub](Time)",
    )
    before, inside = made.split("for step in")
    assert "q_V0 = q[I" in before
    assert "f_V1 = f.at(" in before
    assert "q[" not in inside
    assert ".at(" not in inside


CHAIN = (
    "T: t1, t2, t3, t4", "Later: t2, t3, t4 -> Before", "Before: t1, t2, t3", B, "x[t1, B] = B * k",
    "x[Later, B] = x[Before, B] * 2 + y[Before, B]", "y[T, B] = x[T, B] - 1",
)


def test_a_recurrence_runs_along_its_own_axis_and_takes_the_others_at_once(tmp_path):
    found = batch(tmp_path, *CHAIN, runs=(1, 3))
    # b1: x = k, y = k - 1; then x becomes 2 x + x - 1.
    assert found["x"][:, 0].tolist() == [[1, 3], [2, 8], [5, 23], [14, 68]]
    assert found["x"][:, 1].tolist() == [[2, 6], [5, 17], [14, 50], [41, 149]]
    assert "for L0, in I" in text(tmp_path, *K, *CHAIN)
    assert "for L0, L1 in" not in text(tmp_path, *K, *CHAIN)


def test_elements_that_read_their_neighbours_crosswise_are_taken_one_by_one(tmp_path):
    found = batch(
        tmp_path, "T: t1, t2", "Later: t2 -> Before", "Before: t1", B, "x[t1, b1] = k", "x[t1, b2] = x[t2, b1]",
        "x[Later, b1] = x[Before, b1] + 1", "x[Later, b2] = x[Before, b2] * 10",
    )
    assert found["x"].tolist() == [[[1, 2, 4], [2, 3, 5]], [[2, 3, 5], [20, 30, 50]]]


def test_elements_taken_one_by_one_know_their_own_place(tmp_path):
    found = batch(
        tmp_path, "T: t1, t2", "Later: t2 -> Before", "Before: t1", B, "x[t1, b1] = k", "x[t1, b2] = x[t2, b1]",
        "x[Later, b1] = x[Before, b1] + 1", "x[Later, b2] = x[Before, b2] * 10 + Later",
    )
    # t2 is the second of T: 2 is added to 20, 30 and 50.
    assert found["x"][1, 1].tolist() == [22, 32, 52]
    ranges = ("T: t1, t2, t3", "Later: t2, t3 -> Before", "Before: t1, t2")
    found = batch(tmp_path, *ranges, "x[t1] = k", "x[Later] = x[Before] * 10 + Later")
    assert found["x"].tolist() == [[1, 2, 4], [12, 22, 42], [123, 223, 423]]


def test_elements_of_a_circle_that_do_not_read_each_other_are_taken_at_once(tmp_path):
    equations = (
        "T: t1, t2, t3", "Later: t2, t3 -> Before", "Before: t1, t2", "p[T] = v[t1] + k", "v[T] = w[T]", "w[t1] = 1",
        "w[Later] = p[Before] * 10",
    )
    found = batch(tmp_path, *equations)
    # v[t1] is w[t1], which is 1; then all of p; then the rest of w and v.
    assert found["p"].tolist() == [[2, 3, 5]] * 3
    assert found["v"].tolist() == [[1, 1, 1], [20, 30, 50], [20, 30, 50]]
    assert run(tmp_path, *K, *equations)["v"] == [1, 30, 30]


@pytest.mark.parametrize("method", ["euler", "rk2", "rk4"])
def test_a_stock_of_one_element_stands_beside_a_number(tmp_path, method):
    equations = ("A: a1, a2", "s[a1] = INTEG(+k, 0)", "s[a2] = 7")
    found = batch(tmp_path, *equations, final=2, method=method)
    assert found["s"].tolist() == [[[0, 0, 0], [7, 7, 7]], [[1, 2, 4], [7, 7, 7]], [[2, 4, 8], [7, 7, 7]]]


MOVING = "IF THEN ELSE(Time < 2, 1, 0.5)"


def test_a_time_step_that_changes_is_the_same_for_all_runs_of_a_batch(tmp_path):
    found = batch(tmp_path, A, "y = INTEG(2 * k, 0)", "z[A] = INTEG(A, 0)", final=3, step=MOVING)
    # 2 for each unit of time, twice and four times as much in the other runs; saved at 0, 1, 2, 2.5 and 3.
    assert found["y"].tolist() == [[0, 0, 0], [2, 4, 8], [4, 8, 16], [5, 10, 20], [6, 12, 24]]
    assert np.squeeze(found["z"]).tolist() == [[0, 0, 0], [1, 2, 3], [2, 4, 6], [2.5, 5, 7.5], [3, 6, 9]]
    assert np.squeeze(found["time step"]).tolist() == [1, 1, 0.5, 0.5, 0.5]


BIG = "Big: " + ", ".join(f"e{number}" for number in range(40))


def test_a_large_model_takes_steps_that_change_and_numbers_drawn_for_all_its_elements(tmp_path):
    equations = (BIG, "y[Big] = INTEG(Big, 0)", "x = y[e2]", "r = RANDOM UNIFORM(0, 1, 3)", "z[Big] = r * Big")
    found = run(tmp_path, *equations, final=3, step=MOVING)
    assert found["x"] == [0, 3, 6, 7.5, 9]
    assert found["r"] == run(tmp_path, "r = RANDOM UNIFORM(0, 1, 3)", final=3, step=MOVING)["r"]
    assert [row[1] for row in found["z"]] == pytest.approx([2 * value for value in found["r"]])


def test_a_run_of_elements_is_a_slice(tmp_path):
    made = text(tmp_path, A, SUB, "p[A] = A * Time", "x[Sub] = p[Sub] + 1", "y[Sub] = 1 + Time", "y[a1] = 0")
    assert "x = p[1:3] + 1.0" in made
    assert "y[1:3] = 1.0 + time" in made


@pytest.mark.parametrize("exponent", [2.0, 0.5, -1.0, 3.0, 1.7])
def test_a_power_in_a_batch_is_that_of_the_run_alone_to_the_last_bit(tmp_path, exponent):
    values = tuple(np.linspace(0.3, 9.7, 40))
    shared = batch(tmp_path, f"e = {exponent:g}", "x = k ^ e", runs=values)["x"]
    own = run(tmp_path, "k = 2", "e = 1", "x = k ^ e", given={"k": over_runs(values), "e": over_runs([exponent] * 40)})[
        "x"
    ]
    pieces = [
        batch(tmp_path, f"e = {exponent:g}", "x = k ^ e", runs=values[n : n + 7])["x"].tolist() for n in range(0, 40, 7)
    ]
    assert shared.tolist() == own == [value for piece in pieces for value in piece]


def test_a_run_is_the_same_whatever_runs_are_beside_it(tmp_path):
    equations = (
        A,
        "p[A] = 0.1, 0.2, 0.7",
        "c((0,0),(1,1.3),(2,0.1))",
        "s[A] = INTEG(c(s[A] * k) - s[A] * EXP(-k) * SUM(s[A!]), p[A])",
        "total = SUM(s[A!] ^ p[A!])",
        "wave = SIN(total) + LN(k + total)",
    )
    values = tuple(np.linspace(0.3, 2.9, 10))
    together = batch(tmp_path, *equations, runs=values, final=20, step=0.5, method="rk4")
    for first, last in ((0, 1), (1, 4), (4, 10)):
        block = batch(tmp_path, *equations, runs=values[first:last], final=20, step=0.5, method="rk4")
        for key in ("s", "total", "wave"):
            assert together[key][..., first:last].tolist() == block[key].tolist()


def test_lookups_of_one_array_may_be_read_in_different_ways(tmp_path):
    path = tmp_path / "ways.xmile"
    cells = "".join(
        f'<element subscript="{name}"><eqn>input*2</eqn><gf type="{way}">'
        f'<xscale min="0" max="2"/><ypts>0,10,10</ypts></gf>'
        "</element>"
        for name, way in (("a", "continuous"), ("b", "extrapolate"), ("c", "discrete"))
    )
    path.write_text(
        '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"><header><vendor>v</vendor>'
        '<product version="1">p</product></header><sim_specs><start>0</start><stop>1</stop><dt>1</dt></sim_specs>'
        '<dimensions><dim name="D"><elem name="a"/><elem name="b"/><elem name="c"/>'
        '</dim></dimensions><model><variables>'
        f'<aux name="input"><eqn>0.25</eqn></aux><aux name="x"><dimensions><dim name="D"/></dimensions>{cells}</aux>'
        "</variables></model></xmile>",
        encoding="utf-8",
    )
    from stockflow.api import load

    found = load(path).simulate({"input": over_runs([0.25, -0.25, 0.5])}).values[key_of("x")]
    # x = 0.5, -0.5 and 1: the middle line goes on to the left, the last one holds its step.
    assert found[0].tolist() == [[5, 0, 10], [5, -5, 10], [0, 0, 10]]
