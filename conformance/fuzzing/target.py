"""What one input must come to: diagnostics with a place, or numbers, soon, with nothing touched but the model.

It uses the public functions only; how inputs are made is not its matter.
"""

from __future__ import annotations

import math
import shutil
import signal
import sys
import traceback
import warnings
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xarray as xr

import stockflow as sf
from conformance.audit import watching
from stockflow.api import Model
from stockflow.diagnostics.model import Diagnostic
from stockflow.diagnostics.render import text

SUFFIXES = {"mdl": ".mdl", "xmile": ".xmile"}
TABLE = Path(__file__).resolve().parent / "models" / "data.csv"
SECONDS = 10
"""Processor time that one input may take."""
STEPS = 100
"""A run of more steps, or one whose clock is not plain numbers, is shortened to a few steps."""
CLOCK = ("INITIAL TIME", "FINAL TIME", "TIME STEP", "SAVEPER")
SHORT = {"initial_time": 0.0, "final_time": 4.0, "time_step": 0.5, "saveper": 0.5}
PLACELESS = frozenset({"SF101", "SF103", "SF109", "SF112", "SF115", "SF202", "SF209", "SF211", "SF213", "SF702"})
"""Codes that may speak of the file as a whole, of a variable that it lacks, or of one that the run sets."""


class TooLong(BaseException):
    """The processor time of an input is used up; no handler of ordinary exceptions may hold it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`kind` is the same for inputs with the same cause; `story` tells what happened."""

    kind: str
    story: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an input came to: its fault, or the codes that were told; `sound` where none of them is an error."""

    fault: Fault | None
    codes: tuple[str, ...] = ()
    sound: bool = False


def outcome(path: Path, data: bytes, share: int) -> Outcome:
    """Load and run a model of these bytes, which are written to `path`; one in `share` is looked at in every way."""
    path.write_bytes(data)
    said: list[Diagnostic] = []
    try:
        with watching(path.parent) as breaches, warnings.catch_warnings(), time_limit():
            warnings.simplefilter("ignore")
            said += tried(path, share)
            shown = [text(item) for item in said]
    except TooLong as slow:
        return Outcome(Fault(f"slow {place_of(slow)}", told_of(slow)))
    except Exception as wrong:  # noqa: BLE001 -- whatever it is, it is what is looked for
        return Outcome(Fault(f"{type(wrong).__name__} {place_of(wrong)}", told_of(wrong)))
    fault = next(faults(said, shown, breaches), None)
    return Outcome(fault, tuple(item.code for item in said), all(item.severity != "error" for item in said))


def tried(path: Path, share: int) -> list[Diagnostic]:
    """All that loading and running say; of one input in `share` also what checking, other runs and converting say."""
    if zlib.crc32(path.read_bytes()) % share:
        return told(lambda: ran(sf.load(path)))
    said = sf.check(path)
    if any(item.severity == "error" for item in said):
        return said + told(lambda: ran(sf.load(path, partial=True)))
    model = sf.load(path)
    return said + told(lambda: ran(model)) + told(lambda: ran_twice(model)) + told(lambda: converted(model))


def told(step: Callable[[], Sequence[Diagnostic]]) -> list[Diagnostic]:
    try:
        return list(step())
    except sf.ModelError as refused:
        return list(refused.diagnostics)


def ran(model: Model) -> Sequence[Diagnostic]:
    model.simulate(**clock_of(model))
    model._repr_html_()
    return model.diagnostics


def ran_twice(model: Model) -> Sequence[Diagnostic]:
    """Two runs at once, which arrays compute."""
    constants = (one.label for one in model if one.kind == "constant" and not one.dimensions)
    label = next((label for label in constants if label.upper() not in CLOCK), None)
    if label is not None:
        model.simulate({label: xr.DataArray([0.5, 2.0], dims="run")}, **clock_of(model))
    return ()


def converted(model: Model) -> Sequence[Diagnostic]:
    model.reality()
    model.to_xmile()
    return ()


def clock_of(model: Model) -> dict[str, Any]:
    """What to set so that a run is short: nothing where the model's own clock is."""
    try:
        start, stop, step = (float(model[name].equation) for name in CLOCK[:3])
    except (KeyError, ValueError):
        return SHORT
    short = step > 0 and math.isfinite(stop - start) and (stop - start) / step <= STEPS
    return {} if short else SHORT


def faults(said: Sequence[Diagnostic], shown: Sequence[str], breaches: Sequence[str]) -> Iterator[Fault]:
    for breach in breaches:
        yield Fault(f"breach {breach.partition(' ')[0]}", breach)
    for item, words in zip(said, shown, strict=True):
        if item.code.startswith("SF9"):
            yield Fault(f"{item.code} {item.message[:40]}", words)
        if not all(sign.isprintable() or sign == "\n" for sign in words):
            yield Fault(f"raw signs {item.code}", repr(words))
        if item.span is None and item.code not in PLACELESS:
            yield Fault(f"no place {item.code} {_without_names(item.message)}", words)


def _without_names(message: str) -> str:
    return "".join(message.split("'")[::2])[:60]


def place_of(wrong: BaseException) -> str:
    """The innermost function of the engine in a traceback, as module:function."""
    frames = [frame for frame, _ in traceback.walk_tb(wrong.__traceback__)]
    names = [str(frame.f_globals.get("__name__")) for frame in frames]
    ours = [n for n, name in enumerate(names) if name.startswith("stockflow")]
    return f"{names[ours[-1]]}:{frames[ours[-1]].f_code.co_name}" if ours else "outside"


def told_of(wrong: BaseException) -> str:
    return "".join(traceback.format_exception(wrong, limit=-12))


@contextmanager
def time_limit() -> Iterator[None]:
    """Raises TooLong in the block once its processor time is used up, where the system can tell."""
    if sys.platform == "win32":
        yield
        return
    signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _stop(*_: object) -> None:
    raise TooLong


Target = Callable[[bytes], Outcome]


def target(reader: str, folder: Path, share: int = 1) -> Target:
    """The function of bytes that is fuzzed; `folder` is its own, and gets the table that the seeds read.

    One input in `share` is looked at in every way, which takes three times as long.
    """
    shutil.copy(TABLE, folder)
    path = folder / f"model{SUFFIXES[reader]}"
    return lambda data: outcome(path, data, share)
