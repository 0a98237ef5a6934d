"""The generated Python of a few models, so that a change of it is seen; `pytest --snapshot-update` records it anew.

Each recorded text is held to what it must compute as well: a text that only looks right is none.
"""

from pathlib import Path

import numpy as np
import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

import stockflow as sf
from stockflow.backends.numpy import array_program
from stockflow.diagnostics.model import Report
from stockflow.prepare import prepare
from stockflow.schedule import Request, schedule

MODELS = Path(__file__).parent / "models"


class PlainText(SingleFileSnapshotExtension):
    """One readable file for each case."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.mark.parametrize(
    ("name", "method"), [("teacup", "euler"), ("teacup", "rk4_auto"), ("wards", "euler"), ("orders", "rk4")]
)
def test_the_float_text_is_as_recorded(name: str, method: str, snapshot: SnapshotAssertion) -> None:
    text = sf.load(MODELS / f"{name}.mdl").stage_text("python", method)
    assert text + "\n" == snapshot(extension_class=PlainText)


def test_the_array_text_of_a_batch_is_as_recorded(snapshot: SnapshotAssertion) -> None:
    prepared = prepare(MODELS / "wards.mdl", Report())
    assert prepared is not None
    outputs = ("patients", "total patients", "waiting")
    plan = schedule(prepared.flat, Request(outputs, varying=frozenset({"stay"})), Report())
    assert plan is not None
    assert array_program(plan, prepared.flat.tables, "euler").text == snapshot(extension_class=PlainText)


@pytest.mark.parametrize("name", ["teacup", "wards", "orders"])
def test_the_plan_is_as_recorded(name: str, snapshot: SnapshotAssertion) -> None:
    assert sf.load(MODELS / f"{name}.mdl").stage_text("plan") + "\n" == snapshot(extension_class=PlainText)


def test_the_method_of_the_file_is_the_one_shown() -> None:
    model = sf.load(MODELS / "orders.mdl")
    assert model.method == "rk4"
    assert model.stage_text("python") == model.stage_text("python", "rk4")


def test_the_cup_cools_as_its_equation_says() -> None:
    # Euler: each step leaves 1 - 0.125 / 10 of the distance to the room, 110 degrees at first.
    found = sf.load(MODELS / "teacup.mdl").run()["Teacup Temperature"].values
    expected = 70 + 110 * (1 - 0.125 / 10) ** (8 * np.arange(31))
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_the_wards_follow_a_plain_loop() -> None:
    found = sf.load(MODELS / "wards.mdl").run()
    beds, stay = np.array([20.0, 30.0, 25.0]), np.array([5.0, 5.0, 14.0])
    patients = 0.5 * beds
    for step in range(240):
        if step % 4 == 0:
            np.testing.assert_allclose(found["patients"][step // 4].values, patients, rtol=1e-12)
        pressure = np.interp(patients / beds, [0, 0.8, 1, 1.5], [1, 1, 0.8, 0.5])
        discharges = patients / (stay * pressure)
        acute = 5.0 if step * 0.25 + 0.125 > 10 else 4.0
        admissions = np.array([acute, acute, max(0.0, 0.1 * (discharges[0] + discharges[1]))])
        patients = patients + 0.25 * (admissions - discharges)


def test_orders_rest_until_demand_changes_and_repairs_return_what_breaks() -> None:
    # In equilibrium 0.05 * stock breaks and comes back, orders and deliveries are the demand of 100.
    found = sf.load(MODELS / "orders.mdl").run()
    before = found.sel(time=slice(0, 5))
    np.testing.assert_allclose(before["stock"].values, 200, rtol=1e-12)
    np.testing.assert_allclose(before["orders"].values, 100, rtol=1e-12)
    # Demand rises by 20 at 5, and what is ordered for it arrives two weeks later; a little less breaks meanwhile,
    # at most a twentieth of the shortage in a week.
    lost = found.sel(time=[6, 7])["stock"].values
    assert 180 < lost[0] < 181
    assert 160 < lost[1] < 163
