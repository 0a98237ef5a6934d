"""Base runs agree with PySD's, column by column: our own cases, and some of the published ones."""

import pytest

from conformance.against_peers import PEERS, held, in_ledger, ledger_of
from conformance.cases import own_cases, published_cases
from conformance.compare import read_table
from conformance.peers.jobs import write

pysd = pytest.importorskip("conformance.peers.pysd", reason="PySD is not installed (it is in the extra `dev`)")

LARGE = "reference_models/children_social_care/model"
OWN = {own.case.name: own.case for own in own_cases() if "pysd" in own.peers}
PUBLISHED = (
    "samples/teacup/teacup.mdl",
    "samples/teacup/teacup.xmile",
    "samples/SIR/SIR.mdl",
    "samples/SIR/SIR.xmile",
    "samples/simple_harmonic_oscillator/simple_harmonic_oscillator.mdl",
    "tests/chained_initialization/test_chained_initialization.xmile",
    "tests/forecast/test_forecast.mdl",
    "tests/sample_if_true/test_sample_if_true.mdl",
    "tests/subscript_aggregation/test_subscript_aggregation.mdl",
    "tests/subscripted_if_then_else/test_subscripted_if_then_else.mdl",
    "tests/subscripted_lookups/test_subscripted_lookups.mdl",
    "tests/subscripted_xidz/test_subscripted_xidz.mdl",
)


def test_the_first_year_of_children_social_care_agrees(tmp_path):
    """A year only: PySD takes most of a minute for the twenty."""
    assert opinion(OWN[f"{LARGE}.mdl"], tmp_path, final_time=12).status == "agrees"


@pytest.mark.parametrize("name", [name for name in OWN if not name.startswith(LARGE)])
def test_a_case_of_our_own_agrees_or_is_in_the_ledger(name, tmp_path):
    assert opinion(OWN[name], tmp_path).status in ("agrees", "known")


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_model_agrees(name, tmp_path):
    cases = {case.name: case for case in published_cases()}
    if not cases:
        pytest.skip("the published cases are not beside the repository")
    assert opinion(cases[f"sdx/{name}"], tmp_path).status == "agrees"


def opinion(case, scratch, final_time=None):
    theirs = pysd.columns(case.model, case.data, final_time)
    write(scratch / "table.csv", theirs, zip(*theirs.values(), strict=True))
    found = held(PEERS["pysd"], case, read_table(scratch / "table.csv"), final_time)
    return in_ledger(found, ledger_of().get(("pysd", case.name)))
