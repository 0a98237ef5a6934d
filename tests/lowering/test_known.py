"""Orders of delays, which shape the model: worked out before the run from all that does not move."""

from __future__ import annotations

import pytest

from tests.running import faults, run

GIVEN = ("k = 2", "d: a, b", "q[d] = 1, 1")


@pytest.mark.parametrize(
    ("order", "stages"),
    [
        ("-(-2)", 2), ("+(2)", 2), ("MAX(2, 1)", 2), ("MIN(3, 5)", 3), ("IF THEN ELSE(k > 1, 2, 3)", 2),
        ("IF THEN ELSE(k < 1, 2, 3)", 3), ("INTEGER(2.5)", 2), ("ZIDZ(4, 2)", 2), ("XIDZ(4, 0, 3)", 3), ("SQRT(9)", 3),
        ("1 + (:NOT: k)", 1), ("ABS(k - 4)", 2), ("QUANTUM(k + 0.5, 1)", 2), ("MODULO(6, 4)", 2), ("k :AND: 1", 1),
        ("Time + 2", 2), ("INITIAL TIME + 3", 3), ("ZIDZ(k + 1, k - 1)", 3),
    ],
)
def test_an_order_may_be_any_expression_of_what_is_known(tmp_path, order, stages):
    delays = ("y = SMOOTH N(Time, 4, 0, n)", f"z = SMOOTH N(Time, 4, 0, {stages})")
    found = run(tmp_path, *GIVEN, f"n = {order}", *delays, final=6)
    assert found["y"] == found["z"]
    assert found["y"][-1] > 0


@pytest.mark.parametrize("order", ["SUM(q[d!])", "RANDOM UNIFORM(1, 1, 1)", "q[a] + 1", "INTEG(0, 2)"])
def test_what_only_a_run_can_tell_is_no_order(tmp_path, order):
    (found,) = faults(tmp_path, *GIVEN, f"n = {order}", "y = SMOOTH N(Time, 4, 0, n)")
    assert found[:2] == ("SF206", 6)
    assert found[2].startswith("the order of SMOOTH N is not known before the run")


def test_an_order_that_rests_on_a_long_chain_is_given_up(tmp_path):
    short, long = ([f"n{at} = n{at + 1}" for at in range(length)] + [f"n{length} = 2"] for length in (150, 250))
    assert faults(tmp_path, *short, "y = SMOOTH N(Time, 4, 0, n0)") == []
    assert [fault[0] for fault in faults(tmp_path, *long, "y = SMOOTH N(Time, 4, 0, n0)")] == ["SF206"]
