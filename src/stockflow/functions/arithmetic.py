"""Rows of plain arithmetic: roots, logarithms, angles, rounding, remainders, quotients.

Each row is one function with its meaning; nothing here knows how a backend computes a primitive.
"""

from __future__ import annotations

from stockflow.functions.row import Example, Function

_XMILE = "XMILE 1.0 section 3.5.1"

ROWS = (
    Function(
        "abs", "x: a", "a", kind="primitive",
        spellings={"vensim": ("ABS(x)",), "xmile": ("ABS(x)",)},
        doc="The size of x, without its sign.",
        examples=(("ABS(-3)", 3.0), ("ABS(2.5)", 2.5)),
        source=f"Vensim reference: ABS; {_XMILE}: ABS",
    ),
    Function(
        "exp", "x: 1", "1", kind="primitive",
        spellings={"vensim": ("EXP(x)",), "xmile": ("EXP(x)",)},
        doc="e to the power of x.",
        examples=(("EXP(0)", 1.0), ("EXP(1)", 2.718281828459045)),
        source=f"Vensim reference: EXP; {_XMILE}: EXP",
    ),
    Function(
        "ln", "x: 1", "1", kind="primitive",
        spellings={"vensim": ("LN(x)", "LOGN(x)"), "xmile": ("LN(x)", "LOGN(x)")},
        doc="The natural logarithm. LOGN is its name in old files.",
        examples=(
            ("LN(1)", 0.0), ("LN(2.718281828459045)", 1.0), Example("LOGN(1)", 0.0, spelling="xmile"),
        ),
        source=f"Vensim reference: LN; {_XMILE}: LN",
    ),
    Function(
        "log", "x: 1, base: 1", "1",
        body="LN(x) / LN(base)",
        spellings={"vensim": ("LOG(x, base)",)},
        doc="The logarithm of x to the given base.",
        examples=(("LOG(8, 2)", 3.0),),
        source="Vensim reference: LOG",
    ),
    Function(
        "log10", "x: 1", "1",
        # The quotient of logarithms misses 3 for x = 1000 by one bit, which INT would turn into 2.
        body="IF THEN ELSE(10 ^ FLOOR(LN(x) / LN(10) + 0.5) = x, FLOOR(LN(x) / LN(10) + 0.5), LN(x) / LN(10))",
        spellings={"vensim": ("LOG(x)",), "xmile": ("LOG10(x)",)},
        doc="The logarithm to base 10, exact for powers of ten. LOG with one argument is found in old Vensim files.",
        examples=(
            ("LOG(1000)", 3.0), ("LOG(0.001)", -3.0), ("LOG(2)", 0.3010299956639812),
            Example("INT(LOG10(1000))", 3.0, spelling="xmile"), Example("INT(LOG10(1e15))", 15.0, spelling="xmile"),
        ),
        source=f"{_XMILE}: LOG10; the one-argument LOG is read as other tools read it, not verified in Vensim",
    ),
    Function(
        "sqrt", "x: a", "a^0.5", kind="primitive",
        spellings={"vensim": ("SQRT(x)",), "xmile": ("SQRT(x)",)},
        doc="The square root.",
        examples=(("SQRT(9)", 3.0),),
        source=f"Vensim reference: SQRT; {_XMILE}: SQRT",
    ),
    Function(
        "power", "base: 1, exponent: 1", "1", kind="primitive", otherwise="base ^ exponent",
        spellings={"vensim": ("POWER(base, exponent)",)},
        doc="`base ^ exponent`.",
        examples=(("POWER(2, 10)", 1024.0), ("POWER(4, -0.5)", 0.5)),
        source="Vensim reference: POWER",
    ),
    Function(
        "whole root", "x: *, n: 1, root: *", "*",
        body="IF THEN ELSE(FLOOR(root + 0.5) ^ n = x, FLOOR(root + 0.5), root)",
        doc="A root, exact where it is whole.",
        source="A word of the bodies of rows; it has no spelling in a modelling language",
    ),
    Function(
        "root", "x: *, n: 1", "*",
        # The power of a third misses 4 for x = 64 by one bit, which INT would turn into 3.
        body="IF THEN ELSE(x < 0 :AND: MODULO(FLOOR(n), 2) = 1 :AND: FLOOR(n) = n, -WHOLE ROOT(-x, n, (-x) ^ (1 / n)),"
             " WHOLE ROOT(x, n, x ^ (1 / n)))",
        spellings={"xmile": ("ROOTN(x, n)",)},
        doc="The n-th root; of a negative x the real root where n is odd.",
        examples=(("ROOTN(16, 4)", 2.0), ("ROOTN(-8, 3)", -2.0), ("INT(ROOTN(64, 3))", 4.0), ("ROOTN(2, 1)", 2.0),
                  ("ROOTN(0, 3)", 0.0), ("ROOTN(8, -3)", 0.5), ("ROOTN(0.125, 3)", 0.5), ("ROOTN(-0.125, 3)", -0.5),
                  ("ROOTN(6.25, 2)", 2.5), ("ISNAN(ROOTN(-8, 2))", 1.0), ("ISNAN(ROOTN(-8, 3.5))", 1.0)),
        source="isee help: ROOTN; a negative x is not verified in Stella",
    ),
    Function(
        "sin", "angle: 1", "1", kind="primitive",
        spellings={"vensim": ("SIN(angle)",), "xmile": ("SIN(angle)",)},
        doc="The sine of an angle in radians.",
        examples=(("SIN(0)", 0.0), ("SIN(1.5707963267948966)", 1.0)),
        source=f"Vensim reference: SIN; {_XMILE}: SIN",
    ),
    Function(
        "cos", "angle: 1", "1", kind="primitive",
        spellings={"vensim": ("COS(angle)",), "xmile": ("COS(angle)",)},
        doc="The cosine of an angle in radians.",
        examples=(("COS(0)", 1.0), ("COS(3.141592653589793)", -1.0)),
        source=f"Vensim reference: COS; {_XMILE}: COS",
    ),
    Function(
        "tan", "angle: 1", "1", kind="primitive",
        spellings={"vensim": ("TAN(angle)",), "xmile": ("TAN(angle)",)},
        doc="The tangent of an angle in radians.",
        examples=(("TAN(0)", 0.0), ("TAN(0.7853981633974483)", 1.0)),
        source=f"Vensim reference: TAN; {_XMILE}: TAN",
    ),
    Function(
        "arcsin", "x: 1", "1", kind="primitive",
        spellings={"vensim": ("ARCSIN(x)",), "xmile": ("ARCSIN(x)",)},
        doc="The angle in radians whose sine is x, from -pi/2 to pi/2.",
        examples=(("ARCSIN(1)", 1.5707963267948966),),
        source=f"Vensim reference: ARCSIN; {_XMILE}: ARCSIN",
    ),
    Function(
        "arccos", "x: 1", "1", kind="primitive",
        spellings={"vensim": ("ARCCOS(x)",), "xmile": ("ARCCOS(x)",)},
        doc="The angle in radians whose cosine is x, from 0 to pi.",
        examples=(("ARCCOS(-1)", 3.141592653589793),),
        source=f"Vensim reference: ARCCOS; {_XMILE}: ARCCOS",
    ),
    Function(
        "arctan", "x: 1", "1", kind="primitive",
        spellings={"vensim": ("ARCTAN(x)",), "xmile": ("ARCTAN(x)",)},
        doc="The angle in radians whose tangent is x, from -pi/2 to pi/2.",
        examples=(("ARCTAN(1)", 0.7853981633974483),),
        source=f"Vensim reference: ARCTAN; {_XMILE}: ARCTAN",
    ),
    Function(
        "sinh", "x: 1", "1", kind="primitive",
        spellings={"vensim": ("SINH(x)",), "xmile": ("SINH(x)",)},
        doc="The hyperbolic sine.",
        examples=(("SINH(1)", 1.1752011936438014),),
        source="Vensim reference: SINH; the name stands in XMILE files too, though not in the standard",
    ),
    Function(
        "cosh", "x: 1", "1", kind="primitive",
        spellings={"vensim": ("COSH(x)",), "xmile": ("COSH(x)",)},
        doc="The hyperbolic cosine.",
        examples=(("COSH(1)", 1.5430806348152437),),
        source="Vensim reference: COSH; the name stands in XMILE files too, though not in the standard",
    ),
    Function(
        "tanh", "x: 1", "1", kind="primitive",
        spellings={"vensim": ("TANH(x)",), "xmile": ("TANH(x)",)},
        doc="The hyperbolic tangent.",
        examples=(("TANH(1)", 0.7615941559557649),),
        source="Vensim reference: TANH; the name stands in XMILE files too, though not in the standard",
    ),
    Function(
        "gamma ln", "x: 1", "1", kind="primitive",
        spellings={"vensim": ("GAMMA LN(x)",), "xmile": ("GAMMALN(x)",)},
        doc="The natural logarithm of the gamma function.",
        examples=(
            # The gamma function of 5 is 24.
            ("GAMMA LN(1)", 0.0), ("GAMMA LN(5)", 3.1780538303479458),
            Example("EXP(GAMMALN(5))", 24.0, spelling="xmile"),
        ),
        source="Vensim reference: GAMMA LN; isee help: GAMMALN",
    ),
    Function(
        "trunc", "x: a", "a", kind="primitive", otherwise="IF THEN ELSE(x < 0, -FLOOR(-x), FLOOR(x))",
        spellings={"vensim": ("INTEGER(x)",), "ventana": ("INT(x)",)},
        doc="The integer part, rounded towards zero. Vensim writes it as INT into its XMILE files.",
        examples=(("INTEGER(9.9)", 9.0), ("INTEGER(-9.9)", -9.0)),
        source="Vensim reference: INTEGER; recorded in SDXorg test-models, subscripted_round, and for INT, rounding",
    ),
    Function(
        "floor", "x: a", "a", kind="primitive",
        spellings={"xmile": ("INT(x)",)},
        doc="The largest integer that is not above x.",
        examples=(("INT(9.9)", 9.0), ("INT(-9.9)", -10.0)),
        source=f"{_XMILE}: INT",
    ),
    Function(
        "round", "x: a", "a",
        body="IF THEN ELSE(x < 0, -FLOOR(0.5 - x), FLOOR(x + 0.5))",
        spellings={"xmile": ("ROUND(x)",)},
        doc="The nearest integer; a half goes away from zero.",
        examples=(("ROUND(2.4)", 2.0), ("ROUND(2.5)", 3.0), ("ROUND(-2.5)", -3.0), ("ROUND(0.5)", 1.0),
                  ("ROUND(-0.5)", -1.0)),
        source="isee help: ROUND; the direction of a half is not verified in Stella",
    ),
    Function(
        "quantum", "x: a, step: a", "a",
        body="IF THEN ELSE(step > 0, step * TRUNC(x / step), x)",
        spellings={"vensim": ("QUANTUM(x, step)",)},
        doc="The multiple of `step` next to x on the side of zero; x itself where `step` is not above 0.",
        examples=(("QUANTUM(9.9, 3)", 9.0), ("QUANTUM(-9.9, 3)", -9.0), ("QUANTUM(9.9, -3)", 9.9),
                  ("QUANTUM(9.9, 0)", 9.9), ("QUANTUM(9.9, 0.5)", 9.5)),
        source="Vensim reference: QUANTUM; recorded in SDXorg test-models, subscripted_round",
    ),
    Function(
        "modulo", "x: a, divisor: a", "a",
        body="x - QUANTUM(x, divisor)",
        spellings={"vensim": ("MODULO(x, divisor)",), "ventana": ("MOD(x, divisor)",)},
        doc="What is left of x above a multiple of the divisor, with the sign of x. Vensim writes it as the operator"
            " MOD into its XMILE files.",
        examples=(("MODULO(10, 3)", 1.0), ("MODULO(-10, 3)", -1.0), ("MODULO(10, -3)", 0.0)),
        source="Vensim reference: MODULO; recorded in SDXorg test-models, subscripted_round, and for MOD, rounding",
    ),
    Function(
        "mod", "x: a, divisor: a", "a",
        body="x - divisor * FLOOR(x / divisor)",
        spellings={"xmile": ("MOD(x, divisor)",)},
        doc="The remainder with the sign of the divisor: XMILE's operator MOD, which is read as a function too.",
        examples=(
            Example("ten MOD 3", 1.0, given=("ten = 10",)),
            Example("-ten MOD 3", 2.0, given=("ten = 10",)),
            Example("ten MOD (-3)", -2.0, given=("ten = 10",)),
            ("MOD(7, 3)", 1.0), ("MOD(-9.9, 3)", 2.1), ("MOD(7, -3)", -2.0),
        ),
        source="XMILE 1.0 section 3.3.1: the operator MOD; examples by hand: -10 = 3 * -4 + 2, 10 = -3 * -4 - 2",
    ),
    Function(
        "quotient or", "numerator: a, denominator: b, otherwise: a/b = 0", "a/b",
        body="IF THEN ELSE(ABS(denominator) < 1e-6, otherwise, numerator / denominator)",
        spellings={"vensim": ("XIDZ(numerator, denominator, otherwise)", "ZIDZ(numerator, denominator)")},
        doc="The quotient, or `otherwise` where the denominator is nearly zero.",
        examples=(("ZIDZ(6, 3)", 2.0), ("ZIDZ(6, 0)", 0.0), ("ZIDZ(6, 1e-7)", 0.0), ("XIDZ(6, 0, -1)", -1.0),
                  ("ZIDZ(6, -0.5)", -12.0), ("XIDZ(6, -1e-7, -1)", -1.0), ("XIDZ(6, 1e-6, -1)", 6e6)),
        source="Vensim reference: XIDZ, ZIDZ",
    ),
    Function(
        "safe quotient", "numerator: a, denominator: b, otherwise: a/b = 0", "a/b",
        body="IF THEN ELSE(denominator = 0, otherwise, numerator / denominator)",
        spellings={"xmile": ("SAFEDIV(numerator, denominator[, otherwise])",)},
        doc="The quotient, or `otherwise` where the denominator is exactly zero.",
        examples=(("SAFEDIV(6, 3)", 2.0), ("SAFEDIV(6, 0)", 0.0), ("SAFEDIV(6, 0, -1)", -1.0),
                  ("SAFEDIV(6, 1e-7)", 6e7), ("SAFEDIV(6, 1)", 6.0), ("SAFEDIV(6, -1)", -6.0)),
        source="isee help: SAFEDIV",
    ),
    Function(
        "percent", "x: 1", "1",
        body="100 * x",
        spellings={"xmile": ("PERCENT(x)",)},
        doc="A fraction as a percentage.",
        examples=(("PERCENT(0.25)", 25.0),),
        source="isee help: PERCENT",
    ),
    Function(
        "pi", "", "1",
        body="3.141592653589793",
        spellings={"xmile": ("PI",)},
        doc="The ratio of a circle's circumference to its diameter.",
        examples=(("PI", 3.141592653589793),),
        source=f"{_XMILE}: PI",
    ),
    Function(
        "infinity", "", "*",
        body="1 / 0",
        spellings={"xmile": ("INF",)},
        doc="Infinity, a number above all others.",
        examples=(("SAFEDIV(1, INF)", 0.0), ("MIN(3, INF)", 3.0)),
        source=f"{_XMILE}: INF",
    ),
)
