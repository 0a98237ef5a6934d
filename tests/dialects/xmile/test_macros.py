"""Macros of XMILE files: parameters, defaults, overloads, states for each call, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stockflow.api import check, load
from tests.dialects.xmile.documents import SPECS, document

FRUIT = '<dimensions><dim name="Fruit"><elem name="apple"/><elem name="pear"/></dim></dimensions>'
ARRAY = '<dimensions><dim name="Fruit"/></dimensions>'
# The example of XMILE 1.0, section 4.8: a logarithm to any base, 10 where none is given.
LOG = '<macro name="LOG"><parm>x</parm><parm default="10">base</parm><eqn>LN(x)/LN(base)</eqn></macro>'
SUM_UP = (
    '<macro name="sum_up"><parm>rate</parm><parm>start</parm><eqn>level</eqn><variables>'
    '<stock name="level"><eqn>start</eqn><inflow>in_flow</inflow></stock>'
    '<flow name="in flow"><eqn>rate</eqn></flow></variables></macro>'
    '<macro name="sum_up"><parm>rate</parm><eqn>sum_up(rate, 0)</eqn></macro>'
)


@pytest.fixture
def written(tmp_path: Path):
    def made(macros: str, variables: str) -> Path:
        path = tmp_path / "m.xmile"
        path.write_text(document(variables, SPECS + FRUIT + macros), encoding="utf-8")
        return path

    return made


def aux(name: str, equation: str, rest: str = "") -> str:
    return f'<aux name="{name}"><eqn>{equation}</eqn>{rest}</aux>'


def last(path: Path, name: str = "x"):
    return np.asarray(load(path).run()[name])[-1].ravel().tolist()


def test_a_parameter_that_is_left_out_has_its_default(written):
    assert last(written(LOG, aux("x", "LOG(100)"))) == pytest.approx([2])
    assert last(written(LOG, aux("x", "LOG(8, 2)"))) == pytest.approx([3])


def test_a_default_may_name_earlier_parameters(written):
    macro = '<macro name="m"><parm>a</parm><parm default="a * 2">b</parm><eqn>a + b</eqn></macro>'
    assert last(written(macro, aux("x", "m(3)"))) == [9]


def test_macros_of_one_name_are_told_apart_by_the_number_of_arguments(written):
    assert last(written(SUM_UP, aux("x", "sum_up(1) + sum_up(2, 5)"))) == [10 + 25]


def test_each_element_of_an_array_has_stocks_of_its_own(written):
    path = written(SUM_UP, aux("x", "sum_up(a)", ARRAY) + aux("a", "1, 2", ARRAY))
    assert last(path) == [10, 20]


def test_a_macro_without_parameters_needs_no_parentheses(written):
    assert last(written('<macro name="two"><eqn>2</eqn></macro>', aux("x", "two + two() + TIME"))) == [14]


def test_a_graphical_function_is_a_macros_own(written):
    curve = (
        '<macro name="m"><parm>a</parm><eqn>g(a)</eqn><variables><gf name="g"><xscale min="0" max="10"/>'
        "<ypts>0,100</ypts></gf></variables></macro>"
    )
    assert last(written(curve, aux("x", "m(2)"))) == [20]


def test_a_module_may_call_a_macro(written):
    path = written(SUM_UP + '<model name="m"><variables>' + aux("x", "sum_up(1)") + "</variables></model>",
                   '<module name="m"/>')
    assert last(path, "m.x") == [10]


@pytest.mark.parametrize(
    ("macro", "code", "words"),
    [
        ('<macro name="m" filter="stock"><parm>a</parm><eqn>a</eqn></macro>', "SF114", "a filter of options"),
        ('<macro name="m"><eqn>1</eqn><sim_specs><dt>1</dt></sim_specs></macro>', "SF114", "a run inside a macro"),
        ('<macro name="m"><eqn>1</eqn><variables><module name="k"/></variables></macro>', "SF114", "a module in a"),
        (f'<macro name="m"><eqn>1</eqn><variables>{aux("k", "1", ARRAY)}</variables></macro>', "SF114", "an array"),
        ('<macro name="m"><parm>a</parm></macro>', "SF207", "no equation for its output 'm'"),
        ('<macro name="m"><parm>a</parm><parm>A</parm><eqn>a</eqn></macro>', "SF201", "twice"),
        ('<macro name="m"><parm default="1">a</parm><parm>b</parm><eqn>a</eqn></macro>', "SF205", "needs a default"),
        ('<macro name="m"><parm default="1">a</parm><parm>c</parm><eqn>a + c</eqn></macro>', "SF205", "'c'"),
        ('<macro name="m"><parm default="1 +">a</parm><eqn>a</eqn></macro>', "SF105", "in a default of the macro 'm'"),
        ("<macro><eqn>1</eqn></macro>", "SF105", "has no name"),
        ('<macro name="m"><parm/><eqn>1</eqn></macro>', "SF105", "a parameter of the macro 'm' has no name"),
        (f'<macro name="m"><parm>a</parm><eqn>a</eqn><variables>{aux("a", "1")}</variables></macro>', "SF201", "'a'"),
        ('<macro name="m"><parm>a</parm><eqn>m(a - 1)</eqn></macro>', "SF403", "(m -> m)"),
        ('<macro name="m"><eqn>n</eqn></macro><macro name="n"><eqn>m + 1</eqn></macro>', "SF403", "(m -> n -> m)"),
        ('<macro name="m"><eqn>x</eqn></macro>', "SF204", "'x' is not known inside the macro 'm'"),
        ('<macro name="m"><parm>a</parm><eqn>a</eqn></macro>' * 2, "SF201", "already defined"),
    ],
)
def test_faults_of_macros_are_named(written, macro, code, words):
    found = [(item.code, item.message) for item in check(written(macro, aux("x", "1") + aux("y", "m")))]
    assert any(item[0] == code and words in item[1] for item in found), found


RECURSIVE = '<options><uses_macros recursive_macros="true" option_filters="false"/></options>'
FACT = '<macro name="fact"><parm>n</parm><eqn>IF n &lt;= 1 THEN 1 ELSE n * fact(n - 1)</eqn></macro>'
# Chains of first-order delays: each stage is a stock of its own.
CHAIN = (
    '<macro name="chain"><parm>x</parm><parm>n</parm><eqn>IF n = 0 THEN x ELSE chain(level, n - 1)</eqn><variables>'
    '<stock name="level"><eqn>0</eqn><inflow>f</inflow></stock><flow name="f"><eqn>x - level</eqn></flow></variables>'
    "</macro>"
)


def recursive(path: Path) -> Path:
    path.write_text(path.read_text(encoding="utf-8").replace("<header>", f"<header>{RECURSIVE}"), encoding="utf-8")
    return path


def test_a_declared_recursion_is_written_out_for_numbers(written):
    assert last(recursive(written(FACT, aux("x", "fact(5) + fact(2 + 1) + 0 * TIME")))) == [120 + 6]
    fibonacci = '<macro name="f"><parm>n</parm><eqn>IF n &lt; 2 THEN n ELSE f(n - 1) + f(n - 2)</eqn></macro>'
    assert last(recursive(written(fibonacci, aux("x", "f(10)")))) == [55]


@pytest.mark.parametrize("turn", ["sum_up(-1)", "sum_up(-(-(-(1))))", "sum_up(+(-1))", "sum_up((NOT 1) - 1)"])
def test_signs_before_numbers_of_a_recursion_are_worked_out(written, turn):
    rising = '<macro name="sum_up"><parm>n</parm><eqn>IF n &gt;= 3 THEN n ELSE n + sum_up(n + 1)</eqn></macro>'
    # -1 + 0 + 1 + 2 + 3
    assert last(recursive(written(rising, aux("x", turn)))) == [5]


def test_each_turn_of_a_recursion_has_stocks_of_its_own(written):
    path = recursive(written(CHAIN, aux("x", "chain(1, 2)")))
    # Levels by Euler with a step of 1: the first is 1 from time 1 on, the second from time 2 on.
    assert np.asarray(load(path).run()["x"])[:4].tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("macros", "equation", "words"),
    [
        (FACT, "fact(TIME)", "do not decide"),
        (FACT, "fact(k)", "do not decide"),
        ('<macro name="m"><parm>n</parm><eqn>m(n + 1)</eqn></macro>', "m(1)", "more than 200 calls in each other"),
        ('<macro name="m"><parm>n</parm><eqn>m(n + 1) + m(n + 2)</eqn></macro>', "m(1)", "more than 2,000 calls"),
    ],
)
def test_a_recursion_without_a_known_end_is_refused_by_name(written, macros, equation, words):
    path = recursive(written(macros, aux("x", equation) + aux("k", "3")))
    found = [(item.code, item.message) for item in check(path)]
    assert len(found) == 1 and found[0][0] in ("SF403", "SF109"), found
    assert words in found[0][1]


def test_a_wrong_number_of_arguments_is_told_with_the_parameters(written):
    found = [(item.code, item.message) for item in check(written(LOG, aux("x", "LOG(1, 2, 3)")))]
    assert found == [("SF205", "the macro 'LOG' takes 2 arguments (x, base); 3 given")]


def test_an_argument_that_runs_over_a_whole_array_is_refused(written):
    variables = aux("v", "1, 2", ARRAY) + aux("x", "SUM(LOG(v[*], 10))")
    found = [(item.code, item.message) for item in check(written(LOG, variables))]
    assert ("SF114", "an argument of the macro 'LOG' runs over all elements of an array") in found
