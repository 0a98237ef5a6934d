"""Queues in models: what waits, what is taken where it fits, what overflows, by tables worked out by hand."""

from __future__ import annotations

import pytest

import stockflow as sf
from tests.simulate.conveyor_models import GRADES, OF_GRADES, belt, check, enter, flow, load, queue, series

SINGLE = ' discrete="true" one_at_a_time="true"'
ALL = ' discrete="true" one_at_a_time="false"'
WHOLE = ' discrete="true" one_at_a_time="false" batch_integrity="true"'
FIVE = "<capacity>5</capacity>"


def test_an_outflow_to_a_stock_takes_all_that_waits(tmp_path):
    # Half steps: 4 wait and 3 come in, 14 per time unit leave; then what comes in.
    text = queue(4, "enter", "serve") + enter(6, 2) + '<stock name="S"><eqn>0</eqn><inflow>serve</inflow></stock>'
    check(tmp_path, text, {"serve": [14, 6, 2, 2], "Q": [4, 0, 0, 0], "S": [0, 7, 10, 11]}, dt=0.5)


def test_a_queue_fills_a_belt_as_far_as_there_is_room(tmp_path):
    # Room for 5 on 2 slats. 3 wait and go with 2 of the 4 that come in; 2 and 4 wait until the 5 leave; 5 of 10 go.
    text = queue(3, "enter", "serve") + enter(4) + belt(0, 2, inner=FIVE, attrs=ALL, into="serve")
    check(tmp_path, text, {
        "serve": [5, 0, 5, 0, 5], "Q": [3, 2, 6, 5, 9], "C": [0, 5, 5, 5, 5], "leave": [0, 0, 5, 0, 5],
    })


def test_one_batch_goes_in_a_step(tmp_path):
    # 1, 2 and 4 wait, and there is room for all: one batch after the other, 4 only as far as it fits, then its rest.
    text = queue("1, 2, 4", "enter", "serve") + enter(0) + belt(0, 3, inner=FIVE, attrs=SINGLE, into="serve")
    check(tmp_path, text, {
        "serve": [1, 2, 2, 1, 1, 0], "Q": [7, 6, 4, 2, 1, 0], "C": [0, 1, 3, 5, 5, 4], "leave": [0, 0, 0, 1, 2, 2],
    })


def test_one_batch_at_a_time_is_the_rule_where_nothing_is_said(tmp_path):
    text = queue("1, 2", "enter", "serve") + enter(0) + belt(0, 3, attrs=' discrete="true"', into="serve")
    check(tmp_path, text, {"serve": [1, 2, 0]})


def test_whole_batches_wait_until_there_is_room(tmp_path):
    # 3 and 1 go together; 2 do not fit beside 4; when 4 leave 2 go, and the 4 behind them wait for the 2 to leave.
    text = queue("3, 1, 2, 4", "enter", "serve") + enter(0) + belt(0, 2, inner=FIVE, attrs=WHOLE, into="serve")
    check(tmp_path, text, {
        "serve": [4, 0, 2, 0, 4, 0], "Q": [10, 6, 6, 4, 4, 0], "C": [0, 4, 4, 2, 2, 4], "leave": [0, 0, 4, 0, 2, 0],
    })


def test_what_does_not_fit_overflows(tmp_path):
    text = queue(7, "enter", "serve", "over") + enter(4) + belt(0, 2, inner=FIVE, attrs=ALL, into="serve")
    # 5 of 7 + 4 fit; nothing; the 5 leave and all 4 fit; 1 of 4 fits beside them; the 4 leave and 4 fit.
    check(tmp_path, text, {
        "serve": [5, 0, 4, 1, 4], "over": [6, 4, 0, 3, 0], "Q": [7, 0, 0, 0, 0], "C": [0, 5, 5, 4, 5],
    })


def test_an_overflow_that_is_listed_first_is_served_last(tmp_path):
    text = queue(7, "enter", "over", "serve") + enter(4) + belt(0, 2, inner=FIVE, attrs=ALL, into="serve")
    check(tmp_path, text, {"serve": [5, 0, 4], "over": [6, 4, 0]})


def test_batches_behind_the_first_are_not_blocked(tmp_path):
    # One batch in a step: of 4 there is room for 3, 1 overflows; 2 and 1 wait for their turn. Then nothing fits, and
    # the 2 in front overflow; in the third step the 3 leave and the 1 goes.
    text = queue("4, 2, 1", "enter", "serve", "over") + enter(0)
    text += belt(0, 2, inner="<capacity>3</capacity>", attrs=SINGLE, into="serve")
    check(tmp_path, text, {"serve": [3, 0, 1, 0], "over": [1, 2, 0, 0], "Q": [7, 3, 1, 0]})


