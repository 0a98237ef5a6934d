"""Nodes as plain data and back: a program of whole numbers over a table of constants, which JSON can hold.

Only the dataclasses named here are ever made, so that reading runs nothing; it must not know where the data are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from stockflow.diagnostics.model import Diagnostic, Severity
from stockflow.ir import expr, model
from stockflow.source import Source, Span

# A number from 0 on is a constant; these make what stands before them, or is told by the numbers after them.
_TUPLE = -1  # of so many parts
_AGAIN = -2  # the node that was made at this place
_SOURCE = -3
_SPAN = -4  # from, to
_SEVERITY = -5
_FIRST_CLASS = -6

_CLASSES: tuple[type, ...] = (
    *(found for module in (expr, model) for _, found in sorted(vars(module).items())
      if isinstance(found, type) and found.__module__ == module.__name__ and hasattr(found, "__dataclass_fields__")),
    Diagnostic,
)
_NAMES = {made: tuple(field.name for field in fields(made)) for made in _CLASSES}
_CODES = {made: _FIRST_CLASS - place for place, made in enumerate(_CLASSES)}

Program = tuple[list[int], list[Any]]


class Unfit(ValueError):
    """Something has no plain form, or data are no nodes."""


def dump(root: Any, source: Source) -> Program:
    """The program that makes `root`, whose spans are all in `source`. Raises Unfit."""
    return _Writer(source).write(root)


def load(program: list[int], constants: list[Any], source: Source) -> Any:
    """What a program makes. Raises Unfit where it is none."""
    try:
        return _run(program, constants, source)
    except (IndexError, TypeError, ValueError, StopIteration) as fault:
        raise Unfit(str(fault)) from fault


class _Writer:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.program: list[int] = []
        self.constants: list[Any] = []
        self.places: dict[tuple[type, str], int] = {}
        self.made: dict[int, int] = {}

    def write(self, root: Any) -> Program:
        """Children first; a node that stands in two places is made once."""
        stack: list[tuple[Any, bool]] = [(root, False)]
        while stack:
            item, entered = stack.pop()
            if entered:
                self.close(item)
            elif type(item) in _NAMES and id(item) in self.made:
                self.program += (_AGAIN, self.made[id(item)])
            elif type(item) in _NAMES:
                stack.append((item, True))
                stack.extend((getattr(item, name), False) for name in reversed(_NAMES[type(item)]))
            elif isinstance(item, tuple):
                stack.append((item, True))
                stack.extend((part, False) for part in reversed(item))
            else:
                self.leaf(item)
        return self.program, self.constants

    def close(self, item: Any) -> None:
        if isinstance(item, tuple):
            self.program += (_TUPLE, len(item))
        else:
            self.made[id(item)] = len(self.made)
            self.program.append(_CODES[type(item)])

    def leaf(self, item: Any) -> None:
        if isinstance(item, Span) and item.source is self.source:
            self.program += (_SPAN, item.start, item.stop)
        elif item is self.source:
            self.program.append(_SOURCE)
        elif isinstance(item, Severity):
            self.program += (self.constant(item.value), _SEVERITY)
        elif item is None or type(item) in (bool, int, float, str):
            self.program.append(self.constant(item))
        else:
            raise Unfit(f"a {type(item).__name__} has no plain form")

    def constant(self, value: Any) -> int:
        key = type(value), repr(value)
        if key not in self.places:
            self.places[key] = len(self.constants)
            self.constants.append(value)
        return self.places[key]


def _run(program: list[int], constants: list[Any], source: Source) -> Any:
    stack: list[Any] = []
    made: list[Any] = []
    makers = [(found, len(_NAMES[found])) for found in _CLASSES]
    rest = iter(program)
    push = stack.append
    for code in rest:
        if code >= 0:
            push(constants[code])
        elif code == _SPAN:
            push(Span(source, next(rest), next(rest)))
        elif code <= _FIRST_CLASS:
            maker, count = makers[_FIRST_CLASS - code]
            made.append(maker(*_taken(stack, count)))
            push(made[-1])
        else:
            push(_other(code, rest, stack, made, source))
    (root,) = stack
    return root


def _other(code: int, rest: Iterator[int], stack: list[Any], made: list[Any], source: Source) -> Any:
    if code == _TUPLE:
        return tuple(_taken(stack, next(rest)))
    if code == _AGAIN:
        return made[next(rest)]
    if code == _SEVERITY:
        return Severity(stack.pop())
    return source


def _taken(stack: list[Any], count: int) -> list[Any]:
    """The last so many values, taken off."""
    start = len(stack) - count
    if start < 0:
        raise Unfit("a node lacks parts")
    parts = stack[start:]
    del stack[start:]
    return parts
