"""What remembers in XMILE, put into each other, over elements, in batches and with every method.

`run` also holds a batch to the run alone. All expectations are worked out by hand from the language reference, sections
3.5, 3.6 and 4.2.
"""

from __future__ import annotations

import pytest

import stockflow as sf
from tests.builtins import ISEE, faults, near, run, written

D = "d: a, b"
METHODS = pytest.mark.parametrize("method", ["euler", "rk2", "rk4"])


@METHODS
def test_a_value_one_step_ago_of_anything(method, tmp_path):
    found = run(
        tmp_path, "x = TIME * TIME", "p = PREVIOUS(PREVIOUS(x, -1), -2)", "q = PREVIOUS(x, 9) + PREVIOUS(x * 2 + p, 5)",
        "s += 1, 3", "t = PREVIOUS(s, INIT(s) - 1)", "k = PREVIOUS(IF x > 0 THEN s ELSE -s, 0)", final=3, method=method,
    )
    assert found["p"] == [-2, -1, 0, 1]
    # 9 + 5; then 0 + (0 - 2); 1 + (2 - 1); 4 + (8 + 0).
    assert found["q"] == [14, -2, 2, 12]
    assert found["t"] == near([2, 3, 4, 5])
    assert found["k"] == near([0, -3, 4, 5])


@METHODS
def test_a_delay_takes_expressions_and_its_time_once(method, tmp_path):
    found = run(
        tmp_path, "x = TIME * 10", "start = 4", "y = DELAY(x + 1, 2, start * 2 - TIME)", "z = DELAY(DELAY(x, 1), 1)",
        "w = DELAY(x, 2 - TIME, -1)", "v[d] = 1 | 2", "u[d] = DELAY(x * v, v, v - 5)", "s = SUM(DELAY(x * v[*], 1, 0))",
        final=3, method=method, dimensions=D,
    )
    # The initial value is that of the start, 8, though the expression moves.
    assert found["y"] == [8, 8, 1, 11]
    assert found["z"] == [0, 0, 0, 10]
    assert found["w"] == [-1, -1, 0, 10]
    assert found["u"] == [[-4, -3], [0, -3], [10, 0], [20, 20]]
    assert found["s"] == [0, 0, 30, 60]


def test_a_smooth_or_delay_of_order_n_takes_its_order_from_the_model(tmp_path):
    found = run(
        tmp_path, "n = 1 + 1", "v[d] = 4 | 8", "x = SMTHN(8, 4, n, 0)", "y[d] = SMTHN(v, 4, n, 0)",
        "z = DELAYN(8, 4, n, 0)", "w[d] = DELAYN(v * 2, v / 2, 1, v)", "s = SUM(SMTHN(v[*], 4, 2, 0))",
        "k = SMTHN(8, 4, 1, 0) - SMTH1(8, 4, 0)", "m = SMTHN(8, 6, 3, 0) - SMTH3(8, 6, 0)", final=4, dimensions=D,
    )
    # Two stages, each of which closes a half of its gap: 0, 4, 6, 7, 7.5 before 0, 0, 2, 4, 5.5.
    assert found["x"] == found["z"] == near([0, 0, 2, 4, 5.5])
    assert [row[0] for row in found["y"]] == near([0, 0, 1, 2, 2.75])
    assert [row[1] for row in found["y"]] == near([0, 0, 2, 4, 5.5])
    assert found["s"] == near([0, 0, 3, 6, 8.25])
    # Levels of 8 and 32 with 8 and 16 coming in; a half and a quarter go.
    assert [row[0] for row in found["w"]] == near([4, 6, 7, 7.5, 7.75])
    assert [row[1] for row in found["w"]] == near([8, 10, 11.5, 12.625, 13.46875])
    assert found["k"] == found["m"] == near([0] * 5)


