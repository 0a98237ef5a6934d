"""`stockflow run`: one run of a model, into files, a short table or values, or held against an export.

It asks the api to run; it must not know how.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from stockflow.cli import comparison as compared
from stockflow.cli.endings import CLEAN, MODEL, USAGE, collected, fail, print_json, reported, show, visible
from stockflow.cli.look import named
from stockflow.cli.outside import DATA_DIR, FORMAT, LIMIT
from stockflow.cli.progress import progress_on_terminal
from stockflow.cli.settings import Setting, SettingType, overrides
from stockflow.cli.tables import number_table, room
from stockflow.diagnostics.model import Diagnostic, Report
from stockflow.diagnostics.render import as_json as diagnostic_values
from stockflow.limits import limits_of

if TYPE_CHECKING:
    from stockflow.api import Model
    from stockflow.data.tabular import Series
    from stockflow.prepare import Format
    from stockflow.simulate.compare import Comparison
    from stockflow.simulate.result import Array, Result

METHODS = ["euler", "rk2", "rk4", "rk2_auto", "rk4_auto"]
MOST_WARNINGS = 20
EXAMPLES = """\b
Examples:
  stockflow run teacup.mdl --set "Room Temperature=20" --output teacup.csv
  stockflow run teacup.mdl --initial "Teacup Temperature=90" --final-time 10
