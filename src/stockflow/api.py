"""The public API: load a model, look at its variables, run it.

The only place that raises ModelError; every stage below returns values and reports.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from stockflow.analysis.closed import Closed
from stockflow.diagnostics.model import Diagnostic, Report, Severity
from stockflow.ir.changes import Changes
from stockflow.ir.model import Project
from stockflow.ir.names import key_of
from stockflow.limits import limits_of
from stockflow.prepare import Format, Outside, Prepared, leave_out, lower_project, prepare
from stockflow.simulate.overrides import Initial, Replace
from stockflow.simulate.partial import Partial
from stockflow.simulate.result import Result
from stockflow.simulate.session import Options, Session
from stockflow.source import Span

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Initial", "Model", "ModelError", "ModelWarning", "Replace", "Variable", "check", "load"]


class ModelError(Exception):
    """A model or a run cannot be used. `diagnostics` holds every finding, errors first to be shown."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__(self._text())

    def _text(self) -> str:
        from stockflow.diagnostics.render import text

        return "\n".join(text(item) for item in self.diagnostics)


class ModelWarning(RuntimeWarning):
    """A doubt about a run that goes on. `diagnostic` holds the finding with its place and hint."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        from stockflow.diagnostics.render import shown

        self.diagnostic = diagnostic
        super().__init__(f"{diagnostic.code}: {shown(diagnostic.message)}")


def load(
    path: str | Path, *, data: Sequence[str | Path] = (), data_dir: str | Path | None = None,
    limits: Mapping[str, float] | None = None, cache: Path | Literal["user"] | None = "user", partial: bool = False,
    format: Format | None = None,  # noqa: A002  (the word of users and of the command line)
) -> Model:
    """Read a Vensim .mdl or an XMILE model. Nothing is written beside it.

    What the file holds says which of the two it is, whatever its suffix, unless `format` does.
    `data` are files (.csv, .tab, .dat) with values of data variables, used by every run. Tables that the model itself
    names are read in its own folder and in `data_dir`.
    `limits` take the place of the usual ones, which a message names that refuses a model for its size: {"cells": 1e8}.
    A large model that was parsed is kept in the folder `cache`, so that the next process need not parse it again:
    "user" is the user's cache folder, or the one that the environment variable STOCKFLOW_CACHE names ("off": none).
    With `partial`, variables that have a fault are left out with all that depends on them and the rest runs: their
    faults are warnings among the model's `diagnostics`, and its `left_out` names what is missing, as does the attribute
    `left_out` of results. A fault of the whole model, such as in its time settings, is an error all the same.
    Raises ModelError, which carries every diagnostic, where the model has an error.
    """
    report = Report()
    outside = _outside(data_dir, limits, cache)
    prepared = prepare(Path(path), report, outside, format)
    if prepared is not None and partial:
        prepared = leave_out(prepared, report)
    if prepared is None or report.failed:
        raise ModelError(report.items)
    return Model(Path(path), prepared, tuple(report.items), tuple(data), outside)


def _outside(
    data_dir: str | Path | None, limits: Mapping[str, float] | None, cache: Path | Literal["user"] | None = "user"
) -> Outside:
    kept = _user_cache() if cache == "user" else cache
    return Outside(None if data_dir is None else Path(data_dir), limits_of(limits or {}), kept)


def _user_cache() -> Path | None:
    """Where this user's parsed models are kept; None where that is switched off."""
    from platformdirs import user_cache_path

    named = os.environ.get("STOCKFLOW_CACHE", "")
    if named.lower() == "off":
        return None
    return Path(named) if named else user_cache_path("stockflow", appauthor=False)


def check(
    path: str | Path, *, data_dir: str | Path | None = None, limits: Mapping[str, float] | None = None,
    format: Format | None = None,  # noqa: A002
) -> list[Diagnostic]:
    """All diagnostics of a model, units included, for a broken model too. Raises nothing for a fault of the model."""
    report = Report()
    prepared = prepare(Path(path), report, _outside(data_dir, limits), format)
    if prepared is not None:
        from stockflow.analysis.units import check_units

        check_units(prepared.project, report)
        if prepared.plan is not None:
            Session(prepared.closed, prepared.flat, {}, prepared.plan).check_clock(report)
    return list(report.items)


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """One variable of a model, as its file says."""

    model: Model = field(repr=False)
    _closed: Closed = field(repr=False)

    @property
    def key(self) -> str:
        """The canonical name, which every spelling leads to."""
        return self._closed.variable.key

    @property
    def label(self) -> str:
        """The name as the modeller typed it."""
        return self._closed.variable.label

    @property
    def kind(self) -> str:
        """stock, flow, auxiliary, constant, lookup or data."""
        return self._closed.variable.kind

    @property
    def units(self) -> str:
        return self._closed.variable.units

    @property
    def doc(self) -> str:
        return self._closed.variable.doc

    @property
    def equation(self) -> str:
        """The equations as written, joined by semicolons where elements have their own."""
        return "; ".join(e.text for e in self._closed.variable.equations if e.text)

    @property
    def span(self) -> Span | None:
        """Where it stands in the file."""
        return self._closed.variable.span

    @property
    def limits(self) -> tuple[float | None, float | None, float | None]:
        """(minimum, maximum, step) as the file gives them; they warn and never clamp."""
        return self._closed.variable.limits

    @property
    def dimensions(self) -> dict[str, tuple[str, ...]]:
        """Element labels by dimension label, in order; a range that stands twice gets a number."""
        named: dict[str, tuple[str, ...]] = {}
        for home in self._closed.ranges:
            name, number = home.label, 2
            while name in named:
                name, number = f"{home.label} {number}", number + 1
            named[name] = home.labels
        return named

    @property
    def causes(self) -> tuple[str, ...]:
        """Labels of the variables that its equations read, initial values included."""
        return self.model.links().causes(self.key)

    @property
    def uses(self) -> tuple[str, ...]:
        """Labels of the variables whose equations read it."""
        return self.model.links().uses(self.key)

    def __repr__(self) -> str:
        from stockflow.diagnostics.render import shown

        return shown(f"<{self.kind} '{self.label}' [{self.units}]>")

    def _repr_html_(self) -> str:
        from stockflow.simulate.display import variable_html

        return variable_html(self)


