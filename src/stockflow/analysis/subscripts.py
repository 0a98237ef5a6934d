"""Subscripts: the storage of every variable, the axes of every definition, closed references in every expression.

After it, a reference is a key with one Element, Along or At per dimension; names of ranges are gone.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stockflow.analysis.closed import Closed, ClosedModel, Definition
from stockflow.analysis.dimensions import Range, Space, along
from stockflow.analysis.left import Left, Spot
from stockflow.analysis.mixtures import Mixtures
from stockflow.analysis.references import Scope, close
from stockflow.diagnostics.model import Report
from stockflow.ir.expr import Along, Axis, Element, Expr, Subscript, Values, Word
from stockflow.ir.model import Equation, Project, Variable
from stockflow.ir.plan import Target, indices
from stockflow.ir.walk import widest

MAX_DIMENSIONS = 20
"""numpy has 64 axes at most, and an equation may run over those of several variables."""

Box = tuple[tuple[str, ...], ...]


def close_model(project: Project, space: Space, report: Report) -> ClosedModel:
    """Close every variable of a resolved project."""
    stored: dict[str, tuple[Range, ...]] = {}
    for variable in project.variables:
        stored[variable.key] = storage(variable, space, report)
    variables = {v.key: v for v in project.variables}
    closer = _Closer(project, space, report, stored, variables)
    huge = too_large(project, stored, report)
    return ClosedModel(project, space, {
        v.key: Closed(v, stored[v.key], (), None) if v.key in huge else closer.variable(v) for v in project.variables
    })


def too_large(project: Project, stored: dict[str, tuple[Range, ...]], report: Report) -> set[str]:
    """The variables that no array may be made for: too large by themselves, or all arrays where they are together."""
    limits, advice = project.limits, "use fewer elements"
    cells = {key: math.prod(home.size for home in homes) for key, homes in stored.items()}
    huge = {variable.key for variable in project.variables if not _has_room(variable, stored[variable.key], report)}
    for variable in (one for one in project.variables if one.key not in huge and cells[one.key] > limits.cells):
        sizes = " x ".join(f"{home.size:,}" for home in stored[variable.key])
        said, unit = f"'{variable.label}' has", f"cells ({sizes})"
        excess = limits.excess("cells", cells[variable.key], said, unit, advice)
        assert excess is not None
        report.error("SF109", excess.message, variable.span, hint=excess.hint, variable=variable.label)
        huge.add(variable.key)
    total = sum(count for key, count in cells.items() if key not in huge)
    excess = limits.excess("model-cells", total, "the variables of the model have", "cells together", advice)
    if excess is None:
        return huge
    largest = max(project.variables, key=lambda variable: cells[variable.key])
    report.error("SF109", excess.message, largest.span, hint=excess.hint, variable=largest.label)
    return huge | {key for key, homes in stored.items() if homes}


def _has_room(variable: Variable, homes: tuple[Range, ...], report: Report) -> bool:
    """Whether arrays can have the dimensions of a variable, beside those of time, of runs and of sums."""
    if len(homes) <= MAX_DIMENSIONS:
        return True
    message = f"'{variable.label}' has {len(homes)} dimensions; more than {MAX_DIMENSIONS} cannot be computed"
    report.error("SF109", message, variable.span, hint="use fewer dimensions", variable=variable.label)
    return False


def storage(variable: Variable, space: Space, report: Report) -> tuple[Range, ...]:
    """The range of each dimension: as declared, else the smallest range that holds all left-hand subscripts."""
    if variable.dimensions is not None:
        return tuple(space.ranges[key] for key in variable.dimensions if key in space)
    counts = {len(equation.subscripts) for equation in variable.equations}
    if len(counts) > 1:
        where = variable.equations[-1]
        report.error("SF303", f"'{variable.label}' is defined with {_either(counts)} subscripts", where.span,
                     hint="give every equation of it the same number", variable=variable.label)
        return ()
    columns = zip(*(equation.subscripts for equation in variable.equations), strict=True)
    found = [_position(variable, list(column), space, report) for column in columns]
    return tuple(r for r in found if r is not None) if all(found) else ()


def _either(counts: set[int]) -> str:
    return " and ".join(str(count) for count in sorted(counts))


def _position(variable: Variable, column: list[Subscript], space: Space, report: Report) -> Range | None:
    words = [s for s in column if isinstance(s, Word)]
    if len(words) < len(column):
        report.error("SF302", f"a subscript on the left of '{variable.label}' is not the name of an element or a range",
                     variable.span, hint="write one of those names", variable=variable.label)
        return None
    keys = dict.fromkeys(word.key for word in words)
    if len(keys) == 1 and next(iter(keys)) in space:
        return space.ranges[next(iter(keys))]
    elements: dict[str, None] = {}
    for word in words:
        if word.key in space:
            elements.update(dict.fromkeys(space.ranges[word.key].elements))
        elif word.key in space.elements:
            elements[word.key] = None
        else:
            near = space.near(word.key)
            message = f"unknown subscript '{word.label}' in the definition of '{variable.label}'"
            report.error("SF305", message, word.span,
                         hint=f"did you mean '{near}'?" if near else "define the range that it belongs to",
                         variable=variable.label)
            return None
    found = space.smallest(elements)
    if found is None:
        names = ", ".join(word.label for word in words)
        report.error("SF302", f"the subscripts {names} of '{variable.label}' belong to no common range",
                     words[0].span, hint="define a range that holds them all",
                     variable=variable.label)
    return found


@dataclass(slots=True)
class _Closer:
    project: Project
    space: Space
    report: Report
    stored: dict[str, tuple[Range, ...]]
    variables: dict[str, Variable]

    def variable(self, variable: Variable) -> Closed:
        ranges = self.stored[variable.key]
        definitions: list[Definition] = []
        shape = tuple(r.size for r in ranges)
        defined = np.zeros(shape, dtype=np.bool_)
        for equation in variable.equations:
            if len(equation.subscripts) != len(ranges):
                continue
            for axes, target in self.loops(variable, equation, ranges):
                self.mark(defined, target, variable, equation)
                left = self.left(equation, ranges, axes)
                definitions.append(self.definition(variable, equation, left, target))
        return Closed(variable, ranges, tuple(definitions), None if defined.all() else defined)

    def left(self, equation: Equation, ranges: tuple[Range, ...], axes: tuple[Axis, ...]) -> Left:
        """The left-hand side; in XMILE a dimension's name means the element where the equation is that of a cell."""
        if self.project.dialect.bare_arrays == "error":
            return Left.of(axes)
        number = itertools.count()
        words = [part for part in equation.subscripts if isinstance(part, Word)]
        return Left(axes, tuple(
            Spot(word.key, next(number)) if self.space.is_range(word.key, home) else Spot(home.key, element=word.key)
            for word, home in zip(words, ranges, strict=True)
        ))

    def definition(self, variable: Variable, equation: Equation, left: Left, target: Target) -> Definition:
        expr, axes = equation.expr, left.axes
        if isinstance(expr, Values):
            self.count(variable, equation, expr, axes)
            return Definition(axes, target, expr, None, equation.span, non_negative=equation.non_negative)
        closed = self.closed(variable, expr, left)
        initial = self.closed(variable, equation.initial, left) if equation.initial is not None else None
        for one in (closed, initial) if self.space.ranges else ():
            self.hold(variable, equation, one, axes)
        return Definition(axes, target, closed, initial, equation.span, equation.keyword, equation.non_negative)

    def hold(self, variable: Variable, equation: Equation, expr: Expr | None, axes: tuple[Axis, ...]) -> None:
        """Hold what an expression works out at once to the limit, before an array is made of it."""
        cells = math.prod(axis.size for axis in axes) * (widest(expr) if expr is not None else 1)
        said, unit = f"the equation of '{variable.label}' works out", "cells at once"
        excess = self.project.limits.excess("expression-cells", cells, said, unit, "sum over fewer elements")
        if excess is not None:
            self.report.error("SF109", excess.message, equation.span, hint=excess.hint, variable=variable.label)

    def closed(self, variable: Variable, expr: Expr, left: Left) -> Expr:
        dialect = self.project.dialect
        if dialect.bare_arrays == "elementwise":
            homes = frozenset(home.key for home in self.stored[variable.key])
            expr = Mixtures(self.stored, homes, variable.label, self.report, self.project.limits).written_out(expr)
        scope = Scope(left, (), variable.label)
        return close(expr, scope, self.space, self.stored, self.variables, dialect, self.report)

    def count(self, variable: Variable, equation: Equation, values: Values, axes: tuple[Axis, ...]) -> None:
        wanted = 1
        for axis in axes:
            wanted *= axis.size
        given = len(values.values)
        where = values.span or equation.span
        if given not in (1, wanted):
            self.report.error("SF307", f"'{variable.label}' has {wanted} elements here and {given} values were given",
                              where, hint=f"give {wanted} numbers, or one for all", variable=variable.label)
        elif given > 1 and len(axes) > 1 and values.rows > 1 and given != values.rows * axes[-1].size:
            self.report.error("SF307", f"the rows of '{variable.label}' hold {given // values.rows} values; its last "
                              f"subscript has {axes[-1].size} elements", where, variable=variable.label,
                              hint=f"write {wanted // axes[-1].size} rows of {axes[-1].size} values, each ended by ';'")

    def mark(self, defined: NDArray[np.bool_], target: Target, variable: Variable, equation: Equation) -> None:
        cells = np.ix_(*[indices(part) for part in target]) if target else ()
        if defined[cells].any():
            first = next(e for e in variable.equations)
            where = f" at line {first.span.line}" if first.span else ""
            self.report.error("SF201", f"elements of '{variable.label}' are defined twice: first{where}", equation.span,
                              hint="remove one definition, or use :EXCEPT: in the wider one", variable=variable.label)
        defined[cells] = True

    def loops(
        self, variable: Variable, equation: Equation, ranges: tuple[Range, ...]
    ) -> Iterator[tuple[tuple[Axis, ...], Target]]:
        """The axes and the target of each box that an equation defines; :EXCEPT: splits it into several."""
        words = [s for s in equation.subscripts if isinstance(s, Word)]
        if len(words) != len(ranges) or not self.apart(variable, words, ranges):
            return
        box = tuple(self.members(word, home) for word, home in zip(words, ranges, strict=True))
        boxes = [box]
        for group in equation.excepts:
            if len(group) != len(ranges):
                message = f":EXCEPT: of '{variable.label}' has {len(group)} subscripts, not {len(ranges)}"
                self.report.error("SF303", message, equation.span, hint="write one for each dimension",
                                  variable=variable.label)
                continue
            taken = tuple(self.excepted(s, home, variable) for s, home in zip(group, ranges, strict=True))
            boxes = [rest for one in boxes for rest in subtract(one, taken)]
        for one in boxes:
            yield self.axes(words, one, ranges)

    def apart(self, variable: Variable, words: list[Word], ranges: tuple[Range, ...]) -> bool:
        """Whether each range stands on the left once; in XMILE one may stand there more often."""
        if self.project.dialect.bare_arrays == "elementwise":
            return True
        looped = [w for w, home in zip(words, ranges, strict=True) if w.key in self.space and w.key not in home.index]
        again = [word for place, word in enumerate(looped) if word.key in {other.key for other in looped[:place]}]
        for word in again:
            self.report.error("SF309", f"the range '{word.label}' appears twice on the left of '{variable.label}'",
                              word.span, hint=f"define an alias, such as '{word.label} 2 <-> {word.label}'",
                              variable=variable.label)
        return not again

    def excepted(self, subscript: Subscript, home: Range, variable: Variable) -> tuple[str, ...]:
        """The elements that one place of an :EXCEPT: group takes away; one that the family lacks is a mistake."""
        assert isinstance(subscript, Word)
        family = self.space.family(home.key)
        named = self.space.ranges[subscript.key].elements if subscript.key in self.space else (subscript.key,)
        if not any(element in family.index for element in named):
            self.report.error("SF302", f"'{subscript.label}' is not an element of '{home.label}'", subscript.span,
                              hint=f"its elements are {_some(home.labels)}", variable=variable.label)
        return self.members(subscript, home)

    def members(self, word: Word, home: Range) -> tuple[str, ...]:
        if word.key in home.index and not self.space.is_range(word.key, home):
            return (word.key,)
        if word.key in self.space:
            return tuple(e for e in self.space.ranges[word.key].elements if e in home.index)
        return ()

    def axes(self, words: list[Word], box: Box, ranges: tuple[Range, ...]) -> tuple[tuple[Axis, ...], Target]:
        axes: list[Axis] = []
        target: list[Element | Along] = []
        for word, elements, home in zip(words, box, ranges, strict=True):
            if not self.space.is_range(word.key, home):
                target.append(Element(home.index[elements[0]]))
                continue
            own = self.space.ranges[word.key]
            axis = Axis(word.key, elements, tuple(own.index[e] for e in elements))
            axes.append(axis)
            target.append(along(axis, elements, home))
        return tuple(axes), tuple(target)


def _some(labels: tuple[str, ...]) -> str:
    shown = ", ".join(labels[:8])
    return shown if len(labels) <= 8 else f"{shown}, ... ({len(labels)})"


def subtract(box: Box, taken: Box) -> list[Box]:
    """The cells of a box outside another, as disjoint boxes."""
    inside = [set(one) & set(other) for one, other in zip(box, taken, strict=True)]
    if not all(inside):
        return [box]
    rest: list[Box] = []
    for place, common in enumerate(inside):
        outer = tuple(e for e in box[place] if e not in common)
        if outer:
            head = tuple(tuple(e for e in box[i] if e in inside[i]) for i in range(place))
            rest.append((*head, outer, *box[place + 1 :]))
    return rest
