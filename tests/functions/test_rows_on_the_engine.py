"""The rows with a memory as models, against the plain interpreter."""

from __future__ import annotations

import pytest
import xarray as xr

import stockflow as sf
from tests.functions.oracle import run

CONTROLS = "INITIAL TIME = 0 ~~|\nFINAL TIME = 10 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"
VENDORS = {"xmile": "Somebody", "stella": "isee systems, inc."}
VENSIM_CALLS = (
    "SMOOTH(x, 4)", "SMOOTHI(x, 4, 0)", "SMOOTH3(x, 5)", "SMOOTH3I(x, 6, 1)", "DELAY1(x, 4)", "DELAY1I(x, 4, 0)",
    "DELAY3(x, 6)", "DELAY3I(x, 6, 2)", "TREND(x, 5, 0.02)", "FORECAST(x, 5, 10)", "NPV(x, 0.1, 0, 1)",
    "NPVE(x, 0.1, 1, 2)", "DELAY FIXED(x, 2, -1)", "DELAY FIXED(x, 1.5, -1)",
    "SAMPLE IF TRUE(MODULO(x, 3) = 1, x, -5)", "INITIAL(x + 2)", "REINITIAL(x * 3)", "STEP(x, 2.4)", "PULSE(2, 2)",
    "PULSE(x, 0)", "PULSE TRAIN(1, 1, 3, 8)", "PULSE TRAIN(2, 5, 0, 8)", "RAMP(x, 1, 4)", "RAMP(2, 5, 3)", "GAME(x)",
    "SMOOTH(x + 1, 4 + 0 * x) + DELAY1(x * 2, 3)", "LOG(x + 1, 3)", "LOG(100 * x)", "ZIDZ(x, x - 3)",
    "QUANTUM(x, 2.5)", "MODULO(-x, 2.5)", "INTEGER(-x / 2)",
)
XMILE_CALLS = (
    "SMTH1(x, 4)", "SMTH3(x, 5, 1)", "DELAY(x, 2)", "DELAY(x, 3, 7)", "DELAY1(x, 4)", "DELAY3(x, 6, 2)",
    "FORCST(x, 5, 10)", "FORCST(x, 5, 10, 0.1)", "TREND(x, 5)", "PREVIOUS(x, 9)", "PULSE(6, 1)", "PULSE(6, 1, 3)",
    "PULSE(6)", "RAMP(2)", "RAMP(2, 3)", "SINWAVE(3, 4)", "COSWAVE(3, 4)", "INIT(x + 2)", "ROUND(x / 2)",
    "SIGN(x - 3)", "SAFEDIV(x, x - 3)", "ROOTN(x, 3)", "TIME * DT", "STARTTIME + STOPTIME", "PERCENT(x)",
    "LOG10(x + 1)", "MAX(x, 2, 5, 3)", "INT(-x / 2)",
)


def model(folder, dialect, calls):
    """A model with `b` = 0, `x` that moves from 3 to 7 and back, and y0, y1, ... for the calls."""
    if dialect == "vensim":
        lines = "".join(f"y{place} = {call} ~~|\n" for place, call in enumerate(calls))
        path = folder / "m.mdl"
        inputs = "{UTF-8}\nb = 0 ~~|\nx = b + 3 + Time * 7 - 5 * INTEGER(Time * 7 / 5) ~~|\n"
        path.write_text(f"{inputs}{lines}{CONTROLS}")
        return sf.load(path)
    variables = {"b": "0", "x": "b + 3 + TIME * 7 - 5 * INT(TIME * 7 / 5)"}
    variables |= {f"y{place}": call for place, call in enumerate(calls)}
    text = "".join(f'<aux name="{name}"><eqn>{eqn.replace("<", "&lt;")}</eqn></aux>' for name, eqn in variables.items())
    path = folder / "m.xmile"
    path.write_text(
        '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"><header>'
        f'<vendor>{VENDORS[dialect]}</vendor><product version="1">p</product></header>'
        "<sim_specs><start>0</start><stop>10</stop><dt>1</dt></sim_specs>"
        f"<model><variables>{text}</variables></model></xmile>"
    )
    return sf.load(path)


def x_of(base):
    return lambda time: base + 3 + (time * 7) % 5


@pytest.mark.parametrize(
    ("dialect", "calls"), [("vensim", VENSIM_CALLS), ("xmile", XMILE_CALLS), ("stella", XMILE_CALLS)]
)
def test_what_a_row_remembers_is_what_its_body_says(dialect, calls, tmp_path):
    loaded = model(tmp_path, dialect, calls)
    single = loaded.run()
    batch = loaded.run({"b": xr.DataArray([0.0, 0.5], dims="run")})
    for place, call in enumerate(calls):
        for number, base in enumerate((0.0, 0.5)):
            wanted = pytest.approx(run(call, 10, dialect, x=x_of(base)), rel=1e-9, abs=1e-9)
            of_batch = batch[f"y{place}"]
            of_batch = of_batch.isel(run=number) if "run" in of_batch.dims else of_batch
            assert list(of_batch.values + 0 * single["time"].values) == wanted, call
            if base == 0:
                assert list(single[f"y{place}"].values + 0 * single["time"].values) == wanted, call
