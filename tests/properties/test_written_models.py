"""Random models written as XMILE: the file that was written runs as the model that it was written from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import stockflow as sf
from stockflow.ir.model import CONTROLS
from tests.properties.agreement import difference
from tests.properties.generated import Model, models

# A random model may well come to NaN, and the run warns of it.
pytestmark = pytest.mark.filterwarnings("ignore")

QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
SAME = 1e-12
"""Relative: the same operations, sums of flows taken in the order of an XMILE stock."""


def differing(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> list[str]:
    """Variables of the first run that the second lacks or has with other values at some step."""
    return [
        key for key, values in one.items()
        if key not in CONTROLS and not (key in other and difference(values, other[key]) <= SAME)
    ]


def written(model: sf.Model, file: Path) -> sf.Model:
    """The model after it went through an XMILE file."""
    file.write_text(model.to_xmile(), encoding="utf-8")
    return sf.load(file)


@given(models())
@settings(max_examples=20, deadline=None, suppress_health_check=QUIET)
def test_a_written_model_runs_as_the_model_it_was_written_from(tmp_path: Path, model: Model) -> None:
    file = tmp_path / "model.mdl"
    file.write_text(model.text, encoding="utf-8")
    original = sf.load(file)
    first = written(original, tmp_path / "first.xmile")
    second = written(first, tmp_path / "second.xmile")
    wanted = original.simulate().values
    assert not differing(wanted, first.simulate().values), model.text
    assert not differing(wanted, second.simulate().values), model.text
