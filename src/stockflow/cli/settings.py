"""NAME=VALUE as typed after `--set`, `--replace` and `--initial`, and the overrides that they come to.

It reads text; whether a model has the name is for the api to say.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from stockflow.data.tabular import split_subscripts

if TYPE_CHECKING:
    from stockflow.simulate.overrides import Initial, Replace


class Setting(NamedTuple):
    """A number for a variable, or for one element of it."""

    name: str
    elements: tuple[str, ...]
    value: float


class SettingType(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """Reads NAME=VALUE; the name may have elements in brackets, and quotes."""

    name = "name=value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Setting:
        """The setting, or a usage error that says what is wrong with it."""
        if isinstance(value, Setting):
            return value
        name, equals, number = str(value).rpartition("=")
        name = name.strip()
        if not equals or not name:
            self.fail(f"{value!r} is not of the form NAME=VALUE", param, ctx)
        head, elements = _parts(name)
        if elements is None:
            self.fail(f"{name!r} opens a bracket and does not close it", param, ctx)
        return Setting(head, elements, self._number(number, param, ctx))

    def _number(self, text: str, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            self.fail(f"{text.strip()!r} is not a finite number", param, ctx)
        return number


def _parts(name: str) -> tuple[str, tuple[str, ...] | None]:
    """Name and elements; None for a bracket that is never closed."""
    if name.endswith('"') or "[" not in name:
        return name, ()
    start = name.index("[", name.rindex('"') if name.startswith('"') and '"[' in name.replace(" ", "") else 0)
    if not name.endswith("]"):
        return name, None
    return name[:start].strip(), tuple(split_subscripts(name[start + 1 : -1]))


def overrides(
    sets: Sequence[Setting], replaced: Sequence[Setting] = (), initials: Sequence[Setting] = ()
) -> dict[str, float | Replace | Initial]:
    """What a run is given, by name or `name[elements]` in the order typed; of one name twice the last value counts."""
    from stockflow.simulate.overrides import Initial, Replace

    kinds = (("--set", sets, float), ("--replace", replaced, Replace), ("--initial", initials, Initial))
    found: dict[str, float | Replace | Initial] = {}
    by: dict[str, str] = {}
    for option, settings, made in kinds:
        for name, elements, value in settings:
            key = f"{name}[{','.join(elements)}]" if elements else name
            if by.setdefault(key, option) != option:
                raise click.UsageError(f"{key!r} is given by {by[key]} and by {option}")
            found[key] = made(value)
    return found
