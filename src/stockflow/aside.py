"""Files written whole or not at all: aside in the folder of their target, and then renamed onto it.

The only place that makes or replaces a file; it must not know what stands in it.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

PATTERN = ".stockflow-*.part"
"""What the names of files aside are like; only a process that was killed leaves one behind."""


def put(target: Path, write: Callable[[TextIO], object], mode: int = 0o666) -> None:
    """Let `write` fill a file aside and move it onto the target, which stays as it was after any fault. Raises OSError.

    `write` gets a file of UTF-8 text, or uses its `buffer`. A link stays, and what it points to is replaced. A file
    that is replaced keeps its rights and, where that may be done, its owner; a new one has `mode` less the umask.
    """
    place = Path(os.path.realpath(target))
    aside = place.with_name(PATTERN.replace("*", secrets.token_hex(8)))
    try:
        old = _state(place)
        handle = os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600 if old else mode)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            write(file)
            file.flush()
            # Else, after a power failure, the new name could stand on contents that never reached the disk.
            os.fsync(file.fileno())
        if old is not None:
            _keep_rights(old, aside)
        aside.replace(place)
    except BaseException:
        # By calls of the system alone: in Python code another interrupt could come before the file is gone.
        try:  # noqa: SIM105
            os.unlink(aside)  # noqa: PTH108
        except OSError:
            pass
        raise


def _state(place: Path) -> os.stat_result | None:
    try:
        return place.stat()
    except FileNotFoundError:
        return None


def _keep_rights(old: os.stat_result, aside: Path) -> None:
    """Give the file aside the owner, as far as this user may, and the rights of the file that it replaces."""
    if hasattr(os, "chown"):
        with suppress(OSError):
            os.chown(aside, old.st_uid, old.st_gid)
    aside.chmod(stat.S_IMODE(old.st_mode))
