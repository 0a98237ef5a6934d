"""Conveyors in models: what enters, travels, leaks and leaves, by tables worked out by hand.

In `check` both the text of a single run and that of a batch have to give the table.
"""

from __future__ import annotations

import pytest

import stockflow as sf
from stockflow.diagnostics.model import Report
from stockflow.ir.verify import breaches
from stockflow.prepare import prepare
from stockflow.schedule import Request, schedule
from tests.simulate.conveyor_models import (
    GRADES,
    HEAD,
    OF_GRADES,
    belt,
    check,
    enter,
    flow,
    leak,
    load,
    queue,
    series,
)


def test_material_leaves_after_the_transit_time(tmp_path):
    # 3 slats with 2 each; what enters in step n leaves in step n + 3. C: 6 + 5 - 2, + 7 - 2, + 0 - 2, - 5, - 7.
    check(tmp_path, belt(6, 3) + enter(5, 7, 0), {
        "enter": [5, 7, 0, 0, 0, 0], "leave": [2, 2, 2, 5, 7, 0], "C": [6, 9, 14, 12, 7, 0],
    })


def test_the_outflow_is_the_slat_over_the_time_step(tmp_path):
    # Half steps: 2 time units are 4 slats with 3 each, 6 per time unit leave. 8 per time unit put 4 on a slat.
    check(tmp_path, belt(12, 2) + flow("enter", "8 * one"), {
        "leave": [6, 6, 6, 6, 8, 8], "C": [12, 13, 14, 15, 16, 16],
    }, dt=0.5)


def test_a_transit_time_below_a_time_step_is_one_step(tmp_path):
    check(tmp_path, belt(4, 0.1) + enter(5, 6, 7), {"leave": [4, 5, 6, 7], "C": [4, 5, 6, 7]})


def test_a_driven_flow_may_have_a_dummy_equation(tmp_path):
    text = belt(6, 3) + enter(0)
    check(tmp_path, text.replace('<flow name="leave">', '<flow name="leave"><eqn>0</eqn>'), {"leave": [2, 2, 2, 0]})


def test_a_linear_leak_takes_its_fraction_over_the_whole_belt(tmp_path):
    # 12 enter once, a third leaks over 4 slats: 12 / 3 / 4 = 1 in each of 4 steps, 8 leave in the fourth.
    check(tmp_path, belt(0, 4, "lose") + leak("lose", "1/3") + enter(12, 0), {
        "lose": [0, 1, 1, 1, 1, 0], "leave": [0, 0, 0, 0, 8, 0], "C": [0, 12, 11, 10, 9, 0],
    })


def test_a_number_with_a_linear_leak_starts_steady(tmp_path):
    # Left of what entered, from the entrance: 1, .95, .9, .85, together 3.7 of 10; 0.5 leaks of each slat.
    check(tmp_path, belt(37, 4, "lose") + leak("lose", 0.2) + enter(10), {
        "lose": [2] * 6, "leave": [8] * 6, "C": [37] * 6,
    })


def test_a_zone_is_a_part_of_the_way_from_the_entrance(tmp_path):
    # The last half of 4 slats: 12 / 2 / 2 = 3 leak in the third and fourth step, 6 are left.
    zone = ' leak_start="0.5" leak_end="1"'
    text = belt(0, 4, "lose") + leak("lose", 0.5, zone) + enter(12, 0)
    expected = {"lose": [0, 0, 0, 3, 3, 0], "leave": [0, 0, 0, 0, 6, 0], "C": [0, 12, 12, 12, 9, 0]}
    check(tmp_path, text, expected)
    on_flow = text.replace(f"<leak{zone}>", "<leak>").replace('<flow name="lose">', f'<flow name="lose"{zone}>')
    check(tmp_path, on_flow, expected)


def test_leaks_of_two_zones_follow_each_other(tmp_path):
    # A quarter of 8 leaks on the first of 2 slats, and a half of the 6 that come to the second there: 3 leave.
    text = (
        belt(0, 2, "early", "late") + enter(8, 0)
        + leak("early", 0.25, ' leak_end="0.5"') + leak("late", 0.5, ' leak_start="0.5"')
    )
    check(tmp_path, text, {
        "early": [0, 2, 0, 0], "late": [0, 0, 3, 0], "leave": [0, 0, 3, 0], "C": [0, 8, 6, 0],
    })


