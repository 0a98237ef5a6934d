"""Values outside the range of their units: told once for each time that a variable leaves it, and left as they are."""

from __future__ import annotations

import warnings

import pytest
import xarray as xr

import stockflow as sf
from tests.running import written


def told(folder, *equations, given=None, final=8, **options):
    model = sf.load(written(folder, equations, final, 1))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = model.simulate(given or {}, **options)
    return [item.message.diagnostic for item in caught], result


def test_one_excursion_is_one_warning_with_its_times_and_its_first_value(tmp_path):
    # 10 - 3 t: 1 at 3, -2 at 4.
    (item,), result = told(tmp_path, "water = INTEG(-3, 10) ~ litre [0,?] ~")
    assert (item.code, item.line) == ("SF704", 2)
    assert item.message == "'water' is outside its range [0,?] from time 4 to 8: it is -2"
    assert result.values["water"][-1] == -14


def test_each_excursion_is_told_and_the_fourth_counted(tmp_path):
    found, _ = told(tmp_path, "wave = IF THEN ELSE(MODULO(Time, 2) = 1, 5, 0) ~ Dmnl [?,1] ~")
    assert [item.message for item in found] == [
        *(f"'wave' is outside its range [?,1] at time {time}: it is 5" for time in (1, 3, 5)),
        "'wave' leaves its range [?,1] 1 more times",
    ]


def test_the_element_and_the_run_are_named(tmp_path):
    equations = ("d: a, b", "k = 1", "x[a] = k ~ Dmnl [0,5] ~", "x[b] = k * 3")
    runs = xr.DataArray([1.0, 2.0], dims="run", coords={"run": ["low", "high"]})
    (item,), _ = told(tmp_path, *equations, given={"k": runs})
    assert item.message == "'x[b]' of run high is outside its range [0,5] from time 0 to 8: it is 6"


def test_a_constant_that_is_set_outside_its_range_is_told_too(tmp_path):
    (item,), _ = told(tmp_path, "share = 0.5 ~ Dmnl [0,1] ~", given={"share": 2})
    assert "it is 2" in item.message


@pytest.mark.parametrize("limits", ["[0,1]", "[?,?]", "[-1,2,0.1]"])
def test_what_stays_inside_is_not_told(tmp_path, limits):
    assert told(tmp_path, f"share = 0.5 ~ Dmnl {limits} ~")[0] == []
