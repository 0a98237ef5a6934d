"""Functions of whole arrays, closed: which subscripts of their arguments they run over and where their result is read.

The marks of a row (`loops`) tell which subscripts those are; what a function computes is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TypeGuard

from stockflow.analysis.dimensions import Range, along
from stockflow.diagnostics.model import Report
from stockflow.functions import table as functions
from stockflow.ir.expr import (
    Along,
    At,
    Axis,
    Binary,
    Broken,
    Call,
    Element,
    Expr,
    Name,
    Number,
    Positions,
    Vector,
)
from stockflow.ir.walk import preorder, rebuild

PROFILE = ("its kind", "its priority", "its width", "its extra number")


@dataclass(frozen=True, slots=True, eq=False)
class Letter:
    """What a letter of a row's marks means in one call: a loop over all of a dimension.

    `at` is where the left-hand side reads the result; None where it has no such subscript. `element`: the argument
    gave one element for the whole dimension.
    """

    letter: str
    axis: Axis
    at: Element | Along | None
    element: bool = False


def is_vector(expr: Expr) -> TypeGuard[Call]:
    return isinstance(expr, Call) and expr.key in functions.ROWS and functions.ROWS[expr.key].kind == "vector"


def takes_array(call: Call) -> bool:
    """Whether the first argument of a function of whole arrays is one."""
    return is_vector(call) and functions.ROWS[call.key].marks[0][0] != "-"


def places(mark: str) -> Iterator[tuple[int, str]]:
    """The subscripts of an argument that a mark speaks of, counted from the end, with their letters."""
    for place, letter in enumerate(mark, start=-len(mark)):
        if letter.isalpha() and letter != "p":
            yield place, letter


def whole(home: Range) -> Axis:
    """A loop over all elements of a range."""
    return Axis(home.key, home.elements, tuple(range(home.size)))


def first_array(expr: Expr, stored: dict[str, tuple[Range, ...]]) -> Name | None:
    """The array whose subscripts tell what an argument runs over."""
    return next((item for item in preorder(expr) if isinstance(item, Name) and stored.get(item.key)), None)


@dataclass(frozen=True, slots=True)
class Vectors:
    """Makes the node of a call whose arguments are closed."""

    stored: dict[str, tuple[Range, ...]]
    report: Report
    owner: str

    def close(self, call: Call, letters: tuple[Letter, ...], marked: tuple[Axis, ...]) -> Expr:
        if any(isinstance(item, Broken) for item in preorder(call)):
            return Broken(call.span)
        marks, ending = functions.ROWS[call.key].marks
        known = {letter.letter: letter for letter in letters}
        args: list[Expr] = []
        loops: list[tuple[Axis, ...]] = []
        for number, (arg, mark) in enumerate(zip(call.args, marks, strict=True), start=1):
            made = self.argument(call, arg, mark, number, known, marked)
            if made is None:
                return Broken(call.span)
            for part, over in made:
                args.append(part)
                loops.append(over)
        found = [known[letter] for letter in ending]
        if any(letter.at is None for letter in found):
            dimension = next(letter.axis.dimension for letter in found if letter.at is None)
            return self.refuse(call, call, f"is an array over {dimension}, which is not on the left of {self.owner}",
                               f"give {self.owner} that subscript", "SF306")
        at = tuple(letter.at for letter in found if letter.at is not None)
        result = tuple(replace(letter.axis) for letter in found)
        return Vector(call.key, tuple(args), tuple(loops), result, at, call.span)

    def refuse(self, call: Call, where: Expr, what: str, hint: str, code: str = "SF208") -> Broken:
        self.report.error(code, f"{call.label} {what}", where.span or call.span, hint=hint, variable=self.owner)
        return Broken(call.span)

    def argument(
        self, call: Call, arg: Expr, mark: str, number: int, known: dict[str, Letter], marked: tuple[Axis, ...]
    ) -> list[tuple[Expr, tuple[Axis, ...]]] | None:
        """One argument as the parts that the function takes, each with its loops; None after a report."""
        if mark == "?":
            return []
        if mark == "@":
            return self.storage(call, arg)
        if mark in ("!", "*"):
            loops = marked if mark == "!" else tuple(axis for axis in marked if axis in followed(arg))
            if not loops:
                self.refuse(call, arg, "has nothing to run over", "mark a subscript of its arrays", "SF301")
                return None
            return [(arg, loops)]
        missing = [letter for _, letter in places(mark) if letter not in known]
        if missing:
            self.refuse(call, arg, f"takes an array as argument {number}", "give a variable with subscripts")
            return None
        loops = tuple(known[letter].axis for _, letter in places(mark))
        arg = self.over(arg, [(place, known[letter]) for place, letter in places(mark)])
        taken = {letter.axis for letter in known.values()} - set(loops) | (set(marked) if mark == "-" else set())
        if taken & followed(arg):
            what = f"takes one number as argument {number}, which cannot differ by element of its array"
            self.refuse(call, arg, what, "leave the array's own subscript out of it")
            return None
        if not mark.endswith("p"):
            return [(arg, loops)]
        profile = self.profile(call, arg, number)
        return None if profile is None else [(part, loops) for part in profile]

    def over(self, arg: Expr, letters: list[tuple[int, Letter]]) -> Expr:
        """The argument with the loop in place of the element that stood for it."""

        def change(item: Expr) -> Expr:
            if not isinstance(item, Name):
                return item
            parts, homes = list(item.subscripts), self.stored.get(item.key, ())
            for place, letter in letters:
                fixed = letter.element and len(parts) >= -place and isinstance(parts[place], Element)
                if fixed and homes[place].elements == letter.axis.elements:
                    parts[place] = Along(letter.axis)
            return replace(item, subscripts=tuple(parts))

        return rebuild(arg, change) if any(letter.element for _, letter in letters) else arg

    def holds_profile(self, key: str, first: int) -> bool:
        return first + len(PROFILE) <= self.stored[key][-1].size

    def profile(self, call: Call, arg: Expr, number: int) -> list[Expr] | None:
        """The four numbers of a priority profile, given by the first of their elements."""
        match arg:
            case Name(key=key, subscripts=(*before, Element(index=first))) if self.holds_profile(key, first):
                places = range(first, first + len(PROFILE))
                return [replace(arg, subscripts=(*before, Element(place))) for place in places]
            case _:
                pass
        self.refuse(call, arg, f"takes a priority profile as argument {number}",
                    f"end its subscripts with the first of four elements: {', '.join(PROFILE)}")
        return None

    def storage(self, call: Call, arg: Expr) -> list[tuple[Expr, tuple[Axis, ...]]] | None:
        """All elements of a variable in order, and the 0-based place of the one that was named."""
        if not (isinstance(arg, Name) and self.stored.get(arg.key)):
            self.refuse(call, arg, "takes an element of a variable as argument 1", "give a variable with subscripts")
            return None
        homes = self.stored[arg.key]
        axes = tuple(whole(home) for home in homes)
        everything = replace(arg, subscripts=tuple(Along(axis) for axis in axes))
        sizes = [home.size for home in homes]
        strides = list(accumulate(reversed(sizes[1:]), lambda a, b: a * b, initial=1))[::-1]
        place: Expr = Number(0.0)
        for part, stride in zip(arg.subscripts, strides, strict=True):
            place = Binary("+", place, offset(part, stride), arg.span)
        return [(everything, axes), (place, ())]


def offset(part: object, stride: int) -> Expr:
    """How far a closed subscript is from the beginning of the storage."""
    match part:
        case Element(index=index):
            return Number(float(index * stride))
        case Along(axis=axis, table=table):
            found = table or range(axis.size)
            return Positions(axis, tuple(float(place * stride) for place in found))
        case At(expr=expr):
            return Binary("*", Binary("-", expr, Number(1.0)), Number(float(stride)))
        case _:
            raise AssertionError("a subscript that is not closed")


def followed(expr: Expr) -> set[Axis]:
    """All axes that an expression follows."""
    found: set[Axis] = set()
    for item in preorder(expr):
        if isinstance(item, Name):
            found.update(part.axis for part in item.subscripts if isinstance(part, Along))
        elif isinstance(item, Positions):
            found.add(item.axis)
        elif isinstance(item, Vector):
            found.update(part.axis for part in item.at if isinstance(part, Along))
    return found


def read_along(axis: Axis, home: Range) -> Along:
    """Where an axis of the left-hand side reads a loop over all of its range."""
    return along(axis, axis.elements, home)