def test_an_exponential_leak_takes_a_fraction_of_what_is_left_per_time(tmp_path):
    # Half steps, 0.4 per time unit: a fifth of each slat leaks in a step. 50 enter in the first: 10, 8 and 6.4 leak in
    # three steps, which are 20, 16 and 12.8 per time unit, and 25.6 leave, 51.2 per time unit.
    text = belt(0, 1.5, "lose", attrs=' exponential_leak="true"') + leak("lose", 0.4)
    check(tmp_path, text + flow("enter", "PULSE(50 * one, 0, 100)"), {
        "lose": [0, 20, 16, 12.8, 0], "leave": [0, 0, 0, 51.2, 0], "C": [0, 50, 40, 32, 0],
    }, dt=0.5)


def test_an_exponential_leak_in_a_zone(tmp_path):
    # Half of what is there leaks on the second of 3 slats: 8, then 4.
    text = belt(0, 3, "lose", attrs=' exponential_leak="true"') + enter(8, 0)
    text += leak("lose", 0.5, ' leak_start="0.34" leak_end="0.66"')
    check(tmp_path, text, {"lose": [0, 0, 4, 0, 0], "leave": [0, 0, 0, 4, 0], "C": [0, 8, 8, 4, 0]})


def test_stella_writes_the_fraction_into_the_equation(tmp_path):
    text = belt(0, 4, "lose") + flow("lose", "TIME / 3", inner="<leak/>") + enter(12, 0)
    # Fractions 0, 1/3, 2/3, 1 and no more: of 12 over 4 slats 1, 2, 3 and 3 leak, 3 leave.
    check(tmp_path, text, {"lose": [0, 1, 2, 3, 3, 0], "leave": [0, 0, 0, 0, 3, 0]})


def test_whole_units_leak(tmp_path):
    # 0.5 of 5 is due in each step: 1 in the second and 1 in the fourth; 3 leave.
    text = belt(0, 4, "lose") + leak("lose", 0.4, inner="<leak_integers/>") + enter(5, 0)
    check(tmp_path, text, {"lose": [0, 0, 1, 0, 1, 0], "leave": [0, 0, 0, 0, 3, 0], "C": [0, 5, 5, 4, 4, 0]})


def test_a_full_belt_keeps_out_what_it_has_no_room_for(tmp_path):
    # Room for 10, 4 slats with 2 each: 2 leave and 8 - 2 = 6 stay, so 4 may enter in the first step, then 2 in each.
    text = belt(8, 4, inner="<capacity>10</capacity>") + enter(9)
    check(tmp_path, text, {
        "enter": [4, 2, 2, 2, 4, 2], "leave": [2, 2, 2, 2, 4, 2], "C": [8, 10, 10, 10, 10, 10],
    })


def test_what_is_kept_out_stays_in_the_stock_before(tmp_path):
    text = (
        belt(0, 3, inner="<capacity>6</capacity>") + enter(5)
        + '<stock name="S"><eqn>20</eqn><outflow>enter</outflow></stock><aux name="seen"><eqn>enter * 10</eqn></aux>'
    )
    check(tmp_path, text, {
        "enter": [5, 1, 0, 5, 1, 0], "seen": [50, 10, 0, 50, 10, 0], "S": [20, 15, 14, 14, 9, 8],
        "leave": [0, 0, 0, 5, 1, 0], "C": [0, 5, 6, 6, 6, 6],
    })


def test_an_inflow_limit_is_per_unit_of_time(tmp_path):
    # Half steps: at most 6 per time unit, in each step.
    text = belt(0, 1, inner="<in_limit>6</in_limit>") + enter(8, 4)
    check(tmp_path, text, {"enter": [6, 6, 4, 4], "C": [0, 3, 6, 5]}, dt=0.5)


def test_a_discrete_belt_takes_the_inflow_of_a_time_unit_at_once(tmp_path):
    # Half steps: 8 and then 4 per time unit put 4 and 2 on the belt, and no more in the time unit; then 4 again.
    text = belt(0, 2, attrs=' discrete="true"', inner="<in_limit>6</in_limit>") + enter(8)
    check(tmp_path, text, {"enter": [8, 4, 8, 4, 8], "C": [0, 4, 6, 10, 12]}, dt=0.5)


