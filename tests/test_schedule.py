"""The plan: what is computed once, in the initial phase and in a step, and which memories, inputs and slots there are.

All expectations are worked out by hand from the language reference, section 4.1.
"""

from __future__ import annotations

import pytest

from stockflow.diagnostics.model import Report
from stockflow.ir.plan import Belt, Hold, Level, Plan, Ring, Scan, Shift
from stockflow.lowering.overrides import with_inputs
from stockflow.prepare import prepare
from stockflow.schedule import Request, schedule
from tests.running import run, written

T = ("T: t1, t2, t3, t4", "Later: t2, t3, t4 -> Before", "Before: t1, t2, t3")


AGES = ("age: young, middle, old", "s[age] = INTEG(rate, 0)", "rate = 1")


def scheduled(folder, *equations: str, outputs=None, series=frozenset(), varying=frozenset(), final=1) -> Plan | None:
    report = Report()
    prepared = prepare(written(folder, equations, final, 1), report)
    assert prepared is not None
    asked = outputs or tuple(prepared.closed.variables)
    return schedule(with_inputs(prepared.flat, (), ()), Request(asked, series, varying), report)


def plan(folder, *equations: str, **asked) -> Plan:
    found = scheduled(folder, *equations, **asked)
    assert found is not None
    return found


def slots(steps) -> list[str]:
    return [assign.slot for assign in assigns(steps)]


def assigns(steps):
    return [step.assign if isinstance(step, Scan) else step for step in steps]


def varied(found: Plan) -> set[str]:
    return {key for key, slot in found.slots.items() if slot.varies and not slot.hidden}


def kinds(found: Plan) -> dict[str, str]:
    return {item.slot: item.kind for item in found.inputs}


def test_what_depends_on_constants_alone_is_computed_once(tmp_path):
    found = plan(tmp_path, "k = 2", "twice = k * 2", "s = INTEG(flow, twice)", "flow = s * twice", "seen = flow + Time")
    assert "twice" in slots(found.once)
    assert slots(found.step) == ["flow"]
    assert slots(found.report) == ["seen"]


def test_a_series_moves_what_reads_it_into_the_step(tmp_path):
    found = plan(tmp_path, "k = 2", "twice = k * 2", "s = INTEG(twice, 0)", series=frozenset({"k"}))
    assert "twice" not in slots(found.once)
    assert slots(found.step) == ["twice"]


def test_what_no_output_needs_is_left_out(tmp_path):
    found = plan(tmp_path, "a = Time", "b = a + 1", "c = a + 2", outputs=("b",))
    assert "c" not in [*slots(found.step), *slots(found.report)]


def test_only_what_reads_a_varying_input_varies(tmp_path):
    found = plan(
        tmp_path, "k = 2", "j = 3", "s = INTEG(k, 0)", "u = INTEG(j, 0)", "v = s + u", varying=frozenset({"k"})
    )
    assert varied(found) == {"k", "s", "v"}


def test_what_no_stage_changes_is_frozen(tmp_path):
    found = plan(tmp_path, "s = INTEG(a + b, 0)", "a = STEP(1, 2)", "b = s / 2")
    assert {step.slot: step.frozen for step in found.step} == {"a": True, "b": False}



# What is computed when.


def test_what_follows_from_kept_values_is_computed_in_the_initial_phase_alone(tmp_path):
    found = plan(tmp_path, "k = 2", "kept = INITIAL(k + Time)", "twice = kept * 2", "more = twice + 1",
                 "s = INTEG(0, more)")
    assert slots(found.initial) == ["kept", "twice", "more", "s"]
    assert slots(found.step) == slots(found.report) == []
    assert found.outputs == ("s",)
    assert set(found.fixed) >= {"kept", "twice"}


def test_what_begins_with_another_value_is_computed_again_and_what_reads_it(tmp_path):
    equations = (
        "kept = INITIAL(2 + Time)", "again = ACTIVE INITIAL(kept * 3, 5)", "more = again + 1", "most = more + 1",
        "same = kept + 1", "s = INTEG(0, most + same)", "free = kept * 9",
    )
    found = plan(tmp_path, *equations)
    assert slots(found.initial) == [
        "kept", "again", "more", "most", "same", "s", "again", "more", "most", "free",
    ]
    values = run(tmp_path, *equations, final=1)
    # The stock begins with 5 + 1 + 1 and 3.
    assert (values["s"], values["more"], values["free"]) == ([10, 10], [7, 7], [18, 18])


def test_only_what_a_start_needs_is_in_the_initial_phase(tmp_path):
    found = plan(tmp_path, "s = INTEG(flow, begin)", "begin = Time + 2", "flow = s / 2", "seen = flow + 1")
    assert slots(found.initial) == ["begin", "s"]
    assert slots(found.step) == ["flow"]
    assert slots(found.report) == ["begin", "seen"]


