"""Whole models: floats bare and guarded, arrays alone and in a batch give the same numbers, by every method.

Between texts to 1e-12, as transcendental functions of the math module and of numpy may differ in the last bit; a run
alone and in a batch to the last bit.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.properties.agreement import METHODS, disagreements

ROOT = Path(__file__).parents[2]
REFERENCE = sorted((ROOT / "reference_models").glob("*/model.*"))
CASES = ROOT.parent / "shared" / "cases"


@pytest.mark.parametrize("path", REFERENCE, ids=lambda path: f"{path.parent.name}{path.suffix}")
def test_all_texts_of_a_reference_model_agree(path: Path) -> None:
    assert not disagreements(path, METHODS, steps=12)


@pytest.mark.skipif(not (CASES / "cases.json").exists(), reason="the published cases are not beside the repository")
@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_all_texts_of_the_published_models_agree(method: str) -> None:
    models = dict.fromkeys(case["model"] for case in json.loads((CASES / "cases.json").read_text(encoding="utf-8")))
    # Allocation is slow in floats, and the same in every step.
    steps = {model: 2 if "allocate" in model else 10 for model in models}
    wrong = {model: disagreements(CASES / model, (method,), steps=count) for model, count in steps.items()}
    assert not {model: found[:3] for model, found in wrong.items() if found}
