"""Stocks, flows, auxiliaries, arrays and what is refused (XMILE 1.0, sections 3.1, 3.2 and 4)."""

from __future__ import annotations

from pathlib import Path

import pytest

from stockflow.api import check
from stockflow.ir.expr import Call
from tests.dialects.xmile.documents import (
    DIMENSIONS,
    SPECS,
    document,
    left,
    only_error,
    read_clean,
    read_text,
    variable,
)

ARRAYS = SPECS + DIMENSIONS
FRUIT = '<dimensions><dim name="Fruit"/></dimensions>'
FRUIT_N = '<dimensions><dim name="Fruit"/><dim name="N"/></dimensions>'


def equation(body: str, key: str = "x") -> list[str]:
    return left(read_clean(document(body, ARRAYS)), key)


def test_a_stock_integrates_inflows_less_outflows_in_order() -> None:
    text = document(
        '<stock name="My Stock"><eqn>100</eqn><inflow>in_a</inflow><outflow>out_a</outflow><inflow>"in-b"</inflow>'
        "<outflow>out_b</outflow></stock>"
    )
    project = read_clean(text)
    stock = variable(project, "my stock")
    assert left(project, "my stock") == [" = integ((((in a + in-b) - out a) - out b), 100)"]
    assert (stock.kind, stock.inflows, stock.outflows) == ("stock", ("in a", "in-b"), ("out a", "out b"))
    assert stock.equations[0].text == "100"


@pytest.mark.parametrize(
    ("flows", "net"),
    [("", "0"), ("<outflow>a</outflow>", "(- a)"), ("<outflow>a</outflow><outflow>b</outflow>", "((- a) - b)")],
)
def test_a_stock_without_inflows_reads_as(flows: str, net: str) -> None:
    assert equation(f'<stock name="x"><eqn>5</eqn>{flows}</stock>') == [f" = integ({net}, 5)"]


def test_the_kinds_of_variables() -> None:
    text = document(
        '<aux name="number"><eqn>-5</eqn></aux><aux name="sum"><eqn>1+1</eqn></aux><flow name="f"><eqn>1</eqn></flow>'
        '<aux name="curve"><eqn/><gf><xscale min="0" max="1"/><ypts>1,2</ypts></gf></aux>'
    )
    kinds = {item.key: item.kind for item in read_clean(text).variables if not item.control}
    assert kinds == {"number": "constant", "sum": "auxiliary", "f": "flow", "curve": "lookup"}


def test_the_facts_of_a_variable_are_kept() -> None:
    text = document(
        '<aux name="Heat\\nLoss"><eqn>  1 +\n 2 </eqn><units>deg C/min</units><doc>Why &amp; how.</doc>'
        '<range min="0" max="10"/><format precision="1"/></aux><group name="Heat"><entity name="heat_loss"/></group>'
    )
    project = read_clean(text)
    found = variable(project, "heat loss")
    assert (found.label, found.units, found.doc, found.group) == ("Heat Loss", "deg C/min", "Why & how.", "Heat")
    assert found.limits == (0.0, 10.0, None)
    assert found.equations[0].text == "1 +\n 2"
    assert found.span is not None and found.span.line == 6
    assert found.units_span is not None and found.units_span.text == "deg C/min"
    assert [group.label for group in project.groups] == ["Heat"]
    assert '<format precision="1"/>' in [item.text for item in project.verbatim]


def test_variables_directly_in_the_model_are_read() -> None:
    text = document().replace("<variables>\n\n</variables>", '<aux name="x"><eqn>1</eqn></aux>')
    assert [item.key for item in read_clean(text).variables if not item.control] == ["x"]


def test_an_empty_model_is_legal() -> None:
    assert len(read_clean(document().replace("<variables>\n\n</variables>", "<variables/>")).variables) == 4


@pytest.mark.parametrize("eqn", ["", "<eqn/>", "<eqn>  </eqn>", "<eqn>{ to do }</eqn>", "<eqn> ??? </eqn>"])
def test_a_variable_without_an_equation_is_an_error_that_names_it(eqn: str) -> None:
    code, message, _ = only_error(document(f'<aux name="My Thing">{eqn}</aux>'))
    assert (code, message) == ("SF207", "'My Thing' has no equation")


