"""Changed inputs: a text is taken apart into pieces as its language has them, and joined with some of them changed.

`Changer` knows statements of an .mdl and elements of an XML document; it must not know what the readers make of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from xml.sax.saxutils import quoteattr

from conformance.fuzzing.calls import NUMBERS, WORDS, Writer, seeded

_PIECES = {"mdl": re.compile(r"[^|]*\|\n?|[^|]+"), "xmile": re.compile(r"<[^<>]*>|[^<>]+|[<>]")}
_TOKEN = re.compile(r"\s+|\w[\w ]*(?:\[[^\]\n]*\])?|\"[^\"\n]*\"|<[^<>]*>|\W")
_NAMES = {
    "mdl": re.compile(r"(?:^|\|)\s*([\w ]+?(?:\[[^\]\n]*\])?)\s*(?=:?=|\(|~)"),
    "xmile": re.compile(r"name=\"([^\"<>\n]*)\""),
}
_OPERATOR = re.compile(r"[-+*/^=<>]")
_OPENING = re.compile(r"<(\w[\w:.-]*)[^<>]*>")
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
    """Pieces of the seeds by tag: statements of an .mdl, which have none, or whole elements of an XML document."""

    reader: str
    pieces: Mapping[str, Sequence[str]]

    def one(self, random: Random, tag: str) -> str:
        """A piece, mostly one of the tag."""
        alike = self.pieces.get(tag, ()) if random.random() < 0.8 else ()
        return random.choice(alike or random.choice(list(self.pieces.values())))


def pool(reader: str, seeds: Sequence[str]) -> Pool:
    taken = _elements if reader == "xmile" else _PIECES["mdl"].findall
    found: dict[str, dict[str, None]] = {}
    for piece in (piece for text in seeds for piece in taken(text) if len(piece) < 3000):
        found.setdefault(tag_of(piece), {})[piece] = None
    return Pool(reader, {tag: tuple(pieces) for tag, pieces in found.items()} or {"": ("",)})


def tag_of(piece: str) -> str:
    found = _OPENING.match(piece)
    return found[1] if found is not None else ""


def _elements(text: str) -> list[str]:
    pieces = _PIECES["xmile"].findall(text)
    starts = (n for n, piece in enumerate(pieces) if piece.startswith("<") and not piece.startswith(("</", "<?", "<!")))
    return ["".join(pieces[start : end_of(pieces, start)]) for start in starts]


def end_of(pieces: Sequence[str], start: int) -> int:
    """Past the end of the element that starts at a piece; one piece where its end is not found."""
    name = tag_of(pieces[start])
    if not name or pieces[start].endswith("/>"):
        return start + 1
    depth = 0
    for place in range(start, len(pieces)):
        if pieces[place] == f"</{name}>":
            depth -= 1
        elif tag_of(pieces[place]) == name and not pieces[place].endswith("/>"):
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
            (self.without_a_piece, 4), (self.without_a_tag, 1), (self.with_a_piece, 12), (self.with_a_piece_again, 2),
            (self.with_pieces_swapped, 2), (self.with_another_token, 16), (self.with_any_token, 4),
            (self.with_an_expression, 12), (self.with_another_equation, 8), (self.without_tokens, 3),
            (self.with_a_name_changed, 4), (self.with_an_attribute_changed, 6), (self.with_odd_signs, 2),
            (self.with_a_deep_part, 2), (self.cut_short, 1),
        )
        way = self.random.choices([way for way, _ in ways], [weight for _, weight in ways])[0]
        return way()

    def joined(self, start: int, stop: int, new: str) -> str:
        return "".join((*self.pieces[:start], new, *self.pieces[stop:]))

    def place(self) -> int:
        return self.random.randrange(len(self.pieces))

    def stretch(self) -> tuple[int, int]:
        """A statement, or an element with all that it holds, but not the whole document."""
        outer = ("</", "<?", "<xmile")
        starts = [n for n, piece in enumerate(self.pieces) if not piece.startswith(outer) and piece.strip()]
        start = self.random.choice(starts or [0])
        return start, end_of(self.pieces, start) if self.pool.reader == "xmile" else start + 1

    # Pieces.

    def without_a_piece(self) -> str:
        start, stop = self.stretch()
        return self.joined(start, stop, "")

    def without_a_tag(self) -> str:
        start = self.place()
        return self.joined(start, start + 1, "")

    def with_a_piece(self) -> str:
        """A piece of the seeds, mostly with this text's own names in it."""
        start, stop = self.stretch()
        piece = self.pool.one(self.random, tag_of(self.pieces[start]))
        piece = self.adapted(piece) if self.random.random() < 0.8 else piece
        return self.joined(start, self.random.choice((start, stop)), piece)

    def adapted(self, piece: str) -> str:
        parts = _PIECES["xmile"].findall(piece) if self.pool.reader == "xmile" else [piece]
        return "".join(part if part.startswith("<") else self.with_own_names(part) for part in parts)

    def with_own_names(self, piece: str) -> str:
        """The text with names on the right side that are none of this text for some that are."""
        left, sign, right = piece.rpartition("=") if self.pool.reader == "mdl" else ("", "", piece)
        tokens = _TOKEN.findall(right)
        known = {name.partition("[")[0] for name in self.writer.named()}
        for place, token in enumerate(tokens):
            calls = place + 1 < len(tokens) and tokens[place + 1] == "("
            if token[0].isalpha() and not calls and token.partition("[")[0].strip() not in known:
                tokens[place] = self.writer.name()
        return left + sign + "".join(tokens)

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
        """The text with the tokens of one piece changed, which is no tag."""
        places = [n for n, piece in enumerate(self.pieces) if piece.strip() and not piece.startswith("<")]
        start = self.random.choice(places or [0])
        return self.joined(start, start + 1, change(_TOKEN.findall(self.pieces[start]) or [""]))

    def with_another_token(self) -> str:
        def change(tokens: list[str]) -> str:
            place = self.random.randrange(len(tokens))
            tokens[place] = self.alike(tokens, place)
            return "".join(tokens)

        return self.within(change)

    def alike(self, tokens: Sequence[str], place: int) -> str:
        """A token that may stand where another does."""
        token = tokens[place]
        if token[:1].isdigit():
            return self.writer.number()
        if token[:1].isalpha():
            calls = place + 1 < len(tokens) and tokens[place + 1] == "("
            return self.writer.function() if calls else self.writer.name()
        return self.writer.operator() if _OPERATOR.fullmatch(token) else token

    def with_any_token(self) -> str:
        def change(tokens: list[str]) -> str:
            place = self.random.randrange(len(tokens))
            other = self.random.choice((self.writer.word(), self.random.choice(tokens)))
            tokens[place : place + self.random.randint(0, 1)] = [other]
            return "".join(tokens)

        return self.within(change)

    def with_an_expression(self) -> str:
        """An expression for a name or a number, mostly on the right side."""
        def change(tokens: list[str]) -> str:
            equals = tokens.index("=") if "=" in tokens and self.random.random() < 0.9 else 0
            places = [n for n, token in enumerate(tokens) if n >= equals and token[:1].isalnum()] or [0]
            if self.pool.reader == "mdl":
                places = [n for n in places if "~" not in tokens[:n]] or places
            tokens[self.random.choice(places)] = self.writer.expression(self.random.randint(1, 3))
            return "".join(tokens)

        return self.within(change)

    def with_another_equation(self) -> str:
        """An expression for all that stands on the right side, or for all of a text between tags."""
        def change(tokens: list[str]) -> str:
            equals = tokens.index("=") + 1 if "=" in tokens else 0
            ends = tokens.index("~") if "~" in tokens else len(tokens)
            return "".join((*tokens[:equals], self.writer.expression(self.random.randint(0, 2)), *tokens[ends:]))

        return self.within(change)

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
        words = (self.writer.word(), self.writer.number(), self.writer.name(), self.writer.expression(1))
        value = self.random.choice((*map(quoteattr, words), other[1], other[1], ""))
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
    for _ in range(random.choice((1, 1, 2, 4))):
        text = Changer(pieces, random, text).with_a_piece()
    return text.encode("utf-8", "surrogateescape")[:most]
