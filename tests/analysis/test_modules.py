"""Modules: variables of each place under its path, connections as equations, names that mean the nearest variable."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stockflow.api import Model, ModelWarning, check, load

HEAD = (
    '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"><header><vendor>v</vendor></header>\n'
    "<sim_specs><start>0</start><stop>4</stop><dt>1</dt></sim_specs>\n"
    '<dimensions><dim name="Fruit"><elem name="apple"/><elem name="pear"/></dim></dimensions>\n'
)
FRUIT = '<dimensions><dim name="Fruit"/></dimensions>'
FARM = (
    '<model name="farm"><variables><stock name="herd"><eqn>10</eqn><inflow>births</inflow></stock>'
    '<flow name="births"><eqn>herd * rate</eqn></flow>'
    '<aux name="rate" access="input"><eqn>0.5</eqn></aux></variables></model>\n'
)


def aux(name: str, equation: str, rest: str = "") -> str:
    return f'<aux name="{name}"><eqn>{equation}</eqn>{rest}</aux>'


def model_of(name: str, *parts: str) -> str:
    title = f' name="{name}"' if name else ""
    return f"<model{title}><variables>{''.join(parts)}</variables></model>\n"


def module(name: str, *connections: str, resource: str = "") -> str:
    linked = f' resource="{resource}"' if resource else ""
    return f'<module name="{name}"{linked}>{"".join(connections)}</module>'


def link(to: str, origin: str, tag: str = "connect") -> str:
    return f'<{tag} to="{to}" from="{origin}"/>'


@pytest.fixture
def written(tmp_path: Path):
    def made(*models: str) -> Path:
        path = tmp_path / "m.xmile"
        path.write_text(HEAD + "".join(models) + "</xmile>", encoding="utf-8")
        return path

    return made


def last(path: Path, name: str):
    found = load(path)
    return np.asarray(found.run()[found[name].label])[-1].ravel().tolist()


def faults(path: Path) -> list[tuple[str, str]]:
    return [(item.code, item.message) for item in check(path)]


def test_variables_of_a_module_have_its_name_before_theirs(written):
    found: Model = load(written(model_of("", module("farm"), aux("all", "farm.herd * 2")), FARM))
    assert [item.label for item in found.variables] == ["all", "farm.herd", "farm.births", "farm.rate"]
    assert found["farm.births"].span.line == 5
    assert found["all"].causes == ("farm.herd",)


@pytest.mark.parametrize("to", ["rate", "farm.rate"])
@pytest.mark.parametrize("origin", [".share", "share"])
def test_both_spellings_of_a_connection_feed_the_input(written, to, origin):
    path = written(model_of("", module("farm", link(to, origin)), aux("share", "1")), FARM)
    assert last(path, "farm.herd") == [10 * 2**4]


def test_an_input_without_a_connection_uses_its_own_equation(written):
    assert last(written(model_of("", module("farm")), FARM), "farm.births") == [10 * 1.5**4 * 0.5]


def test_several_modules_may_stand_for_one_model(written):
    path = written(
        model_of("", module("north", link("rate", "no"), resource="farm"), module("south", resource="farm"),
                 aux("no", "0")), FARM,
    )
    assert last(path, "north.herd") == [10]
    assert last(path, "south.herd") == [10 * 1.5**4]


def test_stellas_second_connect_says_the_same_in_another_spelling(written):
    twice = module("farm", link("farm.rate", ".share", "connect2"), link("rate", ".share"))
    assert last(written(model_of("", twice, aux("share", "1")), FARM), "farm.herd") == [160]


def test_a_module_reads_another_by_its_name(written):
    other = model_of("town", aux("people", ".all + farm.herd"))
    path = written(model_of("", module("town"), module("farm"), aux("all", "1")), FARM, other)
    assert last(path, "town.people") == [10 * 1.5**4 + 1]


def test_modules_hold_modules(written):
    county = model_of("county", module("farm", link("rate", "pace")), aux("pace", "1"), aux("sum", "farm.herd + .k"))
    path = written(model_of("", module("county"), aux("k", "5")), county, FARM)
    assert last(path, "county.farm.herd") == [160]
    assert last(path, "county.sum") == [165]


def test_an_output_may_be_bound_to_a_variable_around(written):
    for origin in ("herd", "farm.herd"):
        path = written(model_of("", module("farm", link(".total", origin)), '<aux name="total"/>'), FARM)
        assert last(path, "total") == [10 * 1.5**4]


def test_a_stock_takes_the_flow_of_a_module(written):
    stock = '<stock name="s"><eqn>0</eqn><inflow>farm.births</inflow></stock>'
    assert last(written(model_of("", module("farm"), stock), FARM), "s") == [10 * 1.5**4 - 10]


def test_an_equation_of_an_input_is_not_needed_where_it_is_connected(written):
    inner = model_of("m", '<stock name="x"><eqn>{nothing}</eqn></stock>', aux("y", "x * 2"))
    path = written(model_of("", module("m", link("x", ".a")), aux("a", "TIME")), inner)
    assert last(path, "m.y") == [8]
    assert load(path)["m.x"].kind == "auxiliary"


def test_arrays_are_connected_element_by_element(written):
    inner = model_of("m", f'<aux name="x" access="input">{FRUIT}</aux>', aux("y", "x[pear] + SUM(x)"))
    path = written(model_of("", module("m", link("x", ".a")), aux("a", "2, 3", FRUIT)), inner)
    assert last(path, "m.x") == [2, 3]
    assert last(path, "m.y") == [8]


def test_a_graphical_function_may_be_connected(written):
    curve = '<gf name="curve"><xscale min="0" max="10"/><ypts>0,100</ypts></gf>'
    inner = model_of("m", '<gf name="f" access="input"/>', aux("y", "f(2)"))
    assert last(written(model_of("", module("m", link("f", ".curve")), curve), inner), "m.y") == [20]


def test_the_functions_of_the_language_are_known_inside(written):
    inner = model_of("m", aux("y", "MAX(TIME, DT) + STEP(1, 2)"))
    assert last(written(model_of("", module("m")), inner), "m.y") == [5]


def test_a_variable_of_the_module_may_be_an_index(written):
    array = f'<aux name="v">{FRUIT}<eqn>3, 4</eqn></aux>'
    inner = model_of("m", array, aux("i", "2"), aux("x", "v[i]"), aux("y", "v[apple]"))
    assert last(written(model_of("", module("m")), inner), "m.x") == [4]
    assert last(written(model_of("", module("m")), inner), "m.y") == [3]


def test_a_variable_with_points_goes_before_a_function_of_its_name_and_any_other_behind(written):
    points = '<gf><xscale min="0" max="10"/><ypts>0,100</ypts></gf>'
    inner = model_of("m", aux("abs", "TIME", points), aux("x", "abs(2) + abs"))
    # The graph at 2 and at the last time, 4.
    assert last(written(model_of("", module("m")), inner), "m.x") == [20 + 40]
    inner = model_of("m", aux("abs", "5"), aux("x", "abs(-2) + ABS(-1) + abs"))
    assert last(written(model_of("", module("m")), inner), "m.x") == [2 + 1 + 5]


@pytest.mark.parametrize(
    ("models", "code", "words"),
    [
        ((model_of("", module("farm", link("pace", ".k")), aux("k", "1")), FARM), "SF204", "'pace', which is no"),
        ((model_of("", module("farm", link("rate", ".k"))), FARM), "SF204", "'.k', which is no variable"),
        ((model_of("", "<module/>"),), "SF105", "a <module> has no name"),
        ((model_of("", module("barn")),), "SF204", "there is no model for the module 'barn'"),
        ((model_of("", module("barn", resource="other/barn.xmile")),), "SF114", "'other/barn.xmile'"),
        ((model_of("", module("m")), model_of("m", '<aux name="x" access="input"/>')), "SF207", "'m.x' has no eq"),
        ((model_of("", module("m"), aux("k", "1")), model_of("m", aux("x", "k"))), "SF204", "'k' in the module 'm'"),
        ((model_of("", module("m")), model_of("m", aux("x", "1"), module("m"))), "SF403", "(m -> m)"),
        ((model_of("", module("m"), module("M")), model_of("m", aux("x", "1"))), "SF201", "defined twice"),
        ((model_of("", module("m"), aux("m.x", "1")), model_of("m", aux("x", "1"))), "SF201", "'m.x'"),
        ((model_of("", module("farm", link("rate", ".a"), link("rate", ".b")), aux("a", "1"), aux("b", "2")), FARM),
         "SF201", "'rate' of the module 'farm' is connected to two variables"),
        ((model_of("", module("m", link(".x", "y")), module("n", link(".x", "y")), '<aux name="x"/>'),
          model_of("m", aux("y", "1")), model_of("n", aux("y", "2"))),
         "SF201", "two variables are connected to 'x'"),
        ((model_of("", module("farm", "<connect to='rate'/>")), FARM), "SF105", "needs 'to' and 'from'"),
        ((model_of("", aux("x", "1")), FARM), "SF114", "no module stands for the model 'farm'"),
        ((model_of("", module("m")), "<model name='m'><sim_specs><dt>0.5</dt></sim_specs><variables/></model>"),
         "SF114", "a run of its own"),
        ((model_of("", module("m"), aux("x", "m.nothing")), model_of("m", aux("y", "1"))), "SF204", "'m.nothing'"),
    ],
)
def test_faults_of_modules_are_named(written, models, code, words):
    found = faults(written(*models))
    assert any(item[0] == code and words in item[1] for item in found), found


def test_a_name_that_two_models_around_have_is_the_roots_with_a_warning(written):
    inner = model_of("m", '<aux name="x" access="input"/>')
    outer = model_of("outer", module("m", link("x", ".k")), aux("k", "2"))
    path = written(model_of("", module("outer"), aux("k", "1")), outer, inner)
    assert last(path, "outer.m.x") == [1]
    assert [code for code, _ in faults(path)] == ["SF204"]


def test_modules_that_multiply_stop_at_the_limit(written):
    models = [
        model_of(f"m{n}", *(module(f"a{i}", resource=f"m{n + 1}") for i in range(8)), aux("x", "1")) for n in range(12)
    ]
    path = written(model_of("", module("m0")), *models, model_of("m12", aux("x", "1")))
    assert [code for code, _ in faults(path)] == ["SF109"]


def test_a_fault_of_a_run_names_the_variable_with_its_modules(written):
    inner = model_of("inner", aux("share", "1 / (TIME - 2)"))
    model = load(written(model_of("", module("outer")), model_of("outer", module("inner"), aux("k", "1")), inner))
    with pytest.warns(ModelWarning, match=r"outer\.inner\.share"):
        model.run()


SMOOTHED = (
    '<macro name="smoothed"><parm>goal</parm><parm default="2">delay</parm><eqn>level</eqn><variables>'
    '<stock name="level"><eqn>goal</eqn><inflow>change</inflow></stock>'
    '<flow name="change"><eqn>(goal - level) / delay</eqn></flow></variables></macro>\n'
)


def nested() -> tuple[str, ...]:
    """Three counties, each with a farm inside; both models call one macro, and one result goes back to the root."""
    farm = model_of(
        "farm", '<stock name="herd"><eqn>start</eqn><inflow>births</inflow></stock>',
        '<flow name="births"><eqn>herd * rate * smoothed(.weather)</eqn></flow>',
        '<aux name="rate" access="input"><eqn>0.5</eqn></aux>', '<aux name="start" access="input"/>',
    )
    county = model_of(
        "county", module("Old Farm", link("start", "size"), link("Old_Farm.rate", "pace", "connect2"), resource="farm"),
        '<aux name="size" access="input"><eqn>10</eqn></aux>', '<aux name="pace" access="input"><eqn>0.25</eqn></aux>',
        aux("price", 'smoothed("Old Farm".herd, 4) + .k'),
    )
    root = model_of(
        "", module("north", link("size", ".large"), link(".best", "price"), resource="county"),
        module("south", link("south.pace", ".fast"), resource="county"), module("county"),
        aux("weather", "1 + STEP(1, 2)"), aux("large", "20"), aux("fast", "weather / 4"), aux("k", "5"),
        '<aux name="best"/>', aux("total", "north.price + south.Old_Farm.herd + county.Old_Farm.births"),
    )
    return root, county, farm


def flat() -> str:
    """The same written out in one model."""
    parts = [aux("weather", "1 + STEP(1, 2)"), aux("k", "5")]
    for name, size, pace in (("north", "20", "0.25"), ("south", "10", "weather / 4"), ("county", "10", "0.25")):
        for level, goal, delay in ((f"{name}_mild", "weather", 2), (f"{name}_even", f"{name}_herd", 4)):
            parts += [
                f'<stock name="{level}"><eqn>{goal}</eqn><inflow>{level}_in</inflow></stock>',
                f'<flow name="{level}_in"><eqn>({goal} - {level}) / {delay}</eqn></flow>',
            ]
        parts += [
            f'<stock name="{name}_herd"><eqn>{size}</eqn><inflow>{name}_births</inflow></stock>',
            f'<flow name="{name}_births"><eqn>{name}_herd * ({pace}) * {name}_mild</eqn></flow>',
            aux(f"{name}_price", f"{name}_even + k"),
        ]
    return model_of("", *parts, aux("total", "north_price + south_herd + county_births"))


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_modules_in_modules_are_equal_to_the_model_written_flat(tmp_path, method):
    for name, text in (("nested", SMOOTHED + "".join(nested())), ("flat", flat())):
        (tmp_path / f"{name}.xmile").write_text(HEAD + text + "</xmile>", encoding="utf-8")
    deep, written = (load(tmp_path / f"{name}.xmile").run(method=method, time_step=0.25) for name in ("nested", "flat"))
    pairs = {"total": "total", "best": "north_price"}
    for name in ("north", "south", "county"):
        pairs |= {f"{name}.Old Farm.herd": f"{name}_herd", f"{name}.price": f"{name}_price",
                  f"{name}.Old Farm.births": f"{name}_births"}
    for module_name, flat_name in pairs.items():
        assert np.asarray(deep[module_name]).tolist() == np.asarray(written[flat_name]).tolist(), module_name


def test_modules_that_double_from_model_to_model_are_refused_though_few_variables_are_in_them(written):
    # 2 + 4 + ... + 2**25 modules hold no variable but the innermost.
    levels = [model_of(f"m{n}", module(f"m{n + 1}"), module(f"n{n + 1}")) for n in range(25)]
    levels += [model_of(f"n{n}", module(f"m{n + 1}"), module(f"n{n + 1}")) for n in range(25)]
    ends = model_of("m25", aux("x", "1")), model_of("n25", aux("x", "1"))
    found = faults(written(model_of("", module("m0"), module("n0")), *levels, *ends))
    assert ("SF109", "there are more than 100,000 modules and variables of them; the limit is 100,000") in found