def test_a_name_defined_twice_is_an_error_with_both_lines() -> None:
    text = document('<aux name="a_b"><eqn>1</eqn></aux>\n<flow name="A b"><eqn>2</eqn></flow>')
    code, message, _ = only_error(text)
    assert (code, message) == ("SF201", "'A b' is defined twice, at line 6 and at line 7")


def test_a_conveyor_whose_name_is_another_variables_drives_nothing(tmp_path: Path) -> None:
    path = tmp_path / "model.xmile"
    path.write_text(document(
        '<aux name="s"><eqn>1</eqn></aux>\n<stock name="s"><eqn>1</eqn><outflow>go</outflow>'
        "<conveyor><len>4</len><arrest>0</arrest></conveyor></stock>\n<flow name='go'><eqn>2</eqn></flow>"
    ), encoding="utf-8")
    assert [(item.code, item.line) for item in check(path)] == [("SF201", 7)]


def test_a_variable_without_a_name_is_an_error() -> None:
    assert only_error(document("<aux><eqn>1</eqn></aux>"))[0] == "SF105"


# Limits


def test_a_uniflow_is_never_below_zero() -> None:
    assert equation('<flow name="x"><eqn>a</eqn><non_negative/></flow>') == [" = max(a, 0)"]
    assert equation('<flow name="x"><eqn>a</eqn><non_negative> TruE </non_negative></flow>') == [" = max(a, 0)"]
    assert equation('<flow name="x"><eqn>a</eqn><non_negative>FALSE </non_negative></flow>') == [" = a"]


@pytest.mark.parametrize("behavior", ["<non_negative/>", "<flow><non_negative/></flow>"])
def test_behavior_limits_flows_unless_a_flow_says_otherwise(behavior: str) -> None:
    text = document(
        '<flow name="x"><eqn>a</eqn></flow><flow name="y"><eqn>a</eqn><non_negative>false</non_negative></flow>',
        f"{SPECS}<behavior>{behavior}</behavior>",
    )
    assert left(read_clean(text), "x") == [" = max(a, 0)"]
    assert left(read_clean(text), "y") == [" = a"]


def test_behavior_of_flows_leaves_stocks_alone() -> None:
    before = f"{SPECS}<behavior><non_negative/><stock><non_negative>false</non_negative></stock></behavior>"
    assert left(read_clean(document('<stock name="x"><eqn>1</eqn></stock>', before)), "x") == [" = integ(0, 1)"]


@pytest.mark.parametrize(
    ("before", "flag", "wanted"),
    [
        (SPECS, "<non_negative/>", True),
        (SPECS, "", False),
        (f"{SPECS}<behavior><stock><non_negative/></stock></behavior>", "", True),
        (f"{SPECS}<behavior><non_negative/></behavior>", "<non_negative>false</non_negative>", False),
    ],
)
def test_a_stock_says_whether_it_is_non_negative(before: str, flag: str, wanted: bool) -> None:
    project = read_clean(document(f'<stock name="My Stock"><eqn>1</eqn>{flag}</stock>', before))
    assert [item.non_negative for item in variable(project, "my stock").equations] == [wanted]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('<stock name="s"><eqn>1</eqn><oven/></stock>', ("an oven", "'s'")),
        ('<stock name="s"><eqn>1</eqn><isee:oven/></stock>', ("an oven", "'s'")),
        ('<stock name="s"><eqn>1</eqn><gf><xscale min="0" max="1"/><ypts>1,2</ypts></gf></stock>', ("stock", "'s'")),
    ],
)
def test_what_is_not_built_is_refused_by_name(body: str, words: tuple[str, ...]) -> None:
    code, message, _ = only_error(document(body))
    assert code == "SF114"
    assert all(word in message for word in words)


def test_what_single_elements_ask_for_is_refused_too() -> None:
    body = f'<stock name="s">{FRUIT}<eqn>1</eqn><element subscript="apple"><eqn>2</eqn><oven/></element></stock>'
    assert only_error(document(body, ARRAYS))[0] == "SF114"


def test_a_limit_of_one_element_of_a_flow_holds_for_it_alone() -> None:
    body = (
        f'<flow name="x">{FRUIT}<eqn>a</eqn><element subscript="apple"><eqn>b</eqn><non_negative/></element></flow>'
    )
    assert equation(body) == ["[fruit] except [apple] = a", "[apple] = max(b, 0)"]


