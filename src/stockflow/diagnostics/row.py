"""What a row of the table of diagnostics holds: a code, its long text, and examples that show it.

It must not know any code.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MODEL = "model.mdl"


@dataclass(frozen=True, slots=True)
class Example:
    """A model, and what is done with it, that together bring a code up or do not.

    `content` is the equations of an .mdl or the variables of an .xmile, without what every model needs besides; bytes
    are a whole file. `beside` are names and texts of other files in the folder. `command` or `python` is what is typed
    where reading and running the model is not enough.
    """

    content: str | bytes
    name: str = MODEL
    beside: tuple[tuple[str, str], ...] = ()
    command: str = ""
    python: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """`wrong` triggers the code and `right` mends it; `unshown` says why no model can show it."""

    code: str
    title: str
    text: str
    wrong: Example | None = None
    right: Example | None = None
    unshown: str = ""


def lines_of(example: Example) -> Iterator[str]:
    """The example for people: what each file holds, the model without its name where that says nothing, then the words.

    A byte that is not ASCII stands as its escape, since what it is depends on the encoding.
    """
    content = example.content
    text = content.decode("ascii", "backslashreplace") if isinstance(content, bytes) else content
    if example.name != MODEL or example.beside:
        yield f"{example.name}:"
    yield from text.splitlines() or ["(nothing)"]
    for name, lines in example.beside:
        yield f"{name}:"
        yield from lines.splitlines()
    if example.command:
        yield f"$ {example.command}"
    if example.python:
        yield f">>> {example.python}"
