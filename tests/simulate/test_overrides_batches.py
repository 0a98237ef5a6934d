"""A batch against its members run alone: bit-equal where they share a clock, put together where they do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import stockflow as sf
from stockflow.diagnostics.model import Diagnostic, Report, Severity
from stockflow.simulate.members import together
from stockflow.simulate.result import Result
from tests.simulate.models import files_of, model_of

# Functions of which numpy and the math module may differ in the last bit, memories, lookups and an adaptive choice.
EQUATIONS = (
    "d: a, b, c",
    "p = 0.37",
    "q[d] = 0.1, 0.7, 1.3",
    "f((0,0),(1,3),(4,1))",
    "e1 = EXP(-p * Time)",
    "e2 = LN(1 + p + Time) ^ p",
    "e3[d] = SIN(q[d] * Time + p) / (1 + p)",
    "e4 = f(p * Time)",
    "e5 = IF THEN ELSE(SUM(e3[d!]) > p, SQRT(p), ARCTAN(p))",
    "s = INTEG(e1 * e2 - s * p, 1 + p)",
    "t[d] = INTEG(e3[d] * s, q[d])",
    "late = DELAY FIXED(s, 2, p)",
    "smooth = SMOOTH3(s, 1 + p)",
    "most = VMAX(t[d!])",
)
NUMBERS = [0.1, 0.2, 0.37, 1.7, 2.9, 0.123456789, 11.0]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> sf.Model:
    return model_of(tmp_path_factory.mktemp("batches"), *EQUATIONS, final=12)


def errors_of(fault: sf.ModelError) -> list[Diagnostic]:
    """The errors alone: the model also reads its lookup beyond the points, which is a warning."""
    return [item for item in fault.diagnostics if item.severity is Severity.ERROR]


def over_runs(values: Any) -> xr.DataArray:
    return xr.DataArray(list(values), dims="run", coords={"run": np.arange(len(list(values)))})


def same(batch: xr.Dataset, member: int, alone: xr.Dataset) -> bool:
    return all(
        np.array_equal(batch[name].isel(run=member).values, alone[name].squeeze("run").values, equal_nan=True)
        for name in batch.data_vars
    )


@pytest.mark.parametrize("method", ["euler", "rk2", "rk4"])
def test_a_member_of_a_batch_is_bit_equal_with_the_same_run_alone(model: sf.Model, method: str) -> None:
    batch = model.run({"p": over_runs(NUMBERS)}, method=method)
    for place, number in enumerate(NUMBERS):
        assert same(batch, place, model.run({"p": over_runs([number])}, method=method))


def test_how_many_run_together_does_not_matter(model: sf.Model) -> None:
    values = np.linspace(0.05, 3, 67)
    whole = model.run({"p": over_runs(values)})
    parts = [model.run({"p": over_runs(part)}) for part in (values[:1], values[1:34], values[34:])]
    for name in whole.data_vars:
        together = np.concatenate([part[name].values for part in parts], axis=-1)
        assert np.array_equal(whole[name].values, together), name


def test_a_run_without_a_batch_agrees_to_rounding(model: sf.Model) -> None:
    batch = model.run({"p": over_runs(NUMBERS)})
    for place, number in enumerate(NUMBERS):
        xr.testing.assert_allclose(batch.isel(run=place, drop=True), model.run({"p": number}), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("method", ["rk2_auto", "rk4_auto"])
def test_members_with_steps_of_their_own_are_as_if_alone(model: sf.Model, method: str) -> None:
    batch = model.run({"p": over_runs(NUMBERS)}, method=method)
    assert batch["s"].dims == ("time", "run")
    for place, number in enumerate(NUMBERS):
        alone = model.run({"p": number}, method=method)
        for name in batch.data_vars:
            assert np.array_equal(batch[name].isel(run=place).values, alone[name].values), name


def test_a_time_step_by_run_is_run_one_by_one(model: sf.Model) -> None:
    batch = model.run({"TIME STEP": over_runs([1, 0.5, 0.25])}, saveper=1)
    assert batch["time"].values.tolist() == list(range(13))
    assert batch["TIME STEP"].isel(time=0).values.tolist() == [1, 0.5, 0.25]
    assert batch["s"].dims == ("time", "run")
    for place, step in enumerate([1, 0.5, 0.25]):
        alone = model.run({"TIME STEP": step}, saveper=1)
        assert np.array_equal(batch["t"].isel(run=place).values, alone["t"].values)


def test_times_of_other_steps_that_differ_by_rounding_are_the_same(model: sf.Model) -> None:
    batch = model.run({"TIME STEP": over_runs([0.1, 0.3])}, saveper=0.3, final_time=3)
    assert batch["time"].values == pytest.approx(np.arange(11) * 0.3)


def test_what_a_control_variable_depends_on_counts_as_the_control_itself(tmp_path: Path) -> None:
    path = tmp_path / "m.mdl"
    clock = "TIME STEP = 1/n ~~|\nINITIAL TIME = 0 ~~|\nFINAL TIME = 2 ~~|\nSAVEPER = 1 ~~|\n"
    path.write_text(f"{{UTF-8}}\nn = 2 ~~|\ns = INTEG(s, 1) ~~|\n{clock}")
    batch = sf.load(path).run({"n": over_runs([1, 2])})
    assert batch["s"].isel(time=-1).values.tolist() == [4.0, 1.5**4]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"TIME STEP": [1, 0.5]}, "run 0 13 from 0 to 12, run 1 25 from 0 to 12"),
        ({"FINAL TIME": [5, 6]}, "run 0 6 from 0 to 5, run 1 7 from 0 to 6"),
        ({"INITIAL TIME": [0, 1]}, "run 0 13 from 0 to 12, run 1 12 from 1 to 12"),
        ({"SAVEPER": [1, 2]}, "run 0 13 from 0 to 12, run 1 7 from 0 to 12"),
    ],
)
def test_members_that_save_other_times_are_refused(model: sf.Model, given: dict[str, list[float]], words: str) -> None:
    with pytest.raises(sf.ModelError) as caught:
        model.run({name: over_runs(values) for name, values in given.items()})
    (fault,) = errors_of(caught.value)
    assert fault.code == "SF211"
    assert words in fault.message
    assert "saveper=" in fault.hint


def test_a_fault_of_one_member_names_it(model: sf.Model) -> None:
    with pytest.raises(sf.ModelError) as caught:
        model.run({"TIME STEP": over_runs([1, -1])}, saveper=1)
    (fault,) = errors_of(caught.value)
    assert (fault.code, fault.notes) == ("SF209", ("This was found in run 1.",))


def test_progress_counts_over_all_members(model: sf.Model) -> None:
    told: list[tuple[int, int]] = []
    model.run({"p": over_runs([1, 2])}, method="rk4_auto", progress=lambda step, steps: told.append((step, steps)))
    assert told == sorted(told)
    assert {steps for _, steps in told} == {24}
    assert {step // 12 for step, _ in told} == {0, 1}


def test_delays_of_other_lengths_run_in_one_batch(tmp_path: Path) -> None:
    model = model_of(tmp_path, "tau = 1", "late = DELAY FIXED(Time, tau, -1)")
    batch = model.run({"tau": over_runs([1, 3])})
    assert batch["late"].values.T.tolist() == [[-1, 0, 1, 2, 3], [-1, -1, -1, 0, 1]]


def test_a_batch_of_one_run_has_a_run_axis(model: sf.Model) -> None:
    one = model.run({"p": over_runs([2])})
    assert one["s"].dims == ("time", "run")
    assert one["run"].values.tolist() == [0]


def test_data_may_differ_by_run_and_by_element(tmp_path: Path) -> None:
    model = model_of(tmp_path, "d: a, b", "x[d]", "y = SUM(x[d!])")
    data = files_of(tmp_path, {"x.csv": "Time,x[a],x[b]\n0,1,10\n4,5,50\n"})
    batch = model.run({"x[b]": over_runs([100, 200])}, data=data)
    assert batch["y"].values.T.tolist() == [[101, 102, 103, 104, 105], [201, 202, 203, 204, 205]]


def test_members_put_together_keep_what_never_changes_small() -> None:
    times = np.arange(1000.0)
    results = [Result(times, (), {"c": np.broadcast_to(np.float64(k), (1000,)), "x": times * k}) for k in (1, 2)]
    made = together(results, ("a", "b"), Report())
    assert made is not None
    assert made.values["c"].shape == made.values["x"].shape == (1000, 2)
    assert made.values["c"].strides[0] == 0
    assert made.values["c"][7].tolist() == [1, 2]
    assert made.runs is not None
    assert made.runs.tolist() == ["a", "b"]
