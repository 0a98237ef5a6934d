"""Mutations of the rows of functions: each is changed a little, in memory, and the tests that use it must notice.

`python -m conformance.mutations --sample 500 --seed 1` tells how many changes the tests noticed and lists the others.
The texts inside a row are changed here, its meaning, its units and its calls; Python itself is for `make mutation`.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from stockflow.functions import table
from stockflow.functions.row import Function, Parameter
from stockflow.ir.expr import Binary, Call, Expr, Name, Number, Unary
from stockflow.ir.show import show
from stockflow.ir.walk import preorder, rebuild
from stockflow.language.parser import parse_expression
from stockflow.lowering import stages, templates

TESTS = ("tests/functions", "tests/lowering", "tests/analysis/test_units_of_calls.py")
LONGEST = 30.0  # seconds of the processor for one test

_OTHER = {
    "+": ("-",), "-": ("+",), "*": ("/",), "/": ("*",), "^": ("*",), "<": ("<=", ">"), "<=": ("<", ">="),
    ">": (">=", "<"), ">=": (">", "<="), "=": ("<>",), "<>": ("=",), "and": ("or",), "or": ("and",),
}
_TWIN = {"min": "MAX", "max": "MIN", "floor": "TRUNC", "trunc": "FLOOR", "sin": "COS", "cos": "SIN"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A row that says something else: of what kind the change is, and where."""

    row: Function
    kind: str
    where: str
    was: str
    now: str

    def __str__(self) -> str:
        return f"{self.row.key} | {self.kind} | {self.where} | {self.was} -> {self.now}"


# What is changed.


def mutants(row: Function) -> Iterator[Mutant]:
    if row.kind == "refused":
        return
    yield from _bodies(row)
    yield from _told(row)
    yield from _defaults(row)
    yield from _units(row)
    yield from _calls(row)


def _bodies(row: Function) -> Iterator[Mutant]:
    lines = row.body.splitlines()
    for place, line in enumerate(lines):
        name, equals, text = line.partition(" = ") if row.kind == "macro" else ("", "", line)
        for number, was, now, changed in variants(text, names(row)):
            body = "\n".join([*lines[:place], f"{name}{equals}{changed}", *lines[place + 1 :]])
            yield Mutant(replace(row, body=body), "meaning", f"{name or 'body'} {number}", was, now)


def _told(row: Function) -> Iterator[Mutant]:
    """What a memory is told, at the start and in each step."""
    if row.memory is None:
        return
    for part in ("settings", "sources"):
        texts = getattr(row.memory, part)
        for place, text in enumerate(texts):
            for number, was, now, changed in variants(text, names(row)):
                told: Any = {part: (*texts[:place], changed, *texts[place + 1 :])}
                made = replace(row.memory, **told)
                yield Mutant(replace(row, memory=made), "meaning", f"{part} {place + 1} {number}", was, now)


def _defaults(row: Function) -> Iterator[Mutant]:
    for place, parameter in enumerate(row.signature):
        for number, was, now, changed in variants(parameter.default, names(row)) if parameter.default else ():
            yield Mutant(_with(row, place, default=changed), "default", f"{parameter.name} {number}", was, now)


def _units(row: Function) -> Iterator[Mutant]:
    """None of what no modeller can write, and none of texts: their units are never read."""
    if not row.spellings or row.kind == "external":
        return
    for place, parameter in enumerate(row.signature):
        for other in _other_units(parameter.units):
            yield Mutant(_with(row, place, units=other), "units", parameter.name, parameter.units, other)
    if row.result != "*":
        for other in _other_units(row.result):
            yield Mutant(replace(row, result=other), "units", "its result", row.result, other)


def _other_units(units: str) -> tuple[str, ...]:
    """Other units of the same letters, and any units."""
    if units == "*":
        return ("1",)
    near = {"1": "time", "time": "1", "1/time": "time"}.get(units, f"({units})*time")
    return near, "*"


