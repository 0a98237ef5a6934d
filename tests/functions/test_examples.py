"""Every row's examples: as models on both texts, and the plain ones by the interpreter of the rows' bodies."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import stockflow as sf
from stockflow.functions import noise
from stockflow.functions.table import ROWS
from tests.functions.oracle import MISSING, run
from tests.functions.worked import spelling_of, values_of, written

EXAMPLES = [(row, one) for row in ROWS.values() for one in row.worked]
PLAIN = [
    (row, one) for row, one in EXAMPLES
    if not (one.given or one.files or one.unit or isinstance(one.value, tuple)) and row not in noise.ROWS
]


def by_call(examples):
    names = [f"{row.key}: {one.call}" for row, one in examples]
    return pytest.mark.parametrize(("row", "example"), examples, ids=names)


@by_call(PLAIN)
def test_an_example_gives_its_hand_calculated_value(row, example):
    found = run(example.call, 0, spelling_of(row, example), step=example.step)[0]
    assert found == pytest.approx(example.value, rel=1e-12, abs=1e-12)


@by_call(EXAMPLES)
def test_an_example_holds_in_a_model_alone_and_in_a_batch(row, example, tmp_path):
    model = sf.load(written(example, spelling_of(row, example), tmp_path))
    wanted = [np.nan if value == MISSING else value for value in values_of(example)]
    expected = pytest.approx(wanted, rel=1e-12, abs=1e-12, nan_ok=True)
    assert shown(model.run(), example, len(wanted)) == expected
    batch = model.run({"base": xr.DataArray([0.0, 1.0], dims="run")})
    for number in range(2):
        assert shown(batch.isel(run=number), example, len(wanted)) == expected


def shown(ds, example, count):
    """The numbers of an example: of its elements at the start, else those over time."""
    found = ds["result"] + 0 * ds["time"]
    values = found.isel(time=0).values.ravel() if example.over else found.values
    return list(values[:count])
