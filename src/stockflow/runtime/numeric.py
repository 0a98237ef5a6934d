"""Primitives that are total: what 1/0, ln(-1), exp(1000), 0^0 and a NaN condition give, written down once.

Each has a form for Python floats and one for numpy arrays, with the same values; neither ever raises.
`BARE` holds the forms of the math module, which raise where IEEE arithmetic gives NaN or infinity.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

NAN = math.nan
INFINITY = math.inf
MISSING = -(2.0**109)
_ROOT_HALF = math.sqrt(0.5)


def divide(a: float, b: float) -> float:
    """a/b by IEEE 754: x/0 is an infinity of x's sign, 0/0 is NaN."""
    if b:
        return a / b
    if not a or a != a:
        return NAN
    return math.copysign(INFINITY, a) * math.copysign(1.0, b)


def power(a: float, b: float) -> float:
    """a^b: 0^0 is 1, a negative base with a fraction is NaN, too large is infinite."""
    try:
        return math.pow(a, b)
    except OverflowError:
        return -INFINITY if a < 0 and b % 2 == 1 else INFINITY
    except ValueError:
        if a != 0:
            return NAN
        return math.copysign(INFINITY, a) if b % 2 == 1 else INFINITY


def exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return INFINITY


def ln(x: float) -> float:
    if x > 0:
        return math.log(x)
    return -INFINITY if x == 0 else NAN


def sqrt(x: float) -> float:
    return math.sqrt(x) if x >= 0 else NAN


def trunc(x: float) -> float:
    return float(math.trunc(x)) if abs(x) < INFINITY else x


def floor(x: float) -> float:
    return float(math.floor(x)) if abs(x) < INFINITY else x


def _total(function: Callable[[float], float], otherwise: float = NAN) -> Callable[[float], float]:
    def total(x: float) -> float:
        try:
            return function(x)
        except ValueError:
            return NAN
        except OverflowError:
            return otherwise if x > 0 else -otherwise

    return total


def _even(function: Callable[[float], float]) -> Callable[[float], float]:
    def total(x: float) -> float:
        try:
            return function(x)
        except OverflowError:
            return INFINITY

    return total


def _bare_trunc(x: float) -> float:
    return float(math.trunc(x))


def _bare_floor(x: float) -> float:
    return float(math.floor(x))


def _gamma_ln(x: float) -> float:
    """ln of the gamma function; infinite at 0 and the negative whole numbers."""
    try:
        return math.lgamma(x)
    except (ValueError, OverflowError):
        return INFINITY


def _permutations(n: float, k: float) -> float:
    """n (n - 1) ... (n - k + 1), 0 where k is negative or above n; by the gamma function where k is not whole.

    No factor is below 1 and those of a large n are large: the product is infinite before the loop is long.
    """
    if not 0 <= k <= n:
        return NAN if n != n or k != k else 0.0
    if k != floor(k):
        return exp(_gamma_ln(n + 1.0) - _gamma_ln(n - k + 1.0))
    product, taken = 1.0, 0.0
    while taken < k and product < INFINITY:
        product *= n - taken
        taken += 1.0
    return product


def _normal_below(x: float) -> float:
    """The part of the standard normal distribution below x, with all its digits far below 0 too."""
    return 0.5 * math.erfc(-x * _ROOT_HALF)


def pick(values: tuple[float, ...], index: float, otherwise: float) -> float:
    """The value at a 1-based computed index, rounded to the nearest; `otherwise` outside."""
    if not abs(index) < INFINITY:
        return otherwise
    at = math.floor(index + 0.5)
    return values[at - 1] if 1 <= at <= len(values) else otherwise


def flat_index(parts: Iterable[tuple[float, int]]) -> float:
    """Row-major 1-based position of several 1-based indices; NaN where one is outside its size."""
    position = 0
    for index, size in parts:
        if not abs(index) < INFINITY:
            return NAN
        at = math.floor(index + 0.5)
        if not 1 <= at <= size:
            return NAN
        position = position * size + at - 1
    return position + 1.0


OPERATORS: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": divide, "^": power,
    "<": lambda a, b: float(a < b), "<=": lambda a, b: float(a <= b), ">": lambda a, b: float(a > b),
    ">=": lambda a, b: float(a >= b), "=": lambda a, b: float(a == b), "<>": lambda a, b: float(a != b),
    "and": lambda a, b: float(bool(a) and bool(b)), "or": lambda a, b: float(bool(a) or bool(b)),
}
"""The operators of an expression on two numbers, for what is worked out outside of a run; NaN is told by the caller."""

