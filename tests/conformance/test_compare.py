"""The comparator finds what differs, and what is missing."""

import numpy as np
import pytest

from conformance.compare import beyond, column_key, differences, from_lists, read_table


def table(**columns):
    return from_lists({"Time": [0, 1, 2], **columns})


@pytest.mark.parametrize(
    "text", ["Children_in_Care[IFA, North]", "children in care[ ifa,north ]", "Children  in Care[IFA,NORTH]"]
)
def test_spellings_of_one_column_have_one_key(text):
    assert column_key(text) == "children in care[ifa,north]"


def test_equal_columns_differ_by_nothing():
    assert differences(table(a=[0, 1, 2]), table(a=[0, 1, 2])) == {"time": 0, "a": 0}


def test_the_largest_relative_difference_is_told():
    assert differences(table(a=[100, 10, 1]), table(a=[101, 10, 1]))["a"] == pytest.approx(0.01)


def test_a_number_beside_an_expected_zero_is_infinitely_far_unless_a_floor_is_given():
    expected, actual = table(a=[0, 0, 100]), table(a=[1e-9, 0, 100])
    assert differences(expected, actual)["a"] == np.inf
    assert differences(expected, actual, floor=1e-3)["a"] == pytest.approx(1e-8)


def test_a_missing_column_a_missing_time_and_a_nan_are_never_agreement():
    expected = table(a=[1, 2, 3])
    assert differences(expected, table(b=[1, 2, 3]))["a"] == np.inf
    assert differences(expected, from_lists({"Time": [0, 1], "a": [1, 2]}))["a"] == np.inf
    assert list(beyond(differences(expected, table(a=[1, np.nan, 3])), 1)) == ["a"]


def test_rows_are_matched_by_time():
    expected = from_lists({"Time": [0, 2], "a": [5, 7]})
    assert differences(expected, table(a=[5, 6, 7]))["a"] == 0


def test_a_table_is_read_with_gaps_as_nan(tmp_path):
    file = tmp_path / "table.csv"
    file.write_text("Time,A_b\n0,1\n1,\n", encoding="utf-8")
    columns = read_table(file)
    assert columns["a b"][0] == 1
    assert np.isnan(columns["a b"][1])