class Model:
    """A loaded model. Index it with any spelling of a name; `run` gives an xarray Dataset."""

    def __init__(
        self, path: Path, prepared: Prepared, diagnostics: tuple[Diagnostic, ...], data: tuple[str | Path, ...] = (),
        outside: Outside | None = None,
    ) -> None:
        self.path = path
        self._outside = outside or Outside()
        self._data = data
        self.diagnostics = diagnostics
        self._prepared = prepared
        self._session = _session(prepared, self._facts())
        self._links: Links | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that it was read from: its own, those that this one names, those with data."""
        return (self.path, *self._prepared.files, *map(Path, self._data))

    @property
    def title(self) -> str:
        return self._prepared.project.title or self.path.stem

    @property
    def doc(self) -> str:
        return self._prepared.project.doc

    @property
    def method(self) -> str:
        """euler, rk2, rk4, rk2_auto or rk4_auto, as the file says."""
        return self._prepared.project.method

    @property
    def variables(self) -> tuple[Variable, ...]:
        """All variables in the order of the file."""
        return tuple(Variable(self, c) for c in self._prepared.closed.variables.values() if not c.variable.hidden)

    @property
    def left_out(self) -> dict[str, str]:
        """What no run computes, where the model was loaded with `partial`: labels, with that of the faulty variable.

        A run may lack more, for want of data, or less, where a faulty variable is given a value.
        """
        gone = self._session.gone(self._session.plain())
        variables = {key: closed.variable for key, closed in self._prepared.closed.variables.items()}
        return {variables[key].label: variables[gone[key]].label for key in gone if not variables[key].hidden}

    def __iter__(self) -> Iterator[Variable]:
        return iter(self.variables)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and key_of(name) in self._prepared.closed.variables

    def __getitem__(self, name: str) -> Variable:
        """The variable of any spelling. Raises KeyError with a near match."""
        key = key_of(name)
        closed = self._prepared.closed.variables.get(key)
        if closed is None:
            from difflib import get_close_matches

            from stockflow.diagnostics.render import shown

            near = get_close_matches(key, list(self._prepared.closed.variables), n=1)
            hint = f"; did you mean '{self._prepared.closed.variables[near[0]].variable.label}'?" if near else ""
            raise KeyError(shown(f"no variable '{name}' in {self.path.name}{hint}"))
        return Variable(self, closed)

    def run(
        self,
        overrides: Mapping[str, Any] | None = None,
        *,
        initial_time: float | None = None,
        final_time: float | None = None,
        time_step: float | None = None,
        saveper: float | None = None,
        method: str | None = None,
        outputs: Sequence[str] | None = None,
        outputs_file: str | Path | None = None,
        data: Sequence[str | Path] = (),
        changes: Sequence[str | Path] = (),
        on_nan: Literal["warn", "stop"] = "warn",
        seed: int | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> xr.Dataset:
        """Run the model.

        `overrides` set constants by any spelling: a number, {element: value}, an array in the model's order, a
        DataArray (over elements, "run" for a batch, "time" for a series), a pandas Series over time, lookup points
        [(x, y), ...]; `Replace(value)` takes the place of another variable's equation, `Initial(value)` of a stock's
        initial value. `outputs` name what to keep (all), and so do the lines of `outputs_file` (.lst). `data` are files
        with values of data variables. `changes` are Vensim's files of changes (.cin): of several the last one counts,
        and `overrides` before all.
        `seed` takes the place of NOISE SEED, from which all random numbers come.
        The Dataset has the dimensions time, the variable's own and, in a batch, run. Raises ModelError.
        """
        result = self.simulate(
            overrides, initial_time=initial_time, final_time=final_time, time_step=time_step, saveper=saveper,
            method=method, outputs=outputs, outputs_file=outputs_file, data=data, changes=changes, on_nan=on_nan,
            seed=seed, progress=progress,
        )
        from stockflow.simulate.dataset import build

        return build(result)

    def simulate(
        self,
        overrides: Mapping[str, Any] | None = None,
        *,
        initial_time: float | None = None,
        final_time: float | None = None,
        time_step: float | None = None,
        saveper: float | None = None,
        method: str | None = None,
        outputs: Sequence[str] | None = None,
        outputs_file: str | Path | None = None,
        data: Sequence[str | Path] = (),
        changes: Sequence[str | Path] = (),
        on_nan: Literal["warn", "stop"] = "warn",
        seed: int | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Result:
        """As `run`, but the arrays by key before they become a Dataset."""
        if on_nan not in ("warn", "stop"):
            raise ValueError(f"on_nan is {on_nan!r}; it must be 'warn' or 'stop'")
        report = Report(file=self.path.name)
        keys = None if outputs is None else tuple(self[name].key for name in outputs)
        if outputs_file is not None:
            keys = tuple(dict.fromkeys((*(keys or ()), *self._listed(Path(outputs_file), report))))
        files, changed = (*self._data, *data), self._changes(changes, report)
        if report.failed:
            raise ModelError(report.items)
        options = Options(
            initial_time, final_time, time_step, saveper, method, keys, progress, files, on_nan, seed, changed
        )
        result = self._session.run(overrides or {}, options, report)
        if result is None or report.failed:
            raise ModelError(report.items)
        for item in report.items:
            warnings.warn(ModelWarning(item), stacklevel=3)
        doubts = [item for item in (*self.diagnostics, *report.items) if item.severity is Severity.WARNING]
        result.attrs["warnings"] = json.dumps([f"{item.code}: {item.message}" for item in doubts])
        result.attrs["changes_sha256"] = json.dumps(changed.hashes)
        return result

    def reality(self) -> Reality:
        """Run the reality checks of the file, each with the test inputs of its condition in force.

        A condition and what it implies are looked at at every saved time; where a condition holds and what it implies
        does not, the check has failed. The model itself stays as it is.
        """
        from stockflow.simulate.reality import Reality, run_checks

        report = Report(list(self.diagnostics), self.path.name)
        findings = run_checks(self._prepared.written, self._changed, self._data, report)
        return Reality(findings, tuple(report.items[len(self.diagnostics) :]))

    def _changed(self, project: Project, report: Report) -> Session | None:
        """A session of a changed model, which runs without what has a fault; None where that is the whole model."""
        prepared = leave_out(lower_project(project, report, self._outside), report)
        return None if report.failed else _session(prepared, {})

    def _changes(self, paths: Sequence[str | Path], report: Report) -> Changes:
        if not paths:
            return Changes()
        from stockflow.dialects.vensim.companions import read_changes

        return read_changes(paths, report, self._outside.limits)

    def _listed(self, path: Path, report: Report) -> list[str]:
        """The keys of the variables that a savelist names; elements stand for the whole variable."""
        from stockflow.dialects.vensim.companions import names_of, open_companion
        from stockflow.simulate.savelist import kept

        source = open_companion(path, report, self._outside.limits)
        return [] if source is None else kept(names_of(source, report), path.name, self._prepared.closed, report)

    def loops(self, limit: int = 1000) -> Loops:
        """The feedback loops, shortest first and at most `limit`: labels, lines, and whether there are no others."""
        from stockflow.analysis.named_loops import named_loops

        return named_loops(self._prepared.project, limit)

    def to_xmile(self, title: str = "") -> str:
        """The model as the text of an XMILE file that runs alike. `title` takes the place of the file's name.

        Raises ModelError where something cannot be written with the same meaning.
        """
        from stockflow.lowering.translation.xmile import xmile_text

        report = Report(file=self.path.name)
        made = xmile_text(self._prepared.closed, title or self.title, report)
        if made is None:
            raise ModelError(report.items)
        for item in report.items:
            warnings.warn(ModelWarning(item), stacklevel=2)
        return made

    def stage_text(self, stage: Literal["model", "plan", "python"], method: str | None = None) -> str:
        """The model as one stage of the house sees it, as text for people."""
        from stockflow.inspect import stage_text

        return stage_text(self._prepared, self._session, stage, method or self.method)

    def links(self) -> Links:
        if self._links is None:
            from stockflow.analysis.dependencies import Links

            self._links = Links(self._prepared.closed)
        return self._links

    def __repr__(self) -> str:
        from stockflow.diagnostics.render import shown

        return shown(f"<Model '{self.title}': {len(self.variables)} variables, {self.method}>")

    def _repr_html_(self) -> str:
        from stockflow.simulate.display import model_html

        return model_html(self)

    def _facts(self) -> dict[str, str]:
        source = self._prepared.project.source
        return {"title": self.title, "model_file": source.name, "model_sha256": source.sha256}


def _session(prepared: Prepared, facts: dict[str, str]) -> Session:
    faults, variables = prepared.faulty, prepared.closed.variables
    partial = None if faults is None else Partial(variables, prepared.flat, faults)
    return Session(prepared.closed, prepared.flat, facts, prepared.plan, prepared.hashes, partial=partial)


if TYPE_CHECKING:
    from stockflow.analysis.dependencies import Links
    from stockflow.analysis.named_loops import Loops
    from stockflow.simulate.reality import Reality
