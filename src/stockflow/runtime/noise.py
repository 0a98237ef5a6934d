"""Random numbers: a stream of its own for each place of a model, element and run, counted in time steps.

numpy only; generated code calls these. A draw depends on the seed, the stream number, the place, the element, the
run and the step, and on nothing else, so that it is the same alone, in a batch and on every backend.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Generator = np.random.Generator

# Steps that are drawn at once.
CHUNK = 64
# A value that never falls within its bounds is put on the nearer one after so many draws.
MOST_DRAWS = 1_000
# The parts of a stream's counter: what is drawn ahead, and what is drawn again for one step.
AHEAD, AGAIN = 0, 1


def site_of(key: str) -> int:
    """The number of a place in a model, which generated text names it by."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])


def stream_key(site: int, cell: int, seed: float, stream: float, run: float) -> int:
    """128 bits that differ between any two streams."""
    text = f"{site} {cell} {seed!r} {stream!r} {run!r}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:16])


def _generator(key: int, part: int, count: int) -> Generator:
    return Generator(np.random.Philox(key=key, counter=[0, count, part, 0]))


@dataclass(frozen=True, slots=True)
class Kind:
    """A distribution: many standard draws ahead, and how one of them becomes a draw; or a draw by a generator.

    `plain`: the standard draw is the draw.
    """

    ahead: Callable[[Generator, int], Array] | None
    made: Callable[[float, float, float], float] = lambda z, a, b: z
    drawn: Callable[[Generator, float, float], float] = lambda generator, a, b: math.nan
    plain: bool = False


def _uniform(generator: Generator, count: int) -> Array:
    return generator.random(count)


def _normal(generator: Generator, count: int) -> Array:
    return generator.standard_normal(count)


def _exponential(generator: Generator, count: int) -> Array:
    return generator.standard_exponential(count)


def _triangular(z: float, peak: float, _: float) -> float:
    """From 0 to 1 with its peak between."""
    return math.sqrt(z * peak) if z < peak else 1.0 - math.sqrt((1.0 - z) * (1.0 - peak))


def _weibull(z: float, shape: float, _: float) -> float:
    """Of mean 1."""
    return float(z ** (1.0 / shape)) / math.gamma(1.0 + 1.0 / shape)


def _lognormal(z: float, center: float, spread: float) -> float:
    return math.exp(center + spread * z)


def _logistic(z: float, _: float, __: float) -> float:
    return math.log(z / (1.0 - z)) if z > 0 else -math.inf


def _pareto(z: float, shape: float, _: float) -> float:
    return float((1.0 - z) ** (-1.0 / shape))


def _trials(generator: Generator, probability: float, successes: float) -> float:
    """Trials until so many successes; numpy counts the failures."""
    return successes + float(generator.negative_binomial(successes, probability))


KINDS: dict[str, Kind] = {
    "uniform": Kind(_uniform, plain=True),
    "normal": Kind(_normal, plain=True),
    "exponential": Kind(_exponential, plain=True),
    "triangular": Kind(_uniform, _triangular),
    "weibull": Kind(_exponential, _weibull),
    "lognormal": Kind(_normal, _lognormal),
    "logistic": Kind(_uniform, _logistic),
    "pareto": Kind(_uniform, _pareto),
    "gamma": Kind(None, drawn=lambda generator, a, b: float(generator.standard_gamma(a))),
    "beta": Kind(None, drawn=lambda generator, a, b: float(generator.beta(a, b))),
    "binomial": Kind(None, drawn=lambda generator, a, b: float(generator.binomial(round(b), a))),
    "trials": Kind(None, drawn=_trials),
    "poisson": Kind(None, drawn=lambda generator, a, b: float(generator.poisson(a))),
}


