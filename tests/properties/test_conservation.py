"""What came into conveyors and queues is in them, or has left: at every step, whatever their properties."""

from __future__ import annotations

import tempfile
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from stockflow.runtime.conveyors import Conveyor
from stockflow.runtime.waiting import WaitingLine
from tests.simulate.conveyor_models import belt, enter, leak, load, queue, series

STEPS = 8

amounts = st.floats(0, 100, allow_subnormal=False)
parts = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.7, 1.0])
switches = st.sampled_from([0.0, 0.0, 1.0])
lengths = st.floats(0.1, 6)


@st.composite
def leaks(draw):
    """Where a leak is, whether only whole units leak, and its fraction in each step."""
    start, end = sorted((draw(parts), draw(parts)))
    return start, end, draw(switches), draw(st.lists(st.floats(0, 1.5), min_size=STEPS, max_size=STEPS))


def each_step(values):
    return st.lists(values, min_size=STEPS, max_size=STEPS)


@given(
    step=st.sampled_from([1.0, 0.5, 0.25]), first=amounts, zones=st.lists(leaks(), max_size=3), discrete=switches,
    exponential=switches, given_=each_step(amounts), spread=each_step(st.sampled_from([0.0, 0.0, 5.0])),
    length=each_step(lengths), sample=each_step(switches), arrest=each_step(switches), capacity=amounts, limit=amounts,
)
@settings(max_examples=80, deadline=None)
def test_a_belt_loses_nothing(
    step, first, zones, discrete, exponential, given_, spread, length, sample, arrest, capacity, limit
):
    told = [part for start, end, whole, fractions in zones for part in (start, end, whole, fractions[0])]
    conveyor = Conveyor(step, first, length[0], discrete, exponential, len(zones), *told)
    content = conveyor.slats.value
    assert content == pytest.approx(first)
    for at in range(STEPS):
        state = (arrest[at], *(fractions[at] for *_, fractions in zones))
        leaving = conveyor.outflow(*state)
        losses = [conveyor.leakage(number, *state) for number in range(len(zones))]
        assert min(leaving, *losses, 0.0) == 0
        room = conveyor.room(state[0], capacity, limit, *state[1:])
        entering = min(given_[at], room)
        value = conveyor.push(entering, spread[at], length[at], sample[at], *state)
        content += step * (entering + spread[at] - leaving - sum(losses))
        assert value == pytest.approx(content, abs=1e-9)
        if entering and not spread[at]:
            assert value <= capacity + 1e-9


@given(
    first=amounts, given_=each_step(amounts), rooms=each_step(st.floats(0, 50)), single=switches, whole=switches,
    spilled=each_step(st.floats(0, 20)),
)
@settings(max_examples=80, deadline=None)
def test_a_line_loses_nothing(first, given_, rooms, single, whole, spilled):
    line = WaitingLine(0.5, first)
    content = first
    for entering, room, free in zip(given_, rooms, spilled, strict=True):
        taken = line.take(entering, 0, room, single, whole)
        over = line.overflow(entering, 0, taken, single, 0, free, whole)
        assert 0 <= taken <= room * (1 + 1e-9)
        assert 0 <= over <= free * (1 + 1e-9)
        assert (taken + over) / 2 <= content + entering / 2 + 1e-9
        content += (entering - taken - over) / 2
        assert line.push(entering, taken + over) == pytest.approx(content, abs=1e-9)


whole_amounts = st.lists(st.integers(0, 30), min_size=STEPS, max_size=STEPS)


@given(
    first=st.integers(0, 40), come=whole_amounts, more=whole_amounts, length=st.lists(lengths, min_size=3, max_size=5),
    capacity=st.integers(5, 60), limit=st.integers(3, 40), loss=st.floats(0, 0.9), start=parts,
    attrs=st.sampled_from(["", ' exponential_leak="true"', ' discrete="true" one_at_a_time="false"',
                           ' discrete="true" batch_integrity="true"']),
    stop=st.lists(switches, min_size=3, max_size=5), dt=st.sampled_from([1.0, 0.5]),
)
@settings(max_examples=8, deadline=None)
def test_a_chain_loses_nothing(first, come, more, length, capacity, limit, loss, start, attrs, stop, dt):
    """A queue and a stock that feed a belt, which feeds another belt and leaks; both texts agree."""
    inner = f"<capacity>{capacity}</capacity><in_limit>{limit}</in_limit><arrest>stop</arrest>"
    text = (
        queue(first, "enter", "serve", "over") + enter(*come) + series("stop", *stop) + series("length", *length)
        + '<stock name="S"><eqn>50</eqn><outflow>extra</outflow><non_negative/></stock>' + enter(*more, name="extra")
        + belt(first, "length", "lose", inner=inner, attrs=attrs, into="serve extra")
        + leak("lose", loss, f' leak_start="{start}"') + belt(0, "length", into="leave", name="D", out="done")
        + '<stock name="T"><eqn>0</eqn><inflow>lose</inflow><inflow>done</inflow><inflow>over</inflow></stock>'
    )
    with tempfile.TemporaryDirectory() as folder:
        model = load(Path(folder), text, dt, 8)
    run = model.run()
    there = sum(run[name] for name in "QSCDT").values
    came = [0, *accumulate(run["enter"].values[:-1] * dt)]
    assert there == pytest.approx(2 * first + 50 + np.array(came))
    assert run["C"].values.max() <= max(capacity, first) * (1 + 1e-9)
    for name in ("serve", "over", "extra", "leave", "lose", "done"):
        assert run[name].values.min() >= 0
    batch = model.run({"one": xr.DataArray([0.0, 1.0], dims="run")})
    for name in run.data_vars:
        same = batch[name].isel(run=1) if "run" in batch[name].dims else batch[name]
        np.testing.assert_array_equal(same.values, run[name].values, err_msg=str(name))