def _with(row: Function, place: int, **changes: str) -> Function:
    told: Any = changes
    made = [replace(one, **told) if number == place else one for number, one in enumerate(row.signature)]
    return replace(row, parameters=", ".join(_written(one) for one in made))


def _written(one: Parameter) -> str:
    default = f" = {one.default}" if one.default else ""
    return f"{one.name}{'...' if one.many else ''}: {one.units}{default}"


def _calls(row: Function) -> Iterator[Mutant]:
    """Neighbouring arguments that change places, and brackets that are lost."""
    for spelling, texts in row.spellings.items():
        for place, text in enumerate(texts):
            for changed in _other_calls(text):
                made = {**row.spellings, spelling: (*texts[:place], changed, *texts[place + 1 :])}
                yield Mutant(replace(row, spellings=made), "call", spelling, text, changed)


def _other_calls(text: str) -> Iterator[str]:
    label, _, inner = text.partition("(")
    needed, _, optional = inner.rstrip(")").partition("[")
    words = [word.strip(" []") for word in inner.rstrip(")").split(",")]
    count = sum(bool(word.strip()) for word in needed.split(","))
    for at in range(len(words) - 1):
        yield _call(label, [*words[:at], words[at + 1], words[at], *words[at + 2 :]], count)
    if optional:
        yield _call(label, words, len(words))


def _call(label: str, words: list[str], needed: int) -> str:
    """A call of which the words after the first so many may be left out."""
    rest = words[needed:]
    return f"{label}({', '.join(words[:needed])}{''.join(f'[, {word}' for word in rest)}{']' * len(rest)})"


def names(row: Function) -> list[str]:
    """What a body may speak of: parameters and its own lines."""
    lines = [line.partition(" = ")[0] for line in row.body.splitlines()[:-1]] if row.kind == "macro" else []
    return [*(parameter.name for parameter in row.signature), *lines]


def variants(text: str, known: list[str]) -> Iterator[tuple[int, str, str, str]]:
    """Every small change of an expression: the number of the part, the part, what it becomes, the whole."""
    whole = parse_expression(text)
    for number, node in enumerate(preorder(whole)):
        for other in _others(node, known):
            if show(other) != show(node):
                yield number, show(node), show(other), show(_changed(whole, node, other))


def _changed(whole: Expr, node: Expr, other: Expr) -> Expr:
    return rebuild(whole, lambda part: other if part is node else part)


def _others(node: Expr, known: list[str]) -> Iterator[Expr]:
    match node:
        case Number(value=value):
            yield from (Number(value + 1), Number(value - 1))
        case Name(key=key, subscripts=()) if key in known and len(known) > 1:
            other = known[(known.index(key) + 1) % len(known)]
            yield Name(other, other)
        case Unary(operand=operand):
            yield operand
        case Binary(op=op, left=left, right=right):
            yield from (Binary(other, left, right) for other in _OTHER[op])
            yield from (left, right)
        case Call(args=args):
            yield from args[1:] if node.key == "if then else" else args
            yield from _other_call(node)


def _other_call(call: Call) -> Iterator[Call]:
    if call.key in _TWIN:
        yield replace(call, key=_TWIN[call.key].lower(), label=_TWIN[call.key])
    elif len(call.args) > 1:
        *rest, before, last = call.args
        yield replace(call, args=(*rest, last, before))


# Who notices.


class TooLong(Exception):
    """Raised within a test of a changed row that does not end; the test fails."""


