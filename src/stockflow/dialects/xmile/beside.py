"""Variables that the reader makes beside one of the file: the properties of a conveyor, the multiplier of a flow.

It knows cells and equations as written; what a property means it must not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from stockflow.dialects.xmile.cells import Grid, Part
from stockflow.dialects.xmile.document import Node
from stockflow.dialects.xmile.expressions import Formulas
from stockflow.ir.expr import Expr, Number, Unary, Values
from stockflow.ir.model import Equation, Kind, Variable
from stockflow.ir.names import key_of
from stockflow.ir.walk import postorder


def beside(label: str, what: str) -> str:
    """The label of a variable that belongs to another one."""
    return f"{label} ({what})"


@dataclass(slots=True)
class Beside:
    """The variables beside one of the file, which all have its dimensions."""

    node: Node
    label: str
    grid: Grid
    formulas: Formulas
    variables: list[Variable] = field(default_factory=list)

    def add(self, what: str, equations: Iterable[Equation]) -> None:
        label, made = beside(self.label, what), tuple(equations)
        kind: Kind = "constant" if made and all(is_constant(one) for one in made) else "auxiliary"
        self.variables.append(
            Variable(key_of(label), label, kind, made, span=self.node.span, dimensions=self.grid.keys, hidden=True)
        )

    def computed(self, what: str, expr: Expr) -> None:
        """One equation for all cells, which the file does not have."""
        self.add(what, [self.equation(self.whole(), expr)])

    # Parts.

    def whole(self, formula: Node | None = None) -> Part:
        return Part(self.node, formula, None, None)

    def cells(self, tag: str) -> Iterator[tuple[Part, Node]]:
        """The cells that have an element of that name, and it."""
        for node in self.node.all("element"):
            child = node.child(tag)
            cell = self.grid.cell(node) if child is not None else None
            if child is not None and cell is not None:
                yield Part(node, None, None, None, cell), child

    def filled(self, node: Node, tag: str) -> Node | None:
        child = node.child(tag)
        return None if child is None or self.formulas.is_empty(child) else child

    def equation(self, part: Part, expr: Expr, cells: Iterable[Part] = ()) -> Equation:
        """An equation of a part; one of all cells leaves those out that have their own."""
        formula = part.formula
        span, text = (self.node.span, "") if formula is None else (formula.content, formula.text.strip())
        excepts = tuple(self.grid.left(cell) for cell in cells) if part.cell is None else ()
        return Equation(self.grid.left(part), expr, span, text, excepts)

    # Properties.

    def written(self, tag: str, missing: float | None, box: str = "") -> list[Equation]:
        """The equations of a property, in the variable and its cells or in a `box` of theirs.

        What has none gets `missing`; where that is None there is no equation.
        """
        inside = [(part, place.child(tag) if box else place) for part, place in self.cells(box or tag)]
        own = [replace(part, formula=child) for part, child in inside if child is not None and self.is_filled(child)]
        found = [self.equation(part, self.formulas.read(part.formula, self.label)) for part in own if part.formula]
        if own and len(own) == self.grid.size:
            return found
        holder = self.node.child(box) if box else self.node
        formula = self.filled(holder, tag) if holder is not None else None
        if formula is not None:
            return [self.equation(self.whole(formula), self.formulas.read(formula, self.label), own), *found]
        return found if missing is None else [self.equation(self.whole(), Number(missing), own), *found]

    def is_filled(self, node: Node) -> bool:
        return not self.formulas.is_empty(node)


def is_constant(equation: Equation) -> bool:
    if equation.initial is not None:
        return False
    match equation.expr:
        case Number() | Values():
            return True
        case Unary() as expr:
            return all(isinstance(node, Number) or (isinstance(node, Unary) and node.op != "not")
                       for node in postorder(expr))
        case _:
            return False
