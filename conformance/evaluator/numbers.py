"""Arithmetic of single numbers that is defined everywhere, as the language reference asks for (4.5).

Written apart from the engine's run time, so that the two can be held against each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

NAN, INFINITY = math.nan, math.inf

# :NA:, a finite number (language reference 1.4).
MISSING = -(2.0**109)


class BadArgument(ValueError):
    """A function was given what it cannot work with."""


def divide(a: float, b: float) -> float:
    if b != 0:
        return a / b
    if a == 0 or a != a:
        return NAN
    return math.copysign(1.0, a) * math.copysign(1.0, b) * INFINITY


def power(a: float, b: float) -> float:
    """0^0 is 1, a negative base with a fraction is no number."""
    try:
        return math.pow(a, b)
    except OverflowError:
        return -INFINITY if a < 0 and math.fmod(b, 2.0) != 0 else INFINITY
    except ValueError:
        if a != 0:
            return NAN
        return math.copysign(INFINITY, a) if math.fmod(b, 2.0) in (1.0, -1.0) else INFINITY


def true(x: float) -> bool:
    """Not zero; what is no number is not true."""
    return x < 0 or x > 0


def least(values: Sequence[float]) -> float:
    return NAN if any(x != x for x in values) else min(values)


def greatest(values: Sequence[float]) -> float:
    return NAN if any(x != x for x in values) else max(values)


def nearest(x: float) -> float:
    """The nearest whole number, a half upwards; what is no number stays."""
    return float(math.floor(x + 0.5)) if math.isfinite(x) else x


def whole_steps(time: float, step: float) -> int:
    """A delay as a number of steps: the nearest one, at least 1 (language reference 2.5, DELAY FIXED)."""
    steps = divide(time, step)
    if not math.isfinite(steps):
        raise BadArgument(f"a delay of {time} has no number of steps")
    return max(1, math.floor(steps + 0.5))


def _guarded(function: Callable[[float], float], overflow: Callable[[float], float]) -> Callable[[float], float]:
    def guarded(x: float) -> float:
        try:
            return float(function(x))
        except ValueError:
            return NAN
        except OverflowError:
            return overflow(x)

    return guarded


def _infinite(_: float) -> float:
    return INFINITY


def _ln(x: float) -> float:
    return -INFINITY if x == 0 else math.log(x)


def _gamma_ln(x: float) -> float:
    return INFINITY if x == -INFINITY or (x <= 0 and x == math.floor(x)) else math.lgamma(x)


def _whole(function: Callable[[float], int]) -> Callable[[float], float]:
    return lambda x: float(function(x)) if math.isfinite(x) else x


ONE: dict[str, Callable[[float], float]] = {
    "abs": abs, "exp": _guarded(math.exp, _infinite), "ln": _guarded(_ln, _infinite),
    "sqrt": _guarded(math.sqrt, _infinite), "sin": _guarded(math.sin, _infinite), "cos": _guarded(math.cos, _infinite),
    "tan": _guarded(math.tan, _infinite), "arcsin": _guarded(math.asin, _infinite),
    "arccos": _guarded(math.acos, _infinite), "arctan": math.atan,
    "sinh": _guarded(math.sinh, lambda x: math.copysign(INFINITY, x)), "cosh": _guarded(math.cosh, _infinite),
    "tanh": math.tanh, "gamma ln": _guarded(_gamma_ln, _infinite), "trunc": _whole(math.trunc),
    "floor": _whole(math.floor), "normal below": lambda x: math.erfc(-x / math.sqrt(2)) / 2,
}



def _of_first(one: Callable[[float], float]) -> Callable[[Sequence[float]], float]:
    return lambda values: one(values[0])


PRIMITIVES: dict[str, Callable[[Sequence[float]], float]] = {
    **{key: _of_first(one) for key, one in ONE.items()},
    "power": lambda values: power(values[0], values[1]),
    "min": least,
    "max": greatest,
}

BINARY: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": divide,
    "^": power,
    "<": lambda a, b: float(a < b),
    "<=": lambda a, b: float(a <= b),
    ">": lambda a, b: float(a > b),
    ">=": lambda a, b: float(a >= b),
    "=": lambda a, b: float(a == b),
    "<>": lambda a, b: float(a < b or a > b),
    "and": lambda a, b: float(true(a) and true(b)),
    "or": lambda a, b: float(true(a) or true(b)),
}

UNARY: dict[str, Callable[[float], float]] = {
    "-": lambda a: -a,
    "+": lambda a: a,
    "not": lambda a: float(not true(a)),
}


def total(values: Sequence[float]) -> float:
    """The sum, one after the other."""
    found = values[0]
    for value in values[1:]:
        found += value
    return found


def product(values: Sequence[float]) -> float:
    found = values[0]
    for value in values[1:]:
        found *= value
    return found


REDUCTIONS: dict[str, Callable[[Sequence[float]], float]] = {
    "sum": total, "prod": product, "vmin": least, "vmax": greatest,
}
