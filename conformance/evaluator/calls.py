"""Calls of function rows: what has a body means its body, what has none is said here.

A row that is neither is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial

from conformance.evaluator import arrays, calendar, memories, queues
from conformance.evaluator.build import Builder, Scope, places, starting_with
from conformance.evaluator.curves import READINGS, Curve
from conformance.evaluator.moments import Cell, Moment, Node, UnknownFunction
from conformance.evaluator.numbers import MISSING, PRIMITIVES, divide
from conformance.evaluator.states import Given, Hold, Kept, Pipeline, Shift, Stock
from stockflow.functions import table as functions
from stockflow.functions.row import Function
from stockflow.ir.expr import Call, Element, Expr, If, Name, Vector
from stockflow.ir.walk import preorder
from stockflow.language.parser import parse_expression

# Primitives that round nothing.
EXACT = ("abs", "min", "max", "trunc", "floor")

Special = Callable[[Builder, Sequence[Expr], Scope], Node]


def called(builder: Builder, call: Call, scope: Scope) -> Node:
    row, args = meant(call, scope)
    if row.key in SPECIAL:
        return SPECIAL[row.key](builder, args, scope)
    if row.key in PRIMITIVES:
        primitive, nodes = PRIMITIVES[row.key], [builder.node(arg, scope) for arg in args]
        found: Node = lambda moment: primitive([node(moment) for node in nodes])  # noqa: E731
        return found if row.key in EXACT else builder.rounded(found)
    if row.kind == "table" and row.key in ("table", *READINGS):
        return builder.reading(args[0], row.key, args[1:], scope)
    if row.key in memories.MEMORIES:
        return remembered(builder, row, args, scope)
    if row.key in queues.QUESTIONS:
        return asked(builder, row, args, scope)
    if row.kind in ("pure", "macro"):
        return expanded(builder, row, args, scope)
    raise UnknownFunction(row.key)


def meant(call: Call, scope: Scope) -> tuple[Function, tuple[Expr, ...]]:
    """The row of a call with its arguments; a body names rows as its language does."""
    if not scope.body:
        if call.key not in functions.ROWS:
            raise UnknownFunction(call.key)
        return functions.ROWS[call.key], call.args
    bound = functions.choose(functions.find("body", call.key), len(call.args))
    if bound is None:
        raise UnknownFunction(call.key)
    return bound.row, functions.arguments(bound, call.args, parse_expression)


def expanded(builder: Builder, row: Function, args: Sequence[Expr], scope: Scope) -> Node:
    """The body with a cell for each argument and each hidden line, which may need each other."""
    names: dict[str, Node] = {
        parameter.name: builder.cell(arg, scope, parameter.name)
        for parameter, arg in zip(row.signature, args, strict=True)
    }
    return lines(builder, functions.body(row.key), names)


def lines(builder: Builder, body: functions.Body, names: dict[str, Node]) -> Node:
    own = Scope({}, names, body=True)
    hidden = {name: Cell(partial(builder.node, expr, own), name) for name, expr in body.hidden}
    names.update(hidden)
    for cell in hidden.values():
        cell.node()
    return builder.node(body.result, own)


# Rows that are words of the language.


def _choice(builder: Builder, args: Sequence[Expr], scope: Scope) -> Node:
    condition, then, otherwise = args
    return builder.node(If(condition, then, otherwise), scope)


def _stock(builder: Builder, args: Sequence[Expr], scope: Scope) -> Node:
    return builder.state(Stock(*(builder.node(arg, scope) for arg in args)))


def _hold(builder: Builder, args: Sequence[Expr], scope: Scope) -> Node:
    given, first = (builder.node(arg, scope) for arg in args)
    return builder.state(Hold(first, (given,)))


def _pipeline(builder: Builder, args: Sequence[Expr], scope: Scope) -> Node:
    given, delay, first = (builder.node(arg, scope) for arg in args)
    return builder.state(Pipeline(given, delay, first, builder.control("time step")))


def _frozen(builder: Builder, args: Sequence[Expr], scope: Scope) -> Node:
    kept = builder.cell(args[0], scope)
    return lambda moment: kept(moment.base)


def _initial(builder: Builder, args: Sequence[Expr], scope: Scope) -> Node:
    return builder.state(Kept(builder.node(args[0], scope)))


def _active(builder: Builder, args: Sequence[Expr], scope: Scope) -> Node:
    active, first = (builder.node(arg, scope) for arg in args)
    return starting_with(active, first)


def _shift(builder: Builder, args: Sequence[Expr], scope: Scope) -> Node:
    stock, condition, size, collects, entering = args
    assert isinstance(stock, Name) and isinstance(stock.subscripts[-1], Element)
    *before, first = builder.place(stock.subscripts, scope)
    count = int(at_the_start(builder, size, scope))
    found = [builder.cells[stock.key, (*before, place)].node() for place in range(first, first + count)]
    stocks = [one for one in found if isinstance(one, Stock)]
    given = (builder.cell(expr, scope) for expr in (condition, collects, entering))
    return builder.state(Shift(stocks, *given))


def _time_value(builder: Builder, args: Sequence[Expr], scope: Scope) -> Node:
    dated = calendar.Calendar.of(builder.model.project)
    relative, offset, measure = (builder.node(arg, scope) for arg in args)
    initial = builder.control("initial time")
    return lambda moment: dated.value(
        moment.time, initial(moment), relative(moment), offset(moment), measure(moment)
    )


def at_the_start(builder: Builder, expr: Expr, scope: Scope) -> float:
    """What shapes the model is read at the start."""
    start = builder.control("initial time")(Moment(0.0, starting=True))
    return builder.node(expr, scope)(Moment(start, starting=True))


# Delays and smooths of order n: a row of stocks.


def _smooth_n(builder: Builder, args: Sequence[Expr], scope: Scope) -> Node:
    given, time, _, first = (builder.cell(arg, scope) for arg in args)
    order = round(at_the_start(builder, args[2], scope))
    before: Node = given
    for _ in range(order):
        before = _next_smooth(builder, before, lambda m: time(m) / order, first)
    return before


def _next_smooth(builder: Builder, before: Node, time: Node, first: Node) -> Stock:
    stage = Stock(lambda m: divide(before(m) - stage(m), time(m)), first)
    builder.state(stage)
    return stage


def _delay_n(builder: Builder, args: Sequence[Expr], scope: Scope) -> Node:
    """XMILE's: each stage has an n-th of the time."""
    given, time, _, first = (builder.cell(arg, scope) for arg in args)
    order = round(at_the_start(builder, args[2], scope))
    before: Node = given
    for _ in range(order):
        before = _next_delay(builder, before, lambda m: time(m) / order, lambda m: first(m) * time(m) / order)
    return before


