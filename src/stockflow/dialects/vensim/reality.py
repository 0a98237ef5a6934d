"""Reality checks of Vensim: which statements they are, and their parts as nodes.

What cannot be read is told as a warning, since no ordinary run needs it; it must not know how a check is run.
"""

from __future__ import annotations

import re

from stockflow.diagnostics.model import Report
from stockflow.dialects.vensim.definitions import ConstraintParts, InputParts, define_check
from stockflow.dialects.vensim.statements import Statement, name_at
from stockflow.ir.expr import Broken
from stockflow.ir.model import Equation, RealityCheck, RealityConstraint, RealityInput
from stockflow.ir.names import key_of
from stockflow.language.faults import Unreadable
from stockflow.source import Source, Span

_KEYWORD = re.compile(
    r'"(?:[^"\\\n]|\\.)*"?'
    r"|(?P<check>:(?:THE\s+CONDITION|TEST\s+INPUT|IMPLIES|CROSSING|AT\s+LEAST\s+ONCE|(?P<refused>IGNORE))\s*:)",
    re.IGNORECASE | re.DOTALL,
)


def is_reality_check(text: str, statement: Statement) -> bool:
    start, stop = statement.fields[0]
    return ":" in text[start:stop] and any(found["check"] for found in _KEYWORD.finditer(text, start, stop))


def check_of(source: Source, text: str, statement: Statement, doc: str, report: Report) -> RealityCheck | None:
    """The check of a statement; a constraint with `Broken` parts, or no test input, where it cannot be read."""
    start, stop = statement.fields[0]
    stop = start + len(text[start:stop].rstrip())
    written = " ".join(text[start:stop].split())
    span = source.span(start, stop)
    name = name_at(text, start, stop)
    try:
        _refuse(text, start, stop)
        parts = define_check(source, text, start, stop)
        if isinstance(parts, InputParts):
            return _input(parts, written, doc, span)
        return _constraint(parts, written, doc, span)
    except Unreadable as fault:
        where = source.span(fault.start, fault.stop)
        report.warn(fault.code, f"{fault.message}; the reality check '{name}' cannot be run", where, hint=fault.hint,
                    variable=name)
    broken = Broken(span)
    return RealityConstraint(key_of(name), name, (), broken, broken, False, written, doc, span) if name else None


def _refuse(text: str, start: int, stop: int) -> None:
    for found in _KEYWORD.finditer(text, start, stop):
        if found["refused"]:
            raise Unreadable("SF114", f"{found['check']} is not supported", found.start(), found.end(), "remove it")


def _input(parts: InputParts, written: str, doc: str, span: Span) -> RealityInput:
    left, target = parts.left, parts.target
    if left.excepts or target.excepts:
        place = left.span if left.excepts else target.span
        raise Unreadable("SF114", "a test input with :EXCEPT: is not supported", place.start, place.stop,
                         "write a test input for each range of elements")
    equation = Equation(target.subscripts, parts.expr, span, written)
    return RealityInput(left.key, left.label, left.subscripts, target.key, target.label, equation, doc, span)


def _constraint(parts: ConstraintParts, written: str, doc: str, span: Span) -> RealityConstraint:
    left = parts.left
    if left.excepts:
        raise Unreadable("SF114", "a constraint with :EXCEPT: is not supported", left.span.start, left.span.stop,
                         "write a constraint for each range of elements")
    return RealityConstraint(
        left.key, left.label, left.subscripts, parts.condition, parts.consequence, parts.once, written, doc, span,
    )
