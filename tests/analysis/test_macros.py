"""Macros: every call has copies of its own, and faults of a body keep their place in the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stockflow.api import Model, check, load

CONTROLS = "INITIAL TIME = 0 ~~|\nFINAL TIME = 4 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"
TWO = (
    ":MACRO: two(in, rate : double, other)\ntwo = INTEG(in * rate / TIME STEP$, start) ~ in ~ a stock |\n"
    "start = 1 ~~|\ndouble = in * 2 ~ in ~ |\nother = curve(in) + start ~~|\n"
    "curve((0,0),(10,100)) ~~|\n:END OF MACRO:\n"
)


@pytest.fixture
def model(tmp_path: Path):
    def made(text: str) -> Model:
        return load(written(text, tmp_path))

    return made


@pytest.fixture
def faults(tmp_path: Path):
    def found(text: str) -> list[tuple[str, int | None, str]]:
        return [(item.code, item.line, item.message) for item in check(written(text, tmp_path))]

    return found


def written(text: str, folder: Path) -> Path:
    path = folder / "m.mdl"
    path.write_text("{UTF-8}\n" + text + CONTROLS, encoding="utf-8")
    return path


def last(model: Model, name: str):
    return np.asarray(model.run()[model[name].label])[-1].ravel().tolist()


def test_each_call_has_a_stock_of_its_own(model):
    found = model(TWO + "x = two(3, 2) ~~|\ny = two(1, 1) + two(2, 1) ~~|\n")
    assert last(found, "x") == [1 + 4 * 6]
    assert last(found, "y") == [(1 + 4) + (1 + 8)]


def test_a_macro_may_be_defined_after_its_use(model):
    assert last(model("x = two(3, 2) ~~|\n" + TWO), "x") == [25]


def test_a_caller_binds_the_other_outputs_to_variables_of_the_model(model):
    found = model(TWO + "x = two(3, 2 : twice, rest) ~~|\ny = twice + rest ~~|\n")
    assert [item.label for item in found.variables][:4] == ["x", "twice", "rest", "y"]
    assert last(found, "twice") == [6]
    assert last(found, "rest") == [31]
    assert last(found, "y") == [37]


def test_each_element_has_a_stock_of_its_own(model):
    found = model("d: a, b ~~|\nin[d] = 1, 2 ~~|\nx[d] = two(in[d], 1 : dbl, rest) ~~|\n" + TWO)
    assert last(found, "x") == [5, 9]
    assert last(found, "dbl") == [2, 4]


def test_single_elements_and_exceptions_may_call(model):
    text = (
        "d: a, b, c ~~|\nin[d] = 1, 2, 3 ~~|\nx[a] = m(in[a]) ~~|\nx[b] = m(m(in[b])) ~~|\nx[c] = 0 ~~|\n"
        "y[d] :EXCEPT: [b] = m(in[d]) ~~|\ny[b] = 7 ~~|\n:MACRO: m(q)\nm = q * 10 ~~|\n:END OF MACRO:\n"
    )
    found = model(text)
    assert last(found, "x") == [10, 200, 0]
    assert last(found, "y") == [10, 7, 30]


def test_a_call_inside_a_sum_has_copies_for_the_elements_of_the_sum(model):
    text = "d: a, b ~~|\ne: k, l ~~|\nin[d, e] = 1, 2; 3, 4; ~~|\nx[d] = SUM(two(in[d, e!], 1)) ~~|\n"
    assert last(model(text + TWO), "x") == [1 + 4 + 1 + 8, 1 + 12 + 1 + 16]


def test_a_body_reads_elements_and_sums_of_an_array_that_it_is_given(model):
    found = model(
        "d: p, q ~~|\nv[d] = 3, 4 ~~|\n:MACRO: m(in)\nm = in[q] + SUM(in[d!]) * 10 ~~|\n:END OF MACRO:\nx = m(v) ~~|\n"
    )
    assert last(found, "x") == [4 + 70]


def test_a_body_reads_the_time_and_with_a_dollar_a_lookup_of_the_model(model):
    found = model(
        "curve((0,0),(10,100)) ~~|\n:MACRO: m(in)\nm = in + Time + curve$(2) ~~|\n:END OF MACRO:\nx = m(1) ~~|\n"
    )
    # The last time is 4; the curve at 2 is 20.
    assert last(found, "x") == [1 + 4 + 20]


def test_the_other_outputs_may_be_named_with_the_subscripts_of_the_left(model):
    found = model(TWO + "d: p, q ~~|\nv[d] = 3, 4 ~~|\nx[d] = two(v[d], 1 : y[d], z[d]) ~~|\n")
    assert last(found, "y") == [6, 8]


def test_a_sum_inside_an_argument_keeps_its_own_marks(model):
    found = model(
        "d: p, q ~~|\ne <-> d ~~|\nv[d] = 3, 4 ~~|\nw[e] = 1, 2 ~~|\n:MACRO: m(in)\nm = in * 2 ~~|\n:END OF MACRO:\n"
        "x = SUM(m(v[d!] * SUM(w[e!]))) ~~|\n"
    )
    # Each element is doubled and multiplied with 1 + 2: (3 + 4) * 2 * 3.
    assert last(found, "x") == [42]


def test_a_call_in_an_equation_with_an_exception_and_a_fixed_element_leaves_the_others_alone(model):
    found = model(
        "d: p, q, r ~~|\ne: s, t ~~|\nv[d, e] = 1, 2; 3, 4; 5, 6; ~~|\n:MACRO: m(in)\nm = INTEG(in, 0) ~~|\n"
        ":END OF MACRO:\nx[d, s] :EXCEPT: [p, s] = m(v[d, s]) ~~|\nx[p, s] = 100 ~~|\nx[d, t] = 0 ~~|\n"
    )
    # Four steps of 3 and of 5.
    assert last(found, "x") == [100, 0, 12, 0, 20, 0]


def test_macros_call_macros_and_bind_their_outputs(model):
    text = ":MACRO: outer(a)\nouter = two(a, 1 : q, r) + q ~~|\n:END OF MACRO:\nx = outer(3) ~~|\n"
    assert last(model(text + TWO), "x") == [1 + 12 + 6]


def test_a_lookup_may_be_an_argument(model):
    text = "f((0,0),(10,100)) ~~|\nx = read(f, 2) ~~|\n:MACRO: read(table, at)\nread = table(at) ~~|\n:END OF MACRO:\n"
    assert last(model(text), "x") == [20]


def test_a_macro_with_the_name_of_a_function_may_call_the_function(model):
    text = ":MACRO: MAX(a, b)\nMAX = MAX(a, b) * 100 ~~|\n:END OF MACRO:\nx = MAX(1, 2) ~~|\n"
    assert last(model(text), "x") == [200]


def test_results_and_causes_hold_the_variables_of_the_file_only(model):
    found = model(TWO + "k = 2 ~~|\nx = two(k + 1, k) ~~|\n")
    assert [item.key for item in found.simulate().columns] == [
        "k", "x", "initial time", "final time", "time step", "saveper",
    ]
    assert found["x"].causes == ("k", "TIME STEP")
    assert found["k"].uses == ("x",)


def test_delayp_tells_what_is_in_the_delay(model):
    found = model("x = DELAYP(6, 3 : pipe) ~~|\ny = DELAYP(Time, 2) ~~|\nz = DELAY3(Time, 2) ~~|\n")
    assert last(found, "x") == [6]
    assert last(found, "pipe") == [18]
    assert last(found, "y") == last(found, "z")


def test_units_named_after_an_input_are_those_of_the_argument(faults):
    text = TWO + "k = 3 ~ km ~ |\none = 1 ~ Dmnl ~ |\nx = two(k, one : twice, rest) ~ {} ~ |\ny = twice ~ {} ~ |\n"
    assert not faults(text.format("km", "km"))
    assert [code for code, _, _ in faults(text.format("kg", "km"))] == ["SF502"]


def test_a_fault_of_a_body_is_told_once_at_its_place(faults):
    text = ":MACRO: m(a)\nm = a + nothing ~~|\n:END OF MACRO:\nx = m(1) ~~|\ny = m(2) + m(3) ~~|\n"
    assert faults(text) == [("SF204", 3, "unknown variable 'nothing'")]


@pytest.mark.parametrize(
    ("text", "code", "line", "words"),
    [
        ("k = 1 ~~|\n:MACRO: m(a)\nm = a + k ~~|\n:END OF MACRO:\nx = m(1) ~~|\n", "SF204", 4, "inside the macro 'm'"),
        (":MACRO: m(a)\nm = n(a) ~~|\n:END OF MACRO:\n:MACRO: n(a)\nn = m(a) ~~|\n:END OF MACRO:\nx = m(1) ~~|\n",
         "SF403", 2, "(m -> n -> m)"),
        (":MACRO: m(a)\nm = a ~~|\n:END OF MACRO:\nx = m(1, 2) ~~|\n", "SF205", 5, "takes 1 argument (a); 2 given"),
        (":MACRO: m(a)\nm = a ~~|\n:END OF MACRO:\nx = m(1 : y) ~~|\n", "SF205", 5, "no outputs"),
        (":MACRO: m(a)\nn = a ~~|\n:END OF MACRO:\nx = 1 ~~|\n", "SF207", 2, "no equation for its output 'm'"),
        (":MACRO: m a)\nm = 1 ~~|\n:END OF MACRO:\nx = 1 ~~|\n", "SF105", 2, "header"),
        (":MACRO: m(a, A)\nm = a ~~|\n:END OF MACRO:\nx = 1 ~~|\n", "SF201", 2, "stands twice"),
        (":MACRO: m(a)\nm = 1 ~~|\na = 2 ~~|\n:END OF MACRO:\nx = 1 ~~|\n", "SF201", 4, "is an input"),
        (":MACRO: m(a)\nm = a ~~|\n:END OF MACRO:\nm = 1 ~~|\n", "SF201", 5, "a macro and a variable"),
        (":MACRO: m(a)\nm = a ~~|\n:END OF MACRO:\n" * 2 + "x = 1 ~~|\n", "SF201", 5, "already defined at line 2"),
        (":MACRO: m(a)\nd: a1, a2 ~~|\nm = a ~~|\n:END OF MACRO:\nx = 1 ~~|\n", "SF308", 3, "inside the macro 'm'"),
        ("d: a1 ~~|\n:MACRO: m(a)\nm[d] = a ~~|\n:END OF MACRO:\nx = 1 ~~|\n", "SF303", 4, "inside the macro 'm'"),
        ("x = SMOOTH(2, 3 : y) ~~|\n", "SF203", 2, "cannot define y"),
        (TWO + "x = two(1, 2 : y, z) ~~|\ny = 1 ~~|\n", "SF201", 9, "'y'"),
        (TWO + "d: a, b ~~|\nv[d] = 1 ~~|\nx[d] = SUM(two(v[d!], 1)) ~~|\n", "SF306", 11, "left-hand side"),
        (":MACRO: m(a)\nm = a ~~|\nx = 1 ~~|\n", "SF104", 2, "':END OF MACRO:'"),
        ("d: p, q ~~|\n:MACRO: m(a)\nm = a[p] ~~|\n:END OF MACRO:\nx = m(1) ~~|\n", "SF303", 4, "takes no subscripts"),
        (TWO + "d: p, q ~~|\nx[d] = two(1, 2 : y[q], z) ~~|\n", "SF303", 10, "'y' does not have the subscripts"),
    ],
)
def test_faults_of_macros_are_named(faults, text, code, line, words):
    found = faults(text)
    assert any((code, line) == item[:2] and words in item[2] for item in found), found


def test_calls_that_multiply_without_end_stop_at_the_limit(faults):
    text = "".join(
        f":MACRO: m{n}(a)\nm{n} = m{n + 1}(a) + m{n + 1}(a + 1) ~~|\n:END OF MACRO:\n" for n in range(40)
    )
    found = faults(text + ":MACRO: m40(a)\nm40 = a ~~|\n:END OF MACRO:\nx = m0(1) ~~|\n")
    assert [code for code, _, _ in found] == ["SF109"]


def test_a_long_chain_of_macros_is_no_recursion_of_ours(model):
    text = "".join(f":MACRO: m{n}(a)\nm{n} = m{n + 1}(a) ~~|\n:END OF MACRO:\n" for n in range(1500))
    assert last(model(text + ":MACRO: m1500(a)\nm1500 = a ~~|\n:END OF MACRO:\nx = m0(5) ~~|\n"), "x") == [5]


def test_subscripts_in_a_body_are_told_where_they_stand(faults):
    body = "part[d] = INTEG(a, 5 * part[d]) ~~|\nm = a ~~|\n"
    found = faults(f"d: d1, d2 ~~|\n:MACRO: m(a)\n{body}:END OF MACRO:\nx = m(2) ~~|\n")
    assert [(code, line) for code, line, _ in found] == [("SF303", 4), ("SF303", 4)]
