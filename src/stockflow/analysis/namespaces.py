"""What a macro's body is written into: the names of one call's copies, and the left-hand side that they have.

It knows subscripts as written; it must not know what is copied or when.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from stockflow.functions import table as functions
from stockflow.ir.expr import Call, Every, Expr, Name, Place, Subscript, Word
from stockflow.ir.model import Equation, Macro, Project
from stockflow.ir.walk import children, rebuild
from stockflow.source import Span


@dataclass(frozen=True, slots=True, eq=False)
class Left:
    """The left-hand side of copies, and how the caller and the copies read one.

    `original` is the caller's own; copies leave its single elements away, so `subscripts` are ranges only unless
    there are `excepts`. `places` is how a copy reads another. `marks` are ranges that the caller sums over.
    """

    original: tuple[Subscript, ...]
    subscripts: tuple[Subscript, ...]
    excepts: tuple[tuple[Subscript, ...], ...]
    places: tuple[Subscript, ...]
    marks: tuple[Every, ...] = ()

    @staticmethod
    def of(equation: Equation, ranges: frozenset[str]) -> Left:
        kept: list[Subscript] = []
        places: list[Subscript] = []
        number = 0
        for part in equation.subscripts:
            if isinstance(part, Word) and part.key in ranges:
                number += 1
                kept.append(part)
                places.append(Place(number))
            elif equation.excepts:
                kept.append(part)
                places.append(part)
        return Left(equation.subscripts, tuple(kept), equation.excepts, tuple(places))

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(part.key for part in self.subscripts if isinstance(part, Word))

    @property
    def written(self) -> tuple[str, ...]:
        return tuple(part.key for part in self.original if isinstance(part, Word))

    @property
    def read(self) -> tuple[Subscript, ...]:
        """How the caller reads a copy: along its own left-hand side, and along the marks of the sum around."""
        return (*self.places[: len(self.places) - len(self.marks)], *self.marks)

    def marked(self, marks: tuple[Every, ...]) -> Left:
        """The left-hand side of the copies of a call inside, with the ranges of its marks added."""
        words = tuple(Word(mark.key, mark.label, mark.span) for mark in marks)
        first = sum(isinstance(part, Place) for part in self.places) + 1
        places = tuple(Place(first + number) for number in range(len(marks)))
        excepts = tuple((*group, *words) for group in self.excepts)
        return replace(
            self, subscripts=(*self.subscripts, *words), excepts=excepts, places=(*self.places, *places), marks=marks
        )


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A namespace: for each name of a macro's body what it stands for in this call; the model's own has no macro.

    `depth` counts the calls around it.
    """

    macro: Macro | None
    names: dict[str, Expr]
    left: Left
    depth: int = 0


def is_builtin(project: Project, key: str, inside: Macro | None = None) -> bool:
    """Whether a name is a function's, in the model's equations or in those of a macro."""
    return bool(functions.find(project.spelling_of(inside) if inside else project.dialect.spelling, key))


def _sums(project: Project, node: Expr) -> bool:
    if not isinstance(node, Call):
        return False
    return any(bound.row.kind == "reduce" for bound in functions.find(project.dialect.spelling, node.key))


def free_marks(project: Project, call: Call) -> tuple[Every, ...]:
    """The `range!` of the arguments that belong to a call around, each once."""
    found: dict[str, Every] = {}
    stack: list[Expr] = list(reversed(call.args))
    while stack:
        node = stack.pop()
        if _sums(project, node):
            continue
        if isinstance(node, Name):
            found.update((part.key, part) for part in node.subscripts if isinstance(part, Every))
        stack.extend(reversed(children(node)))
    return tuple(found.values())


def unmarked(expr: Expr, marks: tuple[Every, ...]) -> Expr:
    """The expression with the marked ranges as plain ones: the copy has them on its left-hand side."""
    keys = {mark.key for mark in marks}
    if not keys:
        return expr

    def plain(part: Subscript) -> Subscript:
        return Word(part.key, part.label, part.span) if isinstance(part, Every) and part.key in keys else part

    def change(node: Expr) -> Expr:
        if isinstance(node, Name) and node.subscripts:
            return replace(node, subscripts=tuple(plain(part) for part in node.subscripts))
        return node

    return rebuild(expr, change)


def outermost(value: Expr, span: Span | None) -> Expr:
    """A value with the place of the call that it stands for."""
    return replace(value, span=span)
