"""Array text, expressions: numpy over the axes of an equation, the run axis last.

An array has the shape (dims..., runs), with 1 in place of runs where they share the value; a scalar that no run
changes is a Python float. It supplies texts of expressions; `backends.numpy` makes the program.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stockflow.backends.pytext import ATOM, COMPARE, PRODUCT, SIGN, SUM, Emitter, Piece
from stockflow.ir.expr import (
    Along,
    Ask,
    At,
    Axis,
    Binary,
    Call,
    Draw,
    Element,
    Expr,
    If,
    Interpolate,
    Name,
    Positions,
    Reduce,
    Subscript,
    Unary,
    Vector,
)
from stockflow.ir.plan import Slot
from stockflow.ir.walk import preorder, rebuild_scoped

_SIGNS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "=": "=="}


@dataclass(frozen=True, slots=True)
class Block(Piece):
    """A text that is an array rather than a Python float. `view`: it may share the memory of a slot."""

    view: bool = False


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
    """As the float emitter; pieces that are Blocks take numpy's forms.

    `contexts` are the axes around a node. `settled` slots keep their values in the loop, so that `hoist` can name a
    reading of them before it (None: there is no place before). `mixed` are the ways of reading of a lookup's cells
    where they differ.
    """

    slots: dict[str, Slot] = field(default_factory=dict)
    pool: Pool = field(default_factory=Pool)
    loops: dict[Axis, str] = field(default_factory=dict)
    contexts: dict[int, tuple[Axis, ...]] = field(default_factory=dict)
    wide: set[str] = field(default_factory=set)
    masks: set[str] = field(default_factory=set)
    kept: list[Expr] = field(default_factory=list)
    settled: frozenset[str] = frozenset()
    hoist: Callable[[str, str], str] | None = None
    mixed: dict[str, NDArray[Any]] = field(default_factory=dict)

    def value(self, expr: Expr, axes: tuple[Axis, ...]) -> Piece:
        """The text of an expression over axes (none inside a scan, whose axes are loop variables)."""
        return self.as_number(self.piece(self.in_context(expr, axes)))

    def in_context(self, expr: Expr, axes: tuple[Axis, ...]) -> Expr:
        """Note for each node that follows axes which axes stand around it, outermost first."""

        def enter(item: Expr, outer: tuple[Axis, ...]) -> tuple[Axis, ...]:
            if isinstance(item, Vector):
                return (*outer, *item.bound)
            return (*outer, *item.axes) if isinstance(item, Reduce) else outer

        def leave(item: Expr, outer: tuple[Axis, ...], _: tuple[Axis, ...]) -> Expr:
            if isinstance(item, (Name, Positions, Reduce, Vector, Interpolate, Ask)):
                item = replace(item)
                self.contexts[id(item)] = outer
                self.kept.append(item)
            return item

        return rebuild_scoped(expr, axes, enter, leave)

    # Leaves.

    def leaf(self, expr: Expr) -> Piece:
        match expr:
            case Name(key=key, subscripts=()) if key in self.bound:
                return (Block if key in self.wide else Piece)(self.bound[key], ATOM, truth=key in self.masks)
            case Name(key=key, subscripts=()) if key in self.slots:
                return Block(self.name(key), ATOM, view=True) if self.slots[key].varies else Piece(self.name(key), ATOM)
            case Name(key=key) if key in self.modes:
                return Piece(self.name(key), ATOM)
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
        """Conditions stay masks, which `where` takes as they are."""
        if isinstance(piece, Block):
            self.wide.add(key)
        else:
            piece = self.as_number(piece)
        if piece.truth:
            self.masks.add(key)
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
            if slot.varies:
                return Block(f"{text}[{cell}]", ATOM, 2, view=True)
            return Piece(f"float({text}[{cell}, 0])", ATOM, 2)
        around = self.contexts[id(name)]
        made = self.view(text, subscripts, around) if self.in_order(subscripts, around) else None
        if made is None:
            gather = ", ".join(self.index(part, name) for part in subscripts)
            return Block(self.before_loop(name.key, f"{text}[{gather}]", subscripts), ATOM, 2)
        return Block(self.before_loop(name.key, made, subscripts), ATOM, 2, view=True)

    def before_loop(self, key: str, text: str, subscripts: Sequence[Subscript]) -> str:
        """The name of a reading that keeps its value in the loop, or the text itself."""
        looped = any(isinstance(part, Along) and part.axis in self.loops for part in subscripts)
        if self.hoist is None or key not in self.settled or looped or text == self.name(key):
            return text
        return self.hoist(self.name(key), text)

    def in_order(self, subscripts: Sequence[Subscript], around: tuple[Axis, ...]) -> bool:
        """Whether the axes that a reference follows are each followed once, in the order in which they stand around."""
        along = [part.axis for part in subscripts if isinstance(part, Along) and part.axis not in self.loops]
        return [axis for axis in around if axis in along] == along

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

    def view(self, text: str, subscripts: Sequence[Subscript], around: tuple[Axis, ...]) -> str | None:
        """Basic indexing: cells and runs of cells picked, new axes of length 1 where an axis around is not followed.

        None where a subscript follows its axis in another order.
        """
        parts = [self.place(part) or run_of_cells(part) for part in subscripts]
        if any(part is None for part in parts):
            return None
        if any(part != ":" for part in parts):
            text = f"{text}[{', '.join(str(part) for part in parts)}]"
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
        text = f"take({self.name(name.key)}, ({', '.join(texts)},), 0.0)"
        outer = [axis for axis in self.contexts[id(name)] if axis not in self.loops]
        return Block(text, ATOM, 3) if outer or self.varies(name) else Piece(f"float({text}[0])", ATOM, 4)

    # Wholes.

    def combine(self, expr: Expr, parts: list[Piece]) -> Piece:
        match expr:
            case Name():
                return self.array(expr, expr.subscripts, parts)
            case Reduce():
                return self.reduced(expr, parts[0])
            case Vector():
                return self.vector(expr, parts)
            case Draw():
                return self.draw(expr, parts)
            case Interpolate():
                return self.lookup(expr, parts)
            case Ask():
                return self.ask(expr, parts)
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
                raise AssertionError(type(expr).__name__)

    def as_number(self, piece: Piece) -> Piece:
        if isinstance(piece, Block):
            return Block(f"{piece.within(PRODUCT)} * 1.0", PRODUCT, piece.depth + 1) if piece.truth else piece
        return Emitter.as_number(self, piece)

    def as_mask(self, piece: Piece) -> Piece:
        if isinstance(piece, Block):
            return piece if piece.truth else Block(f"truth({piece.text})", ATOM, piece.depth + 1, truth=True)
        test = self.as_truth(piece)
        return Piece(f"({test.text})", ATOM, test.depth, truth=True)

    def array_binary(self, op: str, left: Piece, right: Piece, depth: int) -> Piece:
        if op in ("and", "or"):
            sign, one, other = "&" if op == "and" else "|", self.as_mask(left), self.as_mask(right)
            return Block(f"({one.within(ATOM)} {sign} {other.within(ATOM)})", ATOM, depth, truth=True)
        left, right = self.as_number(left), self.as_number(right)
        if op in _SIGNS:
            return Block(f"{left.within(SUM)} {_SIGNS[op]} {right.within(SUM)}", COMPARE, depth, truth=True)
        if op == "<>":
            a, b = self.array_simple(left), self.array_simple(right)
            return Block(f"(({a} < {b}) | ({a} > {b}))", ATOM, depth, truth=True)
        if op == "^":
            return Block(f"powers({left.text}, {right.text})", ATOM, depth + 1)
        power = SUM if op in "+-" else PRODUCT
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

    def vector(self, expr: Vector, parts: list[Piece]) -> Piece:
        """Each argument with its loops as one axis before the runs; the result with its own dimensions again."""
        outer = [axis for axis in self.contexts[id(expr)] if axis not in self.loops]
        texts = []
        for part, loops in zip(parts, expr.loops, strict=True):
            sizes = "".join(f"{axis.size if axis in loops else 1}, " for axis in expr.bound)
            texts.append(f"terms({self.as_number(part).text}, {len(outer)}, ({sizes.rstrip()}))")
        depth = 2 + max(part.depth for part in parts)
        result = "".join(f"{axis.size}, " for axis in expr.result).rstrip()
        text = f"shaped({expr.op.replace(' ', '_')}({', '.join(texts)}), ({result}))"
        if outer or expr.result or self.varies(expr):
            return Block(text, ATOM, depth)
        return Piece(f"float({text}[0])", ATOM, depth)

    def draw(self, expr: Draw, parts: list[Piece]) -> Piece:
        """The random numbers of all elements of a slot; inside a scan that of one."""
        given = ", ".join(self.as_number(part).text for part in parts)
        slot, name = self.slots[expr.slot], f"{self.name(expr.slot)}_DRAW"
        depth = 2 + max(part.depth for part in parts)
        if self.loops:
            return Block(f"{name}.at(({', '.join(self.loops.values())},), step, {given})", ATOM, depth)
        if slot.shape or slot.varies:
            return Block(f"{name}(step, {given})", ATOM, depth)
        return Piece(f"float({name}(step, {given})[0])", ATOM, depth)

    def ask(self, expr: Ask, parts: list[Piece]) -> Piece:
        """The answers of the memories that a reference leads to, each with its own arguments."""
        memory = expr.memory
        assert isinstance(memory, Name)
        at = "".join(f"{self.index(part, memory)}, " for part in memory.subscripts).rstrip()
        given = "".join(f"{self.as_number(part).text}, " for part in parts[1:]).rstrip()
        text = f'{self.name(memory.key)}_LINE.ask("{expr.question.replace(" ", "_")}", ({at}), ({given}))'
        depth = 2 + max(part.depth for part in parts)
        outer = [axis for axis in self.contexts[id(expr)] if axis not in self.loops]
        if outer or self.varies(expr):
            return Block(text, ATOM, depth)
        return Piece(f"float({text}[0])", ATOM, depth)

    def varies(self, expr: Expr) -> bool:
        names = (item.key for item in preorder(expr) if isinstance(item, Name))
        return any(key in self.wide or (key in self.slots and self.slots[key].varies) for key in names)

    def lookup(self, expr: Interpolate, parts: list[Piece]) -> Piece:
        """A fixed cell's lookup at a number is read as floats are; all else at once."""
        table = expr.table
        assert isinstance(table, Name)
        arguments = "".join(f", {self.as_number(part).text}" for part in parts[1:])
        depth = 2 + max((part.depth for part in parts[1:]), default=0)
        places = [self.place(part) for part in table.subscripts]
        fixed = all(place is not None for place in places)
        cell = ", ".join(str(place) for place in places)
        if fixed and not any(isinstance(part, Block) for part in parts[1:]):
            curve = f"{self.name(table.key)}.one[{cell}]" if places else f"{self.name(table.key)}.one"
            return Piece(self.read(expr, table, curve, arguments, ""), ATOM, depth)
        curves = self.curves(table, cell if fixed else None)
        return Block(self.read(expr, table, curves, arguments, "_array"), ATOM, depth)

    def curves(self, table: Name, cell: str | None) -> str:
        """The lookups of a reference: of one cell, or of all cells that the axes around it lead to."""
        text = self.name(table.key)
        if not table.subscripts:
            return text
        index = cell if cell is not None else ", ".join(self.index(part, table) for part in table.subscripts)
        return self.before_loop(table.key, f"{text}.at(({index},))", table.subscripts)

    def read(self, expr: Interpolate, table: Name, curves: str, arguments: str, suffix: str) -> str:
        if expr.mode != "table" or table.key not in self.mixed:
            mode = self.modes[table.key] if expr.mode == "table" else expr.mode.replace(" ", "_")
            return f"{mode}{suffix}({curves}{arguments})"
        modes = self.mixed[table.key]
        text = ""
        for mode in sorted(set(modes.ravel().tolist())):
            one = f"{mode}{suffix}({curves}{arguments})"
            index = ", ".join(self.index(part, table) for part in table.subscripts)
            is_it = f"{self.pool.add((modes == mode)[..., None])}[{index}]"
            text = f"where({is_it}, {one}, {text})" if text else one
        return text if suffix else f"float({text}[0])"


def run_of_cells(part: Subscript) -> str | None:
    """The slice that a subscript makes of its axis; None where it goes in another order."""
    if not isinstance(part, Along):
        return None
    if part.table is None:
        return ":"
    first, last = part.table[0], part.table[-1]
    return f"{first}:{last + 1}" if part.table == tuple(range(first, last + 1)) else None
