"""Operators, names, comments and subscripts of XMILE (XMILE 1.0, section 3.3), and where their spans point."""

from __future__ import annotations

import pytest

from stockflow.dialects.xmile.plaintext import plain
from stockflow.ir.walk import preorder
from tests.dialects.xmile.documents import DIMENSIONS, SPECS, aux, document, only_error, read_text, shown, variable


@pytest.mark.parametrize(
    ("equation", "tree"),
    [
        ("-2^2", "(- (2 ^ 2))"),
        ("2^3^2", "(2 ^ (3 ^ 2))"),
        ("30^ - 30^-c", "(30 ^ (- (30 ^ (- c))))"),
        ("a*b MOD c", "((a * b) mod c)"),
        ("TIME MOD(5)", "(time mod 5)"),
        ("a mod 3 + 1", "((a mod 3) + 1)"),
        ("MOD(7, 3)", "mod(7, 3)"),
        ("a//b * 2", "(safediv(a, b) * 2)"),
        ("a &lt; b = c", "((a < b) = c)"),
        ("a &lt;&gt; b", "(a <> b)"),
        ("a &lt;= b aNd c &gt;= d oR e", "(((a <= b) and (c >= d)) or e)"),
        ("not a AND b", "((not a) and b)"),
        ("NOT(a &gt; b)", "(not (a > b))"),
        ("a = NOT b", "(a = (not b))"),
        ("a + Not b", "(a + (not b))"),
        ("nothing + android + iffy + order", "(((nothing + android) + iffy) + order)"),
        ("IF(c)THEN(a)ELSE(b)", "if(c, a, b)"),
        ("if c then a else b + 1", "if(c, a, (b + 1))"),
        ("1 + IF c THEN a ELSE b * 2", "(1 + if(c, a, (b * 2)))"),
        ("IF a THEN IF b THEN 1 ELSE 2 ELSE 3", "if(a, if(b, 1, 2), 3)"),
        ("if_then_else(c, 1, 2)", "if(c, 1, 2)"),
        ("Heat_Loss__to_room", "heat loss to room"),
        ('"Heat Loss-to\\nroom"', "heat loss-to room"),
        ("&quot;a &amp; b&quot; * 2", "(a & b * 2)"),
        ("&quot;a&amp;b&quot;", "a&b"),
        ("größe_ä + Δx", "(grösse ä + δx)"),
        ("_lead + trail_", "(lead + trail)"),
        ("$peC + a$b", "($pec + a$b)"),
        ("PI + PI()", "(pi + pi())"),
        ("SMTH1(a, 2)", "smth1(a, 2)"),
        ("1 {one} + {two &lt; three} 2", "(1 + 2)"),
        ('"a{b}" + 1', "(a{b} + 1)"),
        ("<![CDATA[a < b]]>", "(a < b)"),
        ("a <!-- in between --> + b", "(a + b)"),
        ("a\n\t+\r\nb", "(a + b)"),
        ("1e-3 + .5 + 2.", "((0.001 + 0.5) + 2)"),
        (".top + a", "(top + a)"),
        ('"Big Farm".herd + Farm."a-b"', "(big farm.herd + farm.a-b)"),
        ('."a b" * "x.y"', "(a b * x.y)"),
        ("&quot;Big Farm&quot;.&quot;x-y&quot;", "big farm.x-y"),
        ("A' + B", "('(a) + b)"),
        ("-A *.* B'^2", "(- (*.*(a, '(b)) ^ 2))"),
        ("a * .5*b", "((a * 0.5) * b)"),
    ],
)
def test_equations_read_as(equation: str, tree: str) -> None:
    assert aux(equation) == tree


@pytest.mark.parametrize(
    ("equation", "tree"),
    [
        ("y[Fruit, 2]", "y[fruit, at 2]"),
        ("y[red_pear, n + 1]", "y[red pear, at (n + 1)]"),
        ("SUM(y[*, 3])", "sum(y[*, at 3])"),
        ("SUM(y[1:3])", "sum(y[1:3])"),
        ("MEAN(y[apple:red_pear])", "mean(y[apple:red pear])"),
        ("y[Fruit, @1, @2]", "y[fruit, @1, @2]"),
        ("y[z[Fruit]]", "y[at z[fruit]]"),
        ("Fruit.red_pear", "2"),
        ("fruit.Apple + 1", "(1 + 1)"),
        ("y[Fruit.apple]", "y[apple]"),
        ("a(10)", "a(10)"),
    ],
)
def test_subscripts_read_as(equation: str, tree: str) -> None:
    assert aux(equation, SPECS + DIMENSIONS) == tree


