"""Compiling generated text: each text once, registered with linecache so that tracebacks show it.

The file name of a text is a number of ours; no text of a model is in it.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable
from itertools import count
from traceback import walk_tb
from typing import Any

_NUMBER = count(1)
_FILE = "<stockflow program "


def line_of(fault: BaseException) -> str:
    """The line of generated text that an exception came through last; empty where there is none."""
    for frame, line in reversed(list(walk_tb(fault.__traceback__))):
        file = frame.f_code.co_filename
        if file.startswith(_FILE):
            return linecache.getline(file, line)
    return ""


def function(text: str, names: dict[str, Any]) -> Callable[..., None]:
    """The function `run` of a generated text, with `names` as its only globals."""
    file = f"{_FILE}{next(_NUMBER)}>"
    code = compile(text, file, "exec")
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    exec(code, names)  # noqa: S102 - the text is made of identifiers and numbers of our own
    run: Callable[..., None] = names["run"]
    return run
