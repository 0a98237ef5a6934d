"""From a file to a lowered model: the stages in order, each adding to one report.

It chooses the reader by content and knows the order of the stages, nothing of their insides.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import numpy as np

from stockflow.analysis.borrowing import borrow_macros, unknown_calls
from stockflow.analysis.closed import ClosedModel
from stockflow.analysis.coverage import check_coverage
from stockflow.analysis.dimensions import Space
from stockflow.analysis.external import with_imported
from stockflow.analysis.faulty import changed_by, faulty_variables
from stockflow.analysis.imports import with_imports
from stockflow.analysis.lookalikes import tell_lookalikes
from stockflow.analysis.macros import expand_macros
from stockflow.analysis.modules import flatten_modules
from stockflow.analysis.resolve import resolve
from stockflow.analysis.subscripts import close_model
from stockflow.data.faults import TableFault
from stockflow.data.folders import Folders
from stockflow.data.tables import Tables
from stockflow.diagnostics.model import OF_SUBSCRIPTS, Diagnostic, Report, as_warning
from stockflow.ir.expr import Name, Number
from stockflow.ir.model import CONTROLS, NUMBERLESS, SAVEPER, TIME_STEP, Equation, Project, Variable
from stockflow.ir.plan import Plan
from stockflow.limits import USUAL, Limits
from stockflow.lowering.expand import expand
from stockflow.lowering.external import bind
from stockflow.lowering.flat import FlatModel
from stockflow.lowering.keepers import by_euler
from stockflow.lowering.partial import broken_owners, dependents, without
from stockflow.lowering.recipes import with_recipes, with_series
from stockflow.parsed import through
from stockflow.reading import open_source
from stockflow.schedule import Request, schedule
from stockflow.source import Source, Span

# After these some or the rest of the file is not there: what the model lacks would only follow from it.
CUT_SHORT = ("SF104", "SF109", "SF110")

Format = Literal["mdl", "xmile"]
XML_SUFFIXES = (".xmile", ".stmx", ".itmx", ".xml")


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """`written` is the project as read; `project` has neither macros nor modules.

    `faulty` are the variables that errors concern, each with its first, where the rest is to run without them.
    `files` were read besides the model's own.
    """

    written: Project
    project: Project
    closed: ClosedModel
    flat: FlatModel
    plan: Plan | None
    hashes: dict[str, str] = field(default_factory=dict)
    faulty: dict[str, Diagnostic] | None = None
    files: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Outside:
    """What a model may use besides its own folder.

    Tables may stand in `folder`; `limits` hold for the model and its runs; parsed models are kept in `cache`.
    """

    folder: Path | None = None
    limits: Limits = USUAL
    cache: Path | None = None


def default_outputs(closed: ClosedModel) -> tuple[str, ...]:
    """What a run keeps when nothing is asked: every variable of the file but lookups."""
    return tuple(k for k, c in closed.variables.items() if c.variable.kind not in NUMBERLESS and not c.variable.hidden)


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Python's search for circles of garbage waits: nearly all that the stages make stays, and is searched in vain."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@collector_at_rest()
def prepare(
    path: Path, report: Report, outside: Outside = Outside(), told: Format | None = None
) -> Prepared | None:
    """All stages up to the flat model; None where the file gave no model at all."""
    project = read_project(path, report, outside, told)
    if project is None:
        return None
    cut = [found.code for found in report.errors if found.code in CUT_SHORT]
    if not cut:
        return lower_project(project, report, outside)
    known = {variable.key for variable in project.variables}
    missing = [key.upper() for key in CONTROLS if key not in known]
    if missing and "SF104" in cut:
        report.note("SF202", f"also missing: {', '.join(missing)}")
    return None


def lower_project(written: Project, report: Report, outside: Outside = Outside()) -> Prepared:
    tables = tables_of(written, outside)
    flat_project = flatten_modules(with_imported(written, tables, report), report)
    project = by_euler(expand_macros(with_imports(flat_project, tables, report), report), report)
    tell_lookalikes(project, report)
    space = Space(project.dimensions, report, project.limits)
    whole = with_controls(project)
    before = len(report.items)
    closed = close_model(resolve(whole, space, report), space, report)
    if any(found.code == "SF109" for found in report.errors):
        # No array is made of what is too large.
        return Prepared(written, project, closed, FlatModel({}, {}, {}, frozenset(), ()), None)
    closed = bind(closed, tables, report)
    check_coverage(closed, report)
    if project.unreadable:
        report.take_back(before, OF_SUBSCRIPTS)
    closed = with_series(closed)
    flat = with_recipes(closed, expand(closed, report), report)
    plan = None if report.failed else schedule(flat, Request(default_outputs(closed)), report)
    hashes = {source.name: source.sha256 for source in project.others} | tables.hashes
    files = (*(source.path for source in project.others if source.path is not None), *tables.files)
    return Prepared(written, project, closed, flat, plan, hashes, files=files)


def leave_out(prepared: Prepared, report: Report) -> Prepared:
    """The model that runs without the variables that have an error, and without all that depends on them.

    The errors become warnings. Where one concerns the whole model, nothing changes. A circle of equations is a fault
    of one of them, and is looked for again without it.
    """
    if not report.failed:
        return replace(prepared, faulty={})
    own = Report(list(report.items), report.file)
    variables = [closed.variable for closed in prepared.closed.variables.values()]
    while True:
        faulty = faulty_variables(variables, own.errors)
        faulty = None if faulty is None else _with_moved(faulty, prepared)
        if faulty is None:
            return prepared
        faulty = _with_flows(faulty, prepared)
        gone = dependents(prepared.flat, (*faulty, *broken_owners(prepared.flat)))
        if not gone.keys().isdisjoint(CONTROLS):
            return prepared
        told = len(own.errors)
        outputs = tuple(key for key in default_outputs(prepared.closed) if key not in gone)
        plan = schedule(without(prepared.flat, gone), Request(outputs), own)
        if plan is not None:
            report.items = [as_warning(item) for item in own.items]
            return replace(prepared, plan=plan, faulty=faulty)
        if len(own.errors) == told:
            return prepared


def _with_moved(faulty: dict[str, Diagnostic], prepared: Prepared) -> dict[str, Diagnostic] | None:
    """The faulty variables and the stocks that their equations would change; None where nobody knows which."""
    project = prepared.project
    written = {variable.key: variable for variable in project.variables}
    made = dict(faulty)
    for key, fault in faulty.items():
        moved = changed_by(written[key], project.spelling_of(written[key])) if key in written else []
        if moved is None:
            return None
        made |= dict.fromkeys(moved, fault) | made
    return {key: fault for key, fault in made.items() if key in prepared.closed.variables}


def _with_flows(faulty: dict[str, Diagnostic], prepared: Prepared) -> dict[str, Diagnostic]:
    """The faulty variables, and the flows of stocks of which so little is known that they cannot limit them."""
    levels = {rule.slot for rule in prepared.flat.rules if rule.kind == "level"}
    made = dict(faulty)
    for key, fault in faulty.items():
        stock = prepared.closed.variables[key].variable
        if stock.kind == "stock" and key not in levels:
            made |= dict.fromkeys((*stock.inflows, *stock.outflows), fault) | made
    return {key: fault for key, fault in made.items() if key in prepared.closed.variables}


def tables_of(project: Project, outside: Outside) -> Tables:
    """The tables that a model may read: those in the folder of its file, and in the one that the user names."""
    path = project.source.path
    aliases = {name.lower(): file for name, file in project.aliases}
    return Tables(Folders(path.parent if path is not None else None, outside.folder), project.limits, aliases)


def read_project(
    path: Path, report: Report, outside: Outside = Outside(), told: Format | None = None
) -> Project | None:
    """The project in a file, or taken from the cache where it was read before.

    Its format is the one that is told, whatever the file's name and content; else the one that the content has.
    """
    report.file = path.name
    suffix = path.suffix.lower()
    if told is None and suffix not in (*XML_SUFFIXES, ".mdl"):
        report.error("SF112", f"{path.name} is not a model: '{suffix or 'no suffix'}' is not a model format",
                     hint="give a Vensim .mdl, or an XMILE .xmile, .stmx, .itmx or .xml; or say --format mdl or xmile")
        return None
    source = open_source(path, report, outside.limits)
    if source is None:
        return None
    format_ = told or format_of(source, suffix, report)
    if format_ is None:
        return None
    if format_ == "xmile":
        from stockflow.dialects.xmile.reader import read as read_xmile

        return with_lost_macros(through(outside.cache, source, read_xmile, report), report)
    from stockflow.dialects.vensim.reader import read as read_vensim

    return through(outside.cache, source, read_vensim, report)


def format_of(source: Source, suffix: str, report: Report) -> Format | None:
    """The format that the content has, with a warning where that is not the suffix's; None where it has none."""
    if is_xml(source):
        if suffix == ".mdl":
            report.warn("SF115", f"{source.name} holds an XMILE model; it is read as XMILE",
                        hint="rename it to .xmile; --format mdl reads it as .mdl all the same")
        return "xmile"
    if suffix == ".mdl":
        return "mdl"
    if not looks_vensim(source):
        report.error("SF110", f"{source.name} is not XML", source.span(0, 0), hint="save the model as XMILE again")
        return None
    report.warn("SF115", f"{source.name} holds a Vensim .mdl model; it is read as .mdl",
                hint="rename it to .mdl; --format xmile reads it as XMILE all the same")
    return "mdl"