def test_not_before_an_open_comparison_warns_and_reads_the_comparison_first() -> None:
    project, report = read_text(document('<aux name="x"><eqn>NOT a &gt; b AND c</eqn></aux>'))
    assert shown(variable(project, "x").equations[0].expr) == "((not (a > b)) and c)"
    assert [(item.code, item.severity) for item in report] == [("SF105", "warning")]
    assert "NOT (a > b)" in report.items[0].message
    assert report.items[0].span is not None
    assert report.items[0].span.text == "NOT a &gt; b"


@pytest.mark.parametrize("equation", ["IF a THEN 5", "1 + (IF a &gt; 2 THEN IF b THEN 1 ELSE 2)"])
def test_a_missing_else_is_zero_with_a_warning(equation: str) -> None:
    project, report = read_text(document(f'<aux name="x"><eqn>{equation}</eqn></aux>'))
    assert shown(variable(project, "x").equations[0].expr).endswith(", 0)" if equation[0] == "I" else ", 0))")
    assert [(item.code, item.severity) for item in report] == [("SF105", "warning")]
    assert "ELSE 0" in report.items[0].hint


@pytest.mark.parametrize("equation", ["0,02", "a * 0,5", "a * (1 + 0,5)", "MAX(0,5; 2)"])
def test_a_decimal_comma_is_told_to_be_a_point(equation: str) -> None:
    _, report = read_text(document(f'<aux name="x"><eqn>{equation}</eqn></aux>'))
    assert [item.code for item in report] == ["SF105"]
    assert "point" in report.items[0].hint


def test_not_before_parentheses_or_a_power_does_not_warn() -> None:
    assert aux("NOT (a + b &gt; c) OR NOT ((a) = b)") == "((not ((a + b) > c)) or (not (a = b)))"
    assert aux("NOT a^b") == "(not (a ^ b))"


def test_spans_point_into_the_file_past_entities_and_comments() -> None:
    text = document('<aux name="x">\n<eqn>{why} IF a &lt;= 3 THEN "b &amp; c"\n  ELSE d</eqn></aux>')
    project, _ = read_text(text)
    spans = [node.span for node in preorder(variable(project, "x").equations[0].expr)]
    assert all(span is not None for span in spans)
    places = {(span.text.strip(), span.line) for span in spans if span is not None}
    assert {("a", 7), ("3", 7), ("d", 8)} <= places


def test_a_fault_of_syntax_points_at_the_word() -> None:
    text = document('<aux name="a thing"><eqn>1 &gt; 2 * * 3</eqn></aux>')
    code, message, marked = only_error(text)
    assert (code, marked) == ("SF105", "*")
    assert "'a thing'" in message
    _, report = read_text(text)
    assert (report.items[0].line, report.items[0].column) == (6, 37)


@pytest.mark.parametrize(
    ("equation", "code", "word"),
    [
        ("{never closed", "SF105", "{"),
        ("x := 2", "SF105", ":"),
        ("(1 + 2", "SF107", "never closed"),
        ('"a', "SF106", "never closed"),
        ("1 2", "SF105", "2"),
        ("0,02", "SF105", "comma"),
        ("TWO WORDS(1)", "SF105", "WORDS"),
    ],
)
def test_what_is_no_expression_is_an_error(equation: str, code: str, word: str) -> None:
    found, message, _ = only_error(document(f'<aux name="x"><eqn>{equation}</eqn></aux>'))
    assert found == code
    assert word in message


@pytest.mark.parametrize("raw", ["a&lt;b", '{c}"x{y}"&amp;', "<![CDATA[a]]>", "{{{{", '"' * 7, "&lt;&gt;", '"\\"{', ""])
def test_plain_text_keeps_its_length(raw: str) -> None:
    assert len(plain(raw)) == len(raw)


def test_long_equations_need_no_recursion() -> None:
    assert aux("+".join(["a"] * 5000)).count("a") == 5000
    assert aux("IF a THEN 1 ELSE " * 300 + "2").count("if(") == 300
    assert aux("(" * 500 + "a" + ")" * 500) == "a"