def test_an_arrested_belt_stands_still(tmp_path):
    # Arrested in steps 1 and 2: nothing moves, leaks, enters or leaves, and the transit time is not read.
    text = belt(9, 3, "lose", inner="<arrest>stop</arrest>") + leak("lose", 0) + enter(5) + series("stop", 0, 1, 1, 0)
    check(tmp_path, text, {
        "enter": [5, 0, 0, 5, 5, 5], "leave": [3, 0, 0, 3, 3, 5], "lose": [0] * 6, "C": [9, 11, 11, 11, 13, 15],
    })


def test_the_transit_time_is_read_where_it_is_sampled(tmp_path):
    # 3 slats until step 1; sampled in step 2, when it is 1: what enters then leaves in step 3, with what entered in 0.
    text = belt(0, "time_given", inner="<sample>TIME = 2</sample>") + enter(1, 2, 4, 0) + series("time_given", 3, 1)
    check(tmp_path, text, {"leave": [0, 0, 0, 5, 2, 0], "C": [0, 1, 3, 7, 2, 0]})


def test_new_material_takes_the_new_transit_time(tmp_path):
    # 4, then 2 slats: what enters in step 1 overtakes what entered in step 0.
    text = belt(0, "time_given") + enter(1, 2, 0) + series("time_given", 4, 2)
    check(tmp_path, text, {"leave": [0, 0, 0, 2, 1, 0], "C": [0, 1, 3, 3, 1, 0]})


def test_the_transit_time_may_depend_on_the_content(tmp_path):
    # 4 on 2 slats. Longer where more is there: C / 2 = 2, 3, 4 slats. 4 that enter in each step leave after 2, 3, 4.
    text = belt(4, "C / 2") + enter(4, 4, 4, 0)
    check(tmp_path, text, {"leave": [2, 2, 4, 0, 4, 0, 4], "C": [4, 6, 8, 8, 8, 4, 4]})


def test_a_list_fills_the_belt_from_the_exit(tmp_path):
    check(tmp_path, belt("1, 2, one * 3", 3) + enter(0), {"leave": [1, 2, 3, 0], "C": [6, 5, 3, 0]})
    # Half steps: one number for each time unit, on both slats of it; on a discrete belt together on the last.
    check(tmp_path, belt("1, 2", 2) + enter(0), {"leave": [1, 1, 2, 2, 0], "C": [3, 2.5, 2, 1, 0]}, dt=0.5)
    text = belt("1, 2", 2, attrs=' discrete="true"') + enter(0)
    check(tmp_path, text, {"leave": [0, 2, 0, 4, 0], "C": [3, 3, 2, 2, 0]}, dt=0.5)


def test_the_last_number_of_a_list_goes_on_and_what_is_too_many_is_left_out(tmp_path):
    check(tmp_path, belt("1, 2", 3) + enter(0), {"leave": [1, 2, 2, 0], "C": [5, 4, 2, 0]})
    check(tmp_path, belt("1, 2, 3", 2) + enter(0), {"leave": [1, 2, 0], "C": [3, 2, 0]})
    # Half steps: as many numbers as slats are for slats; 2.5 time units are 3 units, the last one of a single slat.
    check(tmp_path, belt("1, 2, 3, 4", 2) + enter(0), {"leave": [2, 4, 6, 8, 0], "C": [10, 9, 7, 4, 0]}, dt=0.5)
    check(tmp_path, belt("1, 2", 2.5) + enter(0), {"leave": [1, 1, 2, 2, 4], "C": [5, 4.5, 4, 3, 2]}, dt=0.5)


def test_a_list_is_what_came_into_the_zones_where_it_lies(tmp_path):
    # 10, 20 and 30 on 3 slats, of each 0.3 / 3 leaks in each step: 1, 2 and 3; then 2 and 3; then 3.
    text = belt("10, 20, 30", 3, "lose") + leak("lose", 0.3) + enter(0)
    check(tmp_path, text, {"lose": [6, 5, 3, 0], "leave": [9, 16, 21, 0]})


def test_a_number_on_a_discrete_belt_lies_together_in_time_units(tmp_path):
    text = belt(6, 2, attrs=' discrete="true"') + enter(0)
    check(tmp_path, text, {"leave": [0, 6, 0, 6, 0], "C": [6, 6, 3, 3, 0]}, dt=0.5)


