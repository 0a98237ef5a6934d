"""`stockflow check`, `info` and `inspect`: what a model is, without running it.

It asks the api and prints; it must not know how a model is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from stockflow.cli.endings import code_of, print_json, reported, show, visible, visible_lines
from stockflow.cli.outside import DATA_DIR, FORMAT, LIMIT
from stockflow.cli.reality import checked
from stockflow.diagnostics.model import Diagnostic
from stockflow.diagnostics.render import as_json as diagnostic_values
from stockflow.ir.model import CONTROLS

if TYPE_CHECKING:
    from stockflow.api import Model, Variable
    from stockflow.prepare import Format

MODEL = click.argument("model", type=click.Path(path_type=Path))
KINDS = ("stock", "flow", "auxiliary", "constant", "lookup", "data", "string")
SHORTEST = 5
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print values instead of text.")


@click.command(
    short_help="Report every fault of a model.",
    epilog="\b\nExamples:\n  stockflow check teacup.mdl\n  stockflow check teacup.mdl --json",
)
@click.argument("models", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="MODEL...")
@DATA_DIR
@LIMIT
@FORMAT
@click.option("--reality", is_flag=True, help="Run the reality checks, too.")
@click.option("--data", type=click.Path(path_type=Path), multiple=True, help="Feed runs of --reality from this file.")
@AS_JSON
def check(
    models: tuple[Path, ...], data_dir: Path | None, limits: dict[str, int], format_: Format | None, reality: bool,
    data: tuple[Path, ...], as_json: bool,
) -> int:
    """Report every fault and doubt of each MODEL: names, subscripts, loops, units. Runs nothing but reality checks."""
    from stockflow import api

    told = [(path, api.check(path, data_dir=data_dir, limits=limits, format=format_)) for path in models]
    if reality:
        return checked(
            told, data_dir=data_dir, limits=limits, format_=format_, data=data, as_json=as_json
        )
    found: list[Diagnostic] = [item for _, items in told for item in items]
    if as_json:
        print_json([diagnostic_values(item) for item in found])
    elif found:
        show(found, err=False)
    else:
        click.echo("no faults found")
    return code_of(found)


@click.command(
    short_help="Describe a model or its variables.",
    epilog='\b\nExamples:\n  stockflow info teacup.mdl\n  stockflow info teacup.mdl "Heat Loss to Room"',
)
@MODEL
@click.argument("names", nargs=-1, metavar="[NAME]...")
@DATA_DIR
@LIMIT
@FORMAT
@AS_JSON
def info(
    model: Path, names: tuple[str, ...], data_dir: Path | None, limits: dict[str, int], format_: Format | None,
    as_json: bool,
) -> None:
    """Describe MODEL, or the variables NAME of it: units, equation, causes and uses."""
    from stockflow import api

    with reported(as_values=as_json):
        loaded = api.load(model, data_dir=data_dir, limits=limits, format=format_)
        variables = [named(loaded, name) for name in names]
    if as_json:
        print_json([_variable_values(item) for item in variables] if names else _model_values(loaded))
    else:
        blocks = [_variable_lines(item) for item in variables] if names else [_model_lines(loaded)]
        click.echo("\n\n".join("\n".join(block) for block in blocks))


def named(model: Model, name: str) -> Variable:
    """The variable of that name, or a usage error with a near match."""
    try:
        return model[name]
    except KeyError as fault:
        raise click.UsageError(visible(str(fault.args[0]))) from None


def _model_lines(model: Model) -> Iterator[str]:
    yield visible(f"{model.path}: {model.title}" if model.title else str(model.path))
    counts = Counter(item.kind for item in model.variables)
    kinds = sorted(counts, key=KINDS.index)
    yield f"  {len(model.variables)} variables: " + ", ".join(f"{counts[kind]} {kind}" for kind in kinds)
    yield f"  method {model.method}" + "".join(visible(f", {word}") for word in _times(model))
    ranges = list(dict.fromkeys(label for item in model.variables for label in item.dimensions))
    if ranges:
        yield visible(f"  dimensions: {', '.join(ranges)}")
    yield from map(visible, _loop_lines(model))
    for kind in kinds:
        yield ""
        yield f"{kind}"
        yield from (visible(f"  {_brief(item)}") for item in model.variables if item.kind == kind)


def _times(model: Model) -> Iterator[str]:
    """The control variables as the file gives them."""
    for key in CONTROLS:
        if key in model and model[key].equation:
            left, _, right = model[key].equation.partition("=")
            yield f"{key.upper()} {' '.join((right or left).split())}"


def _loop_lines(model: Model) -> Iterator[str]:
    """How many feedback loops there are, and the shortest."""
    loops = model.loops()
    more = "" if loops.complete else " or more"
    yield f"  {len(loops):,}{more} feedback loop{'' if len(loops) == 1 and loops.complete else 's'}"
    for loop in loops.found[:SHORTEST]:
        lines = ", ".join(str(line) for line in loop.lines if line is not None)
        yield f"    {loop}" + (f"  (line{'s' if ',' in lines else ''} {lines})" if lines else "")
    if len(loops) > SHORTEST:
        yield "    ..."


def _brief(item: Variable) -> str:
    subscripts = f"[{', '.join(item.dimensions)}]" if item.dimensions else ""
    return f"{item.label}{subscripts}" + (f"  ({item.units})" if item.units else "")


def _variable_lines(item: Variable) -> Iterator[str]:
    yield visible(_brief(item))
    facts = {
        "kind": item.kind,
        "equation": item.equation,
        "line": "" if item.span is None else str(item.span.line),
        "limits": _limits(item),
        "causes": ", ".join(item.causes),
        "uses": ", ".join(item.uses),
        "about": item.doc,
    }
    yield from (visible(f"  {name:<9}{' '.join(text.split())}") for name, text in facts.items() if text)


def _limits(item: Variable) -> str:
    shown = ["open" if limit is None else f"{limit:g}" for limit in item.limits[:2]]
    return "" if all(limit is None for limit in item.limits[:2]) else " to ".join(shown)


def _model_values(model: Model) -> dict[str, object]:
    loops = model.loops()
    return {
        "model": str(model.path),
        "title": model.title,
        "method": model.method,
        "variables": [_variable_values(item) for item in model.variables],
        "loops": [list(loop.labels) for loop in loops],
        "all_loops_listed": loops.complete,
        "diagnostics": [diagnostic_values(item) for item in model.diagnostics],
    }


def _variable_values(item: Variable) -> dict[str, object]:
    return {
        "name": item.label,
        "kind": item.kind,
        "units": item.units,
        "dimensions": list(item.dimensions),
        "equation": item.equation,
        "line": None if item.span is None else item.span.line,
        "limits": _plain(item.limits),
        "causes": list(item.causes),
        "uses": list(item.uses),
        "doc": item.doc,
    }


def _plain(limits: Sequence[float | None]) -> list[float | None]:
    return [limit if limit is not None and abs(limit) < float("inf") else None for limit in limits]


@click.command(
    short_help="Print the translation of a model.",
    epilog="\b\nExamples:\n  stockflow inspect teacup.mdl --stage python\n"
    "  stockflow inspect teacup.mdl --stage plan",
)
@MODEL
@DATA_DIR
@LIMIT
@FORMAT
@click.option(
    "--stage", type=click.Choice(["model", "plan", "python"]), default="python", show_default=True,
    help="What to print: the model as read, the ordered plan, or the generated Python.",
)
def inspect(
    model: Path, data_dir: Path | None, limits: dict[str, int], format_: Format | None,
    stage: Literal["model", "plan", "python"],
) -> None:
    """Print what a stage of the translation makes of MODEL."""
    from stockflow import api

    with reported(as_values=False):
        made = api.load(model, data_dir=data_dir, limits=limits, format=format_).stage_text(stage)
    click.echo(visible_lines(made.split("\n")))
