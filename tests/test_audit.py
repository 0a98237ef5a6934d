"""What Python itself sees while a model is loaded and run: nothing is executed, opened or reached that need not be.

A hook of the interpreter hears of every exec, compile, import, open file, socket and process; outside an allow-list it
is a breach. The models are honest ones and, where they lie beside the repository, hostile ones.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

import stockflow as sf
from conformance.audit import watching
from tests.test_layers import ROOT

HOSTILE = ROOT.parent / "shared" / "hostile"


def loaded_and_run(path):
    """The breaches of loading, running and showing a model."""
    with watching(path.parent) as breaches, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = sf.load(path)
            model.simulate()
            model._repr_html_()
        except sf.ModelError as fault:
            str(fault)
    return list(breaches)


REFERENCE = sorted(path for path in (ROOT / "reference_models").glob("*/model.*"))
# Those that attack by size alone are for the replayer, which limits time and memory.
ATTACKS = sorted(
    path for kind in ("*.mdl", "*.xmile", "*.stmx") for path in (HOSTILE / "attack").glob(kind)
    if path.stat().st_size < 30_000
)


@pytest.mark.parametrize("path", REFERENCE, ids=lambda path: f"{path.parent.name}{path.suffix}")
def test_nothing_but_the_model_is_touched(path):
    loaded_and_run(path)  # what is imported on first use is imported here
    assert loaded_and_run(path) == []


@pytest.mark.parametrize("path", ATTACKS, ids=lambda path: path.stem)
def test_a_hostile_input_touches_nothing(path):
    assert loaded_and_run(path) == []


@pytest.mark.parametrize(
    "breach",
    [
        lambda folder: exec(compile("1", "model.mdl", "exec")), lambda folder: compile("1", "model.mdl", "eval"),
        lambda folder: (folder / "x").write_text("1"),
        lambda folder: Path("/etc/hostname").read_text(), lambda folder: __import__("socket").socket().close(),
        lambda folder: __import__("subprocess").run(["true"], check=True), lambda folder: (folder / "y").mkdir(),
    ],
    ids=["exec", "compile", "write", "read", "socket", "process", "folder"],
)
def test_the_watch_hears_of_each_kind_of_breach(breach, tmp_path):
    with watching(tmp_path) as breaches:
        breach(tmp_path)
    assert breaches
