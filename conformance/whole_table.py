"""Random Vensim models over the whole table of functions: each call is drawn by its row's own signature.

Hypothesis draws; what the models are worth is for others to say. A new row is drawn as soon as it has a spelling.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from hypothesis import strategies as st

from stockflow.functions import table
from stockflow.functions.row import Function, Parameter
from stockflow.functions.table import Bound
from stockflow.ir.expr import Call
from stockflow.ir.walk import preorder

Draw = Callable[[st.SearchStrategy[Any]], Any]
Shape = tuple[str, ...]

RANGES = {"d": ("d1", "d2", "d3"), "e": ("e1", "e2"), "part": ("d1", "d3"), "twin": ("d1", "d2", "d3")}
WITHIN = {"part": "d", "twin": "d"}
DEFINITIONS = ("d: d1, d2, d3", "twin <-> d", "part: d1, d3", "e: e1, e2", "four: kind, prior, width, extra")

# Variables of every model by name, with their ranges; those that a batch may vary come first.
CONSTANTS: dict[str, Shape] = {"k0": (), "k1": (), "a": ("d",), "b": ("e",), "c": ("d", "e")}
STOCKS: dict[str, Shape] = {"level": (), "levels": ("d",)}
METHODS = ("euler", "rk2", "rk4")
TIME_UNITS = ("Year", "Month", "Week", "Day", "Hour")

SMALL = st.one_of(st.integers(-4, 6).map(float), st.sampled_from([0.5, 0.25, 1.5, 2.75, -0.5, 0.1]))
TIMES = ("1", "2", "0.5", "1.5", "2.75", "3", "0.3", "k positive", "(1.5 + SIN(Time))",
         "IF THEN ELSE(Time < 1.2, 3, 1)", "(1 + 0.5 * Time)")

# What a parameter of this name may be, where any number would hardly ever have a meaning.
CHOICES: dict[str, tuple[str, ...]] = {
    "order": ("1", "2", "3"), "mode": tuple("0123456789"), "action": (*"0123456789", "10"), "check": (*"00000123",),
    "direction": ("1", "0", "-1"), "outside": ("-1", "0", "1"), "relative": ("0", "1"),
    "measure": (*"0123456789", "10"), "fiscal period": ("1",), "collects": ("0", "1", "k0"),
    "growth": ("0", "0.1", "-0.1", "0.5"), "leakage": ("0", "0.1", "0.05 * k positive"), "low": ("-1", "0", "k0 - 9"),
    "high": ("3", "k positive + 1"), "width": ("0.5", "2", "k positive"), "base": ("2", "10", "k positive"),
    "near": ("0.3", "1", ":NA:"), "quantum": ("0.5", "2", ":NA:", "0"), "least": (":NA:", "-2", "0", "1"),
    "greatest": (":NA:", "3", "8", "2"), "special": ("3", ":NA:", "0"), "range": ("0", "1", "2", "1.6"),
    "supply": ("3", "k positive * 4", "(4 + SIN(Time))", "100"), "initial time": ("1", "2", "2.6"),
}
LOOKUPS = ("curve", "curves")
_WORD = re.compile(r"\w+")

# What may stand for any number inside a macro, which knows no ranges, lookups or other variables.
PLAIN_KINDS = ("pure", "macro", "primitive", "special", "state")


def calls_of_vensim() -> Sequence[Bound]:
    return bounds("vensim")


@dataclass
class Made:
    """A model as it is drawn: equations in order, how often each spelling was used, and the calls to draw from."""

    calls: Sequence[Bound] = field(default_factory=calls_of_vensim)
    equations: list[str] = field(default_factory=list)
    macros: list[str] = field(default_factory=list)
    used: list[str] = field(default_factory=list)
    stocks: list[str] = field(default_factory=list)
    queues: dict[bool, str] = field(default_factory=dict)
    method: str = "euler"
    first: float = 1.0
    other: float = 2.0
    clock: str = ""
    suffix: str = ".mdl"

    @property
    def words(self) -> set[str]:
        """The names that stand in equations, with those of two words."""
        text = " ".join(self.equations)
        return {*_WORD.findall(text), *(name for name in ("k positive",) if name in text)}

    @property
    def text(self) -> str:
        lines = "".join(f"{one} ~~|\n" for one in (*DEFINITIONS, *self.equations))
        return "{UTF-8}\n" + "".join(self.macros) + lines + "TIME STEP = " + self.clock


@cache
def bounds(spelling: str) -> tuple[Bound, ...]:
    """All calls that are drawn: of rows that are no random number, no file and no refusal."""
    found = (bound for row in table.ROWS.values() for bound in table._bounds(row, spelling))
    return tuple(bound for bound in found if is_drawn(bound.row))


def is_drawn(row: Function) -> bool:
    if row.kind in ("draw", "external", "points", "refused", "series"):
        return False
    return not (row.kind in ("pure", "macro") and is_random(row.key))


@cache
def is_random(key: str) -> bool:
    """Whether a row's body comes to a random number."""
    body = table.body(key)
    for expr in (*(expr for _, expr in body.hidden), body.result):
        for item in preorder(expr):
            bound = table.choose(table.find("body", item.key), len(item.args)) if isinstance(item, Call) else None
            if bound is not None and bound.row.kind == "draw":
                return True
    return False