@pytest.mark.parametrize(
    ("before", "word"),
    [
        ('<encrypted_model algorithm="AES">c2VjcmV0</encrypted_model>', "an encrypted model"),
    ],
)
def test_whole_constructs_are_refused_by_name(before: str, word: str) -> None:
    code, message, _ = only_error(document('<aux name="x"><eqn>1</eqn></aux>', SPECS + before))
    assert code == "SF114"
    assert word in message


def test_a_model_named_default_is_the_root() -> None:
    text = document('<aux name="x"><eqn>1</eqn></aux>').replace("<model>", '<model name="default">')
    assert variable(read_clean(text), "x").key == "x"


def test_vendor_extensions_are_kept_and_noted() -> None:
    body = '<aux name="x"><eqn>1</eqn><v:thing a="1"><v:more/></v:thing></aux>'
    project, report = read_text(document(body, attrs=' xmlns:v="urn:v"'))
    assert [(item.code, item.severity) for item in report] == [("SF114", "note")]
    assert "<v:thing>" in report.items[0].message
    assert '<v:thing a="1"><v:more/></v:thing>' in [item.text for item in project.verbatim]


def test_an_unknown_element_of_a_variable_warns() -> None:
    _, report = read_text(document('<aux name="x"><eqn>1</eqn><delay>3</delay></aux>'))
    assert [(item.code, item.severity) for item in report] == [("SF114", "warning")]


# Arrays


def test_an_equation_of_all_cells_has_the_dimensions_on_its_left() -> None:
    assert equation(f'<aux name="x">{FRUIT_N}<eqn>y + 1</eqn></aux>') == ["[fruit, n] = (y + 1)"]


def test_element_equations_take_their_cells_from_the_equation_of_all() -> None:
    body = f'<aux name="x">{FRUIT_N}<element subscript="apple,  2"><eqn>7</eqn></element><eqn>1</eqn></aux>'
    assert equation(body) == ["[fruit, n] except [apple, 2] = 1", "[apple, 2] = 7"]


def test_element_equations_for_every_cell_leave_none_for_the_equation_of_all() -> None:
    body = (
        f'<aux name="x">{FRUIT}<eqn>???</eqn><element subscript="Apple"><eqn>7</eqn></element>'
        '<element subscript="Red_Pear"><eqn>8</eqn></element></aux>'
    )
    assert equation(body) == ["[apple] = 7", "[red pear] = 8"]


def test_an_element_may_be_named_by_number() -> None:
    body = f'<aux name="x">{FRUIT}<element subscript="2"><eqn>8</eqn></element></aux>'
    assert equation(body) == ["[red pear] = 8"]


@pytest.mark.parametrize(
    ("subscript", "code"), [("plum", "SF302"), ("3", "SF302"), ("0", "SF302"), ("apple, 1", "SF303"), ("", "SF303")]
)
def test_an_element_that_is_none_is_an_error(subscript: str, code: str) -> None:
    body = f'<aux name="x">{FRUIT}<element subscript="{subscript}"><eqn>8</eqn></element><eqn>1</eqn></aux>'
    assert only_error(document(body, ARRAYS))[0] == code


def test_an_element_defined_twice_is_an_error() -> None:
    body = (
        f'<aux name="x">{FRUIT}<element subscript="apple"><eqn>8</eqn></element>'
        '<element subscript="1"><eqn>9</eqn></element></aux>'
    )
    assert only_error(document(body, ARRAYS))[0] == "SF201"


def test_an_unknown_dimension_is_an_error() -> None:
    body = '<aux name="x"><dimensions><dim name="Veg"/></dimensions><eqn>1</eqn></aux>'
    assert only_error(document(body, ARRAYS))[:2] == ("SF305", "the dimension 'Veg' of 'x' is not defined")


def test_a_list_of_numbers_fills_an_array_row_by_row() -> None:
    assert equation(f'<aux name="x">{FRUIT}<eqn>1, -2.5</eqn></aux>') == ["[fruit] = 1 rows of 1, -2.5"]
    body = f'<aux name="x">{FRUIT_N}<eqn>1,2,3;\n4,5,6;</eqn></aux>'
    assert equation(body) == ["[fruit, n] = 2 rows of 1, 2, 3, 4, 5, 6"]


def test_side_by_side_equations_are_read_one_for_each_cell_with_a_warning() -> None:
    project, report = read_text(document(f'<aux name="x">{FRUIT}<eqn>a</eqn><eqn>b</eqn></aux>', ARRAYS))
    assert [(item.code, item.severity) for item in report] == [("SF307", "warning")]
    assert left(project, "x") == ["[apple] = a", "[red pear] = b"]


