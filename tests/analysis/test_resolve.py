"""Names and calls: what may stand for a lookup, and where a lookup may stand."""

from __future__ import annotations

import pytest

from tests.running import faults

POINTS = "the points of a lookup stand where a number is wanted"


@pytest.mark.parametrize(
    ("equation", "message"),
    [
        ("y = 2 * f", "'f' is a lookup and is used without an argument"),
        ("y = MAX(((0,0),(1,1)), 2)", POINTS), ("y = 1 + XIDZ(((0,0),(1,1)), 2, 3)", POINTS),
        ("y = WITH LOOKUP(((0,0),(1,1)), ((0,0),(1,1)))", POINTS),
    ],
)
def test_a_lookup_is_no_number(tmp_path, equation, message):
    assert faults(tmp_path, "f((0,0),(1,1))", equation) == [("SF208", 3, message)]