def test_a_flow_brings_all_that_it_follows_from_into_the_step(tmp_path):
    found = plan(tmp_path, "s = INTEG(f, begin)", "begin = 2 * k", "k = 3", "f = g * 2", "g = h + 1", "h = Time",
                 outputs=("s",))
    assert slots(found.step) == ["h", "g", "f"]
    assert slots(found.once)[0] == "begin"


def test_an_output_brings_what_it_reads_in_the_run(tmp_path):
    assert slots(plan(tmp_path, "a = ACTIVE INITIAL(q, 1)", "q = Time * 2", outputs=("a",)).report) == ["q", "a"]


def test_the_run_has_its_own_value_of_what_begins_with_another(tmp_path):
    # The stock begins with 45; then 2 and 3 flow into it.
    a, seen = "a = ACTIVE INITIAL(Time + 2, 45)", "seen = ACTIVE INITIAL(a * 2, s)"
    found = run(tmp_path, a, "s = INTEG(a, a)", seen, final=2)
    assert found["s"] == [45, 47, 50]
    assert found["a"] == [2, 3, 4]
    assert found["seen"] == [4, 6, 8]


# Memories.


def test_a_sample_brings_what_it_takes_into_the_step(tmp_path):
    equations = ("x = SAMPLE IF TRUE(Time > 0, y, 7)", "y = z + 1", "z = s * 2", "s = INTEG(1, 1)")
    found = plan(tmp_path, *equations, outputs=("x",))
    assert slots(found.step)[:3] == ["#x 1 condition", "z", "y"]
    (hold,) = [state for state in found.states if isinstance(state, Hold)]
    assert found.slots[hold.slot].hidden
    # What was taken at the start of a step stays in its later stages.
    assert {step.slot: step.frozen for step in found.step}["#x 2 sample if true value"]
    assert run(tmp_path, *equations, final=2)["x"] == [7, 5, 7]


def test_a_delay_brings_what_goes_into_it_into_the_step(tmp_path):
    equations = ("d = DELAY FIXED(y, 1, first)", "y = z + 1", "z = s * 2", "s = INTEG(1, 1)", "first = Time + 9")
    found = plan(tmp_path, *equations, outputs=("d",))
    (ring,) = [state for state in found.states if isinstance(state, Ring)]
    assert found.slots[ring.initial].hidden and ring.initial in slots(found.initial)
    assert run(tmp_path, *equations, final=2)["d"] == [9, 3, 5]


@pytest.mark.parametrize("shape", ["", "[T]"])
def test_a_memory_of_the_runtime_brings_what_it_is_told_into_the_step(tmp_path, shape):
    equations = (
        *T, f"d{shape} = DELAY MATERIAL(y, late, 7, 0)", "y = z + 1", "z = s * 2", "s = INTEG(1, 1)", "late = base + 1",
        "base = 1",
    )
    found = plan(tmp_path, *equations, outputs=("d",))
    (belt,) = [state for state in found.states if isinstance(state, Belt)]
    assert (belt.slot, belt.kind, len(belt.sources), len(belt.settings)) == ("d", "MaterialDelay", 3, 1)
    assert [axis.size for axis in belt.axes] == ([4] if shape else [])
    assert {"z", "y"} <= set(slots(found.step))
    # 3, 5, 7 go in at 0, 1, 2 and come out two steps later.
    wanted = [7, 7, 3, 5]
    assert run(tmp_path, *equations, final=3)["d"] == ([[one] * 4 for one in wanted] if shape else wanted)


def test_a_lookup_that_a_memory_reads_is_an_input(tmp_path):
    found = plan(tmp_path, "q = QUEUE FIFO(4, 3, curve, 5, 1)", "curve((0,2),(1,3))")
    assert kinds(found)["curve"] == "table"
    assert [[table.key for table in state.tables] for state in found.states if isinstance(state, Belt)] == [["curve"]]


def test_a_stock_whose_elements_move_brings_what_moves_them(tmp_path):
    lost = "lost = SHIFT IF TRUE(s[young], go, 3, 0, new)"
    equations = (*AGES, lost, "go = w", "w = Time", "new = 2 * v + 5", "v = Time")
    found = plan(tmp_path, *equations, outputs=("s",))
    assert {"w", "go", "v", "new"} <= set(slots(found.step))
    (shift,) = [state for state in found.states if isinstance(state, Shift)]
    assert (shift.slot, shift.moves.level, shift.moves.size, shift.axes) == ("lost", "s", 3, ())
    # 1 comes to each in each step. At 1 the condition holds: all move up, 7 enters.
    values = run(tmp_path, *equations, final=2)
    assert values["s"] == [[0, 0, 0], [1, 1, 1], [7, 2, 2]]
    assert values["lost"] == [0, 0, 2]


def test_what_is_lost_brings_the_stock_that_loses_it(tmp_path):
    found = plan(tmp_path, *AGES, "lost = SHIFT IF TRUE(s[young], Time, 3, 0, 1)", outputs=("lost",))
    assert [type(state) for state in found.states] == [Level, Shift]


