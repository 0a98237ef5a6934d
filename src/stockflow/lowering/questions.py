"""Questions to memories: which memory a reference means, element by element, and what is asked of it.

It knows which rows are memories and what they answer; how a memory works is in the runtime.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from stockflow.analysis.closed import Closed, ClosedModel
from stockflow.functions import table as functions
from stockflow.ir.expr import Along, Ask, Axis, Binary, Call, Element, Expr, If, Missing, Name, Positions
from stockflow.ir.plan import Target, indices


@dataclass(frozen=True, slots=True, eq=False)
class Home:
    """The slot of a memory that a definition of a variable is. `target` says which cells of the variable it has.

    `own`: the slot is the variable's; else it is a hidden one over the definition's axes.
    """

    slot: str
    axes: tuple[Axis, ...]
    target: Target
    answers: tuple[str, ...]
    own: bool


def homes(model: ClosedModel) -> dict[str, tuple[Home, ...]]:
    """The memories that answer questions, by the variables that they are."""
    found = {key: tuple(_homes(closed)) for key, closed in model.variables.items()}
    return {key: made for key, made in found.items() if made}


def in_order(target: Target, axes: Sequence[Axis], shape: tuple[int, ...]) -> bool:
    """Whether a definition writes every cell of its slot in order: memories are states of whole slots."""
    plain = all(isinstance(part, Along) and part.table is None for part in target)
    return plain and shape == tuple(axis.size for axis in axes)


def _homes(closed: Closed) -> Iterator[Home]:
    for number, found in enumerate(closed.definitions, start=1):
        answers = answers_of(found.expr)
        if answers:
            own = in_order(found.target, found.axes, closed.shape)
            slot = closed.variable.key if own else f"#memory {number} of {closed.variable.key}"
            yield Home(slot, found.axes, found.target, answers, own)


def hidden_home(slot: str, axes: tuple[Axis, ...], answers: tuple[str, ...]) -> Home:
    """The memory that a line of a function's body is."""
    return Home(slot, axes, tuple(Along(axis) for axis in axes), answers, True)


def answers_of(expr: Expr) -> tuple[str, ...]:
    """What a memory answers; nothing where an expression is none."""
    memory = functions.ROWS[expr.key].memory if isinstance(expr, Call) else None
    return memory.answers if memory is not None else ()


def answer(
    call: Call, memory: Name, found: Sequence[Home], hoist: Callable[[Ask], Expr]
) -> tuple[Expr, bool]:
    """The answer to a call, :NA: for elements that are no such memory; and whether any of them is one."""
    question = functions.ROWS[call.key].question
    made: Expr = Missing(call.span)
    asked = False
    for home in reversed(found):
        reading = _reading(memory, home) if question in home.answers else None
        if reading is not None:
            one, tests = reading
            value = hoist(Ask(one, question, call.args[1:], call.span))
            made = _guarded(tests, value, made)
            asked = True
    return made, asked


def _guarded(tests: Sequence[Expr], value: Expr, otherwise: Expr) -> Expr:
    if not tests:
        return value
    test = tests[0]
    for other in tests[1:]:
        test = Binary("and", test, other)
    return If(test, value, otherwise)


def _reading(memory: Name, home: Home) -> tuple[Name, list[Expr]] | None:
    """A reference to a variable as one to a memory's own slot, and where that holds; None where it never does."""
    subscripts: list[Element | Along] = []
    tests: list[Expr] = []
    for read, written in zip(memory.subscripts, home.target, strict=True):
        assert isinstance(read, Element | Along)
        places = {index: at for at, index in enumerate(indices(written).tolist())}
        found = [places.get(index) for index in indices(read).tolist()]
        if all(at is None for at in found):
            return None
        if isinstance(read, Along) and any(at is None for at in found):
            tests.append(Positions(read.axis, tuple(float(at is not None) for at in found)))
        if isinstance(written, Along):
            cells = tuple(at or 0 for at in found)
            subscripts.append(replace(read, table=cells) if isinstance(read, Along) else Element(cells[0]))
    return Name(home.slot, memory.label, tuple(subscripts), memory.span), tests
