"""From definitions to variables: blocks of one name merged, faults between definitions told.

It compares names and left sides; it must not expand subscripts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from stockflow.diagnostics.model import Report
from stockflow.dialects.vensim.definitions import UNFINISHED, Definition, Left
from stockflow.dialects.vensim.fields import Fields
from stockflow.dialects.vensim.kinds import kind_of, kind_of_one, rate_terms
from stockflow.ir.expr import Broken, Call, Expr, Name, Subscript, Word
from stockflow.ir.model import CONTROLS, Dimension, Equation, Variable
from stockflow.ir.names import key_of
from stockflow.ir.walk import preorder
from stockflow.source import Span

_DEPENDENTS_SHOWN = 5


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """One statement that defines a variable: its definition, fields, text and group."""

    definition: Definition
    fields: Fields
    span: Span
    text: str
    group: str


@dataclass(slots=True)
class Definitions:
    """What the statements of a file define, in their order."""

    blocks: dict[str, list[Block]] = field(default_factory=dict)
    dimensions: dict[str, Dimension] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)

    def add(self, block: Block) -> None:
        self.blocks.setdefault(block.definition.left.key, []).append(block)


def variables_of(found: Definitions, report: Report) -> tuple[Variable, ...]:
    """The variables; report what is defined twice, is two things at once, or has no equation."""
    variables = [_variable(blocks, report) for blocks in found.blocks.values()]
    _tell_incomplete(found, report)
    return tuple(_with_flows(variables))


def tell_defined_twice(
    report: Report, label: str, span: Span, first: Span, first_label: str, variable: str = ""
) -> None:
    """Report a second definition; of a `variable`, where it is none of a subscript range."""
    notes: tuple[str, ...] = ()
    if " ".join(label.split()) != " ".join(first_label.split()):
        notes = ("Names ignore case, spaces and underscores.",)
    report.error(
        "SF201", f"'{label}' is already defined at line {first.line} as '{first_label}'", span, notes=notes,
        hint="remove one", variable=variable,
    )


def _variable(blocks: list[Block], report: Report) -> Variable:
    left = blocks[0].definition.left
    kept = list(_distinct(blocks, report))
    definitions = [block.definition for block in kept]
    _tell_mixed(kept, report)
    units = next((block.fields for block in kept if block.fields.units), blocks[0].fields)
    limits = next((block.fields.limits for block in kept if any(limit is not None for limit in block.fields.limits)),
                  units.limits)
    return Variable(
        left.key, left.label, kind_of(definitions), tuple(_equation(block) for block in kept), units.units,
        next((block.fields.doc for block in kept if block.fields.doc), ""), left.span, units.units_span, limits,
        blocks[0].group, control=left.key in CONTROLS, supplementary=any(block.fields.supplementary for block in kept),
        changeable=all(definition.changeable for definition in definitions),
    )


def _equation(block: Block) -> Equation:
    definition = block.definition
    return Equation(
        definition.left.subscripts, _finished(definition.expr), block.span, block.text, definition.left.excepts,
        keyword=definition.keyword,
    )


def _distinct(blocks: list[Block], report: Report) -> Iterator[Block]:
    """The blocks without those whose left side was there before."""
    first: dict[tuple[object, ...], Block] = {}
    for block in blocks:
        left = block.definition.left
        earlier = first.setdefault(_shape(left), block)
        if earlier is block:
            yield block
        elif not isinstance(block.definition.expr, Broken):
            there = earlier.definition.left
            tell_defined_twice(report, _shown(left), left.span, there.span, _shown(there), left.label)


def _shape(left: Left) -> tuple[object, ...]:
    """What tells two left sides of one name apart."""
    return (_keys(left.subscripts), frozenset(_keys(group) for group in left.excepts))


def _keys(subscripts: Iterable[Subscript]) -> tuple[str, ...]:
    return tuple(_subscript_key(item) for item in subscripts)


def _subscript_key(item: Subscript) -> str:
    if isinstance(item, Word):
        return item.key
    span: Span | None = getattr(item, "span", None)
    return key_of(span.text) if span is not None else ""


def _shown(left: Left) -> str:
    """The left side as written: the name, and its subscripts where it has some."""
    words = [item.label for item in left.subscripts if isinstance(item, Word)]
    return f"{left.label}[{','.join(words)}]" if words else left.label


def _tell_mixed(blocks: list[Block], report: Report) -> None:
    """A lookup mixes with nothing (Vensim reference, Type mixing)."""
    readable = [block for block in blocks if not isinstance(block.definition.expr, Broken)]
    lookups = [block for block in readable if kind_of_one(block.definition) == "lookup"]
    others = [block for block in readable if kind_of_one(block.definition) != "lookup"]
    if lookups and others:
        left = others[0].definition.left
        report.error(
            "SF208", f"'{left.label}' is a lookup at line {lookups[0].span.line} and a variable at line "
            f"{others[0].span.line}", left.span, hint="give one of them another name", variable=left.label,
        )


def _tell_incomplete(found: Definitions, report: Report) -> None:
    wanting = [block for blocks in found.blocks.values() for block in blocks if _is_incomplete(block.definition)]
    if not wanting:
        return
    users = _users(found, {block.definition.left.key for block in wanting})
    for block in wanting:
        left = block.definition.left
        names = users.get(left.key, [])
        shown = ", ".join(f"'{name}'" for name in names[:_DEPENDENTS_SHOWN])
        more = f" and {len(names) - _DEPENDENTS_SHOWN} more" if len(names) > _DEPENDENTS_SHOWN else ""
        verb = "depends" if len(names) == 1 else "depend"
        report.error(
            "SF207", f"'{left.label}' has no equation", block.definition.expr.span or left.span,
            notes=(f"{shown}{more} {verb} on it.",) if names else (),
            hint="give it one, or declare it as data with ':INTERPOLATE:' or without '='", variable=left.label,
        )


def _is_incomplete(definition: Definition) -> bool:
    expr = definition.expr
    return definition.form == "incomplete" or (isinstance(expr, Call) and expr.key == UNFINISHED)


def _users(found: Definitions, keys: set[str]) -> dict[str, list[str]]:
    """Labels of the variables whose equations name each key."""
    users: dict[str, list[str]] = {}
    for blocks in found.blocks.values():
        label = blocks[0].definition.left.label
        used = {node.key for block in blocks for node in preorder(block.definition.expr) if isinstance(node, Name)}
        for key in sorted(used & keys):
            users.setdefault(key, []).append(label)
    return users


def _with_flows(variables: list[Variable]) -> Iterator[Variable]:
    """Stocks with their in- and outflows; auxiliaries that are a flow of some stock become flows."""
    terms = {variable.key: _terms(variable) for variable in variables if variable.kind == "stock"}
    flows = {key for found in terms.values() for key, _ in found}
    for variable in variables:
        if variable.kind == "stock":
            inflows = tuple(key for key, sign in terms[variable.key] if sign > 0)
            outflows = tuple(key for key, sign in terms[variable.key] if sign < 0)
            yield replace(variable, inflows=inflows, outflows=outflows)
        elif variable.kind == "auxiliary" and variable.key in flows and not variable.control:
            yield replace(variable, kind="flow")
        else:
            yield variable


def _terms(stock: Variable) -> list[tuple[str, int]]:
    return list(dict.fromkeys(term for equation in stock.equations for term in rate_terms(equation.expr)))


def _finished(expr: Expr) -> Expr:
    """The expression, or Broken for the sketch tool's placeholder `A FUNCTION OF`."""
    return Broken(expr.span) if isinstance(expr, Call) and expr.key == UNFINISHED else expr
