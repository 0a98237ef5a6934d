"""How conveyors and queues are read: their flows, their properties, and what does not fit."""

from __future__ import annotations

import pytest

from stockflow.api import check
from stockflow.ir.expr import Ask, Name
from stockflow.ir.walk import preorder
from tests.dialects.xmile.documents import (
    DIMENSIONS,
    SPECS,
    document,
    only_error,
    read_clean,
    read_text,
    shown,
    variable,
)

ARRAYS = SPECS + DIMENSIONS
FRUIT = '<dimensions><dim name="Fruit"/></dimensions>'


def stock(inner: str = "<conveyor><len>4</len></conveyor>", ends: str = "<outflow>go</outflow>", more: str = "") -> str:
    return f'<stock name="s"><eqn>1</eqn>{ends}{inner}</stock><flow name="go"/>{more}'


def asked(text: str, key: str) -> str:
    """The question that a flow is the answer to."""
    expr = variable(read_clean(document(text)), key).equations[0].expr
    assert isinstance(expr, Ask)
    return f"{expr.question}({', '.join(shown(part) for part in (expr.memory, *expr.args))})"


def test_an_outflow_is_asked_of_its_conveyor() -> None:
    assert asked(stock(), "go") == "outflow(s, 0)"
    inner = "<conveyor><len>4</len><arrest>TIME &gt; 3 {stop}</arrest></conveyor>"
    assert asked(stock(inner), "go") == "outflow(s, s (arrest))"
    ends = "<outflow>go</outflow><outflow>drip</outflow>"
    assert asked(stock(ends=ends, more='<flow name="drip"><leak>0.1</leak></flow>'), "drip") == (
        "leakage(s, 0, 0, drip (leak fraction))"
    )


def test_an_outflow_is_asked_of_its_queue() -> None:
    ends = "<outflow>go</outflow><outflow>spill</outflow>"
    text = stock("<queue/>", ends, '<flow name="spill"><overflow/></flow>')
    assert asked(text, "go") == "take(s, s (inflow), 0, inf, 0, 0)"
    assert asked(text, "spill") == "overflow(s, s (inflow), 0, go, 0, 0, inf, 0)"


def test_properties_are_variables_beside_the_stock() -> None:
    inner = "<conveyor><len>4</len><capacity>2 * 3</capacity><sample>TIME &lt; 3</sample></conveyor>"
    project = read_clean(document(stock(inner)))
    beside = {item.label: shown(item.equations[0].expr) for item in project.variables if item.hidden and item.equations
              and item.label.startswith("s (") and not isinstance(item.equations[0].expr, Ask)}
    assert beside == {
        "s (transit time)": "4", "s (capacity)": "(2 * 3)", "s (sample)": "(time < 3)", "s (inflow)": "0",
    }


def test_switches_may_be_attributes_or_elements() -> None:
    for inner in ('<conveyor discrete="TRUE"><len>4</len></conveyor>', "<conveyor><len>4</len><discrete/></conveyor>"):
        keeper = variable(read_clean(document(stock(inner))), "s").keeper
        assert keeper is not None
        assert keeper.settings == ("s (transit time)", 1.0, 0.0, 0.0)


@pytest.mark.parametrize(("text", "said"), [
    (stock(ends="").replace('"go"/>', '"go"><eqn>1</eqn></flow>'), "the conveyor 's' has no outflow at its end"),
    (
        stock(ends="<outflow>go</outflow><outflow>more</outflow>", more='<flow name="more"/>'),
        "the conveyor 's' has the outflows 'go', 'more', of which one can be at its end",
    ),
    (stock("<conveyor><len>4</len></conveyor><queue/>"), "'s' is a conveyor and a queue"),
    (
        '<stock name="s"><eqn>1</eqn><outflow>go</outflow><queue/></stock><flow name="go"><overflow/></flow>',
        "all outflows of the queue 's' are overflows",
    ),
    (
        stock(more='<stock name="t"><eqn>1</eqn><outflow>go</outflow><queue/></stock>'),
        "'t' drives the flow 'go', and so does 's'",
    ),
    (
        stock(more='<stock name="t"><eqn>1</eqn><outflow>Go</outflow></stock>'),
        "the flow 'Go' leaves 't' and the conveyor 's'",
    ),
    (
        stock(ends="<inflow>.far</inflow><outflow>go</outflow>"), "the inflow '.far' of 's' is no flow of its model",
    ),
    ('<flow name="f"><eqn>1</eqn><leak/></flow>', "'f' is marked with <leak>, and is no outflow of a conveyor"),
    ('<flow name="f"><eqn>1</eqn><overflow/></flow>', "'f' is marked with <overflow>, and is no outflow of a queue"),
    (
        stock(ends="<inflow>come</inflow><outflow>go</outflow>",
              more='<flow name="come" spreadflow="source"><eqn>1</eqn></flow>'),
        "spreading an inflow by 'source' is not supported; found in 'come'",
    ),
    ('<stock name="s"><eqn>1</eqn><oven><len>4</len></oven></stock>', "an oven is not supported; found in 's'"),
])
def test_what_does_not_fit_is_named(text: str, said: str) -> None:
    code, message, _ = only_error(document(text))
    assert (code, message) == ("SF114", said)


