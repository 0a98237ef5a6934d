"""Random calls and expressions in the spelling of a reader, drawn from the table of functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

from stockflow.functions.table import ROWS

SPELLINGS = {"mdl": ("vensim",), "xmile": ("xmile", "stella", "ventana")}
NUMBERS = (
    "0", "1", "-1", "2", "0.5", "3", "10", "0.1", "1e9", "-1e9", "1e308", "1e-320", "1e400", "99999999999999999999",
    "2147483648", "-0", ".5", "5.", "007",
)
BROKEN_NUMBERS = ("1e", "1.5.2", "1e+", "0x1", "1_000", "..")
LEAVES = {
    "mdl": (
        "([(0,0)-(10,10)],(0,0),(1,1))", "'model.mdl'", "'model'", "'A2*'", "'../x.csv'", "'?t'", "INTEG(1, 2)",
        "((0,0),(1,1))", "Time", "TIME STEP", ":NA:", "1/0", "0/0", "EXP(1000)", "(0-1)^0.5",
    ),
    "xmile": ("1/0", "0/0", "EXP(1000)", "TIME", "DT", "SELF", "1:2", "*", "INF", "(1)", "\"a b\""),
}
OPERATORS = {
    "mdl": ("+", "-", "*", "/", "^", "=", "<>", "<", ">=", " :AND: ", " :OR: "),
    "xmile": ("+", "-", "*", "/", "^", "=", "&lt;&gt;", "&lt;", "&gt;=", " AND ", " OR ", " MOD ", "//"),
}
WORDS = {
    "mdl": (
        ":NA:", ":EXCEPT:", ":INTERPOLATE:", ":RAW:", ":HOLD BACKWARD:", ":LOOK FORWARD:", ":SUPPLEMENTARY", ":MACRO:",
        ":END OF MACRO:", ":THE CONDITION:", ":IMPLIES:", ":TEST INPUT:", ":=", "==", ":", "<->", "->", "!", "~", "|",
        "~~|", "(", ")", "[", "]", "{", "}", "\"", "\\\n", "\\\"", "'text'", "Time", "TIME STEP", "INITIAL TIME", "$",
        "FINAL TIME", "****\n\t.Group\n****", "\\\\\\---/// Sketch", ":L<%^E!@", "{UTF-8}", "(1-3)", "((0,0),(1,1))",
        "[(0,0)-(10,10)],(0,0),(1,1)", "1,2;3,4;", "**", ";", "x$192-192-192", "?units", "[0,10,1]", ":UNCHANGEABLE:",
    ),
    "xmile": (
        "IF", "THEN", "ELSE", "TIME", "DT", "STARTTIME", "STOPTIME", "INF", "PI", "self", "(", ")", "[", "]", "{", "}",
        "*", "@1", ".", "\"", "[*]", "[1]", "[1:2]", "'", "&amp;", "&#0;", "&quot;", "<![CDATA[", "]]>", "<!--", "-->",
        "<?pi ?>", "<!DOCTYPE a [<!ENTITY b 'c'>]>", "&b;", "isee:", "\\n", "non-negative", ":", "TRUE", "NAN",
    ),
}


def seeded(seed: int) -> Random:
    """The same choices for the same seed."""
    return Random(seed)  # noqa: S311 -- choices are no secrets


@dataclass(frozen=True, slots=True)
class Spelled:
    """A function's name and how many arguments it may have."""

    label: str
    least: int
    most: int


@cache
def functions(reader: str) -> tuple[Spelled, ...]:
    return tuple(
        _spelled(text) for row in ROWS.values() for spelling in SPELLINGS[reader]
        for text in row.spellings.get(spelling, ())
    )


def _spelled(text: str) -> Spelled:
    label, _, inner = text.partition("(")
    needed, _, others = inner.rstrip(")").partition("[")
    counts = [len(re.findall(r"[\w.' ]*\w[\w.' ]*", part)) for part in (needed, others)]
    return Spelled(label, counts[0], sum(counts))


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes expressions over `names`, which are those of the input that is being changed."""

    reader: str
    random: Random
    names: Sequence[str]

    def number(self) -> str:
        return self.random.choice(NUMBERS)

    def word(self) -> str:
        """Any word of the language, wherever it may stand."""
        return self.random.choice((*WORDS[self.reader], *BROKEN_NUMBERS, ",", *OPERATORS[self.reader]))

    def operator(self) -> str:
        return self.random.choice(OPERATORS[self.reader])

    def name(self) -> str:
        return self.random.choice(self.named())

    def function(self) -> str:
        return self.random.choice(functions(self.reader)).label

    def named(self) -> Sequence[str]:
        return self.names or ("x",)

    def expression(self, depth: int) -> str:
        kind = self.random.randrange(10 if depth > 0 else 5)
        if kind == 0:
            return self.number()
        if kind == 1:
            return self.random.choice(LEAVES[self.reader])
        if kind < 5:
            return self.name()
        if kind < 8:
            return self.call(depth - 1)
        return f"({self.expression(depth - 1)}{self.operator()}{self.expression(depth - 1)})"

    def call(self, depth: int) -> str:
        """A call with a fitting number of arguments, and now and then with another."""
        function = self.random.choice(functions(self.reader))
        count = self.random.randint(function.least, function.most)
        if self.random.random() < 0.1:
            count = max(0, count + self.random.choice((-1, 1, 2)))
        arguments = ", ".join(self.expression(depth) for _ in range(count))
        bare = count == 0 and self.random.random() < 0.8
        return function.label if bare else f"{function.label}({arguments})"
