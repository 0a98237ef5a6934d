"""Array text, expressions: numpy over the axes of an equation, the run axis last.

An array has the shape (dims..., runs), with 1 in place of runs where they share the value; a scalar that no run
changes is a Python float. It supplies texts of expressions; `backends.numpy` makes the program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from stockflow.backends.pytext import ATOM, COMPARE, PRODUCT, SIGN, SUM, Emitter, Piece
from stockflow.ir.expr import (
    Along, At, Axis, Binary, Call, Element, Expr, If, Interpolate, Name, Positions, Reduce, Subscript, Unary,
)
from stockflow.ir.plan import Slot
from stockflow.ir.walk import preorder, rebuild_scoped

_SIGNS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "=": "=="}


@dataclass(frozen=True, slots=True)
class Block(Piece):
    """A text that is an array rather than a Python float."""


@dataclass(slots=True)
class Pool:
    """Index tables that the text names; they are arrays of integers or numbers, never text."""

    values: dict[str, Any] = field(default_factory=dict)

    def add(self, value: Any) -> str:
        name = f"I{len(self.values)}"
        self.values[name] = value
        return name


@dataclass(slots=True)
class ArrayEmitter(Emitter):
    """As the float emitter; pieces that are Blocks take numpy's forms. `context` holds the axes by node."""

    slots: dict[str, Slot] = field(default_factory=dict)
    pool: Pool = field(default_factory=Pool)
    loops: dict[Axis, str] = field(default_factory=dict)
    contexts: dict[int, tuple[Axis, ...]] = field(default_factory=dict)
    wide: set[str] = field(default_factory=set)
    kept: list[Expr] = field(default_factory=list)

    def value(self, expr: Expr, axes: tuple[Axis, ...]) -> Piece:
        """The text of an expression over axes (none inside a scan, whose axes are loop variables)."""
        expr = self.in_context(expr, axes)
        piece = self.piece(expr)
        return self.as_number(piece)

    def in_context(self, expr: Expr, axes: tuple[Axis, ...]) -> Expr:
        """Note for each node that follows axes which axes stand around it, outermost first."""

        def enter(item: Expr, outer: tuple[Axis, ...]) -> tuple[Axis, ...]:
            return (*outer, *item.axes) if isinstance(item, Reduce) else outer

        def leave(item: Expr, outer: tuple[Axis, ...], _: tuple[Axis, ...]) -> Expr:
            if isinstance(item, (Name, Positions, Reduce, Interpolate)):
                item = replace(item)
                self.contexts[id(item)] = outer
                self.kept.append(item)
            return item

        return rebuild_scoped(expr, axes, enter, leave)

    # Leaves.

    def leaf(self, expr: Expr) -> Piece:
        match expr:
            case Name(key=key, subscripts=()) if key in self.bound:
                return (Block if key in self.wide else Piece)(self.bound[key], ATOM)
            case Name(key=key, subscripts=()) if key in self.slots:
                return (Block if self.slots[key].varies else Piece)(self.name(key), ATOM)
            case Name(key=key, subscripts=subscripts) if key in self.slots:
                return self.array(expr, subscripts, [])
            case Positions(axis=axis, values=values):
                if axis in self.loops:
                    return Piece(f"{self.pool.add(values)}[{self.loops[axis]}]", ATOM, 2)
                return Block(self.pool.add(self.aligned(np.array(values), axis, expr)[..., None]), ATOM)
            case _:
                return Emitter.leaf(self, expr)

    def aligned(self, values: Any, axis: Axis, node: Expr) -> Any:
        """A vector along its axis among those around a node."""
        around = self.contexts[id(node)]
        return values.reshape([axis.size if other is axis else 1 for other in around])

    def bind_value(self, piece: Piece, key: str) -> str:
        if isinstance(piece, Block):
            self.wide.add(key)
        return self.temporary(piece.text)

    def array(self, name: Name, subscripts: Sequence[Subscript], indices: list[Piece]) -> Piece:
        """A reference into an array: a cell, a view, or a general gathering."""
        slot = self.slots[name.key]
        text = self.name(name.key)
        if indices:
            return self.gathered(name, indices)
        places = [self.place(part) for part in subscripts]
        if all(place is not None for place in places):
            cell = ", ".join(str(place) for place in places)
            return Block(f"{text}[{cell}]", ATOM, 2) if slot.varies else Piece(f"float({text}[{cell}, 0])", ATOM, 2)
        around = self.contexts[id(name)]
        along = [part.axis for part in subscripts if isinstance(part, Along) and part.axis not in self.loops]
        plain = all(part.table is None for part in subscripts if isinstance(part, Along) and part.axis not in self.loops)
        in_order = [axis for axis in around if axis in along] == along
        if plain and in_order:
            return Block(self.view(text, subscripts, around), ATOM, 2)
        gather = ", ".join(self.index(part, name) for part in subscripts)
        return Block(f"{text}[{gather}]", ATOM, 2)

    def place(self, part: Subscript) -> str | None:
        """The text of a single index; None where the subscript follows an axis of arrays."""
        match part:
            case Element(index=index):
                return str(index)
            case Along(axis=axis, table=table) if axis in self.loops:
                loop = self.loops[axis]
                return loop if table is None else f"{self.pool.add(table)}[{loop}]"
            case _:
                return None

    def view(self, text: str, subscripts: Sequence[Subscript], around: tuple[Axis, ...]) -> str:
        """Basic indexing: fixed cells picked, new axes of length 1 where an axis around is not followed."""
        parts = [self.place(part) or ":" for part in subscripts]
        if any(part != ":" for part in parts):
            text = f"{text}[{', '.join(parts)}]"
        along = [part.axis for part in subscripts if isinstance(part, Along) and part.axis not in self.loops]
        wanted = [":" if axis in along else "None" for axis in around]
        while wanted and wanted[0] == "None":
            wanted.pop(0)
        if "None" in wanted:
            text = f"{text}[{', '.join(wanted)}]" if wanted[-1] == ":" else f"{text}[{', '.join([*wanted, ':'])}]"
        return text

    def index(self, part: Subscript, node: Expr) -> str:
        """An index array shaped for the axes around a node, so that several broadcast together."""
        single = self.place(part)
        if single is not None:
            return single
        assert isinstance(part, Along)
        table = np.arange(part.axis.size) if part.table is None else np.array(part.table)
        return self.pool.add(self.aligned(table, part.axis, node))

    def gathered(self, name: Name, indices: list[Piece]) -> Piece:
        """Computed indices, counted from 1; outside the array the value is 0 (XMILE 1.0 section 3.7.1)."""
        computed = iter(indices)
        texts: list[str] = []
        for part in name.subscripts:
            if isinstance(part, At):
                texts.append(self.as_number(next(computed)).text)
            elif self.place(part) is not None:
                texts.append(f"{self.place(part)} + 1.0")
            else:
                assert isinstance(part, Along)
                table = np.arange(part.axis.size) if part.table is None else np.array(part.table)
                texts.append(self.pool.add(self.aligned(table + 1.0, part.axis, name)[..., None]))
        return Block(f"take({self.name(name.key)}, ({', '.join(texts)},), 0.0)", ATOM, 3)

    # Wholes.

    def combine(self, expr: Expr, parts: list[Piece]) -> Piece:
        match expr:
            case Name():
                return self.array(expr, expr.subscripts, parts)
            case Reduce():
                return self.reduced(expr, parts[0])
            case Interpolate():
                return self.lookup(expr, parts)
            case _:
                pass
        if not any(isinstance(part, Block) for part in parts):
            return Emitter.combine(self, expr, parts)
        depth = 1 + max(part.depth for part in parts)
        match expr:
            case Unary(op="not"):
                return Block(f"~{self.as_mask(parts[0]).within(ATOM)}", SIGN, depth, truth=True)
            case Unary(op="+"):
                return self.as_number(parts[0])
            case Unary():
                return Block(f"-{self.as_number(parts[0]).within(SIGN)}", SIGN, depth)
            case Binary(op=op):
                return self.array_binary(op, parts[0], parts[1], depth)
            case If():
                test, then, otherwise = self.as_mask(parts[0]), self.as_number(parts[1]), self.as_number(parts[2])
                return Block(f"where({test.text}, {then.text}, {otherwise.text})", ATOM, depth + 1)
            case Call(key=key):
                return self.array_call(key, [self.as_number(part).text for part in parts], depth)
            case _:
                raise TypeError(type(expr).__name__)

    def as_number(self, piece: Piece) -> Piece:
        if isinstance(piece, Block):
            return Block(f"where({piece.text}, 1.0, 0.0)", ATOM, piece.depth + 1) if piece.truth else piece
        return Emitter.as_number(self, piece)

    def as_mask(self, piece: Piece) -> Piece:
        if isinstance(piece, Block):
            return piece if piece.truth else Block(f"truth({piece.text})", ATOM, piece.depth + 1, truth=True)
        test = self.as_truth(piece)
        return Piece(f"({test.text})", ATOM, test.depth, truth=True)

    def array_binary(self, op: str, left: Piece, right: Piece, depth: int) -> Piece:
        if op in ("and", "or"):
            sign = "&" if op == "and" else "|"
            return Block(f"({self.as_mask(left).within(ATOM)} {sign} {self.as_mask(right).within(ATOM)})", ATOM, depth, truth=True)
        left, right = self.as_number(left), self.as_number(right)
        if op in _SIGNS:
            return Block(f"{left.within(SUM)} {_SIGNS[op]} {right.within(SUM)}", COMPARE, depth, truth=True)
        if op == "<>":
            a, b = self.array_simple(left), self.array_simple(right)
            return Block(f"(({a} < {b}) | ({a} > {b}))", ATOM, depth, truth=True)
        if op == "^":
            return Block(f"powers({left.text}, {right.text})", ATOM, depth + 1)
        power = SUM if op in "+-" else PRODUCT
        if op == "/" and not isinstance(left, Block) and not isinstance(right, Block):
            return Block(f"divide({left.text}, {right.text})", ATOM, depth)
        return Block(f"{left.within(power)} {op} {right.within(power + 1)}", power, depth)

    def array_simple(self, piece: Piece) -> str:
        return piece.text if piece.atomic else self.temporary(piece.text)

    def array_call(self, key: str, texts: list[str], depth: int) -> Piece:
        if key in ("min", "max"):
            name = "minimum" if key == "min" else "maximum"
            text = texts[0]
            for other in texts[1:]:
                text = f"{name}({text}, {other})"
            return Block(text, ATOM, depth + len(texts))
        return Block(f"{key.replace(' ', '_')}s({', '.join(texts)})", ATOM, depth + 1)

    def reduced(self, expr: Reduce, body: Piece) -> Piece:
        """The reduced axes are the last before the runs; terms are taken left to right, like float text does."""
        outer = [axis for axis in self.contexts[id(expr)] if axis not in self.loops]
        sizes = ", ".join(str(axis.size) for axis in expr.axes)
        body = self.as_number(body)
        text = f"{expr.op}_over({body.text}, {len(outer)}, ({sizes},))"
        if outer or self.varies(expr.body):
            return Block(text, ATOM, body.depth + 1)
        return Piece(f"float({text}[0])", ATOM, body.depth + 2)

    def varies(self, expr: Expr) -> bool:
        names = (item.key for item in preorder(expr) if isinstance(item, Name))
        return any(key in self.wide or (key in self.slots and self.slots[key].varies) for key in names)

    def lookup(self, expr: Interpolate, parts: list[Piece]) -> Piece:
        table = expr.table
        assert isinstance(table, Name)
        function = self.modes[table.key] if expr.mode == "table" else expr.mode
        arguments = ", ".join(self.as_number(part).text for part in parts[1:])
        depth = 2 + max(part.depth for part in parts[1:])
        places = [self.place(part) for part in table.subscripts]
        curves = self.name(table.key)
        if all(place is not None for place in places):
            curve = f"{curves}[{', '.join(str(place) for place in places)}]" if places else curves
            if any(isinstance(part, Block) for part in parts[1:]):
                return Block(f"{function}_array({curve}, {arguments})", ATOM, depth)
            return Piece(f"{function}({curve}, {arguments})", ATOM, depth)
        gather = ", ".join(self.index(part, table) for part in table.subscripts)
        return Block(f"{function}_each({curves}[{gather}], {arguments})", ATOM, depth)

