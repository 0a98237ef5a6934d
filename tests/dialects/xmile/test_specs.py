"""Run specifications, dimensions and units of XMILE (XMILE 1.0, sections 2.3, 2.4 and 2.5)."""

from __future__ import annotations

import pytest

from stockflow.ir.model import CONTROLS
from tests.dialects.xmile.documents import SPECS, document, only_error, read_clean, read_text, shown, variable

X = '<aux name="x"><eqn>1</eqn></aux>'


def specs(inner: str = "<start>0</start><stop>10</stop><dt>1</dt>", attrs: str = "") -> str:
    return f"<sim_specs {attrs}>{inner}</sim_specs>"


def control(before: str, key: str, attrs: str = "") -> str:
    project = read_clean(document(X, before, attrs=attrs))
    return shown(variable(project, key).equations[0].expr)


def test_control_variables_come_from_sim_specs_and_are_hidden() -> None:
    project = read_clean(document(X, specs(attrs='method="RK4" time_units="Months"')))
    controls = project.variables[:4]
    assert tuple(item.key for item in controls) == CONTROLS
    assert all(item.control and item.hidden and item.units == "Months" for item in controls)
    assert [item.label for item in controls] == ["INITIAL TIME", "FINAL TIME", "TIME STEP", "SAVEPER"]
    assert (project.method, project.time_units) == ("rk4", "Months")


@pytest.mark.parametrize(
    ("dt", "tree"),
    [
        ("<dt>0.25</dt>", "0.25"),
        ('<dt reciprocal="true">4</dt>', "(1 / 4)"),
        ('<dt reciprocal="TRUE">8</dt>', "(1 / 8)"),
        ('<dt reciprocal="false">2</dt>', "2"),
        ("", "1"),
    ],
)
def test_time_step_reads_as(dt: str, tree: str) -> None:
    assert control(specs(f"<start>0</start><stop>9</stop>{dt}"), "time step") == tree


def test_a_negative_start_reads_as_an_expression() -> None:
    assert control(specs("<start>-5</start><stop>9</stop>"), "initial time") == "(- 5)"


def test_saveper_is_the_time_step_unless_an_interval_is_given() -> None:
    isee = ' xmlns:isee="http://iseesystems.com/XMILE"'
    assert control(SPECS, "saveper") == "time step"
    assert control(specs(attrs='isee:save_interval="0.5"'), "saveper", isee) == "0.5"
    assert control(specs(attrs='isee:save_interval="0"'), "saveper", isee) == "time step"


def test_a_save_interval_with_an_undeclared_prefix_counts() -> None:
    project, report = read_text(document(X, specs(attrs='isee:save_interval="2"')))
    assert [item.code for item in report] == ["SF111"]
    assert shown(variable(project, "saveper").equations[0].expr) == "2"


def test_a_save_interval_that_is_no_number_is_an_error() -> None:
    assert only_error(document(X, specs(attrs='save_interval="nan"')))[0] == "SF209"


def test_sim_specs_inside_the_model_are_read() -> None:
    text = document(X, "").replace("<model>", "<model>" + SPECS)
    assert variable(read_clean(text), "final time").equations[0].text == "10"


def test_without_sim_specs_there_are_no_control_variables() -> None:
    assert [item.key for item in read_clean(document(X, "")).variables] == ["x"]


@pytest.mark.parametrize(
    ("method", "built"),
    [("Euler", "euler"), ("RK2", "rk2"), ("gear, rk4", "rk4"), ("rk45, RK2, euler", "rk2"), ("", "euler")],
)
def test_the_first_method_that_is_built_is_taken(method: str, built: str) -> None:
    assert read_clean(document(X, specs(attrs=f'method="{method}"'))).method == built


def test_a_method_without_a_built_fallback_warns_and_adapts_its_step() -> None:
    project, report = read_text(document(X, specs(attrs='method="Gear"')))
    assert project.method == "rk4_auto"
    assert [(item.code, item.severity) for item in report] == [("SF114", "warning")]


def test_an_unknown_method_is_an_error() -> None:
    code, message, _ = only_error(document(X, specs(attrs='method="Simpson"')))
    assert code == "SF114"
    assert "'simpson'" in message


def test_a_variable_with_the_name_of_a_control_becomes_it_where_they_agree() -> None:
    own = (
        '<aux name="TIME STEP"><eqn>0.25</eqn></aux><aux name="SAVEPER"><eqn>TIME_STEP</eqn></aux>'
        '<aux name="FINAL TIME"><eqn>10</eqn></aux>'
    )
    project = read_clean(document(own, specs('<start>0</start><stop>10</stop><dt reciprocal="true">4</dt>')))
    assert [(item.key, item.control, item.hidden) for item in project.variables] == [
        ("initial time", True, True), ("time step", True, False), ("saveper", True, False), ("final time", True, False),
    ]


def test_a_variable_that_contradicts_sim_specs_is_an_error() -> None:
    code, message, _ = only_error(document('<aux name="Final_Time"><eqn>50</eqn></aux>'))
    assert code == "SF201"
    assert message == "'Final_Time' is '50' here and '10' in <sim_specs> (line 4)"


