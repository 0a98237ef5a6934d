"""Children's social care: sixteen strategies agree with an independent integration, in three ways.

`expected/` was made by another program from the same equations, in double precision.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import stockflow as sf
from conformance.compare import beyond, differences, read_table

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "reference_models" / "children_social_care"
SCENARIOS = json.loads((FOLDER / "scenarios.json").read_text(encoding="utf-8"))
AGREED = 1e-9
"""Relative: room for sums taken in another order, and no more."""


@pytest.fixture(scope="module")
def model():
    return sf.load(FOLDER / "model.mdl")


@pytest.fixture(scope="module")
def strategies(model):
    """The levers of all sixteen strategies, for one call."""
    names = list(SCENARIOS)
    levers = sorted({lever for scenario in SCENARIOS.values() for lever in scenario["set"]})
    base = {lever: float(model.run({}, outputs=[lever])[lever].max()) for lever in levers}
    return {
        lever: xr.DataArray(
            [float(SCENARIOS[name]["set"].get(lever, base[lever])) for name in names], {"run": names}, dims="run"
        )
        for lever in levers
    }


@pytest.fixture(scope="module")
def batch(model, strategies):
    return model.run(strategies)


@pytest.fixture(scope="module")
def batch_of_arrays(model, strategies):
    return model.simulate(strategies)


def expected(name):
    return read_table(FOLDER / "expected" / f"{SCENARIOS[name]['file']}.csv")


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_single_run_agrees_at_every_saved_month(model, name):
    found = differences(expected(name), model.simulate(SCENARIOS[name]["set"]))
    assert not beyond(found, AGREED)


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_batch_agrees_at_every_saved_month(batch_of_arrays, name):
    found = differences(expected(name), batch_of_arrays, run=list(SCENARIOS).index(name))
    assert not beyond(found, AGREED)


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_command_line_agrees_at_every_saved_month(tmp_path, name):
    words = [sys.executable, "-m", "stockflow", "run", str(FOLDER / "model.mdl"), "--output", "out.csv"]
    for lever, value in SCENARIOS[name]["set"].items():
        words += ["--set", f"{lever}={value}"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    subprocess.run(words, cwd=tmp_path, env=environment, check=True, capture_output=True)
    written = read_table(tmp_path / "out.csv")
    for key, series in expected(name).items():
        np.testing.assert_allclose(written[key].values, series.values, rtol=AGREED, err_msg=key)


def test_sixteen_strategies_are_named_and_each_has_its_expected_table():
    assert len(SCENARIOS) == 16
    assert {f"{scenario['file']}.csv" for scenario in SCENARIOS.values()} == {
        path.name for path in (FOLDER / "expected").iterdir()
    }


def test_nothing_in_the_model_is_amiss_and_all_units_agree():
    assert [finding.message for finding in sf.check(FOLDER / "model.mdl")] == []


def test_every_variable_has_a_comment_and_units(model):
    for name in model.run({}).data_vars:
        assert model[str(name)].doc, name
        assert model[str(name)].units, name


def test_the_two_recalled_values_are_marked(model):
    assert "RECALLED, NOT LOOKED UP" in model["Fraction of Referrals Not in Need"].doc
    assert "recalled" in model["Share of Not in Need Detected at Referral"].doc


def test_the_documentation_says_that_the_design_is_independent():
    for file in ("model.mdl", "README.md"):
        text = (FOLDER / file).read_text(encoding="utf-8")
        assert "independent design" in text
        assert "Open Government Licence" in text
        assert "Lower numbers in care are not in themselves better for children" in text


def test_children_are_neither_made_nor_lost_in_care(model):
    """The stock changes by what enters, less what leaves: a balance over a month of eight steps."""
    dataset = model.run({}, saveper=0.125)
    change = np.diff(dataset["Children Looked After"].values)
    moves = (dataset["All Entries to Care"] - dataset["Exits from Care"]).values[:-1] * 0.125
    # rounding of a difference of numbers near 1000
    np.testing.assert_allclose(change, moves, atol=1e-9)


def test_halving_the_step_moves_the_headline_as_little_as_the_readme_says(model):
    coarse, fine = (model.run({}, time_step=step)["Children Looked After"] for step in (0.125, 0.0625))
    for month, moved in ((120, 0.054), (240, 0.040)):
        assert abs(float(coarse.sel(time=month)) - float(fine.sel(time=month))) == pytest.approx(moved, abs=5e-4)


class TestBehaviour:
    """What the design claims of its strategies (design, behaviour tests B1 to B14)."""

    @staticmethod
    def at(batch, variable, name, month=120):
        return float(batch[variable].sel(time=month, run=name))

    def test_the_base_stays_plausible(self, batch):
        rate = batch["Looked After Rate"].sel(run="Business as usual")
        assert float(rate.sel(time=slice(0, 120)).min()) >= 60 and float(rate.sel(time=slice(0, 120)).max()) <= 75
        assert 65 <= float(rate.sel(time=240)) <= 90

    def test_fewer_contacts_count_for_about_as_much_as_all_outflows(self, batch):
        base, contacts, outflows = (
            self.at(batch, "Children Looked After", name)
            for name in ("Business as usual", "Reduce contacts only", "All outflows")
        )
        assert 0.8 < (base - contacts) / (base - outflows) < 1.25

    def test_a_threshold_decides_whether_new_homes_save_or_cost_money(self, batch):
        with_threshold, base, without = (
            self.at(batch, "Annual Placement Spend", name)
            for name in ("New residential, defined threshold", "Business as usual", "New residential, no threshold")
        )
        assert with_threshold < base < without

    def test_a_cap_keeps_most_of_what_more_staff_win(self, batch):
        start, year = 48, 60
        for name, kept in (("More social workers, cap", 0.8), ("More social workers, no cap", None)):
            before, dip, later = (self.at(batch, "Average Caseload", name, month) for month in (start, year, 120))
            share = (before - later) / (before - dip)
            assert share >= kept if kept else share < 1 / 3

    def test_the_accepted_caseload_drifts_upward_in_the_base(self, batch):
        accepted = [self.at(batch, "Accepted Caseload", "Business as usual", month) for month in (48, 120, 240)]
        assert accepted == sorted(accepted)
