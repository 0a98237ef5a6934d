"""Checking units: which equations are warned about, where, and in what words."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from stockflow.analysis.units import check_units
from stockflow.diagnostics.model import Report
from stockflow.dialects.vensim import reader as vensim
from stockflow.dialects.xmile import reader as xmile
from stockflow.source import Source

SHARED = Path(__file__).resolve().parents[2].parent / "shared"

CONTROLS = """
INITIAL TIME = 0 ~ Month ~ |
FINAL TIME = 10 ~ Month ~ |
TIME STEP = 1 ~ Month ~ |
SAVEPER = TIME STEP ~ Month ~ |
"""


def warnings(text, controls=CONTROLS):
    """The unit warnings of a model made of lines `name = expression ~ units`."""
    lines = "\n".join(f"{line.strip()} ~ |" for line in text.splitlines() if line.strip())
    report, checked = Report(), Report()
    project = vensim.read(Source("m.mdl", f"{{UTF-8}}\n{lines}\n{controls}"), report)
    assert not report.failed, [item.message for item in report]
    check_units(project, checked)
    assert all(item.severity == "warning" for item in checked)
    return list(checked)


def messages(text):
    return [item.message for item in warnings(text)]


PARTS = """
x = 3 ~ person
y = 4 ~ person
rate = 0.1 ~ 1/Month
money = 5 ~ GBP
tau = 6 ~ Month
free = 7 ~
part = 0.5 ~ Dmnl
"""


def test_an_equation_that_gives_its_units_is_not_warned_about():
    assert messages(PARTS + """
        flow = x * rate ~ person/Month
        stock = INTEG(flow - y / tau, x) ~ person
        share = x / (x + y) ~ Dmnl
        cost = money * (1 + part) / x ~ GBP/person
        late = IF THEN ELSE(Time > tau, x, y) ~ person
        area = x ^ 2 ~ person*person
        side = SQRT(area) ~ person
    """) == []


def test_a_product_with_other_units_than_declared_is_told_with_both():
    (found,) = warnings(PARTS + "flow = x * rate ~ GBP/Month")
    assert found.code == "SF502"
    assert found.message == "'flow' has the units GBP/Month, but its equation gives person/Month"
    assert found.variable == "flow"
    assert (found.line, found.column) == (9, 8)
    assert found.hint == "declare 'flow' in person/Month, or correct the equation"


def test_a_sum_of_different_units_names_both_parts_and_is_told_once():
    (found,) = warnings(PARTS + "total = x + money + y ~ person")
    assert found.message == "'total' adds x (person) and money (GBP)"
    assert found.span.text == "money"


def test_a_difference_and_a_comparison_have_their_own_words():
    assert messages(PARTS + "gap = x - tau ~ person") == ["'gap' subtracts tau (Month) from x (person)"]
    assert messages(PARTS + "more = IF THEN ELSE(x > money, 1, 0) ~ Dmnl") == [
        "'more' compares x (person) with money (GBP)"
    ]


def test_branches_of_a_choice_have_the_same_units():
    assert messages(PARTS + "either = IF THEN ELSE(part > 0, x, money) ~ person") == [
        "the value if false of IF THEN ELSE in 'either' is money (GBP); person is wanted"
    ]


def test_bare_numbers_fit_everything_in_sums_and_choices_but_scale_nothing():
    assert messages(PARTS + """
        more = x + 5 ~ person
        top = MAX(0, MIN(x, 100)) ~ person
        odd = IF THEN ELSE(x > 3, x, 0) ~ person
        twice = 2 * x ~ person
        back = 1 / tau ~ 1/Month
        start = STEP(5, 3) ~ person
    """) == []


def test_what_has_no_units_fits_everything():
    assert messages(PARTS + """
        a = free + x ~ person
        b = free * x ~ GBP
        c = x * money ~
        d = MAX(free, x) ~ person
    """) == []


def test_constants_are_in_the_units_they_declare():
    assert messages("k = 5 ~ GBP/(person*Month)\nneg = -5 ~ GBP") == []


def test_a_stocks_rate_is_its_units_per_time_unit_and_its_start_has_its_units():
    assert messages(PARTS + "stock = INTEG(x, y) ~ person") == [
        "the rate of the stock 'stock' is x (person); person/Month is wanted"
    ]
    assert messages(PARTS + "stock = INTEG(x * rate, money) ~ person") == [
        "the initial of the stock 'stock' is money (GBP); person is wanted"
    ]


def test_time_has_the_units_of_the_control_variables():
    assert messages("year = Time / k ~ Year\nk = 12 ~ Month/Year") == []
    assert messages("wrong = Time ~ Year") == ["'wrong' has the units Year, but its equation gives Month"]


def test_a_function_passes_on_the_units_of_its_arguments():
    assert messages(PARTS + """
        slow = SMOOTH(x, tau) ~ person
        out = DELAY3(x * rate, tau) ~ person/Month
        growth = TREND(x, tau, rate) ~ 1/Month
        each = ZIDZ(money, x) ~ GBP/person
        climb = RAMP(x / tau, 1, 5) ~ person
        whole = INTEGER(x) ~ person
    """) == []


def test_a_wrong_argument_is_named_with_what_is_wanted():
    (found,) = warnings(PARTS + "slow = SMOOTH(x, money) ~ person")
    assert found.message == "the time to average of SMOOTH in 'slow' is money (GBP); Month is wanted"
    assert found.span.text == "money"


def test_a_call_that_fits_in_itself_is_blamed_as_a_whole():
    assert messages(PARTS + "most = MAX(money, money) ~ person") == [
        "'most' has the units person, but its equation gives GBP"
    ]


def test_an_exponent_has_no_units():
    assert messages(PARTS + "p = part ^ x ~ Dmnl") == ["'p' has an exponent in person; an exponent is a number"]
    assert messages(PARTS + "p = x ^ part ~ GBP") == []


def test_a_lookup_gives_its_own_units_whatever_its_input():
    assert messages(PARTS + """
        effect((0,0),(1,1),(2,4)) ~ Dmnl
        y1 = effect(x) * x ~ person
        y2 = WITH LOOKUP(money, ((0,0),(1,1))) ~ person
    """) == []
    assert messages(PARTS + "effect((0,0),(1,1)) ~ Dmnl\ny1 = effect(x) ~ person") == [
        "'y1' has the units person, but its equation gives Dmnl"
    ]


def test_places_of_ranges_and_elements_are_numbers():
    assert messages("Region: north, south ~\nfirst[Region] = Region + x ~ person\nx = 1 ~ person") == []


def test_every_equation_of_an_array_is_checked():
    assert messages(PARTS + """
        Region: north, south ~
        v[north] = x ~ person
        v[south] = money ~ person
        total = SUM(v[Region!]) ~ person
    """) == ["'v' has the units person, but its equation gives GBP"]


def test_equivalences_of_the_settings_are_the_same_units():
    assert messages("a = 1 ~ Widget\nb = a ~ Widgets")[0].startswith("'b' has the units Widgets")
    settings = CONTROLS + "\\\\\\---///\n:L\x7f<%^E!@\n22:Widget,Widgets\n"
    assert warnings("a = 1 ~ Widget\nb = a ~ Widgets", settings) == []


def test_a_hint_offers_the_equivalence_where_only_a_plural_differs():
    (found,) = warnings("a = 1 ~ Fox\nb = a ~ Foxes")
    assert found.hint == "if these mean the same, add the unit equivalence Fox,Foxes"


def test_words_for_no_units_and_for_clock_time_are_the_same_everywhere():
    assert messages("a = 1 ~ fraction\nb = a ~ Dimensionless\nc = b ~ 1\nd = c ~ dmnl") == []
    assert messages("a = 1 ~ Minutes\nb = a ~ Minute\nc = 1 ~ People\nd = c ~ Person") == []


def test_units_that_cannot_be_read_are_told_where_they_stand():
    first, second = warnings("a = 1 ~ person/ /Month\nb = a + c ~ person\nc = 1 ~ Month")
    assert first.code == "SF501"
    assert first.message == "cannot read the units 'person/ /Month' of 'a'"
    assert (first.line, first.column) == (2, 16)
    assert second.code == "SF502"
    assert second.line == 3
    assert second.message == "'b' adds a (person/Month) and c (Month)"


def test_a_model_without_any_units_has_no_warnings():
    assert warnings("a = 1 ~\nb = a + Time ~\ns = INTEG(b * a, 3) ~", CONTROLS.replace("Month", "")) == []


def test_unknown_names_and_refused_functions_fit_everything():
    assert messages(PARTS + "a = RANDOM UNIFORM(0, 1, 0) + x ~ person\nb = nothing known ~ GBP") == []


def test_a_sum_of_20_000_terms_is_checked_without_recursion():
    begun = time.process_time()
    assert messages("x = 1 ~ person\ntotal = " + " + ".join(["x"] * 20_000) + " ~ person") == []
    assert time.process_time() - begun < 30


def test_units_of_a_product_that_grows_without_end_are_left_open():
    text = "x = 1 ~ m\n" + "\n".join(f"x{n} = {f'x{n - 1}' if n else 'x'} ^ 39 ~" for n in range(3))
    assert messages(text + "\ny = ((((x ^ 39) ^ 39) ^ 39) ^ 39) ~ m") == []


def test_xmile_models_are_checked_in_their_own_spelling():
    text = """<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
    <header><vendor>x</vendor><product version="1">y</product></header>
    <sim_specs time_units="Month"><start>0</start><stop>5</stop><dt>1</dt></sim_specs>
    <model><variables>
    <stock name="s"><eqn>10</eqn><inflow>f</inflow><units>person</units></stock>
    <flow name="f"><eqn>SMTH1(g, 3)</eqn><units>person/Month</units></flow>
    <aux name="g"><eqn>4</eqn><units>person</units></aux>
    <aux name="h"><eqn>TIME + DT</eqn><units>Month</units></aux>
    </variables></model></xmile>"""
    report, checked = Report(), Report()
    check_units(xmile.read(Source("m.xmile", text), report), checked)
    assert not report.failed
    assert [item.message for item in checked] == ["'f' has the units person/Month, but its equation gives person"]


@pytest.mark.parametrize(
    "name",
    ["social-care/draft.mdl", "cases/sdxorg-test-models/samples/teacup/teacup.mdl",
     "cases/sdxorg-test-models/samples/SIR/SIR.mdl"],
)
def test_models_whose_units_agree_have_no_warnings(name):
    path = SHARED / name
    if not path.is_file():
        pytest.skip("the shared models are not beside this repository")
    report, checked = Report(), Report()
    check_units(vensim.read(Source(path.name, path.read_text(encoding="utf-8")), report), checked)
    assert [item.message for item in checked] == []


IFS = """<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
<header><vendor>x</vendor><product version="1">y</product></header>
<sim_specs time_units="Month"><start>0</start><stop>5</stop><dt>1</dt></sim_specs>
<model><variables>
<aux name="p"><eqn>10</eqn><units>person</units></aux><aux name="q"><eqn>10</eqn><units>person</units></aux>
<aux name="m"><eqn>4</eqn><units>GBP</units></aux><aux name="x"><eqn>{}</eqn><units>person</units></aux>
</variables></model></xmile>"""


@pytest.mark.parametrize(("equation", "said"), [
    ("IF p &gt; q AND p &gt; 3 THEN p ELSE q", []),
    ("IF p &gt; q THEN p ELSE m", ["'x' chooses between p (person) and m (GBP)"]),
    ("IF p &gt; q THEN p + q ELSE m * 2", ["'x' chooses between p + q (person) and m * 2 (GBP)"]),
    (f"IF p &gt; q THEN p + {' + '.join(['q'] * 30)} ELSE m", [
        f"'x' chooses between {('p + ' + ' + '.join(['q'] * 30))[:37]}... (person) and m (GBP)",
    ]),
])
def test_branches_of_an_xmile_choice_have_the_same_units(equation, said):
    report, checked = Report(), Report()
    check_units(xmile.read(Source("m.xmile", IFS.format(equation)), report), checked)
    assert not report.failed
    assert [item.message for item in checked] == said


@pytest.mark.parametrize("power", ["x ^ -1 ~ 1/person", "x ^ -(+(2)) ~ 1/(person*person)", "x ^ (1/2) ~ person^(1/2)"])
def test_an_exponent_may_have_signs_and_be_a_ratio(power):
    assert messages(PARTS + f"a = {power}") == []


def test_a_function_of_bare_numbers_gives_a_bare_number():
    # As 2 / 3 does, which fits every sum; beside an argument with units a bare number has none.
    assert messages(PARTS + "a = x + ZIDZ(2, 3) ~ person\nb = ZIDZ(x, 3) ~ person\nc = ZIDZ(3, x) ~ 1/person") == []
    assert len(messages(PARTS + "a = ZIDZ(x, 3) ~ GBP")) == 1


def test_logical_operators_give_no_units_and_take_any():
    assert messages(PARTS + "a = (x > y) :AND: (money > 1) :OR: :NOT: x ~ Dmnl") == []


def test_a_fault_of_units_that_are_spaced_otherwise_in_the_file_marks_all_of_them():
    (found,) = warnings("a = 3 ~ person *  * Month")
    assert (found.code, found.line, found.column) == ("SF501", 2, 9)
    assert found.span is not None and found.span.text == "person *  * Month"
