"""Rows of random numbers: each is drawn once per TIME STEP for each element and run, from a stream of its own.

Rows of kind `draw` are the distributions that the run time knows; all others are said by them.
"""

from __future__ import annotations

from stockflow.functions.row import Function

KINDS = (
    "uniform", "normal", "exponential", "triangular", "weibull", "lognormal", "logistic", "pareto", "gamma", "beta",
    "binomial", "trials", "poisson",
)
_BOUNDS = "minimum: a, maximum: a"
_SCALE = "shift: a, stretch: a, stream: 1"
_VENSIM = "Vensim reference: RANDOM; the distribution is Vensim's, its unpublished generator is not"
_EVER = "-1e300, 1e300"


def _draw(kind: str) -> Function:
    return Function(
        f"draw {kind}", "minimum: *, maximum: *, shift: *, stretch: *, first: *, second: *, stream: 1", "*",
        kind="draw",
        doc="shift + stretch * a standard draw, drawn again until it is between the bounds.",
        source="A word of the bodies of rows; it has no spelling in a modelling language",
    )


def _vensim(name: str, own: str, call: str, doc: str, kind: str = "") -> Function:
    """A row of Vensim's: bounds, the distribution's own numbers, shift, stretch, stream."""
    kind = kind or name.casefold()
    words = [word.partition(":")[0].strip() for word in own.split(",") if word.strip()]
    arguments = ", ".join(["minimum", "maximum", *words, "shift", "stretch", "stream"])
    parameters = ", ".join(part for part in (_BOUNDS, own, _SCALE) if part)
    return Function(
        f"random {name.casefold()}", parameters, "a", kind="macro",
        body=f"result = draw {kind}(minimum, maximum, shift, stretch, {call}, stream)",
        spellings={"vensim": (f"RANDOM {name}({arguments})",)},
        doc=f"{doc} Times `stretch`, plus `shift`; drawn again until it is from `minimum` to `maximum`.",
        source=_VENSIM,
    )


def _xmile(name: str, own: str, call: str, doc: str, source: str = "isee help") -> Function:
    """A row of XMILE's, with a seed that may be left out and that numbers the stream."""
    words = ", ".join(part.partition(":")[0].partition("=")[0].strip() for part in own.split(","))
    return Function(
        f"xmile random {name.casefold()}", f"{own}, seed: 1 = 0", "*", kind="macro", body=f"result = {call}",
        spellings={"xmile": (f"{name}({words}[, seed])",)}, doc=doc, source=f"{source}: {name}",
    )


_STANDARD = "XMILE 1.0 section 3.5.3"

