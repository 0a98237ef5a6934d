"""The table of function rows: every function by key, the calls a spelling allows, the parsed meanings.

Bodies are parsed once, when first asked for; nothing here knows what a row means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from stockflow.functions import (
    arithmetic,
    arrays,
    curves,
    data,
    delays,
    external,
    finance,
    history,
    logic,
    lookups,
    matrices,
    memories,
    noise,
    queues,
    reality,
    refused,
    spreads,
    states,
    statistics,
    time,
    vectors,
)
from stockflow.functions.row import Function
from stockflow.ir.expr import Expr, Name
from stockflow.ir.model import CONTROLS, TIME
from stockflow.ir.names import key_of
from stockflow.ir.walk import rebuild

_MODULES = (
    arithmetic, logic, time, states, delays, memories, spreads, queues, lookups, arrays, matrices, vectors, noise,
    external, data, reality, curves, finance, history, statistics, refused,
)

ROWS: dict[str, Function] = {row.key: row for module in _MODULES for row in module.ROWS}

# Where a spelling has no row of its own for a name, the next one is asked. "body" is the language of the rows' bodies.
_FALLBACK = {"stella": "xmile", "ventana": "xmile", "body": "vensim"}


@dataclass(frozen=True, slots=True)
class Bound:
    """One way to call a row: `arguments` are parameter names in call order, of which the first `minimum` are needed.

    `many`: the last one may be repeated. `label` is the function's name as its language spells it.
    """

    row: Function
    label: str
    arguments: tuple[str, ...]
    minimum: int
    many: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A row's parsed meaning: hidden variables of a macro by name, then the result."""

    hidden: tuple[tuple[str, Expr], ...]
    result: Expr


def find(spelling: str, key: str) -> tuple[Bound, ...]:
    """The ways to call what `spelling` names `key`; none where no such function exists.

    Spellings are "vensim", "xmile", "stella", "ventana", and "body" for the bodies of rows, which may also use a row's
    own key.
    """
    index = _index(spelling)
    found = index.get(key, ())
    return found or (find(_FALLBACK[spelling], key) if spelling in _FALLBACK else ())


def name_of(row: Function) -> str:
    """The name of a row as its first language spells it."""
    spelled = next((texts[0] for texts in row.spellings.values() if texts), row.key)
    return spelled.partition("(")[0]


def spelled(row: Function, spelling: str) -> Bound | None:
    """The first way to call a row in a spelling; None where that language has no word for it."""
    return next((_bound(row, text) for text in row.spellings.get(spelling, ())), None)


@cache
def clock_names(spelling: str) -> Mapping[str, str]:
    """What a spelling calls the names of the clock, by the key of the control variable or `time`."""
    rows = [row for row in ROWS.values() if row.kind == "pure" and not row.parameters and spelled(row, spelling)]
    found = {key_of(row.body): row.spellings[spelling][0] for row in rows}
    return {key: found[key] for key in (TIME, *CONTROLS) if key in found}


def accepts(bound: Bound, count: int) -> bool:
    """Whether a call may have so many arguments."""
    return count >= bound.minimum and (bound.many or count <= len(bound.arguments))


def choose(bounds: Sequence[Bound], count: int) -> Bound | None:
    """The first of several ways that takes so many arguments."""
    return next((bound for bound in bounds if accepts(bound, count)), None)


def resolve(spelling: str, key: str, count: int) -> Bound | None:
    """The row that a call means, as a file spells it or by the row's own key where calls are resolved already."""
    return choose(find(spelling, key), count) or choose(find("body", key), count)


def arguments(bound: Bound, args: Sequence[Expr], parse: Callable[[str], Expr]) -> tuple[Expr, ...]:
    """The arguments of a call in the order of the row's parameters, a repeated one repeatedly.

    What the call leaves out is the parameter's default, read by `parse`, in which other parameters stand for their
    arguments.
    """
    given: dict[str, list[Expr]] = {}
    for position, arg in enumerate(args):
        name = bound.arguments[min(position, len(bound.arguments) - 1)]
        given.setdefault(name, []).append(arg)
    for parameter in bound.row.signature:
        if parameter.name not in given and parameter.default is not None:
            given[parameter.name] = [_filled(parse(parameter.default), given)]
    return tuple(arg for parameter in bound.row.signature for arg in given.get(parameter.name, ()))


def _filled(default: Expr, given: Mapping[str, Sequence[Expr]]) -> Expr:
    def change(node: Expr) -> Expr:
        return given[node.key][0] if isinstance(node, Name) and node.key in given else node

    return rebuild(default, change)


def names(spelling: str) -> Iterator[str]:
    """The labels of all functions of a spelling that are supported, each once: for near matches and listings."""
    seen: set[str] = set()
    for source in (spelling, _FALLBACK.get(spelling, "")):
        for bounds in _index(source).values():
            for bound in bounds:
                if bound.row.kind != "refused" and bound.label not in seen:
                    seen.add(bound.label)
                    yield bound.label


@cache
def body(key: str) -> Body:
    """The parsed body of a row of kind pure or macro."""
    from stockflow.language.parser import parse_expression

    row = ROWS[key]
    if row.kind != "macro":
        return Body((), parse_expression(row.body))
    lines = [line.partition(" = ") for line in row.body.splitlines()]
    parsed = [(key_of(name), parse_expression(text)) for name, _, text in lines]
    return Body(tuple(parsed[:-1]), parsed[-1][1])


@cache
def _index(spelling: str) -> dict[str, tuple[Bound, ...]]:
    index: dict[str, tuple[Bound, ...]] = {}
    for row in ROWS.values():
        for bound in _bounds(row, spelling):
            key = key_of(bound.label)
            index[key] = (*index.get(key, ()), bound)
    return index


def _bounds(row: Function, spelling: str) -> Iterator[Bound]:
    if spelling == "body":
        yield _own(row)
    for text in row.spellings.get(spelling, ()):
        yield _bound(row, text)


def _own(row: Function) -> Bound:
    """A row called by its key: all parameters in their own order."""
    names = tuple(parameter.name for parameter in row.signature)
    minimum = sum(parameter.default is None and not parameter.many for parameter in row.signature)
    return Bound(row, row.key, names, minimum, _is_many(row, names))


def _bound(row: Function, text: str) -> Bound:
    """'SMTH1(input, delay[, initial])' read: what stands after the first bracket may be left out."""
    label, _, inner = text.partition("(")
    needed, _, rest = inner.rstrip(")").partition("[")
    first, others = _words(needed), _words(rest.replace("[", "").replace("]", ""))
    return Bound(row, label, first + others, len(first), _is_many(row, first + others))


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _is_many(row: Function, arguments: tuple[str, ...]) -> bool:
    many = {parameter.name for parameter in row.signature if parameter.many}
    return bool(arguments) and arguments[-1] in many