def test_a_belt_that_pours_into_an_arrested_one_stands_still_too(tmp_path):
    # Arrested in steps 1 and 2; the first belt has 2 on each of 2 slats, and what is to enter it waits as well.
    text = (
        belt(4, 2, name="A", into="come", out="enter") + enter(1, name="come")
        + belt(9, 3, inner="<arrest>stop</arrest>") + series("stop", 0, 1, 1, 0)
    )
    check(tmp_path, text, {
        "enter": [2, 0, 0, 2, 1], "leave": [3, 0, 0, 3, 3], "come": [1, 0, 0, 1, 1], "A": [4, 3, 3, 3, 2],
        "C": [9, 8, 8, 8, 7],
    })


def test_inflows_are_let_in_in_the_order_of_the_file(tmp_path):
    # Room for 10: 7 and 3 of 5, then nothing until what is on the belt leaves.
    text = belt(0, 2, inner="<capacity>10</capacity>", into="enter more") + enter(7) + enter(5, name="more")
    check(tmp_path, text, {"enter": [7, 0, 7, 0], "more": [3, 0, 3, 0], "leave": [0, 0, 10, 0]})
    text = belt(0, 2, inner="<capacity>10</capacity>", into="more enter") + enter(7) + enter(5, name="more")
    check(tmp_path, text, {"more": [5, 0, 5, 0], "enter": [5, 0, 5, 0]})


def test_a_multiplier_counts_at_the_end_of_a_flow(tmp_path):
    # Each of 2 that leave the stock is 3 on the belt, which has room for 9: 3 leave it at most.
    text = (
        '<stock name="S"><eqn>20</eqn><outflow>enter</outflow></stock>' + series("given", 2, 8)
        + flow("enter", "given * one", inner="<multiplier>3</multiplier>")
        + belt(0, 2, inner="<capacity>9</capacity>")
    )
    check(tmp_path, text, {"enter": [2, 1, 2, 1], "S": [20, 18, 17, 15], "C": [0, 6, 9, 9], "leave": [0, 0, 6, 3]})


def test_a_multiplier_counts_at_an_ordinary_stock_too(tmp_path):
    text = (
        '<stock name="S"><eqn>20</eqn><outflow>enter</outflow></stock><stock name="T"><eqn>0</eqn>'
        "<inflow>enter</inflow></stock>" + flow("enter", "2 * one", inner="<multiplier>one / 2</multiplier>")
    )
    check(tmp_path, text, {"S": [20, 18, 16], "T": [0, 1, 2]})


def test_a_slat_is_one_number(tmp_path):
    conveyor = belt(12, 3) + enter(0)
    more = '<aux name="x"><eqn>C[2] + C[k]</eqn></aux><aux name="k"><eqn>3</eqn></aux>'
    # 12 lie evenly on three slats.
    assert load(tmp_path, conveyor + more).run()["x"].values[0] == 4 + 4
    with pytest.raises(sf.ModelError, match=r"SF303.*'C' takes 0 subscripts; 1 given"):
        load(tmp_path, conveyor + '<aux name="x"><eqn>C[*]</eqn></aux>')


def test_an_inflow_is_spread_evenly(tmp_path):
    # 9 on 3 slats: 3 leave in each of the next steps.
    text = belt(0, 3) + enter(9, 0)
    even = text.replace('<flow name="enter">', '<flow name="enter" isee:spreadflow="even">')
    check(tmp_path, even, {"leave": [0, 3, 3, 3, 0], "C": [0, 9, 6, 3, 0]})
    first = text.replace('<flow name="enter">', '<flow name="enter" isee:spreadflow="beginning">')
    check(tmp_path, first, {"leave": [0, 0, 0, 9, 0]})


def test_a_conveyor_feeds_another_which_never_keeps_it_out(tmp_path):
    # The second belt has room for 5 and gets 6 from the first; what comes from elsewhere has to wait.
    text = (
        belt(6, 1, name="A", into="", out="enter")
        + belt(0, 2, inner="<capacity>5</capacity>", into="other enter", name="C") + enter(1, name="other")
    )
    check(tmp_path, text, {
        "enter": [6, 0, 0, 0], "other": [0, 0, 1, 1], "leave": [0, 0, 6, 0], "A": [6, 0, 0, 0], "C": [0, 6, 6, 1],
    })


def test_a_leak_may_go_to_another_conveyor(tmp_path):
    text = (
        belt(0, 2, "lose", name="A", into="enter", out="done") + leak("lose", 0.5) + enter(8, 0)
        + belt(0, 1, name="B", into="lose", out="back")
    )
    check(tmp_path, text, {
        "lose": [0, 2, 2, 0, 0], "done": [0, 0, 4, 0, 0], "back": [0, 0, 2, 2, 0], "B": [0, 0, 2, 2, 0],
    })


