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
_VENSIM = "Vensim reference: RANDOM"
_OWN = " NOISE SEED drives the stream 0; another one draws the same whatever the seed and the run."
_DIFFERS = "The distribution is {}, its sequence of numbers is not: the generator is not published."
_OURS = {
    "vensim": _DIFFERS.format("Vensim's"), "xmile": _DIFFERS.format("Stella's"), "stella": _DIFFERS.format("Stella's"),
}
_HAND = "; examples by hand, of calls whose value needs no luck"
_EVER = "-1e300, 1e300"
# A seed, a whole number below 2^32, makes the same sequence wherever it stands: the runtime tells it from the number of
# a stream by its size. Without one it is the stream 0.
_STREAM, _NO_SEED = "(4294967296 - seed) * 4294967296", "4294967296"


def _draw(kind: str) -> Function:
    return Function(
        f"draw {kind}", "minimum: *, maximum: *, shift: *, stretch: *, first: *, second: *, stream: 1", "*",
        kind="draw",
        doc="shift + stretch * a standard draw, drawn again until it is between the bounds.",
        source="A word of the bodies of rows; it has no spelling in a modelling language",
    )


def _row(
    key: str, parameters: str, result: str, body: str, spelling: tuple[str, str], doc: str, source: str,
    examples: tuple[tuple[str, float], ...],
) -> Function:
    """A row that draws: its dialect and its call, what it does, and calls that give one value whatever is drawn."""
    dialect, call = spelling
    names = [part.partition(":")[0].strip() for part in parameters.split(",")]
    bounds = (("minimum", "maximum"), ("low", "high"))
    interval = next((" ".join(pair) for pair in bounds if set(pair) <= set(names)), "")
    return Function(
        key, parameters, result, kind="macro", body=body, spellings={dialect: (call,)}, doc=doc, examples=examples,
        source=source + _HAND, differs=_OURS[dialect], interval=interval,
    )


def _vensim(
    name: str, own: str, call: str, doc: str, examples: tuple[tuple[str, float], ...], kind: str = ""
) -> Function:
    """A row of Vensim's: bounds, the distribution's own numbers, shift, stretch, stream."""
    kind = kind or name.casefold()
    words = [word.partition(":")[0].strip() for word in own.split(",") if word.strip()]
    arguments = ", ".join(["minimum", "maximum", *words, "shift", "stretch", "stream"])
    parameters = ", ".join(part for part in (_BOUNDS, own, _SCALE) if part)
    return _row(
        f"random {name.casefold()}", parameters, "a",
        f"result = draw {kind}(minimum, maximum, shift, stretch, {call}, stream)",
        ("vensim", f"RANDOM {name}({arguments})"),
        f"{doc} Times `stretch`, plus `shift`; drawn again until it is from `minimum` to `maximum`.{_OWN}", _VENSIM,
        examples,
    )


def _xmile(
    name: str, own: str, call: str, doc: str, examples: tuple[tuple[str, float], ...], source: str = "isee help"
) -> Function:
    """A row of XMILE's, with a seed that may be left out: with one the sequence is the same in every run."""
    words = ", ".join(part.partition(":")[0].partition("=")[0].strip() for part in own.split(","))
    return _row(
        f"xmile random {name.casefold()}", f"{own}, seed: 1 = {_NO_SEED}", "*", f"result = {call}",
        ("xmile", f"{name}({words}[, seed])"), doc, f"{source}: {name}", examples,
    )


_STANDARD = "XMILE 1.0 section 3.5.3"

