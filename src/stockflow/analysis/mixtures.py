"""XMILE's calls that mix numbers and arrays, said by others: MIN(A[*], 3), MEAN(a, b, c), INTERPOLATE(A, 0.3).

An array that runs over elements becomes one number here, before references are closed; a reading between elements
becomes readings of elements. It knows which dimensions an array has and which stand on the left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce as left_fold
from itertools import product

from stockflow.analysis.dimensions import Range
from stockflow.analysis.vectors import is_vector
from stockflow.diagnostics.model import Report
from stockflow.functions import table as functions
from stockflow.ir.expr import At, Between, Binary, Broken, Call, Every, Expr, Let, Name, Number, Subscript
from stockflow.ir.walk import children, preorder, rebuild_scoped
from stockflow.limits import Limits

MEAN, BETWEEN_ELEMENTS = "mean of values", "interpolate array"


@dataclass(frozen=True, slots=True)
class Mixtures:
    """Writes calls out for one equation; `left` are the dimensions on its left-hand side."""

    stored: dict[str, tuple[Range, ...]]
    left: frozenset[str]
    owner: str
    report: Report
    limits: Limits

    def written_out(self, expr: Expr) -> Expr:
        """The expression without such calls; inside SUM and the like MIN and MAX are element by element."""
        if not any(isinstance(item, Call) and _mixes(item) for item in preorder(expr)):
            return expr
        return rebuild_scoped(expr, False, lambda item, inside: inside or is_over(item), self.leave)

    def leave(self, expr: Expr, inside: bool, _: bool) -> Expr:
        match expr:
            case Call(key=key) if key == BETWEEN_ELEMENTS:
                return self.between(expr)
            case Call(key=key) if key == MEAN:
                return self.mean(expr, inside)
            case Call(key=key, args=args) if _mixes(expr) and not inside:
                return replace(expr, args=tuple(self.single(arg, functions.ROWS[key].of_array) for arg in args))
            case _:
                return expr

    def single(self, arg: Expr, row: str) -> Expr:
        """An argument that runs over elements as the number that a row makes of them."""
        return Call(row, row.upper(), (arg,), (), arg.span) if self.runs(arg) else arg

    def mean(self, call: Call, inside: bool) -> Expr:
        """The sum of all numbers over how many there are."""
        runs = [not inside and self.runs(arg) for arg in call.args]
        counts = [self.single(arg, "size") if many else Number(1.0) for arg, many in zip(call.args, runs, strict=True)]
        sums = [self.single(arg, "sum") if many else arg for arg, many in zip(call.args, runs, strict=True)]
        return Binary("/", _added(sums), _added(counts), call.span)

    def runs(self, arg: Expr) -> bool:
        """Whether an argument has a `*`, a range or an array of other dimensions than the left has."""
        stack = [arg]
        while stack:
            item = stack.pop()
            if is_over(item):
                continue
            if isinstance(item, Name) and any(self.free(item)):
                return True
            stack.extend(children(item))
        return False

    def free(self, name: Name) -> Iterator[bool]:
        """For each dimension of a reference, whether all its elements are meant."""
        homes = self.stored.get(name.key, ())
        if not name.subscripts:
            yield from (home.key not in self.left for home in homes)
        for part in name.subscripts:
            yield isinstance(part, (Every, Between))

    # INTERPOLATE.

    def between(self, call: Call) -> Expr:
        array, *shares = call.args
        homes = self.stored.get(array.key, ()) if isinstance(array, Name) else ()
        if not (isinstance(array, Name) and homes):
            return self.refuse(call, "SF208", f"{call.label} takes an array as argument 1", "give a variable with"
                               " dimensions")
        parts: tuple[Subscript, ...] = array.subscripts or tuple(Every("", "*") for _ in homes)
        places = [place for place, part in enumerate(parts) if isinstance(part, Every) and place < len(homes)]
        said, advice = f"{call.label} reads between elements of", "give some of them a subscript"
        excess = self.limits.excess("mixed-dimensions", len(places), said, "dimensions", advice)
        if excess is not None:
            return self.refuse(call, "SF109", excess.message, excess.hint)
        if len(places) != len(shares):
            count = f"{len(places)} dimension{'s' if len(places) != 1 else ''}"
            return self.refuse(call, "SF205", f"{call.label} takes a number from 0 to 1 for each of {count} of"
                               f" '{array.label}'; {len(shares)} given", f"write {call.label}(A[*, ...], a, ...)")
        return _multilinear(array, parts, [(place, homes[place].size) for place in places], shares)

    def refuse(self, call: Call, code: str, message: str, hint: str) -> Broken:
        self.report.error(code, message, call.span, hint=hint, variable=self.owner)
        return Broken(call.span)


def is_over(expr: Expr) -> bool:
    """Whether a call runs over elements of its arguments."""
    if is_vector(expr):
        return True
    return isinstance(expr, Call) and expr.key in functions.ROWS and functions.ROWS[expr.key].kind == "reduce"


def _mixes(call: Call) -> bool:
    row = functions.ROWS.get(call.key)
    return call.key in (MEAN, BETWEEN_ELEMENTS) or (row is not None and bool(row.of_array))


def _added(terms: Sequence[Expr]) -> Expr:
    return left_fold(lambda a, b: Binary("+", a, b), terms)


def _multilinear(
    array: Name, parts: tuple[Subscript, ...], free: Sequence[tuple[int, int]], shares: Sequence[Expr]
) -> Expr:
    """The values of the nearest elements on both sides in each dimension, weighted by how near they are."""
    values: dict[tuple[int, ...], Expr] = {}
    for corner in product((0, 1), repeat=len(free)):
        made = list(parts)
        for number, ((place, size), side) in enumerate(zip(free, corner, strict=True)):
            first = Binary("+", Name(f"#low {number}", ""), Number(1.0))
            made[place] = At(Binary("+", first, Number(float(side if size > 1 else 0))))
        values[corner] = replace(array, subscripts=tuple(made))
    for number in reversed(range(len(free))):
        weight = Binary("-", Name(f"#place {number}", ""), Name(f"#low {number}", ""))
        rest = product((0, 1), repeat=number)
        values = {corner: _mixed(values[*corner, 0], values[*corner, 1], weight) for corner in rest}
    found = values[()]
    for number, ((_, size), share) in enumerate(zip(free, shares, strict=True)):
        low = Call("min", "MIN", (Call("floor", "INT", (Name(f"#place {number}", ""),)), Number(max(size - 2.0, 0.0))))
        within = Call("min", "MIN", (Call("max", "MAX", (share, Number(0.0))), Number(1.0)))
        found = Let(f"#low {number}", low, found)
        found = Let(f"#place {number}", Binary("*", within, Number(size - 1.0)), found)
    return found


def _mixed(low: Expr, high: Expr, weight: Expr) -> Expr:
    return Binary("+", Binary("*", low, Binary("-", Number(1.0), weight)), Binary("*", high, weight))
