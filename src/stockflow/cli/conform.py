"""`stockflow conform`: the models of a folder held against the exported runs beside them.

It prints verdicts that are made elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stockflow.cli.endings import CLEAN, MODEL, print_json, visible
from stockflow.cli.outside import LIMIT

if TYPE_CHECKING:
    from stockflow.conform import Case, Ledger, Verdict

GOOD = ("pass", "known")
HEADS = ("case", "status", "columns", "why")


@click.command(
    short_help="Hold the models of a folder against exported runs.",
    epilog="\b\nExamples:\n  stockflow conform my_models\n  stockflow conform my_models --rtol 1e-5 --only teacup",
)
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--known", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="A ledger of known differences (TOML).")
@click.option("--rtol", type=float, default=1e-3, show_default=True, help="Relative tolerance where a case has none.")
@click.option("--only", multiple=True, metavar="TEXT", help="Only cases with this in their names (may be repeated).")
@LIMIT
@click.option("--json", "as_json", is_flag=True, help="Print a list of values.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print a report for a document.")
def conform(
    folder: Path, known: Path | None, rtol: float, only: tuple[str, ...], limits: dict[str, int], as_json: bool,
    as_markdown: bool,
) -> int:
    """Run every model in FOLDER that has an export beside it (model.csv, output.tab ...) and compare the two."""
    from stockflow.conform import conform as verdicts_of

    cases = [case for case in _cases(folder) if not only or any(word.lower() in case.name.lower() for word in only)]
    if not cases:
        raise click.UsageError(f"no model in {folder} has an exported run beside it")
    found = []
    for verdict in verdicts_of(cases, _ledger(known), rtol, limits):
        found.append(verdict)
        if verdict.status not in GOOD and not as_json and not as_markdown:
            click.echo(visible(f"{verdict.status:8} {verdict.case.name}  {verdict.why}"))
    if as_json:
        print_json([_values(verdict) for verdict in found])
    else:
        click.echo("\n".join(report(found, rtol) if as_markdown else [summary(found, rtol)]))
    return CLEAN if all(verdict.status in GOOD for verdict in found) else MODEL


def summary(found: list[Verdict], rtol: float) -> str:
    counts = Counter(verdict.status for verdict in found)
    told = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    return f"{len(found)} cases at {rtol:g}: {told}"


def report(found: list[Verdict], rtol: float) -> Iterator[str]:
    """A page in Markdown: the counts, then every case with its worst point."""
    yield summary(found, rtol)
    yield ""
    yield f"| {' | '.join(HEADS)} |"
    yield "|" + "---|" * len(HEADS)
    for verdict in found:
        cells = (verdict.case.name, verdict.status, str(_columns(verdict)), verdict.why)
        yield f"| {' | '.join(visible(cell).replace('|', chr(92) + '|') for cell in cells)} |"


def _cases(folder: Path) -> list[Case]:
    from stockflow.conform import cases_in

    try:
        return cases_in(folder)
    except (ValueError, KeyError, TypeError) as fault:
        raise click.UsageError(f"the table of cases in {folder} cannot be read: {fault}") from fault


def _ledger(known: Path | None) -> Ledger:
    from stockflow.conform import Ledger, ledger_of

    try:
        return Ledger() if known is None else ledger_of(known)
    except (ValueError, KeyError, TypeError) as fault:
        raise click.UsageError(f"the ledger {known} cannot be read: {fault}") from fault


def _columns(verdict: Verdict) -> int:
    return len(verdict.comparison.columns) if verdict.comparison is not None else 0


def _values(verdict: Verdict) -> dict[str, object]:
    return {
        "case": verdict.case.name, "status": verdict.status, "columns": _columns(verdict), "why": verdict.why,
    }