def test_a_non_negative_stock_feeds_a_belt_with_room_for_less(tmp_path):
    # 10 are there and 8 wanted; there is room for 5. The second outflow gets its 4 of the other 5, then 1.
    text = (
        '<stock name="S"><eqn>10</eqn><outflow>enter</outflow><outflow>away</outflow><non_negative/></stock>'
        + belt(0, 2, inner="<capacity>5</capacity>") + flow("enter", "8 * one") + flow("away", "4")
    )
    check(tmp_path, text, {
        "enter": [5, 0, 0, 0], "away": [4, 1, 0, 0], "S": [10, 1, 0, 0], "C": [0, 5, 5, 0], "leave": [0, 0, 5, 0],
    })


def test_a_belt_fills_a_non_negative_stock(tmp_path):
    # What arrives waits a step in the stock before it can go on.
    text = (
        belt(4, 2) + enter(0)
        + '<stock name="S"><eqn>0</eqn><inflow>leave</inflow><outflow>away</outflow><non_negative/></stock>'
        + flow("away", "9")
    )
    check(tmp_path, text, {"leave": [2, 2, 0, 0], "away": [0, 2, 2, 0], "S": [0, 2, 2, 0]})


def test_limits_that_wait_for_each_other_are_ordered_and_told(tmp_path):
    # The stock serves g before f, the belt lets f in before g: f is first.
    text = (
        '<stock name="S"><eqn>10</eqn><outflow>g</outflow><outflow>f</outflow><non_negative/></stock>'
        + belt(0, 2, inner="<capacity>9</capacity>", into="f g") + flow("f", "6 * one") + flow("g", "6")
    )
    model = check(tmp_path, text, {"f": [6, 0], "g": [3, 0], "S": [10, 1], "C": [0, 9]})
    assert [found.code for found in model.diagnostics] == ["SF404"]


def test_a_slat_is_read_by_its_number_from_the_exit(tmp_path):
    text = belt("1, 2, 3", 3) + enter(9) + "<aux name='last'><eqn>C[1] + 10 * C[3] + 100 * C[TIME + 1]</eqn></aux>"
    # 1 + 30 + 100 * 1; 2 + 90 + 100 * 3; 3 + 90 + 100 * 9; there is no fourth.
    check(tmp_path, text, {"last": [131, 392, 993, 99]})


def test_each_element_has_its_own_belt(tmp_path):
    text = (
        f'<stock name="C">{OF_GRADES}<element subscript="a"><eqn>4</eqn></element>'
        '<element subscript="b"><eqn>1, 2</eqn></element><inflow>enter</inflow><outflow>leave</outflow>'
        '<outflow>lose</outflow><conveyor><len>2</len><capacity>5</capacity></conveyor></stock>'
        + flow("leave", inner=OF_GRADES) + flow("enter", "3 * one", inner=OF_GRADES)
        + flow("lose", inner=OF_GRADES + '<leak/><element subscript="a"><eqn>0.5</eqn></element>'
               '<element subscript="b"><eqn>0</eqn></element>')
    )
    # a: steady with a half leaking: 1 and .75 of 4/1.75 = 16/7 entered; 8/7 leak, 8/7 leave; 12/7 stay, room for 3.
    # b: 1 and 2 leave, then what entered; 3 of 5 - 2 enter, then of 5 - 3 only 2.
    model = load(tmp_path, text, stop=2, before=GRADES)
    run = model.run()
    assert run["lose"].values[0] == pytest.approx([8 / 7, 0])
    assert run["leave"].values[:, 1].tolist() == [1, 2, 3]
    assert run["leave"].values[0, 0] == pytest.approx(8 / 7)
    assert run["enter"].values[:, 1].tolist() == [3, 2, 3]
    assert run["C"].values[:, 1].tolist() == [3, 5, 5]
    assert run["C"].values[:2, 0] == pytest.approx([4, 12 / 7 + 3])