def test_an_arrested_belt_and_its_limit_block_a_queue(tmp_path):
    # At most 2 in a time unit; arrested in the second: all that waits then overflows.
    text = queue(3, "enter", "serve", "over") + enter(1, 2, 0) + series("stop", 0, 1, 0)
    text += belt(0, 2, inner="<in_limit>2</in_limit><arrest>stop</arrest>", attrs=ALL, into="serve")
    check(tmp_path, text, {"serve": [2, 0, 0, 0], "over": [2, 2, 0, 0], "Q": [3, 0, 0, 0], "C": [0, 2, 2, 2]})


def test_outflows_are_served_in_the_order_of_the_file(tmp_path):
    # The first belt has room for 2 and then for nothing, the second for 4 in its first step; the stock gets the rest.
    text = (
        queue(9, "enter", "one_way", "other_way", "rest") + enter(0)
        + belt(0, 9, inner="<capacity>2</capacity>", attrs=ALL, into="one_way", name="A", out="far")
        + belt(0, 9, inner="<capacity>4</capacity>", attrs=ALL, into="other_way", name="B", out="near")
    )
    check(tmp_path, text, {"one_way": [2, 0], "other_way": [4, 0], "rest": [3, 0], "Q": [9, 0]})


def test_an_overflow_goes_to_a_belt_as_far_as_it_fits(tmp_path):
    text = queue(9, "enter", "serve", "over") + enter(0) + belt(0, 9, inner=FIVE, attrs=ALL, into="serve")
    text += belt(0, 9, inner="<capacity>3</capacity>", attrs=ALL, into="over", name="B", out="near")
    check(tmp_path, text, {"serve": [5, 0], "over": [3, 0], "Q": [9, 1], "B": [0, 3]})


def test_a_belt_that_feeds_a_queue_is_never_kept_waiting(tmp_path):
    text = belt(4, 2) + enter(3) + queue(0, "leave", "serve")
    check(tmp_path, text, {"leave": [2, 2, 3, 3], "serve": [2, 2, 3, 3], "Q": [0, 0, 0, 0]})


def test_a_queue_and_a_stock_share_the_room_in_the_order_of_the_file(tmp_path):
    text = queue(3, "come", "serve") + enter(0, name="come") + enter(4)
    text += belt(0, 9, inner=FIVE, attrs=ALL, into="enter serve")
    check(tmp_path, text, {"enter": [4, 0], "serve": [1, 0], "Q": [3, 2]})


def test_nothing_leaves_a_queue_without_an_outflow(tmp_path):
    check(tmp_path, queue(3, "enter") + enter(2), {"Q": [3, 5, 7]})


def test_what_flows_in_never_turns(tmp_path):
    check(tmp_path, queue(3, "enter", "serve") + enter(-2), {"enter": [0, 0], "Q": [3, 0]})
    check(tmp_path, belt(3, 3) + enter(-2), {"enter": [0, 0], "C": [3, 2]})


def test_a_batch_is_read_by_its_number_from_the_front(tmp_path):
    text = queue("5, 7", "enter", "serve") + enter(2) + belt(0, 9, attrs=SINGLE, into="serve")
    text += "<aux name='seen'><eqn>Q[1] + 10 * Q[2] + 100 * Q[3]</eqn></aux>"
    check(tmp_path, text, {"seen": [75, 27, 22]})


def test_each_element_has_its_own_queue(tmp_path):
    text = (
        queue(0, "enter", "serve", "over", dims=OF_GRADES).replace("<eqn>0</eqn>", '<element subscript="a">'
        '<eqn>1, 2</eqn></element><element subscript="b"><eqn>9</eqn></element>')
        + flow("enter", "0", OF_GRADES) + belt(0, 9, inner=FIVE, attrs=SINGLE, into="serve", dims=OF_GRADES)
        + "<aux name='x'><eqn>Q[b][1] + 10 * Q[a, 2]</eqn></aux>"
    )
    run = load(tmp_path, text, stop=2, before=GRADES).run()
    assert run["serve"].values.tolist() == [[1, 5], [2, 0], [0, 0]]
    assert run["over"].values.tolist() == [[0, 4], [0, 0], [0, 0]]
    assert run["Q"].values.tolist() == [[3, 9], [2, 0], [0, 0]]
    assert run["x"].values.tolist() == [29, 0, 0]


def test_the_initial_content_may_be_set(tmp_path):
    # 6 in the proportions of 1 and 2.
    text = queue("1, 2", "enter", "serve") + enter(0) + belt(3, 3, attrs=SINGLE, into="serve")
    model = load(tmp_path, text, stop=2)
    run = model.run({"Q": sf.Initial(6), "C": sf.Initial(9)})
    assert run["Q"].values.tolist() == [6, 4, 0]
    assert run["leave"].values.tolist() == [3, 3, 3]
    assert run["C"].values.tolist() == [9, 8, 9]


@pytest.mark.parametrize("name", ["Q", "serve"])
def test_what_a_queue_decides_is_not_replaced(tmp_path, name):
    model = load(tmp_path, queue(1, "enter", "serve") + enter(0))
    with pytest.raises(sf.ModelError, match="what is on its way in a conveyor or queue decides its value"):
        model.run({name: sf.Replace(3)})
