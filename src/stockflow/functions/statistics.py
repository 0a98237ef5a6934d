"""Rows of counting and of the normal distribution.

Nothing here knows how a backend computes a primitive.
"""

from __future__ import annotations

from stockflow.functions.row import Function

_WORD = "A word of the bodies of rows; it has no spelling in a modelling language"
_COUNTS = "Whole numbers are meant; others follow the gamma function, which is not verified in Stella."

ROWS = (
    Function(
        "permutations", "n: 1, k: 1", "1", kind="primitive",
        spellings={"xmile": ("PERMUTATIONS(n, k)",)},
        doc=f"In how many orders k of n things can be drawn; 0 where k is negative or above n. {_COUNTS}",
        examples=(("PERMUTATIONS(5, 2)", 20.0), ("PERMUTATIONS(5, 0)", 1.0), ("PERMUTATIONS(2, 5)", 0.0),
                  ("PERMUTATIONS(10, 10)", 3628800.0), ("PERMUTATIONS(1000000, 2)", 999999000000.0)),
        source="isee help: PERMUTATIONS",
    ),
    Function(
        "factorial", "n: 1", "1",
        body="IF THEN ELSE(n < 0, LN(n), PERMUTATIONS(n, n))",
        spellings={"xmile": ("FACTORIAL(n)",)},
        doc=f"1 * 2 * ... * n; not a number where n is negative. {_COUNTS}",
        examples=(("FACTORIAL(0)", 1.0), ("FACTORIAL(5)", 120.0), ("FACTORIAL(17)", 355687428096000.0),
                  ("ISNAN(FACTORIAL(-1))", 1.0), ("FACTORIAL(0.5)", 0.886226925452758)),
        source="isee help: FACTORIAL",
    ),
    Function(
        "rounded where whole", "x: 1, n: 1, k: 1", "1",
        body="IF THEN ELSE(FLOOR(n) = n :AND: FLOOR(k) = k :AND: x < 1e13, FLOOR(x + 0.5), x)",
        doc="x, rounded where n and k are whole and its rounding errors are below a half.",
        source=_WORD,
    ),
    Function(
        "choices", "n: 1, k: 1", "1",
        body="IF THEN ELSE(PERMUTATIONS(n, k) < 1e300,"
             " ROUNDED WHERE WHOLE(PERMUTATIONS(n, k) / PERMUTATIONS(k, k), n, k),"
             " EXP(GAMMA LN(n + 1) - GAMMA LN(k + 1) - GAMMA LN(n - k + 1)))",
        doc="How many choices of k out of n things there are, k up to a half of n.",
        source=_WORD,
    ),
    Function(
        "combinations", "n: 1, k: 1", "1",
        body="IF THEN ELSE(k < 0 :OR: k > n, 0, CHOICES(n, MIN(k, n - k)))",
        spellings={"xmile": ("COMBINATIONS(n, k)",)},
        doc=f"How many choices of k out of n things there are; 0 where k is negative or above n. {_COUNTS}",
        examples=(
            ("COMBINATIONS(5, 2)", 10.0), ("COMBINATIONS(5, 5)", 1.0), ("COMBINATIONS(2, 5)", 0.0),
            ("COMBINATIONS(5, 0)", 1.0), ("COMBINATIONS(5, -1)", 0.0), ("COMBINATIONS(0.5, 0)", 1.0),
            # Between whole numbers the gamma function tells: 0.5! = 0.8862..., 1! = 1, and 1.5! = 1.5 * 0.5!.
            ("COMBINATIONS(1.5, 0.5)", 1.5), ("COMBINATIONS(2.5, 1)", 2.5),
            # 52 * 51 * 50 * 49 * 48 / 120; a million times 999,999 / 2, however the choice is told.
            ("COMBINATIONS(52, 5)", 2598960.0), ("COMBINATIONS(1000000, 999998)", 499999500000.0),
        ),
        source="isee help: COMBINATIONS",
    ),
    Function(
        "normal below", "x: 1", "1", kind="primitive",
        doc="The part of the standard normal distribution that is below x.",
        source=_WORD,
    ),
    Function(
        "normal between", "left: a, right: a, mean: a = 0, deviation: a = 1", "1",
        # Both ends on the side where the distribution is small, so that a tail keeps its digits.
        body="IF THEN ELSE(left > mean,"
             " NORMAL BELOW((mean - left) / deviation) - NORMAL BELOW((mean - right) / deviation),"
             " NORMAL BELOW((right - mean) / deviation) - NORMAL BELOW((left - mean) / deviation))",
        spellings={"xmile": ("NORMALCDF(left, right[, mean[, deviation]])",)},
        doc="The part of a normal distribution that is from `left` to `right`.",
        examples=(
            ("NORMALCDF(-INF, 0)", 0.5),
            # Tables of the distribution: 0.6827 within one deviation, 0.9545 within two.
            ("NORMALCDF(-1, 1)", 0.6826894921370859), ("NORMALCDF(6, 14, 10, 2)", 0.9544997361036416),
            ("NORMALCDF(2, 1)", -0.13590512198327787),
            # 0.9332 and 0.6915 are below 1.5 and 0.5 deviations.
            ("NORMALCDF(11, 13, 10, 2)", 0.2417303374571288),
        ),
        source="isee help: NORMALCDF; the order of the ends and the sign for ends in the other order are not verified",
    ),
    Function(
        "normal guess", "tail: 1", "1",
        body="(2.515517 + SQRT(-2 * LN(tail)) * (0.802853 + 0.010328 * SQRT(-2 * LN(tail))))"
             " / (1 + SQRT(-2 * LN(tail)) * (1.432788 + SQRT(-2 * LN(tail))"
             " * (0.189269 + 0.001308 * SQRT(-2 * LN(tail))))) - SQRT(-2 * LN(tail))",
        doc="The x with a part `tail`, up to a half, of the standard normal distribution below it, within 0.00045.",
        source=f"{_WORD}; Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.23",
    ),
    Function(
        "normal nearer", "tail: 1, x: 1, off: 1", "1",
        body="x - off / (1 + x * off / 2)",
        doc="Halley's step towards the root of NORMAL BELOW(x) = tail; `off` is the step of Newton.",
        source=_WORD,
    ),
    Function(
        "normal step", "tail: 1, x: 1", "1",
        body="NORMAL NEARER(tail, x, (NORMAL BELOW(x) - tail) * 2.5066282746310002 * EXP(x * x / 2))",
        doc="A nearer x to the one with a part `tail` of the standard normal distribution below it.",
        source=_WORD,
    ),
    Function(
        "normal tail", "tail: 1", "1",
        # An error of 0.00045 becomes one of 1e-11 in the first step and is below rounding after the second.
        body="NORMAL STEP(tail, NORMAL STEP(tail, NORMAL GUESS(tail)))",
        doc="The x with a part `tail`, up to a half, of the standard normal distribution below it.",
        source=_WORD,
    ),
    Function(
        "inverse normal", "part: 1", "1",
        body="IF THEN ELSE(part > 0 :AND: part < 1,"
             " IF THEN ELSE(part < 0.5, NORMAL TAIL(part), -NORMAL TAIL(1 - part)),"
             " IF THEN ELSE(part = 0, -1 / 0, IF THEN ELSE(part = 1, 1 / 0, LN(part * (1 - part)))))",
        spellings={"xmile": ("INVNORM(part)",)},
        doc="The x below which the given part of the standard normal distribution is; infinite for 0 and 1, not a"
            " number outside.",
        examples=(
            ("INVNORM(0.5)", 0.0), ("INVNORM(0.975)", 1.959963984540054), ("INVNORM(0.025)", -1.959963984540054),
            ("INVNORM(1e-10)", -6.361340902404056),
        ),
        source="isee help: INVNORM; the values are those of tables of the distribution",
    ),
)
