"""What single programs write into their XMILE files and mean otherwise than the standard says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from stockflow.api import Model, check, load
from stockflow.dialects.xmile.plaintext import with_joined_names
from tests.dialects.xmile.documents import SPECS, document, only_error, read_text, shown, variable

VENSIM = "<vendor>Ventana Systems, Inc.</vendor><product>Vensim</product>"
XMUTIL = "<vendor>Ventana Systems, xmutil</vendor><product>Vensim, xmutil</product>"
RK4 = SPECS.replace("<sim_specs>", '<sim_specs method="RK4">')
MACROS = """{UTF-8}
:MACRO: GROWN UP(input, years)
GROWN UP = INTEG(INTEGER(input), HALF OF(years))~~|
:END OF MACRO:
:MACRO: HALF OF(x)
HALF OF = MODULO(x, 100) / 2~~|
:END OF MACRO:
:MACRO: UNUSED(x)
UNUSED = x~~|
:END OF MACRO:
y = GROWN UP(1, 2)~~|
"""


def text_of(variables: str, header: str, before: str = SPECS) -> str:
    return document(variables, before).replace("<vendor>someone</vendor>", header)


def aux(name: str, equation: str) -> str:
    return f'<aux name="{name}"><eqn>{equation}</eqn></aux>'


@pytest.fixture
def written(tmp_path: Path):
    def made(variables: str, header: str, before: str = SPECS) -> Path:
        path = tmp_path / "m.xmile"
        path.write_text(text_of(variables, header, before), encoding="utf-8")
        return path

    return made


def first(model: Model, name: str) -> float:
    return float(np.asarray(model.run()[name])[0])


def test_int_and_mod_of_vensims_own_files_are_its_integer_and_modulo(written):
    model = load(written(aux("x", "INT(-9.9)") + aux("y", "-9.9 MOD 3"), VENSIM))
    # Rounded towards zero: -9; what is left over -9 is -0.9.
    assert first(model, "x") == -9
    assert first(model, "y") == pytest.approx(-0.9, abs=1e-12)


@pytest.mark.parametrize("header", [XMUTIL, "<vendor>someone</vendor>", "<vendor>isee systems, inc.</vendor>"])
def test_int_and_mod_of_all_others_are_the_standards(written, header):
    model = load(written(aux("x", "INT(-9.9)") + aux("y", "-9.9 MOD 3"), header))
    # floor(-9.9) = -10; -9.9 - 3 * floor(-3.3) = 2.1.
    assert first(model, "x") == -10
    assert first(model, "y") == pytest.approx(2.1, abs=1e-12)


def test_the_method_of_vensims_own_files_is_not_the_models(written):
    stock = '<stock name="s"><eqn>0</eqn><inflow>f</inflow></stock><flow name="f"><eqn>TIME</eqn></flow>'
    model = load(written(stock, VENSIM, RK4))
    found = next(item for item in model.diagnostics if item.code == "SF117")
    assert (model.method, found.severity, found.line) == ("euler", "warning", 4)
    assert "--method rk4" in found.hint
    # Euler: 0 + 1 + ... + 9 = 45; Runge-Kutta would give 10 * 10 / 2 = 50.
    assert np.asarray(model.run()["s"])[-1] == 45
    assert np.asarray(model.run(method="rk4")["s"])[-1] == pytest.approx(50)


def test_eulers_method_in_vensims_own_files_needs_no_word(written):
    assert [item.code for item in check(written(aux("x", "1"), VENSIM)) if item.code == "SF117"] == []


def test_the_method_of_other_files_is_the_models(written):
    assert load(written(aux("x", "1"), XMUTIL, RK4)).method == "rk4"


@pytest.mark.parametrize(
    ("equation", "tree"),
    [
        ("IF a not THEN 1 ELSE 0", "if((not a), 1, 0)"),
        ("( a NOT )", "(not a)"),
        ("a not and b not", "((not a) and (not b))"),
        ("a or (b &gt; c) not", "(a or (not (b > c)))"),
        ("f(a) not", "(not f(a))"),
    ],
)
def test_a_not_after_its_operand_is_read_before_it_with_a_warning(equation, tree):
    project, report = read_text(document(aux("x", equation)))
    assert shown(variable(project, "x").equations[0].expr) == tree
    assert {(item.code, item.severity) for item in report} == {("SF117", "warning")}
    assert report.items[0].line == 6


@pytest.mark.parametrize("equation", ["a + b not", "a = b not", "a not b", "a not &gt; b", "-a not"])
def test_a_not_after_more_than_one_operand_is_an_error(equation):
    assert only_error(document(aux("x", equation)))[0] == "SF105"


def test_macros_that_a_converter_left_out_are_taken_from_the_file_it_converted(written, tmp_path):
    (tmp_path / "m.mdl").write_text(MACROS, encoding="utf-8")
    model = load(written(aux("x", "GROWN UP(2.5 - 5, 8)") + aux("n", "INT(-2.5)"), XMUTIL))
    found = [item for item in model.diagnostics if item.code == "SF117"]
    assert [(item.severity, item.line) for item in found] == [("warning", 6)]
    assert "m.xmile" in found[0].message and "m.mdl, line 2" in found[0].message
    run = model.run()
    # Vensim's INTEGER inside the macro: INTEGER(-2.5) = -2 a month from 8 / 2 = 4; the file's own INT is the floor.
    assert np.asarray(run["x"])[:3].tolist() == [4, 2, 0]
    assert np.asarray(run["n"])[0] == -3
    assert list(json.loads(run.attrs["data_sha256"])) == ["m.mdl"]


def test_macros_are_taken_for_calls_in_modules_and_in_the_files_own_macros_too(written, tmp_path):
    (tmp_path / "m.mdl").write_text(
        ":MACRO: TWICE(a)\nTWICE = a * 2 ~~|\n:END OF MACRO:\n"
        ":MACRO: FOUR(a)\nFOUR = TWICE(TWICE(a)) ~~|\n:END OF MACRO:\n", encoding="utf-8",
    )
    path = written(aux("x", "own(1)") + '<module name="k"/>', XMUTIL)
    own = '<macro name="own"><parm>a</parm><eqn>FOUR(a) + 1</eqn></macro>'
    module = f'<model name="k"><variables>{aux("y", "FOUR(2)")}</variables></model>'
    text = path.read_text(encoding="utf-8").replace("</xmile>", f"{own}{module}</xmile>")
    path.write_text(text, encoding="utf-8")
    run = load(path).run()
    assert (np.asarray(run["x"]).ravel()[0], np.asarray(run["k.y"]).ravel()[0]) == (5, 8)


def test_a_long_run_of_words_is_read_in_time():
    assert with_joined_names("a b " * 50_000 + "+ TWO WORDS (1)").endswith("+ TWO_WORDS (1)")
    assert with_joined_names("IF a THEN (b) ELSE BIG TWO(c) and NOT (d)") == "IF a THEN (b) ELSE BIG_TWO(c) and NOT (d)"


def test_a_call_that_the_file_beside_does_not_define_stays_unknown(written, tmp_path):
    (tmp_path / "m.mdl").write_text(MACROS, encoding="utf-8")
    found = [item for item in check(written(aux("x", "NO SUCH(2)"), XMUTIL)) if item.severity == "error"]
    assert [(item.code, item.line) for item in found] == [("SF203", 6)]


def test_without_the_file_beside_the_hint_asks_for_it(written):
    found = [item for item in check(written(aux("x", "GROWN UP(2, 4)"), XMUTIL)) if item.severity == "error"]
    assert [item.code for item in found] == ["SF203"]
    assert "m.mdl" in found[0].hint


def test_files_of_other_programs_take_no_macros_from_elsewhere(written, tmp_path):
    (tmp_path / "m.mdl").write_text(MACROS, encoding="utf-8")
    found = [item for item in check(written(aux("x", "GROWN_UP(2, 4)"), VENSIM)) if item.severity == "error"]
    assert [item.code for item in found] == ["SF203"]
    assert "m.mdl" not in found[0].hint


def test_a_link_out_of_the_folder_is_not_followed(written, tmp_path):
    away = tmp_path / "away"
    away.mkdir()
    (away / "m.mdl").write_text(MACROS, encoding="utf-8")
    path = written(aux("x", "GROWN UP(2, 4)"), XMUTIL)
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "m.mdl").symlink_to(away / "m.mdl")
    path = path.rename(inside / "m.xmile")
    assert [item.code for item in check(path) if item.severity == "error"] == ["SF203"]


def test_faults_of_a_borrowed_macro_are_told_in_its_own_file(written, tmp_path):
    (tmp_path / "m.mdl").write_text(":MACRO: BAD(x)\nBAD = x * * 2~~|\n:END OF MACRO:\n", encoding="utf-8")
    found = [item for item in check(written(aux("x", "BAD(2)"), XMUTIL)) if item.severity == "error"]
    assert [(item.code, item.span.source.name, item.line) for item in found if item.span] == [("SF105", "m.mdl", 2)]
