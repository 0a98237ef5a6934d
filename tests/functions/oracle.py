"""A plain interpreter of function rows, by Euler steps: what a row's body means, apart from every backend.

Written for clarity alone: it recurses, because the bodies of rows are small.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from itertools import pairwise

from stockflow.functions import table
from stockflow.functions.row import Function
from stockflow.ir.expr import Binary, Call, Missing, Name, Number, Table, Unary
from stockflow.language.parser import parse_expression

MISSING = -(2.0**109)


def divide(left, right):
    if right == 0:
        return math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left)
    return left / right


def power(left, right):
    try:
        value = left**right
    except (ZeroDivisionError, OverflowError):
        return math.inf
    return math.nan if isinstance(value, complex) else value


OPERATORS = {
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
    "<>": lambda a, b: float(a != b),
    "and": lambda a, b: float(a != 0 and b != 0),
    "or": lambda a, b: float(a != 0 or b != 0),
}


def permutations(n, k):
    if not 0 <= k <= n:
        return 0.0
    whole = n == int(n) and k == int(k)
    return float(math.perm(int(n), int(k))) if whole else math.gamma(n + 1) / math.gamma(n - k + 1)


def total(function, otherwise):
    def called(x):
        try:
            return function(x)
        except (ValueError, OverflowError):
            return otherwise

    return called


PRIMITIVES = {
    "abs": abs, "exp": total(math.exp, math.inf), "sqrt": total(math.sqrt, math.nan), "sin": math.sin, "cos": math.cos,
    "tan": math.tan, "arcsin": math.asin, "arccos": math.acos, "arctan": math.atan, "sinh": math.sinh,
    "cosh": math.cosh, "tanh": math.tanh, "gamma ln": total(math.lgamma, math.inf), "power": power, "min": min,
    "max": max, "normal below": lambda x: math.erfc(-x / math.sqrt(2)) / 2,
    "permutations": permutations,
    "ln": lambda x: math.log(x) if x > 0 else math.nan,
    "trunc": lambda x: float(math.trunc(x)) if math.isfinite(x) else x,
    "floor": lambda x: float(math.floor(x)) if math.isfinite(x) else x,
}


class Clock:
    """The clock and the states of one run."""

    def __init__(self, start=0.0, stop=10.0, step=1.0):
        self.values = {"initial time": start, "final time": stop, "time step": step}
        self.states, self.pending = {}, {}
        self.count = 0

    @property
    def now(self):
        return self.values["initial time"] + self.count * self.values["time step"]

    def name(self, key):
        return self.now if key in ("time", "step time") else self.values[key]

    def advance(self):
        changes = {}
        while len(changes) < len(self.pending):  # a rate may ask for a state that nothing has asked for before
            for key in [key for key in self.pending if key not in changes]:
                changes[key] = self.pending[key]()
        self.pending = {}
        for key, change in changes.items():
            kind, state = self.states[key]
            if kind == "integ":
                self.states[key] = kind, state + self.values["time step"] * change
            elif kind == "hold":
                self.states[key] = kind, change
            else:
                self.states[key] = kind, [*state[1:], change]
        self.count += 1


def value(expr, env, clock, spelling="body", path=()):
    """The value of an expression now. `env` gives names as functions without arguments."""
    def inner(part, *step):
        return value(part, env, clock, spelling, (*path, *step))

    match expr:
        case Number(value=number):
            return number
        case Missing():
            return MISSING
        case Name(key=key):
            return _name(key, env, clock, spelling, path)
        case Unary(op=op, operand=operand):
            result = inner(operand, 0)
            return {"-": -result, "+": result, "not": float(result == 0)}[op]
        case Binary(op=op, left=left, right=right):
            return OPERATORS[op](inner(left, 0), inner(right, 1))
        case Call():
            return _call(expr, env, clock, spelling, path)
    raise NotImplementedError(type(expr).__name__)


def _name(key, env, clock, spelling, path):
    if key in env:
        return env[key]()
    found = table.choose(table.find(spelling, key), 0)
    if found and not found.row.signature and spelling != "body":
        return value(table.body(found.row.key).result, {}, clock, "body", path)
    return clock.name(key)


def _call(call, env, clock, spelling, path):
    bound = table.choose(table.find(spelling, call.key), len(call.args))
    assert bound, f"no function {call.label} with {len(call.args)} arguments"
    if bound.row.kind == "table":
        points, *rest = call.args
        return read(bound.row.key, points, *(value(arg, env, clock, spelling, path) for arg in rest))
    args = table.arguments(bound, call.args, parse_expression)
    thunks = [
        lambda arg=arg, number=number: value(arg, env, clock, spelling, (*path, call.key, number))
        for number, arg in enumerate(args)
    ]
    arguments = dict(zip((parameter.name for parameter in bound.row.signature), thunks, strict=False))
    return _apply(bound.row, arguments, thunks, clock, (*path, call.key))


def _apply(row: Function, arguments, thunks, clock, path):
    if row.key in PRIMITIVES:
        return PRIMITIVES[row.key](*(thunk() for thunk in thunks))
    if row.kind == "state":
        return _state(row.key, clock, path, *thunks)
    match row.key:
        case "if then else":
            # Both parts are computed, so that a memory in the part not chosen moves on.
            condition, then, otherwise = (thunk() for thunk in thunks)
            return then if condition else otherwise
        case "frozen":
            return thunks[0]()
        case "initial":
            return clock.states.setdefault(path, ("initial", thunks[0]()))[1]
    body = table.body(row.key)
    names = dict(arguments)
    for hidden, expr in body.hidden:
        names[hidden] = lambda expr=expr, hidden=hidden: value(expr, names, clock, "body", (*path, hidden))
    return value(body.result, names, clock, "body", (*path, "result"))


def _state(kind, clock, path, *thunks):
    if path not in clock.states:
        clock.states[path] = kind, _start(kind, clock, *thunks)
    clock.pending[path] = thunks[0]
    state = clock.states[path][1]
    return state[0] if kind == "ring" else state


def _start(kind, clock, *thunks):
    if kind != "ring":
        return thunks[1]()
    length = max(1, math.floor(thunks[1]() / clock.values["time step"] + 0.5))
    return [thunks[2]()] * length


def read(mode, points: Table, x, other=0.0):
    """A lookup read in one of the modes of `Interpolate`."""
    xs, ys = points.x, points.y
    at = bisect_right(xs, x)
    match mode:
        case "table":
            return linear(xs, ys, min(max(x, xs[0]), xs[-1]))
        case "extrapolate":
            return linear(xs, ys, x)
        case "forward":
            return ys[min(bisect_left(xs, x), len(ys) - 1)]
        case "backward":
            return ys[max(at - 1, 0)]
        case "invert":
            pairs = list(zip(xs, ys, strict=True))
            for (x0, y0), (x1, y1) in pairwise(pairs):
                if min(y0, y1) <= x <= max(y0, y1):
                    return x0 + (x - y0) * (x1 - x0) / (y1 - y0) if y1 != y0 else x0
            return MISSING
        case "area":
            steps = 4000
            width = (other - x) / steps
            middles = (min(max(x + (k + 0.5) * width, xs[0]), xs[-1]) for k in range(steps))
            return sum(linear(xs, ys, middle) for middle in middles) * width
        case "slope":
            return _slope(xs, ys, x, other)
    raise NotImplementedError(mode)


def _slope(xs, ys, x, outside):
    def at(place):
        return (ys[place + 1] - ys[place]) / (xs[place + 1] - xs[place])

    if x < xs[0] or x > xs[-1]:
        return {0.0: 0.0, 1.0: at(0) if x < xs[0] else at(len(xs) - 2), -1.0: MISSING}[outside]
    left = max(bisect_left(xs, x) - 1, 0)
    right = min(bisect_right(xs, x) - 1, len(xs) - 2)
    return (at(left) + at(right)) / 2


def linear(xs, ys, x):
    left = min(max(bisect_right(xs, x) - 1, 0), len(xs) - 2)
    return ys[left] + (x - xs[left]) * (ys[left + 1] - ys[left]) / (xs[left + 1] - xs[left])


def run(text, steps, spelling="vensim", start=0.0, stop=10.0, step=1.0, **inputs):
    """Values of a call over `steps` Euler steps; each input is a function of time."""
    clock = Clock(start, stop, step)
    env = {name.replace("_", " "): lambda series=series: series(clock.now) for name, series in inputs.items()}
    expr = parse_expression(text)
    values = []
    for _ in range(steps + 1):
        values.append(value(expr, env, clock, spelling))
        clock.advance()
    return values
