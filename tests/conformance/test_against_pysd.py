"""Base runs agree with PySD's, column by column: Euler models, of the repository and of the published cases."""

from pathlib import Path

import pytest

import stockflow as sf
from conformance.compare import beyond, differences, from_dataset, from_lists

pysd = pytest.importorskip("conformance.peers.pysd", reason="PySD is not installed (it is in the extra `dev`)")

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "reference_models"
CASES = ROOT.parent / "shared" / "cases" / "sdxorg-test-models"
OWN = (
    "drifting_goals/model.mdl",
    "drifting_goals/model.xmile",
    "workload_and_burnout/model.mdl",
    "workload_and_burnout/model.xmile",
)
PUBLISHED = (
    "samples/teacup/teacup.mdl",
    "samples/teacup/teacup.xmile",
    "samples/SIR/SIR.mdl",
    "samples/SIR/SIR.xmile",
    "samples/simple_harmonic_oscillator/simple_harmonic_oscillator.mdl",
    "tests/arithmetics/test_arithmetics.mdl",
    "tests/chained_initialization/test_chained_initialization.xmile",
    "tests/forecast/test_forecast.mdl",
    "tests/sample_if_true/test_sample_if_true.mdl",
    "tests/subscript_aggregation/test_subscript_aggregation.mdl",
    "tests/subscripted_if_then_else/test_subscripted_if_then_else.mdl",
    "tests/subscripted_lookups/test_subscripted_lookups.mdl",
    "tests/subscripted_ramp_step/test_subscripted_ramp_step.mdl",
    "tests/subscripted_xidz/test_subscripted_xidz.mdl",
)
CONTROLS = {"initial time", "final time", "time step", "saveper"}
"""PySD makes variables of the settings of an XMILE file, which has none."""
AGREED = 1e-9
"""Relative: both take the same Euler steps in double precision, with sums in another order."""
FLOOR = 1e-6
"""Beside zero a difference is held against a millionth of the largest value of its column."""


def test_the_first_year_of_children_social_care_agrees(tmp_path):
    """A year only: PySD takes most of a minute for the twenty."""
    assert not disagreement(REFERENCE / "children_social_care" / "model.mdl", tmp_path, final_time=12)


@pytest.mark.parametrize("name", OWN)
def test_a_reference_model_agrees(name, tmp_path):
    assert not disagreement(REFERENCE / name, tmp_path)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_model_agrees(name, tmp_path):
    if not (CASES / name).is_file():
        pytest.skip("the published cases are not beside the repository")
    assert not disagreement(CASES / name, tmp_path)


def disagreement(model, scratch, **settings):
    """The columns of PySD that differ or that we lack, at the times that PySD saves."""
    theirs = from_lists(pysd.columns(model, scratch, **settings))
    every = float(theirs["time"][1] - theirs["time"][0])
    ours = from_dataset(sf.load(model).run({}, saveper=every, **settings))
    if model.suffix != ".mdl":
        theirs = {name: values for name, values in theirs.items() if name not in CONTROLS}
    return beyond(differences(theirs, ours, floor=FLOOR), AGREED)
