"""Random models: every generated text gives what the rules of the language give, worked out cell by cell apart."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import stockflow as sf
from stockflow.ir.names import key_of
from tests.properties.agreement import disagreements
from tests.properties.generated import Model, models

# A random model may well come to NaN, and the run warns of it.
pytestmark = pytest.mark.filterwarnings("ignore")

SETTINGS = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


def close(found: float, expected: float) -> bool:
    if math.isnan(expected) or math.isinf(expected) or abs(expected) > 1e250:
        return math.isnan(found) if math.isnan(expected) else abs(found) > 1e249 or math.isnan(found)
    return abs(found - expected) <= 1e-9 * max(1.0, abs(expected))


def mistakes(model: Model, values: dict[str, np.ndarray]) -> list[str]:
    wrong = []
    for name, rows in model.run().items():
        array = values[key_of(name)]
        cells = model.variables[name].cells()
        for row, expected in enumerate(rows):
            here = np.broadcast_to(array[row], array.shape[1:]).ravel()
            for place, cell in enumerate(cells):
                if not close(float(here[place]), expected[cell]):
                    wrong.append(f"{name}{list(cell)} row {row}: {here[place]} instead of {expected[cell]}")
    return wrong


@given(models())
@SETTINGS
def test_a_generated_model_gives_what_its_equations_say(tmp_path: Path, model: Model) -> None:
    file = tmp_path / "model.mdl"
    file.write_text(model.text, encoding="utf-8")
    assert not list(itertools.islice(mistakes(model, sf.load(file).simulate().values), 5)), model.text


@given(models())
@SETTINGS
def test_all_texts_of_a_generated_model_agree(tmp_path: Path, model: Model) -> None:
    file = tmp_path / "model.mdl"
    file.write_text(model.text, encoding="utf-8")
    assert not disagreements(file, ("euler", "rk4"), steps=4), model.text