def with_lost_macros(project: Project, report: Report) -> Project:
    """The project with macros that its converter left out, where the file that it converted lies beside it."""
    path = project.source.path
    if not project.drops_macros or path is None or not unknown_calls(project):
        return project
    try:
        found = Folders(path.parent).locate(project.origin_name)
    except TableFault:
        return project
    from stockflow.dialects.vensim.reader import read as read_vensim

    faults = Report(file=found.name)
    source = open_source(found, faults, project.limits)
    origin = read_vensim(source, faults) if source is not None and not is_xml(source) else None
    borrowed = borrow_macros(project, origin, report) if origin is not None else project
    if origin is None or borrowed.others != project.others:
        for fault in faults.errors:
            report.add(fault)
    return borrowed


def is_xml(source: Source) -> bool:
    return source.text[:2000].lstrip("\ufeff \t\r\n").startswith("<")


def looks_vensim(source: Source) -> bool:
    return "~" in source.text and "|" in source.text


def with_controls(project: Project) -> Project:
    """The project with all four control variables: SAVEPER defaults to TIME STEP, others that miss are NaN."""
    known = {variable.key: variable for variable in project.variables}
    step = known[TIME_STEP].span if TIME_STEP in known else None
    lacking = (control(key, step) for key in CONTROLS if key not in known)
    return replace(project, variables=(*project.variables, *lacking))


def control(key: str, step: Span | None) -> Variable:
    """A control variable that the file lacks; `step` is the place of TIME STEP, which SAVEPER reads."""
    expr = Name(TIME_STEP, "TIME STEP", (), step) if key == SAVEPER else Number(float(np.nan))
    kind = "auxiliary" if key == SAVEPER else "constant"
    return Variable(key, key.upper(), kind, (Equation((), expr, None),), control=True, hidden=True)  # type: ignore[arg-type]
