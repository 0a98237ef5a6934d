import numpy as np
import pytest

from stockflow.data.tabular import Series, column_key
from stockflow.simulate.compare import compare
from tests.simulate.results import column, result


def exported(**columns: list[float]) -> dict[str, Series]:
    return {
        column_key(name): Series(name, np.arange(float(len(values))), np.array(values))
        for name, values in columns.items()
    }


def test_columns_are_matched_by_any_spelling_and_by_elements() -> None:
    made = result((column("Net Flow", [("R", ("North", "South"))]), np.array([[1.0, 2], [3, 4], [5, 6]])))
    found = compare(exported(**{"net_flow[ north ]": [1, 3, 5], "NET FLOW[South]": [2, 4, 6]}), made)
    assert found.agrees
    assert not found.extra
    assert [item.points for item in found.columns] == [3, 3]


def test_six_digits_of_an_export_agree_and_a_real_difference_is_shown_with_its_time() -> None:
    made = result((column("x"), np.array([1 / 3, 2 / 3, 1.0])), (column("y"), np.array([1.0, 2.0, 4.0])))
    found = compare(exported(x=[0.333333, 0.666667, 1.0], y=[1.0, 2.0, 3.0]), made)
    x, y = found.columns
    assert x.agrees
    assert not y.agrees
    assert (y.time, y.expected, y.found) == (2.0, 3.0, 4.0)
    assert y.excess == pytest.approx(1 / (3e-3 + 3e-6))  # |4-3| over 1e-3 of 3 and 1e-6 of the largest, 3
    assert not found.agrees


def test_a_column_of_tiny_numbers_is_not_let_through() -> None:
    made = result((column("x"), np.array([1e-9, 1e-9, 1e-9])))
    assert not compare(exported(x=[2e-9, 2e-9, 2e-9]), made).agrees


def test_missing_and_extra_columns_are_named_and_controls_are_not_missed() -> None:
    made = result((column("x"), 1.0), (column("z"), 1.0))
    found = compare(exported(x=[1.0], y=[1.0], **{"FINAL TIME": [10.0], "#LV1#": [3.0]}), made)
    assert found.missing == ("y",)
    assert found.extra == ("z",)
    assert not found.agrees


def test_a_constant_is_compared_where_the_export_has_it() -> None:
    assert compare({"x": Series("x", np.array([0.0]), np.array([5.0]))}, result((column("x"), 5.0))).agrees


def test_times_that_the_run_lacks_are_counted_and_no_common_time_is_a_difference() -> None:
    made = result((column("x"), 1.0))
    some = compare({"x": Series("x", np.array([0.0, 0.5, 1.0]), np.ones(3))}, made)
    assert some.agrees
    assert some.absent_times == 1
    none = compare({"x": Series("x", np.array([10.5]), np.ones(1))}, made)
    assert not none.agrees


def test_missing_values_and_infinities_agree_with_themselves_only() -> None:
    made = result((column("x"), np.array([-(2.0**109), np.inf, 1.0])))
    assert compare(exported(x=[-6.490371e32, np.inf, 1.0]), made).agrees
    assert not compare(exported(x=[1.0, np.inf, 1.0]), made).agrees
    assert not compare(exported(x=[-6.490371e32, 1e30, 1.0]), made).agrees
