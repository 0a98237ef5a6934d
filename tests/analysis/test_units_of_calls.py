"""The units of calls: what a function takes and gives, written down by hand, and that anything else is told.

A line is a call of variables whose names tell their units, and the units of what it gives. `any` may have any units.
"""

from __future__ import annotations

import re

import pytest

from stockflow.analysis.units import check_units
from stockflow.diagnostics.model import Report
from stockflow.dialects.vensim import reader as vensim
from stockflow.dialects.xmile import reader as xmile
from stockflow.functions.table import ROWS
from stockflow.source import Source

UNITS = {
    "person": "person", "money": "GBP", "month": "Month", "part": "Dmnl", "rate": "1/Month", "flow": "person/Month",
    "income": "GBP/Month", "stay": "person*Month", "yield": "person/GBP", "slope": "1/GBP", "sheep": "sheep", "any": "",
}
WORD = re.compile(r"\b(" + "|".join(UNITS) + r")\b(?=[,)])")

VENSIM = """
ABS(person) = person
EXP(part) = Dmnl
LN(part) = Dmnl
LOG(part, part) = Dmnl
LOG(part) = Dmnl
SQRT(person) = person^0.5
POWER(part, part) = Dmnl
SIN(part) = Dmnl
COS(part) = Dmnl
TAN(part) = Dmnl
ARCSIN(part) = Dmnl
ARCCOS(part) = Dmnl
ARCTAN(part) = Dmnl
SINH(part) = Dmnl
COSH(part) = Dmnl
TANH(part) = Dmnl
GAMMA LN(part) = Dmnl
INTEGER(person) = person
QUANTUM(person, person) = person
MODULO(person, person) = person
XIDZ(person, money, yield) = person/GBP
ZIDZ(person, money) = person/GBP
IF THEN ELSE(any, person, person) = person
MIN(person, person) = person
MAX(person, person) = person
TIME BASE(any, any) = any
GET TIME VALUE(part, month, part) = any
STEP(person, month) = person
PULSE(month, month) = Dmnl
PULSE TRAIN(month, month, month, month) = Dmnl
RAMP(flow, month, month) = person
INTEG(flow, person) = person
DELAY FIXED(person, month, person) = person
INITIAL(person) = person
REINITIAL(person) = person
ACTIVE INITIAL(person, person) = person
SAMPLE IF TRUE(any, person, person) = person
GAME(person) = person
SMOOTH(person, month) = person
SMOOTHI(person, month, person) = person
SMOOTH3I(person, month, person) = person
SMOOTH N(person, month, person, part) = person
DELAY1I(flow, month, flow) = person/Month
DELAY3I(flow, month, flow) = person/Month
DELAYP(flow, month) = person/Month
DELAY N(flow, month, flow, part) = person/Month
TREND(any, month, rate) = 1/Month
FORECAST(person, month, month) = person
NPV(income, rate, money, part) = GBP
NPVE(income, rate, money, part) = GBP
DELAY MATERIAL(flow, month, flow, flow) = person/Month
DELAY INFORMATION(person, month, person) = person
DELAY BATCH(flow, person, month, person, month, person) = person/Month
SINTEG(flow, person, person, person, person, person, person) = person
SHIFT IF TRUE(person, any, part, part, person) = person
DELAY CONVEYOR(flow, month, rate, any, person, month) = person/Month
DELAY PROFILE(any, flow, month, flow, rate) = person/Month
DEPRECIATE STRAIGHTLINE(income, month, any, income) = GBP/Month
DEPRECIATE BY SCHEDULE(income, part, income, month, month) = GBP/Month
QUEUE FIFO(flow, flow, any, person, month) = person
QUEUE AGE AVERAGE(person, person) = Month
QUEUE AGE IN RANGE(person, month, month) = person
QUEUE AGE OLDEST(any) = Month
QUEUE FIFO ATTRIB(flow, flow, money, income, any, any, person, money, month) = person
QUEUE ATTRIB AVERAGE(person, person) = any
QUEUE ATTRIB MAX(person, person) = any
QUEUE ATTRIB MIN(person, person) = any
QUEUE ATTRIB IN RANGE(person, any, any) = person
QUEUE ATTRIB QUANTITY(any, any) = any
TABHL(money, any) = GBP
LOOKUP EXTRAPOLATE(money, any) = GBP
LOOKUP FORWARD(money, any) = GBP
LOOKUP BACKWARD(money, any) = GBP
LOOKUP INVERT(money, money) = any
LOOKUP AREA(money, person, person) = GBP*person
LOOKUP SLOPE(person, money, part) = person/GBP
SUM(person) = person
PROD(any) = any
VMIN(person) = person
VMAX(person) = person
VECTOR SORT ORDER(any, part) = Dmnl
VECTOR RANK(any, part) = Dmnl
VECTOR REORDER(person, part) = person
VECTOR ELM MAP(person, part) = person
VECTOR SELECT(any, any, any, part, part) = any
VECTOR LOOKUP(any, any, any, any, part) = any
INVERT MATRIX(money, part) = 1/GBP
ELMCOUNT(any) = Dmnl
ALLOCATE AVAILABLE(flow, any, flow) = person/Month
ALLOCATE BY PRIORITY(flow, any, part, any, flow) = person/Month
MARKETP(flow, money, part, money, flow) = GBP
ALLOC P(flow, money, money, money) = person/Month
FIND MARKET PRICE(flow, any, flow, any) = any
DEMAND AT PRICE(flow, any, any) = person/Month
SUPPLY AT PRICE(flow, any, any) = person/Month
RANDOM 0 1() = Dmnl
RANDOM UNIFORM(person, person, part) = person
RANDOM NORMAL(person, person, person, person, part) = person
RANDOM EXPONENTIAL(person, person, person, person, part) = person
RANDOM GAMMA(person, person, part, person, person, part) = person
RANDOM BETA(person, person, part, part, person, person, part) = person
RANDOM BINOMIAL(person, person, part, part, person, person, part) = person
RANDOM NEGATIVE BINOMIAL(person, person, part, part, person, person, part) = person
RANDOM POISSON(person, person, part, person, person, part) = person
RANDOM WEIBULL(person, person, part, person, person, part) = person
RANDOM TRIANGULAR(person, person, person, person, person, part) = person
RANDOM LOOKUP(any, person, person, person, person, part) = person
GET DATA AT TIME(money, month) = GBP
GET DATA BETWEEN TIMES(money, month, part) = GBP
GET DATA FIRST TIME(any) = Month
GET DATA LAST TIME(any) = Month
GET DATA MAX(money, month, month) = GBP
GET DATA MIN(money, month, month) = GBP
GET DATA MEAN(money, month, month) = GBP
GET DATA MEDIAN(money, month, month) = GBP
GET DATA STDV(money, month, month) = GBP
GET DATA TOTAL POINTS(any, month, month) = Dmnl
TIME SHIFT(money, month) = GBP
CUMULATE(money) = GBP
CUMULATEF(money) = GBP
RC STEP(person, part, month) = person
RC RAMP(person, part, month, month) = person
RC GROW(person, rate, month) = person
RC DECAY(person, month, month) = person
RC STEP CHECK(month, person, part, month) = person
RC RAMP CHECK(month, person, part, month, month) = person
RC GROW CHECK(month, person, rate, month) = person
RC DECAY CHECK(month, person, month, month) = person
"""

