"""Random numbers: a stream of its own for each place of a model, element and run, counted in time steps.

numpy only; generated code calls these. A draw depends on the seed, the stream number, the place, the element, the
run and the step, and on nothing else, so that it is the same alone, in a batch and on every backend.
"""

from __future__ import annotations

import hashlib
import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Generator = np.random.Generator

# Steps that are drawn at once.
CHUNK = 64
# A value outside its bounds is drawn again so many at a time; after the last it is put on the nearer bound.
MORE_DRAWS = (9, 90, 900)
# The parts of a stream's counter: what is drawn ahead, and what is drawn again for one step.
AHEAD, AGAIN = 0, 1
# Streams numbered from here on are made of seeds of XMILE.
SEEDED = 2.0**32


def site_of(key: str) -> int:
    """The number of a place in a model, which generated text names it by."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])


def cell_of(elements: Sequence[str]) -> int:
    """The number of an element by its keys, so that it keeps its draws where a range is put into another order."""
    return site_of("\n".join(elements)) if elements else 0


def stream_key(site: int, cell: int, seed: float, stream: float, run: float) -> tuple[int, int]:
    """128 bits that differ between any two streams, the lower half first.

    Seed and run drive the stream 0 alone; a stream that XMILE's seeds make is the same at every place.
    """
    place = f"{site} {cell}" if stream < SEEDED else f"{cell}"
    text = f"{place} {seed!r} {stream!r} {run!r}" if stream == 0 else f"{place} {stream!r}"
    upper, lower = struct.unpack(">QQ", hashlib.sha256(text.encode()).digest()[:16])
    return lower, upper


class Source:
    """A generator that is put to the beginning of a part of a stream, which is far cheaper than a new one."""

    __slots__ = ("bits", "generator", "state")

    def __init__(self) -> None:
        self.bits = np.random.Philox(0)
        self.generator = Generator(self.bits)
        self.state: Any = self.bits.state

    def at(self, key: tuple[int, int], part: int, count: int) -> Generator:
        place = self.state["state"]
        place["key"][:] = key
        place["counter"][:] = 0, count, part, 0
        self.bits.state = self.state
        return self.generator


@dataclass(frozen=True, slots=True)
class Kind:
    """A distribution: many standard draws ahead, and how one of them becomes a draw; or draws by a generator.

    `plain`: the standard draw is the draw.
    """

    ahead: Callable[[Generator, int], Array] | None
    made: Callable[[float, float, float], float] = lambda z, a, b: z
    drawn: Callable[[Generator, float, float, int], Array] = lambda generator, a, b, count: np.full(count, math.nan)
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


def _trials(generator: Generator, probability: float, successes: float, count: int) -> Array:
    """Trials until so many successes; numpy counts the failures."""
    return successes + generator.negative_binomial(successes, probability, count)


KINDS: dict[str, Kind] = {
    "uniform": Kind(_uniform, plain=True),
    "normal": Kind(_normal, plain=True),
    "exponential": Kind(_exponential, plain=True),
    "triangular": Kind(_uniform, _triangular),
    "weibull": Kind(_exponential, _weibull),
    "lognormal": Kind(_normal, _lognormal),
    "logistic": Kind(_uniform, _logistic),
    "pareto": Kind(_uniform, _pareto),
    "gamma": Kind(None, drawn=lambda generator, a, b, count: generator.standard_gamma(a, count)),
    "beta": Kind(None, drawn=lambda generator, a, b, count: generator.beta(a, b, count)),
    "binomial": Kind(None, drawn=lambda generator, a, b, count: generator.binomial(round(b), a, count)),
    "trials": Kind(None, drawn=_trials),
    "poisson": Kind(None, drawn=lambda generator, a, b, count: generator.poisson(a, count)),
}


class Noise:
    """The draws of one element in one run."""

    __slots__ = ("buffer", "cell", "chunk", "key", "kind", "site", "source")

    def __init__(self, site: int, cell: int, kind: str, source: Source | None = None) -> None:
        self.site, self.cell, self.kind = site, cell, KINDS[kind]
        self.source = source or Source()
        self.key: tuple[int, int] | None = None
        self.chunk = -1
        self.buffer: list[float] = []

    def __call__(
        self, step: int, low: float, high: float, shift: float, stretch: float, a: float, b: float,
        stream: float, seed: float, run: float,
    ) -> float:
        """The draw of a step, between the bounds."""
        if self.key is None:
            self.key = stream_key(self.site, self.cell, float(seed), float(stream), float(run))
        if self.kind.ahead is None:
            return self.again(step, low, high, shift, stretch, a, b)
        value = shift + stretch * self.one(self.standard(step), a, b)
        return value if low <= value <= high else self.again(step, low, high, shift, stretch, a, b)

    def standard(self, step: int) -> float:
        chunk, place = divmod(step, CHUNK)
        if chunk != self.chunk:
            assert self.kind.ahead is not None and self.key is not None
            self.buffer = self.kind.ahead(self.source.at(self.key, AHEAD, chunk), CHUNK).tolist()
            self.chunk = chunk
        return self.buffer[place]

    def one(self, z: float, a: float, b: float) -> float:
        try:
            return self.kind.made(z, a, b)
        except (ArithmeticError, ValueError):
            return math.nan

    def again(self, step: int, low: float, high: float, shift: float, stretch: float, a: float, b: float) -> float:
        """Draws of one step until one is between the bounds."""
        assert self.key is not None
        generator = self.source.at(self.key, AGAIN, step)
        value = shift + stretch * float(self.fresh(generator, a, b, 1)[0])
        for count in MORE_DRAWS:
            if low <= value <= high or stretch == 0 or value != value:
                break
            with np.errstate(all="ignore"):
                values = shift + stretch * self.fresh(generator, a, b, count)
            value = self.first_inside(low, high, values)
        return min(max(value, low), high) if value == value else value

    @staticmethod
    def first_inside(low: float, high: float, values: Array) -> float:
        """The first value between the bounds; the last of all where none is."""
        inside = (low <= values) & (values <= high)
        return float(values[inside.argmax() if inside.any() else -1])

    def fresh(self, generator: Generator, a: float, b: float, count: int) -> Array:
        """Draws that follow each other in one stream."""
        if self.kind.ahead is None:
            try:
                return self.kind.drawn(generator, a, b, count)
            except (ArithmeticError, ValueError):
                return np.full(count, math.nan)
        standard = self.kind.ahead(generator, count)
        return standard if self.kind.plain else np.array([self.one(z, a, b) for z in standard.tolist()])


class ArrayNoise:
    """The draws of an array's elements, in all runs."""

    def __init__(self, site: int, kind: str, sizes: tuple[int, ...], cells: Sequence[int]) -> None:
        self.site, self.kind, self.sizes, self.cells = site, kind, sizes, cells
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
            source = Source()
            self.streams = [[Noise(self.site, cell, self.kind, source) for _ in range(runs)] for cell in self.cells]
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
