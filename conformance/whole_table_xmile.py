"""Random XMILE models over the functions of single numbers that XMILE spells, drawn as those of Vensim are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from xml.sax.saxutils import escape

from hypothesis import strategies as st

from conformance.evaluator import knows
from conformance.whole_table import CHOICES, SMALL, Draw, Made, Writer, bounds
from stockflow.functions.row import Function
from stockflow.functions.table import Bound

METHODS = ("euler", "rk2_heun", "rk4")
KINDS = ("pure", "macro", "primitive", "special", "state", "table")
TIMES = ("1", "2", "0.5", "1.5", "2.75", "3", "k1", "(1.5 + SIN(TIME))", "(IF TIME < 1.2 THEN 3 ELSE 1)")
HEAD = (
    '<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"><header><vendor>Somebody</vendor>'
    '<product version="1">p</product></header>'
)


@dataclass
class MadeXmile(Made):
    suffix: str = ".xmile"

    @property
    def text(self) -> str:
        variables = "\n".join(self.equations)
        return f"{HEAD}\n{self.clock}\n<model><variables>\n{variables}\n</variables></model></xmile>\n"


@cache
def drawn() -> tuple[Bound, ...]:
    """The calls of what the evaluator knows; an operator, and a variable's own name, are no calls."""
    found = (bound for bound in bounds("xmile") if bound.label.replace("_", "").isalnum() and bound.label != "SELF")
    return tuple(bound for bound in found if fits(bound.row))


def fits(row: Function) -> bool:
    return row.kind in KINDS and row.key not in ("elmcount", "shift") and knows(row.key)


@dataclass(frozen=True)
class XmileWriter(Writer):
    """Draws expressions of single numbers in XMILE's language."""

    def reference(self) -> str:
        return str(self.pick([*self.names, "TIME"]))

    def lookup(self) -> str:
        return "curve"

    def operation(self, depth: int) -> str:
        left, right = self.expression(depth - 1), self.expression(depth - 1)
        op = self.pick(["+", "-", "*", "/", "^2", "<", ">=", "<>", "AND", "OR", "MOD", "NOT", "IF"])
        if op in ("^2", "NOT"):
            return f"(({left}) ^ 2)" if op == "^2" else f"(NOT ({left}))"
        if op == "IF":
            return f"(IF ({left}) > 0 THEN ({right}) ELSE {self.expression(0)})"
        return f"(({left}) {op} ({right}))"

    def chosen(self, name: str) -> str:
        plain = [text for text in CHOICES.get(name, ()) if text.replace(".", "").lstrip("-").isdigit()]
        return str(self.pick(plain or TIMES))


@st.composite
def xmile_models(draw: Draw) -> Made:
    """Constants, a lookup, a stock with a flow, and a few variables each of which begins with a call."""
    made = MadeXmile(drawn())
    made.first, made.other = draw(SMALL), draw(SMALL)
    names: dict[str, tuple[str, ...]] = {"k0": (), "k1": (), "level": ()}
    for name, value in (("k0", f"{made.first:g}"), ("k1", str(draw(st.sampled_from([0.5, 1, 2, 3]))))):
        made.equations.append(equation("aux", name, value))
    made.equations.append('<aux name="curve"><gf><xpts>-1,0,2,3</xpts><ypts>2,-1,3,3</ypts></gf></aux>')
    for number in range(draw(st.integers(2, 5))):
        writer = XmileWriter(draw, made, (), dict(names))
        made.equations.append(equation("aux", f"x{number}", writer.call(draw(st.sampled_from(drawn())), 2)))
        names[f"x{number}"] = ()
    rate = XmileWriter(draw, made, (), names).expression(1)
    made.equations.append(equation("flow", "change", f"MAX(-3, MIN(3, {rate})) - 0.25 * level"))
    made.equations.append(equation("stock", "level", f"{draw(SMALL):g}", "<inflow>change</inflow>"))
    made.method = draw(st.sampled_from(METHODS))
    step, start = draw(st.sampled_from([1.0, 0.5, 0.25])), draw(st.sampled_from([0.0, 1.0, -2.0]))
    made.clock = f"<sim_specs><start>{start:g}</start><stop>{start + 4:g}</stop><dt>{step:g}</dt></sim_specs>"
    return made


def equation(kind: str, name: str, text: str, more: str = "") -> str:
    return f'<{kind} name="{name}"><eqn>{escape(text)}</eqn>{more}</{kind}>'
