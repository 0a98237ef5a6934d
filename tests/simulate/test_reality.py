"""Reality checks run on small models whose values are worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from stockflow.simulate.reality import Compared, Finding, Reality
from tests.simulate.models import model_of

# Each worker makes 3 a month: 10, 15, 17.5, 18.75, 19.375 workers at times 0 to 4, half the way to 20 in each step.
WORK = (
    "workers = INTEG(hiring, 10)", "hiring = (target - workers) / 2", "target = 20", "productivity = 3",
    "output = workers * productivity",
)
NO_WORKERS = "no workers :TEST INPUT: workers = 0"
DOUBLE = "double :TEST INPUT: target = RC STEP(target, 2)"


def reality(folder: Path, *equations: str, final: float = 4, data: dict[str, str] | None = None) -> Reality:
    return model_of(folder, *equations, final=final, data=data).reality()


def one(folder: Path, *equations: str, final: float = 4) -> Finding:
    (found,) = reality(folder, *equations, final=final).findings
    return found


def stretches(finding: Finding) -> list[tuple[tuple[float, float], ...]]:
    return [breach.intervals for breach in finding.breaches]


def test_a_check_holds_where_its_consequence_is_true_with_the_test_input_in_force(tmp_path: Path) -> None:
    check = "no workers no output :THE CONDITION: no workers :IMPLIES: output = 0"
    found = one(tmp_path, *WORK, NO_WORKERS, check)
    assert (found.name, found.status, found.times, found.line) == ("no workers no output", "held", 5, 8)


def test_a_check_that_fails_says_when_and_with_which_values(tmp_path: Path) -> None:
    found = one(tmp_path, *WORK, "c :THE CONDITION: workers > 12 :IMPLIES: output < 53 :AND: hiring > 0")
    # output is 30, 45, 52.5, 56.25, 58.125: it is 53 or more at 3 and 4.
    assert found.status == "failed"
    (breach,) = found.breaches
    assert (breach.inputs, breach.first, breach.intervals) == ((), 3, ((3, 4),))
    assert breach.values == (Compared("output < 53", 56.25, 53), Compared("hiring > 0", 0.625, 0))


def test_a_failure_that_comes_and_goes_has_several_intervals(tmp_path: Path) -> None:
    found = one(tmp_path, "x = MODULO(Time, 3)", "c :THE CONDITION: Time >= 0 :IMPLIES: x < 2 :OR: Time = 5", final=12)
    assert stretches(found) == [((2, 2), (8, 8), (11, 11))]


def test_a_condition_that_is_never_true_tests_nothing(tmp_path: Path) -> None:
    found = one(tmp_path, *WORK, "c :THE CONDITION: workers > 1000 :IMPLIES: output = 0")
    assert (found.status, found.reason) == ("not tested", "its condition was never true")


def test_what_a_failed_check_changes_is_not_changed_in_the_model(tmp_path: Path) -> None:
    model = model_of(tmp_path, *WORK, NO_WORKERS, "c :THE CONDITION: no workers :IMPLIES: output > 0")
    before = model.simulate()
    assert model.reality().failed
    after = model.simulate()
    assert list(after.values) == list(before.values) == list(model_of(tmp_path, *WORK).simulate().values)
    assert after.values["output"].tolist() == [30, 45, 52.5, 56.25, 58.125]


@pytest.mark.parametrize(("condition", "status", "inputs"), [
    ("no workers :AND: double", "held", []),
    ("no workers :OR: double", "failed", [("double",)]),
    ("double :OR: no workers :OR: workers > 15", "failed", [(), ("double",)]),
    (":NOT: no workers", "failed", [()]),
    (":NOT: (:NOT: no workers :OR: :NOT: double)", "held", []),
    ("double :AND: workers < 5", "not tested", []),
])
def test_conditions_join_test_inputs_and_comparisons(
    condition: str, status: str, inputs: list[tuple[str, ...]], tmp_path: Path
) -> None:
    found = one(tmp_path, *WORK, NO_WORKERS, DOUBLE, f"c :THE CONDITION: {condition} :IMPLIES: output = 0")
    assert found.status == status
    assert sorted(breach.inputs for breach in found.breaches) == inputs


def test_a_step_begins_a_time_step_after_the_start(tmp_path: Path) -> None:
    # target 20, 40, 40, ...: workers 10, 15, 27.5, 33.75, 36.875.
    found = one(tmp_path, *WORK, DOUBLE, "c :THE CONDITION: double :IMPLIES: workers = 0")
    assert found.breaches[0].values == (Compared("workers = 0", 10, 0),)
    found = one(tmp_path, *WORK, DOUBLE, "c :THE CONDITION: double :AND: Time >= 2 :IMPLIES: workers = 0")
    assert found.breaches[0].values == (Compared("workers = 0", 27.5, 0),)


def test_the_models_own_start_time_counts(tmp_path: Path) -> None:
    # target 20, 20, 20, 40, ...: workers 10, 15, 17.5, 18.75, 29.375.
    check = "c :THE CONDITION: double :AND: Time = 4 :IMPLIES: workers = 0"
    found = one(tmp_path, *WORK, "RC START TIME = 3", DOUBLE, check)
    assert found.breaches[0].values == (Compared("workers = 0", 29.375, 0),)


def test_no_comparison_is_made_within_the_grace_time(tmp_path: Path) -> None:
    # The basis is what workers are before the start, 10. From 2 on 27.5, 33.75, 36.875 are compared with 30.
    check = "c :THE CONDITION: double :IMPLIES: workers >= RC STEP CHECK({}, workers, 3)"
    found = one(tmp_path, *WORK, DOUBLE, check.format(1))
    assert (stretches(found), found.times) == ([((2, 2),)], 3)
    found = one(tmp_path, *WORK, DOUBLE, check.format(2))
    assert (found.status, found.times) == ("held", 2)
    found = one(tmp_path, *WORK, DOUBLE, check.format(20))
    assert (found.status, found.reason) == ("not tested", "its condition was true within the grace time only")


def test_a_stock_a_flow_and_data_can_be_changed(tmp_path: Path) -> None:
    equations = (
        *WORK, "price", "income = price * output", "no price :TEST INPUT: price = price * 0 + 7",
        "frozen hiring :TEST INPUT: hiring = 0", NO_WORKERS,
        "a :THE CONDITION: no price :IMPLIES: income = 7 * output",
        "b :THE CONDITION: frozen hiring :IMPLIES: workers = 10",
        "c :THE CONDITION: no workers :IMPLIES: hiring = target / 2",
    )
    found = reality(tmp_path, *equations, data={"p.csv": "Time,price\n0,1\n4,5\n"})
    assert [item.status for item in found.findings] == ["held"] * 3


def test_at_least_once_asks_for_one_time(tmp_path: Path) -> None:
    check = "c :THE CONDITION: workers > 12 :IMPLIES: :AT LEAST ONCE: output > {}"
    assert one(tmp_path, *WORK, check.format(58)).status == "held"  # 58.125 at the end
    found = one(tmp_path, *WORK, check.format(59))
    assert (found.status, stretches(found)) == ("failed", [((1, 4),)])


def test_crossing_is_true_when_the_other_side_is_reached(tmp_path: Path) -> None:
    found = one(tmp_path, *WORK, "c :THE CONDITION: workers :CROSSING: 17 :IMPLIES: Time = 1")
    assert stretches(found) == [((2, 2),)]  # 15 and then 17.5


REGIONS = (
    "r: north, south", "s: south", "size[r] = 4, 6", "made[r] = size[r] * 2", "total = SUM(made[r!])",
    "none[r] :TEST INPUT: size[r] = 0",
)


def test_each_element_of_a_constraint_asks_for_its_own_element_of_a_test_input(tmp_path: Path) -> None:
    # Without the north 12 are made, without the south 8.
    found = reality(tmp_path, *REGIONS, "c[r] :THE CONDITION: none[r] :IMPLIES: made[r] = 0 :AND: total > 10")
    north, south = found.findings
    assert (north.name, north.status) == ("c[north]", "held")
    assert (south.name, south.status) == ("c[south]", "failed")
    assert south.breaches[0].values == (Compared("made[r] = 0", 0, 0), Compared("total > 10", 8, 10))


def test_a_test_input_of_one_element_leaves_the_others(tmp_path: Path) -> None:
    found = reality(
        tmp_path, *REGIONS[:-1], "no north :TEST INPUT: size[north] = 0",
        "c :THE CONDITION: no north :IMPLIES: total = 12",
        "d[s] :THE CONDITION: no north :IMPLIES: made[s] = 12",
        "e :THE CONDITION: no north :IMPLIES: made[north] = 0",
    )
    assert [(item.name, item.status) for item in found.findings] == [("c", "held"), ("d[south]", "held"), ("e", "held")]


def test_a_named_element_of_a_test_input_is_meant_alone(tmp_path: Path) -> None:
    found = reality(tmp_path, *REGIONS, "c :THE CONDITION: none[south] :IMPLIES: total = 8",
                    "d :THE CONDITION: none[south] :AND: none[north] :IMPLIES: total = 0")
    assert [item.status for item in found.findings] == ["held", "held"]


def test_a_macros_view_of_the_model_is_changed_too(tmp_path: Path) -> None:
    macro = ":MACRO: M(a)\nM = a + x$ ~~|\n:END OF MACRO:\nx = 3"
    model = model_of(tmp_path, macro, "y = M(1)", "ten :TEST INPUT: x = 10", "c :THE CONDITION: ten :IMPLIES: y = 11")
    assert model.simulate().values["y"].tolist() == [4] * 5
    assert [item.status for item in model.reality().findings] == ["held"]


@pytest.mark.parametrize(("equations", "reason"), [
    (("c :THE CONDITION: x > nothing :IMPLIES: x = 0",), "unknown variable 'nothing'"),
    (("t :TEST INPUT: x = nothing", "c :THE CONDITION: t :IMPLIES: x = 0"), "unknown variable 'nothing'"),
    (("t :TEST INPUT: nothing = 1", "c :THE CONDITION: t :IMPLIES: x = 0"),
     "its test input 't' changes 'nothing', which is no variable"),
    (("t :TEST INPUT: f = 1", "c :THE CONDITION: t :IMPLIES: x = 0"),
     "its test input 't' changes 'f', which is a lookup"),
    (("t :TEST INPUT: TIME STEP = 2", "c :THE CONDITION: t :IMPLIES: x = 0"),
     "its test input 't' changes 'TIME STEP', which is a control variable"),
    (("q = QUEUE FIFO(x, 1, f, 0, 2)", "t :TEST INPUT: q = 2", "c :THE CONDITION: t :IMPLIES: x = 0"),
     "its test input 't' changes 'q', which is a memory that others ask"),
    (("NOISE SEED = 1", "t :TEST INPUT: NOISE SEED = 2", "c :THE CONDITION: t :IMPLIES: x = 0"),
     "its test input 't' changes 'NOISE SEED', which is a control variable"),
    (("t :TEST INPUT: x = 1", "u :TEST INPUT: x = 2", "c :THE CONDITION: t :AND: u :IMPLIES: x = 0"),
     "two test inputs of its condition change 'x'"),
    (("t :TEST INPUT: x = 1", "c :THE CONDITION: x > 0 :IMPLIES: t"),
     "'t' is a test input, which cannot be a consequence"),
    (("t :TEST INPUT: x = y", "c :THE CONDITION: t :IMPLIES: y = 0"),
     "simultaneous equations: y -> x -> y (lines 4, 5)"),
    (("c :THE CONDITION: RC COMPARE('a', x) > 0 :IMPLIES: x = 0",),
     ("RC COMPARE compares with another run in a reality check, and its arguments are not certain: write the comparison"
      " with a data variable that holds the other run. (used in 'c')")),
    (("c :THE CONDITION: x > > 1 :IMPLIES: x = 0",), "it cannot be read"),
    (("c :THE CONDITION: x > 1 :IMPLIES: 'a' = x",), "a text in quotes has no value in the equation of 'c'"),
])
def test_a_check_that_cannot_be_tested_says_why_and_the_others_run(
    equations: tuple[str, ...], reason: str, tmp_path: Path
) -> None:
    other = "sound :THE CONDITION: x > 0 :IMPLIES: y = 4"
    model = model_of(tmp_path, "x = 3", "f((0,0),(1,1))", "y = x + 1", *equations, other)
    found = model.reality()
    (bad, sound) = found.findings
    assert (bad.status, bad.reason) == ("not tested", reason)
    assert (sound.status, sound.times) == ("held", 5)
    told = [*model.diagnostics, *found.diagnostics]
    assert {item.severity.value for item in told} <= {"warning"}
    assert {item.line for item in told if item.code != "SF401"} <= {5}
    assert bool(told) == (reason.startswith(("unknown", "simultaneous", "RC", "it cannot", "a text")))


def test_a_missing_file_of_data_is_the_reason_where_a_check_needs_it(tmp_path: Path) -> None:
    checks = ("c :THE CONDITION: price > 0 :IMPLIES: x = 1", "d :THE CONDITION: x > 0 :IMPLIES: x = 1")
    found = reality(tmp_path, "price", "x = 1", *checks)
    assert [(item.status, item.reason) for item in found.findings] == [
        ("not tested", "'c' is left out: it depends on 'price'"), ("held", ""),
    ]


def test_a_model_without_checks_has_no_findings(tmp_path: Path) -> None:
    assert reality(tmp_path, *WORK) == Reality((), ())


def test_all_grace_times_of_a_comparison_must_be_over(tmp_path: Path) -> None:
    # From 3 on, when both are over, 2 * 33.75 and 2 * 36.875 are compared with 30 + 30.
    both = "RC STEP CHECK(1, workers, 3) + RC STEP CHECK(2, workers, 3)"
    found = one(tmp_path, *WORK, DOUBLE, f"c :THE CONDITION: double :IMPLIES: workers * 2 >= {both}")
    assert (found.status, found.times) == ("held", 2)


def test_a_start_that_a_call_names_goes_before_the_models_own(tmp_path: Path) -> None:
    # The model's changes start at 3; this comparison starts at 1, so that it is made from 2 on: 17.5, 18.75, 29.375.
    check = "c :THE CONDITION: double :IMPLIES: workers >= RC STEP CHECK(1, workers, 3, 1)"
    found = one(tmp_path, *WORK, "RC START TIME = 3", DOUBLE, check)
    assert (stretches(found), found.times) == ([((2, 4),)], 3)


def test_a_condition_of_too_many_alternatives_is_not_tested(tmp_path: Path) -> None:
    others = [f"t{number} :TEST INPUT: productivity = {number}" for number in range(12)]
    many = " :AND: ".join(f"({'no workers' if n % 2 else 'double'} :OR: t{n})" for n in range(12))
    found = one(tmp_path, *WORK, NO_WORKERS, DOUBLE, *others, f"c :THE CONDITION: {many} :IMPLIES: output < 1000")
    assert found.status == "not tested"
    assert "more than 64 alternatives" in found.reason
