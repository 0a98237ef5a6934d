"""Small XMILE models of auxiliaries and stocks, run alone and in a batch, which must agree to the last digits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import pytest
import xarray as xr

import stockflow as sf

ISEE = "isee systems, inc."


def written(
    folder: Path, *equations: str, final: float = 0, step: float = 1, vendor: str = ISEE, method: str = "euler",
    dimensions: str = "",
) -> Path:
    """A file of equations `name = expression`, of arrays `name[dims] = expression`, of stocks `name += flow, initial`.

    `dimensions` are "d: a, b; e: p, q". A list of numbers, `name[d] = 1 | 2`, gives an element each. `base` is a
    constant of 0 that a batch varies.
    """
    named = dict(one.split(":") for one in dimensions.split(";") if one.strip())
    elements = {key.strip(): [word.strip() for word in text.split(",")] for key, text in named.items()}
    dims = "".join(
        f'<dim name="{key}">{"".join(f"<elem name={word!r}/>" for word in words)}</dim>'
        for key, words in elements.items()
    )
    body = "".join(_variable(one, elements) for one in (*equations, "base = 0"))
    path = folder / "model.xmile"
    path.write_text(
        '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"><header>'
        f'<vendor>{vendor}</vendor><product version="1">p</product></header>'
        f'<sim_specs method="{method}"><start>0</start><stop>{final}</stop><dt>{step}</dt></sim_specs>'
        f"<dimensions>{dims}</dimensions><model><variables>{body}</variables></model></xmile>",
        encoding="utf-8",
    )
    return path


def _variable(equation: str, elements: dict[str, list[str]]) -> str:
    left, _, right = equation.partition(" = " if " += " not in equation else " += ")
    name, _, inside = left.strip().rstrip("]").partition("[")
    used = [word.strip() for word in inside.split(",") if word.strip()]
    dims = "".join(f'<dim name="{word}"/>' for word in used)
    whole = f"<dimensions>{dims}</dimensions>" if dims else ""
    if " += " in equation:
        flow, _, initial = right.rpartition(",")
        return (f'<stock name="{name}">{whole}<eqn>{initial.strip()}</eqn><inflow>{name}_in</inflow></stock>'
                f'<flow name="{name}_in">{whole}<eqn>{escape(flow)}</eqn></flow>')
    if " | " in right:
        cells = zip(elements[used[0]], right.split(" | "), strict=True)
        body = "".join(f'<element subscript="{one}"><eqn>{escape(text)}</eqn></element>' for one, text in cells)
    else:
        body = f"<eqn>{escape(right)}</eqn>"
    return f'<aux name="{name}">{whole}{body}</aux>'


def run(folder: Path, *equations: str, **settings: Any) -> dict[str, Any]:
    """Values over time by variable; without time where only the start is run. A batch of two such runs must agree."""
    model = sf.load(written(folder, *equations, **settings))
    alone = model.run()
    batch = model.run({"base": xr.DataArray([0.0, 1.0], dims="run")})
    for name in alone.data_vars:
        found = batch[name].isel(run=0) if "run" in batch[name].dims else batch[name]
        np.testing.assert_allclose(found.values, alone[name].values, rtol=1e-12, atol=1e-12, err_msg=str(name))
    over = {str(name): (values + 0 * alone["time"]).transpose("time", ...) for name, values in alone.data_vars.items()}
    return {name: (v.values[0] if settings.get("final", 0) == 0 else v.values).tolist() for name, v in over.items()}


def faults(folder: Path, *equations: str, **settings: Any) -> list[tuple[str, str]]:
    """Code and message of everything that is found."""
    return [(item.code, item.message) for item in sf.check(written(folder, *equations, **settings))]


def near(values: Sequence[Any]) -> Any:
    return pytest.approx(values, rel=1e-12, abs=1e-12)