def letters(row: Function) -> list[str]:
    """The letters of a row's marks, in order."""
    marks, ending = row.marks
    return list(dict.fromkeys(letter for mark in (*marks, ending) for letter in mark if letter.isalpha()))


@dataclass(frozen=True)
class Writer:
    """Draws expressions at one place: `axes` are the words on the left, `loops` those marked with `!` around it.

    `names` may be read, with their ranges; `plain`: inside a macro.
    """

    draw: Draw
    made: Made
    axes: Shape
    names: dict[str, Shape]
    loops: Shape = ()
    plain: bool = False

    def pick(self, choices: Sequence[Any]) -> Any:
        return self.draw(st.sampled_from(choices))

    def expression(self, depth: int) -> str:
        kind = self.draw(st.integers(0, 9 if depth > 0 else 3))
        if kind == 0:
            return self.number()
        if kind <= 3:
            return self.reference()
        if kind <= 5:
            return self.operation(depth)
        if kind == 6 and self.made.macros and not self.plain:
            return f"twice({self.expression(depth - 1)}, {self.expression(0)})"
        if kind == 7 and not self.plain:
            return self.read_lookup(depth)
        return self.call(self.pick(self.fitting()), depth)

    def start(self) -> str:
        """What a stock may begin with."""
        return self.number() if self.draw(st.booleans()) else self.reference()

    def number(self) -> str:
        value = self.draw(SMALL)
        return f"{value:g}" if value >= 0 else f"({value:g})"

    def reference(self) -> str:
        words = [*self.names, *(() if self.plain else self.axes), "Time$" if self.plain else "Time"]
        name = self.pick(words)
        return self.subscripted(name) if name in self.names else str(name)

    def subscripted(self, name: str) -> str:
        words = [self.word(dimension) for dimension in self.names[name]]
        return f"{name}[{','.join(words)}]" if words else name

    def word(self, dimension: str) -> str:
        """An element, a range of the left, or a loop around."""
        own = [axis for axis in self.axes if WITHIN.get(axis, axis) == dimension]
        marked = [f"{loop}!" for loop in self.loops if WITHIN.get(loop, loop) == dimension]
        return str(self.pick([*own, *own, *marked, *marked, *marked, *RANGES[dimension]]))

    def operation(self, depth: int) -> str:
        left, right = self.expression(depth - 1), self.expression(depth - 1)
        op = self.pick(["+", "-", "*", "/", "+", "-", "*", "^2", "<", ">=", "<>", ":AND:", ":OR:", ":NOT:", "neg"])
        if op == "^2":
            return f"(({left}) ^ 2)"
        if op in (":NOT:", "neg"):
            return f"({':NOT:' if op == ':NOT:' else '-'} ({left}))"
        return f"(({left}) {op} ({right}))"

    def read_lookup(self, depth: int) -> str:
        inner = self.expression(depth - 1)
        return f"{self.lookup()}({inner})"

    def lookup(self) -> str:
        name = self.pick(LOOKUPS)
        return f"curves[{self.word('d')}]" if name == "curves" else str(name)

    # Calls.

    def fitting(self) -> list[Bound]:
        return [bound for bound in self.made.calls if self.fits(bound.row)]

    def fits(self, row: Function) -> bool:
        if self.plain:
            return row.kind in PLAIN_KINDS and row.key not in ("elmcount", "shift", "time value")
        if row.kind == "reduce":
            return self.free() != []
        if row.key == "shift":
            return not self.axes and not self.loops
        if row.kind == "vector":
            return not self.loops and needed_axes(row, self.axes) is not None and not (
                "!" in row.loops and not self.free()
            )
        return True

    def free(self) -> list[str]:
        """Ranges that a reduction may run over here."""
        taken = {WITHIN.get(loop, loop) for loop in self.loops}
        return [name for name in ("d", "e", "part") if WITHIN.get(name, name) not in taken]

    def call(self, bound: Bound, depth: int) -> str:
        self.made.used.append(bound.label)
        args = list(self.arguments(bound, max(depth - 1, 0)))
        return f"{bound.label}({', '.join(args)})" if args else bound.label

    def arguments(self, bound: Bound, depth: int) -> Iterator[str]:
        row = bound.row
        if row.kind == "reduce":
            yield self.marked(self.pick(self.free()), depth)
            return
        writer, arrays = self.among_arrays(row) if row.kind == "vector" else (self, {})
        signature = {parameter.name: (place, parameter) for place, parameter in enumerate(row.signature)}
        count = self.draw(st.integers(bound.minimum, len(bound.arguments)))
        for name in bound.arguments[:count]:
            place, parameter = signature[name]
            if name in arrays:
                yield arrays[name]
            else:
                yield writer.argument(row, place, parameter, depth)

    def argument(self, row: Function, place: int, parameter: Parameter, depth: int) -> str:
        if place in row.lookups:
            return self.lookup() if row.kind == "table" else str(self.pick(["shape", "falling"]))
        if row.kind == "question" and place == 0:
            return self.queue(row)
        if row.key == "shift" and place == 0:
            return "levels[d1]"
        if row.key == "elmcount":
            return str(self.pick(list(RANGES)))
        if parameter.name == "size":
            return str(self.pick(["2", "3", "1"])) if row.kind in ("state", "vector") else str(self.pick(["2", "4"]))
        if row.memory is not None and parameter.name == row.memory.array:
            return "share[d1]"
        if parameter.name in CHOICES:
            return self.chosen(parameter.name)
        if parameter.units == "time" and self.draw(st.integers(0, 9)):
            return self.chosen("time")
        return self.expression(depth)

    def chosen(self, name: str) -> str:
        text = str(self.pick(CHOICES.get(name, TIMES)))
        return text if not self.plain else "2" if "k" in text or "Time" in text else text

    def marked(self, loop: str, depth: int) -> str:
        """An expression that is sure to follow a loop of its own."""
        inner = type(self)(self.draw, self.made, self.axes, self.names, (*self.loops, loop))
        family = WITHIN.get(loop, loop)
        name = self.pick([name for name, shape in self.names.items() if family in shape])
        words = [f"{loop}!" if dimension == family else inner.word(dimension) for dimension in self.names[name]]
        anchor = f"{name}[{','.join(words)}]"
        alone = depth == 0 or self.draw(st.booleans())
        return anchor if alone else f"{anchor} {self.pick('+*-')} {inner.expression(depth)}"

    def queue(self, row: Function) -> str:
        """A queue that can answer, made where there is none yet."""
        marked = "attrib" in row.key
        if marked not in self.made.queues:
            name = self.made.queues[marked] = "marked line" if marked else "line"
            own, end = ("5, 1, ", ", heights, 5, 2, 1") if marked else ("", ", 5, 1")
            kind = "QUEUE FIFO ATTRIB" if marked else "QUEUE FIFO"
            flows = ", ".join(self.pick(["4", "3", "2.5", "k positive", "(3 + 2 * SIN(Time))"]) for _ in range(2))
            self.made.equations.append(f"{name} = {kind}({flows}, {own}shape{end})")
            self.made.used.append(kind)
        return self.made.queues[marked]

    # Functions of whole arrays.

    def among_arrays(self, row: Function) -> tuple[Writer, dict[str, str]]:
        """The arrays that such a row takes, and who writes its single numbers, which cannot follow them."""
        over = needed_axes(row, self.axes)
        assert over is not None
        loop = self.pick(self.free()) if "!" in row.loops else ""
        taken = {WITHIN.get(axis, axis) for axis in over.values()}
        kept = tuple(axis for axis in self.axes if WITHIN.get(axis, axis) not in taken)
        arrays = {}
        for parameter, mark in zip(row.signature, row.marks[0], strict=True):
            if mark != "-":
                arrays[parameter.name] = self.array(mark, over, loop)
        if row.key == "invert matrix":
            arrays["size"] = "3"
        return type(self)(self.draw, self.made, kept, self.names, (), self.plain), arrays

    def array(self, mark: str, over: dict[str, str], loop: str) -> str:
        if mark == "!":
            return self.marked(loop, 1)
        if mark == "@":
            return str(self.pick(["a[d2]", "c[d1,e2]", "b[e1]"]))
        if mark.endswith("p"):
            range_of = over.get(mark[:-1], "d")
            word = self.own(range_of) if mark[:-1] else "d1"
            return f"{'offer' if range_of == 'e' else 'profile'}[{word},kind]"
        if len(mark) == 2:
            return f"matrix[{over[mark[0]]},{over[mark[1]]}]"
        names = ["request", "a", "levels"] if over[mark] == "d" else ["supplied", "b"]
        if len(over) > 1:  # a price between two sides is for quantities above zero
            names = names[:1]
        return f"{self.pick(names)}[{self.own(over[mark])}]"

    def own(self, name: str) -> str:
        """A range of the left, or, where it is none, its first element: either stands for all of it."""
        return name if name in self.axes else RANGES[name][0]


