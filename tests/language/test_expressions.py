"""The neutral expression parser: precedence, names, subscripts, lookups, spans and size."""

from __future__ import annotations

import time

import pytest

from stockflow.ir.expr import (
    At,
    Between,
    Binary,
    Call,
    Every,
    Expr,
    Interpolate,
    Missing,
    Name,
    Number,
    Place,
    Table,
    Text,
    Unary,
    Word,
)
from stockflow.ir.walk import depth, fold, postorder
from stockflow.language.faults import Unreadable
from stockflow.language.parser import parse_expression


def written(expr: Expr) -> str:
    """The tree with every operation in brackets."""

    def text(node: Expr, parts: tuple[str, ...]) -> str:
        match node:
            case Number(value=value):
                return f"{value:g}"
            case Name(key=key):
                return key
            case Binary(op=op):
                return f"({parts[0]} {op} {parts[1]})"
            case Unary(op=op):
                return f"({op} {parts[0]})"
            case Call(key=key):
                return f"{key}<{', '.join(parts)}>"
            case Missing():
                return "NA"
            case Text(value=value):
                return repr(value)
            case _:
                return type(node).__name__

    return fold(expr, text)


# Expectations follow Vensim's recorded output for SDXorg test `arithmetics_exp`, and XMILE 1.0 section 3.3.1.
@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a + b * c", "(a + (b * c))"),
        ("a - b - c", "((a - b) - c)"),
        ("a / b * c", "((a / b) * c)"),
        ("a ^ b ^ c", "(a ^ (b ^ c))"),
        ("-a ^ 2", "(- (a ^ 2))"),
        ("30 ^ - 30 ^ -c", "(30 ^ (- (30 ^ (- c))))"),
        ("a * -b", "(a * (- b))"),
        ("a - -b", "(a - (- b))"),
        ("- - + a", "(- (- (+ a)))"),
        ("(a + b) * c", "((a + b) * c)"),
        ("a < b = c > d", "((a < b) = (c > d))"),
        ("a + 1 <> b", "((a + 1) <> b)"),
        ("a >= b <= c", "((a >= b) <= c)"),
        (":NOT: a * b > 5", "(not ((a * b) > 5))"),
        (":NOT: a :AND: b", "((not a) and b)"),
        (":not: :NOT: a", "(not (not a))"),
        ("a :OR: b :AND: c :or: d", "((a or (b and c)) or d)"),
        ("a = :NA:", "(a = NA)"),
        ("IF THEN ELSE(a, b, c)", "if then else<a, b, c>"),
        ("RANDOM 0 1()", "random 0 1<>"),
        ("GET XLS DATA('f.xls', 'S', 'A', 'B2')", "get xls data<'f.xls', 'S', 'A', 'B2'>"),
        ("1. + .5 + 6E5 + 2e-3", "(((1 + 0.5) + 600000) + 0.002)"),
    ],
)
def test_operators_bind_as_vensim_recorded(text: str, tree: str) -> None:
    assert written(parse_expression(text)) == tree


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("heat loss", "heat loss"),
        ("Heat_Loss \t to\n  Room", "heat loss to room"),
        ("cost in $", "cost in $"),
        ("d'été", "d'été"),
        ("Größe", "grösse"),
        ("температура 2", "температура 2"),
        ("हिन्दी", "हिन्दी"),
        ('"a / b (c)"', "a / b (c)"),
        ('"say \\"no\\""', 'say "no"'),
        ('"1st year"', "1st year"),
    ],
)
def test_names_of_any_script_and_quoted_names_get_one_key(text: str, key: str) -> None:
    expr = parse_expression(text)
    assert isinstance(expr, Name)
    assert expr.key == key


def test_label_keeps_the_spelling_and_drops_the_quotes() -> None:
    expr = parse_expression('"Heat_Loss  (kW)"')
    assert isinstance(expr, Name)
    assert expr.label == "Heat_Loss (kW)"