@dataclass
class Judge:
    """Runs the tests once, to see which rows each of them uses, then those of each changed row until one fails."""

    wanted: Callable[[list[Mutant]], list[Mutant]]
    killed: list[Mutant] = field(default_factory=list)
    late: list[Mutant] = field(default_factory=list)
    alive: list[Mutant] = field(default_factory=list)
    failed: bool = False
    rung: bool = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed |= report.failed

    def fails(self, test: pytest.Item) -> bool:
        self.failed = self.rung = False
        test._initrequest()  # type: ignore[attr-defined]
        signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
        try:
            test.ihook.pytest_runtest_protocol(item=test, nextitem=None)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        return self.failed

    def ring(self, _number: int, _frame: object) -> None:
        self.rung = True
        raise TooLong

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        session.config.pluginmanager.unregister(name="terminalreporter")
        users = self.users(session.items)
        chosen = self.wanted([one for row in tuple(table.ROWS.values()) for one in mutants(row)])
        for number, mutant in enumerate(chosen):
            self.judge(mutant, users.get(mutant.row.key, []))
            if number % 100 == 99:
                print(f"{number + 1} of {len(chosen)}, {len(self.alive)} alive", file=sys.stderr)
        return True

    def users(self, items: list[pytest.Item]) -> dict[str, list[pytest.Item]]:
        """The tests that use a row, the quickest first."""
        found: dict[str, list[tuple[float, int]]] = {}
        seen: set[str] = set()
        choose = table.choose

        def watched(bounds: Any, count: int) -> Any:
            bound = choose(bounds, count)
            if bound is not None:
                seen.add(bound.row.key)
            return bound

        table.choose = watched
        try:
            for place, item in enumerate(items):
                seen.clear()
                forget_bodies()
                begun = time.perf_counter()
                if self.fails(item):
                    print(f"fails without any change: {item.nodeid}", file=sys.stderr)
                    continue
                for key in seen:
                    found.setdefault(key, []).append((time.perf_counter() - begun, place))
        finally:
            table.choose = choose
        return {key: [items[place] for _, place in sorted(places)] for key, places in found.items()}

    def judge(self, mutant: Mutant, tests: list[pytest.Item]) -> None:
        row = table.ROWS[mutant.row.key]
        table.ROWS[row.key] = mutant.row
        forget()
        noticed = any(self.fails(test) for test in tests)
        table.ROWS[row.key] = row
        forget()
        (self.alive if not noticed else self.late if self.rung else self.killed).append(mutant)


def forget() -> None:
    """What has been read from rows is read again."""
    table.clock_names.cache_clear()
    table._index.cache_clear()
    stages.stages.cache_clear()
    forget_bodies()


def forget_bodies() -> None:
    for cached in (table.body, templates.template, templates.memory_template):
        cached.cache_clear()


def report(judge: Judge) -> str:
    count = len(judge.killed) + len(judge.late) + len(judge.alive)
    counts = Counter(one.kind for one in (*judge.killed, *judge.late))
    alive = Counter(one.kind for one in judge.alive)
    lines = [f"alive: {one}" for one in judge.alive] + [f"too long: {one}" for one in judge.late]
    lines += [f"{kind}: {counts[kind]} of {counts[kind] + alive[kind]} noticed" for kind in sorted({*counts, *alive})]
    noticed = count - len(judge.alive)
    lines.append(f"{count} changes, {noticed} noticed ({noticed / max(count, 1):.1%}), {len(judge.late)} by time")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, help="so many changes, drawn; else all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="changes in whose line this text stands")
    parser.add_argument("tests", nargs="*", default=TESTS, help="tests, and options of pytest")
    asked, further = parser.parse_known_args()

    def wanted(all_of_them: list[Mutant]) -> list[Mutant]:
        found = [one for one in all_of_them if asked.only in str(one)]
        chance = random.Random(asked.seed)  # noqa: S311 - a sample for a test
        return chance.sample(found, min(asked.sample or len(found), len(found)))

    judge = Judge(wanted)
    signal.signal(signal.SIGVTALRM, judge.ring)
    with tempfile.TemporaryDirectory() as folder:
        options = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "--basetemp", f"{folder}/tests"]
        pytest.main([*options, "-o", "tmp_path_retention_policy=none", *further, *asked.tests], plugins=[judge])
    print(report(judge))
    return 0 if judge.killed or judge.late else 1


if __name__ == "__main__":
    sys.exit(main())
