"""Models of conveyors and queues written as XMILE, and their runs on both texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import stockflow as sf

HEAD = (
    '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"'
    ' xmlns:isee="http://iseesystems.com/XMILE"><header><vendor>isee systems</vendor>'
    '<product version="1">p</product></header>'
)
GRADES = '<dimensions><dim name="G"><elem name="a"/><elem name="b"/></dim></dimensions>'
OF_GRADES = '<dimensions><dim name="G"/></dimensions>'
ONE = '<aux name="one"><eqn>1</eqn></aux>'


def load(
    folder: Path, variables: str, dt: float = 1.0, stop: float = 5, before: str = "", method: str = "euler"
) -> sf.Model:
    path = folder / "m.stmx"
    path.write_text(
        f'{HEAD}<sim_specs method="{method}"><start>0</start><stop>{stop}</stop><dt>{dt}</dt></sim_specs>{before}'
        f"<model><variables>{ONE}{variables}</variables></model></xmile>"
    )
    return sf.load(path)


def check(
    folder: Path, variables: str, expected: Mapping[str, Sequence[float]], dt: float = 1.0, before: str = ""
) -> sf.Model:
    """A run on floats, and a batch of two runs on arrays, of which the second is the same: both hold the table."""
    rows = len(next(iter(expected.values())))
    model = load(folder, variables, dt, (rows - 1) * dt, before)
    alone = model.run()
    batch = model.run({"one": xr.DataArray([2.0, 1.0], dims="run")})
    for key, values in expected.items():
        assert alone[key].values.tolist() == [pytest.approx(value, abs=1e-9) for value in values], key
    for key in alone.data_vars:
        same = batch[key].isel(run=1) if "run" in batch[key].dims else batch[key]
        np.testing.assert_array_equal(same.values, alone[key].values, err_msg=str(key))
    return model


def belt(
    start: str | float, length: str | float, *leaks: str, inner: str = "", attrs: str = "", dims: str = "",
    name: str = "C", into: str = "enter", out: str = "leave",
) -> str:
    """A conveyor with its inflows and its outflow, which has no equation; the leaks are flows of their own."""
    ends = "".join(f"<inflow>{one}</inflow>" for one in into.split())
    ends += "".join(f"<outflow>{one}</outflow>" for one in (out, *leaks))
    box = f"<conveyor{attrs}><len>{length}</len>{inner}</conveyor>"
    return f'<stock name="{name}">{dims}<eqn>{start}</eqn>{ends}{box}</stock>' + flow(out, inner=dims)


def queue(
    start: str | float, into: str, *outs: str, name: str = "Q", dims: str = "", over: str = "<overflow/>"
) -> str:
    """A queue; outflows whose names begin with 'over' take what overflows."""
    ends = "".join(f"<inflow>{one}</inflow>" for one in into.split())
    ends += "".join(f"<outflow>{one}</outflow>" for one in outs)
    flows = "".join(flow(one, inner=dims + (over if one.startswith("over") else "")) for one in outs)
    return f'<stock name="{name}">{dims}<eqn>{start}</eqn>{ends}<queue/></stock>{flows}'


def flow(name: str, equation: str = "", inner: str = "", attrs: str = "") -> str:
    text = f"<eqn>{equation}</eqn>" if equation else ""
    return f'<flow name="{name}"{attrs}>{inner}{text}</flow>'


def leak(name: str, fraction: str | float, attrs: str = "", inner: str = "") -> str:
    return f'<flow name="{name}">{inner}<leak{attrs}>{fraction}</leak></flow>'


def series(name: str, *values: float) -> str:
    """An auxiliary with one value for each whole time, the last of them from then on."""
    points = ",".join(f"{value:g}" for value in (*values, values[-1]))
    places = ",".join(str(at) for at in range(len(values) + 1))
    return (
        f'<aux name="{name}"><eqn>TIME</eqn><gf type="discrete"><xpts>{places}</xpts><ypts>{points}</ypts></gf></aux>'
    )


def enter(*values: float, name: str = "enter") -> str:
    """A flow with one value for each whole time."""
    return series(f"{name}_given", *values) + flow(name, f"{name}_given * one")
