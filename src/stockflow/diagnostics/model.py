"""Diagnostics as values: what was found, where, how bad, and what the reader can type.

A `Report` collects them from all stages; it must not know who prints them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from stockflow.source import Span

OF_SUBSCRIPTS = "SF30"
"""How the codes begin that speak of subscripts and dimensions."""


class Severity(StrEnum):
    """How far a diagnostic lets the work go on."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `code` is a row of `diagnostics.codes`; `notes` are further facts, each a sentence.

    `file` names the model where there is no span.
    """

    code: str
    severity: Severity
    message: str
    span: Span | None = None
    notes: tuple[str, ...] = ()
    hint: str = ""
    file: str = ""
    variable: str = ""

    @property
    def line(self) -> int | None:
        return self.span.line if self.span else None

    @property
    def column(self) -> int | None:
        return self.span.column if self.span else None


def as_warning(item: Diagnostic) -> Diagnostic:
    """An error that the work goes on without; any other diagnostic as it is."""
    return replace(item, severity=Severity.WARNING) if item.severity is Severity.ERROR else item


@dataclass(slots=True)
class Report:
    """The diagnostics of one reading, in the order found."""

    items: list[Diagnostic] = field(default_factory=list)
    file: str = ""
    _told: set[tuple[str, str, int, int, int]] = field(default_factory=set, repr=False)

    def add(self, item: Diagnostic) -> None:
        """Add a finding; what is found again in a copy of the same equation is told once."""
        if item.span is not None:
            known = (item.code, item.message, id(item.span.source), item.span.start, item.span.stop)
            if known in self._told:
                return
            self._told.add(known)
        self.items.append(item)

    def error(
        self, code: str, message: str, span: Span | None = None, *, notes: tuple[str, ...] = (), hint: str = "",
        variable: str = "",
    ) -> None:
        self.add(Diagnostic(code, Severity.ERROR, message, span, notes, hint, self.file, variable))

    def warn(
        self, code: str, message: str, span: Span | None = None, *, notes: tuple[str, ...] = (), hint: str = "",
        variable: str = "",
    ) -> None:
        self.add(Diagnostic(code, Severity.WARNING, message, span, notes, hint, self.file, variable))

    def note(
        self, code: str, message: str, span: Span | None = None, *, notes: tuple[str, ...] = (), hint: str = "",
        variable: str = "",
    ) -> None:
        self.add(Diagnostic(code, Severity.NOTE, message, span, notes, hint, self.file, variable))

    def take_back(self, since: int, codes: str) -> None:
        """Forget what was found after so many findings and has a code that begins so: it follows from another fault."""
        self.items[since:] = [item for item in self.items[since:] if not item.code.startswith(codes)]

    @property
    def errors(self) -> list[Diagnostic]:
        return [item for item in self.items if item.severity is Severity.ERROR]

    @property
    def warnings(self) -> list[Diagnostic]:
        return [item for item in self.items if item.severity is Severity.WARNING]

    @property
    def failed(self) -> bool:
        return any(item.severity is Severity.ERROR for item in self.items)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.items)