def test_smooths_of_smooths_and_trends_over_elements(tmp_path):
    found = run(
        tmp_path, "v[d] = 1 | 0", "x[d] = v * (1 + TIME)", "f[d] = FORCST(x, 5, 10)", "t[d] = TREND(x, 5)",
        "y = SMTH1(SMTH1(8, 2, 0), 2, PREVIOUS(SELF, 0))", "g = FORCST(1, 5, 10, 1)", "h = TREND(100, 5, 0.02)",
        final=2, dimensions=D,
    )
    # The average is 1, 1, 1.2: a trend of (2 - 1) / 5, then 1.8 / (5 * 1.2); where all is 0 there is none.
    assert found["t"] == [near([0, 0]), near([0.2, 0]), near([0.3, 0])]
    assert found["f"] == [near([1, 0]), near([6, 0]), near([12, 0])]
    assert found["y"] == near([0, 0, 2])
    # The average of g starts at 1 / 2, that of h at 100 / 1.1.
    assert found["g"][0] == near(1 + 0.5 / (5 * 0.5) * 10)
    assert found["h"][0] == near(0.02)


@METHODS
def test_the_value_of_the_start_of_anything_is_kept(method, tmp_path):
    found = run(tmp_path, "s += 2, 5", "x = INIT(s * 2 + TIME)", "y = INIT(PREVIOUS(s, 7))", "z = s - INIT(s)",
                "v[d] = INIT(s + d)", final=2, method=method, dimensions=D)
    assert found["x"] == [10, 10, 10]
    assert found["y"] == [7, 7, 7]
    assert found["z"] == near([0, 2, 4])
    assert found["v"] == [[6, 7]] * 3


@METHODS
@pytest.mark.parametrize("vendor", [ISEE, "somebody"])
def test_test_inputs_stand_still_within_a_step(vendor, method, tmp_path):
    found = run(
        tmp_path, "a += STEP(6, 1), 0", "b += PULSE(2, 1, 2), 0", "c += RAMP(1, 1, 3), 0", "e += PULSE(2, 1), 0",
        "f += PREVIOUS(a, 0), 0", "g += TIME, 0", final=4, method=method, vendor=vendor,
    )
    assert found["a"] == near([0, 0, 6, 12, 18])
    assert found["b"] == near([0, 0, 2, 2, 4])
    assert found["c"] == near([0, 0, 0, 1, 3])
    # Without an interval isee's PULSE comes at every step, the standard's once.
    assert found["e"] == near([0, 0, 2, 4, 6] if vendor == ISEE else [0, 0, 2, 2, 2])
    assert found["f"] == near([0, 0, 0, 0, 6])
    # The modeller's TIME moves on within a step.
    assert found["g"] == near([0, 0, 1, 3, 6] if method == "euler" else [0, 0.5, 2, 4.5, 8])


@pytest.mark.parametrize(
    ("method", "end"),
    [
        # With x' = x^2 the first slope is 1: it leads to 2, whose slope is 4, and halfway to 1.5, whose slope is 2.25.
        ("Euler", 2), ("RK2", 1 + (1 + 4) / 2), ("Runge-Kutta 2", 3.5),
        # 2.125^2 is the third slope, 1 + 2.125^2 the place of the last one.
        ("rk4", 1 + (1 + 2 * 1.5**2 + 2 * 2.125**2 + (1 + 2.125**2) ** 2) / 6), ("gear, RK4", None), ("", 2),
    ],
)
def test_a_method_is_the_first_of_the_list_that_is_built(method, end, tmp_path):
    model = sf.load(written(tmp_path, "x += x * x, 1", final=1, method=method))
    end = end if end is not None else 1 + (1 + 2 * 1.5**2 + 2 * 2.125**2 + (1 + 2.125**2) ** 2) / 6
    assert model.run()["x"].values[-1] == near(end)


def test_a_method_that_is_not_built_gives_way_to_a_step_that_is_chosen(tmp_path):
    ((code, message),) = faults(tmp_path, "x += x, 1", final=1, method="gear")
    assert (code, "'gear' is not built" in message) == ("SF114", True)
    found = sf.load(tmp_path / "model.xmile").run()
    # e to the power of 1, within the tolerance of 0.001.
    assert found["x"].values[-1] == pytest.approx(2.718281828, rel=2e-3)


@pytest.mark.parametrize("name", ["RUNCOUNT", "SENSIRUNCOUNT", "QLEN(base)", "CTMEAN(base)", "CYCLETIME(base)"])
def test_what_only_a_session_or_a_conveyor_knows_is_refused_by_name(name, tmp_path):
    ((code, message),) = faults(tmp_path, f"x = {name}")
    assert code == "SF206"
    assert message.startswith(name.partition("(")[0])