ROWS = (
    *(_draw(kind) for kind in KINDS),
    Function(
        "random 0 1", "", "1", kind="macro", body="result = draw uniform(0, 1, 0, 1, 0, 0, 0)",
        spellings={"vensim": ("RANDOM 0 1()",)}, doc="A random number from 0 to 1.", source=_VENSIM,
    ),
    Function(
        "random uniform", f"{_BOUNDS}, stream: 1", "a", kind="macro",
        body="result = draw uniform(minimum, maximum, minimum, maximum - minimum, 0, 0, stream)",
        spellings={"vensim": ("RANDOM UNIFORM(minimum, maximum, stream)",)},
        doc="A random number from `minimum` to `maximum`, all as likely.", source=_VENSIM,
    ),
    _vensim("NORMAL", "", "0, 0", "A normally distributed random number, of mean 0 and deviation 1."),
    _vensim("EXPONENTIAL", "", "0, 0", "An exponentially distributed random number, of mean 1."),
    _vensim("GAMMA", "order: 1", "MAX(order, 1), 0", "A gamma distributed random number of this order, at least 1."),
    _vensim("BETA", "alpha: 1, beta: 1", "alpha, beta", "A beta distributed random number."),
    _vensim("BINOMIAL", "probability: 1, trials: 1", "probability, trials", "The successes in so many trials."),
    _vensim("NEGATIVE BINOMIAL", "probability: 1, successes: 1", "probability, successes",
            "The trials until there are so many successes.", "trials"),
    _vensim("POISSON", "mean: 1", "mean, 0", "A Poisson distributed random number."),
    _vensim("WEIBULL", "shape: 1", "shape, 0", "A Weibull distributed random number, of mean 1."),
    Function(
        "random triangular", f"{_BOUNDS}, start: a, peak: a, stop: a, stream: 1", "a", kind="macro",
        body="result = draw triangular(minimum, maximum, start, stop - start, (peak - start) / (stop - start), 0,"
             " stream)",
        spellings={"vensim": ("RANDOM TRIANGULAR(minimum, maximum, start, peak, stop, stream)",)},
        doc="A random number from `start` to `stop`, most likely at `peak`; drawn again until it is from `minimum` to"
            " `maximum`.", source=_VENSIM,
    ),
    _xmile("UNIFORM", "low: a, high: a", "draw uniform(low, high, low, high - low, 0, 0, seed)",
           "A random number from `low` to `high`, all as likely."),
    _xmile("RANDOM", "low: a, high: a", "draw uniform(low, high, low, high - low, 0, 0, seed)",
           "A random number from `low` to `high`, all as likely.", _STANDARD),
    Function(
        "xmile random normal", "mean: a, deviation: a, seed: 1 = 0, minimum: a = -1e300, maximum: a = 1e300", "a",
        kind="macro", body="result = draw normal(minimum, maximum, mean, deviation, 0, 0, seed)",
        spellings={"xmile": ("NORMAL(mean, deviation[, seed[, minimum[, maximum]]])",)},
        doc="A normally distributed random number; drawn again until it is between the bounds.",
        source=f"{_STANDARD}: NORMAL; isee help for the bounds",
    ),
    _xmile("EXPRND", "mean: a", f"draw exponential({_EVER}, 0, mean, 0, 0, seed)",
           "An exponentially distributed random number.", _STANDARD),
    _xmile("POISSON", "mean: *", f"draw poisson({_EVER}, 0, 1, mean, 0, seed)",
           "A Poisson distributed random number with this mean in each step.", _STANDARD),
    _xmile("LOGNORMAL", "mean: a, deviation: a",
           f"draw lognormal({_EVER}, 0, 1, LN(mean) - LN(1 + (deviation / mean) ^ 2) / 2,"
           " SQRT(LN(1 + (deviation / mean) ^ 2)), seed)",
           "A log-normally distributed random number with this mean and deviation of its own, not of its logarithm"
           " (not verified).", _STANDARD),
    _xmile("BETA", "alpha: 1, beta: 1", f"draw beta({_EVER}, 0, 1, alpha, beta, seed)",
           "A beta distributed random number."),
    _xmile("BINOMIAL", "trials: 1, probability: 1", f"draw binomial({_EVER}, 0, 1, probability, trials, seed)",
           "The successes in so many trials."),
    Function(
        "xmile random gamma", "shape: 1, scale: a = 1, seed: 1 = 0", "a", kind="macro",
        body=f"result = draw gamma({_EVER}, 0, scale, shape, 0, seed)",
        spellings={"xmile": ("GAMMA(shape[, scale[, seed]])",)}, doc="A gamma distributed random number.",
        source="isee help: GAMMA",
    ),
    _xmile("GEOMETRIC", "probability: 1", f"draw trials({_EVER}, 0, 1, probability, 1, seed)",
           "The trials until the first success."),
    _xmile("LOGISTIC", "mean: a, scale: a", f"draw logistic({_EVER}, mean, scale, 0, 0, seed)",
           "A random number of the logistic distribution."),
    _xmile("MONTECARLO", "percentage: *",
           "IF THEN ELSE(draw uniform(0, 1, 0, 1, 0, 0, seed) < percentage / 100 * time step, 1, 0)",
           "1 with a probability of so many percent per unit of time, else 0."),
    _xmile("NEGBINOMIAL", "successes: 1, probability: 1", f"draw trials({_EVER}, 0, 1, probability, successes, seed)",
           "The trials until there are so many successes."),
    _xmile("PARETO", "shape: 1, scale: a", f"draw pareto({_EVER}, 0, scale, shape, 0, seed)",
           "A random number of the Pareto distribution, at least `scale`."),
    _xmile("TRIANGULAR", "low: a, peak: a, high: a",
           "draw triangular(low, high, low, high - low, (peak - low) / (high - low), 0, seed)",
           "A random number from `low` to `high`, most likely at `peak`."),
    _xmile("WEIBULL", "shape: 1, scale: a",
           f"draw weibull({_EVER}, 0, scale * EXP(GAMMA LN(1 + 1 / shape)), shape, 0, seed)",
           "A random number of the Weibull distribution."),
)