def test_elements_may_have_their_own_properties(tmp_path):
    text = (
        f'<stock name="C">{OF_GRADES}<eqn>6</eqn><inflow>enter</inflow><outflow>leave</outflow>'
        '<element subscript="a"><conveyor discrete="true"><len>3</len><in_limit>2</in_limit></conveyor></element>'
        '<element subscript="b"><conveyor><len>2</len></conveyor></element></stock>'
        + flow("leave", inner=OF_GRADES) + flow("enter", "4 * one", inner=OF_GRADES)
    )
    # Half steps. a: 2 in each of 3 time units, 2 may enter in each; b: 1.5 on each of 4 slats.
    run = load(tmp_path, text, 0.5, 1, before=GRADES).run()
    assert run["leave"].values.tolist() == [[0, 3], [4, 3], [0, 3]]
    assert run["enter"].values.tolist() == [[4, 4], [0, 4], [4, 4]]


def test_a_large_array_of_belts_does_as_a_small_one(tmp_path):
    dims = '<dimensions><dim name="G"/></dimensions>'
    text = (
        belt(6, 3, "lose", dims=dims, inner="<capacity>G</capacity>") + flow("enter", "9 * one", inner=dims)
        + leak("lose", 0, inner=dims)
    )
    run = load(tmp_path, text, stop=1, before='<dimensions><dim name="G" size="40"/></dimensions>').run()
    # 2 of 6 leave each time: room for G - 4, and then for what is left of it and 2 more.
    assert run["enter"].values[0].tolist() == [min(max(place - 4, 0), 9) for place in range(1, 41)]
    assert run["C"].values[1].tolist() == [4 + min(max(place - 4, 0), 9) for place in range(1, 41)]


def test_a_model_with_conveyors_is_run_by_euler_and_that_is_told(tmp_path):
    model = load(tmp_path, belt(6, 3) + enter(1), method="rk4")
    assert [(found.code, found.severity) for found in model.diagnostics] == [("SF406", "warning")]
    assert "'C'" in model.diagnostics[0].message
    assert model.method == "euler"
    same = load(tmp_path, belt(6, 3) + enter(1))
    with pytest.warns(sf.ModelWarning, match="SF406: Euler's method is used instead of rk2.* 'C'"):
        asked = same.run(method="rk2")
    assert asked["C"].values.tolist() == model.run()["C"].values.tolist() == same.run()["C"].values.tolist()


def test_the_properties_of_a_conveyor_may_be_set(tmp_path):
    model = load(tmp_path, belt(0, 3, "lose", inner="<capacity>9</capacity>") + leak("lose", 0) + enter(4, 0), stop=4)
    assert model.run()["leave"].values.tolist() == [0, 0, 0, 4, 0]
    assert model.run({"C (transit time)": 1})["leave"].values.tolist() == [0, 4, 0, 0, 0]
    assert model.run({"C (capacity)": 3})["enter"].values.tolist() == [3, 0, 0, 0, 0]
    assert model.run({"lose (leak fraction)": 0.75})["leave"].values.tolist() == [0, 0, 0, 1, 0]
    assert model.run({"C": sf.Initial(6)})["leave"].values.tolist() == [2, 2, 2, 4, 0]


def test_replacing_an_inflow_replaces_its_equation_and_not_the_room_for_it(tmp_path):
    model = load(tmp_path, belt(0, 2, inner="<capacity>5</capacity>") + enter(1), stop=3)
    assert model.run({"enter": sf.Replace(9)})["enter"].values.tolist() == [5, 0, 5, 0]
    assert model.run({"enter": sf.Replace(-9)})["enter"].values.tolist() == [0, 0, 0, 0]


def test_what_is_beside_a_conveyor_is_no_variable_of_the_file(tmp_path):
    text = belt(0, "length", "lose", inner="<capacity>9</capacity>") + leak("lose", "part") + flow("enter", "3")
    model = load(tmp_path, text + "<aux name='length'><eqn>2</eqn></aux><aux name='part'><eqn>0</eqn></aux>")
    assert [found.label for found in model.variables] == ["one", "C", "leave", "lose", "enter", "length", "part"]
    assert set(model["leave"].causes) == {"C", "part"}
    assert "leave" in model["C"].uses


def test_loops_go_through_what_governs_a_belt(tmp_path):
    # The transit time follows the content, and there is room for what the belt does not hold.
    model = load(tmp_path, belt(4, "C / 2", inner="<capacity>9</capacity>") + flow("enter", "3"))
    assert [loop.labels for loop in model.loops()] == [("C",), ("C", "leave"), ("C", "enter")]