def _next_delay(builder: Builder, before: Node, time: Node, first: Node) -> Cell:
    """A stage of a delay: what flows out of it is its content over its time."""
    stage = Stock(lambda m: before(m) - divide(stage(m), time(m)), first)
    builder.state(stage)
    return Cell(lambda: lambda m: divide(stage(m), time(m)))


def _delay_n_keeping(builder: Builder, args: Sequence[Expr], scope: Scope) -> Node:
    """Vensim's: what is on its way keeps the delay time that it met; a stage is no shorter than TIME STEP."""
    given, time, _, first = (builder.cell(arg, scope) for arg in args)
    order = round(at_the_start(builder, args[2], scope))
    step = builder.control("time step")
    used = builder.state(Kept(lambda m: float(min(order, max(1, int(divide(time(m), step(m)) + 1e-6))))))
    width: Node = Cell(lambda: lambda m: max(divide(time(m), used(m)), step(m)))
    entering, before, ends = width, given, [given]
    for number in range(order):
        if number:
            width = builder.state(Hold(entering, (width,)))
        before = _next_delay(builder, before, width, lambda m: first(m) * entering(m))
        ends.append(before)
    return lambda m: ends[int(used(m))](m)


SPECIAL: dict[str, Special] = {
    "if then else": _choice, "integ": _stock, "hold": _hold, "ring": _pipeline, "frozen": _frozen,
    "initial": _initial, "active initial": _active, "shift": _shift, "time value": _time_value,
    "smooth n": _smooth_n, "delay n xmile": _delay_n, "delay n": _delay_n_keeping,
}


