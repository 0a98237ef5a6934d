"""Float text: a plan of scalars as plain Python, one line per variable.

The same text runs bare (math functions, `/`), which raises at the first 1/0 or ln(-1), or guarded (total functions).
No text of a model is in it: names come from the identifier table, all else are numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from struct import Struct
from typing import Any

from stockflow.backends.base import Lines, program
from stockflow.backends.scalar import ScalarPlan, ScalarShift
from stockflow.ir.expr import (
    Ask,
    Binary,
    Call,
    Draw,
    Expr,
    If,
    Interpolate,
    Let,
    Missing,
    Name,
    Number,
    Unary,
)
from stockflow.ir.model import TIME
from stockflow.ir.names import identifiers
from stockflow.ir.plan import Assign, Belt, Hold, Level, Ring, Step
from stockflow.ir.walk import children, preorder
from stockflow.runtime import belts, lookup, noise, numeric, points, states, vectors
from stockflow.runtime.budget import Budget

# Binding powers of Python's operators, loosest first.
TERNARY, OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN, ATOM = range(9)

# CPython refuses deep nesting; deeper expressions are spilled into numbered temporaries.
MAX_DEPTH = 40

BUILTINS: dict[str, Any] = {"range": range, "len": len, "next": next}
"""What generated text takes from Python itself."""

# Names of the text's own are in capitals, which no identifier of a model has.
RESERVED = (
    "run", "constants", "series", "tables", "rows", "fixed", "saves", "start", "time_step", "steps", "save",
    "tolerances", "runs", "time", "step_time", "step", "row", "next_save", "inf", "nan", "rough", "ring_length",
    "exhausted", "check_clock", "shifted", *BUILTINS,
    *numeric.SAFE, *lookup.FLOAT, *points.FLOAT, *vectors.FLOAT, *belts.KINDS,
)

_SIMPLE = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT}
_COMPARISONS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "=": "=="}


@dataclass(frozen=True, slots=True)
class Piece:
    """A text with its binding power, its nesting, and whether it is a Python truth value rather than a number."""

    text: str
    power: int
    depth: int = 1
    truth: bool = False

    def within(self, power: int) -> str:
        return self.text if self.power >= power else f"({self.text})"

    @property
    def atomic(self) -> bool:
        return self.power == ATOM and self.depth == 1


def number(value: float) -> Piece:
    if value != value:
        return Piece("nan", ATOM)
    if value in (float("inf"), float("-inf")):
        return Piece("inf", ATOM) if value > 0 else Piece("-inf", SIGN)
    text = repr(float(value))
    return Piece(text, SIGN if text.startswith("-") else ATOM)


@dataclass(slots=True)
class Emitter:
    """Expressions as text; `name` gives the text of a slot, temporaries go to `out` before the line that reads them."""

    name: Callable[[str], str]
    guarded: bool
    modes: dict[str, str]
    out: Lines
    bound: dict[str, str] = field(default_factory=dict)
    count: int = 0

    def number(self, expr: Expr) -> str:
        return self.as_number(self.piece(expr)).text

    def piece(self, expr: Expr) -> Piece:
        """Iterative, parts first; a bound value is written before the body that reads it."""
        results: list[Piece] = []
        stack: list[tuple[str, Expr]] = [("visit", expr)]
        while stack:
            action, item = stack.pop()
            if action == "visit":
                parts = children(item)
                if isinstance(item, Let):
                    stack += [("visit", item.body), ("bind", item), ("visit", item.value)]
                elif parts:
                    stack.append(("combine", item))
                    stack.extend(("visit", part) for part in reversed(parts))
                else:
                    results.append(self.leaf(item))
            elif action == "bind":
                assert isinstance(item, Let)
                self.bound[item.key] = self.bind_value(results.pop(), item.key)
            else:
                count = len(children(item))
                parts_made = results[len(results) - count :]
                del results[len(results) - count :]
                results.append(self.spilled(self.combine(item, parts_made)))
        return results[0]

    def spilled(self, piece: Piece) -> Piece:
        if piece.depth <= MAX_DEPTH:
            return piece
        piece = self.as_number(piece)
        return type(piece)(self.temporary(piece.text), ATOM)

    def temporary(self, text: str) -> str:
        name = f"T{self.count}"
        self.count += 1
        self.out.add(f"{name} = {text}")
        return name

    def bind_value(self, piece: Piece, _: str) -> str:
        """The temporary of a bound name."""
        return self.temporary(self.as_number(piece).text)

    def simple(self, piece: Piece) -> str:
        """A text that may be read twice."""
        piece = self.as_number(piece)
        return piece.text if piece.atomic else self.temporary(piece.text)

    def leaf(self, expr: Expr) -> Piece:
        match expr:
            case Number(value=value):
                return number(value)
            case Missing():
                return number(numeric.MISSING)
            case Name(key=key):
                return Piece(self.bound[key] if key in self.bound else self.name(key), ATOM)
            case _:
                raise AssertionError(type(expr).__name__)

    def combine(self, expr: Expr, parts: list[Piece]) -> Piece:
        depth = 1 + max((part.depth for part in parts), default=0)
        match expr:
            case Unary(op="not"):
                return Piece(f"not {self.as_truth(parts[0]).within(NOT)}", NOT, depth, truth=True)
            case Unary(op="+"):
                return self.as_number(parts[0])
            case Unary():
                return Piece(f"-{self.as_number(parts[0]).within(SIGN)}", SIGN, depth)
            case Binary(op=op):
                return self.binary(op, parts[0], parts[1], depth)
            case If():
                then, test, otherwise = self.as_number(parts[1]), self.as_truth(parts[0]), self.as_number(parts[2])
                text = f"{then.within(OR)} if {test.within(OR)} else {otherwise.within(TERNARY)}"
                return Piece(text, TERNARY, depth)
            case Call(key=key):
                return self.call(key, expr.label, parts, depth)
            case Draw(slot=slot):
                given = ", ".join(self.as_number(part).text for part in parts)
                return Piece(f"{self.name(slot)}_DRAW(step, {given})", ATOM, depth + 1)
            case Ask(question=question):
                given = ", ".join(self.as_number(part).text for part in parts[1:])
                return Piece(f"{parts[0].text}_LINE.{question.replace(' ', '_')}({given})", ATOM, depth + 1)
            case Interpolate(mode=mode, table=table):
                assert isinstance(table, Name)
                function = self.modes[table.key] if mode == "table" else mode.replace(" ", "_")
                arguments = ", ".join((parts[0].text, *(self.as_number(part).text for part in parts[1:])))
                return Piece(f"{function}({arguments})", ATOM, depth + 1)
            case _:
                raise AssertionError(type(expr).__name__)

    def as_number(self, piece: Piece) -> Piece:
        if not piece.truth:
            return piece
        return Piece(f"1.0 if {piece.within(OR)} else 0.0", TERNARY, piece.depth + 1)

    def as_truth(self, piece: Piece) -> Piece:
        """Not zero; NaN is false."""
        if piece.truth:
            return piece
        name = self.simple(piece)
        return Piece(f"{name} < 0.0 or {name} > 0.0", OR, 2, truth=True)

    def binary(self, op: str, left: Piece, right: Piece, depth: int) -> Piece:
        if op in ("and", "or"):
            power = AND if op == "and" else OR
            first, second = self.as_truth(left), self.as_truth(right)
            return Piece(f"{first.within(power)} {op} {second.within(power + 1)}", power, depth, truth=True)
        left, right = self.as_number(left), self.as_number(right)
        if op in _COMPARISONS:
            text = f"{left.within(SUM)} {_COMPARISONS[op]} {right.within(SUM)}"
            return Piece(text, COMPARE, depth, truth=True)
        if op == "<>":
            a, b = self.simple(left), self.simple(right)
            return Piece(f"{a} < {b} or {a} > {b}", OR, depth, truth=True)
        if op == "^":
            return Piece(f"power({left.text}, {right.text})", ATOM, depth + 1)
        if op == "/" and self.guarded:
            return Piece(f"divide({left.text}, {right.text})", ATOM, depth + 1)
        power = _SIMPLE[op]
        return Piece(f"{left.within(power)} {op} {right.within(power + 1)}", power, depth)

    def call(self, key: str, label: str, parts: list[Piece], depth: int) -> Piece:
        if key in ("min", "max"):
            return self.extreme("<" if key == "min" else ">", parts, depth)
        texts = [self.as_number(part).text for part in parts]
        if key == "#pick":
            return self.picked(int(label), texts, depth)
        if key == "#tuple":
            return Piece(f"({', '.join(texts)},)", ATOM, depth + 1)
        if key == "#item":
            return Piece(f"{texts[0]}[{int(label)}]", ATOM, depth + 1)
        name = label if key == "#vector" else key
        return Piece(f"{name.replace(' ', '_')}({', '.join(texts)})", ATOM, depth + 1)

    def extreme(self, sign: str, parts: list[Piece], depth: int) -> Piece:
        """Written out, which is faster than a call; a NaN on either side comes through."""
        best = parts[0]
        for part in parts[1:]:
            a, b = self.simple(best), self.simple(part)
            best = Piece(f"{a} if {a} {sign} {b} or {a} != {a} else {b}", TERNARY, depth)
        return self.as_number(best)

    @staticmethod
    def picked(count: int, texts: list[str], depth: int) -> Piece:
        indices, sizes, values = texts[:count], texts[count : 2 * count], texts[2 * count :]
        at = indices[0]
        if count > 1:
            pairs = ", ".join(f"({i}, {float(n):.0f})" for i, n in zip(indices, sizes, strict=True))
            at = f"flat_index(({pairs}))"
        return Piece(f"pick(({', '.join(values)},), {at}, 0.0)", ATOM, depth + 2)


def slot_names(plan: ScalarPlan) -> dict[str, str]:
    """The name that each slot has in the text."""
    blocks = (plan.once, plan.initial, plan.step, plan.report, plan.rates)
    keys = dict.fromkeys([*(found.key for found in plan.inputs), *(a.slot for block in blocks for a in block)])
    return identifiers(keys, RESERVED)


class FloatPart:
    """The lines of a scalar plan, for the skeletons of `base`."""

    def __init__(self, plan: ScalarPlan, modes: dict[str, str], method: str, *, guarded: bool) -> None:
        self.plan, self.modes, self.guarded = plan, modes, guarded
        self.varying_clock = plan.varying_clock
        self.once, self.initial, self.step, self.report = plan.once, plan.initial, plan.step, plan.report
        self.table = slot_names(plan)
        self.table[TIME], self.table["step time"] = "time", "step_time"
        self.count = 0
        slots = [state for state in plan.states if isinstance(state, Level)]
        self.inlined = inlined_rates(plan) if method == "euler" else {}
        self.rates = tuple(rate for rate in plan.rates if rate.slot not in self.inlined)
        self.levels = [(self.table[level.slot], self.table[level.rate]) for level in slots]
        self.level_rates = [level.rate for level in slots]
        self.belts = {state.slot: state for state in plan.states if isinstance(state, Belt)}

    def reads_time(self) -> bool:
        blocks = (self.plan.step, self.plan.report, self.plan.rates)
        names = (n.key for block in blocks for a in block for n in preorder(a.expr) if isinstance(n, Name))
        return any(key in (TIME, "step time") for key in names)

    def is_frozen(self, step: Step) -> bool:
        assert isinstance(step, Assign)
        return step.frozen

    def begin(self, out: Lines) -> None:
        for draw in self.plan.draws:
            out.add(f'{self.table[draw.key]}_DRAW = Noise({noise.site_of(draw.site)}, {draw.cell}, "{draw.kind}")')
        for place, found in enumerate(self.plan.inputs):
            if found.kind == "constant":
                out.add(f"{self.table[found.key]} = constants[{place}]")
            elif found.kind == "table":
                out.add(f"{self.table[found.key]} = tables[{place}]")

    def series(self, out: Lines) -> None:
        for place, found in enumerate(self.plan.inputs):
            if found.kind == "series":
                out.add(f"{self.table[found.key]} = series[{place}][step]")

    def assign(self, step: Step, out: Lines) -> None:
        assert isinstance(step, Assign)
        line = f"  # line {step.origin.line}" if step.origin is not None else ""
        out.add(f"{self.table[step.slot]} = {self.emit(step.expr, out)}{line}")
        if step.slot in self.belts:
            self.begin_belt(self.belts[step.slot], out)

    def begin_belt(self, belt: Belt, out: Lines) -> None:
        given = (belt.slot, *(table.key for table in belt.tables), *belt.settings)
        names = ", ".join(self.table[key] for key in given)
        out.add(f"{self.table[belt.slot]}_LINE = {belt.kind}(time_step, {names})")

    def emit(self, expr: Expr, out: Lines) -> str:
        emitter = Emitter(self.table.__getitem__, self.guarded, self.modes, out, count=self.count)
        text = emitter.number(expr)
        self.count = emitter.count
        return text

    def states(self, out: Lines) -> None:
        for state in self.plan.states:
            if isinstance(state, Ring):
                name = self.table[state.slot]
                out.add(f"{name}_LINE = [{name}] * ring_length({self.table[state.delay]}, time_step)", f"{name}_AT = 0")

    def save(self, out: Lines) -> None:
        names = ", ".join(self.table.get(key, "nan") for key in self.plan.outputs)
        if names:
            out.add(f"save(rows, row * {8 * len(self.plan.outputs)}, {names})")

    def append(self, out: Lines) -> None:
        names = "".join(f"{self.table.get(key, 'nan')}, " for key in self.plan.outputs)
        out.add(f"rows.append(({names.rstrip()}))")

    def control(self, key: str) -> str:
        return self.table[key]

    def fixed(self, out: Lines) -> None:
        names = "".join(f"{self.table.get(key, 'nan')}, " for key in self.plan.fixed)
        if names:
            out.add(f"fixed[:] = ({names.rstrip()})")

    def keep(self, level: int, name: str, out: Lines) -> None:
        out.add(f"{name} = {self.levels[level][0]}")

    def write(self, level: int, text: str, out: Lines) -> None:
        state, rate = self.levels[level]
        expr = self.inlined.get(self.level_rates[level])
        if expr is not None and text == f"{state} + time_step * {rate}":
            text = f"{state} + time_step * ({self.emit(expr, out)})"
        out.add(f"{state} = {text}")

    def advance(self, out: Lines) -> None:
        for state in self.plan.states:
            if isinstance(state, Hold):
                out.add(f"{self.table[state.slot]} = {self.table[state.source]}")
            elif isinstance(state, Ring):
                name = self.table[state.slot]
                out.add(
                    f"{name}_LINE[{name}_AT] = {self.table[state.source]}",
                    f"{name}_AT = {name}_AT + 1 if {name}_AT + 1 < len({name}_LINE) else 0",
                    f"{name} = {name}_LINE[{name}_AT]",
                )
            elif isinstance(state, Belt):
                name = self.table[state.slot]
                out.add(f"{name} = {name}_LINE.push({', '.join(self.table[key] for key in state.sources)})")
            elif isinstance(state, ScalarShift):
                name, *elements = (self.table[key] for key in (state.slot, *state.elements))
                given = ", ".join([*(self.table[key] for key in state.sources), *elements])
                out.add(f"{name}, {', '.join(elements)} = shifted({given})")


def inlined_rates(plan: ScalarPlan) -> dict[str, Expr]:
    """Rates that read no other level, which Euler writes where they are added: no level moves before it is read."""
    levels = {state.rate: state.slot for state in plan.states if isinstance(state, Level)}
    slots = set(levels.values())
    found = {}
    for rate in plan.rates:
        read = {item.key for item in preorder(rate.expr) if isinstance(item, Name)} & slots
        if read <= {levels[rate.slot]}:
            found[rate.slot] = rate.expr
    return found


def float_text(plan: ScalarPlan, modes: dict[str, str], method: str, *, guarded: bool) -> str:
    """The program of a scalar plan. `modes` gives each table slot's own way of reading."""
    return program(FloatPart(plan, modes, method, guarded=guarded), method)


def namespace(outputs: int, budget: Budget, *, guarded: bool) -> dict[str, Any]:
    """The functions that float text calls; `save` writes a row of so many outputs into memory."""
    functions = numeric.SAFE if guarded else numeric.BARE
    return {
        "__builtins__": BUILTINS,
        "save": Struct(f"{outputs}d").pack_into,
        "inf": numeric.INFINITY, "nan": numeric.NAN, **functions,
        **lookup.FLOAT, **points.FLOAT, **vectors.FLOAT, "Noise": noise.Noise,
        "rough": states.rough, "ring_length": budget.pipeline,
        "exhausted": budget.exhausted, "check_clock": states.check_clock, "shifted": states.shifted,
        **belts.kinds(budget),
    }
