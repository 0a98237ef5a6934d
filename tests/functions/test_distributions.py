"""Every random function draws from the distribution it names: Kolmogorov and Smirnov's test, or the chi-square test."""

from __future__ import annotations

import math

import numpy as np
import pytest

import stockflow as sf
from stockflow.functions import noise

DRAWS = 3000
SPECS = f"<sim_specs><start>0</start><stop>{DRAWS - 1}</stop><dt>1</dt></sim_specs>"
CONTROLS = f"INITIAL TIME = 0 ~~|\nFINAL TIME = {DRAWS - 1} ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"
LOOKUPS = "hill((0,0),(2,1),(6,0)) ~~|\nsteps((1,3),(2,3),(2,1),(4,1)) ~~|\n"

# 999 of 1000 samples of a right distribution pass. The seed is fixed, so that a test always ends alike.
KOLMOGOROV = 1.95
CHI_SQUARE = (0, 10.83, 13.82, 16.27, 18.47, 20.52, 22.46, 24.32, 26.12, 27.88, 29.59, 31.26, 32.91, 34.53, 36.12)


def normal(x):
    return 0.5 * math.erfc(-x / math.sqrt(2))


def between(cdf, low, high):
    """The distribution of what is left of draws outside the bounds."""
    return lambda x: (cdf(x) - cdf(low)) / (cdf(high) - cdf(low))


def triangular(x):
    """From 1 to 5 with the peak 2."""
    return (x - 1) ** 2 / 4 if x < 2 else 1 - (5 - x) ** 2 / 12


def hill(x):
    """Area up to x, of 3 in all: x^2/4 on the way up, and (6 - x)^2/8 less than 3 on the way down."""
    return x * x / 12 if x < 2 else 1 - (6 - x) ** 2 / 24


def steps(x):
    """Of 5 in all: 3 from 1 to 2, then 1 for each 1."""
    return 3 * (x - 1) / 5 if x < 2 else (1 + x) / 5


def lognormal(x):
    """Of mean 3 and deviation 1: the logarithm has the variance ln(1 + 1/9)."""
    variance = math.log(1 + 1 / 9)
    return normal((math.log(x) - math.log(3) + variance / 2) / math.sqrt(variance))


VENSIM = {
    "RANDOM 0 1()": lambda x: x,
    "RANDOM UNIFORM(2, 6, 0)": lambda x: (x - 2) / 4,
    "RANDOM NORMAL(-99, 99, 3, 2, 0)": lambda x: normal((x - 3) / 2),
    "RANDOM NORMAL(0, 1, 0, 1, 0)": between(normal, 0, 1),
    "RANDOM NORMAL(-99, 99, 3, -2, 4)": lambda x: normal((x - 3) / 2),
    "RANDOM EXPONENTIAL(0, 999, 0, 2, 0)": lambda x: 1 - math.exp(-x / 2),
    "RANDOM EXPONENTIAL(1, 4, 0, 2, 0)": between(lambda x: 1 - math.exp(-x / 2), 1, 4),
    "RANDOM GAMMA(0, 999, 2, 0, 1, 0)": lambda x: 1 - math.exp(-x) * (1 + x),
    "RANDOM GAMMA(0, 999, 0.2, 0, 1, 0)": lambda x: 1 - math.exp(-x),
    "RANDOM GAMMA(0, 999, 3, 1, 2, 0)": lambda x: 1 - math.exp((1 - x) / 2) * (1 + (x - 1) / 2 + (x - 1) ** 2 / 8),
    "RANDOM BETA(0, 1, 2, 1, 0, 1, 0)": lambda x: x * x,
    "RANDOM BETA(0, 9, 1, 3, 2, 4, 0)": lambda x: 1 - (1 - (x - 2) / 4) ** 3,
    "RANDOM TRIANGULAR(0, 9, 1, 2, 5, 0)": triangular,
    "RANDOM TRIANGULAR(1.5, 3, 1, 2, 5, 0)": between(triangular, 1.5, 3),
    "RANDOM WEIBULL(0, 99, 2, 0, 1, 0)": lambda x: 1 - math.exp(-((x * math.gamma(1.5)) ** 2)),
    "RANDOM LOOKUP(hill, 0, 9, 0, 1, 0)": hill,
    "RANDOM LOOKUP(hill, 1, 4, 0, 1, 0)": between(hill, 1, 4),
    # 5 - 2 z is from 0 to 4 where z is from 0.5 to 2.5.
    "RANDOM LOOKUP(hill, 0, 4, 5, -2, 0)": lambda x: 1 - between(hill, 0.5, 2.5)((5 - x) / 2),
    "RANDOM LOOKUP(steps, 0, 9, 0, 1, 3)": steps,
}
XMILE = {
    "UNIFORM(1, 3)": lambda x: (x - 1) / 2,
    "RANDOM(0, 4)": lambda x: x / 4,
    "NORMAL(5, 2, 3)": lambda x: normal((x - 5) / 2),
    "NORMAL(0, 1, 7, -1, 2)": between(normal, -1, 2),
    "EXPRND(2)": lambda x: 1 - math.exp(-x / 2),
    "LOGNORMAL(3, 1)": lognormal,
    "BETA(2, 1)": lambda x: x * x,
    "GAMMA(2, 3)": lambda x: 1 - math.exp(-x / 3) * (1 + x / 3),
    "GAMMA(1)": lambda x: 1 - math.exp(-x),
    "LOGISTIC(7, 2)": lambda x: 1 / (1 + math.exp((7 - x) / 2)),
    "PARETO(3, 2)": lambda x: 1 - (2 / x) ** 3,
    "TRIANGULAR(1, 2, 5)": triangular,
    "WEIBULL(2, 3)": lambda x: 1 - math.exp(-((x / 3) ** 2)),
}


