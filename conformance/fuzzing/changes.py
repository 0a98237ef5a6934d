"""Changed inputs: a text is taken apart into pieces as its language has them, and joined with some of them changed.

`Changer` knows statements of an .mdl and elements of an XML document; it must not know what the readers make of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random

from conformance.fuzzing.calls import NUMBERS, WORDS, Writer, seeded

_PIECES = {"mdl": re.compile(r"[^|]*\|\n?|[^|]+"), "xmile": re.compile(r"<[^<>]*>|[^<>]+|[<>]")}
_TOKEN = re.compile(r"\s+|\w[\w ]*(?:\[[^\]\n]*\])?|\"[^\"\n]*\"|<[^<>]*>|\W")
_NAMES = {
    "mdl": re.compile(r"(?:^|\|)\s*([\w ]+?(?:\[[^\]\n]*\])?)\s*(?=:?=|\(|~)"),
    "xmile": re.compile(r"name=\"([^\"<>\n]*)\""),
}
_OPENING = re.compile(r"<(\w[\w:.-]*)[^<>]*(?<!/)>")
_ATTRIBUTE = re.compile(r"\s[\w:.-]+\s*=\s*(\"[^\"]*\"|'[^']*')")
_ODD = (
    "\0", "\x1b[31m", "\u00a0", "\u202e", "\ufeff", "\u2028", "\x85", "\r", "\t", "\U0001f9ee", "e\u0301",
    "\udced\udca0\udc80", "\udcff", "ß", "İ",
)
_ENCODINGS = (*("utf-8",) * 97, "utf-16", "cp1252", "utf-8-sig")
_DEEP = (
    (" (", ")"), ("-", ""), ("IF THEN ELSE(1,", ",2)"), ("1+", ""), ("a[", "]"), ("{", "}"), (":NOT:", ""),
    ("NOT ", ""), ("<a>", "</a>"),
)


@dataclass(frozen=True, slots=True)
class Pool:
    """Pieces of the seeds: statements of an .mdl, or whole elements of an XML document."""

    reader: str
    pieces: tuple[str, ...]


def pool(reader: str, seeds: Sequence[str]) -> Pool:
    taken = _elements if reader == "xmile" else _PIECES["mdl"].findall
    return Pool(reader, tuple(dict.fromkeys(piece for text in seeds for piece in taken(text) if len(piece) < 3000)))


def _elements(text: str) -> list[str]:
    pieces = _PIECES["xmile"].findall(text)
    starts = (n for n, piece in enumerate(pieces) if piece.startswith("<") and not piece.startswith(("</", "<?", "<!")))
    return ["".join(pieces[start : end_of(pieces, start)]) for start in starts]


def end_of(pieces: Sequence[str], start: int) -> int:
    """Past the end of the element that starts at a piece; one piece where its end is not found."""
    opening = _OPENING.fullmatch(pieces[start])
    if opening is None:
        return start + 1
    depth, name = 0, opening[1]
    for place in range(start, len(pieces)):
        if pieces[place] == f"</{name}>":
            depth -= 1
        elif (found := _OPENING.fullmatch(pieces[place])) is not None and found[1] == name:
            depth += 1
        if depth == 0:
            return place + 1
    return start + 1


@dataclass(frozen=True)
class Changer:
    """Changes of one text; `random` decides."""

    pool: Pool
    random: Random
    text: str

    @cached_property
    def pieces(self) -> list[str]:
        return _PIECES[self.pool.reader].findall(self.text) or [""]

    @cached_property
    def writer(self) -> Writer:
        return Writer(self.pool.reader, self.random, _NAMES[self.pool.reader].findall(self.text)[:60])

    def changed(self) -> str:
        """The text after one change."""
        ways: tuple[tuple[Callable[[], str], int], ...] = (
            (self.without_a_piece, 2), (self.with_a_piece, 4), (self.with_a_piece_again, 1),
            (self.with_pieces_swapped, 1), (self.with_another_token, 8), (self.with_an_expression, 8),
            (self.with_a_name_changed, 2), (self.with_odd_signs, 1), (self.with_a_deep_part, 1),
            (self.with_an_attribute_changed, 3), (self.cut_short, 1), (self.without_tokens, 3),
        )
        way = self.random.choices([way for way, _ in ways], [weight for _, weight in ways])[0]
        return way()

    def joined(self, start: int, stop: int, new: str) -> str:
        return "".join((*self.pieces[:start], new, *self.pieces[stop:]))

    def place(self) -> int:
        return self.random.randrange(len(self.pieces))

    def stretch(self) -> tuple[int, int]:
        """A statement, or an element with all that it holds."""
        start = self.place()
        return start, end_of(self.pieces, start) if self.pool.reader == "xmile" else start + 1

    # Pieces.

    def without_a_piece(self) -> str:
        start, stop = self.stretch() if self.random.random() < 0.8 else (self.place(), 0)
        return self.joined(start, stop or start + 1, "")

    def with_a_piece(self) -> str:
        start, stop = self.stretch()
        return self.joined(start, self.random.choice((start, stop)), self.random.choice(self.pool.pieces))

    def with_a_piece_again(self) -> str:
        start, stop = self.stretch()
        again = "".join(self.pieces[start:stop])
        return self.joined(start, start, again * min(self.random.choice((1, 1, 2, 40)), 1 + 8000 // (len(again) + 1)))

    def with_pieces_swapped(self) -> str:
        (start, stop), (first, last) = sorted((self.stretch(), self.stretch()))
        if stop > first:
            return self.without_a_piece()
        one, other = "".join(self.pieces[start:stop]), "".join(self.pieces[first:last])
        between = "".join(self.pieces[stop:first])
        return self.joined(start, last, other + between + one)

    # Tokens.

    def within(self, change: Callable[[list[str]], str]) -> str:
        """The text with the tokens of one piece changed."""
        start = self.place()
        return self.joined(start, start + 1, change(_TOKEN.findall(self.pieces[start]) or [""]))

    def with_another_token(self) -> str:
        def change(tokens: list[str]) -> str:
            place = self.random.randrange(len(tokens))
            other = self.random.choice((self.writer.word, self.writer.number, lambda: self.random.choice(tokens)))
            tokens[place : place + self.random.randint(0, 1)] = [other()]
            return "".join(tokens)

        return self.within(change)

    def with_an_expression(self) -> str:
        def change(tokens: list[str]) -> str:
            places = [n for n, token in enumerate(tokens) if token[0].isalnum()] or [0]
            tokens[self.random.choice(places)] = self.writer.expression(self.random.randint(1, 3))
            return "".join(tokens)

        return self.within(lambda tokens: change(tokens) if tokens[0] and tokens[0][0] != "<" else "".join(tokens))

    def without_tokens(self) -> str:
        def change(tokens: list[str]) -> str:
            place = self.random.randrange(len(tokens))
            del tokens[place : place + self.random.randint(1, 3)]
            return "".join(tokens)

        return self.within(change)

    def with_a_name_changed(self) -> str:
        """One name for another, everywhere or once."""
        old, new = self.random.choice(self.writer.named()), self.random.choice(self.writer.named())
        return self.text.replace(old, new, self.random.choice((-1, 1)))

    def with_an_attribute_changed(self) -> str:
        found = list(_ATTRIBUTE.finditer(self.text))
        if not found or self.pool.reader == "mdl":
            return self.with_another_token()
        one, other = self.random.choice(found), self.random.choice(found)
        value = self.random.choice(("", f'"{self.writer.word()}"', f'"{self.writer.number()}"', other[1], other[0]))
        whole = self.random.random() < 0.3
        start = one.start() if whole else one.start(1)
        return self.text[:start] + (other[0] if whole else value) + self.text[one.end() :]

    # Signs.

    def with_odd_signs(self) -> str:
        place = self.random.randint(0, len(self.text))
        skipped = self.random.randint(0, 2)
        return self.text[:place] + self.random.choice(_ODD) + self.text[place + skipped :]

    def with_a_deep_part(self) -> str:
        left, right = self.random.choice(_DEEP)
        times = self.random.choice((3, 30, 300, 1500))
        inside = self.random.choice((*NUMBERS, *WORDS[self.pool.reader], *self.writer.named()))

        def change(tokens: list[str]) -> str:
            tokens[self.random.randrange(len(tokens))] = left * times + inside + right * times
            return "".join(tokens)

        return self.within(change)

    def cut_short(self) -> str:
        return self.text[: self.random.randint(0, len(self.text))]


def changed(taken_from: Pool, data: bytes, most: int, seed: int) -> bytes:
    """The bytes after a few changes, at most so many of them; the same for the same seed."""
    random = seeded(seed)
    text = data.decode("utf-8", "surrogateescape")
    for _ in range(random.choice((1, 1, 1, 2, 3, 5))):
        text = Changer(taken_from, random, text).changed()[: 2 * most]
    encoding = random.choice(_ENCODINGS)
    return text.encode(encoding, "surrogateescape" if encoding == "utf-8" else "replace")[:most]


def crossed(reader: str, one: bytes, other: bytes, most: int, seed: int) -> bytes:
    """The first input with a few pieces of the second."""
    random = seeded(seed)
    text, donor = (data.decode("utf-8", "surrogateescape") for data in (one, other))
    pieces = pool(reader, (donor,))
    for _ in range(random.choice((1, 1, 2, 4)) if pieces.pieces else 0):
        text = Changer(pieces, random, text).with_a_piece()
    return text.encode("utf-8", "surrogateescape")[:most]
