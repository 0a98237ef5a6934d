"""The demo shows the figures of the design and writes both files."""

import csv
import importlib.util
import re
from pathlib import Path

import pytest
import xarray as xr

FOLDER = Path(__file__).resolve().parents[2] / "reference_models" / "children_social_care"
FIGURES = {
    "Children in care, 2024": ("1,056", "859"),
    "Children in care, 2034": ("1,260", "856"),
    "Placement spend, GBP million a year, 2024": ("67.4", "55.1"),
    "Placement spend, GBP million a year, 2034": ("85.3", "58.5"),
    "Cases for each social worker, 2024": ("18.4", "15.6"),
    "Cases for each social worker, 2034": ("19.4", "16.0"),
}


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """What the demo prints, and the folder it writes."""
    spec = importlib.util.spec_from_file_location("demo", FOLDER / "demo.py")
    demo = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(demo)
    demo.OUTPUT = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        lines = []
        patch.setattr("builtins.print", lambda *words, sep=" ": lines.append(sep.join(map(str, words))))
        demo.main()
    return "\n".join(lines), demo.OUTPUT


def test_the_demo_prints_the_figures_of_the_design_for_both_strategies_and_years(shown):
    text, _ = shown
    rows = {name: re.findall(rf"^{name} +(\S+) +(\S+)$", text, re.MULTILINE)[0] for name in FIGURES}
    assert rows == FIGURES


def test_the_demo_says_where_its_files_are_and_they_can_be_read(shown):
    text, folder = shown
    for file in ("children_social_care.nc", "children_social_care.csv"):
        assert str(folder / file) in text
    with xr.open_dataset(folder / "children_social_care.nc", engine="h5netcdf") as dataset:
        assert dataset["Children in Care"].sizes == {"time": 241, "Placement": 7, "run": 2}
    with (folder / "children_social_care.csv").open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    assert len(rows) == 241 and len(head) == 7
    assert float(rows[120][1]) == pytest.approx(1056.27, abs=0.01)
