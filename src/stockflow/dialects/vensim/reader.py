"""Vensim .mdl in, a `Project` out: the spine of the reader, section by section and statement by statement.

It reports every fault of the file in one go; it must not resolve a name or expand a subscript.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from stockflow.diagnostics.model import Report
from stockflow.dialects.vensim.definitions import Definition, define, is_range, left_of
from stockflow.dialects.vensim.fields import check_count, documentation, fields_of
from stockflow.dialects.vensim.macros import macro_of, refuse_dimensions
from stockflow.dialects.vensim.reality import check_of, is_reality_check
from stockflow.dialects.vensim.sections import (
    aliases_of,
    base_date_of,
    equivalences_of,
    kept,
    method_of,
    sections_of,
)
from stockflow.dialects.vensim.statements import Split, Statement, name_at, split
from stockflow.dialects.vensim.variables import Block, Definitions, tell_defined_twice, variables_of
from stockflow.ir.expr import Binary, Broken
from stockflow.ir.model import (
    FINAL_TIME,
    INITIAL_TIME,
    TIME_STEP,
    Dialect,
    Dimension,
    Group,
    Macro,
    Project,
    RealityCheck,
    Variable,
    Verbatim,
)
from stockflow.ir.names import key_of
from stockflow.ir.show import show
from stockflow.language.faults import Unreadable
from stockflow.language.parser import tell
from stockflow.source import Source

DIALECT = Dialect("Vensim", "vensim", "error", "midpoint")


@dataclass(slots=True)
class _Reading:
    """What one pass over the statements gathers."""

    source: Source
    report: Report
    text: str
    found: Definitions = field(default_factory=Definitions)
    groups: list[Group] = field(default_factory=list)
    verbatim: list[Verbatim] = field(default_factory=list)
    macros: list[Macro] = field(default_factory=list)
    reality: list[RealityCheck] = field(default_factory=list)
    elements: int = 0


def read(source: Source, report: Report) -> Project:
    """The model of an .mdl file, as written. Faults go to the report; what can be read is there all the same."""
    sections = sections_of(source)
    statements = split(source, report, sections.equations, sections.whole)
    reading = _Reading(source, report, statements.text())
    _warn_no_break_spaces(reading, statements)
    for statement in statements.statements:
        _take(reading, statement)
    variables = variables_of(reading.found, report)
    return Project(
        source, DIALECT, tuple(reading.found.dimensions.values()), variables,
        title=Path(source.name).stem, method=method_of(source, sections, report), time_units=_time_units(variables),
        unit_equivalences=equivalences_of(source, sections),
        base_date=base_date_of(source, sections), groups=tuple(reading.groups),
        verbatim=(*reading.verbatim, *kept(source, sections)), macros=tuple(reading.macros),
        aliases=aliases_of(source, sections), reality=tuple(reading.reality),
        unreadable=tuple(sorted(reading.found.unreadable)),
    )


def _take(reading: _Reading, statement: Statement) -> None:
    match statement.kind:
        case "group":
            doc = documentation(reading.source, *statement.fields[1]) if len(statement.fields) > 1 else ""
            reading.groups.append(Group(statement.label, doc, reading.source.span(statement.start, statement.stop)))
        case "macro":
            _take_macro(reading, statement)
        case "definition" if is_reality_check(reading.text, statement):
            _keep_reality_check(reading, statement)
        case _:
            _define(reading, statement)


def _define(reading: _Reading, statement: Statement) -> None:
    source, text, report = reading.source, reading.text, reading.report
    start, stop = statement.fields[0]
    if reading.elements > source.limits.all_elements and is_range(text, start, stop):
        reading.found.unreadable.add(key_of(name_at(text, start, stop)))
        return
    try:
        made = define(source, text, start, stop)
    except Unreadable as fault:
        tell(report, source, fault, name_at(text, start, stop))
        left = left_of(source, text, start, stop)
        if is_range(text, start, stop):
            reading.found.unreadable.add(key_of(name_at(text, start, stop)))
        if left is None:
            return
        made = Definition(left, "equation", Broken(left.span))
    check_count(source, statement, report, name_at(text, start, stop))
    if not (made.key if isinstance(made, Dimension) else made.left.key):
        report.error("SF105", "there is no name between the quotes", source.span(start, start + 2), hint="write one")
        return
    _tell_comparison(made, report)
    if isinstance(made, Dimension):
        _add_dimension(reading, made, statement)
        return
    clash = reading.found.dimensions.get(made.left.key)
    if clash is not None and clash.span is not None:
        tell_defined_twice(report, made.left.label, made.left.span, clash.span, clash.label, made.left.label)
        return
    stop = start + len(text[start:stop].rstrip())
    group = reading.groups[-1].label if reading.groups else ""
    fields = fields_of(source, statement, report)
    reading.found.add(Block(made, fields, source.span(start, stop), " ".join(text[start:stop].split()), group))


def _tell_comparison(made: Definition | Dimension, report: Report) -> None:
    """A second '=' at the root of an equation: parentheses around it would belong to its span and say it is meant."""
    expr = made.expr if isinstance(made, Definition) else None
    if isinstance(expr, Binary) and expr.op == "=" and expr.span is not None and not expr.span.text.startswith("("):
        text = show(expr)
        report.note("SF119", f"{text} inside an equation is a comparison", expr.span,
                    hint=f"write ({text}) where that is meant", variable=made.left.label)  # type: ignore[union-attr]


def _add_dimension(reading: _Reading, made: Dimension, statement: Statement) -> None:
    found = reading.found
    blocks = found.blocks.get(made.key)
    earlier = blocks[0].definition.left if blocks else found.dimensions.get(made.key)
    if earlier is not None and earlier.span is not None and made.span is not None:
        tell_defined_twice(reading.report, made.label, made.span, earlier.span, earlier.label)
        return
    reading.elements += len(made.items)
    if reading.elements > reading.source.limits.all_elements:
        said = f"the ranges up to '{made.label}' have"
        excess = reading.source.limits.stopped("all-elements", said, "elements together", "use fewer elements")
        reading.report.error("SF109", excess.message, made.span, hint=excess.hint, variable=made.label)
        found.unreadable |= {made.key, *found.dimensions}
        found.dimensions.clear()
        return
    doc = documentation(reading.source, *statement.fields[2]) if len(statement.fields) > 2 else ""
    found.dimensions[made.key] = replace(made, doc=doc)


def _keep_reality_check(reading: _Reading, statement: Statement) -> None:
    source = reading.source
    span = source.span(statement.start, statement.stop)
    reading.verbatim.append(Verbatim("reality check", span.text, span))
    doc = documentation(source, *statement.fields[2]) if len(statement.fields) > 2 else ""
    check = check_of(source, reading.text, statement, doc, reading.report)
    if check is not None:
        reading.reality.append(check)


def _take_macro(reading: _Reading, statement: Statement) -> None:
    """A macro's statements read like those of the model, into a namespace of their own."""
    source, report = reading.source, reading.report
    inside = _Reading(source, report, reading.text)
    for part in statement.inside:
        _take(inside, part)
    refuse_dimensions(statement.label, inside.found, report)
    for check in inside.reality:
        report.warn("SF114", f"the reality check '{check.label}' inside a macro is not run", check.span,
                    hint="write it outside the macro", variable=check.label)
    macro = macro_of(source, reading.text, statement, variables_of(inside.found, report), report)
    if macro is not None:
        reading.macros.append(macro)


def _warn_no_break_spaces(reading: _Reading, statements: Split) -> None:
    """One warning for the file: they look like blanks and are read as such."""
    if "\xa0" not in reading.text:
        return
    places = [
        at for statement in statements.statements if statement.kind == "definition"
        for at in _places(reading.text, *statement.fields[0])
    ]
    if places:
        lines = sorted({reading.source.place(at)[0] for at in places})
        shown = ", ".join(str(line) for line in lines[:10]) + (", …" if len(lines) > 10 else "")
        reading.report.warn(
            "SF116", f"no-break spaces in equations are read as blanks ({len(places)} in all)",
            reading.source.span(places[0], places[0] + 1), notes=(f"They are on line {shown}.",),
            hint="replace them with ordinary blanks",
        )


def _places(text: str, start: int, stop: int) -> list[int]:
    return [start + at for at, char in enumerate(text[start:stop]) if char == "\xa0"]


def _time_units(variables: tuple[Variable, ...]) -> str:
    units = {variable.key: variable.units for variable in variables if variable.control}
    return units.get(TIME_STEP) or units.get(FINAL_TIME) or units.get(INITIAL_TIME) or ""