SAFE: dict[str, Callable[..., float]] = {
    "divide": divide, "power": power, "exp": exp, "ln": ln, "sqrt": sqrt, "trunc": trunc, "floor": floor,
    "sin": _total(math.sin), "cos": _total(math.cos), "tan": _total(math.tan), "arcsin": _total(math.asin),
    "arccos": _total(math.acos), "arctan": math.atan, "sinh": _total(math.sinh, INFINITY),
    "cosh": _even(math.cosh), "tanh": math.tanh, "gamma_ln": _gamma_ln, "normal_below": _normal_below, "abs": abs,
    "permutations": _permutations,
    "pick": pick, "flat_index": flat_index,
}

BARE: dict[str, Callable[..., float]] = {
    **SAFE, "power": math.pow, "exp": math.exp, "ln": math.log, "sqrt": math.sqrt, "trunc": _bare_trunc,
    "floor": _bare_floor, "sin": math.sin, "cos": math.cos, "tan": math.tan, "arcsin": math.asin,
    "arccos": math.acos, "sinh": math.sinh, "cosh": math.cosh, "gamma_ln": math.lgamma,
}


# Arrays. numpy gives IEEE values by itself; a run is done under `errstate(all="ignore")`.


def gamma_ln_array(x: Any) -> Any:
    return np.vectorize(_gamma_ln, otypes=[float])(x)


def normal_below_array(x: Any) -> Any:
    return np.vectorize(_normal_below, otypes=[float])(x)


def permutations_array(n: Any, k: Any) -> Any:
    return np.vectorize(_permutations, otypes=[float])(n, k)


def truth(x: Any) -> Any:
    """Whether a number is true: not zero and not NaN."""
    return np.abs(x) > 0


def powers(a: Any, b: Any) -> Any:
    """`power` for arrays: 2, 0.5 and -1 are a square, a root and a quotient wherever they stand.

    numpy takes these shortcuts for an exponent that is one number and not for an array of them, so that the last bit
    of a run would depend on the runs beside it.
    """
    if isinstance(b, float):
        return _SHORTCUTS[b](a) if b in _SHORTCUTS else np.power(a, b)
    found = np.power(a, b)
    for exponent, shortcut in _SHORTCUTS.items():
        special = b == exponent
        if np.any(special):
            found = np.where(special, shortcut(a), found)
    return found


def _root(x: Any) -> Any:
    return np.where(np.isneginf(x), INFINITY, np.sqrt(x) + 0.0)


_SHORTCUTS: dict[float, Callable[[Any], Any]] = {2.0: np.square, 0.5: _root, -1.0: lambda x: np.divide(1.0, x)}


def take(values: Array, indices: tuple[Any, ...], otherwise: float) -> Any:
    """Cells of an array (its trailing run axis apart) at computed 1-based indices; `otherwise` outside."""
    runs = np.empty(values.shape[-1])
    found = np.broadcast_arrays(*(np.asarray(index, dtype=float) for index in indices), runs)[:-1]
    fits = np.ones(found[0].shape, dtype=bool)
    places = []
    for index, size in zip(found, values.shape, strict=False):
        at = np.floor(index + 0.5)
        good = (at >= 1) & (at <= size)
        fits &= good
        places.append(np.where(good, at, 1).astype(np.intp) - 1)
    tail = np.arange(len(runs)) if len(runs) > 1 else np.zeros(1, dtype=np.intp)
    return np.where(fits, values[(*places, tail)], otherwise)


ARRAY: dict[str, Callable[..., Any]] = {
    "power": powers, "exp": np.exp, "ln": np.log, "sqrt": np.sqrt, "trunc": np.trunc, "floor": np.floor,
    "sin": np.sin, "cos": np.cos, "tan": np.tan, "arcsin": np.arcsin, "arccos": np.arccos, "arctan": np.arctan,
    "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "abs": np.abs, "gamma_ln": gamma_ln_array, "divide": np.divide,
    "normal_below": normal_below_array, "permutations": permutations_array,
    "minimum": np.minimum, "maximum": np.maximum, "where": np.where, "truth": truth, "take": take,
}


def _single(function: Callable[..., Any]) -> Callable[..., float]:
    def single(*args: float) -> float:
        return float(function(*args))

    return single


_ANGLES = ("sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh")

# For the numbers of array text that no run changes: the math module may differ from numpy in the last bit.
SINGLE: dict[str, Callable[..., float]] = {
    **SAFE,
    **{name: _single(ARRAY[name]) for name in ("power", "exp", "ln", "sqrt", *_ANGLES)},
}
