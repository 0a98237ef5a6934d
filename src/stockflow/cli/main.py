"""The command `stockflow`: finds the sub-command, and turns every ending into an exit code.

Sub-commands are imported when they are asked for; model logic is in `api` alone.
"""

from __future__ import annotations

import importlib
import io
import os
import sys
from collections.abc import Sequence

import click

from stockflow.cli import endings

COMMANDS = {
    "run": "stockflow.cli.run",
    "check": "stockflow.cli.look",
    "info": "stockflow.cli.look",
    "inspect": "stockflow.cli.look",
    "conform": "stockflow.cli.conform",
    "convert": "stockflow.cli.convert",
    "functions": "stockflow.cli.reference",
    "explain": "stockflow.cli.reference",
}


class Commands(click.Group):
    """A group whose sub-commands stand in modules of their own."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(COMMANDS[cmd_name]), cmd_name)
        return command


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted:
        return
    from stockflow._version import __version__

    click.echo(f"stockflow {__version__}")
    ctx.exit()


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="\b\nExamples:\n  stockflow run teacup.mdl\n  stockflow check teacup.mdl",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Show the version."
)
@click.option("--debug", is_flag=True, help="Show the traceback when stockflow itself fails.")
@click.pass_context
def stockflow(ctx: click.Context, debug: bool) -> None:
    """Run system dynamics models: Vensim .mdl and XMILE in, tables and netCDF out."""
    ctx.obj = debug


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point; it never returns."""
    sys.exit(status(sys.argv[1:] if arguments is None else arguments))


def status(arguments: Sequence[str]) -> int:
    """Run the command and return its exit code: 0, 1 model, 2 usage, 3 limit, 70 our bug, 130 interrupted."""
    _make_printable()
    try:
        ended = stockflow.main(list(arguments), prog_name="stockflow", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as fault:
        told = io.StringIO()
        fault.show(told)
        click.echo(endings.visible_lines(told.getvalue().rstrip("\n").split("\n")), err=True)
        return endings.USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted: no file is left half-written", err=True)
        return endings.INTERRUPTED
    except BrokenPipeError:
        # The reader went away.
        _drop_output()
        return endings.PIPE_CLOSED
    except OSError as fault:
        if fault.errno not in endings.NO_ROOM:
            return endings.our_bug(fault, debug="--debug" in arguments)
        _drop_output()
        return endings.no_room(fault)
    except MemoryError:
        return endings.out_of_memory()
    except Exception as fault:  # noqa: BLE001  (the door: what comes this far is our bug, and is said to be)
        return endings.our_bug(fault, debug="--debug" in arguments)
    return ended if isinstance(ended, int) else endings.CLEAN


def _drop_output() -> None:
    """Send what standard output holds to nowhere; else Python would complain once more when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _make_printable() -> None:
    """No text of a model can fail to print: signs that the console lacks come out as escapes."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