def test_subscripts_of_every_form() -> None:
    expr = parse_expression("x[a one, b!, *, *:c, 1:3, lo:hi, @2, i + 1, 3]")
    assert isinstance(expr, Name)
    kinds = [type(subscript) for subscript in expr.subscripts]
    assert kinds == [Word, Every, Every, Every, Between, Between, Place, At, At]
    word, bang, star, part, _, _, place, *_ = expr.subscripts
    assert isinstance(word, Word) and word.key == "a one"
    assert isinstance(bang, Every) and bang.key == "b"
    assert isinstance(star, Every) and star.key == ""
    assert isinstance(part, Every) and part.key == "c"
    assert isinstance(place, Place) and place.number == 2


def test_arrayed_lookup_is_called_with_its_subscripts() -> None:
    expr = parse_expression("f[north](Time / 2)")
    assert isinstance(expr, Call)
    assert expr.key == "f"
    assert [subscript.key for subscript in expr.subscripts if isinstance(subscript, Word)] == ["north"]
    assert written(expr) == "f<(time / 2)>"


@pytest.mark.parametrize(
    "table", ["([(0,0)-(10,10)],(0,-1),(5,2e1))", "([(0,0)-(10,10),(1,1),(2,2)],(0,-1),(5,20))", "((0,-1),(+5,20))"]
)
def test_anonymous_lookup_becomes_interpolation_without_its_drawing_range(table: str) -> None:
    expr = parse_expression(f"WITH LOOKUP(x + 1, {table})")
    assert isinstance(expr, Interpolate)
    assert isinstance(expr.table, Table)
    assert (expr.table.x, expr.table.y) == ((0.0, 5.0), (-1.0, 20.0))
    assert written(expr.args[0]) == "(x + 1)"


def test_every_node_spans_its_own_text() -> None:
    expr = parse_expression(" a + (b c * 2) - f(x[ i ]) ")
    spans = [node.span.text for node in postorder(expr) if node.span is not None]
    assert spans == ["a", "b c", "2", "(b c * 2)", "a + (b c * 2)", "x[ i ]", "f(x[ i ])", "a + (b c * 2) - f(x[ i ])"]


def test_a_sum_of_20000_terms_parses() -> None:
    text = " + ".join(f"term {number}" for number in range(20_000))
    began = time.process_time()
    expr = parse_expression(text)
    assert time.process_time() - began < 30
    assert depth(expr) == 20_000


def test_500_nested_parentheses_parse() -> None:
    assert written(parse_expression("(" * 500 + "1" + ")" * 500)) == "1"


def test_300_nested_calls_parse() -> None:
    expr = parse_expression("IF THEN ELSE(a, 1, " * 300 + "0" + ")" * 300)
    assert depth(expr) == 301


def test_nesting_beyond_the_limit_is_a_located_fault_not_a_crash() -> None:
    deep = 2_001
    with pytest.raises(Unreadable) as caught:
        parse_expression("(" * deep + "1" + ")" * deep)
    assert caught.value.code == "SF109"
    assert "2,001" in caught.value.message and "2,000" in caught.value.message
    assert caught.value.start == 2_000


def test_100000_brackets_side_by_side_are_no_nesting() -> None:
    assert isinstance(parse_expression("f(x)" + "+f(x)" * 3_000), Binary)


def test_points_are_read_in_the_order_of_x_and_a_step_keeps_its_order() -> None:
    """Recorded by Vensim: SDXorg test subscripted_lookups, lookup2dim[B,E]."""
    expr = parse_expression("WITH LOOKUP(x, ((2,-3),(1,-7),(1,5),(0,-1)))")
    assert isinstance(expr, Interpolate) and isinstance(expr.table, Table)
    assert (expr.table.x, expr.table.y) == ((0.0, 1.0, 1.0, 2.0), (-1.0, -7.0, 5.0, -3.0))
