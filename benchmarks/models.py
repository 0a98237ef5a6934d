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


CHAIN = 200


def mixed(count: int) -> str:
    """About `count` equations as real models have them: chains of 200 in which each link reads the one before.

    Of ten links three are subscripted and one reads a lookup of its own; of twenty one calls a delay or a macro of the
    model. Every link comes to a number between 0 and 2, whatever the length.
    """
    equations = ["Group: g1, g2, g3, g4, g5", "Weight[Group] = 1, 0.9, 0.8, 0.7, 0.6"]
    equations += (_link(number) for number in range(count - len(equations)))
    macro = ":MACRO: LEVELLED(input, time)\nLEVELLED = INTEG((input - LEVELLED) / time, input) ~~|\n:END OF MACRO:\n"
    return model_text(equations, final=10).replace("{UTF-8}\n", "{UTF-8}\n" + macro)


def _link(number: int) -> str:
    own, before = f"Link {number}", _read(number - 1) if number % CHAIN else "(0.5 + 0.01 * Time)"
    match _kind(number):
        case "lookup":
            return f"{own} = WITH LOOKUP({before}, ([(0,0)-(2,2)],(0,0.1),(0.5,0.6),(1,0.9),(2,1.2)))"
        case "subscripted":
            return f"{own}[Group] = 0.5 * Weight[Group] * {before} + 0.1 * MIN({before}, 1)"
        case "delay":
            return f"{own} = SMOOTH3({before}, 4)"
        case "macro":
            return f"{own} = LEVELLED({before}, 3)"
        case _:
            return f"{own} = 0.4 * {before} + 0.3 * (1 - {before} / 2) + 0.01 * MAX({before}, 0.2)"


def _kind(number: int) -> str:
    if number % 10 == 4:
        return "lookup"
    if number % 10 in (1, 2, 3):
        return "subscripted"
    if number % 20 == 5:
        return "delay" if number % 40 == 5 else "macro"
    return "plain"


def _read(number: int) -> str:
    """How a plain link or a subscripted one reads the link before it."""
    return f"Link {number}[g2]" if _kind(number) == "subscripted" else f"Link {number}"
