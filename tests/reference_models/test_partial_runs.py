"""Each variable of a model spoiled in turn: what reads it is left out, and all else has its values to the bit."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import stockflow as sf

ROOT = Path(__file__).resolve().parents[2] / "reference_models"
CONTROLS = 4


def spoiled(text: str, suffix: str) -> Iterator[str]:
    """The text with the right side of one equation after the other replaced by a name that nothing has."""
    pattern = r"^[A-Za-z][^=~|{\n]*=\s*([^~]+?)\s*~" if suffix == ".mdl" else r"<eqn>([^<]+)</eqn>"
    for found in re.finditer(pattern, text, re.MULTILINE):
        start, stop = found.span(1)
        yield f"{text[:start]}nothing_of_that_name{text[stop:]}"


def readers(model: sf.Model, key: str) -> set[str]:
    """The variable and all that read it, directly or through others."""
    found, stack = {key}, [key]
    while stack:
        for label in model[stack.pop()].uses:
            if model[label].key not in found:
                found.add(model[label].key)
                stack.append(model[label].key)
    return found


def loaded(path: Path) -> sf.Model | None:
    """The model without what is spoiled; None where that is its clock."""
    try:
        return sf.load(path, partial=True)
    except sf.ModelError:
        return None


@pytest.mark.parametrize("name", ["drifting_goals", "workload_and_burnout"])
@pytest.mark.parametrize("suffix", [".mdl", ".xmile"])
def test_what_a_fault_leaves_is_what_it_was(name: str, suffix: str, tmp_path: Path) -> None:
    path = ROOT / name / f"model{suffix}"
    whole = sf.load(path)
    expected = whole.simulate(final_time=2)
    tried = refused = 0
    for text in spoiled(path.read_text(encoding="utf-8"), suffix):
        (tmp_path / path.name).write_text(text, encoding="utf-8")
        model = loaded(tmp_path / path.name)
        if model is None:
            refused += 1
            continue
        (cause,) = {whole[label].key for label in model.left_out.values()}
        assert {whole[label].key for label in model.left_out} == readers(whole, cause)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", sf.ModelWarning)
            result = model.simulate(final_time=2)
        assert set(result.values) == set(expected.values) - readers(whole, cause)
        for key, values in result.values.items():
            np.testing.assert_array_equal(values, expected.values[key])
        tried += 1
    assert tried >= 10
    assert refused <= CONTROLS
