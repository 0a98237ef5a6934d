"""GET TIME VALUE against the calendar of the standard library, and by hand where a month has 30 days."""

from __future__ import annotations

import datetime as dt
import math

import pytest
import xarray as xr

import stockflow as sf

SETTINGS = "///---\\\\\\\n:L<%^E!@\n36:YYYY-MM-DD\n37:{}\n38:{}\n39:{}\n40:{}\n41:0\n42:1\n"
YEAR, QUARTER, MONTH, WEEK, DAY, HOUR, MINUTE, SECOND = range(8)


def run(folder, calls, base=(2000, 1, 1), unit=DAY, time=0.0, units=""):
    lines = "".join(f"y{place} = {call} ~~|\n" for place, call in enumerate(calls))
    controls = f"INITIAL TIME = {time} ~~|\nFINAL TIME = {time + 1} ~~|\nTIME STEP = 1 ~{units}~|\nSAVEPER = 1 ~~|\n"
    settings = "" if base is None else SETTINGS.format(*base, unit)
    (folder / "m.mdl").write_text(f"{{UTF-8}}\nb = 0 ~~|\n{lines}{controls}{settings}")
    loaded = sf.load(folder / "m.mdl")
    ds = loaded.run()
    batch = loaded.run({"b": xr.DataArray([0.0, 1.0], dims="run")})
    found = [float(ds[f"y{place}"].values[0]) for place in range(len(calls))]
    again = [float(batch[f"y{place}"].isel(time=0).values.flat[0]) for place in range(len(calls))]
    assert found == pytest.approx(again, rel=1e-12, nan_ok=True)
    return found


@pytest.mark.parametrize("day", [0, 1, 58, 59, 60, 365, 366, 1500, -1, -366, -40000, 0.75])
def test_days_follow_the_gregorian_calendar(day, tmp_path):
    date = dt.date(2000, 1, 1) + dt.timedelta(days=math.floor(day))
    found = run(tmp_path, [f"GET TIME VALUE(0, b, {n})" for n in (0, 1, 2, 3, 4, 5, 6)], time=day)
    assert found == [day, date.year, (date.month + 2) // 3, date.month, date.day, date.isoweekday() % 7,
                     date.toordinal() + 365]


@pytest.mark.parametrize(("unit", "hours"), [(WEEK, 168), (DAY, 24), (HOUR, 1), (MINUTE, 1 / 60), (SECOND, 1 / 3600)])
def test_clock_time_is_counted_in_any_unit(unit, hours, tmp_path):
    moment = dt.datetime(2023, 8, 1) + dt.timedelta(days=5, hours=13, minutes=7, seconds=42)
    time = (moment - dt.datetime(2023, 8, 1)).total_seconds() / 3600 / hours
    found = run(tmp_path, [f"GET TIME VALUE(0, 0, {n})" for n in (1, 3, 4, 7, 8, 9, 10)], (2023, 8, 1), unit, time)
    elapsed = (moment - dt.datetime(2023, 8, 1)).total_seconds() % 500000
    assert found == pytest.approx([2023, 8, 6, 13, 7, 42, elapsed], rel=1e-9)


@pytest.mark.parametrize(
    ("unit", "time", "wanted"),
    [(MONTH, 0, [2000, 1, 1, 1]), (MONTH, 13, [2001, 1, 2, 1]), (MONTH, 1.5, [2000, 1, 2, 16]),
     (MONTH, -1, [1999, 4, 12, 1]), (YEAR, 10.25, [2010, 2, 4, 1]), (QUARTER, 5, [2001, 2, 4, 1])],
)
def test_a_month_has_thirty_days_where_time_goes_in_months_or_longer(unit, time, wanted, tmp_path):
    assert run(tmp_path, [f"GET TIME VALUE(0, 0, {n})" for n in (1, 2, 3, 4)], unit=unit, time=time) == wanted


def test_the_offset_counts_from_the_time_or_from_the_initial_time(tmp_path):
    lines = ("y0", "GET TIME VALUE(0, 5, 0)"), ("y1", "GET TIME VALUE(1, 5, 0)")
    path = tmp_path / "m.mdl"
    run(tmp_path, [call for _, call in lines], time=10)
    ds = sf.load(path).run()
    assert ds["y0"].values.tolist() == [15, 16]
    assert ds["y1"].values.flat[-1] == 15


def test_the_clock_is_the_computers(tmp_path):
    today = dt.date.today()
    found = run(tmp_path, ["GET TIME VALUE(2, 99, 1)", "GET TIME VALUE(2, 99, 6)"])
    assert found[0] in (today.year, dt.date.today().year)
    assert found[1] - today.toordinal() - 365 in (0, 1)


@pytest.mark.parametrize("call", ["GET TIME VALUE(0, 0, 11)", "GET TIME VALUE(3, 0, 0)", "GET TIME VALUE(0, 0, 1.5)"])
def test_a_measure_that_does_not_exist_is_no_number(call, tmp_path):
    with pytest.warns(sf.ModelWarning, match="no such measure"):
        assert math.isnan(run(tmp_path, [call])[0])


@pytest.mark.parametrize("time", [1e300, -1e300, 2e11])
@pytest.mark.parametrize("unit", [YEAR, DAY])
def test_a_date_too_far_away_is_no_number_but_the_time_is(time, unit, tmp_path):
    with pytest.warns(sf.ModelWarning, match="the date is too far away"):
        found = run(tmp_path, [f"GET TIME VALUE(0, {time}, {n})" for n in range(11)], unit=unit)
    assert found[0] == time
    assert all(math.isnan(one) for one in found[1:])


def test_without_settings_the_units_of_time_tell(tmp_path):
    assert run(tmp_path, ["GET TIME VALUE(0, 0, 1)"], base=None, time=24, units="Months") == [2002]
    assert [item.code for item in sf.check(tmp_path / "m.mdl") if item.severity.name == "WARNING"] == ["SF114"]
    with pytest.raises(sf.ModelError, match="needs the unit of time"):
        run(tmp_path, ["GET TIME VALUE(0, 0, 1)"], base=None)
