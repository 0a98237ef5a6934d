"""The reader of .mdl files: what a statement becomes, and what a modeller is told about faults."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockflow.diagnostics.model import Diagnostic, Report, Severity
from stockflow.dialects.vensim.reader import read
from stockflow.ir.expr import Binary, Broken, Call, Interpolate, Missing, Name, Number, Table, Text, Unary, Values, Word
from stockflow.ir.model import Dimension, Project, Variable
from stockflow.source import Source


def project_of(text: str) -> tuple[Project, Report]:
    report = Report()
    return read(Source("m.mdl", text), report), report


def clean(text: str) -> Project:
    project, report = project_of(text)
    assert not report.items
    return project


def variable(text: str, key: str | None = None) -> Variable:
    found = clean(text).variables
    return next(item for item in found if key is None or item.key == key)


def dimension(text: str) -> Dimension:
    return clean(text).dimensions[0]


def only(text: str) -> Diagnostic:
    _, report = project_of(text)
    (item,) = report.items
    return item


# Variables


@pytest.mark.parametrize(
    "text", ["x = 1 ~ m\ny = 2 ~~|", "x = 1 ~\n\t\"my y\"[a] = 2 ~~|", "x = 1 ~ m ~ A comment.\ny = 2 ~~|"]
)
def test_a_definition_that_is_lost_in_the_units_or_the_comment_of_another_is_pointed_out(text: str) -> None:
    item = only(text)
    assert (item.code, item.line) == ("SF104", 2)
    assert item.message == "the definition of 'x' runs on into the next one"


def test_a_comment_may_hold_lines_like_definitions() -> None:
    assert clean("x = 1 ~ m ~ Such that\nx = 1\n|").variables[0].doc == "Such that\nx = 1"
    clean("x = 1 ~ m ~ Such that\nx = 1 ~ :SUPPLEMENTARY |")


def test_a_comment_with_a_line_like_a_definition_and_an_empty_flag_is_a_warning() -> None:
    project, report = project_of("x = 1 ~ m ~ Such that\n a = b + c\n~ |\ny = 2 ~~|")
    (item,) = report.items
    assert (item.code, item.severity, item.line, item.column) == ("SF104", Severity.WARNING, 2, 2)
    assert item.message == "the comment of 'x' holds what looks like a definition, and is read as a comment"
    assert [(found.key, found.doc) for found in project.variables] == [("x", "Such that\na = b + c"), ("y", "")]


@pytest.mark.parametrize("text", ['"" = 1 ~~|', '"  " : a, b ~~|'])
def test_a_name_holds_something(text: str) -> None:
    assert (only(text).code, only(text).message) == ("SF105", "there is no name between the quotes")


def test_a_comparison_that_is_a_whole_equation_is_pointed_out() -> None:
    item = only("x = y = 1 ~~|")
    assert (item.code, item.severity, item.column) == ("SF119", Severity.NOTE, 5)
    assert item.message == "y = 1 inside an equation is a comparison"
    clean("x = (y = 1) ~~|\nz = IF THEN ELSE(y = 1, 2, 3) ~~|")


def test_an_equation_keeps_its_label_units_range_comment_group_and_text() -> None:
    found = variable(
        "{UTF-8}\n*****\n.Sector\n*****~|\nHeat_Loss  to Room=\n\t(a - b) {why} /\\\n\t\tc\n"
        "\t~\tDegrees Fahrenheit/Minute [0,?,0.5]\n\t~\tThe rate \\\n\t\tof loss.\n\tTwo lines.\n\t~ :SUPPLEMENTARY\n|"
    )
    assert (found.key, found.label, found.kind) == ("heat loss to room", "Heat_Loss to Room", "auxiliary")
    assert (found.units, found.limits) == ("Degrees Fahrenheit/Minute", (0.0, None, 0.5))
    assert found.units_span is not None and found.units_span.text == "Degrees Fahrenheit/Minute"
    assert found.doc == "The rate of loss.\nTwo lines."
    assert (found.group, found.supplementary) == (".Sector", True)
    assert found.equations[0].text == "Heat_Loss to Room= (a - b) / c"
    assert found.span is not None and (found.span.line, found.span.text) == (5, "Heat_Loss  to Room")


@pytest.mark.parametrize(
    ("text", "kind", "node"),
    [
        ("x = 3 ~~|", "constant", Number), ("x = -3 ~~|", "constant", Unary), ("x = - + 3 ~~|", "constant", Unary),
        ("x == 3 ~~|", "constant", Number), ("x[d] = 1,-2,3 ~~|", "constant", Values),
        ("x = TABBED ARRAY(1\t2\n3\t4) ~~|", "constant", Values), ("x :IS: 'text' ~~|", "string", Text),
        ("x = GET DIRECT CONSTANTS('f','s','B2') ~~|", "constant", Call),
        ("x = INTEG(a, 1) ~~|", "stock", Call), ("x = integ (a, 1) ~~|", "stock", Call),
        ("x = 2 * INTEG(a, 1) ~~|", "auxiliary", Binary), ("x = 1 + 2 ~~|", "auxiliary", Binary),
        ("x = WITH LOOKUP(a, ((0,0),(1,1))) ~~|", "auxiliary", Interpolate),
        ("x((0,0),(1,1)) ~~|", "lookup", Table), ("x(GET XLS LOOKUPS('f','s','1','B2')) ~~|", "lookup", Call),
        ("x ~~|", "data", Missing), ("x[d] ~~|", "data", Missing), ("x:RAW: ~~|", "data", Missing),
        ("x := a + 1 ~~|", "data", Binary), ("x = GET XLS DATA('f','s','A','B2') ~~|", "data", Call),
    ],
)
def test_kind_follows_the_form_of_the_definition(text: str, kind: str, node: type) -> None:
    found = variable(text)
    assert found.kind == kind
    assert isinstance(found.equations[0].expr, node)


def test_a_double_equals_makes_a_constant_unchangeable() -> None:
    assert not variable("x == 3 ~~|").changeable
    assert not variable("x == 3 * 4 ~~|").changeable
    assert variable("x = 3 ~~|").changeable


@pytest.mark.parametrize("keyword", ["raw", "interpolate", "hold backward", "look forward"])
def test_data_keep_the_word_for_their_gaps(keyword: str) -> None:
    for form in (f"x :{keyword.upper()}: ~~|", f"x[a] :{keyword}: := b ~~|"):
        assert variable(form).equations[0].keyword == keyword


def test_blocks_of_one_name_become_one_variable_of_several_equations() -> None:
    found = variable("X[a, b] = 1 ~~|\nx[c,  b] = 2 ~ People ~ Said last |")
    assert (found.label, found.units, found.doc) == ("X", "People", "Said last")
    assert [[item.key for item in equation.subscripts if isinstance(item, Word)] for equation in found.equations] == [
        ["a", "b"], ["c", "b"],
    ]


@pytest.mark.parametrize("stars", ["********************\n~ ~ |", "{********}"])
def test_stars_without_a_name_end_the_group_before_them(stars: str) -> None:
    project = clean(f"{{UTF-8}}\n****\n.Sector\n****~|\nx = 1 ~~|\n{stars}\ny = 2 ~~|")
    assert [(found.label, found.group) for found in project.variables] == [("x", ".Sector"), ("y", "")]


def test_except_groups_are_kept_in_order() -> None:
    found = variable("x[A,B] :EXCEPT: [A1,B], [A,B2] = 1 ~~|")
    assert [[item.key for item in group if isinstance(item, Word)] for group in found.equations[0].excepts] == [
        ["a1", "b"], ["a", "b2"],
    ]


@pytest.mark.parametrize(
    ("written", "values", "rows"),
    [
        ("1, -2, 3e2", (1.0, -2.0, 300.0), 1), ("1,2;3,4", (1.0, 2.0, 3.0, 4.0), 2),
        ("1,2;3,4;", (1.0, 2.0, 3.0, 4.0), 2),
        ("5;", (5.0,), 1), ("1,\\\n 2", (1.0, 2.0), 1), ("TABBED ARRAY( 1\t2\n3 -4 )", (1.0, 2.0, 3.0, -4.0), 2),
        ("1, :NA:", (1.0, -(2.0**109)), 1), ("1 {a}, 2 {b}", (1.0, 2.0), 1),
    ],
)
def test_lists_of_values_are_row_major(written: str, values: tuple[float, ...], rows: int) -> None:
    expr = variable(f"x[d] = {written} ~~|").equations[0].expr
    assert isinstance(expr, Values)
    assert (expr.values, expr.rows) == (values, rows)


@pytest.mark.parametrize(
    "written",
    [
        "([(0,0)-(10,10)],(0,1),(5,-2))", "([(0,0)-(10,10),(3,3)],(0,1),(5,-2))", "((0,1),(5,-2))", "(0,5,1,-2)",
        "( (0, 1) ,\\\n\t(5, - 2) )",
    ],
)
def test_a_lookup_in_any_form_has_the_same_points(written: str) -> None:
    expr = variable(f"f{written} ~~|").equations[0].expr
    assert isinstance(expr, Table)
    assert (expr.x, expr.y) == ((0.0, 5.0), (1.0, -2.0))


def test_flows_are_the_plain_names_that_a_rate_adds_or_subtracts() -> None:
    stock = "s = INTEG(births - (deaths - saved) + 2*k - moved[a], 5) ~~|"
    text = stock + "births = s ~~|deaths = s ~~|moved[a] = s~~|saved = 1~~|"
    found = {item.key: item for item in clean(text).variables}
    assert found["s"].inflows == ("births", "saved")
    assert found["s"].outflows == ("deaths", "moved")
    assert [found[key].kind for key in ("births", "deaths", "moved", "saved")] == ["flow", "flow", "flow", "constant"]


def test_control_variables_are_marked_and_give_the_time_units() -> None:
    project = clean("INITIAL TIME = 0 ~ Month ~|\nFinal_Time = 10 ~ Month ~|\nTIME STEP = 1 ~ Month ~|\nx = 1~~|")
    assert [item.key for item in project.variables if item.control] == ["initial time", "final time", "time step"]
    assert project.time_units == "Month"


# Subscript ranges


@pytest.mark.parametrize(
    ("written", "items"),
    [
        ("a, B b, c", ("a", "b b", "c")), ("(A1-A3)", ("a1", "a2", "a3")),
        ("x, (Age8 - Age11), other", ("x", "age8", "age9", "age10", "age11", "other")), ('"a-b", c', ("a-b", "c")),
    ],
)
def test_a_range_lists_its_items(written: str, items: tuple[str, ...]) -> None:
    found = dimension(f"Dim : {written} ~ ~ why |")
    assert (found.key, found.label, found.items, found.doc) == ("dim", "Dim", items, "why")


def test_labels_of_elements_keep_their_spelling() -> None:
    assert dimension("d: North_East, (A1-A2) ~~|").labels == ("North_East", "A1", "A2")


def test_an_alias_names_its_range() -> None:
    found = dimension("New Dim <-> Old_Dim ~~|")
    assert (found.key, found.alias_of, found.items) == ("new dim", "old dim", ())


@pytest.mark.parametrize(
    ("written", "maps"),
    [
        ("-> B", [("b", ())]), ("-> B, C", [("b", ()), ("c", ())]),
        ("-> (B: b2, Sub B)", [("b", ("b2", "sub b"))]),
        ("-> (B: b2, b1), C, (D: d1, d2)", [("b", ("b2", "b1")), ("c", ()), ("d", ("d1", "d2"))]),
    ],
)
def test_mappings_of_every_form(written: str, maps: list[tuple[str, tuple[str, ...]]]) -> None:
    assert [(item.target, item.items) for item in dimension(f"a: a1, a2 {written} ~~|").mappings] == maps


# Sections


def test_sketch_and_settings_are_kept_and_the_settings_are_read() -> None:
    sketch = "\\\\\\---/// Sketch information - do not modify\nV300\n*View 1\n"
    settings = "///---\\\\\\\n:L\x7f<%^E!@\n1:Current.vdf\n15:0,0,0,5,0,0\n22:$,Dollar,Dollars,$s\n22:Hour,Hours\n"
    project = clean(f"x = 1~~|\n{sketch}{settings}")
    assert [(item.kind, item.text) for item in project.verbatim] == [("sketch", sketch), ("settings", settings)]
    assert project.method == "rk4"
    assert project.unit_equivalences == (("$", "Dollar", "Dollars", "$s"), ("Hour", "Hours"))
    assert project.title == "m"


@pytest.mark.parametrize(("number", "method"), [(0, "euler"), (1, "rk4_auto"), (5, "rk4")])
def test_the_method_is_the_fourth_number_of_setting_15(number: int, method: str) -> None:
    assert clean(f"x = 1~~|\n///---\\\\\\\n15:0,0,0,{number},0,0\n").method == method


def test_an_unsupported_method_is_told_with_what_is_used_instead() -> None:
    item = only("x = 1~~|\n///---\\\\\\\n15:0,0,0,2,0,0\n")
    assert (item.code, item.severity, item.line) == ("SF114", Severity.WARNING, 3)
    assert "Euler is used" in item.message


def test_groups_are_listed_with_their_comments() -> None:
    project = clean("****\n.Control\n****~\n\tParameters\n|x = 1~~|")
    assert [(group.label, group.doc) for group in project.groups] == [(".Control", "Parameters")]


# Faults: the facts that a modeller needs


def test_every_fault_of_a_file_is_told_and_the_rest_is_read() -> None:
    project, report = project_of("a = 1 + ~~|\nb = f(~~|\nc = 2~~|\nd = * 3~~|\ne = 3~~|")
    assert [(item.line, item.variable) for item in report] == [(1, "a"), (2, "b"), (4, "d")]
    assert [item.key for item in project.variables] == ["a", "b", "c", "d", "e"]
    assert isinstance(project.variables[0].equations[0].expr, Broken)


def test_an_unclosed_quote_is_told_where_it_opens() -> None:
    item = only('{UTF-8}\n"my var = 1 ~ ~ |\ny = 2 ~ ~ |')
    assert (item.code, item.line, item.column) == ("SF106", 2, 1)
    assert "never closed" in item.message
    assert item.hint == 'did you mean "my var"?'


def test_an_unclosed_parenthesis_is_told_where_it_opens_and_in_which_equation() -> None:
    item = only("{UTF-8}\nx = MAX(1, (2 + 3) ~ ~ |\ny = 2 ~ ~ |")
    assert (item.code, item.line, item.column) == ("SF107", 2, 8)
    assert item.message == "'(' is never closed in the equation of 'x'"


def test_an_incomplete_point_is_shown() -> None:
    item = only("{UTF-8}\nt( (0,0),(1,),(2 20) ) ~ ~ |")
    assert (item.code, item.line, item.column) == ("SF108", 2, 12)
    assert "two numbers '(x,y)'; found '(1,)'" in item.message


def test_a_second_definition_names_the_first_in_both_spellings() -> None:
    item = only("{UTF-8}\nx one = 1 ~ ~ |\nX_One = 2 ~ ~ |")
    assert (item.code, item.line, item.column) == ("SF201", 3, 1)
    assert item.message == "'X_One' is already defined at line 2 as 'x one'"
    assert item.notes == ("Names ignore case, spaces and underscores.",)


@pytest.mark.parametrize(
    "text", ["d: a ~~|\nD = 2~~|", "D = 2~~|\nd: a~~|", "d: a~~|\nD: b~~|", "x[a]=1~~|\nX[A]=2~~|"]
)
def test_a_name_of_any_sort_is_defined_once(text: str) -> None:
    item = only(text)
    assert (item.code, item.line) == ("SF201", 2)
    assert "line 1" in item.message


def test_a_second_definition_that_cannot_be_read_is_one_fault() -> None:
    assert only("x = 1 ~~|\nx = 1 + ~~|").code == "SF105"


def test_left_sides_with_other_numbers_as_subscripts_are_other_definitions() -> None:
    # That a number is no element is told where subscripts are looked up.
    assert len(variable("x[1] = 1 ~~|\nx[2] = 2 ~~|").equations) == 2
    assert only("x[1] = 1 ~~|\nx[ 1 ] = 2 ~~|").code == "SF201"


def test_a_range_of_values_may_stand_without_units() -> None:
    found = variable("x = 3 ~ [0,?] ~ |")
    assert (found.units, found.units_span, found.limits) == ("", None, (0.0, None, None))


def test_the_same_left_side_with_other_exceptions_is_another_definition() -> None:
    assert len(variable("x[d] :EXCEPT: [a] = 1~~|x[d] :EXCEPT: [b] = 2~~|").equations) == 2


@pytest.mark.parametrize("right", ["", "A FUNCTION OF(z)"])
def test_a_variable_without_equation_is_told_with_what_depends_on_it(right: str) -> None:
    item = only(f"{{UTF-8}}\nx = {right}~ Month ~ |\ny = x + 1 ~ ~ |\nw = 2*x ~~|")
    assert (item.code, item.line, item.variable) == ("SF207", 2, "x")
    assert item.message == "'x' has no equation"
    assert item.notes == ("'y', 'w' depend on it.",)
    assert ":INTERPOLATE:" in item.hint


def test_a_lookup_that_is_a_variable_too_is_told() -> None:
    item = only("f[a]((0,0),(1,1))~~|\nf[b] = 3~~|")
    assert (item.code, item.line) == ("SF208", 2)


def test_a_missing_bar_that_swallows_the_next_definition_is_an_error() -> None:
    item = only("x = 1 ~ ~ \ny = 2 ~ ~ |\nz = 3~~|")
    assert (item.code, item.severity, item.line) == ("SF104", Severity.ERROR, 2)
    assert "'x' runs on into the next one" in item.message


def test_a_tilde_in_a_comment_is_a_warning() -> None:
    item = only("x = 1 ~ u ~ about ~5 per cent |")
    assert (item.code, item.severity) == ("SF105", Severity.WARNING)


def test_a_huge_numeric_range_is_refused_by_arithmetic() -> None:
    began = time.process_time()
    item = only("d: (a1-a999999999) ~~|")
    assert time.process_time() - began < 30
    assert item.code == "SF109"
    assert "999,999,999" in item.message and "1,000,000" in item.message


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("d: (a1-b3)~~|", "SF308", "one prefix"), ("d: (a5-a3)~~|", "SF308", "empty"), ("d: a, A~~|", "SF201", "twice"),
        ("d: a, , b~~|", "SF105", "range cannot be read"), ("x = 1, y~~|", "SF105", "only numbers; found 'y'"),
        ("x = 1,2;3~~|", "SF307", "is 1, in the first 2"), ("f(1,2,3)~~|", "SF108", "as many x as y"),
        ("f([(0,0)-(1,1)])~~|", "SF108", "no points"), ("1st = 3~~|", "SF105", "starts with a name"),
        ("x + 1 = 3~~|", "SF105", "'=' is missing"), ("x[a] :EXCEPT: b = 3~~|", "SF105", "groups in brackets"),
        ("x :IS: abc~~|", "SF105", "string in single quotes"), ("x = a := b~~|", "SF105", "cannot stand"),
        ("x = 1 ~ m [low,high] ~|", "SF501", "[low,high]"),
    ],
)
def test_malformed_definitions_are_told_in_the_modellers_words(text: str, code: str, words: str) -> None:
    item = only(text)
    assert item.code == code
    assert words in item.message
    assert item.span is not None


def test_no_break_spaces_are_blanks_with_one_warning() -> None:
    project, report = project_of("Room\xa0 Temperature = 1 ~~|\ny = Room Temperature\xa0+ 1 ~~|")
    assert [item.key for item in project.variables] == ["room temperature", "y"]
    (item,) = report.items
    assert (item.code, item.severity, item.line) == ("SF116", Severity.WARNING, 1)
    assert item.notes == ("They are on line 1, 2.",)


def test_a_macro_has_a_namespace_of_its_own() -> None:
    project = clean(
        "{UTF-8}\n:MACRO: My macro(a : b, c)\nmy_macro = a + Time$ ~~|\nb = 2~~|\n:END OF MACRO:\nx = 1~~|"
    )
    assert [item.key for item in project.variables] == ["x"]
    (macro,) = project.macros
    assert (macro.key, macro.label) == ("my macro", "My macro")
    assert [item.key for item in macro.parameters] == ["a"]
    assert [item.key for item in macro.outputs] == ["b", "c"]
    assert [item.key for item in macro.variables] == ["my macro", "b"]
    expr = macro.variables[0].equations[0].expr
    assert isinstance(expr, Binary) and isinstance(expr.right, Name)
    assert expr.right.key == ".time"


def test_a_call_names_the_outputs_that_it_binds() -> None:
    expr = variable("x = m(a, 2 : y, z) ~~|").equations[0].expr
    assert isinstance(expr, Call)
    assert (expr.key, len(expr.args), [name.key for name in expr.outputs]) == ("m", 2, ["y", "z"])


# Size, and any text at all


def test_50000_constants_are_read() -> None:
    text = "".join(f"constant {number} = {number}.5 ~ People ~ a comment |\n" for number in range(50_000))
    began = time.process_time()
    project = clean(text)
    assert time.process_time() - began < 30
    assert len(project.variables) == 50_000


def test_a_chain_of_5000_auxiliaries_is_read() -> None:
    text = "x0 = 1~~|" + "".join(f"x{number} = x{number - 1} + 1 ~~|\n" for number in range(1, 5_000))
    began = time.process_time()
    clean(text)
    assert time.process_time() - began < 30


def test_constants_read_without_the_grammar_are_those_read_with_it() -> None:
    direct = variable('"a (b)" = -1.5e3 ~~|').equations[0]
    parsed = variable('"a (b)" = -1.5e3 + 0 ~~|').equations[0].expr
    assert isinstance(parsed, Binary)
    for expr in (direct.expr, parsed.left):
        assert isinstance(expr, Unary) and isinstance(expr.operand, Number)
        assert expr.operand.value == 1500.0
        assert expr.span is not None and expr.span.text == "-1.5e3"


@given(st.text(alphabet="ab1 =~|{}\"'\\\n*:()[];,.+-^<>!@\xa0é", max_size=60))
def test_any_text_is_read_or_told_but_never_raises(text: str) -> None:
    _, report = project_of(text)
    for item in report:
        assert item.span is not None
        assert 0 <= item.span.start <= item.span.stop <= len(text) + 1


@given(st.lists(st.sampled_from(
    ["x", "y[a]", "d", ":", "=", ":=", "->", "<->", "(", ")", "[", "]", ",", ";", "1", "2.5", "+", "^", "-", ":AND:",
     ":EXCEPT:", ":RAW:", "'s'", '"q r"', "!", "INTEG", "~", "|", "~~|", "WITH LOOKUP", "{c}", ":MACRO:", "@", "*"]
), max_size=25))
def test_any_row_of_words_is_read_or_told_but_never_raises(words: list[str]) -> None:
    _, report = project_of(" ".join(words))
    for item in report:
        assert item.message and item.span is not None