# Memories and questions to queues.


def remembered(builder: Builder, row: Function, args: Sequence[Expr], scope: Scope) -> Node:
    """A memory by its arguments' names: lookups as points, an array from an element on as nodes, numbers as cells."""
    nodes = {"step": builder.control("time step"), "start": builder.control("initial time")}
    curves: dict[str, Curve] = {}
    array: list[Node] = []
    for place, (parameter, arg) in enumerate(zip(row.signature, args, strict=True)):
        if place in row.lookups:
            curves[parameter.name] = builder.points(arg, scope)
        elif row.memory is not None and parameter.name == row.memory.array:
            array = elements_from(builder, arg, scope)
        else:
            nodes[parameter.name] = builder.cell(arg, scope, parameter.name)
    return builder.state(memories.MEMORIES[row.key](Given(nodes, curves, array)))


def elements_from(builder: Builder, arg: Expr, scope: Scope) -> list[Node]:
    assert isinstance(arg, Name)
    *before, first = builder.place(arg.subscripts, scope)
    last = builder.model.variables[arg.key].shape[-1]
    return [builder.cells[arg.key, (*before, place)] for place in range(first, last)]


def asked(builder: Builder, row: Function, args: Sequence[Expr], scope: Scope) -> Node:
    """The answer of the queue that a variable is; :NA: of what is no such queue."""
    name, question = args[0], queues.QUESTIONS[row.key]
    assert isinstance(name, Name)
    cell = builder.cells[name.key, builder.place(name.subscripts, scope)]
    nodes = [builder.node(arg, scope) for arg in args[1:]]

    def answer(moment: Moment) -> float:
        queue = cell.node()
        if not (isinstance(queue, queues.Queue) and (queue.has_attribute or question.of_age)):
            return MISSING
        return question.answer(queue.at(moment), *(node(moment) for node in nodes))

    return answer


# Functions of whole arrays.


def of_arrays(builder: Builder, expr: Vector, scope: Scope) -> Node:
    if expr.op not in arrays.FUNCTIONS and expr.op != "time value":
        raise UnknownFunction(expr.op)
    columns = [builder.terms(arg, loops, scope) for arg, loops in zip(expr.args, expr.loops, strict=True)]
    where = list(places([axis.size for axis in expr.result]))
    number = where.index(builder.place(expr.at, scope)) if expr.at else 0

    def value(moment: Moment) -> float:
        return arrays.FUNCTIONS[expr.op](*([term(moment) for term in column] for column in columns))[number]

    return value


# What is known.


@cache
def knows(key: str) -> bool:
    """Whether a row has a meaning here, its body's calls included."""
    row = functions.ROWS[key]
    own = key in SPECIAL or key in PRIMITIVES or key in memories.MEMORIES or key in queues.QUESTIONS
    if own or key in arrays.FUNCTIONS or row.kind == "reduce" or key in ("elmcount", "table", *READINGS):
        return True
    if row.kind not in ("pure", "macro"):
        return False
    body = functions.body(key)
    exprs = (*(expr for _, expr in body.hidden), body.result)
    inner = [item for expr in exprs for item in preorder(expr) if isinstance(item, Call)]
    found = [functions.choose(functions.find("body", call.key), len(call.args)) for call in inner]
    return all(bound is not None and (bound.row.key == key or knows(bound.row.key)) for bound in found)


