"""The two models of one loop: both formats say the same, and the behaviour is what a few lines of Euler steps give."""

from pathlib import Path

import numpy as np
import pytest

import stockflow as sf
from conformance.compare import beyond, differences
from stockflow.simulate.compare import series_of

ROOT = Path(__file__).resolve().parents[2] / "reference_models"
MODELS = ("workload_and_burnout", "drifting_goals")
FORMATS = ("mdl", "xmile")
STEP, STEPS = 0.125, 960
SAME = 1e-12
"""Relative: the same steps in double precision, with products taken in another order."""


@pytest.fixture(scope="module", params=FORMATS)
def format_name(request):
    return request.param


def load(name, format_name):
    return sf.load(ROOT / name / f"model.{format_name}")


def surge(step, start, length, share):
    time = step * STEP
    return 1 + (share if start <= time < start + length else 0)


def team_by_hand(loop=1.0, share=0.1, length=24):
    """Workload ratio, stress, burnout and workers of every step, from the equations of the README's loop."""
    sickness = ([0.5, 0.7, 0.85, 1, 1.15, 1.3, 1.5, 2], [0.6, 0.75, 0.87, 1, 1.3, 1.7, 2.3, 3.2])
    leaving = ([0.5, 0.7, 0.85, 1, 1.15, 1.3, 1.5, 2], [0.7, 0.8, 0.9, 1, 1.16, 1.38, 1.7, 2.3])
    workers = start = 100 / (1 + 15 * 0.0125)
    stress = burnout = 1.0
    rows = []
    for step in range(STEPS + 1):
        absent = min(0.3, 0.03 * (1 + loop * (np.interp(stress, *sickness) - 1)))
        ratio = start * 0.97 * surge(step, 12, length, share) / (workers * (1 - absent))
        leavers = workers * 0.0125 * (1 + loop * (np.interp(burnout, *leaving) - 1))
        rows.append((ratio, stress, burnout, workers))
        stress, burnout, workers = (
            stress + STEP * (ratio - stress) / 3,
            burnout + STEP * (stress - burnout) / 12,
            workers + STEP * (max(0, 100 - workers) / 15 - leavers),
        )
    return np.array(rows)[::8].T


def standard_by_hand(drift=1.0, share=0.1, length=48):
    """Average and accepted caseload of every saved month."""
    cases, accepted = 1500.0, 15.0
    rows = []
    for step in range(STEPS + 1):
        average = cases / 100
        rows.append((average, accepted))
        closures = cases * 0.16 * average / accepted
        pull = (average - accepted) / 12 if average > accepted else (max(average, 15) - accepted) / 240
        cases += STEP * (240 * surge(step, 12, length, share) - closures)
        accepted += STEP * pull * drift
    return np.array(rows)[::8].T


@pytest.mark.parametrize("name", MODELS)
def test_both_formats_hold_the_same_model(name):
    first, second = (load(name, format_name).simulate({}) for format_name in FORMATS)
    controls = {"initial time", "final time", "time step", "saveper"}  # variables of their own in Vensim only
    assert series_of(first).keys() - series_of(second).keys() == controls
    assert series_of(second).keys() <= series_of(first).keys()
    assert not beyond(differences(series_of(first), second), SAME)


@pytest.mark.parametrize("name", MODELS)
def test_nothing_is_amiss_and_all_units_agree(name, format_name):
    assert [finding.message for finding in sf.check(ROOT / name / f"model.{format_name}")] == []


@pytest.mark.parametrize("name", MODELS)
def test_without_extra_cases_nothing_moves(name, format_name):
    model = load(name, format_name)
    dataset = model.run({"Extra Case Share": 0})
    for variable in dataset.data_vars.values():
        values = variable.values
        # sums of rounded parts of numbers up to 10,000
        np.testing.assert_allclose(values, values[0], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("settings", [{}, {"Loop Switch": 0}, {"Extra Cases Length": 1e6}], ids=str)
def test_the_team_follows_a_plain_loop(format_name, settings):
    dataset = load("workload_and_burnout", format_name).run(settings)
    by_hand = team_by_hand(settings.get("Loop Switch", 1), length=settings.get("Extra Cases Length", 24))
    for name, values in zip(("Workload Ratio", "Stress", "Burnout", "Social Workers"), by_hand, strict=True):
        np.testing.assert_allclose(dataset[name].values, values, rtol=SAME)


def test_the_loop_adds_to_a_surge_and_makes_it_last(format_name):
    model = load("workload_and_burnout", format_name)
    on, off = (model.run({"Loop Switch": switch})["Workload Ratio"] for switch in (1, 0))
    assert float(off.max()) == pytest.approx(1.1, rel=1e-12)
    assert float(on.max()) == pytest.approx(1.118, abs=5e-4)
    assert float(off.sel(time=60)) == pytest.approx(1, rel=1e-12)
    assert float(on.sel(time=60)) > 1.005


def test_the_loop_amplifies_and_does_not_run_away(format_name):
    dataset = load("workload_and_burnout", format_name).run({"Extra Cases Length": 1e6})
    ratio = dataset["Workload Ratio"]
    assert 1.13 < float(ratio[-1]) < 1.14
    assert abs(float(ratio[-1] - ratio[-13])) < 1e-3


@pytest.mark.parametrize("settings", [{}, {"Drift Switch": 0}, {"Extra Cases Length": 1e6}], ids=str)
def test_the_standard_follows_a_plain_loop(format_name, settings):
    dataset = load("drifting_goals", format_name).run(settings)
    by_hand = standard_by_hand(settings.get("Drift Switch", 1), length=settings.get("Extra Cases Length", 48))
    for name, values in zip(("Average Caseload", "Accepted Caseload"), by_hand, strict=True):
        np.testing.assert_allclose(dataset[name].values, values, rtol=SAME)


def test_a_standard_that_stands_firm_brings_the_caseload_back(format_name):
    """At rest new cases equal closures: 240 * 1.1 = 100 c * 0.16 * c / 15, so c = 15 * sqrt(1.1)."""
    average = load("drifting_goals", format_name).run({"Drift Switch": 0})["Average Caseload"]
    assert float(average.sel(time=60)) == pytest.approx(15 * 1.1**0.5, rel=1e-6)
    assert float(average[-1]) == pytest.approx(15, rel=1e-6)


def test_a_standard_that_drifts_keeps_the_caseload_up(format_name):
    dataset = load("drifting_goals", format_name).run({})
    assert float(dataset["Average Caseload"][-1]) > 15.5
    assert float(dataset["Accepted Caseload"][-1]) > 16


def test_in_the_end_drift_takes_the_pressure_away(format_name):
    """At rest the standard equals the caseload, the gap is 1 and closures take 0.16 of the cases: c = 15 * 1.1."""
    dataset = load("drifting_goals", format_name).run({"Extra Cases Length": 1e6}, final_time=1000)
    assert float(dataset["Average Caseload"][-1]) == pytest.approx(16.5, rel=1e-9)