"""


@dataclass(frozen=True, slots=True)
class Options:
    """What was typed."""

    model: Path
    settings: tuple[Setting, ...]
    replaced: tuple[Setting, ...]
    initials: tuple[Setting, ...]
    output: tuple[Path, ...]
    variable: tuple[str, ...]
    variables_file: Path | None
    changes: tuple[Path, ...]
    data: tuple[Path, ...]
    data_dir: Path | None
    limits: dict[str, int]
    format_: Format | None
    compare: Path | None
    rtol: float
    as_json: bool
    initial_time: float | None
    final_time: float | None
    time_step: float | None
    saveper: float | None
    method: str | None
    on_nan: Literal["warn", "stop"]
    seed: int | None
    partial: bool


@click.command(short_help="Run a model.", epilog=EXAMPLES)
@click.argument("model", type=click.Path(path_type=Path))
@click.option("--set", "settings", type=SettingType(), multiple=True, help="Give a constant, or x[element], a value.")
@click.option(
    "--replace", "replaced", type=SettingType(), multiple=True, help="Put a value in the place of an equation."
)
@click.option("--initial", "initials", type=SettingType(), multiple=True, help="Start a stock at a value.")
@click.option(
    "--output", "-o", type=click.Path(path_type=Path), multiple=True, help="Write a .csv, .tab, .dat or .nc file."
)
@click.option("--variable", "-v", multiple=True, metavar="NAME", help="Keep only this variable (may be repeated).")
@click.option(
    "--variables-file", type=click.Path(path_type=Path), help="Keep only the variables that this file lists (.lst)."
)
@click.option(
    "--changes", type=click.Path(path_type=Path), multiple=True,
    help="Change constants and lookups as this file says (.cin; may be repeated).",
)
@click.option("--initial-time", type=float, help="Start the run at this time.")
@click.option("--final-time", type=float, help="End the run at this time.")
@click.option("--time-step", type=float, help="Use this TIME STEP.")
@click.option("--saveper", type=float, help="Save a row at each multiple of this.")
@click.option("--method", type=click.Choice(METHODS, case_sensitive=False), help="Integrate in this way.")
@click.option("--data", type=click.Path(path_type=Path), multiple=True, help="Feed data variables from this file.")
@DATA_DIR
@LIMIT
@FORMAT
@click.option("--compare", type=click.Path(path_type=Path), help="Hold the run against an exported .csv, .tab or .dat.")
@click.option("--rtol", type=float, default=1e-3, show_default=True, help="Relative tolerance of --compare.")
@click.option("--seed", type=int, help="Draw random numbers from this NOISE SEED.")
@click.option(
    "--on-nan", type=click.Choice(["warn", "stop"]), default="warn", show_default=True,
    help="Go on or stop when a value is infinite or not a number.",
)
@click.option("--partial", is_flag=True, help="Leave out what has a fault and what depends on it; run the rest.")
@click.option("--json", "as_json", is_flag=True, help="Print values instead of text.")
def run(**typed: Any) -> int:
    """Run MODEL. Without --output, print the first and last rows of its stocks."""
    from stockflow import api
    from stockflow.simulate import store
    from stockflow.simulate.compare import compare

    options = Options(**typed)
    _check_targets(options, (options.model, *options.data, *options.changes, *_named_files(options)))
    expected = _expected(options.compare, options) if options.compare else None
    with reported(as_values=options.as_json):
        model = api.load(
            options.model, data=options.data, data_dir=options.data_dir, limits=options.limits,
            partial=options.partial, format=options.format_,
        )
        _check_targets(options, model.files)
        for name in options.variable:
            named(model, name)
        with collected() as doubts:
            result = _simulated(model, options)
        for path in options.output:
            store.write(result, path)
    comparison = None if expected is None else compare(expected, result, rtol=options.rtol)
    # What a partial run lacks is told first: of many findings only the first are shown.
    doubts = [*doubts, *model.diagnostics] if options.partial else [*model.diagnostics, *doubts]
    if options.as_json:
        print_json(_values(doubts, options, result, comparison))
    else:
        show(doubts, err=True, most=MOST_WARNINGS)
        click.echo("\n".join(_lines(options, result, comparison)))
    return CLEAN if comparison is None or comparison.agrees else MODEL


def _simulated(model: Model, options: Options) -> Result:
    given = overrides(options.settings, options.replaced, options.initials)
    with progress_on_terminal() as progress:
        return model.simulate(
            given, initial_time=options.initial_time, final_time=options.final_time,
            time_step=options.time_step, saveper=options.saveper, method=options.method,
            outputs=list(options.variable) or None, outputs_file=options.variables_file, changes=options.changes,
            on_nan=options.on_nan, seed=options.seed, progress=progress,
        )


def _named_files(options: Options) -> Iterator[Path]:
    yield from (path for path in (options.compare, options.variables_file) if path is not None)


def _check_targets(options: Options, inputs: Sequence[Path]) -> None:
    """End with a word about usage where writing is bound to fail or would hit an input, before anybody waits."""
    from stockflow.simulate.store import StoreError, check_target

    try:
        for path in options.output:
            check_target(path, inputs)
    except StoreError as fault:
        fail([fault.diagnostic], USAGE, as_values=options.as_json)


def _expected(file: Path, options: Options) -> dict[str, Series]:
    """The export to hold the run against; of the variables asked for, where some are."""
    from stockflow.data.tabular import column_key, read

    report = Report()
    found = read(file, report, limits_of(options.limits))
    if report.failed:
        fail(report.items, as_values=options.as_json)
    if not options.as_json:
        show(report.items, err=True)
    asked = {column_key(name) for name in options.variable}
    return {key: series for key, series in found.items() if not asked or asked & {key, key.partition("[")[0]}}


def _lines(options: Options, result: Result, comparison: Comparison | None) -> Iterator[str]:
    for path in options.output:
        yield visible(f"wrote {path} ({len(result.times)} rows)")
    if comparison is not None and options.compare is not None:
        yield from compared.lines(comparison, options.compare, options.rtol)
    elif not options.output:
        yield from _table_lines(options, result)


def _columns(options: Options, result: Result) -> dict[str, Array]:
    """What is worth showing of a run, by header: what was asked for, else the stocks, else everything."""
    from stockflow.simulate.cells import cells_of, rows_of

    asked = bool(options.variable or options.variables_file)
    columns = [column for column in result.columns if asked or column.kind == "stock"]
    found: dict[str, Array] = {}
    for cells in map(cells_of, columns or result.columns):
        table = rows_of(result, cells, 0)
        found.update((header, table[:, place]) for place, header in enumerate(cells.headers))
    return found


def _table_lines(options: Options, result: Result) -> Iterator[str]:
    columns = _columns(options, result)
    some = dict(list(columns.items())[:room()])
    yield number_table(result.times, some)
    left = len(columns) - len(some)
    yield f"{len(result.times)} rows" + (f"; {left} more columns are not shown" if left else "")
    model = visible(shlex.quote(str(options.model)))
    yield ""
    yield f"Next: stockflow run {model} --output results.csv"
    yield f"      stockflow info {model}"


def _values(
    doubts: list[Diagnostic], options: Options, result: Result, comparison: Comparison | None
) -> dict[str, object]:
    columns = _columns(options, result)
    return {
        "model": str(options.model),
        "attributes": result.attrs,
        "written": [str(path) for path in options.output],
        "times": result.times.tolist(),
        "values": {header: [compared.finite(value) for value in column.tolist()] for header, column in columns.items()},
        "comparison": None if comparison is None else compared.values(comparison),
        "diagnostics": [diagnostic_values(item) for item in doubts],
    }