def test_side_by_side_equations_that_do_not_fit_the_cells_are_an_error() -> None:
    body = f'<aux name="x">{FRUIT}<eqn>a</eqn><eqn>b</eqn><eqn>c</eqn></aux>'
    assert only_error(document(body, ARRAYS))[0] == "SF307"
    assert only_error(document('<aux name="x"><eqn>a</eqn><eqn>b</eqn></aux>'))[0] == "SF307"


def test_cells_of_a_stock_take_the_same_cells_of_their_flows() -> None:
    body = (
        f'<flow name="f">{FRUIT}<eqn>1</eqn></flow><flow name="g"><eqn>1</eqn></flow>'
        f'<stock name="x">{FRUIT_N}<inflow>f</inflow><outflow>g</outflow><eqn>0</eqn>'
        '<element subscript="apple,3"><eqn>5</eqn></element></stock>'
    )
    assert equation(body) == [
        "[fruit, n] except [apple, 3] = integ((f - g), 0)", "[apple, 3] = integ((f[apple] - g), 5)",
    ]


def test_a_separate_initial_equation_is_kept() -> None:
    found = variable(read_clean(document('<aux name="x"><eqn>a</eqn><init_eqn>3 + b</init_eqn></aux>')), "x")
    assert found.kind == "auxiliary"
    assert found.equations[0].initial is not None
    body = '<flow name="x"><eqn>a</eqn><init_eqn>b</init_eqn><non_negative/></flow>'
    limited = variable(read_clean(document(body)), "x").equations[0].initial
    assert isinstance(limited, Call)
    assert limited.key == "max"


def test_question_marks_of_a_converter_are_told_as_the_reason() -> None:
    _, report = read_text(document('<aux name="a"><eqn> ??? </eqn></aux><aux name="b"><eqn>{later}</eqn></aux>'))
    assert [(item.code, item.message, len(item.notes)) for item in report] == [
        ("SF207", "'a' has no equation", 1), ("SF207", "'b' has no equation", 0),
    ]


@pytest.mark.parametrize(
    ("flows", "said"),
    [
        ("<inflow>f</inflow><inflow>F</inflow>", "'s' lists 'F' twice, as an inflow, and it counts twice"),
        ("<inflow>f</inflow><outflow>f</outflow>",
         "'s' lists 'f' twice, as an inflow and as an outflow: the two cancel out"),
    ],
)
def test_a_flow_that_a_stock_lists_again_is_told(flows: str, said: str) -> None:
    _, report = read_text(document(f'<stock name="s"><eqn>1</eqn>{flows}</stock><flow name="f"><eqn>2</eqn></flow>'))
    assert [(item.code, item.message) for item in report] == [("SF201", said)]


def test_an_element_that_is_no_kind_of_variable_is_told() -> None:
    _, report = read_text(document('<auxiliary name="x"><eqn>1</eqn></auxiliary><aux name="y"><eqn>2</eqn></aux>'))
    assert [item.message for item in report] == ["<auxiliary> is no kind of variable; 'x' is left out"]


def test_a_limit_of_one_element_beside_its_graph_is_refused() -> None:
    curve = '<gf><xscale min="0" max="1"/><ypts>1,2</ypts></gf>'
    limited = f'<element subscript="apple">{curve}<non_negative/></element>'
    cells = f'{limited}<element subscript="red pear">{curve}</element>'
    code, message, _ = only_error(document(f'<flow name="f">{FRUIT}<eqn>TIME</eqn>{cells}</flow>', ARRAYS))
    assert (code, message) == (
        "SF114", "a limit of a single element with a graphical function is not supported; found in 'f'"
    )


def test_a_flow_over_another_dimension_than_its_stock_is_told(tmp_path) -> None:
    numbered = '<flow name="f"><dimensions><dim name="N"/></dimensions><eqn>1</eqn></flow>'
    path = tmp_path / "m.xmile"
    text = document(f'<stock name="s">{FRUIT}<eqn>1</eqn><inflow>f</inflow></stock>{numbered}', ARRAYS)
    path.write_text(text, encoding="utf-8")
    assert [(item.code, item.message) for item in check(path)] == [
        ("SF301", "f has the dimension N but is used without one in s")
    ]