class Noise:
    """The draws of one element in one run."""

    __slots__ = ("buffer", "cell", "chunk", "key", "kind", "site")

    def __init__(self, site: int, cell: int, kind: str) -> None:
        self.site, self.cell, self.kind = site, cell, KINDS[kind]
        self.key = -1
        self.chunk = -1
        self.buffer: list[float] = []

    def __call__(
        self, step: int, low: float, high: float, shift: float, stretch: float, a: float, b: float,
        stream: float, seed: float, run: float,
    ) -> float:
        """The draw of a step, between the bounds."""
        if self.key < 0:
            self.key = stream_key(self.site, self.cell, float(seed), float(stream), float(run))
        if self.kind.ahead is None:
            return self.again(step, low, high, shift, stretch, a, b)
        value = shift + stretch * self.one(self.standard(step), a, b)
        return value if low <= value <= high else self.again(step, low, high, shift, stretch, a, b)

    def standard(self, step: int) -> float:
        chunk, place = divmod(step, CHUNK)
        if chunk != self.chunk:
            assert self.kind.ahead is not None
            self.buffer = self.kind.ahead(_generator(self.key, AHEAD, chunk), CHUNK).tolist()
            self.chunk = chunk
        return self.buffer[place]

    def one(self, z: float, a: float, b: float) -> float:
        try:
            return self.kind.made(z, a, b)
        except (ArithmeticError, ValueError):
            return math.nan

    def again(self, step: int, low: float, high: float, shift: float, stretch: float, a: float, b: float) -> float:
        """Draws of one step until one is between the bounds."""
        generator = _generator(self.key, AGAIN, step)
        value = math.nan
        for _ in range(MOST_DRAWS):
            value = shift + stretch * self.fresh(generator, a, b)
            if low <= value <= high or stretch == 0 or value != value:
                break
        return value if value != value else min(max(value, low), high)

    def fresh(self, generator: Generator, a: float, b: float) -> float:
        if self.kind.ahead is not None:
            return self.one(float(self.kind.ahead(generator, 1)[0]), a, b)
        try:
            return self.kind.drawn(generator, a, b)
        except (ArithmeticError, ValueError):
            return math.nan


class ArrayNoise:
    """The draws of an array's elements, in all runs."""

    def __init__(self, site: int, kind: str, sizes: tuple[int, ...]) -> None:
        self.site, self.kind, self.sizes = site, kind, sizes
        self.streams: list[list[Noise]] = []
        self.chunk = -1
        self.ahead = np.empty(0)

    def __call__(self, step: int, *given: Any) -> Array:
        """The draws of a step: (dims..., runs)."""
        runs = self.begin(given)
        args = [np.broadcast_to(one, (*self.sizes, runs)).reshape(-1, runs) for one in given]
        made = self.plain(step, args) if KINDS[self.kind].plain else self.each(step, args)
        return made.reshape((*self.sizes, runs))

    def begin(self, given: tuple[Any, ...]) -> int:
        """The number of runs; the streams are made at the first draw."""
        runs: int = max((np.shape(one)[-1] for one in given if np.ndim(one)), default=1)
        if not self.streams:
            cells = range(math.prod(self.sizes))
            self.streams = [[Noise(self.site, cell, self.kind) for _ in range(runs)] for cell in cells]
        return runs

    def each(self, step: int, args: list[Array]) -> Array:
        numbers = [arg.tolist() for arg in args]
        rows = range(len(self.streams))
        return np.array([
            [one(step, *(arg[row][run] for arg in numbers)) for run, one in enumerate(self.streams[row])]
            for row in rows
        ])

    def plain(self, step: int, args: list[Array]) -> Array:
        """All at once, but for those that fall outside their bounds."""
        chunk, place = divmod(step, CHUNK)
        if chunk != self.chunk:
            self.each(step, args)
            self.ahead = np.array([[one.buffer for one in row] for row in self.streams])
            self.chunk = chunk
        low, high, shift, stretch, *_ = args
        value = shift + stretch * self.ahead[..., place]
        outside = ~((low <= value) & (value <= high))
        for row, run in zip(*np.nonzero(outside), strict=True):
            value[row, run] = self.streams[row][run](step, *(float(arg[row, run]) for arg in args))
        return value

    def at(self, cell: tuple[int, ...], step: int, *given: Any) -> Array:
        """The draws of one element, where elements are computed one by one."""
        runs = self.begin(given)
        row = self.streams[int(np.ravel_multi_index(cell, self.sizes)) if cell else 0]
        args = [np.broadcast_to(one, (runs,)).tolist() for one in given]
        return np.array([one(step, *(arg[run] for arg in args)) for run, one in enumerate(row)])
