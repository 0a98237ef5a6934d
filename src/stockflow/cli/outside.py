"""Options of the commands that load a model: its format, a further folder of tables, and other limits.

They are the user's words about files and sizes; what a model holds and which tables it asks for is not known here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from stockflow.limits import UnknownLimit, checked


class LimitType(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """`NAME=VALUE`, a limit by its name."""

    name = "limit"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        name, sign, text = str(value).partition("=")
        try:
            return checked(name.strip(), float(text))
        except UnknownLimit as fault:
            self.fail(str(fault), param, ctx)
        except ValueError:
            found = f"'{text}' is no number" if sign else f"there is no value in '{value}'"
            self.fail(f"{found}; write it like cells=2000000", param, ctx)


DATA_DIR = click.option(
    "--data-dir", type=click.Path(path_type=Path, file_okay=False), help="Let the model read tables here too.",
)
LIMIT = click.option(
    "--limit", "limits", type=LimitType(), multiple=True, metavar="NAME=VALUE",
    callback=lambda _, __, given: dict(given),
    help="Raise or lower a limit that a model is held to (may be repeated; `stockflow explain SF109` lists them).",
)
FORMAT = click.option(
    "--format", "format_", type=click.Choice(["mdl", "xmile"]),
    help="Read the model as this format, whatever its name and content say.",
)
