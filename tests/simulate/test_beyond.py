"""Lookups that are read beyond their points: told once for each variable and lookup, and computed as before."""

from __future__ import annotations

import warnings

import pytest
import xarray as xr

import stockflow as sf
from tests.running import written

RAMP = "f((0,1),(4,5))"


def told(folder, *equations, final=8, step=1, given=None, **options):
    """The diagnostics of a run that are about lookups."""
    model = sf.load(written(folder, equations, final, step))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.simulate(given or {}, **options)
    found = [item.message.diagnostic for item in caught]
    assert {item.code for item in found} <= {"SF705"}
    return found


def messages(*args, **options):
    return [item.message for item in told(*args, **options)]


def test_a_lookup_is_told_once_with_its_points_the_times_and_the_first_argument(tmp_path):
    # 3 t is beyond 4 from time 2 on.
    (item,) = told(tmp_path, RAMP, "level = INTEG(3, 0)", "y = f(level)")
    assert (item.code, item.severity, item.line, item.column, item.variable) == ("SF705", "warning", 4, 5, "y")
    assert item.message == (
        "'y' reads the lookup 'f' beyond its points [0,4] from time 2 to 8: at 6 the last point's value is held"
    )
    assert "points that far" in item.hint


def test_excursions_below_and_above_are_counted_and_the_first_described(tmp_path):
    # -1 at 0, 3, 6 (below), 5 at 2, 5, 8 (above), 2 between: outside are 0, 2 to 3, 5 to 6 and 8.
    wave = "x = IF THEN ELSE(MODULO(Time, 3) = 0, -1, IF THEN ELSE(MODULO(Time, 3) = 1, 2, 5))"
    assert messages(tmp_path, RAMP, wave, "y = f(x)") == [(
        "'y' reads the lookup 'f' beyond its points [0,4] at time 0 (4 times in all, 6 saved times): at -1 the first"
        " point's value is held"
    )]


@pytest.mark.parametrize(
    "call", [
        "f(Time)", "f(Time * 2 / half)", "f(MAX(Time, half))", "f(IF THEN ELSE(Time > 2, Time, 0))", "f(ZIDZ(Time, 1))",
        "f(ABS(-Time))", "TABHL(f, Time)", "1 + 2 * f(Time)", "SMOOTH(f(Time), 2)", "INTEG(f(Time), 0)",
        "WITH LOOKUP(Time, ((0,1),(4,5)))", "SUM(f(base[d!] * Time))", "f(SQRT(Time) ^ 2)", "f(EXP(Time))",
        "IF THEN ELSE(Time > 6 :AND: half > 1, f(Time), 0)",
    ],
)
def test_arguments_of_every_kind_are_seen(tmp_path, call):
    (found,) = told(tmp_path, "d: a, b", RAMP, "half = 2", "base[d] = 1, 2", f"y = {call}")
    assert found.variable == "y"


@pytest.mark.parametrize(
    "call", [
        "f(Time / 2)", "LOOKUP EXTRAPOLATE(f, Time)", "LOOKUP FORWARD(f, Time)", "f(:NA:)", "f(SQRT(-1 - Time))",
        "IF THEN ELSE(Time <= 4, f(Time), 0)", "IF THEN ELSE(Time > 4, 0, f(Time))", "f(0.1 * 40 * 1.0000000001)",
        "WITH LOOKUP(Time, ((3,1)))",
    ],
)
def test_what_stays_between_the_points_or_is_not_read_there_says_nothing(tmp_path, call):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", "SF701")
        sf.load(written(tmp_path, (RAMP, f"y = {call}"), 8, 1)).simulate()


def test_each_element_reads_its_own_lookup(tmp_path):
    equations = ("d: a, b", "g[a]((0,1),(20,5))", "g[b]((0,1),(5,5))", "y[d] = g[d](Time)", "z = g[b](Time * 2)")
    assert messages(tmp_path, *equations) == [
        "'y[b]' reads the lookup 'g' beyond its points [0,5] from time 6 to 8: at 6 the last point's value is held",
        "'z' reads the lookup 'g' beyond its points [0,5] from time 3 to 8: at 6 the last point's value is held",
    ]


def test_two_reads_of_one_lookup_in_a_variable_are_one_warning(tmp_path):
    assert len(messages(tmp_path, RAMP, "y = f(Time) + f(Time * 2)")) == 1


def test_many_lookups_are_counted_after_the_tenth(tmp_path):
    found = messages(tmp_path, RAMP, *(f"y{number} = f(Time)" for number in range(14)))
    assert len(found) == 11
    assert found[-1] == "4 more lookups are read beyond their points"


def test_points_that_are_set_for_a_run_count(tmp_path):
    assert messages(tmp_path, RAMP, "y = f(Time)", given={"f": [(0, 1), (8, 9)]}) == []
    (found,) = messages(tmp_path, RAMP, "y = f(Time)", given={"f": [(0, 1), (7, 9)]})
    assert "[0,7] at time 8" in found


@pytest.mark.parametrize("step", [1, 0.25])
def test_a_time_that_is_a_sum_of_steps_is_not_beyond_the_end(tmp_path, step):
    assert messages(tmp_path, "f((0,1),(8,5))", "y = f(Time)", step=step) == []


def test_the_run_of_a_batch_is_named(tmp_path):
    runs = xr.DataArray([1.0, 3.0], dims="run", coords={"run": ["low", "high"]})
    assert messages(tmp_path, RAMP, "k = 1", "y = f(k)", given={"k": runs}) == []
    runs = xr.DataArray([1.0, 5.0], dims="run", coords={"run": ["low", "high"]})
    (found,) = messages(tmp_path, RAMP, "k = 1", "y = f(k)", given={"k": runs})
    assert found.startswith("'y' of run high reads the lookup 'f' beyond its points [0,4] from time 0 to 8: at 5")


def test_runs_that_are_made_one_by_one_tell_a_lookup_once(tmp_path):
    steps = xr.DataArray([1.0, 0.5, 0.25], dims="run")
    (found,) = told(tmp_path, RAMP, "y = f(Time)", given={"TIME STEP": steps}, saveper=1)
    assert found.notes == ("This was found in run 0.",)


def test_a_variable_that_is_not_kept_hides_what_reads_it(tmp_path):
    equations = (RAMP, "level = INTEG(3, 0)", "y = f(level)")
    assert len(messages(tmp_path, *equations, outputs=["y", "level"])) == 1
    assert messages(tmp_path, *equations, outputs=["y"]) == []


XMILE = """<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
<header><vendor>v</vendor><product version="1.0">p</product></header>
<sim_specs><start>0</start><stop>8</stop><dt>1</dt></sim_specs>
<model><variables><aux name="effect"><eqn>TIME</eqn><gf type="{kind}"><xpts>0,4</xpts><ypts>1,5</ypts></gf></aux>
</variables></model></xmile>
"""


@pytest.mark.parametrize(("kind", "count"), [("continuous", 1), ("discrete", 1), ("extrapolate", 0)])
def test_graphical_functions_warn_where_they_hold_their_ends(tmp_path, kind, count):
    path = tmp_path / "m.xmile"
    path.write_text(XMILE.format(kind=kind))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        sf.load(path).simulate()
    assert [str(item.message)[:57] for item in caught] == [
        "SF705: 'effect' reads its lookup beyond its points [0,4] "
    ] * count