XMILE = """
LOG10(part) = Dmnl
ROOTN(any, part) = any
INT(person) = person
ROUND(person) = person
MOD(person, person) = person
SAFEDIV(person, money, yield) = person/GBP
PERCENT(part) = Dmnl
PI() = Dmnl
INF() = any
SIGN(any) = Dmnl
PULSE(person, month, month) = person/Month
RAMP(flow, month, month) = person
SINWAVE(person, month) = person
COSWAVE(person, month) = person
TIME() = Month
DT() = Month
STARTTIME() = Month
STOPTIME() = Month
PREVIOUS(person, person) = person
SMTH1(person, month, person) = person
SMTH3(person, month, person) = person
SMTHN(person, month, part, person) = person
DELAY1(flow, month, flow) = person/Month
DELAY3(flow, month, flow) = person/Month
DELAYN(flow, month, part, flow) = person/Month
TREND(any, month, rate) = 1/Month
FORCST(person, month, month, part) = person
NPV(income, rate, money) = GBP
LOOKUPMEAN(money, person, person) = GBP
MEAN(person) = person
STDDEV(person) = person
SIZE(any) = Dmnl
MEAN(person, person, person) = person
INTERPOLATE(person, part) = person
RANK(any, part, any) = Dmnl
LOOKUPXY(money, money, person) = person
ALLOCATE(flow, any, flow, any, any, part) = person/Month
UNIFORM(person, person, part) = any
RANDOM(person, person, part) = any
NORMAL(person, person, part, person, person) = person
EXPRND(any, part) = any
POISSON(any, part) = any
LOGNORMAL(person, person, part) = any
BETA(part, part, part) = any
BINOMIAL(part, part, part) = any
GAMMA(part, person, part) = person
GEOMETRIC(part, part) = any
LOGISTIC(person, person, part) = any
MONTECARLO(any, part) = any
NEGBINOMIAL(part, part, part) = any
PARETO(part, any, part) = any
TRIANGULAR(person, person, person, part) = any
WEIBULL(part, any, part) = any
EXPBOUND(person, person, money, part, money, money) = person
LOGISTICBOUND(person, person, money, money, slope) = person
LOGISTICBOUND(person, person, money, money, slope, money, money) = person
NAN() = any
ISNAN(any) = Dmnl
PMT(part, part, money, money) = GBP
PV(part, part, money, money) = GBP
FV(part, part, money, money) = GBP
HISTORY(person, month) = person
IRR(any, rate) = 1/Month
ENDVAL(person, person) = person
COUNTER(person, person) = person
CGROWTH(part) = 1/Month
DERIVN(any, part) = any
PERMUTATIONS(part, part) = Dmnl
FACTORIAL(part) = Dmnl
COMBINATIONS(part, part) = Dmnl
NORMALCDF(person, person, person, person) = Dmnl
INVNORM(part) = Dmnl
"""

