"""Text of a model file with places in it, and the folder of grammars.

A `Source` knows lines and columns; it must not know any language.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

from stockflow.limits import USUAL, Limits


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """The decoded text of one file; `name` is shown to people, `sha256` is of the bytes as read.

    `limits` go with the text through all stages: they say how much may be made of it.
    """

    name: str
    text: str = field(repr=False)
    path: Path | None = None
    encoding: str = "utf-8"
    sha256: str = ""
    limits: Limits = field(default=USUAL, repr=False)
    starts: tuple[int, ...] = field(init=False, repr=False, default=())

    def __post_init__(self) -> None:
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        object.__setattr__(self, "starts", tuple(starts))

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def line_extent(self, line: int) -> tuple[int, int]:
        """The offsets of a line's first sign and of its end."""
        end = self.starts[line] - 1 if line < len(self.starts) else len(self.text)
        return self.starts[line - 1], end

    def line_text(self, line: int) -> str:
        start, end = self.line_extent(line)
        return self.text[start:end]

    def span(self, start: int, stop: int) -> Span:
        return Span(self, start, stop)


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """A stretch of a source, from `start` up to `stop` (offsets in characters)."""

    source: Source
    start: int
    stop: int

    @property
    def line(self) -> int:
        return self.source.place(self.start)[0]

    @property
    def column(self) -> int:
        return self.source.place(self.start)[1]

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.stop]


@cache
def grammar(name: str) -> str:
    """Text of a grammar: from the installed package first, then from the repository's root.

    Raises FileNotFoundError where neither has it.
    """
    packaged = resources.files("stockflow") / "grammars" / name
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (Path(__file__).resolve().parents[2] / "grammars" / name).read_text(encoding="utf-8")