ROWS = (
    *(_draw(kind) for kind in KINDS),
    _row(
        "random 0 1", "", "1", "result = draw uniform(0, 1, 0, 1, 0, 0, 0)", ("vensim", "RANDOM 0 1()"),
        "A random number from 0 to 1.", _VENSIM, (("INTEGER(RANDOM 0 1())", 0.0),),
    ),
    _row(
        "random uniform", f"{_BOUNDS}, stream: 1", "a",
        "result = draw uniform(minimum, maximum, minimum, maximum - minimum, 0, 0, stream)",
        ("vensim", "RANDOM UNIFORM(minimum, maximum, stream)"),
        f"A random number from `minimum` to `maximum`, all as likely.{_OWN}", _VENSIM,
        (("RANDOM UNIFORM(3, 3, 0)", 3.0),),
    ),
    _vensim(
        "NORMAL", "", "0, 0", "A normally distributed random number, of mean 0 and deviation 1.",
        (("RANDOM NORMAL(0, 9, 4, 0, 0)", 4.0), ("RANDOM NORMAL(0, 3, 4, 0, 0)", 3.0),
         ("RANDOM NORMAL(2, 2, 0, 1, 7)", 2.0)),
    ),
    _vensim(
        "EXPONENTIAL", "", "0, 0", "An exponentially distributed random number, of mean 1.",
        (("RANDOM EXPONENTIAL(0, 9, 4, 0, 0)", 4.0), ("RANDOM EXPONENTIAL(2, 2, 0, 1, 0)", 2.0)),
    ),
    _vensim(
        "GAMMA", "order: 1", "MAX(order, 1), 0", "A gamma distributed random number of this order, at least 1.",
        (("RANDOM GAMMA(0, 9, 0.5, 4, 0, 0)", 4.0), ("RANDOM GAMMA(2, 2, 3, 0, 1, 0)", 2.0)),
    ),
    _vensim(
        "BETA", "alpha: 1, beta: 1", "alpha, beta", "A beta distributed random number.",
        (("RANDOM BETA(0, 9, 2, 1, 4, 0, 0)", 4.0), ("INTEGER(RANDOM BETA(0, 9, 2, 1, 4, 0.9, 0))", 4.0)),
    ),
    _vensim(
        "BINOMIAL", "probability: 1, trials: 1", "probability, trials", "The successes in so many trials.",
        (("RANDOM BINOMIAL(0, 9, 0, 3, 0, 1, 0)", 0.0), ("RANDOM BINOMIAL(0, 9, 1, 3, 0, 1, 0)", 3.0),
         ("RANDOM BINOMIAL(0, 9, 1, 3, 1, 2, 0)", 7.0)),
    ),
    _vensim(
        "NEGATIVE BINOMIAL", "probability: 1, successes: 1", "probability, successes",
        "The trials until there are so many successes.",
        (("RANDOM NEGATIVE BINOMIAL(0, 9, 1, 3, 0, 1, 0)", 3.0),
         ("RANDOM NEGATIVE BINOMIAL(0, 9, 1, 3, 1, 2, 0)", 7.0)),
        "trials",
    ),
    _vensim(
        "POISSON", "mean: 1", "mean, 0", "A Poisson distributed random number.",
        (("RANDOM POISSON(0, 9, 0, 0, 1, 0)", 0.0), ("RANDOM POISSON(0, 9, 4, 5, 0, 0)", 5.0)),
    ),
    _vensim(
        "WEIBULL", "shape: 1", "shape, 0", "A Weibull distributed random number, of mean 1.",
        (("RANDOM WEIBULL(0, 9, 2, 4, 0, 0)", 4.0), ("RANDOM WEIBULL(2, 2, 2, 0, 1, 0)", 2.0)),
    ),
    _row(
        "random triangular", f"{_BOUNDS}, start: a, peak: a, stop: a, stream: 1", "a",
        "result = draw triangular(minimum, maximum, start, stop - start,"
        " SAFE QUOTIENT(peak - start, stop - start), 0, stream)",
        ("vensim", "RANDOM TRIANGULAR(minimum, maximum, start, peak, stop, stream)"),
        "A random number from `start` to `stop`, most likely at `peak`; drawn again until it is from `minimum` to"
        f" `maximum`.{_OWN}", _VENSIM,
        (("RANDOM TRIANGULAR(0, 9, 3, 3, 3, 0)", 3.0), ("RANDOM TRIANGULAR(2, 2, 1, 2, 3, 0)", 2.0)),
    ),
    Function(
        # The part of the density between the bounds is drawn from, which is what drawing again leaves.
        "random lookup", f"density: *, {_BOUNDS}, {_SCALE}", "a", kind="macro", tables=("density",),
        interval="minimum maximum",
        body="least = cumulated(density, SAFE QUOTIENT(IF THEN ELSE(stretch < 0, maximum, minimum) - shift, stretch))\n"
             "most = cumulated(density, SAFE QUOTIENT(IF THEN ELSE(stretch < 0, minimum, maximum) - shift, stretch))\n"
             "standard = draw uniform(0, 1, 0, 1, 0, 0, stream)\n"
             "result = FROZEN(MIN(MAX(shift + stretch * quantile(density, least + (most - least) * standard), minimum),"
             " maximum))",
        spellings={"vensim": ("RANDOM LOOKUP(density, minimum, maximum, shift, stretch, stream)",)},
        doc="A random number whose density is a lookup, which is 0 outside its points and need not have the area 1."
        f" Times `stretch`, plus `shift`; drawn again until it is from `minimum` to `maximum`.{_OWN}",
        examples=(
            ("RANDOM LOOKUP(((0, 1), (1, 1)), 0, 9, 4, 0, 0)", 4.0),
            ("RANDOM LOOKUP(((0, 1), (1, 1)), 2, 2, 1, 3, 0)", 2.0),
            ("INTEGER(RANDOM LOOKUP(((4, 0), (4.5, 2), (4.9, 1)), 0, 9, 0, 1, 0))", 4.0),
        ),
        source=_VENSIM + _HAND, differs=_OURS["vensim"],
    ),
    _xmile(
        "UNIFORM", "low: a, high: a", f"draw uniform(low, high, low, high - low, 0, 0, {_STREAM})",
        "A random number from `low` to `high`, all as likely.", (("UNIFORM(3, 3)", 3.0),),
    ),
    _xmile(
        "RANDOM", "low: a, high: a", f"draw uniform(low, high, low, high - low, 0, 0, {_STREAM})",
        "A random number from `low` to `high`, all as likely.", (("RANDOM(3, 3, 5)", 3.0),), _STANDARD,
    ),
    _row(
        "xmile random normal",
        f"mean: a, deviation: a, seed: 1 = {_NO_SEED}, minimum: a = -1e300, maximum: a = 1e300", "a",
        f"result = draw normal(minimum, maximum, mean, deviation, 0, 0, {_STREAM})",
        ("xmile", "NORMAL(mean, deviation[, seed[, minimum[, maximum]]])"),
        "A normally distributed random number; drawn again until it is between the bounds.",
        f"{_STANDARD}: NORMAL; isee help for the bounds", (("NORMAL(4, 0)", 4.0), ("NORMAL(4, 1, 7, 5, 5)", 5.0)),
    ),
    _xmile(
        "EXPRND", "mean: a", f"draw exponential({_EVER}, 0, mean, 0, 0, {_STREAM})",
        "An exponentially distributed random number.", (("EXPRND(0)", 0.0),), _STANDARD,
    ),
    _xmile(
        "POISSON", "mean: *", f"draw poisson({_EVER}, 0, 1, mean, 0, {_STREAM})",
        "A Poisson distributed random number with this mean in each step.", (("POISSON(0)", 0.0),), _STANDARD,
    ),
    _row(
        "stella random poisson", f"mean: a, seed: 1 = {_NO_SEED}", "a",
        f"result = draw poisson({_EVER}, 0, 1 / time step, mean * time step, 0, {_STREAM})",
        ("stella", "POISSON(mean[, seed])"),
        "The events in a TIME STEP, per unit of time, where there are `mean` in a unit of time: a flow of whole events"
        " (not verified).", "isee help: POISSON", (("POISSON(0)", 0.0), ("INT(POISSON(3) / 99)", 0.0)),
    ),
    _xmile(
        "LOGNORMAL", "mean: a, deviation: a",
        f"draw lognormal({_EVER}, 0, 1, LN(mean) - LN(1 + (deviation / mean) ^ 2) / 2,"
        f" SQRT(LN(1 + (deviation / mean) ^ 2)), {_STREAM})",
        "A log-normally distributed random number with this mean and deviation of its own, not of its logarithm"
        " (not verified).", (("LOGNORMAL(3, 0)", 3.0),), _STANDARD,
    ),
    _xmile(
        "BETA", "alpha: 1, beta: 1", f"draw beta({_EVER}, 0, 1, alpha, beta, {_STREAM})",
        "A beta distributed random number.", (("INT(BETA(2, 2))", 0.0),),
    ),
    _xmile(
        "BINOMIAL", "trials: 1, probability: 1", f"draw binomial({_EVER}, 0, 1, probability, trials, {_STREAM})",
        "The successes in so many trials.", (("BINOMIAL(5, 0)", 0.0), ("BINOMIAL(5, 1)", 5.0)),
    ),
    _row(
        "xmile random gamma", f"shape: 1, scale: a = 1, seed: 1 = {_NO_SEED}", "a",
        f"result = draw gamma({_EVER}, 0, scale, shape, 0, {_STREAM})", ("xmile", "GAMMA(shape[, scale[, seed]])"),
        "A gamma distributed random number.", "isee help: GAMMA", (("GAMMA(2, 0)", 0.0),),
    ),
    _xmile(
        "GEOMETRIC", "probability: 1", f"draw trials({_EVER}, 0, 1, probability, 1, {_STREAM})",
        "The trials until the first success (not verified: it may be the failures before it).",
        (("GEOMETRIC(1)", 1.0),),
    ),
    _xmile(
        "LOGISTIC", "mean: a, scale: a", f"draw logistic({_EVER}, mean, scale, 0, 0, {_STREAM})",
        "A random number of the logistic distribution.", (("LOGISTIC(4, 0)", 4.0),),
    ),
    _xmile(
        "MONTECARLO", "percentage: *",
        f"IF THEN ELSE(draw uniform(0, 1, 0, 1, 0, 0, {_STREAM}) < percentage / 100 * time step, 1, 0)",
        "1 with a probability of so many percent per unit of time, else 0.",
        (("MONTECARLO(0)", 0.0), ("MONTECARLO(100)", 1.0)),
    ),
    _xmile(
        "NEGBINOMIAL", "successes: 1, probability: 1", f"draw trials({_EVER}, 0, 1, probability, successes, {_STREAM})",
        "The trials until there are so many successes (not verified: it may be the failures before them).",
        (("NEGBINOMIAL(3, 1)", 3.0),),
    ),
    _xmile(
        "PARETO", "shape: 1, scale: a", f"draw pareto({_EVER}, 0, scale, shape, 0, {_STREAM})",
        "A random number of the Pareto distribution, at least `scale`.", (("PARETO(3, 0)", 0.0),),
    ),
    _xmile(
        "TRIANGULAR", "low: a, peak: a, high: a",
        f"draw triangular(low, high, low, high - low, SAFE QUOTIENT(peak - low, high - low), 0, {_STREAM})",
        "A random number from `low` to `high`, most likely at `peak`.", (("TRIANGULAR(3, 3, 3)", 3.0),),
    ),
    _xmile(
        "WEIBULL", "shape: 1, scale: a",
        f"draw weibull({_EVER}, 0, scale * EXP(GAMMA LN(1 + 1 / shape)), shape, 0, {_STREAM})",
        "A random number of the Weibull distribution.", (("WEIBULL(2, 0)", 0.0),),
    ),
)