def test_dimensions_are_named_or_numbered() -> None:
    dims = '<dimensions><dim name="Age Group"><elem name="Old"/><elem name="Very_young"/></dim><dim name="N" size="3"/>'
    project = read_clean(document(X, SPECS + dims + "</dimensions>"))
    named, numbered = project.dimensions
    assert (named.key, named.label, named.numbered) == ("age group", "Age Group", False)
    assert named.items == ("old", "very young")
    assert (numbered.key, numbered.items, numbered.numbered) == ("n", ("1", "2", "3"), True)


@pytest.mark.parametrize(
    ("dim", "code"),
    [
        ('<dim name="d"/>', "SF308"),
        ('<dim name="d" size="0"/>', "SF308"),
        ('<dim name="d" size="-1"/>', "SF308"),
        ('<dim name="d" size="2000000000"/>', "SF109"),
        ('<dim name="d"><elem name="a b"/><elem name="A_b"/></dim>', "SF201"),
        ('<dim name="d" size="2"/><dim name="D" size="2"/>', "SF201"),
    ],
)
def test_a_dimension_that_cannot_be_built_is_an_error(dim: str, code: str) -> None:
    assert only_error(document(X, f"{SPECS}<dimensions>{dim}</dimensions>"))[0] == code


def test_aliases_of_units_mean_the_same() -> None:
    units = (
        '<model_units><unit name="Month"><eqn/><alias>Months</alias></unit>'
        '<unit name="Dimensionless"><eqn>1</eqn><alias>dmnl</alias></unit>'
        '<unit name="kph"><eqn>km/hour</eqn></unit><unit name="x" disabled="true"><alias>y</alias></unit></model_units>'
    )
    assert read_clean(document(X, SPECS + units)).unit_equivalences == (
        ("Month", "Months"), ("Dimensionless", "dmnl", "1"),
    )


def test_the_vendor_picks_the_dialect() -> None:
    assert read_clean(document(X, vendor="isee systems, inc.")).dialect.spelling == "stella"
    dialect = read_clean(document(X)).dialect
    assert (dialect.spelling, dialect.bare_arrays, dialect.rk2) == ("xmile", "elementwise", "heun")


@pytest.mark.parametrize("size", ["0", "abc", "2.5", "99999999999"])
def test_a_dimension_that_cannot_be_read_is_told_and_not_what_uses_it(size: str) -> None:
    dimension = f'<dimensions><dim name="d" size="{size}"/></dimensions>'
    used = '<aux name="x"><dimensions><dim name="d"/></dimensions><eqn>1</eqn></aux><aux name="y"><eqn>x[1]</eqn></aux>'
    code, message, _ = only_error(document(used, SPECS + dimension))
    assert code in ("SF308", "SF109")
    assert "'d'" in message


def test_a_dimension_has_a_name() -> None:
    code, message, _ = only_error(document("", SPECS + '<dimensions><dim size="2"/></dimensions>'))
    assert (code, message) == ("SF105", "a <dim> has no name")


@pytest.mark.parametrize(("own", "start"), [("-5", "-5"), ("-(5)", "-5"), ("10/4", "2.5"), ("2.5", "5/2")])
def test_a_variable_of_a_settings_name_agrees_with_it_by_value(own: str, start: str) -> None:
    specs = f"<sim_specs><start>{start}</start><stop>10</stop><dt>1</dt></sim_specs>"
    project = read_clean(document(f'<aux name="INITIAL_TIME"><eqn>{own}</eqn></aux>', specs))
    assert variable(project, "initial time").control


def test_a_variable_of_a_settings_name_that_is_computed_does_not_agree() -> None:
    text = document('<aux name="DT"><eqn>x / 4</eqn></aux><aux name="x"><eqn>1</eqn></aux>').replace("DT", "TIME_STEP")
    assert only_error(text)[:2] == ("SF201", "'TIME_STEP' is 'x / 4' here and '1' in <sim_specs> (line 4)")


@pytest.mark.parametrize("start", ["", "<start/>", "<start>{first}</start>"])
def test_a_start_that_is_not_given_is_missing(start: str) -> None:
    specs = f"<sim_specs>{start}<stop>10</stop><dt>1</dt></sim_specs>"
    assert "initial time" not in [item.key for item in read_clean(document(before=specs)).variables]


@pytest.mark.parametrize(("text", "words", "line"), [
    (document(X, specs("<start>0</start>\n<start>1</start><stop>4</stop>")),
     "<start> stands 2 times in <sim_specs>; the first is read", 5),
    (document(X, f"{specs()}\n{specs()}"), "<sim_specs> stands 2 times in <xmile>; the first is read", 5),
    (document('<aux name="x"><eqn>TIME</eqn><gf><xscale min="0" max="1"/><ypts>0,1</ypts></gf>\n'
              '<gf><xscale min="0" max="1"/><ypts>0,2</ypts></gf></aux>'),
     "<gf> stands 2 times in 'x'; the first is read", 7),
])
def test_what_stands_twice_and_is_read_once_is_told(text: str, words: str, line: int) -> None:
    _, report = read_text(text)
    (found,) = report
    assert (found.code, found.severity, found.message, found.line) == ("SF201", "warning", words, line)
