"""Seeds of XMILE's random functions: with one the same numbers at every place and in every run, without one others."""

from __future__ import annotations

import pytest
import xarray as xr

import stockflow as sf
from tests.builtins import ISEE, run, written

D = "d: a, b"


def test_a_seed_makes_the_same_sequence_wherever_it_stands(tmp_path):
    found = run(tmp_path, "x = UNIFORM(0, 1, 7)", "y = UNIFORM(0, 10, 7)", "z = UNIFORM(0, 1, 8)", "w = UNIFORM(0, 1)",
                "k = UNIFORM(0, 1)", "v[d] = UNIFORM(0, 1, 7)", "least = UNIFORM(0, 1, 0)", final=5, dimensions=D)
    assert found["y"] == pytest.approx([10 * value for value in found["x"]], rel=1e-12)
    assert len({tuple(found[name]) for name in "xzwk"} | {tuple(found["least"])}) == 5
    assert len(set(found["x"])) == 6
    # Each element has a sequence of its own.
    assert all(one != other for one, other in found["v"])


def test_a_seeded_sequence_is_the_same_in_all_runs_and_with_any_noise_seed(tmp_path):
    model = sf.load(written(tmp_path, "x = NORMAL(0, 1, 5) + 0 * base", "y = NORMAL(0, 1) + 0 * base", final=9))
    batch = model.run({"base": xr.DataArray([0.0, 0.0, 0.0], dims="run")})
    rows = batch["x"].transpose("run", ...).values.tolist()
    assert rows[0] == rows[1] == rows[2] == model.run(seed=99)["x"].values.tolist()
    others = batch["y"].transpose("run", ...).values.tolist()
    assert len({tuple(row) for row in others}) == 3
    assert model.run(seed=99)["y"].values.tolist() != model.run()["y"].values.tolist() == others[0]


def test_a_seed_may_be_a_variable_of_each_run(tmp_path):
    model = sf.load(written(tmp_path, "s = 1 + base", "x = EXPRND(3, s)", final=4))
    batch = model.run({"base": xr.DataArray([0.0, 1.0, 0.0], dims="run")})["x"].transpose("run", ...).values.tolist()
    assert batch[0] == batch[2] != batch[1]


@pytest.mark.parametrize(("vendor", "unit"), [(ISEE, 4), ("somebody", 1)])
def test_isees_poisson_counts_events_per_unit_of_time(vendor, unit, tmp_path):
    found = run(tmp_path, "x = POISSON(8, 3)", final=100, step=0.25, vendor=vendor)["x"]
    # A quarter of a unit of time brings 2 events, 8 per unit; the standard's number is drawn from a mean of 8.
    assert all(value / unit == int(value / unit) for value in found)
    assert sum(found) / len(found) == pytest.approx(8, abs=0.9)
    variance = sum((value - 8) ** 2 for value in found) / len(found)
    assert variance == pytest.approx(8 * unit, rel=0.25)


@pytest.mark.filterwarnings("ignore::stockflow.api.ModelWarning")
def test_numbers_that_no_distribution_has_give_no_number_and_no_failure(tmp_path):
    calls = ("BETA(-1, 2)", "BINOMIAL(5, 2)", "GAMMA(-1)", "GEOMETRIC(0)", "NEGBINOMIAL(3, -1)", "POISSON(-2)",
             "LOGNORMAL(-1, 1)", "BINOMIAL(-3, 0.5)")
    found = run(tmp_path, *(f"x{n} = ISNAN({call})" for n, call in enumerate(calls)), final=1)
    assert [found[f"x{n}"] for n in range(len(calls))] == [[1, 1]] * len(calls)
