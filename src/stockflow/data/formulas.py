"""Texts of a table that a spreadsheet would run as a formula: defused where they are written, restored where read.

It knows cells of text; it must not know what they name.
"""

from __future__ import annotations

import re

# A cell begins where the text does, and for a reader with another idea of what parts cells behind each such sign.
_START = r"(?:\A|(?<=[,;|\t\r\n]))"
# What a spreadsheet skips in front of a formula: blanks, signs without a shape, quotes.
_SKIPPED = r"(?:[^\S\t\r\n]|[\x00-\x08\x0e-\x1b\u200b-\u200f\u2060\ufeff\"'`\u2018\u2019\u201c\u201d])*"
# The signs that begin a formula, those of full width and small ones included.
_RUNS = r"[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\t\r\n]"
_SIGN = re.compile(_RUNS)
_DANGER = re.compile(f"{_START}(?={_SKIPPED}{_RUNS})")
_DEFUSED = re.compile(f"{_START}'(?={_SKIPPED}{_RUNS})")


def defused(text: str) -> str:
    """The text with an apostrophe in front of all that would be run.

    >>> defused("=1+1"), defused("a; -b"), defused("1-2")
    ("'=1+1", "a;' -b", '1-2')
    """
    return _DANGER.sub("'", text) if _SIGN.search(text) else text


def restored(text: str) -> str:
    """The text that was defused; any other comes back as it is.

    >>> restored("'=1+1"), restored("'tis")
    ('=1+1', "'tis")
    """
    return _DEFUSED.sub("", text) if "'" in text else text
