"""Every row's examples, worked out by the plain interpreter of the rows' bodies."""

from __future__ import annotations

import pytest

from stockflow.functions.table import ROWS
from tests.functions.oracle import run

EXAMPLES = [(row, call, value) for row in ROWS.values() for call, value in row.examples]


@pytest.mark.parametrize(("row", "call", "value"), EXAMPLES, ids=[call for _, call, _ in EXAMPLES])
def test_an_example_gives_its_hand_calculated_value(row, call, value):
    spelling = next(name for name in ("vensim", "xmile", "stella") if name in row.spellings)
    assert run(call, 0, spelling)[0] == pytest.approx(value, rel=1e-12, abs=1e-12)