def needed_axes(row: Function, axes: Shape) -> dict[str, str] | None:
    """A range for each letter of a row; those of the result must be on the left. None where they are not."""
    ending, found = row.marks[1], letters(row)
    own = [letter for letter in found if letter != "p"]
    if len(ending) == 2:
        return {"i": "d", "j": "twin"} if axes == ("d", "twin") else None
    chosen = dict(zip(own, ("d", "e"), strict=False))
    if ending and chosen[ending] not in axes:
        return None
    return chosen


def shape_for(draw: Draw, row: Function) -> Shape:
    """A left-hand side on which a call of a row may stand."""
    if row.kind == "vector" and row.marks[1]:
        return ("d", "twin") if len(row.marks[1]) == 2 else draw(st.sampled_from([("d",), ("e", "d")]))
    if row.key == "shift":
        return ()
    shape: Shape = draw(st.sampled_from([(), (), ("d",), ("e",), ("d", "e"), ("part",)]))
    return shape


@st.composite
def models(draw: Draw) -> Made:
    """Models over all calls, half of them with a macro."""
    made = Made()
    if draw(st.booleans()):
        macro(draw, made)
    fill(draw, made, Writer)
    return made


def fill(draw: Draw, made: Made, writer: type[Writer]) -> None:
    """A few variables each of which begins with a call of some row, then the stocks and constants that they read."""
    names = {**CONSTANTS, **STOCKS}
    for number in range(draw(st.integers(2, 5))):
        variable(draw, made, f"x{number}", names, writer)
    while missing := [name for name in STOCKS if name in made.words and name not in made.stocks]:
        stock(draw, made, missing[0], STOCKS[missing[0]], names, writer)
    constants(draw, made)
    clock(draw, made)


