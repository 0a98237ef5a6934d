"""A progress bar on standard error for runs that take long enough to wonder.

It counts steps that others tell it; it must not know what runs.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 1.0
"""Seconds before the bar appears."""


@contextmanager
def progress_on_terminal() -> Iterator[Callable[[int, int], None] | None]:
    """A function of steps done and steps in all; None where nobody is watching."""
    if not sys.stderr.isatty():
        yield None
        return
    bar = Bar(time.monotonic())
    try:
        yield bar.show
    finally:
        bar.close()


@dataclass(slots=True)
class Bar:
    """Opens itself once the run has lasted; `started` is on the monotonic clock."""

    started: float
    bar: Progress | None = None
    task: TaskID | None = None

    def show(self, done: int, total: int) -> None:
        if self.bar is None and time.monotonic() - self.started >= PATIENCE:
            self._open(total)
        if self.bar is not None and self.task is not None:
            self.bar.update(self.task, completed=done)

    def _open(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import Progress

        self.bar = Progress(console=Console(stderr=True), transient=True)
        self.bar.start()
        self.task = self.bar.add_task("running", total=total)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.stop()
