"""Models made for measuring and for tests of size: each a function that returns the text of an .mdl file.

They must not import the package; what each variable comes to can be said without running anything.
"""

from __future__ import annotations

from collections.abc import Iterable

CONTROL = """
INITIAL TIME = 0 ~~|
FINAL TIME = {final} ~~|
TIME STEP = 1 ~~|
SAVEPER = {saveper} ~~|
"""


def model_text(equations: Iterable[str], *, final: float = 2, saveper: float = 1) -> str:
    body = "".join(f"{equation} ~~|\n" for equation in equations)
    return "{UTF-8}\n" + body + CONTROL.format(final=final, saveper=saveper)


def constants(count: int) -> str:
    """`Last` is the sum of the first and the last constant: count + 1."""
    numbers = (f"Constant {number} = {number}" for number in range(1, count + 1))
    return model_text([*numbers, f"Last = Constant 1 + Constant {count}"])


def chain(count: int) -> str:
    """Each link adds 1 to the one before, in the reverse order of the file: `Link n` is n + Time."""
    links = (f"Link {number} = Link {number - 1} + 1" for number in range(count, 0, -1))
    return model_text([*links, "Link 0 = Time"])


def parentheses(depth: int) -> str:
    """`Deep` opens `depth` parentheses and adds 1 in each: depth + Time."""
    return model_text([f"Deep = {'(' * depth}Time{' + 1)' * depth}"])


def conditions(depth: int) -> str:
    """A ladder of IF THEN ELSE: `Rung` is Time * 10 while Time is below `depth`, then -1."""
    ladder = "".join(f"IF THEN ELSE(Time < {number} + 0.5, {number * 10}, " for number in range(depth))
    return model_text([f"Rung = {ladder}-1{')' * depth}"], final=depth)


def long_sum(terms: int) -> str:
    """`Total` adds `Part` that many times: terms * (1 + Time)."""
    return model_text([f"Total = {' + '.join(['Part'] * terms)}", "Part = 1 + Time"])


def elements(count: int, steps: int) -> str:
    """A sum over all elements, a condition and a lookup for each, every step; all rows are saved."""
    names = ", ".join(f"e{number}" for number in range(1, count + 1))
    starts = ", ".join(f"{number / count:g}" for number in range(1, count + 1))
    equations = [
        f"Item: {names}",
        f"Start[Item] = {starts}",
        "Response(\n[(0,0)-(4,2)],(0,1),(0.5,0.9),(1,0.6),(2,0.3),(4,0.1))",
        "Level[Item] = INTEG(Growth[Item] - Loss[Item], Start[Item])",
        "Total Level = SUM(Level[Item!])",
        f"Crowding = Total Level / {count}",
        "Growth[Item] = IF THEN ELSE(Level[Item] > Crowding, 0.01, 0.03) * Response(Level[Item])",
        "Loss[Item] = 0.01 * Level[Item]",
    ]
    return model_text(equations, final=steps)
