"""`stockflow convert`: a model written in another format, with the same meaning.

It asks the api and stores the text; it must not know either format.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stockflow.cli.endings import USAGE, collected, fail, reported, show, visible
from stockflow.cli.outside import DATA_DIR, FORMAT, LIMIT

if TYPE_CHECKING:
    from stockflow.prepare import Format

SUFFIXES = (".xmile", ".xml")


@click.command(
    short_help="Write a model as XMILE.",
    epilog='\b\nExamples:\n  stockflow convert teacup.mdl teacup.xmile\n'
           '  stockflow convert teacup.mdl teacup.xmile --title "A cup of tea"',
)
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--title", default="", help="The model's name in the file, instead of that of its own file.")
@DATA_DIR
@LIMIT
@FORMAT
def convert(
    model: Path, target: Path, title: str, data_dir: Path | None, limits: dict[str, int], format_: Format | None
) -> None:
    """Write MODEL as the XMILE file TARGET, which runs alike. What XMILE cannot say is refused by name."""
    from stockflow import api
    from stockflow.simulate import store

    check(target, [model])
    with reported(as_values=False):
        loaded = api.load(model, data_dir=data_dir, limits=limits, format=format_)
        check(target, loaded.files)
        with collected() as doubts:
            text = loaded.to_xmile(title)
        store.write_text(text, target)
    show([*loaded.diagnostics, *doubts], err=True)
    click.echo(visible(f"wrote {target}"))


def check(target: Path, inputs: Iterable[Path]) -> None:
    """End with a word about usage where nothing can be written, or where an input would be lost."""
    from stockflow.simulate.store import StoreError, check_folder

    try:
        if target.suffix.lower() not in SUFFIXES:
            raise StoreError(target, f"the suffix {target.suffix!r} is not that of XMILE", "use .xmile")
        check_folder(target, inputs)
    except StoreError as fault:
        fail([fault.diagnostic], USAGE, as_values=False)