def variable(
    draw: Draw, made: Made, name: str, names: dict[str, Shape], writer: type[Writer] = Writer
) -> None:
    bound = draw(st.sampled_from(made.calls))
    shape = shape_for(draw, bound.row)
    own = writer(draw, made, shape, dict(names))
    text = own.call(bound, 2)
    if draw(st.integers(0, 3)) == 0:
        text = f"{text} {draw(st.sampled_from('+-*'))} {own.expression(1)}"
    made.equations.append(f"{subscripted(name, shape)} = {text}")
    if shape not in (("d", "twin"), ("part",)):
        names[name] = shape


def subscripted(name: str, shape: Shape) -> str:
    return f"{name}[{','.join(shape)}]" if shape else name


def constants(draw: Draw, made: Made) -> None:
    """What is read and has no equation yet; the constant of the batch stands in every model."""
    words = made.words
    made.first, made.other = draw(SMALL), draw(SMALL)
    made.equations.append(f"k0 = {made.first:g}")
    for name, numbers in NUMBERS.items():
        if name.partition("[")[0] in words:
            made.equations.append(f"{name} = {numbers(draw)}")
    made.equations += [line for line in GRAPHS if line.partition("(")[0] in words]
    if "curve" in words:
        made.equations.append(f"curve({points(draw)})")
    if "curves" in words:
        made.equations += [f"curves[{element}]({points(draw)})" for element in RANGES["d"]]


def rows(*columns: int, of: st.SearchStrategy[float]) -> Callable[[Draw], str]:
    """A list of so many numbers; where two counts are given, rows of them."""

    def drawn(draw: Draw) -> str:
        count = columns[-1]
        lines = [[draw(of) for _ in range(count)] for _ in range(columns[0] if len(columns) > 1 else 1)]
        made = [", ".join(f"{value:g}" for value in line) for line in lines]
        return "; ".join(made) + ";" if len(columns) > 1 else made[0]

    return drawn


