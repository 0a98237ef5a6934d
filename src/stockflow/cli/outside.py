"""Options of the commands that load a model: its format, a further folder of tables, and higher limits.

They are the user's words about files; what a model holds and which tables it asks for is not known here.
"""

from __future__ import annotations

from pathlib import Path

import click

DATA_DIR = click.option(
    "--data-dir", type=click.Path(path_type=Path, file_okay=False), help="Let the model read tables here too.",
)
DATA_LIMIT = click.option(
    "--data-limit", type=click.FloatRange(min=0.0, min_open=True), default=1.0, metavar="TIMES",
    help="Let tables be so many times larger than usual.",
)
FORMAT = click.option(
    "--format", "format_", type=click.Choice(["mdl", "xmile"]),
    help="Read the model as this format, whatever its name and content say.",
)
