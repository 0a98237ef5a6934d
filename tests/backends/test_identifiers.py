"""A model's names beside those that generated text has of its own."""

from __future__ import annotations

import pytest

from stockflow.backends import numpy as array_text
from stockflow.backends import pytext
from stockflow.ir.names import key_of
from stockflow.runtime.budget import Budget
from tests.running import over_runs, run

BUDGET = Budget()
SPACES = [
    pytext.namespace(1, BUDGET, guarded=False), pytext.namespace(1, BUDGET, guarded=True), array_text.namespace(BUDGET),
]
NAMES = sorted({name for space in SPACES for name in (*space, *space["__builtins__"]) if not name.startswith("_")})


@pytest.mark.parametrize("given", [{}, {"k": over_runs([1, 1])}], ids=["alone", "batch"])
def test_a_variable_may_be_called_as_what_the_text_uses_itself(tmp_path, given):
    lines = [f'"{name}" = {place} + k * Time' for place, name in enumerate(NAMES)]
    used = ("y = MAX(0, MIN(1, MODULO(Time, 2))) + f(Time) + LN(k)", "f((0,0),(1,1))", "s = INTEG(SQRT(k), 0)")
    found = run(tmp_path, "k = 1", *lines, *used, final=1, given=given)
    for place, name in enumerate(NAMES):
        expected = [place, place + 1]
        assert found[key_of(name)] == ([[one, one] for one in expected] if given else expected), name
