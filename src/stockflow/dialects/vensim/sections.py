"""The parts of an .mdl file: equations, sketch, settings; and what the settings say.

It knows marker lines and numbered codes; it must not know equations.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass

from stockflow.diagnostics.model import Report
from stockflow.ir.model import BaseDate, Verbatim
from stockflow.source import Source

_SKETCH = re.compile(r"^\\{2,4}---///", re.MULTILINE)
_SETTINGS = re.compile(r"^(?:///---\\\\\\|:L\x7f?<%\^E!@)", re.MULTILINE)
_ALIAS = re.compile(r"^30:\s*\?\s*([^=\n]+?)\s*=\s*(.+?)\s*$", re.MULTILINE)
_CODE = re.compile(r"^(\d+):(.*)$", re.MULTILINE)

# The fourth number of code 15. 0, 1 and 5 are seen in files of known method; which of 3 and 4 is the automatic RK2 is
# taken from 1 and 5, where the automatic one comes first, and has not been seen in a recorded file.
_METHODS = {0: "euler", 1: "rk4_auto", 3: "rk2_auto", 4: "rk2", 5: "rk4"}
_DIFFERENCE = 2
_UNITS_OF_TIME = 8


@dataclass(frozen=True, slots=True)
class Sections:
    """Offsets: equations end where the sketch or the settings begin; `whole` says that something follows them."""

    equations: int
    sketch: int
    settings: int
    whole: bool


def sections_of(source: Source) -> Sections:
    text = source.text
    sketch = _SKETCH.search(text)
    settings = _SETTINGS.search(text, sketch.end() if sketch else 0)
    end = len(text)
    settings_at = settings.start() if settings else end
    sketch_at = sketch.start() if sketch else settings_at
    return Sections(min(sketch_at, settings_at), sketch_at, settings_at, bool(sketch or settings))


def kept(source: Source, sections: Sections) -> Iterator[Verbatim]:
    """Sketch and settings as they stand."""
    stretches = (("sketch", sections.sketch, sections.settings), ("settings", sections.settings, len(source.text)))
    for kind, start, stop in stretches:
        if start < stop:
            yield Verbatim(kind, source.text[start:stop], source.span(start, stop))


def method_of(source: Source, sections: Sections, report: Report) -> str:
    """The integration method of code 15; Euler where there is none."""
    for start, stop, rest in _codes(source, sections, 15):
        fields = rest.split(",")
        number = int(fields[3]) if len(fields) > 3 and fields[3].strip().isdecimal() else 0
        if number in _METHODS:
            return _METHODS[number]
        what = "difference equations" if number == _DIFFERENCE else f"number {number}"
        report.warn(
            "SF114", f"the integration method of the settings ({what}) is not supported; Euler is used",
            source.span(start, stop), hint="choose another method for the run",
        )
    return "euler"


def base_date_of(source: Source, sections: Sections) -> BaseDate | None:
    """The date at time 0, codes 37 to 39, and what time goes in, code 40 (seen in files of known units of time)."""
    found = {code: next((rest for *_, rest in _codes(source, sections, code)), "") for code in (37, 38, 39, 40)}
    if not all(text.strip().isdecimal() and len(text.strip()) <= 4 for text in found.values()):
        return None
    year, month, day, unit = (int(text) for text in found.values())
    fits = year >= 1 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] and unit < _UNITS_OF_TIME
    return BaseDate(year, month, day, unit) if fits else None


def equivalences_of(source: Source, sections: Sections) -> tuple[tuple[str, ...], ...]:
    """Groups of unit names that mean the same, code 22."""
    groups = (
        tuple(name.strip() for name in rest.split(",") if name.strip())
        for _, _, rest in _codes(source, sections, 22)
    )
    return tuple(group for group in groups if len(group) > 1)


def aliases_of(source: Source, sections: Sections) -> tuple[tuple[str, str], ...]:
    """Files by the name that stands for them, code 30; files written by hand have it without the settings' marker."""
    return tuple((found[1], found[2]) for found in _ALIAS.finditer(source.text, sections.equations))


def _codes(source: Source, sections: Sections, code: int) -> Iterator[tuple[int, int, str]]:
    for found in _CODE.finditer(source.text, sections.settings):
        if found[1] == str(code):
            yield found.start(), found.end(), found[2]
