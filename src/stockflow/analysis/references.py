"""Closing references: words in brackets become indices that follow an axis of the equation or of a reduction.

The rules of Vensim's ranges, `!` and mappings and of XMILE's `*` and bare arrays are here, each in one place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeGuard

from stockflow.analysis.bounds import Bounds, elements_of
from stockflow.analysis.dimensions import Range, Space, along
from stockflow.analysis.left import Here, Left
from stockflow.analysis.loops import Closing, Loop, Numbers, between_key, following, is_star, loop_over
from stockflow.analysis.matrices import INNER, TURNED, Matrices, guarded
from stockflow.analysis.vectors import (
    Letter,
    Vectors,
    first_array,
    is_vector,
    places,
    read_along,
    takes_array,
    whole,
)
from stockflow.diagnostics.model import Report
from stockflow.functions import table as functions
from stockflow.ir.expr import (
    Along,
    At,
    Axis,
    Between,
    Binary,
    Broken,
    Call,
    Element,
    Every,
    Expr,
    Interpolate,
    Let,
    Name,
    Number,
    Place,
    Positions,
    Reduce,
    Subscript,
    Word,
)
from stockflow.ir.model import TIME, Dialect, Variable
from stockflow.ir.walk import children, preorder, rebuild, rebuild_scoped


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """The axes that a reference may follow: those of the left-hand side, then the loops of the calls around it."""

    left: Left
    loops: tuple[tuple[str, Axis], ...]
    owner: str
    letters: tuple[Letter, ...] = ()

    @property
    def axes(self) -> tuple[Axis, ...]:
        return self.left.axes

    def loop(self, key: str) -> Axis | None:
        return next((axis for name, axis in reversed(self.loops) if name == key), None)


def close(
    expr: Expr, scope: Scope, space: Space, stored: dict[str, tuple[Range, ...]], variables: dict[str, Variable],
    dialect: Dialect, report: Report,
) -> Expr:
    """The expression with closed references; what cannot be closed is reported and `Broken`."""
    if isinstance(expr, Number):
        return expr
    closer = _References(space, stored, variables, dialect, report)
    closed = rebuild_scoped(closer.written_out(expr, scope), scope, closer.enter, closer.leave)
    return rebuild(closed, lambda item: closer.leftover(item, scope))


def _reduction(expr: Expr) -> bool:
    if not isinstance(expr, Call) or expr.key not in functions.ROWS:
        return False
    return functions.ROWS[expr.key].kind == "reduce" or expr.key == "size"


@dataclass(slots=True)
class _References:
    space: Space
    stored: dict[str, tuple[Range, ...]]
    variables: dict[str, Variable]
    dialect: Dialect
    report: Report

    def error(self, code: str, message: str, where: Expr | Subscript, scope: Scope, hint: str) -> None:
        span = getattr(where, "span", None)
        self.report.error(code, message, span, hint=hint, variable=scope.owner)

    def written_out(self, expr: Expr, scope: Scope) -> Expr:
        """The expression without operators on whole arrays and counts of ranges."""
        if self.dialect.bare_arrays == "error":
            return rebuild(expr, self.counted)
        bounds = Bounds(self.stored, scope.owner, self.report)
        counted = rebuild(expr, lambda item: bounds.written(self.counted(item)))
        if not any(isinstance(item, Call) and item.key in (INNER, TURNED) for item in preorder(counted)):
            return counted
        matrices = Matrices(self.stored, scope.left, scope.owner, self.report)
        summed = rebuild(counted, lambda item: matrices.inner(item) if _is(item, INNER) else item)
        return rebuild(summed, lambda item: matrices.turned(item) if _is(item, TURNED) else item)

    def counted(self, expr: Expr) -> Expr:
        """ELMCOUNT of a range is its number of elements, whatever part of it the left-hand side runs over."""
        match expr:
            case Call(key="elmcount" | "size", args=(Name(key=key, subscripts=()),)):
                is_range = key in self.space and key not in self.variables
                return Number(float(self.space.ranges[key].size), expr.span) if is_range else expr
            case _:
                return expr

    # Scopes: a reduction binds the loops marked in its arguments.

    def enter(self, expr: Expr, scope: Scope) -> Scope:
        vector = is_vector(expr)
        if not (vector or _reduction(expr)):
            return scope
        assert isinstance(expr, Call)
        found: dict[str, Axis] = {}
        for name in self.inner_names(expr):
            for key, elements, dimension, positions in self.marked(name, scope, expr):
                if key not in found and scope.loop(key) is None:
                    found[key] = Axis(dimension, elements, positions)
        inner = replace(scope, loops=(*scope.loops, *found.items())) if found else scope
        return self.lettered(expr, inner) if vector else inner

    def lettered(self, call: Call, scope: Scope) -> Scope:
        """Functions of whole arrays: the last subscripts of their arguments run over all of their dimensions."""
        marks, _ = functions.ROWS[call.key].marks
        letters: dict[str, Letter] = {}
        for argument, mark in zip(call.args, marks, strict=False):
            name = first_array(argument, self.stored)
            homes = self.stored[name.key] if name is not None else ()
            bare = tuple(Word(home.key, home.label) for home in homes if self.dialect.bare_arrays == "elementwise")
            subscripts = name.subscripts or bare if name is not None else ()
            for place, letter in places(mark):
                if letter not in letters and len(homes) == len(subscripts) >= -place:
                    scope, letters[letter] = self.letter(letter, subscripts[place], homes[place], scope)
        return replace(scope, letters=tuple(letters.values()))

    def letter(self, letter: str, subscript: Subscript, home: Range, scope: Scope) -> tuple[Scope, Letter]:
        """What a letter means by the subscript that stands for it, and the scope in which it is bound."""
        match subscript:
            case Word(key=key) if key in self.space and key not in home.index:
                own = self.space.ranges[key]
                axis = self.axis_for(own, scope)
                if axis is None or axis not in scope.axes:
                    loop = axis or whole(own)
                    return replace(scope, loops=(*scope.loops, (key, loop))), Letter(letter, loop, None)
                full = self.space.ranges[axis.dimension]
                loop = whole(full)
                left = scope.left.along(tuple(loop if other is axis else other for other in scope.axes))
                # `*` in another argument stands for the same elements (isee's ALLOCATE).
                marked = tuple((key, loop if other.dimension == full.key else other) for key, other in scope.loops)
                return replace(scope, left=left, loops=marked), Letter(letter, loop, read_along(axis, full))
            case Every(key=key):
                loop = scope.loop(key or f"* {home.key}") or whole(home)
                return scope, Letter(letter, loop, None)
            case Word(key=key) if key in home.index:
                return scope, Letter(letter, whole(home), Element(home.index[key]), element=True)
            case _:
                return scope, Letter(letter, whole(home), None)

    @staticmethod
    def inner_names(call: Call) -> list[Name]:
        """The names under a reduction that no reduction inside it owns first."""
        names: list[Name] = []
        for argument in call.args:
            stack: list[Expr] = [argument]
            while stack:
                item = stack.pop()
                if _reduction(item) or is_vector(item):
                    continue
                if isinstance(item, Name):
                    names.append(item)
                stack.extend(reversed(children(item)))
        return names

    def marked(self, name: Name, scope: Scope, call: Call) -> list[Loop]:
        """Loops that a reference asks for."""
        homes = self.stored.get(name.key, ())
        found = []
        number = Numbers()
        for place, subscript in enumerate(name.subscripts):
            home = homes[place] if place < len(homes) else None
            match subscript:
                case Every(key="") if home is not None:
                    found.append(loop_over(number.star(home), home, home.elements))
                case Every(key=key) if key in self.space:
                    whole = self.space.ranges[key]
                    found.append(loop_over(key, whole, whole.elements))
                case Word(key=key) if self.loops_by_name(key, home, scope):
                    whole = self.space.ranges[key]
                    self.warn_of_element(subscript, call, scope)
                    found.append(loop_over(key, whole, whole.elements))
                case Between() if home is not None:
                    elements = elements_of(subscript, home)
                    found.append(loop_over(between_key(elements, home), home, elements))
                case _:
                    pass
        if not name.subscripts and homes and self.dialect.bare_arrays == "elementwise":
            alone = call.args[0] is name and (len(call.args) == 1 or takes_array(call))
            own = [None] * len(homes) if alone else Left.of(scope.axes).places([home.key for home in homes])
            free = [home for home, place in zip(homes, own, strict=True) if place is None]
            found += [loop_over(number.star(home), home, home.elements) for home in free]
        return found

    def loops_by_name(self, key: str, home: Range | None, scope: Scope) -> bool:
        """XMILE: a dimension's name that is not on the left runs over all its elements inside a reduction."""
        if self.dialect.bare_arrays == "error" or home is None or key not in self.space or key in home.index:
            return False
        return _of(scope.axes, key) is None and scope.loop(key) is None

    def warn_of_element(self, word: Word, call: Call, scope: Scope) -> None:
        """In the equation of one element a dimension inside a reduction may be meant to stay at that element."""
        if scope.left.places([word.key]) != [None]:
            self.report.warn(
                "SF306", f"'{word.label}' runs over all its elements in {call.label}, in an equation of one element of"
                f" {scope.owner}", word.span, hint="write * for all elements, or the name of one", variable=scope.owner,
            )

    # Nodes, once their parts are closed.

    def leave(self, expr: Expr, scope: Scope, inner: Scope) -> Expr:
        match expr:
            case Name():
                return self.name(expr, scope)
            case Interpolate(table=Name(key=key)) if key in self.variables:
                return expr
            case Call(key="elmcount"):
                self.error("SF305", "ELMCOUNT takes the name of a range", expr, scope, "write ELMCOUNT(range)")
                return Broken(expr.span)
            case Call() if is_vector(expr):
                marked = tuple(axis for _, axis in inner.loops[len(scope.loops) :])
                return Vectors(self.stored, self.report, scope.owner).close(expr, inner.letters, marked)
            case Call() if _reduction(expr):
                return self.reduction(expr, scope, inner)
            case _:
                return expr

    def reduction(self, call: Call, scope: Scope, inner: Scope) -> Expr:
        axes = tuple(axis for _, axis in inner.loops[len(scope.loops) :])
        if not axes:
            self.error("SF301", f"{call.label} has nothing to run over", call, scope,
                       f"mark a subscript: {call.label}(x[range!])" if self.dialect.bare_arrays == "error"
                       else f"give it an array: {call.label}(x[*])")
            return Broken(call.span)
        body = call.args[0]
        count = Number(float(_product(axes)))
        match call.key:
            case "size":
                return count
            case "mean":
                return Binary("/", Reduce("sum", axes, body, call.span), count, call.span)
            case "stddev":
                mean = Binary("/", Reduce("sum", axes, body, call.span), count, call.span)
                gap = Binary("-", body, Name("#mean", "mean"), call.span)
                square = Binary("/", Reduce("sum", axes, Binary("*", gap, gap), call.span), count, call.span)
                return Let("#mean", mean, Call("sqrt", "SQRT", (square,), (), call.span), call.span)
            case key:
                return Reduce(key, axes, body, call.span)

    def name(self, name: Name, scope: Scope) -> Expr:
        if name.key in self.variables:
            return self.reference(name, scope)
        if name.key == TIME or name.key.startswith("#"):
            return name
        if name.key in self.space:
            return self.range_as_number(name, scope)
        positions = self.space.positions(name.key)
        if len(positions) > 1:
            first = self.space.elements[name.key][0].label
            self.error("SF302", f"'{name.label}' has another place in each of several dimensions", name, scope,
                       f"write {first}.{name.label}")
            return Broken(name.span)
        return Number(float(positions[0] if positions else 0), name.span)

    def range_as_number(self, name: Name, scope: Scope) -> Expr:
        """A bare range name is the 1-based position, in its family, of the element that the loop is at."""
        own = self.space.ranges[name.key]
        family = self.space.family(name.key)
        (here,) = scope.left.followed([own.key])
        if isinstance(here, str) and scope.loop(own.key) is None:
            return Number(float(family.index[here] + 1), name.span)
        axis = self.axis_for(own, scope) or scope.loop(own.key)
        if axis is None:
            return Call("#range", name.key, (), (), name.span)
        read = self.elements_along(own, axis) or ()
        return Positions(axis, tuple(float(family.index[e] + 1) for e in read), name.span)

    def leftover(self, expr: Expr, scope: Scope) -> Expr:
        """A bare range name that no loop follows is no number."""
        if not (isinstance(expr, Call) and expr.key == "#range"):
            return expr
        self.error("SF306", f"the range '{self.space.ranges[expr.label].label}' is not on the left-hand side of "
                   f"{scope.owner}", expr, scope, "use it where the equation has it on the left")
        return Broken(expr.span)

    def reference(self, name: Name, scope: Scope) -> Expr:
        homes = self.stored[name.key]
        label = self.variables[name.key].label
        if not name.subscripts and homes:
            return self.bare(name, homes, scope, label)
        if len(name.subscripts) != len(homes):
            wanted = f"{len(homes)} subscript{'s' if len(homes) != 1 else ''}"
            self.error("SF303", f"'{label}' takes {wanted}; {len(name.subscripts)} given", name, scope,
                       f"write {label}{_brackets(homes)}" if homes else f"write {label}")
            return Broken(name.span)
        closed = [self.subscript(part, scope, label) for part in self.closings(name, homes, scope)]
        if any(part is None for part in closed):
            return Broken(name.span)
        made = replace(name, subscripts=tuple(part for part in closed if part is not None))
        computed = any(isinstance(part, At) for part in closed) and self.variables[name.key].kind != "lookup"
        return guarded(made, homes, self.dialect.invalid_index) if computed and self.dialect.invalid_index else made

    def bare(self, name: Name, homes: tuple[Range, ...], scope: Scope, label: str) -> Expr:
        """An array without brackets: XMILE reads it element by element, dimensions matched by name."""
        if self.dialect.bare_arrays == "elementwise":
            made = [following(at, home) for at, home in zip(self.bare_places(homes, scope), homes, strict=True)]
            if all(part is not None for part in made):
                return replace(name, subscripts=tuple(part for part in made if part is not None))
        ranges = " and ".join(home.label for home in homes)
        first = f"{label}[{', '.join(home.labels[0] for home in homes)}]"
        mark = "*" if self.dialect.bare_arrays == "elementwise" else f"{homes[0].label}!"
        every = ", ".join([mark, *(home.labels[0] for home in homes[1:])])
        hint = f"write {first}, SUM({label}[{every}]) or give {scope.owner} the dimension {ranges}"
        self.error("SF301", f"{label} has the dimension {ranges} but is used without one in {scope.owner}", name, scope,
                   hint)
        return Broken(name.span)

    def closings(self, name: Name, homes: tuple[Range, ...], scope: Scope) -> list[Closing]:
        """The subscripts of a reference with what each may follow; in Vensim names of ranges tell all."""
        if self.dialect.bare_arrays == "error":
            return [Closing(part, home) for part, home in zip(name.subscripts, homes, strict=True)]
        dimensions = [part.key if isinstance(part, Word) else "" for part in name.subscripts]
        here, stars = scope.left.followed(dimensions), Numbers()
        return [
            Closing(part, home, at, stars.star(home) if is_star(part) else "")
            for part, home, at in zip(name.subscripts, homes, here, strict=True)
        ]

    def bare_places(self, homes: tuple[Range, ...], scope: Scope) -> list[Here | None]:
        """What each dimension of an array without brackets follows: the loops around first, the last ones of equals."""
        found = scope.left.followed([home.key for home in homes])
        for key in dict.fromkeys(home.key for home in homes):
            places = [place for place, home in enumerate(homes) if home.key == key]
            number = Numbers()
            loops = [loop for _ in places if (loop := scope.loop(number.star(homes[places[0]]))) is not None]
            for place, loop in zip(places[len(places) - len(loops) :], loops, strict=True):
                found[place] = loop
        return found

    # One subscript.

    def subscript(self, closing: Closing, scope: Scope, label: str) -> Element | Along | At | None:
        subscript, home = closing.subscript, closing.home
        match subscript:
            case Word(key=key) if isinstance(closing.here, str) and key not in home.index and scope.loop(key) is None:
                return self.fixed(closing.here, home, subscript, scope, label)
            case Word():
                return self.word(subscript, home, scope, label, closing.here)
            case Every(key=""):
                return self.marked_axis(scope.loop(closing.star), home, subscript, scope, label)
            case Every(key=key):
                return self.marked_axis(scope.loop(key), home, subscript, scope, label)
            case Between():
                axis = scope.loop(between_key(elements_of(subscript, home), home))
                return self.marked_axis(axis, home, subscript, scope, label)
            case Place(number=number):
                here = scope.axes[number - 1] if number <= len(scope.axes) else scope.left.at(number - 1)
                if here is None:
                    self.error("SF303", f"@{number}: the left-hand side has {len(scope.left.spots)} dimensions",
                               subscript, scope, "count the dimensions of the variable being defined")
                    return None
                if isinstance(here, str):
                    return self.fixed(here, home, subscript, scope, label)
                return self.follow(here, here.elements, home, subscript, scope, label)
            case At(expr=Number(value=value)):
                if value != int(value) or not 1 <= value <= home.size:
                    self.error("SF302", f"index {value:g} is outside '{home.label}' of {label}", subscript, scope,
                               f"write a number from 1 to {home.size}")
                    return None
                return Element(int(value) - 1)
            case At():
                return subscript
            case _:
                raise AssertionError("a subscript that is closed before its expression is")

    def marked_axis(
        self, axis: Axis | None, home: Range, subscript: Every | Between, scope: Scope, label: str
    ) -> Along | None:
        """A `!`, `*` or range follows the loop of the call around it; outside one it has no meaning."""
        if axis is not None:
            return self.follow(axis, axis.elements, home, subscript, scope, label)
        self.error("SF306", f"a subscript of {label} runs over all elements outside SUM or the like", subscript, scope,
                   "put the reference inside SUM(), PROD(), VMIN() or VMAX(), or name an element")
        return None

    def fixed(self, element: str, home: Range, where: Subscript, scope: Scope, label: str) -> Element | None:
        """The element that the left-hand side has in the place that a subscript follows."""
        if element in home.index:
            return Element(home.index[element])
        self.error("SF302", f"'{element}' is not an element of '{home.label}', the dimension of {label}", where, scope,
                   f"its elements are {', '.join(home.labels[:8])}")
        return None

    def word(
        self, word: Word, home: Range, scope: Scope, label: str, here: Here | None
    ) -> Element | Along | At | None:
        if word.key in home.index and not self.space.is_range(word.key, home):
            return Element(home.index[word.key])
        if word.key in self.space:
            return self.looped(word, home, scope, label, here if isinstance(here, Axis) else None)
        if (word.key in self.variables or word.key == TIME) and self.dialect.bare_arrays == "elementwise":
            inner = self.name(Name(word.key, word.label, (), word.span), scope)
            return At(inner, word.span)
        known = word.key in self.space.elements
        near = self.space.near(word.key)
        hint = f"its elements are {', '.join(home.labels[:8])}" if known or not near else f"did you mean '{near}'?"
        text = f"'{word.label}' is not an element of '{home.label}'" if known else f"unknown subscript '{word.label}'"
        self.error("SF302" if known else "SF305", f"{text}, the dimension of {label}", word, scope, hint)
        return None

    def looped(
        self, word: Word, home: Range, scope: Scope, label: str, here: Axis | None
    ) -> Element | Along | None:
        own = self.space.ranges[word.key]
        axis = here or self.axis_for(own, scope)
        read = self.elements_along(own, axis) if axis else None
        if axis is None or read is None:
            self.error("SF306", f"the range '{word.label}' of {label} is not on the left-hand side of {scope.owner}",
                       word, scope, f"mark it: {word.label}!, inside SUM or the like, or map it to a range on the left")
            return None
        return self.follow(axis, read, home, word, scope, label)

    def follow(
        self, axis: Axis, read: tuple[str, ...], home: Range, where: Subscript, scope: Scope, label: str
    ) -> Along | None:
        outside = [element for element in read if element not in home.index]
        if not outside:
            return along(axis, read, home)
        if home.numbered and axis.size <= home.size and self.dialect.bare_arrays == "elementwise":
            return along(axis, home.elements[: axis.size], home)
        self.error("SF302", f"'{outside[0]}' is not an element of '{home.label}', the dimension of {label}", where,
                   scope, f"its elements are {', '.join(home.labels[:8])}")
        return None

    def axis_for(self, own: Range, scope: Scope) -> Axis | None:
        """The axis that a range on the right follows: its own name's, else one that a mapping leads to.

        In Vensim a loop takes only what is marked with `!`; in XMILE a dimension's name inside a reduction is its loop.
        """
        direct = _of(scope.axes, own.key)
        if direct is None and self.dialect.bare_arrays == "elementwise":
            direct = scope.loop(own.key)
        if direct is not None:
            return direct
        for axis in scope.axes:
            if self.elements_along(own, axis) is not None:
                return axis
        return None

    def elements_along(self, own: Range, axis: Axis) -> tuple[str, ...] | None:
        if own.key == axis.dimension:
            return axis.elements
        return self.space.along(own, axis.dimension, axis.elements)


def _is(expr: Expr, key: str) -> TypeGuard[Call]:
    return isinstance(expr, Call) and expr.key == key


def _of(axes: tuple[Axis, ...], dimension: str) -> Axis | None:
    return next((axis for axis in axes if axis.dimension == dimension), None)


def _product(axes: tuple[Axis, ...]) -> int:
    count = 1
    for axis in axes:
        count *= axis.size
    return count


def _brackets(homes: tuple[Range, ...]) -> str:
    return f"[{', '.join(home.label for home in homes)}]"
