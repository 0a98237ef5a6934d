"""Memories of batches on their way: delays whose time may change, and a stock that is clipped in each step.

Each class is one memory of one element in one run: made at the start, then told its sources once per TIME STEP, it
answers with its value for the next. numpy only; generated code makes and calls these.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

import numpy as np

from stockflow.runtime import conveyors, past, queues, spreads, waiting
from stockflow.runtime.budget import Budget
from stockflow.runtime.numeric import MISSING

# A few roundings are forgiven where times that are whole numbers of steps are compared.
NEARLY = 1e-6


class Memory(Protocol):
    def push(self, *sources: float) -> float: ...


class MaterialDelay:
    """Material that leaves after the delay time it met on entry: what arrives together adds up.

    Sources: the input, the delay time, the value where nothing arrives. `first` comes out until the first delay time.
    """

    def __init__(self, time_step: float, first: float, delay: float, budget: Budget | None = None) -> None:
        self.time_step, self.step, self.budget = time_step, 0, budget or Budget()
        self.arriving = dict.fromkeys(range(1, self.budget.pipeline(delay, time_step)), first)

    def push(self, *sources: float) -> float:
        given, delay, missing = sources
        due = self.step + self.budget.ring_length(delay, self.time_step)
        self.arriving[due] = self.arriving.get(due, 0.0) + given
        self.step += 1
        return self.arriving.pop(self.step, missing)


class InformationDelay:
    """Information that is seen after the delay time it met: newer news that overtake older ones displace them.

    Sources: the input, the delay time. Where nothing arrives the last value stays; `first` stays until the first news.
    """

    def __init__(self, time_step: float, first: float, delay: float, budget: Budget | None = None) -> None:
        self.time_step, self.step, self.shown, self.budget = time_step, 0, first, budget or Budget()
        self.arriving: deque[tuple[int, float]] = deque()
        self.budget.ring_length(delay, time_step)

    def push(self, *sources: float) -> float:
        given, delay = sources
        due = self.step + self.budget.ring_length(delay, self.time_step)
        while self.arriving and self.arriving[-1][0] >= due:
            self.arriving.pop()
        self.arriving.append((due, given))
        self.step += 1
        while self.arriving and self.arriving[0][0] <= self.step:
            self.shown = self.arriving.popleft()[1]
        return self.shown


class BatchDelay:
    """Input that is collected, worked on in batches of a size, one at a time, and released in one step each.

    Sources: the input, the size, the delay time. At the start `batch` is in work and due after `wait`, and
    `backlog` waits; a batch that is due at the start is the first value.
    """

    def __init__(
        self, time_step: float, first: float, batch: float, wait: float, backlog: float, budget: Budget | None = None
    ) -> None:
        self.time_step, self.step, self.backlog, self.batch = time_step, 0, backlog, batch
        self.budget = budget or Budget()
        self.budget.ring_length(wait, time_step)
        self.due = math.floor(wait / time_step + 0.5) if batch and not first else None

    def push(self, *sources: float) -> float:
        given, size, delay = sources
        self.backlog += given * self.time_step
        if self.due is None and self.backlog >= size * (1 - NEARLY) and self.backlog > 0 and size > 0:
            self.batch = min(size, self.backlog)
            self.backlog -= self.batch
            self.due = self.step + self.budget.ring_length(delay, self.time_step)
        self.step += 1
        if self.due is None or self.due > self.step:
            return 0.0
        self.due = None
        return self.batch / self.time_step


class ClippedStock:
    """A stock that is clipped, rounded and drawn to a value in each step; a missing argument switches a rule off.

    Sources: the rate, TIME STEP, the least and the greatest value, the quantum, the value that draws, and from how
    near.
    """

    def __init__(self, _time_step: float, first: float) -> None:
        self.value = first

    def push(self, *sources: float) -> float:
        rate, time_step, least, greatest, quantum, special, near = sources
        value = self.value + time_step * rate
        if least != MISSING and value < least:
            value = least
        if greatest != MISSING and value > greatest:
            value = greatest
        if quantum not in (MISSING, 0.0) and math.isfinite(value / quantum):
            value = quantum * math.floor(value / quantum + 0.5)
        if special != MISSING and near != MISSING and abs(value - special) <= near:
            value = special
        self.value = value
        return value


class Many:
    """The memories of all elements and runs of a slot, of the shape (dims..., runs).

    `tables` are lookups: one for all, or an array of them over the dimensions.
    """

    def __init__(
        self, kind: Callable[..., Memory], time_step: float, first: Any, tables: Sequence[Any],
        settings: Sequence[Any], shape: tuple[int, ...],
    ) -> None:
        self.shape = shape
        self.members = np.empty(shape, dtype=object)
        columns = [self.column(first), *map(self.lookups, tables), *map(self.column, settings)]
        made = (kind(time_step, *cell) for cell in zip(*columns, strict=True))
        self.members.ravel()[:] = list(made)
        for member in self.members.flat:
            if isinstance(member, past.Past):
                member.room //= self.members.size

    def column(self, value: Any) -> list[float]:
        found: list[float] = np.broadcast_to(np.asarray(value, dtype=float), self.shape).ravel().tolist()
        return found

    def lookups(self, table: Any) -> list[Any]:
        if isinstance(table, tuple):
            return [table] * math.prod(self.shape)
        found: list[Any] = np.broadcast_to(table[..., None], self.shape).ravel().tolist()
        return found

    def push(self, *sources: Any) -> Any:
        columns = map(self.column, sources)
        told = [member.push(*cell) for member, *cell in zip(self.members.flat, *columns, strict=True)]
        return np.array(told).reshape(self.shape)

    def ask(self, question: str, at: tuple[Any, ...], given: tuple[Any, ...]) -> Any:
        """The answers of the memories at an index of the dimensions, over which the arguments are broadcast."""
        asked = np.broadcast(self.members[at], *given)
        return np.array([getattr(member, question)(*cell) for member, *cell in asked]).reshape(asked.shape)


# What grows with the values that it is given: each takes a `budget`.
GROWING: dict[str, Callable[..., Memory]] = {
    **{kind.__name__: kind for kind in (MaterialDelay, InformationDelay, BatchDelay)},
    **queues.KINDS,
    **spreads.KINDS,
    **conveyors.KINDS,
    **waiting.KINDS,
    "Past": past.Past,
}
KINDS = (*GROWING, ClippedStock.__name__)


def kinds(budget: Budget) -> dict[str, Callable[..., Memory]]:
    """What makes memories, by name, for runs that share a budget one after the other."""
    growing = {name: partial(kind, budget=budget) for name, kind in GROWING.items()}
    return {**growing, ClippedStock.__name__: ClippedStock}