@pytest.mark.parametrize("varying", ["go", "rate"])
def test_a_stock_and_what_it_loses_vary_together(tmp_path, varying):
    found = plan(
        tmp_path, *AGES, "go = 1", "lost = SHIFT IF TRUE(s[young], go, 3, 0, 1)", "seen = s[old]",
        "free = INTEG(1, 0)", varying=frozenset({varying}),
    )
    assert varied(found) == {varying, "s", "lost", "seen"}


# Inputs, slots and the clock.


def test_inputs_are_constants_series_and_lookups(tmp_path):
    found = plan(tmp_path, "k = 1", "j = 2", "unread = 3", "c((0,0),(1,1))", "x = c(k + j)", series=frozenset({"j"}))
    assert kinds(found) == {"k": "constant", "j": "series", "c": "table", "time step": "constant"}


def test_a_clock_that_moves_is_an_input_and_is_said_to_move(tmp_path):
    fixed = plan(tmp_path, "x = 1 + Time", outputs=("x",))
    assert not fixed.varying_clock
    moving = plan(tmp_path, "x = 1 + Time", outputs=("x",), series=frozenset({"time step"}))
    assert moving.varying_clock
    assert kinds(moving) == {"initial time": "constant", "final time": "constant", "time step": "series"}
    assert plan(tmp_path, "x = 1 + Time", outputs=("x",), series=frozenset({"final time"})).varying_clock
    assert plan(tmp_path, "k = 1", final="k", outputs=("k",), series=frozenset({"k"})).varying_clock
    assert not plan(tmp_path, "k = 1", "x = k", outputs=("x",), series=frozenset({"k"})).varying_clock


def test_a_rate_is_a_hidden_slot_like_its_stock(tmp_path):
    found = plan(tmp_path, *T, "k = 1", "The Stock[T] = INTEG(k, 0)", "u = INTEG(1, 0)", varying=frozenset({"k"}))
    levels = [state for state in found.states if isinstance(state, Level)]
    told = [found.slots[level.rate] for level in levels]
    assert [(slot.key, slot.label, slot.shape, slot.hidden, slot.varies) for slot in told] == [
        (levels[0].rate, "The Stock", (4,), True, True), (levels[1].rate, "u", (), True, False),
    ]
    assert [rate.origin.line for rate in found.rates] == [6, 7]
    assert (found.slots["the stock"].key, found.slots["the stock"].label) == ("the stock", "The Stock")


def test_an_equation_of_all_elements_in_order_fills_its_slot(tmp_path):
    found = plan(
        tmp_path, *T, "all[T] = Time", "part[t1] = Time", "part[Later] = Time", "one = Time",
        "swapped[Later] = Time", "swapped[t1] = 0", "single: only", "alone[only] = Time",
    )
    whole = {assign.slot: assign.whole for assign in assigns(found.report)}
    assert whole == {"all": True, "part": False, "one": True, "swapped": False, "alone": False}
    assert [assign.origin.line for assign in assigns(found.report)] == [5, 6, 7, 8, 9, 12]


def test_what_a_memory_takes_is_frozen_though_a_stage_changes_it(tmp_path):
    found = plan(tmp_path, "d = DELAY FIXED(s, 1, 0)", "s = INTEG(d, 1)", "seen = s", "u = INTEG(seen, 0)")
    frozen = {step.slot: step.frozen for step in found.step}
    taken = next(state.source for state in found.states if isinstance(state, Ring))
    assert frozen == {taken: True, "seen": False}


def test_elements_that_take_turns_are_frozen_or_not_as_one(tmp_path):
    found = plan(
        tmp_path, *T, "x[t1] = s[t1]", "x[Later] = x[Before] * 2", "s[T] = INTEG(x[T] + y[T] + z[T], 1)",
        "y[t1] = STEP(1, 2)", "y[Later] = y[Before] * 2", "z[T] = x[T] + 1",
    )
    assert {assign.slot: assign.frozen for assign in assigns(found.step)} == {"x": False, "y": True, "z": False}
    assert any(isinstance(step, Scan) for step in found.step)


def test_no_plan_is_made_of_a_loop(tmp_path):
    assert scheduled(tmp_path, "a = b", "b = a") is None


def test_elements_that_read_others_in_order_need_no_turns(tmp_path):
    found = plan(tmp_path, "d: d1, d2", "x[d1] = Time", "x[d2] = x[d1] * 2", *T, "y[t1] = Time", "y[t2] = y[t1] * 2",
                 "y[t3] = y[t2] * 2", "y[t4] = y[t3]")
    assert not any(isinstance(step, Scan) for step in found.report)


def test_in_a_circle_one_element_is_assigned_and_a_range_takes_turns(tmp_path):
    found = plan(tmp_path, *T, "x[t1] = SUM(y[Later!])", "x[Later] = 0", "y[T] = z[T]", "z[t1] = x[t1] * 10",
                 "z[Later] = Time")
    turns = {step.assign.slot for step in found.report if isinstance(step, Scan)}
    assert turns == {"y"}