def poisson(mean):
    return lambda k: math.exp(-mean) * mean**k / math.factorial(k)


def binomial(count, p):
    return lambda k: math.comb(count, k) * p**k * (1 - p) ** (count - k) if k <= count else 0


def trials(successes, p):
    return lambda k: math.comb(k - 1, successes - 1) * p**successes * (1 - p) ** (k - successes) if k > 0 else 0


VENSIM_COUNTS = {
    "RANDOM BINOMIAL(0, 99, 0.3, 10, 0, 1, 0)": binomial(10, 0.3),
    # Odd numbers from 1 on.
    "RANDOM BINOMIAL(0, 99, 0.5, 4, 1, 2, 0)": lambda k: binomial(4, 0.5)(k // 2) if k % 2 else 0,
    "RANDOM POISSON(0, 99, 4, 0, 1, 0)": poisson(4),
    # None is above 3; the four that are left share the rest: 1 + 2 + 2 + 4/3 = 19/3.
    "RANDOM POISSON(0, 3, 2, 0, 1, 0)": lambda k: (1, 2, 2, 4 / 3)[k] / (19 / 3) if k < 4 else 0,
    "RANDOM NEGATIVE BINOMIAL(0, 999, 0.5, 3, 0, 1, 0)": trials(3, 0.5),
}
XMILE_COUNTS = {
    "POISSON(4, 9)": poisson(4),
    "BINOMIAL(10, 0.3)": binomial(10, 0.3),
    "GEOMETRIC(0.25)": trials(1, 0.25),
    "NEGBINOMIAL(3, 0.5)": trials(3, 0.5),
    "MONTECARLO(40)": binomial(1, 0.4),
}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """The draws of each call, of one run for each language."""
    folder = tmp_path_factory.mktemp("draws")
    found = {}
    for calls, write in (((*VENSIM, *VENSIM_COUNTS), vensim), ((*XMILE, *XMILE_COUNTS), xmile)):
        ds = sf.load(write(folder, calls)).run()
        found |= {call: ds[f"{write.__name__} {place}"].values for place, call in enumerate(calls)}
    return found


def vensim(folder, calls):
    lines = "".join(f"vensim {place} = {call} ~~|\n" for place, call in enumerate(calls))
    (folder / "m.mdl").write_text("{UTF-8}\n" + LOOKUPS + lines + CONTROLS)
    return folder / "m.mdl"


def xmile(folder, calls):
    lines = "".join(f'<aux name="xmile {place}"><eqn>{call}</eqn></aux>' for place, call in enumerate(calls))
    (folder / "m.xmile").write_text(
        '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"><header><vendor>v</vendor>'
        f'<product version="1">p</product></header>{SPECS}<model><variables>{lines}</variables></model></xmile>'
    )
    return folder / "m.xmile"


def distance(values, cdf):
    """The largest gap between the share of the draws up to a value and the distribution there."""
    expected = np.array([cdf(float(x)) for x in np.sort(values)])
    shares = np.arange(len(values) + 1) / len(values)
    return max(np.abs(expected - shares[1:]).max(), np.abs(expected - shares[:-1]).max())


@pytest.mark.parametrize("call", [*VENSIM, *XMILE])
def test_a_continuous_distribution_passes_kolmogorov_and_smirnov(call, drawn):
    assert distance(drawn[call], (VENSIM | XMILE)[call]) < KOLMOGOROV / math.sqrt(DRAWS)


@pytest.mark.parametrize("call", [*VENSIM_COUNTS, *XMILE_COUNTS])
def test_a_discrete_distribution_passes_chi_square(call, drawn):
    """Values that are expected less than 40 times are counted together."""
    chance = (VENSIM_COUNTS | XMILE_COUNTS)[call]
    numbers = [k for k in range(60) if chance(k) * DRAWS >= 40]
    expected = np.array([chance(k) * DRAWS for k in numbers])
    counted = np.array([np.sum(drawn[call] == k) for k in numbers])
    rest = DRAWS - expected.sum()
    others = DRAWS - counted.sum()
    statistic = ((counted - expected) ** 2 / expected).sum() + ((others - rest) ** 2 / rest if rest > 1e-6 else others)
    assert statistic < CHI_SQUARE[len(numbers) - (rest <= 1e-6)]


def test_a_wrong_distribution_passes_neither(drawn):
    values = drawn["RANDOM NORMAL(-99, 99, 3, 2, 0)"]
    assert distance(values, lambda x: normal((x - 3) / 1.7)) > KOLMOGOROV / math.sqrt(DRAWS)
    assert distance(values, lambda x: normal((x - 3.25) / 2)) > KOLMOGOROV / math.sqrt(DRAWS)
    with pytest.raises(AssertionError):
        test_a_discrete_distribution_passes_chi_square("POISSON(4, 9)", {"POISSON(4, 9)": drawn["BINOMIAL(10, 0.3)"]})


def test_one_draw_tells_nothing_of_the_next(drawn):
    for call, values in drawn.items():
        assert abs(np.corrcoef(values[1:], values[:-1])[0, 1]) < 4 / math.sqrt(DRAWS), call


def test_calls_share_no_draws(drawn):
    together = np.abs(np.corrcoef(list(drawn.values())) - np.eye(len(drawn)))
    assert together.max() < 4.5 / math.sqrt(DRAWS)


def test_every_random_function_is_among_them():
    names = {text.partition("(")[0] for row in noise.ROWS for texts in row.spellings.values() for text in texts}
    tested = {call.partition("(")[0] for call in (*VENSIM, *XMILE, *VENSIM_COUNTS, *XMILE_COUNTS)}
    assert names == tested
