"""How commands end: exit codes, and what is printed for each kind of failure.

It must not know the commands.
"""

from __future__ import annotations

import errno
import json
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

import click

from stockflow.diagnostics.codes import CODES
from stockflow.diagnostics.model import Diagnostic, Severity
from stockflow.diagnostics.render import as_json, shown, summary, text

CLEAN, MODEL, USAGE, LIMIT, BUG, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 3, 70, 130, 141
LIMIT_CODES = {"SF109", "SF702"}
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""Of files that are read or written there is a diagnostic; what else meets these is standard output."""

COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def code_of(diagnostics: Iterable[Diagnostic]) -> int:
    errors = [item for item in diagnostics if item.severity is Severity.ERROR]
    if any(item.code in LIMIT_CODES for item in errors):
        return LIMIT
    return MODEL if errors else CLEAN


@contextmanager
def reported(*, as_values: bool) -> Iterator[None]:
    """Print the diagnostics of a model that fails inside, and end the command with their exit code."""
    from stockflow.api import ModelError
    from stockflow.simulate.store import StoreError

    try:
        yield
    except ModelError as fault:
        fail(fault.diagnostics, as_values=as_values)
    except StoreError as fault:
        fail([fault.diagnostic], as_values=as_values)


@contextmanager
def collected() -> Iterator[list[Diagnostic]]:
    """A list that the warnings given inside are added to, at the end, instead of being printed."""
    found: list[Diagnostic] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield found
    found += map(_diagnostic_of, caught)


def _diagnostic_of(caught: warnings.WarningMessage) -> Diagnostic:
    """The diagnostic that a warning carries, or one made of its text, `SF701: ...`."""
    carried = getattr(caught.message, "diagnostic", None)
    if isinstance(carried, Diagnostic):
        return carried
    code, _, message = str(caught.message).partition(": ")
    if code in CODES:
        return Diagnostic(code, Severity.WARNING, message)
    return Diagnostic("SF901", Severity.WARNING, str(caught.message))


def fail(diagnostics: Sequence[Diagnostic], code: int | None = None, *, as_values: bool) -> NoReturn:
    """Print the diagnostics and end the command: values on standard output, text on standard error.

    The exit code is that of the diagnostics, unless one is given.
    """
    if as_values:
        print_json({"diagnostics": [as_json(item) for item in diagnostics]})
    else:
        show(diagnostics, err=True)
    raise click.exceptions.Exit(code_of(diagnostics) if code is None else code)


def show(diagnostics: Sequence[Diagnostic], *, err: bool, most: int | None = None) -> None:
    """Print diagnostics and their count; of more than `most`, the first ones."""
    encoding = encoding_of(err=err)
    for item in diagnostics[:most]:
        click.echo(_coloured(item, text(item, encoding)), err=err)
    if diagnostics:
        left = len(diagnostics) - len(diagnostics[:most])
        rest = f" ({left} not shown: `stockflow check` lists all)" if left else ""
        click.echo(summary(diagnostics) + rest, err=err)


def _coloured(diagnostic: Diagnostic, printed: str) -> str:
    first, newline, rest = printed.partition("\n")
    return click.style(first, fg=COLOURS[diagnostic.severity], bold=True) + newline + rest


def encoding_of(*, err: bool = False) -> str:
    stream = sys.stderr if err else sys.stdout
    return stream.encoding or "ascii"


def visible(raw: str) -> str:
    """The text of a model as standard output can show it."""
    return shown(raw, encoding_of())


def visible_lines(lines: Iterable[str]) -> str:
    return "\n".join(map(visible, lines))


def print_json(value: object) -> None:
    """Plain ASCII, so that it is the same bytes on any console."""
    click.echo(json.dumps(value, indent=1, allow_nan=False))


def our_bug(fault: Exception, *, debug: bool) -> int:
    if debug:
        import traceback

        traceback.print_exception(fault)
    what = shown(f"{type(fault).__name__}: {fault}".rstrip(": "), "ascii")[:300]
    advice = "" if debug else "; `stockflow --debug ...` shows where"
    click.echo(f"error[SF901]: stockflow itself failed, not your model ({what}){advice}", err=True)
    return BUG


def no_room(fault: OSError) -> int:
    why = (fault.strerror or str(fault)).lower()
    click.echo(f"error[SF603]: standard output cannot be written: {why}", err=True)
    click.echo("    = hint: make room on the disk; files named by --output are complete", err=True)
    return MODEL


def out_of_memory() -> int:
    click.echo("error[SF702]: there is not enough memory for this", err=True)
    click.echo("    = hint: raise SAVEPER, or ask for fewer variables with --variable", err=True)
    return LIMIT
