"""Tables of models with hostile names: a spreadsheet runs nothing, and the reader finds every name and number again."""

from __future__ import annotations

import csv
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

import stockflow as sf
from stockflow.data.tabular import column_key, read
from stockflow.diagnostics.model import Report
from stockflow.simulate.cells import cells_of
from stockflow.simulate.compare import compare
from stockflow.simulate.store import write
from tests.simulate.results import column, result

TABLES = [".csv", ".tab"]
RUNS = "=+-@\uff1d\uff0b\uff0d\uff20\t\r\n"
SKIPPED = " \u00a0\u200b\"'\x01\ufeff"
HOSTILE = [
    "=1+1", "+cmd", "-2", "@SUM(A1)", "=cmd|' /C calc'!A0", "\uff1d1", "'=1", '"=1', " =1", "\u200b=1", "a;=1", "\t=1",
]

XMILE = """<?xml version="1.0" encoding="utf-8"?>
<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
<header><vendor>v</vendor><product version="1">p</product></header>
<sim_specs><start>0</start><stop>1</stop><dt>1</dt></sim_specs>
<dimensions><dim name="D"><elem name={element}/><elem name="plain"/></dim></dimensions>
<model><variables><aux name={name}><eqn>TIME - 1.5</eqn></aux>
<aux name="arrayed"><dimensions><dim name="D"/></dimensions><eqn>TIME * 2</eqn></aux></variables></model></xmile>
"""


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t" if path.suffix == ".tab" else ","))


def harmless(cell: str) -> bool:
    """Whether no part of a cell begins like a formula, or has an apostrophe in front."""
    parts = cell.replace(";", ",").replace("|", ",").replace("\t", ",").split(",")
    return all(part.startswith("'") or not part.lstrip(SKIPPED).startswith(tuple(RUNS)) for part in parts)


@pytest.mark.parametrize("suffix", TABLES)
@pytest.mark.parametrize("label", HOSTILE)
def test_names_elements_and_runs_cannot_run_as_formulas(label: str, suffix: str, tmp_path: Path) -> None:
    made = result(
        (column(label), np.ones((3, 2))), (column("x", [("R", (label, "b"))]), np.ones((3, 2, 2))),
        runs=np.array([label, "plain"]),
    )
    found = rows(write(made, tmp_path / f"out{suffix}"))
    assert all(harmless(cell) for cell in (*found[0], *(row[1] for row in found)))
    assert label not in (*found[0], *(row[1] for row in found))


@pytest.mark.parametrize("suffix", TABLES)
def test_numbers_stay_numbers_as_values_and_as_names_of_runs(suffix: str, tmp_path: Path) -> None:
    made = result((column("x"), np.full((3, 2), -1.5)), runs=np.array([-1, 2]))
    assert rows(write(made, tmp_path / f"out{suffix}"))[1] == ["0.0", "-1", "-1.5"]


@pytest.mark.parametrize("suffix", TABLES)
@pytest.mark.parametrize("label", ["1", "2020", "true", "Infinity", "5%", "-7"])
def test_a_name_that_is_a_number_does_not_turn_the_table_round(label: str, suffix: str, tmp_path: Path) -> None:
    path = write(result((column(label), np.array([4.0, 5.0, 6.0]))), tmp_path / f"out{suffix}")
    report = Report()
    found = read(path, report)
    assert not report.items
    assert found[column_key(label)].values.tolist() == [4.0, 5.0, 6.0]


def xmile_name(text: str) -> bool:
    """A text that is the name of one variable: it has letters, and no sign that parts or escapes names."""
    return any(sign.isalnum() for sign in text) and not set(text) & set(".\\")


SIGNS = st.sampled_from("=+-@';|,\uff1d\uff0b\u200b\u00a0 #!?%&[]\"{}<>()/*ab19\u00e9\u4e2d")
NAMES = (st.text(SIGNS, max_size=12) | st.sampled_from(HOSTILE)).filter(xmile_name)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAMES, element=NAMES)
def test_a_table_of_a_model_reads_back_under_its_own_names(tmp_path: Path, name: str, element: str) -> None:
    model = tmp_path / "model.xmile"
    model.write_text(XMILE.format(name=quoteattr(name), element=quoteattr(element)), encoding="utf-8")
    try:
        made = sf.load(model).simulate()
    except sf.ModelError:
        reject()
    for suffix in (*TABLES, ".dat"):
        path = write(made, tmp_path / f"out{suffix}")
        report = Report()
        found = read(path, report)
        assert not report.errors, report.items
        compared = compare(found, made)
        assert compared.agrees, (compared.missing, compared.extra)
        assert not compared.extra
        assert len(compared.columns) == sum(len(cells_of(item).headers) for item in made.columns)
        if suffix in TABLES:
            assert all(harmless(cell) for cell in rows(path)[0])
