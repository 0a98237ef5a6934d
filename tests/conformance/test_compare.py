"""Differences of a run from a table as numbers: what differs, and what is missing."""

import numpy as np
import pytest

import stockflow as sf
from conformance.compare import beyond, differences, read_table

MODEL = """a = 100 ~~|
b = INTEG(1, 0) ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 2 ~~|
TIME STEP = 1 ~~|
SAVEPER = 1 ~~|
"""


@pytest.fixture
def held(tmp_path):
    """Holds the run of the model, in which b is 0, 1, 2, against a table."""

    def hold(text, model=MODEL, **options):
        (tmp_path / "model.mdl").write_text(model, encoding="utf-8")
        (tmp_path / "table.csv").write_text(text, encoding="utf-8")
        return differences(read_table(tmp_path / "table.csv"), sf.load(tmp_path / "model.mdl").simulate(), **options)

    return hold


def test_equal_columns_differ_by_nothing(held):
    assert held("Time,a,B\n0,100,0\n1,100,1\n2,100,2\n") == {"a": 0, "B": 0}


def test_the_largest_relative_difference_is_told(held):
    assert held("Time,a\n0,100\n1,80\n")["a"] == pytest.approx(0.25)  # 20 of 80


def test_a_number_beside_an_expected_zero_is_infinitely_far_unless_a_floor_is_given(held):
    table = "Time,b\n0,1\n1,0\n2,2\n"
    assert held(table)["b"] == np.inf
    assert held(table, floor=0.5)["b"] == pytest.approx(1.0)  # 1 of half of 2


def test_a_missing_column_and_a_missing_time_are_never_agreement(held):
    assert held("Time,other\n0,1\n")["other"] == np.inf
    assert held("Time,a\n0,100\n0.5,100\n")["a"] == np.inf


@pytest.mark.filterwarnings("ignore::stockflow.ModelWarning")
def test_a_nan_of_the_run_is_never_agreement(held):
    found = held("Time,a,c\n0,100,1\n", model=MODEL + "c = SQRT(-a) ~~|\n")
    assert list(beyond(found, 1)) == ["c"]


def test_a_blank_cell_is_not_compared(held):
    assert held("Time,b\n0,\n1,1\n") == {"b": 0}


def test_what_is_no_table_is_named(tmp_path):
    (tmp_path / "table.csv").write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match=r"table\.csv"):
        read_table(tmp_path / "table.csv")