def test_the_plan_of_a_model_with_conveyors_is_sound(tmp_path):
    dims = OF_GRADES
    text = (
        queue(3, "enter", "serve", "over", dims=dims) + flow("enter", "4", dims) + leak("lose", 0.1, inner=dims)
        + belt("1, 2", 2, "lose", inner="<capacity>5</capacity><arrest>0</arrest>", into="serve more", dims=dims)
        + flow("more", "C / 2", dims) + "<aux name='x'><eqn>C[a][1] + Q[b][2]</eqn></aux>"
    )
    model = load(tmp_path, text, before=GRADES)
    report = Report()
    prepared = prepare(model.path, report)
    assert prepared is not None and not report.failed
    plan = schedule(prepared.flat, Request(tuple(prepared.closed.variables)), report)
    assert plan is not None and breaches(plan) == []


def test_too_long_a_belt_ends_the_run_with_figures(tmp_path):
    model = load(tmp_path, belt(6, "TIME * 1e9 + 1") + enter(1))
    with pytest.raises(sf.ModelError, match=r"1,000,000,001 slats; the limit is 100,000"):
        model.run()


def test_a_conveyor_in_a_module_is_its_own(tmp_path):
    model_text = (
        '<module name="m"/></variables></model><model name="m"><variables>'
        + belt("1, 2", 2, "lose", inner="<capacity>4</capacity>") + leak("lose", 0.0) + flow("enter", "9")
        + "<aux name='first'><eqn>C[1]</eqn></aux>"
    )
    run = load(tmp_path, model_text, stop=2).run()
    # Room for 4 - 3 + 1, for 4 - 4 + 2, for 4 - 4 + 2.
    assert run["m.enter"].values.tolist() == [2, 2, 2]
    assert run["m.leave"].values.tolist() == run["m.first"].values.tolist() == [1, 2, 2]


def test_an_inflow_that_a_module_feeds_has_to_find_room(tmp_path):
    text = (
        '<module name="m"><connect to="enter" from="given"/></module><aux name="given"><eqn>9</eqn></aux></variables>'
        '</model><model name="m"><variables>' + belt(0, 2, inner="<capacity>4</capacity>")
        + '<flow name="enter" access="input"><eqn>0</eqn></flow>'
    )
    run = load(tmp_path, text, stop=2).run()
    assert run["m.enter"].values.tolist() == [4, 0, 4]


def test_a_time_step_that_changes_is_refused(tmp_path):
    path = tmp_path / "m.xmile"
    path.write_text(
        f"{HEAD}<sim_specs><start>0</start><stop>4</stop><dt>1 + TIME</dt></sim_specs><model><variables>"
        f"{belt(6, 3) + flow('enter', '1')}</variables></model></xmile>"
    )
    with pytest.raises(sf.ModelError, match="'C' is a conveyor or queue, and TIME STEP changes during the run"):
        sf.load(path).run()


def test_elements_of_an_initial_content_may_be_set(tmp_path):
    text = belt(6, 3, dims=OF_GRADES) + flow("enter", "0", OF_GRADES)
    run = load(tmp_path, text, stop=1, before=GRADES).run({"C": sf.Initial({"b": 9})})
    assert run["leave"].values.tolist() == [[2, 3], [2, 3]]


def test_no_number_on_a_belt_is_traced_to_where_it_came_from(tmp_path):
    model = load(tmp_path, belt(0, 2) + flow("enter", "SQRT(2 - TIME)"))
    with pytest.warns(sf.ModelWarning, match=r"time 3: SQRT\(-1\) in 'enter'"):
        run = model.run(outputs=["leave"])
    assert run["leave"].values[:5].tolist() == pytest.approx([0, 0, 2**0.5, 1, 0])


def test_a_conveyor_that_cannot_be_understood_is_left_out_with_its_flows(tmp_path):
    path = load(tmp_path, belt(6, 3) + enter(5)).path
    path.write_text(path.read_text().replace("<len>3</len>", "<len>nowhere</len><capacity>9</capacity>"))
    model = sf.load(path, partial=True)
    with pytest.warns(sf.ModelWarning, match="SF213: 3 variables are left out: C, leave, enter"):
        run = model.run()
    assert set(run.data_vars) == {"one", "enter_given"}


def test_a_conveyor_is_not_written_in_a_language_without_it(tmp_path):
    model = load(tmp_path, belt(6, 3, inner="<capacity>9</capacity>") + enter(5))
    with pytest.raises(sf.ModelError, match="SF604"):
        model.to_xmile(tmp_path / "out.xmile")