STELLA = """
PULSE(person, month, month) = person/Month
POISSON(flow, part) = person/Month
"""

TEXTS = {"vensim": VENSIM, "xmile": XMILE, "stella": STELLA}
LINES = [(spelling, line) for spelling, text in TEXTS.items() for line in text.splitlines() if line]
VENDORS = {"xmile": "Somebody", "stella": "isee systems, inc."}


def told(spelling, call, units):
    """Whether a call, in an equation of a variable of these units, is warned of."""
    report, checked = Report(), Report()
    call = call if spelling == "vensim" else call.removesuffix("()")
    if spelling == "vensim":
        equations = [f"{name} = 1 ~ {of}" for name, of in UNITS.items()]
        clock = [f"{name} = 1 ~ Month" for name in ("INITIAL TIME", "FINAL TIME", "TIME STEP", "SAVEPER")]
        text = "{UTF-8}\n" + "".join(f"{one} ~ |\n" for one in (*equations, f"x = {call} ~ {units}", *clock))
        project = vensim.read(Source("m.mdl", text), report)
    else:
        auxiliaries = "".join(
            f'<aux name="{name}"><eqn>{expr}</eqn><units>{of}</units></aux>'
            for name, expr, of in (*((name, 1, of) for name, of in UNITS.items()), ("x", call, units))
        )
        project = xmile.read(Source("m.xmile", (
            '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"><header>'
            f'<vendor>{VENDORS[spelling]}</vendor><product version="1">p</product></header>'
            '<sim_specs time_units="Month"><start>0</start><stop>1</stop>'
            f"</sim_specs><model><variables>{auxiliaries}</variables></model></xmile>"
        )), report)
    assert not report.failed, [item.message for item in report]
    check_units(project, checked)
    return bool(list(checked))


@pytest.mark.parametrize(("spelling", "line"), LINES)
def test_a_call_takes_and_gives_these_units_alone(spelling, line):
    call, _, result = line.partition(" = ")
    given = "" if result == "any" else result
    assert not told(spelling, call, given)
    assert told(spelling, call, "sheep") == bool(given)
    for word in WORD.finditer(call):
        other = f"{call[: word.start()]}sheep{call[word.end() :]}"
        assert told(spelling, other, given) == (word[0] != "any"), other


def test_every_function_of_numbers_is_written_down_here():
    named = {line.partition("(")[0] for _, line in LINES}
    rows = [row for row in ROWS.values() if row.kind not in ("refused", "external") and row.spellings]
    missing = {
        row.key for row in rows
        if not named & {text.partition("(")[0] for texts in row.spellings.values() for text in texts}
    }
    assert missing == {"message", "self", "'", "*.*"}
