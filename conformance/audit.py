"""A watch over Python itself: each exec, compile, import, open file, socket and process outside an allow-list.

It knows which folders are honest ones; it must not know what is loaded or run while it watches.
"""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LIBRARIES = tuple(
    str(Path(folder).resolve()) for folder in {*sysconfig.get_paths().values(), sys.base_prefix, sys.prefix}
)
GENERATED = "<stockflow program "
NEVER = (
    "socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "pty.", "ctypes.",
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.chmod", "os.chown", "shutil.",
    "urllib.", "ftplib.", "http.", "smtplib.", "sqlite3.", "pickle.", "marshal.loads", "cpython.run_", "webbrowser.",
)

OURS: tuple[str | Path, ...] = (*LIBRARIES, ROOT / "src")

# Text that the standard library and numpy compile for themselves: named tuples, data classes, regular expressions.
PARTS_OF_LIBRARIES = ("<string>", "<unknown>", "<__array_function__ internals>", "<attrs generated init>")


class Watch:
    """The breaches of the moments in which it watches; `folder` is the model's own."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.breaches: list[str] = []

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.folder is not None and self.is_breach(event, arguments):
            self.breaches.append(f"{event} {arguments!r}"[:300])

    def is_breach(self, event: str, arguments: tuple[Any, ...]) -> bool:
        if event == "open":
            return not self.may_open(*arguments[:2])
        if event == "compile":
            return not self.is_ours(arguments[1])
        if event == "exec":
            return not self.is_ours(arguments[0].co_filename)
        if event == "import":
            return bool(arguments[1]) and not _inside(str(arguments[1]), *OURS)
        return event.startswith(NEVER) and not self.is_byte_code(event)

    def is_byte_code(self, event: str) -> bool:
        """Python reads, and may write, the byte code of modules that it imports."""
        frame: FrameType | None = sys._getframe()
        while frame is not None:
            if frame.f_code.co_filename.startswith("<frozen importlib"):
                return event in ("marshal.loads", "os.rename", "os.mkdir", "os.remove")
            frame = frame.f_back
        return False

    def is_ours(self, name: str | bytes) -> bool:
        """Generated text has a name that tells nothing of the model; everything else is a module's."""
        name = name.decode() if isinstance(name, bytes) else str(name)
        generated = name.startswith(GENERATED)
        return generated or name.startswith("<frozen") or _inside(name, *OURS) or name in PARTS_OF_LIBRARIES

    def may_open(self, path: str | bytes | int, mode: str | None) -> bool:
        if isinstance(path, int):
            return True
        where = Path(path.decode() if isinstance(path, bytes) else path).resolve()
        if _inside(where, *OURS, ROOT / "grammars"):
            return True
        return _inside(where, self.folder or "") and not any(letter in str(mode) for letter in "wax+")


def _inside(path: str | Path, *folders: str | Path) -> bool:
    return any(Path(path).is_relative_to(folder) for folder in folders if folder)


WATCH = Watch()
sys.addaudithook(WATCH.hear)


@contextmanager
def watching(folder: str | Path) -> Iterator[list[str]]:
    """The breaches of the block, in a list that grows as they happen."""
    WATCH.folder, WATCH.breaches = Path(folder).resolve(), []
    try:
        yield WATCH.breaches
    finally:
        WATCH.folder = None