def matrix(draw: Draw) -> str:
    """One that has an inverse which no last bit decides: its diagonal is larger than all beside it."""
    large, small = st.sampled_from([4.0, 5.0, 6.5]), st.sampled_from([-1.0, 0.0, 0.5, 1.0])
    lines = [[draw(large if at == to else small) for to in range(3)] for at in range(3)]
    return "; ".join(", ".join(f"{value:g}" for value in line) for line in lines) + ";"


def profiles(count: int, *kinds: float) -> Callable[[Draw], str]:
    """Priority profiles: kind, priority, width and an extra number."""

    def drawn(draw: Draw) -> str:
        kind, places = st.sampled_from(kinds), st.sampled_from([1.0, 2.0, 3.5])
        return "; ".join(f"{draw(kind):g}, {draw(places):g}, {draw(POSITIVE):g}, 0" for _ in range(count)) + ";"

    return drawn


POSITIVE = st.sampled_from([0.5, 1.0, 2.0, 3.0, 1.25])

# No sum of them is one of those above: fixed demands that are all that is offered would be met at every high price.
OFFERED = st.sampled_from([0.71, 1.13, 2.36, 3.63])
NUMBERS: dict[str, Callable[[Draw], str]] = {
    "k1": rows(1, of=SMALL), "k positive": rows(1, of=POSITIVE), "a[d]": rows(3, of=SMALL), "b[e]": rows(2, of=SMALL),
    "c[d,e]": rows(3, 2, of=SMALL), "matrix[d,twin]": matrix, "profile[d,four]": profiles(3, 1, 2, 3, 4, 0),
    "offer[e,four]": profiles(2, 1, 2, 3, 4), "request[d]": rows(3, of=POSITIVE), "supplied[e]": rows(2, of=OFFERED),
    "share[d]": rows(3, of=POSITIVE),
}
GRAPHS = ("shape((0,1),(1,3),(2,0.5))", "falling((0,2),(3,0))", "heights((0,1),(1,2))")


def points(draw: Draw) -> str:
    xs = sorted(draw(st.sets(st.integers(-4, 8), min_size=2, max_size=4)))
    made = [(x, draw(st.integers(-5, 5))) for x in xs]
    if draw(st.integers(0, 5)) == 0:
        made.insert(1, (xs[0], draw(st.integers(-5, 5))))
    return ",".join(f"({x},{y})" for x, y in made)


def macro(draw: Draw, made: Made) -> None:
    """A macro with a stock of its own."""
    inner = Writer(draw, made, (), {"p": (), "q": ()}, plain=True)
    whole = Writer(draw, made, (), {"p": (), "q": (), "kept": ()}, plain=True)
    rate, result = inner.expression(1), whole.expression(2)
    lines = (f"kept = INTEG({rate} - kept, q)", f"twice = {result}")
    made.macros.append(":MACRO: twice(p, q)\n" + "".join(f"{one} ~~|\n" for one in lines) + ":END OF MACRO:\n")


def stock(
    draw: Draw, made: Made, name: str, shape: Shape, names: dict[str, Shape], writer: type[Writer] = Writer
) -> None:
    """A stock whose rate is bounded, so that runs stay where numbers mean something."""
    known = {constant: ranges for constant, ranges in CONSTANTS.items() if constant in names}
    start = Writer(draw, made, shape, known).start()
    rate = writer(draw, made, shape, names).expression(1)
    own = subscripted(name, shape)
    made.stocks.append(name)
    made.equations.append(f"{own} = INTEG(MAX(-3, MIN(3, {rate})) - 0.25 * {own}, {start})")


def clock(draw: Draw, made: Made) -> None:
    step = draw(st.sampled_from([1.0, 0.5, 0.25]))
    start, save = draw(st.sampled_from([0.0, 0.0, 1.0, -2.0])), draw(st.sampled_from([1, 1, 2]))
    made.method = draw(st.sampled_from(METHODS))
    lines = (f"INITIAL TIME = {start:g}", f"FINAL TIME = {start + 4:g}", f"SAVEPER = {save * step:g}")
    made.clock = f"{step:g} ~ {draw(st.sampled_from(TIME_UNITS))} ~|\n" + "".join(f"{one} ~~|\n" for one in lines)

