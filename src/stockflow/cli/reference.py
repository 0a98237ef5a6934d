"""`stockflow functions` and `stockflow explain`: what the tables of functions and diagnostics say.

It must not know any function or code by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from stockflow.cli.endings import LIMIT_CODES, print_json, visible, visible_lines
from stockflow.diagnostics.row import lines_of

if TYPE_CHECKING:
    from stockflow.diagnostics.row import Code
    from stockflow.functions.row import Function


@click.command(
    short_help="List the functions that models may use.",
    epilog="\b\nExamples:\n  stockflow functions DELAY\n  stockflow functions --count",
)
@click.argument("words", nargs=-1, metavar="[WORD]...")
@click.option("--json", "as_json", is_flag=True, help="Print a list of values.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print a table for a document.")
@click.option("--count", "as_counts", is_flag=True, help="Print how many there are, by kind.")
def functions(words: tuple[str, ...], as_json: bool, as_markdown: bool, as_counts: bool) -> None:
    """List the functions that models may use, all or those whose name holds every WORD."""
    from stockflow.functions.page import counts, markdown

    rows = list(_rows(words))
    if as_json:
        print_json([_values(row) for row in rows])
    elif as_markdown:
        click.echo("\n".join(markdown(rows)))
    elif as_counts:
        click.echo("\n".join(f"{number:6}  {what}" for what, number in counts(rows)))
    elif rows:
        click.echo("\n\n".join(_plain(row) for row in rows))
    else:
        raise click.UsageError(f"no function has {' and '.join(repr(word) for word in words)} in its name")


def _rows(words: tuple[str, ...]) -> Iterator[Function]:
    from stockflow.functions.table import ROWS

    wanted = [word.casefold() for word in words]
    for row in ROWS.values():
        spelled = [call for calls in row.spellings.values() for call in calls]
        names = " ".join([row.key, *(call.partition("(")[0] for call in spelled)]).casefold()
        if spelled and (all(word in names for word in wanted)):
            yield row


def _plain(row: Function) -> str:
    from stockflow.functions.page import LANGUAGES, WRITERS

    names = {language: label.partition(" ")[0] for language, label in {**LANGUAGES, **WRITERS}.items()}
    calls = [f"{names[language]:<7} {call}" for language, spelled in row.spellings.items() for call in spelled]
    refused = [f"        not supported: {row.refusal}"] if row.refusal else []
    about = [f"        {text}" for text in (row.doc, row.differs) if text]
    return visible_lines([*calls, *about, *refused])


def _values(row: Function) -> dict[str, object]:
    return {
        "key": row.key,
        "spellings": {language: list(calls) for language, calls in row.spellings.items()},
        "doc": row.doc,
        "source": row.source,
        "supported": not row.refusal,
        "refusal": row.refusal,
        "examples": [{"call": one.call, "value": one.value, "given": list(one.given)} for one in row.worked],
        "differs": row.differs,
    }


@click.command(
    short_help="Explain a diagnostic code.",
    epilog="\b\nExamples:\n  stockflow explain SF204\n  stockflow explain",
)
@click.argument("code", required=False)
def explain(code: str | None) -> None:
    """Explain the diagnostic CODE, with an example; without one, list all codes."""
    from stockflow.diagnostics.codes import CODES

    if code is None:
        click.echo("\n".join(f"{row.code}  {row.title}" for row in CODES.values()))
        return
    row = CODES.get(code.upper())
    if row is None:
        near = get_close_matches(code.upper(), CODES, n=1)
        raise click.UsageError(f"there is no code {code!r}" + (f"; did you mean {near[0]}?" if near else ""))
    click.echo("\n".join(_explained(row)))


def _explained(row: Code) -> Iterator[str]:
    yield f"{row.code}: {row.title}"
    yield ""
    yield click.wrap_text(row.text, width=88)
    if row.unshown:
        yield f"\n{click.wrap_text(row.unshown, width=88)}"
    for title, example in (("Wrong:", row.wrong), ("Right:", row.right)):
        if example is not None:
            yield f"\n{title}"
            yield from (f"    {visible(line)}" for line in lines_of(example))
    if row.code in LIMIT_CODES:
        yield "\nThe limits, each raised with --limit NAME=VALUE (limits={NAME: VALUE} in Python):"
        yield from _limit_lines()


def _limit_lines() -> Iterator[str]:
    from stockflow.limits import ROWS

    width = max(map(len, ROWS))
    for row in ROWS.values():
        most = f"; at most {row.ceiling:,}, as {row.because}" if row.ceiling is not None else ""
        yield f"  {row.name:<{width}} {row.default:>13,}  {row.counts}{most}"
