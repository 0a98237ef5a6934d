"""Names and calls that are resolved: the time of the run, and arguments that stand for others."""

from __future__ import annotations

from stockflow.api import check
from tests.running import faults, run, written


def test_the_time_of_the_run_cannot_be_defined(tmp_path):
    assert faults(tmp_path, "Time = 5", "y = Time") == [
        ("SF201", 2, "'Time' is the time of the run and is defined by it")
    ]


def test_the_time_of_the_run_takes_no_subscript(tmp_path):
    assert faults(tmp_path, "y = Time[3]") == [("SF303", 2, "'Time' takes 0 subscripts; 1 given")]


def test_calls_in_calls_whose_initial_value_is_their_input_are_run(tmp_path):
    # Each smooth starts at its input, which is 7 at all times.
    assert run(tmp_path, "x = SMOOTH(SMOOTH(SMOOTH(SMOOTH(7, 2), 2), 2), 2)", final=1)["x"] == [7, 7]


def test_calls_in_calls_that_would_double_without_end_are_refused(tmp_path):
    # A call of n levels has p(n) = 2 + 2 p(n - 1) parts, which is 3 * 2**n - 2: above 10**18 at 60 levels.
    ((code, line, message),) = faults(tmp_path, "x = " + "SMOOTH(" * 60 + "Time" + ", 2)" * 60)
    assert (code, line) == ("SF109", 2)
    assert "arguments that are left out add 3.46e+18 parts to the equation; the limit is 50,000" in message


def test_near_names_are_told_for_the_first_unknown_names_only(tmp_path):
    # To look 400 names up among 400 is no work; among 10,000 names it would take minutes.
    found = check(written(tmp_path, [f"height {n} = heigt {n} of" for n in range(400)], 1, 1))
    hints = [item.hint for item in found if item.code == "SF204"]
    assert hints[0].startswith("did you mean 'height ")
    assert hints[-1] == "add an equation for it, or correct the name"
    assert len(hints) == 400


def test_a_lookup_that_cannot_be_read_is_the_only_fault_told(tmp_path):
    found = faults(tmp_path, "t((0, 0), (1))", "y = t(Time)", "z = t(y)")
    assert [(code, line) for code, line, _ in found] == [("SF108", 2)]


def test_a_name_that_is_unknown_in_many_places_is_told_at_the_first_ones(tmp_path):
    found = check(written(tmp_path, ["w = other", *(f"x{n} = gone + {n}" for n in range(50)), "z = last"], 1, 1))
    unknown = [(item.line, item.notes) for item in found if item.code == "SF204"]
    assert unknown == [
        (2, ()), *((line, ()) for line in range(3, 12)), (12, ("Where else it stands is not told.",)), (53, ())
    ]