def test_a_conveyor_without_a_transit_time_is_named() -> None:
    assert only_error(document(stock("<conveyor/>")))[:2] == ("SF207", "the conveyor 's' has no <len>")


def test_a_leak_without_a_fraction_is_named() -> None:
    text = stock(ends="<outflow>go</outflow><outflow>drip</outflow>", more='<flow name="drip"><leak/></flow>')
    assert only_error(document(text))[:2] == ("SF207", "the leak 'drip' has no fraction")


def test_a_flow_of_other_dimensions_is_named() -> None:
    text = (
        f'<stock name="s">{FRUIT}<eqn>1</eqn><outflow>go</outflow><conveyor><len>4</len></conveyor></stock>'
        '<flow name="go"/>'
    )
    code, message, _ = only_error(document(text, ARRAYS))
    assert (code, message) == ("SF303", "'go' and the conveyor 's' have different dimensions")


def test_elements_of_two_kinds_are_refused() -> None:
    text = (
        f'<stock name="s">{FRUIT}<eqn>1</eqn><outflow>go</outflow><element subscript="apple"><queue/></element>'
        f'</stock><flow name="go">{FRUIT}</flow>'
    )
    code, message, _ = only_error(document(text, ARRAYS))
    assert (code, message) == ("SF114", "some elements of 's' are a queue and others are not")


def test_too_long_a_list_is_refused_with_figures() -> None:
    text = stock().replace("<eqn>1</eqn>", f"<eqn>{','.join(['1'] * 1001)}</eqn>")
    assert only_error(document(text))[:2] == ("SF109", "'s' starts with 1,001 contents; the limit is 1,000")


def test_a_list_may_hold_calls_and_comments() -> None:
    text = stock().replace("<eqn>1</eqn>", "<eqn>MAX(1, 2), {three, four} 3,</eqn>")
    project = read_clean(document(text))
    assert [shown(variable(project, f"s (content {number})").equations[0].expr) for number in (1, 2)] == [
        "max(1, 2)", "3",
    ]


def test_a_slat_is_an_answer_and_an_element_is_not() -> None:
    text = (
        f'<stock name="s">{FRUIT}<eqn>1</eqn><queue/></stock><aux name="x"><eqn>s[apple][2]</eqn></aux>'
        '<aux name="y"><eqn>s[apple, n]</eqn></aux><aux name="z"><eqn>s[apple]</eqn></aux>'
        '<aux name="n"><eqn>1</eqn></aux>'
    )
    project = read_clean(document(text, ARRAYS))
    found = {key: variable(project, key).equations[0].expr for key in "xyz"}
    assert [isinstance(expr, Ask) for expr in found.values()] == [True, True, False]
    assert [shown(part) for part in (found["y"].memory, *found["y"].args)] == ["s[apple]", "n"]


def test_conveyors_in_macros_are_refused(tmp_path) -> None:
    path = tmp_path / "m.xmile"
    macro = f'<macro name="m"><parm>a</parm><eqn>s</eqn><variables>{stock()}</variables></macro>'
    path.write_text(document('<aux name="x"><eqn>m(1)</eqn></aux>', SPECS + macro))
    assert [(item.code, item.message) for item in check(path) if item.code != "SF501"][:1] == [
        ("SF114", "a conveyor or queue in a macro is not supported; found 's' in 'm'")
    ]


def test_units_of_a_model_with_a_conveyor_agree(tmp_path) -> None:
    path = tmp_path / "m.xmile"
    path.write_text(document(
        '<stock name="s"><eqn>1</eqn><inflow>come</inflow><outflow>go</outflow><outflow>drip</outflow>'
        '<conveyor><len>time_to_go</len><capacity>9</capacity></conveyor><units>people</units></stock>'
        '<flow name="come"><eqn>rate</eqn><units>people/month</units></flow><flow name="go"><units>people/month</units>'
        '</flow><flow name="drip"><leak>0.1</leak><units>people/month</units></flow>'
        '<aux name="rate"><eqn>3</eqn><units>people/month</units></aux>'
        '<aux name="time to go"><eqn>4</eqn><units>month</units></aux>',
        '<sim_specs time_units="month"><start>0</start><stop>10</stop><dt>1</dt></sim_specs>',
    ))
    assert [item.message for item in check(path)] == []


