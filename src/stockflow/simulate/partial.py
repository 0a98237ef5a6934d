"""Runs without the faulty variables of a model: what has no value in a run, what depends on it, and how it is told.

It knows faults by variable and the rules of the flat model; it must not know how a run is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from stockflow.analysis.closed import Closed
from stockflow.data.series import Library
from stockflow.diagnostics.model import Diagnostic, Report
from stockflow.ir.model import CONTROLS
from stockflow.lowering.flat import FlatModel
from stockflow.lowering.outside import data_owner
from stockflow.lowering.partial import broken_owners, dependents, owners
from stockflow.simulate.overrides import Override
from stockflow.simulate.sources import absence, absent_cells

MOST_NAMES = 100
_GIVEN = ("replace", "constant", "data")


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """A model that runs without what cannot be computed; `faults` are its errors by the variable they concern."""

    variables: Mapping[str, Closed]
    flat: FlatModel
    faults: Mapping[str, Diagnostic]

    def lacking(self, overrides: Iterable[Override], library: Library) -> frozenset[str]:
        """The variables that have no value of their own in a run: faulty and not given, or data without a file."""
        owner = owners(self.flat)
        whole = {owner.get(one.key, one.key) for one in overrides if one.mask is None and one.what in _GIVEN}
        return (frozenset(self.faults) - whole) | frozenset(key for key, _ in self.unfed(overrides, library))

    def unfed(self, overrides: Iterable[Override], library: Library) -> Iterator[tuple[str, list[tuple[int, ...]]]]:
        """Each variable that is to be fed from outside and is not, with the cells that have nothing."""
        given = {one.key: one for one in overrides if one.what in _GIVEN}
        for slot in (slot for slot in self.flat.slots if slot in self.flat.data):
            key = data_owner(slot)
            cells = absent_cells(self.variables[key], library, given.get(slot) or given.get(key))
            if cells:
                yield key, cells

    def left_out(self, flat: FlatModel, lacking: frozenset[str]) -> dict[str, str]:
        """What a run leaves out, each with the variable that it is left out for; `flat` has the run's inputs."""
        found = dependents(flat, (*(key for key in flat.slots if key in lacking), *broken_owners(flat)))
        return {key: found[key] for key in self.variables if key in found}

    def labels(self, keys: Iterable[str]) -> list[str]:
        """The names of the file among these, in its order; copies of a macro's variables have none there."""
        wanted = frozenset(keys)
        variables = (self.variables[key].variable for key in self.variables if key in wanted)
        return [variable.label for variable in variables if not variable.hidden]

    # Telling.

    def tell(
        self, gone: Mapping[str, str], asked: Iterable[str], overrides: Iterable[Override], library: Library,
        report: Report,
    ) -> None:
        """Report what is left out: as errors where it was asked for or set, else as a warning that names all."""
        for key in (*asked, *CONTROLS):
            if key in gone:
                self.refuse("SF213", key, gone[key], "is left out", report)
        owner = owners(self.flat)
        for key in dict.fromkeys(owner.get(one.key, one.key) for one in overrides):
            if key in gone:
                self.refuse("SF211", key, gone[key], "cannot be set, since it is left out", report)
        if not report.failed:
            self.tell_unfed(overrides, library, report)
            self.tell_all(gone, report)

    def refuse(self, code: str, key: str, cause: str, what: str, report: Report) -> None:
        variable = self.variables[key].variable
        why = "it has a fault itself" if cause == key else f"it depends on '{self.variables[cause].variable.label}'"
        report.error(code, f"'{variable.label}' {what}: {why}", variable.span, notes=self.reason(cause),
                     hint="correct the equation, or give all of it a value: --replace NAME=VALUE",
                     variable=variable.label)

    def reason(self, cause: str) -> tuple[str, ...]:
        fault = self.faults.get(cause)
        if fault is None:
            return ("There are no data for it.",) if self.variables[cause].variable.kind == "data" else ()
        where = f"line {fault.line}: " if fault.line else ""
        return (f"{where}{fault.code}: {fault.message}",)

    def tell_unfed(self, overrides: Iterable[Override], library: Library, report: Report) -> None:
        for key, cells in self.unfed(overrides, library):
            message, hint = absence(self.variables[key], cells, library)
            variable = self.variables[key].variable
            report.warn("SF601", message, variable.span, hint=hint, variable=variable.label)

    def tell_all(self, gone: Mapping[str, str], report: Report) -> None:
        names = self.labels(gone)
        if not names:
            return
        causes: dict[str, list[str]] = {}
        for key, cause in gone.items():
            if key != cause:
                causes.setdefault(cause, []).append(key)
        notes = tuple(
            f"These depend on '{self.variables[cause].variable.label}': {_some(self.labels(keys))}."
            for cause, keys in causes.items() if self.labels(keys)
        )
        are = "variables are" if len(names) > 1 else "variable is"
        tell = report.warn if self.remains(gone) else report.error
        tell("SF213", f"{len(names)} {are} left out: {_some(names)}", notes=notes)

    def remains(self, gone: Mapping[str, str]) -> bool:
        """Whether anything but the clock and lookups is still computed."""
        variables = (closed.variable for key, closed in self.variables.items() if key not in gone)
        return any(not (one.hidden or one.control or one.kind == "lookup") for one in variables)


def _some(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more
