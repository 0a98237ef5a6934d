"""Random numbers: the same alone, in a batch and in both texts; independent by element, place and run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import stockflow as sf
from tests.dialects.xmile.documents import document
from tests.running import faults

CONTROLS = "INITIAL TIME = 0 ~~|\nFINAL TIME = {} ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"
EQUATIONS = ("row: r1, r2, r3", "b = 0", "n[row] = RANDOM NORMAL(-1 + b, 2, 0, 1, 0)", "u = RANDOM UNIFORM(0, 10, 0)",
             "v = RANDOM UNIFORM(0, 10, 0)", "g[row] = RANDOM GAMMA(0, 100, 2, 1, 1, 0)",
             "s = INTEG(u, RANDOM NORMAL(-9, 9, 0.5, 1, 0) * 2)", "i = INITIAL(u)")


def model(folder, equations=EQUATIONS, final=40):
    path = folder / "m.mdl"
    path.write_text("{UTF-8}\n" + "".join(f"{line} ~~|\n" for line in equations) + CONTROLS.format(final))
    return sf.load(path)


def test_the_first_run_of_a_batch_is_the_run_alone_to_the_last_bit(tmp_path):
    loaded = model(tmp_path)
    alone, batch = loaded.run(), loaded.run({"b": xr.DataArray([0.0, 0.0], dims="run")})
    for name in "nugs":
        np.testing.assert_array_equal(batch[name].isel(run=0).values, alone[name].values)
        assert not np.array_equal(batch[name].isel(run=1).values, alone[name].values)


def test_runs_with_seeds_of_their_own_are_those_runs_alone(tmp_path):
    loaded = model(tmp_path, (*EQUATIONS, "NOISE SEED = 3"))
    batch = loaded.run({"NOISE SEED": xr.DataArray([3.0, 8.0], dims="run")})
    np.testing.assert_array_equal(batch["n"].isel(run=0).values, loaded.run()["n"].values)
    np.testing.assert_array_equal(batch["n"].isel(run=1).values, loaded.run(seed=8)["n"].values)


def test_a_stream_of_its_own_draws_the_same_whatever_the_seed_and_the_run(tmp_path):
    lines = ("b = 0", "own = RANDOM UNIFORM(0, 10, 7) + 0 * b", "other = RANDOM UNIFORM(0, 10, 8)",
             "twin = RANDOM UNIFORM(0, 10, 7)", "shared = RANDOM UNIFORM(0, 10, 0)")
    loaded = model(tmp_path, lines)
    first, second = loaded.run(seed=1), loaded.run(seed=2)
    batch = loaded.run({"b": xr.DataArray([0.0, 1.0], dims="run")})["own"]
    assert first["own"].values.tolist() == second["own"].values.tolist()
    assert batch.isel(run=0).values.tolist() == batch.isel(run=1).values.tolist() == first["own"].values.tolist()
    assert not np.any(first["shared"].values == second["shared"].values)
    assert not np.any(first["own"].values == first["other"].values)
    assert not np.any(first["own"].values == first["twin"].values)


def test_a_stream_may_differ_between_runs(tmp_path):
    loaded = model(tmp_path, ("k = 7", "y = RANDOM UNIFORM(0, 10, k)"))
    batch = loaded.run({"k": xr.DataArray([7.0, 9.0], dims="run")})["y"]
    for run, stream in enumerate((7, 9)):
        assert batch.isel(run=run).values.tolist() == loaded.run({"k": stream})["y"].values.tolist()


def test_a_seed_makes_the_run_and_is_recorded(tmp_path):
    loaded = model(tmp_path)
    first, again, other = loaded.run(seed=7), loaded.run(seed=7), loaded.run()
    assert first["u"].values.tolist() == again["u"].values.tolist() != other["u"].values.tolist()
    assert (str(first.attrs["seed"]), str(other.attrs["seed"])) == ("7", "4487556")


@pytest.mark.parametrize("options", [{"method": "rk4"}, {"outputs": ["u"]}, {"saveper": 5}, {"final_time": 80}])
def test_a_draw_belongs_to_its_time_step(options, tmp_path):
    loaded = model(tmp_path)
    found, wanted = loaded.run(**options)["u"], loaded.run()["u"]
    times = [time for time in found["time"].values if time in wanted["time"].values]
    assert found.sel(time=times).values.tolist() == wanted.sel(time=times).values.tolist()


def test_places_and_elements_have_streams_of_their_own(tmp_path):
    ds = model(tmp_path, final=2000).run()
    rows = [ds["u"].values, ds["v"].values, *ds["n"].values.T]
    assert np.abs(np.corrcoef(rows) - np.eye(len(rows))).max() < 0.1


def test_an_initial_value_is_drawn_and_kept(tmp_path):
    ds = model(tmp_path).run()
    assert ds["i"].values.flat[-1] == ds["u"].values[0]
    assert ds["s"].values[1] - ds["s"].values[0] == pytest.approx(ds["u"].values[0], rel=1e-12)


def test_a_draw_inside_a_circle_of_elements_is_the_same_in_both_texts(tmp_path):
    lines = ("row: r1, r2, r3", "later: r2, r3", "earlier: r1, r2 -> later", "b = 0", "x[r1] = b",
             "x[later] = RANDOM NORMAL(-99, 99, x[earlier], 1, 0)")
    loaded = model(tmp_path, lines)
    batch, alone = loaded.run({"b": xr.DataArray([0.0, 5.0], dims="run")}), loaded.run()
    np.testing.assert_array_equal(batch["x"].isel(run=0).values, alone["x"].values)
    assert len(np.unique(np.diff(alone["x"].values, axis=1))) == 2 * len(alone["time"])


def test_seeds_give_the_same_runs_alone_and_in_blocks_of_any_size(tmp_path):
    loaded = model(tmp_path, (*EQUATIONS, "NOISE SEED = 3"), 20)
    seeds = np.arange(1000.0, 1100.0)
    whole = loaded.run({"NOISE SEED": xr.DataArray(seeds, dims="run")})
    for first, last in ((0, 1), (1, 8), (8, 45), (45, 100)):
        part = loaded.run({"NOISE SEED": xr.DataArray(seeds[first:last], dims="run")})
        for name in "nugsi":
            np.testing.assert_array_equal(part[name].values, whole[name].isel(run=slice(first, last)).values)
    for place in (0, 17, 99):
        alone = loaded.run(seed=int(seeds[place]))
        for name in "nugs":
            np.testing.assert_array_equal(alone[name].values, whole[name].isel(run=place).values)


def test_an_element_keeps_its_draws_where_its_range_is_written_in_another_order(tmp_path):
    wider = [line.replace("row: r1, r2, r3", "row: r0, r3, r1, r2") for line in EQUATIONS]
    before, after = model(tmp_path).run(), model(tmp_path, wider).run()
    batch = model(tmp_path, wider).run({"b": xr.DataArray([0.0, 0.0], dims="run")})
    for element in ("r1", "r2", "r3"):
        for name in "ng":
            drawn = before[name].sel(row=element).values.tolist()
            assert after[name].sel(row=element).values.tolist() == drawn
            assert batch[name].isel(run=0).sel(row=element).values.tolist() == drawn


def test_draws_stay_where_other_variables_come_or_are_not_asked_for(tmp_path):
    wanted = model(tmp_path).run()
    more = model(tmp_path, ("a0 = RANDOM UNIFORM(0, 1, 0) + RANDOM UNIFORM(0, 1, 0)", *reversed(EQUATIONS))).run()
    some = model(tmp_path).run(outputs=["g"])
    assert more["u"].values.tolist() == wanted["u"].values.tolist()
    assert more["n"].values.tolist() == wanted["n"].values.tolist()
    assert some["g"].values.tolist() == wanted["g"].values.tolist()


def test_a_large_array_has_the_draws_of_a_small_one(tmp_path):
    small = model(tmp_path, ("d: (e1-e4)", "x[d] = RANDOM NORMAL(-9, 9, 0, 1, 0)")).run()
    large = model(tmp_path, ("d: (e1-e60)", "x[d] = RANDOM NORMAL(-9, 9, 0, 1, 0)")).run()
    np.testing.assert_array_equal(large["x"].isel(d=slice(0, 4)).values, small["x"].values)


def test_draws_are_frozen_in_runge_kutta_and_so_is_what_a_lookup_makes_of_them(tmp_path):
    lines = ("f((0,1),(4,3))", "y = RANDOM LOOKUP(f, 0, 4, 0, 1, 0)", "s = INTEG(y, 0)")
    euler, rk4 = (model(tmp_path, lines, 10).run(method=method) for method in ("euler", "rk4"))
    np.testing.assert_array_equal(rk4["y"].values, euler["y"].values)
    np.testing.assert_allclose(rk4["s"].values, euler["s"].values, rtol=1e-12)


@pytest.mark.parametrize("call", ["RANDOM LOOKUP(f, 0, 9999, s, 0, 0)", "RANDOM NORMAL(0, 9999, s, 0, 0)"])
def test_what_a_draw_is_moved_by_is_frozen_with_it(call, tmp_path):
    """Each step adds to a stock what it was at the start of the step: it doubles, whatever the method."""
    ds = model(tmp_path, ("f((0,1),(4,3))", "s = INTEG(y, 1)", f"y = {call}"), 6).run(method="rk4")
    assert ds["s"].values.tolist() == [1, 2, 4, 8, 16, 32, 64]


def test_each_element_has_a_density_of_its_own_alone_and_in_a_batch(tmp_path):
    lines = ("d: p, q", "b = 0", "f[p]((0,1),(1,1))", "f[q]((5,0),(6,2),(6,0),(8,0))",
             "y[d] = RANDOM LOOKUP(f[d], b, 99, 0, 1, 0)")
    loaded = model(tmp_path, lines)
    alone, batch = loaded.run(), loaded.run({"b": xr.DataArray([0.0, 0.5], dims="run")})
    np.testing.assert_array_equal(batch["y"].isel(run=0).values, alone["y"].values)
    assert 0 <= alone["y"].values[:, 0].min() < alone["y"].values[:, 0].max() <= 1
    assert 5 <= alone["y"].values[:, 1].min() < alone["y"].values[:, 1].max() <= 6
    assert batch["y"].isel(run=1).values[:, 0].min() >= 0.5


def test_a_density_without_area_gives_no_number_and_a_number_is_no_density(tmp_path):
    with pytest.warns(sf.ModelWarning, match="SF701"):
        ds = model(tmp_path, ("f((0,0),(1,-1))", "y = RANDOM LOOKUP(f, 0, 1, 0, 1, 0)"), 2).run()
    assert np.isnan(ds["y"].values).all()
    with pytest.raises(sf.ModelError, match="must be a lookup"):
        model(tmp_path, ("f = 2", "y = RANDOM LOOKUP(f, 0, 1, 0, 1, 0)"))


def test_a_density_that_is_no_lookup_is_told_once_at_the_call(tmp_path):
    found = faults(tmp_path, "y = RANDOM LOOKUP(MAX(1, 2), 0, 1, 0, 1, 0)", "z = RANDOM LOOKUP(f, 0, 1, 0, 1, 0)")
    assert found == [("SF208", 2, "the first argument of RANDOM LOOKUP must be a lookup"),
                     ("SF204", 3, "unknown variable 'f'")]


@pytest.mark.parametrize(
    ("call", "words"),
    [("RANDOM LOGNORMAL(0, 9, 1, 1, 0)", "write EXP(RANDOM NORMAL"),
     ("RANDOM PINK NOISE(0, 1, 4, 0)", "define a macro")],
)
def test_a_random_function_whose_arguments_are_not_certain_says_what_to_write(call, words, tmp_path):
    with pytest.raises(sf.ModelError) as caught:
        model(tmp_path, (f"y = {call}",))
    (fault,) = caught.value.diagnostics
    assert fault.code == "SF206" and words in fault.message


def test_no_stretch_gives_the_shift_between_the_bounds(tmp_path):
    ds = model(tmp_path, ("y = RANDOM NORMAL(0, 5, 3, 0, 0)", "z = RANDOM NORMAL(0, 5, 9, 0, 0)"), 3).run()
    assert set(ds["y"].values) == {3.0} and set(ds["z"].values) == {5.0}


def test_bounds_that_leave_nothing_between_them_are_told_where_they_are_numbers(tmp_path: Path) -> None:
    found = faults(
        tmp_path, "a = RANDOM UNIFORM(5, 3, 0)", "b = RANDOM NORMAL(1, -1, 0, 1, 0)", "c = RANDOM UNIFORM(3, 5, 0)",
        "d = RANDOM UNIFORM(3, 3, 0)", "low = 5", "e = RANDOM UNIFORM(low, 3, 0)",
    )
    assert found == [
        ("SF703", 2, "RANDOM UNIFORM has the lower bound 5 above the upper one 3"),
        ("SF703", 3, "RANDOM NORMAL has the lower bound 1 above the upper one -1"),
    ]


def test_bounds_of_xmile_that_leave_nothing_between_them_are_told_too(tmp_path: Path) -> None:
    path = tmp_path / "m.xmile"
    path.write_text(document('<aux name="x"><eqn>1 + UNIFORM(5, 3)</eqn></aux>'), encoding="utf-8")
    (found,) = (item for item in sf.check(path) if item.code == "SF703")
    assert (found.message, found.line) == ("UNIFORM has the lower bound 5 above the upper one 3", 6)
