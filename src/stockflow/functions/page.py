"""The table of functions as a page: for each row its calls by language, its status, how it is known to differ.

It reads rows only; the command line and the documents both print what it makes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stockflow.functions.row import Function

LANGUAGES = {"vensim": "Vensim", "xmile": "XMILE", "stella": "Stella only"}
WRITERS = {"ventana": "Ventana"}
"""Spellings of single programs in another one's language, which have no column: XMILE that Vensim writes."""


def markdown(rows: Iterable[Function]) -> Iterator[str]:
    """One table with a line for each row that has a call in some language."""
    heads = (*LANGUAGES.values(), "status", "meaning", "known differences", "source")
    yield f"| {' | '.join(heads)} |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        if row.spellings:
            status, meaning = ("refused", row.refusal) if row.refusal else ("supported", row.doc)
            yield _line(*(_calls(row, language) for language in LANGUAGES), status, meaning, row.differs, row.source)


def _calls(row: Function, language: str) -> str:
    return "<br>".join(f"`{call}`" for call in row.spellings.get(language, ()))


def _line(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def counts(rows: Iterable[Function]) -> Iterator[tuple[str, int]]:
    """How many rows there are that a modeller can call, of which kinds, and with how many examples."""
    called = [row for row in rows if row.spellings]
    supported = [row for row in called if not row.refusal]
    yield "rows", len(called)
    yield "supported", len(supported)
    yield "refused by name", len(called) - len(supported)
    yield "with a known difference", sum(bool(row.differs) for row in called)
    for language, label in LANGUAGES.items():
        yield f"calls of {label}", sum(len(row.spellings.get(language, ())) for row in supported)
    yield "examples", sum(len(row.examples) for row in called)
    yield "supported without an example", sum(not row.examples for row in supported)