def test_a_queue_that_feeds_a_belt_which_is_not_discrete_is_told() -> None:
    text = (
        '<stock name="q"><eqn>1</eqn><outflow>come</outflow><queue/></stock><flow name="come"/>'
        + stock(ends="<inflow>come</inflow><outflow>go</outflow>")
    )
    _, report = read_text(document(text))
    assert [(item.code, item.severity, item.message) for item in report] == [(
        "SF114", "warning",
        "the queue 'q' feeds the conveyor 's', which is not discrete; it takes the batches all the same",
    )]
    _, report = read_text(document(text.replace("<conveyor>", '<conveyor discrete="true">')))
    assert list(report) == []


LEAKY = "<outflow>go</outflow><outflow>drip</outflow>"


def test_the_zone_of_a_leak_is_a_part_of_the_belt() -> None:
    text = stock(ends=LEAKY, more='<flow name="drip" leak_start="half"><leak>0.1</leak></flow>')
    assert only_error(document(text))[:2] == ("SF105", "leak_start of 'drip' is 'half'; it is a number from 0 to 1")
    text = stock(ends=LEAKY, more='<flow name="drip"><leak leak_end="2">0.1</leak></flow>')
    assert only_error(document(text))[:2] == ("SF105", "leak_end of 'drip' is '2'; it is a number from 0 to 1")


def test_zones_of_elements_that_differ_are_refused() -> None:
    cells = "".join(
        f'<element subscript="{one}"><leak leak_end="{end}">0.1</leak></element>'
        for one, end in (("apple", 0.5), ("red pear", 1))
    )
    text = (
        f'<stock name="s">{FRUIT}<eqn>1</eqn>{LEAKY}<conveyor><len>4</len></conveyor></stock>'
        f'<flow name="go">{FRUIT}</flow><flow name="drip">{FRUIT}{cells}</flow>'
    )
    code, message, _ = only_error(document(text, ARRAYS))
    assert (code, message) == ("SF114", "elements of 'drip' leak in different zones, which is not supported")


def test_too_many_leaks_are_refused_with_figures() -> None:
    names = [f"drip {number}" for number in range(21)]
    ends = "<outflow>go</outflow>" + "".join(f"<outflow>{name}</outflow>" for name in names)
    more = "".join(f'<flow name="{name}"><leak>0.01</leak></flow>' for name in names)
    assert only_error(document(stock(ends=ends, more=more)))[:2] == (
        "SF109", "the conveyor 's' has 21 leaks; the limit is 20"
    )


def test_names_may_need_quotes() -> None:
    text = (
        '<stock name="s-1"><eqn>1</eqn><inflow>"come (in)"</inflow><outflow>"go-2"</outflow>'
        '<conveyor><len>4</len><capacity>3</capacity></conveyor></stock><flow name="go-2"/>'
        '<flow name="come (in)"><eqn>1</eqn><multiplier>2</multiplier></flow>'
    )
    project = read_clean(document(text))
    keys = {item.key for item in project.variables}
    named = {item.key for variable in project.variables for equation in variable.equations
             for item in preorder(equation.expr) if isinstance(item, Name)}
    assert named <= keys | {"time step"}
    assert {"s-1 (room)", "come (in) (multiplier)"} <= named
    assert variable(project, "come (in)").ceiling == "come (in) (room)"
    assert "come (in) (room)" in keys


def test_an_attribute_of_the_whole_conveyor_holds_for_the_cells_that_have_none() -> None:
    inner = (
        '<conveyor discrete="true"><len>4</len></conveyor><element subscript="apple"><conveyor discrete="false">'
        "<len>2</len></conveyor></element>"
    )
    text = f'<stock name="s">{FRUIT}<eqn>1</eqn><outflow>go</outflow>{inner}</stock><flow name="go">{FRUIT}</flow>'
    project = read_clean(document(text, ARRAYS))
    flags = variable(project, "s (discrete)").equations
    assert [(shown(one.expr), len(one.excepts)) for one in flags] == [("1", 1), ("0", 0)]


def test_a_flow_that_is_spread_and_enters_no_conveyor_is_told() -> None:
    _, report = read_text(document('<flow name="f" spreadflow="even"><eqn>1</eqn></flow>'))
    assert [(item.code, item.severity, item.message) for item in report] == [
        ("SF114", "warning", "'f' is to be spread, and goes into no conveyor")
    ]


def test_a_flow_that_lacks_the_dimensions_of_its_conveyor_is_told_where_it_stands(tmp_path) -> None:
    path = tmp_path / "model.xmile"
    twice = '<dimensions><dim name="N"/><dim name="N"/></dimensions>'
    inner = f"{twice}<conveyor><len>4</len></conveyor>"
    path.write_text(document(stock(inner), ARRAYS), encoding="utf-8")
    found = [(item.code, item.line) for item in check(path)]
    assert found and all(line is not None for _, line in found)
