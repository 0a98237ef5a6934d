"""The plain evaluator gives the rows' examples, knows nothing of the engine, and names what it does not know."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

from conformance.evaluator import UnknownFunction, evaluate, knows
from conformance.opinions import close, differences
from stockflow.diagnostics.model import Report
from stockflow.functions.table import ROWS
from stockflow.prepare import prepare
from tests.functions.worked import spelling_of, values_of, written
from tests.running import written as model_of

FOLDER = Path(__file__).resolve().parents[2] / "conformance" / "evaluator"
ENGINE = ("lowering", "schedule", "ordering", "backends", "runtime", "simulate", "prepare", "api")
KNOWN = [row for row in ROWS.values() if row.kind not in ("refused", "external", "draw") and knows(row.key)]
EXAMPLES = [(row, one) for row in KNOWN for one in row.worked if not one.files]


def closed(path):
    report = Report()
    prepared = prepare(path, report)
    assert prepared is not None and not report.failed, list(report.errors)
    return prepared.closed


def of(folder, *equations, method="euler", final=0, step=1):
    return {key: found.tolist() for key, found in
            evaluate(closed(model_of(folder, equations, final, step)), method).items()}


@pytest.mark.parametrize(("row", "example"), EXAMPLES, ids=[f"{row.key}: {one.call}" for row, one in EXAMPLES])
def test_an_example_has_its_hand_calculated_value(row, example, tmp_path):
    found = evaluate(closed(written(example, spelling_of(row, example), tmp_path)), "euler")["result"]
    over_time = isinstance(example.value, tuple) and not example.over
    shown = found.ravel()[: len(example.value)] if over_time else np.ravel(found[0])
    assert shown.tolist() == pytest.approx(list(values_of(example)), rel=1e-12, abs=1e-12, nan_ok=True)


def test_it_uses_nothing_of_what_it_is_held_against():
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not [name for name in names if name.startswith(tuple(f"stockflow.{part}" for part in ENGINE))], path


def test_what_it_does_not_know_is_named(tmp_path):
    with pytest.raises(UnknownFunction, match="draw uniform"):
        of(tmp_path, "x = RANDOM UNIFORM(0, 1, 1)")


def test_a_state_in_a_branch_that_is_not_taken_begins_at_the_start(tmp_path):
    found = of(tmp_path, "x = IF THEN ELSE(Time > 1, INTEG(1, 5), DELAY FIXED(Time, 2, -1))", final=3)
    assert found["x"] == [-1, -1, 7, 8]


def test_test_inputs_and_memories_are_frozen_within_a_step(tmp_path):
    lines = ("s = INTEG(STEP(1, 0.5) + DELAY FIXED(Time, 1, 0), 0)", "t = INTEG(Time, 0)")
    for method in ("rk2", "rk2_heun", "rk4"):
        found = of(tmp_path, *lines, method=method, final=3)
        # The step comes at 1, the delay gives 0, 0, 1; the plain time is that of the stages: t is Time^2 / 2.
        assert found["s"] == pytest.approx([0, 0, 1, 3])
        assert found["t"] == pytest.approx([0, 0.5, 2, 4.5])


def test_one_opinion_beside_another_differs_where_numbers_do():
    one = {"x": np.array([1.0, np.nan, np.inf, 0.0]), "y": np.zeros(2)}
    other = {"x": np.array([1.0 + 1e-12, np.nan, np.inf, 0.0]), "y": np.array([0.0, 1e-3])}
    assert [(found.key, found.row) for found in differences("a", one, "b", other)] == [("y", 1)]
    assert not close(np.array([1.0]), np.array([1.0 + 1e-8])).any()
    assert not close(np.array([np.nan]), np.array([1.0])).any()
